"""The volume index within roles and countries: each against itself, at the employers that were read."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from analysis.measures.volume import volume

if TYPE_CHECKING:
    from analysis.cells import Cells

BY = ("role_family", "country")
MOST_GROUPS = 8
LEAST_POSTINGS, LEAST_EMPLOYERS = 100, 5
COLUMNS = [
    *("stratum", "group", "month", "new_postings", "index", "index_low", "index_high", "postings", "employers"),
    "is_preliminary",
]


def volume_by_group(cells: Cells) -> pd.DataFrame:
    """volume_by_group.csv: the largest groups, one row a month; `postings` and `employers` are of all months."""
    parts = []
    for stratum in BY:
        opened = cells.vacancies[cells.vacancies["month"] >= 0]
        sizes = opened.groupby(stratum, observed=True)["employer"].agg(["size", "nunique"])
        large = sizes[(sizes["size"] >= LEAST_POSTINGS) & (sizes["nunique"] >= LEAST_EMPLOYERS)]
        large = large.rename_axis("group").reset_index().sort_values(["size", "group"], ascending=[False, True])
        for group, size, employers in large.head(MOST_GROUPS).itertuples(index=False):
            table = volume(cells.only((cells.vacancies[stratum] == group).to_numpy()))
            facts = {"stratum": stratum, "group": str(group), "postings": size, "employers": employers}
            parts.append(table.assign(**facts)[COLUMNS])
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame({name: [] for name in COLUMNS})
