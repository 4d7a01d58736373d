"""Himalayas: an aggregator of remote work, read from its newest posting backwards by cursor."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

from scrapy.http import Request

from corpus.records import Posting, Reject
from crawler.parse import dates, fields, place, salary
from crawler.parse.marks import is_evergreen
from crawler.rows import Row, further, html_of, joined, needed, pay, read_rows, text_of
from crawler.spiders.base import BoardSpider, Fetch, Reading, Unreadable, parse_json

if TYPE_CHECKING:
    from scrapy.http import Response

    from corpus.records import Board

MOST_PAGES = 100
"""Of twenty postings: the newest 2,000 of some 96,000. The rest would be five thousand calls a day."""


class HimalayasSpider(BoardSpider):
    """The newest part of a very long list, so always a part and never a reason to close anything."""

    platform = "himalayas"
    kind = "aggregator"
    own_boards = ("all",)
    homepage = "https://himalayas.app/api"
    terms = "Open API with attribution; twenty postings a call."
    delay = 3.0
    concurrency = 1

    def first_request(self, board: Board) -> Request:  # noqa: ARG002 - one list for all
        """The newest twenty."""
        return Request("https://himalayas.app/jobs/api?limit=20")

    async def read(self, board: Board, response: Response, fetch: Fetch) -> Reading:  # noqa: ARG002 - one list for all
        """Follow the cursor as far as we allow ourselves."""
        rows: list[Row] = []
        missing: list[Reject] = []
        seen: set[str] = set()
        data = parse_json(response, dict)
        total = data.get("totalCount")
        while True:
            if not isinstance(data.get("jobs"), list):
                raise Unreadable("JSON without `jobs`")
            rows += data["jobs"]
            cursor = text_of(data.get("nextCursor"))
            if cursor is None or cursor in seen or len(seen) + 1 >= MOST_PAGES or not data["jobs"]:
                break
            seen.add(cursor)
            page = Request(f"https://himalayas.app/jobs/api?limit=20&cursor={quote(cursor, safe='')}")
            more = await further(fetch, page, lambda reply: parse_json(reply, dict), missing)
            if more is None:
                break
            data = more
        postings, rejects = read_rows(rows, _posting)
        is_truncated = isinstance(total, int) and len(rows) < total
        return Reading(postings, total if isinstance(total, int) else None, is_truncated, missing + rejects)


def _posting(job: Row) -> Posting:
    title = needed(job.get("title"), "title")
    places, categories = job.get("locationRestrictions"), job.get("parentCategories")
    location = joined(places) if isinstance(places, list) else None
    type_raw = text_of(job.get("employmentType"))
    date_posted, kind = dates.posted(job.get("pubDate"), "last_publish")
    ends = [job.get(key) for key in ("minSalary", "maxSalary", "currency", "salaryPeriod")]
    return Posting(
        external_id=needed(job.get("guid"), "guid"),
        title=title,
        url=text_of(job.get("guid")),
        apply_url=text_of(job.get("applicationLink")),
        employer=needed(job.get("companyName"), "employer"),
        description_html=html_of(job.get("description")),
        location=location,
        country=place.country(location) if location and " | " not in location else None,
        work_mode="remote",
        work_mode_raw="remote board",
        employment_type=fields.employment_type(type_raw),
        employment_type_raw=type_raw,
        department=joined(categories, ", ") if isinstance(categories, list) else None,
        date_posted=date_posted,
        date_posted_kind=kind,
        valid_through=dates.to_date(job.get("expiryDate")),
        salaries=pay(salary.pay_range(*ends)),
        is_evergreen=is_evergreen(title),
    )
