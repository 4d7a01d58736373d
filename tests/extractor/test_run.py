"""`mljobs extract` on a database: incremental, whole after a kill, the same for any number of processes."""

from __future__ import annotations

import json
import shutil
import signal
import subprocess
import sys
import time

import pytest
from click.testing import CliRunner

from corpus.cli import cli
from corpus.db import open_corpus
from corpus.errors import CheckFailed, InputError
from corpus.ledger import Ledger
from corpus.records import Board, Posting
from extractor import pipeline, run, store
from extractor.pipeline import Version
from extractor.run import extract_database

TEXTS = [
    "What you'll do\n- Train models in PyTorch\n\nRequirements\n- Python, SQL and Kafka\n- Master's degree in statistics",
    "We need someone who knows Kubernetes and Terraform. Rust is a plus. Salary: $90,000 - $110,000 a year.",
    "Requirements\n- 3+ years of experience with Spark, Zorbltek and Airflow\nBenefits\n- Free fruit",
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
            Posting(
                external_id=str(number),
                title=f"Engineer {number}",
                employer="Somebody",
                description_text=TEXTS[number % 4] + f"\nNo. {number}",
            )
            for number in range(650)
        ]
        ledger.add_postings(begun.run_id, Board("test", "here"), postings, seen_at="2026-01-01T00:00:00Z")
        ledger.finish(begun.run_id, "ok", "done")
    return path


@pytest.fixture
def path(unread, tmp_path):
    return shutil.copy(unread, tmp_path / "jobs.db")


def content(path):
    with open_corpus(path) as corpus:
        return {table: [tuple(row) for row in corpus.rows(f"SELECT * FROM {table}")] for table in TABLES}


def test_everything_is_read_once_and_then_nothing(path):
    assert extract_database(path, 1) == 650
    first = content(path)
    assert extract_database(path, 1) == 0
    assert content(path) == first
    assert len(first["extractions"]) == 650
    assert any(row[1] == "~zorbltek" for row in first["posting_skills"])
    assert {(row[2], row[4], row[5]) for row in first["salaries"]} == {("text", 90_000, 110_000)}
    assert ("candidate_term", "zorbltek") in {row[1:] for row in first["posting_topics"]}


def test_the_number_of_processes_changes_nothing(unread, tmp_path, monkeypatch):
    one, two = (shutil.copy(unread, tmp_path / name) for name in ("one.db", "two.db"))
    monkeypatch.setattr(run, "WORTH_A_PROCESS", 100)
    assert run.processes(650, 2) == 2
    extract_database(one, 1)
    extract_database(two, 2)
    assert content(one) == content(two)


def test_a_changed_text_and_a_new_version_are_read_again(path, monkeypatch):
    extract_database(path, 1)
    with open_corpus(path, write=True) as corpus, corpus.transaction() as connection:
        connection.execute("UPDATE posting_texts SET text = 'Requirements: COBOL' WHERE posting_id = 7")
        connection.execute("UPDATE postings SET text_hash = 'another' WHERE posting_id = 7")
    assert extract_database(path, 1) == 1
    with open_corpus(path) as corpus:
        assert [row[0] for row in corpus.rows("SELECT skill_id FROM posting_skills WHERE posting_id = 7")] == ["cobol"]
    monkeypatch.setattr(run, "version", lambda: Version("later", "later"))
    assert extract_database(path, 1) == 650
    with open_corpus(path) as corpus:
        assert corpus.value("SELECT count(*) FROM extractor_versions") == 2
        assert corpus.value("SELECT count(DISTINCT extractor_version) FROM extractions") == 1


def test_a_killed_run_leaves_whole_postings_and_is_taken_up_again(unread, tmp_path):
    path, whole = (shutil.copy(unread, tmp_path / name) for name in ("killed.db", "whole.db"))
    extract_database(whole, 1)
    process = subprocess.Popen([sys.executable, "-m", "extractor.run", str(path)])
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and process.poll() is None:
        with open_corpus(path) as corpus:
            if corpus.value("SELECT count(*) FROM extractions"):
                break
        time.sleep(0.002)
    process.send_signal(signal.SIGKILL)
    process.wait()
    with open_corpus(path) as corpus:
        done = corpus.value("SELECT count(*) FROM extractions")
        skills = corpus.value("SELECT sum(skill_count) FROM extractions")
        assert corpus.value("SELECT count(*) FROM posting_skills") == skills
    assert done > 0
    extract_database(path, 1)
    assert content(path) == content(whole)


def test_one_posting_that_cannot_be_read_stops_no_other(path, monkeypatch, capsys):
    def read(nlp, posting_id, *rest):
        if posting_id == 5:
            raise ValueError("strange")
        return pipeline.read(nlp, posting_id, *rest)

    monkeypatch.setattr(run, "read", read)
    with pytest.raises(CheckFailed, match="1 postings could not be read"):
        extract_database(path, 1)
    assert "posting 5 could not be read: ValueError('strange')" in capsys.readouterr().err
    assert len(content(path)["extractions"]) == 649


def test_a_batch_that_fails_leaves_nothing(path, monkeypatch):
    def fail(*_):
        raise RuntimeError("no")

    monkeypatch.setattr(store, "write", fail)
    with pytest.raises(RuntimeError):
        extract_database(path, 1)
    with open_corpus(path) as corpus:
        assert corpus.value("SELECT count(*) FROM mentions") == 0


def test_texts_in_rows_out(tmp_path):
    source, target = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    rows = [
        {"id": "a", "title": "Engineer", "text": TEXTS[0], "location": "Graz"},
        {"id": 2, "title": "Engineer", "html": "<h2>Requirements</h2><ul><li>Python &amp; SQL</li></ul>"},
    ]
    source.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    result = CliRunner().invoke(cli, ["extract", "--in", str(source), "--out", str(target)])
    assert result.exit_code == 0, result.output
    first, second = (json.loads(line) for line in target.read_text(encoding="utf-8").splitlines())
    assert (first["id"], second["id"]) == ("a", 2)
    for row, text in ((first, TEXTS[0]), (second, second["text"])):
        for skill in row["skills"]:
            for mention in skill["mentions"]:
                assert mention["field"] == "description"
                assert text[mention["start"] : mention["end"]].strip()
    assert "text" not in first
    assert {skill["name"] for skill in second["skills"]} == {"Python", "SQL"}


@pytest.mark.parametrize("line", ["{", '{"id": 1}', '["id"]', '{"id": 1, "text": 3}'])
def test_a_row_that_cannot_be_used_is_one_clear_line_and_leaves_no_file(tmp_path, line):
    source, target = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    source.write_text('{"id": 1, "text": "Python"}\n' + line + "\n", encoding="utf-8")
    result = CliRunner().invoke(cli, ["extract", "--in", str(source), "--out", str(target)])
    assert isinstance(result.exception, InputError)
    assert "line 2" in str(result.exception)
    assert list(tmp_path.iterdir()) == [source]


def test_explain_names_section_cue_and_rule(tmp_path):
    file = tmp_path / "posting.txt"
    file.write_text("Data engineer\nRequirements\n- Kafka\n- Ideally Rust\n", encoding="utf-8")
    result = CliRunner().invoke(cli, ["explain", "--text", str(file)])
    assert "- [[Kafka]]!" in result.output
    assert '"Rust" in required: preferred <- alias in context; cue "ideally"' in result.output


def test_candidates_are_printed_with_their_sentences(path):
    extract_database(path, 1)
    result = CliRunner().invoke(cli, ["taxonomy", "candidates", "--employers", "1", "--db", str(path)])
    assert "zorbltek: 1 employers, 162 postings, since 2026-01" in result.output
    assert "experience with Spark, Zorbltek and Airflow" in result.output


def test_a_worker_of_another_version_stops_with_one_line(monkeypatch):
    monkeypatch.setattr(run, "_nlp", object())
    with pytest.raises(InputError, match="changed while it read: start again"):
        run._work([], "another+version")
    assert run._work([], str(pipeline.version())) == store.merge([])


def test_data_and_rules_beside_the_rows_are_part_of_the_version():
    decides = pipeline._decides
    assert decides("extractor.taxonomy", "tasks.toml")
    assert decides("extractor.taxonomy", "context.py")
    assert not decides("extractor.taxonomy", "ambiguous.toml")
