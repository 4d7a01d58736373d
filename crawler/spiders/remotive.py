"""Remotive: an aggregator of remote work; its open API lags a day behind the site."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

from scrapy.http import Request

from corpus.records import Posting
from crawler.parse import dates, fields, place
from crawler.parse.marks import is_evergreen
from crawler.rows import EVERYTHING, Row, html_of, needed, pay_text, read_rows, text_of
from crawler.spiders.base import BoardSpider, Fetch, Reading, Unreadable, parse_json

if TYPE_CHECKING:
    from scrapy.http import Response

    from corpus.records import Board


class RemotiveSpider(BoardSpider):
    """One call for everything (token `all`) or for a category (token `data`)."""

    platform = "remotive"
    kind = "aggregator"
    own_boards = ("all",)
    homepage = "https://remotive.com"
    terms = "Open API, a day late; at most four calls a day; link back; no resubmission to other boards."
    delay = 30.0
    concurrency = 1

    def first_request(self, board: Board) -> Request:
        """The list, whole or of a category."""
        query = "" if board.token == EVERYTHING else f"?category={quote(board.token, safe='')}"
        return Request(f"https://remotive.com/api/remote-jobs{query}")

    async def read(self, board: Board, response: Response, fetch: Fetch) -> Reading:  # noqa: ARG002 - one page
        """Read the list."""
        data = parse_json(response, dict)
        if not isinstance(data.get("jobs"), list):
            raise Unreadable("JSON without `jobs`")
        postings, rejects = read_rows(data["jobs"], _posting)
        return Reading(postings, rejects=rejects)


def _posting(job: Row) -> Posting:
    title = needed(job.get("title"), "title")
    location = text_of(job.get("candidate_required_location"))
    type_raw = text_of(job.get("job_type"))
    date_posted, kind = dates.posted(job.get("publication_date"), "last_publish")
    return Posting(
        external_id=needed(job.get("id"), "id"),
        title=title,
        url=text_of(job.get("url")),
        employer=needed(job.get("company_name"), "employer"),
        description_html=html_of(job.get("description")),
        location=location,
        country=place.country(location) if location and "," not in location else None,  # else a list of countries
        work_mode="remote",
        work_mode_raw="remote board",
        employment_type=fields.employment_type(type_raw),
        employment_type_raw=type_raw,
        department=text_of(job.get("category")),
        date_posted=date_posted,
        date_posted_kind=kind,
        salaries=pay_text(job.get("salary")),
        is_evergreen=is_evergreen(title),
    )
