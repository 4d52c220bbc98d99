"""Child processes that do jobs, each with a thread and a pipe of its own, so that any of them may die at any moment.

Nothing is shared between children: no lock that a killed one could keep, no queue from which it could have taken a job
that nobody knows of. (pebble's pool shares both. There, children that were killed while they waited broke the whole
pool, and a job that a child had read but not yet acknowledged was waited for without end.)
"""

import multiprocessing
import os
import threading
from collections.abc import Callable
from concurrent.futures import Future, TimeoutError
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess
from queue import Empty, SimpleQueue
from signal import SIG_BLOCK, SIG_DFL, SIG_SETMASK, SIGINT, SIGTERM, pthread_sigmask, signal
from typing import Any, NamedTuple, TypeVar

T = TypeVar("T")
STARTS = 8
"""Children in a row that may die before they are ready. Each takes its time to start: no pause lies between."""
READY = 60.0
"""Seconds in which a child must be ready."""
FAREWELL = 2.0
"""Seconds that a child which has no more to do may take to end."""


class Died(Exception):
    """A child died at this job; `code` is its exit code, below 0 the signal. Set on the job's future."""

    def __init__(self, code: int | None) -> None:
        super().__init__(f"the process ended with {code}")
        self.code = code or 0


class Ended(Exception):
    """The children were ended before the job was done, or cannot be kept alive. Set on the job's future."""


class _Job(NamedTuple):
    future: "Future[Any]"
    seconds: float
    work: Callable[..., Any]
    given: tuple[object, ...]


class _Child:
    """One process and the pipe to it."""

    def __init__(self, prepare: Callable[[], None], nice: int) -> None:
        self.pipe, there = multiprocessing.Pipe()
        self.process: SpawnProcess = multiprocessing.get_context("spawn").Process(
            target=_child, args=(there, prepare), daemon=True
        )
        before = pthread_sigmask(SIG_BLOCK, {SIGINT})  # Ctrl-C is its parent's affair, from its first moment on
        try:
            self.process.start()
        finally:
            pthread_sigmask(SIG_SETMASK, before)
        there.close()
        assert self.process.pid
        os.setpriority(os.PRIO_PROCESS, self.process.pid, os.getpriority(os.PRIO_PROCESS, os.getpid()) + nice)
        self.done = 0

    def end(self, wait: float = 0.0) -> int | None:
        """Let it end by itself within `wait` seconds, then kill it; answers its exit code."""
        self.pipe.close()
        self.process.join(wait)
        self.process.kill()
        self.process.join()
        return self.process.exitcode


class Workers:
    """`count` children that do what is submitted, each replaced after `tasks` jobs (0: never), when it dies or hangs.

    `prepare` runs in a child before its first job. Both it and the jobs must be known by name, as for `pickle`.
    By `nice` the children stand behind this process, from their first moment on.
    """

    def __init__(self, count: int, tasks: int, prepare: Callable[[], None], nice: int = 0) -> None:
        self._tasks, self._prepare, self._nice = tasks, prepare, nice
        self._jobs: SimpleQueue[_Job | None] = SimpleQueue()
        self._children = dict[int, _Child]()
        self._lock, self._over, self._started = threading.Lock(), False, False
        self._broken: Ended | None = None
        self._threads = [threading.Thread(target=self._run, args=(n,), daemon=True) for n in range(count)]

    def start(self) -> None:
        """Start the children, unless that has been done."""
        with self._lock:
            todo = [] if self._started or self._over else self._threads
            self._started = True
        for thread in todo:
            thread.start()

    def submit(self, seconds: float, work: Callable[..., T], *given: object) -> "Future[T]":
        """The result of `work(*given)` in a child; or TimeoutError after `seconds`, Died, Ended, or what it raised."""
        future: Future[T] = Future()
        if self._over or self._broken:
            raise self._broken or Ended("the children have been ended")
        self.start()
        self._jobs.put(_Job(future, seconds, work, given))
        return future

    @property
    def pids(self) -> list[int]:
        """The children that live."""
        return [c.process.pid for c in list(self._children.values()) if c.process.pid and c.process.is_alive()]

    def close(self, wait: bool) -> None:
        """End the children once all is done; without `wait` at once, whatever they are doing."""
        with self._lock:
            self._over, started = True, self._started
        if not wait:
            self._give_up(Ended("the children were ended before this was done"))
        for _ in self._threads:
            self._jobs.put(None)
        for thread in self._threads if started else []:
            thread.join()

    def _give_up(self, why: Ended) -> None:
        self._broken = self._broken or why
        for child in list(self._children.values()):
            child.process.kill()
        ends = 0
        while True:
            try:
                job = self._jobs.get_nowait()
            except Empty:
                break
            ends += job is None
            if job and job.future.set_running_or_notify_cancel():
                job.future.set_exception(why)
        for _ in range(ends):  # `close` has told the threads to end: each waits for its own word
            self._jobs.put(None)

    def _run(self, number: int) -> None:
        """What the thread of one child does: the jobs, one after the other, until there are no more."""
        self._renew(number)
        while (job := self._jobs.get()) is not None:
            if job.future.set_running_or_notify_cancel():
                self._do(number, job)
        if child := self._children.pop(number, None):
            child.end(0.0 if self._broken else FAREWELL)

    def _renew(self, number: int) -> None:
        """A child that is ready. When none can be kept alive all is over."""
        for _ in range(STARTS):
            if self._broken:
                return
            try:
                child = self._children[number] = _Child(self._prepare, self._nice)
                if not self._broken and child.pipe.poll(READY):
                    child.pipe.recv()
                    return
            except (OSError, EOFError):
                pass
            if last := self._children.pop(number, None):
                last.end()
        self._give_up(Ended(f"{STARTS} processes in a row died before they were ready"))

    def _do(self, number: int, job: _Job) -> None:
        """One job. A child that has died while it waited is replaced first: that is no fault of the job's."""
        while not self._broken:
            child = self._children[number]
            try:
                child.pipe.send((job.work, job.given))
            except OSError:
                child.end()
                self._renew(number)
                continue
            except Exception as error:  # noqa: BLE001 -- what cannot be pickled is the job's own trouble
                job.future.set_exception(error)
                return
            self._receive(number, child, job)
            return
        job.future.set_exception(self._broken)

    def _receive(self, number: int, child: _Child, job: _Job) -> None:
        try:
            if child.pipe.poll(job.seconds):
                well, made = child.pipe.recv()
                child.done += 1
                job.future.set_result(made) if well else job.future.set_exception(made)
                if not self._tasks or child.done < self._tasks:
                    return
            else:
                job.future.set_exception(TimeoutError(f"took longer than {job.seconds:g} s"))
            child.end()
        except (OSError, EOFError):
            code = child.end(FAREWELL)
            job.future.set_exception(self._broken or Died(code))
        except Exception as error:  # noqa: BLE001 -- an exception that can be pickled, but not read again
            job.future.set_exception(error)
            child.end()
        self._renew(number)


def _child(pipe: Connection, prepare: Callable[[], None]) -> None:
    """What a child does, until its parent closes the pipe."""
    signal(SIGTERM, SIG_DFL)
    prepare()
    pipe.send(None)
    while True:
        try:
            work, given = pipe.recv()
        except EOFError:
            return
        try:
            made: tuple[bool, Any] = (True, work(*given))
        except Exception as error:  # noqa: BLE001 -- the boundary of the process
            made = (False, error)
        try:
            pipe.send(made)
        except Exception as error:  # noqa: BLE001 -- what came out cannot be pickled
            pipe.send((False, TypeError(f"the result cannot be handed over: {error!r}")))
