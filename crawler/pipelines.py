"""The last station of a visit: the ledger."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from corpus.errors import MljobsError

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

    from corpus.records import BoardVisit


class LedgerPipeline:
    """Hands each visit to the spider's `record`; where the file cannot be written the crawl ends at once."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> LedgerPipeline:
        """Scrapy's way to make one."""
        return cls(crawler)

    async def process_item(self, item: BoardVisit) -> BoardVisit:
        """Write one visit."""
        from crawler.spiders.base import BoardSpider  # noqa: PLC0415 - spiders import Scrapy's world, this need not

        spider = self.crawler.spider
        assert isinstance(spider, BoardSpider)
        if spider.error is not None:
            return item
        try:
            spider.record(item)
        except MljobsError as error:
            spider.error = error
            assert self.crawler.engine is not None
            self._closing = asyncio.ensure_future(
                self.crawler.engine.close_spider_async(reason="the file cannot be written")
            )
        return item
