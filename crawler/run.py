"""A crawl, called as a function: what the command line and the demo use.

Twisted's reactor cannot be started twice. It sits here on one asyncio loop, is started once, and the loop is run for
each crawl; so `crawl` may be called as often as wanted in one process, from one thread.
"""

import asyncio
import atexit
import contextlib
import gc
import inspect
import signal
import sys
import threading
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib import import_module
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from archive.lock import Holder
from archive.store import Archive
from archive.terms import Text
from config.sources import Sources
from config.topics import Topic
from crawler.backfill import Span
from crawler.cleaning import children
from crawler.codes import fruitless
from crawler.counts import Counts, Progress
from crawler.left import Left
from pipelines.pool import keep_memory

if TYPE_CHECKING:  # Scrapy takes half a second, in which the cleaning processes start
    from scrapy.crawler import Crawler
    from scrapy.settings import Settings

    from archive.postgres.ledger import Postgres
    from crawler.focus import Collected
    from crawler.replay import Replay
    from crawler.session import Session


@dataclass(frozen=True)
class Outcome:
    """How a crawl ended: its run's number, `finished`, `stopped` or `skipped`, and what happened at each paper."""

    run: int
    outcome: str
    seconds: float
    sources: dict[str, Counts]
    foreign: int = 0
    """Stored responses that a replay passed over, as no declared paper has their host."""
    skipped: int = 0
    """Stored responses that a replay left out, as they cannot be read."""
    held: Holder | None = None
    """The crawl for which this one was skipped."""
    left: Left = field(default_factory=Left)
    """What a budget or a back-fill left to the next run."""
    collected: "Collected | None" = None
    """What a topic's crawl found, and did not follow."""

    @property
    def trouble(self) -> bool:
        """Whether there was nothing but failures: not one page was kept."""
        return fruitless(self.sources)


def crawl(
    archive: Archive,
    sources: Sources,
    *,
    only: Iterable[str] = (),
    limit: int | None = None,
    budget: int | None = None,
    span: Span | None = None,
    replay: "Replay | Path | None" = None,
    topic: Topic | None = None,
    examples: Sequence[Text] = (),
    assets: bool = False,
    keep_only: bool = False,
    command: str = "crawl",
    on_progress: Progress | None = None,
    frontier: str | None = None,
) -> Outcome:
    """Crawl what is due at `only` (default: all) of `sources` into the open `archive`, by its clock.

    `limit` ends the crawl after so many pages of articles, `budget` the work at a paper after so many requests; with
    the days of `span` it is a back-fill of those, besides. Work that is left by a budget, or by a back-fill, makes the
    outcome `stopped`, and is told. `replay` takes stored responses in the network's place,
    and goes on where an earlier one into the same archive was stopped.
    With `topic` only what may lead to its articles is followed, and nothing besides; `examples` are the texts of its
    files.
    With `assets` the images and style sheets of articles are kept too, those of articles that were kept before
    besides; they count for no `limit`, and are fetched after its last article.
    With `keep_only` nothing is cleaned: the pages are pending, for the next crawl or `reclean`.
    `frontier` is the URL of one in PostgreSQL that several machines take from, each into its own archive.
    `command` is what the run is called: the same command goes on where a killed one ended. Ends gracefully within
    seconds on SIGINT and SIGTERM (`stopped`), and at once while another crawl of this archive is under way (`skipped`).
    Raises ArchiveError for trouble with the file (DiskFull when the disk is getting full, which is recorded as
    `stopped`; LockLost when another crawl has taken over), ReplayError for a path that holds nothing to replay, and
    DeclarationError for a setting that cannot be used.
    Without its server (FrontierAway), or with a wrong URL or schema (FrontierError), it does not begin.
    """
    with _few_collections(), contextlib.ExitStack() as ends:
        pool = None if keep_only else children()
        if pool:
            ends.callback(pool.close, wait=False)
            pool.start()
        from scrapy.settings import Settings

        from crawler.replay import Replay
        from crawler.session import Session
        from crawler.turn import wanted_by

        settings = Settings()
        settings.setmodule("crawler.settings", priority="project")
        store = Replay(replay, sources, assets=assets) if isinstance(replay, Path) else replay
        server = ends.enter_context(contextlib.closing(_served(frontier))) if frontier else None
        session = Session(
            archive, sources,
            only=only, limit=limit, budget=budget, span=span, replay=store, topic=topic, examples=examples,
            assets=assets, pool=pool, keep_only=keep_only, command=command, wanted=wanted_by(settings),
            on_progress=on_progress, server=server,
        )  # fmt: skip
        _run(session, settings)
    if session.error:
        raise session.error
    return _outcome(session, store)


def _outcome(session: "Session", store: "Replay | None") -> Outcome:
    left_out = (store.foreign, store.skipped) if store else (0, 0)
    seconds = session.stats()["seconds"]
    return Outcome(
        session.run, session.outcome, seconds, session.counts, *left_out, session.held, session.left, session.collected
    )


def _served(url: str) -> "Postgres":
    from archive.postgres.ledger import Postgres  # psycopg is needed by nobody else

    return Postgres(url, lasting=False).open()


def _run(session: "Session", settings: "Settings") -> None:
    from scrapy.crawler import AsyncCrawlerRunner

    from crawler.spider import NewsSpider

    loop = reactor_loop()
    with _one_frame():
        import_module("crawler.download")
    asyncio.set_event_loop(loop)  # somebody's asyncio.run may have left none
    keep_memory()
    runner = AsyncCrawlerRunner(settings)
    crawler = runner.create_crawler(NewsSpider)
    task = runner.crawl(crawler, session=session)
    gc.freeze()
    with _stopped_by_signals(loop, crawler, session):
        loop.run_until_complete(task)


@cache
def reactor_loop() -> asyncio.AbstractEventLoop:
    """The loop with Twisted's reactor on it, started: its timers, sockets and resolver work whenever the loop runs."""
    import uvloop
    from twisted.internet import asyncioreactor

    loop = uvloop.new_event_loop()
    asyncioreactor.install(loop)  # type: ignore[no-untyped-call]
    from twisted.internet import reactor

    from crawler.addresses import PublicResolver

    started: Any = reactor
    started.startRunning(installSignalHandlers=False)
    PublicResolver(started).install_on_reactor()
    atexit.register(gc.freeze)  # what is left ends with the process: looking for circles in it took 0.2 s
    atexit.register(loop.close)
    return loop


@contextlib.contextmanager
def _one_frame() -> Iterator[None]:
    """For a class that it gives up, Scrapy asks whose module makes it: of all that stands on the stack, with its source
    and in each of a thousand modules, which took 0.07 s. Here it asks the one frame.
    """
    from scrapy.utils import deprecate

    asked: Any = deprecate
    asked.inspect = SimpleNamespace(
        stack=lambda: (None, [sys._getframe(2)]),
        getmodule=lambda frame: sys.modules[frame.f_globals["__name__"]],
        isclass=inspect.isclass,
    )
    try:
        yield
    finally:
        asked.inspect = inspect


@contextlib.contextmanager
def _few_collections() -> Iterator[None]:
    """Look for circles among objects less often: it took a tenth of a crawl, and of what it imports.

    Between two looks lie 20,000 objects, those of some twenty pages.
    """
    before = gc.get_threshold()
    gc.set_threshold(20_000, 20, 50)
    try:
        yield
    finally:
        gc.set_threshold(*before)
        gc.unfreeze()


@contextlib.contextmanager
def _stopped_by_signals(loop: asyncio.AbstractEventLoop, crawler: "Crawler", session: "Session") -> Iterator[None]:
    """SIGINT and SIGTERM stop the crawl gracefully; a second one falls to who was there before.

    An engine that does not run yet takes no stop, and would never again: then the session alone ends the spider.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}

    def stop(number: signal.Signals) -> None:
        loop.remove_signal_handler(number)
        signal.signal(number, before[number])
        session.stop()
        if session.run:
            stopping.append(loop.create_task(crawler.stop_async()))

    stopping: list[asyncio.Task[None]] = []
    for number in before:
        loop.add_signal_handler(number, stop, number)
    try:
        yield
    finally:
        for number, handler in before.items():
            loop.remove_signal_handler(number)
            signal.signal(number, handler)
