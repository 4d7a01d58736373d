"""Jobvite: one page of links, and schema.org markup on each posting's own page."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import quote

from attrs import evolve
from lxml import html
from scrapy.http import Request

from corpus.records import Posting
from crawler.html_boards import first_text, is_shell, marked_up, source_of, tree_of, words_of
from crawler.outcomes import Unreadable
from crawler.parse import fields, place
from crawler.parse.marks import is_evergreen
from crawler.rows import Unusable, read_elements, with_details
from crawler.spiders.base import BoardSpider, Fetch, Reading

if TYPE_CHECKING:
    from scrapy.http import Response

    from corpus.records import Board

HOST = "https://jobs.jobvite.com"
_POSTING = re.compile(r"/job/([A-Za-z0-9]+)")


class JobviteSpider(BoardSpider):
    """An employer's careers page; no open API."""

    platform = "jobvite"
    homepage = "https://www.jobvite.com"
    terms = "Public career pages; robots.txt of jobs.jobvite.com decides."
    delay = 1.0

    def first_request(self, board: Board) -> Request:
        """All postings on one page."""
        return Request(f"{HOST}/{quote(board.token, safe='')}/jobs")

    async def read(self, board: Board, response: Response, fetch: Fetch) -> Reading:
        """Read the list, and the pages of the wanted postings."""
        source = source_of(response)
        links = [link for link in tree_of(source).iter("a") if _POSTING.search(link.get("href") or "")]
        if not links and is_shell(source):
            raise Unreadable("the page holds no postings before a browser has run it", "needs_rendering")
        if not links and "jobvite" not in source.casefold():
            raise Unreadable("HTML that is no Jobvite page")
        postings, rejects = read_elements(links, lambda link: _posting(board, link))
        detailed, failed = await with_details(
            postings,
            fetch,
            lambda posting: Request(str(posting.url)),
            lambda posting, reply: _with_page(board, posting, reply),
            keep_all=self.keep_all,
            known=self.pages_known(board),
        )
        return Reading(detailed, rejects=rejects + failed)


def _posting(board: Board, link: html.HtmlElement) -> Posting:
    found = _POSTING.search(link.get("href") or "")
    title = words_of(link)
    if found is None or title is None:
        raise Unusable("no title")
    rows = link.xpath("ancestor::*[self::tr or self::li][1]")
    location = first_text(rows[0], ".//*[contains(@class, 'jv-job-list-location')]") if rows else None
    return Posting(
        external_id=found[1],
        title=title,
        url=f"{HOST}/{quote(board.token, safe='')}/job/{found[1]}",
        location=location,
        country=place.country(location),
        work_mode=fields.work_mode(location),
        is_evergreen=is_evergreen(title),
    )


def _with_page(board: Board, posting: Posting, response: Response) -> Posting:
    marked, _ = marked_up(board, response, posting.external_id)
    if marked:
        return evolve(marked[0], url=posting.url, location=marked[0].location or posting.location)
    blocks = tree_of(source_of(response)).xpath("//div[contains(@class, 'jv-job-detail-description')]")
    if not blocks:
        raise Unreadable("a page without the posting's text")
    return evolve(posting, description_html=str(html.tostring(blocks[0], encoding="unicode")))
