"""When a run is called unhealthy, as users see it: exit status 1, a reason, a report, and `mljobs status`."""

from __future__ import annotations

import json
import subprocess
import sys
import time

import pytest

from corpus.db import open_corpus
from corpus.ledger import Ledger
from corpus.records import Board, BoardVisit, Posting, Reject
from corpus.trust import trust
from crawler.health import Fields, _fields, _postings
from crawler.html_boards import UNREADABLE
from tests.crawler.loopback import Answer, Platform, board
from tests.crawler.running import mljobs, outcomes, query

LONG = "<p>We train models that read scanned letters for banks, with Python, PyTorch and patience.</p>" * 4


@pytest.fixture
def platform():
    with Platform() as running:
        yield running


def crawl(platform, tmp_path, **more):
    """A crawl in a second of its own: visits are told apart by it."""
    time.sleep(1 - time.time() % 1)
    platform.write_boards(tmp_path / "boards.csv")
    return mljobs("crawl", "--boards", tmp_path / "boards.csv", "--db", tmp_path / "a.db", **more)


def report(tmp_path) -> dict:
    return json.loads((tmp_path / "runs" / "a" / "latest.json").read_text())


@pytest.mark.parametrize(("bad", "status"), [(1, 0), (2, 1)])
def test_nine_tenths_of_the_boards_must_be_readable(platform, tmp_path, bad, status):
    platform.boards = {f"b{n}": [board(n)] for n in range(10 - bad)} | {f"x{n}": [Answer(404)] for n in range(bad)}
    done = crawl(platform, tmp_path)
    assert done.returncode == status, done
    assert ("8 of 10 boards could be read, fewer than 90%" in done.stderr) == bool(status)
    assert [f["gate"] for f in report(tmp_path)["findings"]] == ["boards_ok"] * status
    assert query(tmp_path / "a.db", "SELECT status FROM runs") == [("check_failed" if status else "ok",)]


@pytest.mark.parametrize(("left", "status"), [(15, 0), (13, 1)])
def test_postings_must_not_fall_by_a_third_of_what_the_last_runs_had(platform, tmp_path, left, status):
    whole = board(*range(20))
    platform.boards = {"acme": [whole, whole, whole, board(*range(left))]}
    for _ in range(trust().gates.least_runs):
        assert crawl(platform, tmp_path).returncode == 0
    done = crawl(platform, tmp_path)
    assert done.returncode == status, done
    assert (f"{left} postings were read where the last 3 runs had 20" in done.stderr) == bool(status)


def test_unchanged_boards_count_with_what_they_show(platform, tmp_path):
    platform.boards = {"acme": [board(*range(20))]}
    for _ in range(trust().gates.least_runs + 2):
        time.sleep(1 - time.time() % 1)  # two looks within one second are one visit
        assert crawl(platform, tmp_path).returncode == 0
    assert report(tmp_path)["outcomes"] == {"not_modified": 1}
    assert report(tmp_path)["postings"]["seen"] == 20


def judged(tmp_path, *instants, seen=20) -> list[str]:
    """Gates that the last of runs at these instants does not pass; the last one sees `seen` postings."""
    with open_corpus(tmp_path / "b.db", write=True) as corpus:
        ledger = Ledger(corpus)
        for number, at in enumerate(instants, 1):
            run = ledger.begin("crawl", {})
            count = seen if number == len(instants) else 20
            ledger.record(run.run_id, BoardVisit(ACME, at, "ok", tuple(made(count))))
            if number < len(instants):
                ledger.finish(run.run_id, "ok", "")
        return [finding.gate for finding in _postings(corpus, run.run_id, "crawl", "{}")]


def test_a_look_within_the_second_of_another_is_no_loss_of_postings(tmp_path):
    days = [f"2026-03-0{day}T06:00:00Z" for day in range(1, trust().gates.least_runs + 2)]
    assert judged(tmp_path, *days, days[-1]) == []


def test_postings_that_are_gone_are_a_loss(tmp_path):
    days = [f"2026-03-0{day}T06:00:00Z" for day in range(1, trust().gates.least_runs + 3)]
    assert judged(tmp_path, *days, seen=5) == ["postings"]


def test_descriptions_that_vanish_are_said(platform, tmp_path):
    platform.boards = {"acme": [board(*range(30)), board(*range(30), descriptionHtml="")]}
    assert crawl(platform, tmp_path).returncode == 0
    done = crawl(platform, tmp_path)
    assert done.returncode == 1
    assert "description filled fell from 100% to 0%" in done.stderr
    assert query(tmp_path / "a.db", "SELECT count(*) FROM posting_texts") == [(30,)]


ACME = Board("ashby", "acme", employer="Acme Robotics")


def counted(postings, rejects=()) -> Fields:
    fields = Fields()
    fields.add(BoardVisit(ACME, "2026-03-02T06:00:00Z", "ok", tuple(postings), tuple(rejects)))
    return fields


def made(count, title="Machine Learning Engineer", **more) -> list[Posting]:
    return [Posting(str(n), f"{title} {n}", **more) for n in range(count)]


def gates(fields, before=None) -> list[str]:
    return [finding.gate for finding in _fields("ashby", fields, before or {})]


def before(postings, **shares) -> dict:
    return {"postings": postings, "fields": shares}


@pytest.mark.parametrize(("unreadable", "found"), [(10, []), (11, ["markup"])])
def test_markup_that_cannot_be_read(unreadable, found):
    rejects = [Reject(UNREADABLE, "{")] * unreadable
    assert gates(counted(made(100, description_html=LONG), rejects)) == found


def test_only_texts_that_should_have_come_are_missed():
    others = counted(made(50, title="Account Executive"))
    assert "description" not in others.shares()
    known = counted(made(50, has_known_text=True))
    assert gates(known, before(50, description=1.0)) == []
    assert gates(counted(made(50)), before(50, description=1.0)) == ["fields", "fields"]


@pytest.mark.parametrize(
    ("now", "earlier", "found"),
    [
        (400, 400, ["fields"]),
        (400, 2000, []),  # a part of the boards is read today: other boards, another share
        (30, 30, []),  # so few that it may be chance
        (10, 10, []),
    ],
)
def test_a_share_falls_only_where_it_can_be_compared(now, earlier, found):
    fields = counted(made(now, description_html=LONG))
    assert gates(fields, before(earlier, salary=0.2, description=1.0)) == found


SHORT = "import crawler.settings as s; s.DOWNLOAD_TIMEOUT = 1; from corpus.cli import main; main()"
"""`mljobs` with a second of patience for a whole answer."""


def test_a_body_that_comes_too_slowly_is_a_timeout_and_holds_nobody_up(platform, tmp_path):
    platform.boards = {f"b{n}": [board(n)] for n in range(10)}
    platform.boards["slow"] = [Answer(body=board(99).body, trickle=0.1)]  # more than a minute for all of it
    platform.write_boards(tmp_path / "boards.csv")
    done = subprocess.run(
        [sys.executable, "-c", SHORT, "crawl", "--boards", tmp_path / "boards.csv", "--db", tmp_path / "a.db"],
        capture_output=True,
        text=True,
        timeout=40,
        check=False,
    )
    assert "Traceback" not in done.stderr
    found = outcomes(tmp_path / "a.db")
    assert found.pop("slow") == "timeout"
    assert set(found.values()) == {"ok"}


def test_status_says_it_to_people_and_to_programs(platform, tmp_path):
    platform.boards = {"good": [board(1, 2)], "gone": [Answer(404)]}
    crawl(platform, tmp_path)
    data = json.loads(mljobs("status", "--json", "--db", tmp_path / "a.db").stdout)
    assert [run["status"] for run in data["runs"]] == ["check_failed"]
    assert data["boards"]["count"] == 2
    assert data["boards"]["last_outcome"] == {"ok": 1, "gone_404": 1}
    assert [row["board"] for row in data["boards"]["troubled"]] == ["ashby:gone"]
    assert (data["postings"]["count"], data["postings"]["open"]) == (2, 2)
    text = mljobs("status", "--db", tmp_path / "a.db").stdout
    assert "check_failed" in text
    assert "ashby:gone" in text
    assert "2 postings, 2 open, 2 with text" in text
