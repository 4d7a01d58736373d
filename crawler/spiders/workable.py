"""Workable: the widget gives a board in one call; accounts without it (region `v3`) are read page by page."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING
from urllib.parse import quote

from attrs import evolve
from scrapy.http import Request

from corpus.records import Posting, Reject
from crawler.parse import dates, fields, markup
from crawler.parse.marks import is_evergreen
from crawler.rows import (
    Row,
    address,
    country_of,
    dig,
    further,
    html_of,
    joined,
    language_of,
    needed,
    objects,
    own_name,
    read_rows,
    text_of,
    with_details,
    work_mode_of,
)
from crawler.spiders.base import BoardSpider, Fetch, Reading, Unreadable, parse_json

if TYPE_CHECKING:
    from scrapy.http import Response

    from corpus.records import Board

HOST = "https://apply.workable.com"
QUERY: dict[str, object] = {"query": "", "location": [], "department": [], "worktype": []}
"""The body of a v3 search. A `limit` in it is answered with HTTP 400."""
MOST_PAGES = 300


class WorkableSpider(BoardSpider):
    """Answers 429 after a handful of quick calls, so one at a time and slowly."""

    platform = "workable"
    homepage = "https://help.workable.com/hc/en-us/articles/115012771647"
    terms = "The widget's API is documented for public pages; many quick calls are answered with 429."
    delay = 2.0
    concurrency = 1

    def first_request(self, board: Board) -> Request:
        """The widget with texts, or the first v3 page."""
        token = quote(board.token, safe="")
        if board.region == "v3":
            return _page(token, None)
        return Request(f"{HOST}/api/v1/widget/accounts/{token}?details=true")

    async def read(self, board: Board, response: Response, fetch: Fetch) -> Reading:
        """Read either shape by its keys."""
        data = parse_json(response, dict)
        if isinstance(data.get("jobs"), list):
            postings, rejects = read_rows(data["jobs"], lambda job: _posting(board, data, job))
            return Reading(postings, rejects=rejects)
        if "shortcode" in data:  # one posting, which archives hold
            postings, rejects = read_rows([data], lambda job: _posting(board, {}, job))
            return Reading(postings, rejects=rejects)
        if not isinstance(data.get("results"), list):
            raise Unreadable("JSON without `jobs` or `results`")
        return await self._read_pages(board, data, fetch)

    async def _read_pages(self, board: Board, data: Row, fetch: Fetch) -> Reading:
        token = quote(board.token, safe="")
        total, rows = data.get("total"), list(data["results"])
        seen: set[str] = set()
        missing: list[Reject] = []
        while (page := text_of(data.get("nextPage"))) and page not in seen and len(seen) < MOST_PAGES:
            seen.add(page)
            more = await further(fetch, _page(token, page), lambda reply: parse_json(reply, dict), missing)
            if more is None or not isinstance(more.get("results"), list):
                break
            data = more
            rows += data["results"]
        hidden = sum(isinstance(row, dict) and not _is_public(row) for row in rows)
        postings, rejects = read_rows(rows, lambda job: _posting(board, {}, job))
        detailed, failed = await with_details(
            postings,
            fetch,
            lambda posting: Request(f"{HOST}/api/v2/accounts/{token}/jobs/{quote(posting.external_id, safe='')}"),
            _with_text,
            keep_all=self.keep_all,
            known=self.pages_known(board),
        )
        advertised = total - hidden if isinstance(total, int) else None
        return Reading(detailed, advertised=advertised, is_truncated=bool(page), rejects=missing + rejects + failed)


def _page(token: str, page: str | None) -> Request:
    body = {**QUERY, "token": page} if page else QUERY
    return Request(
        f"{HOST}/api/v3/accounts/{token}/jobs",
        method="POST",
        body=json.dumps(body),
        headers={"Content-Type": "application/json"},
    )


def _posting(board: Board, account: Row, job: Row) -> Posting | None:
    if not _is_public(job):
        return None
    title = needed(job.get("title"), "title")
    code = needed(job.get("shortcode"), "shortcode")
    location = _location(job)
    first = next(iter(objects(job.get("locations") or job.get("location"))), {})
    is_remote = (job.get("telecommuting") or job.get("remote") or dig(job, "location", "telecommuting")) is True
    mode_raw = text_of(job.get("workplace")) or ("telecommuting" if is_remote else None)
    type_raw = text_of(job.get("employment_type")) or text_of(job.get("type"))
    department = job.get("department")
    published = job.get("published_on") or job.get("published")
    date_posted, kind = dates.posted(published, "last_publish")
    if date_posted is None:
        date_posted, kind = dates.posted(job.get("created_at"), "created")
    return Posting(
        external_id=code,
        title=title,
        url=text_of(job.get("url")) or f"{HOST}/{quote(board.token, safe='')}/j/{code}/",
        apply_url=text_of(job.get("application_url")),
        employer=own_name(board, account.get("name")),
        description_html=_text(job),
        location=location,
        country=country_of(first.get("countryCode") or first.get("country_code") or first.get("country"), location),
        work_mode=fields.work_mode(mode_raw) or work_mode_of(location),
        work_mode_raw=mode_raw,
        employment_type=fields.employment_type(type_raw),
        employment_type_raw=type_raw,
        department=joined(department) if isinstance(department, list) else text_of(department),
        date_posted=date_posted,
        date_posted_kind=kind,
        language=language_of(job.get("language")),
        requisition_id=text_of(job.get("code")),
        is_evergreen=is_evergreen(title),
    )


def _is_public(job: Row) -> bool:
    """Published, and not for the employer's own people only."""
    return (text_of(job.get("state")) or "published") in ("published", _region(job)) and job.get(
        "isInternal"
    ) is not True


def _region(job: Row) -> str | None:
    """In the widget `state` is no state of publication but the region of the place."""
    return text_of(job.get("state")) if "published_on" in job else None


def _location(job: Row) -> str | None:
    places = objects(job.get("locations")) or objects(job.get("location"))
    shown = [row for row in places if row.get("hidden") is not True] or places
    stated = joined(address(row.get("city"), row.get("region"), row.get("country")) for row in shown)
    return stated or address(job.get("city"), _region(job), job.get("country"))


def _text(job: Row) -> str | None:
    requirements, benefits = html_of(job.get("requirements")), html_of(job.get("benefits"))
    return markup.sections(
        [(None, html_of(job.get("description"))), ("Requirements", requirements), ("Benefits", benefits)]
    )


def _with_text(posting: Posting, response: Response) -> Posting:
    return evolve(posting, description_html=_text(parse_json(response, dict)))
