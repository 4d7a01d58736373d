"""Working Nomads: an aggregator of remote work with one open list."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from scrapy.http import Request

from corpus.records import Posting
from crawler.parse import dates, place
from crawler.parse.marks import is_evergreen
from crawler.rows import Row, html_of, needed, read_rows, text_of
from crawler.spiders.base import BoardSpider, Fetch, Reading, parse_json

if TYPE_CHECKING:
    from scrapy.http import Response

    from corpus.records import Board


class WorkingnomadsSpider(BoardSpider):
    """One call for everything."""

    platform = "workingnomads"
    title = "Working Nomads"
    kind = "aggregator"
    own_boards = ("all",)
    homepage = "https://www.workingnomads.com"
    terms = "Open in practice; link back."
    delay = 30.0
    concurrency = 1

    def first_request(self, board: Board) -> Request:  # noqa: ARG002 - one list for all
        """The whole list."""
        return Request("https://www.workingnomads.com/api/exposed_jobs/")

    async def read(self, board: Board, response: Response, fetch: Fetch) -> Reading:  # noqa: ARG002 - one page
        """Read the list."""
        postings, rejects = read_rows(parse_json(response, list), _posting)
        return Reading(postings, rejects=rejects)


def _posting(job: Row) -> Posting:
    title = needed(job.get("title"), "title")
    url = needed(job.get("url"), "address")
    number = re.search(r"/(\d+)/?$", url)
    location = text_of(job.get("location"))
    date_posted, kind = dates.posted(job.get("pub_date"), "last_publish")
    return Posting(
        external_id=number[1] if number else url,
        title=title,
        url=url,
        employer=needed(job.get("company_name"), "employer"),
        description_html=html_of(job.get("description")),
        location=location,
        country=place.country(location),
        work_mode="remote",
        work_mode_raw="remote board",
        department=text_of(job.get("category_name")),
        date_posted=date_posted,
        date_posted_kind=kind,
        is_evergreen=is_evergreen(title),
    )
