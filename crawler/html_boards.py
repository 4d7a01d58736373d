"""What spiders over HTML pages share: the parsed page, its visible text, the postings in its markup."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from lxml import etree, html

from corpus.records import Posting, Reject
from crawler.outcomes import Unreadable
from crawler.parse.jsonld import job_postings
from crawler.rows import LONGEST_RAW, Unusable, text_of
from crawler.schema_org import posting_of

if TYPE_CHECKING:
    from scrapy.http import Response

    from corpus.records import Board

UNREADABLE = "JSON-LD that no repair could read"
"""Reason of a reject; a gate counts them."""
LITTLE_TEXT = 250
"""Characters; a page with less and with scripts is a shell that a browser would fill."""
_PLACEHOLDER = re.compile(r"\{\{[^{}]{1,80}\}\}|\{\$ [^{}]{1,80} \$\}")
"""`{{ job.title }}`: a template that a script would fill."""
_SHELL = re.compile(
    r"""id=["'](?:root|app|__next|__nuxt|main-app|q-app)["']|enable javascript|ng-version""", re.IGNORECASE
)


def source_of(response: Response) -> str:
    """The text of a page, whatever its headers say about it."""
    text = getattr(response, "text", None)
    return text if isinstance(text, str) else response.body.decode("utf-8", "replace")


def tree_of(source: str) -> html.HtmlElement:
    """The parsed page; `Unreadable` where there is nothing to parse."""
    cleaned = re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]", " ", source)
    try:
        return html.document_fromstring(re.sub(r"^\s*<\?xml[^>]*\?>", "", cleaned))
    except (etree.LxmlError, ValueError, AssertionError) as error:
        raise Unreadable("an empty page instead of HTML") from error


def visible_text(element: html.HtmlElement) -> str:
    """The text that a reader without scripts sees, in one line."""
    parts = element.xpath(".//text()[not(ancestor::script|ancestor::style|ancestor::noscript|ancestor::template)]")
    return " ".join(" ".join(map(str, parts)).split())


def is_shell(source: str) -> bool:
    """Whether a page holds next to no text before a browser has run its scripts."""
    if "<script" not in source and not _SHELL.search(source):
        return False
    body = re.sub(r"(?is)<head\b.*?</head>", " ", source)
    try:
        text = visible_text(tree_of(body))
        return len(text) < LITTLE_TEXT or _PLACEHOLDER.search(text) is not None
    except Unreadable:
        return True


def marked_up(
    board: Board, response: Response, external_id: str | None = None, address: str | None = None
) -> tuple[list[Posting], list[Reject]]:
    """The postings in a page's JSON-LD, microdata or RDFa, and what could not be read of it.

    `address` is the page's own where `api_base` stands in for it.
    """
    found = job_postings(source_of(response))
    rejects = [Reject(UNREADABLE, response.url)] * found.unparseable
    postings: list[Posting] = []
    for node in found.postings:
        try:
            postings.append(posting_of(board, node, address or response.url, external_id))
        except Unusable as error:
            rejects.append(Reject(str(error), str(node)[:LONGEST_RAW]))
    return postings, rejects


def first_text(element: html.HtmlElement, path: str) -> str | None:
    """The text of the first element at an XPath that has some."""
    return next(filter(None, map(words_of, element.xpath(path))), None)


def words_of(element: html.HtmlElement) -> str | None:
    """An element's text, with a blank where markup parts two words."""
    return text_of(" ".join(map(str, element.itertext())))
