"""Every table and column has its sentence, and the pages made of them are fresh."""

import sqlite3

import pytest

from corpus import dictionary, docs
from corpus.db import migrate
from tests.corpus.synthetic import build


@pytest.fixture
def empty():
    connection = sqlite3.connect(":memory:", isolation_level=None)
    migrate(connection)
    yield connection
    connection.close()


def test_dictionary_equals_the_schema(empty):
    assert dictionary.differences(empty) == []


def test_a_new_column_without_a_sentence_is_found(empty):
    empty.execute("ALTER TABLE postings ADD COLUMN mood TEXT")
    empty.execute("CREATE TABLE moods (mood TEXT) STRICT")
    empty.execute("DROP VIEW v_pay")
    found = dictionary.differences(empty)
    assert "postings.mood: has no sentence in dictionary.toml" in found
    assert "moods: has no sentence in dictionary.toml" in found
    assert "v_pay: in the dictionary, not in the file" in found


def test_every_sentence_is_one_sentence(empty):
    for table in dictionary.describe(empty):
        for meaning in [table.meaning, *(column.meaning for column in table.columns)]:
            assert len(meaning.split()) >= 2, (table.name, meaning)
            assert meaning.rstrip('"').endswith((".", "`.", '."')), meaning


def test_numbers_have_units(empty):
    """A column that counts or measures says in what."""
    endings = ("_count", "_at", "_seconds", "_length", "_years", "_offset", "_amount")
    lacking = [
        f"{table.name}.{column.name}"
        for table in dictionary.describe(empty)
        for column in table.columns
        if (column.name.endswith(endings) or column.name.startswith(("is_", "has_"))) and not column.unit
    ]
    assert lacking == []


def test_the_tables_page_is_fresh():
    assert docs.main(["--check"]) == 0, "run `make docs`"


def test_a_stale_page_is_said(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(docs, "PAGE", tmp_path / "tables.md")
    assert docs.main(["--check"]) == 1
    assert "make docs" in capsys.readouterr().err
    assert docs.main([]) == 0
    assert docs.main(["--check"]) == 0


def test_choices_and_references_are_read_from_the_schema(empty):
    tables = {table.name: table for table in dictionary.describe(empty)}
    columns = {column.name: column for column in tables["postings"].columns}
    assert columns["work_mode"].choices == ("remote", "hybrid", "onsite")
    assert columns["employer_id"].references == ("employers", "employer_id")
    assert tables["mentions"].primary_key == ("posting_id", "field", "start_offset", "end_offset", "skill_id")


def test_views_answer_on_a_filled_file(tmp_path):
    connection = sqlite3.connect(build(tmp_path / "a.db"))
    views = [name for name, is_view in dictionary.table_names(connection).items() if is_view]
    assert len(views) >= 14
    for view in views:
        if view != "v_coverage_gaps":
            assert connection.execute(f"SELECT count(*) FROM {view}").fetchone()[0] > 0, view
    shares = connection.execute("SELECT min(share), max(share) FROM v_skill_share_month").fetchone()
    assert 0 < shares[0] <= shares[1] <= 1
    words = connection.execute("SELECT count(*), sum(lower(words) = lower(skill)) FROM v_mentions").fetchone()
    assert words[0] == words[1] > 0
    connection.close()
