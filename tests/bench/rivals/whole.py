"""The same pages by everybody: fetching them, fetching and keeping, and the whole job, each in a process of its own.

All run in turns, and each run counts from the start of its process to its end. What comes out is checked: how much of
what a reader of these articles has read is in it. Who gives less than half has not done the job, and gets no rate.
"""

import inspect
import pickle
import shutil
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median
from typing import NamedTuple

from crawler.run import crawl
from tests.bench.corpus import Article, Corpus, articles
from tests.bench.rivals import came
from tests.bench.rivals.came import Empty, Place, Shares
from tests.bench.timed import Failed, Took, timed
from tests.conftest import ROOT

RIVALS = ROOT / ".venv-rivals"
BIN = RIVALS / "bin"
SECONDS = 900.0
"""A run may take."""
OURS, KEPT, BARE, WGET = "baoluu", "baoluu, fetch and keep", "Scrapy, bare", "wget --warc-file"
TRAFILATURA, TRAFILATURA_KEPT = "trafilatura, text alone", "trafilatura, JSON, pages kept"
NEWS_PLEASE, NEWS_PLEASE_CRAWL = "news-please, one process", "news-please's crawl, two processes"
NEWSPAPER = "newspaper4k"


class Way(NamedTuple):
    """One who does the job: how it is called, what is there then (Empty: too little), and whether it is installed."""

    name: str
    call: Callable[[Place], list[str]]
    came: Callable[[Place, Sequence[Article]], Shares]
    here: Callable[[], bool]
    part: int = 1
    """One page of so many is given, to who would need minutes and spends next to nothing on starting."""


class Result(NamedTuple):
    """All runs of one over so many pages, and what came out of the worst."""

    took: list[Took]
    shares: Shares
    pages: int

    @property
    def pace(self) -> float:
        """Pages a second."""
        return self.pages / median(t.wall for t in self.took)

    @property
    def cpu(self) -> float:
        """Milliseconds of the processor a page."""
        return 1e3 * median(t.cpu for t in self.took) / self.pages


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
    Way(KEPT, own("keep"), came.by_pages, keeps_alone),
    Way(BARE, script("scrapy_bare.py"), came.by_count, installed("scrapy")),
    Way(WGET, wget, came.by_warc, lambda: shutil.which("wget") is not None),
)
WHOLE = (
    Way(OURS, own(), came.by_archive, lambda: True),
    Way(TRAFILATURA, trafilatura, came.by_files, installed("trafilatura")),
    Way(TRAFILATURA_KEPT, trafilatura_kept, came.by_json, installed("trafilatura")),
    Way(NEWS_PLEASE, script("news_please.py"), came.by_lines, installed("newsplease"), part=4),
    Way(NEWS_PLEASE_CRAWL, script("news_please_crawl.py"), came.by_news_please, installed("newsplease")),
    Way(NEWSPAPER, script("newspaper_job.py"), came.by_lines, installed("newspaper")),
)


def in_turns(
    ways: Sequence[Way], pages: int, repeats: int, tell: Callable[[str], None], folder: Path | None = None
) -> dict[str, Result]:
    """Every way that is here, `repeats` times in turns, over so many pages, told as they come; no rate for failing."""
    expected = list(articles(pages))
    left = [way for way in ways if way.here()]
    for way in (w for w in ways if w not in left):
        tell(f"{way.name}: not here, left out")
    results: dict[str, Result] = {}
    with Corpus(pages) as corpus, tempfile.TemporaryDirectory(dir=folder) as made:
        place = Place(Path(made) / "urls", Path(made) / "sources", Path(made) / "run" / "out")
        place.sources.write_bytes(pickle.dumps(corpus.sources()))
        for _ in range(repeats):
            for way in list(left):
                given = pages // way.part
                place.urls.write_text("\n".join(corpus.urls()[:given]) + "\n")
                try:
                    took, shares = _once(way, place, expected[:given])
                except (Failed, Empty) as trouble:
                    tell(f"{way.name}: {trouble}; no rate")
                    left.remove(way)
                    results.pop(way.name, None)
                else:
                    before = results.get(way.name, Result([], shares, given))
                    results[way.name] = Result([*before.took, took], before.shares.worse(shares), given)
                    tell(f"{way.name}: {given / took.wall:.1f} pages/s, {shares.found:.1%} found")
                corpus.requests()
    return results


def _once(way: Way, place: Place, expected: Sequence[Article]) -> tuple[Took, Shares]:
    """One run; all that it leaves is taken away."""
    place.out.parent.mkdir()
    try:
        return timed(way.call(place), SECONDS, said=place.out.with_name("said")), way.came(place, expected)
    except OSError as trouble:
        raise Empty(f"nothing came out ({trouble})") from trouble
    finally:
        shutil.rmtree(place.out.parent)


def ratio(results: dict[str, Result], ours: str, peer: str) -> float:
    """How many times as many pages a second: the median over the turns."""
    mine, theirs = results[ours], results[peer]
    walls = median(b.wall / a.wall for a, b in zip(mine.took, theirs.took, strict=True))
    return walls * mine.pages / theirs.pages
