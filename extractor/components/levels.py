"""Requirement level: is a skill required, wished for, part of the work, or merely named?

The sentence's own words come first (`is a plus`, `ideally`, `must`; `cues.toml`), then the section. A skill has the
strongest level of its mentions.
"""

from __future__ import annotations

import bisect
import re
import tomllib
from collections.abc import Iterator, Sequence
from functools import cache
from importlib.resources import files
from typing import NamedTuple

from spacy.language import Language
from spacy.tokens import Doc

from corpus.records import Mention, Requirement, SkillRow
from extractor.components.document import Component, attribute, page_of, text_start
from extractor.components.page import Page
from extractor.components.sections import Line, Section
from extractor.components.found import Found

JUDGE = "mljobs_judge"
ORDER: tuple[Requirement, ...] = ("required", "preferred", "duty", "other")
"""Strongest first."""
DEAF: frozenset[Section] = frozenset({"equal_opportunity", "benefits", "application"})
"""Sections in which no sentence asks for a skill, whatever its words."""
UNASKED: frozenset[Section] = frozenset({"other", "duties", "company"})
"""Sections that ask for nothing themselves, so that a sentence may."""

_STOP = re.compile(r"[.!?](?=\s|$)|;| - (?=\w)|[•●▪]")
_ABBREVIATION = re.compile(r"(?:e\.g|i\.e|etc|incl|vs|approx|min|\b[a-z])$")
_TEAM = re.compile(
    r"\b(?:we (?:use|work with|rely on|run|leverage|build (?:on|with|in))|(?:our|the|tech(?:nology)?|data|current) stack|you(?:'ll| will)|built (?:on|with|in|using)"
    r"|this role|in this position|our (?:backend|frontend|infrastructure|platform) (?:is|runs)|technologies)\b"
)


_SAID_HINTS = (
    *("plus", "bonus", "prefer", "ideal", "must", "requir", "desir", "optional", "nice", "good", "great", "advantag"),
    *("asset", "benefici", "welcom", "apprecia", "helpful", "useful", "valued", "mandator", "necessar", "essential"),
    *("points", "apart", "differenti", "need", "critical", "love"),
)
"""Parts of the words of every cue: where none of them stands, the patterns are not tried."""
_ASKED_HINTS = (
    *("for ", "you", "candidate", "applicant", "ideal", "right", "successful", "perfect", "need", "requir", "proficien"),
    *("experience", "background", "knowledge", "skills", "understanding", "expertise", "years", "familiarity"),
)


class Cue(NamedTuple):
    """Words that give a level to what stands between two offsets."""

    level: Requirement
    start: int
    end: int
    words: str


@cache
def _cues() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """(cues, cues that count only where the section asks for nothing)."""
    table = tomllib.loads(files("extractor.components").joinpath("cues.toml").read_text(encoding="utf-8"))

    def pattern(*groups: tuple[str, str]) -> re.Pattern[str]:
        named = "|".join(f"(?P<{level}_{side}>{table[level][side]})" for level, side in groups)
        return re.compile(rf"(?<![\w])(?:{named})", re.VERBOSE)

    said = pattern(("preferred", "after"), ("preferred", "before"), ("required", "after"), ("required", "before"))
    return said, pattern(("asked", "before"))


def cues_of(text: str, line: Line) -> list[Cue]:
    """The cues of a line; `text` is the plain description."""
    if line.section in DEAF:
        return []
    said, asked = _cues()
    words = text[line.start : line.end]
    found = [*_scoped(text, line, said)] if any(hint in words for hint in _SAID_HINTS) else []
    if line.section in UNASKED and any(hint in words for hint in _ASKED_HINTS):
        found += [Cue("required", cue.start, cue.end, cue.words) for cue in _scoped(text, line, asked)]
    return found


def _scoped(text: str, line: Line, pattern: re.Pattern[str]) -> Iterator[Cue]:
    stops: list[int] | None = None
    for match in pattern.finditer(text, line.start, line.end):
        name = match.lastgroup or ""
        kind, side = name.split("_")
        level: Requirement = "preferred" if kind == "preferred" else "required"
        if stops is None:
            stops = [
                m.end()
                for m in _STOP.finditer(text, line.start, line.end)
                if not _ABBREVIATION.search(text, max(line.start, m.start() - 8), m.start())
            ]
        at = bisect.bisect_right(stops, match.start())
        left = stops[at - 1] if at else line.start
        right = next((s for s in stops[at:] if s >= match.end()), line.end)
        opened = text.rfind("(", left, match.start())
        if opened >= 0 and text.find(")", opened, match.start()) < 0:  # said within brackets
            closed = text.find(")", match.end(), right)
            closed = closed if closed >= 0 else right
            if len(text[opened + 1 : match.start()].split()) + len(text[match.end() : closed].split()) > 1:
                left, right = opened, closed
            elif text[left:opened].strip(" -*•·"):
                yield Cue(level, _item_start(text, left, opened), opened, match[0])
                continue
            else:  # `(Optional) Python …`
                left, side = closed, "before"
        if side == "after":
            yield Cue(level, left, match.start(), match[0])
        else:
            yield Cue(level, match.end(), right, match[0])


def _item_start(text: str, left: int, end: int) -> int:
    """Where the last element of a list starts: after the last comma, `and`, `or`."""
    return max(left, *(text.rfind(mark, left, end - 1) + len(mark) for mark in (",", " and ", " or ", "/", "(")))


class Judge:
    """Gives levels to the mentions of one posting; each line's cues are read once."""

    def __init__(self, page: Page) -> None:
        self.text = page.plain
        self.lines: Sequence[Line] = page.lines  # type: ignore[assignment]
        self.starts = [line.start for line in self.lines]
        self._read: dict[int, tuple[list[Cue], tuple[Requirement, str]]] = {}

    def line_at(self, position: int) -> tuple[int, Line] | None:
        """Number and line that a character of the description is in."""
        index = bisect.bisect_right(self.starts, position) - 1
        return (index, self.lines[index]) if index >= 0 else None

    def level(self, index: int, line: Line, start: int, end: int) -> tuple[Requirement, str]:
        """The level of the mention at these offsets of the description, and the rule that decided."""
        read = self._read.get(index)
        if read is None:
            read = self._read[index] = (cues_of(self.text, line), self._by_section(line))
        for cue in read[0]:
            if cue.start <= start and end <= cue.end:
                return cue.level, f'cue "{cue.words.strip()}"'
        return read[1]

    def _by_section(self, line: Line) -> tuple[Requirement, str]:
        if line.section == "company" and _TEAM.search(self.text, line.start, line.end):
            return "duty", "wording of the team's work"
        return line.level, f'{line.section}: "{line.heading}"' if line.heading else f"{line.section}: no heading"


def judge_of(doc: Doc) -> Judge:
    """The judge of a Doc's mentions; made once."""
    judge: Judge | None = doc.user_data.get(JUDGE)
    if judge is None:
        judge = doc.user_data[JUDGE] = Judge(page_of(doc))
    return judge


def rows(found: Sequence[Found], judge: Judge, offset: int) -> tuple[SkillRow, ...]:
    """One row a distinct skill, in order of first mention, each mention with its level and the rule that decided.

    `found` has offsets into the Doc, whose description starts at `offset`.
    """
    mentions: dict[str, list[Mention]] = {}
    first: dict[str, Found] = {}
    for one in found:
        if one.start < offset:
            mention = Mention(one.skill_id, "title", one.start, one.end, "title", "duty", f"{one.how}; title")
        else:
            start, end = one.start - offset, one.end - offset
            at = judge.line_at(start)
            if at is None:
                continue
            level, rule = judge.level(*at, start, end)
            mention = Mention(one.skill_id, "description", start, end, at[1].section, level, f"{one.how}; {rule}")
        mentions.setdefault(one.skill_id, []).append(mention)
        first.setdefault(one.skill_id, one)
    return tuple(_row(first[skill_id], tuple(named)) for skill_id, named in mentions.items())


def _row(skill: Found, mentions: tuple[Mention, ...]) -> SkillRow:
    strongest = min((m.requirement for m in mentions), key=ORDER.index)
    return SkillRow(skill.skill_id, skill.name, skill.kind, strongest, mentions, skill.is_listed)


attribute("skills", default=())


@Language.factory("mljobs_levels")
def make(nlp: Language, name: str) -> Component:  # noqa: ARG001 - spaCy's signature
    """The spaCy component: sets `doc._.skills`, a tuple of `SkillRow`."""

    def component(doc: Doc) -> Doc:
        doc._.skills = rows(doc._.found_skills, judge_of(doc), text_start(doc))
        return doc

    return component
