"""Any career site: robots.txt names the sitemaps, the sitemaps the pages, and each page marks up its posting."""

from __future__ import annotations

import re
import zlib
from collections import deque
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

from attrs import evolve
from lxml import etree
from scrapy.http import Request

from corpus.records import Posting
from crawler.html_boards import is_shell, marked_up, source_of, tree_of, visible_text
from crawler.rows import children, follow, seen_at, text_of
from crawler.spiders.base import BoardSpider, Fetch, Reading, Unreadable

if TYPE_CHECKING:
    from scrapy.http import Response

    from corpus.records import Board

MOST_SITEMAPS = 50
MOST_PAGES = 2_000
LARGEST_SITEMAP = 60_000_000
"""Bytes after unpacking; the protocol allows 50 MB."""
WORDS = (
    r"jobs?|careers?|vacanc(?:y|ies)|vacatures?|openings?|positions?|opportunit(?:y|ies)|roles?|karriere|stellen?|"
    r"stellenangebote?|stellenanzeigen?|emplois?|offres?(?:-d-?emploi)?|empleos?|ofertas?|vagas?|lavoro|posizioni|"
    r"praca|oferty|jobb|stillinger|ledige|tyopaikat|recrut(?:ement|amento)?|requisitions?"
)
_WORD = re.compile(rf"(?:^|[-_.])(?:{WORDS})(?:$|[-_.])", re.IGNORECASE)
_NONE_OPEN = re.compile(
    r"\b(?:no|not any|0|zero) (?:\w+ ){0,2}(?:openings?|positions?|vacanc(?:y|ies)|jobs|roles|opportunities)\b"
    r"|keine (?:\w+ ){0,2}(?:stellen|jobs|vakanzen)|aucun(?:e)? (?:\w+ ){0,2}(?:poste|offre)"
    r"|geen (?:\w+ ){0,2}vacatures|no hay (?:\w+ ){0,2}(?:vacantes|ofertas|empleos)|inga (?:\w+ ){0,2}(?:tjänster|jobb)"
    r"|nessuna (?:\w+ ){0,2}posizione"
    r"|(?:not|nicht|pas) (?:currently |presently |right now )?(?:hiring|recruiting)",
    re.IGNORECASE,
)
_NEVER = re.compile(
    r"/(?:blog|news|press|tags?|categor(?:y|ies)|authors?|events?|privacy|benefits|locations?|teams?|departments?)(?:/|$)"
    r"|\.(?:pdf|jpe?g|png|svg|css|js|zip)$",
    re.IGNORECASE,
)


class CareerSiteSpider(BoardSpider):
    """A career site that marks up its postings for search engines; the token is its host, or the address of a page."""

    platform = "career_site"
    title = "Career sites"
    kind = "career_site"
    homepage = "https://schema.org/JobPosting"
    terms = "Markup that employers publish for search engines; robots.txt of each host decides."
    one_slot = False
    delay = 1.0
    most_pages = MOST_PAGES

    def first_request(self, board: Board) -> Request:
        """The page that people open; what it looks like tells a site without jobs from one that needs a browser."""
        return Request(_home(board))

    async def read(self, board: Board, response: Response, fetch: Fetch) -> Reading:
        """Find the pages of postings and read the markup of each."""
        home = _home(board) if board.api_base else response.url  # a copy's links are still the site's own
        pages = await _pages_of(home, response, fetch)
        postings, rejects = marked_up(board, response, address=home)
        empty = failed = 0
        for page in pages[: self.most_pages]:
            reply = await _page(home, page, fetch)
            if isinstance(reply, Unreadable):
                # a sitemap may be a day behind and robots.txt may keep pages back; other failures leave a gap
                failed += reply.outcome not in ("gone_404", "robots_denied")
                continue
            found, aside = marked_up(board, reply, address=page if board.api_base else None)
            postings += found
            rejects += aside
            empty += not found
        if not postings:
            _explain(response, empty)
        current = [posting for posting in postings if not _is_over(posting, seen_at(response))]
        return Reading(_distinct(current), is_truncated=bool(failed) or len(pages) > self.most_pages, rejects=rejects)


def _explain(response: Response, empty: int) -> None:
    """Say why a site gave nothing; empty is only what says so itself."""
    source = source_of(response)
    if empty:
        what = f"{empty} pages that look like postings hold no markup before a browser has run them"
        raise Unreadable(what, "needs_rendering")
    if is_shell(source):
        raise Unreadable("the page holds nothing before a browser has run it", "needs_rendering")
    if not _NONE_OPEN.search(visible_text(tree_of(source))):
        raise Unreadable("no markup of postings, and nothing that says that there are none")


def _home(board: Board) -> str:
    return board.token if "//" in board.token else f"https://{board.token}/"


def _is_over(posting: Posting, seen: str | None) -> bool:
    """`validThrough` in the past is schema.org's way to close a posting."""
    return seen is not None and posting.valid_through is not None and posting.valid_through < seen[:10]


def _distinct(postings: list[Posting]) -> list[Posting]:
    """One posting an id; an id that stands for several titles is none, and the address takes its place."""
    titles: dict[str, set[str]] = {}
    for posting in postings:
        titles.setdefault(posting.external_id, set()).add(posting.title)
    named = [
        evolve(posting, external_id=posting.url or posting.external_id)
        if len(titles[posting.external_id]) > 1
        else posting
        for posting in postings
    ]
    return list({posting.external_id: posting for posting in reversed(named)}.values())[::-1]


async def _pages_of(home: str, response: Response, fetch: Fetch) -> list[str]:
    """Addresses on the site that look like postings: from its sitemaps, else from the links of its page."""
    found: dict[str, None] = {}
    waiting = deque(await _sitemaps(home, fetch))
    asked: set[str] = set()
    while waiting and len(asked) < MOST_SITEMAPS:
        address = waiting.popleft()
        if address in asked:
            continue
        asked.add(address)
        reply = await _page(home, address, fetch)
        if isinstance(reply, Unreadable):
            continue
        more, pages = read_sitemap(reply.body)
        waiting += [url for url in more if _same_site(url, home)]
        found |= dict.fromkeys(url for url in pages if looks_like_posting(url) and _same_site(url, home))
    if not found:
        found = dict.fromkeys(_links(home, response))
    found.pop(home, None)
    return list(found)


async def _sitemaps(home: str, fetch: Fetch) -> list[str]:
    reply = await _page(home, "/robots.txt", fetch)
    if isinstance(reply, Unreadable) and reply.outcome == "robots_denied":
        raise reply
    robots = "" if isinstance(reply, Unreadable) else source_of(reply)
    return re.findall(r"(?im)^\s*sitemap\s*:\s*(\S+)", robots) or [urljoin(home, "/sitemap.xml")]


async def _page(home: str, address: str, fetch: Fetch) -> Response | Unreadable:
    """One page of the site, or why it cannot be had; a refusal is raised, for it ends the look at the site."""
    request = follow(home, address)
    if request is None:
        return Unreadable(f"{address[:80]!r} is no address", "gone_404")
    try:
        return await fetch(request)
    except Unreadable as error:
        if error.outcome in ("throttled", "blocked"):
            raise
        return error


def read_sitemap(body: bytes) -> tuple[list[str], list[str]]:
    """The further sitemaps and the pages that a sitemap names; nothing of what is no sitemap. Gzip is unpacked."""
    if body[:2] == b"\x1f\x8b":
        try:
            body = zlib.decompressobj(wbits=31).decompress(body, LARGEST_SITEMAP)
        except zlib.error:
            return [], []
    try:
        root = etree.fromstring(body.strip(), etree.XMLParser(resolve_entities=False, no_network=True, recover=True))
    except (etree.XMLSyntaxError, ValueError):
        return [], []
    if root is None:
        return [], []
    maps = [text_of("".join(map(str, loc.itertext()))) for loc in children(root, "sitemap", "loc")]
    pages = [text_of("".join(map(str, loc.itertext()))) for loc in children(root, "url", "loc")]
    return [url for url in maps if url], [url for url in pages if url]


def looks_like_posting(url: str) -> bool:
    """Whether an address is that of one posting: a word for jobs in its path, and something after it."""
    try:
        path = urlsplit(url).path
    except ValueError:
        return False
    segments = [segment for segment in path.split("/") if segment]
    if _NEVER.search(path):
        return False
    for number, segment in enumerate(segments):
        if _WORD.search(segment):
            rest = segments[number + 1 :]
            return bool(rest) or re.search(r"\d{3,}", segment) is not None
    return False


def _links(home: str, response: Response) -> list[str]:
    links = []
    for element in tree_of(source_of(response)).iter("a"):
        try:
            links.append(urljoin(home, element.get("href") or "").split("#")[0])
        except ValueError:
            continue
    return [link for link in links if looks_like_posting(link) and _same_site(link, home)]


def _same_site(url: str, home: str) -> bool:
    """The same host, or one below the other."""
    try:
        first, second = urlsplit(url).hostname or "", urlsplit(home).hostname or ""
    except ValueError:
        return False
    first, second = first.removeprefix("www."), second.removeprefix("www.")
    return bool(first) and (first == second or first.endswith(f".{second}") or second.endswith(f".{first}"))
