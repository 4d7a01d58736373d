"""Requirement level: a skill is required, wished for, part of the work, or merely named.

The sentence's own words come first (`is a plus`, `ideally`, `must`; `cues.toml`), then the section. A skill has the
strongest level of its mentions.
"""

from __future__ import annotations

import bisect
import re
import tomllib
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from itertools import compress
from typing import NamedTuple

from corpus.records import Mention, Requirement, SkillRow
from extractor.components.found import Found
from extractor.components.memory import read_judged
from extractor.components.reading import Reading, component
from extractor.components.sections import DEAF, Line, Section
from extractor.components.skills import HARD
from extractor.components.wording import wording

JUDGE = "mljobs_judge"
ORDER: tuple[Requirement, ...] = ("required", "preferred", "duty", "other")
"""Strongest first."""
UNASKED: frozenset[Section] = frozenset({"other", "duties", "company"})
"""Sections that ask for nothing themselves, so that a sentence may."""

_STOP = re.compile(r"[.!?](?=\s|$)|;| - (?=\w)|[•●▪]| · ")
_BRACKET = re.compile(r"[.!]? ?\([^)]*\)")
_ABBREVIATION = re.compile(r"(?:e\.g|i\.e|etc|incl|vs|approx|min|\b[a-z])$")
_TEAM, _ASKED, _HIRING, _TOLD = wording("team"), wording("asked"), wording("hiring"), wording("told")
_ONE_OF = wording("one_of")

SAYS, ASKS, STUDIES = 1, 2, 4
_HINTS = {
    SAYS: "plus pluses bonus bonuses prefer preferred preferable preferably preference ideally must required require "
    "mandatory desired desirable optional optionally nice good great advantage advantages advantageous asset assets "
    "beneficial benefit welcome welcomed appreciated helpful useful valued necessary essential points apart "
    "differentiator needed critical love requirements requirement",
    ASKS: "looking searching seeking hiring you candidate candidates applicant applicants ideal right successful "
    "perfect need requires requiring proficient proficiency experience background knowledge knowledgeable skills "
    "understanding expertise years familiarity someone hire person",
    STUDIES: "degree degrees bachelor bachelors master masters phd ph doctorate bs b ms m ba bsc msc tech btech mtech "
    "diploma major majored graduate undergraduate field fields discipline disciplines study studies",
}
"""Words of which one is in every cue, or where somebody has studied: where none stands, no pattern is tried."""
HINTS: dict[str, int] = {}
for _mark, _words in _HINTS.items():
    for _word in _words.split():
        HINTS[_word] = HINTS.get(_word, 0) | _mark


class Cue(NamedTuple):
    """Words that give a level to what stands between two offsets."""

    level: Requirement
    start: int
    end: int
    words: str
    is_personal: bool = False
    """It speaks of what the worker is like, so it counts for soft skills only."""


@cache
def _cues() -> tuple[re.Pattern[str], ...]:
    """(cues that always count, where the section asks for nothing, in text on the employer, for soft skills)."""
    table = tomllib.loads(files("extractor.components").joinpath("cues.toml").read_text(encoding="utf-8"))

    def pattern(*groups: tuple[str, str]) -> re.Pattern[str]:
        named = "|".join(f"(?P<{level}_{side}>{table[level][side]})" for level, side in groups)
        return re.compile(rf"(?<![\w])(?:{named})", re.VERBOSE)

    said = pattern(("preferred", "after"), ("preferred", "before"), ("required", "after"), ("required", "before"))
    return (
        said,
        pattern(("addressed", "before"), ("worded", "before")),
        pattern(("addressed", "before")),
        pattern(("personal", "around")),
    )


def cues_of(text: str, line: Line, hints: int) -> list[Cue]:
    """The cues of a line; `text` is the plain description, `hints` the marks of the line's words."""
    said, asked, addressed, personal = _cues()
    found = [*_scoped(text, line, said)] if hints & SAYS else []
    if hints & ASKS and line.section in UNASKED:
        found += _scoped(text, line, addressed if line.section == "company" else asked)
        found += [
            Cue("required", match.start(), match.end(), match[0][:40], is_personal=True)
            for match in personal.finditer(text, line.start, line.end)
        ]
    return found


def _scoped(text: str, line: Line, pattern: re.Pattern[str]) -> Iterator[Cue]:
    stops: list[int] | None = None
    for match in pattern.finditer(text, line.start, line.end):
        name = match.lastgroup or ""
        kind, side = name.split("_")
        before = _TOLD if kind == "worded" else _ONE_OF if match[0] == "preferably" else None
        if before is not None and before.search(text, max(line.start, match.start() - 60), match.start()):
            continue
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
            if (text[opened + 1 : match.start()] + text[match.end() : closed]).strip(" ,"):
                left, right = opened, closed
            elif text[left:opened].strip(" -*•·"):
                if not text.startswith(") or ", closed):  # `PyTorch (preferred) or TensorFlow`: one of them is a must
                    yield Cue(level, _item_start(text, left, opened), opened, match[0])
                continue
            else:  # `(Optional) Python …`
                left, side = closed, "before"
        if side == "after" and text[left : match.start()].strip(" -*•·("):
            yield Cue(level, left, match.start(), match[0])
            if bracket := _BRACKET.match(text, match.end(), line.end):  # `Streaming is a plus. (Kafka, Flink)`
                yield Cue(level, match.end(), bracket.end(), match[0])
        else:
            yield Cue(level, match.end(), right, match[0])


def _item_start(text: str, left: int, end: int) -> int:
    """Where the last element of a list starts: after the last comma, `and`, `or`."""
    return max(left, *(text.rfind(mark, left, end - 1) + len(mark) for mark in (",", " and ", " or ", "/", "(")))


class Judge:
    """Gives levels to what stands on the lines of one posting; each line's cues are read once."""

    def __init__(self, reading: Reading) -> None:
        self.text = reading.plain
        self.lines = reading.lines
        self.hints = [0] * len(self.lines)
        """Marks of the words on each line."""
        self._read: dict[int, tuple[list[Cue], Requirement, str]] = {}
        words, starts = reading.skill_words, reading.starts
        for index in compress(range(len(words.folded)), map(HINTS.__contains__, words.folded)):
            self.hints[bisect.bisect_right(starts, words.starts[index]) - 1] |= HINTS[words.folded[index]]

    def read_line(self, index: int) -> tuple[list[Cue], Requirement, str]:
        """(cues, level where none applies, the rule that says so) of a line."""
        read = self._read.get(index)
        if read is None:
            line = self.lines[index]
            cues = cues_of(self.text, line, self.hints[index]) if line.section not in DEAF else []
            read = self._read[index] = (cues, *self._by_section(line))
        return read

    def level(self, one: Found) -> tuple[Requirement, str]:
        """The level of a mention in the description, and the rule that decided."""
        cues, level, rule = self._read.get(one.line) or self.read_line(one.line)
        for cue in cues:
            if cue.start <= one.start and one.end <= cue.end and (one.kind == "soft" or not cue.is_personal):
                return cue.level, f'cue "{cue.words.strip()}"'
        line = self.lines[one.line]
        is_unasked = level == "other" and line.section == "company" and one.kind in HARD
        if is_unasked and _HIRING.search(self.text, line.start, line.end):
            return "duty", "wording of whom the employer looks for"
        return level, rule

    def _by_section(self, line: Line) -> tuple[Requirement, str]:
        if line.section == "company" and _TEAM.search(self.text, line.start, line.end):
            return "duty", "wording of the team's work"
        return line.level, f'{line.section}: "{line.heading}"' if line.heading else f"{line.section}: no heading"


def judge_of(reading: Reading) -> Judge:
    """The judge of a posting's mentions; made once."""
    judge: Judge | None = reading.values.get(JUDGE)
    if judge is None:
        judge = reading.values[JUDGE] = Judge(reading)
    return judge


def read_levels(reading: Reading) -> tuple[SkillRow, ...]:
    """One row a distinct skill, in order of first mention, each mention with its level and the rule that decided."""
    named: dict[str, tuple[Found, list[Mention]]] = {}
    reading.judged = _of_others(read_judged(reading, judged), reading)
    if "candidate_terms" in reading.values:
        reading.values["candidate_terms"] = tuple(sorted({note.name for note in reading.notes if note.about == "term"}))
    for one, mention in reading.judged:
        known = named.get(one.skill_id)
        if known is None:
            named[one.skill_id] = (one, [mention])
        else:
            known[1].append(mention)
    return tuple([_row(first, mentions) for first, mentions in named.values()])


def _of_others(judged: list[tuple[Found, Mention]], reading: Reading) -> list[tuple[Found, Mention]]:
    """The mentions without those of a product that is the employer itself, where nobody asks for it."""
    own = {note.name for note in reading.notes if note.about == "employer"}
    if not own:
        return judged
    text = reading.plain
    return [
        (one, mention)
        for one, mention in judged
        if one.skill_id not in own
        or one.field == "title"
        or (
            mention.requirement in ("required", "preferred")
            and _ASKED.search(text, max(0, mention.start - 80), mention.start)
        )
    ]


def judged(reading: Reading) -> list[tuple[Found, Mention]]:
    """Each mention with its level and the rule that decided."""
    judge = judge_of(reading)
    pairs: list[tuple[Found, Mention]] = []
    for one in reading.found:
        skill_id, _, _, field, start, end, how, line, _ = one
        if field == "title":
            mention = Mention(skill_id, field, start, end, "title", "duty", f"{how}; title")
        else:
            level, rule = judge.level(one)
            mention = Mention(skill_id, field, start, end, judge.lines[line].section, level, f"{how}; {rule}")
        pairs.append((one, mention))
    return pairs


def _row(skill: Found, mentions: list[Mention]) -> SkillRow:
    strongest: Requirement = mentions[0].requirement
    if len(mentions) > 1:
        levels = {mention.requirement for mention in mentions}
        strongest = next(level for level in ORDER if level in levels)
    return SkillRow(skill.skill_id, skill.name, skill.kind, strongest, tuple(mentions), skill.is_listed)


make = component("levels", read_levels, "skills")
