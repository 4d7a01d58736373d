"""A posting as the fact readers see it: title, text, place, lines, and one plain copy of each for matching."""

from __future__ import annotations

import bisect
import re
from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import Literal, Protocol

from extractor.components.anchors import Anchors, Standing, scan

REQUIRED: Literal["required"] = "required"
PREFERRED: Literal["preferred"] = "preferred"
SILENT_SECTIONS = frozenset({"company", "benefits", "equal_opportunity", "application"})
"""Where a posting speaks of itself: what is named there is not asked of anybody unless the sentence says so."""

_BREAK = re.compile(
    r"[.!?](?=\s|$)|[\n;•·●▪■]"
    r"|(?<=[a-z)])[.!?](?=\d{1,2}\s?\+?(?:\s?-\s?\d{1,2}\s?\+?)?\s?(?:years|yrs))"
)
"""The last: sentences that lost the blank between them, as in `field.5+ years`."""
_BREAK_OF_ONE_LINE = re.compile(_BREAK.pattern + r"|\s[-*]\s(?=[a-z])")
"""Postings that lost their line ends: there a dash between blanks begins a list item."""
_ABBREVIATION = re.compile(
    r"(?:ph\.\s?d|[bm]\.[as])$|\b(?:[a-z]\.[a-z]|phd?|[bm](?:\.\s?[a-z]{1,4})?|incl|min|max|approx|vs|yrs?|sr|jr|dr|comp|sci)$"
)


_NEAR = 120
"""Characters: sentence ends are looked for this far back before the rest."""


class Line(Protocol):
    """What the section reader says of one line; offsets are characters into the text."""

    @property
    def start(self) -> int:
        """First character."""

    @property
    def end(self) -> int:
        """One past the last character."""

    @property
    def section(self) -> str:
        """Label of its section."""

    @property
    def is_heading(self) -> bool:
        """Whether it names a section."""


def plain(text: str) -> str:
    """`text` in lower case with ASCII quotes, dashes and blanks, character for character: offsets stay."""
    lowered = text.lower()
    if len(lowered) != len(text):  # a few letters (İ) grow in lower case
        lowered = "".join(low if len(low := character.lower()) == 1 else character for character in text)
    if lowered.isascii():
        return lowered
    for odd, common in (("’", "'"), ("‘", "'"), ("´", "'"), ("–", "-"), ("—", "-"), ("‑", "-"), ("‐", "-"), ("−", "-")):
        lowered = lowered.replace(odd, common)
    return (
        lowered.replace("\xa0", " ").replace("\u202f", " ").replace("\u2009", " ").replace("“", '"').replace("”", '"')
    )


class Page:
    """One posting; what readers share is worked out once, when first asked for."""

    def __init__(self, title: str, text: str, location: str | None = None, lines: Sequence[Line] = ()) -> None:
        self.title = title
        self.text = text
        self.location = location or ""
        self.lines = lines
        self._sentences: dict[tuple[int, int, int], tuple[int, int]] = {}

    @cached_property
    def plain(self) -> str:
        """The text for matching; same offsets as the text."""
        return plain(self.text)

    @cached_property
    def plain_title(self) -> str:
        """The title for matching."""
        return plain(self.title)

    @cached_property
    def anchored(self) -> dict[Anchors, Standing]:
        """Which anchors stand in the text, with their places."""
        return scan(self.plain)

    def standing(self, anchors: Anchors) -> Standing:
        """The literals of some anchors that stand in the text, in alphabetical order, with their places."""
        return self.anchored.get(anchors, [])

    def places(self, anchors: Anchors, step: int = 0) -> Iterator[int]:
        """Where the anchors stand, literal by literal; of one literal, none within `step` characters of the last."""
        for _, places in self.standing(anchors):
            if not step:
                yield from places
                continue
            reached = -1
            for at in places:
                if at >= reached:
                    yield at
                    reached = at + step

    @cached_property
    def _starts(self) -> list[int]:
        return [line.start for line in self.lines]

    def section(self, position: int) -> str:
        """Label of the section that a character of the text is in; `other` where nobody says."""
        index = bisect.bisect_right(self._starts, position) - 1
        return self.lines[index].section if index >= 0 else "other"

    def sentence(self, start: int, end: int, reach: int = 400) -> tuple[int, int]:
        """Bounds of the sentence or list item around a span, at most `reach` characters each way."""
        known = self._sentences.get((start, end, reach))
        if known is None:
            known = self._sentences[start, end, reach] = _sentence(self.plain, start, end, reach)
        return known


def _sentence(text: str, start: int, end: int, reach: int) -> tuple[int, int]:
    low, high = max(0, start - reach), min(len(text), end + reach)
    left, right = text.rfind("\n", low, start) + 1, text.find("\n", end, high)
    has_lines = left > 0 or right >= 0
    left, right = left or low, right if right >= 0 else high
    breaks = _BREAK if has_lines else _BREAK_OF_ONE_LINE
    left = _last_break(breaks, text, left, start)
    for stop in breaks.finditer(text, end, right):
        if not _is_abbreviation(text, stop):
            return left, stop.start()
    return left, right


def _last_break(breaks: re.Pattern[str], text: str, left: int, start: int) -> int:
    """The end of the last break between `left` and `start`, else `left`; mostly it is near."""
    for near in (max(left, start - _NEAR), left):
        last = -1
        for stop in breaks.finditer(text, near, start):
            if not _is_abbreviation(text, stop):
                last = stop.end()
        if last >= 0 or near == left:
            break
    return max(last, left)


def _is_abbreviation(text: str, stop: re.Match[str]) -> bool:
    at = stop.start()
    return text[at] == "." and _ABBREVIATION.search(text, max(0, at - 8), at) is not None
