"""Names that a list leaves a word out of: `unit and load testing`, `data ingestion, cleansing and validation`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from extractor.words import Words

JOINERS = frozenset({",", "and", "or", "/", "&", "and/or", "as", "well", "to", "then"})
MOST = 6
"""Elements of a list that are looked at on either side."""
Names = Callable[[list[str]], str | None]
"""The skill that some words name, or None."""


def completed(
    read: Words, found: Sequence[tuple[int, int, str, str]], named: Names
) -> Iterator[tuple[int, int, str, str]]:
    """(first word, word after the last, skill id, how) of the shortened names beside the skills that were found."""
    taken = {index for first, after, _, _ in found for index in range(first, after)}
    for first, after, _, _ in found:
        if after - first < 2:
            continue
        head, modifier = read.folded[after - 1], read.folded[first]
        for low, high in _elements(read.folded, first - 1, -1):
            skill_id = named([*read.folded[low:high], head])
            if skill_id is None:
                break
            if taken.isdisjoint(range(low, high)):
                taken.update(range(low, high))
                yield low, high, skill_id, f"alias, with {head!r} said later"
        for low, high in _elements(read.folded, after, 1):
            skill_id = named([modifier, *read.folded[low:high]])
            if skill_id is None and high - low == 2:
                high -= 1
                skill_id = named([modifier, read.folded[low]])
            if skill_id is None:
                break
            if taken.isdisjoint(range(low, high)):
                taken.update(range(low, high))
                yield low, high, skill_id, f"alias, with {modifier!r} said before"


def _elements(folded: list[str], at: int, step: int) -> Iterator[tuple[int, int]]:
    """Bounds of the elements of one or two words that a list goes on with, outwards from `at`."""
    for _ in range(MOST):
        joined = False
        while 0 <= at < len(folded) and folded[at] in JOINERS:
            at += step
            joined = True
        if not joined:
            return
        begin = at
        while 0 <= at < len(folded) and abs(at - begin) < 3 and folded[at][0].isalpha() and folded[at] not in JOINERS:
            at += step
        size = abs(at - begin)
        if not 1 <= size <= 2:
            if step > 0 and size == 3:  # the last element may be followed by the rest of the sentence
                yield begin, begin + 2
            return
        yield (begin, at) if step > 0 else (at + 1, begin + 1)
