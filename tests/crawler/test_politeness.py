"""What Scrapy is told, and that nothing makes it less polite."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scrapy.http import Request, Response, TextResponse
from scrapy.utils.test import get_crawler

from corpus.records import Board
from crawler import settings
from crawler.crawl import with_slots
from crawler.outcomes import Unreadable, accept, failure, parse_json
from crawler.platforms import platforms
from crawler.politeness import PauseMiddleware, is_loopback, retry_after
from crawler.spiders.base import with_base


def test_a_probe_that_never_comes_back_is_replaced_by_the_next_request():
    crawler = get_crawler(settings_dict={"DOWNLOAD_TIMEOUT": 0.02})
    crawler.engine = SimpleNamespace(downloader=SimpleNamespace(get_slot_key=lambda _: "ashby", slots={}))
    pauses = PauseMiddleware.from_crawler(crawler)
    lost, waiting = Request("https://api.ashbyhq.com/lost"), Request("https://api.ashbyhq.com/waiting")

    async def play():
        pauses._provider(lost).is_probed = True
        await pauses.process_request(lost)
        await asyncio.wait_for(pauses.process_request(waiting), 5)

    asyncio.run(play())
    assert waiting.meta["is_probe"]


NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


def test_the_defaults_are_polite():
    assert settings.ROBOTSTXT_OBEY
    assert settings.DOWNLOAD_DELAY >= 1
    assert settings.CONCURRENT_REQUESTS_PER_DOMAIN <= 4
    assert settings.DOWNLOAD_MAXSIZE <= 64 * 1024 * 1024
    assert not settings.TELNETCONSOLE_ENABLED
    assert not settings.REMOTE_CONTROL_ENABLED
    assert not settings.COOKIES_ENABLED
    assert settings.USER_AGENT.startswith("mljobs/")


@pytest.mark.parametrize("name", platforms())
@pytest.mark.parametrize("delay", [None, 0, 0.01, 3.0])
@pytest.mark.parametrize("base", [None, "https://jobs.example.org", "http://127.0.0.1.example.org:80"])
def test_nobody_but_loopback_is_asked_faster_than_is_polite(name, delay, base):
    spider = with_slots(platforms()[name], [Board(name, "acme", api_base=base)], delay)
    assert spider.custom_settings["DOWNLOAD_DELAY"] >= max(settings.LEAST_DELAY, delay or 0)
    for slot in spider.custom_settings["DOWNLOAD_SLOTS"].values():
        assert slot["delay"] >= max(settings.LEAST_DELAY, delay or 0)
        assert slot.get("concurrency", 1) <= settings.CONCURRENT_REQUESTS_PER_DOMAIN


def test_loopback_may_be_asked_without_delay():
    spider = with_slots(platforms()["ashby"], [Board("ashby", "acme", api_base="http://127.0.0.1:9/x")], None)
    assert spider.custom_settings["DOWNLOAD_SLOTS"]["127.0.0.1:9"]["delay"] == 0
    assert spider.custom_settings["DOWNLOAD_SLOTS"]["ashby"]["delay"] >= settings.LEAST_DELAY


@pytest.mark.parametrize(
    ("host", "is_own"),
    [
        ("127.0.0.1", True),
        ("127.8.0.1", True),
        ("localhost", True),
        ("::1", True),
        ("10.0.0.1", False),
        ("127.0.0.1.evil.example", False),
        ("api.ashbyhq.com", False),
    ],
)
def test_what_loopback_is(host, is_own):
    assert is_loopback(host) is is_own


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("120", 120.0),
        ("0", 0.0),
        ("Sun, 01 Mar 2026 12:00:30 GMT", 30.0),
        ("Sun, 01 Mar 2026 11:00:00 GMT", 0.0),
        ("Sunday, 01-Mar-26 12:01:00 GMT", 60.0),
        ("", None),
        ("soon", None),
        ("-5", None),
        ("1.5", None),
    ],
)
def test_retry_after(value, seconds):
    assert retry_after(Response("https://x.example", headers={"Retry-After": value}), NOW) == seconds


@given(st.text(st.characters(max_codepoint=255), max_size=40))
def test_retry_after_never_raises(value):
    found = retry_after(Response("https://x.example", headers={"Retry-After": value.encode("latin-1")}), NOW)
    assert found is None or found >= 0


@pytest.mark.parametrize(
    ("status", "body", "outcome"),
    [
        (404, b"", "gone_404"),
        (410, b"", "gone_404"),
        (429, b"", "throttled"),
        (401, b"", "blocked"),
        (403, b"", "blocked"),
        (451, b"", "blocked"),
        (400, b"", "http_error"),
        (500, b"", "http_error"),
        (302, b"", "http_error"),
        (200, b"<html><head><title>Just a moment...</title>", "blocked"),
        (403, b"<html><head><title>Attention Required! | Cloudflare</title>", "blocked"),
        (503, b"<script src='/cdn-cgi/challenge-platform/h/b'>", "blocked"),
    ],
)
def test_a_status_and_a_body_stand_for_an_outcome(status, body, outcome):
    with pytest.raises(Unreadable) as caught:
        accept(TextResponse("https://x.example", status=status, body=body))
    assert caught.value.outcome == outcome
    assert caught.value.http_status == status


def test_content_that_speaks_of_challenges_is_content():
    body = b'{"jobs": [{"title": "Captcha Engineer", "text": "<title>Just a moment...</title> px-captcha"}]}'
    assert accept(TextResponse("https://x.example", body=body)).body == body


@pytest.mark.parametrize("body", [b"", b"  ", b"<html>", b'{"jobs": [', b"[1, 2]", b"\xff\xfe", b"[" * 100_000])
def test_what_is_no_json_object_is_a_parse_error(body):
    with pytest.raises(Unreadable) as caught:
        parse_json(TextResponse("https://x.example", body=body), dict)
    assert caught.value.outcome == "parse_error"


@pytest.mark.parametrize(
    ("error", "outcome"),
    [
        (TimeoutError(), "timeout"),
        (ConnectionResetError(), "network_error"),
        (KeyError("x"), "parse_error"),
        (RecursionError(), "parse_error"),
    ],
)
def test_an_exception_stands_for_an_outcome(error, outcome):
    assert failure(error).outcome == outcome


@pytest.mark.parametrize(
    ("base", "url"),
    [
        ("http://127.0.0.1:8000", "http://127.0.0.1:8000/v1/boards/a?x=1"),
        ("http://127.0.0.1:8000/copy/", "http://127.0.0.1:8000/copy/v1/boards/a?x=1"),
    ],
)
def test_api_base_takes_the_place_of_scheme_and_host(base, url):
    assert with_base("https://api.example.org/v1/boards/a?x=1", base) == url


@pytest.mark.parametrize("name", platforms())
def test_every_spider_asks_below_a_boards_own_address(name, monkeypatch):
    for key in ("ADZUNA_APP_ID", "ADZUNA_APP_KEY"):
        monkeypatch.setenv(key, "example")
    spider = platforms()[name]()
    board = Board(name, "acme", api_base="http://127.0.0.1:8000")
    try:
        first = spider.first_request(board)
    except Unreadable:  # a token of another form is needed
        return
    assert isinstance(first, Request)
    assert spider.rebased(first, board).url.startswith("http://127.0.0.1:8000/")
