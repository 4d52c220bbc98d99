"""What a reader waits for in an archive of any size: seeded searches by kind, `show`, `history`, and bytes by table."""

import sqlite3
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from random import Random
from statistics import quantiles

from archive.choice import Choice
from archive.history import revisions_of
from archive.life import article_of
from archive.schema import TABLES
from archive.search import search
from archive.store import Archive
from config.fold import fold
from tests.bench.invented import COMMON, COMPOUNDS, PAPERS, name, url_of

ASKED = 40
"""Different queries of each kind; each is asked twice, and the second, warm answer counts."""
Spread = dict[str, float]
"""p50 and p95, in milliseconds."""


def measure(archive: Archive, path: Path, seed: int, articles: int) -> dict[str, object]:
    """Everything of one size, for one line of the results."""
    random = Random(seed)
    waits = {kind: _spread(_searches(archive, queries)) for kind, queries in _queries(archive, random, articles)}
    numbers = [random.randrange(articles) for _ in range(5 * ASKED)]
    urls = [url_of(seed, n) for n in numbers]
    keys = [f"bao{url[8 : url.index('.')]}:{n}" for n, url in zip(numbers, urls, strict=True)]
    waits["show"] = _spread(_twice(lambda url: article_of(archive, PAPERS, url) or 1 / 0, urls))
    waits["history"] = _spread(_twice(lambda key: revisions_of(archive, key)[0], keys))
    told: dict[str, object] = {"articles": articles, "asked": ASKED, "sqlite": sqlite3.sqlite_version}
    return told | {"waits": waits, "bytes": path.stat().st_size, "parts": parts(archive)}


def parts(archive: Archive) -> dict[str, int]:
    """Bytes of the file by what they hold."""
    roles = {table.name: table.role for table in TABLES}
    shares: dict[str, int] = {}
    sql = (
        "SELECT m.tbl_name AS name, sum(d.pageno) * :page AS bytes FROM dbstat d"
        " JOIN sqlite_master m ON m.name = d.name WHERE d.aggregate = TRUE GROUP BY 1"
    )
    page = archive.conn.execute("PRAGMA page_size").fetchone()[0]  # dbstat's own sum of bytes overflows at 4 GiB
    for row in archive.rows(sql, {"page": page}):
        role = "index" if row["name"].startswith("articles_fts") else roles.get(row["name"], "internal")
        shares[role] = shares.get(role, 0) + row["bytes"]
    return shares


def _queries(archive: Archive, random: Random, articles: int) -> Iterator[tuple[str, list[str]]]:
    """The kinds of searches, each with its queries: drawn from the common words, or from the texts themselves."""
    common, pairs = COMMON[:30], [c for c in COMPOUNDS[:20] if " " in c]
    several = [" ".join(random.sample(common, random.choice((2, 3)))) for _ in range(ASKED)]
    texts = list(_texts(archive, random, articles))
    yield "common word", [*common, *map(fold, common)][:ASKED]
    yield "common pair", [*pairs, *map(fold, pairs)][:ASKED]
    yield "common words", several[: ASKED // 2] + [fold(query) for query in several[ASKED // 2 :]]
    yield "common phrase", [f'"{query}"' for pair in pairs for query in (pair, fold(pair))][:ASKED]
    yield "rare word", [name(random.randrange(400_000)) for _ in range(ASKED // 2)] + [_longest(t) for t in texts][:20]
    yield "rare with common", [f"{_longest(text)} {random.choice(common)}" for text in texts]
    yield "phrase from a text", [_phrase(text, random) for text in texts]
    yield "odd phrase", [f'"{query}"' for query in several]
    yield "exclusion", [f"{random.choice(common)} -{random.choice(common[10:])}" for _ in range(ASKED)]
    yield "one paper", [f"{random.choice(list(PAPERS))}|{random.choice(common)}" for _ in range(ASKED)]


def _texts(archive: Archive, random: Random, articles: int) -> Iterator[str]:
    for _ in range(ASKED):
        sql = "SELECT text FROM articles WHERE id = ?"
        yield str(archive.conn.execute(sql, (random.randrange(1, articles + 1),)).fetchone()[0])


def _longest(text: str) -> str:
    """A made-up name is longer than any syllable."""
    return max(text.replace(".", "").split(), key=len)


def _phrase(text: str, random: Random) -> str:
    sentence = random.choice([s for s in text.split(".") if s.count(" ") > 5]).split()
    start = random.randrange(len(sentence) - 3)
    return f'"{" ".join(sentence[start : start + 3])}"'


def _searches(archive: Archive, queries: Iterable[str]) -> Iterator[float]:
    def ask(query: str) -> object:
        source, _, words = query.rpartition("|")
        return list(search(archive, words, choice=Choice(source=source or None)))

    return _twice(ask, queries)


def _twice(ask: Callable[[str], object], values: Iterable[str]) -> Iterator[float]:
    """Milliseconds of the second answer to each."""
    for value in values:
        ask(value)
        start = time.perf_counter()
        ask(value)
        yield (time.perf_counter() - start) * 1000


def _spread(waits: Iterable[float]) -> Spread:
    cuts = quantiles(waits, n=20, method="inclusive")
    return {"p50": round(cuts[9], 2), "p95": round(cuts[18], 2)}
