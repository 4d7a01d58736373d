"""BambooHR: a list without texts and dates, and a page for each posting with both."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

from attrs import evolve
from scrapy.http import Request

from corpus.records import Posting, WorkMode
from crawler.parse import dates, fields
from crawler.parse.marks import is_evergreen
from crawler.rows import (
    Row,
    address,
    country_of,
    dig,
    html_of,
    needed,
    pay_text,
    read_rows,
    text_of,
    with_details,
)
from crawler.spiders.base import BoardSpider, Fetch, Reading, Unreadable, parse_json

if TYPE_CHECKING:
    from scrapy.http import Response

    from corpus.records import Board

MODES: dict[str, WorkMode] = {"0": "onsite", "1": "remote", "2": "hybrid"}


class BamboohrSpider(BoardSpider):
    """What the careers page itself calls; an unknown employer is redirected to the vendor's own site."""

    platform = "bamboohr"
    title = "BambooHR"
    homepage = "https://www.bamboohr.com"
    terms = "Open in practice, undocumented; robots.txt of each employer's host decides."

    def first_request(self, board: Board) -> Request:
        """The list of open positions."""
        return Request(f"{_host(board)}/careers/list", headers={"Accept": "application/json"})

    async def read(self, board: Board, response: Response, fetch: Fetch) -> Reading:
        """Read the list, and the pages of the wanted postings."""
        data = parse_json(response, dict)
        if not isinstance(data.get("result"), list):
            raise Unreadable("JSON without a list in `result`")
        postings, rejects = read_rows(data["result"], lambda job: _posting(board, job))
        detailed, failed = await with_details(
            postings,
            fetch,
            lambda posting: Request(f"{_host(board)}/careers/{quote(posting.external_id, safe='')}/detail"),
            lambda posting, reply: _with_detail(posting, parse_json(reply, dict)),
            keep_all=self.keep_all,
            known=self.pages_known(board),
        )
        total = dig(data, "meta", "totalCount")
        return Reading(detailed, advertised=total if isinstance(total, int) else None, rejects=rejects + failed)


def _host(board: Board) -> str:
    return f"https://{quote(board.token, safe='')}.bamboohr.com"


def _posting(board: Board, job: Row) -> Posting:
    title = needed(job.get("jobOpeningName"), "title")
    identity = needed(job.get("id"), "id")
    location, country = _location(job)
    type_raw = text_of(job.get("employmentStatusLabel"))
    return Posting(
        external_id=identity,
        title=title,
        url=f"{_host(board)}/careers/{quote(identity, safe='')}",
        location=location,
        country=country,
        work_mode=_mode(job),
        work_mode_raw=text_of(job.get("locationType")),
        employment_type=fields.employment_type(type_raw),
        employment_type_raw=type_raw,
        department=text_of(job.get("departmentLabel")),
        is_evergreen=is_evergreen(title),
    )


def _location(job: Row) -> tuple[str | None, str | None]:
    """`location` is the office, `atsLocation` where it is set apart for the posting."""
    office, own = job.get("location"), job.get("atsLocation")
    stated = address(dig(own, "city"), dig(own, "state") or dig(own, "province"), dig(own, "country"))
    location = stated or address(dig(office, "city"), dig(office, "state"), dig(office, "addressCountry"))
    return location, country_of(dig(own, "country") or dig(office, "addressCountry"), location)


def _mode(job: Row) -> WorkMode | None:
    return "remote" if job.get("isRemote") is True else MODES.get(text_of(job.get("locationType")) or "")


def _with_detail(posting: Posting, data: Row) -> Posting:
    job = dig(data, "result", "jobOpening")
    location, country = _location(job if isinstance(job, dict) else {})
    date_posted, kind = dates.posted(dig(job, "datePosted"), "stated")
    return evolve(
        posting,
        url=text_of(dig(job, "jobOpeningShareUrl")) or posting.url,
        description_html=html_of(dig(job, "description")),
        location=location or posting.location,
        country=country or posting.country,
        date_posted=date_posted,
        date_posted_kind=kind,
        salaries=pay_text(dig(job, "compensation")),
    )
