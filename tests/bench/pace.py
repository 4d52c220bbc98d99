"""`python -m tests.bench.pace`: how close a polite crawl of many hosts comes to what its delays allow.

20 loopback hosts with one section page and 15 articles each, 0.5 s between two requests to a host: with robots.txt
that is 17 requests a host, so no crawl can take less than 16 pauses, 8 s. Cleaning is part of it.
"""

import multiprocessing
import tempfile
import time
from contextlib import ExitStack
from multiprocessing.connection import Connection
from pathlib import Path

from archive.store import Archive
from config.sources import Sources
from crawler.run import crawl
from tests.crawler.site import Site, paper

HOSTS, ARTICLES, PACE = 20, 15, 0.5
FLOOR = (ARTICLES + 1) * PACE


def serve(told: Connection) -> None:
    """The sites, in a process of their own as they are in life: tells the declarations, then the shortest pause."""
    with ExitStack() as stack:
        sites = [stack.enter_context(Site(paper(ARTICLES, words=8), f"127.78.0.{n}")) for n in range(1, HOSTS + 1)]
        told.send({f"paper{n}": site.source(f"paper{n}", PACE, pager_limit=1) for n, site in enumerate(sites, 1)})
        told.recv()
        told.send(min(b.at - a.at for s in sites for a, b in zip(s.asked, s.asked[1:], strict=False)))


def main() -> None:
    """Crawl once, and print the ratio to the floor."""
    here, there = multiprocessing.Pipe()
    web = multiprocessing.get_context("spawn").Process(target=serve, args=(there,), daemon=True)
    web.start()
    sources = Sources(here.recv(), {})
    with tempfile.TemporaryDirectory() as folder, Archive(Path(folder) / "archive.db") as archive:
        start = time.monotonic()
        crawl(archive, sources)
        took = time.monotonic() - start
        articles = archive.conn.execute("SELECT count(*) FROM articles").fetchone()[0]
    here.send("enough")
    print(f"pace: {took:.1f} s for {articles} articles of {HOSTS} hosts, {took / FLOOR:.2f} of the floor {FLOOR:.1f} s")
    print(f"pace: the shortest pause between two requests to a host was {here.recv():.2f} s of {PACE} s")
    web.join()


if __name__ == "__main__":
    main()
