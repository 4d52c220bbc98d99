"""The parts of `make bench`: each measures one thing beside its peers, and answers rows."""

import subprocess
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from statistics import mean, median
from typing import NamedTuple, ParamSpec, TypeVar

from tests.bench import archive, asking, clean, curves, dates, growth, memory, pace, reclean
from tests.bench.corpus import articles
from tests.bench.crawled import crawled
from tests.bench.rivals import whole
from tests.bench.sheet import Corpus, Found, Row, Run, ahead, at_least, at_most
from tests.conftest import ROOT, SHARED
from tests.methods import METHODS, OURS, STOCK, is_here, label
from tests.sets import jobs_of

P, T = ParamSpec("P"), TypeVar("T")
DATA = ROOT / "data"
SEARCHED = DATA / "room.db"
"""The reading room's bench asks the same archive."""


class Size(NamedTuple):
    """How much is measured: pages and turns of the whole job, and of every other part what it takes."""

    pages: int = 2_080
    repeats: int = 3
    copies: int = 1_000
    stories: int = 200
    searched: int = 100_000
    asked: int = 3
    starts: int = 9
    kept: int = 50_000
    hosts: tuple[int, int, float] = (20, 40, 0.5)


FULL = Size()
QUICK = Size(104, 1, copies=200, stories=6, searched=2_000, asked=1, starts=3, kept=2_000, hosts=(8, 6, 0.5))


def apart(work: Callable[P, T], *given: P.args, **named: P.kwargs) -> T:
    """What `work` answers in a fresh process: what others have left in this one does not count."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(work, *given, **named).result()


def fetched(size: Size) -> Found:
    """Fetching, and fetching and keeping. A run takes some seconds, so there are more turns."""
    return _in_turns(whole.FETCHING, size, 2 * size.repeats - 1, {whole.KEPT: {whole.BARE: 0.85, whole.WGET: None}})


def whole_job(size: Size) -> Found:
    """The whole job."""
    musts = {whole.TRAFILATURA: 3.0, whole.TRAFILATURA_KEPT: 3.0, whole.NEWS_PLEASE_CRAWL: 10.0}
    others = dict.fromkeys((whole.NEWS_PLEASE, whole.NEWSPAPER))
    return _in_turns(whole.WHOLE, size, size.repeats, {whole.OURS: {**musts, **others}})


def _in_turns(
    ways: Sequence[whole.Way], size: Size, turns: int, beside: Mapping[str, Mapping[str, float | None]]
) -> Found:
    """The same pages by everybody in one run; `beside` names who is told beside whom, and what must be reached."""
    DATA.mkdir(exist_ok=True)
    found = whole.in_turns(ways, size.pages, turns, partial(print, flush=True), DATA)
    weight = mean(len(article.body) for article in articles(size.pages)) / 1000
    rows = [row for ours, peers in beside.items() for row in _beside(found, ours, peers)]
    runs = [Run(name, one.pace, one.cpu, *one.shares) for name, one in found.items()]
    return Found(rows, runs, Corpus(size.pages, weight, (SHARED / "pages").exists()))


def _beside(found: Mapping[str, whole.Result], ours: str, peers: Mapping[str, float | None]) -> Iterator[Row]:
    what = "fetch and keep, pages/s" if ours == whole.KEPT else "the whole job, pages/s"
    for peer, must in peers.items():
        if ours in found and peer in found:
            ratio = whole.ratio(found, ours, peer)
            told = f"{found[ours].pace:.0f}", peer, f"{found[peer].pace:.0f}", ratio
            yield Row(what, *told, *(at_least(ratio, must) if must else ()))


def cleaned(size: Size) -> Found:
    """Cleaning alone, on one core."""
    name = "real" if jobs_of("real") else "newsroom"
    methods = [method for method in METHODS if is_here(method)]
    for absent in set(METHODS) - set(methods):
        print(f"{absent.needs}: not here, left out")
    took = apart(_clean_times, [METHODS.index(m) for m in methods], name, max(2, size.repeats))
    times = dict(zip(methods, took, strict=True))
    ours = times.pop(OURS)
    return Found([
        Row(f"{name} pages, ms a page", f"{1e3 * median(ours):.1f}", label(method), f"{1e3 * median(theirs):.1f}",
            ahead(ours, theirs))
        for method, theirs in times.items() if method is STOCK or method.needs != STOCK.needs
    ])  # fmt: skip


def _clean_times(methods: Sequence[int], name: str, repeats: int) -> list[list[float]]:
    clean.keep_memory()
    return clean.in_turn([METHODS[n].clean for n in methods], jobs_of(name), repeats)


def recleaned(size: Size) -> Found:
    """Cleaning stored pages again."""
    rows = []
    for name, jobs in (("real pages", jobs_of("real")), ("the newsroom's", jobs_of("newsroom"))):
        if jobs:
            took = apart(reclean.measure, jobs, size.copies)
            what = f"{name}, {reclean.WORKERS} processes: processor ms a page"
            rows.append(Row(what, f"{1e3 * took.cpu:.2f}", "trafilatura extracting, one process",
                            f"{1e3 * took.stock:.1f}", took.free))  # fmt: skip
    return Found(rows)


def dated(size: Size) -> Found:
    """Reading dates."""
    table = list(dates.cases())
    found = apart(dates.results, table)
    ours, rows = found.pop("baoluu"), []

    def told(reader: dates.Reader) -> str:
        return f"{reader.right / len(table):.1%}, {reader.wrong} wrong"

    for name, reader in found.items():
        rows.append(Row(f"{len(table)} strings, right", told(ours), name, told(reader), ours.right / reader.right))
        rows.append(Row("ms a call", f"{ours.ms:.2f}", name, f"{reader.ms:.2f}", reader.ms / ours.ms))
    return Found(rows)


def archived(size: Size) -> Found:
    """Bytes and reads of stored pages."""
    rows = []
    for name, of in apart(_archives, size.stories).items():
        warc = median(of.took["WARC + CDX"])
        for what, mine in (("packed", of.after), ("as captured", of.before)):
            rows.append(Row(f"{name}, {what}: KB a page", f"{mine / of.pages / 1e3:.1f}", "WARC.gz by warcio",
                            f"{of.warc / of.pages / 1e3:.1f}", of.warc / mine))  # fmt: skip
        for what in ("open archive", "fresh connection, no base in memory"):
            took = median(of.took[what])
            rows.append(Row(f"{name}, {what}: µs a read", f"{took:.0f}", "WARC + CDX in memory", f"{warc:.0f}",
                            warc / took))  # fmt: skip
    return Found(rows)


def _archives(stories: int) -> dict[str, archive.Figures]:
    with tempfile.TemporaryDirectory(dir=DATA) as folder:
        found = {"made-up crawl": archive.measure("made-up crawl", crawled(3, stories), Path(folder))}
        if pages := archive.real():
            found["real pages"] = archive.measure("real pages", pages, Path(folder))
    return found


def searched(size: Size) -> Found:
    """Searching from a fresh process."""
    path = SEARCHED if size.searched == FULL.searched else DATA / "quick.db"
    apart(asking.grown, path, size.searched)
    asked, rows = asking.queries(path), []
    for what, cold in (("", False), (", file not in memory", True)):
        ours, theirs = asking.searches(path, asked, size.asked, cold=cold).values()
        worst, name = max(ours, key=lambda q: ours[q]), f"{size.searched:,} articles{what}: s (of the processor)"
        all_ours, all_theirs = (tuple(map(median, zip(*of.values(), strict=True))) for of in (ours, theirs))
        ratio = ahead([w for w, _ in ours.values()], [w for w, _ in theirs.values()])
        rows += [
            _seconds(f"{name}, {len(asked)} queries", all_ours, "sqlite-utils search", all_theirs, ratio, 0.5),
            _seconds(f"{name}, the slowest ({worst})", ours[worst], "sqlite-utils search", theirs[worst], None, 0.5),
        ]
    return Found(rows)


def _seconds(
    what: str, ours: Sequence[float], peer: str, theirs: Sequence[float], ratio: float | None, must: float | None
) -> Row:
    """A row of seconds, each with those of the processor, which a busy machine leaves as they are."""
    (mine, cpu), (other, other_cpu) = ours, theirs
    told = f"{mine:.2f} ({cpu:.2f})", peer, f"{other:.2f} ({other_cpu:.2f})", other / mine if ratio is None else ratio
    return Row(what, *told, *(at_most(mine, must, "s") if must else ()))


GROWN = {"common word": "p95", "common words": "p95", "rare with common": "p95", "show": "p95"}


def grew(size: Size) -> Found:
    """From ten thousand articles to a million, as docs/growth.jsonl has it."""
    first, *_, last = curves.read(curves.RESULTS)
    before, at = f"ours, at {first['articles']:,}", f"at {last['articles']:,}: "
    rows = []
    for kind, which in GROWN.items():
        few, many = (of["waits"][kind][which] for of in (first, last))
        rows.append(Row(f"{at}{kind}, ms {which}", f"{many:g}", before, f"{few:g}", few / many))
    if first["rate"] and last["rate"]:
        many, few = last["rate"], first["rate"]
        rows.append(Row(f"{at}articles a second", f"{many:.0f}", before, f"{few:.0f}", many / few))
    few, many = (of["bytes"] / of["articles"] for of in (first, last))
    rows.append(Row(f"{at}bytes an article", f"{many:,.0f}", before, f"{few:,.0f}", few / many))
    return Found(rows, day=_day(curves.RESULTS))


def regrown(size: Size) -> Found:
    """The same, measured now."""
    path = DATA / "growth.db"
    for count in growth.SIZES:
        apart(growth.stretch, path, asking.SEED, count)
    curves.write(growth.results_of(path))
    return grew(size)._replace(day="")


def _day(path: Path) -> str:
    """The day of a file's last commit."""
    call = ["git", "log", "-1", "--format=%as", "--", str(path)]
    told = subprocess.run(call, cwd=ROOT, capture_output=True, text=True, check=False)
    return told.stdout.strip() or "on a day that git does not know"


def started(size: Size) -> Found:
    """Starting the command line."""
    took = asking.in_turns(asking.starts(), size.starts)
    ours, rows = took.pop(asking.HELP), list[Row]()
    for name, theirs in took.items():
        ratio = ahead([t.wall for t in ours], [t.wall for t in theirs])
        medians = asking.middle(ours), name, asking.middle(theirs)
        rows.append(_seconds(f"{asking.HELP}: s (of the processor)", *medians, ratio, None if rows else 0.3))
    return Found(rows)


def paced(size: Size) -> Found:
    """How close a polite crawl comes to what its pauses allow."""
    found = apart(pace.measure, *size.hosts)
    what = f"{size.hosts[0]} hosts at {size.hosts[2]:g} s, first request to last: s"
    peers = {"a client that only asks": found.least, "the pauses alone": found.floor}
    return Found([
        Row(what, f"{found.fetching:.1f}", name, f"{seconds:.1f}", seconds / found.fetching)
        for name, seconds in peers.items()
    ])  # fmt: skip


def remembered(size: Size) -> Found:
    """Memory while a crawl keeps page after page."""
    held = apart(memory.measure, size.kept)
    most, child = (max(s[of] for s in held.samples) / memory.MB for of in (1, 2))
    must = at_most(held.flat, 1.1, "") if size.kept == FULL.kept else ()
    return Found([
        Row(f"{held.kept:,} pages: MB of the crawl at most", f"{most:.0f}", "its largest cleaning process",
            f"{child:.0f}"),
        Row("last fifth of them over the second", f"{held.flat:.2f}", "", "", None, *must),
    ])  # fmt: skip


PARTS: dict[str, Callable[[Size], Found]] = {
    "fetch": fetched,
    "whole": whole_job,
    "clean": cleaned,
    "reclean": recleaned,
    "dates": dated,
    "archive": archived,
    "search": searched,
    "growth": grew,
    "start": started,
    "pace": paced,
    "memory": remembered,
}
