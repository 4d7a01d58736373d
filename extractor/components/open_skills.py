"""Skills that no list holds, told by how they are written.

Either a name in a list beside known ones, or a phrase whose last word is what methods are called by
(`vector detection`, `propensity modeling`; `open_words.toml`).

Read only where a posting speaks of the work or the worker. Such skills have `is_listed = False` and an id that
starts with `~`.
"""

from __future__ import annotations

import re
import tomllib
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from typing import NamedTuple

from corpus.records import SkillKind
from extractor.components.found import Found, Note
from extractor.components.reading import Reading, skill_reader
from extractor.components.sections import Section
from extractor.components.skills import HARD
from extractor.words import Words

READ_IN: frozenset[Section] = frozenset({"required", "preferred", "duties"})
LONGEST_PHRASE, LONGEST_NAME, LONGEST_LIST = 4, 3, 8
"""Words, words, and elements away from a known skill."""
SEPARATORS = frozenset({",", "/", "and", "or", "&", "(", ")", ";", "|", "and/or"})
_NAME = re.compile(
    r"[A-Z]{3,6}s?\d?|[A-Z][a-z]+[A-Z]\w*|[a-z]{1,2}[A-Z]\w+|[A-Z]{2,}[a-z]{2,}\w*|[A-Z][A-Za-z]*\d+|[A-Z]\w+\.(?:js|io|ai)|[A-Z][a-z]{2,}"
)
_PLAIN = re.compile(r"[A-Z][a-z]+")
_ITEM_START = re.compile(r"(?:^|[.!?:;\n•●▪]|[-–*] )\s*$")


class Span(NamedTuple):
    """Words that look like a skill."""

    first: int
    after: int
    kind: SkillKind
    how: str


@cache
def _vocabulary() -> tuple[frozenset[str], frozenset[str]]:
    table = tomllib.loads(files("extractor.components").joinpath("open_words.toml").read_text(encoding="utf-8"))
    return frozenset(table["heads"].split()), frozenset(table["general"].split())


class _Board:
    """Which words of a posting are taken by which mention."""

    def __init__(self, reading: Reading) -> None:
        self.read = reading.skill_words
        self.taken: list[Found | None] = [None] * len(self.read.folded)
        self.known: list[tuple[int, int, SkillKind]] = []
        """Words and kind of each technical skill."""
        starts = self.read.starts
        for one in reading.found:
            if one.field == "description":
                first = bisect_left(starts, one.start)
                after = bisect_left(starts, one.end, first)
                self.take(first, after, one)
                if one.kind not in ("soft", "domain"):
                    self.known.append((first, after, one.kind))

    def take(self, first: int, after: int, one: Found) -> None:
        for index in range(first, after):
            self.taken[index] = one

    def is_free(self, first: int, after: int) -> bool:
        return all(one is None for one in self.taken[first:after])


def _phrases(board: _Board) -> Iterator[Span]:
    """Runs of particular words that end with a head."""
    heads, general = _vocabulary()
    read, taken = board.read, board.taken
    ending = heads.intersection(read.folded)
    for index in [i for i, word in enumerate(read.folded) if word in ending]:
        if taken[index] is not None:
            continue
        first = index
        while (
            first
            and index - first < LONGEST_PHRASE - 1
            and taken[first - 1] is None
            and read.gaps[first - 1] in (" ", "-")
            and read.folded[first - 1] not in general
            and read.folded[first - 1].isalpha()
        ):
            first -= 1
        if first < index:
            yield Span(first, index + 1, "concept", "phrase")


def _names(board: _Board, text: str) -> Iterator[Span]:
    """Names in the lists that known technical skills stand in, outwards from each."""
    for first, after, kind in board.known:
        yield from _listed_with(board, text, kind, first - 1, -1)
        yield from _listed_with(board, text, kind, after, 1)


def _listed_with(board: _Board, text: str, kind: SkillKind, at: int, step: int) -> Iterator[Span]:
    read, taken = board.read, board.taken
    folded, count = read.folded, len(read.folded)
    for _ in range(LONGEST_LIST):
        if not (0 <= at < count and folded[at] in SEPARATORS):
            return
        edge = at - step
        while 0 <= at < count and folded[at] in SEPARATORS:
            at += step
        begin = at
        while (
            0 <= at < count
            and folded[at] not in SEPARATORS
            and abs(at - begin) <= LONGEST_NAME
            and taken[at] is None
            and not read.is_broken(min(at, edge), max(at, edge) + 1)
        ):
            at += step
        first, after = (begin, at) if step > 0 else (at + 1, begin + 1)
        if not 1 <= after - first <= LONGEST_NAME:
            return
        if not _is_name(read, text, first, after, kind):
            return
        yield Span(first, after, kind if kind in HARD else "concept", "name in a list")


def _is_name(read: Words, text: str, first: int, after: int, kind: SkillKind) -> bool:
    _, general = _vocabulary()
    if not general.isdisjoint(read.folded[first:after]):
        return False
    written = [text[read.starts[i] : read.ends[i]] for i in range(first, after)]
    if (
        written[0].isupper()
        and text[read.starts[first] - 1] == "("
        and text[read.ends[first] : read.ends[first] + 1] == ")"
    ):
        return False  # short for the words before it
    if not all(_NAME.fullmatch(word) for word in written):
        return False
    if not all(_PLAIN.fullmatch(word) for word in written):
        return True
    start = read.starts[first]
    return kind in HARD and _ITEM_START.search(text[max(0, start - 4) : start]) is None


def read_open_skills(reading: Reading) -> tuple[list[Found], tuple[str, ...]]:
    """(the skills of a posting with the unlisted ones, candidate terms).

    A candidate is any such name, in whatever section: too little to be a skill of this posting, but where many
    employers write it, a term that the taxonomy should hold.
    """
    board = _Board(reading)
    read, text, lines, starts = board.read, reading.text, reading.lines, reading.starts
    new: list[Found] = []
    for first, after, kind, how in (*_names(board, text), *_phrases(board)):
        start, end = read.starts[first], read.ends[after - 1]
        line = bisect_right(starts, start) - 1
        if not board.is_free(first, after):
            continue
        name = " ".join(text[start:end].split())
        reading.notes.add(Note(line, "term", name.lower()))
        if lines[line].section not in READ_IN or lines[line].is_heading:
            continue
        name = name.lower() if how == "phrase" else name
        one = Found(
            "~" + name.lower().replace(" ", "-"), name, kind, "description", start, end, how, line, is_listed=False
        )
        new.append(one)
        board.take(first, after, one)
    if new:
        reading.found = sorted([*reading.found, *new], key=lambda one: (one.field == "description", one.start))
    return reading.found, tuple(sorted({note.name for note in reading.notes if note.about == "term"}))


make = skill_reader("open_skills", read_open_skills, "found_skills", "candidate_terms")
