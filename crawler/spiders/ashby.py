"""Ashby: one call gives the whole board with texts and pay in tiers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from attrs import evolve
from scrapy.http import Request

from corpus.records import Posting, Salary
from crawler.parse import dates, fields, salary
from crawler.parse.marks import is_evergreen
from crawler.rows import (
    Row,
    address,
    country_of,
    dig,
    html_of,
    joined,
    needed,
    objects,
    pay,
    read_rows,
    text_of,
    work_mode_of,
)
from crawler.spiders.base import BoardSpider, Fetch, Reading, Unreadable, parse_json

if TYPE_CHECKING:
    from scrapy.http import Response

    from corpus.records import Board

COMPONENTS: dict[str, Any] = {
    "Salary": "base",
    "Bonus": "bonus",
    "Commission": "commission",
    "EquityCashValue": "equity",
}
"""Ashby's pay components that are amounts of money; shares of equity in per cent are none."""


class AshbySpider(BoardSpider):
    """The posting API, documented as public. Names are case-sensitive and may hold dots and spaces."""

    platform = "ashby"
    homepage = "https://developers.ashbyhq.com/docs/public-job-posting-api"
    terms = "Documented as public; postings with isListed=false must not be shown and are left out."

    def first_request(self, board: Board) -> Request:
        """All of a board in one call."""
        token = quote(board.token, safe="")
        return Request(f"https://api.ashbyhq.com/posting-api/job-board/{token}?includeCompensation=true")

    async def read(self, board: Board, response: Response, fetch: Fetch) -> Reading:  # noqa: ARG002 - one page
        """Read the board."""
        jobs = parse_json(response, dict).get("jobs")
        if not isinstance(jobs, list):
            raise Unreadable("JSON without `jobs`", http_status=response.status)
        postings, rejects = read_rows(jobs, _posting)
        return Reading(postings, rejects=rejects)


def _posting(job: Row) -> Posting | None:
    if job.get("isListed") is False:
        return None
    title = needed(job.get("title"), "title")
    mode_raw = text_of(job.get("workplaceType"))  # `isRemote` alone says little: it is true for hybrid work, too
    type_raw = text_of(job.get("employmentType"))
    location = joined(
        [job.get("location"), *(place.get("location") for place in objects(job.get("secondaryLocations")))]
    )
    postal = dig(job, "address", "postalAddress")
    full = address(dig(postal, "addressLocality"), dig(postal, "addressRegion"), dig(postal, "addressCountry"))
    date_posted, kind = dates.posted(job.get("publishedAt"), "last_publish")
    return Posting(
        external_id=needed(job.get("id"), "id"),
        title=title,
        url=text_of(job.get("jobUrl")),
        apply_url=text_of(job.get("applyUrl")),
        description_html=html_of(job.get("descriptionHtml")),
        description_text=None if job.get("descriptionHtml") else job.get("descriptionPlain") or None,
        location=location or full,
        country=country_of(dig(postal, "addressCountry"), location or full),
        work_mode=fields.work_mode(mode_raw) or work_mode_of(location),
        work_mode_raw=mode_raw,
        employment_type=fields.employment_type(type_raw),
        employment_type_raw=type_raw,
        department=text_of(job.get("department")) or text_of(job.get("team")),
        date_posted=date_posted,
        date_posted_kind=kind,
        updated_at=dates.to_instant(job.get("updatedAt")),
        salaries=_pay(job.get("compensation")),
        is_evergreen=is_evergreen(title),
    )


def _pay(compensation: Any) -> tuple[Salary, ...]:
    """Each tier's ranges with their place; without tiers, the summary's."""
    tiers = [
        (text_of(tier.get("title")), objects(tier.get("components")))
        for tier in objects(dig(compensation, "compensationTiers"))
    ]
    ranges = [found for place, components in tiers for part in components for found in _range(part, place)]
    if not any(found.component == "base" for found in ranges):
        ranges += [f for part in objects(dig(compensation, "summaryComponents")) for f in _range(part, None)]
    return tuple(dict.fromkeys(ranges))


def _range(part: Row, place: str | None) -> tuple[Salary, ...]:
    """One component as pay; currency and unit are guessed from its summary ("£60 / hour") where fields lack them."""
    component = COMPONENTS.get(str(part.get("compensationType")))
    if component is None:
        return ()
    summary = text_of(part.get("summary"))
    money = part.get("currencyCode") or salary.currency_in(summary or "")
    found = salary.pay_range(part.get("minValue"), part.get("maxValue"), money, part.get("interval"))
    return tuple(evolve(one, component=component) for one in pay(found, place=place, raw=summary))
