"""From a posting's HTML to the text that is stored, searched and read."""

from __future__ import annotations

import contextlib
import hashlib
import html
import re
from typing import TYPE_CHECKING

from lxml import etree

if TYPE_CHECKING:
    from collections.abc import Iterator

BLOCKS = frozenset(
    "address article aside blockquote dd details div dl dt figcaption figure footer form h1 h2 h3 h4 h5 h6 header hr "
    "main nav ol p pre section summary table tbody td tfoot th thead tr ul".split()
)
SKIPPED = frozenset("script style head noscript template svg iframe object".split())
_LONE_MARKER = re.compile(r"\n-\n+(?=[^-\n])")
"""A list item whose text is in a block of its own."""
_REFUSED = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
"""Control characters and lone surrogates that lxml refuses."""
_TAG = re.compile(r"<(script|style).*?</\1>|<[^>]*>", re.DOTALL | re.IGNORECASE)
_PARSER = etree.HTMLParser(remove_comments=True, remove_pis=True)
_ODD_BLANK = re.compile(r"[^\S\n ]")


def html_to_text(source: str) -> str:
    """The visible text of an HTML fragment: one line a block, `- ` before list items, no markup.

    Never raises; what lxml cannot read (or loses: it stops 256 levels down) comes back without its tags.
    """
    if "<" not in source and "&" not in source:
        return tidy(source)
    parts: list[str] = []
    with contextlib.suppress(etree.LxmlError, ValueError):
        root = etree.HTML(_REFUSED.sub(" ", source), _PARSER)
        if root is not None:
            _walk(root, parts)
    return tidy("".join(parts)) or tidy(html.unescape(_TAG.sub(" ", source)))


def without_markup(source: str) -> str:
    """The words of an HTML fragment in one line, without lists and paragraphs: a third of the work, never raises."""
    plain = _TAG.sub(" ", source)
    return " ".join((html.unescape(plain) if "&" in plain else plain).replace("\u00ad", "").split())


def _walk(node: etree._Element, parts: list[str]) -> None:
    """Depth first; libxml2 refuses markup that nests deeper than 256, so recursion is safe."""
    if node.text:
        parts.append(node.text if node.tag == "pre" else node.text.replace("\n", " "))
    for child in node:
        tag = child.tag if isinstance(child.tag, str) else ""
        if tag and tag not in SKIPPED:
            before, after = _BREAKS.get(tag, ("", ""))
            parts.append(before)
            _walk(child, parts)
            parts.append(after)
        if child.tail:
            parts.append(child.tail.replace("\n", " "))


_BREAKS = dict.fromkeys(BLOCKS, ("\n", "\n")) | dict.fromkeys(("ul", "ol"), ("", "\n\n"))
_BREAKS |= dict.fromkeys(("h1", "h2", "h3", "h4", "h5", "h6"), ("\n\n", "\n"))
_BREAKS |= {"li": ("\n- ", ""), "br": ("\n", ""), "td": ("", "\t"), "th": ("", "\t"), "p": ("\n", "\n\n")}


def tidy(text: str) -> str:
    r"""Line ends as `\n`, runs of blanks as one, list items close together, at most one empty line in a row."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\u00ad", "")
    text = _ODD_BLANK.sub(" ", text)
    while "  " in text:
        text = text.replace("  ", " ")
    text = text.replace(" \n", "\n").replace("\n ", "\n").strip()
    text = _LONE_MARKER.sub("\n- ", "\n" + text)
    pieces = [piece.strip("\n") for piece in text.split("\n\n")]
    return "".join(_with_gaps([piece for piece in pieces if piece]))


def _with_gaps(pieces: list[str]) -> Iterator[str]:
    """Pieces of text with what comes between them: an empty line, but none between two list items."""
    after_item = False
    for number, piece in enumerate(pieces):
        if number:
            yield "\n" if after_item and piece.startswith("- ") else "\n\n"
        yield piece
        after_item = piece.startswith("- ", piece.rfind("\n") + 1)


def normal(text: str | None) -> str:
    """A text without what does not count: white space and letter case."""
    return " ".join((text or "").casefold().split())


def fingerprint(*parts: str | None) -> str:
    """SHA-256 of the parts, hexadecimal; white space and letter case do not count."""
    return fingerprint_of(*map(normal, parts))


def fingerprint_of(*parts: str) -> str:
    """The same of parts that are `normal`."""
    return hashlib.sha256("\x1f".join(parts).encode("utf-8", "surrogatepass")).hexdigest()
