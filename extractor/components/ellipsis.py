"""Names that a list leaves a word out of: `unit and load testing`, `data ingestion, cleansing and validation`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Protocol

from extractor.components.found import Place
from extractor.components.wording import literals
from extractor.words import Words

JOINERS = frozenset({",", "and", "or", "/", "&", "and/or", "as", "well"})
MOST = 6
"""Elements of a list that are looked at on either side."""
_UNSHARED_FIRST, _UNSHARED_LAST = frozenset(literals("unshared_first")), frozenset(literals("unshared_last"))


class Names(Protocol):
    """What is asked of the matcher."""

    first_words: frozenset[str]
    last_words: frozenset[str]

    def named(self, words: list[str]) -> str | None:
        """The skill that some words name, or None."""


def completed(read: Words, found: Sequence[Place], names: Names) -> list[Place]:
    """The shortened names beside the skills that were found."""
    folded, last = read.folded, len(read.folded)
    beside = [
        (first, after)
        for first, after, _, _ in found
        if after - first > 1 and (folded[first - 1] in JOINERS or (after < last and folded[after] in JOINERS))
    ]
    if not beside:
        return []
    taken = {index for place in found for index in range(place.first, place.after)}
    more: list[Place] = []
    for first, after in beside:
        for place in (*_before(read, first, after, names), *_behind(read, first, after, names)):
            if taken.isdisjoint(range(place.first, place.after)):
                taken.update(range(place.first, place.after))
                more.append(place)
    return more


def _before(read: Words, first: int, after: int, names: Names) -> Iterator[Place]:
    """Elements before a skill that share its last word."""
    head = read.folded[after - 1]
    if not first or read.folded[first - 1] not in JOINERS or head not in names.last_words or head in _UNSHARED_LAST:
        return
    for low, high in _elements(read, first - 1, -1):
        skill_id = names.named([*read.folded[low:high], head])
        if skill_id is None:
            return
        yield Place(low, high, skill_id, f"alias, with {head!r} said later")


def _behind(read: Words, first: int, after: int, names: Names) -> Iterator[Place]:
    """Elements behind a skill that share its first word."""
    modifier = read.folded[first]
    if (
        after == len(read.folded)
        or read.folded[after] not in JOINERS
        or modifier not in names.first_words
        or modifier in _UNSHARED_FIRST
        or after - 1 in read.breaks
    ):
        return
    for low, high in _elements(read, after, 1):
        for end in (high, high - 1) if high - low == 2 else (high,):
            skill_id = names.named([modifier, *read.folded[low:end]])
            if skill_id is not None:
                yield Place(low, end, skill_id, f"alias, with {modifier!r} said before")
                break
        else:
            return


def _elements(read: Words, at: int, step: int) -> Iterator[tuple[int, int]]:
    """Bounds of the elements of one or two words that a list goes on with on its line, outwards from `at`."""
    end = _line_end(read, at, step)
    for _ in range(MOST):
        begin = at = _skip_joiners(read.folded, at, end, step)
        while at != end and abs(at - begin) < 3 and read.folded[at][0].isalpha() and read.folded[at] not in JOINERS:
            at += step
        size = abs(at - begin)
        if size == 3 and step > 0:  # the last element may be followed by the rest of the sentence
            yield begin, begin + 2
        elif size in (1, 2):
            yield (begin, at) if step > 0 else (at + 1, begin + 1)
        if size not in (1, 2) or at == end or read.folded[at] not in JOINERS:
            return


def _line_end(read: Words, at: int, step: int) -> int:
    """The first word beyond the line, seen from `at`, within what is worth looking at."""
    limit = min(len(read.folded), at + 4 * MOST) if step > 0 else max(-1, at - 4 * MOST)
    if step < 0:
        return next((index for index in range(at, limit, -1) if index in read.breaks), limit)
    return next((index + 1 for index in range(at, limit) if index in read.breaks), limit)


def _skip_joiners(folded: list[str], at: int, end: int, step: int) -> int:
    while at != end and folded[at] in JOINERS:
        at += step
    return at
