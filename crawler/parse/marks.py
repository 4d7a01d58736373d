"""What is no vacancy: standing adverts. The words are in marks.toml."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib.resources import files


def is_evergreen(title: str) -> bool:
    """Whether a title names a standing advert ("Open application") and no vacancy."""
    lower = title.casefold().replace("’", "'")
    return any(text in lower and pattern.search(lower) for text, pattern in _evergreen())  # `in` is nearly free


@cache
def _evergreen() -> list[tuple[str, re.Pattern[str]]]:
    words = tomllib.loads(files(__package__).joinpath("marks.toml").read_text(encoding="utf-8"))["evergreen"]
    return [(text, re.compile(rf"(?<!\w){re.escape(text)}(?!\w)")) for text in words]
