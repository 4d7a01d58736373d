"""USAJOBS: posts of the United States' federal government. Search needs a key, the history of announcements none."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING
from urllib.parse import quote

from attrs import evolve
from scrapy.http import Request

from corpus.records import Posting, Reject
from crawler.parse import dates, fields, markup, place, salary
from crawler.rows import (
    Row,
    address,
    country_of,
    dig,
    follow,
    further,
    html_of,
    joined,
    needed,
    objects,
    pay,
    read_rows,
    text_of,
    with_details,
)
from crawler.spiders.base import BoardSpider, Fetch, Reading, Unreadable, parse_json

if TYPE_CHECKING:
    from collections.abc import Mapping

    from scrapy.http import Response

    from corpus.records import Board

HOST = "https://data.usajobs.gov"
PAGE = 500
MOST_PAGES = 200
KEY, EMAIL = "USAJOBS_API_KEY", "USAJOBS_EMAIL"
TEXTS = (
    ("Summary", "summary"),
    ("Duties", "duties"),
    ("Requirements", "requirementsConditionsOfEmployment"),
    ("Qualifications", "requirementsQualifications"),
    ("Education", "requirementsEducation"),
)


class UsajobsSpider(BoardSpider):
    """One occupational series (token `1560`, data science): search with a key, else HistoricJoa."""

    platform = "usajobs"
    title = "USAJOBS"
    kind = "aggregator"
    own_boards = ("1560",)
    homepage = "https://developer.usajobs.gov"
    terms = "Public data. Search needs a free key and an e-mail address; HistoricJoa is open."
    delay = 1.0
    concurrency = 1

    def first_request(self, board: Board) -> Request:
        """A search where USAJOBS_API_KEY and USAJOBS_EMAIL are set; the history where not, or with region `history`."""
        key, email = os.environ.get(KEY), os.environ.get(EMAIL)
        if key and email and board.region != "history":
            return _search(board, 1)
        return Request(f"{HOST}/api/HistoricJoa?PositionSeries={quote(board.token, safe='')}")

    async def read(self, board: Board, response: Response, fetch: Fetch) -> Reading:
        """Read either reply by its keys."""
        data = parse_json(response, dict)
        if isinstance(data.get("SearchResult"), dict):
            return await _read_search(board, data["SearchResult"], fetch)
        if "MatchedObjectDescriptor" in data:
            return _of_rows([data])
        if isinstance(data.get("data"), list):
            return await _read_history(data, fetch, keep_all=self.keep_all, known=self.pages_known(board))
        raise Unreadable("JSON without `SearchResult` or `data`")


def _search(board: Board, page: int) -> Request:
    headers = {"Authorization-Key": os.environ.get(KEY, ""), "User-Agent": os.environ.get(EMAIL, "")}
    series = quote(board.token, safe="")
    url = f"{HOST}/api/Search?JobCategoryCode={series}&ResultsPerPage={PAGE}&Page={page}&Fields=Full"
    return Request(url, headers=headers)


async def _read_search(board: Board, result: Row, fetch: Fetch) -> Reading:
    total = result.get("SearchResultCountAll")
    rows = objects(result.get("SearchResultItems"))
    missing: list[Reject] = []
    number = 1
    while isinstance(total, int) and len(rows) < total and number < MOST_PAGES:
        number += 1
        more = await further(fetch, _search(board, number), lambda reply: parse_json(reply, dict), missing)
        items = objects(dig(more, "SearchResult", "SearchResultItems"))
        if not items:
            break
        rows += items
    reading = _of_rows(rows)
    advertised = total if isinstance(total, int) else None
    is_truncated = advertised is not None and len(rows) < advertised
    return Reading(reading.postings, advertised, is_truncated, [*missing, *reading.rejects])


def _of_rows(rows: list[Row]) -> Reading:
    postings, rejects = read_rows(rows, _posting)
    return Reading(postings, rejects=rejects)


def _posting(row: Row) -> Posting:
    job = row.get("MatchedObjectDescriptor")
    details = dig(job, "UserArea", "Details")
    places = objects(dig(job, "PositionLocation"))
    location = joined(text_of(item.get("LocationName")) for item in places)
    location = location or text_of(dig(job, "PositionLocationDisplay"))
    is_remote = dig(details, "RemoteIndicator") is True
    type_raw = text_of(dig(next(iter(objects(dig(job, "PositionSchedule"))), None), "Name"))
    date_posted, kind = dates.posted(dig(job, "PublicationStartDate"), "first_published")
    duties = dig(details, "MajorDuties")
    texts = [
        (None, html_of(dig(details, "JobSummary"))),
        ("Duties", html_of("\n".join(filter(None, map(text_of, duties))) if isinstance(duties, list) else duties)),
        ("Qualifications", html_of(dig(job, "QualificationSummary"))),
        ("Education", html_of(dig(details, "Education"))),
    ]
    return Posting(
        external_id=needed(row.get("MatchedObjectId"), "id"),
        title=needed(dig(job, "PositionTitle"), "title"),
        url=text_of(dig(job, "PositionURI")),
        employer=text_of(dig(job, "OrganizationName")) or needed(dig(job, "DepartmentName"), "employer"),
        description_html=markup.sections(texts),
        location=location,
        country=country_of(dig(next(iter(places), None), "CountryCode"), location),
        work_mode="remote" if is_remote else None,
        work_mode_raw="RemoteIndicator" if is_remote else None,
        employment_type=fields.employment_type(type_raw),
        employment_type_raw=type_raw,
        department=text_of(dig(job, "DepartmentName")),
        date_posted=date_posted,
        date_posted_kind=kind,
        valid_through=dates.to_date(dig(job, "ApplicationCloseDate")),
        language="en",
        requisition_id=text_of(dig(job, "PositionID")),
        salaries=tuple(
            item
            for rate in objects(dig(job, "PositionRemuneration"))
            for item in pay(
                salary.pay_range(
                    rate.get("MinimumRange"), rate.get("MaximumRange"), "USD", rate.get("RateIntervalCode")
                ),
                raw=text_of(rate.get("Description")),
            )
        ),
    )


async def _read_history(data: Row, fetch: Fetch, *, keep_all: bool, known: Mapping[str, str]) -> Reading:
    """Every announcement of the series, open or closed: the closed ones keep their own dates."""
    rows = list(data["data"])
    missing: list[Reject] = []
    seen: set[str] = set()
    while (link := text_of(dig(data, "paging", "next"))) and link not in seen and len(seen) < MOST_PAGES:
        seen.add(link)
        more = await further(fetch, follow(HOST, link), lambda reply: parse_json(reply, dict), missing)
        if more is None or not isinstance(more.get("data"), list):
            break
        data = more
        rows += data["data"]
    postings, rejects = read_rows(rows, _of_history)
    detailed, failed = await with_details(postings, fetch, _text_request, _with_text, keep_all=keep_all, known=known)
    return Reading(detailed, is_truncated=bool(link), rejects=missing + rejects + failed)


def _of_history(job: Row) -> Posting:
    identity = needed(job.get("usajobsControlNumber"), "control number")
    places = objects(job.get("positionlocations") or job.get("PositionLocations"))
    location = joined(
        address(*(item.get(f"positionLocation{part}") for part in ("City", "State", "Country"))) for item in places
    )
    type_raw = text_of(job.get("workSchedule"))
    opened, kind = dates.posted(job.get("positionOpenDate"), "first_published")
    closed = dates.to_date(job.get("positionCloseDate"))
    status = (text_of(job.get("positionOpeningStatus")) or "").casefold()
    is_over = bool(status) and "accepting" not in status
    low, high, per = (job.get(key) for key in ("minimumSalary", "maximumSalary", "salaryType"))
    return Posting(
        external_id=identity,
        title=needed(job.get("positionTitle"), "title"),
        url=f"https://www.usajobs.gov/job/{identity}",
        employer=text_of(job.get("hiringAgencyName")) or needed(job.get("hiringDepartmentName"), "employer"),
        location=location,
        country=country_of(dig(next(iter(places), None), "positionLocationCountry"), location)
        or place.country(location),
        employment_type=fields.employment_type(type_raw),
        employment_type_raw=type_raw,
        department=text_of(job.get("hiringDepartmentName")),
        date_posted=opened,
        date_posted_kind=kind,
        valid_through=closed,
        language="en",
        requisition_id=text_of(job.get("announcementNumber")),
        salaries=pay(salary.pay_range(low, high, "USD", text_of(per))),
        first_seen_at=dates.to_instant(opened) if is_over else None,
        last_seen_at=dates.to_instant(closed) if is_over else None,
        closed_at=dates.to_instant(closed) if is_over else None,
    )


def _text_request(posting: Posting) -> Request:
    number = quote(posting.external_id, safe="")
    return Request(f"{HOST}/api/historicjoa/announcementtext?USAJOBSControlNumbers={number}")


def _with_text(posting: Posting, response: Response) -> Posting:
    row = next(iter(objects(parse_json(response, dict).get("data"))), {})
    return evolve(posting, description_html=markup.sections((name, html_of(row.get(key))) for name, key in TEXTS))
