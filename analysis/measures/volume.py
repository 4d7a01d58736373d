"""How many postings open and are open: flow, stock, and the index that compares like with like.

The index is the month effect of `E flow[unit, month] = size[unit] * level[month] * days covered`, fitted by Poisson
pseudo-likelihood. Employers that enter or leave, and months that were covered in part, do not move it.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from analysis.coverage import exposure, spread
from analysis.measures.chance import SEED, percentiles, redrawn
from analysis.measures.season import season, year_on_year

if TYPE_CHECKING:
    import numpy.typing as npt

    from analysis.cells import Cells

    Floats = npt.NDArray[np.float64]

BASE_MONTHS = 12
MIN_EMPLOYERS = 5
"""Fewer employers are no panel: their own postings are counted, but no index is made of them."""
FEW_EMPLOYERS = 10
"""Below this many, redrawing employers hardly varies: the interval then redraws their counts (Poisson) as well."""
LEAST_COVERAGE = 0.1
"""A month whose covered days are less than this part of the usual month's has no index."""


def volume(cells: Cells) -> pd.DataFrame:
    """volume.csv: one row a month; the index is 100 on average over the first twelve months of coverage."""
    usable = usable_months(cells)
    index, low, high = matched_index(cells, usable)
    raw = cells.flow.sum(axis=0)
    read = cells.vacancies["month"].to_numpy()
    opened = raw if cells.basis == "flow" else np.bincount(read[read >= 0], minlength=len(cells.months))
    table = pd.DataFrame(
        {
            "month": cells.months,
            "new_postings": np.round(opened).astype(np.int64),
            "active_postings": stock(cells),
            "boards": covered_boards(cells),
            "index": index,
            "index_low": low,
            "index_high": high,
            "index_raw": base_100(_ratio(raw, cells.calendar.days), usable),
            "index_fixed_panel": fixed_panel(cells, usable),
            "index_chained": chained(cells, usable),
            "index_adjusted": adjusted(cells, index),
            "year_on_year": year_on_year(index),
            "per_million": 1e6 * _ratio(raw, cells.all_flow),
            "is_preliminary": preliminary(cells),
        }
    )
    return table.round({"active_postings": 1, "per_million": 0})


def adjusted(cells: Cells, index: Floats) -> Floats:
    """The index less what the month of the year adds to it; nothing before two whole years of it are known."""
    number = np.array([12 * int(month[:4]) + int(month[5:7]) - 1 for month in cells.months], dtype=np.int64)
    settled = np.where(preliminary(cells), np.nan, index)
    found = season(settled, number)
    return np.full(len(index), np.nan) if found is None else index / np.exp(found.effect)


def usable_months(cells: Cells) -> npt.NDArray[np.bool_]:
    """Months that were covered well enough to have an index."""
    days = cells.exposure.sum(axis=0)
    usual = np.median(days[days > 0]) if (days > 0).any() else 0.0
    return np.asarray((days > 0) & (days >= LEAST_COVERAGE * usual))


def rake(flow: Floats, days: Floats, weights: Floats, rounds: int = 300, tolerance: float = 1e-7) -> Floats:
    """Month effects of the two-way Poisson model for each row of `weights` (replicates x units): replicates x months.

    `level[t] = sum flow / sum size * days` and `size[u] = sum flow / sum level * days` in turn, until both stand still.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        total = weights @ flow
        own = flow.sum(axis=1)
        level = np.nan_to_num(total / (weights @ days))
        for _ in range(rounds):
            size = np.nan_to_num(own / (level @ days.T), posinf=0.0)
            after = np.nan_to_num(total / ((weights * size) @ days), posinf=0.0)
            after *= (level.sum(axis=1) / np.maximum(after.sum(axis=1), 1e-300))[:, None]
            moved = np.max(np.abs(after - level) / np.maximum(level.mean(axis=1, keepdims=True), 1e-300))
            level = after
            if moved < tolerance:
                break
    return level


def base_100(series: Floats, usable: npt.NDArray[np.bool_]) -> Floats:
    """The series, or each row of several, with its mean over the first twelve usable months at 100."""
    base = np.flatnonzero(usable)[:BASE_MONTHS]
    if not len(base):
        return np.full_like(series, np.nan)
    with np.errstate(divide="ignore", invalid="ignore"):
        out = 100 * series / series[..., base].mean(axis=-1, keepdims=True)
    return np.where(usable & np.isfinite(out), out, np.nan)


def matched_index(cells: Cells, usable: npt.NDArray[np.bool_]) -> tuple[Floats, Floats, Floats]:
    """The index and its 95 % percentile interval over bootstrapped employers; nothing of fewer than five employers."""
    nothing = np.full(len(cells.months), np.nan)
    covered = cells.covered_flow()
    seen = covered.sum(axis=1) > 0
    employers = cells.units["employer"].to_numpy()[seen]
    if cells.basis != "flow" or len(np.unique(employers)) < MIN_EMPLOYERS:
        return nothing, nothing, nothing
    flow, days = covered[seen] * usable, cells.exposure[seen] * usable
    index = base_100(rake(flow, days, np.ones((1, len(flow))))[0], usable)
    place = np.unique(employers, return_inverse=True)[1]
    sizes = np.bincount(place, weights=flow.sum(axis=1))
    low, high = _interval(base_100(replicates(flow, days, employers), usable), percentiles(sizes))
    return index, np.fmin(low, index), np.fmax(high, index)


def replicates(flow: Floats, days: Floats, employers: npt.NDArray[np.int64]) -> Floats:
    """Month effects of each bootstrap sample: employers drawn anew, and of few employers the counts too."""
    names, place = np.unique(employers, return_inverse=True)
    weights = redrawn(len(names))[:, place]
    if len(names) >= FEW_EMPLOYERS:
        return rake(flow, days, weights, 100, 1e-4)
    rng = np.random.default_rng(SEED)
    return np.concatenate(
        [rake(rng.poisson(flow).astype(np.float64), days, row[None, :], 100, 1e-4) for row in weights]
    )


def _interval(rows: Floats, ends: tuple[float, float]) -> tuple[Floats, Floats]:
    known = np.isfinite(rows).mean(axis=0) > 0.5
    bounds = np.full((2, rows.shape[1]), np.nan)
    if known.any():
        bounds[:, known] = np.nanpercentile(rows[:, known], ends, axis=0)
    return bounds[0], bounds[1]


def fixed_panel(cells: Cells, usable: npt.NDArray[np.bool_]) -> Floats:
    """Flow a covered day of the units that were covered in nine tenths of every usable month."""
    if not usable.any():
        return np.full(len(cells.months), np.nan)
    most = cells.exposure.max(axis=0)
    kept = (cells.exposure[:, usable] >= 0.9 * most[usable]).all(axis=1)
    return base_100(
        _ratio(cells.covered_flow()[kept].sum(axis=0), cells.exposure[kept].max(axis=0, initial=0.0)), usable
    )


def chained(cells: Cells, usable: npt.NDArray[np.bool_]) -> Floats:
    """Month-on-month ratios over the units that were covered in both months, multiplied up."""
    level = np.ones(len(cells.months))
    months = np.flatnonzero(usable)
    for before, month in pairwise(months.tolist()):
        both = (cells.exposure[:, before] > 0) & (cells.exposure[:, month] > 0)
        rate = [
            cells.flow[both, at].sum() / max(cells.exposure[both, at].mean() if both.any() else 0.0, 1e-9)
            for at in (before, month)
        ]
        level[month] = level[before] * (rate[1] / rate[0] if rate[0] > 0 else np.nan)
    return base_100(level, usable)


def stock(cells: Cells) -> Floats:
    """Vacancies that were open on the average day of the month; nothing for postings that never close."""
    empty = np.full(len(cells.months), np.nan)
    if cells.universe != "crawled":
        return empty
    rows = cells.vacancies
    middle = (rows["open_low"] + rows["open_high"]) / 2
    low = middle.where(rows["is_flow"], rows["open_high"]).to_numpy()
    high = ((rows["last_low"] + rows["last_high"]) / 2).where(rows["is_closed"], rows["last_low"]).to_numpy()
    known = np.isfinite(low) & np.isfinite(high)
    low, high = low[known], np.maximum(high[known], low[known])
    covered = cells.boards.table[cells.boards.table["universe"] == "crawled"]
    edges = cells.calendar.edges
    start, end = covered["first_at"].min(), covered["last_at"].max()
    days = np.minimum(edges[1:], end) - np.maximum(edges[:-1], start)
    _, months, parts = spread(low, high, edges)
    total = np.bincount(months, weights=parts, minlength=len(cells.months))
    seen = np.zeros(len(cells.months))
    if cells.basis == "stock":  # one visit has no length: count what it saw
        first = cells.calendar.month_of(low)
        seen = np.bincount(first[first >= 0], minlength=len(cells.months)).astype(np.float64)
    return np.where(days >= 1, total / np.maximum(days, 1), seen)


def covered_boards(cells: Cells) -> npt.NDArray[np.int64]:
    """Boards of this universe that were covered in the month, with or without postings of the selection."""
    if cells.basis == "stock":
        months = cells.ledger.groupby("month")["boards"].sum()
        return months.reindex(cells.months, fill_value=0).to_numpy(dtype=np.int64)
    ids = cells.boards.table.index[cells.boards.table["universe"] == cells.universe].to_numpy()
    return np.asarray((exposure(cells.boards, ids, cells.calendar) > 0).sum(axis=0), dtype=np.int64)


def preliminary(cells: Cells) -> npt.NDArray[np.bool_]:
    """The last month of the coverage, unless it was covered to its end."""
    flags = np.zeros(len(cells.months), dtype=bool)
    last = cells.boards.table.loc[cells.boards.table["universe"] == cells.universe, "last_at"].max()
    if cells.calendar.edges[-2] <= last < cells.calendar.edges[-1] - 1:
        flags[-1] = True
    return flags


def _ratio(top: Floats, bottom: Floats) -> Floats:
    return np.asarray(np.divide(top, bottom, out=np.full(len(top), np.nan), where=bottom > 0))
