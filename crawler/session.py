"""One crawl under way: how it begins, what the scheduler hands out, and how it ends."""

import asyncio
import contextlib
import logging
from collections.abc import Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from archive.disk import WANTED, Wanted
from archive.errors import ArchiveError, DiskFull, FrontierAway, Withdrawn
from archive.frontier import Frontier, Lease
from archive.journal import Journal
from archive.lock import Holder
from archive.store import Archive
from archive.terms import Text
from config.sources import Sources
from config.topics import Topic
from crawler.backfill import Span
from crawler.beginning import clean_pending, replayed, seed_lists
from crawler.cleaning import Cleaning, children
from crawler.commits import Commits
from crawler.counts import Counts, Progress
from crawler.discover import shown
from crawler.extent import RESUME, Extent, begun
from crawler.focus import Collected, Focus
from crawler.intake import Intake
from crawler.left import Left, left
from crawler.replay import Replay
from crawler.showing import left_unkept, look_back
from crawler.standing import Teller
from crawler.stopping import Stopped
from crawler.turn import Turn
from pipelines.errors import CleaningStopped
from pipelines.pool import CleaningPool

if TYPE_CHECKING:
    from archive.postgres.ledger import Postgres
    from crawler.post import Post

logger = logging.getLogger(__name__)
LOOK, SOON = 0.3, 0.05
"""Seconds after which a crawl on a frontier of several machines looks whether another has freed a host or found
something, and the shortest of its pauses: a host may be locked for a moment."""
PATIENCE = 60.0
"""Seconds that a crawl waits for a host's pause or a second try; what takes longer is for the next run."""
CLEANED = 0.2
"""Seconds after which a topic's crawl that has nothing else to do looks whether an article has been cleaned."""


class Session(Intake):
    """A crawl of `only` (default: all) of `sources` into `archive`; with `replay` from that in the network's place."""

    def __init__(
        self,
        archive: Archive,
        sources: Sources,
        *,
        only: Iterable[str] = (),
        limit: int | None = None,
        budget: int | None = None,
        span: Span | None = None,
        replay: Replay | None = None,
        topic: Topic | None = None,
        examples: Sequence[Text] = (),
        assets: bool = False,
        pool: CleaningPool | None = None,
        keep_only: bool = False,
        command: str = "crawl",
        wanted: Wanted = WANTED,
        on_progress: Progress | None = None,
        server: "Postgres | None" = None,
    ) -> None:
        """`limit`, `budget` and `span` are told by `Extent`. With `topic` nothing is followed but what may lead to its
        articles; `examples` are the texts of its files. With `assets` what articles' pages show is kept too, for which
        neither `limit` counts nor a failure is trouble. `pool` are the cleaning processes, where they are begun already
        (they end with the session); with `keep_only` there are none, and pages stay pending. `command` is what the run
        is called, `wanted` what must be free on the archive's disk. `server` holds the frontier, in the place of the
        archive."""
        names = tuple(only) or tuple(sources)
        super().__init__(archive, sources, names, Extent(limit, budget, span), replay)
        self.topic, self._examples, self.assets, self.keep_only = topic, examples, assets, keep_only
        self._pool = None if keep_only else pool or children()
        self.collected: Collected | None = None
        """What a topic's crawl found, and did not follow."""
        self.command, self.left, self._server = command, Left(), server
        self._resting, self._looked = False, -SOON
        """Whether only what the kept pages show is handed out, and when a shared frontier was last looked at."""
        self.outcome, self._began = "", archive.clock.seconds()
        self.held: Holder | None = None
        """The crawl that has the archive's lock, when this one is skipped for it."""
        self._turn, self._over = Turn(archive, command, wanted), tuple[int, ...]()
        self._threads: list[Future[None]] = []
        self._closing = contextlib.ExitStack()
        self._teller = Teller(on_progress, self.counts, archive)

    async def begin(self) -> None:
        """Take the lock, return what a killed run held, seed the frontier, and clean what is pending.

        Where another crawl has the lock this one is skipped, and ends.
        """
        with self._guarded():
            await self._take_turn()
            if self.stopping.is_set():
                return
            self._turn.begin(self.stats, self.give_up)
            journal = self._closing.enter_context(Journal(self.archive))
            self._commits = Commits[tuple[int, int]](self.archive, journal, self._written)
            self._closing.callback(self._commits.close)
            self._teller.begin()
            if self._server:
                self._open_post(self._server)
            if self.replay:
                with contextlib.suppress(Stopped):
                    await self._seed_from(self.replay)
            else:
                self._seed()
        if self.post:
            self.post.begin()
        if self._pool:
            await self._begin_cleaning(self._pool)
        if self.post and not self.stopping.is_set():
            with self._guarded():
                self._tell_cleaned(self.post)
        if self.assets and not self.topic and not self.stopping.is_set():
            with self._guarded():
                await look_back(self.archive, self.desk, self.sources, self.names, self.replay, self.stopping)
        if self.focus and not self.stopping.is_set():
            with self._guarded():
                self.focus.begin()
        self.ready = not self.stopping.is_set()
        self._teller.ready(
            self.frontier.ledger, self.extent.limit, back=self.extent.span is not None, assets=self.assets
        )
        self.wake()

    async def _begin_cleaning(self, pool: CleaningPool) -> None:
        """Start the children, and clean what is pending."""
        self._closing.callback(pool.close, wait=False)
        threads = ThreadPoolExecutor(2)
        self._threads = [threads.submit(pool.start), threads.submit(self._clean_pending, pool)]
        threads.shutdown(wait=False)
        await asyncio.wrap_future(self._threads[1])
        self.cleaning = Cleaning(self.archive, pool)

    async def conclude(self) -> None:
        """Nothing more is handed out: clean what is left, and judge the archive by what a topic's crawl has learnt,
        beside the loop."""
        if self.cleaning:
            self.cleaning.end()
        while self.focus and self.focus.judging and not self.stopping.is_set():
            await self.archive.clock.sleep(CLEANED, until=self.stopping)
        if self.focus and not self.stopping.is_set():
            self.ready = False
            with self._guarded():
                await asyncio.to_thread(self.focus.finish)

    def next(self) -> Lease | None:
        """The next URL to fetch, or None. After the last article of a `limit`, or of a topic, only what they show."""
        rest = self._resting or self._full()
        if not self.ready or self.stopping.is_set() or (rest and not self.assets):
            return None
        lease = None
        with contextlib.suppress(ArchiveError), self._guarded():
            if (
                not rest
                and not self.replay
                and not self.focus
                and self.extent.wants_fresh(self.archive.clock.seconds())
            ):
                self.frontier.fresh()
                seed_lists(self.frontier, self.names)
            if self.focus:
                self.focus.wait_for_the_best()
            lease = self.frontier.take(self.frontier.ledger.clock.seconds(), rest=rest)
        if lease:
            self.in_flight[lease.key] = lease
            if self.extent.hand_out(lease):
                self.frontier.leave(lease.source)
        return lease

    def asked_for(self, lease: Lease, url: str) -> tuple[Lease, dict[str, str]]:
        """The lease with which `url` is asked for, and the headers for that."""
        headers = dict[str, str]()
        with contextlib.suppress(FrontierAway), self._guarded():  # then for the whole
            self.in_flight[lease.key], headers = self.frontier.asked_for(lease, url)
        return self.in_flight[lease.key], headers

    def pause(self) -> float | None:
        """Seconds until `next` may have something; None when this run has nothing more to wait for."""
        rest = self._resting or self._full()
        if not self.ready or self.stopping.is_set() or (rest and not self.assets):
            return None
        if self.post:
            return self._shared_pause(self.post, rest)
        now = self.archive.clock.seconds()
        due = self.frontier.next_due(now, rest=rest)
        if self.focus and not rest and not self.busy and (due is None or due - now > PATIENCE):
            if self.focus.judging:  # what is being cleaned may lead further
                return CLEANED
            self.focus.wait_no_longer()
            due = self.frontier.next_due(now)
            if (due is None or due - now > PATIENCE) and self.focus.learn_last():
                now = self.archive.clock.seconds()  # learning took its time, and what it led to is due from then
                due = self.frontier.next_due(now)
        patience = 0.0 if self.replay else PATIENCE
        if due is not None and due - now <= patience:
            return due - now
        if self.focus and self.assets and not rest and not self.busy:
            self._resting = True  # a topic's crawl weighs its leads against each other, and assets against none
            return self.pause()
        return None

    def _shared_pause(self, post: "Post", rest: bool) -> float | None:
        """The same where others take from the frontier too: what they do may give this one something at any time.

        It is asked with every answer that comes, and a look at all hosts costs the server: one in `SOON` is enough.
        """
        if 0 <= (since := self.archive.clock.interval() - self._looked) < SOON:
            return SOON - since
        self._looked = self.archive.clock.interval()
        now = self.frontier.ledger.clock.seconds()
        try:
            due = self.frontier.next_due(now, rest=rest)
            if due is not None and due - now <= PATIENCE:
                return min(LOOK, max(SOON, due - now))
            return LOOK if post.waits or self.frontier.is_asked() else None
        except FrontierAway:
            post.again()
            return LOOK
        except ArchiveError as error:
            self.give_up(error)
            return None

    def end(self) -> None:
        """The crawler has closed: end the children and note how the run ended."""
        if not self.run or self.outcome:
            return
        self._teller.end()
        wait(self._threads)  # they use pool and archive until they have ended
        if self.focus and not self.error:
            with contextlib.suppress(ArchiveError):
                self.collected = self.focus.collected()
        if self.ready and not (self.replay or self.focus or self.stopping.is_set()):
            with contextlib.suppress(ArchiveError):
                self.left = left(self.frontier.ledger, self.names, self.extent, self.archive.clock.seconds())
        unfollowed = self.collected is not None and bool(self.collected.waiting and self.extent.spent)
        early = self.stopping.is_set() or bool(self.left) or unfollowed
        failed = self.error and not isinstance(self.error, DiskFull | CleaningStopped)
        self.outcome = "failed" if failed else "stopped" if early else "finished"
        if self.post:
            self.post.close(finished=self.outcome == "finished")
        self._closing.close()
        told = str(self.error) if self.error else self.left.told() or (self.collected.told() if self.collected else "")
        why = {"why": told} if told else {}
        with contextlib.suppress(ArchiveError):
            self._turn.end(self.outcome, self.stats() | why)

    def stats(self) -> dict[str, Any]:
        """The counters as the run keeps them: `{"seconds", "sources": {name: …}}`, papers without any left out.

        With `took_over`, the numbers of the killed or hung runs whose place this one took.
        """
        told = {name: msgspec.to_builtins(counts) for name, counts in self.counts.items() if counts != Counts()}
        over = {"took_over": self._over} if self._over else {}
        return {"seconds": round(self.archive.clock.seconds() - self._began, 1), "sources": told} | over

    async def _take_turn(self) -> None:
        claim = await self._turn.take(self.stopping)
        self.run, self.held, self._over = claim.run, claim.held, claim.over
        if claim.held:
            self.outcome = "skipped"
            logger.info("skipped: %s is under way", claim.held.told())
            self.stop()

    def _clean_pending(self, pool: CleaningPool) -> None:
        """Runs in a thread; the loop only waits for it, and for a stop."""

        def progress(done: int, total: int) -> None:
            self._teller.pending = (done, total)
            if self.stopping.is_set():
                raise Stopped

        with contextlib.suppress(Stopped, Withdrawn, CleaningStopped), self._guarded():
            clean_pending(self.archive, self.sources, self.names, pool, progress)

    def _open_post(self, server: "Postgres") -> None:
        from crawler.post import Post

        self.post = self.desk = Post(self.archive, server, self.sources, self._found, self.give_up)

    def _found(self, source: str, back: bool, new: int) -> None:
        """So many new articles that pages led to have reached a frontier on a server."""
        if counts := self.counts.get(source):
            counts.found += new
            counts.back_found += new if back else 0
        self.wake()

    def _tell_cleaned(self, post: "Post") -> None:
        """Pages that an earlier crawl kept, and that have been cleaned by now, may lead further."""
        for number, lease, row in post.owed():
            page, source = self.archive.page(number), self.sources[lease.source]
            led = shown(page, source, lease.depth, row, self.extent.span, lease.back)
            with self.archive.transaction(light=True):
                post.cleaned(lease, number, row, led)
            post.send(lease.key)

    def _seed(self) -> None:
        if self.post:
            first = since = self.post.join(self.command, only=self.names)
        else:
            first = begun(self.archive, self.command, self.run)
            since = max(first, self.archive.clock.seconds() - RESUME)
        back = first if self.extent.span else None
        self.frontier = Frontier(
            self._server or self.archive, self.sources,
            only=self.names, since=since, back=back, topic=self.topic.name if self.topic else None, assets=self.assets,
        )  # fmt: skip
        self.desk = self.post or self.frontier
        self.frontier.release_dead()
        if self.topic:
            self.focus = Focus(self.archive, self.frontier, self.sources, self.topic, self.names, self._examples)
            return
        seed_lists(self.frontier, self.names)

    async def _seed_from(self, replay: Replay) -> None:
        """A frontier in memory, of what `replay` holds and the archive does not."""
        scratch = self._closing.enter_context(Archive(Path(":memory:"), clock=self.archive.clock))
        self.desk = self.frontier = Frontier(scratch, self.sources, only=self.names, polite=False, assets=self.assets)
        for name, found in replayed(replay, self.archive, self.sources, self.counts).items():
            await self._enter(name, found)
        for name, found in left_unkept(replay, self.archive, self.counts).items() if self.assets else ():
            await self._enter(name, found)

    def _full(self) -> bool:
        if self.extent.limit is None:
            return False
        under_way = sum(lease.kind == "article" for lease in (*self.in_flight.values(), *self._keeping))
        return under_way + sum(counts.articles for counts in self.counts.values()) >= self.extent.limit
