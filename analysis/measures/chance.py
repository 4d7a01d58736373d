"""Chance, in one place: the seed of every draw, how far an interval reaches, and employers drawn anew."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from scipy import stats

if TYPE_CHECKING:
    import numpy.typing as npt

SEED = 20220817
"""Every draw starts from it: the same file gives the same numbers."""
Z = 1.959964
"""Normal quantile of a 95 % interval."""
REPLICATES = 400


def redrawn(groups: int, replicates: int = REPLICATES) -> npt.NDArray[np.float64]:
    """How often each of `groups` employers is drawn in each bootstrap sample of as many: replicates x groups."""
    drawn = np.random.default_rng(SEED).multinomial(groups, np.full(groups, 1 / groups), replicates)
    return drawn.astype(np.float64)


def effective(sizes: npt.NDArray[Any]) -> float:
    """How many employers of one size tell as much as these do: number / (1 + squared coefficient of variation)."""
    total = float((sizes**2).sum())
    return float(sizes.sum() ** 2 / total) if total > 0 else 0.0


def percentiles(sizes: npt.NDArray[Any]) -> tuple[float, float]:
    """Ends of a 95 % interval among bootstrap replicates of employers of these sizes.

    2.5 and 97.5 of many; further out of few, for a bootstrap is as narrow as if their spread were known: the expanded
    percentile interval (Hesterberg 2015, The American Statistician 69) for the effective number of employers.
    """
    number = max(effective(sizes), 2.0)
    low = 100 * float(stats.norm.cdf(-np.sqrt(number / (number - 1)) * stats.t.ppf(0.975, number - 1)))
    return low, 100 - low
