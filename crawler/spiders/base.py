"""What every spider has: from a board to a visit with its outcome. A leaf says where to ask and how to read.

    class AshbySpider(BoardSpider):
        platform = "ashby"

        def first_request(self, board): ...
        async def read(self, board, response, fetch): ...

`read` needs no running crawl: `await spider.read(board, response, fetch)` with any `fetch` does it.
"""

from __future__ import annotations

import asyncio
import hashlib
import time
import zlib
from abc import abstractmethod
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, ClassVar
from urllib.parse import urlsplit, urlunsplit

import scrapy
from attrs import field, frozen
from scrapy.http import Request, Response

from corpus.records import Board, BoardVisit, Outcome, Posting, Reject, SourceKind
from corpus.trust import trust
from crawler.outcomes import Unreadable, accept, failure, is_home_of_vendor, parse_json

if TYPE_CHECKING:
    from corpus.ledger import LastReading
    from crawler.archive import ArchiveWriter

__all__ = ["BoardSpider", "Fetch", "Reading", "Unreadable", "parse_json"]

Fetch = Callable[[Request], Awaitable[Response]]
"""`await fetch(request)`: the response (status 2xx, no challenge page), or `Unreadable`."""


def _postings(items: Iterable[Posting]) -> tuple[Posting, ...]:
    return tuple(items)


def _rejects(items: Iterable[Reject]) -> tuple[Reject, ...]:
    return tuple(items)


@frozen
class Reading:
    """What a board said."""

    postings: tuple[Posting, ...] = field(converter=_postings, default=())
    advertised: int | None = None
    """The total that the board itself states; where it differs from what was read nothing is closed."""
    is_truncated: bool = False
    """Known to be only a part: nothing is closed, and the outcome is `truncated`."""
    rejects: tuple[Reject, ...] = field(converter=_rejects, default=())


class BoardSpider(scrapy.Spider):
    """One platform. Subclasses set `platform` and write `first_request` and `read`."""

    platform: ClassVar[str] = ""
    """The source's id in the file: `ashby`."""
    title: ClassVar[str] = ""
    """The source's name for people; the default is the capitalised platform."""
    kind: ClassVar[SourceKind] = "ats"
    homepage: ClassVar[str | None] = None
    terms: ClassVar[str | None] = None
    """One sentence on what the source's terms and robots.txt allow."""
    one_slot: ClassVar[bool] = True
    """All of the platform's hosts are one provider (`*.recruitee.com`); False: each host is on its own."""
    delay: ClassVar[float | None] = None
    """Seconds between two requests to the provider where it wants more than settings.DOWNLOAD_DELAY."""
    concurrency: ClassVar[int | None] = None
    """Requests to the provider at a time where it bears fewer than the settings allow."""
    own_boards: ClassVar[tuple[str, ...]] = ()
    """Tokens of the boards that the platform itself has (aggregators, forums): visited when it is named alone."""
    many_visits: ClassVar[bool] = False
    """One look can give several visits (a forum with a thread a month), so a look that was cut off is made again."""
    off_by_default: ClassVar[str | None] = None
    """Why the platform is only visited when it is named on the command line."""

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        cls.name = cls.platform
        cls.title = cls.__dict__.get("title") or cls.platform.capitalize()

    def __init__(
        self,
        boards: Iterable[Board] = (),
        *,
        record: Callable[[BoardVisit], Awaitable[object]] | None = None,
        archive: ArchiveWriter | None = None,
        known_visits: Callable[[Board], frozenset[str]] = lambda board: frozenset(),  # noqa: ARG005
        last_reading: Callable[[Board], LastReading | None] = lambda board: None,  # noqa: ARG005
        known_texts: Callable[[Board], dict[str, str]] = lambda board: {},  # noqa: ARG005
        keep_all: bool = False,
        boards_at_once: int = 16,
        stop_at: float | None = None,
        **kwargs: Any,
    ) -> None:
        """`known_visits(board)`: instants already in the ledger. `stop_at`: `time.monotonic()` of the deadline.

        `last_reading(board)`: the answer that need not be read again. `known_texts(board)`: id -> title of the
        postings whose own page need not be asked for again.
        `keep_all`: ask for every posting's own page where the list has no texts, not only for the wanted roles'.
        """
        super().__init__(name=self.platform or "base", **kwargs)
        self.boards = boards
        self.record = record or _forget
        self.archive = archive
        self.known_visits = known_visits
        self.last_reading = last_reading
        self.known_texts = known_texts
        self.keep_all = keep_all
        self.boards_at_once = boards_at_once
        self.stop_at = stop_at
        self.error: Exception | None = None
        """What ended the crawl before its time: the file could not be written."""

    # What a leaf says

    @abstractmethod
    def first_request(self, board: Board) -> Request:
        """Where to ask. The platform's own scheme and host: `board.api_base` is put in their place by the base."""

    @abstractmethod
    async def read(self, board: Board, response: Response, fetch: Fetch) -> Reading:
        """How to read it; `await fetch(request)` brings further pages through the same politeness.

        Raises `Unreadable` (with an outcome, or `parse_error`) where the board as a whole cannot be read;
        one bad posting among good ones is a `Reject`.
        """

    # From a board to its visit

    async def look(self, board: Board, fetch: Fetch, now: Callable[[], str]) -> AsyncIterator[BoardVisit]:
        """The visits that one look at a board gives: one, except for a forum with a thread a month."""
        try:
            request = self.first_request(board)
        except Unreadable as problem:  # a token that is none
            yield BoardVisit(board=board, visited_at=now(), outcome=problem.outcome, detail=problem.detail)
            return
        yield await self.visit(board, request, self.read, fetch, now)

    async def looks(self, board: Board, fetch: Fetch, now: Callable[[], str]) -> AsyncIterator[BoardVisit]:
        """As `look`, and a leaf that fails outside a visit gives a visit that says so."""
        try:
            async for visit in self.look(board, fetch, now):
                yield visit
        except Exception as error:  # noqa: BLE001 - one board's trouble is no other's
            problem = failure(error)
            yield BoardVisit(
                board, now(), problem.outcome, http_status=problem.http_status, detail=problem.detail, request_count=0
            )

    async def visit(
        self,
        board: Board,
        request: Request,
        read: Callable[[Board, Response, Fetch], Awaitable[Reading]],
        fetch: Fetch,
        now: Callable[[], str],
    ) -> BoardVisit:
        """Fetch `request`, `read` it, and say how that went; raises nothing but cancellation.

        `fetch` may give any status: it is judged here, for further pages too.
        """
        at, started, requests = now(), time.monotonic(), 0
        known = None if self.many_visits else self.last_reading(board)
        if known is not None and known.etag and self.archive is None:  # an archive wants the whole answer
            request.headers["If-None-Match"] = known.etag
        first: Response | None = None
        status: int | None = None

        async def counted(further: Request) -> Response:
            nonlocal first, status, requests
            requests += 1
            asked = self.rebased(further, board, at)
            response = await fetch(asked)
            if first is None:
                first = response
            status = response.status
            if self.kind == "ats" and is_home_of_vendor(asked.url, response.url):
                raise Unreadable(f"sent on to {response.url[:120]}: no such employer here any more", "gone_404", status)
            return accept(response)

        reading = Reading()
        outcome: Outcome | None = None
        detail: str | None = None
        try:
            response = await counted(request)
            if known is not None and (response.status == 304 or _sha256(response) == known.response_sha256):
                outcome = "not_modified"
            else:
                reading = await read(board, response, counted)
        except Exception as error:  # noqa: BLE001 - whatever it is, it is this board's outcome and no other's
            problem = failure(error)
            outcome, detail = problem.outcome, problem.detail
            status = problem.http_status or status
        return BoardVisit(
            board=board,
            visited_at=at,
            outcome=outcome or outcome_of(reading),
            postings=reading.postings,
            rejects=reading.rejects,
            advertised=reading.advertised,
            http_status=status,
            response_sha256=_sha256(first),
            etag=_header(first, "ETag"),
            duration_seconds=round(time.monotonic() - started, 3),
            request_count=requests,
            detail=detail,
        )

    def rebased(self, request: Request, board: Board, at: str = "") -> Request:
        """The request with the board's `api_base` in place of scheme and host, and the provider's download slot."""
        meta = {"board": board, "at": at, **request.meta}
        url = request.url
        if board.api_base and not request.meta.get("keep_host"):
            url = with_base(url, board.api_base)
        own = urlsplit(url)
        meta.setdefault("download_slot", self.platform if self.one_slot and not board.api_base else own.netloc)
        return request.replace(url=url, meta=meta, dont_filter=True)

    def pages_known(self, board: Board) -> dict[str, str]:
        """Id -> title of the postings whose own page need not be asked for today.

        Each page has its turn once in so many days, by its id, so that no day has all of them.
        """
        days, today = trust().read_anew_days, datetime.now(UTC).toordinal()
        return {
            external_id: title
            for external_id, title in self.known_texts(board).items()
            if (zlib.crc32(external_id.encode()) + today) % days
        }

    # The crawl

    async def start(self) -> AsyncIterator[Any]:
        """Visit the boards, `boards_at_once` at a time; gives Scrapy nothing to do.

        A board is only taken up when the visit of another is written, so memory does not grow with their number.
        """
        boards = iter(self.boards)

        async def work() -> None:
            for board in boards:
                if self.stop_at is not None and time.monotonic() >= self.stop_at:
                    break
                async for visit in self.looks(board, self.download, utc_now):
                    await self.record(visit)

        workers = [asyncio.ensure_future(work()) for _ in range(self.boards_at_once)]
        try:
            await asyncio.gather(*workers)
        except Exception as error:  # noqa: BLE001 - it ends the run, which raises it again
            self.error = error
        finally:
            for worker in workers:
                worker.cancel()
        nothing: tuple[Any, ...] = ()
        for request in nothing:
            yield request

    async def download(self, request: Request) -> Response:
        """Through the downloader with all its middlewares (robots, pauses, retries), and into the archive."""
        engine = self.crawler.engine
        assert engine is not None
        try:
            response = await engine.download_async(request)
        except Exception as error:
            if self.archive is not None:
                self.archive.add_failure(request, failure(error))
            raise
        if self.archive is not None:
            self.archive.add(request, response)
        return response


async def _forget(visit: BoardVisit) -> None:
    """What a spider without a ledger does with its visits."""


def outcome_of(reading: Reading) -> Outcome:
    """The outcome of a board that could be read."""
    if reading.is_truncated:
        return "truncated"
    return "ok" if reading.postings else "ok_empty"


def with_base(url: str, base: str) -> str:
    """`url` on the scheme and host of `base`, below the path of `base` where it has one."""
    own, other = urlsplit(url), urlsplit(base)
    path = other.path.rstrip("/") + own.path
    return urlunsplit((other.scheme, other.netloc, path, own.query, own.fragment))


def utc_now() -> str:
    """This instant as `2026-03-01T12:00:00Z`."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _sha256(response: Response | None) -> str | None:
    return hashlib.sha256(response.body).hexdigest() if response is not None and response.body else None


def _header(response: Response | None, name: str) -> str | None:
    value = response.headers.get(name) if response is not None else None
    return value.decode("latin-1") if value else None
