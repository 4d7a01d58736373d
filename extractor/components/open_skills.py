"""Skills that no list holds, told by how they are written: a name in a list beside known ones, or a phrase whose
last word is what methods and systems are called by (`vector detection`, `propensity modeling`).

Read only where a posting speaks of the work or the worker. Such skills have `is_listed = False` and an id that starts
with `~`.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Sequence
from functools import cache
from importlib.resources import files

from spacy.language import Language
from spacy.tokens import Doc

from corpus.records import SkillKind
from extractor.components.document import Component, page_of, text_start
from extractor.components.page import Page
from extractor.components.sections import Line
from extractor.components.tokenizer import text_of, words_of
from extractor.components.found import Found
from extractor.words import Words

READ_IN = frozenset({"required", "preferred", "duties"})
LONGEST = 4
_NAME = re.compile(r"[A-Z]{3,6}s?\d?|[A-Z][a-z]+[A-Z]\w*|[a-z]{1,2}[A-Z]\w+|[A-Z][A-Za-z]*\d+|[A-Z][a-z]{2,}")
_PLAIN = re.compile(r"[A-Z][a-z]+")
_ITEM_START = re.compile(r"(?:^|[.!?:;\n•●▪]|[-–*] )\s*$")
_SEPARATORS = frozenset({",", "/", "and", "or", "&", "(", ")", ";", "|", "and/or"})


@cache
def _vocabulary() -> tuple[frozenset[str], frozenset[str]]:
    table = tomllib.loads(files("extractor.components").joinpath("open_words.toml").read_text(encoding="utf-8"))
    return frozenset(table["heads"].split()), frozenset(table["general"].split())


def find(
    text: str, read: Words, low: int, high: int, taken: Sequence[Found | None]
) -> Iterator[tuple[int, int, SkillKind, str]]:
    """(first word, word after the last, kind, how) of the unlisted skills among the words `low` to `high`."""
    yield from _phrases(read, low, high, taken)
    yield from _names(text, read, low, high, taken)


def _phrases(
    read: Words, low: int, high: int, taken: Sequence[Found | None]
) -> Iterator[tuple[int, int, SkillKind, str]]:
    heads, general = _vocabulary()
    for index in range(low, high):
        if read.folded[index] not in heads or taken[index] is not None:
            continue
        if index + 1 < high and taken[index + 1] is None and read.folded[index + 1] in heads:
            continue
        first = index
        while (
            first > low
            and index - first < LONGEST - 1
            and taken[first - 1] is None
            and read.folded[first - 1].isalpha()
            and read.folded[first - 1] not in general
            and read.gaps[first - 1] in (" ", "-")
        ):
            first -= 1
        if first < index:
            yield first, index + 1, "concept", "phrase"


def _names(
    text: str, read: Words, low: int, high: int, taken: Sequence[Found | None]
) -> Iterator[tuple[int, int, SkillKind, str]]:
    """Capitalised names in a list that has known skills in it."""
    _, general = _vocabulary()
    elements = list(_elements(read, low, high, taken))
    for position, (first, after) in enumerate(elements):
        if any(taken[i] is not None for i in range(first, after)) or after - first > 3:
            continue
        written = [text[read.starts[i] : read.ends[i]] for i in range(first, after)]
        if not all(_NAME.fullmatch(word) and word.lower() not in general for word in written):
            continue
        beside = [
            taken[i] for at in (position - 1, position + 1) if 0 <= at < len(elements) for i in range(*elements[at])
        ]
        known = [one.kind for one in beside if one is not None and one.kind not in ("soft", "domain")]
        is_plain = all(_PLAIN.fullmatch(word) for word in written)
        hard = [kind for kind in known if kind in ("tool", "framework", "language")]
        if is_plain and (not hard or _ITEM_START.search(text[max(0, read.starts[first] - 4) : read.starts[first]])):
            continue
        if known:
            yield first, after, hard[0] if hard else "concept", "name in a list"


def _elements(read: Words, low: int, high: int, taken: Sequence[Found | None]) -> Iterator[tuple[int, int]]:
    start = low
    for index in range(low, high + 1):
        if index == high or read.folded[index] in _SEPARATORS and taken[index] is None:
            if index > start:
                yield start, index
            start = index + 1


def read_open(text: str, read: Words, found: Sequence[Found], page: Page, offset: int) -> list[Found]:
    """The unlisted skills of a posting; offsets are into the Doc, whose description starts at `offset`."""
    taken: list[Found | None] = [None] * len(read.folded)
    at = 0
    for one in sorted(found, key=lambda f: f.start):
        while at < len(taken) and read.starts[at] < one.start:
            at += 1
        while at < len(taken) and read.ends[at] <= one.end:
            taken[at] = one
            at += 1
    new: list[Found] = []
    at = 0
    lines: Sequence[Line] = page.lines  # type: ignore[assignment]
    for line in lines:
        start, end = line.start + offset, line.end + offset
        while at < len(read.starts) and read.starts[at] < start:
            at += 1
        low = at
        while at < len(read.starts) and read.ends[at] <= end:
            at += 1
        if line.section not in READ_IN or line.is_heading:
            continue
        for first, after, kind, how in find(text, read, low, at, taken):
            if any(taken[i] is not None for i in range(first, after)):
                continue
            name = " ".join(text[read.starts[first] : read.ends[after - 1]].split())
            shown = name if name.lower() != name and how != "phrase" else name.lower()
            one = Found(
                "~" + shown.lower().replace(" ", "-"),
                shown,
                kind,
                read.starts[first],
                read.ends[after - 1],
                how,
                is_listed=False,
            )
            new.append(one)
            for i in range(first, after):
                taken[i] = one
    return new


@Language.factory("mljobs_open_skills")
def make(nlp: Language, name: str) -> Component:  # noqa: ARG001 - spaCy's signature
    """The spaCy component: adds unlisted skills to `doc._.found_skills`."""

    def component(doc: Doc) -> Doc:
        found = list(doc._.found_skills)
        found += read_open(text_of(doc), words_of(doc), found, page_of(doc), text_start(doc))
        doc._.found_skills = sorted(found, key=lambda one: one.start)
        return doc

    return component
