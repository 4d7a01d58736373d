"""The file for notebooks: `corpus.open("jobs.db").postings(role="ml_engineer")` gives a DataFrame.

Each method is one SELECT over a view (docs/tables.md); `sql()` takes any other. pandas is imported at the first call.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from corpus.db import open_corpus
from corpus.errors import InputError
from corpus.roles import family_names

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    import pandas as pd

INSTANTS = ["first_seen_at", "last_seen_at", "closed_at", "previous_visit_at", "next_visit_at", "after_at", "until_at"]
FLAGS = ["is_ml", "is_open", "is_read", "is_representative", "is_evergreen", "is_intermediary", "is_plausible"]


class Frames:
    """An open file that answers with DataFrames; read-only, and a context manager."""

    def __init__(self, path: str | Path) -> None:
        self._corpus = open_corpus(path)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def close(self) -> None:
        """Give the file back."""
        self._corpus.close()

    def sql(self, query: str, parameters: Sequence[Any] | Mapping[str, Any] = ()) -> pd.DataFrame:
        """Answer any SELECT; `_at` columns become UTC timestamps, `is_` columns booleans."""
        import pandas as pd

        from corpus.db import explained

        with explained(self._corpus.path):
            cursor = self._corpus.connection.execute(query, parameters)
            rows = cursor.fetchall()
        frame = pd.DataFrame([tuple(row) for row in rows], columns=[column[0] for column in cursor.description])
        for name in frame.columns.intersection(INSTANTS):
            frame[name] = pd.to_datetime(frame[name], utc=True, format="ISO8601")
        for name in frame.columns.intersection(FLAGS):
            frame[name] = frame[name].astype(bool)
        return frame

    def postings(
        self,
        *,
        role: str = "ml",
        since: str | None = None,
        until: str | None = None,
        country: str | None = None,
        vacancies: bool = True,
    ) -> pd.DataFrame:
        """One row a vacancy (or with `vacancies=False` an advert), as in `v_postings`.

        `role` is a family's id, `ml` (the ML families together) or `all`; months are `YYYY-MM`.
        """
        where, values = _conditions(role, since, until, country)
        if vacancies:
            where.append("is_representative")
        return self.sql(f"SELECT * FROM v_postings WHERE {' AND '.join(where) or '1'} ORDER BY posting_id", values)

    def skills(self, *, role: str = "ml", since: str | None = None, until: str | None = None) -> pd.DataFrame:
        """One row a vacancy and skill, as in `v_posting_skills`."""
        where, values = _conditions(role, since, until, None)
        where.append("is_representative")
        return self.sql(
            f"SELECT * FROM v_posting_skills WHERE {' AND '.join(where)} ORDER BY posting_id, skill_id", values
        )

    def shares(self, *skills: str) -> pd.DataFrame:
        """Share of the ML vacancies of each month that name each skill: months as rows, skills as columns.

        A month in which ML vacancies opened but none names the skill is 0. Skills by name, letter case counting not.
        """
        import pandas as pd

        found = [self._corpus.value("SELECT name FROM skills WHERE name = ? COLLATE NOCASE", [one]) for one in skills]
        unknown = [one for one, name in zip(skills, found, strict=True) if name is None]
        if unknown:
            raise InputError(f"no skill {unknown[0]!r} in the file: look for it in v_skills")
        base = self.sql(
            "SELECT month, count(*) AS vacancies FROM v_postings WHERE is_read AND is_representative AND is_ml "
            "GROUP BY month ORDER BY month"
        ).set_index("month")
        marks = ", ".join("?" * len(found))
        rows = self.sql(f"SELECT month, skill, share FROM v_skill_share_month WHERE skill IN ({marks})", found)
        table = rows.pivot_table(index="month", columns="skill", values="share") if len(rows) else pd.DataFrame()
        return table.reindex(index=base.index, columns=found).fillna(0.0)

    def mentions(self, posting_id: int) -> pd.DataFrame:
        """Every mention of one posting with its words, section, level and rule, as in `v_mentions`."""
        return self.sql("SELECT * FROM v_mentions WHERE posting_id = ? ORDER BY field, start_offset", [posting_id])

    def pay(self, *, currency: str = "USD", role: str = "ml") -> pd.DataFrame:
        """One row a stated range of yearly base pay without doubts, one vacancy each, as in `v_pay`."""
        where, values = _conditions(role, None, None, None)
        where += ["currency = :currency", "is_plausible", "is_representative"]
        return self.sql(f"SELECT * FROM v_pay WHERE {' AND '.join(where)}", values | {"currency": currency})

    def text(self, posting_id: int) -> str | None:
        """Give a posting's text; None where none is kept. Texts belong to their employers."""
        text: str | None = self._corpus.value("SELECT text FROM posting_texts WHERE posting_id = ?", [posting_id])
        return text

    def search(self, words: str, *, limit: int = 100) -> pd.DataFrame:
        """Postings whose title or text holds the words (FTS5: `rust ray`, `"machine learning"`, `jax OR torch`)."""
        return self.sql(
            "SELECT p.* FROM posting_search AS f JOIN v_postings AS p ON p.posting_id = f.rowid "
            "WHERE posting_search MATCH ? ORDER BY rank LIMIT ?",
            [words, limit],
        )


def _conditions(
    role: str, since: str | None, until: str | None, country: str | None
) -> tuple[list[str], dict[str, Any]]:
    if role not in ("ml", "all", *family_names()):
        raise InputError(f"no role {role!r}: there are ml, all, {', '.join(family_names())}")
    where = {"ml": ["is_ml"], "all": []}.get(role, ["role_family = :role"])
    named = {"month >= :since": since, "month <= :until": until, "country = :country": country}
    where += [condition for condition, value in named.items() if value is not None]
    return where, {"role": role, "since": since, "until": until, "country": country}
