"""Which skills rise or fall: within employers, free of season, judged by employers and not by postings.

Effect: Mantel-Haenszel log odds ratio of the last twelve against the first twelve months, employers as strata, with a
delete-one-employer jackknife. Test: slope of a linear probability model with employer effects and annual harmonics,
wild cluster bootstrap-t with the null imposed (Rademacher weights). Many skills: Benjamini-Hochberg.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from attrs import frozen
from scipy import sparse, stats

from analysis.measures.chance import SEED, effective
from analysis.measures.shares import clustered_shares, indicator

if TYPE_CHECKING:
    import numpy.typing as npt

    from analysis.cells import Cells

    Floats = npt.NDArray[np.float64]
    Ints = npt.NDArray[np.int64]

REPLICATES = 4999
NIL = 0.5
"""Added to both sums of an odds ratio where one of them is nothing."""
FIRST, PLAINLY_FLAT = 400, 0.2
LEVEL = 0.05
YEAR = 12
MIN_MONTHS = 24
"""Below two years a season cannot be told from a trend: no skill is called rising or falling."""
MIN_WITH_SKILL, MIN_EMPLOYERS = 30, 5
"""Least support of a test: postings with the skill, and employers that ask for it."""
MIN_CLUSTERS = 10.0
"""Effective employers (Carter, Schnepel and Steigerwald 2017) below which no p value is printed."""
LARGEST_WEIGHT = 0.05
"""No employer counts for more than this part of all postings in a test."""


@frozen
class Panel:
    """Counts by unit (employer x board) and month, of counted vacancies."""

    unit: Ints
    """The unit of each cell; cells are sorted by unit, then month."""
    month: Ints
    size: Floats
    """Postings in each cell."""
    asks: sparse.csr_matrix
    """cells x skills: postings that name the skill."""
    employer: Ints
    """unit -> number of its employer, 0 to `employers` - 1."""
    employers: int
    weight: Floats
    """unit -> weight that keeps any employer at five per cent."""


def make_panel(cells: Cells, *, required: bool = False) -> Panel | None:
    """Count by unit and month; None where nothing is counted."""
    counted = np.flatnonzero(cells.counted())
    if not len(counted):
        return None
    rows = cells.vacancies.iloc[counted]
    months = len(cells.months)
    keys, place = np.unique(rows["unit"].to_numpy() * months + rows["month"].to_numpy(), return_inverse=True)
    asks = (cells.requires if required else cells.asks)[counted]
    units, unit = np.unique(keys // months, return_inverse=True)
    names, employer = np.unique(cells.units["employer"].to_numpy()[units], return_inverse=True)
    size = np.bincount(place, minlength=len(keys)).astype(np.float64)
    own = np.bincount(employer[unit], weights=size, minlength=len(names))
    return Panel(
        unit=unit.astype(np.int64),
        month=(keys % months).astype(np.int64),
        size=size,
        asks=(indicator(place, len(keys)) @ asks).tocsr().astype(np.float64),
        employer=employer.astype(np.int64),
        employers=len(names),
        weight=capped_weights(own.astype(np.float64))[employer],
    )


def capped_weights(sizes: Floats, cap: float = LARGEST_WEIGHT) -> Floats:
    """Weights, at most 1, with which no size is more than `cap` of the weighted whole (or 2 / n of few)."""
    cap = max(cap, 2 / max(len(sizes), 1))
    if cap >= 1:
        return np.ones(len(sizes))
    order = np.sort(sizes)[::-1]
    rest = order.sum() - np.cumsum(order)
    for large in range(len(order)):  # the `large` largest are cut to one common limit
        below = rest[large - 1] if large else order.sum()
        limit = cap * below / max(1 - cap * large, 1e-9)
        if order[large] <= limit:
            break
    return np.minimum(1.0, limit / np.maximum(sizes, 1e-12)) if large else np.ones(len(sizes))


def harmonics(months: Ints) -> Floats:
    """Annual and half-annual waves at each month: months x 4."""
    angle = 2 * np.pi * months[:, None] / YEAR
    return np.concatenate([np.cos(angle), np.sin(angle), np.cos(2 * angle), np.sin(2 * angle)], axis=1)


@frozen
class Slopes:
    """The slope test of each skill."""

    slope: Floats
    """Change of the share a year, within employers."""
    p_value: Floats
    clusters: float
    """Effective number of employers of the test."""


def slope_test(panel: Panel, columns: Ints, replicates: int = REPLICATES) -> Slopes:
    """Test the slope of each of the skills `columns` over the months of the panel."""
    span = panel.month.max() - panel.month.min() if len(panel.month) else 0
    time = panel.month / YEAR
    waves = harmonics(panel.month) if span + 1 >= MIN_MONTHS else np.zeros((len(panel.month), 0))
    weight = panel.size * panel.weight[panel.unit]
    design = _demeaned(np.column_stack([time, waves]), weight, panel.unit)
    waves, _ = np.linalg.qr(design[:, 1:] * np.sqrt(weight)[:, None]) if waves.shape[1] else (design[:, 1:], None)
    waves = waves / np.sqrt(weight)[:, None] if waves.shape[1] else waves
    slope = design[:, 0] - waves @ (waves.T @ (weight * design[:, 0]))
    information = float(weight @ slope**2)
    cluster = indicator(panel.employer[panel.unit], panel.employers).astype(np.float64)
    by_employer = cluster @ (weight * slope**2)
    clusters = effective(by_employer)
    if information <= 1e-9:
        return Slopes(np.full(len(columns), np.nan), np.full(len(columns), np.nan), 0.0)
    basis = np.column_stack([slope / np.sqrt(information), waves])
    moments = cluster @ (basis * (weight * slope)[:, None])
    estimates, values = [], []
    heard = by_employer > 0  # who posted in one month only says nothing of a slope
    moments = moments[heard]
    flips = _flips(replicates, int(heard.sum()))
    for part in np.array_split(columns, max(1, int(np.ceil(len(columns) * panel.employers / 2e6)))):
        share = panel.asks[:, part].toarray() / panel.size[:, None]
        estimates.append((weight * slope) @ share / information)
        rest = _demeaned(share, weight, panel.unit)
        rest -= waves @ (waves.T @ (weight[:, None] * rest))  # the null is imposed: no slope is taken out
        scores = (cluster @ ((weight * slope)[:, None] * rest))[heard]
        loads = np.stack([(cluster @ ((weight * column)[:, None] * rest))[heard] for column in basis.T], axis=2)
        values.append(_wild_p(scores, loads, moments, flips))
    return Slopes(np.concatenate(estimates), np.concatenate(values), clusters)


def _demeaned(values: Floats, weight: Floats, unit: Ints) -> Floats:
    """Values less their weighted mean within the unit: unit effects taken out."""
    gather = indicator(unit, int(unit.max(initial=-1)) + 1).astype(np.float64)
    means = (gather @ (values * weight[:, None])) / (gather @ weight)[:, None]
    return np.asarray(values - means[unit])


def _flips(replicates: int, employers: int) -> npt.NDArray[np.float32]:
    """Rademacher weights, one row a replicate."""
    bits = np.random.default_rng(SEED).integers(0, 2, (replicates, employers), dtype=np.int8)
    return (2 * bits - 1).astype(np.float32)


def _wild_p(scores: Floats, loads: Floats, moments: Floats, flips: npt.NDArray[np.float32]) -> Floats:
    """Two-sided p values. Skills that are plainly flat after the first tenth of the replicates are not followed."""
    first = max(len(flips) // 10, min(len(flips), FIRST))
    hits = _extremes(scores, loads, moments, flips[:first])
    p_value = (hits + 1) / (first + 1)
    near = np.flatnonzero(p_value <= PLAINLY_FLAT)
    if len(near) and first < len(flips):
        hits[near] += _extremes(scores[:, near], loads[:, near], moments, flips[first:])
        p_value[near] = (hits[near] + 1) / (len(flips) + 1)
    return np.asarray(p_value)


def _extremes(scores: Floats, loads: Floats, moments: Floats, flips: npt.NDArray[np.float32]) -> Ints:
    """How many worlds without the slope give a t value as large.

    In a replicate the score of employer c is `f[c] scores[c] - moments[c] . sum_d f[d] loads[d]`: its own residuals
    flipped, less what the refit takes out of them. So all replicates come from three matrix products.
    """
    skills, terms = scores.shape[1], moments.shape[1]
    scale = np.maximum(np.abs(scores).max(axis=0), 1e-300)
    scores, loads = scores / scale, loads / scale[None, :, None]
    crossed = scores[:, :, None] * moments[:, None, :]
    gram = moments.T @ moments
    squares = (scores**2).sum(axis=0)

    def t_values(rows: npt.NDArray[np.float32]) -> Floats:
        total = (rows @ scores.astype(np.float32)).astype(np.float64)
        refit = (rows @ loads.reshape(len(scores), -1).astype(np.float32)).reshape(-1, skills, terms)
        mixed = (rows @ crossed.reshape(len(scores), -1).astype(np.float32)).reshape(-1, skills, terms)
        variance = squares - 2 * (mixed * refit).sum(axis=2) + np.einsum("bsi,ij,bsj->bs", refit, gram, refit)
        return np.asarray(np.abs(total) / np.sqrt(np.maximum(variance, 1e-12)))

    real = t_values(np.ones((1, len(scores)), dtype=np.float32))[0]
    parts = np.array_split(flips, len(flips) // 500 + 1)
    return np.asarray(np.sum([(t_values(rows) >= real - 1e-6).sum(axis=0) for rows in parts], axis=0), dtype=np.int64)


@frozen
class Odds:
    """Mantel-Haenszel log odds ratios with their jackknife standard errors."""

    change: Floats
    error: Floats
    clusters: float
    """Effective number of employers that are compared."""


def odds_change(panel: Panel, first: range, last: range) -> Odds:
    """Log odds of asking in the months `last` against those of `first`, units as strata, employers as clusters."""
    units = len(panel.weight)
    before, after = (
        indicator(np.where((panel.month >= span.start) & (panel.month < span.stop), panel.unit, -1), units)
        for span in (first, last)
    )
    n0, n1 = before @ panel.size, after @ panel.size
    both = (n0 > 0) & (n1 > 0)
    n0, n1 = n0 * both, n1 * both
    total = np.maximum(n0 + n1, 1)
    y0, y1 = (before.astype(np.float64) @ panel.asks), (after.astype(np.float64) @ panel.asks)
    gather = indicator(panel.employer, panel.employers).astype(np.float64)
    product = y1.multiply(y0)
    up = gather @ (y1.multiply((n0 / total)[:, None]) - product.multiply((both / total)[:, None])).tocsr()
    down = gather @ (y0.multiply((n1 / total)[:, None]) - product.multiply((both / total)[:, None])).tocsr()
    taking_part = np.unique(panel.employer[both]).size
    change, error = _jackknife(up.tocsc(), down.tocsc(), taking_part)
    return Odds(change, error, effective((gather @ (n0 * n1 / total))[np.unique(panel.employer[both])]))


def _jackknife(up: sparse.csc_matrix, down: sparse.csc_matrix, employers: int) -> tuple[Floats, Floats]:
    """Log(sum up / sum down) by skill, and its error from leaving out each employer in turn."""
    top, bottom = np.asarray(up.sum(axis=0)).ravel(), np.asarray(down.sum(axis=0)).ravel()
    change, error = np.full(len(top), np.nan), np.full(len(top), np.nan)
    nil = np.where((top > 0) & (bottom > 0), 0.0, NIL)  # a skill that nobody asked for then (or now) has no odds
    top, bottom = top + nil, bottom + nil
    for skill in np.flatnonzero(top + bottom > 2 * nil):
        column = np.zeros((2, up.shape[0]))
        for at, matrix in enumerate((up, down)):
            span = slice(matrix.indptr[skill], matrix.indptr[skill + 1])
            column[at, matrix.indices[span]] = matrix.data[span]
        asked = column.any(axis=0)  # leaving out any other employer changes nothing
        left = np.array([[top[skill]], [bottom[skill]]]) - column[:, asked]
        change[skill] = np.log(top[skill] / bottom[skill])
        if (left > 0).all() and employers > 1:
            moved = np.concatenate([np.log(left[0] / left[1]) - change[skill], np.zeros(employers - asked.sum())])
            error[skill] = np.sqrt((employers - 1) / employers * ((moved - moved.mean()) ** 2).sum())
    return change, error


def benjamini_hochberg(p_values: Floats) -> Floats:
    """Make q values of the p values that are known; unknown stay unknown."""
    q_values = np.full(len(p_values), np.nan)
    known = np.flatnonzero(np.isfinite(p_values))
    if len(known):
        q_values[known] = stats.false_discovery_control(p_values[known])
    return q_values


def periods(cells: Cells) -> tuple[range, range]:
    """First and last year of what is counted; with less than two years the first and last half."""
    months = cells.vacancies["month"].to_numpy()[cells.counted()]
    if not len(months):
        return range(0), range(0)
    low, high = int(months.min()), int(months.max()) + 1
    length = min(YEAR, (high - low) // 2)
    return range(low, low + length), range(high - length, high)


COLUMNS = [
    *("skill", "kind", "postings_with_skill", "employers", "share_first", "share_last", "share_last_low"),
    *("share_last_high", "log_odds_change", "log_odds_low", "log_odds_high", "p_value", "q_value", "trend"),
    *("note", "slope_a_year", "log_odds_error"),
]


def skill_trends(
    cells: Cells, panel: Panel | None = None, *, required: bool = False, replicates: int = REPLICATES
) -> pd.DataFrame:
    """skill_trends.csv: one row a skill, most asked first."""
    panel = panel or make_panel(cells, required=required)
    if panel is None:
        return pd.DataFrame({name: [] for name in COLUMNS})
    first, last = periods(cells)
    support = _support(cells, panel, first, last, required=required)
    span = int(panel.month.max() - panel.month.min()) + 1
    table = support.assign(**_odds_columns(panel, first, last))
    tested = (table["postings_with_skill"] >= MIN_WITH_SKILL) & (table["employers"] >= MIN_EMPLOYERS)
    tested &= cells.basis == "flow"
    table["p_value"] = table["slope_a_year"] = np.nan
    clusters = 0.0
    if tested.any() and span > 2:
        slopes = slope_test(panel, np.flatnonzero(tested), replicates)
        clusters = slopes.clusters
        table.loc[tested, "slope_a_year"] = slopes.slope
        if clusters >= MIN_CLUSTERS:
            table.loc[tested, "p_value"] = slopes.p_value
    table["q_value"] = benjamini_hochberg(table["p_value"].to_numpy())
    table["trend"], table["note"] = _verdicts(table, span, clusters)
    order = np.lexsort((table["skill"].to_numpy(), -table["postings_with_skill"].to_numpy()))
    return table.iloc[order].reset_index(drop=True)[COLUMNS]


def _support(cells: Cells, panel: Panel, first: range, last: range, *, required: bool) -> pd.DataFrame:
    """What each skill's row stands on, and its shares in the first and the last year."""
    counted = cells.counted()
    months = cells.vacancies["month"].to_numpy()
    groups = np.full(len(months), -1, dtype=np.int64)
    groups[counted & (months >= first.start) & (months < first.stop)] = 0
    groups[counted & (months >= last.start) & (months < last.stop)] = 1
    asks = cells.requires if required else cells.asks
    found = clustered_shares(groups, 2, cells.vacancies["employer"].to_numpy(), asks)
    gather = indicator(panel.employer[panel.unit], panel.employers).astype(np.float64)
    enough = found.is_supported
    return pd.DataFrame(
        {
            "skill": cells.skills["name"],
            "kind": cells.skills["kind"],
            "postings_with_skill": np.asarray(panel.asks.sum(axis=0)).ravel().astype(np.int64),
            "employers": (gather @ panel.asks).tocsc().getnnz(axis=0),
            "share_first": np.where(found.postings[0] > 0, found.share[0], np.nan),
            "share_last": found.share[1],
            "share_last_low": np.where(enough[1], found.low[1], np.nan),
            "share_last_high": np.where(enough[1], found.high[1], np.nan),
        }
    )


def _odds_columns(panel: Panel, first: range, last: range) -> dict[str, Floats]:
    odds = odds_change(panel, first, last)
    quantile = stats.t.ppf(1 - LEVEL / 2, max(odds.clusters - 1, 1))
    return {
        "log_odds_change": odds.change,
        "log_odds_low": odds.change - quantile * odds.error,
        "log_odds_high": odds.change + quantile * odds.error,
        "log_odds_error": odds.error,
    }


def _verdicts(table: pd.DataFrame, span: int, clusters: float) -> tuple[list[str], list[str]]:
    """Trend and, where there is more to say, a note of each row."""
    trends, notes = [], []
    columns = ["p_value", "postings_with_skill", "employers", "log_odds_low", "log_odds_high", "q_value"]
    rows = table[[*columns, "slope_a_year", "log_odds_change"]].to_numpy(dtype=np.float64)
    moved = (table["share_last"] - table["share_first"]).to_numpy(
        dtype=np.float64
    )  # where no employer spans both years
    for (p_value, postings, employers, low, high, q_value, slope, change), raw in zip(rows, moved, strict=True):
        trend, note = "too_few", ""
        if np.isnan(p_value):
            small = postings < MIN_WITH_SKILL or employers < MIN_EMPLOYERS
            note = "too few postings or employers" if small or clusters else "no openings over time are known"
            if not small and 0 < clusters < MIN_CLUSTERS:
                note = f"too few employers of weight ({clusters:.0f}) for a test"
        elif span < MIN_MONTHS:
            is_moved = (low > 0 or high < 0) and q_value <= LEVEL
            note = f"{'change, not yet a trend' if is_moved else 'no change seen'} ({span} months)"
        elif q_value <= LEVEL and slope * (change if np.isfinite(change) else raw) > 0:
            trend = "rising" if slope > 0 else "falling"
        else:
            trend = "flat"
        trends.append(trend)
        notes.append(note)
    return trends, notes
