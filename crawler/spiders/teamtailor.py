"""Teamtailor: the RSS feed of an employer's careers page; its JSON feed is read as well."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import quote

from attrs import evolve
from scrapy.http import Request

from corpus.records import Posting, Reject, WorkMode
from crawler.parse import dates, place
from crawler.parse.jsonld import of_json
from crawler.parse.marks import is_evergreen
from crawler.rows import (
    Row,
    Unusable,
    address,
    child_text,
    children,
    follow,
    further,
    html_of,
    joined,
    needed,
    own_name,
    parse_xml,
    read_elements,
    read_rows,
    text_of,
)
from crawler.schema_org import posting_of
from crawler.spiders.base import BoardSpider, Fetch, Reading, Unreadable, parse_json

if TYPE_CHECKING:
    from lxml.etree import _Element
    from scrapy.http import Response

    from corpus.records import Board

PAGE = 100
MOST_PAGES = 50
MODES: dict[str, WorkMode] = {"none": "onsite", "hybrid": "hybrid", "fully": "remote"}
"""`temporary` (remote for now) is none of the three."""


class TeamtailorSpider(BoardSpider):
    """Feeds that careers pages of the platform offer; a token with dots is the employer's own domain."""

    platform = "teamtailor"
    homepage = "https://support.teamtailor.com/en/articles/5959369"
    terms = "Documented RSS feed for public use."

    def first_request(self, board: Board) -> Request:
        """The first page of the RSS feed."""
        return _page(board, 0)

    async def read(self, board: Board, response: Response, fetch: Fetch) -> Reading:
        """Read either feed to its end."""
        if response.body.lstrip()[:1] == b"{":
            return await _read_json(board, response, fetch)
        postings: dict[str, Posting] = {}
        rejects: list[Reject] = []
        root = _feed(response)
        name = child_text(root, "channel", "title")
        for page in range(1, MOST_PAGES + 1):
            items = list(children(root, "channel", "item"))
            read, aside = read_elements(items, lambda item: _of_item(board, name, item))
            before = len(postings)
            postings |= {posting.external_id: posting for posting in read}
            rejects += aside
            if len(items) < PAGE or len(postings) == before:
                return Reading(postings.values(), rejects=rejects)
            more = await further(fetch, _page(board, page * PAGE), _feed, rejects)
            if more is None:
                break
            root = more
        return Reading(postings.values(), is_truncated=True, rejects=rejects)


def _feed(response: Response) -> _Element:
    return parse_xml(response, "rss")


def _page(board: Board, offset: int) -> Request:
    host = board.token if "." in board.token else f"{quote(board.token, safe='')}.teamtailor.com"
    return Request(f"https://{host}/jobs.rss?per_page={PAGE}&offset={offset}")


def _identity(url: str | None, guid: str | None) -> str:
    """The number in the address, which both feeds share; else the feed's own id."""
    number = re.search(r"/jobs/(\d+)", url or "")
    if number:
        return number[1]
    if guid:
        return guid
    raise Unusable("no id")


def _of_item(board: Board, name: str | None, item: _Element) -> Posting:
    title, url = child_text(item, "title"), child_text(item, "link")
    if title is None:
        raise Unusable("no title")
    places = list(children(item, "locations", "location"))
    location = joined(_place(element) for element in places)
    countries = [place.country_code(child_text(element, "country")) for element in places]
    mode_raw = child_text(item, "remoteStatus")
    date_posted, kind = dates.posted(child_text(item, "pubDate"), "last_publish")
    description = next(children(item, "description"), None)
    return Posting(
        external_id=_identity(url, child_text(item, "guid")),
        title=title,
        url=url,
        employer=own_name(board, name),
        description_html=html_of("".join(map(str, description.itertext()))) if description is not None else None,
        location=location,
        country=next(filter(None, countries), None) or place.country(location),
        work_mode=MODES.get(mode_raw or ""),
        work_mode_raw=mode_raw,
        department=child_text(item, "department"),
        date_posted=date_posted,
        date_posted_kind=kind,
        is_evergreen=is_evergreen(title),
    )


def _place(element: _Element) -> str | None:
    return address(child_text(element, "city") or child_text(element, "name"), child_text(element, "country"))


async def _read_json(board: Board, response: Response, fetch: Fetch) -> Reading:
    """JSON Feed 1.1, each item with a schema.org node; pages are linked by `next_url`."""
    rows: list[Row] = []
    seen: set[str] = set()
    missing: list[Reject] = []
    data = parse_json(response, dict)
    name = text_of(data.get("title"))
    while True:
        if not isinstance(data.get("items"), list):
            raise Unreadable("JSON without `items`")
        rows += data["items"]
        link = text_of(data.get("next_url"))
        if link is None or link in seen or len(seen) >= MOST_PAGES:
            break
        seen.add(link)
        more = await further(fetch, follow(response.url, link), lambda reply: parse_json(reply, dict), missing)
        if more is None:
            break
        data = more
    postings, rejects = read_rows(rows, lambda item: _of_feed(board, name, item))
    return Reading(postings, is_truncated=bool(missing) or len(seen) >= MOST_PAGES, rejects=missing + rejects)


def _of_feed(board: Board, name: str | None, item: Row) -> Posting:
    url = text_of(item.get("url"))
    nodes = of_json(item.get("_jobposting"))
    base = posting_of(board, {**nodes[0], "url": url} if nodes else {"title": item.get("title")}, url or "")
    date_posted, kind = dates.posted(item.get("date_published"), "last_publish")
    title = needed(item.get("title"), "title")
    return evolve(
        base,
        external_id=_identity(url, text_of(item.get("id"))),
        title=title,
        employer=base.employer or own_name(board, name),
        description_html=html_of(item.get("content_html")) or base.description_html,
        date_posted=date_posted or base.date_posted,
        date_posted_kind=kind or base.date_posted_kind,
        is_evergreen=is_evergreen(title),
    )
