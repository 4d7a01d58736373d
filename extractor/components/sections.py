"""Sections: which lines of a posting are requirements, wishes, duties, or about the employer itself.

A heading is told by its form (short, alone on its line or before a colon) and its wording (`headings.toml`).
Text without line breaks is cut at the headings that stand in it.
"""

from __future__ import annotations

import re
import tomllib
from functools import cache, lru_cache
from importlib.resources import files
from typing import Literal, get_args

from attrs import frozen
from spacy.language import Language
from spacy.tokens import Doc

from corpus.records import Requirement
from extractor.components.document import Component, attribute, text_start
from extractor.components.page import plain

Section = Literal[
    "title", "required", "preferred", "duties", "company", "benefits", "equal_opportunity", "application", "other"
]
LEVELS: dict[Section, Requirement] = {
    "title": "duty",
    "required": "required",
    "preferred": "preferred",
    "duties": "duty",
    "company": "other",
    "benefits": "other",
    "equal_opportunity": "other",
    "application": "other",
    "other": "duty",
}
"""What a mention's section says of its level, until the sentence says more."""

LONGEST_HEADING = 90
LONG_LINE = 500
"""Characters; a longer line is looked through for headings inside it."""
_BULLET = re.compile(r"\s*(?:[-*•·●▪■◦‣–—o+✓✔➢►»>]|\d{1,2}[.)])\s+")
_EDGE = re.compile(r"^[^a-z0-9(]+|[^a-z0-9)+]+$")
_INLINE = re.compile(
    r"(?<![\w-])(?=[A-Z])((?:[A-Z][\w&/'’-]*|and|of|the|for|to|you|we|in|your|or|are|what|it|will|&)(?: |(?=:))){1,8}(?<! )\s?:"
)


@frozen
class Line:
    """One line of the description; offsets are characters into it."""

    start: int
    end: int
    section: Section
    is_heading: bool = False
    heading: str = ""
    """The heading that decided the section, as written; empty where none did."""
    is_item: bool = False

    @property
    def level(self) -> Requirement:
        """What the section alone says about the requirement level."""
        return LEVELS[self.section]


@cache
def _headings() -> tuple[tuple[Section, re.Pattern[str]], ...]:
    tables = tomllib.loads(files("extractor.components").joinpath("headings.toml").read_text(encoding="utf-8"))
    assert set(tables) <= set(get_args(Section))
    return tuple((section, re.compile("|".join(f"(?:{p})" for p in tables[section]))) for section in tables)  # type: ignore[misc]


@lru_cache(maxsize=4096)
def heading_section(heading: str) -> Section | None:
    """The section that a heading opens; None where its words are not known."""
    words = _EDGE.sub("", plain(heading).replace("'", "").replace(" & ", " and "))
    words = " ".join(words.split())
    for section, pattern in _headings():
        if pattern.fullmatch(words):
            return section
    return None


def read_lines(text: str) -> tuple[Line, ...]:
    """The lines of a description with the section that each is in."""
    found: list[Line] = []
    section: Section = "other"
    heading = ""
    for start, end in _pieces(text):
        line = text[start:end]
        bullet = _BULLET.match(line)
        body = line[bullet.end() :] if bullet else line
        opened = _heading(body, is_item=bullet is not None)
        if opened is None:
            found.append(Line(start, end, section, heading=heading, is_item=bullet is not None))
            continue
        named, words, alone = opened
        if alone or not bullet:
            section, heading = named or section, words if named else heading
            found.append(Line(start, end, section, is_heading=alone, heading=heading, is_item=bullet is not None))
        else:
            found.append(Line(start, end, named or section, heading=words, is_item=True))
    return tuple(found)


def _pieces(text: str) -> list[tuple[int, int]]:
    """Bounds of the lines that hold something; long ones are cut before the headings inside them."""
    pieces: list[tuple[int, int]] = []
    start = 0
    for raw in text.split("\n"):
        end = start + len(raw)
        if raw and not raw.isspace():
            cuts = [start]
            if len(raw) > LONG_LINE:
                cuts += [
                    start + m.start()
                    for m in _INLINE.finditer(raw)
                    if m.start() and heading_section(m[0].rstrip(": ")) is not None
                ]
            cuts.append(end)
            pieces += zip(cuts, cuts[1:], strict=False)
        start = end + 1
    return pieces


def _heading(body: str, *, is_item: bool) -> tuple[Section | None, str, bool] | None:
    """(section or None, the words, whether nothing follows them) of a line that is or starts with a heading."""
    stripped = body.strip()
    if (
        len(stripped) <= LONGEST_HEADING
        and not stripped.endswith((".", ",", ";", "!"))
        and (not is_item or stripped[-1:] in ":*")
    ):
        named = heading_section(stripped)
        if named is not None or stripped.endswith(":"):
            return named, stripped, True
    before, colon, after = stripped.partition(":")
    if colon and after and len(before) <= 50:
        named = heading_section(before)
        if named is not None:
            return named, before, False
    return None


attribute("lines", default=())


@Language.factory("mljobs_sections")
def make(nlp: Language, name: str) -> Component:  # noqa: ARG001 - spaCy's signature
    """The spaCy component: sets `doc._.lines`."""

    def component(doc: Doc) -> Doc:
        doc._.lines = read_lines(doc.text[text_start(doc) :])
        return doc

    return component


def lines_of(doc: Doc) -> tuple[Line, ...]:
    """The lines of a Doc's description, read now if no component has."""
    lines: tuple[Line, ...] = doc._.lines or read_lines(doc.text[text_start(doc) :])
    return lines
