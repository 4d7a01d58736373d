"""From the file to statistics, tables and the report. Reads only; imports neither crawler nor extractor.

For notebooks: `analysis.read("data/mljobs.db")` gives the cells that every measure of `analysis.measures` takes and
turns into a DataFrame, `analysis.tables("data/mljobs.db")` all tables of the report at once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd

    from analysis.cells import Cells

__all__ = ["read", "tables"]


def read(
    path: str | Path,
    *,
    role: str = "ml",
    since: str | None = None,
    until: str | None = None,
    title: str | None = None,
    country: str | None = None,
) -> Cells:
    """Read a database file into the cells that every measure takes; the choices are those of `mljobs report`.

    Args:
        path: The database file.
        role: A role family's id (`v_roles` lists them), `ml` (the ML families together) or `all`.
        since: First month, `YYYY-MM`.
        until: Last month, `YYYY-MM`.
        title: A regular expression that the title must hold, letter case counting not.
        country: ISO 3166-1 alpha-2, such as `DE`.

    Returns:
        Vacancies, which skills each asks for, and when which employer was covered.

    Raises:
        corpus.errors.InputError: No such file, or the choices make no sense or fit no posting.
    """
    from analysis.cells import Selection, read_cells
    from corpus.db import open_corpus

    with open_corpus(path) as corpus:
        return read_cells(corpus, Selection(role, since, until, title, country))


def tables(
    path: str | Path,
    *,
    role: str = "ml",
    since: str | None = None,
    until: str | None = None,
    title: str | None = None,
    country: str | None = None,
) -> dict[str, pd.DataFrame]:
    """Compute all tables of the report, by the names of their CSV files; a minute on a large file.

    Args:
        path: The database file.
        role: As in [analysis.read][].
        since: First month, `YYYY-MM`.
        until: Last month, `YYYY-MM`.
        title: A regular expression that the title must hold.
        country: ISO 3166-1 alpha-2.

    Returns:
        Table by name: `volume`, `skill_shares`, `skill_trends`, `salary`, … An empty one has no data in this file.

    Raises:
        corpus.errors.InputError: No such file, or the choices make no sense or fit no posting.
    """
    from analysis.cells import Selection
    from analysis.tables import compute

    return compute(path, Selection(role, since, until, title, country)).tables
