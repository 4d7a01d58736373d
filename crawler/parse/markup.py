"""HTML as sources hand it over: escaped once too often, or in several sections that belong together."""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_TAG = re.compile(r"</?[a-zA-Z][^<>]*>")
_ESCAPED_TAG = re.compile(r"&lt;/?[a-zA-Z]")


def unescaped(source: str) -> str:
    """HTML whose markup itself was escaped (`&lt;p&gt;`), unescaped once; anything else as it is.

    Once only: `&amp;lt;` inside of the text stays the text `&lt;`. A line or two of real markup that an aggregator
    has put around escaped markup changes nothing.
    """
    if "&lt;" not in source:
        return source
    escaped = len(_ESCAPED_TAG.findall(source))
    return html.unescape(source) if escaped > len(_TAG.findall(source)) else source


def with_line_ends(source: str) -> str:
    r"""Text in which somebody wrote `\n` as two characters, with real line ends."""
    return source.replace("\\r\\n", "\n").replace("\\n", "\n") if "\\n" in source and "\n" not in source else source


def sections(parts: Iterable[tuple[str | None, str | None]]) -> str | None:
    """One HTML text of (heading, body) pairs; the heading of an empty body is left out. None where all are empty."""
    kept = [
        f"<h3>{html.escape(heading.strip(), quote=False)}</h3>\n{body}" if heading and heading.strip() else body
        for heading, body in parts
        if body and body.strip()
    ]
    return "\n".join(kept) or None
