"""Hacker News, "Ask HN: Who is hiring?": one thread a month since 2011, one posting a top-level comment.

The board is one (`hn:whoishiring`), its months are its visits: a month's visit is dated to the month's end (or to
now, while the month lasts), so a comment is new between two months' ends and its opening is known. Posts never close.
"""

from __future__ import annotations

import calendar
import hashlib
import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from attrs import evolve
from scrapy.http import Request

from corpus.records import Board, BoardVisit, Posting, Reject
from corpus.text import html_to_text
from crawler.outcomes import Unreadable, accept
from crawler.parse import fields
from crawler.parse.hn import read_head
from crawler.rows import Row, objects, raw_of
from crawler.spiders.base import BoardSpider, Fetch, Reading, parse_json

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterable

    from scrapy.http import Response

SHORTEST = 80
"""Characters of text below which a comment is a remark, not a posting."""
ALGOLIA = "https://hn.algolia.com/api/v1"
FIREBASE = "https://hacker-news.firebaseio.com/v0"
_THREAD = re.compile(r"who is hiring", re.IGNORECASE)
_NOT_A_THREAD = re.compile(r"wants to be hired|freelancer|seeking freelance", re.IGNORECASE)
_MONTH = re.compile(r"\(([A-Z][a-z]+)\s+(\d{4})\)")
_MONTHS = {name: number for number, name in enumerate(calendar.month_name) if name}


class HackerNewsSpider(BoardSpider):
    """Algolia's API gives a thread with all its comments in one call; Firebase items are read too."""

    platform = "hn"
    title = "Hacker News: Who is hiring?"
    kind = "forum"
    homepage = "https://hn.algolia.com/api"
    terms = "Both APIs are documented and open; comments belong to their authors."
    own_boards = ("whoishiring",)
    many_visits = True

    def first_request(self, board: Board) -> Request:
        """The list of threads by the board's user."""
        return Request(f"{ALGOLIA}/search_by_date?tags=story,author_{board.token}&hitsPerPage=1000")

    async def look(self, board: Board, fetch: Fetch, now: Callable[[], str]) -> AsyncIterator[BoardVisit]:
        """A visit for each month that the file does not have whole."""
        at = now()
        response = accept(await fetch(self.rebased(self.first_request(board), board, at)))
        known = self.known_visits(board)
        for month, thread in threads(parse_json(response, dict)):
            end = month_end(month)
            if end in known:
                continue
            visit = await self.visit(board, Request(f"{ALGOLIA}/items/{thread}"), self.read, fetch, lambda: at)
            if visit.outcome in ("ok", "ok_empty"):
                postings = of_month(visit.postings, month, min(end, at))
                visit = evolve(visit, visited_at=min(end, at), postings=postings, advertised=None)
            yield visit

    async def read(self, board: Board, response: Response, fetch: Fetch) -> Reading:  # noqa: ARG002 - one board
        """Read a thread: Algolia's tree, or a Firebase item whose comments are asked for one by one."""
        thread = parse_json(response, dict)
        if "kids" in thread and "children" not in thread:
            comments = [parse_json(await fetch(Request(f"{FIREBASE}/item/{kid}.json"))) for kid in thread["kids"]]
        elif isinstance(thread.get("children"), list):
            comments = thread["children"]
        else:
            raise Unreadable("JSON without comments", http_status=response.status)
        return read_comments(comments)


def threads(data: Row) -> list[tuple[str, str]]:
    """(month, id) of the hiring threads in a list of stories, oldest first."""
    found = {}
    for hit in objects(data.get("hits")):
        title = str(hit.get("title") or "")
        if _THREAD.search(title) and not _NOT_A_THREAD.search(title):
            month = _month_of(title, hit.get("created_at_i"))
            if month is not None:
                found[str(hit.get("objectID"))] = month
    return sorted((month, thread) for thread, month in found.items())


def _month_of(title: str, created: Any) -> str | None:
    named = _MONTH.search(title)
    if named and named[1] in _MONTHS:
        return f"{named[2]}-{_MONTHS[named[1]]:02d}"
    instant = _instant(created)
    return instant[:7] if instant else None


def month_of_item(item: Row) -> str | None:
    """The month of a comment's thread where the file says it, else of the comment."""
    stated = item.get("thread_month")
    if isinstance(stated, str) and re.fullmatch(r"\d{4}-(0[1-9]|1[0-2])", stated):
        return stated
    instant = _instant(item.get("time"))
    return instant[:7] if instant else None


def month_end(month: str) -> str:
    """The last second of a month `YYYY-MM`: when its thread has been seen whole."""
    year, number = int(month[:4]), int(month[5:7])
    return f"{month}-{calendar.monthrange(year, number)[1]:02d}T23:59:59Z"


def of_month(postings: Iterable[Posting], month: str, until: str) -> tuple[Posting, ...]:
    """The postings of a month's thread as first seen in it: some threads open on the last day of the month before."""
    return tuple(
        evolve(p, first_seen_at=min(max(p.first_seen_at or "", f"{month}-01T00:00:00Z"), until)) for p in postings
    )


def read_comments(comments: Iterable[Any]) -> Reading:
    """Top-level comments, of Algolia or of Firebase, as postings; what is gone or a remark is kept aside."""
    postings, rejects = [], []
    for comment in comments:
        if not isinstance(comment, dict):
            rejects.append(Reject("no comment", raw_of(comment)))
            continue
        read = _posting(comment)
        if isinstance(read, Posting):
            postings.append(read)
        else:
            rejects.append(Reject(read, raw=str(comment.get("id"))))
    return Reading(postings, rejects=rejects)


def _posting(comment: dict[str, Any]) -> Posting | str:
    """The posting, or why the comment is none."""
    text, author = comment.get("text"), comment.get("author", comment.get("by"))
    if comment.get("deleted") or comment.get("dead"):
        return "deleted" if comment.get("deleted") else "dead"
    if not isinstance(text, str) or not text.strip():
        return "deleted"
    posted = _instant(comment.get("created_at_i", comment.get("time"))) or _iso(comment.get("created_at"))
    if posted is None or not isinstance(comment.get("id"), int):
        return "no id or no time"
    if len(html_to_text(text)) < SHORTEST:
        return f"shorter than {SHORTEST} characters"
    head = read_head(text)
    return Posting(
        external_id=str(comment["id"]),
        title=head.title,
        url=f"https://news.ycombinator.com/item?id={comment['id']}",
        employer=head.company or _pseudonym(author),
        description_html=text,
        location=head.location,
        country=head.country,
        work_mode=fields.work_mode(head.work_mode_raw),
        work_mode_raw=head.work_mode_raw,
        employment_type=fields.employment_type(head.employment_type_raw),
        employment_type_raw=head.employment_type_raw,
        date_posted=posted[:10],
        date_posted_kind="first_published",
        first_seen_at=posted,
    )


def _pseudonym(author: Any) -> str | None:
    """A name that tells posters apart without saying who they are."""
    if not isinstance(author, str) or not author:
        return None
    return f"HN poster {hashlib.sha256(author.encode()).hexdigest()[:10]}"


def _instant(epoch: Any) -> str | None:
    if not isinstance(epoch, (int, float)) or isinstance(epoch, bool) or not 0 < epoch < 1e11:
        return None
    return datetime.fromtimestamp(epoch, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _iso(text: Any) -> str | None:
    try:
        return datetime.fromisoformat(str(text)).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    except ValueError:
        return None
