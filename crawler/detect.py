"""From a careers page to the board behind it: platform, token, region, proven by calling the board.

An address in a page is a lead and not yet a fact: many are stale, some are a partner's. A lead counts as found when
its board answers with at least one posting; what speaks for it being this employer's board is said beside it.
"""

from __future__ import annotations

import html
import re
import tomllib
from collections import Counter
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING
from urllib.parse import unquote, urljoin, urlsplit

from attrs import field, frozen
from scrapy.http import Request

from corpus.records import Board, BoardVisit
from crawler.html_boards import is_shell, source_of, tree_of, visible_text
from crawler.outcomes import Unreadable, accept
from crawler.platforms import platform
from crawler.spiders.base import utc_now
from crawler.spiders.career_site import CareerSiteSpider

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    from scrapy.http import Response

    from crawler.spiders.base import Fetch

MOST_LEADS = 4
MOST_FURTHER = 4
SAMPLE_PAGES = 3
"""Pages of a career site that are read to see whether it marks up its postings."""
_CAREERS = re.compile(
    r"career|job|vacanc|karriere|stellen|emploi|recrut|empleo|hiring|join[- ]?us|work[- ]with", re.IGNORECASE
)
USUAL = ("/careers", "/jobs")


@frozen
class Finding:
    """What is behind a careers page."""

    url: str
    board: Board | None = None
    postings: int = 0
    evidence: tuple[str, ...] = ()
    """What speaks for the board being this employer's; empty: nothing but the link."""
    reason: str = ""
    """Why there is no board."""
    tried: tuple[str, ...] = field(factory=tuple)


@cache
def _known() -> tuple[list[tuple[str, list[re.Pattern[str]], frozenset[str]]], list[tuple[str, re.Pattern[str]]]]:
    data = tomllib.loads(files(__package__).joinpath("detect.toml").read_text(encoding="utf-8"))
    supported = [
        (row["id"], [re.compile(pattern) for pattern in row["patterns"]], frozenset(row["not"]))
        for row in data["platform"]
    ]
    return supported, [(row["name"], re.compile(row["pattern"])) for row in data["unsupported"]]


def boards_in(text: str) -> list[Board]:
    """The boards whose addresses stand in a page or an address, the most frequent first.

    Inside of scripts their slashes are escaped and in attributes they have entities; both are read.
    """
    plain = html.unescape(text).replace("\\/", "/").replace("\\u002F", "/")
    found: Counter[Board] = Counter()
    for name, patterns, excluded in _known()[0]:
        for pattern in patterns:
            for match in pattern.finditer(plain):
                board = _board(name, match.groupdict(), excluded)
                if board is not None:
                    found[board] += 1
    return [board for board, _ in found.most_common()]


def _board(name: str, groups: dict[str, str | None], excluded: frozenset[str]) -> Board | None:
    token, region = unquote(groups["token"] or "").rstrip("."), groups.get("region") or ""
    if token.lower() in excluded or not token:
        return None
    if name == "personio":
        region = "" if region == "de" else region
    if "site" in groups:
        site = groups["site"] or ""
        if site in excluded:
            return None
        token = f"{token}/{site}"
    return Board(name, token, region=region)


def unsupported_in(text: str) -> str | None:
    """The name of a platform that we recognise in a page and cannot read."""
    plain = html.unescape(text).replace("\\/", "/")
    return next((name for name, pattern in _known()[1] if pattern.search(plain)), None)


async def detect(url: str, fetch: Fetch, api_base: str | None = None) -> Finding:
    """Find the board behind a careers page; never raises."""
    tried: list[str] = []
    pages: list[Response] = []
    leads = boards_in(url)
    try:
        async for page in _pages(url, fetch):
            pages.append(page)
            leads += boards_in(page.url) + boards_in(source_of(page))
            if leads:
                break
    except Unreadable as error:
        tried.append(f"{url}: {error.outcome}: {error.detail}")
    for lead in list(dict.fromkeys(leads))[:MOST_LEADS]:
        board = Board(lead.source, lead.token, region=lead.region, api_base=api_base)
        visit = await look_at(board, fetch)
        if visit.postings:
            return Finding(url, board, len(visit.postings), evidence(url, pages, visit), tried=tuple(tried))
        tried.append(f"{lead.source}:{lead.token}: {visit.outcome}{f': {visit.detail}' if visit.detail else ''}")
    if leads:
        return Finding(url, reason="the boards that the page links to give no postings", tried=tuple(tried))
    return await _without_platform(url, pages, fetch, tried)


async def _pages(url: str, fetch: Fetch) -> AsyncIterator[Response]:
    """The page itself, then those that it or custom calls its careers pages."""
    page = accept(await fetch(Request(url)))
    yield page
    further = [urljoin(page.url, path) for path in USUAL] if urlsplit(page.url).path in ("", "/") else []
    for address in list(dict.fromkeys([*_links(page), *further]))[:MOST_FURTHER]:
        try:
            yield accept(await fetch(Request(address)))
        except Unreadable as error:
            if error.outcome in ("throttled", "blocked"):
                raise


def _links(page: Response) -> Iterator[str]:
    """Links of a page that are called careers, jobs and the like; frames too."""
    for element in tree_of(source_of(page)).iter("a", "iframe"):
        address = element.get("href") or element.get("src") or ""
        label = str(element.text_content())[:80]
        if address.startswith(("mailto:", "tel:", "#", "javascript:")) or not _CAREERS.search(f"{address} {label}"):
            continue
        try:
            full = urljoin(page.url, address)
        except ValueError:
            continue
        if full.startswith("http") and full.split("#")[0] != page.url:
            yield full.split("#")[0]


async def look_at(board: Board, fetch: Fetch) -> BoardVisit:
    """One visit of a board, without its postings' own pages."""
    spider = platform(board.source)((), keep_all=False)
    if isinstance(spider, CareerSiteSpider):
        spider.most_pages = SAMPLE_PAGES
    try:
        request = spider.first_request(board)
    except Unreadable as error:
        return BoardVisit(board, utc_now(), error.outcome, detail=error.detail)
    return await spider.visit(board, request, spider.read, fetch, utc_now)


async def _without_platform(url: str, pages: list[Response], fetch: Fetch, tried: list[str]) -> Finding:
    """No platform's address: the site's own markup, or the reason why nothing can be read."""
    if not pages:
        return Finding(url, reason="the page cannot be read", tried=tuple(tried))
    name = next(filter(None, (unsupported_in(source_of(page)) for page in pages)), None)
    if name:
        return Finding(url, reason=f"{name} is a platform that has no spider yet", tried=tuple(tried))
    board = Board("career_site", pages[0].url)
    visit = await look_at(board, fetch)
    if visit.postings:
        return Finding(url, board, len(visit.postings), ("the site's own markup",), tried=tuple(tried))
    tried.append(f"career_site:{pages[0].url}: {visit.outcome}{f': {visit.detail}' if visit.detail else ''}")
    shell = all(is_shell(source_of(page)) for page in pages)
    reason = (
        "needs_rendering: the page is empty before a browser has run it" if shell else "no board and no markup found"
    )
    return Finding(url, reason=reason, tried=tuple(tried))


def evidence(url: str, pages: list[Response], visit: BoardVisit) -> tuple[str, ...]:
    """What ties the board to the page's owner: its name, its domain, or a posting's text that names it."""
    host = (urlsplit(url).hostname or "").removeprefix("www.")
    label = next((part for part in host.split(".") if part not in ("careers", "jobs", "career", "www")), "")
    found = []
    names = {posting.employer for posting in visit.postings if posting.employer}
    words = " ".join(visible_text(tree_of(source_of(page)))[:5000] for page in pages).casefold()
    found += [f"employer {name!r} is named on the page" for name in sorted(names) if name.casefold() in words][:1]
    if any(host and host in (posting.url or "") for posting in visit.postings):
        found.append(f"postings link to {host}")
    squeezed = re.sub(r"[^a-z0-9]", "", visit.board.token.casefold())
    if len(label) > 3 and (label in squeezed or squeezed in label):
        found.append(f"the token resembles {host}")
    if len(label) > 3 and any(label in (posting.description_html or "").casefold() for posting in visit.postings[:20]):
        found.append(f"postings name {label!r}")
    return tuple(found)
