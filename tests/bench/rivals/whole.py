"""The same pages by everybody: fetching them, fetching and keeping, and the whole job, each in a process of its own.

All run in turns, and each run counts from the start of its process to its end. What comes out is checked: how much of
what a reader of these articles has read is in it. Who gives less than half has not done the job, and gets no rate.
"""

import gzip
import inspect
import json
import pickle
import shutil
import sqlite3
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from statistics import median
from typing import NamedTuple

from crawler.run import crawl
from tests.bench.corpus import Article, Corpus, articles
from tests.bench.timed import Failed, Took, timed
from tests.conftest import ROOT

RIVALS = ROOT / ".venv-rivals"
BIN = RIVALS / "bin"
LEAST = 0.5
"""Of the paragraphs: below it there is no rate."""
SECONDS = 900.0
"""A run may take."""
GRAM = 5
OURS, KEPT, BARE, WGET = "baoluu", "baoluu, fetch and keep", "Scrapy, bare", "wget --warc-file"
TRAFILATURA, TRAFILATURA_KEPT = "trafilatura, text alone", "trafilatura, JSON, pages kept"
NEWS_PLEASE, NEWSPAPER = "news-please", "newspaper4k"


class Text(NamedTuple):
    """What somebody made of a page."""

    text: str
    date: str | None = None


class Empty(Exception):
    """A run that gave less than it must."""


class Place(NamedTuple):
    """Where a run finds its work, and leaves what it makes."""

    urls: Path
    sources: Path
    out: Path


class Way(NamedTuple):
    """One who does the job: how it is called, and what then is there; `share` of it must be found."""

    name: str
    call: Callable[[Place], list[str]]
    share: Callable[[Place, Sequence[Article]], tuple[float, float]]
    """The shares of the paragraphs, or for those that only fetch of the bytes, and of articles with a date."""
    here: Callable[[], bool]
    whole: bool = True


class Result(NamedTuple):
    """All runs of one: seconds each, and what was found in the worst."""

    took: list[Took]
    share: float
    dated: float

    def pace(self, pages: int) -> float:
        """Pages a second."""
        return pages / median(t.wall for t in self.took)

    def cpu(self, pages: int) -> float:
        """Milliseconds of the processor a page."""
        return 1e3 * median(t.cpu for t in self.took) / pages


def grams(text: str) -> Iterator[tuple[str, ...]]:
    """Every five words in a row, or all where there are fewer."""
    words = text.split()
    for at in range(max(1, len(words) - GRAM + 1)):
        yield tuple(words[at : at + GRAM])


def found(texts: Iterable[str], expected: Iterable[Article]) -> float:
    """The share of the articles' paragraphs that stand in `texts` word by word; those of fewer than five words aside."""
    there = {gram for text in texts for gram in grams(text)}
    asked = [p for article in expected for p in article.paragraphs if len(p.split()) >= GRAM]
    return sum(all(gram in there for gram in grams(p)) for p in asked) / len(asked)


def told(texts: Sequence[Text], expected: Sequence[Article]) -> tuple[float, float]:
    """(share of the paragraphs, share of articles with a date); Empty where too few paragraphs are there."""
    share = found((t.text for t in texts), expected)
    if share < LEAST:
        raise Empty(f"{share:.0%} of the paragraphs came out")
    return share, sum(t.date is not None for t in texts) / len(expected)


def by_lines(place: Place, expected: Sequence[Article]) -> tuple[float, float]:
    """Of a script: a JSON object a line."""
    lines = map(json.loads, place.out.read_text(encoding="utf-8").splitlines())
    return told([Text(each["text"] or "", each["date"]) for each in lines], expected)


def by_files(place: Place, expected: Sequence[Article]) -> tuple[float, float]:
    """Of trafilatura: a text file a page."""
    return told([Text(path.read_text(encoding="utf-8")) for path in place.out.rglob("*.txt")], expected)


def by_json(place: Place, expected: Sequence[Article]) -> tuple[float, float]:
    """Of trafilatura: a JSON file a page, and its page beside it."""
    kept = sum(1 for path in Path(f"{place.out}-pages").rglob("*") if path.is_file())
    if kept < LEAST * len(expected):
        raise Empty(f"{kept} pages were kept")
    records = [json.loads(path.read_text(encoding="utf-8")) for path in place.out.rglob("*.json")]
    return told([Text(each["text"] or "", each["date"]) for each in records], expected)


def by_archive(place: Place, expected: Sequence[Article]) -> tuple[float, float]:
    """Of ours: the articles, all pages kept and all articles in the index."""
    with sqlite3.connect(place.out) as conn:
        rows = conn.execute("SELECT text, published FROM articles").fetchall()
        (pages,) = conn.execute("SELECT count(DISTINCT url) FROM pages WHERE kind = 'article' AND body").fetchone()
        word = expected[0].paragraphs[0].split()[0]
        indexed = conn.execute("SELECT 1 FROM articles_fts WHERE articles_fts MATCH ?", (f'"{word}"',)).fetchone()
    if pages < len(expected) or not indexed:
        raise Empty(f"{pages} pages were kept, of {len(expected)}")
    return told([Text(text or "", published) for text, published in rows], expected)


def by_pages(place: Place, expected: Sequence[Article]) -> tuple[float, float]:
    """Of ours, keeping: every body is there."""
    with sqlite3.connect(place.out) as conn:
        (kept,) = conn.execute("SELECT count(DISTINCT url) FROM pages WHERE kind = 'article' AND body").fetchone()
    return _all(kept / len(expected))


def by_count(place: Place, expected: Sequence[Article]) -> tuple[float, float]:
    """Of Scrapy: as many bytes as there are."""
    counted = json.loads(place.out.read_text())
    return _all(counted["bytes"] / sum(len(article.body) for article in expected))


def by_warc(place: Place, expected: Sequence[Article]) -> tuple[float, float]:
    """Of wget: a response in the WARC for each page."""
    with gzip.open(f"{place.out}.warc.gz", "rb") as warc:
        responses = sum(line.rstrip() == b"WARC-Type: response" for line in warc)
    return _all(responses / len(expected))


def _all(share: float) -> tuple[float, float]:
    if share < 1:
        raise Empty(f"{share:.1%} of the pages came")
    return share, 0.0


def script(name: str) -> Callable[[Place], list[str]]:
    """One of the scripts here, in the peers' environment."""
    return lambda place: [str(BIN / "python"), str(Path(__file__).with_name(name)), str(place.urls), str(place.out)]


def own(*more: str) -> Callable[[Place], list[str]]:
    """Us."""
    return lambda place: [
        sys.executable, "-m", "tests.bench.rivals.own", str(place.sources), str(place.out), *more,
    ]  # fmt: skip


def trafilatura(place: Place) -> list[str]:
    """Its command line in parallel, without pauses, and allowed to ask loopback."""
    settings = place.urls.with_name("trafilatura.cfg")
    if not settings.exists():
        (stock,) = RIVALS.glob("lib/*/site-packages/trafilatura/settings.cfg")
        changed = stock.read_text().replace("SLEEP_TIME = 5.0", "SLEEP_TIME = 0")
        settings.write_text(changed.replace("SSRF_PROTECTION = on", "SSRF_PROTECTION = off"))
    return [str(BIN / "trafilatura"), "-i", str(place.urls), "-o", str(place.out), "--parallel", "2",
            "--config-file", str(settings)]  # fmt: skip


def trafilatura_kept(place: Place) -> list[str]:
    """The same, with all that it tells of a page, and the page."""
    return [*trafilatura(place), "--json", "--with-metadata", "--backup-dir", f"{place.out}-pages"]


def wget(place: Place) -> list[str]:
    """One process, one page after the other."""
    return ["wget", "-q", "-i", str(place.urls), "-O", f"{place.out}.html", f"--warc-file={place.out}"]


def installed(name: str) -> Callable[[], bool]:
    """Whether the peers' environment has it."""
    return lambda: any(RIVALS.glob(f"lib/*/site-packages/{name}"))


def keeps_alone() -> bool:
    """Whether a crawl can leave cleaning to later."""
    return "keep_only" in inspect.signature(crawl).parameters


FETCHING = (
    Way(KEPT, own("keep"), by_pages, keeps_alone, whole=False),
    Way(BARE, script("scrapy_bare.py"), by_count, installed("scrapy"), whole=False),
    Way(WGET, wget, by_warc, lambda: shutil.which("wget") is not None, whole=False),
)
WHOLE = (
    Way(OURS, own(), by_archive, lambda: True),
    Way(TRAFILATURA, trafilatura, by_files, installed("trafilatura")),
    Way(TRAFILATURA_KEPT, trafilatura_kept, by_json, installed("trafilatura")),
    Way(NEWS_PLEASE, script("news_please.py"), by_lines, installed("newsplease")),
    Way(NEWSPAPER, script("newspaper_job.py"), by_lines, installed("newspaper")),
)


def in_turns(
    ways: Sequence[Way], pages: int, repeats: int, tell: Callable[[str], None], folder: Path | None = None
) -> dict[str, Result]:
    """Every way that is here, `repeats` times in turns, over so many pages; who fails or gives nothing is told."""
    expected = list(articles(pages))
    results: dict[str, Result] = {}
    out: set[str] = set()
    for way in ways:
        if not way.here():
            tell(f"{way.name}: not here, left out")
            out.add(way.name)
    with Corpus(pages) as corpus, tempfile.TemporaryDirectory(dir=folder) as made:
        place = Place(Path(made) / "urls", Path(made) / "sources", Path(made) / "out")
        place.urls.write_text("\n".join(corpus.urls()) + "\n")
        place.sources.write_bytes(pickle.dumps(corpus.sources()))
        for _ in range(repeats):
            for way in ways:
                if way.name in out:
                    continue
                try:
                    took, shares = _once(way, place, expected)
                except (Failed, Empty) as trouble:
                    tell(f"{way.name}: {trouble}; no rate")
                    out.add(way.name)
                    results.pop(way.name, None)
                    continue
                before = results.get(way.name, Result([], 1.0, 1.0))
                worst = (min(a, b) for a, b in zip(before[1:], shares, strict=True))
                results[way.name] = Result([*before.took, took], *worst)
                corpus.requests()
    return results


def _once(way: Way, place: Place, expected: Sequence[Article]) -> tuple[Took, tuple[float, float]]:
    """One run with all it leaves, which is then taken away."""
    into = place.out.parent / "run"
    into.mkdir()
    place = place._replace(out=into / "out")
    try:
        took = timed(way.call(place), SECONDS, said=into / "said")
        return took, way.share(place, expected)
    except OSError as trouble:
        raise Empty(f"nothing came out ({trouble})") from trouble
    finally:
        shutil.rmtree(into)


def ratio(results: dict[str, Result], ours: str, peer: str) -> float:
    """How many times as many pages a second: the median over the turns."""
    return median(b.wall / a.wall for a, b in zip(results[ours].took, results[peer].took, strict=True))
