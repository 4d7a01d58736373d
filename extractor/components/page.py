"""A posting as the fact readers see it: title, text, place, lines, and one plain copy of each for matching."""

from __future__ import annotations

import bisect
import re
from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import Literal, Protocol

REQUIRED: Literal["required"] = "required"
PREFERRED: Literal["preferred"] = "preferred"
SILENT_SECTIONS = frozenset({"company", "benefits", "equal_opportunity", "application"})
"""Where a posting speaks of itself: what is named there is not asked of anybody unless the sentence says so."""

_BREAK = re.compile(r"[.!?](?=\s|$)|[\n;•·●▪■]")
_BREAK_OF_ONE_LINE = re.compile(_BREAK.pattern + r"|\s[-*]\s(?=[a-z])")
"""Postings that lost their line ends: there a dash between blanks begins a list item."""
_ABBREVIATION = re.compile(
    r"\b(?:[a-z]\.[a-z]|ph(?:\.\s?d)?|[bm](?:\.\s?[a-z]{1,4})?|incl|min|max|approx|vs|yrs?|sr|jr|dr|comp|sci)$"
)


class Line(Protocol):
    """What the section reader says of one line; offsets are characters into the text."""

    @property
    def start(self) -> int: ...
    @property
    def end(self) -> int: ...
    @property
    def section(self) -> str: ...
    @property
    def is_heading(self) -> bool: ...


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


_LETTERS = bytes(byte if chr(byte) in "abcdefghijklmnopqrstuvwxyz" else 32 for byte in range(256))
_START_OF_WORD = re.compile(r"(?<![a-z])[a-z]{1,4}")


class Anchors:
    """Literals (plain, lower case) that are looked for in each posting; absent ones cost next to nothing."""

    def __init__(self, *literals: str) -> None:
        self.by_start: dict[str, list[tuple[str, frozenset[str]]]] = {}
        """A start of a word that the literal needs -> the literal and all the starts that it needs."""
        self.unbound: list[str] = []
        """Literals that tell nothing of how words start."""
        for literal in literals:
            needed = _starts_in(literal)
            if needed:
                self.by_start.setdefault(max(needed, key=lambda start: (len(start), start)), []).append(
                    (literal, needed)
                )
            else:
                self.unbound.append(literal)

    def in_text(self, starts: frozenset[str]) -> list[str]:
        """The literals that a text with these starts of words may hold, in alphabetical order."""
        likely = [
            literal
            for start in self.by_start.keys() & starts
            for literal, needed in self.by_start[start]
            if needed <= starts
        ]
        return sorted(likely + self.unbound)


def _starts_in(literal: str) -> frozenset[str]:
    """Starts of words that a text with the literal must have; a short last word may go on, so it says nothing."""
    starts = [(match[0], match.end()) for match in _START_OF_WORD.finditer(literal)]
    return frozenset(start for start, end in starts if len(start) == 4 or (len(start) < 4 and end < len(literal)))


def find_all(text: str, needle: str, step: int = 1) -> Iterator[int]:
    """Every place of a literal in a text: cheaper by far than a regular expression for rare words."""
    at = text.find(needle)
    while at >= 0:
        yield at
        at = text.find(needle, at + step)


class Page:
    """One posting; what readers share is worked out once, when first asked for."""

    def __init__(self, title: str, text: str, location: str | None = None, lines: Sequence[Line] = ()) -> None:
        self.title = title
        self.text = text
        self.location = location or ""
        self.lines = lines

    @cached_property
    def plain(self) -> str:
        """The text for matching; same offsets as the text."""
        return plain(self.text)

    @cached_property
    def plain_title(self) -> str:
        """The title for matching."""
        return plain(self.title)

    @cached_property
    def word_starts(self) -> frozenset[str]:
        """The first letters (at most four) of every word in the text."""
        letters = self.plain.encode("ascii", "replace").translate(_LETTERS).decode("ascii")
        return frozenset([word[:4] for word in set(letters.split())])

    def has_word(self, *words: str) -> bool:
        """Whether one of these words of at most three letters stands in the text."""
        return not self.word_starts.isdisjoint(words)

    def places(self, anchors: Anchors, step: int = 0) -> Iterator[int]:
        """Where the anchors stand, anchor by anchor; after a hit at least `step` characters are skipped."""
        for literal in anchors.in_text(self.word_starts):
            yield from find_all(self.plain, literal, step or len(literal))

    @cached_property
    def _starts(self) -> list[int]:
        return [line.start for line in self.lines]

    def section(self, position: int) -> str:
        """Label of the section that a character of the text is in; `other` where nobody says."""
        index = bisect.bisect_right(self._starts, position) - 1
        return self.lines[index].section if index >= 0 else "other"

    def sentence(self, start: int, end: int, reach: int = 400) -> tuple[int, int]:
        """Bounds of the sentence or list item around a span, at most `reach` characters each way."""
        text = self.plain
        low, high = max(0, start - reach), min(len(text), end + reach)
        left = low
        breaks = _BREAK if text.find("\n", low, high) >= 0 else _BREAK_OF_ONE_LINE
        for stop in breaks.finditer(text, low, start):
            if not _is_abbreviation(text, stop):
                left = stop.end()
        for stop in breaks.finditer(text, end, high):
            if not _is_abbreviation(text, stop):
                high = stop.start()
                break
        return left, high


def _is_abbreviation(text: str, stop: re.Match[str]) -> bool:
    at = stop.start()
    return text[at] == "." and _ABBREVIATION.search(text, max(0, at - 8), at) is not None
