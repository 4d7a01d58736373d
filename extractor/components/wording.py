"""The wording of lines and sentences, kept as data in wording.toml."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib.resources import files
from typing import Any


@cache
def _tables() -> dict[str, Any]:
    return tomllib.loads(files("extractor.components").joinpath("wording.toml").read_text(encoding="utf-8"))


def wording(name: str) -> re.Pattern[str]:
    """The pattern of that name."""
    return re.compile(_tables()[name], re.VERBOSE)


def literals(name: str) -> tuple[str, ...]:
    """The literals of that name."""
    return tuple(piece for line in _tables()["literals"][name].split("\n") for piece in line.split("|") if piece)
