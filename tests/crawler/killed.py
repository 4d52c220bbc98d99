"""A process that forks crawls of invented papers and lets them be killed: `python -m tests.crawler.killed`.

One `Order` as JSON a line in: a crawl that SIGKILLs itself before the n-th SQL statement after a moment of its life, or
after so many seconds, and that may have its cleaning processes killed besides. One line out, an `End`. Forking from
here saves each of them the imports.
"""

import os
import signal
import sys
import threading
import traceback
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any, Literal

import msgspec
from scrapy.settings import Settings
from scrapy.utils.misc import load_object
from scrapy.utils.reactor import is_reactor_installed

import archive.revisit
import archive.store
import crawler.session
from archive.store import Archive
from crawler.run import crawl
from tests.bench.memory import children
from tests.press import declared

Phase = Literal["opening", "seeding", "pending", "keeping", "cleaning", "ending"]
"""Moments of a crawl's life after which statements are counted: from the opening of the file (and its migration) on,
from the seeding of the frontier, from the cleaning of what is pending, from the keeping of the first page, from the
writing of the first cleaning, from the end of the crawl."""


class Order(msgspec.Struct):
    """One crawl of the papers at `port`, and how it is killed."""

    archive: str
    papers: int
    articles: int
    port: int
    phase: Phase = "opening"
    statements: int = 0
    """The statement from there on before which the process kills itself; 0: none."""
    seconds: float = 0.0
    """After so many it is killed; 0: not at all."""
    children: int = 0
    """About so many cleanings lie between two kills of one of its cleaning processes; 0: they live."""
    seed: int = 0


class End(msgspec.Struct):
    """How a crawl went: its outcome (empty: it was killed), statements in all, and cleaning processes killed."""

    outcome: str = ""
    statements: int = 0
    children: int = 0
    error: str = ""
    """What ended it that was no kill."""


class Killer:
    """Counts statements, and kills."""

    def __init__(self, order: Order) -> None:
        self.order, self.end = order, End()
        self._left: int | None = None
        self._random = Random(order.seed)

    def reached(self, phase: Phase) -> None:
        """That moment has come: the statements count from here, if they are to."""
        if phase == self.order.phase and self._left is None and self.order.statements:
            self._left = self.order.statements

    def count(self, _: str) -> None:
        """One statement is about to be carried out."""
        self.end.statements += 1
        if self._left is not None:
            self._left -= 1
            if not self._left:
                os.kill(os.getpid(), signal.SIGKILL)

    def watch(self, owner: Any, name: str, phase: Phase) -> None:
        """Let calls of `owner.name` be such a moment."""
        original: Callable[..., Any] = getattr(owner, name)

        def noted(*given: Any, **more: Any) -> Any:
            self.reached(phase)
            if phase == "cleaning" and self.order.children:
                self._cleaned()
            return original(*given, **more)

        setattr(owner, name, noted)

    def _cleaned(self) -> None:
        """A cleaning is about to be written: every now and then a cleaning process is killed, whatever it is doing."""
        if self._random.random() * self.order.children < 1 and (
            there := sorted(filter(_cleans, children(os.getpid())))
        ):
            os.kill(self._random.choice(there), signal.SIGKILL)
            self.end.children += 1


def _cleans(process: int) -> bool:
    """Whether it is a cleaning process that can be told: multiprocessing's tracker of semaphores is none."""
    try:
        return b"spawn_main" in Path(f"/proc/{process}/cmdline").read_bytes()
    except OSError:
        return False


def carry_out(order: Order) -> End:
    """The crawl of one order, in a process of its own."""
    killer = Killer(order)
    session = crawler.session.Session
    killer.watch(session, "_seed", "seeding")
    killer.watch(session, "_clean_pending", "pending")
    killer.watch(session, "keep", "keeping")
    killer.watch(Archive, "put_cleaning", "cleaning")
    killer.watch(session, "end", "ending")
    connect = archive.store.sqlite3.connect

    def traced(*given: Any, **more: Any) -> Any:
        made = connect(*given, **more)
        made.set_trace_callback(killer.count)
        return made

    archive.store.sqlite3.connect = traced  # type: ignore[assignment]
    if order.seconds:
        timer = threading.Timer(order.seconds, os.kill, (os.getpid(), signal.SIGKILL))
        timer.daemon = True
        timer.start()
    killer.reached("opening")
    with Archive(Path(order.archive)) as opened:
        done = crawl(opened, declared(order.papers, order.articles, order.port))
    killer.end.outcome = done.outcome
    return killer.end


def safely(order: Order) -> End:
    """`carry_out`, with whatever goes wrong."""
    try:
        return carry_out(order)
    except BaseException:  # noqa: BLE001 -- the boundary of the process
        return End("broken", error=traceback.format_exc())


def preload() -> None:
    """Import what a crawl imports by name."""
    settings = Settings()
    settings.setmodule("crawler.settings")
    for kind in ("DOWNLOADER_MIDDLEWARES", "SPIDER_MIDDLEWARES", "EXTENSIONS", "ITEM_PIPELINES", "DOWNLOAD_HANDLERS"):
        for name, value in settings.getwithbase(kind).items():
            if value is not None:
                load_object(value if kind == "DOWNLOAD_HANDLERS" else name)


def main() -> None:
    """Carry out orders until there are no more."""
    preload()
    # what failed is tried again tomorrow: no crawl waits that long, however long the kills take
    archive.revisit.RETRIES = (archive.revisit.DAY,) * len(archive.revisit.RETRIES)
    assert not is_reactor_installed(), "each child needs its own"
    for line in sys.stdin:
        here, there = os.pipe()
        if (child := os.fork()) == 0:
            end = safely(msgspec.json.decode(line, type=Order))
            os.write(there, msgspec.json.encode(end))
            os._exit(0)
        os.close(there)
        os.waitpid(child, 0)
        with os.fdopen(here) as answer:
            print(answer.read() or msgspec.json.encode(End()).decode(), flush=True)


if __name__ == "__main__":
    main()
