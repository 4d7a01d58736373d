"""The past out of public archives: played by functions, in the shapes that the real ones have."""

from __future__ import annotations

import asyncio
import gzip
import io
import json

import pytest
from scrapy.http import TextResponse
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from corpus.db import open_corpus
from corpus.ledger import Ledger
from corpus.records import Board
from crawler.history import HistorySpider
from tests.crawler.loopback import board as answer

BOARD = Board("ashby", "acme", employer="Acme")
URL = "https://api.ashbyhq.com/posting-api/job-board/acme"


def looks(fetch, archive="wayback", since="20200101", until="20261231", **more):
    spider = HistorySpider(archive_name=archive, since=since, until=until, **more)

    async def run():
        return [v async for v in spider.looks(BOARD, fetch, lambda: "2026-05-01T00:00:00Z")]

    return asyncio.run(run())


class Wayback:
    """Captures by time stamp; `moved` ones answer with another capture's time."""

    def __init__(self, captures, moved=None, extra_rows=()) -> None:
        self.captures, self.moved, self.extra, self.asked = captures, moved or {}, list(extra_rows), []

    async def __call__(self, request):
        self.asked.append(request.url)
        if "/cdx/search/cdx" in request.url:
            rows = [
                [stamp, f"{URL}?includeCompensation=true", f"D{body.count(b'title')}"]
                for stamp, body in self.captures.items()
            ]
            if "resumeKey=" in request.url:
                page = [["timestamp", "original", "digest"], *rows[2:], *self.extra]
            else:
                page = [["timestamp", "original", "digest"], *rows[:2], [], ["next"]]
            return TextResponse(request.url, body=json.dumps(page).encode())
        stamp = request.url.split("/web/")[1][:14]
        stamp = self.moved.get(stamp, stamp)
        return TextResponse(f"https://web.archive.org/web/{stamp}id_/{URL}", body=self.captures.get(stamp, b""))


CAPTURES = {
    "20230105101010": answer(1, 2).body,
    "20230310101010": answer(1, 2).body,
    "20230601101010": answer(2, 3, 4).body,
    "20240101101010": answer(4).body,
}


def test_every_capture_is_a_visit_of_its_time_and_closes_nothing(tmp_path):
    visits = looks(Wayback(CAPTURES))
    assert [v.visited_at for v in visits] == [
        "2023-01-05T10:10:10Z",
        "2023-03-10T10:10:10Z",
        "2023-06-01T10:10:10Z",
        "2024-01-01T10:10:10Z",
    ]
    assert all(v.from_archive and v.outcome == "ok" for v in visits)
    with open_corpus(tmp_path / "a.db", write=True) as corpus:
        ledger = Ledger(corpus)
        run = ledger.begin("crawl", {}).run_id
        for visit in visits:
            assert ledger.record(run, visit).closed == 0
        spans = corpus.rows("SELECT external_id, first_seen_at, last_seen_at, closed_at FROM postings ORDER BY 1")
        assert [tuple(row) for row in spans][:2] == [
            ("id-1", "2023-01-05T10:10:10Z", "2023-03-10T10:10:10Z", None),
            ("id-2", "2023-01-05T10:10:10Z", "2023-06-01T10:10:10Z", None),
        ]
        assert corpus.value("SELECT count(*) FROM visits WHERE is_archive") == 4
        assert ledger.complete_visits(BOARD) == {v.visited_at for v in visits}


def test_an_unchanged_capture_is_not_fetched_twice_and_a_known_one_not_at_all():
    archive = Wayback(CAPTURES)
    looks(archive)
    assert sum("id_/" in url for url in archive.asked) == 3
    archive = Wayback(CAPTURES)
    known = frozenset({"2023-01-05T10:10:10Z", "2024-01-01T10:10:10Z"})
    assert len(looks(archive, known_visits=lambda board: known)) == 2


def test_a_capture_that_answers_with_another_time_counts_at_that_time():
    visits = looks(Wayback(CAPTURES, moved={"20230105101010": "20230310101010"}))
    assert visits[0].visited_at == "2023-03-10T10:10:10Z"


def test_rows_of_other_boards_and_broken_rows_are_left_out():
    extra = [["20230707101010", f"{URL}-labs", "D9"], ["2023", URL, "D9"], [None, URL, "D9"], ["x"], "y"]
    assert len(looks(Wayback(CAPTURES, extra_rows=extra))) == 4


@pytest.mark.parametrize(
    ("status", "body", "outcome"),
    [
        (403, b"org.archive.util.io.RuntimeIOException: Blocked Site Error", "blocked"),
        (200, b"Blocked Site Error", "robots_denied"),
        (429, b"", "throttled"),
        (200, b"<html>", "http_error"),
    ],
)
def test_trouble_of_the_archive_is_no_statement_on_the_board(status, body, outcome):
    async def fetch(request):
        return TextResponse(request.url, status=status, body=body)

    visits = looks(fetch)
    assert [(v.outcome, v.from_archive) for v in visits] == [(outcome, True)]


def warc(body: bytes) -> bytes:
    out = io.BytesIO()
    writer = WARCWriter(out, gzip=True)
    headers = StatusAndHeaders("200 OK", [("Content-Type", "application/json")], protocol="HTTP/1.1")
    writer.write_record(writer.create_warc_record(URL, "response", payload=io.BytesIO(body), http_headers=headers))
    return out.getvalue()


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # warcio's writer leaves a spool open
def test_common_crawl_by_index_and_byte_range():
    record = warc(answer(1, 2).body)
    assert gzip.decompress(record)

    async def fetch(request):
        if request.url.endswith("collinfo.json"):
            crawls = [
                {"id": name, "cdx-api": f"https://index.commoncrawl.org/{name}-index", "from": begins, "to": ends}
                for name, begins, ends in (
                    ("CC-MAIN-2025-33", "2025-08-02T22:09:07", "2025-08-15T23:42:38"),
                    ("CC-MAIN-2025-30", "2025-07-09T00:00:00", "2025-07-21T00:00:00"),
                    ("CC-MAIN-2012", "2012-01-01T00:00:00", "2012-02-01T00:00:00"),
                )
            ]
            return TextResponse(request.url, body=json.dumps(crawls).encode())
        if "2025-30-index" in request.url:
            return TextResponse(request.url, status=404, body=b'{"message": "No Captures found"}')
        if "-index" in request.url:
            assert "2012" not in request.url
            row = {
                "timestamp": "20250804103329",
                "url": URL,
                "status": "200",
                "filename": "crawl-data/x.warc.gz",
                "offset": "77",
                "length": str(len(record)),
            }
            return TextResponse(request.url, body=json.dumps(row).encode() + b"\nbroken\n")
        assert request.headers["Range"] == f"bytes=77-{76 + len(record)}".encode()
        return TextResponse(request.url, status=206, body=record)

    (visit,) = looks(fetch, "commoncrawl")
    assert (visit.visited_at, visit.outcome, len(visit.postings)) == ("2025-08-04T10:33:29Z", "ok", 2)
