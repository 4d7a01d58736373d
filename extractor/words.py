"""Splitting text into words for the skill readers, written for speed: lists that C code makes, no loop over all words.

A word is `pytorch`, `c++`, `node.js`, `3.5`, or one other sign. What stands between words is their gap: white space
and hyphens, so that `time-series` and `time series` are the same two words.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import accumulate
from operator import add
from typing import NamedTuple

_GAP = r"[\s\-‐‑‒–—]*"
_WORD = re.compile(
    r"("
    r"\w+(?:\+\+(?![a-z])|\#(?!\w)|\.(?:js|ai|io|net|py|jl)\b|(?:(?<=\d)[.,]\d+)+)?"  # pytorch c++ c# node.js 3.5
    r"|\.net\b"
    rf"|[^\w\s\-‐‑‒–—])({_GAP})"
)
_LEAD = re.compile(_GAP)
_PLAIN = ("", " ")
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

    def is_broken(self, first: int, after: int) -> bool:
        """Whether the words from `first` up to `after` stand on more than one line."""
        return not self.breaks.isdisjoint(range(first, after - 1))


def split(plain: str, stretches: Iterable[tuple[int, int]] | None = None) -> Words:
    """The words of a text in lower case (`page.plain`), or of some stretches of it in ascending order."""
    read = Words([], [], [], [], set())
    for start, end in ((0, len(plain)),) if stretches is None else stretches:
        _add(read, plain, start, end)
    return read


def _add(read: Words, plain: str, start: int, end: int) -> None:
    lead = _LEAD.match(plain, start, end)
    start = lead.end() if lead else start
    pairs = _WORD.findall(plain, start, end)
    if not pairs:
        return
    folded, gaps = zip(*pairs, strict=True)
    lengths = list(map(len, folded))
    starts = list(accumulate(map(add, lengths, map(len, gaps)), initial=start))
    starts.pop()
    base = len(read.folded)
    read.folded.extend(folded)
    read.gaps.extend(gaps)
    read.starts.extend(starts)
    read.ends.extend(map(add, starts, lengths))
    for index in [i for i, gap in enumerate(gaps) if gap not in _PLAIN and "\n" in gap]:
        wrapped = gaps[index].strip(" ") == "\n" and folded[index] in _UNFINISHED
        if not wrapped:
            read.breaks.add(base + index)
    read.breaks.add(len(read.folded) - 1)
