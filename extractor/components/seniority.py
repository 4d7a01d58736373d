"""Seniority: what the title says, else what the text says of whom it looks for, else mid."""

from __future__ import annotations

import re

from extractor.components.page import Page

_MANAGERS_OF_THINGS = re.compile(r"\b(?:product|program|project|community|account|content|engagement|delivery|office|case|marketing|partner|success)\s+manager")
_MARKERS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("intern", re.compile(r"\bintern(?:s|ship|ships)?\b|\bco-?op\b|\bworking student\b|\bwerkstudent|\bpraktik|\bstagiaire|\bstage\b(?= en|$)|\bsummer (?:associate|analyst)|\bapprentice|\btrainee\b")),
    ("manager", re.compile(r"\b(?:manager|managing director|head|director|vp|svp|evp|avp|vice president|chief|cto|cdo|caio|cpo)\b")),
    ("staff", re.compile(r"\b(?:staff|principal|distinguished|fellow)\b|\bsmts\b|\b(?:engineer|scientist|developer)\s+(?:iv|v|vi|4|5|6)\b|\bl[67]\b")),
    ("lead", re.compile(r"\b(?:lead|leader|tech lead|leading)\b|\bteamlead\b")),
    ("senior", re.compile(r"\b(?:senior|sr|snr|sen)\b\.?|\b(?:engineer|scientist|developer|researcher|analyst|sde|swe)[\s-]+(?:iii|3)\b|\bsde-?3\b|\bl5\b|\biii\b|\bexperienced\b|\bexpert\b")),
    ("entry", re.compile(r"\b(?:junior|jr|entry[- ]level|new[- ]grad(?:uate)?s?|graduate|fresher|early[- ]career|associate|university grad\w*|campus)\b|\b(?:engineer|scientist|developer|researcher|analyst|sde|swe)[\s-]+(?:i|1)\b(?! ?/)|\bsde-?1\b|\bl3\b")),
)
_TECHNICAL_STAFF = re.compile(r"\bmembers? of (?:the )?technical staff\b|\bmts\b|\blead(?: |-)?gen\w*|\bchief of staff\b|\bhead ?hunt\w*")
_SOUGHT = re.compile(
    r"\b(?:looking for|seeking|hiring|searching for|recruiting|are|as|be|join us as|role of|need)\s+(?:an?|our|the|two|multiple|several|experienced)?\s*(?:(?:highly|talented|skilled|motivated|exceptional|passionate|experienced|hands-on|our next|first|dedicated)[ ,]+){0,3}"
    r"(?P<word>senior|sr\.?|staff|principal|lead|junior|entry[- ]level|new grads?|mid[- ]level|head of|director of)\b(?=[^.\n]{0,40}\b(?:engineer|scientist|developer|researcher|architect|analyst|data|machine|software|ai|ml)\b)"
)
_FIELD = re.compile(r"\b(?:seniority|experience level|career level|level)(?: level)?\s*[:\-]\s*\**\s*(?P<word>intern(?:ship)?|entry|junior|associate|mid|senior|staff|principal|lead|director|manager)")
_OF_WORD = (("senior", "senior"), ("sr", "senior"), ("staff", "staff"), ("principal", "staff"), ("lead", "lead"), ("junior", "entry"), ("entry", "entry"), ("associate", "entry"), ("new grad", "entry"),
            ("intern", "intern"), ("head", "manager"), ("director", "manager"), ("manager", "manager"), ("mid", "mid"))  # fmt: skip
_SOUGHT_WITHIN = 1500


def read_seniority(page: Page) -> str:
    """One of intern, entry, mid, senior, staff, lead, manager."""
    return of_title(page.plain_title) or _of_text(page.plain[:_SOUGHT_WITHIN]) or "mid"


def of_title(title: str) -> str | None:
    """The level that a plain title names, the highest of several; None where it names none."""
    title = _MANAGERS_OF_THINGS.sub(" ", _TECHNICAL_STAFF.sub(" ", title))
    found = [level for level, pattern in _MARKERS if pattern.search(title)]
    if not found:
        return "mid" if re.search(r"\b(?:mid[- ]?level|mid[- ]senior|ii|l4)\b", title) else None
    return found[0]


def _of_text(opening: str) -> str | None:
    match = _FIELD.search(opening) or _SOUGHT.search(opening)
    if match is None:
        return None
    return next((level for word, level in _OF_WORD if match["word"].startswith(word)), None)
