"""Sections: which lines of a posting are requirements, wishes, duties, or about the employer itself.

A heading is told by its form (short, alone on its line or before a colon) and its wording (`headings.toml`).
Text without line breaks is cut at the items and headings that stand in it.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from functools import cache, lru_cache
from importlib.resources import files
from typing import Literal, NamedTuple, get_args

from attrs import evolve, frozen

from corpus.records import Requirement
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
LONG_LINE = 400
"""Characters; a longer line is looked through for items and headings inside it."""
_BULLET = re.compile(
    r"\s*(?:(?:[-*•·●▪■◦‣–—+✓✔➢►»>]|o(?= [A-Z])|[^\w\s.,:;()\[\]'\"/&#@$€£%+-]{1,3}|\d{1,2}[.)])\s*)+(?=\S)"
)
_EDGE = re.compile(r"^[^a-z0-9(]+|[^a-z0-9)]+$")
_ITEM_INSIDE = re.compile(r"(?<=[\w.)!?:;]) ?(?=[•●▪■◦✓✔➢►] ?\S)|(?<=[\w.)!?:;]) (?=[-*–] [A-Z0-9(])")
_HEADING_INSIDE = re.compile(
    r"(?:(?<=[.!?:;)\]] )|(?<=[a-z)\]] )|(?<=[a-z0-9.!?;)\]]))(?=[A-Z])"
    r"((?:[A-Z][a-z'’]+|[A-Z]+(?![a-z]))"
    r"(?:(?: |/| & |-)(?:[A-Z][a-z'’]*|[A-Z]+(?![a-z])|and|of|the|for|to|we|in|or|are|you|your|will|do|have|be|looking|offer|us)){0,6})"
    r"(?=\s?:| |[A-Z\d])"
)
_SENTENCE_END = re.compile(r"(?<=[a-z)\]%][.!?]) (?=[A-Z])|(?<=[a-z]{3}[.!?])(?=[A-Z][a-z]+ )")
_LOVE = re.compile(r"love|like to see", re.IGNORECASE)
_REQUIREMENT_ITEM = re.compile(
    r"(?:at least |minimum(?: of)? |over )?\d+\s?\+?(?:\s?[-–]\s?\d+\+?)? ?(?:\+ )?years?\b|(?:you have |have |having |with )?(?:an? )?"
    r"(?:(?:strong|solid|deep|extensive|proven|prior|previous|hands[- ]on|demonstrated|demonstrable|significant|excellent|good|great|exceptional"
    r"|outstanding|advanced|basic|working|professional|practical|expert|in-depth|real|some|relevant|industry|commercial|production|superb|high|expert-level"
    r"|technical|academic|analytical|research|engineering|software|data|machine learning|ml|ai|programming|coding|written|verbal|and|,|\w+ing),? ?){0,5}"
    r"(?:experience|proficien(?:t|cy)|knowledge|understanding|familiar(?:ity)?|background|expertise|track record|skills?|ability|abilities|communicat(?:or|ion)"
    r"|degree|bachelor|master|ph\.?d|bs|ms|fluen(?:t|cy)|command|grasp|aptitude|passion(?:ate)?|comfort(?:able)?|fundamentals|competen(?:t|ce|cy)|mindset|certification)\b",
    re.IGNORECASE,
)
_SEEKER = re.compile(r"^willing to relocate\s*:", re.IGNORECASE | re.MULTILINE)
_EQUAL = re.compile(
    r"\bequal[- ](?:employment[- ])?opportunit|\bwithout regard to\b|\bregardless of (?:race|age|gender|sex|color|background|their|your|ethnic)|\bprotected (?:veteran|class|characteristic|status|group)"
    r"|\breasonable accommodation|\bsexual orientation\b|\bgender identity\b|\bunderrepresented\b",
    re.IGNORECASE,
)
_BENEFIT = re.compile(
    r"\b(?:401\(?k\)?|health insurance|medical,? (?:insurance|dental)|dental|parental leave|paid time off|\bpto\b|unlimited (?:vacation|pto|paid)|stock options|equity package|wellness|commuter"
    r"|gym membership|life insurance|company match|paid holidays|learning (?:budget|stipend)|home office (?:budget|stipend))\b",
    re.IGNORECASE,
)
_COMPANY = re.compile(
    r"^(?:founded (?:in|by)|backed by|headquartered|about us\b|our (?:mission|vision|customers|investors|company)\b|we(?:'re|’re| are) (?:a|an|the|backed|proud|one of|on a mission|building|transforming|growing|headquartered|revolution)\b"
    r"|(?:at )?[A-Z][\w.&]*(?: [A-Z][\w.&]*){0,3},? (?:is|was|provides|helps|builds|delivers|has|offers|partners|serves|develops|makes|believes|empowers|enables)\b(?! (?:seeking|looking|hiring|searching))|join (?:us|our)\b)"
)


@frozen
class Line:
    """One line of the description; offsets are characters into it."""

    start: int
    end: int
    section: Section
    is_heading: bool = False
    heading: str = ""
    """The heading or wording that decided the section; empty where none did."""
    is_item: bool = False

    @property
    def level(self) -> Requirement:
        """What the section alone says about the requirement level."""
        return LEVELS[self.section]


class _Opening(NamedTuple):
    """A line that is a heading, or starts with one."""

    section: Section | None
    words: str
    is_alone: bool


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
    if _SEEKER.search(text):
        return tuple(Line(start, end, "company", heading="a person who seeks work") for start, end in _pieces(text))
    lines = list(_sections(text))
    if not any(line.section == "required" for line in lines):
        lines = [
            evolve(line, section="required") if line.section == "preferred" and _LOVE.search(line.heading) else line
            for line in lines
        ]
    return tuple(lines)


def _sections(text: str) -> Iterator[Line]:
    section: Section = "other"
    heading = ""
    for start, end in _pieces(text):
        bullet = _BULLET.match(text, start, end)
        body = text[bullet.end() if bullet else start : end].strip()
        is_item = bullet is not None
        opened = _opening(body, is_item=is_item)
        if opened is None:
            said, why = _by_wording(body, section)
            yield Line(start, end, said, heading=why or heading, is_item=is_item)
        elif opened.is_alone or not is_item:
            if opened.section is not None:
                section, heading = opened.section, opened.words
            yield Line(start, end, section, is_heading=opened.is_alone, heading=heading, is_item=is_item)
        elif opened.section in ("required", "preferred") or section == "other":
            yield Line(start, end, opened.section or section, heading=opened.words, is_item=True)
        else:
            yield Line(start, end, section, heading=heading, is_item=True)


def _pieces(text: str) -> list[tuple[int, int]]:
    """Bounds of the lines that hold something; long ones are cut before the items and headings inside them."""
    pieces: list[tuple[int, int]] = []
    start = 0
    for raw in text.split("\n"):
        end = start + len(raw)
        if raw and not raw.isspace():
            if len(raw) > LONG_LINE:
                cuts = [start, *(start + cut for cut in _cuts(raw)), end]
                pieces += zip(cuts, cuts[1:], strict=False)
            else:
                pieces.append((start, end))
        start = end + 1
    return pieces


def _cuts(line: str) -> list[int]:
    """Where to cut a line that holds several: before items, sentences, and known headings."""
    cuts = {m.end() for m in _ITEM_INSIDE.finditer(line)} | {m.end() for m in _SENTENCE_END.finditer(line)}
    for match in _HEADING_INSIDE.finditer(line):
        before_colon = line[match.end(1) : match.end(1) + 2].lstrip()[:1] == ":"
        named = match[1] if before_colon else _title_case_heading(match[1])
        if named and heading_section(named) in _CUTTING:
            cuts.add(match.start(1))
            if not before_colon:
                cuts.add(match.start(1) + len(named))
    return sorted(cut for cut in cuts if 0 < cut < len(line))


_CUTTING = frozenset({"required", "preferred", "duties", "benefits"})


def _title_case_heading(words: str) -> str | None:
    """The known heading of two words or more that a run of capitalised words starts with."""
    parts = words.split(" ")
    for count in range(2, len(parts) + 1):
        named = " ".join(parts[:count])
        if (
            parts[0] not in ("You", "You’ll", "You'll", "In", "Work", "As")
            and parts[count - 1][:1].isupper()
            and heading_section(named)
        ):
            return named
    return None


def _opening(body: str, *, is_item: bool) -> _Opening | None:
    """The heading that a line is or starts with, or None."""
    if len(body) <= LONGEST_HEADING and body[-1:] not in (".", ",", ";", "!") and (not is_item or body[-1:] in ":*"):
        named = heading_section(body)
        if named is not None or body.endswith(":"):
            return _Opening(named, body, is_alone=True)
    before, colon, after = body.partition(":")
    if colon and after and len(before) <= 50:
        named = heading_section(before)
        if named is not None:
            return _Opening(named, before, is_alone=False)
    return None


def _by_wording(body: str, section: Section) -> tuple[Section, str]:
    """The section of a line that its own words tell apart from its neighbours, and why; else the one at hand."""
    if _EQUAL.search(body):
        return "equal_opportunity", "wording of equal opportunity"
    if section in ("duties", "other") and _REQUIREMENT_ITEM.match(body):
        return "required", "worded as a requirement"
    if section in ("other", "duties", "company") and len(_BENEFIT.findall(body)) > 1:
        return "benefits", "wording of benefits"
    if section == "other" and _COMPANY.match(body):
        return "company", "wording of the employer"
    return section, ""
