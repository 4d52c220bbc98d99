"""Scrapy as it comes, fetching: a spider that counts. Default settings, but robots.txt unasked, errors alone told."""

import json
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

from scrapy import Request, Spider
from scrapy.crawler import CrawlerProcess
from scrapy.http import Response


class Bare(Spider):
    """Asks for every address once."""

    name = "bare"
    pages = bytes = 0

    async def start(self) -> AsyncIterator[Any]:
        for url in Path(sys.argv[1]).read_text().split():
            yield Request(url)

    def parse(self, response: Response) -> None:
        self.pages += response.status == 200
        self.bytes += len(response.body)

    def closed(self, reason: str) -> None:
        Path(sys.argv[2]).write_text(json.dumps({"pages": self.pages, "bytes": self.bytes}))


if __name__ == "__main__":
    process = CrawlerProcess({"ROBOTSTXT_OBEY": False, "LOG_LEVEL": "ERROR"})
    process.crawl(Bare)
    process.start()
