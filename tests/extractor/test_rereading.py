"""After a change of the taxonomy only what holds its words is read again, and the result is that of reading all."""

from __future__ import annotations

import shutil
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.db import open_corpus
from corpus.ledger import Ledger
from corpus.records import Board, Posting
from extractor import pipeline, rereading, run
from extractor.components import memory, skills
from extractor.pipeline import Version
from extractor.run import extract_database
from extractor.taxonomy.model import load, read

TEXTS = [
    "What you'll do\n- Train models in PyTorch\n\nRequirements\n- Python, SQL and Kafka\n- Unit and load testing",
    "We need someone who knows Kubernetes and Terraform. Rust is a plus. Salary: $90,000 - $110,000 a year.",
    "Requirements\n- 3+ years of experience with Spark, Zorbltek and Airflow\nBenefits\n- Free fruit",
    "Requirements\n- You spark ideas and go the extra mile\n- Streaming of events",
    "Gardening all day.",
]
TABLES = ("extractions", "mentions", "posting_skills", "degrees", "experience", "salaries", "posting_topics", "skills")


@pytest.fixture(scope="module")
def unread(tmp_path_factory):
    path = tmp_path_factory.mktemp("corpus") / "jobs.db"
    with open_corpus(path, write=True) as corpus:
        ledger = Ledger(corpus, keep_all=True)
        begun = ledger.begin("import", {})
        ledger.set_source("test", "import", name="test")
        postings = [
            Posting(external_id=str(number), title=f"Engineer {number}", employer="Somebody", description_text=text)
            for number, text in enumerate(TEXTS)
        ]
        ledger.add_postings(begun.run_id, Board("test", "here"), postings, seen_at="2026-01-01T00:00:00Z")
        ledger.finish(begun.run_id, "ok", "done")
    return path


@pytest.fixture
def use(monkeypatch, tmp_path):
    """A function that makes everything read with the packaged taxonomy, some of its lines written otherwise."""

    def using(name, edits):
        folder = tmp_path / name
        shutil.copytree(files("extractor.taxonomy"), folder)
        for file, old, new in edits:
            source = (folder / file).read_text(encoding="utf-8")
            assert old in source
            (folder / file).write_text(source.replace(old, new, 1), encoding="utf-8")
        taxonomy = read(folder)
        for module in (run, skills, pipeline):
            monkeypatch.setattr(module, "load", lambda: taxonomy)
        monkeypatch.setattr(run, "version", lambda: Version("code", taxonomy.version))
        memory.forget()

    yield using
    memory.forget()


def content(path):
    with open_corpus(path) as corpus:
        return {table: sorted(map(repr, map(tuple, corpus.rows(f"SELECT * FROM {table}")))) for table in TABLES}


def row_of(kind, skill_id):
    source = files("extractor.taxonomy").joinpath("skills", f"{kind}.csv").read_text(encoding="utf-8")
    return next(line for line in source.splitlines(keepends=True) if line.startswith(f"{skill_id},"))


HEAD = "id,name,broader,aliases,definition,first_year,example,esco,onet,wikidata\n"
NEW = "zorbltek,Zorbltek,,,A queue.,,experience with Zorbltek,,,\n"
TOOLS, CONCEPTS = "skills/tool.csv", "skills/concept.csv"
CHANGES = {
    "nothing": ([], []),
    "definition": ([(TOOLS, row_of("tool", "terraform"), row_of("tool", "terraform").replace(",,", ",x,", 1))], []),
    "new_row": ([(TOOLS, HEAD, HEAD + NEW)], [2]),
    "row_gone": ([(TOOLS, row_of("tool", "apache-kafka"), "")], [0]),
    "other_kind": (
        [(TOOLS, row_of("tool", "kubernetes"), ""), (CONCEPTS, HEAD, HEAD + row_of("tool", "kubernetes"))],
        [1],
    ),
    "word_left_out": ([(CONCEPTS, row_of("concept", "unit-testing"), "")], [0]),
    "words_apart": ([(TOOLS, HEAD, HEAD + NEW.replace("Zorbltek", "Events Streaming"))], [3]),
    "rule": ([("ambiguous.toml", '"spark ideas", ', "")], [2, 3]),
}


@pytest.mark.parametrize("change", CHANGES)
def test_what_a_change_cannot_affect_is_not_read_again(unread, use, tmp_path, change):
    edits, touched = CHANGES[change]
    path, whole = (shutil.copy(unread, tmp_path / name) for name in ("part.db", "whole.db"))
    use("before", [])
    assert extract_database(path, 1) == len(TEXTS)
    use("after", edits)
    with open_corpus(path, write=True) as corpus:
        run._prepare(corpus)
        pending = [row[0] for row in corpus.rows(run._PENDING, (str(run.version()),))]
        number = dict(map(tuple, corpus.rows("SELECT posting_id, external_id FROM postings")))
        assert sorted(int(number[posting_id]) for posting_id in pending) == touched
    assert extract_database(path, 1) == len(touched)
    assert extract_database(whole, 1) == len(TEXTS)
    assert content(path) == content(whole)


def test_other_code_reads_all_again(unread, use, tmp_path, monkeypatch):
    path = shutil.copy(unread, tmp_path / "jobs.db")
    use("before", [])
    extract_database(path, 1)
    monkeypatch.setattr(run, "version", lambda: Version("other", load().version))
    assert extract_database(path, 1) == len(TEXTS)


def test_a_text_that_changed_as_well_is_read(unread, use, tmp_path):
    path = shutil.copy(unread, tmp_path / "jobs.db")
    use("before", [])
    extract_database(path, 1)
    with open_corpus(path, write=True) as corpus, corpus.transaction() as connection:
        connection.execute("UPDATE posting_texts SET text = 'Requirements: COBOL' WHERE posting_id = 5")
        connection.execute("UPDATE postings SET text_hash = 'another' WHERE posting_id = 5")
    use("after", [(TOOLS, HEAD, HEAD + NEW)])
    assert extract_database(path, 1) == 2


@given(st.dictionaries(st.text(min_size=1), st.text()), st.dictionaries(st.text(min_size=1), st.text()))
def test_forms_are_kept_as_they_are(before, now):
    assert rereading.unpack(rereading.pack(before)) == before
    found = rereading.changed(before, now)
    assert {form: before.get(form) for form in before.keys() | now.keys() if form not in found} == {
        form: now.get(form) for form in before.keys() | now.keys() if form not in found
    }


@pytest.mark.parametrize(
    ("forms", "text", "is_affected"),
    [
        ({"kafka streams"}, "Streams, read by Kafka", True),
        ({"kafka streams"}, "Kafka and others", False),
        ({"kafka streams", "c++"}, "Modern C++17", True),
        ({"time series"}, "TIME-SERIES", True),
        ({"bachelor 's"}, "a bachelor’s degree", True),
        (set(), "anything", False),
    ],
)
def test_words_stand_in_a_text_or_they_do_not(forms, text, is_affected):
    assert rereading.affects(forms)("Engineer", text) is is_affected
