"""Recruitee: one call gives the whole board with texts and pay."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

from scrapy.http import Request

from corpus.records import Posting, WorkMode
from crawler.parse import dates, fields, markup, salary
from crawler.parse.marks import is_evergreen
from crawler.rows import (
    Row,
    address,
    country_of,
    dig,
    html_of,
    joined,
    language_of,
    needed,
    objects,
    own_name,
    pay,
    read_rows,
    text_of,
)
from crawler.spiders.base import BoardSpider, Fetch, Reading, Unreadable, parse_json

if TYPE_CHECKING:
    from scrapy.http import Response

    from corpus.records import Board

MODES: dict[str, WorkMode] = {"hybrid": "hybrid", "remote": "remote", "on_site": "onsite"}


class RecruiteeSpider(BoardSpider):
    """The offers API that every careers page of the platform calls; a token with dots is the employer's own domain."""

    platform = "recruitee"
    homepage = "https://docs.recruitee.com/reference/offers"
    terms = "Open in practice, undocumented for third parties; robots.txt of each employer's host decides."

    def first_request(self, board: Board) -> Request:
        """All offers of one employer."""
        host = board.token if "." in board.token else f"{quote(board.token, safe='')}.recruitee.com"
        return Request(f"https://{host}/api/offers/")

    async def read(self, board: Board, response: Response, fetch: Fetch) -> Reading:  # noqa: ARG002 - one page
        """Read the board."""
        data = parse_json(response, dict)
        if not isinstance(data.get("offers"), list):
            raise Unreadable("JSON without `offers`")
        postings, rejects = read_rows(data["offers"], lambda offer: _posting(board, offer))
        return Reading(postings, rejects=rejects)


def _posting(board: Board, offer: Row) -> Posting | None:
    if (text_of(offer.get("status")) or "published") != "published":
        return None
    title = needed(offer.get("title"), "title")
    places = [address(row.get("city"), row.get("state"), row.get("country")) for row in objects(offer.get("locations"))]
    location = joined(places) or text_of(offer.get("location"))
    mode = next((mode for key, mode in MODES.items() if offer.get(key) is True), None)
    type_raw = text_of(offer.get("employment_type_code"))
    date_posted, kind = dates.posted(offer.get("published_at"), "last_publish")
    if date_posted is None:
        date_posted, kind = dates.posted(offer.get("created_at"), "created")
    translations = offer.get("translations")
    found = salary.pay_range(*(dig(offer, "salary", key) for key in ("min", "max", "currency", "period")))
    requirements = html_of(offer.get("requirements"))
    return Posting(
        external_id=needed(offer.get("id"), "id"),
        title=title,
        url=text_of(offer.get("careers_url")),
        apply_url=text_of(offer.get("careers_apply_url")),
        employer=own_name(board, offer.get("company_name")),
        description_html=markup.sections([(None, html_of(offer.get("description"))), ("Requirements", requirements)]),
        location=location,
        country=country_of(offer.get("country_code") or offer.get("country"), location),
        work_mode=mode,
        work_mode_raw=next((key for key in MODES if offer.get(key) is True), None),
        employment_type=fields.employment_type(type_raw),
        employment_type_raw=type_raw,
        department=text_of(offer.get("department")),
        date_posted=date_posted,
        date_posted_kind=kind,
        valid_through=dates.to_date(offer.get("close_at")),
        updated_at=dates.to_instant(offer.get("updated_at")),
        language=language_of(next(iter(translations)))
        if isinstance(translations, dict) and len(translations) == 1
        else None,
        salaries=pay(found),
        is_evergreen=is_evergreen(title),
    )
