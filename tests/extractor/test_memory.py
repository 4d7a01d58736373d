"""Lines that were met before are not read again, and nobody can tell."""

from __future__ import annotations

from unittest import mock

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import extractor
from extractor.components import levels, memory, skills
from extractor.components.memory import Memory

LINES = st.sampled_from(
    [
        *("Requirements:", "Nice to have", "About us", "Benefits", "What you'll do", "", "  ", "Our stack"),
        *("- Python, Zorbltek and Spark", "- Experience with Go", "- R", "- R or SAS", "Spark", "Go", "Swift"),
        *("We use Python, Rust,", "and Kafka", "- machine learning or", "deep learning", "learning models"),
        *(
            "5+ years of experience in Java (preferred)",
            "No PhP, please",
            "- Excel at communication,",
            "- Pandas, Dask,",
        ),
        *("and/or Flink", "of Kubernetes, Nomad", "- unit and load testing", "testing, deployment", "Go to market"),
        *("BS in Statistics or Machine Learning", "* Strong communication skills - a plus", "vector detection"),
    ]
)


@pytest.fixture(scope="module")
def nlp():
    return extractor.build()


@given(st.lists(st.lists(LINES, max_size=9), min_size=1, max_size=5))
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_postings_read_after_others_are_read_as_if_they_were_the_first(nlp, postings):
    texts = ["\n".join(lines) for lines in postings]
    memory.forget()
    together = [extractor.read(nlp, 1, "Data Engineer, Go", text) for text in [*texts, *texts]]
    for text, found in zip([*texts, *texts], together, strict=True):
        memory.forget()
        assert extractor.read(nlp, 1, "Data Engineer, Go", text) == found, text


def test_a_known_line_is_not_read_again(nlp):
    memory.forget()
    first = extractor.read(nlp, 1, "", "Requirements\n- Python and NumPy\n- Docker")
    with mock.patch.object(skills.Matcher, "candidates", return_value=[]):
        again = extractor.read(nlp, 1, "", "Requirements\n\n- Docker\n- Python and NumPy")
    assert {skill.skill_id for skill in again.skills} == {skill.skill_id for skill in first.skills}
    assert [again_text(skill) for skill in again.skills] == ["Docker", "Python", "NumPy"]


def again_text(skill):
    mention = skill.mentions[0]
    return "Requirements\n\n- Docker\n- Python and NumPy"[mention.start : mention.end]


def test_a_line_counts_by_its_section(nlp):
    memory.forget()
    text = "Requirements\n- Python\nNice to have\n- Python"
    (python,) = extractor.read(nlp, 1, "", text).skills
    assert [mention.requirement for mention in python.mentions] == ["required", "preferred"]


def test_other_ways_of_reading_have_a_memory_of_their_own(nlp):
    text = "Requirements\n- Python"
    extractor.read(nlp, 1, "", text)
    with mock.patch.object(levels.make(nlp, ""), "find", return_value=()):
        assert extractor.read(nlp, 1, "", text).skills == ()
    with nlp.select_pipes(disable=["gates"]):
        assert extractor.read(nlp, 1, "", text).skills
    assert extractor.read(nlp, 1, "", text).skills


def test_a_doc_of_known_lines_has_all_that_was_found(nlp):
    text = "Requirements\n- Python and PyTorch"
    for _ in range(2):
        doc = nlp(text)
        assert [span.text for span in doc.spans["skills"]] == ["Python", "PyTorch"]
        assert [(found.start, found.line) for found in doc._.found_skills] == [(15, 1), (26, 1)]


def test_what_nobody_asked_for_is_forgotten():
    kept = Memory(2)
    for key in "abc":
        kept.keep(key, key)
        assert kept.get("a") == "a"
    kept.keep("d", "d")
    kept.keep("e", "e")
    assert (kept.get("b"), kept.get("a"), kept.get("e")) == (None, "a", "e")
