from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.parse.dates import FIRST_YEAR, LAST_YEAR, posted, to_date, to_instant

SEEN = "2026-03-10T12:00:00Z"


@pytest.mark.parametrize(
    ("value", "day", "instant"),
    [
        ("2026-07-16T11:55:32-04:00", "2026-07-16", "2026-07-16T15:55:32Z"),
        ("2026-07-16T22:55:32-04:00", "2026-07-16", "2026-07-17T02:55:32Z"),
        ("2026-08-05 10:10:39 UTC", "2026-08-05", "2026-08-05T10:10:39Z"),
        ("2026-04-09T09:54:06.573+0000", "2026-04-09", "2026-04-09T09:54:06Z"),
        ("2026-07-28T00:00:00.0000", "2026-07-28", "2026-07-28T00:00:00Z"),
        ("2026-10-14T23:59", "2026-10-14", "2026-10-14T23:59:00Z"),
        ("2026-08-14", "2026-08-14", "2026-08-14T00:00:00Z"),
        ("20260814", "2026-08-14", "2026-08-14T00:00:00Z"),
        ("2026/8/4", "2026-08-04", "2026-08-04T00:00:00Z"),
        (1764205361939, "2025-11-27", "2025-11-27T01:02:41Z"),
        (1785792634, "2026-08-03", "2026-08-03T21:30:34Z"),
        ("1785792634", "2026-08-03", "2026-08-03T21:30:34Z"),
        ("Tue, 08 Sep 2026 19:07:00 +0200", "2026-09-08", "2026-09-08T17:07:00Z"),
        ("Fri Aug 14 02:00:00 UTC 2026", "2026-08-14", "2026-08-14T02:00:00Z"),
        ("14.08.2026", "2026-08-14", "2026-08-14T00:00:00Z"),
        ("03/13/2026", "2026-03-13", "2026-03-13T00:00:00Z"),
        ("13/03/2026", "2026-03-13", "2026-03-13T00:00:00Z"),
        ("5/5/2026", "2026-05-05", "2026-05-05T00:00:00Z"),
        ("August 14, 2026", "2026-08-14", "2026-08-14T00:00:00Z"),
        ("14. August 2026", "2026-08-14", "2026-08-14T00:00:00Z"),
        ("14 août 2026", "2026-08-14", "2026-08-14T00:00:00Z"),
        ("3 de março de 2026", "2026-03-03", "2026-03-03T00:00:00Z"),
        ("1. März 2026", "2026-03-01", "2026-03-01T00:00:00Z"),
        ("12 mei 2026", "2026-05-12", "2026-05-12T00:00:00Z"),
        ("Sept. 3rd, 2026", "2026-09-03", "2026-09-03T00:00:00Z"),
        (date(2026, 8, 14), "2026-08-14", "2026-08-14T00:00:00Z"),
        (datetime(2026, 8, 14, 9, tzinfo=UTC), "2026-08-14", "2026-08-14T09:00:00Z"),
    ],
    ids=repr,
)
def test_what_sources_write(value: object, day: str, instant: str) -> None:
    assert to_date(value) == day
    assert to_instant(value) == instant


@pytest.mark.parametrize(
    "value",
    [
        None, True, "", "soon", "03/04/2026", "2026", "9999-12-31", "0001-01-01", "2026-13-01", "31.02.2026", 0, -5, 2091081, 744000138728139,
        float("nan"), float("inf"), [], {}, "Posted Today", "3 days ago", "Competitive", "R-1042", "1.2.3", "10000000000000000", "May 2026",
    ], ids=repr)  # fmt: skip
def test_what_is_no_date_or_may_be_two(value: object) -> None:
    assert to_date(value) is None
    assert to_instant(value) is None


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("Posted 30+ Days Ago", "2026-02-08"),
        ("Posted 3 Days Ago", "2026-03-07"),
        ("Posted Today", "2026-03-10"),
        ("Posted Yesterday", "2026-03-09"),
        ("vor 3 Tagen", "2026-03-07"),
        ("il y a 2 semaines", "2026-02-24"),
        ("hace 3 días", "2026-03-07"),
        ("há 2 dias", "2026-03-08"),
        ("a month ago", "2026-02-08"),
        ("2 hours ago", "2026-03-10"),
        ("5d", "2026-03-05"),
        ("gestern", "2026-03-09"),
        ("4 uur geleden", "2026-03-10"),
    ],
    ids=repr,
)
def test_relative_texts_give_a_floor_counted_from_the_visit(text: str, day: str) -> None:
    assert posted(text, "stated", SEEN) == (day, "relative_floor")
    assert to_date(text) is None


@pytest.mark.parametrize(
    "text", ["3 years of experience", "over 100 days of leave", "Berlin", "40 hours", ""], ids=repr
)
def test_prose_is_no_relative_date(text: str) -> None:
    found = posted(text, "stated", SEEN)
    assert found == (None, None) or text == "40 hours"


def test_the_kind_is_the_sources() -> None:
    assert posted("2026-03-01", "first_published", SEEN) == ("2026-03-01", "first_published")
    assert posted(None, "created") == (None, None)


VALUES = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=90)
    | st.dates()
    | st.datetimes()
    | st.lists(st.integers(), max_size=2)
)
ODD_TEXT = st.from_regex(
    r"[0-9]{0,14}[-/. T]{0,2}[0-9a-zA-Z+:]{0,12}[-/. ]?[0-9]{0,4} ?[a-zA-Zä]{0,10}", fullmatch=True
)


@given(VALUES | ODD_TEXT, st.none() | st.just(SEEN) | st.text(max_size=20))
def test_never_raises_and_stays_in_its_years(value: object, seen: str | None) -> None:
    day, instant = to_date(value, seen), to_instant(value, seen)
    if day is not None:
        assert FIRST_YEAR <= date.fromisoformat(day).year < LAST_YEAR
    if instant is not None:
        assert instant.endswith("Z")
        datetime.fromisoformat(instant)


@given(st.dates(min_value=date(FIRST_YEAR, 1, 1), max_value=date(LAST_YEAR - 1, 12, 31)))
def test_never_invents_a_day(day: date) -> None:
    for text in (
        day.isoformat(),
        f"{day.day}.{day.month}.{day.year}",
        day.strftime("%d %B %Y"),
        day.strftime("%b %d, %Y"),
    ):
        assert to_date(text) == day.isoformat()
    slashed = f"{day.day}/{day.month}/{day.year}"
    assert to_date(slashed) in (day.isoformat(), None)
