"""What the skill readers hand to one another."""

from __future__ import annotations

from typing import Literal, NamedTuple

from corpus.records import SkillKind

Field = Literal["title", "description"]


class Note(NamedTuple):
    """What one line says that counts for the whole posting."""

    line: int
    """Its number."""
    about: Literal["term", "employer"]
    """A candidate term; a skill that is the employer itself."""
    name: str


class Place(NamedTuple):
    """Words that name a skill."""

    first: int
    after: int
    """The word after the last."""
    skill_id: str
    how: str
    """Which rule found it."""


class Found(NamedTuple):
    """A span that names a skill; offsets are characters into its field."""

    skill_id: str
    name: str
    kind: SkillKind
    field: Field
    start: int
    end: int
    how: str
    line: int = 0
    """Number of the description's line that it is on."""
    is_listed: bool = True
