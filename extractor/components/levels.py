"""Requirement level: is a skill required, wished for, part of the work, or merely named?

The sentence's own words come first (`is a plus`, `ideally`, `must`), then the section. A skill has the strongest
level of its mentions.
"""

from __future__ import annotations

import bisect
import re
from collections.abc import Sequence

from spacy.language import Language
from spacy.tokens import Doc

from corpus.records import Mention, Requirement, SkillRow
from extractor.components.document import Component, attribute, page_of, text_start
from extractor.components.page import Page
from extractor.components.sections import Line
from extractor.components.skills import Found

ORDER: tuple[Requirement, ...] = ("required", "preferred", "duty", "other")
"""Strongest first."""

_WISH_AFTER = re.compile(
    r"\b(?:(?:a|an|big|huge|major|definite|strong|real|added|is|are|also) (?:plus|bonus|asset|advantage)|plus(?=\s*(?:$|[.!)]))"
    r"|(?:strongly |highly |also )?(?:preferred|preferable|desired|desirable|beneficial|advantageous|optional)"
    r"|nice[ -]to[ -]haves?|would be (?:great|nice|good|ideal|helpful|beneficial|useful|fantastic|awesome)|(?:is|are) (?:appreciated|welcomed?|helpful|nice|useful)"
    r"|not (?:strictly )?(?:required|necessary|mandatory|a must))\b"
)
_WISH_BEFORE = re.compile(
    r"\b(?:ideal(?:ly)?|preferably|preference (?:for|to|will)|prefer(?:red)?(?=:)|bonus(?: points?)?(?= (?:for|if)|:)|nice[ -]to[ -]haves?|(?:a )?plus(?=:)|optionally|extra points|we(?:'d| would) love (?:it )?if)\b"
)
_MUST = re.compile(
    r"\b(?:must(?:[ -]have)?|required?|requires|is essential|are essential|mandatory|we(?:'re| are) (?:looking|searching|seeking) for|you (?:have|bring|are|know|'ve)|you(?:'ve| should have| must)|we need|seeking (?:a|an|someone)|proficien(?:t|cy) (?:in|with)|"
    r"(?:strong|solid|deep|extensive|proven|hands[ -]on|demonstrated|significant) (?:\w+ ){0,2}(?:experience|background|knowledge|skills|understanding|expertise)|the (?:ideal|right|successful) (?:candidate|person|fit))\b"
)


def _line_at(lines: Sequence[Line], starts: Sequence[int], position: int) -> Line | None:
    index = bisect.bisect_right(starts, position) - 1
    return lines[index] if index >= 0 else None


def level(page: Page, line: Line, start: int, end: int) -> tuple[Requirement, str]:
    """The level of the mention at these offsets of the description, and the rule that decided."""
    left, right = page.sentence(start, end)
    plain = page.plain
    if line.section not in ("equal_opportunity", "benefits", "application"):
        after = _WISH_AFTER.search(plain, end, right)
        if after and not _MUST.search(plain, after.start() - 9, after.start()):
            return "preferred", f'cue "{after[0]}"'
        before = _WISH_BEFORE.search(plain, left, start)
        if before:
            return "preferred", f'cue "{before[0]}"'
        if line.section in ("other", "duties", "company"):
            must = _MUST.search(plain, left, start)
            if must:
                return "required", f'cue "{must[0]}"'
    shown = f'heading "{line.heading}"' if line.heading else "no heading"
    return line.level, f"{shown} ({line.section})"


def rows(found: Sequence[Found], page: Page, offset: int) -> tuple[SkillRow, ...]:
    """One row a distinct skill, in order of first mention, each mention with its level and the rule that decided."""
    lines = page.lines
    starts = [line.start for line in lines]
    mentions: dict[str, list[Mention]] = {}
    first: dict[str, Found] = {}
    for one in found:
        if one.start < offset:
            mention = Mention(one.skill_id, "title", one.start, one.end, "title", "duty", f"{one.how}; title")
        else:
            start, end = one.start - offset, one.end - offset
            line = _line_at(lines, starts, start)  # type: ignore[arg-type]
            if line is None:
                continue
            requirement, rule = level(page, line, start, end)
            mention = Mention(one.skill_id, "description", start, end, line.section, requirement, f"{one.how}; {rule}")
        mentions.setdefault(one.skill_id, []).append(mention)
        first.setdefault(one.skill_id, one)
    return tuple(
        SkillRow(
            skill_id,
            first[skill_id].name,
            first[skill_id].kind,
            min((m.requirement for m in named), key=ORDER.index),
            tuple(named),
            first[skill_id].is_listed,
        )
        for skill_id, named in mentions.items()
    )


attribute("skills", default=())


@Language.factory("mljobs_levels")
def make(nlp: Language, name: str) -> Component:  # noqa: ARG001 - spaCy's signature
    """The spaCy component: sets `doc._.skills`, a tuple of `SkillRow`."""

    def component(doc: Doc) -> Doc:
        doc._.skills = rows(doc._.found_skills, page_of(doc), text_start(doc))
        return doc

    return component
