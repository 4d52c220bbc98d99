"""What many papers and pages take, on paper: `python -m tests.bench.capacity [--papers N] [--pages N] [--write-docs]`.

Every figure is one that was measured (docs/bench.jsonl, docs/growth.jsonl, docs/machines.jsonl), times what is asked
for. `flow`, `backfill`, `room`, `frontier`, `merging` and `again` reckon; `tests.bench.capacity_page` tells it.
"""

import json
import sys
from argparse import ArgumentParser
from collections.abc import Sequence
from itertools import takewhile
from math import ceil
from typing import Any, NamedTuple

from archive.revisit import DAY, RARELY, next_visit
from crawler.session import SOON
from tests.bench import curves, sheet

MACHINES = sheet.DOCS / "machines.jsonl"
"""What `tests.bench.machines` measured: a line each, {"what": …, figures}."""
YEAR = 365 * DAY


class Asked(NamedTuple):
    """What is to be collected, and what is taken for granted; `ASSUMED` tells why."""

    papers: int = 1_000
    pages: int = 100_000_000
    pace: float = 2.0
    """Seconds between two requests to a paper."""
    daily: int = 100
    """New articles of a paper a day."""
    lists: int = 8
    """Feeds, sections and sitemaps of a paper that every crawl asks."""
    crawls: int = 48
    """Crawls a day."""
    largest: int = 20
    """Pages of the largest paper, in terms of the mean."""
    disk: float = 200.0
    """MB a second that a disk takes."""


ASSUMED = {
    "pace": "the default pace, which every declared paper has ([manners](manners.md))",
    "daily": "a large paper's day; most print less",
    "lists": "the 121 declared papers have 7.3 in the mean ([papers](papers.md))",
    "crawls": "every half hour, as [scheduling](scheduling.md) advises",
    "largest": "not measured: a few papers have decades online, most have less",
    "disk": "a plain SSD over a network; not measured",
}
"""Where each of `Asked` that is not asked for comes from."""


class Measured(NamedTuple):
    """What was measured, a page unless something else is said."""

    cores: int
    """Of the machine that measured."""
    rate: float
    """Pages a second of the whole job on that machine."""
    keep_rate: float
    """The same where pages are kept, and cleaned another time."""
    crawl: float
    """Milliseconds of the processor for the whole job."""
    clean: float
    """For cleaning a stored page again, with all that belongs to it."""
    weight: float
    """KB that come over the line, where nothing is compressed."""
    captured: float
    """KB of a body in the archive, as it came."""
    packed: float
    """KB of a body, packed."""
    row: float
    """KB of an article beside its body: page, cleaning, article, index."""
    searched: int
    """Articles up to which one file was measured."""
    slower: float
    """How many times slower it takes articles then, than when it is small."""
    server: float
    """Milliseconds of the database server's processor, from the lease to what the cleaned page leads to."""
    client: float
    """Milliseconds of the worker's for the same."""
    fill: float
    """Milliseconds of the server's for a new address of a long list."""
    look: float
    """Milliseconds of the server's for a look of a worker for which nothing is due."""
    waiting: float
    """Bytes of an address in the shared frontier that waits, and of one that was visited."""
    visited: float
    new: float
    """Milliseconds for merging a new page, with what is derived of it, and one that was merged before."""
    known: float
    spread: float
    """Pages a second of a Dask cluster, in terms of the local pool's with as many processes."""
    writer: float
    """Milliseconds of the one process of a cluster that writes."""


class Flow(NamedTuple):
    """The daily news. Requests are those of a day."""

    articles: int
    visits: int
    """Requests for an article in its first year."""
    lists: float
    news: float
    old: float
    """What was filled back, which is visited again."""
    requests: float
    share: float
    """Of the requests that a paper's pace allows in a day."""
    busy: float
    """Share of one machine's day."""
    server: float
    """Cores of the database server, where there is one."""
    disk: float
    """Bytes a year, packed."""


class Back(NamedTuple):
    """A back-fill in so many days."""

    rate: float
    """Requests a second."""
    machines: int
    keeping: int
    """Machines that keep and do not clean."""
    server: float
    """Cores of the database server."""
    line: float
    """Mbit a second, bodies compressed as they are stored."""
    plain: float
    """The same where no paper compresses."""


class Room(NamedTuple):
    """Bytes on disk."""

    captured: float
    packed: float
    rows: float
    """What is beside the bodies."""
    files: int
    """Archive files of the size that was measured."""


class Queue(NamedTuple):
    """The shared frontier."""

    rows: int
    waiting: float
    """Bytes, when everything waits, and when everything was visited."""
    visited: float
    filling: float
    """Days of one core of the server for putting all addresses in."""
    looks: float
    """Cores of the server for one worker that looks as often as it may."""


class Merging(NamedTuple):
    """Days of one process for merging."""

    small: float
    """Everything once, at the pace of a small archive."""
    large: float
    """At that of the largest that was measured."""
    copying: float
    """The bodies as captured, written once by the disk."""
    known: float
    """Going through everything again, when nothing is new."""


def flow(asked: Asked, of: Measured) -> Flow:
    """The daily news, and the visits to what was filled back a year ago or less."""
    articles, visits = asked.papers * asked.daily, visits_in_a_year(0.0)
    lists, news = float(asked.papers * asked.lists * asked.crawls), float(articles * visits)
    old = asked.pages * (visits_in_a_year(RARELY) - 1) * DAY / YEAR
    requests = lists + news + old
    allowed = asked.papers * DAY / asked.pace
    disk = 365e3 * articles * (of.packed + of.row)
    busy, server = requests / _each(of) / DAY, requests * of.server / 1e3 / DAY
    return Flow(articles, visits, lists, news, old, requests, requests / allowed, busy, server, disk)


def visits_in_a_year(age: float) -> int:
    """How often an article that is of this age (seconds) when it is first fetched is fetched in the year after, that
    time included, where its paper has no habits."""
    now, count = age, 1
    while (due := next_visit("article", 0.0, now)) is not None and due <= age + YEAR:
        now, count = due, count + 1
    return count


def paced(asked: Asked) -> float:
    """Days that a back-fill takes at the papers' pace, where all have as many pages."""
    return asked.pages / asked.papers * asked.pace / DAY


def backfill(asked: Asked, of: Measured, days: float) -> Back:
    """What fetches all pages in so many days; the papers' pace allows none below `paced`."""
    rate = asked.pages / (days * DAY)
    machines = ceil(rate / _each(of)), ceil(rate / _with_server(of.keep_rate, of))
    server = rate * (of.server + of.fill) / 1e3
    return Back(rate, *machines, server, 8e-3 * rate * of.captured, 8e-3 * rate * of.weight)


def _each(of: Measured) -> float:
    """Pages a second of one machine that takes from a shared frontier: what that costs comes on top."""
    return _with_server(of.rate, of)


def _with_server(rate: float, of: Measured) -> float:
    return 1 / (1 / rate + of.client / 1e3)


def room(asked: Asked, of: Measured) -> Room:
    """What all pages take, as articles of one visit each."""
    sizes = (1e3 * asked.pages * kb for kb in (of.captured, of.packed, of.row))
    return Room(*sizes, ceil(asked.pages / of.searched))


def frontier(asked: Asked, of: Measured) -> Queue:
    """The database."""
    rows = asked.pages + asked.papers * (asked.lists + 1)
    filling, looks = rows * of.fill / 1e3 / DAY, of.look / 1e3 / SOON
    return Queue(rows, rows * of.waiting, rows * of.visited, filling, looks)


def merging(asked: Asked, of: Measured) -> Merging:
    """What one `baoluu merge` after the other takes."""
    once, known = (asked.pages * ms / 1e3 / DAY for ms in (of.new, of.known))
    copying = asked.pages * of.captured / 1e3 / asked.disk / DAY
    return Merging(once, once * of.slower, copying, known)


def again(asked: Asked, of: Measured, machines: int) -> float:
    """Days in which so many machines clean everything again: one by its own pool, more as a cluster, whose pages go
    through one writer."""
    alone = 1e3 * of.cores / of.clean
    rate = alone if machines == 1 else min(machines * alone * min(1.0, of.spread), 1e3 / of.writer)
    return asked.pages / rate / DAY


def measured(papers: int) -> Measured:
    """The figures in docs/; of the shared frontier those for as many papers, or the next more that were measured."""
    parts = {part.name: part for part in sheet.read(sheet.RESULTS)}
    whole = parts["whole"]
    runs = {run.name: run for name in ("fetch", "whole") for run in parts[name].found.runs}
    grown = curves.read(curves.RESULTS)
    last = grown[-1]
    corpus = whole.found.corpus
    assert corpus is not None
    told = [json.loads(line) for line in MACHINES.read_text(encoding="utf-8").splitlines()]
    queue, (cluster,), (united,) = _of(told, papers), *([o for o in told if o["what"] == w] for w in ("dask", "merge"))
    archive, cleaned = parts["archive"].found, parts["reclean"].found
    return Measured(
        cores=int(whole.machine.split()[0]),
        rate=runs["baoluu"].pace,
        keep_rate=runs["baoluu, fetch and keep"].pace,
        crawl=runs["baoluu"].cpu,
        clean=_ours(cleaned, "real pages"),
        weight=corpus.weight,
        captured=_ours(archive, "real pages, as captured"),
        packed=_ours(archive, "real pages, packed"),
        row=last["bytes"] / last["articles"] / 1e3,
        searched=last["articles"],
        slower=max(1.0, grown[0]["rate"] / last["rate"]),
        server=queue["processor_ms"],
        client=queue["client_ms"],
        fill=queue["fill_ms"],
        look=queue["look_ms"],
        waiting=queue["waiting"],
        visited=queue["bytes"],
        new=united["new_ms"],
        known=united["known_ms"],
        spread=cluster["ratio"],
        writer=cluster["writer_ms"],
    )


def _of(told: Sequence[dict[str, Any]], papers: int) -> dict[str, Any]:
    """The measured frontier of so many papers, or the next larger one."""
    found = sorted((one for one in told if one["what"] == "frontier"), key=lambda one: int(one["papers"]))
    return found[min(len(found) - 1, len([*takewhile(lambda one: one["papers"] < papers, found)]))]


def _ours(found: sheet.Found, what: str) -> float:
    return float(next(row.ours for row in found.rows if row.what.startswith(what)))


def main(arguments: Sequence[str]) -> None:
    """Print it, or write the page and its plot."""
    from tests.bench.capacity_page import page, write

    parser = ArgumentParser(prog="python -m tests.bench.capacity", description="What many papers and pages take.")
    for name, value in Asked()._asdict().items():
        parser.add_argument(f"--{name}", type=type(value), default=value, help="default: %(default)s")
    parser.add_argument("--write-docs", action="store_true", help="write docs/capacity.md and its plot")
    given = vars(parser.parse_args(arguments))
    write_docs = given.pop("write_docs")
    asked = Asked(**given)
    if min(asked) <= 0:
        parser.error("every number must be above 0")
    of = measured(asked.papers)
    if write_docs:
        write(asked, of)
    else:
        print(page(asked, of))


if __name__ == "__main__":
    main(sys.argv[1:])
