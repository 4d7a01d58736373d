"""Quantiles with intervals that treat employers as the draws.

Woodruff's interval (Woodruff 1952, JASA 47): the share of values at or under the quantile has a standard error from
the employers as clusters, made as for the shares of skills; the values at that share plus and minus it bound the
quantile.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from scipy import stats

from analysis.measures.chance import effective

if TYPE_CHECKING:
    import numpy.typing as npt

QUARTILES = (0.25, 0.5, 0.75)
QUARTILE_ENDS = ("p25_low", "p25_high", "median_low", "median_high", "p75_low", "p75_high")
"""Columns of the intervals' ends, in the order in which the rows of `clustered_quantiles` ravel."""


def clustered_quantiles(
    values: npt.NDArray[np.float64], clusters: npt.NDArray[np.int64], shares: Sequence[float], *, level: float = 0.95
) -> npt.NDArray[np.float64]:
    """For each of `shares` (0-1) a row: the quantile, and the ends of its interval. Two clusters or more."""
    place = np.unique(clusters, return_inverse=True)[1]
    groups = int(place.max()) + 1
    sizes = np.bincount(place)
    t = stats.t.ppf((1 + level) / 2, max(effective(sizes) - 1, 1))
    rows = []
    for share in shares:
        quantile = np.quantile(values, share)
        # of several values at the quantile only as many count as under it as bring the whole to `share`
        below, at = (values < quantile).astype(float), values == quantile
        tied = np.clip((share * len(values) - below.sum()) / max(at.sum(), 1), 0, 1)
        over = np.bincount(place, weights=below + tied * at - share, minlength=groups)
        error = t * np.sqrt((over**2 / (1 - sizes / len(values))).sum()) / len(values)
        ends = np.quantile(values, np.clip([share - error, share + error], 0, 1))
        rows.append((quantile, min(ends[0], quantile), max(ends[1], quantile)))
    return np.array(rows)
