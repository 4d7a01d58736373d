"""Jobicy: an aggregator of remote work; at most fifty postings a call."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING
from urllib.parse import quote

from scrapy.http import Request

from corpus.records import Posting
from crawler.parse import dates, fields, place, salary
from crawler.parse.marks import is_evergreen
from crawler.rows import EVERYTHING, Row, html_of, needed, pay, read_rows, text_of
from crawler.spiders.base import BoardSpider, Fetch, Reading, Unreadable, parse_json

if TYPE_CHECKING:
    from scrapy.http import Response

    from corpus.records import Board

MOST_ROWS = 50


class JobicySpider(BoardSpider):
    """The newest fifty of everything (token `all`) or of a tag (token `machine-learning`)."""

    platform = "jobicy"
    kind = "aggregator"
    own_boards = ("machine-learning", "data-science")
    homepage = "https://jobicy.com/jobs-rss-feed"
    terms = "Open API, documented for public use; a few calls a day; link back."
    delay = 30.0
    concurrency = 1

    def first_request(self, board: Board) -> Request:
        """The newest postings, of all or of a tag."""
        tag = "" if board.token == EVERYTHING else f"&tag={quote(board.token, safe='')}"
        return Request(f"https://jobicy.com/api/v2/remote-jobs?count={MOST_ROWS}{tag}")

    async def read(self, board: Board, response: Response, fetch: Fetch) -> Reading:  # noqa: ARG002 - one page
        """Read the list; a full one is a part of something longer."""
        data = parse_json(response, dict)
        if not isinstance(data.get("jobs"), list):
            raise Unreadable("JSON without `jobs`")
        postings, rejects = read_rows(data["jobs"], _posting)
        return Reading(postings, is_truncated=len(data["jobs"]) >= MOST_ROWS, rejects=rejects)


def _posting(job: Row) -> Posting:
    title = html.unescape(needed(job.get("jobTitle"), "title"))
    location = text_of(job.get("jobGeo"))
    industries = job.get("jobIndustry")
    department = text_of(industries[0] if isinstance(industries, list) and industries else industries)
    types = job.get("jobType")
    type_raw = text_of(types[0] if isinstance(types, list) and types else types)
    date_posted, kind = dates.posted(job.get("pubDate"), "last_publish")
    ends = [job.get(key) for key in ("salaryMin", "salaryMax", "salaryCurrency", "salaryPeriod")]
    return Posting(
        external_id=needed(job.get("id"), "id"),
        title=title,
        url=text_of(job.get("url")),
        employer=html.unescape(needed(job.get("companyName"), "employer")),
        description_html=html_of(job.get("jobDescription")),
        location=location,
        country=place.country(location) if location and "," not in location else None,
        work_mode="remote",
        work_mode_raw="remote board",
        employment_type=fields.employment_type(type_raw),
        employment_type_raw=type_raw,
        department=html.unescape(department) if department else None,
        date_posted=date_posted,
        date_posted_kind=kind,
        salaries=pay(salary.pay_range(*ends)),
        is_evergreen=is_evergreen(title),
    )
