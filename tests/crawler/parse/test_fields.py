from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.parse.fields import employment_type, work_mode
from crawler.parse.marks import is_evergreen
from crawler.parse.markup import sections, unescaped, with_line_ends


@pytest.mark.parametrize(
    ("raw", "mode"),
    [
        ("Remote", "remote"), ("REMOTE", "remote"), ("fully remote", "remote"), ("TELECOMMUTE", "remote"), ("Remote-Friendly", "remote"),
        ("Télétravail", "remote"), ("Home office", "remote"), ("リモート可", "remote"), ("work from home", "remote"), (["x", "Remote"], "remote"),
        ("Hybrid", "hybrid"), ("hybrid_remote", "hybrid"), ("remote, hybrid", "hybrid"), ("Híbrido", "hybrid"),
        ("On-Site", "onsite"), ("OnSite", "onsite"), ("on_site", "onsite"), ("in office", "onsite"), ("Présentiel", "onsite"), ("No remote", "onsite"), ("Vor Ort", "onsite"),
        ("On-site or Remote", None), ("unspecified", None), ("none", None), ("Berlin", None), ("", None), (None, None), (True, None), (3, None), ("remote " * 40, None),
    ], ids=repr)  # fmt: skip
def test_work_mode(raw: object, mode: str | None) -> None:
    assert work_mode(raw) == mode


@pytest.mark.parametrize(
    ("raw", "kind"),
    [
        ("FullTime", "full_time"), ("FULL_TIME", "full_time"), ("Full time", "full_time"), ("fulltime_permanent", "full_time"), ("Regular Full Time (Salary)", "full_time"),
        ("Vollzeit", "full_time"), ("CDI - Temps plein", "full_time"), ("Pełny etat", "full_time"), ("正社員", "full_time"), ("jornada completa", "full_time"),
        ("PartTime", "part_time"), ("part-time", "part_time"), ("Teilzeit", "part_time"), ("Werkstudent", "part_time"), ("deeltijd", "part_time"),
        ("CONTRACTOR", "contract"), ("Temporary", "contract"), ("freelance", "contract"), ("befristet", "contract"), ("(1099 Contract)", "contract"), ("parttime_fixed_term", "contract"), ("Full-time contract", "contract"),
        ("Intern", "internship"), ("Internship", "internship"), ("Full-time Internship", "internship"), ("Praktikum", "internship"), ("Estágio", "internship"), ("prácticas", "internship"), ("インターンシップ", "internship"),
        (["FULL_TIME", "CONTRACTOR"], "full_time"), (["OTHER", "PART_TIME"], "part_time"),
        ("Full-time or part-time", None), ("Permanent", None), ("unbefristet", None), ("Regular", None), ("OTHER", None), ("professional / experienced", None), ("", None), (None, None), ({}, None),
    ], ids=repr)  # fmt: skip
def test_employment_type(raw: object, kind: str | None) -> None:
    assert employment_type(raw) == kind


@given(st.text(max_size=200) | st.none() | st.lists(st.text(max_size=30) | st.integers(), max_size=3) | st.integers())
def test_fields_never_raise_and_know_only_their_words(raw: object) -> None:
    assert work_mode(raw) in ("remote", "hybrid", "onsite", None)
    assert employment_type(raw) in ("full_time", "part_time", "contract", "internship", None)


@pytest.mark.parametrize(
    "title",
    [
        "Open Application",
        "General application – Berlin",
        "Åpen søknad",
        "Initiativbewerbung (m/w/d)",
        "Join our Talent Community!",
        "Don’t see your role?",
        "Candidature spontanée",
        "Wild Card",
        "Talent Pool: Data",
    ],
    ids=repr,
)
def test_a_standing_advert(title: str) -> None:
    assert is_evergreen(title)


@pytest.mark.parametrize(
    "title",
    [
        "Application Engineer",
        "Open Source Engineer",
        "Machine Learning Engineer",
        "Talent Partner",
        "Spontaneous Emission Physicist",
        "",
    ],
    ids=repr,
)
def test_a_vacancy_is_no_standing_advert(title: str) -> None:
    assert not is_evergreen(title)


@pytest.mark.parametrize(
    ("source", "plain"),
    [
        ("&lt;p&gt;A &amp;amp; B&lt;/p&gt;", "<p>A &amp; B</p>"),
        ("<p>write &lt;dbt&gt;</p>", "<p>write &lt;dbt&gt;</p>"),
        ("&lt;p&gt;one&lt;/p&gt;&lt;p&gt;two&lt;/p&gt;<p>Find more</p>", "<p>one</p><p>two</p><p>Find more</p>"),
        ("R&amp;D", "R&amp;D"),
        ("a < b", "a < b"),
        ("", ""),
    ],
    ids=repr,
)
def test_markup_is_unescaped_once_and_only_where_it_was_escaped(source: str, plain: str) -> None:
    assert unescaped(source) == plain


def test_sections_leave_out_what_is_empty() -> None:
    assert (
        sections([(None, "<p>a</p>"), ("Nice & clean", "<p>b</p>"), ("Gone", " "), ("None", None)])
        == "<p>a</p>\n<h3>Nice &amp; clean</h3>\n<p>b</p>"
    )
    assert sections([("x", ""), (None, None)]) is None


def test_line_ends_written_out() -> None:
    assert with_line_ends("a\\nb\\r\\nc") == "a\nb\nc"
    assert with_line_ends("C:\\new\nline") == "C:\\new\nline"
