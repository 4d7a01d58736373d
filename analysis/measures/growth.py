"""How much of all covered hiring the role is: new postings per million covered new postings, by year."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from scipy import stats

from analysis.measures.chance import percentiles, redrawn

if TYPE_CHECKING:
    from analysis.cells import Cells

COLUMNS = ["year", "postings", "covered", "per_million", "low", "high", "growth", "months"]
FEW = 20
"""Below this many postings the interval is Garwood's for a Poisson count."""


def per_million(cells: Cells) -> pd.DataFrame:
    """One row a year. The interval redraws employers; `growth` is against the year before, whole years only.

    Empty where the file holds no postings of other roles: a million of the role's own would say nothing.
    """
    nothing = pd.DataFrame({name: [] for name in COLUMNS})
    own = cells.flow.sum(axis=0)
    if cells.basis != "flow" or cells.all_flow.sum() <= 1.02 * own.sum():
        return nothing
    years = np.array([int(month[:4]) for month in cells.months])
    employer = np.unique(cells.units["employer"].to_numpy(), return_inverse=True)[1]
    groups = int(employer.max()) + 1
    drawn = redrawn(groups)
    rows: list[tuple[Any, ...]] = []
    for year in np.unique(years):
        at = years == year
        postings, covered = own[at].sum(), cells.all_flow[at].sum()
        if covered < 1:
            continue
        by_employer = np.bincount(employer, weights=cells.flow[:, at].sum(axis=1), minlength=groups)
        low, high = np.percentile(drawn @ by_employer, percentiles(by_employer))
        if postings < FEW:
            low, high = stats.chi2.ppf(0.025, 2 * postings) / 2, stats.chi2.ppf(0.975, 2 * postings + 2) / 2
        scale = 1e6 / covered
        before = rows[-1] if rows else None
        whole = before is not None and at.sum() == 12 and before[-1] == 12 and before[0] == year - 1
        growth = postings * scale / before[3] - 1 if whole and before is not None and before[3] > 0 else np.nan
        rows.append(
            (int(year), round(postings), round(covered), postings * scale, np.nan_to_num(low) * scale, high * scale,
             growth, int(at.sum()))
        )  # fmt: skip
    return pd.DataFrame(rows, columns=COLUMNS)
