"""Chance, in one place: the seed of every draw, how far an interval reaches, and employers drawn anew."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

SEED = 20220817
"""Every draw starts from it: the same file gives the same numbers."""
Z = 1.959964
"""Normal quantile of a 95 % interval."""
PERCENTILES = (2.5, 97.5)
"""Ends of a 95 % interval among bootstrap replicates."""
REPLICATES = 400


def redrawn(groups: int, replicates: int = REPLICATES) -> npt.NDArray[np.float64]:
    """How often each of `groups` employers is drawn in each bootstrap sample of as many: replicates x groups."""
    drawn = np.random.default_rng(SEED).multinomial(groups, np.full(groups, 1 / groups), replicates)
    return drawn.astype(np.float64)
