from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.parse import salary


@pytest.mark.parametrize(
    ("low", "high", "money", "per", "found"),
    [
        (122600, 204400, "USD", "yearly", (122600, 204400, "USD", "year", ())),
        ("60000", "75000", "EUR", "year", (60000, 75000, "EUR", "year", ())),
        ("117962.0", "153354.0", "USD", "PA", (117962, 153354, "USD", "year", ())),
        ("48.0", "62.0", "USD", "PH", (48, 62, "USD", "hour", ())),
        (150000, 120000, "USD", "per-year-salary", (120000, 150000, "USD", "year", ("swapped",))),
        (24.04, None, "USD", "1 YEAR", (24.04, None, "USD", "year", ("implausible_low",))),
        (0, 123000, "USD", "1 YEAR", (None, 123000, "USD", "year", ("implausible_low",))),
        (1, 500000, "USD", "1 YEAR", (1, 500000, "USD", "year", ("implausible_low", "wide_range"))),
        (200, 275000, "USD", "1 YEAR", (200, 275000, "USD", "year", ("implausible_low", "wide_range"))),
        (9e6, 9e6, "USD", "year", (9e6, 9e6, "USD", "year", ("implausible_high",))),
        (9e6, 12e6, "JPY", "year", (9e6, 12e6, "JPY", "year", ())),
        (2400, 2400, "USD", "1 WEEK", (2400, 2400, "USD", "week", ())),
        (500, 600, "USD", "1 TIME", (500, 600, "USD", None, ())),
        (45, 60, "USD", None, (45, 60, "USD", "hour", ("unit_guessed",))),
        (166000, None, "CAD", None, (166000, None, "CAD", "year", ("unit_guessed",))),
        (3000, 4000, "EUR", None, (3000, 4000, "EUR", None, ())),
        (100000, 120000, "$", "year", (100000, 120000, "USD", "year", ("currency_guessed",))),
        (100000, 120000, None, "year", (100000, 120000, None, "year", ())),
    ],
    ids=repr,
)
def test_ranges(low: object, high: object, money: object, per: object, found: tuple) -> None:
    read = salary.pay_range(low, high, money, per)
    assert read is not None
    assert tuple(read.values()) == found


@pytest.mark.parametrize(
    ("low", "high"),
    [(None, None), (0, 0), ("", "n/a"), (True, False), (-5, None), (float("nan"), float("inf")), ([], {})],
    ids=repr,
)
def test_no_amount_is_no_range(low: object, high: object) -> None:
    assert salary.pay_range(low, high, "USD", "year") is None


def test_cents_are_hundredths() -> None:
    assert (salary.cents(16600000), salary.cents(4550), salary.cents(None)) == (166000, 45.5, None)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("$18 - $22/hr", (18, 22, "USD", "hour")),
        ("$45,000 - $50,000", (45000, 50000, "USD", "year")),
        ("$0.05 – $0.06 / hour", (0.05, 0.06, "USD", "hour")),
        ("€60k–75k", (60000, 75000, "EUR", "year")),
        ("60-75k EUR per year", (60000, 75000, "EUR", "year")),
        ("120.000 - 150.000 € pro Jahr", (120000, 150000, "EUR", "year")),
        ("CHF 120'000 – 140'000", (120000, 140000, "CHF", "year")),
        ("£45k", (45000, 45000, "GBP", "year")),
        ("USD 5,000 per month", (5000, 5000, "USD", "month")),
        ("CAD 95,000 - 120,000 per year", (95000, 120000, "CAD", "year")),
        ("$1M", (1e6, 1e6, "USD", "year")),
    ],
    ids=repr,
)
def test_short_pay_fields(text: str, found: tuple) -> None:
    read = salary.from_text(text)
    assert read is not None
    assert (read["min"], read["max"], read["currency"], read["unit"]) == found


@pytest.mark.parametrize(
    "text",
    [
        "Competitive",
        "",
        "2026",
        "depends on experience",
        "$100k - $120k; $140k - $150k",
        "60-75k",
        "401(k)",
        "level 4 - 5",
        None,
        5,
        "$" + "1" * 500,
    ],
    ids=repr,
)
def test_what_is_no_pay(text: object) -> None:
    assert salary.from_text(text) is None


ANYTHING = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=40) | st.lists(st.integers(), max_size=2)
)
PAY = st.from_regex(
    r"[$€£]?[0-9]{1,7}[.,' ]?[0-9]{0,3}[kKmM]? ?[-–to]{0,2} ?[$€£]?[0-9]{0,7}[kK]? ?(USD|EUR)? ?/? ?(hour|yr|month|x)?",
    fullmatch=True,
)


@given(ANYTHING, ANYTHING, ANYTHING, ANYTHING)
def test_ranges_never_raise_and_never_leave_their_ends(low: object, high: object, money: object, per: object) -> None:
    read = salary.pay_range(low, high, money, per)
    if read is not None:
        ends = [end for end in (read["min"], read["max"]) if end is not None]
        assert ends == sorted(ends)
        assert all(math.isfinite(end) and end > 0 for end in ends)
        assert set(ends) <= {salary.amount(low), salary.amount(high)}


@given(st.text(max_size=150) | PAY)
def test_texts_never_raise_and_never_invent_digits(text: str) -> None:
    read = salary.from_text(text)
    if read is not None:
        assert read["currency"]
        digits = "".join(character for character in text if character.isdigit())
        for end in (read["min"], read["max"]):
            shown = f"{end:.2f}".replace(".", "").rstrip("0").lstrip("0") if end else ""
            assert not shown or shown in digits or shown.strip("0") in digits
