"""`python -m tests.bench.tables [ARCHIVE]`: articles going out as tables, beside others writing the same articles.

The archive is one of 20,000 made-up articles (`grow`), or the one that is named. Each way runs in a process of its own,
in turns, and the medians count: seconds, those of the processor, and the most memory. sqlite3's shell writing CSV is
the floor: it is C, and changes nothing; it writes the table's own columns, without the pages that prove them. pandas
holds all of it in memory, and writes the lists as the JSON text that the archive keeps. Ratios are of one run.
"""

import argparse
import sys
import tempfile
from collections.abc import Callable
from multiprocessing import get_context
from pathlib import Path
from statistics import median

from archive.exports.tables import COLUMNS
from archive.schema import ARTICLES
from archive.store import Archive
from tests.bench.grow import grow
from tests.bench.timed import Took, timed
from tests.conftest import ROOT

ARTICLES_MADE, SEED, REPEATS = 20_000, 9, 3
CHECKERS = ROOT / ".venv-checkers" / "bin" / "python"
_NAMES = {column.name for column in ARTICLES.columns} & {column.name for column in COLUMNS}
SQL = f"SELECT {', '.join(column.name for column in COLUMNS if column.name in _NAMES)} FROM articles ORDER BY published"
PANDAS = "import pandas, sqlite3, sys; pandas.read_sql(sys.argv[3], sqlite3.connect(sys.argv[1]))"


def ours(*options: str) -> Callable[[Path, Path], list[str]]:
    """`baoluu export` with these options."""
    return lambda archive, out: [
        str(Path(sys.executable).with_name("baoluu")), "export", *options, "--force", "--archive", str(archive), "-o",
        str(out),
    ]  # fmt: skip


def pandas(write: str) -> Callable[[Path, Path], list[str]]:
    """pandas reading the table and writing it."""
    return lambda archive, out: [str(CHECKERS), "-c", f"{PANDAS}.{write}", str(archive), str(out), SQL]


def shell(archive: Path, out: Path) -> list[str]:
    """sqlite3's shell."""
    return ["sqlite3", "-readonly", str(archive), ".headers on", ".mode csv", f".output {out}", SQL]


WAYS: dict[str, Callable[[Path, Path], list[str]]] = {
    "sqlite3 .mode csv": shell,
    "csv --raw": ours("--format", "csv", "--raw"),
    "csv": ours("--format", "csv"),
    "jsonl": ours("--format", "jsonl"),
    "jsonl --revisions": ours("--format", "jsonl", "--revisions"),
    "pandas to_csv": pandas("to_csv(sys.argv[2], index=False)"),
    "parquet": ours("--format", "parquet"),
    "pandas to_parquet": pandas("to_parquet(sys.argv[2], compression='zstd')"),
    "ris": ours("--format", "ris"),
}
FLOOR = "sqlite3 .mode csv"


def measure(archive: Path, folder: Path, repeats: int) -> dict[str, Took]:
    """The medians of every way that is here."""
    ways = {name: way for name, way in WAYS.items() if CHECKERS.exists() or not name.startswith("pandas")}
    found: dict[str, list[Took]] = {name: [] for name in ways}
    for _ in range(repeats):
        for name, way in ways.items():
            found[name].append(timed(way(archive, folder / name.replace(" ", "-"))))
    return {name: Took(*(median(values) for values in zip(*runs, strict=True))) for name, runs in found.items()}  # type: ignore[arg-type]


def tell(found: dict[str, Took], articles: int) -> None:
    """A line a way: articles per second, the same over the floor's and over pandas's for that form, memory."""
    floor = found[FLOOR].wall
    print(f"{articles} articles\n{'':20} {'a second':>9} {'of floor':>9} {'of pandas':>9} {'cpu s':>7} {'MB':>5}")
    for name, took in found.items():
        peer = found.get("pandas to_parquet" if "parquet" in name else "pandas to_csv")
        beside = f"{peer.wall / took.wall:9.2f}" if peer else f"{'–':>9}"
        print(
            f"{name:20} {articles / took.wall:9.0f} {floor / took.wall:9.2f} {beside} {took.cpu:7.1f}"
            f" {took.peak >> 20:5}"
        )


def make(path: Path) -> None:
    """The archive of made-up articles."""
    with Archive(path) as archive:
        grow(archive, SEED, ARTICLES_MADE, lambda _: None)


def main() -> None:
    """Measure, and tell."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("archive", nargs="?", type=Path)
    parser.add_argument("--repeats", type=int, default=REPEATS)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = asked.archive or Path(folder) / "archive.db"
        if asked.archive is None:
            making = get_context("spawn").Process(target=make, args=(path,))
            making.start()  # a process of its own: what it holds would count as its children's
            making.join()
        with Archive(path, write=False) as archive:
            (articles,) = archive.conn.execute("SELECT count(*) FROM articles").fetchone()
        tell(measure(path, Path(folder), asked.repeats), articles)


if __name__ == "__main__":
    main()
