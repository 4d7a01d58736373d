"""What was published of the file: each report's numbers, kept with the versions and runs that they come from."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from attrs import asdict, fields_dict, frozen

from corpus.db import Corpus, open_corpus
from corpus.errors import InputError

LAST = "last"
"""Names the newest vintage with the same options."""
SHORT = 12
"""Digits of a fingerprint that people are shown and type."""
Row = tuple[str, str, str, float | None, float | None, float | None, int | None, int | None]
"""A row of `stats` without its vintage: measure, subject, period, value, low, high, sample_count, employer_count."""
Check = tuple[str, bool, float | None, float | None, str]
"""A row of `quality_checks` without its vintage: name, is_passed, value, threshold, detail."""


@frozen
class Vintage:
    """What made the numbers of one report. All but `published_at` comes from the file, the code and the options."""

    published_at: str
    data_until: str
    mljobs_version: str
    extractor_version: str | None
    taxonomy_version: str | None
    method_version: str
    last_run_id: int | None
    posting_count: int
    read_count: int
    arguments: str
    """Options of the report as JSON."""
    fingerprint: str
    """SHA-256 of all of the above but `published_at` and `last_run_id`, and of the numbers."""
    vintage_id: int | None = None

    @property
    def name(self) -> str:
        """How people call it: the first digits of the fingerprint."""
        return self.fingerprint[:SHORT]


def keep(corpus: Corpus, vintage: Vintage, stats: Iterable[Row], checks: Iterable[Check]) -> bool:
    """Write a vintage with its numbers, all or nothing; False where the file holds it already."""
    with corpus.transaction() as connection:
        if connection.execute("SELECT 1 FROM vintages WHERE fingerprint = ?", (vintage.fingerprint,)).fetchone():
            return False
        values = asdict(vintage)
        cursor = connection.execute(
            f"INSERT INTO vintages ({', '.join(values)}) VALUES ({', '.join('?' * len(values))})",
            tuple(values.values()),
        )
        for table, rows in (("stats", stats), ("quality_checks", checks)):
            filled = [(cursor.lastrowid, *row) for row in rows]
            if filled:
                connection.executemany(f"INSERT INTO {table} VALUES ({', '.join('?' * len(filled[0]))})", filled)
    return True


def vintages(corpus: Corpus) -> list[Vintage]:
    """All that the file holds, the oldest first."""
    rows = corpus.rows(f"SELECT {', '.join(fields_dict(Vintage))} FROM vintages ORDER BY vintage_id")
    return [Vintage(**dict(row)) for row in rows]


def find(corpus: Corpus, name: str, *, arguments: str) -> Vintage:
    """The vintage of that number, of a fingerprint that begins so, or the `last` one with these arguments."""
    held = vintages(corpus)
    if name == LAST:
        fit = [one for one in held if one.arguments == arguments][-1:]
    else:
        fit = [one for one in held if str(one.vintage_id) == name]
        fit = fit or [one for one in held if one.fingerprint.startswith(name.lower())]
    if len(fit) != 1:
        raise InputError(f"no vintage {name!r} in {corpus.path}: {_listed(held)}")
    return fit[0]


def _listed(held: Sequence[Vintage]) -> str:
    if not held:
        return "no report has been kept yet"
    shown = "; ".join(
        f"{one.vintage_id} or {one.name} of {one.published_at[:10]}, data to {one.data_until[:10]}"
        for one in held[:-6:-1]
    )
    return f"there is {shown}" if len(held) <= 5 else f"the last five of {len(held)} are {shown}"


def numbers(corpus: Corpus, vintage: Vintage) -> list[Row]:
    """The published numbers of a vintage, in the order of their names."""
    rows = corpus.rows(
        "SELECT measure, subject, period, value, low, high, sample_count, employer_count FROM stats"
        " WHERE vintage_id = ? ORDER BY measure, subject, period",
        (vintage.vintage_id,),
    )
    return [tuple(row) for row in rows]


def store(path: Any, vintage: Vintage, stats: Iterable[Row], checks: Iterable[Check]) -> bool:
    """`keep` in the file at `path`, opened for writing."""
    with open_corpus(path, write=True) as corpus:
        return keep(corpus, vintage, stats, checks)
