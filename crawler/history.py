"""The past of boards, from public web archives: captures of the platforms' API addresses, read by the same spiders.

A capture is a sighting at its own time. What is absent from it is never closed, and it never says that a board
failed: archives have gaps of their own.
"""

from __future__ import annotations

import io
import json
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import urlencode, urlsplit

from attrs import evolve, frozen
from scrapy.http import Request, Response
from scrapy.responsetypes import responsetypes
from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed

from crawler.outcomes import Unreadable, accept, parse_json
from crawler.platforms import platform
from crawler.spiders.base import BoardSpider, Fetch, Reading

if TYPE_CHECKING:
    from corpus.records import Board, BoardVisit

Ask = Callable[..., Awaitable[Response]]
"""`await ask(url, headers={})`: a response with content, or `Unreadable`."""
MOST_PAGES = 50
"""Of 2,000 index rows each; a board with a capture a day for a century needs fewer."""
_STAMP = re.compile(r"\d{14}")


@frozen
class Capture:
    """One archived response."""

    at: str
    """Instant of the capture."""
    url: str
    digest: str
    where: tuple[str, int, int] | None = None
    """Common Crawl: file, offset, length."""


class WebArchive(Protocol):
    """A public archive that can be asked for captures."""

    async def captures(self, url: str, since: str, until: str, ask: Ask) -> list[Capture]:
        """At most one a day of the address, whatever its query, oldest first; `since` and `until` are YYYYMMDD."""

    async def response(self, capture: Capture, request: Request, ask: Ask) -> tuple[str, Response]:
        """When it was really taken, and what was answered then."""


class Wayback:
    """The Internet Archive: its CDX server, and captures as they came (`id_`)."""

    base = "https://web.archive.org"

    async def captures(self, url: str, since: str, until: str, ask: Ask) -> list[Capture]:
        """Ask the CDX server page by page."""
        rows: list[list[str]] = []
        resume: str | None = None
        for _ in range(MOST_PAGES):
            rows_here, resume = _cdx_page((await ask(self._query(url, since, until, resume))).body)
            rows += rows_here
            if resume is None or not rows_here:
                break
        found = [Capture(_instant(row[0]), row[1], row[2]) for row in rows if _STAMP.fullmatch(row[0])]
        return _one_a_day(capture for capture in found if _same_path(capture.url, url))

    def _query(self, url: str, since: str, until: str, resume: str | None) -> str:
        asked = {
            "url": _bare(url),
            "matchType": "prefix",
            "output": "json",
            "fl": "timestamp,original,digest",
            "filter": "statuscode:200",
            "collapse": "timestamp:8",
            "from": since,
            "to": until,
            "limit": "2000",
            "showResumeKey": "true",
        }
        return f"{self.base}/cdx/search/cdx?{urlencode(asked | ({'resumeKey': resume} if resume else {}))}"

    async def response(self, capture: Capture, request: Request, ask: Ask) -> tuple[str, Response]:
        """The archive may answer with its nearest capture instead: then that one's time counts."""
        stamp = re.sub(r"\D", "", capture.at)
        response = await ask(f"{self.base}/web/{stamp}id_/{capture.url}")
        given = re.search(r"/web/(\d{14})", response.url)
        at = _instant(given[1]) if given else capture.at
        return at, response.replace(url=request.url, request=request)


class CommonCrawl:
    """Common Crawl: the index of each of its crawls, and byte ranges of its WARC files."""

    index = "https://index.commoncrawl.org"
    data = "https://data.commoncrawl.org"

    async def captures(self, url: str, since: str, until: str, ask: Ask) -> list[Capture]:
        """Ask the index of each crawl of the time; an index without the address answers 404."""
        found: list[Capture] = []
        for crawl in parse_json(await ask(f"{self.index}/collinfo.json"), list):
            if not _overlaps(crawl, since, until):
                continue
            query = urlencode({"url": f"{_bare(url)}*", "output": "json", "filter": "=status:200"})
            try:
                answer = await ask(f"{crawl['cdx-api']}?{query}")
            except Unreadable as error:
                if error.outcome == "gone_404":
                    continue
                raise
            found += [capture for line in answer.body.splitlines() if (capture := _of_index(line))]
        inside = (c for c in found if since <= re.sub(r"\D", "", c.at)[:8] <= until and _same_path(c.url, url))
        return _one_a_day(inside)

    async def response(self, capture: Capture, request: Request, ask: Ask) -> tuple[str, Response]:
        """Fetch one record by its byte range."""
        assert capture.where is not None
        file, offset, length = capture.where
        answer = await ask(f"{self.data}/{file}", headers={"Range": f"bytes={offset}-{offset + length - 1}"})
        try:
            record = next(iter(ArchiveIterator(io.BytesIO(answer.body))))
            body = record.content_stream().read()
            kind = responsetypes.from_args(url=request.url, body=body)
            status = int(record.http_headers.get_statuscode())
        except (ArchiveLoadFailed, StopIteration, ValueError, AttributeError) as error:
            raise Unreadable(f"no WARC record in {file} at {offset}: {error}", "http_error") from error
        return capture.at, kind(url=request.url, status=status, body=body, request=request)


ARCHIVES: dict[str, type[WebArchive]] = {"wayback": Wayback, "commoncrawl": CommonCrawl}


class HistorySpider(BoardSpider):
    """Reads the boards of every platform out of one archive; being one spider, it asks the archive at one pace."""

    platform = "history"
    delay = 1.5  # both archives ask for about one request a second
    concurrency = 1
    many_visits = True

    def __init__(self, *args: Any, archive_name: str = "wayback", since: str, until: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.web_archive = ARCHIVES[archive_name]()
        self.since, self.until = since, until

    def first_request(self, board: Board) -> Request:
        """What the platform's own spider asks first."""
        return platform(board.source)().first_request(evolve(board, api_base=None))

    async def read(self, board: Board, response: Response, fetch: Fetch) -> Reading:
        """As the platform's own spider reads it."""
        return await platform(board.source)(keep_all=self.keep_all).read(board, response, fetch)

    async def looks(self, board: Board, fetch: Fetch, now: Callable[[], str]) -> AsyncIterator[BoardVisit]:
        """As `look`; a failure is the archive's, so it is no statement on the live board."""
        async for visit in super().looks(board, fetch, now):
            yield evolve(visit, from_archive=True)

    async def look(self, board: Board, fetch: Fetch, now: Callable[[], str]) -> AsyncIterator[BoardVisit]:
        """One visit for each capture that the file does not have yet."""
        request = self.first_request(board)
        if request.method != "GET":
            return  # archives keep answers to addresses, not to bodies

        async def ask(url: str, headers: dict[str, str] | None = None) -> Response:
            meta = {"board": board, "at": now(), "download_slot": urlsplit(url).hostname}
            return accept(await fetch(Request(url, headers=headers or {}, meta=meta, dont_filter=True)))

        known = self.known_visits(board)
        last_digest, last_response = "", None
        for capture in await self.web_archive.captures(request.url, self.since, self.until, ask):
            if capture.at in known:
                continue
            if last_response is None or capture.digest != last_digest:
                try:
                    at, last_response = await self.web_archive.response(capture, request, ask)
                except Unreadable as error:
                    if error.outcome in ("throttled", "robots_denied"):
                        raise
                    continue  # a row without a playable capture
                last_digest = capture.digest
            else:
                at = capture.at
            yield await self._visit_of(board, request, last_response, at)

    async def _visit_of(self, board: Board, request: Request, response: Response, at: str) -> BoardVisit:
        async def fetch(further: Request) -> Response:
            if further.url == request.url:
                return response
            raise Unreadable(f"not in the archive: {further.url}", "http_error")

        board = evolve(board, api_base=None)
        return await self.visit(board, request, self.read, fetch, lambda: at)


def _cdx_page(body: bytes) -> tuple[list[list[str]], str | None]:
    """Rows and the key of the next page; broken rows are left out."""
    if b"Blocked Site Error" in body or b"RobotAccessControl" in body:
        raise Unreadable("the archive does not show this site", "robots_denied")
    try:
        data = json.loads(body or b"[]")
    except ValueError as error:
        raise Unreadable(f"the archive's index is no JSON: {body[:80]!r}", "http_error") from error
    rows = [row for row in data if isinstance(row, list) and all(isinstance(cell, str) for cell in row)]
    resume = rows[-1][0] if len(data) > 1 and data[-2] == [] and len(rows[-1]) == 1 else None
    return [row for row in rows if len(row) == 3 and row[0] != "timestamp"], resume


def _of_index(line: bytes) -> Capture | None:
    try:
        row = json.loads(line)
        where = (row["filename"], int(row["offset"]), int(row["length"]))
        return Capture(_instant(row["timestamp"]), row["url"], row.get("digest", ""), where)
    except (ValueError, KeyError, TypeError):
        return None


def _overlaps(crawl: dict[str, Any], since: str, until: str) -> bool:
    begins = re.sub(r"\D", "", str(crawl.get("from") or ""))[:8] or "00000000"
    ends = re.sub(r"\D", "", str(crawl.get("to") or ""))[:8] or "99999999"
    return "cdx-api" in crawl and begins <= until and ends >= since


def _one_a_day(captures: Any) -> list[Capture]:
    days = {capture.at[:10]: capture for capture in sorted(captures, key=lambda c: c.at, reverse=True)}
    return sorted(days.values(), key=lambda c: c.at)


def _bare(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.netloc}{parts.path}"


def _same_path(one: str, other: str) -> bool:
    return urlsplit(one).path.rstrip("/") == urlsplit(other).path.rstrip("/")


def _instant(stamp: str) -> str:
    """`20240131120000` -> `2024-01-31T12:00:00Z`."""
    if not _STAMP.fullmatch(stamp):
        raise ValueError(stamp)
    s = stamp
    return f"{s[:4]}-{s[4:6]}-{s[6:8]}T{s[8:10]}:{s[10:12]}:{s[12:]}Z"
