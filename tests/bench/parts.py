"""The parts of `make bench`: each measures one thing beside its peers and answers rows."""

import json
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from statistics import mean, median
from typing import NamedTuple, ParamSpec, TypeVar

from tests.bench import archive, asking, clean, dates, growth, memory, pace, reclean
from tests.bench.corpus import articles
from tests.bench.crawled import crawled
from tests.bench.curves import RESULTS, read
from tests.bench.rivals import whole
from tests.bench.sheet import Corpus, Row, Run, ahead, at_least, at_most, of_real
from tests.conftest import ROOT
from tests.methods import METHODS, OURS, STOCK, is_here, label
from tests.sets import jobs_of

P, T = ParamSpec("P"), TypeVar("T")
DATA = ROOT / "data"
SEARCHED = DATA / "room.db"
"""The reading room's bench asks the same archive."""


class Size(NamedTuple):
    """How much is measured."""

    pages: int = 1_040
    repeats: int = 3
    copies: int = 2_000
    stories: int = 200
    searched: int = 100_000
    asked: int = 3
    starts: int = 9
    kept: int = 50_000
    hosts: tuple[int, int, float] = (20, 40, 0.5)


FULL = Size()
QUICK = Size(
    pages=104, repeats=1, copies=200, stories=6, searched=2_000, asked=1, starts=3, kept=2_000, hosts=(8, 6, 0.5)
)


class Sheet:
    """What has been found so far, told as it comes."""

    def __init__(self, size: Size, tell: Callable[[str], None] = print) -> None:
        self.size, self.tell = size, tell
        self.rows, self.runs, self.notes = list[Row](), list[Run](), dict[str, str]()
        self.corpus: Corpus | None = None

    def add(self, *rows: Row) -> None:
        """These too."""
        self.rows += rows


def apart(work: Callable[P, T], *given: P.args, **named: P.kwargs) -> T:
    """What `work` answers in a fresh process: what others have left in this one does not count."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(work, *given, **named).result()


def fetch_and_whole(sheet: Sheet) -> None:
    """(a) Fetching and keeping, (b) the whole job: one run, the same pages."""
    size = sheet.size
    DATA.mkdir(exist_ok=True)
    found = whole.in_turns([*whole.FETCHING, *whole.WHOLE], size.pages, size.repeats, sheet.tell, DATA)
    weights = [len(article.body) for article in articles(size.pages)]
    sheet.corpus = Corpus(size.pages, mean(weights) / 1000, of_real())
    jobs = {way.name for way in whole.WHOLE}
    sheet.runs += [
        Run(
            n, r.pace(size.pages), r.cpu(size.pages), r.share, r.dated if n in jobs and n != whole.TRAFILATURA else None
        )
        for n, r in found.items()
    ]
    sheet.add(*_beside(found, size.pages, "fetch", whole.KEPT, {whole.BARE: 0.85, whole.WGET: None}))
    peers = {whole.TRAFILATURA: 3.0, whole.TRAFILATURA_KEPT: 3.0, whole.NEWS_PLEASE: 10.0, whole.NEWSPAPER: None}
    sheet.add(*_beside(found, size.pages, "whole", whole.OURS, peers))
    sheet.add(*_beside(found, size.pages, "whole", whole.OURS, {whole.BARE: None}))


def _beside(
    found: Mapping[str, whole.Result], pages: int, part: str, ours: str, peers: Mapping[str, float | None]
) -> Iterator[Row]:
    for peer, must in peers.items():
        if ours in found and peer in found:
            ratio = whole.ratio(found, ours, peer)
            told = f"{found[ours].pace(pages):.0f} pages/s", peer, f"{found[peer].pace(pages):.0f}"
            what = "fetch and keep" if ours == whole.KEPT else "the whole job"
            yield Row(part, what, *told, ratio, *(at_least(ratio, must) if must else ()))


def recleaned(sheet: Sheet) -> None:
    """(c) Cleaning stored pages again."""
    for name, set_of in (("real pages", "real"), ("the newsroom's", "newsroom")):
        if jobs := jobs_of(set_of):
            took = apart(reclean.measure, jobs, sheet.size.copies)
            sheet.add(Row("reclean", f"{name}, {reclean.WORKERS} processes, processor ms a page", f"{1e3 * took.cpu:.2f}",
                          "trafilatura's extraction alone, one process", f"{1e3 * took.stock:.1f}", took.free))  # fmt: skip


def cleaned(sheet: Sheet) -> None:
    """Cleaning alone, on one core."""
    name = "real" if jobs_of("real") else "newsroom"
    methods = [method for method in METHODS if is_here(method)]
    for absent in set(METHODS) - set(methods):
        sheet.tell(f"clean: {absent.needs} is not installed, left out")
    took = apart(_clean_times, [METHODS.index(m) for m in methods], name, max(2, sheet.size.repeats))
    times = dict(zip(methods, took, strict=True))
    for method in methods:
        if method is not OURS and (method.needs != STOCK.needs or method is STOCK):
            sheet.add(Row("clean", f"{name} pages, ms a page", f"{1e3 * median(times[OURS]):.1f}", label(method),
                          f"{1e3 * median(times[method]):.1f}", ahead(times[OURS], times[method])))  # fmt: skip


def _clean_times(methods: Sequence[int], name: str, repeats: int) -> list[list[float]]:
    clean.keep_memory()
    return clean.in_turn([METHODS[n].clean for n in methods], jobs_of(name), repeats)


def dated(sheet: Sheet) -> None:
    """(d) Reading dates."""
    table = list(dates.cases())
    found = apart(dates.results, table)
    ours = found.pop("baoluu")

    def told(reader: dates.Reader) -> str:
        return f"{reader.right / len(table):.1%} right, {reader.wrong} wrong"

    for name, reader in found.items():
        sheet.add(Row("dates", f"{len(table)} strings", told(ours), name, told(reader), reader.wrong and reader.right and
                      ours.right / reader.right),
                  Row("dates", "ms a call", f"{ours.ms:.2f}", name, f"{reader.ms:.2f}", reader.ms / ours.ms))  # fmt: skip


def archived(sheet: Sheet) -> None:
    """(e) Bytes and reads of stored pages."""
    for name, found in apart(_archives, sheet.size.stories).items():
        warc = found.took["WARC + CDX"]
        mine = found.took["open archive"]
        fresh = found.took["fresh connection, no base in memory"]
        sheet.add(
            Row("archive", f"{name}: KB a page, packed", f"{found.after / found.pages / 1e3:.1f}", "WARC.gz by warcio",
                f"{found.warc / found.pages / 1e3:.1f}", found.warc / found.after),
            Row("archive", f"{name}: the same, as captured", f"{found.before / found.pages / 1e3:.1f}",
                "WARC.gz by warcio", f"{found.warc / found.pages / 1e3:.1f}", found.warc / found.before),
            Row("archive", f"{name}: µs a read", f"{median(mine):.0f}", "WARC + CDX in memory", f"{median(warc):.0f}",
                median(warc) / median(mine)),
            Row("archive", f"{name}: µs a read, nothing in memory", f"{median(fresh):.0f}", "WARC + CDX in memory",
                f"{median(warc):.0f}", median(warc) / median(fresh)),
        )  # fmt: skip


def _archives(stories: int) -> dict[str, archive.Figures]:
    with tempfile.TemporaryDirectory(dir=DATA) as folder:
        found = {"made-up crawl": archive.measure("made-up crawl", crawled(3, stories), Path(folder))}
        if pages := archive.real():
            found["real pages"] = archive.measure("real pages", pages, Path(folder))
    return found


def searched(sheet: Sheet) -> None:
    """(f) Searching from a fresh process."""
    size = sheet.size
    path = SEARCHED if size.searched == FULL.searched else DATA / "quick.db"
    apart(asking.grown, path, size.searched)
    asked = asking.queries(path)
    for what, cold in (("", False), (", file not in memory", True)):
        found = asking.searches(path, asked, size.asked, cold=cold)
        ours, theirs = found["baoluu search"], found["sqlite-utils search"]
        worst = max(ours, key=lambda q: ours[q])
        name = f"{len(asked)} queries, {size.searched:,} articles{what}: s"
        ratio = ahead(list(ours.values()), list(theirs.values()))
        middle = median(ours.values()), median(theirs.values())
        sheet.add(
            Row("search", f"{name}, median", f"{middle[0]:.2f}", "sqlite-utils search", f"{middle[1]:.2f}", ratio,
                *at_most(middle[0], 0.5, "s")),
            Row("search", f"{name}, the slowest ({worst})", f"{ours[worst]:.2f}", "sqlite-utils search",
                f"{theirs[worst]:.2f}", theirs[worst] / ours[worst], *at_most(ours[worst], 0.5, "s")),
        )  # fmt: skip


def grew(sheet: Sheet) -> None:
    """(g) From ten thousand articles to a million, as docs/growth.jsonl has it."""
    results = read(RESULTS)
    first, last = results[0], results[-1]
    sizes = f"{first['articles']:,} → {last['articles']:,} articles"
    for kind, at in (("common word", "p95"), ("common words", "p95"), ("rare with common", "p95"), ("show", "p95")):
        few, many = (r["waits"][kind][at] for r in (first, last))
        sheet.add(Row("growth", f"{sizes}: {kind}, ms {at}", f"{many:g}", "ours, at the first", f"{few:g}", few / many))
    if first["rate"] and last["rate"]:
        sheet.add(Row("growth", f"{sizes}: articles a second", f"{last['rate']:.0f}", "ours, at the first",
                      f"{first['rate']:.0f}", last["rate"] / first["rate"]))  # fmt: skip
    few, many = (r["bytes"] / r["articles"] for r in (first, last))
    sheet.add(
        Row("growth", f"{sizes}: bytes an article", f"{many:,.0f}", "ours, at the first", f"{few:,.0f}", few / many)
    )
    sheet.notes["growth"] = f"docs/growth.md, measured on {_day(RESULTS)}; `--growth` measures it again (an hour)."


def regrown(sheet: Sheet) -> None:
    """The same, measured now."""
    path = DATA / "growth.db"
    for articles_ in growth.SIZES:
        apart(growth.stretch, path, asking.SEED, articles_)
    from tests.bench.curves import write

    write(growth.results_of(path))
    grew(sheet)


def _day(path: Path) -> str:
    """The day of a file's last commit."""
    told = subprocess.run(
        ["git", "log", "-1", "--format=%as", "--", str(path)], cwd=ROOT, capture_output=True, text=True, check=False
    )
    return told.stdout.strip() or "a day that git does not know"


def started(sheet: Sheet) -> None:
    """(h) Starting the command line."""
    took = asking.in_turns(asking.starts(), sheet.size.starts)
    ours = took.pop("baoluu --help")
    for name, seconds in took.items():
        must = at_most(median(ours), 0.3, "s") if name == "python -c pass" else ()
        sheet.add(Row("start", "baoluu --help: s", f"{median(ours):.2f}", name, f"{median(seconds):.2f}",
                      ahead(ours, seconds), *must))  # fmt: skip


def remembered(sheet: Sheet) -> None:
    """Memory while a crawl keeps page after page."""
    held = apart(memory.measure, sheet.size.kept)
    most = max(s.crawl for s in held.samples) / memory.MB
    child = max(s.child for s in held.samples) / memory.MB
    must = at_most(held.flat, 1.1, "times the second fifth") if sheet.size.kept == FULL.kept else ()
    sheet.add(Row("memory", f"{held.kept:,} pages: MB of the crawl at most, and {held.flat:.2f} times as much in the last"
                  " fifth as in the second", f"{most:.0f}", "its largest cleaning process", f"{child:.0f}", None, *must))  # fmt: skip


def paced(sheet: Sheet) -> None:
    """How close a polite crawl comes to what its pauses allow."""
    hosts, each, seconds = sheet.size.hosts
    found = apart(pace.measure, hosts, each, seconds)
    sheet.add(Row("pace", f"{hosts} hosts at {seconds:g} s, first request to last: s", f"{found.fetching:.1f}",
                  "a client that only asks", f"{found.least:.1f}", found.least / found.fetching),
              Row("pace", f"{hosts} hosts at {seconds:g} s, first request to last: s", f"{found.fetching:.1f}",
                  "the pauses alone", f"{found.floor:.1f}", found.floor / found.fetching))  # fmt: skip


PARTS: dict[str, Callable[[Sheet], None]] = {
    "whole": fetch_and_whole,
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
NOTES = {
    "fetch": "pages fetched and kept, not cleaned. Scrapy fetches with its default settings, robots.txt unasked, and keeps"
    " nothing; wget asks one page after the other and writes a WARC. We read robots.txt and a sitemap of each paper first.",
    "whole": "fetch, keep, clean, date, derive, index: the archive can be searched when it ends. trafilatura's command line"
    " writes a text file a page, or JSON with metadata and the page; news-please and newspaper4k fetch and extract,"
    " without images, and keep no page. The last row says what all of it costs above bare fetching.",
    "clean": "one core, one page after the other: the record with all its fields, beside trafilatura with body and"
    " metadata, and two that give only a text (`make bench-clean` has their scores).",
    "reclean": "every page of an archive read, cleaned under a new id, compared, written and gone over to; two processes,"
    " the ratio is to one process of trafilatura that only extracts (`make bench-reclean`).",
    "dates": "the public cases, or our own table; the rows of strings compare how many are right. The others are judged"
    " mildly, to the stated precision (`make bench-dates`).",
    "archive": "a made-up crawl with refetches, and the real pages, once each (`make bench-archive`).",
    "search": "each query a fresh process of the command line, common and rare words, pairs and phrases, with and without"
    " marks, twenty results; then with the file thrown out of the system's memory before each.",
    "start": "a fresh process each.",
    "pace": "declared papers crawled as politely as always, beside a client of ten lines with the same pauses.",
    "memory": "resident memory of the crawl's process; in the first fifth imports and caches still fill"
    " (`make bench-memory` has it by tenths).",
}
"""What the page says of each part."""


def saved(sheet: Sheet) -> str:
    """Everything found, as JSON."""
    return json.dumps({"rows": [r._asdict() for r in sheet.rows], "runs": [r._asdict() for r in sheet.runs]}, indent=1)
