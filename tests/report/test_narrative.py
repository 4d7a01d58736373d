"""Numbers as text."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis import narrative as say


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.123, "12%"), (0.0123, "1.2%"), (0.0, "0%"), (1.0, "100%"), (0.0995, "10%"), (None, "—"), (math.nan, "—")],
)
def test_percent(value, text):
    assert say.percent(value) == text


@pytest.mark.parametrize(
    ("low", "high", "text"),
    [(0.1, 0.14, "10–14%"), (0.072, 0.088, "7.2–8.8%"), (0.096, 0.25, "10–25%"), (0.1, None, "interval unknown")],
)
def test_span(low, high, text):
    assert say.span(low, high) == text


@pytest.mark.parametrize(("value", "text"), [(3.21, "+3.2"), (-0.4, "−0.4"), (-0.01, "0.0"), (math.nan, "—")])
def test_points_have_a_true_minus_and_no_negative_zero(value, text):
    assert say.points(value) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [("2026-03", "March 2026"), ("2026-Q1", "Q1 2026"), ("2026", "2026"), (None, "—"), ("all", "all")],
)
def test_month(value, text):
    assert say.month(value) == text


@pytest.mark.parametrize(
    ("value", "text"), [("2026-03-09T04:00:00Z", "9 March 2026"), ("2026-03", "March 2026"), (None, "—")]
)
def test_day(value, text):
    assert say.day(value) == text


@pytest.mark.parametrize(
    ("value", "currency", "text"), [(182499, "USD", "$182k"), (74000, "EUR", "€74k"), (9e5, "SEK", "SEK 900k")]
)
def test_money(value, currency, text):
    assert say.money(value, currency) == text


@pytest.mark.parametrize(
    ("words", "text"), [([], ""), (["a"], "a"), (["a", "b"], "a and b"), (["a", "b", "c"], "a, b and c")]
)
def test_listing(words, text):
    assert say.listing(words) == text


@pytest.mark.parametrize(
    ("value", "text"), [(0.47, "about 5 in 10"), (0.99, "nearly all"), (0.02, "fewer than 1 in 20")]
)
def test_tenths(value, text):
    assert say.tenths(value) == text


@pytest.mark.parametrize(("value", "text"), [(0.0004, "<0.001"), (0.0412, "0.041"), (math.nan, "—")])
def test_q_value(value, text):
    assert say.q_value(value) == text


def test_proper_names_keep_their_small_letter():
    assert say.label("pandas", "framework") == "pandas"
    assert say.label("machine learning", "concept") == "Machine learning"


def test_a_short_series_has_no_trend():
    assert say.trend_word("rising", is_long=False) == "up, not yet a trend"
    assert say.trend_word("rising") == "rising"


@given(st.floats(0, 1), st.floats(0, 1))
def test_an_interval_reads_from_low_to_high(one, other):
    low, high = sorted((one, other))
    left, right = say.span(low, high).removesuffix("%").split("–")
    assert float(left) <= float(right)
    assert abs(float(right) - 100 * high) <= 0.5


@given(st.one_of(st.none(), st.floats(), st.text(max_size=12)))
def test_dates_never_raise(value):
    assert isinstance(say.month(value), str)
    assert isinstance(say.day(value), str)
