"""Pinpoint: one call gives the whole board with texts and pay. It states no date of publication."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

from scrapy.http import Request

from corpus.records import Posting, Salary
from crawler.parse import dates, fields, markup, place, salary
from crawler.parse.marks import is_evergreen
from crawler.rows import Row, dig, html_of, needed, pay, pay_text, read_rows, text_of, work_mode_of
from crawler.spiders.base import BoardSpider, Fetch, Reading, Unreadable, parse_json

if TYPE_CHECKING:
    from scrapy.http import Response

    from corpus.records import Board

PARTS = ("key_responsibilities", "skills_knowledge_expertise", "benefits")


class PinpointSpider(BoardSpider):
    """The JSON of an employer's careers page."""

    platform = "pinpoint"
    homepage = "https://www.pinpointhq.com"
    terms = "Open in practice, undocumented; robots.txt of each employer's host decides."

    def first_request(self, board: Board) -> Request:
        """All postings of one employer."""
        return Request(f"{_host(board)}/postings.json")

    async def read(self, board: Board, response: Response, fetch: Fetch) -> Reading:  # noqa: ARG002 - one page
        """Read the board."""
        data = parse_json(response, dict)
        if not isinstance(data.get("data"), list):
            raise Unreadable("JSON without a list in `data`")
        postings, rejects = read_rows(data["data"], lambda job: _posting(board, job))
        return Reading(postings, rejects=rejects)


def _host(board: Board) -> str:
    return f"https://{quote(board.token, safe='')}.pinpointhq.com"


def _posting(board: Board, job: Row) -> Posting:
    title = needed(job.get("title"), "title")
    location = text_of(dig(job, "location", "name"))
    path = text_of(job.get("path"))
    mode_raw = text_of(job.get("workplace_type"))
    type_raw = text_of(job.get("employment_type_text")) or text_of(job.get("employment_type"))
    department = dig(job, "job", "department", "name") or dig(job, "department", "name")
    headed = [(text_of(job.get(f"{part}_header")), html_of(job.get(part))) for part in PARTS]
    return Posting(
        external_id=needed(job.get("id"), "id"),
        title=title,
        url=text_of(job.get("url")) or (f"{_host(board)}{path}" if path else None),
        description_html=markup.sections([(None, html_of(job.get("description"))), *headed]),
        location=location,
        country=place.country(location),
        work_mode=fields.work_mode(mode_raw) or work_mode_of(location),
        work_mode_raw=mode_raw,
        employment_type=fields.employment_type(type_raw),
        employment_type_raw=type_raw,
        department=text_of(department),
        valid_through=dates.to_date(job.get("deadline_at")),
        requisition_id=text_of(dig(job, "job", "requisition_id")),
        salaries=_pay(job),
        is_evergreen=is_evergreen(title),
    )


def _pay(job: Row) -> tuple[Salary, ...]:
    """Pay only where the employer shows it to applicants."""
    if job.get("compensation_visible") is False:
        return ()
    ends = [job.get(f"compensation_{key}") for key in ("minimum", "maximum", "currency", "frequency")]
    found = salary.pay_range(*ends)
    return pay(found, raw=text_of(job.get("compensation"))) if found else pay_text(job.get("compensation"))
