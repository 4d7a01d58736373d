"""Names that the vocabulary does not hold and that more employers use than a year ago: a queue for a person."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from scipy import special, stats

from analysis.measures.trends import benjamini_hochberg

if TYPE_CHECKING:
    import numpy.typing as npt

    from analysis.cells import Cells

    Floats = npt.NDArray[np.float64]

MIN_EMPLOYERS, MIN_POSTINGS = 5, 20
RECENT_MONTHS, YEAR = 3, 12
LEVEL = 0.05
PRIOR = 2.0
"""Weight, in employers, of the term's share over both years."""
COLUMNS = ["term", "first_month", "postings", "employers", "examples", "share_of_employers", "share_before", "q_value"]


def spelling(term: str) -> str:
    """One key for the spellings of a term: case, hyphens, spaces and a plural s do not count."""
    plain = re.sub(r"[\s\-_./]+", "", term.casefold())
    return plain[:-1] if len(plain) > 4 and plain.endswith("s") and not plain.endswith("ss") else plain


def emerging_terms(cells: Cells) -> pd.DataFrame:
    """emerging_terms.csv: terms of at least 5 employers and 20 recent postings that grew (q <= 0.05)."""
    nothing = pd.DataFrame({name: [] for name in COLUMNS})
    terms = cells.facts.terms
    if terms.empty:
        return nothing
    row = np.searchsorted(cells.vacancies["posting_id"].to_numpy(), terms["posting_id"].to_numpy())
    table = terms.assign(
        row=row,
        month=np.where(cells.counted(), cells.vacancies["month"].to_numpy(), -1)[row],
        employer=cells.vacancies["employer"].to_numpy()[row],
        key=[spelling(term) for term in terms["label"]],
    )
    table = table[table["month"] >= 0].drop_duplicates(["row", "key"])
    last = len(cells.months) - 1
    now = table[table["month"] > last - YEAR]
    before = table[(table["month"] <= last - YEAR) & (table["month"] > last - 2 * YEAR)]
    if now.empty or last < YEAR:
        return nothing
    recent = now[now["month"] > last - RECENT_MONTHS].groupby("key").size()
    grouped = now.groupby("key")
    out = pd.DataFrame({"asking": grouped["employer"].nunique(), "postings": grouped.size()})
    out["before"] = before.groupby("key")["employer"].nunique().reindex(out.index, fill_value=0)
    out = out[(out["asking"] >= MIN_EMPLOYERS) & (recent.reindex(out.index, fill_value=0) >= MIN_POSTINGS)]
    if out.empty:
        return nothing
    posted = _posting_employers(cells, last)
    p_value = one_sided(out["asking"].to_numpy(), posted[1], out["before"].to_numpy(), posted[0])
    out["q_value"] = benjamini_hochberg(p_value)
    out = out[out["q_value"] <= LEVEL]
    spelt = table[table["key"].isin(out.index)].groupby("key")
    out["term"] = spelt["label"].agg(lambda labels: labels.value_counts().index[0])
    out["first_month"] = spelt["month"].min().map(lambda month: cells.months[month])
    out["examples"] = spelt["posting_id"].agg(lambda ids: " ".join(str(i) for i in sorted(set(ids))[-3:]))
    out["employers"] = out["asking"]
    out["share_of_employers"] = out["asking"] / max(posted[1], 1)
    out["share_before"] = out["before"] / max(posted[0], 1)
    return out.sort_values(["q_value", "postings", "term"], ascending=[True, False, True])[COLUMNS].reset_index(
        drop=True
    )


def _posting_employers(cells: Cells, last: int) -> tuple[int, int]:
    """Employers with counted postings in the year before the last, and in the last."""
    rows = cells.vacancies[cells.counted()]
    late = rows["month"] > last - YEAR
    early = (rows["month"] <= last - YEAR) & (rows["month"] > last - 2 * YEAR)
    return int(rows.loc[early, "employer"].nunique()), int(rows.loc[late, "employer"].nunique())


def one_sided(asking: Floats, employers: int, before: Floats, employers_before: int) -> Floats:
    """P of no growth: log odds of two Beta posteriors that share a prior, employers as units."""
    pooled = (asking + before + 0.5) / (employers + employers_before + 1)
    a1, b1 = asking + PRIOR * pooled, employers - asking + PRIOR * (1 - pooled)
    a0, b0 = before + PRIOR * pooled, employers_before - before + PRIOR * (1 - pooled)
    change = special.digamma(a1) - special.digamma(b1) - special.digamma(a0) + special.digamma(b0)
    error = np.sqrt(sum(special.polygamma(1, value) for value in (a1, b1, a0, b0)))
    return np.asarray(stats.norm.sf(change / error))
