"""Personio: the employer's XML feed, documented for careers pages."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

from scrapy.http import Request

from corpus.records import Posting
from crawler.parse import dates, fields, markup, place
from crawler.parse.marks import is_evergreen
from crawler.rows import Unusable, child_text, children, joined, own_name, parse_xml, read_elements, work_mode_of
from crawler.spiders.base import BoardSpider, Fetch, Reading

if TYPE_CHECKING:
    from lxml.etree import _Element
    from scrapy.http import Response

    from corpus.records import Board

DOMAINS = {"": "de", "de": "de", "com": "com"}


class PersonioSpider(BoardSpider):
    """One feed an employer and language; English is asked for, so that one posting is one posting."""

    platform = "personio"
    homepage = "https://developer.personio.de/docs/retrieving-open-job-positions"
    terms = "Documented XML feed for public careers pages."

    def first_request(self, board: Board) -> Request:
        """The feed; the region is the top-level domain, `de` or `com`."""
        return Request(f"https://{_host(board)}/xml?language=en")

    async def read(self, board: Board, response: Response, fetch: Fetch) -> Reading:  # noqa: ARG002 - one page
        """Read the feed; an unknown employer is answered with a page of HTML and not with XML."""
        root = parse_xml(response, "workzag-jobs")
        postings, rejects = read_elements(children(root, "position"), lambda element: _posting(board, element))
        return Reading(postings, rejects=rejects)


def _host(board: Board) -> str:
    if "." in board.token:
        return board.token
    return f"{quote(board.token, safe='')}.jobs.personio.{DOMAINS.get(board.region.lower(), 'de')}"


def _posting(board: Board, position: _Element) -> Posting:
    identity, title = child_text(position, "id"), child_text(position, "name")
    if identity is None or title is None:
        raise Unusable("no id" if identity is None else "no title")
    offices = [child_text(position, "office")]
    offices += ["".join(map(str, office.itertext())) for office in children(position, "additionalOffices", "office")]
    location = joined(offices)
    schedule, contract = child_text(position, "schedule"), child_text(position, "employmentType")
    date_posted, kind = dates.posted(child_text(position, "createdAt"), "created")
    return Posting(
        external_id=identity,
        title=title,
        url=f"https://{_host(board)}/job/{quote(identity, safe='')}?language=en",
        employer=own_name(board, child_text(position, "subcompany")),
        description_html=_text(position),
        location=location,
        country=place.country(location),
        work_mode=work_mode_of(location),
        employment_type=fields.employment_type([contract, schedule]),
        employment_type_raw=joined([contract, schedule], ", "),
        department=child_text(position, "department"),
        date_posted=date_posted,
        date_posted_kind=kind,
        is_evergreen=is_evergreen(title),
    )


def _text(position: _Element) -> str | None:
    return markup.sections(
        (child_text(part, "name"), "".join(map(str, value.itertext())))
        for part in children(position, "jobDescriptions", "jobDescription")
        for value in children(part, "value")
    )
