"""Remote OK: an aggregator of remote work; the first element of its list is the legal notice."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scrapy.http import Request

from corpus.records import Posting
from crawler.parse import dates, place, salary
from crawler.parse.marks import is_evergreen
from crawler.rows import Row, html_of, needed, pay, read_rows, text_of
from crawler.spiders.base import BoardSpider, Fetch, Reading, parse_json

if TYPE_CHECKING:
    from scrapy.http import Response

    from corpus.records import Board


class RemoteokSpider(BoardSpider):
    """One call for everything. Its tags are advertising and are not read."""

    platform = "remoteok"
    title = "Remote OK"
    kind = "aggregator"
    own_boards = ("all",)
    homepage = "https://remoteok.com"
    terms = "Open API; link back with follow and name Remote OK as the source; no use of the logo."
    delay = 30.0
    concurrency = 1

    def first_request(self, board: Board) -> Request:  # noqa: ARG002 - one list for all
        """The whole list."""
        return Request("https://remoteok.com/api")

    async def read(self, board: Board, response: Response, fetch: Fetch) -> Reading:  # noqa: ARG002 - one page
        """Read the list."""
        rows = parse_json(response, list)
        postings, rejects = read_rows(rows, _posting)
        return Reading(postings, rejects=rejects)


def _posting(job: Row) -> Posting | None:
    if "legal" in job and "position" not in job:
        return None
    title = mended(needed(job.get("position"), "title"))
    location = text_of(mended(text_of(job.get("location")) or "").strip(" ,"))
    date_posted, kind = dates.posted(job.get("date") or job.get("epoch"), "last_publish")
    text = html_of(job.get("description"))
    return Posting(
        external_id=needed(job.get("id"), "id"),
        title=title,
        url=text_of(job.get("url")),
        apply_url=text_of(job.get("apply_url")),
        employer=mended(needed(job.get("company"), "employer")),
        description_html=mended(text) if text else None,
        location=location,
        country=place.country(location),
        work_mode="remote",
        work_mode_raw="remote board",
        date_posted=date_posted,
        date_posted_kind=kind,
        salaries=pay(salary.pay_range(job.get("salary_min") or None, job.get("salary_max") or None, "USD")),
        is_evergreen=is_evergreen(title),
    )


def mended(text: str) -> str:
    """Text whose UTF-8 was once read as Latin-1, so that an apostrophe became `â` and two controls, read rightly."""
    if "â" not in text and "Ã" not in text:
        return text
    try:
        return text.encode("latin-1").decode("utf-8")
    except (UnicodeEncodeError, UnicodeDecodeError):
        return text
