"""Work mode and employment type, as sources write them, to the few words of the file. The forms are in fields.toml."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from functools import cache, lru_cache
from importlib.resources import files
from typing import Literal, cast

WorkMode = Literal["remote", "hybrid", "onsite"]
EmploymentType = Literal["full_time", "part_time", "contract", "internship"]

LONGEST = 120
"""Characters; more is prose and no field."""


def work_mode(raw: object) -> WorkMode | None:
    """`remote`, `hybrid` or `onsite` out of a field's value; None where it says nothing or two things at once."""
    for value in _values(raw):
        found = _named("work_mode", value)
        if "hybrid" in found:
            return "hybrid"
        if "onsite" in found and _negated(value):
            return "onsite"
        if len(found) == 1:
            return cast("WorkMode", next(iter(found)))
    return None


def employment_type(raw: object) -> EmploymentType | None:
    """The employment type out of a field's value, or the first that a list of values names.

    "Full-time internship" is an internship, "full-time contract" a contract; "full- or part-time" is neither.
    """
    for value in _values(raw):
        found = _named("employment_type", value)
        for decisive in ("internship", "contract"):
            if decisive in found:
                return cast("EmploymentType", decisive)
        if len(found) == 1:
            return cast("EmploymentType", next(iter(found)))
    return None


def _values(raw: object) -> list[str]:
    """The plain forms of a text, or of the texts of a list, whichever are short enough for a field."""
    items = raw if isinstance(raw, (list, tuple)) else [raw]
    return [plain(item) for item in items if isinstance(item, str) and len(item) <= LONGEST]


@lru_cache(maxsize=2048)  # boards repeat the same few values
def _named(field: str, value: str) -> frozenset[str]:
    return frozenset(name for name, pattern in _patterns(field).items() if pattern.search(value))


def _negated(value: str) -> bool:
    return re.search(r"\b(no|not|non) remote\b", value) is not None


@cache
def _patterns(field: str) -> dict[str, re.Pattern[str]]:
    """One pattern a class, longest form first."""
    table = tomllib.loads(files(__package__).joinpath("fields.toml").read_text(encoding="utf-8"))[field]
    return {name: _pattern(forms) for name, forms in table.items()}


def _pattern(forms: list[str]) -> re.Pattern[str]:
    ordered = sorted(forms, key=len, reverse=True)
    return re.compile("|".join(rf"\b{re.escape(form)}\b" if form.isascii() else re.escape(form) for form in ordered))


def plain(text: str) -> str:
    """Lower case, no accents, camel case and punctuation to blanks: `FullTime`, `FULL_TIME` -> `full time`."""
    text = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", text)
    composed = unicodedata.normalize("NFKD", text.casefold())
    kept = "".join(character for character in composed if not unicodedata.combining(character)).replace("ł", "l")
    return " ".join(re.sub(r"[^\w]|_", " ", unicodedata.normalize("NFC", kept)).split())
