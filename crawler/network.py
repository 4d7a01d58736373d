"""A few polite requests outside of a crawl: for detecting, checking and adding boards."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any, TypeVar, cast
from urllib.parse import urlsplit

import click
import scrapy

from crawler import settings as polite
from crawler.outcomes import failure
from crawler.platforms import platforms
from crawler.politeness import is_loopback

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

    from scrapy.http import Request, Response

    from crawler.spiders.base import Fetch

Result = TypeVar("Result")
RETRIES = 1
"""Of one request: somebody is waiting."""


class Asker(scrapy.Spider):
    """Runs one task with a `fetch` that goes through the same middlewares as a crawl."""

    name = "asker"

    def __init__(self, task: Callable[[Fetch], Awaitable[Any]], kept: list[Any], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.task, self.kept = task, kept

    async def start(self) -> AsyncIterator[Any]:
        """Do the task, keep its result or its error, and ask for nothing else."""
        try:
            self.kept += [await self.task(self.download), None]
        except Exception as error:  # noqa: BLE001 - raised again outside of the crawl
            self.kept += [None, error]
        return
        yield  # an asynchronous generator without items

    async def download(self, request: Request) -> Response:
        """Through the downloader with robots, pauses and retries; `Unreadable` where there is no answer."""
        engine = self.crawler.engine
        assert engine is not None
        try:
            return await engine.download_async(request.replace(dont_filter=True))
        except Exception as error:
            raise failure(error) from error


def ask(task: Callable[[Fetch], Awaitable[Result]], api_base: str | None = None) -> Result:
    """Run `task(fetch)` over the network to its end. One call a process: an event loop is not started twice."""
    from scrapy.crawler import AsyncCrawlerProcess
    from scrapy.settings import Settings

    kept: list[Any] = []
    settings = Settings()
    settings.setmodule(polite, priority="project")
    settings.set("POLITE_RETRIES", RETRIES, priority="cmdline")
    settings.set("DOWNLOAD_SLOTS", _slots(api_base), priority="cmdline")
    logging.getLogger("asyncio").setLevel(logging.CRITICAL)
    process = AsyncCrawlerProcess(settings)
    process.crawl(Asker, task=task, kept=kept)
    process.start()
    if not kept:
        raise click.Abort  # Ctrl-C: the reactor stopped before the task was done
    result, error = kept
    if error is not None:
        raise error
    return cast("Result", result)


def _slots(api_base: str | None) -> dict[str, dict[str, Any]]:
    """Each platform's own pace; none for this machine itself."""
    slots: dict[str, dict[str, Any]] = {}
    for name, spider in platforms().items():
        pace = max(polite.DOWNLOAD_DELAY if spider.delay is None else spider.delay, polite.LEAST_DELAY)
        slots[name] = {"delay": pace, "jitter": polite.DOWNLOAD_DELAY_JITTER, "concurrency": spider.concurrency or 2}
    here = {"delay": 0, "jitter": 0, "concurrency": 8}
    slots |= {"127.0.0.1": here, "localhost": here}
    parts = urlsplit(api_base or "")
    if is_loopback(parts.hostname or ""):
        slots[parts.netloc] = here
    return slots
