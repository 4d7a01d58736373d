"""Breezy: one call gives the whole board; `verbose` brings the texts."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

from scrapy.http import Request

from corpus.records import Posting
from crawler.parse import dates, fields
from crawler.parse.marks import is_evergreen
from crawler.rows import (
    Row,
    address,
    country_of,
    dig,
    html_of,
    joined,
    needed,
    objects,
    own_name,
    pay_text,
    read_rows,
    text_of,
)
from crawler.spiders.base import BoardSpider, Fetch, Reading, parse_json

if TYPE_CHECKING:
    from scrapy.http import Response

    from corpus.records import Board


class BreezySpider(BoardSpider):
    """The JSON of an employer's careers page; an inactive employer is redirected to the vendor's own site."""

    platform = "breezy"
    homepage = "https://breezy.hr"
    terms = "Open in practice, undocumented; robots.txt of each employer's host decides."

    def first_request(self, board: Board) -> Request:
        """All positions with their texts."""
        return Request(f"https://{quote(board.token, safe='')}.breezy.hr/json?verbose=true")

    async def read(self, board: Board, response: Response, fetch: Fetch) -> Reading:  # noqa: ARG002 - one page
        """Read the board."""
        data = parse_json(response, list)
        postings, rejects = read_rows(data, lambda job: _posting(board, job))
        return Reading(postings, rejects=rejects)


def _posting(board: Board, job: Row) -> Posting:
    title = needed(job.get("name"), "title")
    places = objects(job.get("locations")) or objects(job.get("location"))
    location = joined(_place(row) for row in places)
    is_remote = any(row.get("is_remote") is True for row in [*places, *objects(job.get("location"))])
    type_raw = text_of(dig(job, "type", "name"))
    date_posted, kind = dates.posted(job.get("published_date"), "last_publish")
    return Posting(
        external_id=needed(job.get("id"), "id"),
        title=title,
        url=text_of(job.get("url")),
        employer=own_name(board, dig(job, "company", "name")),
        description_html=html_of(job.get("description")),
        location=location,
        country=country_of(dig(next(iter(places), None), "country", "id"), location),
        work_mode="remote" if is_remote else None,
        work_mode_raw="is_remote" if is_remote else None,
        employment_type=fields.employment_type(type_raw),
        employment_type_raw=type_raw,
        department=text_of(job.get("department")),
        date_posted=date_posted,
        date_posted_kind=kind,
        salaries=pay_text(job.get("salary")),
        is_evergreen=is_evergreen(title),
    )


def _place(row: Row) -> str | None:
    stated = address(row.get("city"), dig(row, "state", "name"), dig(row, "country", "name"))
    return stated or text_of(row.get("name"))
