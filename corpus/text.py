"""From a posting's HTML to the text that is stored, searched and read."""

from __future__ import annotations

import hashlib
import re

from lxml import etree, html

BLOCKS = frozenset(
    "address article aside blockquote dd details div dl dt figcaption figure footer form h1 h2 h3 h4 h5 h6 header hr "
    "main nav ol p pre section summary table tbody td tfoot th thead tr ul".split()
)
SKIPPED = frozenset("script style head noscript template svg iframe object".split())
_SPACES = re.compile(r"[^\S\n]+")
_BLANK_LINES = re.compile(r"\n{3,}")


def html_to_text(source: str) -> str:
    """The visible text of an HTML fragment: one line a block, `- ` before list items, no markup.

    Never raises; what is no HTML comes back as it is, with its white space tidied.
    """
    if "<" not in source and "&" not in source:
        return tidy(source)
    try:
        root = html.fragment_fromstring(_encodable(source), create_parent="div")
    except (etree.LxmlError, ValueError, AssertionError):
        return tidy(re.sub(r"<[^>]*>", " ", source))
    parts: list[str] = []
    _walk(root, parts)
    return tidy("".join(parts))


def _encodable(source: str) -> str:
    """Without the control characters and lone surrogates that lxml refuses."""
    return re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]", " ", source)


def _walk(root: html.HtmlElement, parts: list[str]) -> None:
    """Depth first without recursion: postings nest deeper than Python's stack."""
    for event, node in etree.iterwalk(root, events=("start", "end", "comment", "pi")):
        if event in ("comment", "pi"):
            parts.append(node.tail or "")
            continue
        tag = node.tag if isinstance(node.tag, str) else ""
        if tag in SKIPPED:
            if event == "end":
                parts.append(node.tail or "")
            else:
                node.clear(keep_tail=True)
            continue
        if event == "start":
            parts.append(_opening(tag))
            parts.append((node.text or "").replace("\n", "\n" if tag == "pre" else " "))
        else:
            parts.append(_closing(tag))
            parts.append((node.tail or "").replace("\n", " "))


def _opening(tag: str) -> str:
    if tag == "li":
        return "\n- "
    if tag == "br":
        return "\n"
    return "\n" if tag in BLOCKS else ""


def _closing(tag: str) -> str:
    if tag in ("td", "th"):
        return "\t"
    if tag in ("p", "ul", "ol", "h1", "h2", "h3", "h4", "h5", "h6"):
        return "\n\n" if tag != "p" else "\n"
    return "\n" if tag in BLOCKS else ""


def tidy(text: str) -> str:
    """Line ends as `\\n`, runs of blanks as one, no blanks at line ends, at most one empty line in a row."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\u00ad", "")
    lines = [_SPACES.sub(" ", line).strip() for line in text.split("\n")]
    joined: list[str] = []
    marker = ""
    for line in lines:
        if line == "-":  # a list item whose text is in a block of its own
            marker = "- "
            continue
        if line and marker:
            line, marker = marker + line.removeprefix("- "), ""
        elif line:
            marker = ""
        elif marker:
            continue
        joined.append(line)
    return _BLANK_LINES.sub("\n\n", "\n".join(joined)).strip("\n")


def fingerprint(*parts: str | None) -> str:
    """SHA-256 of the parts, hexadecimal; white space and letter case do not count."""
    joined = "\x1f".join(" ".join((part or "").casefold().split()) for part in parts)
    return hashlib.sha256(joined.encode("utf-8", "surrogatepass")).hexdigest()
