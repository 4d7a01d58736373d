"""Rippling: a paged list without texts, and a page for each posting with text, date and pay."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import quote

from attrs import evolve
from scrapy.http import Request

from corpus.records import Posting, Reject
from crawler.parse import dates, fields, markup, place, salary
from crawler.parse.marks import is_evergreen
from crawler.rows import (
    Row,
    address,
    dig,
    further,
    html_of,
    joined,
    language_of,
    needed,
    objects,
    own_name,
    pay,
    read_rows,
    text_of,
    with_details,
    work_mode_of,
)
from crawler.spiders.base import BoardSpider, Fetch, Reading, Unreadable, parse_json

if TYPE_CHECKING:
    from scrapy.http import Response

    from corpus.records import Board

API = "https://api.rippling.com/platform/api/ats/v2/board"
PAGE = 100
MOST_PAGES = 100
_SALARIED = re.compile(r"SALARIED|HOURLY|_")
"""Parts of `SALARIED_FT` that say how somebody is paid and not for how long."""


class RipplingSpider(BoardSpider):
    """The board API v2, which repeats a posting for each of its places."""

    platform = "rippling"
    homepage = "https://developer.rippling.com/documentation/job-board-api"
    terms = "Documented board API; 100 requests in ten minutes."
    delay = 6.0
    concurrency = 1

    def first_request(self, board: Board) -> Request:
        """The first page of the list."""
        return _page(board, 0)

    async def read(self, board: Board, response: Response, fetch: Fetch) -> Reading:
        """Read all pages, and the pages of the wanted postings. The old v1 list is a bare array."""
        data = parse_json(response)
        rows, missing, is_truncated = await _all_rows(board, data, fetch)
        postings, rejects = read_rows(rows, _posting)
        detailed, failed = await with_details(
            postings,
            fetch,
            lambda posting: Request(f"{API}/{_token(board)}/jobs/{quote(posting.external_id, safe='')}"),
            lambda posting, reply: _with_detail(board, posting, parse_json(reply, dict)),
            keep_all=self.keep_all,
            known=self.pages_known(board),
        )
        return Reading(detailed, is_truncated=is_truncated, rejects=missing + rejects + failed)


def _token(board: Board) -> str:
    return quote(board.token, safe="")


def _page(board: Board, page: int) -> Request:
    return Request(f"{API}/{_token(board)}/jobs?page={page}&pageSize={PAGE}")


async def _all_rows(board: Board, data: object, fetch: Fetch) -> tuple[list[Row], list[Reject], bool]:
    """The rows of every page, and whether pages are missing. `totalItems` counts a posting once for every place."""
    if isinstance(data, list):
        return data, [], False
    if not isinstance(data, dict) or not isinstance(data.get("items"), list):
        raise Unreadable("JSON without `items`")
    rows, pages = list(data["items"]), data.get("totalPages")
    count = pages if isinstance(pages, int) else 1
    missing: list[Reject] = []
    for page in range(1, min(count, MOST_PAGES)):
        more = await further(fetch, _page(board, page), lambda reply: parse_json(reply, dict), missing)
        if more is None or not isinstance(more.get("items"), list):
            return rows, missing, True
        rows += more["items"]
    return rows, missing, count > MOST_PAGES


def _posting(job: Row) -> Posting:
    title = needed(job.get("name"), "title")
    places = [_place(row) for row in objects(job.get("locations"))] or [text_of(dig(job, "workLocation", "label"))]
    location = joined(places)
    mode_raw = next((text_of(row.get("workplaceType")) for row in objects(job.get("locations"))), None)
    return Posting(
        external_id=needed(job.get("id") or job.get("uuid"), "id"),
        title=title,
        url=text_of(job.get("url")),
        location=location,
        country=place.country(location),
        work_mode=fields.work_mode(mode_raw) or work_mode_of(location),
        work_mode_raw=mode_raw,
        department=text_of(dig(job, "department", "name")) or text_of(dig(job, "department", "label")),
        language=language_of(job.get("language")),
        is_evergreen=is_evergreen(title),
    )


def _place(row: Row) -> str | None:
    return text_of(row.get("name")) or address(row.get("city"), row.get("state"), row.get("country"))


def _with_detail(board: Board, posting: Posting, job: Row) -> Posting:
    description = job.get("description")
    texts = [("", dig(description, "role")), ("", dig(description, "company"))] if isinstance(description, dict) else []
    type_raw = text_of(dig(job, "employmentType", "label")) or text_of(dig(job, "employmentType", "id"))
    date_posted, kind = dates.posted(job.get("createdOn"), "created")
    places = job.get("workLocations")
    location = posting.location or joined(places if isinstance(places, list) else [])
    salaries = [
        pay(
            salary.pay_range(row.get("rangeStart"), row.get("rangeEnd"), row.get("currency"), row.get("frequency")),
            place=text_of(row.get("location")),
        )
        for row in objects(job.get("payRangeDetails"))
    ]
    return evolve(
        posting,
        employer=own_name(board, job.get("companyName")),
        description_html=markup.sections((None, html_of(body)) for _, body in texts) or html_of(description),
        location=location,
        country=posting.country or place.country(location),
        employment_type=fields.employment_type(" ".join(_SALARIED.sub(" ", type_raw or "").split())),
        employment_type_raw=type_raw,
        date_posted=date_posted,
        date_posted_kind=kind,
        salaries=tuple(item for found in salaries for item in found),
    )
