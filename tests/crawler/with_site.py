"""Commands with the sample site declared as a paper: `python -m tests.crawler.with_site HOST PORT COMMAND…`.

COMMAND is `scrapy` with its arguments, or `crawl ARCHIVE`, which prints how the crawl ended; `assets ARCHIVE HOST` is
the same with assets, which lie on HOST. Scrapy's deprecation
warnings are errors.
"""

import sys
import warnings
from pathlib import Path

import msgspec
from scrapy.cmdline import execute
from scrapy.exceptions import ScrapyDeprecationWarning

import crawler.loader
import crawler.session
import crawler.spider
from archive.store import Archive
from config.sources import Sources
from crawler.run import crawl
from tests.crawler.site import declare


def main(host: str, port: str, command: str, *arguments: str) -> None:
    """Run one command."""
    warnings.simplefilter("error", ScrapyDeprecationWarning)
    crawler.session.PATIENCE = 2.0  # what waits longer is for the next run, which tests need not wait for
    source = declare("sample", host, int(port))
    if command == "assets":
        source = msgspec.structs.replace(source, api_hosts=(arguments[1],))
    sources = Sources({"sample": source}, {})
    crawler.loader.load = crawler.spider.load = lambda: sources  # type: ignore[attr-defined]
    if command == "scrapy":
        execute(["scrapy", *arguments])
    with Archive(Path(arguments[0])) as archive:
        print(crawl(archive, sources, assets=command == "assets").outcome)


if __name__ == "__main__":
    main(*sys.argv[1:])
