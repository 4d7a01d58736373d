"""A posting as the fact readers see it: title, text, place, lines, and one plain copy of each for matching."""

from __future__ import annotations

import bisect
import re
from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import Literal, NamedTuple, Protocol

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


_LETTERS = bytes(byte if chr(byte) in "abcdefghijklmnopqrstuvwxyz" else 32 for byte in range(256))
_WORD = re.compile(r"[a-z]+")


class Vocabulary(NamedTuple):
    """The words of a text, whole and by their first letters (at most four): what a cheap look goes by."""

    whole: frozenset[str]
    starts: frozenset[str]


class Anchors:
    """Literals (plain, lower case) that are looked for in each posting; absent ones cost next to nothing."""

    def __init__(self, *literals: str, whole: bool = False) -> None:
        """With `whole` the literals begin and end with whole words; else their first and last may be parts of words."""
        self.unbound: list[str] = []
        """Literals that tell nothing of the words around them."""
        self._is_whole = whole
        self._by_key: dict[str, list[tuple[str, Vocabulary]]] = {}
        for literal in literals:
            need = Vocabulary(frozenset(_WORD.findall(literal)), frozenset()) if whole else _needs(literal)
            keys = need.whole if whole else need.starts
            if keys:
                self._by_key.setdefault(max(keys, key=lambda key: (len(key), key)), []).append((literal, need))
            else:
                self.unbound.append(literal)
        self._keys = frozenset(self._by_key)

    def likely(self, words: Vocabulary) -> list[str]:
        """The literals that a text of these words may hold, in alphabetical order."""
        found = [
            literal
            for key in self._keys & (words.whole if self._is_whole else words.starts)
            for literal, need in self._by_key[key]
            if need.starts <= words.starts and need.whole <= words.whole
        ]
        return sorted([*found, *self.unbound])


def _needs(literal: str) -> Vocabulary:
    """Words that a text with the literal must have. The first and the last may be parts of longer ones."""
    spans = [match.span() for match in _WORD.finditer(literal)]
    ended = [(start, end) for start, end in spans if end < len(literal)]
    whole = [literal[start:end] for start, end in ended if start > 0]
    starts = [literal[start:end][:4] for start, end in spans if end - start >= 4 or (start, end) in ended]
    return Vocabulary(frozenset(whole), frozenset(starts))


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
    def vocabulary(self) -> Vocabulary:
        """The words of the text."""
        letters = self.plain.encode("ascii", "replace").translate(_LETTERS).decode("ascii")
        whole = frozenset(letters.split())
        return Vocabulary(whole, frozenset([word[:4] for word in whole]))

    def has_word(self, *words: str) -> bool:
        """Whether one of these words stands in the text."""
        return not self.vocabulary.whole.isdisjoint(words)

    def places(self, anchors: Anchors, step: int = 0) -> Iterator[int]:
        """Where the anchors stand, anchor by anchor; after a hit at least `step` characters are skipped."""
        for literal in anchors.likely(self.vocabulary):
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
        left, right = text.rfind("\n", low, start) + 1, text.find("\n", end, high)
        has_lines = left > 0 or right >= 0
        left, right = left or low, right if right >= 0 else high
        breaks = _BREAK if has_lines else _BREAK_OF_ONE_LINE
        for stop in breaks.finditer(text, left, start):
            if not _is_abbreviation(text, stop):
                left = stop.end()
        for stop in breaks.finditer(text, end, right):
            if not _is_abbreviation(text, stop):
                return left, stop.start()
        return left, right


def _is_abbreviation(text: str, stop: re.Match[str]) -> bool:
    at = stop.start()
    return text[at] == "." and _ABBREVIATION.search(text, max(0, at - 8), at) is not None
