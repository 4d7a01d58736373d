"""From a response or an exception to the outcome of a visit: one place that says what went wrong."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from scrapy.exceptions import DownloadCancelledError, DownloadTimeoutError, IgnoreRequest

if TYPE_CHECKING:
    from scrapy.http import Response

    from corpus.records import Outcome

SNIFFED_BYTES = 20_000
"""How much of a body is looked at when telling a challenge page from content."""

CHALLENGE = re.compile(
    rb"<title>\s*(just a moment|attention required|access denied|are you a (robot|human)|human verification|"
    rb"security check|pardon our interruption|please wait\.\.\. \| cloudflare|verify(ing)? you are human)"
    rb"|cf-browser-verification|/cdn-cgi/challenge-platform/|_cf_chl_opt|px-captcha|datadome\.co/captcha|"
    rb"geo\.captcha-delivery\.com|awswaf\.com|_Incapsula_Resource",
    re.IGNORECASE,
)
"""What bot walls write into the page that they show instead of the content."""


class Unreadable(Exception):
    """A board, or one request of it, that could not be read; becomes the outcome of the visit."""

    def __init__(self, detail: str, outcome: Outcome = "parse_error", http_status: int | None = None) -> None:
        super().__init__(detail)
        self.detail = detail
        self.outcome = outcome
        self.http_status = http_status


class RobotsDenied(IgnoreRequest):
    """The site's robots.txt asks us not to make this request."""


class ProviderPaused(IgnoreRequest):
    """The provider's breaker is open: it asked for less, or failed too often in a row."""


FAILURES: tuple[tuple[tuple[type[BaseException], ...], Outcome, str], ...] = (
    ((RobotsDenied,), "robots_denied", ""),
    ((ProviderPaused,), "throttled", ""),
    ((DownloadTimeoutError, TimeoutError), "timeout", "no answer in time: "),
    ((DownloadCancelledError,), "http_error", "the answer is larger than we accept: "),
    ((IgnoreRequest,), "http_error", ""),
    ((OSError,), "network_error", ""),
)
"""The downloader's exceptions, the outcome that each stands for, and how its detail begins; first match wins."""
NETWORK_MODULES = ("scrapy.", "twisted.", "httpx", "httpcore")


def accept(response: Response) -> Response:
    """The response itself where it carries content; else `Unreadable` with the outcome that its status stands for."""
    status = response.status
    if is_challenge(response):
        raise Unreadable(f"a challenge page for browsers instead of content ({_where(response)})", "blocked", status)
    if status < 300 or status == 304:
        return response
    outcome: Outcome = "http_error"
    if status in (404, 410):
        outcome = "gone_404"
    elif status == 429:
        outcome = "throttled"
    elif status in (401, 403, 407, 451):
        outcome = "blocked"
    raise Unreadable(f"HTTP {status} ({_where(response)})", outcome, status)


def is_home_of_vendor(asked: str, answered: str) -> bool:
    """Whether a tenant's host (`acme.breezy.hr`) sent us on to the platform's own (`breezy.hr`, `www.breezy.hr`)."""
    tenant, host = ((urlsplit(url).hostname or "").removeprefix("www.") for url in (asked, answered))
    return "." in host and tenant.endswith(f".{host}")


def is_challenge(response: Response) -> bool:
    """Whether the body, whatever its status, is a bot wall's page and not the site's."""
    if (response.headers.get("cf-mitigated") or b"").lower() == b"challenge":
        return True
    head = response.body[:SNIFFED_BYTES]
    return head.lstrip()[:1] == b"<" and CHALLENGE.search(head) is not None


def parse_json(response: Response, expect: type[dict[str, Any] | list[Any]] | None = None) -> Any:
    """The parsed JSON of a body; `Unreadable` for HTML, truncated or empty bodies, or another type than `expect`."""
    body = response.body.strip().removeprefix(b"\xef\xbb\xbf")
    if not body:
        raise Unreadable(f"an empty body instead of JSON ({_where(response)})", http_status=response.status)
    try:
        value = json.loads(body)
    except (ValueError, RecursionError) as error:
        what = "HTML instead of JSON" if body[:1] == b"<" else f"broken or truncated JSON: {error}"
        raise Unreadable(f"{what} ({_where(response)})", http_status=response.status) from error
    if expect is not None and not isinstance(value, expect):
        raise Unreadable(f"JSON of another shape: {type(value).__name__} instead of {expect.__name__}")
    return value


def failure(error: BaseException) -> Unreadable:
    """An exception of the downloader, or of a parser, as `Unreadable`."""
    if isinstance(error, Unreadable):
        return error
    text = " ".join(str(error).split())[:300] or type(error).__name__
    for types, outcome, saying in FAILURES:
        if isinstance(error, types):
            return Unreadable(saying + text, outcome)
    if type(error).__module__.startswith(NETWORK_MODULES):
        return Unreadable(f"{type(error).__name__}: {text}", "network_error")
    return Unreadable(f"the parser failed with {type(error).__name__}: {text}", "parse_error")


def mapping(value: Any) -> Mapping[str, Any]:
    """`value` where it is a JSON object, else an empty one: `mapping(job.get("location")).get("name")` never raises."""
    return value if isinstance(value, Mapping) else {}


def _where(response: Response) -> str:
    return response.url.split("?")[0][:120]
