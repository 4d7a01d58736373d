import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractor.components.experience import MAX_YEARS, read_experience
from tests.extractor.facts.pages import page, sectioned


def years(text, section="required", **options):
    return [(one.min_years, one.max_years) for one in read_experience(page(text, section, **options))]


STATED = [
    ("5+ years of experience in software engineering", [(5, None)]),
    ("3-5 years of experience", [(3, 5)]),
    ("3 – 5 yrs. experience with Python", [(3, 5)]),
    ("Five years of professional experience", [(5, None)]),
    ("two to four years of relevant experience", [(2, 4)]),
    ("Minimum of five (5) years of experience", [(5, None)]),
    ("At least 2 years building data products", [(2, None)]),
    ("1-5+ years working with SQL", [(1, None)]),
    ("5 years or more of experience in finance", [(5, None)]),
    ("three or more years of experience", [(3, None)]),
    ("0-2 years of experience", [(0, 2)]),
    ("Up to 3 years of experience", [(None, 3)]),
    ("18 months of experience with Spark", [(1.5, None)]),
    ("6+ months of experience in research", [(0.5, None)]),
    ("Experience: 4-6 years", [(4, 6)]),
    ("A degree in a numerate field.3+ years of experience with Spark", [(3, None)]),
    ("Qualifications:2-4 years of experience", [(2, 4)]),
    ("A degree in computer science2+ years of experience in routing", [(2, None)]),
    ("Python: 2 years (Required)", [(2, None)]),
    ("C++ (3+ years)", [(3, None)]),
    ("4+ year experience", [(4, None)]),
    ("8+ years experience, 4+ in ML", [(8, None), (4, None)]),
    ("7+ years of engineering with at least 2 years leading teams", [(7, None), (2, None)]),
    ("PhD with 2+ years or MS with 5+ years of experience", [(2, None), (5, None)]),
    ("3 or more years related job experience", [(3, None)]),
    ("Three (or more) years of experience", [(3, None)]),
    ("5+ of years experience in mapping", [(5, None)]),
    ("Experience: 2+ yearsRequired skills and habits", [(2, None)]),
    ("Minimum 4+ years of paid work experience", [(4, None)]),
    ("8+ years in mapping; 3 years focused on rivers", [(8, None), (3, None)]),
    ("10+ years of experience, with at least 5 of those leading crews", [(10, None), (5, None)]),
    ("You bring talent to our team with 5+ years of sailing experience", [(5, None)]),
    ("Maps drawn by hand (6 months +)", [(0.5, None)]),
    ("Option 2 - 4 years of experience in analytics", [(4, None)]),
]


@pytest.mark.parametrize(("text", "expected"), STATED)
def test_stated_years(text, expected):
    assert years(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "For more than 30 years we have served customers around the world",
        "Our founders have 20 years of combined experience at large companies",
        "We are just over 2 years old",
        "In the past 3 years, we built the leading platform",
        "Stock options vest over 4 years with a one year cliff",
        "A four-year degree",
        "A 12 month contract",
        "Best place to work three years in a row",
        "You must be 18 years of age or older",
        "Paid parental leave after one year of service",
        "15 years full time education",
        "Funding for the next two years",
        "Our crew is made up of cartographers with 20+ years of experience in maps",
        "I'm the founder and have 13 years experience as a cartographer",
        "We've spent 10 years earning trust",
        "Duration:\n1 Year+",
        "A degree counts as experience (Master's = 2 years)",
    ],
)
def test_what_is_no_experience(text):
    assert years(text, "company") == []
    assert years(text, "other") == []


def test_a_number_said_again_counts_once():
    listed = ("required", "4+ years of experience in mapping")
    assert len(read_experience(sectioned(("other", "We seek a mapper having 4+ years of experience."), listed))) == 1
    assert len(read_experience(sectioned(listed, ("required", "Mapping: 4 years (Required)")))) == 1
    assert len(read_experience(sectioned(listed, ("required", "4+ years of experience in rowing")))) == 2


def test_cap():
    assert years(f"{MAX_YEARS + 1} years of experience") == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("5+ years of experience in software engineering", "overall"),
        ("3 years of professional experience", "overall"),
        ("4+ years of experience with Kubernetes", "kubernetes"),
        ("2 years of experience with SQL and Tableau", "sql / tableau"),
        ("Java (3+ years)", "java"),
    ],
)
def test_what_it_is_of(text, expected):
    assert [one.of for one in read_experience(page(text))] == [expected]


def test_a_wish_in_brackets_is_of_what_stands_before_it():
    (one,) = read_experience(page("5+ years of Java in the harbour (COBOL or Fortran a plus)"))
    assert one.requirement == "required"


def test_wish_and_must():
    posting = sectioned(
        ("required", "3+ years of experience in retail"),
        ("preferred", "5+ years of experience in retail"),
        ("required", "2 years of experience with Go is a plus"),
    )
    assert [one.requirement for one in read_experience(posting)] == ["required", "preferred", "preferred"]


def test_a_field_among_those_of_place_and_pay_counts():
    assert years("Total experience: 5+ years", "benefits") == [(5, None)]
    assert years("We have 5+ years of runway", "benefits") == []


def test_a_wish_ends_with_its_sentence_though_no_blank_follows():
    (one,) = read_experience(page("PhD preferred.2+ years of experience in forecasting", "required"))
    assert one.requirement == "required"


def test_an_introduction_and_its_list_are_one_statement():
    posting = sectioned(
        ("duties", "We seek an engineer with 5+ years of experience."),
        ("duties", "The role is for people with 5+ years of experience."),
    )
    assert len(read_experience(posting)) == 1


@given(st.text(alphabet=st.sampled_from("0123456789+- yearsmonthof expinten(),.\n–İ"), max_size=120))
def test_never_raises_never_invents(text):
    for one in read_experience(page(text)):
        assert 0 <= one.start < one.end <= len(text)
        assert max(one.min_years or 0, one.max_years or 0) <= MAX_YEARS
        assert one.min_years is None or one.max_years is None or one.min_years < one.max_years
