"""The last station of a visit: the ledger."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

    from corpus.records import BoardVisit


class LedgerPipeline:
    """Hands each visit to the spider's `record`; where that fails the spider starts nothing more."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> LedgerPipeline:
        """Scrapy's way to make one."""
        return cls(crawler)

    async def process_item(self, item: BoardVisit) -> BoardVisit:
        """Write one visit."""
        from crawler.spiders.base import BoardSpider

        spider = self.crawler.spider
        assert isinstance(spider, BoardSpider)
        if spider.error is not None:
            return item
        try:
            spider.record(item)
        except Exception as error:  # noqa: BLE001 - it ends the run, which raises it again
            spider.error = error
        return item
