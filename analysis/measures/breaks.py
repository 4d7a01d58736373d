"""Months in which the share of a skill jumped: steps, told apart from slopes, seasons and noise."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from analysis.measures.shares import indicator
from analysis.measures.trends import Panel, harmonics

if TYPE_CHECKING:
    import numpy.typing as npt

    from analysis.cells import Cells

    Floats = npt.NDArray[np.float64]
    Ints = npt.NDArray[np.int64]

SHORTEST = 3
"""Months in a segment, at least."""
PENALTY = 3.5
WAVES = 4
MIN_MONTHS = 24


def month_effects(panel: Panel, columns: Ints, months: int) -> tuple[Floats, Floats]:
    """Share of each skill by month with the mix of employers held fixed: (months x skills, weight of each month).

    Month effects of a linear probability model with unit effects; their weighted mean is the share over all months.
    """
    weight = panel.size * panel.weight[panel.unit]
    by_month = indicator(panel.month, months).astype(np.float64)
    units = int(panel.unit.max()) + 1
    counts = np.zeros((units, months))
    np.add.at(counts, (panel.unit, panel.month), weight)
    total = counts.sum(axis=1)
    share = panel.asks[:, columns].toarray() * panel.weight[panel.unit][:, None]
    of_unit = indicator(panel.unit, units).astype(np.float64) @ share
    normal = np.diag(counts.sum(axis=0)) - (counts / total[:, None]).T @ counts
    right = by_month @ share - (counts / total[:, None]).T @ of_unit
    effects = np.linalg.pinv(normal, hermitian=True) @ right
    each = counts.sum(axis=0)
    effects += (share.sum(axis=0) - each @ effects)[None, :] / each.sum()
    effects[each == 0] = np.nan
    return effects, each


def segments(series: Floats, weight: Floats, penalty: float) -> list[int]:
    """Starts of the segments after the first that make weighted squares + penalty a break least (exact)."""
    n = len(series)
    sums = [np.concatenate([[0.0], np.cumsum(weight * series**k)]) for k in range(3)]
    best, last = np.full(n + 1, np.inf), np.zeros(n + 1, dtype=int)
    best[0] = -penalty
    for end in range(SHORTEST, n + 1):
        starts = np.arange(0, end - SHORTEST + 1)
        w, x, xx = (total[end] - total[starts] for total in sums)
        cost = best[starts] + (xx - x**2 / w) + penalty
        at = int(np.argmin(cost))
        best[end], last[end] = cost[at], starts[at]
    found, end = [], n
    while end > 0:
        end = int(last[end])
        found.append(end)
    return sorted(start for start in found if start > 0)


def find_steps(series: Floats, weight: Floats, months: Ints) -> tuple[list[int], Floats]:
    """Where a series of monthly shares steps, and the level of each segment. No step where a line does as well."""
    waves = harmonics(months)
    breaks: list[int] = []
    seasonless, noise = series, 0.0
    for _ in range(4):
        design = np.column_stack([_levels(breaks, len(series)), waves])
        fit = _fit(design, series, weight)
        seasonless = series - waves @ fit[-waves.shape[1] :]
        noise = _noise(seasonless, weight, breaks)
        after = segments(seasonless, weight, PENALTY * np.log(len(series)) * noise)
        if after == breaks:
            break
        breaks = after
    steps = _levels(breaks, len(series))
    levels = _fit(steps, seasonless, weight)
    if breaks:
        penalty = PENALTY * np.log(len(series)) * noise
        line = np.column_stack([np.ones(len(series)), months, waves])
        as_line = _squares(line, series, weight) + penalty
        as_steps = _squares(np.column_stack([steps, waves]), series, weight) + penalty * len(breaks)
        if as_line <= as_steps:
            breaks = []
    return breaks, levels


def _levels(breaks: list[int], n: int) -> Floats:
    """Indicator columns of the segments."""
    number = np.searchsorted(np.array(breaks), np.arange(n), side="right") if breaks else np.zeros(n, dtype=int)
    return np.eye(len(breaks) + 1)[number]


def _fit(design: Floats, series: Floats, weight: Floats) -> Floats:
    root = np.sqrt(weight)
    return np.asarray(np.linalg.lstsq(design * root[:, None], series * root, rcond=None)[0])


def _squares(design: Floats, series: Floats, weight: Floats) -> float:
    return float(weight @ (series - design @ _fit(design, series, weight)) ** 2)


def _noise(series: Floats, weight: Floats, breaks: list[int]) -> float:
    """Variance of a month of weight 1, times 1 + its autocorrelation; from differences, so that steps do not count."""
    steps = np.diff(series) / np.sqrt(1 / weight[1:] + 1 / weight[:-1])
    spread = (1.4826 * np.median(np.abs(steps))) ** 2
    levels = _levels(breaks, len(series))
    rest = (series - levels @ _fit(levels, series, weight)) * np.sqrt(weight)
    scatter = float(rest @ rest)
    if breaks:  # once steps are found what is left over may say that the noise is larger
        spread = max(spread, scatter / max(len(series) - levels.shape[1] - WAVES, 1))
    rho = float(rest[1:] @ rest[:-1]) / scatter if scatter > 0 else 0.0
    rho = min(max(rho, 0.0), 0.8)
    return float(
        max(spread / (1 - rho), 1e-12) * (1 + rho)
    )  # a difference of correlated months hides part of the variance


def change_points(cells: Cells, panel: Panel | None, trends: pd.DataFrame) -> pd.DataFrame:
    """change_points.csv: the steps of skills whose trend test was passed."""
    names = ["skill", "month", "share_before", "share_after"]
    nothing = pd.DataFrame({name: pd.Series(dtype=object if name in names[:2] else float) for name in names})
    moving = trends.loc[trends["trend"].isin(["rising", "falling"]), "skill"]
    if panel is None or moving.empty:
        return nothing
    columns = np.flatnonzero(cells.skills["name"].isin(set(moving)))
    effects, weight = month_effects(panel, columns, len(cells.months))
    known = np.flatnonzero(weight > 0)
    if len(known) < MIN_MONTHS:
        return nothing
    rows = []
    for column, series in zip(columns, effects[known].T, strict=True):
        breaks, levels = find_steps(series, weight[known], known)
        rows += [
            (cells.skills["name"].iloc[column], cells.months[known[start]], levels[at], levels[at + 1])
            for at, start in enumerate(breaks)
        ]
    table = pd.DataFrame(rows, columns=names) if rows else nothing
    return table.sort_values(["skill", "month"], ignore_index=True)
