"""Workday: twenty postings a page, a ceiling of 2,000 a query that facets get under, and a page for each posting."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from attrs import evolve, field, frozen
from scrapy.http import Request

from corpus.records import Posting, Reject
from crawler.parse import dates, fields, place
from crawler.parse.marks import is_evergreen
from crawler.rows import (
    Row,
    country_of,
    dig,
    further,
    html_of,
    joined,
    needed,
    objects,
    own_name,
    read_rows,
    seen_at,
    text_of,
    with_details,
    work_mode_of,
)
from crawler.spiders.base import BoardSpider, Fetch, Reading, Unreadable, parse_json

if TYPE_CHECKING:
    from scrapy.http import Response

    from corpus.records import Board

PAGE = 20
"""More is answered with HTTP 400."""
MOST_PAGES = 1_000
DEEPEST_SPLIT = 4
SHARE_MISSING = 0.01
"""Of the stated total; where more is missing the reading is truncated."""
_COUNT_OF_PLACES = re.compile(r"\d+ \w+", re.ASCII)


@frozen
class Site:
    """One career site of one tenant: token `tenant/site` with the data centre as region, or `tenant|wd5|site`."""

    tenant: str
    centre: str
    name: str

    @classmethod
    def of(cls, board: Board) -> Site:
        """Read a board's token; `Unreadable` where it is none."""
        parts = re.split(r"[|/]", board.token)
        if len(parts) == 3:
            return cls(parts[0], parts[1], parts[2])
        if len(parts) == 2 and board.region:
            return cls(parts[0], board.region, parts[1])
        raise Unreadable(f"{board.token!r} is no Workday token: write tenant/site with the region wd1, wd5, …")

    @property
    def home(self) -> str:
        """What people open."""
        return f"https://{self.tenant}.{self.centre}.myworkdayjobs.com"

    @property
    def api(self) -> str:
        """What the site itself calls."""
        return f"{self.home}/wday/cxs/{quote(self.tenant, safe='')}/{quote(self.name, safe='')}"

    def search(self, facets: dict[str, list[str]], offset: int) -> Request:
        """A page of a query; all four keys are needed, `{}` is answered with HTTP 422."""
        body = {"appliedFacets": facets, "limit": PAGE, "offset": offset, "searchText": ""}
        headers = {"Content-Type": "application/json", "Accept": "application/json"}
        return Request(f"{self.api}/jobs", method="POST", body=json.dumps(body), headers=headers)


@frozen
class Found:
    """What a query and its parts brought: rows by path, and whether some of them could not be reached."""

    rows: dict[str, Row] = field(factory=dict)
    is_truncated: bool = False


class WorkdaySpider(BoardSpider):
    """What a tenant's own career site calls. Bursts are answered with 429."""

    platform = "workday"
    homepage = "https://www.workday.com"
    terms = "Open in practice, undocumented; each tenant's robots.txt decides. Boards are opted in one by one."
    delay = 1.0
    concurrency = 2
    ceiling = 2_000
    """The total at which a tenant stops counting; later offsets then repeat the first page."""

    def first_request(self, board: Board) -> Request:
        """The first page of everything."""
        return Site.of(board).search({}, 0)

    async def read(self, board: Board, response: Response, fetch: Fetch) -> Reading:
        """Read all pages, split by facets where the ceiling hides some, and the pages of the wanted postings."""
        site = Site.of(board)
        if b'"jobPostingInfo"' in response.body:
            return _one(board, site, response)
        first = _page(response)
        missing: list[Reject] = []
        found = await self._collect(site, {}, first, fetch, missing)
        seen = seen_at(response)
        postings, rejects = read_rows(list(found.rows.values()), lambda row: _posting(site, row, seen))
        detailed, failed = await with_details(
            postings,
            fetch,
            lambda posting: Request(f"{site.api}{_path_of(site, posting)}", headers={"Accept": "application/json"}),
            lambda posting, reply: _with_detail(board, posting, parse_json(reply, dict)),
            keep_all=self.keep_all,
            known=self.pages_known(board),
        )
        advertised = self._advertised(first)
        return Reading(detailed, advertised, found.is_truncated, missing + rejects + failed)

    async def _collect(
        self, site: Site, facets: dict[str, list[str]], first: Row, fetch: Fetch, missing: list[Reject]
    ) -> Found:
        """Everything of one query, given its first page."""
        facet = _best_split(first, facets) if first["total"] == self.ceiling else None
        if facet is None or len(facets) >= DEEPEST_SPLIT:
            return await self._read_pages(site, facets, first, fetch, missing)
        rows: dict[str, Row] = {}
        is_truncated = False
        parameter, values = facet
        for value in values:
            narrowed = {**facets, parameter: [value]}
            part = await further(fetch, site.search(narrowed, 0), _page, missing)
            if part is None:
                is_truncated = True
                continue
            found = await self._collect(site, narrowed, part, fetch, missing)
            rows |= found.rows
            is_truncated |= found.is_truncated
        return Found(rows, is_truncated or _misses(len(rows), first["total"]))

    async def _read_pages(
        self, site: Site, facets: dict[str, list[str]], first: Row, fetch: Fetch, missing: list[Reject]
    ) -> Found:
        """Page after page; the total is the first page's, for later ones may say 0."""
        total = first["total"]
        page = first["jobPostings"]
        rows = {path: row for row in objects(page) if (path := text_of(row.get("externalPath")))}
        nameless = [row for row in page if not text_of(dig(row, "externalPath"))]
        for number in range(1, MOST_PAGES):
            if number * PAGE >= total or not page:
                break
            reply = await further(fetch, site.search(facets, number * PAGE), _page, missing)
            if reply is None:
                break
            page = reply["jobPostings"]
            more = {path: row for row in objects(page) if (path := text_of(row.get("externalPath")))}
            if more.keys() <= rows.keys():
                break  # the ceiling: from here on the tenant repeats itself
            rows |= more
        is_truncated = _misses(len(rows) + len(nameless), total) or total == self.ceiling
        return Found(rows | {f"?{number}": row for number, row in enumerate(nameless)}, is_truncated)

    def _advertised(self, first: Row) -> int:
        """The stated total; at the ceiling the smallest sum over a facet that reaches it, nearer to the truth."""
        total: int = first["total"]
        if total != self.ceiling:
            return total
        sums = [sum(counts.values()) for _, counts in _facets(first.get("facets"))]
        return min((count for count in sums if count >= total), default=total)


def _page(response: Response) -> Row:
    data: dict[str, Any] = parse_json(response, dict)
    if not isinstance(data.get("jobPostings"), list) or not isinstance(data.get("total"), int):
        raise Unreadable("JSON without `jobPostings` and `total`")
    return data


def _misses(count: int, total: int) -> bool:
    return count < total * (1 - SHARE_MISSING)


def _facets(value: Any) -> list[tuple[str, dict[str, int]]]:
    """Each facet's parameter with its values' ids and counts, also inside of groups (`locationMainGroup`)."""
    found: list[tuple[str, dict[str, int]]] = []
    for facet in objects(value):
        values = objects(facet.get("values"))
        parameter = text_of(facet.get("facetParameter"))
        counts = {
            identity: count
            for row in values
            if (identity := text_of(row.get("id"))) and isinstance(count := row.get("count"), int)
        }
        if parameter and counts:
            found.append((parameter, counts))
        found += _facets([row for row in values if "values" in row])
    return found


def _best_split(first: Row, applied: dict[str, list[str]]) -> tuple[str, list[str]] | None:
    """The facet whose largest value is smallest, among those that cover the total."""
    total = first["total"]
    usable = [
        (max(counts.values()), parameter, list(counts))
        for parameter, counts in _facets(first.get("facets"))
        if parameter not in applied and len(counts) > 1 and sum(counts.values()) >= total
    ]
    if not usable:
        return None
    _, parameter, values = min(usable)
    return parameter, values


def _identity(path: str) -> str:
    """`JR-0105489-1` of `/job/Reston/Engineer_JR-0105489-1`: what stays when title or place are edited."""
    found = re.search(r"_([A-Za-z0-9][A-Za-z0-9-]*)$", path)
    return found[1] if found else path


def _one(board: Board, site: Site, response: Response) -> Reading:
    """A posting's own page, which archives hold."""
    data = parse_json(response, dict)
    info = data.get("jobPostingInfo")
    address = text_of(dig(info, "externalUrl")) or response.url
    path = re.search(r"/job/.*", address)
    row = {"title": dig(info, "title"), "externalPath": path[0] if path else None, "postedOn": dig(info, "postedOn")}
    postings, rejects = read_rows([row], lambda one: _posting(site, one, seen_at(response)))
    return Reading([_with_detail(board, posting, data) for posting in postings], rejects=rejects)


def _posting(site: Site, row: Row, seen: str | None) -> Posting:
    title = needed(row.get("title"), "title")
    path = needed(row.get("externalPath"), "path")
    stated = text_of(row.get("locationsText"))
    location = None if stated and _COUNT_OF_PLACES.fullmatch(stated) else stated
    segments = path.split("/")
    first_place = segments[2] if len(segments) > 3 else ""
    mode_raw = text_of(row.get("remoteType"))
    date_posted, kind = dates.posted(row.get("postedOn"), "last_publish", seen)
    bullets = row.get("bulletFields")
    requisition = text_of(bullets[0]) if isinstance(bullets, list) and bullets else None
    return Posting(
        external_id=_identity(path),
        title=title,
        url=f"{site.home}/{quote(site.name, safe='')}{path}",
        location=location,
        country=place.country(location) or place.country(first_place) or place.country(_spelled(first_place)),
        work_mode=fields.work_mode(mode_raw) or work_mode_of(location),
        work_mode_raw=mode_raw,
        date_posted=date_posted,
        date_posted_kind=kind,
        requisition_id=requisition if requisition and requisition in path else None,
        is_evergreen=is_evergreen(title),
    )


def _spelled(segment: str) -> str:
    """`Illinois---Chicago` as `Illinois, Chicago`."""
    return segment.replace("---", ", ").replace("-", " ")


def _path_of(site: Site, posting: Posting) -> str:
    return (posting.url or "").removeprefix(f"{site.home}/{quote(site.name, safe='')}")


def _with_detail(board: Board, posting: Posting, data: Row) -> Posting:
    info = data.get("jobPostingInfo")
    more = dig(info, "additionalLocations")
    location = joined([dig(info, "location"), *(more if isinstance(more, list) else [])]) or posting.location
    code = dig(info, "jobRequisitionLocation", "country", "alpha2Code") or dig(info, "country", "descriptor")
    mode_raw = text_of(dig(info, "remoteType")) or posting.work_mode_raw
    type_raw = text_of(dig(info, "timeType"))
    day = dates.to_date(dig(info, "startDate"))
    return evolve(
        posting,
        url=text_of(dig(info, "externalUrl")) or posting.url,
        employer=own_name(board, dig(data, "hiringOrganization", "name")),
        description_html=html_of(dig(info, "jobDescription")),
        location=location,
        country=country_of(code, location) or posting.country,
        work_mode=fields.work_mode(mode_raw) or work_mode_of(location),
        work_mode_raw=mode_raw,
        employment_type=fields.employment_type(type_raw),
        employment_type_raw=type_raw,
        date_posted=day or posting.date_posted,
        date_posted_kind="last_publish" if day else posting.date_posted_kind,
        requisition_id=text_of(dig(info, "jobReqId")) or posting.requisition_id,
    )
