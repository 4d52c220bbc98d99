"""`scrapy crawl`: arguments are looked at before anything starts, or their trouble would come as a traceback."""

import argparse

from scrapy.commands.crawl import Command as ScrapyCommand
from scrapy.exceptions import UsageError

from crawler.spider import limit_of


class Command(ScrapyCommand):
    """Scrapy's command, which takes `-a limit=N` here and no other argument."""

    def process_options(self, args: list[str], opts: argparse.Namespace) -> None:
        """Raise UsageError, which Scrapy prints in one line with exit code 2, for an argument that no spider takes."""
        super().process_options(args, opts)
        if unknown := sorted(set(opts.spargs) - {"limit"}):
            raise UsageError(f"-a {unknown[0]}=…: only `limit` may be given, as in -a limit=50", print_help=False)
        limit_of(opts.spargs.get("limit"))
