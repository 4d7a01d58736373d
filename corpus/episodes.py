"""Which spans of time a posting was open: derived from the ledger of visits, by crawls and imports alike.

Only complete visits of the live board (`is_complete`, not `is_archive`) say that a posting was absent. A crawl meets
visits one by one and in order, an import meets them in any order: both end in `derive` and `close`.
"""

from __future__ import annotations

import json
import statistics
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from attrs import frozen

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable

    from corpus.trust import Closing, Trust

_VISIT_BEFORE = """(
    SELECT max(v.visited_at) FROM visits AS v
    WHERE v.board_id = :board AND v.is_complete = 1 AND v.is_archive = 0 AND v.visited_at < episodes.first_seen_at)"""
_VISIT_AFTER = """(
    SELECT min(v.visited_at) FROM visits AS v
    WHERE v.board_id = :board AND v.is_complete = 1 AND v.is_archive = 0 AND v.visited_at > episodes.last_seen_at)"""


def derive(connection: sqlite3.Connection, board_id: int, posting_ids: Iterable[int] | None = None) -> None:
    """Set `previous_visit_at` and `next_visit_at` of the episodes of a board (or of some of its postings)."""
    if posting_ids is None:
        which, ids = "SELECT posting_id FROM postings WHERE board_id = :board", "[]"
    else:
        which, ids = "SELECT value FROM json_each(:ids)", json.dumps(list(posting_ids))
    connection.execute(
        f"UPDATE episodes SET previous_visit_at = {_VISIT_BEFORE}, next_visit_at = {_VISIT_AFTER} "
        f"WHERE posting_id IN ({which})",
        {"board": board_id, "ids": ids},
    )


def mark_absent(connection: sqlite3.Connection, board_id: int) -> None:
    """After one more complete visit: set `next_visit_at` of the open episodes that it did not see.

    The same as `derive` over the whole board when visits come in order, without touching what has ended.
    """
    connection.execute(
        f"UPDATE episodes SET next_visit_at = {_VISIT_AFTER} WHERE next_visit_at IS NULL AND closed_at IS NULL "
        "AND posting_id IN (SELECT posting_id FROM postings WHERE board_id = :board AND closed_at IS NULL "
        "AND last_seen_at < (SELECT max(visited_at) FROM visits "
        "WHERE board_id = :board AND is_complete = 1 AND is_archive = 0))",
        {"board": board_id},
    )


def close(connection: sqlite3.Connection, board_id: int, rule: Closing) -> int:
    """Close what enough complete visits in a row, over enough hours, did not see; returns how many were closed.

    `closed_at` is the first visit that missed it: by then it had closed.
    """
    if not rule.absent_visits:
        return 0
    visits = connection.execute(
        "SELECT visited_at FROM visits WHERE board_id = ? AND is_complete = 1 AND is_archive = 0 "
        "ORDER BY visited_at DESC LIMIT 1 OFFSET ?",
        (board_id, rule.absent_visits - 1),
    ).fetchone()
    if visits is None:
        return 0
    last = connection.execute(
        "SELECT max(visited_at) FROM visits WHERE board_id = ? AND is_complete = 1 AND is_archive = 0", (board_id,)
    ).fetchone()[0]
    missed_by = min(visits[0], hours_before(last, rule.absent_hours))
    closed = connection.execute(
        "UPDATE episodes SET closed_at = next_visit_at WHERE closed_at IS NULL AND next_visit_at <= ? "
        "AND posting_id IN (SELECT posting_id FROM postings WHERE board_id = ? AND closed_at IS NULL "
        "AND last_seen_at < ?) RETURNING closed_at, posting_id",
        (missed_by, board_id, missed_by),
    ).fetchall()
    connection.executemany("UPDATE postings SET closed_at = ? WHERE posting_id = ?", [tuple(row) for row in closed])
    return len(closed)


@frozen
class Span:
    """One stretch of time in which a posting was seen; `closed_at` where the source itself says so."""

    posting_id: int
    first_seen_at: str
    last_seen_at: str
    closed_at: str | None = None


def add_span(connection: sqlite3.Connection, span: Span) -> None:
    """Bring one sighting or span into a posting's episodes, whatever the order in which it comes.

    Within or before an episode it widens it; after a closed one it begins the next; the same span twice changes
    nothing. `derive` must follow.
    """
    episodes = connection.execute(
        "SELECT episode_id, number, first_seen_at, last_seen_at, closed_at FROM episodes WHERE posting_id = ? "
        "ORDER BY number",
        (span.posting_id,),
    ).fetchall()
    home = next((e for e in episodes if e["closed_at"] is None or span.first_seen_at < e["closed_at"]), None)
    if home is not None and span.closed_at is not None and span.closed_at <= home["first_seen_at"]:
        _make_room(connection, span.posting_id, home["number"])
        _insert(connection, span, home["number"])
    elif home is None:
        _insert(connection, span, episodes[-1]["number"] + 1 if episodes else 1)
    else:
        _widen(connection, span, home)
    connection.execute(
        "UPDATE postings SET (first_seen_at, last_seen_at) = "
        "(SELECT min(first_seen_at), max(last_seen_at) FROM episodes WHERE posting_id = :id), "
        "closed_at = (SELECT closed_at FROM episodes WHERE posting_id = :id ORDER BY number DESC LIMIT 1) "
        "WHERE posting_id = :id",
        {"id": span.posting_id},
    )


def _insert(connection: sqlite3.Connection, span: Span, number: int) -> None:
    connection.execute(
        "INSERT INTO episodes (posting_id, number, first_seen_at, last_seen_at, closed_at) VALUES (?, ?, ?, ?, ?)",
        (span.posting_id, number, span.first_seen_at, span.last_seen_at, span.closed_at),
    )


def _make_room(connection: sqlite3.Connection, posting_id: int, number: int) -> None:
    """Number the episodes from `number` on one higher; by way of negative numbers, which nobody holds."""
    where = {"id": posting_id, "from": number}
    connection.execute("UPDATE episodes SET number = -number - 1 WHERE posting_id = :id AND number >= :from", where)
    connection.execute("UPDATE episodes SET number = -number WHERE posting_id = :id AND number < 0", where)


def _widen(connection: sqlite3.Connection, span: Span, home: sqlite3.Row) -> None:
    """Stretch an episode over the span; a closing that the span contradicts is taken back."""
    last = max(home["last_seen_at"], span.last_seen_at)
    closed = home["closed_at"] if home["closed_at"] and home["closed_at"] > last else span.closed_at
    connection.execute(
        "UPDATE episodes SET first_seen_at = ?, last_seen_at = ?, closed_at = ? WHERE episode_id = ?",
        (min(home["first_seen_at"], span.first_seen_at), last, closed, home["episode_id"]),
    )


@frozen
class Belief:
    """How far one reading of a board is believed."""

    is_complete: bool
    confirms: bool = False
    """Together with the suspect visits before it: these count as complete now."""
    health: str = "healthy"
    detail: str | None = None


def believe(connection: sqlite3.Connection, board_id: int, visited_at: str, posting_count: int, trust: Trust) -> Belief:
    """Judge a reading that claims to be whole by what the board showed before it."""
    counts = _counts_before(connection, board_id, visited_at, trust.collapse_window)
    usual = statistics.median(counts) if counts else 0
    if posting_count == 0:
        if not _had_postings(connection, board_id):
            return Belief(is_complete=True, health="empty")
        needed, what = trust.empty_believed_after, "no posting on a board that had some"
    elif usual >= trust.collapse_least_median and posting_count < min(usual, counts[0]) * trust.collapse_share:
        needed, what = trust.collapse_confirmed_by, f"{posting_count} postings where {usual:g} were usual"
    else:
        return Belief(is_complete=True)
    times = _suspect_before(connection, board_id, visited_at) + 1
    if times >= needed:
        return Belief(is_complete=True, confirms=True, health="healthy" if posting_count else "empty")
    health = "suspect" if posting_count or times >= trust.empty_suspect_after else "healthy"
    return Belief(
        is_complete=False,
        health=health,
        detail=f"suspect: {what} ({times} of {needed} such visits before it is believed)",
    )


def believe_suspects(connection: sqlite3.Connection, board_id: int, visited_at: str) -> None:
    """The suspect visits before this one are confirmed: they saw what was there."""
    connection.execute(
        "UPDATE visits SET is_complete = 1 WHERE board_id = :board AND is_complete = 0 AND is_archive = 0 "
        "AND outcome IN ('ok', 'ok_empty') AND visited_at < :now AND visited_at > coalesce((SELECT max(visited_at) "
        "FROM visits WHERE board_id = :board AND is_complete = 1 AND is_archive = 0 AND visited_at < :now), '')",
        {"board": board_id, "now": visited_at},
    )


def _counts_before(connection: sqlite3.Connection, board_id: int, before: str, window: int) -> list[int]:
    """Postings of the last complete visits, newest first."""
    rows = connection.execute(
        "SELECT posting_count FROM visits WHERE board_id = ? AND is_complete = 1 AND is_archive = 0 "
        "AND visited_at < ? ORDER BY visited_at DESC LIMIT ?",
        (board_id, before, window),
    ).fetchall()
    return [row[0] for row in rows]


def _had_postings(connection: sqlite3.Connection, board_id: int) -> bool:
    """Whether any posting of the board is open: only then does an empty visit mean anything."""
    row = connection.execute("SELECT 1 FROM postings WHERE board_id = ? AND closed_at IS NULL LIMIT 1", (board_id,))
    return row.fetchone() is not None


def _suspect_before(connection: sqlite3.Connection, board_id: int, before: str) -> int:
    """How many visits since the last complete one read the board but were not believed."""
    count: int = connection.execute(
        "SELECT count(*) FROM visits WHERE board_id = :board AND is_complete = 0 AND is_archive = 0 "
        "AND outcome IN ('ok', 'ok_empty') AND visited_at < :now AND visited_at > coalesce((SELECT max(visited_at) "
        "FROM visits WHERE board_id = :board AND is_complete = 1 AND is_archive = 0 AND visited_at < :now), '')",
        {"board": board_id, "now": before},
    ).fetchone()[0]
    return count


def gone_times(connection: sqlite3.Connection, board_id: int, spaced_hours: float) -> int:
    """How many spaced visits in a row have found nothing at the board's address."""
    rows = connection.execute(
        "SELECT visited_at FROM visits WHERE board_id = :board AND outcome = 'gone_404' AND is_archive = 0 "
        "AND visited_at > coalesce((SELECT max(visited_at) FROM visits WHERE board_id = :board "
        "AND outcome <> 'gone_404' AND is_archive = 0), '') ORDER BY visited_at",
        {"board": board_id},
    ).fetchall()
    times, last = 0, ""
    for (at,) in rows:
        if not last or hours_before(at, spaced_hours) >= last:
            times, last = times + 1, at
    return times


def hours_before(instant: str, hours: float) -> str:
    """The instant so many hours earlier, in the same form."""
    moment = datetime.fromisoformat(instant) - timedelta(hours=hours)
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
