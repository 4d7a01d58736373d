"""A spider over recorded bodies, without a network: what it asks for, and what it reads."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import attrs
from scrapy.http import HtmlResponse, Request, TextResponse

from corpus.records import Board, Posting
from crawler.outcomes import Unreadable, accept
from crawler.platforms import platform

SEEN = "Tue, 10 Mar 2026 12:00:00 GMT"
DEFAULTS = {field.name: field.default for field in attrs.fields(Posting)}


def answer(request: Request, body: bytes | str | Any, status: int = 200) -> TextResponse:
    """The response to a request, with the Date header that relative dates are counted from."""
    data = body if isinstance(body, bytes) else (body if isinstance(body, str) else json.dumps(body)).encode()
    is_html = data.lstrip()[:1] == b"<" and b"<?xml" not in data[:60] and b"<rss" not in data[:400]
    kind = HtmlResponse if is_html else TextResponse
    return kind(request.url, status=status, body=data, encoding="utf-8", headers={"Date": SEEN}, request=request)


def key(request: Request) -> str:
    """`GET url`, `POST url body`."""
    body = f" {request.body.decode()}" if request.body else ""
    return f"{request.method} {request.url}{body}"


def look(board: Board, body: Any, more: dict[str, Any] | None = None, **options: Any) -> dict[str, Any]:
    """What the spider of a board makes of a body, as plain data; `more` are the further pages by their key."""
    spider = platform(board.source)((), **options)
    asked: list[str] = []

    async def fetch(request: Request) -> TextResponse:
        asked.append(key(request))
        if more and key(request) in more:
            return accept(answer(request, more[key(request)]))
        raise Unreadable(f"HTTP 404 ({request.url})", "gone_404", 404)

    async def visit() -> dict[str, Any]:
        request = spider.first_request(board)
        asked.append(key(request))
        reading = await spider.read(board, accept(answer(request, body)), fetch)
        return {
            "asked": asked,
            "advertised": reading.advertised,
            "is_truncated": reading.is_truncated,
            "rejects": [reject.reason for reject in reading.rejects],
            "postings": [plain(posting) for posting in reading.postings],
        }

    try:
        return asyncio.run(visit())
    except Unreadable as error:
        return {"asked": asked, "outcome": error.outcome, "detail": error.detail}


def plain(posting: Posting) -> dict[str, Any]:
    """A posting without the fields that say nothing."""
    row = attrs.asdict(posting)
    row["salaries"] = [
        {
            name: list(value) if isinstance(value, tuple) else value
            for name, value in salary.items()
            if value not in (None, ())
        }
        for salary in row["salaries"]
    ]
    return {name: value for name, value in row.items() if value != DEFAULTS.get(name) and value != []}
