"""A crawl's way to a frontier on a server: what it has to tell is told beside the loop, and again until it is there.

In the place of `Frontier` for all that changes the frontier; leases are taken by the session itself. Letters are
written into the archive (`archive.outbox`), told in their order by one thread, and taken out. While the server is away
they stay there: the crawl fetches what it has leased, and then waits.
"""

import asyncio
import logging
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import msgspec

from archive import outbox
from archive.content import content_sha
from archive.errors import ArchiveError, FrontierAway
from archive.facts import Encoded, Found, Page, Record
from archive.frontier import Frontier, Lease
from archive.identities import mates
from archive.outbox import Answered, Cleaned, Ended, Failed, Led, Letter
from archive.postgres.ledger import BEAT, Postgres
from archive.store import Archive
from config.sources import Source, Sources
from crawler.extent import RESUME
from crawler.heart import Heart

logger = logging.getLogger(__name__)
MOST = 32
"""Letters that are told in one transaction."""
FIRST, LONGEST = 0.5, 10.0
"""Seconds of the first pause before the server is tried again, and of the longest: each is twice the one before."""
PATIENCE = 10.0
"""Seconds at the end of a crawl for what is still to be told; what is not stays for the next one."""
_RECORD = msgspec.json.Decoder(Record)
_CLEANING = """
SELECT article, reason, CAST(output AS BLOB), links, notes, NULL FROM cleanings WHERE page = ? ORDER BY id DESC LIMIT 1
"""
_ALIASES = "SELECT alias, article, why FROM aliases WHERE alias = ? AND why <> 'claimed'"


class Post:
    """The post of one crawl. `join` it, `begin` in the loop, `close` at the end."""

    def __init__(
        self,
        archive: Archive,
        ledger: Postgres,
        sources: Sources,
        told: Callable[[str, bool, int], None],
        lost: Callable[[BaseException], None],
    ) -> None:
        """`ledger` is the session's own connection. `told` is called with the paper, whether it is a back-fill's, and
        the number of new articles, when what a page led to is in the frontier; `lost` with what ends the crawl."""
        self._archive, self._taking, self._sources = archive, ledger, sources
        self._told, self._lost = told, lost
        self._ledger = ledger.beside(lasting=True)
        self._frontier = Frontier(self._ledger, sources)
        self._heart = Heart(ledger, archive.clock, self._stopped)
        self._hand = ThreadPoolExecutor(1)
        self._queue = deque[tuple[int, Letter]]()
        self._unsent: dict[str, tuple[int, Letter]] = {}
        self._wanted = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._silent: BaseException | None = None

    def join(self, command: str, *, only: Iterable[str]) -> float:
        """Take part in the crawl `command`; answers since when that goes. What an earlier crawl into this archive left
        to be told is told first: its leases return afterwards."""
        since = self._ledger.join(command, RESUME)
        self._heart.begin()
        self._frontier = Frontier(self._ledger, self._sources, only=only, since=since)
        stones = self._archive.conn.execute("SELECT url, reason, withdrawn_at, article FROM withdrawals").fetchall()
        if stones:
            put = "INSERT INTO withdrawals (url, reason, withdrawn_at, article) VALUES (?, ?, ?, ?)"
            self._ledger.conn.executemany(f"{put} ON CONFLICT DO NOTHING", stones)
        self._queue.extend(outbox.waiting(self._archive))
        if self._queue:
            logger.info("%d letters of an earlier crawl are told to the frontier", len(self._queue))
        while self._queue:
            self._done(batch := self._batch(), self._deliver(batch))
        return since

    def begin(self) -> None:
        """Tell what there is, as long as the loop turns."""
        self._loop = asyncio.get_running_loop()
        self._task = asyncio.ensure_future(self._work())
        if self._silent:
            self._lost(self._silent)

    @property
    def waits(self) -> bool:
        """Whether something is still to be told."""
        return bool(self._queue or self._unsent)

    def again(self) -> None:
        """The server was away for who takes: look for it."""
        self._wanted.set()

    def answered(self, lease: Lease, page: Page, digest: str, found: Sequence[Found]) -> None:
        """`lease` ended with `page`. Inside the keep transaction; `send` it when that is on the disk."""
        headers = {name: page.headers[name] for name in outbox.HEADERS if name in page.headers}
        body = page.body if lease.kind == "robots" else b""
        bare = msgspec.structs.replace(page, body=body, headers=headers, hints=type(page.hints)(), tls=None)
        self._write(lease.key, Answered(lease, bare, digest, outbox.fit(found)))

    def owe(self, lease: Lease, number: int) -> None:
        """The page `number` is to be cleaned. Inside the keep transaction."""
        outbox.put(self._archive, Ended(lease), number)

    def owed(self) -> Iterator[tuple[int, Lease, Encoded]]:
        """The pages whose cleaning is still to be told, and has been made meanwhile: number, lease, cleaning."""
        for letter, number, lease in outbox.owed(self._archive):
            if row := self._archive.conn.execute(_CLEANING, (number,)).fetchone():
                yield number, lease, Encoded(*row)
            elif not self._archive.conn.execute("SELECT 1 FROM pages WHERE id = ?", (number,)).fetchone():
                outbox.take_out(self._archive, [letter])  # it was withdrawn

    def cleaned(self, lease: Lease, number: int, row: Encoded, found: Sequence[Found]) -> None:
        """The page `number` was cleaned. Inside the transaction that writes that; `send` it afterwards."""
        self._archive.conn.execute("DELETE FROM outbox WHERE page = ?", (number,))
        content, printed, aliases = None, None, list[tuple[str, str, str]]()
        if not row.reason:
            record = _RECORD.decode(row.output)
            content, printed = f"{record.cleaner} {content_sha(record)}", (record.published or "")[:10] or None
            for name in mates(self._archive.conn, row.article):
                aliases += self._archive.conn.execute(_ALIASES, (name,)).fetchall()
        self._write(lease.key, Cleaned(lease, content, printed, tuple(aliases), outbox.fit(found)))

    def send(self, key: str) -> None:
        """What was written about `key` may be told now."""
        if key in self._unsent:
            self._queue.append(self._unsent.pop(key))
            self._wanted.set()

    def add(self, found: Iterable[Found], *, paper: Source) -> int:
        """What a page of `paper` led to; how many are new is told later."""
        if fitting := outbox.fit(found):
            self._tell(Led(paper.id, fitting))
        return 0

    def fail(self, lease: Lease, error: str, *, host_fault: bool = True) -> None:
        """See `Frontier`."""
        self._tell(Failed(lease, error.replace("\0", ""), host_fault))

    def give_up(self, lease: Lease, error: str) -> None:
        """See `Frontier`."""
        self._tell(Failed(lease, error.replace("\0", ""), None))

    def release(self, lease: Lease) -> None:
        """See `Frontier`."""
        self._tell(Ended(lease))

    def forget(self, lease: Lease) -> None:
        """See `Frontier`."""
        self._tell(Ended(lease, gone=True))

    def _tell(self, letter: Letter) -> None:
        with self._archive.transaction(light=True):
            number = outbox.put(self._archive, letter)
        self._queue.append((number, letter))
        self._wanted.set()

    def _write(self, key: str, letter: Letter) -> None:
        self._unsent[key] = (outbox.put(self._archive, letter), letter)

    def close(self, *, finished: bool) -> None:
        """Tell what is left, if the server is there, and leave."""
        if self._task:
            self._task.cancel()
        clock, began = self._archive.clock, self._archive.clock.interval()
        self._hand.shutdown(wait=True)
        try:
            self._queue = deque(outbox.waiting(self._archive))  # not what was rolled back, with its page
            self._ledger.server.reconnect()
            while self._queue and clock.interval() - began < PATIENCE:
                self._done(batch := self._batch(), self._deliver(batch))
            untold = [letter.lease.key for _, letter in self._queue if not isinstance(letter, Led)]
            self._heart.end()
            self._ledger.leave(finished=finished and not self._queue, untold=untold)
        except ArchiveError as error:
            logger.warning("%s; %d letters are told to the frontier by the next crawl", error, len(self._queue))
        finally:
            self._heart.end()
            self._ledger.close()

    def _stopped(self, error: BaseException) -> None:
        """No sign of life can be given any more. Called in another thread than the loop's, or before that turns."""
        self._silent = error
        if self._loop:
            with suppress(RuntimeError):  # it is over
                self._loop.call_soon_threadsafe(self._lost, error)

    async def _work(self) -> None:
        """Tell until the task is cancelled; while the server is away, try again and again."""
        clock, pause = self._archive.clock, 0.0
        while True:
            self._heart.turned()
            try:
                if pause:
                    await self._aside(self._ledger.server.reconnect)
                if self._queue:
                    self._done(batch := self._batch(), await self._aside(self._deliver, batch))
                if self._taking.server.away and not self._queue:  # what is kept is told before more is taken
                    await self._aside(self._taking.server.reconnect)
                if pause:
                    logger.warning("the frontier's server is there again")
                    pause = 0.0
            except FrontierAway as error:
                pause = min(LONGEST, 2 * pause or FIRST)
                told = "%s; %d letters wait to be told, and the frontier is tried again in %.1f s"
                logger.warning(told, error, len(self._queue), pause)
                await clock.sleep(pause)
                continue
            except Exception as error:  # noqa: BLE001 -- a crawl without its post would never end
                self._lost(error)
                return
            if not self._queue:
                self._wanted.clear()
                if not self._taking.server.away:
                    await clock.sleep(BEAT, until=self._wanted)

    async def _aside(self, call: Callable[..., object], *given: object) -> "Counter[tuple[str, bool]]":
        made = await asyncio.get_running_loop().run_in_executor(self._hand, call, *given)
        return made if isinstance(made, Counter) else Counter()

    def _batch(self) -> list[tuple[int, Letter]]:
        return [self._queue[n] for n in range(min(MOST, len(self._queue)))]

    def _deliver(self, batch: Sequence[tuple[int, Letter]]) -> "Counter[tuple[str, bool]]":
        """Tell some letters in one transaction, in this or another thread; how many articles are new, by paper.

        Where one cannot be told at all, as of a paper that is declared no more, the others are; its lease ends as one
        without a usable response, or its host would wait for it.
        """
        new = Counter[tuple[str, bool]]()
        try:
            with self._ledger.transaction():
                for _, letter in batch:
                    new[_of(letter)] += outbox.tell(self._frontier, self._sources, letter)
        except ArchiveError:
            raise
        except Exception:
            if len(batch) == 1:
                number, letter = batch[0]
                logger.exception("this cannot be told to the frontier, and is left out: %.500s", letter)
                if isinstance(letter, Answered):
                    return self._deliver([(number, Failed(letter.lease, "how it ended cannot be told", False))])
                return new
            return sum((self._deliver([one]) for one in batch), Counter())
        return new

    def _done(self, batch: Sequence[tuple[int, Letter]], new: "Counter[tuple[str, bool]]") -> None:
        outbox.take_out(self._archive, (number for number, _ in batch))
        for _ in batch:
            self._queue.popleft()
        for (source, back), count in new.items():
            self._told(source, back, count)


def _of(letter: Letter) -> tuple[str, bool]:
    """The paper of a letter, and whether it is a back-fill's."""
    return (letter.source, False) if isinstance(letter, Led) else (letter.lease.source, letter.lease.back)
