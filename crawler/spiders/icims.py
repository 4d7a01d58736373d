"""iCIMS: pages of links, and schema.org markup on each posting's own page."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import quote

from attrs import evolve
from lxml import html
from scrapy.http import Request

from corpus.records import Posting, Reject
from crawler.html_boards import first_text, is_shell, marked_up, source_of, tree_of, words_of
from crawler.parse import place
from crawler.parse.marks import is_evergreen
from crawler.rows import Unusable, absolute, further, own_name, read_elements, text_of, with_details
from crawler.spiders.base import BoardSpider, Fetch, Reading, Unreadable

if TYPE_CHECKING:
    from scrapy.http import Response

    from corpus.records import Board

MOST_PAGES = 200
_POSTING = re.compile(r"/jobs/(\d+)/[^/?#]+/job\b")
_PLACE = re.compile(r"[A-Z]{2}(?:-[A-Z]{2})?-[^|]{2,60}")


class IcimsSpider(BoardSpider):
    """An employer's portal, `careers-acme` of careers-acme.icims.com; no open API."""

    platform = "icims"
    title = "iCIMS"
    homepage = "https://www.icims.com"
    terms = "Public career pages; robots.txt of each employer's host decides."
    delay = 1.0

    def first_request(self, board: Board) -> Request:
        """The first page of the search."""
        return _page(board, 0)

    async def read(self, board: Board, response: Response, fetch: Fetch) -> Reading:
        """Read page after page until one brings nothing new, then the pages of the wanted postings."""
        postings: dict[str, Posting] = {}
        rejects: list[Reject] = []
        is_truncated = True
        tree = _listing(response)
        if not _is_list(tree):
            return _one(board, response)
        for number in range(MOST_PAGES):
            if number:
                more = await further(fetch, _page(board, number), _listing, rejects)
                if more is None:
                    break
                tree = more
            anchors = [link for link in tree.iter("a") if _POSTING.search(link.get("href") or "")]
            read, aside = read_elements(anchors, lambda link: _posting(board, link))
            rejects += aside
            fresh = {posting.external_id: posting for posting in read if posting.external_id not in postings}
            postings |= fresh
            if not fresh:
                is_truncated = False
                break
        detailed, failed = await with_details(
            list(postings.values()),
            fetch,
            lambda posting: Request(f"{posting.url}?in_iframe=1"),
            lambda posting, reply: _with_page(board, posting, reply),
            keep_all=self.keep_all,
            known=self.pages_known(board),
        )
        return Reading(detailed, is_truncated=is_truncated, rejects=rejects + failed)


def _host(board: Board) -> str:
    return f"https://{quote(board.token, safe='')}.icims.com"


def _page(board: Board, number: int) -> Request:
    return Request(f"{_host(board)}/jobs/search?ss=1&pr={number}&in_iframe=1")


def _listing(response: Response) -> html.HtmlElement:
    source = source_of(response)
    if "icims" not in source.casefold():
        if is_shell(source):
            raise Unreadable("the page holds no postings before a browser has run it", "needs_rendering")
        raise Unreadable("HTML that is no iCIMS page")
    return tree_of(source)


def _is_list(tree: html.HtmlElement) -> bool:
    """Whether a page is the list, empty or not, and no posting's own page."""
    marks = ("iCIMS_JobsTable", "iCIMS_JobCardItem", "iCIMS_ListingsPage", "iCIMS_Paginator", "iCIMS_NoResults")
    classes = " ".join(map(str, tree.xpath("//@class")))
    return any(mark in classes for mark in marks)


def _one(board: Board, response: Response) -> Reading:
    """A posting's own page, which archives hold."""
    source = source_of(response)
    number = _POSTING.search(response.url) or re.search(r"""jobId\s*=\s*["'](\d+)["']""", source)
    title = first_text(tree_of(source), "//h1")
    if number is None or title is None:
        raise Unreadable("an iCIMS page that is neither a list nor a posting")
    bare = Posting(external_id=number[1], title=title, url=response.url, is_evergreen=is_evergreen(title))
    return Reading([_with_page(board, bare, response)])


def _posting(board: Board, link: html.HtmlElement) -> Posting:
    href = link.get("href") or ""
    found = _POSTING.search(href)
    attribute = re.sub(r"^\d+\s*-\s*", "", link.get("title") or "")
    title = first_text(link, ".//h2|.//h3") or text_of(attribute) or words_of(link)
    if found is None or title is None:
        raise Unusable("no title")
    location = _location(link)
    return Posting(
        external_id=found[1],
        title=title,
        url=absolute(_host(board), href.split("?")[0]),
        location=location,
        country=place.country(location),
        is_evergreen=is_evergreen(title),
    )


def _location(link: html.HtmlElement) -> str | None:
    """What the row of the list says under "Job Locations", or a cell like `US-TX-Houston`."""
    rows = link.xpath("ancestor::*[contains(@class, 'row') or contains(@class, 'Row') or self::li or self::tr][1]")
    for row in rows:
        stated = first_text(row, ".//span[contains(., 'Job Locations')]/following-sibling::span")
        if stated:
            return stated
        for cell in row.iter("td", "span", "dd"):
            text = words_of(cell) or ""
            if _PLACE.fullmatch(text):
                return text
    return None


def _with_page(board: Board, posting: Posting, response: Response) -> Posting:
    """The markup of the posting's page; without one, the text of its content block."""
    marked, _ = marked_up(board, response, posting.external_id)
    if marked:
        found = marked[0]
        return evolve(found, url=posting.url, location=found.location or posting.location, title=posting.title)
    blocks = tree_of(source_of(response)).xpath("//div[contains(@class, 'iCIMS_JobContent')]")
    text = "".join(str(html.tostring(block, encoding="unicode")) for block in blocks) or None
    return evolve(posting, employer=own_name(board, None), description_html=text)
