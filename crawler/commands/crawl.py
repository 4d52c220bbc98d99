"""`scrapy crawl`: arguments are looked at before anything starts, or their trouble would come as a traceback.

It ends with the same exit codes as `baoluu crawl`.
"""

import argparse
from typing import Any

from scrapy import Spider
from scrapy.commands.crawl import Command as ScrapyCommand
from scrapy.crawler import Crawler
from scrapy.exceptions import UsageError

from crawler.codes import TROUBLE, code_of_crawl, code_of_error
from crawler.spider import NewsSpider, number_of, span_of

TAKEN = ("limit", "budget", "since", "until")


class Command(ScrapyCommand):
    """Scrapy's command, which takes `-a limit=N`, `budget=N`, `since=D` and `until=D` here and no other argument."""

    def process_options(self, args: list[str], opts: argparse.Namespace) -> None:
        """Raise UsageError, which Scrapy prints in one line with exit code 2, for an argument that no spider takes."""
        super().process_options(args, opts)
        given = opts.spargs
        if unknown := sorted(set(given) - set(TAKEN)):
            raise UsageError(
                f"-a {unknown[0]}=…: only {', '.join(TAKEN)} may be given, as in -a limit=50", print_help=False
            )
        for name in ("limit", "budget"):
            number_of(name, given.get(name))
        span_of(given.get("since"), given.get("until"))

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Crawl, and tell by the exit code how it ended."""
        super().run(args, opts)
        self.exitcode = self.exitcode or _code_of(self._crawler.spider)

    def _create_crawler(self, spidercls: type[Spider] | str, *more: Any) -> Crawler:
        self._crawler = super()._create_crawler(spidercls, *more)
        return self._crawler


def _code_of(spider: Spider | None) -> int:
    """How the crawl of `spider` ended; one that never began is trouble."""
    if not isinstance(spider, NewsSpider):
        return TROUBLE
    session = spider.session
    if error := spider.error or (session and session.error):
        return code_of_error(error)
    return code_of_crawl(session.outcome, session.counts) if session else TROUBLE
