"""Splitting a text into words: the one regular expression that tokenizer and skill readers share.

A token is a word (`PyTorch`, `C++`, `Node.js`, `3.5`), one other sign, or a run of white space. Hyphens and
slashes stand alone, so `CI/CD` is three tokens and `time-series` too: readers that compare words skip hyphens.
"""

from __future__ import annotations

import re
from itertools import accumulate

from attrs import frozen

from extractor.taxonomy.forms import fold

_TOKEN = re.compile(
    r"("
    r"(?<!\w)[A-Za-z](?:\+\+|\#)(?!\w)"  # C++ C# F#
    r"|(?<![\w.])\.(?:NET|net|Net|js)\b"  # .NET
    r"|[^\W\d_]+\.(?:js|JS|Js|ai|io|net|NET|Net|py|jl)\b"  # Node.js, Vue.js, ASP.NET, fast.ai
    r"|\d+(?:[.,]\d+)+"  # 3.5 1,000
    r"|[^\W_]+"
    r"|[^\S ]+| {2,}"
    r"|[^\w\s]|_+| )"
    r"( ?)"
)
_SKIPPED = frozenset("-‐‑‒–—_")
_END_OF_ITEM = re.compile(r"\n(?!\s*[a-z(&])|\n\s*\n")


def split(text: str) -> tuple[list[str], list[bool]]:
    """The tokens of a text and whether one blank follows each; together they give the text back."""
    pairs = _TOKEN.findall(text)
    return [token for token, _ in pairs], [blank != "" for _, blank in pairs]


@frozen
class Words:
    """The words of a text that are worth comparing, as parallel lists; a line break that ends an item is one, `\\n`."""

    folded: list[str]
    starts: list[int]
    ends: list[int]
    tokens: list[int]
    """Which token of `split` each word is."""


def words(tokens: list[str], blanks: list[bool]) -> Words:
    """Words from the tokens of `split`, without white space and hyphens, folded for comparison."""
    ends = list(accumulate(len(token) + blank for token, blank in zip(tokens, blanks, strict=True)))
    folded: list[str] = []
    starts: list[int] = []
    stops: list[int] = []
    indexes: list[int] = []
    last = len(tokens) - 1
    for index, token in enumerate(tokens):
        if token in _SKIPPED:
            continue
        if token.isspace():
            if "\n" not in token:
                continue
            following = tokens[index + 1] if index < last else ""
            if token.count("\n") == 1 and following[:1].islower():
                continue  # a line that was wrapped in the middle of a sentence
            folded.append("\n")
        else:
            folded.append(token.lower() if token.isascii() else fold(token))
        stop = ends[index] - blanks[index]
        starts.append(stop - len(token))
        stops.append(stop)
        indexes.append(index)
    return Words(folded, starts, stops, indexes)
