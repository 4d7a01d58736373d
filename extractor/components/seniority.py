"""Seniority: what the title says, else what the text says of whom it looks for, else mid."""

from __future__ import annotations

import functools
import re

from extractor.components.anchors import Anchors
from extractor.components.page import Page

_NO_RANK = re.compile(
    r"\b(?:product|program|project|community|account|content|engagement|delivery|office"
    r"|case|marketing|partner|success)\s+manager"
    r"|\bmembers? of (?:the )?technical staff\b|\blead[ -]?gen\w*|\bchief of staff\b|\bhead ?hunt\w*"
)
_RANKS = ("intern", "manager", "staff", "lead", "senior", "entry")
"""The first of these that a title names is its level."""
_WORDS = {
    word: rank
    for rank, words in {
        "intern": "intern interns internship internships coop werkstudent praktikum praktikant stagiaire trainee",
        "manager": "manager director head vp svp evp avp chief cto cdo caio",
        "staff": "staff principal distinguished fellow smts l6 l7",
        "lead": "lead leader teamlead",
        "senior": "senior sr snr iii l5 experienced expert sde3",
        "entry": "junior jr graduate grad fresher associate campus entry l3 sde1",
    }.items()
    for word in words.split()
}
_NUMBERED = re.compile(
    r"\b(?:engineer|scientist|developer|researcher|analyst|sde|swe)[\s-]+(?P<number>iv|v|i|[1-6])\b(?! ?/)"
)
_OF_NUMBER = {
    "i": "entry",
    "1": "entry",
    "3": "senior",
    "iv": "staff",
    "v": "staff",
    "4": "staff",
    "5": "staff",
    "6": "staff",
}
_PHRASES = re.compile(
    r"\b(?:(?P<intern>co-op|working student|summer (?:associate|analyst))|(?P<manager>vice president)"
    r"|(?P<entry>early[- ]career|entry[- ]level|new[- ]grad))"
)
_SPLIT = re.compile(r"[a-z0-9]+")
_SOUGHT = re.compile(
    r"\b(?:looking for|seeking|hiring|searching for|recruiting|are|as|be|join us as"
    r"|role of|need)\s+(?:an?|our|the|two|multiple|several|experienced)?\s*(?:(?:highly"
    r"|talented|skilled|motivated|exceptional|passionate|experienced|hands-on|our next"
    r"|first|dedicated)[ ,]+){0,3}"
    r"(?P<word>senior|sr\.?|staff|principal|lead|junior|entry[- ]level|new grads?"
    r"|mid[- ]level|head of|director of)\b(?=[^.\n]{0,40}\b(?:engineer|scientist|developer"
    r"|researcher|architect|analyst|data|machine|software|ai|ml)\b)"
)
_IS_NAMED = re.compile(
    r"(?:^|[.\n]) ?(?:the|our|as (?:a|our|the)) (?P<word>senior|staff|principal|lead|junior)\b(?! by)"
    r"(?=(?: [\w/&-]+){0,3} (?:engineer|scientist|developer|researcher|architect|analyst)\b)"
)
"""The post is called more than its title: `The Principal Data Scientist is a key position`."""
_FIELD = re.compile(
    r"\b(?:seniority|experience level|career level|level)(?: level)?\s*[:\-]\s*\**\s*(?P<word>intern(?:ship)?"
    r"|entry|junior|associate|mid|senior|staff|principal|lead|director|manager)"
)
_OF_WORD = {
    "senior": "senior",
    "sr": "senior",
    "staff": "staff",
    "principal": "staff",
    "lead": "lead",
    "junior": "entry",
    "entry": "entry",
    "associate": "entry",
    "new grad": "entry",
    "intern": "intern",
    "head": "manager",
    "director": "manager",
    "manager": "manager",
    "mid": "mid",
}
_RANK_NEAR = Anchors(
    "seniority",
    "experience level",
    "career level",
    "level:",
    "senior",
    "staff",
    "principal",
    "lead ",
    "junior",
    "entry",
    "new grad",
    "head of",
    "director of",
    "mid-level",
)
_SOUGHT_WITHIN = 1500


def read_seniority(page: Page) -> str:
    """One of intern, entry, mid, senior, staff, lead, manager."""
    return of_title(page.plain_title) or _of_text(page) or "mid"


@functools.lru_cache(maxsize=4096)
def of_title(title: str) -> str | None:
    """The level that a plain title names, the highest of several; None where it names none."""
    title = _NO_RANK.sub(" ", title)
    words = _SPLIT.findall(title)
    named = {_WORDS[word] for word in words if word in _WORDS}
    named |= {rank for phrase in _PHRASES.finditer(title) if (rank := phrase.lastgroup)}
    if number := _NUMBERED.search(title):
        named |= {_OF_NUMBER.get(number["number"], "mid")}
    for rank in _RANKS:
        if rank in named:
            return rank
    return "mid" if "mid" in named or not {"mid", "ii", "l4", "midlevel"}.isdisjoint(words) else None


def _of_text(page: Page) -> str | None:
    """The level of whom the opening of a text looks for, or of a field such as `Experience level: Senior`."""
    found = sorted(at for at in page.places(_RANK_NEAR) if at < _SOUGHT_WITHIN)
    for pattern in (_FIELD, _SOUGHT, _IS_NAMED):
        for at in found:
            match = pattern.search(page.plain, max(0, at - 90), at + 70)
            if match:
                return next((level for word, level in _OF_WORD.items() if match["word"].startswith(word)), None)
    return None
