"""Literals whose places are looked for before any pattern is tried: one pass over a posting finds those of all readers.

A reader with a costly rule names what must stand where the rule can hold (`Anchors("visa", "sponsor")`) and tries it
only around these places. The pass is an Aho-Corasick automaton over the literals of every `Anchors` there is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from ahocorasick_rs import AhoCorasick, Implementation

Standing = list[tuple[str, list[int]]]
"""Literals in alphabetical order, each with where it starts."""


_WORD = re.compile("[a-z]+")


class Anchors:
    """Literals (plain, lower case) of one reader; made when modules are loaded."""

    def __init__(self, *literals: str, whole: bool = False, anywhere: bool = False) -> None:
        """A literal counts, wherever it stands, in a text in which it begins a word at least once.

        With `whole` its words must be words of the text, here or elsewhere; with `anywhere` it counts in any case.
        """
        self.literals = literals
        self.whole = whole
        self.anywhere = anywhere
        _made.append(self)

    def stand_in(self, text: str, literal: str, places: list[int]) -> bool:
        """Whether a literal with these places counts in a text."""
        if self.anywhere:
            return True
        if not self.whole:
            return not _is_letter(literal[0]) or not all(at and _is_letter(text[at - 1]) for at in places)
        size = len(literal)
        if any(_is_apart(text, at, at + size) for at in places):
            return True
        words = _WORD.findall(literal)
        return len(words) > 1 and all(
            any(_is_apart(text, at, at + len(word)) for at in find_all(text, word)) for word in words
        )


_made: list[Anchors] = []


class _Automaton(NamedTuple):
    finder: AhoCorasick
    owned: list[tuple[str, tuple[Anchors, ...]]]
    """Literals in alphabetical order, each with whose it is."""


@lru_cache(maxsize=1)
def _automaton(_count: int) -> _Automaton:
    """The automaton of all anchors; made anew where some have come since."""
    owners: dict[str, list[Anchors]] = {}
    for anchors in _made:
        for literal in dict.fromkeys(anchors.literals):
            owners.setdefault(literal, []).append(anchors)
    literals = sorted(owners)
    finder = AhoCorasick(literals, implementation=Implementation.DFA, store_patterns=False)
    return _Automaton(finder, [(literal, tuple(owners[literal])) for literal in literals])


def _is_apart(text: str, start: int, end: int) -> bool:
    """Whether no letter stands directly before or behind."""
    return not (_is_letter(text[start - 1 : start]) or _is_letter(text[end : end + 1]))


def _is_letter(character: str) -> bool:
    return "a" <= character <= "z"


def scan(text: str) -> dict[Anchors, Standing]:
    """What stands in a plain text, for each `Anchors` that finds something."""
    finder, owned = _automaton(len(_made))
    places: dict[int, list[int]] = {}
    for number, start, _ in finder.find_matches_as_indexes(text, overlapping=True):
        if number in places:
            places[number].append(start)
        else:
            places[number] = [start]
    found: dict[Anchors, Standing] = {}
    for number in sorted(places):
        literal, owners = owned[number]
        at = places[number]
        for anchors in owners:
            if anchors.stand_in(text, literal, at):
                found.setdefault(anchors, []).append((literal, at))
    return found


def find_all(text: str, needle: str, step: int = 1) -> Iterator[int]:
    """Every place of a literal in a text: cheaper by far than a regular expression for rare words."""
    at = text.find(needle)
    while at >= 0:
        yield at
        at = text.find(needle, at + step)
