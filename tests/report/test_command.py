"""`mljobs report` as a user meets it: files that hold nothing, little, or not what was asked for."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from corpus.db import open_corpus

MLJOBS = Path(sys.executable).with_name("mljobs")


def mljobs(*arguments):
    return subprocess.run([MLJOBS, *map(str, arguments)], capture_output=True, text=True, check=False, timeout=120)


@pytest.fixture
def empty(tmp_path):
    open_corpus(tmp_path / "empty.db", write=True).close()
    return tmp_path / "empty.db"


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    """Two postings, imported but not read."""
    folder = tmp_path_factory.mktemp("small")
    rows = [
        {"title": "Machine Learning Engineer", "description_text": "You must know Python, PyTorch and SQL."},
        {"title": "Pastry cook", "description_text": "You bake."},
    ]
    lines = [
        json.dumps({"source": "own", "board": "b", "external_id": str(i), "employer": "Quince"} | row)
        for i, row in enumerate(rows)
    ]
    (folder / "rows.jsonl").write_text("\n".join(lines), encoding="utf-8")
    done = mljobs("import", folder / "rows.jsonl", "--db", folder / "jobs.db")
    assert done.returncode == 0, done.stderr
    return folder / "jobs.db"


def test_an_empty_database_gives_a_page_that_says_what_to_do(empty, tmp_path):
    done = mljobs("report", "--db", empty, "--out", tmp_path / "out")
    assert done.returncode == 1
    assert "no postings" in done.stderr
    assert "mljobs crawl" in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert "There is no report yet." in (tmp_path / "out" / "index.html").read_text(encoding="utf-8")


def test_postings_that_were_not_read_are_counted_and_the_next_step_named(small, tmp_path):
    done = mljobs("report", "--db", small, "--out", tmp_path / "out")
    assert done.returncode == 1
    assert "run `mljobs extract`" in done.stderr
    assert "run `mljobs extract`" in (tmp_path / "out" / "summary.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("option", "value", "says"),
    [
        ("--role", "wizard", "no role family 'wizard'"),
        ("--title", "(", "no regular expression"),
        ("--since", "2026", "write YYYY-MM"),
        ("--country", "Germany", "no country"),
    ],
)
def test_wrong_use_is_one_clear_line(small, tmp_path, option, value, says):
    done = mljobs("report", "--db", small, "--out", tmp_path / "out", option, value)
    assert done.returncode == 2
    assert says in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "out").exists()


def test_a_missing_database_is_one_clear_line(tmp_path):
    done = mljobs("report", "--db", tmp_path / "none.db", "--out", tmp_path / "out")
    assert (done.returncode, len(done.stderr.splitlines())) == (2, 1)
    assert not (tmp_path / "out").exists()


def test_a_tiny_file_and_an_absent_role_give_pages_not_tracebacks(small, tmp_path):
    done = mljobs("extract", "--db", small, "--jobs", "1")
    assert done.returncode == 0, done.stderr
    tiny = mljobs("report", "--db", small, "--out", tmp_path / "tiny")
    assert tiny.returncode == 1
    assert "Traceback" not in tiny.stderr
    assert "1 posting for machine-learning roles" in tiny.stdout
    assert tiny.stdout.splitlines()[-1].startswith("report: ")
    absent = mljobs("report", "--db", small, "--out", tmp_path / "absent", "--role", "analyst")
    assert absent.returncode == 1
    assert "No postings of this role" in (tmp_path / "absent" / "summary.md").read_text(encoding="utf-8")
