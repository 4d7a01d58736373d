"""Splitting text into words for the skill readers, written for speed: lists that C code makes, no loop over all words.

A word is `pytorch`, `c++`, `node.js`, `3.5`, or one other sign. What stands between words is their gap: white space
and hyphens, so that `time-series` and `time series` are the same two words.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from itertools import accumulate
from typing import NamedTuple

_WORD = re.compile(
    r"("
    r"[a-z]++(?![\w+#.])"  # nearly all of them
    r"|\w+(?:\+\+(?![a-z])|\#(?!\w)|\.(?:js|ai|io|net|py|jl)\b|(?:(?<=\d)[.,]\d+)+)?"  # pytorch c++ c# node.js 3.5
    r"|\.net\b"
    r"|[^\w\s\-‐‑‒–—])"
)
"""Splits a text into gap, word, gap, word, …, gap."""
_UNFINISHED = frozenset({",", "and", "or", "including", "with", "of", "the", "in", "as", "for", "&", "/", "using"})


class Words(NamedTuple):
    """The words of some stretches of a text, as parallel lists."""

    folded: list[str]
    """In lower case, with plain quotes."""
    starts: list[int]
    ends: list[int]
    gaps: list[str]
    """What follows each word: white space and hyphens."""
    breaks: set[int]
    """Words after which a line or a stretch ends, where it is not merely wrapped."""
    doubtful: list[tuple[int, int]]
    """From which word up to which a form stands that may be a mere word; filled by who decides it."""

    def is_broken(self, first: int, after: int) -> bool:
        """Whether the words from `first` up to `after` stand on more than one line."""
        return not self.breaks.isdisjoint(range(first, after - 1))


def split(plain: str, stretches: Iterable[tuple[int, int]] | None = None) -> Words:
    """The words of a text in lower case (`page.plain`), or of some stretches of it in ascending order."""
    read = Words([], [], [], [], set(), [])
    for start, end in ((0, len(plain)),) if stretches is None else stretches:
        _add(read, plain, start, end)
    return read


def _add(read: Words, plain: str, start: int, end: int) -> None:
    parts = _WORD.split(plain[start:end])
    if len(parts) == 1:
        return
    bounds = list(accumulate(map(len, parts), initial=start))
    folded, gaps, starts, ends = parts[1::2], parts[2::2], bounds[1:-1:2], bounds[2::2]
    base = len(read.folded)
    for index in _line_ends(plain, starts, ends, end):
        wrapped = gaps[index].strip(" ") == "\n" and folded[index] in _UNFINISHED
        if not wrapped:
            read.breaks.add(base + index)
    read.folded.extend(folded)
    read.gaps.extend(gaps)
    read.starts.extend(starts)
    read.ends.extend(ends)
    read.breaks.add(len(read.folded) - 1)


def _line_ends(plain: str, starts: list[int], ends: list[int], end: int) -> Iterator[int]:
    """Each word that a line ends behind."""
    at = plain.find("\n", starts[0], end)
    while at >= 0:
        index = bisect_right(ends, at) - 1
        yield index
        at = plain.find("\n", starts[index + 1], end) if index + 1 < len(starts) else -1
