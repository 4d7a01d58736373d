"""Why a share moved: because the same employers ask more, or because employers that ask grew (within / between)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from analysis.measures.chance import percentiles, redrawn
from analysis.measures.shares import indicator
from analysis.measures.trends import MIN_EMPLOYERS, MIN_WITH_SKILL, Panel, periods

if TYPE_CHECKING:
    import numpy.typing as npt

    from analysis.cells import Cells

    Floats = npt.NDArray[np.float64]

LEAST_COVERED = 0.25
"""Part of each year's days on which a unit of the matched panel was covered, at least."""
COLUMNS = [
    *("skill", "change_pp", "within_pp", "between_pp", "within_low", "within_high", "between_low", "between_high"),
    *("entry_exit_pp", "employers"),
]


def decomposition(cells: Cells, panel: Panel | None) -> pd.DataFrame:
    """decomposition.csv: change of the share in percentage points, last against first year, on the matched panel."""
    first, last = periods(cells)
    if panel is None or not len(first) or cells.basis != "flow":
        return pd.DataFrame({name: [] for name in COLUMNS})
    units = np.unique(cells.vacancies["unit"].to_numpy()[cells.counted()])
    days = cells.calendar.days
    matched = np.ones(len(units), dtype=bool)
    for span in (first, last):
        at = slice(span.start, span.stop)
        matched &= cells.exposure[units, at].sum(axis=1) >= LEAST_COVERED * days[at].sum()
    support = np.asarray(panel.asks.sum(axis=0)).ravel() >= MIN_WITH_SKILL
    gather = indicator(panel.employer[panel.unit], panel.employers).astype(np.float64)
    support &= (gather @ panel.asks).tocsc().getnnz(axis=0) >= MIN_EMPLOYERS
    columns = np.flatnonzero(support)
    (n0, y0), (n1, y1) = (_totals(panel, span, matched, columns) for span in (first, last))
    if not n0.any() or not n1.any() or not len(columns):
        return pd.DataFrame({name: [] for name in COLUMNS})
    change, within = _split(np.ones((1, len(n0))), n0, y0, n1, y1)
    changes, withins = _split(redrawn(len(n0)), n0, y0, n1, y1)
    ends = percentiles(n0 + n1)
    low, high = np.nanpercentile(withins, ends, axis=0)
    low_between, high_between = np.nanpercentile(changes - withins, ends, axis=0)
    everyone = np.ones(len(units), dtype=bool)
    (m0, z0), (m1, z1) = (_totals(panel, span, everyone, columns) for span in (first, last))
    raw = z1.sum(axis=0) / m1.sum() - z0.sum(axis=0) / m0.sum()
    table = pd.DataFrame(
        {
            "skill": cells.skills["name"].to_numpy()[columns],
            "change_pp": 100 * change[0],
            "within_pp": 100 * within[0],
            "between_pp": 100 * (change - within)[0],
            "within_low": 100 * low,
            "within_high": 100 * high,
            "between_low": 100 * low_between,
            "between_high": 100 * high_between,
            "entry_exit_pp": 100 * (raw - change[0]),
            "employers": int(((n0 > 0) & (n1 > 0)).sum()),
        }
    )
    return table.sort_values("change_pp", ascending=False, kind="stable", ignore_index=True)


def _totals(
    panel: Panel, span: range, matched: npt.NDArray[np.bool_], columns: npt.NDArray[np.int64]
) -> tuple[Floats, Floats]:
    """Postings, and postings with each skill, of each employer within the months `span`."""
    inside = (panel.month >= span.start) & (panel.month < span.stop) & matched[panel.unit]
    gather = indicator(np.where(inside, panel.employer[panel.unit], -1), panel.employers).astype(np.float64)
    return gather @ panel.size, (gather @ panel.asks[:, columns]).toarray()


def _split(weights: Floats, n0: Floats, y0: Floats, n1: Floats, y1: Floats) -> tuple[Floats, Floats]:
    """Change and its within part for each row of employers' weights (Kitagawa; employers in one year only: between)."""
    both = (n0 > 0) & (n1 > 0)
    with np.errstate(divide="ignore", invalid="ignore"):
        moved = np.where(both[:, None], y1 / n1[:, None] - y0 / n0[:, None], 0.0)
        total0, total1 = (weights @ n0)[:, None], (weights @ n1)[:, None]
        change = (weights @ y1) / total1 - (weights @ y0) / total0
        within = (weights @ (n0[:, None] * moved) / total0 + weights @ (n1[:, None] * moved) / total1) / 2
    return change, within
