"""Greenhouse: one call gives the whole board with texts, pay ranges and the first publication."""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from scrapy.http import Request

from corpus.records import Posting, Salary
from crawler.parse import dates, fields, place, salary
from crawler.parse.marks import is_evergreen
from crawler.rows import (
    Row,
    dig,
    language_of,
    needed,
    objects,
    own_name,
    pay,
    read_rows,
    split_places,
    text_of,
    work_mode_of,
)
from crawler.spiders.base import BoardSpider, Fetch, Reading, Unreadable, parse_json

if TYPE_CHECKING:
    from scrapy.http import Response

    from corpus.records import Board

_MODE_FIELD = re.compile(r"location type|work ?place|work (?:model|mode|arrangement|type)|remote", re.IGNORECASE)
_TYPE_FIELD = re.compile(r"employment type|job type|time type|contract type|commitment", re.IGNORECASE)


class GreenhouseSpider(BoardSpider):
    """The Job Board API, documented as public."""

    platform = "greenhouse"
    homepage = "https://developers.greenhouse.io/job-board.html"
    terms = "Documented as publicly available; no key, no stated limit."

    def first_request(self, board: Board) -> Request:
        """All of a board in one call; `pay_transparency` brings pay, which is otherwise missing without a word."""
        token = quote(board.token, safe="")
        url = f"https://boards-api.greenhouse.io/v1/boards/{token}/jobs?content=true&pay_transparency=true"
        return Request(url)

    async def read(self, board: Board, response: Response, fetch: Fetch) -> Reading:  # noqa: ARG002 - one page
        """Read the board; also the reply for one posting, which archives hold."""
        data = parse_json(response, dict)
        jobs = data.get("jobs")
        if not isinstance(jobs, list):
            jobs = [data] if "title" in data else _of_departments(data)
        postings, rejects = read_rows(jobs, lambda job: _posting(board, job))
        total = dig(data, "meta", "total")
        return Reading(postings, advertised=total if isinstance(total, int) else None, rejects=rejects)


def _of_departments(data: Row) -> list[Row]:
    """The `/departments` and `/offices` replies, which archives hold: titles, ids and places."""
    offices = objects(data.get("offices")) if isinstance(data.get("offices"), list) else [data]
    departments = [row for office in offices for row in objects(office.get("departments"))]
    if not departments:
        raise Unreadable("JSON without `jobs`")
    return [
        {"departments": [department], **job} for department in departments for job in objects(department.get("jobs"))
    ]


def _posting(board: Board, job: Row) -> Posting:
    title = needed(job.get("title"), "title")
    location = split_places((text_of(dig(job, "location", "name")) or "").replace(" or ", "|"))
    offices = [text_of(office.get("location")) or text_of(office.get("name")) for office in objects(job.get("offices"))]
    mode_raw, type_raw = _extra(job, _MODE_FIELD), _extra(job, _TYPE_FIELD)
    date_posted, kind = dates.posted(job.get("first_published"), "first_published")
    return Posting(
        external_id=needed(job.get("id"), "id"),
        title=title,
        url=text_of(job.get("absolute_url")),
        employer=own_name(board, job.get("company_name")),
        description_html=_html(job.get("content")),
        location=location,
        country=place.country(location) or next(filter(None, map(place.country, offices)), None),
        work_mode=fields.work_mode(mode_raw) or work_mode_of(location),
        work_mode_raw=mode_raw,
        employment_type=fields.employment_type(type_raw),
        employment_type_raw=type_raw,
        department=next((text_of(row.get("name")) for row in objects(job.get("departments"))), None),
        date_posted=date_posted,
        date_posted_kind=kind,
        valid_through=dates.to_date(job.get("application_deadline")),
        updated_at=dates.to_instant(job.get("updated_at")),
        language=language_of(job.get("language")),
        requisition_id=text_of(job.get("requisition_id")),
        salaries=tuple(pay for row in objects(job.get("pay_input_ranges")) for pay in _pay(row)),
        is_evergreen=is_evergreen(title) or ("internal_job_id" in job and job["internal_job_id"] is None),
    )


def _html(content: Any) -> str | None:
    """The text, which comes escaped as a whole; archives also hold some with its markup as it is."""
    if not isinstance(content, str) or not content.strip():
        return None
    return content if "<" in content else html.unescape(content)


def _extra(job: Row, wanted: re.Pattern[str]) -> str | None:
    """The value of the employer's own field whose name says what we look for."""
    for row in objects(job.get("metadata")):
        if wanted.search(text_of(row.get("name")) or ""):
            value: Any = row.get("value")
            text = text_of(value[0] if isinstance(value, list) and value else value)
            if text:
                return text
    return None


def _pay(row: Row) -> tuple[Salary, ...]:
    """Amounts are cents and nothing but the range's title names the unit, if anything does."""
    title = text_of(row.get("title"))
    low, high = salary.cents(row.get("min_cents")), salary.cents(row.get("max_cents"))
    found = salary.pay_range(low, high, row.get("currency_type"), salary.unit_in(title or ""))
    return pay(found, place=title if place.country(title) else None, raw=title)
