"""Which skills stand together in postings, and the bundles they form."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from analysis.measures.chance import percentiles, redrawn
from analysis.measures.shares import indicator

if TYPE_CHECKING:
    import numpy.typing as npt
    from scipy import sparse

    from analysis.cells import Cells

    Floats = npt.NDArray[np.float64]
    Ints = npt.NDArray[np.int64]

MIN_TOGETHER, MIN_EMPLOYERS = 30, 5
MOST_SKILLS, MOST_PAIRS = 250, 400
LEAST_NPMI = 0.2
COLUMNS = ["skill_a", "skill_b", "postings", "lift", "lift_low", "lift_high", "npmi", "employers"]


def skill_pairs(cells: Cells) -> pd.DataFrame:
    """skill_pairs.csv: pairs that stand together more often than chance, closest first."""
    used = np.flatnonzero(cells.counted())
    asks = cells.asks[used].astype(np.float64)
    counts = np.asarray(asks.sum(axis=0)).ravel()
    columns = np.argsort(-counts, kind="stable")[:MOST_SKILLS]
    columns = np.sort(columns[counts[columns] >= MIN_TOGETHER])
    if not len(columns):
        return pd.DataFrame({name: [] for name in COLUMNS})
    asks = asks[:, columns].tocsc()
    together = (asks.T @ asks).toarray()
    one, other = np.nonzero(np.triu(together, 1) >= MIN_TOGETHER)
    near = npmi(together[one, other], counts[columns[one]], counts[columns[other]], len(used))
    order = np.argsort(-near, kind="stable")
    order = order[near[order] > 0][:MOST_PAIRS]
    one, other, near = one[order], other[order], near[order]
    employer = np.unique(cells.vacancies["employer"].to_numpy()[used], return_inverse=True)[1].astype(np.int64)
    low, high, employers = _intervals(asks, one, other, employer)
    kept = employers >= MIN_EMPLOYERS
    names = cells.skills["name"].to_numpy()[columns]
    both = together[one, other]
    table = pd.DataFrame(
        {
            "skill_a": names[one],
            "skill_b": names[other],
            "postings": both.astype(np.int64),
            "lift": both * len(used) / (counts[columns[one]] * counts[columns[other]]),
            "lift_low": low,
            "lift_high": high,
            "npmi": near,
            "employers": employers,
        }
    )
    return table[kept].reset_index(drop=True)


def npmi(both: Floats, one: Floats, other: Floats, total: int) -> Floats:
    """Normalised pointwise mutual information: 0 as often as by chance, 1 never apart."""
    with np.errstate(divide="ignore", invalid="ignore"):
        value = np.log(both * total / (one * other)) / -np.log(both / total)
    return np.nan_to_num(value, nan=0.0)


def _intervals(asks: sparse.csc_matrix, one: Ints, other: Ints, employer: Ints) -> tuple[Floats, Floats, Ints]:
    """Percentile intervals of lifts over bootstrapped employers, and how many employers have both."""
    groups = int(employer.max()) + 1
    gather = indicator(employer, groups).astype(np.float64)
    sizes = np.asarray(gather.sum(axis=1)).ravel()
    alone = (gather @ asks).toarray()
    both = np.stack(
        [
            np.asarray(gather @ asks[:, a].multiply(asks[:, b]).tocsr().toarray()).ravel()
            for a, b in zip(one, other, strict=True)
        ]
        or [np.zeros(groups)],
        axis=1,
    )[:, : len(one)]
    drawn = redrawn(groups)
    with np.errstate(divide="ignore", invalid="ignore"):
        totals = drawn @ alone
        lifts = (drawn @ both) * (drawn @ sizes)[:, None] / (totals[:, one] * totals[:, other])
    low, high = np.nanpercentile(lifts, percentiles(sizes), axis=0) if len(one) else (np.array([]), np.array([]))
    return low, high, (both > 0).sum(axis=0).astype(np.int64)


def bundles(pairs: pd.DataFrame) -> pd.DataFrame:
    """Groups of skills whose pairs are close (NPMI > 0.2), largest first; a skill is in one bundle at most."""
    close = pairs[pairs["npmi"] > LEAST_NPMI]
    names = sorted(set(close["skill_a"]) | set(close["skill_b"]))
    place = {name: at for at, name in enumerate(names)}
    weights = np.zeros((len(names), len(names)))
    for a, b, near in zip(close["skill_a"], close["skill_b"], close["npmi"].to_numpy(), strict=True):
        weights[place[a], place[b]] = weights[place[b], place[a]] = near
    rows = []
    groups = [group for group in communities(weights) if len(group) >= 3]
    groups.sort(key=lambda group: (-len(group), names[group[0]]))
    for number, group in enumerate(groups, start=1):
        inside = weights[np.ix_(group, group)].sum(axis=1)
        order = np.argsort(-inside, kind="stable")
        rows += [(number, names[group[at]], float(inside[at] / (len(group) - 1))) for at in order]
    return pd.DataFrame(rows, columns=["bundle", "skill", "closeness"])


def communities(weights: Floats) -> list[list[int]]:
    """Communities by greedy modularity: join the two groups whose joining gains most, until none gains."""
    total = weights.sum()
    groups = [[at] for at in range(len(weights))]
    if total <= 0:
        return groups
    links, degree = weights / total, weights.sum(axis=1) / total
    while len(groups) > 1:
        gain = 2 * (links - np.outer(degree, degree))
        gain[links <= 0] = -1
        np.fill_diagonal(gain, -1)
        one, other = sorted(np.unravel_index(int(gain.argmax()), gain.shape))
        if gain[one, other] <= 1e-12:
            break
        links[one] += links[other]
        links[:, one] += links[:, other]
        degree[one] += degree[other]
        groups[one] = sorted(groups[one] + groups.pop(other))
        links = np.delete(np.delete(links, other, axis=0), other, axis=1)
        degree = np.delete(degree, other)
    return groups
