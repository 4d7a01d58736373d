"""Imports without visits and forums: which of their dates are believed, and the coverage that follows from them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from analysis.coverage import Boards, Calendar

if TYPE_CHECKING:
    import numpy.typing as npt

    Floats = npt.NDArray[np.float64]

SILENCE_DAYS = 92.0
"""Dates that lie further from the others than this are looked at twice: a broken clock, or the day of the import."""
STRAY_SHARE = 0.1
"""Such dates are believed where they are at least this part of a source's, and more than one day."""
OLDEST_DAYS = 730.0
"""A posting first seen more than two years after its date was not published on it."""
DAILY = 5
"""A source whose usual month has dates on fewer days than this is dated by the month."""


def own_day(vacancies: pd.DataFrame) -> Floats:
    """The day that a posting without visits bears: when it was posted, unless its first sighting contradicts it."""
    posted, seen = vacancies["posted"].to_numpy(dtype=np.float64), vacancies["open_high"].to_numpy(dtype=np.float64)
    with np.errstate(invalid="ignore"):
        is_wrong = np.isnan(posted) | (posted > seen + 1) | (posted < seen - OLDEST_DAYS)
    return np.where(is_wrong & np.isfinite(seen), seen, posted)


def believed(vacancies: pd.DataFrame, source: npt.NDArray[np.object_]) -> Floats:
    """`own_day`, and NaN where it says nothing of when the posting opened.

    That is a date far from all others of its source, and, of postings dated by their first sighting, the first day of
    the source: what was already there when somebody began to look opened nobody knows when. Where that first day is all
    there is, it stays: one look that says what is open.
    """
    day = own_day(vacancies)
    is_sighting = vacancies["posted"].isna().to_numpy()
    for name in pd.unique(source):
        own = np.flatnonzero((source == name) & np.isfinite(day))
        day[own] = np.where(_is_near(day[own]), day[own], np.nan)
        first = np.nanmin(day[own]) if np.isfinite(day[own]).any() else np.nan
        is_first = is_sighting[own] & (day[own] < first + 1)
        if not is_first[np.isfinite(day[own])].all():
            day[own] = np.where(is_first, np.nan, day[own])
    return day


def _is_near(days: Floats) -> npt.NDArray[np.bool_]:
    """Whether a date belongs to a stretch of dates without long silences that is large enough to be believed."""
    order = np.argsort(days, kind="stable")
    stretch = np.empty(len(days), dtype=np.int64)
    stretch[order] = np.cumsum(np.concatenate([[0], np.diff(days[order]) > SILENCE_DAYS]))
    sizes = np.bincount(stretch)
    spans = pd.Series(days).groupby(stretch).agg(np.ptp).to_numpy()
    kept = (sizes >= STRAY_SHARE * len(days)) & (spans > 1)
    kept[np.argmax(sizes)] = True
    return np.asarray(kept[stretch])


def covered_by_dates(
    boards: Boards, days: Floats, source: npt.NDArray[np.object_], *, whole_months: bool = False
) -> Boards:
    """Without visits the days of a source, from its first posting to its last, are its coverage.

    A forum, and a source that dates by the month, are covered in whole months.
    """
    known = pd.DataFrame({"source": source, "day": days}).dropna()
    rows = {name: _span(part["day"].to_numpy(), whole_months) for name, part in known.groupby("source")}
    columns = ["first_at", "last_at", "low", "high"]
    span = pd.DataFrame.from_dict(rows, orient="index", columns=columns, dtype=np.float64)
    found = span.reindex(boards.table["source"])
    table = boards.table.copy()
    table["first_at"], table["last_at"] = found["first_at"].to_numpy(), found["last_at"].to_numpy()
    at = found["low"].notna().to_numpy()
    blocks = pd.DataFrame(
        {"board_id": table.index[at], "low": found["low"].to_numpy()[at], "high": found["high"].to_numpy()[at]}
    )
    return Boards(table=table, blocks=blocks, outages=boards.outages.iloc[:0])


def _span(days: Floats, whole_months: bool) -> tuple[float, float, float, float]:  # noqa: FBT001 - private
    low, high = float(days.min()), float(days.max())
    calendar = Calendar.between(low, high + 1e-6)
    whole = pd.Series(np.floor(days)).groupby(calendar.month_of(days)).nunique()
    if whole_months or whole.median() < DAILY:
        return low, high, float(calendar.edges[0]), float(calendar.edges[-1])
    return low, high, float(np.floor(low)), float(np.floor(high) + 1)
