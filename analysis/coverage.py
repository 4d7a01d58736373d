"""When which board was covered: the ledger of visits as days of exposure.

An opening is seen where a complete visit follows a complete visit within the board's usual rhythm. A longer silence is
a gap: it is no exposure, and what is first seen right after it opened nobody knows when.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from attrs import evolve, frozen

from corpus.records import KIND_ORDER

if TYPE_CHECKING:
    import numpy.typing as npt

    from corpus.db import Corpus

    Floats = npt.NDArray[np.float64]
    Ints = npt.NDArray[np.int64]

LONGEST_GAP_DAYS = 62.0
"""A board visited less often than every two months shows no months."""
MOVE_DAYS = 45.0
"""An employer that changes its platform is seen on the new one within so many days of the last look at the old."""


@frozen
class Calendar:
    """Consecutive months; `edges` are their borders in days since 1970-01-01, one more than there are months."""

    names: list[str]
    edges: Floats

    @classmethod
    def between(cls, low: float, high: float) -> Calendar:
        """The months that touch the days from `low` to just before `high`."""
        first = pd.Timestamp(low, unit="D").to_period("M")
        last = pd.Timestamp(max(low, high - 1e-9), unit="D").to_period("M")
        periods = pd.period_range(first, last, freq="M")
        starts = [period.start_time for period in periods] + [(periods[-1] + 1).start_time]
        edges = np.array([start.value / 86_400e9 for start in starts])
        return cls([str(period) for period in periods], edges)

    def __len__(self) -> int:
        return len(self.names)

    @property
    def days(self) -> Floats:
        """Days in each month."""
        return np.diff(self.edges)

    def month_of(self, day: Floats) -> Ints:
        """The month that a day falls in; -1 outside of the calendar or where the day is unknown."""
        at = np.searchsorted(self.edges, np.nan_to_num(day, nan=-1e9), side="right") - 1
        return np.where((at >= 0) & (at < len(self)), at, -1).astype(np.int64)


def spread(low: Floats, high: Floats, edges: Floats) -> tuple[Ints, Ints, Floats]:
    """Cut each span of days at the month borders: (number of the span, month, days of it in that month).

    A span without length counts as an instant in its month with 0 days; use `shares` of `spread_evenly` for those.
    """
    first = np.searchsorted(edges, low, side="right") - 1
    last = np.searchsorted(edges, high, side="left") - 1
    last = np.maximum(last, first)
    rows, months, days = [], [], []
    for step in range(int((last - first).max(initial=0)) + 1):
        at = np.flatnonzero(first + step <= last)
        month = first[at] + step
        inside = (month >= 0) & (month < len(edges) - 1)
        at, month = at[inside], month[inside]
        rows.append(at)
        months.append(month)
        days.append(np.minimum(high[at], edges[month + 1]) - np.maximum(low[at], edges[month]))
    return np.concatenate(rows), np.concatenate(months), np.concatenate(days)


def spread_evenly(low: Floats, high: Floats, edges: Floats) -> tuple[Ints, Ints, Floats]:
    """As `spread`, but each span adds up to 1: an opening that may have been on any of its days."""
    low = np.minimum(low, high - 1e-6)
    rows, months, days = spread(low, high, edges)
    return rows, months, days / (high - low)[rows]


@frozen
class Boards:
    """Every board, its kind of coverage, and the blocks of days in which an opening on it would have been seen."""

    table: pd.DataFrame
    """Indexed by board_id: source, kind, token, universe, first_at, last_at (days), rhythm (median days between
    visits), allowed (longest gap in days that is no outage)."""
    blocks: pd.DataFrame
    """board_id, low, high: days without an outage, ends included in neither the first visit nor a gap."""
    outages: pd.DataFrame
    """board_id, low, high: silences longer than allowed."""

    def seated(self, board: pd.Series, seat: pd.Series) -> Boards:
        """The same with the blocks of a board that took the place of another (`seat`) under that one's number."""
        moved = pd.Series(seat.to_numpy(), index=board.to_numpy())
        moved = moved[~moved.index.duplicated()]
        own = self.blocks["board_id"]
        return evolve(self, blocks=self.blocks.assign(board_id=own.map(moved).fillna(own).astype(np.int64)))


def read_boards(corpus: Corpus) -> Boards:
    """The boards and their coverage out of the ledger of visits."""
    table = pd.DataFrame(
        corpus.connection.execute(
            "SELECT board_id, source, kind, token, employer_id FROM cell_boards ORDER BY board_id"
        ).fetchall(),
        columns=["board_id", "source", "kind", "token", "employer_id"],
    ).set_index("board_id")
    seen = corpus.connection.execute("SELECT board_id, at FROM cell_visits ORDER BY board_id, at").fetchall()
    board = np.array([row[0] for row in seen], dtype=np.int64)
    at = np.array([row[1] for row in seen], dtype=np.float64)
    order = np.lexsort((at, board))
    board, at = board[order], at[order]
    gaps = _gaps(board, at)
    rhythm = gaps.groupby("board_id")["days"].median()
    allowed = (2 * rhythm + 1).clip(upper=LONGEST_GAP_DAYS)
    gaps["allowed"] = gaps["board_id"].map(allowed)
    times = pd.DataFrame({"board_id": board, "at": at}).groupby("board_id")["at"]
    table["first_at"] = times.min()
    table["last_at"] = times.max()
    table["visits"] = times.size()
    table["rhythm"] = rhythm
    table["allowed"] = allowed
    table["universe"] = np.where(
        table["kind"] == "forum", "forum", np.where(table["first_at"].notna(), "crawled", "dated")
    )
    return Boards(
        table=table,
        blocks=_blocks(gaps[gaps["days"] <= gaps["allowed"]]),
        outages=gaps.loc[gaps["days"] > gaps["allowed"], ["board_id", "low", "high"]].reset_index(drop=True),
    )


def _gaps(board: Ints, at: Floats) -> pd.DataFrame:
    """Consecutive complete visits of one board: from, to, and days between."""
    same = board[1:] == board[:-1]
    low, high = at[:-1][same], at[1:][same]
    return pd.DataFrame({"board_id": board[1:][same], "low": low, "high": high, "days": high - low})


def _blocks(gaps: pd.DataFrame) -> pd.DataFrame:
    """Adjoining spans joined."""
    gaps = gaps.reset_index(drop=True)
    if gaps.empty:
        return pd.DataFrame({"board_id": np.array([], np.int64), "low": np.array([]), "high": np.array([])})
    starts = (gaps["board_id"] != gaps["board_id"].shift()) | (gaps["low"] != gaps["high"].shift())
    grouped = gaps.groupby(starts.cumsum())
    return pd.DataFrame(
        {"board_id": grouped["board_id"].first(), "low": grouped["low"].first(), "high": grouped["high"].last()}
    ).reset_index(drop=True)


def exposure(boards: Boards, board_ids: Ints, calendar: Calendar) -> Floats:
    """Boards x months: days on which an opening would have been seen, in the order of `board_ids`."""
    known, place = np.unique(board_ids, return_inverse=True)
    blocks = boards.blocks[boards.blocks["board_id"].isin(known)]
    days = np.zeros((len(known), len(calendar)))
    if not blocks.empty:
        rows, months, length = spread(blocks["low"].to_numpy(), blocks["high"].to_numpy(), calendar.edges)
        np.add.at(days, (np.searchsorted(known, blocks["board_id"].to_numpy())[rows], months), length)
    return np.minimum(days, calendar.days)[place]  # two boards in one seat may overlap


def continued(employer: pd.Series, board: pd.Series, boards: Boards) -> Ints:
    """For each posting the board whose place its board took, or its own: an employer that changed its platform.

    A board continues another where both show this employer only and are visited, and its first visit lies within
    `MOVE_DAYS` of the other's last and outlives it by more. What is compared over time is then one unit.
    """
    seat = board.to_numpy(dtype=np.int64).copy()
    pairs = pd.DataFrame({"employer": employer.to_numpy(), "board": seat}).drop_duplicates()
    pairs = pairs[~pairs["board"].duplicated(keep=False)]
    pairs = pairs.join(boards.table[["first_at", "last_at"]], on="board").dropna()
    pairs = pairs[pairs["employer"].duplicated(keep=False)].sort_values(["employer", "first_at", "board"])
    heads: dict[int, int] = {}
    for _, own in pairs.groupby("employer"):
        ends: list[tuple[float, int]] = []
        for number, first, last in own[["board", "first_at", "last_at"]].itertuples(index=False):
            left = [end for end in ends if abs(first - end[0]) <= MOVE_DAYS < last - end[0]]
            head = number
            if left:
                nearest = min(left, key=lambda end: abs(first - end[0]))
                ends.remove(nearest)
                head = heads[number] = nearest[1]
            ends.append((last, head))
    if heads:
        seat = pd.Series(seat).replace(heads).to_numpy(dtype=np.int64)
    return seat


def spoken_for(rows: pd.DataFrame, units: pd.DataFrame, boards: Boards, calendar: Calendar) -> npt.NDArray[np.bool_]:
    """Units x months in which the employer's own board speaks for a board that copies it: no coverage of its own.

    `rows` are postings: vacancy, employer, board, seat, is_home. While the own board is read, a vacancy that both show
    counts there; the copies would seem to be new demand on the day on which the own board leaves the list, and so would
    those from before it came, of which what was still open counts as its first stock.
    """
    silent = np.zeros((len(units), len(calendar)), dtype=bool)
    home = rows.loc[rows["is_home"], ["vacancy", "employer", "seat"]]
    copies = rows.loc[~rows["is_home"], ["vacancy", "seat"]].rename(columns={"seat": "copied_on"})
    pairs = home.merge(copies, on="vacancy")[["employer", "seat", "copied_on"]].drop_duplicates()
    shown = rows[["seat", "employer"]].drop_duplicates()["seat"].value_counts()
    rank = 2 * boards.table["kind"].map(KIND_ORDER) + (shown.reindex(boards.table.index, fill_value=0) > 1)
    pairs = pairs[pairs["seat"].map(rank).to_numpy() < pairs["copied_on"].map(rank).to_numpy()]
    spans = rows[["seat", "board"]].drop_duplicates().join(boards.table[["first_at", "last_at"]], on="board")
    ends = spans.groupby("seat").agg({"first_at": "min", "last_at": "max"})
    place = {pair: at for at, pair in enumerate(zip(units["employer"], units["board"], strict=True))}
    for employer, seat, copied_on in pairs.itertuples(index=False):
        unit = place.get((employer, copied_on))
        if unit is not None:
            first, last = ends.loc[seat]
            silent[unit] |= (calendar.edges[1:] > first - LONGEST_GAP_DAYS) & (calendar.edges[:-1] < last)
    return silent
