"""Pay as sources state it: amounts, unit and currency put right, doubts said as flags. Amounts are never dropped.

In: numbers or short strings of a pay field. Out: a `PayRange`, amounts in whole units of the currency (not cents).
"""

from __future__ import annotations

import math
import re
import tomllib
from functools import cache
from importlib.resources import files
from typing import Any, Literal, TypedDict, cast

SalaryUnit = Literal["year", "month", "week", "day", "hour"]


class PayRange(TypedDict):
    """One range: what fits `corpus.records.Salary`."""

    min: float | None
    max: float | None
    currency: str | None
    unit: SalaryUnit | None
    flags: tuple[str, ...]


_CODE = re.compile(r"(?<![A-Za-z])([A-Z]{3})(?![A-Za-z])")
_NUMBER = r"\d{1,3}(?:[,.' \u00a0\u202f]\d{3})+(?:[.,]\d{1,2})?|\d+(?:[.,]\d{1,2})?"
_AMOUNT = re.compile(rf"({_NUMBER})\s*([kKmM](?![A-Za-z]))?")
_RANGE = re.compile(
    rf"(?P<low>{_NUMBER})\s*(?P<low_k>[kKmM](?![A-Za-z]))?\s*[A-Z€£$₹¥]{{0,4}}\s*(?:-|–|—|to|bis|à)\s*"
    rf"[A-Z€£$₹¥]{{0,4}}\s*(?P<high>{_NUMBER})\s*(?P<high_k>[kKmM](?![A-Za-z]))?"
)
_GUESSED_YEAR, _GUESSED_HOUR = 15_000, 250
"""Without a unit, dollars from the first on are a year's, up to the second an hour's; between them nothing is said."""
LONGEST = 120
"""Characters of a pay field; more is prose, for the extractor."""


def amount(value: object) -> float | None:
    """A positive number out of a number or a string that holds one: `120000`, `"120,000.50"`, `"60.000"`, `"75k"`."""
    if isinstance(value, bool):
        return None
    if isinstance(value, (int, float)):
        try:
            number = float(value)
        except OverflowError:
            return None
        return number if math.isfinite(number) and 0 < number < 1e12 else None
    if not isinstance(value, str) or len(value) > LONGEST:
        return None
    if re.fullmatch(r"\s*\d{4,12}\.\d+\s*", value, re.ASCII):  # a plain number, however many decimals
        return amount(float(value))
    found = _AMOUNT.findall(value)
    return _number(*found[0]) if len(found) == 1 else None


def cents(value: object) -> float | None:
    """An amount that its source gives in hundredths."""
    whole = amount(value)
    return None if whole is None else whole / 100


def unit(raw: object) -> SalaryUnit | None:
    """`year` for `YEAR`, `per-year-salary`, `annual`, `PA`, …; None for what is no such unit (`1 TIME`, `BW`)."""
    if not isinstance(raw, str):
        return None
    text = " ".join(re.sub(r"[^a-z0-9]+", " ", raw.casefold()).split())
    return next((cast("SalaryUnit", name) for name, forms in _data()["units"].items() if text in forms), None)


def currency(raw: object) -> tuple[str | None, bool]:
    """The ISO 4217 code, and whether it is only a guess (`$` for USD)."""
    if not isinstance(raw, str):
        return None, False
    text = raw.strip()
    if re.fullmatch(r"[A-Za-z]{3}", text):
        return text.upper(), False
    for sign, code in _data()["symbols"].items():
        if sign in text:
            return code, False
    return next(((code, True) for sign, code in _data()["guesses"].items() if sign in text), (None, False))


def pay_range(low: object, high: object, money: object = None, per: object = None) -> PayRange | None:
    """Put one stated range right; None where neither end is an amount.

    Swapped ends are turned, a missing unit is guessed where the size leaves no doubt, and both are said as flags.
    """
    least, most = amount(low), amount(high)
    if least is None and most is None:
        return None
    flags = []
    if least is not None and most is not None and least > most:
        least, most = most, least
        flags.append("swapped")
    code, guessed = currency(money)
    if guessed:
        flags.append("currency_guessed")
    known = unit(per)
    if known is None and per is None:
        known = _guess_unit(least, most, code)
        flags += ["unit_guessed"] if known else []
    flags += _doubts(least, most, code, known)
    if _is_zero(low) and most is not None and "implausible_low" not in flags:
        flags.append("implausible_low")
    return PayRange(min=least, max=most, currency=code, unit=known, flags=tuple(flags))


def from_text(raw: object) -> PayRange | None:
    """The range in a short pay field: `$18 - $22/hr`, `€60k–75k`, `$1 - $5 / year`. Prose and several ranges: None."""
    if not isinstance(raw, str) or not raw.strip() or len(raw) > LONGEST:
        return None
    found = _RANGE.search(raw)
    rest = raw
    if found:
        high_k = found["high_k"] or ""
        low_k = found["low_k"] or (high_k if len(found["low"]) <= 3 else "")  # "60-75k"
        low, high = _number(found["low"], low_k), _number(found["high"], high_k)
        rest = raw[found.end() :]
        if _AMOUNT.search(rest):
            return None
    else:
        low = high = amount(raw)
    sign = currency_in(raw)
    if (low is None and high is None) or sign is None:
        return None  # a number without a currency may be anything
    per = unit_in(rest)
    return pay_range(low, high, sign, per)


def currency_in(raw: str) -> str | None:
    """The code or the sign of a currency that stands in a text."""
    for found in _CODE.finditer(raw):
        if found[1] in _data()["scales"] or found[1] in _MAJOR:
            return found[1]
    return raw if currency(raw)[0] and not re.fullmatch(r"[A-Za-z]{3}", raw.strip()) else None


_MAJOR = frozenset("USD EUR GBP CHF CAD AUD SGD NZD BGN".split())


def unit_in(text: str) -> str | None:
    """The words that name a unit inside of a short text: `Annual` of "Annual base salary (Canada)"."""
    words = re.findall(r"[a-z]+", text.casefold())
    for length in (2, 1):
        for start in range(len(words) - length + 1):
            candidate = " ".join(words[start : start + length])
            if unit(candidate):
                return candidate
    return None


def _number(digits: str, suffix: str = "") -> float | None:
    """`1,234.50`, `1.234,50`, `60.000` or `75.5` as a number; a group of three after the last sign is thousands."""
    text = re.sub(r"[' \u00a0\u202f]", "", digits)
    decimals = re.fullmatch(r"(.*?)[.,](\d{1,2})", text)
    whole, fraction = (decimals[1], decimals[2]) if decimals else (text, "")
    whole = re.sub(r"[.,]", "", whole)
    if not whole.isascii() or not whole.isdecimal():
        return None
    number = float(f"{whole}.{fraction or 0}") * {"k": 1e3, "m": 1e6}.get(suffix.lower(), 1)
    return number if 0 < number < 1e12 else None


def _guess_unit(least: float | None, most: float | None, code: str | None) -> SalaryUnit | None:
    ends = [end / _scale(code) for end in (least, most) if end is not None]
    if min(ends) >= _GUESSED_YEAR:
        return "year"
    return "hour" if min(ends) >= 3 and max(ends) <= _GUESSED_HOUR else None


def _doubts(least: float | None, most: float | None, code: str | None, per: SalaryUnit | None) -> list[str]:
    flags = []
    ends = [end / _scale(code) for end in (least, most) if end is not None]
    lowest, highest = _data()["bounds"][per or "hour"][0], _data()["bounds"][per or "year"][1]
    if min(ends) < lowest:
        flags.append("implausible_low")
    if max(ends) > highest:
        flags.append("implausible_high")
    if max(ends) > 4 * min(ends):
        flags.append("wide_range")
    return flags


def _is_zero(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and value == 0


def _scale(code: str | None) -> float:
    return float(_data()["scales"].get(code or "", 1))


@cache
def _data() -> dict[str, Any]:
    return tomllib.loads(files(__package__).joinpath("salary.toml").read_text(encoding="utf-8"))
