"""Arbeitnow: an aggregator of work in Germany and Europe, read page by page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scrapy.http import Request

from corpus.records import Posting, Reject
from crawler.parse import dates, fields, place
from crawler.parse.marks import is_evergreen
from crawler.rows import Row, dig, further, html_of, joined, needed, read_rows, text_of
from crawler.spiders.base import BoardSpider, Fetch, Reading, Unreadable, parse_json

if TYPE_CHECKING:
    from scrapy.http import Response

    from corpus.records import Board

MOST_PAGES = 100


class ArbeitnowSpider(BoardSpider):
    """Pages of a hundred, newest first."""

    platform = "arbeitnow"
    kind = "aggregator"
    own_boards = ("all",)
    homepage = "https://www.arbeitnow.com"
    terms = "Open API, documented for public use; link back."
    delay = 5.0
    concurrency = 1

    def first_request(self, board: Board) -> Request:  # noqa: ARG002 - one list for all
        """The first page."""
        return _page(1)

    async def read(self, board: Board, response: Response, fetch: Fetch) -> Reading:  # noqa: ARG002 - one list for all
        """Read page after page while the site names a next one."""
        rows: list[Row] = []
        missing: list[Reject] = []
        data = parse_json(response, dict)
        for number in range(2, MOST_PAGES + 2):
            if not isinstance(data.get("data"), list):
                raise Unreadable("JSON without a list in `data`")
            rows += data["data"]
            if not data["data"] or text_of(dig(data, "links", "next")) is None:
                break
            more = await further(fetch, _page(number), lambda reply: parse_json(reply, dict), missing)
            if more is None:
                break
            data = more
        postings, rejects = read_rows(rows, _posting)
        is_truncated = text_of(dig(data, "links", "next")) is not None
        return Reading(postings, is_truncated=is_truncated, rejects=missing + rejects)


def _page(number: int) -> Request:
    return Request(f"https://www.arbeitnow.com/api/job-board-api?page={number}")


def _posting(job: Row) -> Posting:
    title = needed(job.get("title"), "title")
    location = text_of(job.get("location"))
    types, tags = job.get("job_types"), job.get("tags")
    date_posted, kind = dates.posted(job.get("created_at"), "created")
    return Posting(
        external_id=needed(job.get("slug"), "slug"),
        title=title,
        url=text_of(job.get("url")),
        employer=needed(job.get("company_name"), "employer"),
        description_html=html_of(job.get("description")),
        location=location,
        country=place.country(location),
        work_mode="remote" if job.get("remote") is True else None,
        work_mode_raw="remote" if job.get("remote") is True else None,
        employment_type=fields.employment_type(types),
        employment_type_raw=joined(types, ", ") if isinstance(types, list) else None,
        department=next(iter(map(text_of, tags)), None) if isinstance(tags, list) else None,
        date_posted=date_posted,
        date_posted_kind=kind,
        is_evergreen=is_evergreen(title),
    )
