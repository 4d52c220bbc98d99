"""One worker of a crawl on a shared frontier, in a process of its own: `python -m tests.crawler.worker ORDER`.

The order is JSON; what it prints in the end is its outcome.
"""

import logging
import sys
from pathlib import Path

import msgspec

import crawler.session
from archive.store import Archive
from config.sources import Sources
from crawler.run import crawl
from tests.faults.orders import HereToo


class Order(msgspec.Struct):
    """What a worker is to crawl."""

    archive: str
    port: int
    frontier: str | None = None
    pace: float = 0.0
    papers: int = 0
    """Those of `tests.press`, with so many articles each; 0: those of `tests.corpus`."""
    articles: int = 0
    size: int = 0
    """Articles of the corpus."""
    names: tuple[str, ...] = ()
    """Its papers that are crawled; empty: all."""
    command: str = "crawl"


def sources_of(order: Order) -> Sources:
    """The declarations of what is served."""
    if order.papers:
        from tests.press import declared

        return declared(order.papers, order.articles, order.port, order.pace)
    from tests.corpus import Corpus
    from tests.corpus.serve import declared as declared_of

    every = declared_of(Corpus(1, "A", order.size), order.port, order.pace)
    return Sources({name: every[name] for name in order.names or every}, every.families)


def main() -> None:
    """Crawl as ordered."""
    order = msgspec.json.decode(sys.argv[1], type=Order)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname).1s %(name)s %(message)s")
    for name in ("scrapy", "asyncio", "trafilatura", "htmldate"):
        logging.getLogger(name).setLevel(logging.WARNING)
    crawler.session.CleaningPool = HereToo  # type: ignore[attr-defined,misc]
    with Archive(Path(order.archive)) as archive:
        done = crawl(archive, sources_of(order), command=order.command, frontier=order.frontier)
    sys.stdout.write(done.outcome + "\n")


if __name__ == "__main__":
    main()
