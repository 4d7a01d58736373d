"""Employment type: full time, part time, contract, internship, or not said."""

from __future__ import annotations

import functools
import re

from corpus.records import EmploymentType
from extractor.components.anchors import Anchors
from extractor.components.page import Page
from extractor.components.patterns import either

_TITLE: tuple[tuple[EmploymentType, re.Pattern[str]], ...] = (
    ("internship", re.compile(r"\bintern(?:s|ship|ships)?\b|\bco-?op\b|\bwerkstudent|\bpraktik|\bstagiaire")),
    (
        "contract",
        re.compile(
            r"\b(?:contract(?:or|ors)?|freelanc\w+|temporary|temp|fixed[- ]term|ftc|c2c|w2"
            r"|consultant \(contract\))\b(?!s)"
        ),
    ),
    ("part_time", re.compile(r"\bpart[- ]time\b")),
    ("full_time", re.compile(r"\bfull[- ]time\b|\bpermanent\b")),
)
_FIELD = (
    r"(?:(?:job|employment|position|contract|role|work|hire|engagement|opportunity"
    r"|commitment)[ -]?(?:types?|status|basis|schedule|time|hours|classification|category)?"
    r"|type(?: of (?:contract|employment|position|role))?|schedule|hours|working hours|duration"
    r"|status)s?\s*[:\-–]\s*[*_ ]*(?:[a-z]+,? (?:/ )?){0,2}"
)
_THING = (
    r"(?:role|position|job|opportunity|basis|employment|hire|engineer|scientist|developer"
    r"|researcher|analyst|internship|offer|opening|contract|commitment|remote|permanent"
    r"|on-?site|in-person|hybrid|w-?2|salaried|exempt|member of)"
)
_FULL = either(
    rf"{_FIELD}full[- ]?time|(?:[|•]| [-–]) ?\**full[- ]?time\b(?! (?:student|employ|work|exp|stud))"
    rf"|^\W*(?:(?:regular|permanent|exempt|salaried|employee)\W+)?full[- ]?time"
    r"(?:\W+(?:regular|permanent|exempt|salaried|employee))?\W*$|\bintern(?:ship)?s? (?:and|or|&|/) full[- ]?time\b"
    r"|\bfull[- ]?time ?(?:\|"
    r"|/|,? ?permanent|\)|,? w2)"
    r"|\b(?:this|is|as|an?|our|the|be|looking for|seeking|hiring|offer(?:ing)?|open to"
    rf"|for|join(?:ing)?(?: us)?|work)(?: an?)?(?: [\w-]+,?){{0,4}} full[- ]?time,?(?: [\w/-]+,?){{0,3}} {_THING}s?\b"
    r"|\b(?:work|available|join|committed|hired|role is|position is|you full|start) full[- ]?time\b"
    r"|\bfull[- ]?time (?:or|and|/) ?(?:part|contract)|\bpermanent,? full[- ]?time"
    r"|, full[- ]?time\b|\bas an? full[- ]?time (?:employee|team member|member)\b[^.\n]{0,30}\byou\b"
    r"|\b(?:for|in) (?:this|the) full[- ]?time,?(?: [\w/-]+,?){0,2} (?:position|role|job)\b"
    r"|^full[- ]?time employee benefits"
    r"|\b(?:this|is an?|an?|as an?) permanent(?: [\w-]+,?){0,2} (?:position|role|job|contract|employment)\b"
    r"|\bpermanent contract\b",
    re.MULTILINE,
)
_NOT_THIS_ROLE = either(
    r"(?<!as a )\bfull[- ]?time (?:employees|staff|engineers|positions|roles|students?|offers?"
    r"|education|jobs|team members|equivalents?|hires|colleagues|workers)"
    r"|\b(?:(?<!looking )(?<!searching )for(?! (?:this|the) full)|all|alongside|our|eligible"
    r"|convert to|conversion to|into|regular(?! -)|us-based"
    r"|u\.s\.|other) (?:[\w-]+ ){0,2}full[- ]?time|\bcould (?:lead|turn)[^.\n]{0,30}full[- ]?time"
    r"|\bdoing this full"
)
_PART = either(
    rf"{_FIELD}part[- ]?time|[|•] ?\**part[- ]?time\b"
    rf"|\b(?:this|is|as|an?)(?: [\w-]+,?){{0,3}} part[- ]?time(?: [\w-]+){{0,2}} (?:role"
    r"|position|job|opportunity|basis|contract)|^\W*part[- ]?time\W*$",
    re.MULTILINE,
)
_CONTRACT = either(
    rf"{_FIELD}(?:contract|contractor|freelance|temporary|fixed[- ]term|independent contractor"
    r"|consult\w+)\b|[|•] ?\**(?:contract|freelance|contractor)\b|\bindependent contractors?\b"
    r"|\bfreelance (?:role|position|basis|opportunity|project|contract|work)|\bcontract[- ]to[- ]hire"
    r"|\bfixed[- ]term (?:contract|role|position|basis|appointment)|\btemporary (?:role"
    r"|position|contract|assignment|employment)"
    r"|\b(?:\d+|six|three|twelve|nine|two|one)[+ -]*(?:months?|mos?|years?)\+?,? (?:[\w-]+ ){0,2}contract\b"
    r"|\bcontract (?:role|position|opportunity|basis|duration|length|assignment|engagement"
    r"|job|period|rate)|\bthis is an? (?:[\w-]+ ){0,4}contract\b(?! manufactur)|\b(?:c2c"
    r"|corp[- ]to[- ]corp|w2 contract|1099)\b|\bproject-based,? not (?:permanent|full)"
    r"|^\W*(?:temporary|contract|contractor|freelance)[ .*]*\n"
    r"|\b(?:duration|length)\s*:\s*\d+\+? ?(?:\+|plus)? ?months|\bas an? (?:independent )?contractor\b",
    re.MULTILINE,
)
_NO_CONTRACT = re.compile(r"\b(?:no|not|cannot|can't|without)\b[^.\n]{0,40}\b(?:c2c|corp|1099|contractors?)\b")
_INTERN = either(
    rf"{_FIELD}internship|\b(?:this|our|the|an?)(?: [\w-]+){{0,3}} internship (?:is"
    r"|will|program|position|role|runs|lasts|offers|opportunity|starts)|[|] ?interns?(?:hip)?\b"
    rf"|\binternship (?:duration|dates|length)|\bas an? [^.\n]{{0,30}}\bintern,? you\b"
)


_FULL_NEAR = Anchors("full time", "full-time", "fulltime", "permanent")
_PART_NEAR = Anchors("part time", "part-time")
_INTERN_NEAR = Anchors("internship", " intern")
_CONTRACT_NEAR = Anchors(
    "contract", "freelance", "temporary", "fixed", "c2c", "corp-to", "1099", "duration", "project-based"
)


@functools.lru_cache(maxsize=4096)
def _of_title(title: str) -> EmploymentType | None:
    return next((kind for kind, pattern in _TITLE if pattern.search(title)), None)


def read_employment_type(page: Page) -> EmploymentType | None:
    """The type that the title names, else the text; None where neither does."""
    if (kind := _of_title(page.plain_title)) is not None:
        return kind
    if _stands(page, _INTERN_NEAR, _INTERN) and not _stands(page, _FULL_NEAR, _FULL):
        return "internship"
    full = _stands(page, _FULL_NEAR, _FULL, _NOT_THIS_ROLE)
    if _stands(page, _CONTRACT_NEAR, _CONTRACT, _NO_CONTRACT, back=60):
        explicit = full and _stands(page, _FULL_NEAR, _FULL_FIRST)
        return "full_time" if explicit else "contract"
    if full:
        return "full_time"
    return "part_time" if _stands(page, _PART_NEAR, _PART) else None


_FULL_FIRST = re.compile(
    r"\bfull[- ]?time ?(?:,|or|/|and|\|) ?(?:or )?(?:contract|part|freelance)|types?\s*:\s*\**full[- ]?time"
    r"|[|] ?full[- ]?time"
)


def _stands(
    page: Page, anchors: Anchors, pattern: re.Pattern[str], unless: re.Pattern[str] | None = None, back: int = 25
) -> bool:
    """Whether a pattern stands around an anchor on its line, and `unless` does not from `back` characters before it."""
    text = page.plain
    for at in page.places(anchors):
        left, right = text.rfind("\n", max(0, at - 70), at) + 1 or max(0, at - 70), min(len(text), at + 70)
        if pattern.search(text, left, right) and not (unless and unless.search(text, max(left, at - back), right)):
            return True
    return False
