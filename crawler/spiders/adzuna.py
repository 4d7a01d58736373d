"""Adzuna: an aggregator with a key. Off by default: its terms forbid what this system does without a licence."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING
from urllib.parse import quote

from scrapy.http import Request

from corpus.records import Posting, Reject, Salary
from crawler.parse import dates, fields, salary
from crawler.parse.marks import is_evergreen
from crawler.rows import Row, country_of, dig, further, html_of, needed, pay, read_rows, text_of
from crawler.spiders.base import BoardSpider, Fetch, Reading, Unreadable, parse_json

if TYPE_CHECKING:
    from scrapy.http import Response

    from corpus.records import Board

PAGE = 50
MOST_PAGES = 20
APP, KEY = "ADZUNA_APP_ID", "ADZUNA_APP_KEY"
CURRENCIES = dict.fromkeys("de at fr es it nl be".split(), "EUR") | {"us": "USD", "gb": "GBP", "ca": "CAD", "au": "AUD"}


class AdzunaSpider(BoardSpider):
    """One search (token `machine learning engineer`) in one country (region `gb`)."""

    platform = "adzuna"
    kind = "aggregator"
    homepage = "https://developer.adzuna.com"
    terms = "Key needed; 250 calls a day; the terms forbid aggregate and vacancy counts without a licence."
    off_by_default = "Adzuna's terms forbid aggregate counts without a licence; name it if you hold one"
    delay = 3.0
    concurrency = 1

    def first_request(self, board: Board) -> Request:
        """The first page of the search."""
        if not (os.environ.get(APP) and os.environ.get(KEY)):
            raise Unreadable(f"Adzuna needs {APP} and {KEY} in the environment", "blocked")
        return _page(board, 1)

    async def read(self, board: Board, response: Response, fetch: Fetch) -> Reading:
        """Read page after page; texts are cut short, so this is a count of titles at best."""
        data = parse_json(response, dict)
        if not isinstance(data.get("results"), list):
            raise Unreadable("JSON without `results`")
        total, rows = data.get("count"), list(data["results"])
        missing: list[Reject] = []
        for number in range(2, MOST_PAGES + 1):
            if not isinstance(total, int) or len(rows) >= total:
                break
            more = await further(fetch, _page(board, number), lambda reply: parse_json(reply, dict), missing)
            if more is None or not isinstance(more.get("results"), list) or not more["results"]:
                break
            rows += more["results"]
        postings, rejects = read_rows(rows, lambda job: _posting(board, job))
        rejects = missing + rejects
        advertised = total if isinstance(total, int) else None
        return Reading(postings, advertised, advertised is not None and len(rows) < advertised, rejects)


def _page(board: Board, number: int) -> Request:
    country = quote((board.region or "us").lower(), safe="")
    keys = f"app_id={quote(os.environ.get(APP, ''))}&app_key={quote(os.environ.get(KEY, ''))}"
    query = f"{keys}&results_per_page={PAGE}&what={quote(board.token, safe='')}&content-type=application/json"
    return Request(f"https://api.adzuna.com/v1/api/jobs/{country}/search/{number}?{query}")


def _posting(board: Board, job: Row) -> Posting:
    title = needed(job.get("title"), "title")
    location = text_of(dig(job, "location", "display_name"))
    area = dig(job, "location", "area")
    type_raw = text_of(job.get("contract_time")) or text_of(job.get("contract_type"))
    date_posted, kind = dates.posted(job.get("created"), "created")
    return Posting(
        external_id=needed(job.get("id"), "id"),
        title=title,
        url=text_of(job.get("redirect_url")),
        employer=needed(dig(job, "company", "display_name"), "employer"),
        description_html=html_of(job.get("description")),
        location=location,
        country=country_of(area[0] if isinstance(area, list) and area else board.region, location),
        employment_type=fields.employment_type(type_raw),
        employment_type_raw=type_raw,
        department=text_of(dig(job, "category", "label")),
        date_posted=date_posted,
        date_posted_kind=kind,
        salaries=_pay(board, job),
        is_evergreen=is_evergreen(title),
    )


def _pay(board: Board, job: Row) -> tuple[Salary, ...]:
    """Pay that Adzuna itself predicts is marked so and enters no statistics."""
    money = CURRENCIES.get((board.region or "us").lower())
    is_predicted = text_of(job.get("salary_is_predicted")) == "1" or job.get("salary_is_predicted") is True
    found = salary.pay_range(job.get("salary_min"), job.get("salary_max"), money, "year")
    return pay(found, "predicted" if is_predicted else "api")
