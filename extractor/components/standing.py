"""Whether a mention of a method or field asks for it, by what stands around it.

`Reliability`, `transformer architectures`, `our data science team` and `coding in Java` name a method and yet ask
for none of its own.
"""

from __future__ import annotations

from extractor.components.found import Found
from extractor.components.reading import Reading
from extractor.components.skills import linked
from extractor.components.wording import literals, wording

METHODS = frozenset({"concept", "math"})
_LOOSE, _HEADS, _TRADES = (frozenset(literals(name)) for name in ("loose", "heads", "team_trades"))
_TEAM, _TOGETHER, _IN_LANGUAGE = wording("team_behind"), wording("together_with"), wording("in_language")
_FIRMS = wording("firms")
_NAMED_BY = {"programming": "language", "scripting-languages": "language", "machine-learning-frameworks": "framework"}
"""What the words for a whole kind ask for where members of it follow: `scripting languages (Perl, Bash)`."""
_REACH = 150
"""Characters before a mention in which one may be said to work with somebody, or firms named."""


def asks(reading: Reading, index: int, *, is_duty: bool) -> bool:
    """Whether the mention `reading.found[index]`, of the description, asks for its skill."""
    one, text = reading.found[index], reading.plain
    if one.kind not in METHODS:
        return one.kind != "tool" or not _is_firm(reading, one)
    form = text[one.start : one.end].replace("-", " ")
    if form in _HEADS and _belongs(reading, index):
        return False
    if one.skill_id in _NAMED_BY and _is_of_members(reading, index, _NAMED_BY[one.skill_id]):
        return False
    if not is_duty:
        return True
    return not (
        (form in _LOOSE and _stands_alone(reading, index))
        or _TEAM.match(text, one.end)
        or (one.skill_id in _TRADES and _TOGETHER.search(text, max(0, one.start - _REACH), one.start))
    )


def _is_firm(reading: Reading, one: Found) -> bool:
    """`Veterans of Google and Databricks`: a product's name that stands for who makes it."""
    start = max(reading.lines[one.line].start, one.start - _REACH)
    return _FIRMS.search(reading.text, start, one.start) is not None


def _neighbours(reading: Reading, index: int) -> tuple[Found | None, Found | None]:
    """The technical skills named before and after in the description."""
    pair = []
    for at in (index - 1, index + 1):
        other = reading.found[at] if 0 <= at < len(reading.found) else None
        pair.append(other if other and other.field == "description" and other.kind not in ("soft", "domain") else None)
    return pair[0], pair[1]


def _belongs(reading: Reading, index: int) -> bool:
    """`Transformer architectures`: the head of the name before it."""
    one, (before, _) = reading.found[index], _neighbours(reading, index)
    return before is not None and before.end + 1 == one.start and reading.text[before.end] == " "


def _is_of_members(reading: Reading, index: int, kind: str) -> bool:
    """`Programming languages such as Java`, `Python programming`: the language is what is asked for."""
    one, text = reading.found[index], reading.plain
    before, after = _neighbours(reading, index)
    if before is not None and before.kind == kind and before.end + 1 == one.start:
        return True
    return after is not None and after.kind == kind and _IN_LANGUAGE.fullmatch(text, one.end, after.start) is not None


def _stands_alone(reading: Reading, index: int) -> bool:
    """Whether no technical skill stands beside a mention in a list."""
    one, text = reading.found[index], reading.text
    before, after = _neighbours(reading, index)
    gaps = [(before.end, one.start)] if before else []
    gaps += [(one.end, after.start)] if after else []
    return not any(text[low:high].strip() and linked(text, low, high) for low, high in gaps)
