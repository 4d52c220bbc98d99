"""`python -m tests.bench.neighbours`: how long `baoluu related` takes, as the archive grows.

Generated newsrooms of 20,000 articles, one after another, are written straight into the tables of one archive: texts,
index, links of every kind, nothing compared. At each size the neighbours of articles drawn from all of it are asked
for. Prints milliseconds, mean, median and 95th percentile, `used` those of the processor alone, and what was found.
"""

import argparse
import json
import time
from collections.abc import Iterator
from pathlib import Path
from random import Random
from statistics import mean, quantiles
from typing import Any

import msgspec

from archive.neighbours import neighbours_of
from archive.store import Archive
from config.clock import stamp
from config.fold import fold
from tests.corpus import pages, records
from tests.corpus.corpus import Corpus
from tests.corpus.web import Web

EACH = 20_000
SIZES = (20_000, 100_000)
ASKED = 60
"""Articles asked for at a size."""
_KINDS = ("related", "inline", "tag", "topic")
_LINK = "INSERT INTO links (article, n, kind, url, title, target, place) VALUES (?, ?, ?, ?, ?, ?, ?)"


def grow(archive: Archive, upto: int) -> None:
    """Write newsrooms until there are `upto` articles, or nearly: a newsroom has a few less than it is asked for."""
    archive.conn.execute("PRAGMA synchronous=OFF")
    archive.conn.execute("PRAGMA foreign_keys=OFF")
    while (done := _held(archive)) < 0.95 * upto:
        seed = done // (EACH // 2)
        with archive.transaction():
            _write(archive, Corpus(seed, "AB"[seed % 2], EACH), seed, done)
        print(f"  {_held(archive):,}", flush=True)


def _held(archive: Archive) -> int:
    return int(archive.conn.execute("SELECT count(*) FROM articles").fetchone()[0])


def _write(archive: Archive, corpus: Corpus, seed: int, done: int) -> None:
    web = Web(corpus)
    for article in corpus.articles:
        shown, key = web.page(web.url(article)), _key(corpus, article.id, seed)
        assert shown
        row = _row(corpus, article.id) | {"id": done + article.id + 1, "article": key}
        row["url"] = _moved(str(row["url"]), seed)
        names, values = ", ".join(row), ", ".join(f":{name}" for name in row)
        archive.conn.execute(f"INSERT INTO articles ({names}) VALUES ({values})", row)
        steps = [step for step in shown.steps if step.kind in _KINDS]
        links = [
            (row["id"], n, s.kind, _moved(s.url, seed), s.anchor, _target(corpus, s.article, seed), f".{s.kind}")
            for n, s in enumerate(steps, 1)
        ]
        archive.conn.executemany(_LINK, links)


def _row(corpus: Corpus, n: int) -> dict[str, Any]:
    article = corpus.articles[n]
    made = records.record(corpus, article)
    told: dict[str, Any] = msgspec.to_builtins(made)
    row = {k: json.dumps(v, ensure_ascii=False) if isinstance(v, list) else v for k, v in told.items()}
    at = stamp(article.published)
    more = {"published_day": at[:10], "first_seen": at, "last_seen": at, "revisions": 1, "page": 1}
    return row | more | {"folded": fold(f"{made.title}\n{made.text}")}


def _key(corpus: Corpus, n: int, seed: int) -> str:
    article = corpus.articles[n]
    paper, _, number = pages.key(corpus.papers[article.paper], article).partition(":")
    return f"{paper}:{seed}{number}"


def _target(corpus: Corpus, n: int | None, seed: int) -> str | None:
    """Every twentieth article was not fetched: links to it are wishes."""
    return None if n is None else _key(corpus, n, seed) + ("-x" if n % 20 == 0 else "")


def _moved(url: str, seed: int) -> str:
    """Pages of lists are the paper's own in every newsroom; articles are not."""
    return url if "/chu-de/" in url or "/tag/" in url or "/tu-khoa/" in url else url.replace(".vn/", f".vn/{seed}-", 1)


def measure(path: Path, seed: int = 7) -> dict[str, object]:
    """One line of the results."""
    waits, used, found, by = [], [], [], dict.fromkeys(("link", "tag", "text", "copy"), 0)
    with Archive(path, write=False) as archive:
        size = _held(archive)
        for key in _asked(archive, size, seed):
            started, free = time.perf_counter(), time.process_time()
            near = neighbours_of(archive, key) or []
            waits.append(1000 * (time.perf_counter() - started))
            used.append(1000 * (time.process_time() - free))
            found.append(len(near))
            for reason in {reason.by for one in near for reason in one.reasons}:
                by[reason] += 1
    cuts = quantiles(waits, n=20, method="inclusive")
    told = {
        "mean": mean(waits),
        "used": mean(used),
        "p50": cuts[9],
        "p95": cuts[18],
        "most": max(waits),
        "found": mean(found),
    }
    return {"articles": size, **{name: round(value, 1) for name, value in told.items()}, "with": by}


def _asked(archive: Archive, size: int, seed: int) -> Iterator[str]:
    for number in Random(seed).sample(range(1, size + 1), ASKED):
        row = archive.conn.execute("SELECT article FROM articles WHERE id = ?", (number,)).fetchone()
        if row:
            yield str(row[0])


def main() -> None:
    """Grow and measure."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.neighbours", description=__doc__)
    parser.add_argument("--articles", type=int, default=SIZES[-1], help="how many in the end (default: %(default)s)")
    parser.add_argument("--path", type=Path, default=Path("data/neighbours.db"), help="the archive")
    told = parser.parse_args()
    for size in (*(s for s in SIZES if s < told.articles), told.articles):
        with Archive(told.path) as archive:
            grow(archive, size)
        print(json.dumps(measure(told.path)), flush=True)


if __name__ == "__main__":
    main()
