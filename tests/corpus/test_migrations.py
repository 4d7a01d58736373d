"""A file of each released schema, as it was written then, comes to the current schema with all its rows.

`stored/v1.db.gz` was made by `python -m tests.corpus.test_migrations 1` from our own made-up postings. Once a schema is
released its file is never made anew: that is the test. (Before the first release m001 may still be edited, and v1
with it.) A new step gets a file of its own, before the step after it is written.
"""

import gzip
import sqlite3
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from corpus.check import check
from corpus.cli import cli
from corpus.db import SCHEMA_VERSION, migrate, open_corpus
from tests.corpus.synthetic import build

STORED = Path(__file__).parent / "stored"
VERSIONS = sorted(int(path.name[1:].split(".")[0]) for path in STORED.glob("v*.db.gz"))
REMAKE = (
    "m001 was edited: if no version is released yet, run `python -m tests.corpus.test_migrations 1`; else write m002"
)


def schema(connection):
    """Tables, indexes, triggers and views, each as its statement with blanks and quotes made alike."""
    rows = connection.execute("SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL")
    return {(kind, name): " ".join(sql.replace('"', "").split()) for kind, name, sql in rows}


def counts(connection):
    tables = [
        name
        for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        if not name.startswith(("posting_search_", "_", "sqlite_"))
    ]
    return {name: connection.execute(f"SELECT count(*) FROM {name}").fetchone()[0] for name in tables}


@pytest.fixture(params=VERSIONS, ids=lambda version: f"v{version}")
def stored(request, tmp_path):
    path = tmp_path / "old.db"
    path.write_bytes(gzip.decompress((STORED / f"v{request.param}.db.gz").read_bytes()))
    return path


def test_there_is_a_file_of_every_schema():
    assert list(range(1, SCHEMA_VERSION + 1)) == VERSIONS


def test_every_row_comes_along(stored):
    connection = sqlite3.connect(stored)
    before = counts(connection)
    connection.close()
    assert sum(count > 0 for count in before.values()) >= 20
    with open_corpus(stored, write=True) as corpus:
        after = counts(corpus.connection)
    assert {name: after.get(name) for name in before} == before


def test_the_schema_is_that_of_a_new_file(stored):
    fresh = sqlite3.connect(":memory:", isolation_level=None)
    migrate(fresh)
    with open_corpus(stored, write=True) as corpus:
        migrate(corpus.connection)
        old, new = schema(corpus.connection), schema(fresh)
    fresh.close()
    different = sorted(name for (_, name), sql in (old.items() ^ new.items()))
    assert different == [], REMAKE


def test_it_is_sound_and_answers(stored):
    result = CliRunner().invoke(cli, ["db", "migrate", "--db", str(stored)])
    assert result.exit_code == 0, result.output
    findings, rules = check(stored)
    assert (findings, rules > 30) == ([], True)
    with open_corpus(stored) as corpus:
        assert corpus.value("SELECT count(*) FROM v_posting_skills") > 50
        assert corpus.value("SELECT count(*) FROM posting_search WHERE posting_search MATCH 'python'") > 0


def test_a_file_without_any_step_is_brought_up_from_nothing(tmp_path):
    sqlite3.connect(tmp_path / "empty.db").close()
    with open_corpus(tmp_path / "empty.db", write=True) as corpus:
        assert corpus.value("PRAGMA user_version") == SCHEMA_VERSION


def _store(version):
    path = STORED / "made.db"
    build(path, postings=24)
    connection = sqlite3.connect(path, isolation_level=None)
    assert connection.execute("PRAGMA user_version").fetchone()[0] == version, "the current schema is another"
    connection.execute("PRAGMA journal_mode = DELETE")
    connection.execute("VACUUM")
    connection.close()
    (STORED / f"v{version}.db.gz").write_bytes(gzip.compress(path.read_bytes(), mtime=0))
    path.unlink()


if __name__ == "__main__":
    _store(int(sys.argv[1]))
