"""A posting as the fact readers see it: title, text, place, lines, and one plain copy of each for matching."""

from __future__ import annotations

import bisect
import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from itertools import chain
from typing import Literal, NamedTuple, Protocol

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
    r"\b(?:[a-z]\.[a-z]|ph(?:\.\s?d)?|[bm](?:\.\s?[a-z]{1,4})?|incl|min|max|approx|vs|yrs?|sr|jr|dr|comp|sci)$"
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


_LETTERS = bytes(byte if chr(byte) in "abcdefghijklmnopqrstuvwxyz" else 32 for byte in range(256))
_WORD = re.compile(r"[a-z]+")


class _Signs(dict[str, tuple[str, ...]]):
    """Word -> what any `Anchors` know of it: `year` and `ye*` of a word `year`. Most words tell nothing.

    A memory of the words that were met, so that each text costs one look per word.
    """

    def __init__(self) -> None:
        super().__init__()
        self._known: set[str] = set()
        self._lengths: list[int] = []

    def learn(self, signs: Iterable[str]) -> None:
        """Tell these signs apart from now on."""
        self._known.update(signs)
        self._lengths = sorted({len(sign) - 1 for sign in self._known if sign.endswith("*")})
        self.clear()

    def __missing__(self, word: str) -> tuple[str, ...]:
        starts = (f"{word[:length]}*" for length in self._lengths if length <= len(word))
        signs = tuple(sign for sign in (word, *starts) if sign in self._known)
        if len(self) > _MOST_REMEMBERED:
            self.clear()
        self[word] = signs
        return signs


_MOST_REMEMBERED = 100_000
_SIGNS = _Signs()


class Vocabulary(NamedTuple):
    """The words of a text, and the signs of anchors among them: what a cheap look goes by."""

    whole: frozenset[str]
    signs: frozenset[str]


class Anchors:
    """Literals (plain, lower case) that are looked for in each posting; absent ones cost next to nothing.

    They are made when modules are loaded, before anything is read.
    """

    def __init__(self, *literals: str, whole: bool = False) -> None:
        """A literal begins a word, and its end may be within one; with `whole` it ends a word as well."""
        self.unbound: list[str] = []
        """Literals that tell nothing of the words around them."""
        self._by_key: dict[str, list[tuple[str, frozenset[str]]]] = {}
        for literal in literals:
            need = _needs(literal, whole=whole)
            if need:
                self._by_key.setdefault(max(need, key=lambda sign: (len(sign), sign)), []).append((literal, need))
            else:
                self.unbound.append(literal)
        self._keys = frozenset(self._by_key)
        _SIGNS.learn(sign for rows in self._by_key.values() for _, need in rows for sign in need)

    def likely(self, words: Vocabulary) -> list[str]:
        """The literals that a text of these words may hold, in alphabetical order."""
        found = [
            literal for key in self._keys & words.signs for literal, need in self._by_key[key] if need <= words.signs
        ]
        return sorted([*found, *self.unbound])


def _needs(literal: str, *, whole: bool) -> frozenset[str]:
    """Signs that a text with the literal must have: its words, the last as a beginning unless it is `whole`."""
    spans = [match.span() for match in _WORD.finditer(literal)]
    return frozenset(
        literal[start:end] if whole or end < len(literal) else f"{literal[start:end]}*" for start, end in spans
    )


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
    def vocabulary(self) -> Vocabulary:
        """The words of the text."""
        letters = self.plain.encode("ascii", "replace").translate(_LETTERS).decode("ascii")
        whole = frozenset(letters.split())
        return Vocabulary(whole, frozenset(chain.from_iterable(map(_SIGNS.__getitem__, whole))))

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
