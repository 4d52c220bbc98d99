"""Cleaning in child processes: a page that hangs or explodes costs a drop, not the run.

Children run with a limit on their address space, are replaced after `TASKS_PER_CHILD` pages, and end with their parent.
"""

import ctypes
import gc
import multiprocessing
import os
import resource
import signal
import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, TimeoutError
from types import TracebackType
from typing import TypeVar

from archive.facts import Cleaned, Drop, DropNote, Page
from config.layers import Layers
from config.sources import Source
from config.urls import article_key, canonical
from pipelines.account import Account, unexplained
from pipelines.errors import CleaningStopped as CleaningStopped
from pipelines.packed import pack, unpack
from pipelines.stored import Chunk, Made, clean_chunk
from pipelines.workers import Died, Ended, Workers

T = TypeVar("T")
Job = TypeVar("Job")
SECONDS_PER_PAGE = 20.0
BYTES_PER_CHILD = 1_500_000_000
TASKS_PER_CHILD = 2_000
TRIES = 3
"""Children that may die at one page before it is dropped: a first and a second may have been killed from outside."""
DIED = DropNote("memory", f"{TRIES} processes in a row died at this page")
_PR_SET_PDEATHSIG = 1
_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD = -1, -3
_KEPT, _LARGEST = 64 << 20, 32 << 20
"""Bytes of freed memory that a process keeps, and of the largest piece that it keeps."""


def workers_by_default() -> int:
    """As many children as there are cores."""
    return os.cpu_count() or 1


class CleaningPool:
    """Child processes that run `process`. Use as a context manager; a page's own trouble comes back as a drop."""

    def __init__(self, workers: int | None = None, seconds: float = SECONDS_PER_PAGE, nice: int = 0) -> None:
        """`seconds` is the time one page may take; by `nice` the children stand behind this process."""
        self.workers, self._seconds = workers or workers_by_default(), seconds
        self._workers = Workers(self.workers, TASKS_PER_CHILD, _prepare_child, nice)

    def __enter__(self) -> "CleaningPool":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close(wait=kind is None)

    def start(self) -> None:
        """Start the children now; otherwise the first page waits a second for them."""
        self._workers.start()

    def close(self, wait: bool = True) -> None:
        """End the children; without `wait`, whatever they are doing."""
        self._workers.close(wait)

    async def fresh(self, chunks: Sequence[Chunk]) -> list[Made | DropNote]:
        """`clean_chunk` over `chunks` in one go, awaited; one for each of their pages, in their order.

        In the place of a page that hangs or explodes stands the reason of its drop.
        """
        alone = [each for chunk in chunks for each in chunk.alone()]
        made = await self._awaited(chunks)
        if len(alone) > 1 and not isinstance(made, list):  # one of the pages is the reason: each for itself
            return [each for chunk in alone for each in await self.fresh([chunk])]
        tries = 1
        while made is None and tries < TRIES:
            made, tries = await self._awaited(chunks), tries + 1
        return [*made] if isinstance(made, list) else [made or DIED]

    async def _awaited(self, chunks: Sequence[Chunk]) -> list[Made] | DropNote | None:
        import asyncio  # who awaits has it; a child, which imports this module too, has no use for it

        future = self._submit(_clean_chunks, chunks)
        await asyncio.wait([asyncio.wrap_future(future)])
        return _outcome(future)

    def map(self, jobs: Iterable[tuple[Page, Source]]) -> Iterator[Cleaned]:
        """`process` over `jobs`, in their order, with a bounded number under way."""
        for (page, source), future in self._under_way((job, self._submit(_process, *job)) for job in jobs):
            made = self._finish(future, _process, page, source)
            yield dropped(page, source, made) if isinstance(made, DropNote) else made

    def explain(self, page: Page, source: Source, layers: Layers) -> Account:
        """`explain(page, source, layers)` in a child. A page that hangs or explodes has only its drop to show."""
        made = self._finish(self._submit(_explain, page, source, layers), _explain, page, source, layers)
        return made if isinstance(made, Account) else unexplained(source, dropped(page, source, made))

    def stored(self, chunks: Iterable[Chunk]) -> Iterator[tuple[Chunk, list[Made | DropNote]]]:
        """`clean_chunk` over `chunks`, in their order, with a bounded number under way.

        In the place of a page that hangs or explodes stands the reason of its drop.
        """
        for chunk, future in self._under_way((c, self._submit(_clean_chunk, c)) for c in chunks):
            yield chunk, self._settled(chunk, future)

    def packed(self, chunks: Sequence[bytes]) -> list[bytes]:
        """`stored` for packed chunks, packed, for who only passes it on; several threads may ask at once."""
        futures = [self._submit(_clean_packed, chunk) for chunk in chunks]
        return [self._repacked(chunk, future) for chunk, future in zip(chunks, futures, strict=True)]

    def _repacked(self, chunk: bytes, future: "Future[bytes]") -> bytes:
        made = _outcome(future)
        return made if isinstance(made, bytes) else pack(self._each(unpack(chunk)))

    def _settled(self, chunk: Chunk, future: "Future[list[Made]]") -> list[Made | DropNote]:
        made = _outcome(future)
        return [*made] if isinstance(made, list) else self._each(chunk)

    def _each(self, chunk: Chunk) -> list[Made | DropNote]:
        """One of its pages is the reason that no more came of them: each for itself."""
        tried = list[Made | DropNote]()
        for alone in chunk.alone():
            done = self._finish(self._submit(_clean_chunk, alone), _clean_chunk, alone)
            tried.append(done if isinstance(done, DropNote) else done[0])
        return tried

    def _under_way(self, jobs: "Iterable[tuple[Job, Future[T]]]") -> "Iterator[tuple[Job, Future[T]]]":
        waiting: deque[tuple[Job, Future[T]]] = deque()
        for job in jobs:
            waiting.append(job)
            if len(waiting) >= 4 * self.workers:
                yield waiting.popleft()
        while waiting:
            yield waiting.popleft()

    def _finish(self, future: "Future[T]", work: Callable[..., T], *given: object) -> T | DropNote:
        made, tries = _outcome(future), 1
        while made is None and tries < TRIES:
            made, tries = _outcome(self._submit(work, *given)), tries + 1
        return DIED if made is None else made

    def _submit(self, work: Callable[..., T], *given: object) -> "Future[T]":
        try:
            return self._workers.submit(self._seconds, work, *given)
        except Ended as error:
            raise CleaningStopped(f"no cleaning processes are left ({error})") from None


def _process(page: Page, source: Source) -> Cleaned:
    """What a child runs for one page."""
    return clean_safely(page, source)


def _explain(page: Page, source: Source, layers: Layers) -> Account:
    """What a child runs for one page that is to be explained."""
    from pipelines.explain import explain

    try:
        return explain(page, source, layers)
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001 -- the boundary of the process
        return unexplained(source, clean_safely(page, source))


def _clean_chunks(chunks: Sequence[Chunk]) -> list[Made]:
    """What a child runs for pages that have just been kept."""
    return [made for chunk in chunks for made in _clean_chunk(chunk)]


def _clean_packed(chunk: bytes) -> bytes:
    """What a child runs for some stored pages that came from elsewhere."""
    return pack(_clean_chunk(unpack(chunk)))


def _clean_chunk(chunk: Chunk) -> list[Made]:
    """What a child runs for some stored pages."""
    return clean_chunk(chunk, clean_safely)


def clean_safely(page: Page, source: Source, known: Mapping[str, str] = {}) -> Cleaned:
    """`process`; a fault of the cleaner's own is this page's drop, or it would stop every later run."""
    from pipelines.process import process  # trafilatura takes a second to import; only the children need it

    try:
        cleaned = process(page, source, known)
        _ = cleaned.encoded
    except MemoryError:
        raise
    except Exception as error:  # noqa: BLE001 -- the boundary of the process
        return dropped(page, source, DropNote("not-article", f"the cleaner failed: {type(error).__name__}: {error!a}"))
    return cleaned


def _prepare_child() -> None:
    """Limit the child's memory, and let it end with its parent: a page that hangs must not outlive a killed crawl.

    What cleaning imports takes its time, which is not to count as a page's, and stays: the garbage collector need not
    look through it again and again.
    """
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        parent = multiprocessing.parent_process()
        if parent is not None and os.getppid() != parent.pid:  # it died before it could be listened for
            os._exit(1)
    keep_memory()
    gc.disable()
    import pipelines.process  # noqa: F401

    gc.freeze()
    gc.set_threshold(20_000, 20, 50)  # some pages' worth: looking more often took a twentieth of cleaning
    gc.enable()
    resource.setrlimit(resource.RLIMIT_AS, (BYTES_PER_CHILD, BYTES_PER_CHILD))


def keep_memory() -> None:
    """Let this process keep what a page, or its tree, leaves free for the next one's.

    glibc hands it back to the system and asks for it again, page by page: half of the time that parsing takes, and a
    thirtieth of fetching.
    """
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None) if sys.platform == "linux" else None
    if mallopt is not None:
        mallopt(_M_TRIM_THRESHOLD, _KEPT)
        mallopt(_M_MMAP_THRESHOLD, _LARGEST)


def _outcome(future: "Future[T]") -> T | DropNote | None:
    """The result, or why its page is dropped; None when the child died, which may not have been the page's fault."""
    try:
        return future.result()
    except TimeoutError:
        return DropNote("hang", "the page took longer than its time limit")
    except MemoryError:
        return DropNote("memory", "the page needed more memory than a child may have")
    except Ended as error:
        raise CleaningStopped(f"no cleaning processes are left ({error})") from None
    except Died as error:
        if error.code == -signal.SIGTERM:
            raise CleaningStopped("the cleaning processes were ended from outside") from None
        return None


def dropped(page: Page, source: Source, note: DropNote) -> Cleaned:
    """The drop of `page`."""
    url = canonical(source, page.url)
    return Cleaned(output=Drop(url=url, drop=note), article=article_key(source, url))
