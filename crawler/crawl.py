"""A run: the boards through their spiders into the ledger, from the network or from an archive."""

from __future__ import annotations

import asyncio
import logging
import time
from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Any

import click
from attrs import define, field, frozen

from corpus.records import COMPLETE_OUTCOMES, Board, BoardVisit
from crawler import settings as polite
from crawler.archive import ArchiveWriter, Captures
from crawler.health import Fields
from crawler.platforms import platform
from crawler.politeness import is_loopback
from crawler.writing import writer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from corpus.ledger import Ledger
    from corpus.visit_writer import Recorded
    from crawler.spiders.base import BoardSpider

Key = tuple[str, str, str]
HISTORY = "history"


@frozen
class Options:
    """How a crawl is to be made."""

    keep_all: bool = False
    archive: Path | None = None
    deadline_seconds: float | None = None
    delay: float | None = None
    """Seconds between requests; below the polite default only for hosts on loopback."""
    boards_at_once: int = 16
    history: str | None = None
    """The web archive to read the past from, instead of the boards themselves."""
    since: str = "19960101"
    until: str = "99991231"
    """Of history: first and last day of captures, YYYYMMDD."""
    verbose: bool = False


@define
class Tally:
    """What a run has done so far."""

    outcomes: Counter[str] = field(factory=Counter)
    boards: set[Key] = field(factory=set)
    boards_ok: set[Key] = field(factory=set)
    requests: int = 0
    seen: int = 0
    new: int = 0
    changed: int = 0
    reopened: int = 0
    closed: int = 0
    rejected: int = 0
    fields: dict[str, Fields] = field(factory=lambda: defaultdict(Fields))
    problems: list[str] = field(factory=list)
    """One line for each board that is not fine."""

    def add(self, visit: BoardVisit, recorded: Recorded) -> None:
        """Count one visit."""
        key = (visit.board.source, visit.board.region, visit.board.token)
        self.outcomes[recorded.outcome] += 1
        self.boards.add(key)
        if recorded.outcome in COMPLETE_OUTCOMES:
            self.boards_ok.add(key)
        self.requests += visit.request_count
        for name in ("seen", "new", "changed", "reopened", "closed", "rejected"):
            setattr(self, name, getattr(self, name) + getattr(recorded, name))
        self.fields[visit.board.source].add(visit)
        if recorded.detail:
            self.problems.append(f"{visit.board.source}:{visit.board.token} {recorded.outcome}: {recorded.detail}")


def crawl(
    ledger: Ledger, run_id: int, boards: Iterable[Board], options: Options, tick: Callable[[BoardVisit], None]
) -> Tally:
    """Visit the boards over the network; `tick` hears of each visit that was written."""
    from scrapy.crawler import AsyncCrawlerProcess
    from scrapy.settings import Settings

    tally = Tally()
    by_platform: dict[str, list[Board]] = defaultdict(list)
    registered: set[str] = set()
    for board in boards:
        by_platform[HISTORY if options.history else board.source].append(board)
        if board.source not in registered:
            register(ledger, platform(board.source))
            registered.add(board.source)
    archive = ArchiveWriter(options.archive) if options.archive else None
    stop_at = time.monotonic() + options.deadline_seconds if options.deadline_seconds else None

    async def record(visit: BoardVisit) -> None:
        tally.add(visit, await write(visit))
        tick(visit)

    settings = Settings()
    settings.setmodule(polite, priority="project")
    if options.verbose:
        settings.set("LOG_LEVEL", "INFO", priority="cmdline")
    else:
        logging.getLogger("asyncio").setLevel(logging.CRITICAL)
    process = AsyncCrawlerProcess(settings)
    crawlers = []
    for name, some in by_platform.items():
        spider, more = _spider_of(name, options)
        crawler = process.create_crawler(with_slots(spider, some, options.delay))
        crawlers.append(crawler)
        process.crawl(
            crawler,
            boards=some,
            record=record,
            archive=archive,
            known_visits=ledger.complete_visits,
            last_reading=ledger.last_reading,
            known_texts=ledger.texts_of,
            keep_all=options.keep_all,
            boards_at_once=options.boards_at_once,
            stop_at=stop_at,
            **more,
        )
    try:
        with writer(ledger, run_id, sum(map(len, by_platform.values()))) as write:
            process.start()
    finally:
        if archive is not None:
            archive.close()
    for crawler in crawlers:
        error = getattr(crawler.spider, "error", None)
        if error is not None:
            raise error
    if any(crawler.stats is None or crawler.stats.get_value("finish_reason") != "finished" for crawler in crawlers):
        raise click.Abort  # Ctrl-C: the run stays unfinished and is taken up again by the same command
    return tally


def _spider_of(name: str, options: Options) -> tuple[type[BoardSpider], dict[str, Any]]:
    """The spider of a platform, or the one that reads an archive for all of them."""
    if name != HISTORY:
        return platform(name), {}
    from crawler.history import HistorySpider

    return HistorySpider, {"archive_name": options.history, "since": options.since, "until": options.until}


def with_slots(spider: type[BoardSpider], boards: list[Board], delay: float | None) -> type[BoardSpider]:
    """The spider with the pace of its providers: never below the polite one but on loopback."""
    pace = max(polite.DOWNLOAD_DELAY if spider.delay is None else spider.delay, polite.LEAST_DELAY, delay or 0)
    own: dict[str, Any] = {"delay": pace, "jitter": polite.DOWNLOAD_DELAY_JITTER}
    if spider.concurrency:
        own["concurrency"] = spider.concurrency
    slots = {spider.platform: own}
    for board in boards:
        host, netloc = base_of(board)
        if netloc:
            slots[netloc] = {"delay": delay or 0, "concurrency": 16, "jitter": 0} if is_loopback(host) else own
    return type(
        spider.__name__,
        (spider,),
        {
            "custom_settings": {"DOWNLOAD_SLOTS": slots, "DOWNLOAD_DELAY": pace},
            "platform": spider.platform,
            "title": spider.title,
        },
    )


def base_of(board: Board) -> tuple[str, str]:
    """Host, and host with port, of a board's own address; empty where it has none."""
    from urllib.parse import urlsplit

    parts = urlsplit(board.api_base or "")
    return parts.hostname or "", parts.netloc


def register(ledger: Ledger, spider: type[BoardSpider]) -> None:
    """The platform's row in `sources`."""
    ledger.set_source(spider.platform, spider.kind, name=spider.title, homepage=spider.homepage, terms=spider.terms)


def replay(
    ledger: Ledger,
    run_id: int,
    boards: Iterable[Board],
    archives: list[Path],
    options: Options,
    tick: Callable[[BoardVisit], None],
) -> Tally:
    """Visit the boards as archives show them: every capture of a board's first request is a visit of its time.

    Visits that the run already has are not made again.
    """
    done = ledger.instants_in(run_id)
    captures, tally = Captures.read(archives), Tally()
    spiders: dict[str, BoardSpider] = {}
    for board in boards:
        spider = spiders.get(board.source)
        if spider is None:
            register(ledger, platform(board.source))
            spider = spiders[board.source] = platform(board.source)(
                known_visits=ledger.complete_visits, keep_all=options.keep_all
            )
        for visit in asyncio.run(_looks(spider, board, captures)):
            if (board.source, board.region, board.token, visit.visited_at) in done:
                continue
            tally.add(visit, ledger.record(run_id, visit))
            tick(visit)
    return tally


async def _looks(spider: BoardSpider, board: Board, captures: Captures) -> list[BoardVisit]:
    first = spider.rebased(spider.first_request(board), board)
    times = dict.fromkeys(capture.at for capture in captures.of(first))
    return [visit for at in times async for visit in spider.looks(board, captures.fetch_at(at), lambda at=at: at)]  # type: ignore[misc]
