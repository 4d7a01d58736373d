"""Lever: one call gives the whole board. The requirements are in `lists`, not in the description."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

from scrapy.http import Request

from corpus.records import Posting, Salary
from crawler.parse import dates, fields, markup, salary
from crawler.parse.marks import is_evergreen
from crawler.rows import Row, country_of, dig, html_of, joined, needed, objects, pay, read_rows, text_of, work_mode_of
from crawler.spiders.base import BoardSpider, Fetch, Reading, Unreadable, parse_json

if TYPE_CHECKING:
    from scrapy.http import Response

    from corpus.records import Board

HOSTS = {"": "https://api.lever.co", "eu": "https://api.eu.lever.co"}


class LeverSpider(BoardSpider):
    """The Postings API, documented as public; one name can be two boards, one in each region."""

    platform = "lever"
    homepage = "https://github.com/lever/postings-api"
    terms = (
        "Documented: published postings may be scraped by third parties. robots.txt asks for a second between calls."
    )
    delay = 1.0

    def first_request(self, board: Board) -> Request:
        """All of a board in one call; without `mode=json` HTML comes back."""
        host = HOSTS.get(board.region.lower(), HOSTS[""])
        return Request(
            f"{host}/v0/postings/{quote(board.token, safe='')}?mode=json", headers={"Accept": "application/json"}
        )

    async def read(self, board: Board, response: Response, fetch: Fetch) -> Reading:  # noqa: ARG002 - one page
        """Read the board; also the reply for one posting, which archives hold."""
        data = parse_json(response)
        if isinstance(data, dict) and data.get("ok") is False:
            raise Unreadable(f"Lever says: {text_of(data.get('error')) or 'no'}", "gone_404", response.status)
        if isinstance(data, dict) and "text" in data:
            data = [data]
        if not isinstance(data, list):
            raise Unreadable("JSON of another shape than a list of postings")
        postings, rejects = read_rows(data, _posting)
        return Reading(postings, rejects=rejects)


def _posting(job: Row) -> Posting:
    title = needed(job.get("text"), "title")
    categories = job.get("categories")
    places = dig(categories, "allLocations")
    location = joined([dig(categories, "location"), *(places if isinstance(places, list) else [])])
    mode_raw = text_of(job.get("workplaceType"))
    type_raw = text_of(dig(categories, "commitment"))
    date_posted, kind = dates.posted(job.get("createdAt"), "created")
    return Posting(
        external_id=needed(job.get("id"), "id"),
        title=title,
        url=text_of(job.get("hostedUrl")),
        apply_url=text_of(job.get("applyUrl")),
        description_html=_text(job),
        location=location,
        country=country_of(job.get("country"), location),
        work_mode=fields.work_mode(mode_raw) or work_mode_of(location),
        work_mode_raw=mode_raw,
        employment_type=fields.employment_type(type_raw),
        employment_type_raw=type_raw,
        department=text_of(dig(categories, "department")) or text_of(dig(categories, "team")),
        date_posted=date_posted,
        date_posted_kind=kind,
        salaries=_pay(job),
        is_evergreen=is_evergreen(title),
    )


def _text(job: Row) -> str | None:
    """Opening and body, then each list under its heading, then the closing and what is said about pay."""
    lists = [
        (text_of(row.get("text")), f"<ul>{body}</ul>" if (body := html_of(row.get("content"))) else None)
        for row in objects(job.get("lists"))
    ]
    opening = html_of(job.get("description")) or html_of(job.get("descriptionPlain"))
    closing = [html_of(job.get("additional")), html_of(job.get("salaryDescription"))]
    return markup.sections([(None, opening), *lists, *((None, part) for part in closing)])


def _pay(job: Row) -> tuple[Salary, ...]:
    row = job.get("salaryRange")
    found = salary.pay_range(dig(row, "min"), dig(row, "max"), dig(row, "currency"), dig(row, "interval"))
    return pay(found, raw=text_of(job.get("salaryDescriptionPlain")))
