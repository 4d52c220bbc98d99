"""What a Dask worker does: it gives pages to child processes of its own, which are those of the local pool.

So a page that hangs or eats all memory costs itself, with the same reason as on one machine, and never the worker.
"""

import multiprocessing
import socket
from collections.abc import Iterator, Sequence
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Lock, Thread
from typing import Any, NamedTuple

from archive.facts import DropNote
from pipelines.cluster.versions import Versions, need_same, versions
from pipelines.packed import pack, unpack
from pipelines.pool import CleaningPool, CleaningStopped
from pipelines.stored import Chunk, Made

IDLE = 60.0
"""Seconds after which a worker's children end where nobody has work for them: their client may have been killed."""
_BOOT = Path("/proc/sys/kernel/random/boot_id")

Tried = list[Made | DropNote | None]
"""What became of a chunk's pages. None: the page cannot be read there, and must be sent along."""


class Identity(NamedTuple):
    """A file on a machine that runs. SQLite's journal is shared memory: whoever reads a file that is written to must
    be on the machine of its writer, whatever other machine sees the file too."""

    path: str
    boot: str
    device: int
    inode: int

    @classmethod
    def of(cls, path: str) -> "Identity | None":
        """That of the file at `path`; None where there is none."""
        try:
            told = Path(path).stat()
        except OSError:
            return None
        boot = _BOOT.read_text() if _BOOT.exists() else socket.gethostname()
        return cls(path, boot.strip(), told.st_dev, told.st_ino)


class Order(NamedTuple):
    """How pages are to be cleaned."""

    versions: Versions
    """Of the client."""
    seconds: float
    """The time that one page may take."""
    archive: Identity | None
    """Where the pages are; None where they are sent along."""
    placed: bool = False
    """Whether bodies of pages that are sent along may be in a place instead."""


class ChildrenEnded(Exception):
    """The children of a worker were ended from outside, or cannot be kept alive: it may be about to end itself."""


def clean(order: Order, chunks: list[bytes]) -> list[bytes] | None:
    """Clean the pages of `chunks`, each pickled; of each a pickled `Tried`. Runs on a worker.

    None: the archive is not seen from there. What is between client and child is bytes to all whose hands it passes:
    the worker would spend a fifth of what its child does on reading and writing it.
    """
    need_same(versions(), order.versions, socket.gethostname())
    if order.archive and Identity.of(order.archive.path) != order.archive:
        return None
    if order.placed:
        return [made for chunk in chunks for made in _from_place(order, unpack(chunk))]
    return _CHILDREN.clean(order.seconds, chunks)


def _from_place(order: Order, chunk: Chunk) -> Iterator[bytes]:
    """Those of whose pages the body is where it is said to be are cleaned."""
    from pipelines.cluster import place

    pairs = zip(chunk.numbers, chunk.carried, strict=True)
    pages = {number: got for number, each in pairs if (got := place.whole(each))}
    there = chunk._replace(numbers=tuple(pages), carried=tuple(pages.values()))
    for made in _CHILDREN.clean(order.seconds, [pack(there)]):
        if len(pages) == len(chunk.numbers):
            yield made
        else:
            found: dict[int, Any] = dict(zip(pages, unpack(made), strict=True))
            yield pack([found.get(number) for number in chunk.numbers])


def end() -> None:
    """End this worker's children."""
    _CHILDREN.end()


class _Children:
    """The children of this worker, as many as it has threads: they stay from one task to the next."""

    def __init__(self) -> None:
        self._lock, self._users, self._seconds = Lock(), 0, 0.0
        self._pool: CleaningPool | None = None
        self._used = SimpleQueue[None]()

    def clean(self, seconds: float, chunks: Sequence[bytes]) -> list[bytes]:
        """Clean pickled chunks; several threads may ask at once."""
        pool = self._lent(seconds)
        try:
            return pool.packed(chunks)
        except CleaningStopped as error:
            self._drop(pool)
            raise ChildrenEnded(f"{socket.gethostname()}: {error}") from None
        finally:
            self._give_back()

    def end(self) -> bool:
        """End them, unless somebody uses them; answers whether there are none."""
        with self._lock:
            if self._users:
                return False
            pool, self._pool = self._pool, None
        if pool:
            pool.close(wait=False)
        return True

    def _lent(self, seconds: float) -> CleaningPool:
        with self._lock:
            self._users += 1
            if self._pool is None or self._seconds != seconds:
                multiprocessing.current_process().daemon = False  # Dask's nannies make it so: it might have no children
                self._pool, self._seconds = CleaningPool(_threads(), seconds), seconds
                Thread(target=self._watch, args=(self._used,), daemon=True).start()
            return self._pool

    def _drop(self, pool: CleaningPool) -> None:
        with self._lock:
            if self._pool is pool:
                self._pool = None
        pool.close(wait=False)

    def _give_back(self) -> None:
        with self._lock:
            self._users -= 1
            self._used.put(None)

    def _watch(self, used: "SimpleQueue[None]") -> None:
        while True:
            try:
                used.get(timeout=IDLE)
            except Empty:
                if self.end():
                    return


def _threads() -> int:
    from distributed import get_worker

    return int(get_worker().state.nthreads)


_CHILDREN = _Children()
