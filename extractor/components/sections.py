"""Sections: which lines of a posting are requirements, wishes, duties, or about the employer itself.

A heading is told by its form (short, alone on its line or before a colon) and its wording (`headings.toml`).
Text without line breaks is cut at the items and headings that stand in it.
"""

from __future__ import annotations

import re
import tomllib
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator
from functools import cache, lru_cache
from importlib.resources import files
from itertools import groupby, pairwise
from typing import Literal, NamedTuple, get_args

from corpus.records import Requirement
from extractor.components.anchors import Anchors
from extractor.components.page import Page
from extractor.components.wording import literals, wording

Section = Literal[
    "title",
    "required",
    "preferred",
    "duties",
    "company",
    "benefits",
    "equal_opportunity",
    "application",
    "seeker",
    "other",
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
    "seeker": "other",
    "other": "duty",
}
"""What a mention's section says of its level, until the sentence says more."""

DEAF: frozenset[Section] = frozenset({"equal_opportunity", "benefits", "application"})
"""Sections in which no sentence asks for a skill, whatever its words."""
ASKED: frozenset[Section] = frozenset({"required", "preferred"})
LONGEST_HEADING, MOST_HEADING_WORDS = 90, 14
WORDED = "worded as a requirement"
FULL_LINE = 45
"""Characters: a line that long may go on in the next."""
LONG_PARAGRAPH = 100
"""Characters: a shorter line under requirements is one of them, whatever it begins with."""
LONG_LINE, FLAT = 400, 300
"""Characters: longer lines are looked through for items and headings where lines have more than FLAT on average."""
_BULLET = re.compile(r"\s*(?:(?:[-*•·●▪■◦‣–—+✓✔➢►»>]|o(?= [A-Z])|\d{1,2}[.)])\s*)+(?=\S)")
_EMBLEM = re.compile(r"\s*[^\w\s.,:;()\[\]'\"/&#@$€£%+*-]{1,4}\s*(?=\S)")
"""An emoji before a line; unlike a bullet it may also stand before a heading."""
_EDGE = re.compile(r"^[^a-z0-9(]+|[^a-z0-9)]+$")
_ITEM_INSIDE = re.compile(r"(?<=[\w.)!?:;]) ?(?=[•●▪■◦✓✔➢►] ?\S)|(?<=[\w.)!?:;]) (?=[-*–·] [A-Z0-9(])")
_ITEM_HINT = re.compile(r" ?[•●▪■◦✓✔➢►]| [-*–·] ")
_CUT_HINT = re.compile(r"[A-Z\d](?:(?<=[.!?:;)\]] .)|(?<=[^\sA-Z].)|(?<=[a-z)\]] .))")
"""Signs that every item, and every sentence or heading inside a line, begins with: cheaper to look for."""
_HEADING_INSIDE = re.compile(
    r"(?:(?<=[.!?:;)\]] )|(?<=[a-z)\]] )|(?<=[a-z0-9.!?;)\]]))(?=[A-Z])"
    r"((?:[A-Z][a-z'’]+|[A-Z]+(?![a-z]))"
    r"(?:(?: |/| & |-)(?:[A-Z][a-z'’]*|[A-Z]+(?![a-z])|and|of|the|for|to|we|in|or|are|you|your|will|do|have|be|looking"
    r"|offer|us)){0,6})"
    r"(?=\s?:| |[A-Z\d])"
)
_SENTENCE_END = re.compile(
    r"(?<=[a-z)\]%][.!?])(?<!e\.g\.)(?<!i\.e\.)(?<!\bvs\.) (?=[A-Z])|(?<=[a-z]{3}[.!?])(?=(?:[A-Z][a-z]+|An?) )"
    r"|(?<=[a-z]\))(?=[A-Z][A-Za-z]+,? )"
    r"|(?<=[a-z)] )(?=(?:Familiarity|Experience|Proficiency|Knowledge|Ability|Understanding)"
    r" (?:with|in|of|to|using|building|working) )"
    r"|(?<=[a-z)] )(?=(?:Bachelor|Master)['’]?s degree)"
    r"|(?<=[a-z)][a-z).!?:])(?=\d{1,2}\s?\+?(?:\s?[-–]\s?\d{1,2}\s?\+?)?\s?years)"
    r"|(?<=[a-z)+#])(?=(?:Experience|Ability|Strong|Familiar(?:ity)?|Knowledge|Proficien(?:t|cy)|Comfortable|Excellen(?:t|ce)"
    r"|Demonstrated|(?:Bachelor|Master)(?:['’]?s)?|Must|Passion(?:ate)?|Proven|Solid|Understanding|Hands-on|Advanced|Expert(?:ise)?"
    r"|Previous|Prior|You|At least|Minimum|Exceptional|Fluen(?:t|cy)|Able|Highly|Deep|Good|Great|Working|Attention"
    r"|Nice to|Develop|Collaborate|Communicate|Design|Provide|Partner|Create|Perform|Analyze|Write|Identify|Participate"
    r"|Implement|Leverage|Understand|Define|Apply|Establish|Ensure|Evaluate|Improve|Manage|We|This|Our|The"
    r"|Conduct|Required|Preferred) )"
)
_KIND = re.compile(
    r"\W*(?:(?:highly |strongly )?(?:preferred|desired|desirable)"
    r"|additional|bonus|minimum|basic|required|optional|other|key)\W*"
)
"""What a heading on two lines begins with."""
_GOES_ON = re.compile(r"(?:of|in|with|using|to|for|and|or|on|as|[a-z]{3,}ing)\b")
_LEADING = re.compile(r" (?:with|of|in|using|and|or|the|our|an?|for|to|by) $")
"""Before words that go on with their sentence, which are no heading though they look like one."""
_NOUN = re.compile(
    r"(?:Skills?|Experiences?|Qualifications?|Requirements?|Traits|Abilit(?:y|ies)|Education|Knowledge|Attributes|Competencies|Haves?)"
)
"""What a list of requirements or wishes is called by."""
_SENTENCE_ENDS = (".", ",", ";", "!", "")
_WORDED: frozenset[Section] = frozenset({"other", "duties", "company"})
_LOVE = re.compile(r"love|like to see", re.IGNORECASE)
_REQUIREMENT_ITEM, _EMPLOYER, _SEEKER = wording("requirement_item"), wording("employer"), wording("seeker")
_EMPLOYER_AGAIN = wording("employer_again")
_TASK = wording("task")
_PRAISE = re.compile(r"why|cultur|value|life|principle|join|perk|believe", re.IGNORECASE)
"""Headings of lists in which an employer praises itself."""
_NO_HEADING = wording("no_heading")
_RELOCATE = Anchors("relocate", whole=True)
_EQUAL, _BENEFITS = Anchors(*literals("equal_opportunity")), Anchors(*literals("benefits"))


class Line(NamedTuple):
    """One line of the description; offsets are characters into it."""

    start: int
    end: int
    section: Section
    heading: str = ""
    """The heading or wording that decided the section; empty where none did."""
    is_item: bool = False
    is_heading: bool = False

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


@cache
def _heading_words() -> frozenset[str]:
    """Every word of the patterns: a line that has none of them is no known heading."""
    return frozenset(word for _, pattern in _headings() for word in re.findall(r"[a-z]{2,}", pattern.pattern))


@lru_cache(maxsize=8192)
def heading_section(heading: str) -> Section | None:
    """The section that a heading in lower case opens; None where its words are not known."""
    words = _EDGE.sub("", heading.replace("'", "").replace(" & ", " and "))
    for section, pattern in _headings():
        if pattern.fullmatch(words):
            return section
    return None


def _known(heading: str) -> Section | None:
    words = heading.split()
    if len(words) > MOST_HEADING_WORDS:
        return None
    return heading_section(" ".join(words))


def read_lines(page: Page) -> tuple[Line, ...]:
    """The lines of a description with the section that each is in."""
    text = page.text
    pieces = _pieces(text)
    if page.standing(_RELOCATE) and _SEEKER.search(page.plain):
        return tuple([Line(start, end, "seeker", heading="a person who seeks work") for start, end in pieces])
    lines = _tasks_together(page, _asked_together(list(_sections(page, pieces))))
    if _love_is_all(lines):
        lines = [
            line._replace(section="required") if line.section == "preferred" and _LOVE.search(line.heading) else line
            for line in lines
        ]
    return tuple(lines)


def _asked_together(lines: list[Line]) -> list[Line]:
    """Items that stand between items worded as requirements ask too, where half of that stretch is so worded."""
    for is_list, group in groupby(range(len(lines)), key=lambda index: lines[index].is_item):
        items = list(group)
        worded = [index for index in items if lines[index].heading == WORDED] if is_list else []
        if len(worded) > 1 and worded[-1] - worded[0] < 2 * len(worded):
            for index in range(worded[0], worded[-1]):
                lines[index] = lines[index]._replace(section="required", heading=WORDED)
    return lines


def _tasks_together(page: Page, lines: list[Line]) -> list[Line]:
    """Items under a heading on the employer are duties where most of them tell of tasks (`Build …`, `Designing …`)."""
    for (section, heading), group in groupby(range(len(lines)), key=lambda index: lines[index][2:4]):
        if section != "company" or _PRAISE.search(heading):
            continue
        indices = list(group)
        items = [index for index in indices if lines[index].is_item]
        tasks = sum(_is_task(page, lines[index]) for index in items)
        if tasks > 1 and 2 * tasks >= len(items):
            for index in indices[items[0] - indices[0] :]:
                if lines[index].is_item or not page.text[lines[index].start].isupper():  # or an item that goes on
                    lines[index] = lines[index]._replace(section="duties", heading="worded as tasks")
    return lines


def _is_task(page: Page, line: Line) -> bool:
    bullet = _BULLET.match(page.text, line.start, line.end)
    return _TASK.match(page.plain, bullet.end() if bullet else line.start, line.end) is not None


def _love_is_all(lines: list[Line]) -> bool:
    """Whether `What we'd love to see` is where the posting asks: it has no other list, or a list of wishes besides."""
    if not any(line.section == "preferred" and _LOVE.search(line.heading) for line in lines):
        return False
    asks = any(line.section == "required" and line.is_item for line in lines)
    wishes = any(line.section == "preferred" and not _LOVE.search(line.heading) for line in lines)
    return wishes or not asks


def _sections(page: Page, pieces: list[tuple[int, int]]) -> Iterator[Line]:
    low = page.plain
    starts = [start for start, _ in pieces]
    equal = {bisect_right(starts, at) - 1 for at in page.places(_EQUAL)}
    perks = Counter([bisect_right(starts, at) - 1 for at in page.places(_BENEFITS)])
    section: Section = "other"
    heading = ""
    kind_stands = False
    for index, (start, end) in enumerate(pieces):
        is_item, first, opened = _opened(page, start, end)
        kind_stood, kind_stands = kind_stands, opened is not None and _KIND.fullmatch(low, first, end) is not None
        if opened is not None:
            if kind_stood and opened.is_alone:  # `Preferred`, and on the next line `Qualifications:`
                opened = opened._replace(section=section)
            if opened.is_alone or not (is_item or _asks_inline(low, first, end, opened, section)):
                if opened.section is not None:
                    section, heading = opened.section, opened.words
                yield Line(start, end, section, heading, is_item, opened.is_alone)
            elif opened.section in ASKED or section == "other":
                yield Line(start, end, opened.section or section, opened.words, is_item)
            else:
                yield Line(start, end, section, heading, is_item)
        elif index in equal:
            yield Line(start, end, "equal_opportunity", "wording of equal opportunity", is_item)
        else:
            yield Line(
                start, end, *(_by_wording(page, first, end, section, perks[index]) or (section, heading)), is_item
            )


def _by_wording(page: Page, first: int, end: int, section: Section, perks: int) -> tuple[Section, str] | None:
    """(section, what says so) of a line that is in another section than those around it; `perks`: benefits it names."""
    if section in _WORDED and perks > 1:
        return "benefits", "wording of benefits"
    if section in ("duties", "other") and _REQUIREMENT_ITEM.match(page.plain, first, end):
        return "required", WORDED
    if section == "other" and _EMPLOYER.match(page.text, first, end):
        return "company", "wording of the employer"
    if section in ASKED and end - first > LONG_PARAGRAPH and _EMPLOYER_AGAIN.match(page.text, first, end):
        return "company", "wording of the employer"
    return None


def _opened(page: Page, start: int, end: int) -> tuple[bool, int, _Opening | None]:
    """(whether a line is an item, where its words begin, the heading that it is or starts with) of a line."""
    text = page.text
    bullet = _BULLET.match(text, start, end)
    emblem = bullet or _EMBLEM.match(text, start, end)
    first = emblem.end() if emblem else start
    opened = _opening(text[first:end].strip(), page.plain[first:end].strip(), is_item=bullet is not None)
    if opened is not None and (_goes_on(text, start) or (opened.is_alone and _is_broken(text, end))):
        opened = None
    return bullet is not None, first, opened


def _goes_on(text: str, start: int) -> bool:
    """Whether a line goes on with the sentence of a full line directly above it, as hard-wrapped text has them."""
    above = text.rfind("\n", 0, max(0, start - 1)) + 1
    return (
        text[start : start + 1].islower()
        and start - above > FULL_LINE
        and text[start - 1] == "\n"
        and (text[start - 2].isalpha() or text[start - 2] == ",")
    )


def _is_broken(text: str, end: int) -> bool:
    """Whether a line is no heading but broken off: the next one goes on with `of`, `with`, or a verb (`building`)."""
    return (
        text[end : end + 1] == "\n" and text[end + 1 : end + 2].islower() and _GOES_ON.match(text, end + 1) is not None
    )


def _asks_inline(low: str, first: int, end: int, opened: _Opening, section: Section) -> bool:
    """Whether `Tech stack: expert in …` is one more requirement of the list that it stands in."""
    if section not in ASKED or opened.section != "duties":
        return False
    colon = low.find(":", first, end)
    return _REQUIREMENT_ITEM.match(low, colon + 2, end) is not None


def _pieces(text: str) -> list[tuple[int, int]]:
    """Bounds of the lines that hold something; in a text that lost its line ends, of what were its lines."""
    is_flat = len(text) > FLAT * (text.count("\n") + 1)
    pieces: list[tuple[int, int]] = []
    start = 0
    for raw in text.split("\n"):
        end = start + len(raw)
        if raw and not raw.isspace():
            if is_flat and len(raw) > LONG_LINE:
                cuts = [start, *(start + cut for cut in _cuts(raw)), end]
                pieces += pairwise(cuts)
            else:
                pieces.append((start, end))
        start = end + 1
    return pieces


def _cuts(line: str) -> list[int]:
    """Where to cut a line that holds several: before items, sentences, and known headings."""
    cuts = {m.end() for hint in _ITEM_HINT.finditer(line) if (m := _ITEM_INSIDE.match(line, hint.start()))}
    read_up_to = headed_up_to = 0
    for hint in _CUT_HINT.finditer(line):
        at = hint.start()
        for before in (at - 1, at) if line[at - 1] == " " else (at,):
            if (end := _SENTENCE_END.match(line, before)) and end.end() >= headed_up_to:
                cuts.add(end.end())
        match = _HEADING_INSIDE.match(line, at) if at >= read_up_to else None
        if match is None:
            continue
        read_up_to = match.end()
        before_colon = line[match.end(1) : match.end(1) + 2].lstrip()[:1] == ":"
        if _LEADING.search(line, max(0, at - 12), at):
            continue
        named = match[1] if before_colon else _title_case_heading(match[1])
        if named and (_known(named.lower()) in _CUTTING or (line[at - 1] != " " and _ALSO_CUTTING.fullmatch(named))):
            headed_up_to = match.start(1) + len(named)
            cuts.add(match.start(1))
            if not before_colon:
                cuts.add(headed_up_to)
    return sorted(cut for cut in cuts if 0 < cut < len(line))


_ALSO_CUTTING = re.compile(
    r"(?:About|Why) (?:Us|[Tt]he Company|[Tt]he Team|(?!The|Our|You|This|A)[A-Z][a-z]+)|Who We Are|What We Do"
    r"|(?:Our|Company) (?:Company|Overview|Culture|Description|Values|Mission|Story|Team)"
    r"|(?:Interview|Hiring|Application) Process"
)
"""Headings whose words stand in sentences too: they cut a line only where a lost line end has glued them."""
_CUTTING = frozenset({"required", "preferred", "duties", "benefits"})


def _title_case_heading(words: str) -> str | None:
    """The known heading of two words or more that a run of capitalised words starts with."""
    parts = words.split(" ")
    for count in range(2, len(parts) + 1):
        named = " ".join(parts[:count])
        if (
            parts[0] not in ("You", "You’ll", "You'll", "In", "Work", "As")
            and parts[count - 1][:1].isupper()
            and not (count < len(parts) and parts[count] in ("Will", "will", "is"))
            and _known(named.lower())
        ):
            return " ".join(parts[: _with_nouns(parts, count)])
    return None


def _with_nouns(parts: list[str], count: int) -> int:
    """How many words a heading has with what names its list: `Desired | Skills`, `Desired Skills | & Experience`."""
    ends_named = _NOUN.fullmatch(parts[count - 1]) is not None
    if not ends_named and count < len(parts) and _NOUN.fullmatch(parts[count]):
        count += 1
    while count + 1 < len(parts) and parts[count] in ("&", "/", "and", "And") and _NOUN.fullmatch(parts[count + 1]):
        count += 2
    return count


def _opening(body: str, low: str, *, is_item: bool) -> _Opening | None:
    """The heading that a line is or starts with, or None."""
    last = ":" if body.endswith("...") else body[-1:]
    if len(body) <= LONGEST_HEADING and last not in _SENTENCE_ENDS and (not is_item or last in (":", "*")):
        named = _known(low)
        if last == ":" or (named is not None and not _NO_HEADING.match(low)):
            return _Opening(named, body, is_alone=True)
    colon = low.find(":", 0, 51)
    if 0 < colon < len(low) - 1:
        named = _known(low[:colon])
        if named is not None:
            return _Opening(named, body[:colon], is_alone=False)
    return None
