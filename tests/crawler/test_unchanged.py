"""What has not changed is not read again, and nothing is lost by that."""

from __future__ import annotations

import asyncio
import hashlib
import json
from datetime import UTC, datetime, timedelta

import pytest

from corpus.db import open_corpus
from corpus.ledger import LastReading, Ledger
from corpus.records import Board, BoardVisit, Posting, Reject
from corpus.trust import trust
from crawler.spiders.ashby import AshbySpider
from crawler.spiders.bamboohr import BamboohrSpider
from tests.crawler.loopback import Answer, Platform, board
from tests.crawler.running import content, mljobs, query
from tests.crawler.spiders.replay import answer

ACME = Board("ashby", "acme", employer="Acme Robotics")
TEXT = "<p>Count fish from video, with Python and a good eye for seals that are no fish.</p>"


@pytest.fixture
def platform():
    with Platform() as running:
        yield running


def crawl(platform, tmp_path, *more) -> list[tuple]:
    """The rows of the ledger after one more crawl."""
    platform.write_boards(tmp_path / "boards.csv")
    mljobs("crawl", "--boards", tmp_path / "boards.csv", "--db", tmp_path / "a.db", *more)
    return query(tmp_path / "a.db", "SELECT outcome, is_complete, posting_count FROM visits ORDER BY visit_id")


def test_an_unchanged_board_is_seen_again_without_being_read(platform, tmp_path):
    platform.boards = {"acme": [board(1, 2, 3)]}
    crawl(platform, tmp_path)
    before = content(tmp_path / "a.db")
    assert crawl(platform, tmp_path) == [("ok", 1, 3), ("not_modified", 1, 3)]
    assert content(tmp_path / "a.db") == before
    visits = query(tmp_path / "a.db", "SELECT visited_at FROM visits ORDER BY 1")
    seen = "SELECT DISTINCT first_seen_at, last_seen_at, next_visit_at FROM episodes"
    assert query(tmp_path / "a.db", seen) == [(visits[0][0], visits[1][0], None)]


def test_a_changed_board_is_read_and_then_compared_with_its_new_answer(platform, tmp_path):
    platform.boards = {"acme": [board(1, 2), board(2, 3)]}
    assert [crawl(platform, tmp_path)[-1][0] for _ in range(3)] == ["ok", "ok", "not_modified"]
    absent = "SELECT external_id FROM postings p JOIN episodes e USING (posting_id) WHERE e.next_visit_at IS NOT NULL"
    assert query(tmp_path / "a.db", absent) == [("id-1",)]


def test_other_texts_wanted_means_reading_again(platform, tmp_path):
    platform.boards = {"acme": [board(1, 2, title="Account Executive")]}
    crawl(platform, tmp_path)
    assert crawl(platform, tmp_path, "--all")[-1][0] == "ok"
    assert query(tmp_path / "a.db", "SELECT count(*) FROM posting_texts") == [(2,)]


def test_a_board_that_shows_the_same_after_a_failure_is_unchanged(platform, tmp_path):
    platform.boards = {"acme": [board(1), Answer(404), board(1)]}
    assert [crawl(platform, tmp_path)[-1][0] for _ in range(3)] == ["ok", "gone_404", "not_modified"]


def look(answers, **options) -> tuple[BoardVisit, list]:
    """One visit of an Ashby board that answers so, and the requests that it made."""
    asked = []

    async def fetch(request):
        asked.append(request)
        return answers(request)

    async def visit():
        return [found async for found in AshbySpider((), **options).looks(ACME, fetch, lambda: "2026-03-02T06:00:00Z")]

    (found,) = asyncio.run(visit())
    return found, asked


def test_the_etag_of_the_last_reading_is_sent_and_304_is_a_whole_visit():
    known = LastReading("0" * 64, '"v1"')
    visit, (request,) = look(lambda request: answer(request, b"", status=304), last_reading=lambda _: known)
    assert request.headers["If-None-Match"] == b'"v1"'
    assert visit.outcome == "not_modified"


@pytest.mark.parametrize("known", [None, LastReading("0" * 64, None)])
def test_without_an_etag_nothing_is_sent(known):
    visit, (request,) = look(lambda request: answer(request, board(1).body), last_reading=lambda _: known)
    assert "If-None-Match" not in request.headers
    assert visit.outcome == "ok"


def test_an_archive_gets_the_whole_answer():
    known = LastReading(hashlib.sha256(board(1).body).hexdigest(), '"v1"')
    visit, (request,) = look(
        lambda request: answer(request, board(1).body), last_reading=lambda _: known, archive=object()
    )
    assert "If-None-Match" not in request.headers
    assert visit.outcome == "not_modified"


@pytest.fixture
def ledger(tmp_path):
    with open_corpus(tmp_path / "a.db", write=True) as corpus:
        ledger = Ledger(corpus)
        ledger.set_source("ashby", "ats", name="Ashby")
        yield ledger


def hours_ago(hours: float) -> str:
    return (datetime.now(UTC) - timedelta(hours=hours)).strftime("%Y-%m-%dT%H:%M:%SZ")


def visited(ledger: Ledger, **more) -> LastReading | None:
    """What is known of a board after one visit of yesterday, or as the changes say."""
    run = ledger.begin("crawl", {"all": False})
    visit = {
        "board": ACME,
        "visited_at": hours_ago(24),
        "outcome": "ok",
        "postings": (Posting("1", "Machine Learning Engineer", description_html=TEXT),),
        "response_sha256": "a" * 64,
        "request_count": 1,
    }
    ledger.record(run.run_id, BoardVisit(**(visit | more)))
    return ledger.last_reading(ACME)


def test_a_whole_reading_is_remembered(ledger):
    assert visited(ledger, etag='"v1"') == LastReading("a" * 64, '"v1"')


@pytest.mark.parametrize(
    "more",
    [
        {"request_count": 2},
        {"response_sha256": None},
        {"outcome": "truncated"},
        {"rejects": (Reject("no title", "{}"),)},
        {"visited_at": hours_ago(24 * trust().read_anew_days + 1)},
        {"board": Board("ashby", "acme", employer="Another Name")},
    ],
    ids=lambda more: next(iter(more)),
)
def test_what_must_be_read_again(ledger, more):
    assert visited(ledger, **more) is None


def test_a_later_reading_that_is_not_believed_must_be_read_again(ledger):
    assert visited(ledger) is not None
    assert visited(ledger, visited_at=hours_ago(12), outcome="ok_empty", postings=()) is None


def test_another_version_reads_anew(ledger):
    assert visited(ledger) is not None
    ledger.corpus.connection.execute("UPDATE runs SET mljobs_version = '0.0.1'")
    assert ledger.last_reading(ACME) is None


def test_texts_that_are_known(ledger):
    ml, sales = (Posting(str(n), t, description_html=TEXT) for n, t in enumerate(["ML Engineer", "Sales Lead"]))
    visited(ledger, postings=(ml, sales))
    assert ledger.texts_of(ACME) == {"0": "ML Engineer"}


FISH = Board("bamboohr", "saltmarsh")
NUMBERS = [str(n) for n in range(60)]


def pages_asked(known: dict[str, str]) -> tuple[list[str], list[Posting]]:
    """Which postings' own pages are asked for where these are known, and the postings."""
    rows = [{"id": n, "jobOpeningName": f"ML Engineer {n}", "location": {"city": "Halifax"}} for n in NUMBERS]
    asked = []

    async def fetch(request):
        asked.append(request.url.split("/")[-2])
        return answer(request, {"result": {"jobOpening": {"description": TEXT}}})

    async def read():
        spider = BamboohrSpider((), known_texts=lambda _: known)
        first = answer(spider.first_request(FISH), json.dumps({"meta": {"totalCount": len(rows)}, "result": rows}))
        return await spider.read(FISH, first, fetch)

    return asked, list(asyncio.run(read()).postings)


def test_a_page_that_was_read_is_asked_for_again_only_in_its_turn():
    asked, postings = pages_asked({n: f"ML Engineer {n}" for n in NUMBERS})
    assert 0 < len(asked) < len(NUMBERS) / trust().read_anew_days * 2.5
    assert {p.external_id for p in postings if not p.has_known_text} == set(asked)
    assert all(bool(p.description_html) != p.has_known_text for p in postings)


def test_a_posting_that_is_new_or_has_another_title_is_asked_for():
    known = {n: f"ML Engineer {n}" for n in NUMBERS[2:]} | {"1": "Machine Learning Engineer"}
    asked, _ = pages_asked(known)
    assert {"0", "1"} <= set(asked)


def test_what_is_known_stays_as_it_is(ledger):
    visited(ledger)
    before = ledger.corpus.rows("SELECT source_hash, text_hash FROM postings")
    visited(
        ledger,
        visited_at=hours_ago(1),
        postings=(Posting("1", "Machine Learning Engineer", location="2 places", has_known_text=True),),
    )
    assert [tuple(row) for row in ledger.corpus.rows("SELECT source_hash, text_hash FROM postings")] == [
        tuple(row) for row in before
    ]
