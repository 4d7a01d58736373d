"""One report from beginning to end: open the file, look what it holds, compute, write, keep the numbers."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from attrs import evolve

from analysis import narrative as say
from analysis import vintage
from analysis.about import holdings, read_about
from analysis.cells import Selection
from analysis.report.write import Report, write_report
from analysis.tables import compute
from corpus import vintages
from corpus.cells import open_folder
from corpus.db import open_corpus
from corpus.errors import DatabaseError, InputError

COMPUTING = 0.6
"""Part of the time that the numbers take; the charts take the rest."""
CHARTS = 230
"""Drawings of a full report, for the bar."""


def run_report(
    db_path: Path,
    selection: Selection,
    out: Path,
    progress: Callable[[float, str], None],
    compare: str | None = None,
    *,
    cells: Path | None = None,
) -> Report:
    """Write the report on `db_path` into `out` and keep its numbers in the file.

    `progress(part done, what is under way)` is called as it goes; `compare` names the vintage whose numbers are laid
    beside the new ones. With `cells` the report is made from that folder of cells, and there is no file to keep it in.
    """
    if cells and compare:
        raise InputError("--compare needs a database: a folder of cells keeps no vintages")
    drawn = 0

    def tick(name: str) -> None:
        nonlocal drawn
        drawn += 1
        progress(min(1.0, COMPUTING + (1 - COMPUTING) * drawn / CHARTS), f"drawing {name}")

    with open_folder(cells) if cells else open_corpus(db_path) as corpus:
        progress(0.0, "looking at the file")
        old = vintages.find(corpus, compare, arguments=vintage.arguments_of(selection)) if compare else None
        about = read_about(corpus, selection)
        problem = about.problem()
        results = None
        if problem is None:
            try:
                results = compute(
                    corpus, selection, lambda step, of, what: progress(COMPUTING * step / max(1, of), what)
                )
            except InputError as error:  # the choice fits no posting: say so on the page too
                problem = say.capital(f"{error}. {holdings(corpus)}")
        if results is None:
            return write_report(None, about, out, problem=problem, tick=tick)
        rows = vintage.rows_of(results)
        new = vintage.vintage_of(results, about, rows)
        about = evolve(about, vintage=new.name)
        comparison = vintage.compare(corpus, old, new, rows) if old else None
    made = write_report(results, about, out, comparison=comparison, tick=tick)
    if cells:
        return made
    try:
        vintages.store(db_path, new, rows, vintage.checks_of(results))
    except DatabaseError as error:  # a file that can only be read has its report all the same
        return evolve(made, warnings=(f"the numbers were not kept for later comparison: {error}",))
    return made
