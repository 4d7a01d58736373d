"""Years of experience: every number of years that is asked for, what it is of, and how firmly."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from corpus.records import Experience
from extractor.components.anchors import Anchors
from extractor.components.page import PREFERRED, REQUIRED, SILENT_SECTIONS, Page
from extractor.components.stance import is_preferred

MAX_YEARS = 25
"""More is the age of a company or of its founders' careers, never what a posting asks."""

_WORDS = {
    word: number
    for number, word in enumerate(
        "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen".split(), start=1
    )
} | {"twenty": 20, "a": 1, "an": 1}
_N = rf"(?:\d{{1,2}}(?:\.\d)?|{'|'.join(word for word in _WORDS if len(word) > 2)})"
_NUMBER = re.compile(
    rf"(?P<bound>\b(?:up to|less than|under|fewer than|maximum(?: of)?|max\.?|no more than|not more than)\s+|<\s*)?"
    rf"(?:(?<![\w$€£,/])(?<![\d ][.:])|(?<=[a-z]{{3}}))(?P<low>{_N}|(?<=least )an?|(?<=minimum of )an?|(?<=over )an?"
    rf"|(?<=than )an?)(?:\s*\(\s*{_N}\s*\+?\))?(?P<open>\s?\+(?: of)?|\s+or more|\s\(or more\)|[- ]plus)?"
    rf"(?:\s*(?:-|to|~|/|or|(?:(?<=\w)\s+and))\s*(?P<high>{_N})(?:\s*\(\s*{_N}\s*\))?(?P<open_high>\s?\+)?)?(?:\s*\(?\+\)?)?(?:\s+(?:full"
    r"|solid|calendar|plus))?[-\s]*$"
)
_ANCHORS = Anchors("year", "yr", "month", "yoe")
_NUMBERED = re.compile(r"(?:option|level|step|grade|tier|type|phase)\s*$")
_HINT = re.compile(
    r"[\d+]|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|teen|twenty"
    r"|more|plus|(?:least|minimum of|over|than) an?\b"
)
_UNIT = re.compile(
    r"(?:years?|yrs?|months?|mos\b|yoe)(?:\(s\)|\b|(?<=years)(?=[a-z]{2}))'?(?P<open>\s?\+|\s+or (?:more"
    r"|above|greater|longer)|\s+(?:and|&) above|\s+plus\b)?"
)
_AFTER = re.compile(
    r"^[\s'.()]*(?:,? ?minimum )?(?:(?:of|'s)?\s*(?:\(?[\w/&+'.-]+[,)]?\s+){0,9}?(?:experience"
    r"|experiences|exp\b|expertise|background|track record|tenure)"
    r"|(?:of )?(?:in|with|as|at|on|doing|within|across|post|of|managing|working|professional"
    r"|professionally|hands[- ]on|industry|relevant|related|building|required|preferred"
    r"|minimum|including|programming|coding|focused|dedicated|spent|specifically|[a-z]{3,12}ing)\b)"
)
_BEFORE = re.compile(
    r"\b(?:experienced?|exp|expertise|background|seniority)\b(?: (?:required|level"
    r"|needed|range|in years))?[^.;\n]{0,30}$"
    r"|\byears? of experience[:\s]*$|\b(?:bachelor|master|ph\.?d|doctora|degree|associate)[^.;\n]{0,30}$"
    r"|\b(?:have|having|been|worked|working|spent|bring|with)\b[^.;\n]{0,40}$"
)
_MONTHS = re.compile(r"\bmo(?:nth|s\b)")
_AS_FIELD = re.compile(r"^\W*(?:[a-z]+ )?(?:experience|exp)(?: required| level| needed)?\s*[:-]\s*$")
"""`Total experience: 5 years`, a field among those of place and pay."""
_NOT_AFTER = re.compile(
    r"^[- ]?(?:olds?\b|ago\b|of age|in a row|in business|in operation|running|contract"
    r"|warranty|runway|vest|cliff|plan\b|anniversar|degree|college|university"
    r"|programs?\b(?! exp)|periods?\b|terms?\b|from now|since|later|over[- ]year|to come"
    r"|fixed|history|of (?:growth|service|innovation|history|success|continuous|impact"
    r"|funding|runway|employment|tenure|college|university|study|education|undergrad"
    r"|coursework|schooling)\b|full[- ]time education|after|before|until|(?:at|with) (?:the"
    r"|our) company|with us\b|in the making|parental|paid|leave|, we\b|we\b|our\b"
    r"|journey|renewable|, with the possib"
    r"|of (?:parental|maternity|paid (?:leave|time|vacation|parental|holidays?|sabbatical)))"
)
_NOT_BEFORE = re.compile(
    r"\b(?:last|past|previous|prior|next|first|every|each|within|coming|recent|since"
    r"|per|ago|age|aged|celebrat\w+|founded|vest\w*|after|in just|in under|in only"
    r"|in less than|in the|over the|during|course of|for (?:over|more than|nearly"
    r"|almost|the|about)|duration\W*)\s+(?:the\s+)?(?:(?:last|past|next|first|our|about|nearly"
    r"|almost|approximately)\s+)*$"
)
_IS_LENGTH = re.compile(r"\b(?:duration|length|tenure|term)(?: of [a-z ]{3,20})?\s*[:\n]\s*$|=\s*$")
"""How long the work lasts, or for how many years a degree counts."""
_OF_US = re.compile(
    r"\b(?:our (?:company|team|founders?|people|firm|engineers|leaders\w*|staff)|combined"
    r"|collective(?:ly)?|we have|we've|we are|we bring|founders? (?:have|has|with"
    r"|bring)|company (?:has|with)|has been|have been (?:in business|helping|serving"
    r"|building)|team (?:has|with|of)|serving|backed by|years? of combined)\b"
)
_SURELY_OF_US = re.compile(
    r"\b(?:made up|comprised|composed|consists) of\b|\bi(?:'m| am) (?:the|a) (?:co-?)?(?:founder|ceo|cto)\b"
    r"|\bfounder/ceo\b|\bwe(?:'ve| have) (?:spent|been)\b"
    r"|(?<!\bto )(?<!\bjoin )(?<!\bjoining )(?<!\bof )\bour (?:founders?|co-?founders?|team|leadership)\b[^.\n]{0,40}"
    r"\b(?:with|has|have|brings?)\b"
)
"""What speaks of the employer's own people, whatever else the sentence says."""
_YOU = re.compile(
    r"\byou\b|\byou'|\byour\b|\bcandidate|\brequir|\bminimum|\bat least|\bmust\b|\bqualif"
    r"|\b(?:seeking|looking for|hiring|recruiting|needs?)\b|\bdegree (?:with|and|plus)\b|\bexperience (?:in|with"
    r"|as)\b"
)
_ELLIPSIS = re.compile(
    r"(?:,|;|\(|\band|\bwith|\bincluding|\bof which|\bpreferably|\bideally)\s+(?:at least "
    rf"|a minimum of |minimum |over )?(?P<low>{_N})(?P<open>\s?\+)(?= (?:in|of|with"
    r"|as|working|years?|preferred|on|building|leading|managing)\b)"
    rf"|\bat least (?P<few>{_N}) of (?:those|them|which)\b"
)


_LISTS = frozenset({"required", "preferred", "other"})
_LISTS_OF_ASKED = frozenset({"required", "preferred"})
_ASKING = frozenset({"required", "preferred", "duties"})


_FORM_FIELD = re.compile(r" \((?:required|preferred)\)\s*(?:\n|$)")
"""Boards put what an employer ticked below the text: `Machine learning: 3 years (Required)`."""


class _Years(NamedTuple):
    low: float | None
    high: float | None
    start: int
    end: int
    is_open: bool


def read_experience(page: Page) -> tuple[Experience, ...]:
    """Every stated number of years, in the order of the text; the same statement twice is one."""
    stated = [years for years in _stated(page) if _is_asked(page, years)]
    stated = sorted({years.start: years for years in [*stated, *_elided(page, stated)]}.values(), key=lambda y: y.start)
    found: dict[tuple[float | None, float | None, str, str], Experience] = {}
    for index, years in enumerate(stated):
        left, right = page.sentence(years.start, years.end)
        is_part = index > 0 and stated[index - 1].end > left
        if is_part:
            left = stated[index - 1].end
        if index + 1 < len(stated) and stated[index + 1].start < right:
            right = stated[index + 1].start
        of = _subject_before(page.plain, years) or subject(
            page.plain[years.end : right], "" if is_part else page.plain_title
        )
        wished = is_preferred(page, years.start, years.end, left, right)
        one = Experience(years.low, years.high, of, PREFERRED if wished else REQUIRED, years.start, years.end)
        found.setdefault((one.min_years, one.max_years, one.requirement, _statement(page, one)), one)
    return tuple(_without_introductions(page, list(found.values())))


def _without_introductions(page: Page, stated: list[Experience]) -> Iterator[Experience]:
    """Leaves out a number that an introduction or a form field says again of what a list asks for."""
    listed = {(one.min_years, one.max_years) for one in stated if not _is_said_again(page, one)}
    for one in stated:
        if (one.min_years, one.max_years) not in listed or not _is_said_again(page, one):
            yield one


def _is_said_again(page: Page, one: Experience) -> bool:
    text = page.plain
    left, _ = page.sentence(one.start, one.end)
    if _FORM_FIELD.match(text, one.end):
        return True
    return page.section(one.start) not in _LISTS_OF_ASKED and not _begins_item(text, left, one.start)


def _statement(page: Page, one: Experience) -> str:
    """What tells two statements of one number apart: their words in a list, nothing in an introduction."""
    text = page.plain
    left, _ = page.sentence(one.start, one.end)
    if one.of == "overall" and page.section(one.start) not in _LISTS and not _begins_item(text, left, one.start):
        return "overall"
    return text[max(0, one.start - 12) : one.start] + text[one.end : one.end + 40]


def _stated(page: Page) -> Iterator[_Years]:
    """Numbers of years or months in the text, whatever they are of."""
    text = page.plain
    for at in page.places(_ANCHORS):
        years = _number_before(text, at)
        if years is not None:
            yield years


def _number_before(text: str, at: int) -> _Years | None:
    """`3-5` before the `years` that starts at `at`, or None where no small number stands there."""
    if at == 0 or text[at - 1].isalpha():
        return None
    left = max(0, at - 48)
    if not _HINT.search(text, max(0, at - 14), at):
        return None
    number = _NUMBER.search(text[left:at])
    unit = _UNIT.match(text, at)
    if number is None or unit is None:
        return None
    scale = 12.0 if unit[0].startswith("mo") else 1.0
    low, high = _value(number["low"], scale), _value(number["high"], scale)
    is_open = text[left + number.start("low") - 1] in "+>" or bool(
        number["open"] or number["open_high"] or unit["open"] or "+" in number[0]
    )
    if high is not None and _NUMBERED.search(text[left : left + number.start("low")]):
        low, high = high, None
    if high is not None and (low is None or high <= low):
        return None
    if number["bound"] and high is None:
        low, high = None, low
    elif number["open_high"] or (unit["open"] and high is not None):
        high = None
    if max(low or 0, high or 0) > MAX_YEARS or (low == 0 and high is None) or (scale > 1 and (low or high or 0) > 5):
        return None
    return _Years(low, high, left + number.start("low"), unit.end(), is_open)


def _value(word: str | None, scale: float) -> float | None:
    if not word:
        return None
    number = float(_WORDS.get(word, 0) or word)
    number = round(number / scale, 2)
    return int(number) if number == int(number) else number


def _is_asked(page: Page, years: _Years) -> bool:  # noqa: PLR0911 - one reason a line reads best
    """Whether a number of years is asked of the worker, and not the age of something."""
    text = page.plain
    after = text[years.end : years.end + 110].partition("\n")[0]
    before = text[max(0, years.start - 60) : years.start].rpartition("\n")[2]
    if (
        _NOT_AFTER.match(after)
        or _NOT_BEFORE.search(before)
        or _IS_LENGTH.search(text, max(0, years.start - 40), years.start)
    ):
        return False
    left, right = page.sentence(years.start, years.end)
    to_reader = _YOU.search(text, left, right) is not None
    if _SURELY_OF_US.search(text, left, years.start) or (not to_reader and _OF_US.search(text, left, years.start)):
        return False
    follows = _AFTER.match(after)
    names_experience = follows is not None and "exp" in follows[0]
    if _MONTHS.search(text, years.start, years.end):
        return (
            names_experience
            or before.rstrip().endswith(("experience:", "experience of"))
            or (years.is_open and before.endswith("("))
        )
    section = page.section(years.start)
    if (
        section in SILENT_SECTIONS
        and not _AS_FIELD.search(before)
        and not (
            to_reader or ((names_experience or (years.is_open and follows)) and _begins_item(text, left, years.start))
        )
    ):
        return False
    if names_experience or _BEFORE.search(before) is not None:
        return True
    if follows is not None:
        return section in _ASKING or years.is_open or to_reader
    return section in _LISTS_OF_ASKED and (
        years.is_open or years.high is not None or "least" in before or "minimum" in before
    )


def _begins_item(text: str, left: int, start: int) -> bool:
    """Whether a number stands at the head of its sentence or list item."""
    return len(text[left:start].strip(" -+*•·\n")) <= 12


def _elided(page: Page, stated: list[_Years]) -> Iterator[_Years]:
    """`8+ years of experience, 4+ in ML`: the second number has no unit of its own."""
    for years in stated:
        _, right = page.sentence(years.start, years.end)
        if "+" not in page.plain[years.end : right] and " of th" not in page.plain[years.end : right]:
            continue
        for match in _ELLIPSIS.finditer(page.plain, years.end, right):
            group = "low" if match["low"] else "few"
            low = _value(match[group], 1.0)
            if low is not None and 0 < low <= MAX_YEARS and not page.plain.startswith(" year", match.end()):
                yield _Years(low, None, match.start(group), match.end(), is_open=True)


_GENERIC = (
    r"(?:of|in|the|a|an|as|with|at|on|your|some|solid|strong|proven|direct|demonstrated"
    r"|successful|progressive(?:ly)?|increasing(?:ly)?|professional(?:ly)?|industry"
    r"|industrial|relevant|related|working|work|hands[- ]on|practical"
    r"|prior|previous|overall|total|full[- ]time|post[- ]?(?:graduate|grad|doctoral"
    r"|phd|degree)?|commercial|real[- ]world|minimum|experience|experiences|exp|job"
    r"|applied|recent|equivalent|applicable|combined|similar|building|developing|designing"
    r"|using|working|deploying|creating|writing|applying|delivering|training|shipping"
    r"|either|field|area|areas)"
)
_LEAD = re.compile(rf"^[\s'’).,:/-]*(?:{_GENERIC}\b[\s,/-]*)*")
_SUBJECT_END = re.compile(
    r"[.;:()\n]|,? (?:with|including|ideally|preferably|within|at|for|to|that|which"
    r"|where|who|using|plus|is|are|required|preferred|or equivalent|or (?:a )?(?:related"
    r"|similar|relevant)|and (?:a|an|the|strong|proven|demonstrated|at|\d)|experience"
    r"|background|expertise|role|roles|position|environment|environments)\b| - "
)
_TRADE = re.compile(
    r"\b(?:software|engineer\w*|developer|development|programming|scientists?|data science"
    r"|machine learning|ml|ai|mlops|research|analyst|analytics|product(?:ion)?|industry"
    r"|it|tech(?:nology|nical)?|full[- ]?stack|back[- ]?end|front[- ]?end)\b"
)
_IN_FRONT = re.compile(r"(?:\(|:)\s*(?:at least |minimum (?:of )?|min\.? )?[~>]?\s*$")
_NO_SUBJECT = re.compile(
    r"^(?:or|and|least|including|recommended|these|this|more|it)\b|\b(?:degree|ph\.?d|master'?s"
    r"|bachelor'?s|doctora\w+|[bm]\.?s)\b|^[bm]$"
)
_FOCUS = re.compile(
    r"^(?:or |and )?(?:(?:specifically |primarily |mainly )?(?:focus(?:ed|ing) on"
    r"|dedicated to|speciali[sz](?:ed|ing) in|leading|managing|manipulating|one or more"
    r"|at least one|other) )+"
)
_SPELLED = {
    "ml": "machine learning",
    "ai/ml": "machine learning",
    "ai": "artificial intelligence",
    "nlp": "natural language processing",
}
_LIST = re.compile(r",? (?:and|or|and/or|&) |, |/")


def subject(phrase: str, title: str) -> str:
    """What the years are of, from the plain words after them: a name, several joined by ` / `, or `overall`.

    General and professional experience, and the line of work that the title names, are `overall`.
    """
    lead = _LEAD.match(phrase)
    rest = phrase[lead.end() if lead else 0 :]
    stop = _SUBJECT_END.search(rest)
    return _named(rest[: stop.start()] if stop else rest, title)


def _subject_before(text: str, years: _Years) -> str | None:
    """What the years are of where that stands in front: `C++ (3+ years)`, `Python: 2 years`."""
    if not _IN_FRONT.search(text[max(0, years.start - 12) : years.start]):
        return None
    item = re.split(r"[.;\n•]|, |\band\b", text[max(0, years.start - 90) : years.start])[-1]
    name = re.sub(r"[\s(:~>-]*(?:at least|minimum(?: of)?|min\.?)?[\s(:~>-]*$", "", item)
    return (
        subject(re.sub(r"^.*\b(?:experience|proficien\w+|knowledge|expertise|skills?)\b", "", name), "")
        if name
        else None
    )


def _named(phrase: str, title: str) -> str:
    parts = [part for part in (_tidy(piece) for piece in _LIST.split(phrase)) if part]
    is_clause = not parts or len(parts[0].split()) > 5 or _NO_SUBJECT.search(phrase) is not None
    if is_clause or (title and _is_own_trade(parts, title)):
        return "overall"
    return " / ".join(_SPELLED.get(part, part) for part in parts[:6])


def _tidy(piece: str) -> str:
    return _FOCUS.sub("", piece.strip(" '-*,")).strip()


def _is_own_trade(parts: list[str], title: str) -> bool:
    words = {word for part in parts for word in part.split()}
    trade = _TRADE.search(" ".join(parts))
    return trade is not None and (
        not words.isdisjoint(title.replace(",", " ").split()) or _TRADE.search(title) is not None
    )
