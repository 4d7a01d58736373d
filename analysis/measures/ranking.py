"""Which skills rise fastest, when noise is taken off: rare skills do not win by chance."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    import numpy.typing as npt

    Floats = npt.NDArray[np.float64]

BOUND = 1.2816
"""Normal quantile of the lower bound by which skills are ranked: nine of ten times the change is larger."""
MIN_EMPLOYERS = 20


def shrunk(change: Floats, error: Floats) -> tuple[Floats, Floats]:
    """Mean and deviation of each change under `change ~ N(0, tau²)`, tau² by moments."""
    low, high = 0.0, float((change**2).max(initial=0.0))
    for _ in range(60):  # the tau² at which sum change² / (tau² + error²) is the number of skills (Paule and Mandel)
        spread = (low + high) / 2
        if (change**2 / (spread + error**2)).sum() > len(change):
            low = spread
        else:
            high = spread
    part = high / (high + error**2)
    return part * change, np.sqrt(part) * error


def skill_rank(trends: pd.DataFrame) -> pd.DataFrame:
    """skill_rank.csv: rising fastest first, falling fastest last, by the cautious end of the shrunk change."""
    fit = trends["p_value"].notna() & (trends["log_odds_error"] > 0) & (trends["employers"] >= MIN_EMPLOYERS)
    known = trends[fit]
    mean, deviation = shrunk(known["log_odds_change"].to_numpy(), known["log_odds_error"].to_numpy())
    score = np.sign(mean) * np.maximum(np.abs(mean) - BOUND * deviation, 0)
    order_of = {"rising": 0, "falling": 2}
    group = known["trend"].map(lambda trend: order_of.get(trend, 1)).to_numpy()
    order = np.lexsort((known["skill"].to_numpy(), -mean, -score, group))
    return pd.DataFrame(
        {
            "rank": np.arange(1, len(known) + 1),
            "skill": known["skill"].to_numpy()[order],
            "trend": known["trend"].to_numpy()[order],
            "score": score[order],
            "log_odds_change_shrunk": mean[order],
        }
    )
