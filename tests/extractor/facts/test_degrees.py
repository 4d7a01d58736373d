import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractor.components.degrees import fields_of_study, read_degrees
from tests.extractor.facts.pages import page, sectioned

REQUIRED, PREFERRED = "required", "preferred"

LEVELS = [
    ("Bachelor's degree in Computer Science", {("bachelor", REQUIRED)}),
    ("BS/MS/PhD in a quantitative discipline", {("bachelor", REQUIRED), ("master", REQUIRED), ("phd", REQUIRED)}),
    ("B.Tech or M.Tech in Computer Science", {("bachelor", REQUIRED), ("master", REQUIRED)}),
    ("MSc or Ph.D. in Statistics", {("master", REQUIRED), ("phd", REQUIRED)}),
    ("Bachelor’s or higher in Engineering", {("bachelor", REQUIRED)}),
    ("Master of Science in Robotics", {("master", REQUIRED)}),
    ("A postgraduate degree in Physics", {("master", REQUIRED)}),
    ("Doctorate in Economics", {("phd", REQUIRED)}),
    ("Four-year degree in any science", {("bachelor", REQUIRED)}),
    ("High school diploma or GED", {("high_school", REQUIRED)}),
    ("Associate's degree in Information Technology", {("associate", REQUIRED)}),
    ("A degree in mathematics or similar", {("any", REQUIRED)}),
    ("University degree in a technical field", {("any", REQUIRED)}),
    ("PhD preferred", {("phd", PREFERRED)}),
    ("A Master's degree is a plus", {("master", PREFERRED)}),
    ("Ideally you hold a PhD in machine learning", {("phd", PREFERRED)}),
    ("Bachelor's degree required, Master's degree preferred", {("bachelor", REQUIRED), ("master", PREFERRED)}),
    (
        "BS in CS required; MS or PhD strongly preferred",
        {("bachelor", REQUIRED), ("master", PREFERRED), ("phd", PREFERRED)},
    ),
    ("BS (MS/PhD preferred) in a numerate field", {("bachelor", REQUIRED), ("master", PREFERRED), ("phd", PREFERRED)}),
    ("PhD is preferred but not required", {("phd", PREFERRED)}),
    ("What you bringBachelor's or Master's degree in Botany", {("bachelor", REQUIRED), ("master", REQUIRED)}),
    ("We ship on time.Bachelor’s degree and a calm mind", {("bachelor", REQUIRED)}),
    ("Our backgroundPh.D. in Physics counts", {("phd", REQUIRED)}),
    ("Essential skillsMS or PhD (preferred) in optics", {("master", REQUIRED), ("phd", PREFERRED)}),
    ("A PhD in Physics (not strictly required)", {("phd", PREFERRED)}),
    ("Master's or Doctor's degree in Law", {("master", REQUIRED), ("phd", REQUIRED)}),
    ("Bachelor's or higher degree in Law", {("bachelor", REQUIRED)}),
    ("Advanced degree (PhD) in Chemistry", {("phd", REQUIRED)}),
    ("Our ideal candidate holds an MSc in Geology", {("master", REQUIRED)}),
    ("Bachelor's degree 3+ years of welding preferred", {("bachelor", REQUIRED)}),
    ("MS or BS with several years at sea", {("bachelor", REQUIRED), ("master", REQUIRED)}),
    ("Great-to-havesMasters or PhD in Statistics", {("master", PREFERRED), ("phd", PREFERRED)}),
    ("BS and 8 years of related experience", {("bachelor", REQUIRED)}),
    ("Educational background in geology or statistics", {("any", REQUIRED)}),
]


@pytest.mark.parametrize(("text", "expected"), LEVELS)
def test_levels_and_requirement(text, expected):
    assert {(degree.level, degree.requirement) for degree in read_degrees(page(text))} == expected


@pytest.mark.parametrize(
    "text",
    [
        "No degree required",
        "We hire with or without a degree: a degree is not required",
        "Own our master data and its governance",
        "Certified Scrum Master",
        "You will master new tools quickly",
        "A high degree of autonomy",
        "360-degree feedback twice a year",
        "Our office is in Boston, MA",
        "Proficient in MS Office and MS SQL Server",
        "You will mentor PhD students",
        "You advise a BA team on their reports",
        "Systems, teams and algorithms at scale",
        "Experience may be replaced (Master's Degree = 2 years; PhD = 4 years)",
        "Tuition reimbursement towards an advanced degree",
        "People of every educational background",
        "The webmaster's desk",
    ],
)
def test_what_is_no_degree(text):
    assert read_degrees(page(text, "other")) == ()


def test_company_text_asks_for_no_degree():
    assert read_degrees(page("Our team of PhDs from three universities founded the firm in 2019.", "company")) == ()


def test_section_decides_where_no_cue_stands():
    assert read_degrees(page("Master's in Statistics", "preferred"))[0].requirement == "preferred"


def test_one_row_a_level_the_firmer_wins():
    posting = sectioned(("required", "Bachelor's degree in CS"), ("preferred", "Bachelor's degree in Physics"))
    (degree,) = read_degrees(posting)
    assert (degree.requirement, degree.fields) == ("required", ("computer science", "physics"))


@pytest.mark.parametrize(
    ("phrase", "expected"),
    [
        (" in computer science, statistics, or a related field", ("computer science", "statistics")),
        (" in cs, ee or maths", ("computer science", "electrical engineering", "mathematics")),
        (" in electrical or computer engineering", ("electrical engineering", "computer engineering")),
        (
            " in biomedical, mechanical or chemical engineering",
            ("biomedical engineering", "mechanical engineering", "chemical engineering"),
        ),
        (" in a quantitative field (e.g. econometrics, operations research)", ("econometrics", "operations research")),
        (" in ai/ml with strong knowledge of physics", ("artificial intelligence", "machine learning")),
        (" in marine biology", ("marine biology",)),
        (" in computer science/engineering, physics", ("computer science", "computer engineering", "physics")),
        (" in computer science/engineering", ("computer science", "engineering")),
        (" in a relevant computer or physical science", ("computer science", "physical science")),
        (" in statistics 3+ years of work with physics", ("statistics",)),
        (" in applied mathematics.demonstrated love of physics", ("applied mathematics",)),
        (" related to economics", ("economics",)),
        (" with cyber security focus", ("cybersecurity",)),
        (" in a related technical discipline", ()),
        (" in rigorous quantitative science", ()),
    ],
)
def test_fields_of_study(phrase, expected):
    assert fields_of_study(phrase) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Degree in a quantitative or technical field", ("quantitative field", "technical field")),
        ("A bachelor's degree is required.\nA degree in law is best.", ("law",)),
        ("Essential skillsM.S. in Statistics", ("statistics",)),
        ("PhD in StatisticsExperience with physics", ("statistics",)),
        ("B.S., M.S., or PhD. in Computer Science", ("computer science",)),
    ],
)
def test_fields_of_a_degree(text, expected):
    assert read_degrees(page(text))[0].fields == expected


@pytest.mark.parametrize("text", ["Computer science degree", "Statistics or Computer Science (PhD)"])
def test_fields_in_front_of_the_degree(text):
    assert "computer science" in read_degrees(page(text))[0].fields


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Bachelor's in CS or equivalent practical experience", True),
        ("BS in Statistics, or 5+ years of relevant experience", True),
        ("MSc or comparable work experience", True),
        ("MSc in Geology; or equivalent experience", True),
        ("MSc in Geology, or\nequivalent practical experience", True),
        ("MSc in Geology or a combination of education and experience", True),
        ("MSc in Geology, but we will consider relevant experience", True),
        ("MSc in Geology or similar fields3+ years of industry experience", False),
        ("Degree in Engineering or related field and 3 years of industry experience", False),
        ("PhD and three years of academic or industry experience", False),
    ],
)
def test_experience_in_its_place(text, expected):
    assert read_degrees(page(text))[0].or_experience is expected


@given(st.text(alphabet=st.sampled_from("BMSPhD./', ()or degreeinCSmaster'sphdbachelor\n5+İß-–;"), max_size=160))
def test_never_raises_and_points_at_its_words(text):
    for degree in read_degrees(page(text)):
        assert 0 <= degree.start < degree.end <= len(text)
        assert text[degree.start : degree.end].strip()
