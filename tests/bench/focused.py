"""`python -m tests.bench.focused`: crawls for topics, of generated newsrooms served on loopback, beside breadth first.

The project's own crawler collects every topic from five of its articles, twenty papers side by side, into an empty
archive, until it ends by itself. Counted are all requests but for robots.txt. Beside it, in the same run and over the
same pages: a plain Scrapy spider that follows every link, breadth first, from the same articles and the front pages of
the papers that have any, for as many pages.
"""

import argparse
import json
import logging
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

from archive.store import Archive
from config.topics import Topic
from crawler.run import crawl
from tests.bench.topical import PAGE
from tests.corpus import WRITERS, Corpus, measure
from tests.corpus.serve import Served

SEEDS, EXAMPLES, BUDGET = (1, 2, 3), 5, 2.5
PACE = 0.2
"""Seconds between two requests to a paper. In the field it is two and more, and what came is cleaned long before."""
RESULTS = PAGE.with_name("topics-crawls.jsonl")
MARKS = ("<!-- figures of tests.bench.focused -->", "<!-- end of crawls -->")
_PLAIN = """
import scrapy, sys
class Plain(scrapy.Spider):
    name = "plain"
    start_urls = {urls!r}
    custom_settings = {{
        "ROBOTSTXT_OBEY": False, "DOWNLOAD_DELAY": 0, "LOG_LEVEL": "ERROR", "CLOSESPIDER_PAGECOUNT": {pages},
        "CONCURRENT_REQUESTS": 16, "CONCURRENT_REQUESTS_PER_DOMAIN": 1, "DEPTH_PRIORITY": 1,
        "TELNETCONSOLE_ENABLED": False,
        "SCHEDULER_DISK_QUEUE": "scrapy.squeues.PickleFifoDiskQueue",
        "SCHEDULER_MEMORY_QUEUE": "scrapy.squeues.FifoMemoryQueue",
    }}
    def parse(self, response):
        if hasattr(response, "css"):
            yield from response.follow_all(css="a::attr(href)")
"""


def crawled(corpus: Corpus, topic: str) -> dict[str, Any]:
    """One line of the results."""
    articles = corpus.of_topic(topic)
    with tempfile.TemporaryDirectory() as folder:
        with Served(corpus, pace=PACE) as served, Archive(Path(folder) / "a.db") as archive:
            wanted = {served.web.url(a) for a in articles}
            seeds = tuple(served.web.url(a) for a in Random(7).sample(articles, EXAMPLES))
            crawl(archive, served.sources, topic=Topic(title=topic, name="t", seeds=seeds))
            curve = measure.harvest(served.fetched(), wanted)
        budget = round(BUDGET * len(wanted))
        with Served(corpus) as served:  # on other ports: its addresses are told anew
            wanted = {served.web.url(a) for a in articles}
            plain = measure.harvest(_breadth_first(served, articles, budget), wanted)
    enough = curve.pages_for(0.95)
    return {
        "generator": corpus.generator,
        "seed": corpus.seed,
        "topic": topic,
        "articles": len(wanted),
        "pages": len(curve.at),
        "recall": round(curve.recall(len(curve.at)), 3),
        "within": round(curve.recall(budget), 3),
        "enough": enough and round(enough / len(wanted), 2),
        "rate": round(curve.rate(budget), 3),
        "plain": round(plain.rate(budget), 4),
    }


def _breadth_first(served: Served, articles: list[Any], budget: int) -> list[str]:
    """What a plain spider fetches, in its order."""
    papers = sorted({a.paper for a in articles})
    seeds = [served.web.url(a) for a in Random(7).sample(articles, EXAMPLES)]
    urls = [*seeds, *(f"{served.web.base(paper)}/" for paper in papers)]
    with tempfile.TemporaryDirectory() as folder:
        spider = Path(folder) / "plain.py"
        spider.write_text(_PLAIN.format(urls=urls, pages=budget), encoding="utf-8")
        command = [sys.executable, "-m", "scrapy", "runspider", str(spider)]
        subprocess.run(command, check=True, timeout=300, cwd=folder, env={**os.environ, "SCRAPY_PROJECT": ""})
    return served.fetched()[:budget]


def table(lines: list[dict[str, Any]]) -> Iterator[str]:
    """The table of docs/topics.md: a corpus a line."""
    yield "| corpus | topics | found within 2.5 pages an article | worst topic | pages an article for 95 %, median"
    yield " | never there | finds a page | breadth first | ratio |\n" + "| --- " * 9 + "|\n"
    for corpus in sorted({(one["generator"], one["seed"]) for one in lines}):
        of = [one for one in lines if (one["generator"], one["seed"]) == corpus]
        every = sum(one["articles"] for one in of)
        found = sum(one["within"] * one["articles"] for one in of) / every
        enough = sorted(one["enough"] or 99 for one in of)
        rate = sum(one["rate"] * one["articles"] for one in of) / every
        plain = sum(one["plain"] * one["articles"] for one in of) / every
        median = enough[len(enough) // 2]
        yield (
            f"| {corpus[0]}/{corpus[1]} | {len(of)} | {found:.1%} | {min(one['within'] for one in of):.1%} |"
            f" {f'{median:.2f}' if median < 99 else '–'} | {sum(one['enough'] is None for one in of)} | {rate:.2f} |"
            f" {plain:.3f} | {rate / plain:.1f}× |\n"
        )


def write_docs(lines: list[dict[str, Any]]) -> None:
    """Put the table into docs/topics.md, and keep the lines beside it."""
    RESULTS.write_text("".join(json.dumps(one, ensure_ascii=False) + "\n" for one in lines), encoding="utf-8")
    page = PAGE.read_text(encoding="utf-8")
    before, _, rest = page.partition(MARKS[0])
    after = rest.partition(MARKS[1])[2]
    PAGE.write_text(f"{before}{MARKS[0]}\n\n{''.join(table(lines))}\n{MARKS[1]}{after}", encoding="utf-8")


def main() -> None:
    """Crawl, print a line a topic, then the table."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.focused", description=__doc__)
    parser.add_argument("--seeds", default=",".join(map(str, SEEDS)), help="of the corpora (default: %(default)s)")
    parser.add_argument("--generators", default="AB", help="generators (default: %(default)s)")
    parser.add_argument("--topics", help="only these topics, by their places in the corpus: 0,3")
    parser.add_argument("--write-docs", action="store_true", help="put the table into docs/topics.md")
    told = parser.parse_args()
    logging.disable(logging.INFO)
    lines = []
    for generator in (g for g in WRITERS if g in told.generators):
        for seed in map(int, told.seeds.split(",")):
            corpus = Corpus(seed, generator)
            places = map(int, told.topics.split(",")) if told.topics else range(len(corpus.topics))
            for place in places:
                lines.append(crawled(corpus, corpus.topics[place]))
                print(json.dumps(lines[-1], ensure_ascii=False), flush=True)
    print("".join(table(lines)))
    if told.write_docs:
        write_docs(lines)


if __name__ == "__main__":
    main()
