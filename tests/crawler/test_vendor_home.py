"""A tenant that is no longer there: its host sends us on to the platform's own, and that is a 404 in other words."""

import asyncio

import pytest
from scrapy.http import HtmlResponse

from corpus.records import Board
from crawler.outcomes import is_home_of_vendor
from crawler.platforms import platform


@pytest.mark.parametrize(
    ("asked", "answered", "is_home"),
    [
        ("https://acme.breezy.hr/json?verbose=true", "https://breezy.hr/", True),
        ("https://acme.bamboohr.com/careers/list", "https://www.bamboohr.com/", True),
        ("https://acme.jobs.personio.de/xml?language=en", "https://www.personio.de/", True),
        ("https://acme.breezy.hr/json", "https://acme.breezy.hr/login", False),
        ("https://acme.recruitee.com/api/offers/", "https://jobs.acme.example/api/offers/", False),
        ("https://www.acme.example/jobs", "https://acme.example/jobs", False),
        ("http://127.0.0.1:8000/json", "http://127.0.0.1:8000/", False),
    ],
)
def test_only_the_platforms_own_home_counts(asked, answered, is_home):
    assert is_home_of_vendor(asked, answered) == is_home


def test_such_a_board_is_gone_and_not_broken():
    spider = platform("breezy")(())

    async def fetch(request):
        return HtmlResponse("https://breezy.hr/", body=b"<html><h1>Hire faster</h1></html>", request=request)

    async def run():
        return [v async for v in spider.looks(Board("breezy", "acme"), fetch, lambda: "2026-05-01T00:00:00Z")]

    (visit,) = asyncio.run(run())
    assert (visit.outcome, visit.http_status) == ("gone_404", 200)
    assert "https://breezy.hr/" in visit.detail
