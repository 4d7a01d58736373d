"""Which mentions count: a word that names a skill asks for it only where a posting speaks of the work or the worker.

What an employer says of itself, of its benefits and of equal opportunity asks for nothing. Soft skills count where
they are named as a quality of the worker, and a trade (`healthcare`) where experience in it is asked for.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from spacy.language import Language
from spacy.tokens import Doc

from extractor.components.document import Component, text_start
from extractor.components.levels import Judge, judge_of
from extractor.components.sections import Line
from extractor.components.found import Found

SILENT = frozenset({"benefits", "equal_opportunity", "application"})
STUDIED = frozenset({"concept", "math", "domain"})
"""Kinds that also name fields of study."""
ASKING = frozenset({"required", "preferred"})
_DEGREE = re.compile(
    r"\b(?:degrees?|bachelor(?:'?s)?|master(?:'?s)?|ph\.?\s?d\.?|doctorate|b\.?s\.?c?\.?|m\.?s\.?c?\.?|b\.?a\.?|b\.?tech|m\.?tech|diploma|major(?:ed)?|graduate|undergraduate|fields? of study|studies)"
    r"(?=[\s/,.()]|$)"
)
_END_OF_FIELDS = re.compile(
    r"\b(?:related|similar|equivalent|relevant|comparable|other)\b[^.;,]{0,40}?\b(?:fields?|disciplines?|subjects?|areas?|degrees?|studies|experience|major)\b|\b(?:experience|years?|with|plus|preferred|required|knowledge|skills?|understanding|ability)\b|[.;](?=\s|$)|\n|$"
)
_NEGATION = re.compile(
    r"(?:\bnot|\bno|\bwithout|\brather than|\binstead of|\bn't (?:need|require)|\bneither|\bnor)(?: (?:a|an|any|just|only|be|about|to|prior|the|require|necessarily|need|in))*(?: [\w-]+)? ?$"
)
_NOT_NEGATED = re.compile(r"\bnot (?:only|just|limited)\b")
_OTHER_FIELDS = ("related", "similar", "equivalent", "relevant", "comparable", "other")
_DEGREE_HINTS = ("degree", "bachelor", "master", "ph", "doctor", "bs", "b.s", "ms", "m.s", "ba", "b.a", "tech", "diploma", "major", "graduate", "stud")
_TRADE = re.compile(
    r"\b(?:experience|background|knowledge|understanding|familiarity|expertise|exposure|worked|working|interest(?:ed)?|passion|track record|domain|industry|industries|sector|environment|regulated|familiar)\b"
)


def counts(judge: Judge, index: int, line: Line, one: Found, start: int, end: int) -> bool:
    """Whether the mention at these offsets of the description asks for its skill, fields of study apart."""
    if line.section in SILENT or is_negated(judge.text, line, start):
        return False
    level, _ = judge.level(index, line, start, end)
    if one.kind == "soft":
        return line.section in ASKING or level in ASKING
    if one.kind == "domain":
        return level in ASKING and _TRADE.search(judge.text, line.start, line.end) is not None
    return level != "other"


def is_negated(text: str, line: Line, start: int) -> bool:
    """`Not prompt engineering`, `no Java`, `rather than research`: named to say that it is not meant."""
    before = text[max(line.start, start - 40) : start]
    if not any(hint in before for hint in ("no", "n't", "without", "rather than", "instead of")):
        return False
    return _NEGATION.search(before) is not None and _NOT_NEGATED.search(before) is None


def fields_of_study(text: str, line: Line) -> list[tuple[int, int]]:
    """Spans of a line that say what somebody has studied: `Machine Learning, Statistics or a related field`."""
    spans: list[tuple[int, int]] = []
    words = text[line.start : line.end]
    if not any(hint in words for hint in _DEGREE_HINTS):
        return spans
    for degree in _DEGREE.finditer(text, line.start, line.end):
        stop = _END_OF_FIELDS.search(text, degree.end(), line.end)
        end = line.end if stop is None else stop.end() if stop[0].startswith(_OTHER_FIELDS) else stop.start()
        spans.append((degree.end(), end))
        if degree[0].startswith(("degree", "major", "graduate")):  # `a computer science degree`
            spans.append((max(line.start, degree.start() - 40), degree.start()))
    return spans


def passing(found: Sequence[Found], judge: Judge, offset: int) -> list[Found]:
    """The mentions that count; offsets are into the Doc, whose description starts at `offset`."""
    degrees: dict[int, list[tuple[int, int]]] = {}
    kept: list[Found] = []
    for one in found:
        if one.start < offset:
            if one.kind not in ("soft", "domain"):
                kept.append(one)
            continue
        start, end = one.start - offset, one.end - offset
        at = judge.line_at(start)
        if at is None or not counts(judge, *at, one, start, end):
            continue
        if one.kind in STUDIED:
            index, line = at
            if index not in degrees:
                degrees[index] = fields_of_study(judge.text, line)
            if any(low <= start and end <= high for low, high in degrees[index]):
                continue
        kept.append(one)
    return kept


@Language.factory("mljobs_gates")
def make(nlp: Language, name: str) -> Component:  # noqa: ARG001 - spaCy's signature
    """The spaCy component: leaves in `doc._.found_skills` only the mentions that count."""

    def component(doc: Doc) -> Doc:
        doc._.found_skills = passing(doc._.found_skills, judge_of(doc), text_start(doc))
        return doc

    return component
