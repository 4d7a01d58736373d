"""A crawl's responses as WARC: written while crawling, read again instead of the network.

All records of one visit carry the visit's time as WARC-Date, so a replay finds the pages of a visit together.
Bodies are kept as the parser got them (after HTTP decompression); a request without an answer leaves a `metadata`
record that says why, so that a replayed crawl has the same outcomes.
"""

from __future__ import annotations

import bisect
import hashlib
import io
import json
import os
from collections import defaultdict
from typing import IO, TYPE_CHECKING, Any
from urllib.parse import urlsplit

from attrs import field, frozen
from scrapy.http import Headers, Request, Response
from scrapy.responsetypes import responsetypes
from w3lib.url import canonicalize_url
from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from corpus.errors import DatabaseUnwritable, InputError
from crawler.outcomes import Unreadable

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator
    from pathlib import Path

    from corpus.records import Outcome

FAILURE_TYPE = "application/mljobs-failure+json"
_NOT_KEPT = frozenset({b"content-encoding", b"transfer-encoding", b"content-length", b"set-cookie"})


class ArchiveWriter:
    """Appends to a WARC file. What a killed process left half-written at its end is cut off first."""

    def __init__(self, path: Path) -> None:
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            _cut_torn_end(path)
            self._file: IO[bytes] = path.open("ab")
        except OSError as error:
            raise DatabaseUnwritable(f"the archive {path} cannot be written: {error.strerror or error}") from error
        self._writer = WARCWriter(self._file, gzip=path.suffix == ".gz")

    def close(self) -> None:
        """Give the file back."""
        self._file.close()

    def add(self, request: Request, response: Response) -> None:
        """Keep an answer under the address that was asked, whatever it redirected to."""
        headers = [
            (name.decode("latin-1"), value.decode("latin-1"))
            for name, values in response.headers.items()
            if name.lower() not in _NOT_KEPT
            for value in values
        ]
        headers.append(("Content-Length", str(len(response.body))))
        self._write(request, "response", response.body, StatusAndHeaders(f"{response.status} ", headers, "HTTP/1.1"))

    def add_failure(self, request: Request, problem: Unreadable) -> None:
        """Keep that there was no answer, and why."""
        said = {"outcome": problem.outcome, "detail": problem.detail}
        self._write(request, "metadata", json.dumps(said).encode(), None)

    def _write(self, request: Request, kind: str, body: bytes, http_headers: StatusAndHeaders | None) -> None:
        dated = {"WARC-Date": request.meta["at"]}
        if http_headers is None:
            dated["Content-Type"] = FAILURE_TYPE
        record = self._writer.create_warc_record(
            request.url, kind, payload=io.BytesIO(body), http_headers=http_headers, warc_headers_dict=dated
        )
        self._writer.write_record(record)
        if request.method != "GET":
            asked = StatusAndHeaders(f"{request.method} {_path(request.url)} HTTP/1.1", [], is_http_request=True)
            dated = {"WARC-Date": request.meta["at"], "WARC-Concurrent-To": record.rec_headers["WARC-Record-ID"]}
            self._writer.write_record(
                self._writer.create_warc_record(
                    request.url,
                    "request",
                    payload=io.BytesIO(request.body),
                    http_headers=asked,
                    warc_headers_dict=dated,
                )
            )
        self._file.flush()


def _cut_torn_end(path: Path) -> None:
    if not path.exists() or path.stat().st_size == 0:
        return
    whole = 0
    with path.open("rb") as file:
        records = ArchiveIterator(file)
        try:
            for record in records:
                record.content_stream().read()
                records.read_to_end(record)
                whole = max(whole, records.offset)
        except (ArchiveLoadFailed, EOFError, OSError, ValueError):
            pass
        end = file.seek(0, os.SEEK_END)
    if whole and whole < end:
        os.truncate(path, whole)


@frozen
class Capture:
    """Where one record lies."""

    at: str
    path: Path
    offset: int


@frozen
class Captures:
    """An index over WARC files by method, address and body: small in memory, bodies stay on disk."""

    by_key: dict[str, list[Capture]] = field(factory=lambda: defaultdict(list))

    @classmethod
    def read(cls, paths: list[Path]) -> Captures:
        """Index the files; `InputError` where one cannot be read at all."""
        found = cls()
        for path in paths:
            try:
                with path.open("rb") as file:
                    found.index(path, file)
            except OSError as error:
                raise InputError(f"{path} cannot be read: {error.strerror or error}") from error
        for captures in found.by_key.values():
            captures.sort(key=lambda capture: capture.at)
        return found

    def index(self, path: Path, file: IO[bytes]) -> None:
        """Add one file's records; a torn end is left out."""
        bodies: dict[str, tuple[str, bytes]] = {}
        seen: list[tuple[str, str, Capture]] = []
        try:
            for record, offset in _records(file):
                headers = record.rec_headers
                url = headers.get_header("WARC-Target-URI")
                if record.rec_type == "request":
                    method = record.http_headers.protocol if record.http_headers else "GET"
                    bodies[headers.get_header("WARC-Concurrent-To")] = method, record.content_stream().read()
                elif url and record.rec_type in ("response", "metadata"):
                    capture = Capture(headers.get_header("WARC-Date"), path, offset)
                    seen.append((headers.get_header("WARC-Record-ID"), url, capture))
        except (ArchiveLoadFailed, EOFError) as error:
            if not seen:
                raise InputError(f"{path} is no WARC file: {error}") from error
        if not seen:
            raise InputError(f"{path} holds no responses")
        for record_id, url, capture in seen:
            method, body = bodies.get(record_id, ("GET", b""))
            for key in _keys(method, url, body):
                self.by_key[key].append(capture)

    def of(self, request: Request) -> list[Capture]:
        """The captures that answer a request, in the order of time."""
        for key in _keys(request.method, request.url, request.body):
            if key in self.by_key:
                return self.by_key[key]
        return []

    def fetch_at(self, at: str) -> Callable[[Request], Awaitable[Response]]:
        """A `fetch` that answers from the first capture at or after an instant."""

        async def fetch(request: Request) -> Response:
            captures = self.of(request)
            place = bisect.bisect_left(captures, at, key=lambda capture: capture.at)
            if place == len(captures):
                raise Unreadable(f"not in the archive: {request.url}", "http_error")
            return load(captures[place], request)

        return fetch


def load(capture: Capture, request: Request) -> Response:
    """Read one record as Scrapy's response; a kept failure is raised as it was."""
    with capture.path.open("rb") as file:
        file.seek(capture.offset)
        record = next(iter(ArchiveIterator(file)))
        body = record.content_stream().read()
    if record.rec_type == "metadata":
        said = json.loads(body)
        outcome: Outcome = said["outcome"]
        raise Unreadable(said["detail"], outcome)
    headers = Headers([(name, value) for name, value in record.http_headers.headers])
    kind = responsetypes.from_args(headers=headers, url=request.url, body=body)
    status = int(record.http_headers.get_statuscode())
    return kind(url=request.url, status=status, headers=headers, body=body, request=request)


def _records(file: IO[bytes]) -> Iterator[tuple[Any, int]]:
    records = ArchiveIterator(file)
    for record in records:
        yield record, records.get_record_offset()


def _keys(method: str, url: str, body: bytes) -> tuple[str, str]:
    """By full address; and by path and query alone, so that a copy on another host or port answers too."""
    url = canonicalize_url(url)
    tail = f" {hashlib.sha256(body).hexdigest()}" if body else ""
    return f"{method} {url}{tail}", f"{method} {_path(url)}{tail}"


def _path(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path
