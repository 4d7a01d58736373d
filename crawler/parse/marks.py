"""What is no vacancy: standing adverts. The words are in marks.toml."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib.resources import files


def is_evergreen(title: str) -> bool:
    """Whether a title names a standing advert ("Open application") and no vacancy."""
    return _evergreen().search(title.casefold().replace("’", "'")) is not None


@cache
def _evergreen() -> re.Pattern[str]:
    words = tomllib.loads(files(__package__).joinpath("marks.toml").read_text(encoding="utf-8"))["evergreen"]
    return re.compile("|".join(rf"(?<!\w){re.escape(text)}(?!\w)" for text in words))
