"""Which role a title names: the published rule, kept as data in roles.toml."""

from __future__ import annotations

import functools
import re
import tomllib
from importlib import resources

OTHER = "other"


@functools.cache
def _families() -> list[tuple[str, str, bool, re.Pattern[str]]]:
    text = resources.files("corpus").joinpath("roles.toml").read_text(encoding="utf-8")
    return [
        (row["id"], row["name"], row["ml"], re.compile(row["title"], re.IGNORECASE))
        for row in tomllib.loads(text)["family"]
    ]


def family_names() -> dict[str, str]:
    """Family id -> its name for people."""
    return {family: name for family, name, _, _ in _families()} | {OTHER: "Other"}


def ml_families() -> tuple[str, ...]:
    """The families that together are "ML postings"."""
    return tuple(family for family, _, is_ml, _ in _families() if is_ml)


def role_family(title: str) -> str:
    """The family that a title names, `other` where none."""
    for family, _, _, pattern in _families():
        if pattern.search(title):
            return family
    return OTHER
