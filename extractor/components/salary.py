"""Pay: the ranges of base pay that a posting states, each by place, with bonus and equity kept apart."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Literal

from attrs import evolve

from corpus.records import Salary, SalaryUnit
from extractor.components.anchors import Anchors, find_all
from extractor.components.money import Sum, likely_unit, money_data, sums, unit_in
from extractor.components.page import Page

Component = Literal["base", "bonus", "equity", "commission"]

_SIGNS = "$€£₹¥₪₩₺₴₱₦฿₫"
_CODES = (
    "USD", "EUR", "GBP", "INR", "CHF", "CAD", "AUD", "SGD", "NZD", "HKD", "JPY", "PLN", "SEK", "NOK", "DKK", "CZK",
    "BRL", "MXN", "ILS", "ZAR", "AED", "SAR", "LPA", "RON", "HUF", "MYR", "CNY", "RMB", "TWD", "KRW", "THB", "IDR",
    "TRY", "UAH",
)  # fmt: skip
_CODE_WORDS = Anchors(*map(str.lower, _CODES), whole=True)
_SIGN_PLACES = Anchors(*_SIGNS, anywhere=True)
_WORDS = Anchors(
    "salary",
    "compensation",
    "pay range",
    "base pay",
    "pay rate",
    "hourly rate",
    "day rate",
    "lpa",
    "lakh",
    "zł",
    "ctc",
    " euro",
)
_PAY = re.compile(
    r"\b(?:salar(?:y|ies)|compensation|comp\b|pay\b|pays\b|paid\b|paying\b|base\b"
    r"|wages?\b|rates?\b|ctc\b|remuneration|earn(?:ings|ing)?\b|income\b|package\b"
    r"|gehalt|brutto|gross\b|per hour|hourly|per annum|annually|ote\b|on[- ]target"
    r"|range for this|range is|tc\b)"
)
_NOT_PAY_BEFORE = re.compile(
    r"\b(?:rais(?:ed?|ing)|fund(?:ing|ed|raise)|series [a-g]|seed|valu(?:ation|ed)"
    r"|worth|revenues?|arr|aum|acv|grants?|round|investment|invested|sav(?:ed?|ings?)"
    r"|spend(?:ing)?|transactions?"
    r"|budgets?|stipends?|allowances?|reimburse\w*|vouchers?|credits?|insur\w+|perks?"
    r"|wellness|equipment|home[- ]office|tuition|donat\w+|prizes?|awards?|referrals?"
    r"|relocation"
    r"|contributions?|match(?:es|ing)?|401\(?k\)?|pension|loans?|deals?|contracts? (?:worth"
    r"|of|from)|sales of|flexifund|mortgages?|profits?|turnover|check (?:for|of)|cost)\b[^.;\n|]{0,28}$"
)
_NOT_PAY_AFTER = re.compile(
    r"^[\s)+*,]*(?:(?:usd|eur|gbp|cad|inr|aud|per|a|an|each|every|/|year|yr|annual(?:ly)?"
    r"|month|monthly|quarter(?:ly)?|week|day|total|in|of|for|worth|your|the|personal"
    r"|towards?|\()[\s/]*){0,5}"
    r"(?:fund(?:ing|s)?|series|seed|raise|round|valuation|revenues?|arr\b|assets?"
    r"|market|industry|budgets?|stipends?|allowances?|allotments?|reimburse\w*|vouchers?"
    r"|credits?|perks?|wellness|learning (?:budget|and|&|stipend)|education (?:budget"
    r"|stipend)|training|conferences?|equipment|home[- ]office|tuition"
    r"|parking|transit|transport|commuter|relocation|referral|insur\w+|coverage|pension"
    r"|contribution|match|savings?|deals?|transactions?|development|well-?being|l&d"
    r"|spend|to (?:spend|be spent|use|cover|support|help)|courses?|books?|grants?"
    r"|prize|gym|lunch|food|commut\w+|internet|phone|venture|investment|capital|business"
    r"|company|opportunity|pre-seed|in (?:sales|total funding|annual|loans|payments)"
    r"|client|enterprise|cagr|users|people|employees|customers)\b"
)
_PERK_AFTER = re.compile(
    r"^\s*(?:[a-z&-]+\s+){0,4}(?:stipend|budget|allowance|allotment|reimbursement|bonus|match|tuition|referral)\b"
)
_RARELY_PAY = re.compile(
    r"\b(?:budgets?|stipends?|allowances?|reimburse\w*|contracts? (?:worth|from|of)"
    r"|deals?|acv|arr|revenues?|funding|raised|grants?|loans?|savings|spend|prizes?"
    r"|invest\w*|check size|bill(?:ing)? size|aum)\b[^.;\n|]{0,25}$"
)
_LEADS_TO = r"(?: (?:of|worth|valued at|range|up to|is|between|from|target|payment))*[\s:(~-]*$"
_COMPONENT: tuple[tuple[Component, re.Pattern[str]], ...] = (
    ("bonus", re.compile(rf"\b(?:bonus(?:es)?|sign-on|signing){_LEADS_TO}")),
    (
        "equity",
        re.compile(
            r"\b(?:equity|stock(?: options)?|rsus?|options|shares)(?: (?:of|worth|valued at"
            r"|range|up to|grant))+[\s:~-]*$|\b(?:equity|rsus?):\s*$"
        ),
    ),
    ("commission", re.compile(rf"\b(?:commissions?|ote|on[- ]target earnings(?: \(ote\))?|variable){_LEADS_TO}")),
)
_COMPONENT_AFTER: tuple[tuple[Component, re.Pattern[str]], ...] = (
    ("bonus", re.compile(r"^\s*(?:annual |performance |target )?(?:sign-on |signing )?bonus")),
    ("equity", re.compile(r"^\s*(?:in |of |worth of )(?:company )?(?:equity|stock|rsus?|options)\b")),
    ("commission", re.compile(r"^[\s(]*(?:ote\b|commission|variable)")),
)
_BASE_BEFORE = re.compile(r"\b(?:base|salary|pay range)\b[^.;]{0,30}$")
_ALONE_BEFORE, _ALONE_AFTER = (
    re.compile(r"(?:^|[|(:])\s*$"),
    re.compile(r"^\s*(?:$|[|)]|,? ?\+ ?(?:equity|bonus|benefits))"),
)
_BOUND_BEFORE = re.compile(
    r"\b(?:up to|upto|maximum(?: of)?|max\.?|as much as|under|no more than)\s*(?:an? )?(?:rate of )?$"
)
_AMERICA = re.compile(r"\b(?:US|USA|United States|U\.S\.|California|New York|Texas|401\(?k)\b")
_REACH = 70
_DIGIT = re.compile(r"\d")


def read_salaries(page: Page) -> tuple[Salary, ...]:
    """Every stated sum that is pay, as `Salary` rows; base pay and its companions by `component`."""
    text = page.plain
    found: dict[tuple[object, ...], Salary] = {}
    for start, end in _windows(page):
        for one in sums(text, start, end):
            component = _component(text, one)
            if component is not None:
                salary = _salary(page, one, component)
                found.setdefault((salary.min, salary.max, salary.currency, salary.unit, component), salary)
    return tuple(found.values())


def base_pay(salaries: Sequence[Salary]) -> Salary | None:
    """One row for all base pay: the commonest currency and unit, from the least minimum to the greatest maximum."""
    base = [salary for salary in salaries if salary.component == "base"]
    if not base:
        return None
    ranges = [salary for salary in base if salary.min is not None and salary.max is not None] or base
    (currency, unit), _ = Counter((salary.currency, salary.unit) for salary in ranges).most_common(1)[0]
    alike = [salary for salary in ranges if (salary.currency, salary.unit) == (currency, unit)]
    least = [salary.min for salary in alike if salary.min is not None]
    most = [salary.max for salary in alike if salary.max is not None] or (least if len(least) > 1 else [])
    place = alike[0].place if len(alike) == 1 else None
    return evolve(alike[0], min=min(least, default=None), max=max(most, default=None), place=place)


def parse_pay(raw: str, location: str | None = None) -> Salary | None:
    """The range in a short pay field (`Salary.raw`): `$100k - $120k / year`, `165000-225000 USD YEAR`; else None."""
    page = Page("", raw[:200], location)
    found = (one for one in sums(page.plain) if not one.is_huge and _is_plausible(one))
    candidates = [one for one in found if one.currency or one.unit or (one.low or 0) >= 10_000]
    best = next((one for one in candidates if one.is_range), candidates[0] if candidates else None)
    return None if best is None else _salary(page, best, "base")


def _windows(page: Page) -> Iterator[tuple[int, int]]:
    """Stretches of the text that may hold a sum of money, in order and apart."""
    text = page.plain
    spots = [*page.places(_SIGN_PLACES), *page.places(_WORDS)]
    spots += [at for word, _ in page.standing(_CODE_WORDS) for at in find_all(page.text, word.upper())]
    start = end = -1
    for at in sorted(spots):
        if at - 30 > end:
            if end > 0 and _DIGIT.search(text, start, end):
                yield start, end
            start = max(0, at - 30)
            while 0 < start < at and text[start - 1].isalnum():
                start += 1
        end = min(len(text), at + 90)
        while end < len(text) and (text[end].isalnum() or text[end] in ",.") and end < at + 110:
            end += 1
    if end > 0 and _DIGIT.search(text, start, end):
        yield start, end


def _component(text: str, one: Sum) -> Component | None:
    """Which part of pay a sum is; None where it is no pay."""
    before = text[max(0, one.start - _REACH) : one.start].rpartition("\n")[2]
    after = text[one.end : one.end + 60].partition("\n")[0]
    if (
        one.is_huge
        or not _is_plausible(one)
        or not (one.is_range or _is_living(one, before))
        or (one.currency is None and not _may_lack_currency(text, one, after))
    ):
        return None
    if not _BASE_BEFORE.search(before):
        for patterns, near in ((_COMPONENT, before), (_COMPONENT_AFTER, after)):
            for component, pattern in patterns:
                if pattern.search(near):
                    return component
    if _NOT_PAY_AFTER.match(after) or (not one.is_range and _PERK_AFTER.match(after)):
        return None
    if one.is_range:
        return "base" if _is_named_pay(before) or not _RARELY_PAY.search(before) else None
    if _NOT_PAY_BEFORE.search(before) and not _is_named_pay(before):
        return None
    stands_alone = (one.low or 0) >= 20_000 and _ALONE_BEFORE.search(before) and _ALONE_AFTER.match(after)
    speaks_of_pay = one.unit is not None or _PAY.search(text, max(0, one.start - 200), one.start)
    return "base" if stands_alone or speaks_of_pay else None


def _is_named_pay(before: str) -> bool:
    return (
        re.search(
            r"\b(?:salary|base pay|pay range|pay(?: rate)?|base compensation|compensation range"
            r"|(?:hourly|day|daily|min|max) rate|wage)\b[^.;\n]{0,40}$",
            before,
        )
        is not None
    )


def _may_lack_currency(text: str, one: Sum, after: str) -> bool:
    """Whether a range without a currency is pay all the same: `Salary: 90k - 120k`, `210k-250k + equity`."""
    is_hourly = one.low is not None and 10 <= one.low < 200 and one.low % 1 > 0
    if not one.is_range or ((one.low or 0) < 10_000 and not is_hourly):
        return False
    before = text[max(0, one.start - 60) : one.start]
    named = re.search(r"\b(?:salary|pay|compensation|ctc|base)\b[^.;|]{0,40}$", before)
    return (
        named is not None
        or re.match(r"\s*(?:\+ ?equity|base\b|per (?:year|annum)|a year|/ ?yr|gross)", after) is not None
    )


def _is_plausible(one: Sum) -> bool:
    """Whether a sum could be anybody's pay for some period."""
    scale = money_data()["per_dollar"].get(one.currency or "USD", 1)
    low, high = one.low or 0, one.high or one.low or 0
    if high / scale > 2_000_000 or low / scale < 7 or (one.high is not None and one.high < low):
        return False
    return one.high is None or low == 0 or one.high / max(low, 1) <= 8


_LEAST: dict[SalaryUnit, int] = {"hour": 7, "day": 60, "week": 200, "month": 500, "year": 8_000}


def _is_living(one: Sum, before: str) -> bool:
    """Whether a single sum is large enough to live on: a `$1,000/year` is a perk."""
    dollars: float = (one.low or 0) / money_data()["per_dollar"].get(one.currency or "USD", 1)
    if one.unit is not None:
        return dollars >= _LEAST[one.unit]
    return dollars >= 15_000 or _is_named_pay(before)


def _salary(page: Page, one: Sum, component: Component) -> Salary:
    text = page.plain
    before = text[max(0, one.start - _REACH) : one.start].rpartition("\n")[2]
    after = text[one.end : one.end + 45].partition("\n")[0]
    flags = []
    currency, guessed = _currency(one, page, after)
    if guessed:
        flags.append("currency_guessed")
    low, high = _thousands(one, currency, before + after)
    unit: SalaryUnit | None = one.unit or unit_in(_until_next(after)) or unit_in(before)
    size = high or low or 0.0
    if unit is None or _is_absurd(size, unit, currency):
        unit = likely_unit(size, currency)
        flags.append("unit_guessed")
    if low is not None and high is not None and high > 3 * low:
        flags.append("wide_range")
    if high is None and _BOUND_BEFORE.search(before):
        low, high = None, low
    return Salary(
        low, high, currency, unit, "text", component, _place(page, one), page.text[one.start : one.end], tuple(flags)
    )


def _until_next(after: str) -> str:
    """What follows a sum, up to the next one."""
    return re.split(r"[$€£₹;|]|\d{2,}|\bbonus|\bequity", after)[0]


def _thousands(one: Sum, currency: str | None, around: str) -> tuple[float | None, float | None]:
    """`$120 - $150` beside `salary` and no period means thousands."""
    low, high = one.low, one.high
    is_round = high is not None and low is not None and 60 <= low < high <= 600 and low % 5 == 0 and high % 5 == 0
    if is_round and one.unit is None and currency in ("USD", "EUR", "GBP", "CAD", "AUD") and not unit_in(around):
        return low and low * 1000, high and high * 1000
    return low, high


def _is_absurd(size: float, unit: SalaryUnit, currency: str | None) -> bool:
    """A period near by that cannot be this sum's: `$150,000` with an hour elsewhere in the line."""
    dollars: float = size / money_data()["per_dollar"].get(currency or "USD", 1)
    return {
        "hour": dollars > 1_500,
        "day": dollars > 8_000,
        "week": dollars > 20_000,
        "month": dollars > 60_000,
        "year": dollars < 1_500,
    }[unit]


def _currency(one: Sum, page: Page, after: str) -> tuple[str | None, bool]:
    """ISO code of a sum, and whether it rests on the place alone."""
    if one.currency not in (None, "$", "kr"):
        return one.currency, False
    code = re.search(r"\b(usd|cad|aud|sgd|nzd|hkd|mxn|sek|nok|dkk|us dollars|canadian dollars)\b", after[:30])
    if code:
        return {"us dollars": "USD", "canadian dollars": "CAD"}.get(code[1], code[1].upper()), False
    place = page.location.lower()
    data = money_data()
    table = data["crowns"] if one.currency == "kr" else data["dollars"]
    if one.currency is None:
        return _currency_elsewhere(page), True
    near = next((code for word, code in table.items() if word in place), None)
    if near is not None and not re.search(r"\b(?:us|usa|united states|u\.s\.)\b", place):
        return near, True
    return ("USD", False) if one.currency == "$" else ("SEK", True)


def _currency_elsewhere(page: Page) -> str | None:
    """The currency that the rest of a posting counts in, for a sum that names none."""
    counts = Counter({"USD": page.plain.count("$"), "EUR": page.plain.count("€"), "GBP": page.plain.count("£")})
    code, count = counts.most_common(1)[0]
    if count:
        return code
    return "USD" if _AMERICA.search(page.location) or _AMERICA.search(page.text) else None


def _place(page: Page, one: Sum) -> str | None:
    """The place that stands before a range on its line: `Zone A (NYC): $150,000 - $180,000`."""
    line = page.text[max(0, one.start - 90) : one.start].rpartition("\n")[2]
    match = re.search(r"(?:^|[-•*;.]\s+)([A-Z][\w .,/&()'-]{1,60}?)\s*[:\-–—]\s*$", line)
    if match is None or _PAY.search(match[1].lower()):
        return None
    return match[1].strip()
