"""Which mentions count: a word that names a skill asks for it only where a posting speaks of the work or the worker.

What an employer says of itself, of its benefits and of equal opportunity asks for nothing. Soft skills count where
they are named as a quality of the worker, and a trade (`healthcare`) where experience in it is asked for.
"""

from __future__ import annotations

import bisect
import re

from corpus.records import Requirement
from extractor.components.anchors import Anchors
from extractor.components.found import Found, Note
from extractor.components.levels import STUDIES, Judge, judge_of
from extractor.components.page import Page
from extractor.components.reading import Reading, skill_reader
from extractor.components.sections import Line
from extractor.components.skills import HARD
from extractor.components.standing import asks
from extractor.components.wording import literals, wording

STUDIED = frozenset({"concept", "math", "domain"})
"""Kinds that also name fields of study."""
ASKING = frozenset({"required", "preferred"})
_DEGREE, _END_OF_FIELDS, _TRADE = wording("degree"), wording("end_of_fields"), wording("trade")
_NEGATION, _NO_NEGATION = wording("negation"), wording("no_negation")
_SOFT_DUTIES, _TOLD = frozenset(literals("soft_duties")), frozenset(literals("told_duties"))
_QUALITIES = frozenset(literals("named_qualities"))
_FIRST_WORD = re.compile(r"[ -]")
_BLANK = re.compile(r"\s|$")
_BEFORE_EMPLOYER = tuple(blank + word for blank in " \n" for word in ("at ", "join ", "joining ", "about ", "why "))
_AFTER_EMPLOYER = (
    " is seeking",
    " is looking for",
    " is hiring",
    " is searching",
    " is the company",
    ", inc.",
    ", inc (",
    " inc.",
)
_OTHER_FIELDS = ("related", "similar", "equivalent", "relevant", "comparable", "other", "another")
_DENIALS = Anchors(
    *("not ", " no ", "(no ", "\nno ", "n't ", "without ", "rather than ", "instead of ", "neither ", "nor "),
    anywhere=True,
)
_LINKS, _MAIL = Anchors("://", "www.", anywhere=True), Anchors("@", anywhere=True)


def counts(judge: Judge, line: Line, one: Found, level: Requirement) -> bool:
    """Whether a mention in the description, at its level, asks for its skill, fields of study apart."""
    if level == "other":
        return line.section == "seeker" and one.kind not in ("soft", "domain")
    if one.kind == "soft":
        return line.section in ASKING or level in ASKING or _is_named(judge, one)
    if one.kind == "domain":
        return level in ASKING and _TRADE.search(judge.text, line.start, line.end) is not None
    return True


def _is_named(judge: Judge, one: Found) -> bool:
    """Whether a duty is named (`knowledge sharing`, `curiosity`), not told as a verb (`share what you learn`)."""
    form = judge.text[one.start : one.end]
    if one.skill_id in _SOFT_DUTIES and _FIRST_WORD.split(form, maxsplit=1)[0] not in _TOLD:
        return True
    return form.replace("-", " ") in _QUALITIES


def negations(page: Page) -> list[int]:
    """Where a text denies something."""
    return sorted(page.places(_DENIALS))


def is_negated(text: str, line: Line, start: int, denied: list[int]) -> bool:
    """`Not prompt engineering`, `no Java`, `rather than research`: named to say that it is not meant."""
    low = max(line.start, start - 40)
    if bisect.bisect_left(denied, low) == bisect.bisect_left(denied, start):
        return False
    before = text[low:start]
    return _NEGATION.search(before) is not None and _NO_NEGATION.search(before) is None


def fields_of_study(text: str, line: Line) -> list[tuple[int, int]]:
    """Spans of a line that say what somebody has studied: `Machine Learning, Statistics or a related field`."""
    spans: list[tuple[int, int]] = []
    low, words = line.start, text[line.start : line.end]  # cut out, for the line may be glued to what stands before
    for degree in _DEGREE.finditer(words):
        stop = _END_OF_FIELDS.search(words, degree.end())
        end = len(words) if stop is None else stop.end() if stop[0].startswith(_OTHER_FIELDS) else stop.start()
        spans.append((low + degree.end(), low + end))
        if degree[0].startswith(("degree", "major", "graduate")):  # `a computer science degree`
            spans.append((low + max(0, degree.start() - 40), low + degree.start()))
    return spans


def addresses(page: Page) -> list[tuple[int, int]]:
    """Spans of links and mail addresses, whose words name nobody's skills."""
    text = page.plain
    starts = [(at, at) for at in page.places(_LINKS)]
    starts += [(max(text.rfind(" ", 0, at), text.rfind("\n", 0, at)) + 1, at) for at in page.places(_MAIL)]
    return [(start, blank.start() if (blank := _BLANK.search(text, at)) else len(text)) for start, at in starts]


def employers(reading: Reading) -> set[Note]:
    """The products that are the employer itself: `At Figma, we …`, `Figma is hiring`."""
    text = reading.plain
    return {
        Note(one.line, "employer", one.skill_id)
        for one in reading.found
        if one.kind in HARD
        and one.field == "description"
        and (
            text.endswith(_BEFORE_EMPLOYER, max(0, one.start - 9), one.start)
            or text.startswith(_AFTER_EMPLOYER, one.end)
        )
    }


class _Studies:
    """The fields of study of one posting's lines, each line read once."""

    def __init__(self, judge: Judge) -> None:
        self.judge = judge
        self.spans: dict[int, list[tuple[int, int]]] = {}

    def cover(self, one: Found) -> bool:
        """Whether a mention is a field that somebody has studied."""
        if one.kind not in STUDIED or not self.judge.hints[one.line] & STUDIES:
            return False
        if one.line not in self.spans:
            self.spans[one.line] = fields_of_study(self.judge.text, self.judge.lines[one.line])
        return any(low <= one.start and one.end <= high for low, high in self.spans[one.line])


def read_gates(reading: Reading) -> list[Found]:
    """The mentions that count."""
    judge, text, lines = judge_of(reading), reading.plain, reading.lines
    denied, links, studies = negations(reading), addresses(reading), _Studies(judge)
    reading.notes |= employers(reading)
    kept: list[Found] = []
    for index, one in enumerate(reading.found):
        if one.field == "title":
            if one.kind not in ("soft", "domain"):
                kept.append(one)
            continue
        line, level = lines[one.line], judge.level(one)[0]
        if not counts(judge, line, one, level) or (denied and is_negated(text, line, one.start, denied)):
            continue
        if links and any(low <= one.start < high for low, high in links):
            continue
        if not asks(reading, index, is_duty=level not in ASKING) or studies.cover(one):
            continue
        kept.append(one)
    reading.found = kept
    return kept


make = skill_reader("gates", read_gates, "found_skills")
