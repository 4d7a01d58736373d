"""Which role a title names: the published rule, kept as data in roles.toml."""

from __future__ import annotations

import functools
import re
import tomllib
from importlib import resources
from typing import Any

OTHER = "other"
_PARTS = re.compile(r"\s*[;|]\s*|\s+/\s+")
_CAPITAL = re.compile(r"(?<!\\)[A-Z]")


@functools.cache
def _rules() -> dict[str, Any]:
    return tomllib.loads(resources.files("corpus").joinpath("roles.toml").read_text(encoding="utf-8"))


@functools.cache
def _families() -> list[tuple[str, str, bool, re.Pattern[str]]]:
    return [(row["id"], row["name"], row["ml"], _compiled(row["title"])) for row in _rules()["family"]]


@functools.cache
def _limits() -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    """`never_ml`, `seldom_ml`, `plainly_ml`."""
    keys = ("never_ml", "seldom_ml", "plainly_ml")
    never, seldom, plainly = (_compiled(_rules()[key]) for key in keys)
    return never, seldom, plainly


def _compiled(pattern: str) -> re.Pattern[str]:
    """A rule for titles in small letters: without IGNORECASE a search takes half the time."""
    return re.compile(pattern, re.IGNORECASE if _CAPITAL.search(pattern) else 0)


def may_be_ml(title: str) -> bool:
    """False for titles of other trades (selling, teaching, front ends, …) that may stand beside the words of ours."""
    never, seldom, plainly = _limits()
    title = title.lower()
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
    title = title.lower()
    parts = _PARTS.split(title)
    for part in parts if len(parts) == 1 else (*parts, title):
        family = _family(part)
        if family != OTHER:
            return family
    return OTHER


def _family(title: str) -> str:
    with_ml: bool | None = None
    for family, _, is_ml, pattern in _families():
        if pattern.search(title):
            if is_ml and with_ml is None:  # most titles match nothing and need not be asked
                with_ml = may_be_ml(title)
            if with_ml or not is_ml:
                return family
    return OTHER
