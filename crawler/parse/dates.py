"""Dates as sources write them, to ISO 8601. Nothing here reads a clock; what is not understood is None.

In: strings (ISO 8601, RFC 822, Java, `14.08.2026`, `August 14, 2026`, month names of eight languages),
epoch seconds or milliseconds, `datetime`. Relative texts ("Posted 3 Days Ago")
need `seen_at`, the instant of the visit.
"""

from __future__ import annotations

import contextlib
import re
import unicodedata
from datetime import UTC, date, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Literal

DateKind = Literal["first_published", "created", "last_publish", "relative_floor", "capture", "stated"]

FIRST_YEAR, LAST_YEAR = 1995, 2100
"""Outside of these a number or a date is no date of a posting: an id, 1970, or `9999-12-31` for "never"."""

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "january jan januar janvier enero ene gennaio gen januari januari janeiro januar styczen",
            "february feb februar fevrier fevr febrero febbraio februari fevereiro fev luty",
            "march mar marz maerz mars marzo maart mrt marco mrz marzec",
            "april apr avril avr abril abr aprile kwiecien",
            "may mai mayo maggio mag mei maj maio",
            "june jun juni juin junio giugno giu junho czerwiec",
            "july jul juli juillet juil julio luglio lug julho lipiec",
            "august aug aout agosto ago augustus augusti sierpien",
            "september sep sept septembre septiembre settembre set setembro wrzesien",
            "october oct oktober okt octobre octubre ottobre ott outubro out pazdziernik",
            "november nov novembre noviembre novembro listopad",
            "december dec dezember dez decembre diciembre dic dicembre desember des dezembro grudzien",
        ),
        start=1,
    )
    for name in names.split()
}
_YMD = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?!\d)")
_YMD_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})")
_NUMBERS = re.compile(r"(\d{1,2})([./-])(\d{1,2})\2(\d{4})(?!\d)")
_DAY_MONTH = re.compile(
    r"(?:^|[^\d])(\d{1,2})(?:st|nd|rd|th|\.|º)?\s*(?:de |of |d')?([a-z]{3,12})\.?,?\s*(?:de |of )?(\d{4})\b"
)
_MONTH_DAY = re.compile(r"(?:^|[^a-z])([a-z]{3,12})\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4})\b")
_JAVA = re.compile(r"[a-z]{3} ([a-z]{3}) (\d{1,2}) (\d{2}):(\d{2}):(\d{2}) (?:utc|gmt|z) (\d{4})")
_ISO_WITH_ZONE_NAME = re.compile(r"\s*(?:UTC|GMT)$")
_COUNTED = re.compile(
    r"(\d{1,4}|an?|one|einem|einer|un|une|um|uma|een|en)\+?\s*"
    r"(minut\w*|hours?|stunden?|heures?|horas?|uur|ore|d|days?|tag\w*|jours?|dias?|dagen|dagar|giorn[oi]"
    r"|weeks?|woche\w*|semaines?|semanas?|weken|settiman[ae]"
    r"|months?|monat\w*|mois|mes|meses|maand\w*|mesi?|years?|jahr\w*|ans?|anos?)\b"
)
_AGO = re.compile(r"\b(ago|vor|il y a|hace|ha|geleden|fa|sedan|old)\b")
_DAYS_OF_UNIT = (
    (re.compile(r"minut|hour|stund|heure|hora|uur|ore"), 0),
    (re.compile(r"week|woche|semain|semana|weken|settiman"), 7),
    (re.compile(r"month|monat|mois|mes|maand"), 30),
    (re.compile(r"year|jahr|an"), 365),
    (re.compile(r"d|tag|jour|giorn"), 1),
)
_TODAY = re.compile(r"\b(today|just now|just posted|heute|aujourd'hui|hoy|hoje|oggi|vandaag|idag)\b")
_YESTERDAY = re.compile(r"\b(yesterday|gestern|hier|ayer|ontem|ieri|gisteren|igar)\b")


def to_date(value: object, seen_at: str | None = None) -> str | None:
    """The calendar day, `YYYY-MM-DD`, in the time zone in which the source writes it.

    Ambiguous numbers (`03/04/2026`) are None: a guess would be wrong for half of the world.
    """
    day, _ = posted(value, "stated", seen_at)
    return day


def posted(value: object, kind: DateKind, seen_at: str | None = None) -> tuple[str | None, DateKind | None]:
    """The day and what kind of day it is: `kind`, or `relative_floor` where the source only says "3 days ago"."""
    moment = _moment(value)
    if moment is not None:
        return moment.date().isoformat(), kind
    day = _day(value)
    if day is not None:
        return day.isoformat(), kind
    day = _relative(value, seen_at)
    if day is not None:
        return day.isoformat(), "relative_floor"
    return None, None


def to_instant(value: object, seen_at: str | None = None) -> str | None:
    """The instant, `YYYY-MM-DDTHH:MM:SSZ`. A value without a zone counts as UTC, a day as its midnight."""
    moment = _moment(value)
    if moment is None:
        day = _day(value) or _relative(value, seen_at)
        if day is None:
            return None
        moment = datetime(day.year, day.month, day.day, tzinfo=UTC)
    try:
        moment = moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (OverflowError, ValueError, OSError):
        return None
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def _moment(value: object) -> datetime | None:
    """A value with a time of day."""
    if isinstance(value, datetime):
        return _in_range(value)
    if isinstance(value, (int, float)):
        return _from_epoch(value)
    if not isinstance(value, str):
        return None
    text = value.strip()
    if not text or len(text) > 80:
        return None
    if re.fullmatch(r"\d{9,13}(\.\d+)?", text, re.ASCII):
        return _from_epoch(float(text))
    return _from_iso(text) or _from_java(text) or _from_rfc822(text)


def _from_epoch(value: float) -> datetime | None:
    """Epoch seconds, or milliseconds where seconds would lie beyond the last year."""
    if isinstance(value, bool) or not -1e18 < value < 1e18:  # NaN and infinity fail the comparison as well
        return None
    for seconds in (value, value / 1000):
        if datetime(FIRST_YEAR, 1, 1, tzinfo=UTC).timestamp() <= seconds <= 4102444799:  # the end of LAST_YEAR - 1
            return datetime.fromtimestamp(seconds, tz=UTC)
    return None


def _from_iso(text: str) -> datetime | None:
    if not re.match(r"\d{4}-\d{2}-\d{2}[T ]\d", text):
        return None
    with contextlib.suppress(ValueError):  # as most sources write it
        return _in_range(datetime.fromisoformat(text))
    cleaned = _ISO_WITH_ZONE_NAME.sub("+00:00", text)
    cleaned = re.sub(r"(\.\d{1,6})\d*", r"\1", cleaned, count=1)
    cleaned = re.sub(r"\s+([+-]\d{2}:?\d{2})$", r"\1", cleaned)
    try:
        return _in_range(datetime.fromisoformat(cleaned))
    except ValueError:
        return None


def _from_java(text: str) -> datetime | None:
    """`Fri Aug 14 02:00:00 UTC 2026`."""
    found = _JAVA.fullmatch(text.casefold())
    month = _MONTHS.get(found[1]) if found else None
    if not found or not month:
        return None
    try:
        year, day, hour, minute, second = (int(found[number]) for number in (6, 2, 3, 4, 5))
        return _in_range(datetime(year, month, day, hour, minute, second, tzinfo=UTC))
    except ValueError:
        return None


def _from_rfc822(text: str) -> datetime | None:
    if not re.match(r"(?:[A-Za-z]{3},?\s+)?\d{1,2}\s+[A-Za-z]{3}\s+\d{4}\s+\d{1,2}:\d{2}", text):
        return None
    try:
        return _in_range(parsedate_to_datetime(text))
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def _in_range(moment: datetime) -> datetime | None:
    return moment if FIRST_YEAR <= moment.year < LAST_YEAR else None


def _day(value: object) -> date | None:
    """A calendar day without a time of day."""
    if isinstance(value, date):
        return value if FIRST_YEAR <= value.year < LAST_YEAR else None
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if not isinstance(value, str) or len(value) > 80:
        return None
    text = _plain(value)
    if found := _YMD.match(text) or _YMD_COMPACT.fullmatch(text):
        return _calendar(found[1], found[2], found[3])
    if found := _NUMBERS.match(text):
        return _from_numbers(found[1], found[2], found[3], found[4])
    return _from_month_name(text)


def _from_month_name(text: str) -> date | None:
    if (found := _DAY_MONTH.search(text)) and found[2] in _MONTHS:
        return _calendar(found[3], _MONTHS[found[2]], found[1])
    if (found := _MONTH_DAY.search(text)) and found[1] in _MONTHS:
        return _calendar(found[3], _MONTHS[found[1]], found[2])
    return None


def _from_numbers(first: str, separator: str, second: str, year: str) -> date | None:
    """`14.08.2026` is day first everywhere; with slashes or dashes only one order may be possible."""
    if separator == "." or int(first) > 12:
        return _calendar(year, second, first)
    if int(second) > 12 or first == second:
        return _calendar(year, first, second)
    return None


def _calendar(year: str | int, month: str | int, day: str | int) -> date | None:
    try:
        made = date(int(year), int(month), int(day))
    except ValueError:
        return None
    return made if FIRST_YEAR <= made.year < LAST_YEAR else None


def _relative(value: object, seen_at: str | None) -> date | None:
    """The latest day that "Posted 3 Days Ago" allows: for "30+ days" the posting may well be older."""
    if seen_at is None or not isinstance(value, str) or len(value) > 80:
        return None
    today = _moment(seen_at) or _day(seen_at)
    if today is None:
        return None
    day = today.date() if isinstance(today, datetime) else today
    text = _plain(value)
    if _TODAY.search(text):
        return day
    if _YESTERDAY.search(text):
        return day - timedelta(days=1)
    found = _COUNTED.search(text)
    if found is None or not (_AGO.search(text) or text.startswith("posted") or text == found[0]):
        return None
    count = int(found[1]) if found[1].isdecimal() else 1
    per_unit = next((days for unit, days in _DAYS_OF_UNIT if unit.match(found[2])), 1)
    floor = day - timedelta(days=count * per_unit) if count * per_unit < 36500 else None
    return floor if floor and floor.year >= FIRST_YEAR else None


def _plain(text: str) -> str:
    """Lower case without accents: `März` is `marz`."""
    decomposed = unicodedata.normalize("NFKD", text.strip().casefold())
    return "".join(character for character in decomposed if not unicodedata.combining(character))
