"""What one visit writes: its row, postings, texts, pay, episodes and rejects. Used by `corpus.ledger` only.

Whatever a board shows again unchanged costs two statements for the whole board, not two for each posting.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from attrs import define, evolve, field, frozen

from corpus import episodes
from corpus.episodes import Belief, Span
from corpus.prepare import COLUMNS, clean, prepare, salary_rows, source_hash, wants_text
from corpus.records import COMPLETE_OUTCOMES, BoardVisit, Outcome, Posting, Reject
from corpus.trust import trust

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Iterable, Sequence

KEPT_REJECT_CHARACTERS = 2000
TEXTS_A_STATEMENT = 500
DORMANT = "asked once a week from now on: `mljobs boards detect` finds an employer that moved"
_DERIVED = (
    "role_family", "language", "is_evergreen", "is_intermediary", "content_hash", "text_hash", "text_length",
)  # fmt: skip
_WRITTEN = (*COLUMNS, *_DERIVED, "source_hash", "employer_id")
_INSERT = (
    "INSERT INTO postings (posting_id, board_id, external_id, first_seen_at, last_seen_at, closed_at, "
    f"{', '.join(_WRITTEN)}) VALUES (:posting_id, :board_id, :external_id, :first_seen_at, :last_seen_at, :closed_at, "
    f"{', '.join(':' + name for name in _WRITTEN)})"
)
_UPDATE = (
    f"UPDATE postings SET {', '.join(f'{n} = :{n}' for n in _WRITTEN)}, vacancy_id = NULL "
    "WHERE posting_id = :posting_id"
)
_VISIT_COLUMNS = (
    "run_id", "board_id", "visited_at", "outcome", "is_complete", "is_archive", "http_status", "advertised_count",
    "posting_count", "new_count", "rejected_count", "request_count", "duration_seconds", "response_sha256", "etag",
    "detail",
)  # fmt: skip
_VISIT = f"INSERT INTO visits ({', '.join(_VISIT_COLUMNS)}) VALUES ({', '.join(':' + n for n in _VISIT_COLUMNS)})"
_READ_AGAIN = (
    " ON CONFLICT (board_id, visited_at) DO UPDATE SET outcome = excluded.outcome, is_complete = excluded.is_complete, "
    "posting_count = excluded.posting_count, new_count = new_count + excluded.new_count, "
    "rejected_count = excluded.rejected_count, advertised_count = excluded.advertised_count, detail = excluded.detail"
)


TextRow = tuple[int, str, str, bytes | None]
"""Posting id, title, text, compressed HTML."""


@frozen
class Place:
    """A board's row, as the ledger remembers it."""

    board_id: int
    key: tuple[str, str, str]
    """Source, region, token."""
    kind: str
    employer_id: int | None
    employer: str | None
    health: str

    @property
    def names_itself(self) -> bool:
        """Whether all of the board's postings are its own, so that its token can stand for the employer's name."""
        return self.kind in ("ats", "career_site")


@frozen
class Recorded:
    """What one visit changed."""

    outcome: Outcome
    is_complete: bool
    health: str
    seen: int = 0
    new: int = 0
    changed: int = 0
    reopened: int = 0
    closed: int = 0
    rejected: int = 0
    is_again: bool = False
    """The visit was in the ledger before and has been read anew."""
    detail: str | None = None


@frozen
class _Known:
    posting_id: int
    source_hash: str
    has_text: bool
    is_closed: bool
    first_seen_at: str
    last_seen_at: str

    def covers(self, at: str) -> bool:
        """Whether a sighting at this instant says nothing new."""
        return not self.is_closed and self.first_seen_at <= at <= self.last_seen_at


@define
class _Sorted:
    """The postings of a visit by what is to be done with them."""

    new: list[tuple[int, Posting, str, str | None]] = field(factory=list)
    """Posting id, posting, source hash, employer."""
    changed: list[tuple[int, Posting, str, str | None]] = field(factory=list)
    open_ids: list[int] = field(factory=list)
    closed_ids: list[int] = field(factory=list)
    to_widen: list[int] = field(factory=list)
    """Of both, those to which a sighting out of order would say something new."""


@define
class VisitWriter:
    """Writes within a transaction that `corpus.ledger` has begun."""

    connection: sqlite3.Connection
    run_id: int
    place: Place
    employer_id: Callable[[str], int] = field(kw_only=True)
    set_health: Callable[[str], None] = field(kw_only=True)
    texts: list[TextRow] = field(kw_only=True)
    """Texts to be written by `write_texts` at the end of the transaction."""
    keep_all: bool = field(kw_only=True, default=False)

    def visit(self, visit: BoardVisit) -> Recorded:
        """Everything that one look at the board saw."""
        postings, rejects = unique(visit)
        latest = self._latest_visit()
        is_next = not visit.from_archive and (latest is None or visit.visited_at > latest)
        visit = judged_by_total(visit, len(postings) + len(visit.rejects))
        stored = self._stored(visit.visited_at)
        belief = self._belief(visit, len(postings), stored, is_next=is_next)
        groups = self._sort(postings, visit.visited_at)
        if visit.outcome == "not_modified" and is_next:
            groups.open_ids = self._shown_last()
        seen = len(postings) or len(groups.open_ids)
        is_again = stored is not None
        self.visit_row(visit, belief, posting_count=seen, new_count=len(groups.new), rejected_count=len(rejects))
        if not is_again:
            write_rejects(self.connection, self.run_id, self.place.board_id, rejects)
        self._write_new(groups.new, visit.visited_at)
        self._write_changed(groups.changed)
        if belief.is_complete:
            self._sight(visit, groups, is_next=is_next)
        closed = self._settle(visit, groups, belief, is_next=is_next)
        if not visit.from_archive and belief.health != self.place.health:
            self.set_health(belief.health)
        return Recorded(
            outcome=visit.outcome,
            is_complete=belief.is_complete,
            health=belief.health,
            seen=seen,
            new=len(groups.new),
            changed=len(groups.changed),
            reopened=len(groups.closed_ids) if belief.is_complete and is_next else 0,
            closed=closed,
            rejected=len(rejects),
            is_again=is_again,
            detail=belief.detail or visit.detail,
        )

    def postings_only(self, postings: Sequence[Posting], seen_at: str) -> Recorded:
        """Postings that somebody else observed."""
        postings = [clean(posting) for posting in postings]
        groups = self._sort({p.external_id: p for p in reversed(postings)}, seen_at)
        self._write_new(groups.new, seen_at)
        self._write_changed(groups.changed)
        known = self._known({p.external_id for p in postings})
        written = {id(posting) for _, posting, *_ in groups.new}
        for posting in postings:
            if posting.first_seen_at and id(posting) not in written:
                span = _span(known[posting.external_id].posting_id, posting, posting.first_seen_at)
                episodes.add_span(self.connection, span)
        return Recorded(
            "ok",
            is_complete=True,
            health=self.place.health,
            seen=len(postings),
            new=len(groups.new),
            changed=len(groups.changed),
        )

    def visit_row(self, visit: BoardVisit, belief: Belief, **counts: int) -> None:
        """The row of the ledger."""
        row = _visit_row(self.run_id, self.place.board_id, visit, belief)
        self.connection.execute(_VISIT + _READ_AGAIN, row | counts)

    # How far the visit is believed

    def _latest_visit(self) -> str | None:
        row = self.connection.execute(
            "SELECT max(visited_at) FROM visits WHERE board_id = ? AND is_archive = 0", (self.place.board_id,)
        ).fetchone()
        latest: str | None = row[0]
        return latest

    def _stored(self, visited_at: str) -> sqlite3.Row | None:
        """The visit's row where it is being read again."""
        row: sqlite3.Row | None = self.connection.execute(
            "SELECT outcome, is_complete, detail FROM visits WHERE board_id = ? AND visited_at = ?",
            (self.place.board_id, visited_at),
        ).fetchone()
        return row

    def _belief(self, visit: BoardVisit, posting_count: int, stored: sqlite3.Row | None, *, is_next: bool) -> Belief:
        health, board_id = self.place.health, self.place.board_id
        if visit.outcome == "gone_404" and is_next:
            return self._gone(visit)
        if visit.outcome not in COMPLETE_OUTCOMES:
            return Belief(is_complete=False, health=health)
        if visit.from_archive or visit.outcome == "not_modified":
            return Belief(is_complete=True, health=health)
        if stored is not None and stored["outcome"] == visit.outcome:  # what was judged in its time stays
            return Belief(is_complete=bool(stored["is_complete"]), health=health, detail=stored["detail"])
        if trust().closing_of(self.place.kind).absent_visits == 0:
            return Belief(is_complete=True)
        belief = episodes.believe(self.connection, board_id, visit.visited_at, posting_count, trust())
        return belief if is_next else evolve(belief, health=health)

    def _gone(self, visit: BoardVisit) -> Belief:
        """Nothing at the board's address: after enough such visits it is asked seldom. It closes nothing."""
        times = 1 + episodes.gone_times(self.connection, self.place.board_id, trust().gone_spaced_hours)
        if times < trust().gone_confirmed_by and self.place.health != "dormant":
            return Belief(is_complete=False, health=self.place.health)
        return Belief(is_complete=False, health="dormant", detail=f"{visit.detail or 'nothing there'}; {DORMANT}")

    # Postings

    def _known(self, external_ids: Iterable[str]) -> dict[str, _Known]:
        # CROSS JOIN: the wanted ids first, each by the index; the planner would scan the board for every id.
        rows = self.connection.execute(
            "SELECT p.external_id, p.posting_id, p.source_hash, p.text_hash IS NOT NULL, p.closed_at IS NOT NULL, "
            "p.first_seen_at, p.last_seen_at FROM json_each(?) AS wanted "
            "CROSS JOIN postings AS p ON p.board_id = ? AND p.external_id = wanted.value",
            (json.dumps(list(external_ids)), self.place.board_id),
        )
        return {row[0]: _Known(row[1], row[2], bool(row[3]), bool(row[4]), row[5], row[6]) for row in rows}

    def _shown_last(self) -> list[int]:
        """Ids of what the last complete visit saw: what a board shows that has not changed since."""
        rows = self.connection.execute(
            "SELECT p.posting_id FROM postings AS p JOIN episodes AS e ON e.posting_id = p.posting_id "
            "AND e.closed_at IS NULL AND e.next_visit_at IS NULL WHERE p.board_id = ? AND p.closed_at IS NULL",
            (self.place.board_id,),
        )
        return [row[0] for row in rows]

    def _sort(self, postings: dict[str, Posting], seen_at: str) -> _Sorted:
        known, groups = self._known(postings), _Sorted()
        next_id = self.connection.execute("SELECT coalesce(max(posting_id), 0) + 1 FROM postings").fetchone()[0]
        for external_id, posting in postings.items():
            employer = posting.employer or self.place.employer
            digest = source_hash(posting, employer)
            old = known.get(external_id)
            if old is None:
                groups.new.append((next_id, posting, digest, employer))
                next_id += 1
                continue
            (groups.closed_ids if old.is_closed else groups.open_ids).append(old.posting_id)
            if not old.covers(seen_at):
                groups.to_widen.append(old.posting_id)
            has_content = bool(posting.description_html or posting.description_text)
            lacks_text = not old.has_text and has_content and wants_text(posting.title, keep_all=self.keep_all)
            is_poorer = old.has_text and not has_content  # its own page failed today: what is known stays
            if (digest != old.source_hash and not is_poorer) or lacks_text:
                groups.changed.append((old.posting_id, posting, digest, employer))
        return groups

    def _rows(self, group: list[tuple[int, Posting, str, str | None]]) -> tuple[list[Any], list[Any], list[Any]]:
        """Rows of postings, texts and salaries."""
        rows: list[Any] = []
        texts: list[Any] = []
        pay: list[Any] = []
        for posting_id, posting, digest, employer in group:
            keep = wants_text(posting.title, keep_all=self.keep_all)
            ready = prepare(posting, employer, keep_text=keep)
            row = ready.row | {"posting_id": posting_id, "source_hash": digest}
            row["employer_id"] = self.employer_id(employer) if employer else None
            rows.append(row)
            if ready.text is not None:
                texts.append((posting_id, row["title"], ready.text, ready.html_zlib))
            pay.extend(salary_rows(posting_id, posting))
        return rows, texts, pay

    def _write_new(self, group: list[tuple[int, Posting, str, str | None]], seen_at: str) -> None:
        if not group:
            return
        rows, texts, pay = self._rows(group)
        spans = [_span(posting_id, posting, seen_at) for posting_id, posting, _, _ in group]
        for row, span, (_, posting, _, _) in zip(rows, spans, group, strict=True):
            row |= {
                "board_id": self.place.board_id,
                "external_id": posting.external_id,
                "first_seen_at": span.first_seen_at,
                "last_seen_at": span.last_seen_at,
                "closed_at": span.closed_at,
            }
        self.connection.executemany(_INSERT, rows)
        self.texts += texts
        self._write_pay(pay)
        self.connection.executemany(
            "INSERT INTO episodes (posting_id, number, first_seen_at, last_seen_at, closed_at) VALUES (?, 1, ?, ?, ?)",
            [(s.posting_id, s.first_seen_at, s.last_seen_at, s.closed_at) for s in spans],
        )

    def _write_changed(self, group: list[tuple[int, Posting, str, str | None]]) -> None:
        if not group:
            return
        rows, texts, pay = self._rows(group)
        self.connection.executemany(_UPDATE, rows)
        self.connection.executemany(
            "DELETE FROM salaries WHERE posting_id = ? AND source <> 'text'",
            [(posting_id,) for posting_id, *_ in group],
        )
        self.texts += texts
        self._write_pay(pay)

    def _write_pay(self, pay: list[Any]) -> None:
        self.connection.executemany(
            "INSERT INTO salaries (posting_id, source, component, min_amount, max_amount, currency, unit, place, raw, "
            "flags) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            pay,
        )

    # Episodes

    def _sight(self, visit: BoardVisit, groups: _Sorted, *, is_next: bool) -> None:
        """Move the last sighting of what was known before."""
        if is_next:
            self._sight_open(visit.visited_at, groups.open_ids)
            for posting_id in groups.closed_ids:
                episodes.add_span(self.connection, Span(posting_id, visit.visited_at, visit.visited_at))
        else:
            for posting_id in groups.to_widen:
                episodes.add_span(self.connection, Span(posting_id, visit.visited_at, visit.visited_at))

    def _sight_open(self, at: str, posting_ids: list[int]) -> None:
        ids = json.dumps(posting_ids)
        self.connection.execute(
            "UPDATE postings SET last_seen_at = ? WHERE posting_id IN (SELECT value FROM json_each(?))", (at, ids)
        )
        self.connection.execute(
            "UPDATE episodes SET last_seen_at = ?, next_visit_at = NULL "
            "WHERE posting_id IN (SELECT value FROM json_each(?)) AND closed_at IS NULL",
            (at, ids),
        )

    def _settle(self, visit: BoardVisit, groups: _Sorted, belief: Belief, *, is_next: bool) -> int:
        """Bring the episodes up to date with the ledger, which now holds this visit; returns closings."""
        board_id = self.place.board_id
        if belief.confirms:
            episodes.believe_suspects(self.connection, board_id, visit.visited_at)
        if not belief.is_complete or visit.from_archive:
            episodes.derive(self.connection, board_id, self._touched(groups, is_complete=belief.is_complete))
            return 0
        if is_next and not belief.confirms:
            episodes.derive(self.connection, board_id, [p for p, *_ in groups.new] + groups.closed_ids)
            episodes.mark_absent(self.connection, board_id)
        else:
            episodes.derive(self.connection, board_id)
        return episodes.close(self.connection, board_id, trust().closing_of(self.place.kind))

    def _touched(self, groups: _Sorted, *, is_complete: bool) -> list[int]:
        new = [posting_id for posting_id, *_ in groups.new]
        return new + groups.open_ids + groups.closed_ids if is_complete else new


def write_texts(connection: sqlite3.Connection, rows: Sequence[TextRow]) -> None:
    """Write or replace texts, many rows a statement.

    With a statement for each, the triggers would have the full-text index flushed after every row: three times the
    work. A text that is stored already is left alone, and so is its index.
    """
    for start in range(0, len(rows), TEXTS_A_STATEMENT):
        some = rows[start : start + TEXTS_A_STATEMENT]
        places = ", ".join(["(?, ?, ?, ?)"] * len(some))
        connection.execute(
            f"INSERT INTO posting_texts (posting_id, title, text, html_zlib) VALUES {places} "
            "ON CONFLICT (posting_id) DO UPDATE SET title = excluded.title, text = excluded.text, "
            "html_zlib = excluded.html_zlib "
            "WHERE (title, text, html_zlib) IS NOT (excluded.title, excluded.text, excluded.html_zlib)",
            [value for row in some for value in row],
        )


def write_visits(connection: sqlite3.Connection, run_id: int, visits: Iterable[tuple[int, BoardVisit]]) -> int:
    """Rows of somebody else's ledger, each with its board's number; returns how many were new."""
    rows = []
    for board_id, visit in visits:
        belief = Belief(is_complete=visit.outcome in COMPLETE_OUTCOMES, detail=visit.detail)
        rows.append(_visit_row(run_id, board_id, visit, belief) | {"posting_count": visit.advertised or 0})
    before = connection.total_changes
    connection.executemany(_VISIT + " ON CONFLICT DO NOTHING", rows)
    return connection.total_changes - before


def _visit_row(run_id: int, board_id: int, visit: BoardVisit, belief: Belief) -> dict[str, Any]:
    """A row of `visits` in which nothing is counted yet."""
    return {
        "run_id": run_id,
        "board_id": board_id,
        "visited_at": visit.visited_at,
        "outcome": visit.outcome,
        "is_complete": int(belief.is_complete),
        "is_archive": int(visit.from_archive),
        "http_status": visit.http_status,
        "advertised_count": visit.advertised,
        "posting_count": 0,
        "new_count": 0,
        "rejected_count": 0,
        "request_count": visit.request_count,
        "duration_seconds": visit.duration_seconds,
        "response_sha256": visit.response_sha256,
        "etag": visit.etag,
        "detail": belief.detail or visit.detail,
    }


def unique(visit: BoardVisit) -> tuple[dict[str, Posting], list[Reject]]:
    """The usable postings by id, and what was kept aside: no id, no title, an id that comes twice."""
    postings: dict[str, Posting] = {}
    rejects = list(visit.rejects)
    for posting in visit.postings:
        ready = clean(posting)
        if not ready.external_id.strip():
            rejects.append(Reject("no id", raw=ready.title))
        elif not ready.title.strip():
            rejects.append(Reject("no title", raw=ready.external_id))
        elif ready.external_id in postings:
            rejects.append(Reject("the id comes twice on the board", raw=ready.external_id))
        else:
            postings[ready.external_id] = ready
    return postings, rejects


def judged_by_total(visit: BoardVisit, count: int) -> BoardVisit:
    """A reading that misses the total which the board advertises is truncated, whatever the spider thought."""
    if visit.outcome not in ("ok", "ok_empty") or visit.advertised is None:
        return visit
    if abs(count - visit.advertised) <= visit.advertised * trust().advertised_tolerance:
        return visit
    return evolve(visit, outcome="truncated", detail=f"{count} postings read, {visit.advertised} advertised")


def _span(posting_id: int, posting: Posting, seen_at: str) -> Span:
    """When a posting was seen: by its own times where it brings them, else at `seen_at`."""
    first = posting.first_seen_at or seen_at
    last = posting.last_seen_at or max(first, seen_at)
    return Span(posting_id, min(first, last), last, posting.closed_at)


def write_rejects(connection: sqlite3.Connection, run_id: int, board_id: int | None, rejects: Iterable[Reject]) -> None:
    """Keep rows aside with their reason; a line of a file that is imported again is kept once."""
    connection.executemany(
        "INSERT INTO rejects (run_id, board_id, file, line_number, reason, raw) SELECT ?1, ?2, ?3, ?4, ?5, ?6 "
        "WHERE ?3 IS NULL OR NOT EXISTS (SELECT 1 FROM rejects WHERE file = ?3 AND line_number IS ?4 AND reason = ?5 "
        "AND raw = ?6)",
        [
            (run_id, board_id, r.file, r.line, _storable(r.reason), _storable(r.raw)[:KEPT_REJECT_CHARACTERS])
            for r in rejects
        ],
    )


def _storable(text: str) -> str:
    return text.encode("utf-8", "replace").decode("utf-8").replace("\x00", "")
