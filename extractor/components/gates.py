"""Which mentions count: a word that names a skill asks for it only where a posting speaks of the work or the worker.

What an employer says of itself, of its benefits and of equal opportunity asks for nothing. Soft skills count where
they are named as a quality of the worker, and a trade (`healthcare`) where experience in it is asked for.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from spacy.language import Language
from spacy.tokens import Doc

from extractor.components.document import Component, page_of, text_start
from extractor.components.levels import Judge
from extractor.components.page import Page
from extractor.components.sections import Line
from extractor.components.skills import Found, keep

SILENT = frozenset({"benefits", "equal_opportunity", "application"})
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
_TRADE = re.compile(
    r"\b(?:experience|background|knowledge|understanding|familiarity|expertise|exposure|worked|working|interest(?:ed)?|passion|track record|domain|industry|industries|sector|environment|regulated|familiar)\b"
)


def counts(judge: Judge, index: int, line: Line, one: Found, start: int, end: int) -> bool:
    """Whether the mention at these offsets of the description asks for its skill."""
    if line.section in SILENT or is_negated(judge.text, line, start):
        return False
    if one.kind in ("concept", "math", "domain") and is_field_of_study(judge.text, line, start, end):
        return False
    level, rule = judge.level(index, line, start, end)
    if line.section == "company" and level == "other":
        return False
    if one.kind == "soft":
        if line.section in ASKING or level in ASKING:
            return True
        return False
    if one.kind == "domain":
        return level in ASKING and _TRADE.search(judge.text, line.start, line.end) is not None
    return True


def is_negated(text: str, line: Line, start: int) -> bool:
    """`Not prompt engineering`, `no Java`, `rather than research`: named to say that it is not meant."""
    before = text[max(line.start, start - 40) : start]
    return _NEGATION.search(before) is not None and _NOT_NEGATED.search(before) is None


def is_field_of_study(text: str, line: Line, start: int, end: int) -> bool:
    """`PhD in Machine Learning, Statistics or a related field`: named as what somebody has studied."""
    for degree in _DEGREE.finditer(text, line.start, line.end):
        if degree.end() <= start:
            stop = _END_OF_FIELDS.search(text, degree.end(), line.end)
            if stop is None or stop.start() >= start:
                return True
            if (
                stop[0].startswith(("related", "similar", "equivalent", "relevant", "comparable", "other"))
                and stop.end() >= end
            ):
                return True
        elif end <= degree.start() <= end + 12 and degree[0].startswith(("degree", "major", "graduate")):
            return True
    return False


def passing(found: Sequence[Found], page: Page, offset: int) -> list[Found]:
    """The mentions that count; offsets are into the Doc, whose description starts at `offset`."""
    judge = Judge(page)
    kept: list[Found] = []
    for one in found:
        if one.start < offset:
            if one.kind not in ("soft", "domain"):
                kept.append(one)
            continue
        start, end = one.start - offset, one.end - offset
        at = judge.line_at(start)
        if at is not None and counts(judge, *at, one, start, end):
            kept.append(one)
    return kept


@Language.factory("mljobs_gates")
def make(nlp: Language, name: str) -> Component:  # noqa: ARG001 - spaCy's signature
    """The spaCy component: leaves in `doc._.found_skills` only the mentions that count."""

    def component(doc: Doc) -> Doc:
        keep(doc, passing(doc._.found_skills, page_of(doc), text_start(doc)))
        return doc

    return component
