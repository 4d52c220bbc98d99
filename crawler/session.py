"""One crawl under way: what the scheduler hands out, what comes back, and what is counted."""

import asyncio
import contextlib
import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from functools import partial
from pathlib import Path
from typing import Any

import msgspec

from archive.bodies import Packed
from archive.derive import led_away
from archive.disk import WANTED, Wanted
from archive.errors import ArchiveError, DiskFull, Withdrawn
from archive.facts import Encoded, Found, Kept, Page
from archive.frontier import Frontier, Lease
from archive.journal import Journal
from archive.lock import Holder
from archive.manners import is_failure
from archive.store import Archive
from archive.terms import Text
from config.sources import Sources
from config.topics import Topic
from crawler.backfill import Span
from crawler.beginning import clean_pending, replayed, seed_lists
from crawler.cleaning import Cleaning
from crawler.commits import Commits
from crawler.counts import Counts, Progress
from crawler.discover import shown
from crawler.echoes import Echoes, unplaced
from crawler.extent import RESUME, Extent, begun
from crawler.failures import REFUSED, TOO_LARGE
from crawler.focus import Collected, Focus
from crawler.left import Left, left
from crawler.replay import Replay
from crawler.showing import left_unkept, look_back, note
from crawler.standing import Teller
from crawler.stopping import Breakable, Stopped
from crawler.turn import Turn
from pipelines.cleaner import cleaner_id
from pipelines.errors import CleaningStopped
from pipelines.pool import SECONDS_PER_PAGE, CleaningPool
from pipelines.reclean import take_in
from pipelines.stored import Made

logger = logging.getLogger(__name__)
PATIENCE = 60.0
"""Seconds that a crawl waits for a host's pause or a second try; what takes longer is for the next run."""
CLEANED = 0.2
"""Seconds after which a crawl that has nothing else to do looks whether an article has been cleaned: it may lead on."""
BEHIND = 5
"""By so much cleaning stands behind fetching where a machine is short of time: only what fetches has hosts waiting."""
SLICE = 1000
"""Found URLs that are written at a stretch (20 ms); then whatever else waits has its turn."""


class Session:
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
        keep_only: bool = False,
        command: str = "crawl",
        wanted: Wanted = WANTED,
        on_progress: Progress | None = None,
    ) -> None:
        """`limit`, `budget` and `span` are told by `Extent`. With `topic` nothing is followed but what may lead to its
        articles; `examples` are the texts of its files. With `assets` what articles' pages show is kept too, for which
        neither `limit` counts nor a failure is trouble. With `keep_only` pages stay pending. `command` is what the run
        is called, `wanted` what must be free on the archive's disk."""
        self.archive, self.sources, self.replay = archive, sources, replay
        self.topic, self._examples, self.assets, self.keep_only = topic, examples, assets, keep_only
        self.focus: Focus | None = None
        self.collected: Collected | None = None
        """What a topic's crawl found, and did not follow."""
        self.extent, self.left = Extent(limit, budget, span), Left()
        self.names, self.command = tuple(only) or tuple(sources), command
        self.counts, self.echoes = {name: Counts() for name in self.names}, Echoes()
        self.in_flight: dict[str, Lease] = {}
        self._keeping: list[Lease] = []
        """Leases whose pages are being kept."""
        self._cleaned: dict[str, Lease] = {}
        """Leases of articles whose pages are being cleaned, which may lead further."""
        self._led = dict[str, int]()
        """New articles that those led to that have just been cleaned."""
        self.cleaning: Cleaning | None = None
        self.ready = self._resting = False
        """Whether pages are handed out, and whether only what the kept ones show is."""
        self.stopping, self.exhausted, self.fetching = asyncio.Event(), asyncio.Event(), Breakable()
        self.error: BaseException | None = None
        """What ended the crawl before its time; `crawl` raises it."""
        self.run, self.outcome, self._began = 0, "", archive.clock.seconds()
        self.held: Holder | None = None
        """The crawl that has the archive's lock, when this one is skipped for it."""
        self._turn, self._over = Turn(archive, command, wanted), tuple[int, ...]()
        self.wake: Callable[[], None] = lambda: None
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
            if self.replay:
                with contextlib.suppress(Stopped):
                    await self._seed_from(self.replay)
            else:
                self._seed()
        if not self.keep_only:
            await self._begin_cleaning()
        if self.assets and not self.topic and not self.stopping.is_set():
            with self._guarded():
                await look_back(self.archive, self.frontier, self.names, self.replay, self.stopping)
        if self.focus and not self.stopping.is_set():
            with self._guarded():
                self.focus.begin()
        self.ready = not self.stopping.is_set()
        self._teller.ready(
            self.frontier.archive, self.extent.limit, back=self.extent.span is not None, assets=self.assets
        )
        self.wake()

    async def _begin_cleaning(self) -> None:
        """Start the children, and clean what is pending."""
        pool = CleaningPool(None, SECONDS_PER_PAGE, BEHIND)
        self._closing.callback(pool.close, wait=False)
        threads = ThreadPoolExecutor(2)
        self._threads = [threads.submit(pool.start), threads.submit(self._clean_pending, pool)]
        threads.shutdown(wait=False)
        await asyncio.wrap_future(self._threads[1])
        self.cleaning = Cleaning(self.archive, pool)

    async def conclude(self) -> None:
        """Nothing more is handed out: judge the archive by what a topic's crawl has learnt, beside the loop."""
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
            lease = self.frontier.take(self.archive.clock.seconds(), rest=rest)
        if lease:
            self.in_flight[lease.key] = lease
            if self.extent.hand_out(lease):
                self.frontier.leave(lease.source)
        return lease

    def asked_for(self, lease: Lease, url: str) -> tuple[Lease, dict[str, str]]:
        """The lease with which `url` is asked for, and the headers for that."""
        self.in_flight[lease.key], headers = self.frontier.asked_for(lease, url)
        return self.in_flight[lease.key], headers

    def pause(self) -> float | None:
        """Seconds until `next` may have something; None when this run has nothing more to wait for."""
        rest = self._resting or self._full()
        if not self.ready or self.stopping.is_set() or (rest and not self.assets):
            return None
        now = self.archive.clock.seconds()
        due = self.frontier.next_due(now, rest=rest)
        if self.focus and not rest and not self.busy and (due is None or due - now > PATIENCE):
            if self.focus.judging:  # what is being cleaned may lead further
                return CLEANED
            self.focus.wait_no_longer()
            due = self.frontier.next_due(now)
            if (due is None or due - now > PATIENCE) and self.focus.learn_last():
                due = self.frontier.next_due(now)
        patience = 0.0 if self.replay else PATIENCE
        if due is not None and due - now <= patience:
            return due - now
        if self.focus and self.assets and not rest and not self.busy:
            self._resting = True  # a topic's crawl weighs its leads against each other, and assets against none
            return self.pause()
        if self._cleaned and not rest:
            return CLEANED
        return None

    @property
    def busy(self) -> bool:
        """Whether anything is being fetched or kept."""
        return bool(self.in_flight or self._keeping)

    async def keep(self, kept: Kept) -> int | None:
        """Keep a page, what it led to, and its lease's end, in one transaction; answers the page's number.

        None when the crawl was stopped before: the URL is still to be fetched then.

        Of what a long sitemap led to only the last slice is part of that: before, the sitemap is still to be fetched.
        Pages that come together share a transaction.
        """
        lease, counts = self.in_flight.pop(kept.key), self.counts[kept.source]
        self._keeping.append(lease)
        if self.echoes.of(kept):
            counts.errors["same feed"] += 1
            kept = msgspec.structs.replace(kept, found=unplaced(kept.found))
        held = self._held(kept.found)
        if self.focus:
            held = [f for f in held if f.hints.via == "part" or f.kind == "asset"]
        if self.extent.span:
            held = self.extent.followed(self.archive, self.sources[kept.source], lease, held)
        before = max(0, len(held) - 1) // SLICE * SLICE
        try:
            with self._guarded():
                new = await self._enter(kept.source, held[:before])
                number, last = await self._commits.write(
                    kept.page.body, partial(self._write, kept, lease, held[before:])
                )
                new, counts.found = new + last, counts.found + last
                if self.replay and self.replay.more(lease.url):
                    self.frontier.again(lease)
        except Stopped:
            self.frontier.release(lease)
            return None
        except Withdrawn:
            self.frontier.forget(lease)
            counts.dropped["withdrawn"] += 1
            raise
        finally:
            self._keeping.remove(lease)
        if _is_article(kept.page) and not self.keep_only:
            self._cleaned[lease.key] = lease
        if is_failure(kept.page.status):
            self._teller.trouble(lease.host, f"HTTP {kept.page.status}")
        if kept.page.kind == "asset" and kept.page.status == 200:
            counts.assets += 1
            counts.asset_bytes += len(kept.page.body)
        counts.kept += not lease.beside
        counts.articles += _is_article(kept.page)
        if lease.back:
            counts.back_found += new
            counts.back_taken += _is_article(kept.page)
        return number

    def _written(self, pages: int) -> None:
        """Pages are kept, and their leases ended: their hosts may be asked again."""
        with contextlib.suppress(DiskFull), self._guarded():
            self._turn.mind(pages)
        self.wake()

    def _write(self, kept: Kept, lease: Lease, found: Sequence[Found], packed: Packed) -> tuple[int, int]:
        """The transaction of `keep`; answers the page's number, and how many articles are new."""
        source = self.sources[kept.source]
        number = self.archive.keep_page(source, kept.page, self.run, packed)
        self.frontier.settle(lease, kept.page, None if self.replay else number)
        if self.assets:
            note(self.archive, kept, number)
        if self.focus and not lease.beside:
            self.focus.settle(lease, kept.page, [f for f in found if f.kind == "article"])
        led_away(self.archive, source, kept.page, self.sources)
        return number, self.frontier.add(found, paper=source)

    def _held(self, found: Iterable[Found]) -> Sequence[Found]:
        """`found` as far as a replay holds it."""
        return [f for f in found if not self.replay or self.replay.holds(f.url)]

    async def clean(self, kept: Kept, number: int) -> Encoded | None:
        """Clean the kept page `number` in a child process, derive its article, and follow what it leads to.

        None for what is no article page, and when the crawl is stopped before: the page is pending then.
        """
        lease = self._cleaned.get(kept.key)
        if lease is None or self.cleaning is None:
            return None
        try:
            with self._guarded():
                made = await self.cleaning.clean(number, self.sources[kept.source], partial(self._take_in, kept, lease))
        except (Stopped, CleaningStopped):
            return None
        finally:
            self._cleaned.pop(kept.key, None)
            self.wake()
        assert made.row is not None
        if self.focus:
            self.focus.judge(kept.key, None if made.reason else made.row.article)
            if self.focus.wants_to_learn:
                self.focus.learn()
        counts, new = self.counts[kept.source], self._led.pop(lease.key, 0)
        counts.found += new
        counts.back_found += new if lease.back else 0
        if made.reason:
            counts.dropped[made.reason] += 1
        else:
            counts.cleaned += 1
        return made.row

    def _take_in(self, kept: Kept, lease: Lease, made: Made) -> None:
        """Write the cleaning, derive its article, note whether another visit found it changed, and follow its links."""
        source, row = self.sources[kept.source], made.row
        assert row is not None
        again = lease.visits and not self.replay
        before = self.frontier.habits.revisions(row.article) if again else 0
        take_in(self.archive, self.sources, made.number, cleaner_id(source), row, made.ready)
        if before and not made.reason:
            self.frontier.learn(lease, self.frontier.habits.revisions(row.article) > before)
        if not self.focus:
            found = shown(kept.page, source, lease.depth, row, self.extent.span, lease.back)
            self._led[lease.key] = self.frontier.add(self._held(found), paper=source)

    def failed(self, lease: Lease, kind: str, message: str, *, host_fault: bool) -> None:
        """A fetch that gave no page. After a stop the URL goes back as if it had not been taken."""
        if self.in_flight.pop(lease.key, None) is None or self.error:
            return
        with contextlib.suppress(ArchiveError), self._guarded():
            if self.stopping.is_set():
                self.frontier.release(lease)
                return
            if lease.kind == "asset" and kind in (TOO_LARGE, REFUSED):  # it would be the same the next time
                self.frontier.give_up(lease, f"{kind}: {message}")
            else:
                self.frontier.fail(lease, f"{kind}: {message}", host_fault=host_fault)
        if self.focus:
            self.focus.failed(lease.key)
        counts = self.counts[lease.source]
        (counts.asset_errors if lease.beside else counts.errors)[kind] += 1
        self._teller.trouble(lease.host, kind)
        self.wake()

    def pass_over(self, lease: Lease, page: Page, why: str) -> None:
        """What came for an asset is none, and is not kept; its host is paused where the answer asks for it."""
        self.in_flight.pop(lease.key)
        with contextlib.suppress(ArchiveError), self._guarded():
            if page.status == 200 and not page.truncated:
                self.frontier.give_up(lease, why)
            else:
                self.frontier.settle(lease, page, None)
        kind = why if page.status != 200 else "incomplete" if page.truncated else "no asset"
        self.counts[lease.source].asset_errors[kind] += 1
        if is_failure(page.status):
            self._teller.trouble(lease.host, why)
        self.wake()

    def sent(self, lease: Lease) -> None:
        """The request for `lease` goes out now, or its answer begins: its host's pace counts from the later moment.

        When the host saw the request lies between the two: a connection is made first, or a name looked up.
        """
        with contextlib.suppress(ArchiveError), self._guarded():
            self.frontier.sent(lease)

    def took(self, lease: Lease, seconds: float) -> None:
        """The answer to the request for `lease` took so long."""
        self.in_flight[lease.key] = msgspec.structs.replace(self.in_flight[lease.key], took=seconds)

    def absent(self, lease: Lease) -> None:
        """A replay does not hold this URL: a 404 of which no page is kept."""
        self.in_flight.pop(lease.key)
        self.frontier.settle(lease, Page(url=lease.url, fetched_at="", body=b"", status=404), None)
        self.wake()

    def stop(self) -> None:
        """End soon: nothing more is handed out, and what is under way is broken off."""
        self.stopping.set()
        self.exhausted.set()
        self.fetching.stop()
        if self.cleaning:
            self.cleaning.stop()

    def give_up(self, error: BaseException) -> None:
        """End soon, because of `error`."""
        self.error = self.error or error
        self.stop()

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
                self.left = left(self.archive, self.names, self.extent, self.archive.clock.seconds())
        unfollowed = self.collected is not None and bool(self.collected.waiting and self.extent.spent)
        early = self.stopping.is_set() or bool(self.left) or unfollowed
        failed = self.error and not isinstance(self.error, DiskFull | CleaningStopped)
        self.outcome = "failed" if failed else "stopped" if early else "finished"
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

    def _seed(self) -> None:
        first = begun(self.archive, self.command, self.run)
        since, back = max(first, self.archive.clock.seconds() - RESUME), first if self.extent.span else None
        self.frontier = Frontier(
            self.archive, self.sources,
            only=self.names, since=since, back=back, topic=self.topic.name if self.topic else None, assets=self.assets,
        )  # fmt: skip
        self.frontier.release_dead()
        if self.topic:
            self.focus = Focus(self.archive, self.frontier, self.sources, self.topic, self.names, self._examples)
            return
        seed_lists(self.frontier, self.names)

    async def _seed_from(self, replay: Replay) -> None:
        """A frontier in memory, of what `replay` holds and the archive does not."""
        scratch = self._closing.enter_context(Archive(Path(":memory:"), clock=self.archive.clock))
        self.frontier = Frontier(scratch, self.sources, only=self.names, polite=False, assets=self.assets)
        for name, found in replayed(replay, self.archive, self.sources, self.counts).items():
            await self._enter(name, found)
        for name, found in left_unkept(replay, self.archive, self.counts).items() if self.assets else ():
            await self._enter(name, found)

    async def _enter(self, source: str, found: Sequence[Found]) -> int:
        """Write `found`, slice by slice, and count what is new; answers that."""
        new = 0
        for start in range(0, len(found), SLICE):
            if self.stopping.is_set():
                raise Stopped("what was found is not all written")
            new += (fresh := self.frontier.add(found[start : start + SLICE], paper=self.sources[source]))
            self.counts[source].found += fresh
            await asyncio.sleep(0)
        return new

    def _full(self) -> bool:
        if self.extent.limit is None:
            return False
        under_way = sum(lease.kind == "article" for lease in (*self.in_flight.values(), *self._keeping))
        return under_way + sum(counts.articles for counts in self.counts.values()) >= self.extent.limit

    @contextlib.contextmanager
    def _guarded(self) -> Iterator[None]:
        """Trouble with the file, or with the children, ends the crawl: what was not kept stays in the frontier."""
        try:
            yield
        except Withdrawn:  # the file is well, only this page is not wanted
            raise
        except (ArchiveError, CleaningStopped) as error:
            if self.error is not error:  # pages that were kept together share their trouble
                logger.error("%s", error)
            self.give_up(error)
            raise


def _is_article(page: Page) -> bool:
    return page.kind == "article" and page.status == 200
