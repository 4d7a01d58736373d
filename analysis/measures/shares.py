"""How many of ten postings ask for a skill, with intervals that treat an employer's postings as one voice.

Postings of one employer are written by the same hand, so a share is as uncertain as its employers are few: the design
effect (variance over employers / variance of independent postings) shrinks the sample in Wilson's interval. Where few
employers post most, the plain variance is too small: each employer's deviation is divided by what it leaves to others
(CR2 of Bell and McCaffrey 2002), and the quantile is Student's for the effective number of employers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from attrs import frozen
from scipy import sparse, stats

from analysis.measures.chance import Z

if TYPE_CHECKING:
    import numpy.typing as npt

    from analysis.cells import Cells

    Floats = npt.NDArray[np.float64]
    Ints = npt.NDArray[np.int64]

MIN_POSTINGS, MIN_WITH_SKILL, MIN_EMPLOYERS = 100, 10, 5
"""Least support of a printed share: postings in the cell, postings with the skill, employers in the cell."""
LEVEL = 0.95


@frozen
class Shares:
    """Shares of groups x skills and what they stand on."""

    with_skill: Floats
    postings: Floats
    employers: Floats
    """groups x 1"""
    asking: Floats
    """groups x skills: employers that ask."""
    share: Floats
    low: Floats
    high: Floats
    effective: Floats
    """groups x skills: the independent postings that the sample is worth."""

    @property
    def is_supported(self) -> npt.NDArray[np.bool_]:
        """Where the support is enough to print the share."""
        return np.asarray(
            (self.postings >= MIN_POSTINGS) & (self.with_skill >= MIN_WITH_SKILL) & (self.employers >= MIN_EMPLOYERS)
        )


def wilson(share: Floats, size: Floats, quantile: float | Floats = Z) -> tuple[Floats, Floats]:
    """Wilson's interval of a share of `size` independent postings."""
    with np.errstate(divide="ignore", invalid="ignore"):
        square = quantile**2
        centre = (share + square / (2 * size)) / (1 + square / size)
        half = quantile / (1 + square / size) * np.sqrt(share * (1 - share) / size + square / (4 * size**2))
    return np.clip(centre - half, 0, 1), np.clip(centre + half, 0, 1)


def indicator(groups: Ints, count: int) -> sparse.csr_matrix:
    """Build groups x rows, 1 where the row is of the group; rows of group -1 are of none."""
    rows = np.flatnonzero(groups >= 0)
    return sparse.csr_matrix(
        (np.ones(len(rows), dtype=np.float32), (groups[rows], rows)), shape=(count, len(groups)), dtype=np.float32
    )


def clustered_shares(groups: Ints, count: int, employers: Ints, asks: sparse.csr_matrix) -> Shares:
    """Shares of `asks` (vacancies x skills) within each of `count` groups; employers are the clusters."""
    used = groups >= 0
    cells, place = np.unique(np.stack([groups[used], employers[used]]), axis=1, return_inverse=True)
    full = np.full(len(groups), -1, dtype=np.int64)
    full[used] = place.ravel()
    n = np.bincount(place.ravel(), minlength=cells.shape[1]).astype(np.float64)
    y = (indicator(full, cells.shape[1]) @ asks).tocsr().astype(np.float64)
    gather = indicator(cells[0], count).astype(np.float64)
    postings, clusters = gather @ n, gather @ np.ones(len(n))
    with_skill = (gather @ y).toarray()
    asking = (gather @ (y > 0).astype(np.float64)).toarray()
    with np.errstate(divide="ignore", invalid="ignore"):
        size = postings[:, None]
        share = with_skill / size
        rest = 1 - n / postings[cells[0]]
        leverage = np.where(rest > 0, 1 / rest, np.nan)  # an employer draws the share towards itself (CR2)
        squares = (gather @ y.multiply(y).multiply(leverage[:, None]).tocsr()).toarray()
        cross = (gather @ y.multiply((n * leverage)[:, None]).tocsr()).toarray()
        scatter = squares - 2 * share * cross + share**2 * (gather @ (n * n * leverage))[:, None]
        variance = np.maximum(scatter, 0) / size**2
        n_squares = gather @ (n * n)
        design = np.maximum(variance / (share * (1 - share) / size), 1.0)
        design = np.where((share > 0) & (share < 1), design, np.maximum(n_squares / postings, 1.0)[:, None])
        effective = size / design
        heard = postings**2 / n_squares  # employers as if all were of one size
        quantile = stats.t.ppf((1 + LEVEL) / 2, np.maximum(heard - 1, 1))[:, None]
    low, high = wilson(share, effective, quantile)
    return Shares(with_skill, size, clusters[:, None], asking, share, low, high, effective)


def monthly_shares(cells: Cells, *, required: bool = False) -> pd.DataFrame:
    """skill_shares.csv: every month and skill with enough support to print."""
    base = cells.counted()
    months = np.where(base, cells.vacancies["month"].to_numpy(), -1)
    asks = cells.requires if required else cells.asks
    found = clustered_shares(months, len(cells.months), cells.vacancies["employer"].to_numpy(), asks)
    return share_table(found, cells.skills, "month", cells.months)


def share_table(found: Shares, skills: pd.DataFrame, name: str, labels: list[str]) -> pd.DataFrame:
    """The supported cells of `found` as rows, sorted by group, then most asked first."""
    rows, columns = np.nonzero(found.is_supported)
    table = pd.DataFrame(
        {
            name: np.array(labels, dtype=object)[rows],
            "skill": skills["name"].to_numpy()[columns],
            "kind": skills["kind"].to_numpy()[columns],
            "postings_with_skill": found.with_skill[rows, columns].astype(np.int64),
            "postings": found.postings[rows, 0].astype(np.int64),
            "share": found.share[rows, columns],
            "share_low": found.low[rows, columns],
            "share_high": found.high[rows, columns],
            "employers": found.employers[rows, 0].astype(np.int64),
            "employers_asking": found.asking[rows, columns].astype(np.int64),
        }
    )
    order = np.lexsort((table["skill"].to_numpy(), -table["share"].to_numpy(), rows))
    return table.iloc[order].reset_index(drop=True)


def recent_months(cells: Cells, length: int = 12) -> tuple[int, int]:
    """Half-open range of the last `length` months that hold counted vacancies."""
    months = cells.vacancies["month"].to_numpy()[cells.counted()]
    last = int(months.max(initial=-1)) + 1
    return max(0, last - length), last


def current_shares(cells: Cells, *, required: bool = False, by: str | None = None) -> pd.DataFrame:
    """Shares over the last twelve months, of all (`group` = `all`) and, with `by`, of each value of a stratum."""
    first, last = recent_months(cells)
    months = cells.vacancies["month"].to_numpy()
    base = cells.counted() & (months >= first) & (months < last)
    employers = cells.vacancies["employer"].to_numpy()
    asks = cells.requires if required else cells.asks
    whole = clustered_shares(np.where(base, 0, -1), 1, employers, asks)
    tables = [share_table(whole, cells.skills, "group", ["all"])]
    if by is not None:
        column = cells.vacancies[by]
        labels = list(column.cat.categories)
        groups = np.where(base, column.cat.codes.to_numpy(), -1).astype(np.int64)
        order = sorted(range(len(labels)), key=lambda i: (-np.count_nonzero(groups == i), labels[i]))
        place = np.argsort(order) if order else np.array([], dtype=np.int64)
        groups = np.where(groups >= 0, place[groups] if len(place) else -1, -1)
        found = clustered_shares(groups, len(labels), employers, asks)
        tables.append(share_table(found, cells.skills, "group", [labels[i] for i in order]))
    return pd.concat(tables, ignore_index=True)
