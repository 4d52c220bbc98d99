"""Growing one archive file to any number of made-up articles, through the project's own functions."""

import multiprocessing
import time
from collections.abc import Callable, Iterator
from multiprocessing.queues import Queue

from archive.cleaners import note_newest
from archive.derive import derive_article
from archive.facts import Cleaned, Page
from archive.store import Archive
from tests.bench.invented import CLEANER, PAPERS, articles

BATCH = 2000
"""Articles a transaction, and a message of the process that makes them up."""
Batch = list[list[tuple[str, Page, Cleaned]]]


def held(archive: Archive) -> int:
    """How many articles the file holds; they are numbered without gaps."""
    return int(archive.conn.execute("SELECT coalesce(max(id), 0) FROM articles").fetchone()[0])


def seed_of(archive: Archive, seed: int) -> int:
    """The seed that the file was begun with; `seed` for a fresh one, which notes it as its first run."""
    found = archive.conn.execute("SELECT command FROM runs WHERE id = 1").fetchone()
    if not found:
        archive.start_run(f"bench growth {seed}")
    return int(found[0].rsplit(" ", 1)[1]) if found else seed


def grow(archive: Archive, seed: int, upto: int, tell: Callable[[int], None]) -> float:
    """Write articles until there are `upto`; answers the seconds it took, 0 when they were there already.

    The file is not safe from a power cut meanwhile (synchronous=OFF): it can be made again from its seed.
    """
    for pragma in ("synchronous=OFF", "cache_size=-400000", "wal_autocheckpoint=20000"):
        archive.conn.execute(f"PRAGMA {pragma}")
    start, done = time.monotonic(), held(archive)
    if done >= upto:
        return 0.0
    for batch in _made_up(seed, done, upto):
        _write(archive, batch)
        done += len(batch)
        tell(done)
    return time.monotonic() - start


def _write(archive: Archive, batch: Batch) -> None:
    with archive.transaction():
        for source in PAPERS:
            note_newest(archive, source, CLEANER)
        for visits in batch:
            for source, page, cleaned in visits:
                archive.put_cleaning(archive.keep_page(source, page), CLEANER, cleaned)
            derive_article(archive, visits[0][2].article, PAPERS)


def _made_up(seed: int, first: int, upto: int) -> Iterator[Batch]:
    """The articles from `first` on in batches, made in a second process that waits when it is ahead."""
    context = multiprocessing.get_context("spawn")
    queue: Queue[Batch] = context.Queue(maxsize=4)
    ranges = [range(at, min(at + BATCH, upto)) for at in range(first, upto, BATCH)]
    maker = context.Process(target=_make, args=(queue, seed, ranges), daemon=True)
    maker.start()
    for _ in ranges:
        yield queue.get()
    maker.join()


def _make(queue: "Queue[Batch]", seed: int, ranges: list[range]) -> None:
    for numbers in ranges:
        queue.put(list(articles(seed, numbers)))
