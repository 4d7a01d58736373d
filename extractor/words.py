"""Splitting a text into words: the one regular expression that the tokenizer and the skill readers share.

A word is `PyTorch`, `C++`, `Node.js`, `3.5`, or one other sign. What stands between words is their gap: white space
and hyphens, so that `time-series` and `time series` are the same two words. Everything here runs once a posting and
is written for speed: lists that C code makes, no loop over all words.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from functools import lru_cache
from itertools import accumulate
from operator import add
from typing import NamedTuple

_GAP = r"[\s\-‐‑‒–—_]*"
_WORD = re.compile(
    r"("
    r"[^\W\d_][^\W_]*(?:\+\+(?![A-Za-z])|\#(?!\w)|\.(?:js|JS|Js|ai|io|net|NET|Net|py|jl)\b)?"  # PyTorch C++ C# Node.js
    r"|\d+(?:[.,]\d+)*[^\W_]*"  # 3.5 1,000 3D
    r"|\.(?:NET|Net|net)\b"
    rf"|[^\w\s])({_GAP})"
)
_LEAD = re.compile(_GAP)
_PIECE = re.compile(r"(\S|[^\S ]+| {2,}|(?<!.) )( ?)", re.DOTALL)
_PLAIN = ("", " ")
_UNFINISHED = frozenset({",", "and", "or", "including", "with", "of", "the", "in", "as", "for", "&", "/", "using"})


class Words(NamedTuple):
    """The words of a text as parallel lists."""

    shown: tuple[str, ...]
    folded: list[str]
    """In lower case."""
    starts: list[int]
    ends: list[int]
    gaps: tuple[str, ...]
    """What follows each word: white space and hyphens."""
    lead: str
    """What stands before the first word."""
    odd: list[int]
    """Words whose gap is more than one blank or nothing, ascending."""
    breaks: frozenset[int]
    """Words after which a line ends that is not merely wrapped."""

    def is_broken(self, first: int, after: int) -> bool:
        """Whether the words from `first` up to `after` stand on more than one line."""
        return any(index in self.breaks for index in range(first, after - 1))


def split(text: str) -> Words:
    """The words of a text."""
    lead = _LEAD.match(text)
    assert lead is not None
    pairs = _WORD.findall(text, lead.end())
    if not pairs:
        return Words((), [], [], [], (), text, [], frozenset())
    shown, gaps = zip(*pairs, strict=True)
    lengths = list(map(len, shown))
    starts = list(accumulate(map(add, lengths, map(len, gaps)), initial=lead.end()))
    starts.pop()
    folded = list(map(str.lower, shown))
    odd = [index for index, gap in enumerate(gaps) if gap not in _PLAIN]
    breaks = frozenset([index for index in odd if "\n" in gaps[index] and not _is_wrapped(shown, folded, gaps, index)])
    return Words(shown, folded, starts, list(map(add, starts, lengths)), gaps, lead[0], odd, breaks)


def _is_wrapped(shown: tuple[str, ...], folded: list[str], gaps: tuple[str, ...], index: int) -> bool:
    """Whether the line break after a word is in the middle of a sentence."""
    if gaps[index].strip(" ") != "\n" or index + 1 == len(shown):
        return False
    return shown[index + 1][0].islower() or folded[index] in _UNFINISHED


class Tokens(NamedTuple):
    """What a spaCy Doc is made of: its tokens and whether one blank follows each."""

    words: list[str]
    spaces: list[bool]


def tokens(read: Words) -> Tokens:
    """The words and, as tokens of their own, whatever of their gaps is not one blank."""
    words, spaces = _gap_tokens(read.lead)[1:]
    words, spaces = list(words), list(spaces)
    at = 0
    for index in read.odd:
        space, more, flags = _gap_tokens(read.gaps[index])
        words += read.shown[at : index + 1]
        words += more
        spaces += [gap == " " for gap in read.gaps[at:index]]
        spaces.append(space)
        spaces += flags
        at = index + 1
    words += read.shown[at:]
    spaces += [gap == " " for gap in read.gaps[at:]]
    if read.lead[:1] == " " and words[:1] != [" "]:
        words.insert(0, " ")
        spaces.insert(0, False)
    return Tokens(words, spaces)


@lru_cache(maxsize=4096)
def _gap_tokens(gap: str) -> tuple[bool, tuple[str, ...], tuple[bool, ...]]:
    """(whether a blank follows the word itself, further tokens, whether a blank follows each)."""
    space = gap[:1] == " "
    pairs = _PIECE.findall(gap[1:] if space else gap)
    return space, tuple(piece for piece, _ in pairs), tuple(blank != "" for _, blank in pairs)


def word_at(read: Words, position: int) -> int:
    """Number of the first word that starts at or after a character."""
    return bisect_left(read.starts, position)
