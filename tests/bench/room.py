"""`python -m tests.bench.room`: the reading room under ten requests a second, beside Datasette's own table page.

The archive of 100,000 made-up articles is grown once (`tests.bench.grow`) and kept. `baoluu serve` is started on it;
requests are sent at their times whether or not earlier ones were answered, and a latency counts from the time at which
its request was due. Search mixes rare and common words, phrases, words without marks, choices and folding; articles are
drawn at random. The stock page is Datasette's, of the same file and the same server: the table of articles, newest
first, and its own search.
"""

import argparse
import asyncio
import http.client
import json
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median, quantiles
from urllib.parse import quote

import httpx

from archive.room.view import article_path
from archive.store import Archive
from config.fold import fold
from tests.bench.grow import grow, held
from tests.ports import free_port

RATE, SECONDS = 10.0, 40.0
ARTICLES = 100_000
ALONE = 12
"""Requests one after the other, by which pages are compared: the stock pages cannot be asked ten times a second."""
COLD = 3
"""Starts whose first page is timed."""


def queries(archive: Archive, count: int, rng: random.Random) -> Iterator[str]:
    """What readers ask: words of real titles and texts of the archive, alone, joined, quoted, unmarked, narrowed."""
    last = archive.conn.execute("SELECT max(id) FROM articles").fetchone()[0]
    for number in range(count):
        row = archive.conn.execute(
            "SELECT title, text, source, published_day FROM articles WHERE id >= ? LIMIT 1", (rng.randint(1, last),)
        ).fetchone()
        words, title = row[1].split(), (row[0] or "").split()
        at = rng.randrange(max(1, len(words) - 3))
        q = [
            " ".join(title[:3]),
            fold(" ".join(title[:2])),
            f'"{" ".join(words[at : at + 3])}"',
            words[at],
            fold(words[at]),
            "và",
            "nam",
            f"{words[at]} -{words[0]}",
        ][number % 8]
        more = ["", f"&source={row[2]}", f"&since={row[3]}", "&folded=1", "&order=newest"][number % 5]
        yield f"/search?q={quote(q)}{more}"


def articles(archive: Archive, count: int, rng: random.Random) -> Iterator[str]:
    """Random articles."""
    last = archive.conn.execute("SELECT max(id) FROM articles").fetchone()[0]
    for _ in range(count):
        row = archive.conn.execute("SELECT article FROM articles WHERE id >= ? LIMIT 1", (rng.randint(1, last),))
        yield f"/{article_path(row.fetchone()[0])}"


@contextmanager
def served(path: Path) -> Iterator[tuple[str, float]]:
    """The room's address, and when its process was started."""
    port = free_port(["127.0.0.1"])
    command = [str(Path(sys.executable).with_name("baoluu")), "serve", "--archive", str(path), "--port", str(port)]
    started = time.monotonic()
    child = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        wait(port)
        yield f"http://127.0.0.1:{port}", started
    finally:
        child.terminate()
        child.wait(60)


def wait(port: int) -> None:
    """Return when the server takes connections."""
    for _ in range(600):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        try:
            connection.connect()
            return
        except OSError:
            time.sleep(0.1)
        finally:
            connection.close()
    raise RuntimeError("the room does not answer")


async def load(base: str, paths: list[str]) -> list[float]:
    """The latencies of `paths`, sent `RATE` a second, in seconds."""
    took: list[float] = []

    async def one(client: httpx.AsyncClient, path: str, due: float) -> None:
        await asyncio.sleep(max(0.0, due - time.monotonic()))
        answer = await client.get(base + path)
        took.append(time.monotonic() - due)
        if answer.status_code != 200:
            raise RuntimeError(f"{path}: {answer.status_code}")

    limits = httpx.Limits(max_connections=100)
    async with httpx.AsyncClient(timeout=60, limits=limits) as client:
        start = time.monotonic() + 0.2
        await asyncio.gather(*(one(client, path, start + n / RATE) for n, path in enumerate(paths)))
    return took


def told(took: list[float]) -> dict[str, float]:
    """Median, 95th percentile and worst, milliseconds."""
    cuts = quantiles(took, n=100)
    return {"p50": round(1000 * cuts[49], 1), "p95": round(1000 * cuts[94], 1), "worst": round(1000 * max(took), 1)}


def cold(path: Path) -> list[float]:
    """Milliseconds of the first request for the first page, of several fresh processes."""
    times = []
    for _ in range(COLD):
        with served(path) as (base, _started):
            begun = time.monotonic()
            httpx.get(f"{base}/", timeout=60).raise_for_status()
            times.append(round(1000 * (time.monotonic() - begun), 1))
    return times


def main() -> None:
    """Grow the archive where it is missing, ask, and print a line a kind of page: under load, and beside the stock."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.room", description=__doc__)
    parser.add_argument("--path", type=Path, default=Path("data/room.db"), help="the archive (default: %(default)s)")
    parser.add_argument("--articles", type=int, default=ARTICLES, help="of a new archive (default: %(default)s)")
    parser.add_argument("--seconds", type=float, default=SECONDS, help="of each kind of page (default: %(default)s)")
    asked = parser.parse_args()
    with Archive(asked.path) as archive:
        if held(archive) < asked.articles:
            grow(archive, 7, asked.articles, lambda done: None)
    rng, count = random.Random(5), round(RATE * asked.seconds)
    with Archive(asked.path, write=False) as archive:
        kinds = {
            "stock table": [f"/{asked.path.stem}/articles"] * count,
            "stock search": [f"/{asked.path.stem}/articles?_search={quote(path[10:].split('&')[0])}"
                             for path in queries(archive, count, rng)],
            "search": list(queries(archive, count, rng)),
            "article": list(articles(archive, count, rng)),
            "home": ["/"] * count,
        }  # fmt: skip
    first = cold(asked.path)
    print(json.dumps({"page": "home, cold", "ms": first}), flush=True)
    alone: dict[str, float] = {}
    for name, paths in kinds.items():
        with served(asked.path) as (base, _):
            alone[name], refused = one_by_one(base, paths[:ALONE])
            line: dict[str, float] = {}
            if not name.startswith("stock"):
                line = told(asyncio.run(load(base, paths)))
        line |= {"gave_up": refused} if refused else {}
        ratio = {"alone_p50": alone[name], "of_stock_table": round(alone[name] / alone["stock table"], 3)}
        print(json.dumps({"page": name, "requests": len(paths), **line, **ratio}), flush=True)


def one_by_one(base: str, paths: list[str]) -> tuple[float, int]:
    """Median milliseconds of requests that wait for each other, and how many ran into the limit of time."""
    took, refused = [], 0
    with httpx.Client(timeout=60) as client:
        for path in paths:
            begun = time.monotonic()
            answer = client.get(base + path)
            refused += answer.status_code == 400
            if answer.status_code not in (200, 400):
                raise RuntimeError(f"{path}: {answer.status_code}")
            took.append(time.monotonic() - begun)
    return round(1000 * median(took), 1), refused


if __name__ == "__main__":
    main()
