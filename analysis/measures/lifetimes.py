"""How long postings stay open: Kaplan-Meier with what visits can and cannot know.

A posting opened somewhere between two visits and closed somewhere between two others; one that closed before the next
visit was never seen. So each vacancy stands in several equal parts at evenly spread moments of both gaps, enters the
risk set at the age at which it was first seen (delayed entry), and is censored where coverage ends.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from attrs import frozen

from analysis.measures.chance import SEED, Z

if TYPE_CHECKING:
    import numpy.typing as npt

    from analysis.cells import Cells

    Floats = npt.NDArray[np.float64]

PARTS = 7
"""Moments in each gap."""
MIN_POSTINGS = 100
LONG_DAYS, MANY_REPOSTS = 180.0, 3
AT_DAYS = (60.0, 90.0, 180.0)


@frozen
class Curve:
    """Share still open at each age, and its variance (Greenwood)."""

    days: Floats
    alive: Floats
    low: Floats
    high: Floats

    def at(self, day: float) -> float:
        """Share still open after `day` days; NaN beyond what was followed."""
        if not len(self.days) or day > self.days[-1]:
            return np.nan
        place = np.searchsorted(self.days, day, side="right") - 1
        return float(self.alive[place]) if place >= 0 else 1.0

    def quantile(self, which: str = "alive", share: float = 0.5) -> float:
        """The first age at which the curve (or one of its bounds) is at `share` or less; NaN if it never is."""
        below = np.flatnonzero(getattr(self, which) <= share)
        return float(self.days[below[0]]) if len(below) else np.nan


def kaplan_meier(entry: Floats, leave: Floats, is_event: npt.NDArray[np.bool_], weight: Floats) -> Curve:
    """Weighted Kaplan-Meier; at risk from `entry` to `leave`. The interval is on the log(-log) scale."""
    kept = leave > entry
    entry, leave, is_event, weight = entry[kept], leave[kept], is_event[kept], weight[kept]
    if not is_event.any():
        return Curve(*(np.array([]) for _ in range(4)))
    days, place = np.unique(np.round(leave[is_event], 3), return_inverse=True)
    ended = np.bincount(place, weights=weight[is_event])
    by_entry, by_leave = np.argsort(entry), np.argsort(leave)
    come = np.concatenate([[0.0], np.cumsum(weight[by_entry])])
    gone = np.concatenate([[0.0], np.cumsum(weight[by_leave])])
    tick = days - 1e-3
    at_risk = come[np.searchsorted(entry[by_entry], tick)] - gone[np.searchsorted(leave[by_leave], tick)]
    at_risk = np.maximum(at_risk, ended)
    solid = at_risk > 0
    hazard = np.where(solid, ended / np.where(solid, at_risk, 1), 0)
    alive = np.cumprod(1 - np.minimum(hazard, 1 - 1e-12))
    left = np.maximum(at_risk - ended, 1e-9)
    greenwood = np.cumsum(ended / (at_risk * left))
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        half = Z * np.sqrt(greenwood) / np.abs(np.log(alive))
        low, high = alive ** np.exp(half), alive ** np.exp(-half)
    return Curve(days, alive, np.nan_to_num(low), np.nan_to_num(high, nan=1.0))


def spans(rows: pd.DataFrame) -> tuple[Floats, Floats, npt.NDArray[np.bool_], Floats]:
    """Entry age, age at the end, whether it closed, and weight, of `PARTS` parts of each vacancy.

    A first pass takes every moment of the opening gap as equally likely; `lifetime` then weighs them by the chance
    that a posting of that age was still there to be seen.
    """
    moment = (np.arange(PARTS) + 0.5) / PARTS
    opened = rows["open_high"].to_numpy()[:, None] - moment * (rows["open_high"] - rows["open_low"]).to_numpy()[:, None]
    closing = rows["is_closed"].to_numpy()
    low = rows["last_low"].to_numpy()
    high = np.where(closing, rows["last_high"].fillna(rows["closed_at"]).to_numpy(), low)
    turn = np.random.default_rng(SEED).integers(0, PARTS, len(rows))  # no opening moment goes with one closing moment
    mixed = moment[(np.arange(PARTS)[None, :] + turn[:, None]) % PARTS]
    end = low[:, None] + mixed * (np.maximum(high, low) - low)[:, None]
    entry = rows["open_high"].to_numpy()[:, None] - opened
    leave = np.maximum(end - opened, entry + 1e-3)
    return entry.ravel(), leave.ravel(), np.repeat(closing, PARTS), np.full(entry.size, 1 / PARTS)


def lifetime(rows: pd.DataFrame) -> Curve:
    """The curve of some vacancies whose opening was seen."""
    entry, leave, is_event, weight = spans(rows)
    curve = kaplan_meier(entry, leave, is_event, weight)
    if not len(curve.days):
        return curve
    place = np.searchsorted(curve.days, entry, side="right") - 1
    seen = np.where(place >= 0, curve.alive[np.maximum(place, 0)], 1.0).reshape(-1, PARTS)
    likely = (seen / np.maximum(seen.sum(axis=1, keepdims=True), 1e-12)).ravel()
    return kaplan_meier(entry, leave, is_event, likely)


def lifetimes(cells: Cells) -> pd.DataFrame:
    """lifetimes.csv: median days open, of all, by seniority and by role."""
    columns = ["group", "median_days", "low", "high", "postings"]
    names = [*columns, *(f"share_open_after_{day:.0f}" for day in AT_DAYS), "share_long_lived"]
    rows = cells.vacancies
    if cells.universe != "crawled" or cells.basis != "flow":
        return pd.DataFrame({name: [] for name in names})
    rows = rows[rows["is_flow"] & rows["is_followed"] & (rows["month"] >= 0)]
    groups = [("all", rows)]
    for stratum in ("seniority", "role_family"):
        groups += [(str(value), part) for value, part in rows.groupby(stratum, observed=True)]
    table = []
    for name, part in groups:
        if len(part) < MIN_POSTINGS and name != "all":
            continue
        curve = lifetime(part)
        long = (part["last_low"] - part["open_high"] >= LONG_DAYS) | (part["repost_count"] >= MANY_REPOSTS)
        table.append(
            {
                "group": name,
                "median_days": curve.quantile(),
                "low": curve.quantile("low"),
                "high": curve.quantile("high"),
                "postings": len(part),
                **{f"share_open_after_{day:.0f}": curve.at(day) for day in AT_DAYS},
                "share_long_lived": float(long.mean()) if len(part) else np.nan,
            }
        )
    return pd.DataFrame(table, columns=names)
