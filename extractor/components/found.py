"""What the skill readers hand to one another."""

from __future__ import annotations

from typing import NamedTuple

from corpus.records import SkillKind


class Place(NamedTuple):
    """Words that name a skill."""

    first: int
    after: int
    """The word after the last."""
    skill_id: str
    how: str
    """Which rule found it."""


class Found(NamedTuple):
    """A span that names a skill; offsets are characters into the Doc's text."""

    skill_id: str
    name: str
    kind: SkillKind
    start: int
    end: int
    how: str
    is_listed: bool = True
