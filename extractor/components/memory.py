"""Lines that were met before: an employer's postings share half of theirs, and what a line names is read once.

What the skill readers find on a line hangs on its words, on its section and heading, and, where a form is doubtful,
on the words around the line: these are the key. A line that runs on into the next is read each time, and so is that.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Hashable
from typing import TYPE_CHECKING, Generic, NamedTuple, TypeVar

from corpus.records import Mention
from extractor.components.found import Found, Note
from extractor.components.sections import DEAF
from extractor.taxonomy.context import AFTER, BEFORE

if TYPE_CHECKING:
    from extractor.components.reading import Reading

LONGEST = 1000
"""Characters: longer lines hardly ever recur."""
MOST = 96_000
"""Lines that are surely remembered; up to twice as many are, at about a kilobyte each."""
_RUNS_ON = re.compile(r"(?:[,&/]|(?<!\w)(?:and|or|including|with|of|the|in|as|for|using))$", re.IGNORECASE)
"""As `words.split` has it that a line is merely wrapped, or a little wider."""
_TAIL = 12
"""Characters that `_RUNS_ON` looks at."""

Judged = tuple[Found, Mention]
V = TypeVar("V")


class Memory(Generic[V]):
    """The values that were used last: once `most` new ones have come, those that nobody asked for since are gone."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._new: dict[Hashable, V] = {}
        self._old: dict[Hashable, V] = {}

    def get(self, key: Hashable) -> V | None:
        """What was kept under a key, or None."""
        value = self._new.get(key)
        if value is None and (value := self._old.get(key)) is not None:
            self.keep(key, value)
        return value

    def keep(self, key: Hashable, value: V) -> None:
        """Remember a value."""
        if len(self._new) >= self._most:
            self._old, self._new = self._new, {}
        self._new[key] = value


class _Known(NamedTuple):
    """What was found on a line when it was read."""

    start: int
    """Where it stood: the mentions' offsets are of that text."""
    judged: tuple[Judged, ...]
    notes: tuple[Note, ...]
    runs_on: bool
    """Whether it ends as if the next line went on with it."""


class _Fresh(NamedTuple):
    """A line that is read now and shall be known next time."""

    number: int
    key: tuple[Hashable, ...]
    runs_on: bool


_BESIDE = _Known(0, (), (), runs_on=False)
"""Stands for a line that must be looked up with the words around it."""
_SILENT = {runs_on: _Known(0, (), (), runs_on=runs_on) for runs_on in (False, True)}
_memories: dict[Hashable, Memory[_Known]] = {}


def forget() -> None:
    """For those who change how lines are read while they run."""
    _memories.clear()


def read_judged(reading: Reading, judge: Callable[[Reading], list[Judged]]) -> list[Judged]:
    """The mentions of a posting in order, title first; only lines that are not known are read.

    `judge` gives a level to each mention that the skill readers have found.
    """
    how = (*(reader.find for reader in reading.waiting), judge)
    memory = _memories.get(how)
    if memory is None:
        memory = _memories[how] = Memory(MOST)
    known, fresh = _recall(reading, memory)
    reading.unread = [index for index, line in enumerate(known) if line is None]
    reading.finish()
    here: dict[int, list[Judged]] = {}
    title: list[Judged] = []
    for one in judge(reading):
        (title if one[1].field == "title" else here.setdefault(one[0].line, [])).append(one)
    _learn(reading, memory, fresh, here)
    judged = title
    for index, line in enumerate(known):
        if line is None:
            judged += here.get(index, ())
        elif line.judged or line.notes:
            judged += _moved(line.judged, reading.lines[index].start - line.start)
            reading.notes.update(line.notes)
    return judged


def _moved(judged: tuple[Judged, ...], by: int) -> tuple[Judged, ...] | list[Judged]:
    if not by:
        return judged
    return [
        (found, Mention(m.skill_id, m.field, m.start + by, m.end + by, m.section, m.requirement, m.rule))
        for found, m in judged
    ]


def _recall(reading: Reading, memory: Memory[_Known]) -> tuple[list[_Known | None], list[_Fresh]]:
    """What is known of each line; and of the others those that may be remembered."""
    text, lines = reading.text, reading.lines
    known: list[_Known | None] = []
    fresh: list[_Fresh] = []
    goes_on = False  # the line above runs on into this one
    for index, (line, below) in enumerate(zip(lines, (*lines[1:], None), strict=False)):
        start, end = line.start, line.end
        if line.section in DEAF:
            known.append(_SILENT[False])
            goes_on = False
            continue
        words = text[start:end]
        found: _Known | None = None
        key: tuple[Hashable, ...] | None = None
        if end - start <= LONGEST and text[start - 1 : start] == "\n" and text[end : end + 1] in ("", "\n"):
            key = (words, line[2:])
            found = memory.get(key)
            if found is _BESIDE:
                key = (*key, *_around(text, start, end))
                found = memory.get(key)
        runs_on = found.runs_on if found else _RUNS_ON.search(words.rstrip()[-_TAIL:]) is not None
        on_below = runs_on and below is not None and below.start == end + 1 and below.section not in DEAF
        if goes_on or on_below:
            found = None
        elif found is None and key is not None:
            fresh.append(_Fresh(index, key, runs_on))
        known.append(found)
        goes_on = on_below
    return known, fresh


def _around(text: str, start: int, end: int) -> tuple[str, str]:
    return text[max(0, start - BEFORE) : start], text[end : end + AFTER]


def _learn(reading: Reading, memory: Memory[_Known], fresh: list[_Fresh], judged: dict[int, list[Judged]]) -> None:
    """Remember what was found on lines."""
    beside = _doubtful_lines(reading)
    notes: dict[int, list[Note]] = {}
    for note in reading.notes:
        notes.setdefault(note.line, []).append(note)
    for index, key, runs_on in fresh:
        line = reading.lines[index]
        if index in judged or index in notes:
            known = _Known(line.start, tuple(judged.get(index, ())), tuple(notes.get(index, ())), runs_on)
        else:
            known = _SILENT[runs_on]
        if index in beside and len(key) == 2:
            memory.keep(key, _BESIDE)
            key = (*key, *_around(reading.text, line.start, line.end))  # noqa: PLW2901 - the same key, told apart
        memory.keep(key, known)


def _doubtful_lines(reading: Reading) -> set[int]:
    """Numbers of the lines that were read with an eye to the words around them."""
    words, lines = reading.skill_words, reading.lines
    numbers = set()
    for first, after in words.doubtful:
        start, end = words.starts[first], words.ends[after - 1]
        index = bisect_right(reading.starts, start) - 1
        if start - BEFORE < lines[index].start or end + AFTER > lines[index].end:
            numbers.add(index)
    return numbers
