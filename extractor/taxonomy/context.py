"""Whether a form that is also a word (`Go`, `R`, `Spark`) names the skill where it stands.

The rules are data (`ambiguous.toml`, whose head explains them); this is their evaluation: a few string
comparisons and at most one regular expression on the words around.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable
from typing import Any, Literal, get_args

from attrs import field, frozen

from corpus.errors import InputError
from extractor.taxonomy.forms import fold

Trust = Literal["case", "inside", "context"]
BEFORE, AFTER = 48, 48
"""Characters that are looked at on either side."""

_CASES: dict[str, Callable[[str], str]] = {"@lower": str.lower, "@upper": str.upper, "@title": str.capitalize}
_WORD = re.compile(r"[\w+#./&'-]+")
_OPENING = re.compile(r"(?:^|[\n.!?:;•·*▪●–—]|[-*] )[\s\"'“(\[]*$")
_KEYS = {"spelled", "trust", "forbid", "before", "after", "confirm", "not_before", "not_after", "listed"}


@frozen
class Rule:
    """What one ambiguous form needs."""

    form: str
    spelled: frozenset[str]
    trust: Trust
    forbid: re.Pattern[str] | None = None
    before: frozenset[str] = field(factory=frozenset)
    after: frozenset[str] = field(factory=frozenset)
    confirm: re.Pattern[str] | None = None
    not_before: frozenset[str] = field(factory=frozenset)
    not_after: frozenset[str] = field(factory=frozenset)
    listed: frozenset[str] = field(factory=frozenset)
    """Further spellings, taken only beside another skill or where `before`, `after` or `confirm` speak for them."""
    skill: str = ""
    """Id of the skill that has the form as its name or alias; filled in by `model.read`."""

    def fits(self, spelling: str) -> bool:
        """Whether this spelling may name the skill at all."""
        return spelling in self.spelled or spelling in self.listed


def read_rules(source: str) -> dict[str, Rule]:
    """The rules of `ambiguous.toml` by folded form. Raises InputError on a rule that cannot be used."""
    try:
        tables = tomllib.loads(source)
    except tomllib.TOMLDecodeError as error:
        raise InputError(f"ambiguous.toml: {error}") from None
    words = {name: tuple(values) for name, values in tables.pop("words", {}).items()}
    groups = tables.pop("alike", [])
    single = [(form, table) for group in groups for form in group["forms"] for table in (_without_forms(group),)]
    return {fold(form): _rule(form, table, words) for form, table in (*single, *tables.items())}


def _without_forms(group: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in group.items() if key != "forms"}


def _rule(form: str, table: dict[str, Any], words: dict[str, tuple[str, ...]]) -> Rule:
    if unknown := set(table) - _KEYS:
        raise InputError(f"ambiguous.toml: [{form}] has unknown keys: {', '.join(sorted(unknown))}")
    if table.get("trust") not in get_args(Trust):
        raise InputError(f"ambiguous.toml: [{form}] needs `trust`, one of {', '.join(get_args(Trust))}")
    return Rule(
        form=fold(form),
        spelled=frozenset(table.get("spelled", [form])),
        trust=table["trust"],
        forbid=_phrases(table.get("forbid", []), form),
        before=_words(table.get("before", []), words),
        after=_words(table.get("after", []), words),
        confirm=_phrases(table.get("confirm", []), form),
        not_before=_words(table.get("not_before", []), words),
        not_after=_words(table.get("not_after", []), words),
        listed=frozenset(_CASES.get(word, str)(form if word in _CASES else word) for word in table.get("listed", [])),
    )


def _words(names: list[str], lists: dict[str, tuple[str, ...]]) -> frozenset[str]:
    """Single words, with each `@name` replaced by the list of that name."""
    return frozenset(word for name in names for word in (lists[name[1:]] if name.startswith("@") else (name,)))


def _phrases(phrases: list[str], form: str) -> re.Pattern[str] | None:
    """One pattern for whole phrases that hold the form (any case, blanks also match hyphens); `*` is one word."""
    if not phrases:
        return None
    for phrase in phrases:
        if fold(form) not in fold(phrase):
            raise InputError(f"ambiguous.toml: [{form}]: the phrase {phrase!r} does not hold the form")
    parts = (re.escape(fold(phrase)).replace(r"\*", r"[\w']+") for phrase in phrases)
    return re.compile(r"(?<!\w)(?:" + "|".join(parts) + r")(?!\w)")


def context_allows(rule: Rule, text: str, start: int, end: int, *, near_known: bool) -> bool:
    """Whether `text[start:end]`, a spelling of the rule's form, names the skill there.

    `near_known`: it stands in a list beside another known skill (only commas, slashes, brackets, `and`, `or` between).
    """
    if not rule.fits(text[start:end]):
        return False
    left, right = fold(text[max(0, start - BEFORE) : start]), fold(text[end : end + AFTER])
    middle = fold(text[start:end])
    near_left = _WORD.findall(left)[-2:]
    before, after = {near_left[-1] if near_left else "", " ".join(near_left)}, _WORD.findall(right)[:1]
    if (
        (rule.forbid and _covers(rule.forbid, left, middle, right))
        or not rule.not_before.isdisjoint(before)
        or not rule.not_after.isdisjoint(after)
    ):
        return False
    if near_known or not rule.before.isdisjoint(before) or not rule.after.isdisjoint(after):
        return True
    if rule.confirm and _covers(rule.confirm, left, middle, right):
        return True
    if text[start:end] not in rule.spelled or rule.trust == "context":
        return False
    return rule.trust == "case" or not _OPENING.search(text[max(0, start - BEFORE) : start])


def _covers(pattern: re.Pattern[str], left: str, middle: str, right: str) -> bool:
    """Whether a match of the pattern takes in the form where it stands."""
    at = len(left)
    return any(m.start() <= at and m.end() >= at + len(middle) for m in pattern.finditer(left + middle + right))
