"""The client's side: chunks go out as tasks, come back in their order, and are written by whoever asked.

A worker that dies costs what it had in hand: Dask gives that to another one. Where several died at a chunk, one of its
pages may be the reason, and each is tried for itself, while nothing else of ours runs.
"""

import logging
import tempfile
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import CancelledError
from contextlib import ExitStack, contextmanager, suppress
from itertools import count, islice
from types import TracebackType
from typing import Any, NamedTuple

import dask
from distributed import Client, KilledWorker, LocalCluster
from distributed.client import ClosedClientError

from archive.errors import DamagedBody, Withdrawn
from archive.facts import DropNote
from archive.store import Archive
from config.secrets import hidden
from pipelines.cluster import place, work
from pipelines.cluster.places import Places
from pipelines.cluster.versions import need_same, versions
from pipelines.cluster.work import ChildrenEnded, Identity, Order, Tried
from pipelines.errors import CleaningStopped, ClusterUnfit
from pipelines.packed import pack, unpack
from pipelines.pool import DIED, SECONDS_PER_PAGE, TRIES, workers_by_default
from pipelines.stored import Chunk, Loaded, Made, compared, damaged, known_lines, loaded

CONNECT = 10.0
"""Seconds in which a scheduler must answer."""
WORKERS = 30.0
"""Seconds in which a cluster must have a worker, and which it may be without one later."""
TOGETHER, CARRIED = 8, 4
"""Chunks of one task at most, and where their pages' bytes go along: each task costs client and scheduler some
milliseconds. The first and the last ones are smaller, so that all workers have some where there are few."""
AHEAD = 3
"""Tasks under way for each thread of the cluster."""
RECOUNT = 16
"""Tasks after which the cluster's threads are counted again: workers come and go."""
_TALK = {
    "distributed.admin.large-graph-warning-threshold": "1GB",  # pages that are sent along are no mistake
    "distributed.diagnostics.computations.nframes": 0,  # it would read our source at each task
}
_OWN = {
    "distributed.scheduler.allowed-failures": TRIES - 1,
    "distributed.scheduler.http.routes": [],
    "distributed.worker.http.routes": [],
    "distributed.worker.profile.enabled": False,
    "distributed.admin.tick.interval": "1s",
    "distributed.admin.system-monitor.interval": "10s",
}
"""Of a cluster that is started here: it shows nothing on its ports, and does not watch itself for a dashboard, which
took a tenth of its workers' time."""


_TASK, _VERSIONS = work.clean, versions


class _Job(NamedTuple):
    """Chunks under way together."""

    chunks: list[Chunk]
    sent: list[tuple[int, ...]]
    """Pages of each that went out, where the workers do not see the archive with their bytes."""
    packed: list[bytes]
    """As it went out."""
    carried: bool
    future: Any
    here: dict[int, Made]
    """Pages that did not go out."""


class _Ahead:
    """What is to come, some of it known before it is taken: so its end is seen."""

    def __init__(self, chunks: Iterable[Chunk]) -> None:
        self._left, self._known = iter(chunks), deque[Chunk]()

    def take(self, most: int, tasks: int) -> list[Chunk]:
        """The next ones, `most` at most, and less where they are the last for so many `tasks`."""
        self._known.extend(islice(self._left, max(0, most * tasks - len(self._known))))
        many = min(most, -(-len(self._known) // tasks))
        return [self._known.popleft() for _ in range(many)]


class Cluster:
    """A Dask cluster that cleans. Use as a context manager: without `scheduler` one is started and ended here."""

    def __init__(
        self,
        archive: Archive,
        *,
        scheduler: str | None = None,
        workers: int | None = None,
        seconds: float = SECONDS_PER_PAGE, bodies: str | None = None,
    ) -> None:  # fmt: skip
        """`workers` is how many are started here; `seconds` the time that one page may take. `bodies` is the URL of a
        place from which the workers read the pages' bytes by themselves; what it has not is sent along."""
        self._archive, self._scheduler, self._workers = archive, scheduler, workers or workers_by_default()
        self._order = Order(versions(), seconds, Identity.of(str(archive.path.resolve())))
        self._bodies, self._places = bodies, Places()
        self._stack = ExitStack()

    def __enter__(self) -> "Cluster":
        with ExitStack() as stack:
            stack.enter_context(dask.config.set(_TALK))
            address = self._scheduler or stack.enter_context(_own(self._workers))
            self._client = stack.enter_context(_client(address, own=not self._scheduler))
            self._look()
            if self._bodies:
                self._find_bodies(self._bodies)
            self._stack = stack.pop_all()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        with suppress(CleaningStopped), _reached():
            self._client.run(work.end, on_error="ignore")
        self._stack.close()

    def stored(self, chunks: Iterable[Chunk]) -> Iterator[tuple[Chunk, list[Made | DropNote]]]:
        """What became of the pages of `chunks`, in their order, with a bounded number under way; as the pool has it."""
        waiting, left, threads = deque[_Job](), _Ahead(chunks), 1
        for begun in count():
            threads = threads if begun % RECOUNT else self._threads() or 1
            if not (some := left.take(min(1 + begun // threads, self._together()), AHEAD * threads)):
                break
            waiting.append(self._begin(some))
            if len(waiting) >= AHEAD * threads:
                yield from self._end(waiting.popleft(), waiting)
        while waiting:
            yield from self._end(waiting.popleft(), waiting)

    def _look(self) -> None:
        """Refuse a cluster in which nobody works, or whose workers would clean otherwise."""
        try:
            self._client.wait_for_workers(1, timeout=WORKERS)
        except TimeoutError:
            raise ClusterUnfit(
                f"{self._scheduler}: nobody works there; start a worker with `dask worker {self._scheduler}`"
            ) from None
        for where, told in self._client.run(_VERSIONS, on_error="return").items():
            if isinstance(told, BaseException):
                raise ClusterUnfit(f"the worker at {where} cannot run baoluu ({told}); install it there")
            need_same(told, self._order.versions, where)

    def _find_bodies(self, url: str) -> None:
        """Let the workers tell what the files of a place hold."""
        try:
            paths = place.files(url)
        except (OSError, ValueError, ImportError) as error:
            raise ClusterUnfit(
                f"{hidden(url)}: cannot be opened ({hidden(str(error))}); is it there, and is what fsspec needs for it?"
            ) from None
        if not paths:
            raise ClusterUnfit(f"{hidden(url)}: holds no archive, WARC or Parquet file")
        futures = self._client.map(place.index, [url] * len(paths), paths, pure=False)
        for path, future in zip(paths, futures, strict=True):
            if isinstance(found := self._wait(future), BaseException):
                raise ClusterUnfit(f"{hidden(path)}: cannot be read by a worker ({hidden(repr(found))})")
            self._places.put(url, path, found)
        self._order = self._order._replace(archive=None, placed=True)

    def _threads(self) -> int:
        with _reached():
            threads: dict[str, int] = self._client.nthreads()
        return sum(threads.values())

    def _together(self) -> int:
        return TOGETHER if self._order.archive or self._order.placed else CARRIED

    def _begin(self, chunks: list[Chunk]) -> _Job:
        if self._order.archive is None:
            return self._carry(chunks)
        return self._job(chunks, chunks, {})

    def _carry(self, chunks: list[Chunk], *, whole: bool = False) -> _Job:
        """Send the pages themselves; without their bodies what the workers find in their place, unless `whole`."""
        here, sent = dict[int, Made](), list[Chunk]()
        for chunk in chunks:
            pages = dict[int, Loaded]()
            for number in chunk.numbers:
                try:
                    pages[number] = loaded(self._archive, number) if whole else self._loaded(number)
                except Withdrawn:
                    here[number] = Made(number, None, None, None)
                except DamagedBody as error:
                    here[number] = damaged(self._archive, chunk, number, str(error))
            sent.append(chunk._replace(numbers=tuple(pages), carried=tuple(pages.values())))
        return self._job(chunks, sent, here, carried=True)

    def _job(self, chunks: list[Chunk], sent: list[Chunk], here: dict[int, Made], *, carried: bool = False) -> _Job:
        packed = [pack(each) for each in sent]
        return _Job(chunks, [each.numbers for each in sent], packed, carried, self._submit(packed), here)

    def _loaded(self, number: int) -> Loaded:
        if self._bodies:
            page, sha = self._archive.bare_page(number)
            if at := self._places.get(sha):
                return Loaded(page, known_lines(self._archive, number), at)
        return loaded(self._archive, number)

    def _submit(self, packed: list[bytes]) -> Any:
        with _reached():
            return self._client.submit(_TASK, self._order, packed, pure=False)

    def _end(self, job: _Job, others: Iterable[_Job]) -> Iterator[tuple[Chunk, list[Made | DropNote]]]:
        tried = self._settled(job, others)
        if None in tried.values():
            self._order = self._order._replace(archive=None)
            yield from self._end(self._carry(job.chunks, whole=True), others)
            return
        for chunk, sent in zip(job.chunks, job.sent, strict=True):
            found = {**job.here, **{n: self._whole(chunk, job.carried, n, tried[n]) for n in sent}}
            yield chunk, [found[number] for number in chunk.numbers]

    def _whole(self, chunk: Chunk, carried: bool, number: int, made: Made | DropNote | None) -> Made | DropNote:
        """A page that was cleaned where the archive is not seen is compared here."""
        assert made is not None
        if not carried or isinstance(made, DropNote) or made.row is None:
            return made
        return compared(self._archive, chunk, number, made.row)

    def _settled(self, job: _Job, others: Iterable[_Job]) -> dict[int, Made | DropNote | None]:
        numbers = [number for sent in job.sent for number in sent]
        made = self._outcome(job.packed, len(numbers), job.future)
        if made is None:
            for each in others:  # they shall not die with it
                self._wait(each.future)
            alone = [each for packed in job.packed for each in unpack(packed).alone()]
            made = [self._alone(each) for each in alone]
        return dict(zip(numbers, made, strict=True))

    def _alone(self, chunk: Chunk) -> Made | DropNote | None:
        packed = [pack(chunk)]
        made = self._outcome(packed, 1, self._submit(packed))
        return DIED if made is None else made[0]

    def _outcome(self, packed: list[bytes], pages: int, future: Any) -> Tried | None:
        """What the workers made of so many pages; None where `TRIES` of them or more died at it."""
        deaths, stops = 0, 0
        while True:
            made = self._wait(future)
            if not isinstance(made, BaseException):
                return [None] * pages if made is None else [each for some in made for each in unpack(some)]
            if isinstance(error := made, KilledWorker):
                if (deaths := deaths + error.allowed_failures + 1) >= TRIES:
                    return None
            elif isinstance(error, ChildrenEnded):
                if (stops := stops + 1) >= TRIES:
                    raise CleaningStopped(str(error))
            else:
                raise error
            future = self._submit(packed)

    def _wait(self, future: Any) -> Any:
        """Its result, or what it raised. Raises `CleaningStopped` when nobody is left who could do it."""
        while True:
            try:
                with _reached():
                    return self._client.sync(_ended, future, callback_timeout=WORKERS)
            except TimeoutError:
                if not self._threads():
                    raise CleaningStopped(f"no worker is left at {self._scheduler or 'this cluster'}") from None


async def _ended(future: Any) -> Any:
    """The result of a task, or what it raised."""
    try:
        return await future.client.gather(future, asynchronous=True)
    except Exception as error:
        if future.status != "error":
            raise
        return error


@contextmanager
def _reached() -> Iterator[None]:
    """Asking the scheduler, who may be gone."""
    try:
        yield
    except TimeoutError:
        raise
    except (OSError, CancelledError, ClosedClientError) as error:
        raise CleaningStopped(f"the Dask scheduler cannot be reached any more ({error!r})") from None


@contextmanager
def _own(workers: int) -> Iterator[Any]:
    """A cluster on this machine, closed to all others: whoever may speak to a worker may run anything there."""
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="baoluu-dask-"))
        stack.enter_context(dask.config.set(_OWN | {"temporary-directory": folder}))
        try:
            cluster = LocalCluster(
                n_workers=workers, threads_per_worker=1, host="tls://127.0.0.1", dashboard_address="127.0.0.1:0",
                memory_limit=0, local_directory=folder, silence_logs=logging.CRITICAL, security=True,
            )  # fmt: skip
        except (OSError, RuntimeError, TimeoutError) as error:
            raise ClusterUnfit(f"no cluster can be started on this machine ({error})") from error
        yield stack.enter_context(cluster)


@contextmanager
def _client(address: Any, *, own: bool) -> Iterator[Client]:
    """What speaks to the cluster. Workers of our own are on this machine and can be asked without the scheduler."""
    try:
        client = Client(address, timeout=CONNECT, set_as_default=False, direct_to_workers=own)
    except (OSError, ValueError, TypeError) as error:
        raise ClusterUnfit(f"{address}: no Dask scheduler answers there ({error})") from None
    with client:
        yield client
