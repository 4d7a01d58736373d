"""What holds for any text: nothing is raised, offsets point at words, mentions are whole words, order is nothing."""

from __future__ import annotations

import pytest
import spacy
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import extractor
from extractor.components.reading import make_doc
from extractor.files import result_row
from extractor.words import split

PIECES = st.sampled_from(
    [
        *("Python", "C++", "C#", ".NET", "Node.js", "R", "Go", "machine learning", "data", "communication", "Zorbltek"),
        *(
            "Requirements:",
            "Nice to have",
            "About us",
            "Benefits",
            "What you'll do",
            "is a plus",
            "ideally",
            "not",
            "must",
        ),
        *(
            "PhD in",
            "5+ years",
            "$100k - $120k",
            "or",
            "and",
            ",",
            "/",
            "(",
            ")",
            ".",
            ";",
            ":",
            "-",
            "•",
            "\n",
            "\n- ",
            " ",
        ),
        *("e.g.", "’", "–", "\u00a0", "\u200b", "😀", "İ", "ß", "ﬁ", "\x00", "\t", "\r\n", "a" * 120, "Ж", "机器学习"),
    ]
)
TEXTS = st.one_of(
    st.text(max_size=300), st.lists(PIECES, max_size=80).map(" ".join), st.lists(PIECES, max_size=80).map("".join)
)
SLOW = settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.too_slow])


@pytest.fixture(scope="module")
def nlp():
    return extractor.build()


@SLOW
@given(TEXTS, TEXTS)
def test_never_raises_and_every_mention_is_a_run_of_whole_words(nlp, title, text):
    read = extractor.read(nlp, 1, title, text)
    for skill in read.skills:
        assert skill.mentions
        for mention in skill.mentions:
            where = " ".join(title.split()) if mention.field == "title" and "\n" in title else title
            where = where if mention.field == "title" else text
            assert 0 <= mention.start < mention.end <= len(where)
            words = where[mention.start : mention.end]
            assert words == words.strip()
            before, after = where[mention.start - 1 : mention.start], where[mention.end : mention.end + 1]
            assert not (before.isalnum() and words[0].isalnum())
            assert not (after.isalnum() and words[-1].isalnum())


@SLOW
@given(TEXTS)
def test_words_are_where_they_say(text):
    low = text.lower()
    read = split(low)
    assert [low[start:end] for start, end in zip(read.starts, read.ends, strict=True)] == read.folded
    assert read.starts == sorted(read.starts)


@SLOW
@given(TEXTS)
def test_a_doc_gives_its_text_back(nlp, text):
    assert make_doc(nlp, "A title", text).text == f"A title\n{text}"


@settings(deadline=None, max_examples=25, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(TEXTS, min_size=2, max_size=6))
def test_the_order_of_postings_changes_nothing(nlp, texts):
    forwards = [extractor.read(nlp, 1, "Engineer", text) for text in texts]
    backwards = [extractor.read(nlp, 1, "Engineer", text) for text in reversed(texts)]
    assert forwards == backwards[::-1]


def test_with_a_component_of_somebody_else_s_the_result_is_the_same():
    text = "Requirements\n- Python, C++ and Kafka\n- 3+ years of experience\nNice to have\n- Rust"
    plain, other = extractor.build(), extractor.build()
    other.add_pipe("sentencizer", last=True)
    assert extractor.read(other, 1, "ML engineer", text) == extractor.read(plain, 1, "ML engineer", text)


def test_components_work_alone_in_another_pipeline():
    nlp = spacy.blank("en")
    for name in ("skills", "levels", "degrees"):
        nlp.add_pipe(f"mljobs_{name}")
    doc = nlp("Requirements\n- Python and PyTorch\n- Bachelor's degree in statistics")
    assert {span.text for span in doc.spans["skills"]} == {"Python", "PyTorch", "statistics"}
    assert {skill.requirement for skill in doc._.skills} == {"required"}
    assert [degree.level for degree in doc._.degrees] == ["bachelor"]


def test_a_saved_pipeline_loads_through_its_entry_points(tmp_path):
    nlp = extractor.build()
    nlp.to_disk(tmp_path / "mljobs")
    loaded = spacy.load(tmp_path / "mljobs")
    text = "Requirements\n- Python"
    assert extractor.read(loaded, 1, "", text) == extractor.read(nlp, 1, "", text)


def test_rows_out_have_what_the_interface_says(nlp):
    row = result_row(extractor.read(nlp, "a", "Engineer", "Requirements\n- Python\nSalary: $100,000 - $120,000 a year"))
    assert row["id"] == "a"
    assert row["skills"][0]["mentions"][0]["field"] == "description"
    assert row["salary"] == {"min": 100_000, "max": 120_000, "currency": "USD", "period": "year"}
