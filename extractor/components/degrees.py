"""Degrees: which levels a posting names, in which fields, how firmly, and whether experience may stand in."""

from __future__ import annotations

import functools
import re
import tomllib
from collections.abc import Iterator
from importlib import resources
from typing import Any, Literal, NamedTuple, cast

from attrs import evolve

from corpus.records import Degree
from extractor.components.anchors import Anchors
from extractor.components.page import SILENT_SECTIONS, Page, plain
from extractor.components.patterns import either
from extractor.components.stance import is_preferred

Level = Literal["high_school", "associate", "bachelor", "master", "phd", "any"]

ANCHORS = Anchors(
    "degree", "bachelor", "master", "phd", "ph.d", "ph. d", "ph d", "doctora", "d.phil", "dphil", "diploma", "b.s",
    "m.s",
    "b.a", "m.a.", "b.e", "m.e.", "b.tech", "m.tech", "btech", "mtech", "bsc", "msc", "b.sc", "m.sc", "b. sc", "m. sc",
    "educational background", "academic background", "combination of educ", "combination of exp",
    "meng", "m.eng", "beng", "b.eng", "mba", "m.b.a", "mphil", "undergrad", "postgrad", " ged", "/ged",
)  # fmt: skip
"""Cheap to look for; only sentences with one of them, or with one of `INITIALS`, are read."""
_GLUED = Anchors(
    "bachelor",
    "master's",
    "master’s",
    "ph.d",
    "phd",
    "advanced degree",
    "graduate degree",
    "m.s.",
    "b.s.",
    anywhere=True,
)
"""The same where a lost blank has glued them to the word before: `QualificationsBachelor's degree`."""
INITIALS = re.compile(r"[BM](?<![A-Z][BM])(?:CA|ASc|S(?:CS|EE)?|A|(?<=B)E)(?![A-Za-z])")
"""Bare initials count in capitals only: `BS` but not the `bs` of `jobs`."""

_NAMED = r"(?:degree|diploma|qualification)s?"
_S = r"(?:'s|s'|s)?"
PATTERNS: tuple[tuple[Level, str], ...] = (
    (
        "high_school",
        (
            r"high[- ]school (?:diploma|degree|graduate)|high[- ]school(?= or equivalent)"
            r"|secondary school diploma|ged\b"
        ),
    ),
    (
        "associate",
        (
            r"associate(?:'s|s'|s)(?: of (?:arts|science|applied science))?(?= degree|\b)(?! (?:and"
            r"|for|in|at|who|will|are))|associate degree|two-year degree|2-year degree"
        ),
    ),
    (
        "phd",
        (
            r"ph\.? ?d\.?(?:'s)?(?:[- ]level)?|d\.?phil\b\.?|doctorates?\b|doctor'?s'? (?=degree)|doctoral(?= degree"
            r"| level| program| candidate| student| research| stud|[,/]| or )|doctor of philosophy"
        ),
    ),
    (
        "bachelor",
        (
            rf"bachelor{_S}\b(?: of (?:science|arts|engineering|technology|business administration"
            r"|commerce)\b)?|undergraduate(?= (?:or|and|level|degree|diploma|qualification)"
            r"|/)"
            r"|b\.? ?sc\b\.?|b\.s\.?e?\b\.?|b\.a\.?(?![a-z])|b\.? ?tech\b\.?|b\.? ?eng\b\.?"
            r"|b\.e\.?(?![a-z])|(?:four|4)[- ]year (?:college |university )?degree|b\.?com\b"
            r"|bca\b"
        ),
    ),
    (
        "master",
        (
            r"master(?:'s|s'|\?s| s(?= degree))|masters\b(?! of (?:the|their|our|your|all))|master(?= degree"
            r"| or | and/or |/| level| in [a-z]| of (?:science|arts|engineering|technology"
            r"|business))(?: of (?:science|arts|engineering|technology|business administration)\b)?"
            r"|m\.? ?sc\b\.?|m\.s\.?e?\b\.?|m\.a\.(?![a-z])|m\.? ?tech\b\.?|m\.? ?eng\b\.?"
            r"|m\.e\.(?![a-z])|m\.?b\.?a\b\.?|m\.? ?phil\b\.?|mca\b"
            r"|(?:post[- ]?graduate|(?<!under)graduate|advanced|(?<!\bor )higher)(?: (?:technical|academic"
            r"|university|level|stem|quantitative|scientific|research))?(?=(?: or [a-z]+)? (?:degree"
            r"|qualification|diploma)|-level degree)|post-?grad\b"
        ),
    ),
    (
        "any",
        (
            r"(?:educational|academic) background(?= ?(?:in |\())"
            r"|(?<!-)(?:university|college|technical|relevant|quantitative|stem|academic|formal"
            r"|scientific|numerate|science|engineering|related|tertiary|honou?rs)[ -](?:level )?degrees?\b"
            r"|(?<![\d-])(?<!high )(?<!some )(?<!large )\bdegree(?:s)?(?= (?:in|must|or equivalent"
            r"|or higher|level|is|qualified|required|preferred|educated|and|from|with|\(|/)"
            r"|-(?:level|educated|qualified)|[,;.(]|$)"
        ),
    ),
)
_GLUED_LEVEL = r"(?<=[a-z.])(?=bachelor|master|ph\.? ?d|doctor|[bm]\.|advanced|graduate|undergrad|university|college)"
_LEVELS = re.compile(
    rf"(?:(?<![a-z0-9.&])|{_GLUED_LEVEL})(?:{'|'.join(f'(?P<{level}>{pattern})' for level, pattern in PATTERNS)})"
)
_INITIALS = re.compile(
    r"(?<![A-Z0-9&])(?:(?P<bachelor>B(?:S(?:c|E|EE|CS)?|A|E|ASc|Math|CA))|(?P<master>M(?:S(?:c"
    r"|E|EE|CS)?|A|E|CA|ASc|Math|BA)))(?![A-Za-z0-9&.])"
)
_INITIALS_AFTER = re.compile(
    r"\s*(?:[Dd]egree|\(|minimum|/ ?(?:[BM]\.?[SAE]|P[Hh]|MBA)|\)?,? (?:or|and|and/or"
    r"|&|to|of) (?:an? |the )?(?:[BM]\.?[SAE]|P\.?[Hh]|[Dd]oct|[Aa]dv|[Hh]igher|[Aa]bove"
    r"|[Ee]quiv|[Mm]aster|[Bb]ach|[Rr]elev)"
    r"|\)?,? in [a-zA-Z]|(?:with|and|\+|plus) (?:\d|several|many|some|at least|signif|relev|a minimum)|\+"
    r"|, ?(?:[BM]\.?[SAE]\b|P\.?[Hh]|[Mm]aster|[Mm][Ss])"
    r"|[Ll]evel|(?:strongly )?(?:preferred|required|desired)|(?:CS|EE|Computer|Comp"
    r"|Stat|Math|Engineering|Electrical|Physics)\b)"
)
_INITIALS_BEFORE = re.compile(
    r"(?:[Pp][Hh]\.? ?[Dd]\.?|[BM]\.?[SA]c?\.?|[Bb]achelor'?s?|[Mm]aster'?s?|[Dd]egree)\s*(?:/"
    r"|,|or|and|,? or|-|\||\(|:)\s*(?:an? )?$"
)
_PHD_BEHIND = re.compile(
    r" degrees? ?(?:\(|- |: ?)(?:a |e\.?g\.?,? |i\.?e\.?,? )?(?:ph\.? ?d|doctora)[a-z.]*(?! ?(?:or|/|,|and))"
)
_A_PLACE = re.compile(r"(?:[A-Z][a-z]+|\b(?![BM][SAE])[A-Z]{2}), $")
_NOT_A_DEGREE = re.compile(
    r" (?:data|thesis|theses|programs\b|graduates\b|students?|interns?|internships?"
    r"|supervis|class(?!ification)|plan|branch|node|service|agreement"
    r"|office|excel|word|teams|project|azure|sql|windows|dynamics|suite|powerpoint|access|visio|outlook|copilot|365)"
)
_NEGATED_BEFORE = re.compile(
    r"\b(?:no|not(?! (?:be )?(?:strictly )?(?:required|necessary|needed|mandatory|essential))"
    r"|without|don't|doesn't|regardless|irrespective|rather than|instead of"
    r"|in lieu of|in place of|substitut\w* for|whether or not)\b[^,;:]{0,40}$"
)
_NEGATED_AFTER = re.compile(
    r"^(?: degrees?)?\s?=\s?\d|^(?:[^,;.]{0,40}\b(?:not (?:be )?(?:required|necessary|needed"
    r"|mandatory|a must|essential)|isn't (?:required|necessary|needed)|unnecessary))"
)
_STILL_WELCOME = re.compile(r"prefer|plus|desir|nice|ideal|advantage|bonus|asset")
_JOINED = re.compile(
    r"^[ .]*(?:degrees?|level|diploma)?[ ]*(?:\([^)]{0,12}\))?[ ]*(?:,|/|\||&|or|and/or"
    r"|and|to|-|\(|,? ?(?:or|and)(?: (?:a|an|higher|ideally|preferably))*)?[ ]*(?:a "
    r"|an |the |your )?$"
)
_STAND_IN = (
    r"(?:equivalent|comparable|commensurate|similar|relevant|related|the same|proven"
    r"|demonstrat(?:ed|able)|hands-on|practical|\d+(?:-\d+)?\+? ?(?:years|yrs)|(?:at least"
    r"|a minimum of) \d+)"
)
_EXPERIENCE_INSTEAD = either(
    rf"\bor (?:an? |have )?{_STAND_IN}\b(?: (?!and\b|fields?(?![a-z])|disciplines?(?![a-z])|areas?\b"
    rf"|degrees?\b|subjects?\b|with\b|plus\b|more\b|or\b)[\w'/,+&-]+){{0,7}}? (?:experience"
    r"|expertise|track record|background)\b"
    r"|\b(?<!academic )(?<!internship )(?<!research )(?<!commercial )(?<!professional )(?<!project )or (?:work"
    r"|professional|industry|job|real-world|practical)?[ ]?(?:work )?experience\b"
    r"|\bequivalent (?:combination|(?:[a-z/-]+ ){0,3}experience|work)\b|\bin lieu of"
    r"|\bin place of|\bsubstitut|/equivalent|\bor self-taught|\bor (?:a )?bootcamp"
    r"|\bor (?:lesser|less) with\b"
    r"|\bwill (?:also )?consider (?:\w+ ){0,2}experience\b"
)
_ASKED = re.compile(
    r"\byou(?:r|'ll|'ve)?\b|\bcandidate|\bmust\b|\brequire|\bprefer|\bminimum\b|\bdegree in\b"
    r"|\bqualif|\bor equivalent|\bideal"
)
_OTHERS = re.compile(
    r"\b(?:our (?:team|founders?|people|staff|researchers|engineers|scientists|co-founders)"
    r"|founded by|our ceo|team of|alumni|graduates of"
    r"|tuition|reimburse\w*)"
)


_HINT_OF_INSTEAD = re.compile(r"exp|equiv|lieu|place|subst|self-t|bootcamp|less|track|background")
_CUE_INSIDE = re.compile(r"[^()]{0,40}\b(?:preferred|required|desired|desirable|ideally|a plus)\)")
_CUE_BEHIND = re.compile(r"(?: degree)? \((?:strongly |highly )?(?:preferred|desired|a plus|ideal)\)")
"""It is said of the last degree alone: `MS or PhD (preferred)`."""
_NEXT_ITEM = re.compile(
    r"(?<!with)(?<!and)(?<!or)(?<!plus)(?<!of)(?<!least)(?<!minimum)(?<![,(/&+-]) \d{1,2} ?\+ ?(?:years|yrs)"
)
"""Where a list that lost its line ends goes on with years."""
_REACH = 180
"""Characters behind a degree in which a cue is taken to be its own."""
_SUBSTITUTE = re.compile(
    r"\b(?:in lieu of|in place of|substitut\w+)\b|\bcombination of (?:education|experience)\b[^.\n]{0,30}"
    r"\b(?:education|experience)\b"
)
_INSTEAD_ACROSS = re.compile(r"\bor\s+(?:an?\s+)?equivalent\s+(?:\w+\s+){0,3}experience\b")
"""Experience in its place, behind a semicolon or on the next line."""


class _Named(NamedTuple):
    level: Level
    start: int
    end: int


def read_degrees(page: Page) -> tuple[Degree, ...]:
    """Every degree level that is asked for, once, with the firmer of its levels and all fields named with it."""
    found: dict[Level, Degree] = {}
    instead = False
    for start, end in _sentences(page):
        degrees = _read_sentence(page, start, end)
        instead = instead or (
            (not degrees or "combination" in page.plain[start:end])
            and _SUBSTITUTE.search(page.plain, start, end) is not None
        )
        for degree in degrees:
            known = found.get(degree.level)
            found[degree.level] = degree if known is None else _merged(known, degree)
    if any(degree.requirement == "required" and level != "any" for level, degree in found.items()):
        of_any = found.pop("any", None)
        if of_any is not None and not any(degree.fields for degree in found.values()):
            found = {level: evolve(degree, fields=of_any.fields) for level, degree in found.items()}
    degrees_found = sorted(found.values(), key=lambda degree: degree.start)
    return tuple(evolve(degree, or_experience=True) if instead else degree for degree in degrees_found)


def _merged(known: Degree, other: Degree) -> Degree:
    firmer = known if known.requirement == "required" or other.requirement == "preferred" else other
    return Degree(
        level=known.level,
        requirement=firmer.requirement,
        fields=tuple(dict.fromkeys(known.fields + other.fields)),
        or_experience=known.or_experience or other.or_experience,
        start=firmer.start,
        end=firmer.end,
    )


def _sentences(page: Page) -> Iterator[tuple[int, int]]:
    """Bounds of the sentences that may name a degree, in order, each once."""
    places = sorted(_anchors(page))
    reached = -1
    for place in places:
        if place < reached:
            continue
        start, end = page.sentence(place, place + 1)
        start = max(start, reached)
        reached = end
        yield start, end


def _anchors(page: Page) -> Iterator[int]:
    yield from page.places(ANCHORS)
    yield from page.places(_GLUED)
    yield from (match.start() for match in INITIALS.finditer(page.text))


def _read_sentence(page: Page, start: int, end: int) -> list[Degree]:
    named = _named(page, start, end)
    if not named:
        return []
    is_glued = _GLUE.search(page.text, start, end) is not None
    sentence = _phrase(page, start, end, is_glued)
    instead = (
        _HINT_OF_INSTEAD.search(sentence) is not None and _EXPERIENCE_INSTEAD.search(sentence) is not None
    ) or _INSTEAD_ACROSS.search(page.plain, max(start, end - 40), end + 60) is not None
    groups = _groups(page.plain, named)
    fields = [
        fields_named(_phrase(page, group[-1].end, following, is_glued)) for group, following in _followed(groups, end)
    ]
    shared = (
        next((some for some in fields if some), ())
        or _fields_later(_phrase(page, named[-1].end, end, is_glued))
        or _fields_before(_before(page.plain, start, named[0]))
    )
    if not shared and not _is_asked(page, start, end):
        return []
    if not shared and named[0].level == "any" and page.plain.endswith("background", start, named[0].end):
        return []
    degrees = []
    left = start
    for (group, right), own in zip(_followed(groups, end), fields, strict=True):
        preferred = is_preferred(page, group[0].start, group[-1].end, left, _reach(page.plain, group[-1].end, right))
        left = group[-1].end
        degrees += [
            Degree(one.level, "preferred" if preferred else "required", own or shared, instead, one.start, one.end)
            for one in group
        ]
    return degrees


def _reach(text: str, start: int, end: int) -> int:
    """How far behind a degree that ends at `start` its cues may stand."""
    end = min(end, start + _REACH)
    item = _NEXT_ITEM.search(text, start, end)
    return item.start() if item else end


def _named(page: Page, start: int, end: int) -> list[_Named]:
    """Degree levels between two offsets; `any` only where no level is named."""
    text = page.plain
    found = [
        _Named(cast("Level", match.lastgroup), match.start(), match.end())
        for pattern, source in ((_LEVELS, text), (_INITIALS, page.text))
        for match in pattern.finditer(source, start, end)
        if _begins_a_word(page.text, match.start())
        and not _NOT_A_DEGREE.match(text, match.end(), end)
        and not _is_negated(text, start, match.start(), match.end(), end)
        and not _OTHERS.search(text, max(start, match.start() - 60), match.start())
        and (pattern is _LEVELS or _is_degree_initials(page.text, match))
    ]
    found.sort(key=lambda one: one.start)
    return [
        one
        for one in found
        if not _is_spelled_out(text, one) and (one.level != "any" or not _is_said_already(text, one, found))
    ]


def _begins_a_word(text: str, start: int) -> bool:
    """Whether a word begins here, be it one whose blank was lost: `RequirementsBachelor's`, `teams.BS in`."""
    before = text[start - 1] if start else " "
    if before == ".":
        return text[start].isupper() and text[max(0, start - 4) : start - 1].isalpha()
    if not before.isalpha():
        return True
    return text[start].isupper() and (before.islower() or text[start + 1].islower())


def _is_spelled_out(text: str, degree: _Named) -> bool:
    """Whether an advanced degree is named right behind it: `advanced degree (PhD)`."""
    return degree.level == "master" and _PHD_BEHIND.match(text, degree.end) is not None


def _is_said_already(text: str, degree: _Named, found: list[_Named]) -> bool:
    """Whether a bare `degree` belongs to a level beside it: `Master's or technical degree`, `degree (BS, MS)`."""
    for one in found:
        gap = text[one.end : degree.start] if one.start < degree.start else text[degree.end : one.start]
        if one.level != "any" and len(gap) < 45 and not re.search(r"[;]|\bwith\b", gap):
            return True
    return False


def _is_degree_initials(text: str, match: re.Match[str]) -> bool:
    """Whether bare capitals are a degree: not `Boston, MA`, `MS Office` or `BA support`."""
    before, after = text[max(0, match.start() - 24) : match.start()], text[match.end() : match.end() + 24]
    if _A_PLACE.search(before):
        return False
    if len(match[0]) > 2 and match[0] not in ("BEE", "MEE"):
        return True
    return _INITIALS_AFTER.match(after) is not None or _INITIALS_BEFORE.search(before) is not None


def _is_negated(text: str, left: int, start: int, end: int, right: int) -> bool:
    if _NEGATED_BEFORE.search(text[max(left, start - 45) : start]):
        return True
    after = text[end : min(right, end + 90)]
    return _NEGATED_AFTER.match(after) is not None and not _STILL_WELCOME.search(after)


def _is_asked(page: Page, start: int, end: int) -> bool:
    return page.section(start) not in SILENT_SECTIONS or _ASKED.search(page.plain, start, end) is not None


def _groups(text: str, named: list[_Named]) -> list[list[_Named]]:
    """Degrees that stand together (`BS/MS/PhD`, `Master's degree or PhD`) share what is said of them."""
    groups = [[named[0]]]
    for one in named[1:]:
        gap = text[groups[-1][-1].end : one.start]
        if (
            _JOINED.match(gap)
            and not ("(" in gap and _CUE_INSIDE.match(text, one.start))
            and not _CUE_BEHIND.match(text, one.end)
        ):
            groups[-1].append(one)
        else:
            groups.append([one])
    return groups


def _followed(groups: list[list[_Named]], end: int) -> Iterator[tuple[list[_Named], int]]:
    for index, group in enumerate(groups):
        yield group, groups[index + 1][0].start if index + 1 < len(groups) else end


_FIELDS_END = either(
    r"\bwith\b(?! (?:an? )?(?:[a-z-]+ ){0,3}(?:focus|emphasis|major|speciali[sz]ation|concentration"
    r"|background|degree|qualifications in))|\bexperience\b|\byears?\b|\bcoursework\b|\bplus\b"
    r"|\bproven\b|\bunderstanding\b|\bknowledge\b|\bskills\b|\bfrom\b|\bwork\b|\bability\b"
    r"|\bpublications?\b|\btrack record\b|\bfamiliar|\bcombination of\b|\busing\b"
    r"|\d{1,2}\s?\+|(?<=[a-z]{4})(?<!comp)\.(?=[a-z]{2})|¦"
)
_ASIDE = re.compile(r"\([^)]*\bexperience\b[^)]*\)|\bwith [a-z]* ?experience (?=in the fields? of\b)")
_FIELDS_SPLIT = re.compile(
    r"[,/;:()\[\]&|+]|\.{2,}| - |\b(?:and/or|or|and|such as|like|e\.?g|i\.?e|including"
    r"|in|of|to|for example|preferably|ideally|with"
    r"|focus|on|emphasis|major|speciali[sz]ation|concentration|degree|degrees|is|required"
    r"|preferred|desired|strongly|highly|within)\b\.?"
)
_FIELDS_AGAIN = re.compile(
    r"\b(?:degrees? in|majors? in|fields? (?:of|such as|like)|e\.g\.,?|(?:school|university"
    r"|college|institution|institute) in|degrees? from an?|equivalent [a-z ]{0,24}experience in"
    r"|experience in (?=[^.;]*\brelated field)|disciplines? (?:such as|like|including))"
)
_TRIMMED = re.compile(
    r"^(?:(?:a|an|the|either|both|field|fields|area|areas|subject|discipline|one|any"
    r"|related|relevant|pure|advanced)\s+)+|(?:(?:\s+|(?<=[a-z])-)(?:fields?|disciplines?|subjects?|majors?|related|areas?|domains?"
    r"|degrees?|background|etc|departments?|programs?))+$"
)
_GLUE = re.compile(r"([a-z])([A-Z][a-z])")
_VAGUE_WORDS = re.compile(r"quantitative|computational|technical|scientific|numerate|analytical|technological")
_VAGUE_FIELDS = re.compile(
    rf"(?: degrees?)? in an? (?P<words>(?:(?:highly |relevant )?(?:{_VAGUE_WORDS.pattern})"
    r"(?:, (?:or )?|/| or | and )?)+) ?(?P<head>field|discipline|subject|area)\b"
)


@functools.cache
def _field_data() -> tuple[dict[str, str], frozenset[str], frozenset[str], frozenset[str]]:
    source = resources.files("extractor.taxonomy").joinpath("fields_of_study.toml").read_text(encoding="utf-8")
    data: dict[str, Any] = tomllib.loads(source)
    names = {name: name for name in data["names"]} | data["short"]
    return names, frozenset(data["heads"]), frozenset(data["halves"]), frozenset(data["vague"])


def fields_of_study(phrase: str) -> tuple[str, ...]:
    """Fields named in what follows a degree (plain text), spelled out, in order: `in cs, stats or related` -> both."""
    phrase = _ASIDE.sub(" ", phrase)
    if "," in phrase:  # in a list the second half of `computer science/engineering` is short for a field of its own
        phrase = phrase.replace("computer science/engineering", "computer science/computer engineering")
    stop = _FIELDS_END.search(phrase)
    elements = [_tidy(element) for element in _FIELDS_SPLIT.split(phrase[: stop.start()] if stop else phrase)]
    halves = _field_data()[2]
    found: dict[str, None] = {}
    for index, element in enumerate(elements):
        name = _completed(element, elements[index + 1 :]) if element in halves else field_name(element)
        if name:
            found[name] = None
    return tuple(found)


def _fields_later(phrase: str) -> tuple[str, ...]:
    """Fields that stand apart from their degree: `MS with 5 years, degree in CS`, `content such as physics`."""
    again = _FIELDS_AGAIN.search(phrase)
    return fields_of_study(phrase[again.end() :]) if again else ()


def _tidy(element: str) -> str:
    element = element.strip(" .-'\"*\t")
    return _TRIMMED.sub("", element).strip(" .-'\"")


def field_name(element: str) -> str | None:
    """The field that one element of a list names, spelled out, or None."""
    names, heads, _, vague = _field_data()
    if element in names:
        return names[element]
    words = element.split()
    if (
        2 <= len(words) <= 4
        and words[-1] in heads
        and vague.isdisjoint(words)
        and all(word.isalpha() for word in words)
    ):
        return " ".join(words)
    return None


def _completed(half: str, later: list[str]) -> str | None:
    """`electrical` before [`computer engineering`] -> `electrical engineering`."""
    _, heads, halves, _ = _field_data()
    for element in later[:4]:
        words = element.split()
        if len(words) >= 2 and words[-1] in heads:
            return field_name(f"{half} {words[-1]}")
        if len(words) == 1 and words[0] in heads and words[0] in ("engineering", "sciences", "science"):
            return field_name(f"{half} {words[0]}")
        if element and element not in halves:
            return None
    return None


def _phrase(page: Page, start: int, end: int, is_glued: bool) -> str:  # noqa: FBT001 - told once for a sentence
    """The plain text between two offsets; a bar stands where a blank was lost (`StatisticsExperience`)."""
    if is_glued:
        return plain(_GLUE.sub(r"\1¦\2", page.text[start:end]))
    return page.plain[start:end]


def fields_named(phrase: str) -> tuple[str, ...]:
    """Fields in what follows a degree, else the words that stand for them."""
    return fields_of_study(phrase) or _vague_fields(phrase)


def _vague_fields(phrase: str) -> tuple[str, ...]:
    """`in a quantitative or technical field`: what stands for fields where none is named."""
    found = _VAGUE_FIELDS.match(phrase)
    if found is None:
        return ()
    return tuple(f"{word} {found['head']}" for word in _VAGUE_WORDS.findall(found["words"]))


def _before(text: str, start: int, first: _Named) -> str:
    """What stands before the word that says `degree`: `computer` belongs to `science degree`."""
    if first.level == "any":
        return re.sub(r"\bdegrees?$", "", text[start : first.end])
    return text[start : first.start]


def _fields_before(before: str) -> tuple[str, ...]:
    """`a computer science degree`, `Statistics or CS (PhD)` name their fields in front."""
    found: list[str] = []
    for element in reversed(_FIELDS_SPLIT.split(before[-120:])):
        words = _tidy(element).split()
        names = [name for length in (4, 3, 2, 1) if (name := field_name(" ".join(words[-length:])))] if words else []
        if words and not names:
            break
        found += names[:1]
    return tuple(name for name in reversed(found) if name != "education")
