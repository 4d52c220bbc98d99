"""`python -m tests.bench.pace [HOSTS ARTICLES SECONDS]`: how close a polite crawl comes to what its delays allow.

Invented papers over loopback, with so many articles each beside their lists; without arguments 20 hosts of 40 articles
with 0.5 s between two requests to a host, then 100 hosts of 6 with 2 s. Cleaning is part of it. No crawl can take less
than the pauses of the host that is asked most: that is the floor. Beside it stands what a client of ten lines takes
for the same requests with the same pauses, which neither keeps nor cleans anything: what the machine allows just now.
"""

import asyncio
import sys
import tempfile
import time
from collections import defaultdict
from itertools import pairwise
from pathlib import Path
from statistics import median
from typing import NamedTuple

from archive.store import Archive
from crawler.run import crawl
from tests.press import Press, Request

SIZES = ((20, 40, 0.5), (100, 6, 2.0))


def by_host(requests: list[Request]) -> dict[str, list[Request]]:
    """What each host was asked, in its order."""
    found = defaultdict[str, list[Request]](list)
    for request in requests:
        found[request.host].append(request)
    return found


async def bare(asked: dict[str, list[Request]], port: int, pace: float) -> None:
    """The same requests, each host by itself, `pace` after the answer before."""

    async def ask(host: str, paths: list[str]) -> None:
        reader, writer = await asyncio.open_connection(host, port)
        for path in paths:
            writer.write(f"GET {path} HTTP/1.1\r\nHost: {host}\r\n\r\n".encode())
            head = await reader.readuntil(b"\r\n\r\n")
            await reader.readexactly(int(head.partition(b"Content-Length: ")[2].split()[0]))
            if path != paths[-1]:
                await asyncio.sleep(pace)
        writer.close()

    await asyncio.gather(*(ask(host, [r.path for r in requests]) for host, requests in asked.items()))


class Pace(NamedTuple):
    """One crawl: pages asked for and articles made; seconds that the pauses alone need, from the first request to the
    last, of the bare client, of all; processor seconds of the crawl's process; gaps between a host's requests."""

    pages: int
    articles: int
    floor: float
    fetching: float
    least: float
    whole: float
    cpu: float
    gaps: list[float]


def measure(hosts: int, articles: int, pace: float) -> Pace:
    """Crawl once, and let the bare client ask the same."""
    with Press(hosts, articles, faults=False, words=600) as press, tempfile.TemporaryDirectory() as folder:
        with Archive(Path(folder) / "archive.db") as archive:
            start, used = time.monotonic(), time.process_time()
            crawl(archive, press.sources(pace))
            took, used = time.monotonic() - start, time.process_time() - used
            (cleaned,) = archive.conn.execute("SELECT count(*) FROM articles").fetchone()
        requests = press.requests()
        asked = by_host(requests)
        floor = (max(map(len, asked.values())) - 1) * pace
        start = time.monotonic()
        asyncio.run(bare(asked, press.port, pace))
        least = time.monotonic() - start
    fetching = max(r.at for r in requests) - min(r.at for r in requests)
    gaps = [b.at - a.at for of in asked.values() for a, b in pairwise(of)]
    return Pace(len(requests), cleaned, floor, fetching, least, took, used, gaps)


def tell(hosts: int, pace: float, found: Pace) -> None:
    """The ratios."""
    pages, cleaned, floor, fetching, least, took, used, gaps = found
    ratio, bound, whole, cpu = fetching / floor, least / floor, took / floor, 1000 * used / pages
    name = f"pace, {hosts} hosts at {pace:g} s:"
    print(f"{name} {pages} pages, {cleaned} articles; the pauses alone need {floor:.1f} s")
    print(f"{name} first to last request {fetching:.1f} s, {ratio:.2f} of that; the bare client {bound:.2f}")
    print(f"{name} the whole crawl with start and end {took:.1f} s, {whole:.2f}; {cpu:.1f} ms of CPU a page")
    print(f"{name} as the host sees it, between two requests: least {min(gaps):.3f} s, median {median(gaps):.3f} s")


if __name__ == "__main__":
    given = sys.argv[1:]
    for size in [(int(given[0]), int(given[1]), float(given[2]))] if given else SIZES:
        tell(size[0], size[2], measure(*size))
