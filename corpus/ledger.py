"""Writing what was observed: runs, visits, and with each visit its board's postings, in one transaction.

    with open_corpus(path, write=True) as corpus:
        ledger = Ledger(corpus)
        run = ledger.begin("crawl", {"boards": "boards.csv"})
        ledger.record(run.run_id, visit)
        ledger.finish(run.run_id, "ok", "1 board, 1 posting")

A process that dies leaves every recorded visit whole and the run unfinished; `begin` with the same arguments takes
it up again.
"""

from __future__ import annotations

import contextlib
import functools
import json
from datetime import UTC, datetime
from importlib import metadata
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import unquote

from attrs import evolve, frozen

from corpus import episodes
from corpus.employers import employer_key, intermediaries
from corpus.records import Board, BoardVisit, Posting, Reject, SourceKind
from corpus.trust import trust
from corpus.visit_writer import Place, Recorded, TextRow, VisitWriter, write_rejects, write_texts, write_visits

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from corpus.db import Corpus

RunStatus = Literal["ok", "check_failed", "stopped"]


@frozen
class Run:
    """A run that has begun."""

    run_id: int
    is_resumed: bool
    """Taken up again after it was cut off: boards with a visit in it are done."""


@frozen
class LastReading:
    """What a board answered when it was last read."""

    response_sha256: str
    etag: str | None


class Ledger:
    """The only writer of observations. One connection, one process."""

    def __init__(self, corpus: Corpus, *, keep_all: bool = False) -> None:
        """`keep_all`: keep the text of every posting, not only of those whose title names a wanted role."""
        self.corpus = corpus
        self.keep_all = keep_all
        self.trust = trust()
        self._employers: dict[str, int] = {}
        self._places: dict[tuple[str, str, str], Place] = {}
        self._texts: list[TextRow] = []
        """Of the transaction that is under way, written at its end."""

    # Runs

    def begin(self, command: str, arguments: Mapping[str, Any]) -> Run:
        """A new run, or the unfinished one with the same arguments where it is young enough."""
        stored = json.dumps(arguments, sort_keys=True, ensure_ascii=False)
        oldest = episodes.hours_before(_now(), self.trust.resume_hours)
        with self._transaction() as connection:
            row = connection.execute(
                "SELECT run_id FROM runs WHERE command = ? AND arguments = ? AND status = 'running' "
                "AND started_at >= ? ORDER BY run_id DESC LIMIT 1",
                (command, stored, oldest),
            ).fetchone()
            keep = row[0] if row else -1
            connection.execute(
                "UPDATE runs SET status = 'stopped' WHERE command = ? AND status = 'running' AND run_id <> ?",
                (command, keep),
            )
            if row:
                return Run(row[0], is_resumed=True)
            cursor = connection.execute(
                "INSERT INTO runs (command, arguments, started_at, mljobs_version) VALUES (?, ?, ?, ?)",
                (command, stored, _now(), _version()),
            )
            assert cursor.lastrowid is not None
            return Run(cursor.lastrowid, is_resumed=False)

    def finish(self, run_id: int, status: RunStatus, summary: str) -> None:
        """Close a run with its last line."""
        with self._transaction() as connection:
            connection.execute(
                "UPDATE runs SET finished_at = ?, status = ?, summary = ? WHERE run_id = ?",
                (_now(), status, summary, run_id),
            )

    def visited_in(self, run_id: int) -> set[tuple[str, str, str]]:
        """Keys (source, region, token) of the boards that have a visit in the run."""
        rows = self.corpus.rows(
            "SELECT DISTINCT b.source, b.region, b.token FROM visits AS v JOIN boards AS b USING (board_id) "
            "WHERE v.run_id = ?",
            (run_id,),
        )
        return {(row["source"], row["region"], row["token"]) for row in rows}

    def instants_in(self, run_id: int) -> set[tuple[str, str, str, str]]:
        """Keys (source, region, token, instant) of the visits of the run."""
        rows = self.corpus.rows(
            "SELECT b.source, b.region, b.token, v.visited_at FROM visits AS v JOIN boards AS b USING (board_id) "
            "WHERE v.run_id = ?",
            (run_id,),
        )
        return {(row["source"], row["region"], row["token"], row["visited_at"]) for row in rows}

    def resting(self) -> set[tuple[str, str, str]]:
        """Keys of the dormant boards whose weekly probe is not yet due."""
        due = episodes.hours_before(_now(), self.trust.gone_probe_days * 24)
        rows = self.corpus.rows(
            "SELECT source, region, token FROM boards WHERE health = 'dormant' AND "
            "(SELECT max(visited_at) FROM visits WHERE visits.board_id = boards.board_id) > ?",
            (due,),
        )
        return {(row["source"], row["region"], row["token"]) for row in rows}

    def last_visits(self) -> dict[tuple[str, str, str], str]:
        """Instant of each board's last visit by its key; boards that were never visited are left out."""
        rows = self.corpus.rows(
            "SELECT b.source, b.region, b.token, max(v.visited_at) AS at FROM visits AS v JOIN boards AS b "
            "USING (board_id) WHERE v.is_archive = 0 GROUP BY b.board_id"
        )
        return {(row["source"], row["region"], row["token"]): row["at"] for row in rows}

    def complete_visits(self, board: Board) -> frozenset[str]:
        """Instants of the board's complete visits."""
        rows = self.corpus.rows(
            "SELECT v.visited_at FROM visits AS v JOIN boards AS b USING (board_id) "
            "WHERE b.source = ? AND b.region = ? AND b.token = ? AND v.is_complete = 1",
            (board.source, board.region, board.token),
        )
        return frozenset(row[0] for row in rows)

    def last_reading(self, board: Board) -> LastReading | None:
        """What the board answered last, where the same answer would say nothing new; None where it must be read.

        It must where the last reading was not whole, took several requests or set rows aside, was made by another
        version, under another name or with another `keep_all`, or is older than trust.toml allows.
        """
        rows = self.corpus.rows(
            "SELECT v.response_sha256, v.etag, v.request_count = 1 AND v.is_complete = 1 AND v.rejected_count = 0 "
            "AND v.response_sha256 IS NOT NULL AND v.visited_at >= ? AND r.mljobs_version = ? "
            "AND r.command = 'crawl' AND json_extract(r.arguments, '$.all') IS ? AS is_good, e.name_key "
            "FROM boards AS b JOIN visits AS v USING (board_id) JOIN runs AS r USING (run_id) "
            "LEFT JOIN employers AS e USING (employer_id) WHERE b.source = ? AND b.region = ? AND b.token = ? "
            "AND v.is_archive = 0 AND v.outcome IN ('ok', 'ok_empty', 'truncated') ORDER BY v.visited_at DESC LIMIT 1",
            (
                *(episodes.hours_before(_now(), self.trust.read_anew_days * 24), _version(), int(self.keep_all)),
                *(board.source, board.region, board.token),
            ),
        )
        if (
            not rows
            or not rows[0]["is_good"]
            or (board.employer and rows[0]["name_key"] != employer_key(board.employer))
        ):
            return None
        return LastReading(rows[0]["response_sha256"], rows[0]["etag"])

    def texts_of(self, board: Board) -> dict[str, str]:
        """External id -> title of the board's open postings whose text is kept."""
        rows = self.corpus.rows(
            "SELECT p.external_id, p.title FROM postings AS p JOIN boards AS b USING (board_id) "
            "WHERE b.source = ? AND b.region = ? AND b.token = ? AND p.closed_at IS NULL AND p.text_hash IS NOT NULL",
            (board.source, board.region, board.token),
        )
        return {row["external_id"]: row["title"] for row in rows}

    def set_source(
        self, source: str, kind: SourceKind, *, name: str, homepage: str | None = None, terms: str | None = None
    ) -> None:
        """Make or correct a source's row."""
        with self._transaction() as connection:
            connection.execute(
                "INSERT INTO sources (source, kind, name, homepage, terms) VALUES (?, ?, ?, ?, ?) "
                "ON CONFLICT (source) DO UPDATE SET kind = excluded.kind, name = excluded.name, "
                "homepage = excluded.homepage, terms = excluded.terms",
                (source, kind, name, homepage, terms),
            )
        self._places.clear()

    # Visits

    def record(self, run_id: int, visit: BoardVisit) -> Recorded:
        """Write one visit with everything that it saw; all of it or nothing."""
        return self.record_all(run_id, [visit])[0]

    def record_all(self, run_id: int, visits: Iterable[BoardVisit]) -> list[Recorded]:
        """The same for several visits in one transaction: what each of them changed, in their order."""
        with self._transaction() as connection:
            return [self._writer(connection, run_id, visit.board).visit(visit) for visit in visits]

    def add_postings(
        self, run_id: int, board: Board, postings: Sequence[Posting], *, seen_at: str | None = None
    ) -> Recorded:
        """Write postings that somebody else observed, without a visit; `first_seen_at` … are theirs.

        `seen_at` stands for the times that a posting does not give. `settle` must follow once all are in.
        """
        return self.add_batch(run_id, {board: postings}, seen_at=seen_at)[0]

    def add_batch(
        self, run_id: int, by_board: Mapping[Board, Sequence[Posting]], *, seen_at: str | None = None
    ) -> list[Recorded]:
        """The same for many boards in one transaction: what each of them changed, in their order."""
        with self._transaction() as connection:
            return [
                self._writer(connection, run_id, board).postings_only(postings, seen_at or _now())
                for board, postings in by_board.items()
            ]

    def add_visits(self, run_id: int, visits: Iterable[BoardVisit]) -> int:
        """Write rows of a ledger that somebody else kept, without postings; returns how many were new.

        `settle` must follow.
        """
        with self._transaction() as connection:
            rows = ((self._place(connection, visit.board).board_id, visit) for visit in visits)
            return write_visits(connection, run_id, list(rows))

    def settle(self, boards: Iterable[Board]) -> int:
        """Derive the episodes of these boards from the whole ledger and apply the closing rule; returns closings."""
        closed = 0
        for board in boards:
            with self._transaction() as connection:
                place = self._place(connection, board)
                self._settle_employer(connection, place)
                episodes.derive(connection, place.board_id)
                closed += episodes.close(connection, place.board_id, self.trust.closing_of(place.kind))
        return closed

    def keep_rejects(self, run_id: int, rejects: Iterable[Reject]) -> None:
        """Keep rows aside that no board can be named for."""
        with self._transaction() as connection:
            write_rejects(connection, run_id, None, rejects)

    def matching_boards(self, token: str, source: str | None = None) -> list[Board]:
        """Boards with this token, on any source or on the one given."""
        rows = self.corpus.rows(
            "SELECT source, region, token FROM boards WHERE token = ? AND (? IS NULL OR source = ?)",
            (token, source, source),
        )
        return [Board(row["source"], row["token"], row["region"]) for row in rows]

    def adopt(self, board: Board, orphan_source: str) -> bool:
        """Give a board that so far was only known by its visits (under `orphan_source`) to its real source."""
        with self._transaction() as connection:
            taken = connection.execute(
                "SELECT 1 FROM boards WHERE source = ? AND region = ? AND token = ?",
                (board.source, board.region, board.token),
            ).fetchone()
            if taken or board.source == orphan_source:
                return False
            self._source(connection, board.source)
            cursor = connection.execute(
                "UPDATE boards SET source = ?, region = ? WHERE source = ? AND token = ? AND NOT EXISTS "
                "(SELECT 1 FROM postings WHERE postings.board_id = boards.board_id)",
                (board.source, board.region, orphan_source, board.token),
            )
            return cursor.rowcount > 0

    # Shared rows

    @contextlib.contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        self._texts.clear()
        try:
            with self.corpus.transaction() as connection:
                yield connection
                write_texts(connection, self._texts)
        except BaseException:  # ids of rows that were rolled back must not be used again
            self._employers.clear()
            self._places.clear()
            raise

    def _place(self, connection: sqlite3.Connection, board: Board) -> Place:
        """The board's row, made or completed where needed."""
        key = (board.source, board.region, board.token)
        place = self._places.get(key)
        if place is None:
            place = self._read_place(connection, board)
            self._places[key] = place
        employer = board.employer or (
            _name_from_token(board.token) if place.employer is None and place.names_itself else None
        )
        if employer and place.employer != employer:
            place = self._rename(connection, place, employer)
            self._places[key] = place
        return place

    def _read_place(self, connection: sqlite3.Connection, board: Board) -> Place:
        self._source(connection, board.source)
        connection.execute(
            "INSERT INTO boards (source, region, token, country) VALUES (?, ?, ?, ?) "
            "ON CONFLICT DO UPDATE SET country = coalesce(excluded.country, country)",
            (board.source, board.region, board.token, board.country),
        )
        row = connection.execute(
            "SELECT b.board_id, b.health, b.employer_id, e.name AS employer, s.kind FROM boards AS b "
            "JOIN sources AS s USING (source) LEFT JOIN employers AS e USING (employer_id) "
            "WHERE b.source = ? AND b.region = ? AND b.token = ?",
            (board.source, board.region, board.token),
        ).fetchone()
        key = (board.source, board.region, board.token)
        return Place(row["board_id"], key, row["kind"], row["employer_id"], row["employer"], row["health"])

    def _source(self, connection: sqlite3.Connection, source: str) -> None:
        connection.execute(
            "INSERT INTO sources (source, kind, name) VALUES (?, 'import', ?) ON CONFLICT DO NOTHING", (source, source)
        )

    def _rename(self, connection: sqlite3.Connection, place: Place, employer: str) -> Place:
        """The boards file names the employer (anew): the board's own postings follow."""
        employer_id = self.employer_id(connection, employer)
        if employer_id != place.employer_id:
            connection.execute("UPDATE boards SET employer_id = ? WHERE board_id = ?", (employer_id, place.board_id))
            connection.execute(
                "UPDATE postings SET employer_id = ? WHERE board_id = ? AND employer_id IS ?",
                (employer_id, place.board_id, place.employer_id),
            )
        return evolve(place, employer_id=employer_id, employer=employer)

    def employer_id(self, connection: sqlite3.Connection, name: str) -> int:
        """The employer's row, found by its key or made."""
        name = " ".join(name.split())
        key = employer_key(name)
        if key not in self._employers:
            row = connection.execute("SELECT employer_id FROM employers WHERE name_key = ?", (key,)).fetchone()
            if row is None:
                row = connection.execute(
                    "INSERT INTO employers (name, name_key, is_intermediary) VALUES (?, ?, ?) RETURNING employer_id",
                    (name, key, int(key in intermediaries())),
                ).fetchone()
            self._employers[key] = row[0]
        return self._employers[key]

    def _settle_employer(self, connection: sqlite3.Connection, place: Place) -> None:
        """An imported board belongs to the one employer of its postings, where there is just one."""
        if place.kind != "import":
            return
        ids = connection.execute(
            "SELECT DISTINCT employer_id FROM postings WHERE board_id = ? LIMIT 2", (place.board_id,)
        ).fetchall()
        connection.execute(
            "UPDATE boards SET employer_id = ? WHERE board_id = ?",
            (ids[0][0] if len(ids) == 1 else None, place.board_id),
        )
        self._places.clear()

    def _writer(self, connection: sqlite3.Connection, run_id: int, board: Board) -> VisitWriter:
        place = self._place(connection, board)
        return VisitWriter(
            connection,
            run_id,
            place,
            texts=self._texts,
            keep_all=self.keep_all or place.kind in ("forum", "import"),
            employer_id=lambda name: self.employer_id(connection, name),
            set_health=lambda health: self._set_health(connection, place, health),
        )

    def _set_health(self, connection: sqlite3.Connection, place: Place, health: str) -> None:
        connection.execute("UPDATE boards SET health = ? WHERE board_id = ?", (health, place.board_id))
        self._places[place.key] = evolve(place, health=health)


def _now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


@functools.cache
def _version() -> str:
    return metadata.version("mljobs")


def _name_from_token(token: str) -> str:
    """What a platform's address calls an employer, until somebody says its name."""
    return unquote(token).strip() or token
