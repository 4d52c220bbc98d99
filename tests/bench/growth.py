"""`python -m tests.bench.growth`: one archive file grows to a million made-up articles, and is asked at every size.

Goes on with a file that holds fewer; results are kept beside it, one JSON line a size. With `--write-docs` they become
docs/growth.md and its curves, which needs what requirements/bench.txt names.
"""

import argparse
import json
import time
from collections.abc import Callable
from pathlib import Path

from archive.store import Archive
from tests.bench.grow import grow, held, seed_of
from tests.bench.latency import measure

SIZES = (10_000, 30_000, 100_000, 300_000, 1_000_000)


def results_of(path: Path) -> Path:
    """Where the results for the archive at `path` are kept."""
    return path.with_suffix(".jsonl")


def stretch(path: Path, seed: int, articles: int) -> None:
    """Grow the file to `articles`, measure it, and keep the result; a size that was passed earlier is left out."""
    with Archive(path) as archive:
        seed, before = seed_of(archive, seed), held(archive)
        if before > articles or (before == articles and articles in _kept(path)):
            return
        print(f"{path}: {before:,} articles of seed {seed}, growing to {articles:,}", flush=True)
        took = grow(archive, seed, articles, _progress(before))
        archive.conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    with Archive(path, write=False) as archive:
        result = measure(archive, path, seed, articles) | {"rate": (articles - before) / took if took else None}
    with results_of(path).open("a", encoding="utf-8") as file:
        file.write(json.dumps(result) + "\n")
    print(json.dumps(result), flush=True)


def _kept(path: Path) -> set[int]:
    known = results_of(path)
    return {json.loads(line)["articles"] for line in known.read_text().splitlines()} if known.exists() else set()


def _progress(before: int) -> Callable[[int], None]:
    """Prints a line every ten seconds."""
    last = [time.monotonic(), before]

    def tell(done: int) -> None:
        now = time.monotonic()
        if now - last[0] >= 10:
            print(f"  {done:,} articles, {(done - last[1]) / (now - last[0]):.0f} a second", flush=True)
            last[:] = [now, done]

    return tell


def main() -> None:
    """Grow, measure, and write what was asked for."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.growth", description=__doc__)
    parser.add_argument("--articles", type=int, default=SIZES[-1], help="how many in the end (default: a million)")
    parser.add_argument("--path", type=Path, default=Path("data/growth.db"), help="the archive (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=7, help="of a new file (default: %(default)s)")
    parser.add_argument("--write-docs", action="store_true", help="write docs/growth.md and its curves")
    told = parser.parse_args()
    for size in (*(s for s in SIZES if s < told.articles), told.articles):
        stretch(told.path, told.seed, size)
    if told.write_docs:
        from tests.bench.curves import write

        write(results_of(told.path))


if __name__ == "__main__":
    main()
