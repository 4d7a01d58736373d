"""Sums of money in plain text: single ones and ranges, with currency, scale and period as written."""

from __future__ import annotations

import functools
import re
import tomllib
from collections.abc import Iterator
from importlib import resources
from typing import Any, NamedTuple

from corpus.records import SalaryUnit

_CODE_LIST = (
    "usd|eur|gbp|inr|chf|cad|aud|sgd|nzd|hkd|jpy|cny|rmb|pln|sek|nok|dkk|czk|huf|ron|bgn|brl|mxn|ils|nis|zar|aed|sar"
    "|qar"
    "|twd|ntd|krw|thb|php|idr|myr|vnd|try|uah|ngn|kes|egp|pkr|bdt|lkr|ars|clp|cop|pen|isk"
)
_SIGN = r"(?:usd ?|cad ?|aud ?|us|ca|cdn|c|au|a|nz|sg|s|hk|nt|r|mx|u\.s\.)?\$|[€£₹¥₪₩₺₴₱₦฿₫]"
_WORD = rf"\b(?:{_CODE_LIST})\b|\beuros?\b|\brs\b\.?|\bkr\b\.?|\bsfr\b|\bfr\.(?= ?\d)|\byen\b|\bdollars?\b"
_MONEY = rf"(?:{_SIGN}|{_WORD}|zł|\bzl\b|kč)"
_NUMBER = (
    r"\d{1,3}(?:[,.'’ ]\d{3})+(?:[.,]\d{1,2}(?!\d))?|\d{1,2}(?:,\d{2})+,\d{3}|\d{4,8}(?:\.\d{1,2}(?!\d))?"
    r"|\d{1,3}(?:[.,]\d{1,2}(?!\d))?"
)
_SCALE = r"\s?(?:k|m|mm|mn|million|bn|b|billion|thousand|lpa|lakhs?|lacs?|l|cr|crores?|t|tr|trillion)\b\.?"
_PER = (
    r"(?:\s*(?:/|per|an|a|p\.?)\s*(?:hour|hr|day|week|wk|month|mo|year|yr|annum|a\b"
    r"|h\b)\b\.?|\s*(?:hourly|annually|yearly|monthly|gross|base|annual))"
)


def _amount(name: str) -> str:
    return (
        rf"(?:(?P<sign_{name}>{_MONEY})\s?)?(?P<{name}>(?>{_NUMBER}))(?P<scale_{name}>{_SCALE})?"
        rf"(?:\s?(?P<after_{name}>{_MONEY})(?!\s?\d))?(?P<late_{name}>k\b)?"
    )


_SUM = re.compile(
    rf"(?:(?<![\w.,$€£-])|(?<=[a-z])(?=[$€£₹])){_amount('low')}(?P<open>\s?\+)?"
    rf"(?:(?P<per_low>{_PER})?\s*(?P<dash>-+|to|and|~|up to|through|until|/|\.{{2,3}}"
    rf"|→)\s*(?:up to )?{_amount('high')}(?![\d%]))?(?P<per_high>{_PER})?"
)
_UNITS: tuple[tuple[SalaryUnit, re.Pattern[str]], ...] = (
    ("hour", re.compile(r"\bhour(?:ly)?\b|/ ?hr?\b|\bper hr\b|\bhr\b|p/h|\bp\.?h\.?\b")),
    ("day", re.compile(r"\b(?:per|a|/) ?day\b|/ ?day\b|\bdaily\b|\bday rate\b|\bper diem\b|\bp\.?d\.?(?= |$)")),
    ("week", re.compile(r"\b(?:per|a) week\b|/ ?w(?:ee)?k\b|\bweekly\b")),
    ("month", re.compile(r"\bper month\b|\ba month\b|/ ?mo(?:nth)?\b|\bmonthly\b|\bp\.?m\.?(?= |$|,|\))|\bper mo\b")),
    (
        "year",
        re.compile(
            r"\byear(?:ly)?\b|\bannum\b|\bannual(?:ly|ized)?\b|/ ?yr?\b|\byr\b|\bp\.?a\.?(?= "
            r"|$|,|\)|\.)|\blpa\b|\bper y\b"
        ),
    ),
)


class Sum(NamedTuple):
    """One sum or range: amounts in whole units of the currency, offsets into the text that was read."""

    low: float | None
    high: float | None
    currency: str | None
    """ISO 4217, or `$`, `kr` where only the place can tell, or None."""
    unit: SalaryUnit | None
    """The period, where it is written right at the sum."""
    start: int
    end: int
    is_range: bool
    is_huge: bool
    """Millions or billions: money of companies, or lakhs and crores excepted, never pay."""


def sums(text: str, start: int = 0, end: int | None = None) -> Iterator[Sum]:
    """All sums between two offsets of a plain text (see `page.plain`), in order."""
    for match in _SUM.finditer(text, start, len(text) if end is None else end):
        found = _sum(match)
        if found is not None:
            yield found


def _sum(match: re.Match[str]) -> Sum | None:
    low, high = _number(match["low"]), _number(match["high"])
    if low is None or (match["low"].startswith("0") and low == 0 and high is None):
        return None
    scale_low = (match["scale_low"] or match["late_low"] or "").strip(" .")
    scale_high = (match["scale_high"] or match["late_high"] or "").strip(" .")
    if high is not None:
        if not scale_low and scale_high and low <= max(high, 1) * 1.0:
            scale_low = scale_high
        elif scale_low and not scale_high and high < 1000:
            scale_high = scale_low
        elif not scale_low and not scale_high and 10 <= low < 1000 and high >= 10_000:
            scale_low = "k"  # 170-195,000
    money = currency_of([match["sign_low"], match["after_low"], match["sign_high"], match["after_high"]])
    if any(scale.startswith(("lpa", "lakh", "lac", "cr")) for scale in (scale_low, scale_high)):
        money = money or "INR"
    elif scale_low == "l" and money != "INR":
        return None
    return Sum(
        low=low * _factor(scale_low),
        high=None if high is None else high * _factor(scale_high),
        currency=money,
        unit=unit_in(
            " ".join(
                filter(None, (match["per_low"], match["per_high"], scale_low if scale_low == "lpa" else scale_high))
            )
        ),
        start=match.start(),
        end=match.end(),
        is_range=high is not None,
        is_huge=any(scale[:1] in ("m", "b", "t") and scale != "thousand" for scale in (scale_low, scale_high)),
    )


def _number(digits: str | None) -> float | None:
    """`120,000`, `60.000`, `62.94`, `10,00,000`, `1 200 000`; None for no digits."""
    if not digits:
        return None
    digits = re.sub(r"['’ ]", "", digits)
    if re.fullmatch(r"\d{1,3}(?:[,.]\d{3})+(?:[.,]\d{1,2})?|\d{1,2}(?:,\d{2})+,\d{3}", digits):
        whole, cents = (digits[:-3], digits[-2:]) if re.search(r"[.,]\d{2}$", digits) else (digits, "0")
        return float(re.sub(r"[,.]", "", whole) + "." + cents)
    return float(digits.replace(",", "."))


def _factor(scale: str) -> float:
    if scale.startswith(("lpa", "lakh", "lac")) or scale == "l":
        return 100_000
    if scale.startswith("cr"):
        return 10_000_000
    if scale.startswith("m"):
        return 1_000_000
    if scale.startswith("b"):
        return 1_000_000_000
    if scale.startswith("tr"):
        return 1_000_000_000_000
    return 1_000 if scale else 1


@functools.cache
def money_data() -> dict[str, dict[str, Any]]:
    """The contents of pay.toml."""
    return tomllib.loads(resources.files("extractor.taxonomy").joinpath("pay.toml").read_text(encoding="utf-8"))


def currency_of(written: list[str | None]) -> str | None:
    """The currency that signs and codes around a sum name; a code outranks a sign, `$` and `kr` stay."""
    signs = money_data()["signs"]
    guess = None
    for sign in filter(None, written):
        word = sign.strip().rstrip(".") if sign.strip() not in signs else sign.strip()
        if word in signs:
            guess = guess if guess not in (None, "$") else signs[word]
        elif word in ("$", "kr"):
            guess = guess or word
        elif word.startswith("dollar"):
            guess = guess or "$"
        else:
            code = word.replace("$", "").strip().upper()
            return {"RMB": "CNY", "NIS": "ILS", "NTD": "TWD"}.get(code, code)
    return guess


def unit_in(text: str) -> SalaryUnit | None:
    """The period that a phrase names, the shortest first: `per hour`, `annually`, `p.a.`."""
    for unit, pattern in _UNITS:
        if pattern.search(text):
            return unit
    return None


def likely_unit(amount: float, currency: str | None) -> SalaryUnit:
    """The period that an amount without one must be for, from its size."""
    dollars = amount / money_data()["per_dollar"].get(currency or "USD", 1)
    if dollars < 250:
        return "hour"
    if dollars < 1_200:
        return "day"
    return "month" if dollars < 14_000 else "year"
