"""`scrapy crawl`: arguments are looked at before anything starts, or their trouble would come as a traceback."""

import argparse

from scrapy.commands.crawl import Command as ScrapyCommand
from scrapy.exceptions import UsageError

from crawler.spider import number_of, span_of

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
