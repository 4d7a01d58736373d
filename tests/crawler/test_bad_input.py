"""What a user can get wrong, or a machine: one clear line, the right exit status, nothing half-written."""

from __future__ import annotations

import os
import sqlite3
import subprocess

import click
import pytest
from click.testing import CliRunner

from corpus.db import SCHEMA_VERSION, open_corpus
from corpus.errors import DatabaseBusy, InputError
from corpus.ledger import Ledger
from corpus.records import Board
from crawler import cli
from crawler.boards import default_boards, read_boards, wanted
from crawler.platforms import platforms
from tests.crawler.loopback import Platform, board
from tests.crawler.running import mljobs, query


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "line 1: no column platform and token"),
        ("platform,name\nashby,acme\n", "line 1: no column token"),
        ("platform,token\nashbi,acme\n", "line 2: no platform 'ashbi'"),
        ("platform,token\nashby,acme\nashby,\n", "line 3: no token"),
        ("platform,token,country\nashby,acme,Germany\n", "line 2: country 'Germany' is no two-letter code"),
        ("platform,token,api_base\nashby,acme,127.0.0.1:80\n", "line 2: api_base"),
        ("platform,token,enabled\nashby,acme,perhaps\n", "line 2: enabled 'perhaps'"),
        ("platform,token\nashby,acme,Acme,eu,DE\n", "line 2: more cells"),
        ("platform,token\n", "names no board"),
    ],
)
def test_a_wrong_boards_file_names_its_line(tmp_path, text, says):
    (tmp_path / "boards.csv").write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=says):
        read_boards(tmp_path / "boards.csv")


def test_a_boards_file_that_is_no_text(tmp_path):
    (tmp_path / "boards.csv").write_bytes(b"platform,token\n\xff\xfe\x00\n")
    with pytest.raises(InputError, match="it is not UTF-8 text"):
        read_boards(tmp_path / "boards.csv")


def test_boards_that_are_named_and_boards_of_the_file():
    file = [
        Board("ashby", "a"),
        Board("ashby", "b", enabled=False),
        Board("lever", "c", "eu"),
        Board("smartrecruiters", "d"),
    ]
    assert {b.token for b in wanted((), file)} == {"a", "c"}  # neither disabled ones nor platforms off by default
    assert {b.token for b in wanted(("ashby",), file)} == {"a"}
    assert {b.token for b in wanted(("ashby:b", "smartrecruiters"), file)} == {"b", "d"}
    assert wanted(("ashby:new",), file) == [Board("ashby", "new")]
    assert wanted(("hn",), []) == [Board("hn", "whoishiring")]
    assert {b.token for b in wanted((), file, region="eu")} == {"c"}
    with pytest.raises(InputError, match="no platform 'linkedin'"):
        wanted(("linkedin",), file)
    with pytest.raises(InputError, match="name one as workday:TOKEN"):
        wanted(("workday",), file)


def test_the_boards_that_come_with_the_package_can_be_read():
    assert len(default_boards()) > 300
    assert {b.source for b in default_boards()} <= set(platforms())


def refused(done: subprocess.CompletedProcess, says: str) -> None:
    assert done.returncode == 2, done
    assert says in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1, done.stderr
    assert done.stdout == ""


def test_refusals_of_the_command_line(tmp_path):
    db = tmp_path / "a.db"
    refused(mljobs("crawl", "--boards", tmp_path / "none.csv", "--db", db), "none.csv cannot be read: No such file")
    refused(mljobs("crawl", "ashby:x", "--from-archive", tmp_path / "none.warc.gz", "--db", db), "no archive at")
    (tmp_path / "text.warc.gz").write_text("no WARC at all")
    refused(mljobs("crawl", "ashby:x", "--from-archive", tmp_path / "text.warc.gz", "--db", db), "text.warc.gz")
    refused(mljobs("import", tmp_path / "none.jsonl", "--db", db), "no file at")
    refused(mljobs("status", "--db", tmp_path / "none.db"), "no database at")


@pytest.fixture
def platform():
    with Platform() as running:
        running.boards = {f"b{n}": [board(*range(n, n + 30))] for n in range(6)}
        yield running


def crawl(platform, tmp_path, db, **more):
    platform.write_boards(tmp_path / "boards.csv")
    return mljobs("crawl", "--boards", tmp_path / "boards.csv", "--db", db, "--all", **more)


def test_a_database_of_a_later_version(platform, tmp_path):
    db = tmp_path / "a.db"
    open_corpus(db, write=True).close()
    with sqlite3.connect(db) as connection:
        connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION + 1}")
    connection.close()
    refused(crawl(platform, tmp_path, db), "was written by a later mljobs")


def test_a_file_that_is_no_database(platform, tmp_path):
    (tmp_path / "a.db").write_text("certainly not a database, but long enough to be looked at " * 20)
    refused(crawl(platform, tmp_path, tmp_path / "a.db"), "is not a database")
    assert not platform.hits


def test_a_file_system_that_may_only_be_read(platform, tmp_path):
    folder = tmp_path / "mounted"
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", folder], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("no tmpfs can be mounted here")
    try:
        open_corpus(folder / "a.db", write=True).close()
        subprocess.run(["mount", "-o", "remount,ro", folder], check=True)
        refused(crawl(platform, tmp_path, folder / "a.db"), "cannot be written: Read-only file system")
        assert not platform.hits
    finally:
        subprocess.run(["umount", folder], check=False)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everything")
def test_a_read_only_database(platform, tmp_path):
    db = tmp_path / "folder" / "a.db"
    open_corpus(db, write=True).close()
    db.parent.chmod(0o555)
    try:
        refused(crawl(platform, tmp_path, db), "written")
    finally:
        db.parent.chmod(0o755)


def test_a_full_disk_is_one_line_and_leaves_a_sound_file(platform, tmp_path):
    small = tmp_path / "small"
    small.mkdir()
    if subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=700k", "tmpfs", small], capture_output=True, check=False
    ).returncode:
        pytest.skip("no tmpfs can be mounted here")
    try:
        done = crawl(platform, tmp_path, small / "a.db")
        assert done.returncode == 2, done
        assert "full" in done.stderr
        assert "Traceback" not in done.stderr
        assert query(small / "a.db", "PRAGMA integrity_check") == [("ok",)]
        whole = "SELECT count(*) FROM visits v WHERE posting_count <> (SELECT count(*) FROM postings p WHERE p.board_id = v.board_id)"
        assert query(small / "a.db", whole) == [(0,)]
        subprocess.run(["mount", "-o", "remount,size=64m", small], check=True)
        again = crawl(platform, tmp_path, small / "a.db")
        assert again.returncode == 0, again
        assert query(small / "a.db", "SELECT count(*) FROM postings") == [(180,)]
    finally:
        subprocess.run(["umount", small], check=False)


def test_a_locked_database_is_said(tmp_path):
    db = tmp_path / "a.db"
    open_corpus(db, write=True).close()
    holder = sqlite3.connect(db, isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    try:
        with (
            open_corpus(db, write=True, busy_seconds=0.1) as corpus,
            pytest.raises(DatabaseBusy, match="is in use by another process"),
        ):
            Ledger(corpus).begin("crawl", {})
    finally:
        holder.close()


def test_a_bare_crawl_says_how_much_it_visits_and_how_to_visit_less(tmp_path, monkeypatch):
    def stopped(*_):
        raise click.Abort

    monkeypatch.setattr(cli, "_run", stopped)
    done = CliRunner().invoke(cli.crawl, ["--db", str(tmp_path / "a.db")])
    assert f"visiting all {len(wanted((), default_boards()))} boards" in done.stderr
    assert "--deadline" in done.stderr
