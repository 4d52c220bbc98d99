"""An open reading room: its readers, each with an own connection, and what it knows of the world."""

import asyncio
import sqlite3
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from archive.catalogue import Shelf
from archive.facts import Page
from archive.store import Archive
from config.clock import Clock, SystemClock
from config.sources import Sources
from config.topics import Topics

if TYPE_CHECKING:
    from archive.room.ask import Ask
    from archive.room.judging import Judge
    from pipelines.account import Account
    from pipelines.health import Health

T = TypeVar("T")
READERS = 3
"""Threads that read. They share one interpreter: more of them would only wait for each other."""
PATIENCE = 5.0
"""Seconds that one question may take."""
STEPS = 20_000
"""SQLite's steps, some milliseconds, between two looks at the clock."""
CACHE_KIB = 32_768
"""Of a reader's page cache."""
GLANCE = 0.1
"""Seconds that the first page waits for it."""
CROWD = 100
"""Questions that may wait for a reader; pages to be cleaned again a tenth of it. More are refused at once."""
FRESH = 55.0
"""Seconds for which a report on the papers' health is shown again."""


class TooLong(Exception):
    """A question took longer than `PATIENCE`; raised by `Room.ask`, shown as 503."""


class Room:
    """What pages are answered from. Made by `open`; ended by `close`."""

    def __init__(
        self, path: Path, sources: Sources, topics: Topics, *, indexed: bool = False, clock: Clock | None = None
    ) -> None:
        """`indexed`: search engines may take the room's pages into their indexes."""
        self.indexed = indexed
        self.path, self.sources, self.topics, self.clock = path, sources, topics, clock or SystemClock()
        self.database = path.stem
        self._local = threading.local()
        self._closing = False
        self.shelf = Shelf()
        self._readers = ThreadPoolExecutor(READERS, "reader")
        self._waiting = 0
        self._judge = ThreadPoolExecutor(1, "health")
        self._judging: Future[None] | None = None
        self._cleaner = ThreadPoolExecutor(1, "account")
        self._cleanings = 0
        self._health: tuple[float, Health | None] | None = None
        self._accounts: Judge | None = None

    def close(self) -> None:
        """Let the readers go: what they are asked ends at SQLite's next look at the clock."""
        self._closing = True
        if self._accounts is not None:
            self._accounts.close()
        for threads in (self._readers, self._judge, self._cleaner):
            threads.shutdown(cancel_futures=True)

    async def ask(self, question: Callable[[Archive], T], patience: float = PATIENCE) -> T:
        """What `question` answers, asked of the archive in a reader. Raises `TooLong`, and what it raises."""
        if self._waiting >= CROWD:
            raise TooLong
        self._waiting += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._readers, self._answer, question, patience)
        finally:
            self._waiting -= 1

    async def health(self, ask: "Ask | None" = None, wait: float | None = None) -> "Health | None":
        """The papers' health of the last minute. With `wait`, None where judging it takes more seconds than that."""
        if self._health is None or self.clock.interval() - self._health[0] > FRESH:
            if self._judging is None or self._judging.done():  # one for all who ask meanwhile
                self._judging = self._judge.submit(self._judged)
            judging = asyncio.wrap_future(self._judging)
            if wait is None:
                await asyncio.shield(judging)
            else:
                enough = asyncio.ensure_future(self.clock.sleep(wait))
                done, _ = await asyncio.wait((asyncio.shield(judging), enough), return_when=asyncio.FIRST_COMPLETED)
                enough.cancel()
                if enough in done:
                    return None
        return self._health and self._health[1]

    async def glance(self, ask: "Ask") -> "Health | None":
        """The same, where it is known at once: the first page waits for nothing."""
        return await self.health(ask, GLANCE)

    async def account(self, ask: "Ask") -> "Account | None":
        """How the page of the article in the address came to its record under today's rules: cleaned in a child."""
        from archive.room.judging import Judge

        if self._accounts is None:
            self._accounts = Judge(self.sources)
        page = await self.ask(lambda archive: page_of(archive, ask))
        if page is None:
            return None
        if self._cleanings >= CROWD // 10:
            raise TooLong
        self._cleanings += 1
        try:  # not in the thread that judges: a page that hangs would keep the papers' health from all readers
            return await asyncio.get_running_loop().run_in_executor(self._cleaner, self._accounts.account, page)
        finally:
            self._cleanings -= 1

    def _judged(self) -> None:
        """One at a time, as it has one thread: whoever waited finds it done."""
        if self._health is not None and self.clock.interval() - self._health[0] <= FRESH:
            return
        from archive.room.judging import judged

        self._health = (self.clock.interval(), self._answer(lambda archive: judged(archive, self.sources), 60.0))

    def _answer(self, question: Callable[[Archive], T], patience: float) -> T:
        archive = self._archive()
        until = self.clock.interval() + patience
        archive.conn.set_progress_handler(lambda: self._closing or self.clock.interval() > until, STEPS)
        try:
            return question(archive)
        except sqlite3.OperationalError as error:
            if "interrupted" in str(error):
                raise TooLong from None
            raise
        finally:
            archive.conn.set_progress_handler(None, 0)

    def _archive(self) -> Archive:
        """This thread's own connection."""
        if not hasattr(self._local, "archive"):
            archive = Archive(self.path, write=False, clock=self.clock)
            archive.conn.execute(f"PRAGMA cache_size=-{CACHE_KIB}")
            self._local.archive = archive
        opened: Archive = self._local.archive
        return opened


def page_of(archive: Archive, ask: "Ask") -> Page | None:
    """The page from which the article in the address is shown; None where there is none, or it has no bytes here."""
    name = f"{ask.path['source']}:{ask.path['id']}"
    row = archive.conn.execute("SELECT page FROM articles WHERE article = ?", (name,)).fetchone()
    return archive.page(row[0]) if row and not archive.published else None
