from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.parse.place import country, country_code


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("San Francisco, CA", "US"), ("Irvine, CA", "US"), ("Toronto, CA", "CA"), ("British Columbia, CA", "CA"), ("Ontario, CAN", "CA"), ("Remote (CA)", "US"),
        ("Berlin, Germany", "DE"), ("Berlin, DE", "DE"), ("Dover, DE", "US"), ("Walldorf", "DE"), ("München", "DE"),
        ("Remote (US)", "US"), ("Remote - US", "US"), ("US Remote", "US"), ("Remote, USA", "US"), ("U.S. - Remote", "US"), ("USA Only", "US"), ("United States (Remote)", "US"),
        ("London", "GB"), ("London, ON", "CA"), ("London, UK", "GB"), ("Greater London", "GB"), ("Cambridge, UK", "GB"), ("Cambridge, MA", "US"),
        ("Tbilisi, Georgia", "GE"), ("Atlanta, Georgia", "US"), ("Georgia, USA", "US"), ("Perth, WA", "AU"), ("Seattle, WA", "US"), ("Paris, TX", "US"), ("Paris", "FR"),
        ("US-CA-Irvine", "US"), ("US, CA, Santa Clara", "US"), ("USA.VA.Reston", "US"), ("CA-ON-Toronto", "CA"), ("CA-San Diego", "US"), ("Germany, Munich", "DE"),
        ("NYC Metro", "US"), ("SF Bay Area", "US"), ("San Francisco or New York", "US"), ("Washington, D.C.", "US"), ("Remote (New Jersey, US)", "US"), ("Peoria, IL", "US"), ("Tel Aviv, IL", "IL"),
        ("São Paulo", "BR"), ("Sao Paulo, Brazil", "BR"), ("Zürich", "CH"), ("東京都", "JP"), ("Seoul, South Korea", "KR"), ("Bengaluru, Karnataka, India", "IN"), ("Bangalore, IN", "IN"), ("MUMBAI", "IN"),
        ("Mexico City", "MX"), ("New Mexico", "US"), ("Warsaw, , Poland", "PL"), ("Vancouver", "CA"), ("Athens", "GR"), ("Athens, GA", "US"), ("Singapore", "SG"), ("Hong Kong", "HK"),
        ("San Francisco, CA | New York City, NY", "US"), ("London, UK; Ontario, CAN; Remote-Friendly, United States", "GB"), ("Remote in Germany", "DE"), ("PERTH, WESTERN AUSTRALIA, Australia", "AU"),
    ], ids=repr)  # fmt: skip
def test_country(text: str, code: str) -> None:
    assert country(text) == code


@pytest.mark.parametrize(
    "text",
    [
        "Georgia",
        "Cambridge",
        "Birmingham",
        "Remote",
        "Worldwide",
        "EMEA",
        "Americas, Europe",
        "2 Locations",
        "in",
        "Home based - EMEA",
        "Anywhere in the World",
        "North America Only",
        "How, ",
        "",
        None,
        7,
        "x" * 500,
    ],
    ids=repr,
)
def test_what_names_no_country_or_two(text: object) -> None:
    assert country(text) is None


@pytest.mark.parametrize(
    ("value", "code"),
    [("us", "US"), ("CA", "CA"), ("ca", "CA"), ("DEU", "DE"), ("deu", "DE"), ("Germany", "DE"), ("Georgia", "GE"), ("UK", "GB"), ("USA", "US"), ("United States of America", "US"), ("xx", None), ("Berlin", None), ("", None), (None, None)], ids=repr)  # fmt: skip
def test_a_field_that_can_only_hold_a_country(value: object, code: str | None) -> None:
    assert country_code(value) == code


@given(st.text(max_size=60) | st.from_regex(r"[A-Za-z .]{0,12}[,;|()-]{0,2} ?[A-Z]{2,3}", fullmatch=True))
def test_never_raises_and_gives_codes_only(text: str) -> None:
    for found in (country(text), country_code(text)):
        assert found is None or re.fullmatch("[A-Z]{2}", found)


@given(st.text(alphabet="bcdfghjklmnpqrstvwxz", min_size=4, max_size=12))
def test_never_invents_a_country_for_a_word_it_does_not_know(word: str) -> None:
    assert country(word) is None
