"""The process that writes for a large crawl: the same tables, errors that arrive, and no end that loses or hangs."""

import asyncio
import os
import signal
import sys
import time
from pathlib import Path

import pytest

from corpus.db import open_corpus
from corpus.errors import DatabaseError
from corpus.ledger import Ledger
from corpus.records import Board, BoardVisit, Posting
from crawler import writing
from tests.crawler.loopback import Platform, board
from tests.crawler.running import content, mljobs, outcomes, query, start

MANY = writing.WORTH_A_PROCESS + 20
TEXT = "<p>We train models that read scanned letters, in Python and PyTorch.</p>"


@pytest.fixture
def opened(tmp_path):
    with open_corpus(tmp_path / "a.db", write=True) as corpus:
        ledger = Ledger(corpus)
        yield ledger, ledger.begin("crawl", {}).run_id


def visit(number, *titles) -> BoardVisit:
    postings = tuple(Posting(f"{n}", title, description_html=TEXT) for n, title in enumerate(titles))
    return BoardVisit(Board("ashby", f"b{number}"), "2026-01-05T06:00:00Z", "ok", postings)


def test_what_is_written_at_once_comes_back_to_whom_it_belongs(opened):
    ledger, run = opened

    async def all_of_them(write):
        return await asyncio.gather(*(write(visit(n, *["Data Scientist"] * (n > 0))) for n in range(40)))

    with writing.writer(ledger, run, MANY) as write:
        recorded = asyncio.run(all_of_them(write))
    assert [one.new for one in recorded] == [0] + [1] * 39
    assert ledger.corpus.value("SELECT count(*) FROM visits") == 40
    assert ledger.corpus.value("SELECT count(*) FROM posting_search WHERE posting_search MATCH 'letters'") == 39


def test_an_error_arrives_with_its_kind_and_place_and_the_next_visit_is_written(opened):
    ledger, run = opened

    async def bad_then_good(write):
        with pytest.raises(TypeError) as caught:
            await write(visit(1, 17))
        assert "visit_writer.py" in "".join(caught.value.__notes__)
        return await write(visit(2, "Data Scientist"))

    with writing.writer(ledger, run, MANY) as write:
        assert asyncio.run(bad_then_good(write)).new == 1
    assert [row["token"] for row in ledger.corpus.rows("SELECT token FROM boards")] == ["b2"]


def test_a_writer_that_is_gone_is_an_error_and_no_waiting(opened):
    ledger, run = opened

    async def after_its_death(process):
        os.kill(process._process.pid, signal.SIGKILL)
        with pytest.raises(DatabaseError, match="start the same command again"):
            await process.write(visit(1, "Data Scientist"))

    process = writing.WritingProcess(ledger, run)
    asyncio.run(after_its_death(process))
    process.close()


@pytest.fixture
def platform():
    with Platform() as running:
        yield running


def crawl(folder, db):
    return "crawl", "--boards", folder / "boards.csv", "--db", folder / db


def test_many_boards_give_the_tables_that_few_at_a_time_give(platform, tmp_path):
    platform.boards = {f"b{n}": [board(3 * n, 3 * n + 1, title="Data Scientist")] for n in range(MANY)}
    platform.write_boards(tmp_path / "boards.csv")
    done = mljobs(*crawl(tmp_path, "many.db"))
    assert done.returncode == 0, done.stderr
    assert f"{2 * MANY} new" in done.stdout
    tokens = list(platform.boards)
    for half in (tokens[: MANY // 2], tokens[MANY // 2 :]):
        platform.write_boards(tmp_path / "boards.csv", half)
        assert mljobs(*crawl(tmp_path, "few.db")).returncode == 0
    assert content(tmp_path / "many.db") == content(tmp_path / "few.db")


def in_its_midst(platform, tmp_path):
    """A crawl of many boards, a fifth of which were asked."""
    platform.boards = {f"b{n}": [board(n)] for n in range(5 * MANY)}
    platform.write_boards(tmp_path / "boards.csv")
    running = start(*crawl(tmp_path, "a.db"))
    while len(platform.hits) < MANY and running.poll() is None:
        time.sleep(0.01)
    return running


@pytest.mark.skipif(sys.platform != "linux", reason="looks for processes in /proc")
def test_no_writer_outlives_a_crawl_that_is_killed(platform, tmp_path):
    running = in_its_midst(platform, tmp_path)
    children = [int(pid) for pid in _children(running.pid)]
    running.kill()
    running.wait()
    assert children
    deadline = time.monotonic() + 60
    while any(_is_alive(pid) for pid in children) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not any(_is_alive(pid) for pid in children)
    assert mljobs(*crawl(tmp_path, "a.db")).returncode == 0
    assert set(outcomes(tmp_path / "a.db").values()) == {"ok"}
    assert query(tmp_path / "a.db", "SELECT count(*) FROM postings") == [(5 * MANY,)]


@pytest.mark.skipif(sys.platform != "linux", reason="looks for processes in /proc")
def test_a_crawl_whose_writer_is_killed_says_so_and_is_taken_up_again(platform, tmp_path):
    running = in_its_midst(platform, tmp_path)
    for pid in _children(running.pid):
        os.kill(int(pid), signal.SIGKILL)
    assert running.wait(60) == 2
    done = mljobs(*crawl(tmp_path, "a.db"))
    assert (done.returncode, "taking up run 1 again" in done.stderr) == (0, True)
    assert query(tmp_path / "a.db", "SELECT count(*) FROM postings") == [(5 * MANY,)]


def _children(pid: int) -> list[str]:
    """Processes that Python has started: its resource tracker is one, too."""
    return Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()


def _is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False
