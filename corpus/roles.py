"""Which role a title names: the published rule, kept as data in roles.toml."""

from __future__ import annotations

import functools
import re
import tomllib
from importlib import resources
from typing import Any

OTHER = "other"
_PARTS = re.compile(r"\s*[;|]\s*|\s+/\s+")


@functools.cache
def _rules() -> dict[str, Any]:
    return tomllib.loads(resources.files("corpus").joinpath("roles.toml").read_text(encoding="utf-8"))


@functools.cache
def _families() -> list[tuple[str, str, bool, re.Pattern[str]]]:
    return [(row["id"], row["name"], row["ml"], re.compile(row["title"], re.IGNORECASE)) for row in _rules()["family"]]


@functools.cache
def _limits() -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    """`never_ml`, `seldom_ml`, `plainly_ml`."""
    keys = ("never_ml", "seldom_ml", "plainly_ml")
    never, seldom, plainly = (re.compile(_rules()[key], re.IGNORECASE) for key in keys)
    return never, seldom, plainly


def may_be_ml(title: str) -> bool:
    """False for titles of other trades (selling, teaching, front ends, …) that may stand beside the words of ours."""
    never, seldom, plainly = _limits()
    if never.search(title):
        return False
    return seldom.search(title) is None or plainly.search(title) is not None


def family_names() -> dict[str, str]:
    """Family id -> its name for people."""
    return {family: name for family, name, _, _ in _families()} | {OTHER: "Other"}


def ml_families() -> tuple[str, ...]:
    """The families that together are "ML postings"."""
    return tuple(family for family, _, is_ml, _ in _families() if is_ml)


@functools.lru_cache(maxsize=4096)
def role_family(title: str) -> str:
    """The family that a title names, `other` where none; of several roles in one title, the first that is known."""
    for part in (*_PARTS.split(title), title):
        family = _family(part)
        if family != OTHER:
            return family
    return OTHER


def _family(title: str) -> str:
    with_ml = may_be_ml(title)
    for family, _, is_ml, pattern in _families():
        if (with_ml or not is_ml) and pattern.search(title):
            return family
    return OTHER
