"""The Muse: an aggregator with pages of twenty. Stale postings stay in it for years."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

from scrapy.http import Request

from corpus.records import Posting, Reject
from crawler.parse import dates, place
from crawler.parse.marks import is_evergreen
from crawler.rows import (
    EVERYTHING,
    Row,
    dig,
    further,
    html_of,
    joined,
    needed,
    objects,
    read_rows,
    text_of,
    work_mode_of,
)
from crawler.spiders.base import BoardSpider, Fetch, Reading, Unreadable, parse_json

if TYPE_CHECKING:
    from scrapy.http import Response

    from corpus.records import Board

MOST_PAGES = 99
"""The site gives no later pages."""


class ThemuseSpider(BoardSpider):
    """One category (token `Data Science`), or all of them (token `all`), which is more than can be read."""

    platform = "themuse"
    title = "The Muse"
    kind = "aggregator"
    own_boards = ("Data Science", "Data and Analytics")
    homepage = "https://www.themuse.com/developers/api/v2"
    terms = "Open API without a key: 500 calls an hour."
    delay = 8.0
    concurrency = 1

    def first_request(self, board: Board) -> Request:
        """The first page of the category."""
        return _page(board, 0)

    async def read(self, board: Board, response: Response, fetch: Fetch) -> Reading:
        """Read all pages that the site gives."""
        rows: list[Row] = []
        missing: list[Reject] = []
        data = parse_json(response, dict)
        pages = data.get("page_count")
        count = pages if isinstance(pages, int) else 1
        for number in range(1, min(count, MOST_PAGES) + 1):
            if not isinstance(data.get("results"), list):
                raise Unreadable("JSON without `results`")
            rows += data["results"]
            if number == min(count, MOST_PAGES) or not data["results"]:
                break
            more = await further(fetch, _page(board, number), lambda reply: parse_json(reply, dict), missing)
            if more is None:
                break
            data = more
        postings, rejects = read_rows(rows, _posting)
        return Reading(postings, is_truncated=bool(missing) or count > MOST_PAGES, rejects=missing + rejects)


def _page(board: Board, number: int) -> Request:
    category = "" if board.token == EVERYTHING else f"&category={quote(board.token, safe='')}"
    return Request(f"https://www.themuse.com/api/public/jobs?page={number}{category}")


def _posting(job: Row) -> Posting:
    title = needed(job.get("name"), "title")
    url = text_of(dig(job, "refs", "landing_page"))
    places = [text_of(row.get("name")) for row in objects(job.get("locations"))]
    location = joined(places)
    is_remote = any("remote" in (stated or "").casefold() for stated in places)
    date_posted, kind = dates.posted(job.get("publication_date"), "last_publish")
    return Posting(
        external_id=needed(job.get("id") or url, "id"),
        title=title,
        url=url,
        employer=needed(dig(job, "company", "name"), "employer"),
        description_html=html_of(job.get("contents")),
        location=location,
        country=place.country(location),
        work_mode="remote" if is_remote else work_mode_of(location),
        work_mode_raw=next((stated for stated in places if stated and "remote" in stated.casefold()), None),
        department=joined(row.get("name") for row in objects(job.get("categories"))),
        date_posted=date_posted,
        date_posted_kind=kind,
        is_evergreen=is_evergreen(title),
    )
