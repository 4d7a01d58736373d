"""Is a fact a must or a wish: the cue that stands nearest decides, then the section."""

from __future__ import annotations

import re

from extractor.components.page import PREFERRED, Page

_AFTER = re.compile(
    r"\b(?:(?P<wish>(?<!not )prefer(?:red|able|ence)\b(?! not|:| qualif| skill| exper)"
    r"|(?:a|an|big|huge|major|definite|strong|real|great|added|is|are) plus\b|\bplus(?=$"
    r"|[.!)])|bonus\b"
    r"|desir(?:ed|able)\b(?!:)|advantage(?:ous)?\b|asset\b|beneficial\b|optional\b"
    r"|(?:is|are|also|most|very) welcomed?\b|nice[- ]to[- ]haves?\b"
    r"|favou?red\b|appreciated\b|(?:highly|greatly|is|are) (?:valued|regarded)\b|recommended\b"
    r"|good to have|is ideal\b|would be (?:great|nice|good|ideal|helpful|fantastic)"
    r"|is not (?:strictly )?(?:required|necessary)|not (?:strictly )?(?:required|necessary)|not a must)"
    r"|(?P<must>required\b(?!:| qualif| skill| exper)|mandatory\b|a must\b|must[- ]have\b"
    r"|essential\b|is needed\b|necessary\b))"
)
_BEFORE = re.compile(
    r"\b(?:(?P<wish>prefer(?:ably|red|ence|rably|s)?\b|ideal(?:ly)?\b(?! candidate)|(?:nice|good|great)[- ]to[- ]haves?"
    r"|bonus\b|plus(?:ses)?(?=:)|desir(?:ed|able)\b"
    r"|optional(?:ly)?\b|good to have\b|advantage(?:ous)?(?=:)|great if\b)|(?P<must>must\b"
    r"|require[sd]?\b|mandatory\b|essential\b))[^,;)]*$"
)
_PARENTHESIS = re.compile(
    r"\((?!(?:[^)]{0,12}|(?:not |but |strictly |strongly |highly |is ){1,3})"
    r"(?:preferred|required|desired|desirable|mandatory|plus|optional|essential)\))[^)]*\)"
)


def is_preferred(page: Page, start: int, end: int, left: int, right: int) -> bool:
    """Whether the fact from `start` to `end` is wished for rather than asked; cues count between `left` and `right`."""
    text = page.plain
    after = _AFTER.search(_PARENTHESIS.sub(" ", text[end:right]))
    if after:
        return after["wish"] is not None
    before = _BEFORE.search(text[max(left, start - 70) : start])
    if before:
        return before["wish"] is not None
    return page.section(start) == PREFERRED
