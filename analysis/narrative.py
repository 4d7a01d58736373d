"""Numbers as the report writes them: shares, intervals, dates, money, trends. Nothing is computed here."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
DASH = "–"
NOTHING = "—"
KINDS = {
    "language": "Programming languages",
    "framework": "Frameworks and libraries",
    "tool": "Tools, clouds and pipelines",
    "concept": "Methods and specialisms",
    "math": "Mathematics and statistics",
    "soft": "Working with people",
    "domain": "Domains",
}
SENIORITY = {
    "all": "All levels",
    "intern": "Intern",
    "entry": "Entry",
    "mid": "Mid or not stated",
    "senior": "Senior",
    "staff": "Staff",
    "lead": "Lead",
    "manager": "Manager",
}
COUNTRIES = {
    "AU": "Australia",
    "BR": "Brazil",
    "CA": "Canada",
    "CH": "Switzerland",
    "DE": "Germany",
    "ES": "Spain",
    "FR": "France",
    "GB": "United Kingdom",
    "IE": "Ireland",
    "IL": "Israel",
    "IN": "India",
    "JP": "Japan",
    "NL": "Netherlands",
    "PL": "Poland",
    "SE": "Sweden",
    "SG": "Singapore",
    "US": "United States",
}
"""Names of the countries that boards are in most; the others stand under their code."""
WORK_MODES = {"remote": "Remote", "hybrid": "Hybrid", "onsite": "On site"}
LEVELS = {
    "none": "No degree named",
    "any": "Degree, level not said",
    "high_school": "High school",
    "associate": "Associate",
    "bachelor": "Bachelor's",
    "master": "Master's",
    "phd": "PhD",
}
TREND_WORDS = {
    "rising": "rising",
    "falling": "falling",
    "flat": "flat",
    "too_few": "too few",
}
MARKS = {"rising": "▲", "falling": "▼", "flat": "●", "too_few": "·"}


def is_known(value: Any) -> bool:
    """Whether a cell holds a number or text rather than None or NaN."""
    return value is not None and value == value  # noqa: PLR0124 - NaN is what differs from itself


def percent(value: Any, digits: int | None = None) -> str:
    """0.123 -> `12%`; small shares keep one decimal: 0.0123 -> `1.2%`."""
    if not is_known(value):
        return NOTHING
    number = 100 * float(value)
    places = digits if digits is not None else (0 if number >= 9.95 or number == 0 else 1)
    return f"{number:.{places}f}%"


def span(low: Any, high: Any) -> str:
    """An interval of shares: `10–14%`, the sign of per cent once."""
    if not (is_known(low) and is_known(high)):
        return "interval unknown"
    places = 0 if float(high) >= 0.0995 else 1
    left, right = percent(low, places), percent(high, places)
    return f"{left.removesuffix('%')}{DASH}{right}"


def points(value: Any) -> str:
    """A change of shares in percentage points, signed: `+3.2`, `−0.4`; input is in points already."""
    return signed(value, 1)


def signed(value: Any, digits: int = 2) -> str:
    """A number with its sign, true minus included."""
    if not is_known(value):
        return NOTHING
    text = f"{float(value):+.{digits}f}"
    return f"{float(0):.{digits}f}" if float(text) == 0 else text.replace("-", "−")


def number(value: Any, digits: int = 0) -> str:
    """A count or amount with thin thousands: `12,345`."""
    return f"{float(value):,.{digits}f}" if is_known(value) else NOTHING


def money(value: Any, currency: str = "USD") -> str:
    """An annual amount in thousands: `$182k`; other currencies by code: `EUR 74k`."""
    if not is_known(value):
        return NOTHING
    sign = {"USD": "$", "EUR": "€", "GBP": "£"}.get(currency, f"{currency} ")
    return f"{sign}{float(value) / 1000:,.0f}k"


def q_value(value: Any) -> str:
    """`<0.001` or three decimals."""
    if not is_known(value):
        return NOTHING
    return "<0.001" if float(value) < 0.001 else f"{float(value):.3f}"


def month(text: Any) -> str:
    """`2026-03` -> `March 2026`, `2026-Q1` -> `Q1 2026`; anything else as it is."""
    if isinstance(text, str) and re.fullmatch(r"\d{4}-Q[1-4]", text):
        return f"{text[5:]} {text[:4]}"
    if not isinstance(text, str) or not re.match(r"\d{4}-(0[1-9]|1[0-2])\b", text):
        return str(text) if is_known(text) else NOTHING
    return f"{MONTHS[int(text[5:7]) - 1]} {text[:4]}"


def short_month(text: Any) -> str:
    """`2026-03` -> `Mar 2026`; a quarter as it is."""
    name, _, year = month(text).partition(" ")
    return f"{name[:3]} {year}" if year else name


def capital(text: str) -> str:
    """A sentence's first letter: `machine learning leads` -> `Machine learning leads`."""
    return text[:1].upper() + text[1:]


def label(skill: str, kind: str) -> str:
    """A skill's name standing alone: `machine learning` -> `Machine learning`, but `pandas` is a proper name."""
    return capital(skill) if kind in {"concept", "math", "soft", "domain"} else skill


def labels(rows: pd.DataFrame) -> list[str]:
    """The same for each row of a table with the columns `skill` and `kind`."""
    return [label(skill, kind) for skill, kind in zip(rows["skill"], rows["kind"], strict=True)]


def day(text: Any) -> str:
    """`2026-03-31…` -> `31 March 2026`."""
    if not isinstance(text, str) or not re.match(r"\d{4}-(0[1-9]|1[0-2])-\d\d", text):
        return month(text)
    return f"{int(text[8:10])} {month(text)}"


def months(first: Any, last: Any) -> str:
    """`January 2023 to March 2026`, or one month."""
    return month(first) if first == last else f"{month(first)} to {month(last)}"


def count(value: Any, noun: str, plural: str | None = None) -> str:
    """`1 employer`, `12,345 postings`."""
    return f"{number(value)} {noun if value == 1 else plural or noun + 's'}"


def listing(words: Sequence[str], last: str = "and") -> str:
    """`a`, `a and b`, `a, b and c`."""
    words = list(words)
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} {last} {words[-1]}"


def tenths(value: Any) -> str:
    """A share as people say it: `about 7 in 10`, `fewer than 1 in 20`."""
    if not is_known(value):
        return "an unknown part"
    share = float(value)
    if share < 0.05:
        return "fewer than 1 in 20"
    if share < 0.095:
        return "fewer than 1 in 10"
    if share > 0.95:
        return "nearly all"
    return f"about {math.floor(share * 10 + 0.5)} in 10"


def share_of(row: Mapping[str, Any], share: str = "share") -> str:
    """`34% (31–37%)` from columns share, share_low, share_high."""
    return f"{percent(row.get(share))} ({span(row.get(f'{share}_low'), row.get(f'{share}_high'))})"


def trend_word(trend: Any, *, is_long: bool = True) -> str:
    """How a skill's trend is said; under 24 months a trend is only a change."""
    word = TREND_WORDS.get(str(trend), str(trend))
    return (
        word
        if is_long or trend not in {"rising", "falling"}
        else f"{'up' if trend == 'rising' else 'down'}, not yet a trend"
    )
