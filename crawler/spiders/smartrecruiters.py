"""SmartRecruiters: a paged list without texts, and a page for each posting. Off by default: its robots.txt says no."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

from attrs import evolve
from scrapy.http import Request

from corpus.records import Posting, Reject, WorkMode
from crawler.parse import dates, fields, markup
from crawler.parse.marks import is_evergreen
from crawler.rows import (
    Row,
    address,
    country_of,
    dig,
    further,
    html_of,
    language_of,
    needed,
    objects,
    own_name,
    read_rows,
    text_of,
    with_details,
)
from crawler.spiders.base import BoardSpider, Fetch, Reading, Unreadable, parse_json

if TYPE_CHECKING:
    from scrapy.http import Response

    from corpus.records import Board

API = "https://api.smartrecruiters.com/v1/companies"
PAGE = 100
MOST_PAGES = 200
MODES: dict[str, WorkMode] = {"hybrid": "hybrid", "remote": "remote"}


class SmartrecruitersSpider(BoardSpider):
    """The documented Posting API, whose host's robots.txt nevertheless closes it to crawlers."""

    platform = "smartrecruiters"
    title = "SmartRecruiters"
    homepage = "https://developers.smartrecruiters.com/docs/posting-api"
    terms = "Documented as public, but robots.txt of the API's host disallows everything for crawlers."
    off_by_default = (
        "robots.txt of api.smartrecruiters.com disallows crawlers; name the platform if you have permission"
    )
    delay = 1.0

    def first_request(self, board: Board) -> Request:
        """The first page of the list."""
        return _page(board, 0)

    async def read(self, board: Board, response: Response, fetch: Fetch) -> Reading:
        """Read all pages; an unknown company is answered with 200 and nothing, so nothing found is never "ok"."""
        data = parse_json(response, dict)
        if "content" not in data and "jobAd" in data:
            return _of_rows(board, [data])
        rows, total = _content(data)
        if total == 0:
            raise Unreadable("no postings: an unknown company looks the same", "gone_404", response.status)
        missing: list[Reject] = []
        for page in range(1, MOST_PAGES):
            if page * PAGE >= (total or 0):
                break
            more = await further(fetch, _page(board, page * PAGE), _rows, missing)
            if not more:
                break
            rows += more
        reading = _of_rows(board, rows)
        detailed, failed = await with_details(
            list(reading.postings),
            fetch,
            lambda posting: Request(f"{API}/{_token(board)}/postings/{quote(posting.external_id, safe='')}"),
            lambda posting, reply: _with_detail(posting, parse_json(reply, dict)),
            keep_all=self.keep_all,
            known=self.pages_known(board),
        )
        truncated = total is not None and len(rows) < total
        return Reading(detailed, total, truncated, [*missing, *reading.rejects, *failed])


def _token(board: Board) -> str:
    return quote(board.token, safe="")


def _page(board: Board, offset: int) -> Request:
    return Request(f"{API}/{_token(board)}/postings?limit={PAGE}&offset={offset}")


def _content(data: Row) -> tuple[list[Row], int | None]:
    if not isinstance(data.get("content"), list):
        raise Unreadable("JSON without a list in `content`")
    total = data.get("totalFound")
    return list(data["content"]), total if isinstance(total, int) else None


def _rows(response: Response) -> list[Row]:
    return _content(parse_json(response, dict))[0]


def _of_rows(board: Board, rows: list[Row]) -> Reading:
    postings, rejects = read_rows(rows, lambda job: _posting(board, job))
    return Reading(postings, rejects=rejects)


def _posting(board: Board, job: Row) -> Posting | None:
    if job.get("active") is False:
        return None
    title = needed(job.get("name"), "title")
    identity = needed(job.get("id"), "id")
    where = job.get("location")
    full = [part.strip() for part in (text_of(dig(where, "fullLocation")) or "").split(",")]
    location = address(*full) or address(dig(where, "city"), dig(where, "region"), dig(where, "country"))
    mode = next((mode for key, mode in MODES.items() if dig(where, key) is True), None)
    type_raw = text_of(dig(job, "typeOfEmployment", "label"))
    date_posted, kind = dates.posted(job.get("releasedDate"), "last_publish")
    return Posting(
        external_id=identity,
        title=title,
        url=text_of(job.get("postingUrl")) or f"https://jobs.smartrecruiters.com/{_token(board)}/{identity}",
        apply_url=text_of(job.get("applyUrl")),
        employer=own_name(board, dig(job, "company", "name")),
        description_html=_text(job),
        location=location,
        country=country_of(dig(where, "country"), location),
        work_mode=mode,
        work_mode_raw=next((key for key in MODES if dig(where, key) is True), None),
        employment_type=fields.employment_type(type_raw),
        employment_type_raw=type_raw,
        department=text_of(dig(job, "department", "label")),
        date_posted=date_posted,
        date_posted_kind=kind,
        language=language_of(dig(job, "language", "code")),
        requisition_id=text_of(job.get("refNumber")),
        is_evergreen=is_evergreen(title),
    )


def _text(job: Row) -> str | None:
    parts = dig(job, "jobAd", "sections")
    names = ("companyDescription", "jobDescription", "qualifications", "additionalInformation")
    return markup.sections(
        (text_of(part.get("title")), html_of(part.get("text"))) for name in names for part in objects(dig(parts, name))
    )


def _with_detail(posting: Posting, job: Row) -> Posting:
    return evolve(
        posting,
        url=text_of(job.get("postingUrl")) or posting.url,
        apply_url=text_of(job.get("applyUrl")) or posting.apply_url,
        description_html=_text(job),
    )
