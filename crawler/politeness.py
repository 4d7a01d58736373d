"""What Scrapy leaves out: Crawl-delay, Retry-After, a pause for the whole provider, a breaker with probes.

A provider is a download slot: all hosts of a platform, or one host of a platform whose tenants have their own.
"""

from __future__ import annotations

import asyncio
import email.utils
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from attrs import define
from scrapy.downloadermiddlewares.robotstxt import RobotsTxtMiddleware
from scrapy.exceptions import DownloadCancelledError, IgnoreRequest
from scrapy.utils.httpobj import urlparse_cached

from crawler.outcomes import ProviderPaused, RobotsDenied

if TYPE_CHECKING:
    from scrapy import Spider
    from scrapy.core.downloader import Slot
    from scrapy.crawler import Crawler
    from scrapy.http import Request, Response
    from scrapy.robotstxt import RobotParser

LONGEST_CRAWL_DELAY = 60.0
LOOPBACK = ("localhost", "127.", "::1", "[::1]")
BACKOFF_STEPS = (1, 3, 6, 12)
RETRIED = frozenset({429, 500, 502, 503, 504, 520, 521, 522, 523, 524})


def is_loopback(host: str) -> bool:
    """Whether a host is this machine: the only place that may be asked without delay."""
    return host in LOOPBACK or (host.startswith("127.") and host.replace(".", "").isdigit())


class RobotsMiddleware(RobotsTxtMiddleware):
    """RFC 9309: what robots.txt denies is an outcome; an unreadable one denies; Crawl-delay is kept."""

    async def process_request(self, request: Request, spider: Spider | None = None) -> None:  # noqa: ARG002
        """Let the request pass, or raise `RobotsDenied`."""
        if request.meta.get("dont_obey_robotstxt"):
            return
        parser = await self.robot_parser(request)
        if parser is None:
            return
        where = urlparse_cached(request)
        if not parser.allowed(request.url, self._default_useragent):
            raise RobotsDenied(f"robots.txt of {where.netloc} asks us not to fetch {where.path or '/'}")
        self._keep_delay(parser, request)

    async def _parse_robots(self, response: Response, netloc: str, request: Request) -> None:
        if response.status >= 500:  # unreachable: RFC 9309 2.3.1.4 says to keep out
            response = response.replace(body=b"User-agent: *\nDisallow: /")
        elif response.status >= 400:  # unavailable: no rules
            response = response.replace(body=b"")
        await super()._parse_robots(response, netloc, request)

    def _keep_delay(self, parser: RobotParser, request: Request) -> None:
        rules = getattr(parser, "rp", None)
        delay = rules.crawl_delay(self._default_useragent) if rules is not None else None
        if not delay:
            return
        engine = self.crawler.engine
        assert engine is not None
        key = engine.downloader.get_slot_key(request)
        least = min(float(delay), LONGEST_CRAWL_DELAY)
        known = engine.downloader.per_slot_settings.setdefault(key, {})
        known["delay"] = max(known.get("delay", self.crawler.settings.getfloat("DOWNLOAD_DELAY")), least)
        slot = engine.downloader.slots.get(key)
        if slot is not None:
            slot.delay = max(slot.delay, least)


@define
class Provider:
    """How a provider is doing in this run."""

    paused_until: float = 0.0
    failures: int = 0
    failed_probes: int = 0
    is_probed: bool = False
    """Half open: after a pause one request goes first, the others wait for how it fares."""
    probe: asyncio.Event | None = None
    given_up: str | None = None
    own_delay: float | None = None
    """The slot's delay before any throttling."""


class PauseMiddleware:
    """Retries with the provider's own pauses; order 555, so it sees responses before anything else does."""

    def __init__(self, crawler: Crawler) -> None:
        settings = crawler.settings
        self.crawler = crawler
        self.retries = settings.getint("POLITE_RETRIES")
        self.backoff = settings.getfloat("POLITE_BACKOFF")
        self.loopback_backoff = settings.getfloat("POLITE_LOOPBACK_BACKOFF", 0.02)
        self.longest = settings.getfloat("POLITE_LONGEST_PAUSE")
        self.most_failures = settings.getint("POLITE_FAILURES")
        self.most_probes = settings.getint("POLITE_PROBES")
        self.probe_seconds = settings.getfloat("DOWNLOAD_TIMEOUT") * 1.5
        self.providers: dict[str, Provider] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> PauseMiddleware:
        """Scrapy's way to make one."""
        return cls(crawler)

    async def process_request(self, request: Request) -> None:
        """Wait while the provider is paused; raise `ProviderPaused` where it is left alone for this run."""
        if request.meta.get("is_probe"):  # the probe itself, sent on by a redirect: it must not wait for itself
            return
        provider = self._provider(request)
        await asyncio.sleep(request.meta.pop("retry_in", 0))
        while True:
            if provider.given_up:
                raise ProviderPaused(provider.given_up)
            wait = provider.paused_until - time.monotonic()
            if wait > 0:
                await asyncio.sleep(wait)
            elif provider.is_probed and provider.probe is not None:
                await self._end_of(provider.probe, provider)
            else:
                break
        if provider.is_probed:
            provider.probe = asyncio.Event()
            request.meta["is_probe"] = True

    async def _end_of(self, probe: asyncio.Event, provider: Provider) -> None:
        """Wait for the probe's fate; one that never comes back (a redirect too many) is replaced by the next."""
        try:
            await asyncio.wait_for(probe.wait(), self.probe_seconds)
        except TimeoutError:
            if provider.probe is probe:
                provider.probe = None
            probe.set()

    def process_response(self, request: Request, response: Response) -> Request | Response:
        """Retry what asks for it, as late as it asks for it."""
        if response.status not in RETRIED:
            self._succeeded(request)
            return response
        asked = retry_after(response, datetime.now(UTC)) if response.status in (429, 503) else None
        is_throttled = response.status == 429 or asked is not None
        return self._failed(request, f"HTTP {response.status}", asked, is_throttled=is_throttled) or response

    def process_exception(self, request: Request, exception: Exception) -> Request | None:
        """Retry what the network broke; a refusal of ours (robots, size, pause) stays as it is."""
        if isinstance(exception, (IgnoreRequest, DownloadCancelledError)):
            self._end_probe(request)
            return None
        return self._failed(request, type(exception).__name__, None, is_throttled=False)

    def _provider(self, request: Request) -> Provider:
        return self.providers.setdefault(self._key(request), Provider())

    def _key(self, request: Request) -> str:
        assert self.crawler.engine is not None
        return self.crawler.engine.downloader.get_slot_key(request)

    def _slot(self, request: Request) -> Slot | None:
        assert self.crawler.engine is not None
        return self.crawler.engine.downloader.slots.get(self._key(request))

    def _unit(self, request: Request) -> float:
        return self.loopback_backoff if is_loopback(urlparse_cached(request).hostname or "") else self.backoff

    def _end_probe(self, request: Request, *, passed: bool = False) -> bool:
        """Whether this request was the probe; the others go on (or, where it failed, wait for the next)."""
        provider = self._provider(request)
        if not request.meta.pop("is_probe", False) or provider.probe is None:
            return False
        provider.probe.set()
        provider.probe = None
        if passed:
            provider.is_probed = False
        return True

    def _succeeded(self, request: Request) -> None:
        provider, slot = self._provider(request), self._slot(request)
        self._end_probe(request, passed=True)
        provider.failures = provider.failed_probes = 0
        if slot is not None and provider.own_delay is not None:  # back to the old pace, a little with each success
            slot.delay = max(provider.own_delay, slot.delay * 0.9)

    def _failed(self, request: Request, what: str, asked: float | None, *, is_throttled: bool) -> Request | None:
        """The request to send again, after the pauses that it causes; None where it has been tried enough."""
        provider, unit = self._provider(request), self._unit(request)
        if self._end_probe(request):
            provider.failed_probes += 1
        provider.failures += 1
        times = request.meta.get("tries", 0)
        wait = asked if asked is not None else unit * BACKOFF_STEPS[min(times, len(BACKOFF_STEPS) - 1)]
        if is_throttled and provider.paused_until <= time.monotonic():  # once for all requests that were under way
            self._slow_down(request, unit)
        if wait > self.longest:
            self._give_up(request, f"{self._key(request)} asks us to come back in {wait:.0f} s ({what})")
        elif provider.failed_probes >= self.most_probes:
            self._give_up(request, f"{self._key(request)} failed {provider.failed_probes} probes in a row ({what})")
        elif is_throttled or provider.failures >= self.most_failures:
            self._pause(request, wait if is_throttled else max(wait, unit * BACKOFF_STEPS[-1]))
        if provider.given_up or times >= self.retries or request.meta.get("dont_retry"):
            return None
        again = request.copy()
        again.meta["tries"] = times + 1
        again.meta["retry_in"] = 0 if is_throttled else wait
        again.dont_filter = True
        return again

    def _pause(self, request: Request, seconds: float) -> None:
        """Nobody asks the provider for so long, twice as long after each failed probe; then one request probes."""
        provider, slot = self._provider(request), self._slot(request)
        seconds = min(seconds * 2**provider.failed_probes, self.longest)
        provider.paused_until = max(provider.paused_until, time.monotonic() + seconds)
        provider.is_probed = True
        if slot is not None:  # requests that wait in the slot's queue are past process_request: hold them there
            slot.lastseen = max(slot.lastseen, provider.paused_until)

    def _slow_down(self, request: Request, unit: float) -> None:
        """Twice the delay after each throttling, up to a minute."""
        provider, slot = self._provider(request), self._slot(request)
        if slot is None:
            return
        if provider.own_delay is None:
            provider.own_delay = slot.delay
        slot.delay = min(max(slot.delay * 2, unit / 5), 60.0)

    def _give_up(self, request: Request, why: str) -> None:
        """Leave the provider alone for the rest of the run; what waits for it is told so."""
        provider, slot = self._provider(request), self._slot(request)
        provider.given_up = why
        if provider.probe is not None:
            provider.probe.set()
        while slot is not None and slot.queue:
            _, waiting = slot.queue.popleft()
            waiting.errback(ProviderPaused(why))


def retry_after(response: Response, now: datetime) -> float | None:
    """Seconds that `Retry-After` asks for, given as seconds or as a date; None where it is missing or no such thing."""
    value: Any = (response.headers.get("Retry-After") or b"").decode("latin-1").strip()
    if value.isascii() and value.isdigit():
        return float(value)
    try:
        moment = email.utils.parsedate_to_datetime(value)
    except (TypeError, ValueError, IndexError, OverflowError):
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return max(0.0, (moment - now).total_seconds())
