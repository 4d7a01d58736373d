"""Whole crawls against a platform that misbehaves: every board has its outcome, nothing else suffers."""

from __future__ import annotations

import email.utils
import itertools
import json
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.crawler.loopback import Answer, Platform, board
from tests.crawler.running import content, mljobs, outcomes, query, start


@pytest.fixture
def platform():
    with Platform() as running:
        yield running


def boards_file(platform, tmp_path) -> Path:
    platform.write_boards(tmp_path / "boards.csv")
    return tmp_path / "boards.csv"


def crawl(platform, tmp_path, *more, tokens=None):
    platform.write_boards(tmp_path / "boards.csv", tokens)
    return mljobs("crawl", "--boards", tmp_path / "boards.csv", "--db", tmp_path / "a.db", *more)


BAD = {
    "gone": ([Answer(404, b"Not Found")], "gone_404"),
    "removed": ([Answer(410)], "gone_404"),
    "broken": ([Answer(500, b"oops")], "http_error"),
    "html": ([Answer(200, b"<!doctype html><html><body>Welcome</body></html>")], "parse_error"),
    "truncated": ([Answer(200, board(1, 2).body[:-40])], "parse_error"),
    "cut": ([Answer(200, board(1, 2).body, cut=True)], "network_error"),
    "nothing": ([Answer(200, b"")], "parse_error"),
    "list": ([Answer(200, b"[]")], "parse_error"),
    "nojobs": ([Answer(200, b'{"error": "x"}')], "parse_error"),
    "forbidden": ([Answer(403, b"no")], "blocked"),
    "wall": ([Answer(200, b"<html><title>Just a moment...</title></html>")], "blocked"),
    "resets": ([Answer(reset=True)], "network_error"),
    "huge": ([Answer(megabytes=200)], "http_error"),
    "empty": ([board()], "ok_empty"),
    "elsewhere": ([Answer(302, headers={"Location": "/nowhere"})], "gone_404"),
}


def test_each_kind_of_trouble_is_an_outcome_and_no_other_board_suffers(platform, tmp_path):
    platform.boards = {name: answers for name, (answers, _) in BAD.items()}
    good = [f"good{n}" for n in range(12)]
    platform.boards |= {name: [board(*range(5))] for name in good}
    done = crawl(platform, tmp_path)
    assert done.returncode == 1  # fewer than 90 % of the boards could be read
    assert "boards could be read" in done.stderr
    assert "Traceback" not in done.stderr
    found = outcomes(tmp_path / "a.db")
    assert found == {name: outcome for name, (_, outcome) in BAD.items()} | dict.fromkeys(good, "ok")
    assert query(tmp_path / "a.db", "SELECT count(*) FROM postings") == [(60,)]
    report = json.loads((tmp_path / "runs" / "a" / "latest.json").read_text())
    assert not report["is_healthy"]
    assert report["outcomes"]["ok"] == 12


def test_retry_after_in_seconds_pauses_the_whole_provider(platform, tmp_path):
    platform.boards = {"limited": [Answer(429, headers={"Retry-After": "1"}), board(1)], "other": [board(2)]}
    assert crawl(platform, tmp_path, "--at-once", "1").returncode == 0
    first, second = platform.times("limited")
    assert second - first >= 1.0
    assert min(platform.times("other")) - first >= 1.0
    assert set(outcomes(tmp_path / "a.db").values()) == {"ok"}


def test_retry_after_as_a_date_is_kept(platform, tmp_path):
    moment = datetime.now(UTC) + timedelta(seconds=5)
    date = email.utils.format_datetime(moment.replace(microsecond=0), usegmt=True)
    platform.boards = {"limited": [Answer(503, headers={"Retry-After": date}), board(1)]}
    assert crawl(platform, tmp_path).returncode == 0
    now, wall = time.monotonic(), datetime.now(UTC)
    retried = wall - timedelta(seconds=now - platform.times("limited")[1])
    assert retried >= moment.replace(microsecond=0) - timedelta(seconds=0.2)


def test_a_long_retry_after_ends_the_provider_for_this_run(platform, tmp_path):
    platform.boards = {"a": [Answer(429, headers={"Retry-After": "3600"})]} | {f"b{n}": [board(n)] for n in range(5)}
    done = crawl(platform, tmp_path, "--at-once", "1")
    assert done.returncode == 1
    assert set(outcomes(tmp_path / "a.db").values()) == {"throttled"}
    assert len(platform.hits) == 1


def test_a_storm_of_429_passes_and_loses_nothing(platform, tmp_path):
    storm = {0: 2, 8: 1, 16: 1}  # four in all, in whatever order they are met: five failed probes in a row give up
    platform.boards = {f"b{n}": [*[Answer(429)] * storm.get(n, 0), board(n, n + 100)] for n in range(24)}
    done = crawl(platform, tmp_path)
    assert done.returncode == 0, done.stderr
    assert query(tmp_path / "a.db", "SELECT count(*) FROM postings") == [(48,)]


def test_a_probe_that_is_sent_on_does_not_wait_for_itself(platform, tmp_path):
    moved = Answer(302, headers={"Location": "?again=1"})
    platform.boards = {f"b{n}": [Answer(429), moved, board(n)] for n in range(6)}
    done = mljobs("crawl", "--boards", boards_file(platform, tmp_path), "--db", tmp_path / "a.db", timeout=60)
    assert done.returncode == 0, done.stderr
    assert set(outcomes(tmp_path / "a.db").values()) == {"ok"}


def test_errors_that_pass_are_retried(platform, tmp_path):
    platform.boards = {
        "a": [Answer(500), board(1)],
        "b": [Answer(reset=True), board(2)],
        "c": [Answer(502), Answer(503), board(3)],
    }
    assert crawl(platform, tmp_path).returncode == 0
    assert set(outcomes(tmp_path / "a.db").values()) == {"ok"}


def test_robots_txt_is_an_outcome(platform, tmp_path):
    platform.robots = Answer(body=b"User-agent: *\nDisallow: /posting-api/job-board/secret\n")
    platform.boards = {"secret": [board(1)], "open": [board(2)]}
    crawl(platform, tmp_path)
    assert outcomes(tmp_path / "a.db") == {"secret": "robots_denied", "open": "ok"}
    assert not platform.times("secret")


def test_robots_txt_that_cannot_be_read_keeps_us_out(platform, tmp_path):
    platform.robots = Answer(500)
    platform.boards = {"a": [board(1)]}
    crawl(platform, tmp_path)
    assert outcomes(tmp_path / "a.db") == {"a": "robots_denied"}


def test_crawl_delay_is_applied_and_we_say_who_we_are(platform, tmp_path, monkeypatch):
    monkeypatch.setenv("MLJOBS_CONTACT", "crawl@example.org")
    platform.robots = Answer(body=b"User-agent: *\nCrawl-delay: 0.5\n")
    platform.boards = {f"b{n}": [board(n)] for n in range(3)}
    crawl(platform, tmp_path)
    times = sorted(at for at, _ in platform.hits)
    assert all(b - a >= 0.3 for a, b in itertools.pairwise(times))
    assert all("mljobs/" in agent and "crawl@example.org" in agent for agent in platform.agents)


def test_a_second_crawl_adds_nothing_and_a_failed_one_closes_nothing(platform, tmp_path):
    platform.boards = {f"b{n}": [board(*range(n, n + 12))] for n in range(4)}
    crawl(platform, tmp_path)
    before = content(tmp_path / "a.db")
    assert "0 new, 0 changed" in crawl(platform, tmp_path).stdout
    assert content(tmp_path / "a.db") == before
    platform.boards = {name: [Answer(500)] for name in platform.boards}
    assert crawl(platform, tmp_path).returncode == 1
    assert content(tmp_path / "a.db") == before
    assert query(tmp_path / "a.db", "SELECT count(*) FROM episodes WHERE next_visit_at IS NOT NULL") == [(0,)]


def test_a_killed_run_is_taken_up_again_with_the_same_tables(platform, tmp_path):
    platform.boards = {f"b{n}": [Answer(**{**vars(board(*range(n, n + 20))), "delay": 0.02})] for n in range(60)}
    whole = tmp_path / "whole"
    whole.mkdir()
    crawl(platform, whole)
    platform.rewind()
    platform.write_boards(tmp_path / "boards.csv")
    command = ("crawl", "--boards", tmp_path / "boards.csv", "--db", tmp_path / "a.db", "--at-once", "2")
    for kills in (12, 25):
        running = start(*command)
        while len(platform.hits) < kills and running.poll() is None:
            time.sleep(0.005)
        running.kill()
        running.wait()
    platform.rewind()
    done = mljobs(*command)
    assert "taking up run 1 again" in done.stderr
    assert len(platform.hits) < 60  # what was done is not asked for again
    assert content(tmp_path / "a.db") == content(whole / "a.db")
    assert query(tmp_path / "a.db", "SELECT count(*), count(DISTINCT board_id) FROM visits") == [(60, 60)]
    assert query(tmp_path / "a.db", "SELECT status FROM runs") == [("ok",)]


def test_an_archived_crawl_can_be_read_again(platform, tmp_path):
    platform.boards = {f"b{n}": [board(*range(n, n + 7))] for n in range(5)} | {"gone": [Answer(404)]}
    platform.boards["late"] = [Answer(429), board(3)]
    platform.boards["dead"] = [Answer(reset=True)]
    crawl(platform, tmp_path, "--archive", tmp_path / "raw.warc.gz")
    again = tmp_path / "again.db"
    arguments = ("--boards", tmp_path / "boards.csv", "--from-archive", tmp_path / "raw.warc.gz")
    hits = len(platform.hits)
    mljobs("crawl", *arguments, "--db", again)
    assert len(platform.hits) == hits
    assert content(again) == content(tmp_path / "a.db")
    ledger = (
        "SELECT b.token, v.visited_at, v.outcome, v.is_complete, v.posting_count, v.response_sha256 "
        "FROM visits v JOIN boards b USING (board_id) ORDER BY 1, 2"
    )
    assert query(again, ledger) == query(tmp_path / "a.db", ledger)
    spans = "SELECT first_seen_at, last_seen_at FROM episodes ORDER BY 1, 2"
    assert query(again, spans) == query(tmp_path / "a.db", spans)


def test_two_runs_never_overlap(platform, tmp_path):
    platform.boards = {f"b{n}": [Answer(**{**vars(board(n)), "delay": 0.3})] for n in range(30)}
    platform.write_boards(tmp_path / "boards.csv")
    first = start("crawl", "--boards", tmp_path / "boards.csv", "--db", tmp_path / "a.db", "--at-once", "1")
    while not platform.hits and first.poll() is None:
        time.sleep(0.01)
    second = crawl(platform, tmp_path)
    first.kill()
    first.wait()
    assert second.returncode == 2
    assert "another crawl or import" in second.stderr
    assert len(second.stderr.splitlines()) == 1


def test_after_the_deadline_no_board_is_taken_up(platform, tmp_path):
    platform.boards = {f"b{n}": [board(n)] for n in range(4)}
    done = crawl(platform, tmp_path, "--deadline", "0.00001")
    assert done.returncode == 0
    assert "4 boards left for next time" in done.stdout
    assert not platform.hits


def test_with_a_deadline_those_whom_the_last_run_did_not_come_to_are_asked_first(platform, tmp_path):
    platform.boards = {f"b{n}": [board(n)] for n in range(4)}
    platform.write_boards(tmp_path / "half.csv", ["b0", "b1"])
    mljobs("crawl", "--boards", tmp_path / "half.csv", "--db", tmp_path / "a.db")
    platform.rewind()
    crawl(platform, tmp_path, "--deadline", "1", "--at-once", "1")
    assert [token for _, token in platform.hits] == ["b2", "b3", "b0", "b1"]


def test_texts_are_kept_for_wanted_roles_and_with_all_for_every_posting(platform, tmp_path):
    platform.boards = {"a": [board(1, 2, title="Account Executive")], "b": [board(3)]}
    crawl(platform, tmp_path)
    assert query(tmp_path / "a.db", "SELECT count(*), sum(text_hash IS NOT NULL) FROM postings") == [(3, 1)]
    assert query(tmp_path / "a.db", "SELECT DISTINCT language FROM postings") == [("en",)]
    crawl(platform, tmp_path, "--all")
    assert query(tmp_path / "a.db", "SELECT count(*), sum(text_hash IS NOT NULL) FROM postings") == [(3, 3)]
