import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractor.components.salary import base_pay, parse_pay, read_salaries
from tests.extractor.facts.pages import page


def pay(text, location=None):
    one = base_pay(read_salaries(page(text, "benefits", location=location)))
    return one and (one.min, one.max, one.currency, one.unit)


STATED = [
    ("The base salary range is $150,000 - $200,000 per year.", (150000, 200000, "USD", "year")),
    ("Salary: $108-148k", (108000, 148000, "USD", "year")),
    ("Pay: $42.00 - $52.00 per hour", (42, 52, "USD", "hour")),
    ("Pay Range: $62.94-$67.96", (62.94, 67.96, "USD", "hour")),
    ("Compensation: £70k – £85k plus equity", (70000, 85000, "GBP", "year")),
    ("Acme | Engineer | ONSITE | €60-90k + 0.1% equity", (60000, 90000, "EUR", "year")),
    ("Gehalt 55.000 - 70.000 EUR brutto", (55000, 70000, "EUR", "year")),
    ("CTC ₹20–35 LPA", (2000000, 3500000, "INR", "year")),
    ("INR 10 LPA - 25 LPA", (1000000, 2500000, "INR", "year")),
    ("Salary C$140,000 - C$180,000", (140000, 180000, "CAD", "year")),
    ("Salary: $120,000 to $150,000 CAD", (120000, 150000, "CAD", "year")),
    ("Annual salary of 100-140k CHF", (100000, 140000, "CHF", "year")),
    ("Salary 15 000 - 22 000 PLN per month", (15000, 22000, "PLN", "month")),
    ("Salary: 45,000 - 60,000 kr per month", (45000, 60000, "SEK", "month")),
    ("The starting salary is $8,000 per month", (8000, None, "USD", "month")),
    ("Contributors earn up to $75 per hour", (None, 75, "USD", "hour")),
    ("Day rate: £500 per day", (500, None, "GBP", "day")),
    ("Annual salary range: $170-195,000", (170000, 195000, "USD", "year")),
    ("USD 130,000 - 160,000 annually", (130000, 160000, "USD", "year")),
    ("Zone A: $180,000 - $220,000\nZone B: $160,000 - $200,000", (160000, 220000, "USD", "year")),
    ("Base salary $150k-$180k + bonus + equity", (150000, 180000, "USD", "year")),
]


@pytest.mark.parametrize(("text", "expected"), STATED)
def test_stated_pay(text, expected):
    assert pay(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "We raised a $50M Series B and are valued at $400M",
        "An industry worth over $200B",
        "$1,500 annual learning stipend",
        "Home office budget of €1,000 per year",
        "We match up to $2,000 in donations",
        "A $5,000 sign-on bonus",
        "$250 per month for your gym",
        "Our customers process $3.5 billion in payments",
        "Competitive salary in USD",
        "Grew revenue from $5 million to $100 million",
        "A referral bonus of $2,000",
    ],
)
def test_what_is_no_pay(text):
    assert pay(text) is None


def test_place_settles_a_bare_dollar():
    assert pay("Salary: $120,000 - $150,000", "Toronto, Canada") == (120000, 150000, "CAD", "year")
    assert pay("Salary: $120,000 - $150,000", "Austin, TX") == (120000, 150000, "USD", "year")


def test_bonus_is_kept_apart():
    rows = read_salaries(
        page("Base pay range: $60,000/yr - $95,000/yr\nBonus range: $3,000/yr - $12,000/yr", "benefits")
    )
    assert [(row.component, row.max) for row in rows] == [("base", 95000), ("bonus", 12000)]


def test_places_have_their_ranges():
    rows = read_salaries(page("Seattle: $150,000 - $180,000\nDenver: $130,000 - $160,000", "benefits"))
    assert [row.place for row in rows] == ["Seattle", "Denver"]


def test_a_guess_is_flagged():
    assert "unit_guessed" in read_salaries(page("Salary: $150,000 - $180,000", "benefits"))[0].flags


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("$100k - $120k / year", (100000, 120000, "USD", "year")),
        ("165000-225000 USD YEAR", (165000, 225000, "USD", "year")),
        ("$79K-$134K\n(Glassdoor est.)", (79000, 134000, "USD", "year")),
        ("$60 - $65 an hour", (60, 65, "USD", "hour")),
        ("€70K – €120K • 0% – 0.2%", (70000, 120000, "EUR", "year")),
        ("Competitive", None),
        ("", None),
    ],
)
def test_short_pay_fields(raw, expected):
    one = parse_pay(raw)
    assert (one and (one.min, one.max, one.currency, one.unit)) == expected


@given(st.text(alphabet=st.sampled_from("0123456789$€£kKM,.- toperyearUSDhour salary₹LPA\n+/"), max_size=120))
def test_never_raises_never_turned_round(text):
    for row in read_salaries(page(text)):
        assert row.min is None or row.max is None or row.min <= row.max
        assert row.raw
        assert row.raw in text
    parse_pay(text)
