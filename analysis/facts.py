"""What else was read out of the counted postings: pay, degrees, years, topics. Small tables beside the cells."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
from attrs import frozen

if TYPE_CHECKING:
    from corpus.db import Corpus


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
    """label: a name that the vocabulary does not hold; only those that ten postings hold."""


def read_facts(corpus: Corpus) -> Facts:
    """The facts of the postings in the temporary table `counted`."""
    return Facts(
        salaries=_frame(
            corpus,
            "SELECT posting_id, source, min_amount, max_amount, currency, unit FROM cell_salaries"
            " JOIN temp.counted USING (posting_id) ORDER BY posting_id, salary_id",
            ["posting_id", "source", "min_amount", "max_amount", "currency", "unit"],
        ).astype({"min_amount": float, "max_amount": float}),
        degrees=_frame(
            corpus,
            "SELECT posting_id, level, requirement FROM cell_degrees JOIN temp.counted USING (posting_id)",
            ["posting_id", "level", "requirement"],
        ),
        experience=_frame(
            corpus,
            "SELECT posting_id, min_years FROM cell_experience JOIN temp.counted USING (posting_id)",
            ["posting_id", "min_years"],
        ),
        fields=_frame(corpus, "SELECT posting_id, label FROM cell_fields JOIN temp.counted USING (posting_id)"),
        tasks=_topics(corpus, "task"),
        industries=_topics(corpus, "industry"),
        marks=_frame(corpus, "SELECT posting_id, label FROM cell_marks JOIN temp.counted USING (posting_id)"),
        terms=_topics(corpus, "candidate_term"),
    )


def _topics(corpus: Corpus, kind: str) -> pd.DataFrame:
    return _frame(
        corpus,
        "SELECT posting_id, topic FROM cell_topics JOIN temp.counted USING (posting_id) WHERE topic_kind = ?",
        values=(kind,),
    )


def _frame(corpus: Corpus, sql: str, columns: list[str] | None = None, values: tuple[object, ...] = ()) -> pd.DataFrame:
    rows = corpus.connection.execute(sql, values).fetchall()
    return pd.DataFrame([tuple(row) for row in rows], columns=columns or ["posting_id", "label"])
