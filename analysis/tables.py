"""The published tables, put together: `compute(corpus, selection)` gives all that the report lays out.

`Results.tables` holds INTERFACE's tables by file name without `.csv`: volume, skill_shares, skill_trends, skill_rank,
decomposition, change_points, skill_pairs, salary, salary_premium, education, experience, lifetimes, coverage,
emerging_terms. Columns that the interface does not name stand behind those it names. Tables are never missing; one that
the file has no data for is empty and its reason is in `Results.notes`.
"""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd
from attrs import field, frozen

from analysis.cells import Selection, read_cells
from analysis.measures.breaks import change_points
from analysis.measures.lifetimes import lifetimes
from analysis.measures.mix import decomposition
from analysis.measures.quarters import quarterly_shares
from analysis.measures.ranking import skill_rank
from analysis.measures.shares import current_shares, monthly_shares
from analysis.measures.trends import make_panel, skill_trends
from analysis.measures.volume import volume
from corpus.db import Corpus, open_corpus

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Progress = Callable[[int, int, str], None]


@frozen
class Results:
    """All numbers of one report."""

    selection: Selection
    universe: str
    """`crawled`, `dated` or `forum`: what dates the postings (see `Cells`)."""
    basis: str
    """`flow` or `stock`."""
    months: list[str]
    preliminary: list[str]
    """Months that are not over in the data: shown, but said to be preliminary."""
    tables: dict[str, pd.DataFrame]
    notes: dict[str, str] = field(factory=dict)
    """Table -> why it is empty or what limits it, in one sentence."""


def compute(
    corpus: Corpus | str | Path, selection: Selection | None = None, progress: Progress | None = None
) -> Results:
    """Read the file once and compute every table. `progress(step, of, what)` is called before each step."""
    selection = selection or Selection()
    with _opened(corpus) as opened:
        cells = read_cells(opened, selection)
    panel = make_panel(cells)
    tables: dict[str, pd.DataFrame] = {}
    steps: list[tuple[str, str, Callable[[], pd.DataFrame]]] = [
        ("volume", "postings over time", lambda: volume(cells)),
        ("skill_shares", "shares of skills", lambda: monthly_shares(cells)),
        ("skill_shares_quarterly", "shares by quarter", lambda: quarterly_shares(cells)),
        ("current_shares", "shares of the last year", lambda: current_shares(cells)),
        ("required_shares", "required skills", lambda: current_shares(cells, required=True)),
        ("skill_trends", "trends", lambda: skill_trends(cells, panel)),
        ("skill_rank", "ranks", lambda: skill_rank(tables["skill_trends"])),
        ("decomposition", "within and between employers", lambda: decomposition(cells, panel)),
        ("change_points", "steps", lambda: change_points(cells, panel, tables["skill_trends"])),
        ("lifetimes", "lifetimes", lambda: lifetimes(cells)),
        ("coverage", "coverage", lambda: cells.ledger),
    ]
    for number, (name, what, measure) in enumerate(steps):
        if progress:
            progress(number, len(steps), what)
        tables[name] = measure()
    preliminary = tables["volume"].loc[tables["volume"]["is_preliminary"], "month"]
    return Results(
        selection=selection,
        universe=cells.universe,
        basis=cells.basis,
        months=cells.months,
        preliminary=preliminary.tolist(),
        tables=tables,
    )


@contextlib.contextmanager
def _opened(corpus: Corpus | str | Path) -> Iterator[Corpus]:
    if isinstance(corpus, Corpus):
        yield corpus
        return
    with open_corpus(corpus) as opened:
        yield opened
