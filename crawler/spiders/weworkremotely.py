"""We Work Remotely: an aggregator of remote work with one RSS feed a category."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

from scrapy.http import Request

from corpus.records import Posting
from crawler.parse import dates, fields, place
from crawler.parse.marks import is_evergreen
from crawler.rows import Unusable, child_text, children, html_of, parse_xml, read_elements
from crawler.spiders.base import BoardSpider, Fetch, Reading

if TYPE_CHECKING:
    from lxml.etree import _Element
    from scrapy.http import Response

    from corpus.records import Board

MOST_ITEMS = 100
"""A feed with that many items has been cut."""


class WeworkremotelySpider(BoardSpider):
    """The feed of one category; the token is its name in the address: `remote-programming-jobs`."""

    platform = "weworkremotely"
    title = "We Work Remotely"
    kind = "aggregator"
    own_boards = ("remote-programming-jobs", "remote-full-stack-programming-jobs", "all-other-remote-jobs")
    homepage = "https://weworkremotely.com/remote-job-rss-feed"
    terms = "Public RSS feeds; link back."
    delay = 30.0
    concurrency = 1

    def first_request(self, board: Board) -> Request:
        """The category's feed."""
        return Request(f"https://weworkremotely.com/categories/{quote(board.token, safe='')}.rss")

    async def read(self, board: Board, response: Response, fetch: Fetch) -> Reading:  # noqa: ARG002 - one page
        """Read the feed."""
        items = list(children(parse_xml(response, "rss"), "channel", "item"))
        postings, rejects = read_elements(items, _posting)
        return Reading(postings, is_truncated=len(items) >= MOST_ITEMS, rejects=rejects)


def _posting(item: _Element) -> Posting:
    stated = child_text(item, "title")
    if stated is None:
        raise Unusable("no title")
    employer, _, title = stated.partition(": ")
    if not title:
        raise Unusable("a title without an employer before the colon")
    identity = child_text(item, "guid") or child_text(item, "link")
    if identity is None:
        raise Unusable("no id")
    region, type_raw = child_text(item, "region"), child_text(item, "type")
    date_posted, kind = dates.posted(child_text(item, "pubDate"), "last_publish")
    description = next(children(item, "description"), None)
    return Posting(
        external_id=identity,
        title=title,
        url=child_text(item, "link"),
        employer=employer,
        description_html=html_of("".join(map(str, description.itertext()))) if description is not None else None,
        location=region,
        country=place.country(region),
        work_mode="remote",
        work_mode_raw="remote board",
        employment_type=fields.employment_type(type_raw),
        employment_type_raw=type_raw,
        department=child_text(item, "category"),
        date_posted=date_posted,
        date_posted_kind=kind,
        valid_through=dates.to_date(child_text(item, "expires_at")),
        is_evergreen=is_evergreen(title),
    )
