"""`mljobs import`: postings and visits that somebody has, into the ledger."""

from __future__ import annotations

import contextlib
import itertools
from collections import defaultdict
from typing import TYPE_CHECKING, Any, get_args

from attrs import define, evolve, field

from corpus.errors import InputError
from corpus.records import Board, BoardVisit, Outcome, Posting, Reject
from crawler.importers.files import Line, read_rows
from crawler.importers.mapping import ORPHANS, RowMap, choose, dates_not_read, to_posting
from crawler.parse import dates
from crawler.rows import Unusable, raw_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from corpus.ledger import Ledger
    from crawler.progress import Progress

BATCH = 5_000
OUTCOMES = frozenset(get_args(Outcome))


@define
class Imported:
    """What an import has done."""

    rows: int = 0
    new: int = 0
    changed: int = 0
    visits: int = 0
    closed: int = 0
    skipped: int = 0
    """Comments that are gone or no postings."""
    rejects: list[Reject] = field(factory=list)
    doubts: list[Reject] = field(factory=list)
    """Of rows that are used: what of them is not."""
    unused: list[str] = field(factory=list)
    """Columns that no field of ours takes."""
    boards: dict[tuple[str, str, str], Board] = field(factory=dict)

    def touch(self, board: Board) -> None:
        """Remember a board whose episodes have to be derived anew."""
        self.boards[board.source, board.region, board.token] = board


@define
class Importer:
    """Brings files into one file's ledger, under one run."""

    ledger: Ledger
    run_id: int
    source: str | None
    progress: Progress
    done: Imported = field(factory=Imported)
    _known_sources: set[str] = field(factory=set)
    _file: str = ""
    """Name of the file that is being read."""
    _boards: dict[tuple[str | None, str], list[Board]] = field(factory=dict)
    """Source and token of a row of visits -> the boards that it is about."""

    def postings(self, path: Path, row_map: RowMap | None, encoding: str) -> RowMap:
        """Import a file of postings; returns the map that was used."""
        with contextlib.closing(read_rows(path, encoding)) as rows:
            self._file = path.name
            head = list(itertools.islice(rows, 50))
            columns = frozenset(name for line in head if isinstance(line.row, dict) for name in line.row)
            used = (row_map or _choose(path, head, columns)).fitted(columns)
            self.done.unused = used.unused(columns)
            lines = self._counted(itertools.chain(head, rows))
            if used.reader == "hn":
                self._hacker_news(lines)
            else:
                for batch in _batches(lines):
                    self._batch(batch, used)
        self._all_rejected(path)
        return used

    def visits(self, path: Path, encoding: str) -> None:
        """Import the observation ledger that goes with postings, in whatever order the two come."""
        with contextlib.closing(read_rows(path, encoding)) as rows:
            self._file = path.name
            for batch in _batches(self._counted(rows)):
                self._visit_batch(batch)
        self._all_rejected(path)

    def _visit_batch(self, batch: list[Line]) -> None:
        visits = []
        for line in batch:
            try:
                visits += self._visits_of(line)
            except Unusable as error:
                self._reject(line, str(error))
        self.done.visits += self.ledger.add_visits(self.run_id, visits)
        for visit in visits:
            self.done.touch(visit.board)

    def settle(self) -> None:
        """Derive the episodes of every board that was touched, and keep the rejects."""
        self.done.closed = self.ledger.settle(self.done.boards.values())
        self.ledger.keep_rejects(self.run_id, self.done.rejects + self.done.doubts)

    def _counted(self, lines: Iterable[Line]) -> Iterator[Line]:
        for line in lines:
            self.done.rows += 1
            self.progress.step()
            if isinstance(line.row, Reject):
                self.done.rejects.append(evolve(line.row, file=self._file))
            else:
                yield line

    def _reject(self, line: Line, reason: str) -> None:
        self.done.rejects.append(self._aside(line, reason))

    def _aside(self, line: Line, reason: str) -> Reject:
        return Reject(reason, raw=raw_of(line.row), line=line.number, file=self._file)

    def _all_rejected(self, path: Path) -> None:
        if self.done.rows and len(self.done.rejects) == self.done.rows:
            first = self.done.rejects[0]
            raise InputError(f"no row of {path} can be used; the first is line {first.line}: {first.reason}")

    def _batch(self, batch: list[Line], row_map: RowMap) -> None:
        by_board: dict[Board, list[Posting]] = defaultdict(list)
        for line in batch:
            assert isinstance(line.row, dict)
            try:
                board, posting = to_posting(row_map, line.row, self.source)
            except Unusable as error:
                self._reject(line, str(error))
            else:
                by_board[board].append(posting)
                self.done.doubts += [self._aside(line, doubt) for doubt in dates_not_read(row_map, line.row, posting)]
        for board in by_board:
            self._prepare_source(board.source)
            if (board.source, board.region, board.token) not in self.done.boards:
                self.ledger.adopt(board, ORPHANS)
        for board, recorded in zip(by_board, self.ledger.add_batch(self.run_id, by_board), strict=True):
            self.done.new += recorded.new
            self.done.changed += recorded.changed
            self.done.touch(board)

    def _prepare_source(self, source: str) -> None:
        """A platform that we know keeps its name and kind, whoever brings its postings."""
        if source in self._known_sources:
            return
        self._known_sources.add(source)
        from crawler.crawl import register
        from crawler.platforms import platforms

        if source in platforms():
            register(self.ledger, platforms()[source])

    def _visits_of(self, line: Line) -> list[BoardVisit]:
        row: dict[str, Any] = line.row if isinstance(line.row, dict) else {}
        token = str(row.get("board") or "").strip()
        if not token:
            raise Unusable("no board")
        at = dates.to_instant(row.get("visited_at"))
        if at is None:
            raise Unusable(f"visited_at {str(row.get('visited_at'))[:40]!r} is no time")
        outcome: Any = row.get("outcome") or "ok"
        if outcome not in OUTCOMES:
            raise Unusable(f"outcome {str(outcome)[:40]!r} is none of {', '.join(sorted(OUTCOMES))}")
        advertised = row.get("advertised")
        try:
            count = int(advertised) if advertised not in (None, "") else None
        except (TypeError, ValueError):
            raise Unusable(f"advertised {str(advertised)[:40]!r} is no number") from None
        source = row.get("source") or self.source
        if (source, token) not in self._boards:
            found = self.ledger.matching_boards(token, source)
            self._boards[source, token] = found or [Board(source or ORPHANS, token)]
        boards = self._boards[source, token]
        return [BoardVisit(board, at, outcome, advertised=count) for board in boards]

    def _hacker_news(self, lines: Iterable[Line]) -> None:
        """Items by month, each month one visit, as the spider makes them from the network."""
        from crawler.spiders.hn import HackerNewsSpider, month_end, month_of_item, of_month, read_comments

        self._prepare_source(HackerNewsSpider.platform)
        board = Board(HackerNewsSpider.platform, HackerNewsSpider.own_boards[0])
        months: dict[str, list[Any]] = defaultdict(list)
        for line in lines:
            assert isinstance(line.row, dict)
            month = month_of_item(line.row)
            if month is None:
                self._reject(line, "no time")
            else:
                months[month].append(line.row)
        for month, items in sorted(months.items()):
            reading = read_comments(items)
            outcome: Outcome = "ok" if reading.postings else "ok_empty"
            end = month_end(month)
            visit = BoardVisit(board, end, outcome, of_month(reading.postings, month, end), reading.rejects)
            recorded = self.ledger.record(self.run_id, visit)
            self.done.new += recorded.new
            self.done.changed += recorded.changed
            self.done.visits += not recorded.is_again
            self.done.touch(board)
            self.done.skipped += recorded.rejected


def _batches(lines: Iterator[Line]) -> Iterator[list[Line]]:
    while batch := list(itertools.islice(lines, BATCH)):
        yield batch


def _choose(path: Path, head: list[Line], columns: frozenset[str]) -> RowMap:
    if not columns:
        first = next((line.row for line in head if isinstance(line.row, Reject)), None)
        why = f"line {first.line}: {first.reason}" if first else "it is empty"
        raise InputError(f"{path} holds no rows: {why}")
    return choose(columns)
