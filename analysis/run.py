"""One report from beginning to end: open the file, look what it holds, compute, write."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from analysis import narrative as say
from analysis.about import read_about
from analysis.cells import Selection
from analysis.report.write import Report, write_report
from analysis.tables import compute
from corpus.db import open_corpus
from corpus.errors import InputError

COMPUTING = 0.6
"""Part of the time that the numbers take; the charts take the rest."""
CHARTS = 230
"""Drawings of a full report, for the bar."""


def run_report(db_path: Path, selection: Selection, out: Path, progress: Callable[[float, str], None]) -> Report:
    """Write the report on `db_path` into `out`. `progress(part done, what is under way)` is called as it goes."""
    drawn = 0

    def tick(name: str) -> None:
        nonlocal drawn
        drawn += 1
        progress(min(1.0, COMPUTING + (1 - COMPUTING) * drawn / CHARTS), f"drawing {name}")

    with open_corpus(db_path) as corpus:
        progress(0.0, "looking at the file")
        about = read_about(corpus, selection)
        problem = about.problem()
        results = None
        if problem is None:
            try:
                results = compute(
                    corpus, selection, lambda step, of, what: progress(COMPUTING * step / max(1, of), what)
                )
            except InputError as error:  # the choice fits no posting: say so on the page too
                problem = say.capital(f"{error}.")
    return write_report(results, about, out, problem=problem, tick=tick)
