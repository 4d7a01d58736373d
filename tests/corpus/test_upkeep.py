"""Backups are never a mixture, and giving space back loses nothing but what was asked."""

import sqlite3
import threading
import zlib

import pytest
from click.testing import CliRunner

from corpus import upkeep
from corpus.check import check
from corpus.cli import cli
from corpus.db import open_corpus
from corpus.errors import DatabaseUnwritable, InputError
from tests.corpus.synthetic import build


@pytest.fixture
def database(tmp_path):
    return build(tmp_path / "a.db", postings=200)


def test_backup_while_somebody_writes(database, tmp_path, monkeypatch):
    """Each transaction adds one posting with one episode: a copy in which they differ would be a mixture."""
    monkeypatch.setattr(upkeep, "PAGES", 5)
    stop = threading.Event()

    def crawl():
        with open_corpus(database, write=True) as corpus:
            number = 1000
            while not stop.wait(0.002):
                number += 1
                with corpus.transaction():
                    seen = {"first_seen_at": "2026-06-01T00:00:00Z", "last_seen_at": "2026-06-01T00:00:00Z"}
                    corpus.insert(
                        "postings",
                        [
                            {
                                "posting_id": number,
                                "board_id": 1,
                                "external_id": f"n{number}",
                                "title": "x" * 900,
                                "content_hash": "c",
                                **seen,
                            }
                        ],
                    )
                    corpus.insert("episodes", [{"posting_id": number, "number": 1, **seen}])

    thread = threading.Thread(target=crawl)
    thread.start()
    try:
        for turn in range(3):
            upkeep.backup(database, tmp_path / f"backup{turn}.db")
    finally:
        stop.set()
        thread.join()
    with open_corpus(tmp_path / "backup2.db") as corpus:
        assert corpus.value("PRAGMA integrity_check") == "ok"
        assert corpus.value("SELECT count(*) FROM postings") == corpus.value("SELECT count(*) FROM episodes") >= 200
    assert {finding.rule for finding in check(tmp_path / "backup2.db")[0]} <= {"visit_counts"}
    assert not list(tmp_path.glob("*.partial*"))


def test_backup_over_itself_is_refused(database):
    with pytest.raises(InputError, match="itself"):
        upkeep.backup(database, database)


def test_backup_command(database, tmp_path):
    result = CliRunner().invoke(cli, ["db", "backup", str(tmp_path / "new" / "b.db"), "--db", str(database)])
    assert result.exit_code == 0, result.output
    assert (tmp_path / "new" / "b.db").stat().st_size > 100_000


def test_old_html_is_dropped_and_space_given_back(database):
    import os

    html = zlib.compress(os.urandom(50_000))
    with open_corpus(database, write=True) as corpus:
        corpus.connection.execute("UPDATE posting_texts SET html_zlib = ?", [html])
        texts = corpus.value("SELECT count(*) FROM posting_texts")
        old = corpus.value("SELECT count(*) FROM postings WHERE last_seen_at < '2026-01-01' AND text_hash IS NOT NULL")
        corpus.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    from datetime import UTC, datetime

    before, after, dropped = upkeep.vacuum(database, drop_html_days=0, now=datetime(2026, 1, 1, tzinfo=UTC))
    assert dropped == old > 0
    assert before - after > 0.9 * old * 50_000
    with open_corpus(database) as corpus:
        assert corpus.value("SELECT count(*) FROM posting_texts WHERE html_zlib IS NOT NULL") == texts - old > 0
        assert corpus.value("SELECT count(*) FROM posting_texts WHERE text <> ''") == texts
    assert check(database)[0] == []


def test_vacuum_mends_the_full_text_index(database):
    connection = sqlite3.connect(database)
    connection.execute("DELETE FROM posting_search_docsize WHERE id < 50")
    connection.commit()
    connection.close()
    assert {finding.rule for finding in check(database)[0]} >= {"full_text_rows"}
    assert CliRunner().invoke(cli, ["db", "vacuum", "--db", str(database)]).exit_code == 0
    assert check(database)[0] == []


def test_a_full_disk_is_said_before(database, monkeypatch):
    monkeypatch.setattr(upkeep.shutil, "disk_usage", lambda _: type("Usage", (), {"free": 10})())
    with pytest.raises(DatabaseUnwritable, match="free some space"):
        upkeep.vacuum(database)
