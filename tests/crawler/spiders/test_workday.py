"""Workday's ceiling: a tenant that counts no further than it does, repeats itself, and nests its facets."""

from __future__ import annotations

import asyncio
import json

import pytest

from corpus.records import Board
from crawler.outcomes import Unreadable, accept
from crawler.spiders.workday import WorkdaySpider
from tests.crawler.spiders.replay import answer

BOARD = Board("workday", "brightwell/Careers", region="wd3")


class Tenant:
    """Answers searches over `size` postings, each in one family, one of three places and one time type."""

    def __init__(
        self, size: int, ceiling: int, *, families: int = 8, clamps: bool = True, lost: int | None = None
    ) -> None:
        self.rows = [
            {
                "title": f"Nurse {n}",
                "externalPath": f"/job/Boise/Nurse_JR-{n:05d}",
                "bulletFields": [f"JR-{n:05d}"],
                "at": {"family": f"f{n % families}", "place": f"p{n % 3}", "time": "full" if n % 5 else "part"},
            }
            for n in range(size)
        ]
        self.ceiling, self.clamps, self.lost, self.searches = ceiling, clamps, lost, 0

    async def fetch(self, request):
        self.searches += 1
        if self.lost is not None and self.searches == self.lost:
            raise Unreadable("HTTP 500", "http_error", 500)
        body = json.loads(request.body)
        assert set(body) == {"appliedFacets", "limit", "offset", "searchText"}
        assert body["limit"] == 20
        chosen = [row for row in self.rows if all(row["at"][key] in ids for key, ids in body["appliedFacets"].items())]
        offset = body["offset"]
        if self.clamps and offset >= self.ceiling:
            offset = 0
        total = min(len(chosen), self.ceiling) if self.clamps else len(chosen)
        page = [{key: value for key, value in row.items() if key != "at"} for row in chosen[offset : offset + 20]]
        return accept(
            answer(request, {"total": total if offset == 0 else 0, "jobPostings": page, "facets": self.facets(chosen)})
        )

    def facets(self, chosen):
        def values(key):
            names = sorted({row["at"][key] for row in chosen})
            return [{"id": name, "count": sum(row["at"][key] == name for row in chosen)} for name in names]

        return [
            {"facetParameter": "time", "values": values("time")},
            {
                "facetParameter": "locationMainGroup",
                "values": [{"facetParameter": "place", "descriptor": "Places", "values": values("place")}],
            },
            {"facetParameter": "family", "values": values("family")},
        ]


def read(tenant: Tenant, ceiling: int):
    spider = WorkdaySpider(())
    spider.ceiling = ceiling

    async def visit():
        return await spider.read(BOARD, await tenant.fetch(spider.first_request(BOARD)), tenant.fetch)

    return asyncio.run(visit())


def test_a_board_under_the_ceiling_is_read_page_by_page() -> None:
    tenant = Tenant(95, ceiling=2000)
    reading = read(tenant, 2000)
    assert (len(reading.postings), reading.advertised, reading.is_truncated, tenant.searches) == (95, 95, False, 5)


def test_over_the_ceiling_facets_bring_every_posting() -> None:
    reading = read(Tenant(700, ceiling=100), 100)
    assert len({posting.external_id for posting in reading.postings}) == 700
    assert (reading.advertised, reading.is_truncated) == (700, False)


def test_facets_are_split_again_where_one_value_is_over_the_ceiling() -> None:
    reading = read(Tenant(700, ceiling=100, families=4), 100)  # 175 a family, 59 a family and place
    assert (len(reading.postings), reading.is_truncated) == (700, False)


def test_what_facets_cannot_get_under_the_ceiling_is_said() -> None:
    reading = read(Tenant(700, ceiling=100, families=3), 100)  # family and place are the same: 233 each
    assert 300 < len(reading.postings) < 700
    assert reading.is_truncated


def test_what_no_facet_can_split_is_truncated_and_never_endless() -> None:
    tenant = Tenant(400, ceiling=100)
    tenant.facets = lambda chosen: []  # type: ignore[method-assign]
    reading = read(tenant, 100)
    assert len(reading.postings) == 100
    assert reading.is_truncated
    assert tenant.searches <= 6


def test_a_tenant_without_a_ceiling_is_read_to_its_end() -> None:
    reading = read(Tenant(2500, ceiling=2000, clamps=False), 2000)
    assert (len(reading.postings), reading.advertised, reading.is_truncated) == (2500, 2500, False)


@pytest.mark.parametrize("lost", [2, 5, 9])
def test_a_lost_page_truncates_and_keeps_the_rest(lost: int) -> None:
    reading = read(Tenant(700, ceiling=100, lost=lost), 100)
    assert reading.is_truncated
    assert len(reading.postings) >= 500
    assert [reject.reason for reject in reading.rejects] == ["a page is missing: http_error: HTTP 500"]
