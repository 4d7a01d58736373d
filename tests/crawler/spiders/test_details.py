"""Postings whose texts are on pages of their own: what a page that fails costs."""

from __future__ import annotations

import asyncio
import json

import pytest

from corpus.db import open_corpus
from corpus.ledger import Ledger
from corpus.records import Board, BoardVisit, Outcome
from crawler.outcomes import Unreadable, accept
from crawler.spiders.bamboohr import BamboohrSpider
from tests.crawler.spiders.replay import answer

BOARD = Board("bamboohr", "saltmarsh")
LIST = {
    "meta": {"totalCount": 4},
    "result": [
        {
            "id": str(n),
            "jobOpeningName": f"Machine Learning Engineer {n}",
            "location": {"city": "Halifax", "state": "Nova Scotia"},
        }
        for n in range(4)
    ],
}
TEXT = "<p>Count fish from video, with Python and a good eye for seals that are no fish.</p>"


def read(failing: dict[str, Outcome]):
    """The reading where the pages of some postings fail."""
    asked: list[str] = []

    async def fetch(request):
        number = request.url.split("/")[-2]
        asked.append(number)
        if number in failing:
            raise Unreadable("HTTP trouble", failing[number])
        return accept(answer(request, {"result": {"jobOpening": {"description": TEXT, "datePosted": "2026-02-02"}}}))

    async def visit():
        spider = BamboohrSpider(())
        return await spider.read(BOARD, answer(spider.first_request(BOARD), json.dumps(LIST)), fetch)

    return asyncio.run(visit()), asked


@pytest.mark.parametrize("outcome", ["gone_404", "parse_error", "http_error"])
def test_one_page_costs_one_text(outcome: Outcome) -> None:
    reading, asked = read({"1": outcome})
    assert [bool(posting.description_html) for posting in reading.postings] == [True, False, True, True]
    assert asked == ["0", "1", "2", "3"]
    assert [reject.reason for reject in reading.rejects] == ["no text: HTTP trouble"]
    assert not reading.is_truncated


@pytest.mark.parametrize("outcome", ["throttled", "blocked", "timeout", "network_error", "robots_denied"])
def test_after_a_refusal_no_further_page_is_asked_for_and_the_list_stands(outcome: Outcome) -> None:
    reading, asked = read({"1": outcome})
    assert [bool(posting.description_html) for posting in reading.postings] == [True, False, False, False]
    assert asked == ["0", "1"]
    assert [reject.reason for reject in reading.rejects] == [
        "no text: HTTP trouble, so no further texts were asked for"
    ]


def test_a_text_that_is_known_is_not_lost_when_its_page_fails_today(tmp_path) -> None:
    corpus = open_corpus(tmp_path / "a.db", write=True)
    ledger = Ledger(corpus)
    ledger.set_source("bamboohr", "ats", name="BambooHR")
    run = ledger.begin("crawl", {}).run_id
    for day, failing in ((1, {}), (2, {"1": "blocked"}), (3, {})):
        reading, _ = read(failing)
        recorded = ledger.record(run, BoardVisit(BOARD, f"2026-02-0{day}T06:00:00Z", "ok", reading.postings))
        rows = list(corpus.rows("SELECT date_posted, text_length > 0 FROM postings ORDER BY external_id"))
        assert [tuple(row) for row in rows] == [("2026-02-02", 1)] * 4
    assert recorded.changed == 0
    corpus.close()


def test_remote_on_ashby_is_what_names_itself_so_and_not_is_remote_alone():
    from crawler.spiders.ashby import _posting as ashby_posting

    def mode(**more):
        return ashby_posting({"id": "1", "title": "Data Scientist", **more}).work_mode

    assert mode(location="Berlin", isRemote=True) is None
    assert mode(location="Remote - Germany", isRemote=True) == "remote"
    assert mode(location="Berlin", isRemote=True, workplaceType="Hybrid") == "hybrid"
