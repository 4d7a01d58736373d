"""What else was read out of the counted postings: pay, degrees, years, topics. Small tables beside the cells."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
from attrs import frozen

if TYPE_CHECKING:
    from corpus.db import Corpus

MIN_TERM_POSTINGS = 10
"""A name that fewer postings hold is noise, and there are very many of them."""


@frozen
class Facts:
    """Tables with a `posting_id`, which is always one of a counted vacancy's representative."""

    salaries: pd.DataFrame
    """source, min_amount, max_amount, currency, unit; base pay only."""
    degrees: pd.DataFrame
    """level, requirement."""
    experience: pd.DataFrame
    """min_years; required only."""
    fields: pd.DataFrame
    """label: a field of study."""
    tasks: pd.DataFrame
    industries: pd.DataFrame
    marks: pd.DataFrame
    """label: bootcamp, internship, portfolio, publications, visa sponsorship, clearance."""
    terms: pd.DataFrame
    """label: a name that the vocabulary does not hold."""


def read_facts(corpus: Corpus) -> Facts:
    """The facts of the postings in the temporary table `counted`."""
    return Facts(
        salaries=_frame(
            corpus,
            "SELECT posting_id, s.source, min_amount, max_amount, currency, unit FROM salaries s"
            " JOIN temp.counted USING (posting_id) WHERE component = 'base' AND s.source <> 'predicted'"
            " AND flags NOT LIKE '%implausible%' ORDER BY posting_id, salary_id",
            ["posting_id", "source", "min_amount", "max_amount", "currency", "unit"],
        ).astype({"min_amount": float, "max_amount": float}),
        degrees=_frame(
            corpus,
            "SELECT posting_id, level, requirement FROM degrees JOIN temp.counted USING (posting_id)",
            ["posting_id", "level", "requirement"],
        ),
        experience=_frame(
            corpus,
            "SELECT posting_id, min_years FROM experience JOIN temp.counted USING (posting_id)"
            " WHERE requirement = 'required' AND min_years IS NOT NULL",
            ["posting_id", "min_years"],
        ),
        fields=_frame(
            corpus,
            "SELECT DISTINCT posting_id, value FROM degrees JOIN temp.counted USING (posting_id),"
            " json_each(degrees.fields) WHERE degrees.fields <> '[]'",
        ),
        tasks=_topics(corpus, "task"),
        industries=_topics(corpus, "industry"),
        marks=_frame(corpus, _MARKS),
        terms=_topics(corpus, "candidate_term", MIN_TERM_POSTINGS),
    )


_MARKS = " UNION ALL ".join(
    f"SELECT posting_id, '{label}' FROM extractions JOIN temp.counted USING (posting_id) WHERE {column} = 1"
    for label, column in (
        ("bootcamp", "has_bootcamp"),
        ("internship", "has_internship"),
        ("portfolio or own projects", "has_portfolio"),
        ("publications", "has_publications"),
        ("visa sponsorship", "visa_sponsorship"),
        ("security clearance", "has_clearance"),
    )
)


def _topics(corpus: Corpus, kind: str, least: int = 1) -> pd.DataFrame:
    """Topics of one kind that at least `least` of the file's postings hold."""
    return _frame(
        corpus,
        "SELECT posting_id, topic FROM posting_topics JOIN temp.counted USING (posting_id) WHERE topic_kind = ?1"
        " AND (?2 <= 1 OR topic IN (SELECT topic FROM posting_topics WHERE topic_kind = ?1 GROUP BY topic"
        " HAVING count(*) >= ?2))",
        values=(kind, least),
    )


def _frame(corpus: Corpus, sql: str, columns: list[str] | None = None, values: tuple[object, ...] = ()) -> pd.DataFrame:
    rows = corpus.connection.execute(sql, values).fetchall()
    return pd.DataFrame([tuple(row) for row in rows], columns=columns or ["posting_id", "label"])
