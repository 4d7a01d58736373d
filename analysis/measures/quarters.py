"""Shares of skills by quarter: where months are too small to print, three of them together often are not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from analysis.measures.shares import clustered_shares, share_table

if TYPE_CHECKING:
    import pandas as pd

    from analysis.cells import Cells


def quarterly_shares(cells: Cells) -> pd.DataFrame:
    """Like skill_shares.csv by calendar quarter (`2026-Q1`); those at the ends may be in part."""
    quarters = [f"{month[:4]}-Q{(int(month[5:7]) + 2) // 3}" for month in cells.months]
    labels = sorted(set(quarters))
    place = np.array([labels.index(quarter) for quarter in quarters], dtype=np.int64)
    months = cells.vacancies["month"].to_numpy()
    groups = np.where(cells.counted(), place[np.maximum(months, 0)] if len(place) else -1, -1)
    found = clustered_shares(groups, len(labels), cells.vacancies["employer"].to_numpy(), cells.asks)
    return share_table(found, cells.skills, "quarter", labels)
