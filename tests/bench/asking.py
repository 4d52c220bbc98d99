"""Fresh processes of command lines: how long they take to say how they are used, and to find something."""

import os
import random
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from statistics import median

from archive.store import Archive
from config.fold import fold
from tests.bench.grow import grow, held
from tests.bench.rivals.whole import BIN
from tests.bench.timed import Took, timed

OURS = str(Path(sys.executable).with_name("baoluu"))
SQLITE_UTILS = str(Path(sys.executable).with_name("sqlite-utils"))
DATASETTE = str(Path(sys.executable).with_name("datasette"))
SEED = 7
HELP = "baoluu --help"


def starts() -> dict[str, list[str]]:
    """What is started, by name; the first is the least that Python takes."""
    known = {
        "python -c pass": [sys.executable, "-c", "pass"],
        HELP: [OURS, "--help"],
        "scrapy version": [str(BIN / "scrapy"), "version"],
        "trafilatura --help": [str(BIN / "trafilatura"), "--help"],
        "sqlite-utils --help": [SQLITE_UTILS, "--help"],
        "datasette --help": [DATASETTE, "--help"],
    }
    return {name: call for name, call in known.items() if Path(call[0]).exists()}


def in_turns(
    calls: Mapping[str, Sequence[str]], repeats: int, before: Callable[[], None] | None = None
) -> dict[str, list[Took]]:
    """What every call took, each a process, in turns, after one turn that does not count; none is in our project."""
    took: dict[str, list[Took]] = {name: [] for name in calls}
    for turn in range(repeats + 1):
        for name, call in calls.items():
            if before:
                before()
            one = timed(call, 120, cwd=Path("/"))
            if turn:
                took[name].append(one)
    return took


def grown(path: Path, articles: int) -> None:
    """An archive of at least so many made-up articles, the one that stands there or a new one."""
    path.parent.mkdir(exist_ok=True)
    with Archive(path) as archive:
        if held(archive) < articles:
            grow(archive, SEED, articles, lambda done: None)
            archive.conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def queries(path: Path) -> list[str]:
    """Common words, pairs and phrases, rare words, with their marks and without."""
    rng = random.Random(3)
    with Archive(path, write=False) as archive:
        sql = "SELECT text FROM articles WHERE id = ?"
        texts = [archive.conn.execute(sql, (rng.randrange(1, held(archive)),)).fetchone()[0] for _ in range(3)]
    words = [text.split() for text in texts]
    longest = [max((w.strip(".,") for w in of), key=len) for of in words]
    return [
        "và", "nam", "thành phố", "thanh pho", '"thành phố"', longest[0], fold(longest[1]),
        f"{longest[2]} {words[2][0]}", " ".join(words[0][3:5]), fold(" ".join(words[1][3:5])),
    ]  # fmt: skip


def middle(took: Sequence[Took]) -> tuple[float, float]:
    """The medians of seconds, and of those of the processor."""
    return median(t.wall for t in took), median(t.cpu for t in took)


def searches(
    path: Path, asked: Sequence[str], repeats: int, *, cold: bool = False
) -> dict[str, dict[str, tuple[float, float]]]:
    """By who searches the `middle` for every query; `cold`, with none of the file in the system's memory."""
    ways: dict[str, Callable[[str], list[str]]] = {
        "baoluu search": lambda q: [OURS, "search", *_words(q), "--archive", str(path)],
        "sqlite-utils search": lambda q: [
            SQLITE_UTILS, "search", str(path), "articles", q, "-c", "url", "-c", "title", "--limit", "20", "--quote",
        ],
    }  # fmt: skip
    before = (lambda: forget(path)) if cold else None
    for name, way in ways.items():
        for query in asked:
            answered(name, query, way(query), path.with_suffix(".answer"))
    return {
        name: {q: middle(t) for q, t in in_turns({q: way(q) for q in asked}, repeats, before).items()}
        for name, way in ways.items()
    }


def answered(name: str, query: str, call: Sequence[str], out: Path) -> None:
    """Make sure that something was found: who finds nothing is fast."""
    timed(call, 120, said=out, cwd=Path("/"))
    told = out.read_text(encoding="utf-8")
    out.unlink()
    if told.count("http") == 0:
        raise RuntimeError(f"{name} {query}: nothing found ({told[:200]})")


def _words(query: str) -> list[str]:
    return [query] if query.startswith('"') else query.split()


def forget(path: Path) -> None:
    """Ask the system to hold nothing of the file."""
    file = os.open(path, os.O_RDONLY)
    try:
        os.posix_fadvise(file, 0, 0, os.POSIX_FADV_DONTNEED)
    finally:
        os.close(file)
