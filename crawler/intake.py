"""What comes in on a crawl: pages that are kept and cleaned, and fetches that gave none."""

import asyncio
import contextlib
import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING

import msgspec

from archive.bodies import Packed, digest
from archive.derive import led_away
from archive.errors import ArchiveError, DiskFull, FrontierAway, Withdrawn
from archive.facts import Encoded, Found, Kept, Page
from archive.frontier import Frontier, Lease
from archive.manners import is_failure
from archive.store import Archive
from config.sources import Sources
from crawler.cleaning import Cleaning
from crawler.commits import Commits
from crawler.counts import Counts
from crawler.discover import shown
from crawler.echoes import Echoes, unplaced
from crawler.extent import Extent
from crawler.failures import REFUSED, TOO_LARGE
from crawler.focus import Focus
from crawler.replay import Replay
from crawler.showing import note
from crawler.standing import Teller
from crawler.stopping import Breakable, Stopped
from crawler.turn import Turn
from pipelines.cleaner import cleaner_id
from pipelines.errors import CleaningStopped
from pipelines.reclean import take_in
from pipelines.stored import Made

if TYPE_CHECKING:
    from crawler.post import Post

logger = logging.getLogger(__name__)
SLICE = 1000
"""Found URLs that are written at a stretch (20 ms); then whatever else waits has its turn."""


class Intake:
    """The half of a session that takes in what the spider brings."""

    frontier: Frontier
    _commits: Commits[tuple[int, int]]
    _turn: Turn
    _teller: Teller
    desk: "Frontier | Post"
    """Whom changes of the frontier are told: itself, or the post to one on a server."""

    def __init__(
        self, archive: Archive, sources: Sources, names: Sequence[str], extent: Extent, replay: Replay | None
    ) -> None:
        """See `Session`."""
        self.archive, self.sources, self.names = archive, sources, names
        self.extent, self.replay = extent, replay
        self.counts, self.echoes = {name: Counts() for name in names}, Echoes()
        self.in_flight: dict[str, Lease] = {}
        self._keeping: list[Lease] = []
        """Leases whose pages are being kept."""
        self._cleaned: dict[int, Lease] = {}
        """Leases of articles whose pages are being cleaned, by the pages' numbers."""
        self._led = dict[int, int]()
        """New articles that those led to that have just been cleaned."""
        self.cleaning: Cleaning | None = None
        self.focus: Focus | None = None
        self.post: Post | None = None
        self.assets = self.keep_only = self.ready = False
        self.stopping, self.exhausted, self.fetching = asyncio.Event(), asyncio.Event(), Breakable()
        self.error: BaseException | None = None
        """What ended the crawl before its time; `crawl` raises it."""
        self.run = 0
        self.wake: Callable[[], None] = lambda: None

    @property
    def busy(self) -> bool:
        """Whether anything is being fetched or kept."""
        return bool(self.in_flight or self._keeping or (self.post and self.post.waits))

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
            held = self.extent.followed(self.frontier.ledger, self.sources[kept.source], lease, held)
        before = max(0, len(held) - 1) // SLICE * SLICE
        try:
            with self._guarded():
                new = await self._enter(kept.source, held[:before])
                number, last = await self._commits.write(
                    kept.source, kept.page, partial(self._write, kept, lease, held[before:])
                )
                new, counts.found = new + last, counts.found + last
                if self.replay and self.replay.more(lease.url):
                    self.frontier.again(lease)
        except Stopped:
            self.desk.release(lease)
            return None
        except Withdrawn:
            self.desk.forget(lease)
            counts.dropped["withdrawn"] += 1
            raise
        finally:
            self._keeping.remove(lease)
        if self.post:
            self.post.send(lease.key)
        if _is_article(kept.page) and not self.keep_only:
            self._cleaned[number] = lease
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
        if self.post:
            self.post.answered(lease, kept.page, packed.sha, found)
            if _is_article(kept.page):
                self.post.owe(lease, number)
        else:
            self.frontier.settle(lease, kept.page, None if self.replay else number, packed.sha)
        if self.assets:
            note(self.archive, kept, number)
        if self.focus and not lease.beside:
            self.focus.settle(lease, kept.page, [f for f in found if f.kind == "article"])
        led_away(self.archive, source, kept.page, self.sources)
        return number, 0 if self.post else self.frontier.add(found, paper=source)

    def _held(self, found: Iterable[Found]) -> Sequence[Found]:
        """`found` as far as a replay holds it."""
        return [f for f in found if not self.replay or self.replay.holds(f.url)]

    async def clean(self, kept: Kept, number: int) -> Encoded | None:
        """Clean the kept page `number` in a child process, derive its article, and follow what it leads to.

        None for what is no article page, and when the crawl is stopped before: the page is pending then.
        """
        lease = self._cleaned.get(number)
        if lease is None or self.cleaning is None:
            return None
        try:
            with self._guarded():
                made = await self.cleaning.clean(number, self.sources[kept.source], partial(self._take_in, kept, lease))
        except (Stopped, CleaningStopped):
            return None
        finally:
            self._cleaned.pop(number, None)
            self.wake()
        if self.post:
            self.post.send(lease.key)
        assert made.row is not None
        if self.focus:
            self.focus.judge(kept.key, None if made.reason else made.row.article)
            if self.focus.wants_to_learn:
                self.focus.learn()
        counts, new = self.counts[kept.source], self._led.pop(number, 0)
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
        if self.post:
            take_in(self.archive, self.sources, made.number, cleaner_id(source), row, made.ready)
            led = shown(kept.page, source, lease.depth, row, self.extent.span, lease.back)
            self.post.cleaned(lease, made.number, row, led)
            return
        again = lease.visits and not self.replay
        before = self.frontier.habits.revisions(row.article) if again else 0
        take_in(self.archive, self.sources, made.number, cleaner_id(source), row, made.ready)
        if before and not made.reason:
            self.frontier.learn(lease, self.frontier.habits.revisions(row.article) > before)
        if not self.focus:
            found = shown(kept.page, source, lease.depth, row, self.extent.span, lease.back)
            self._led[made.number] = self.frontier.add(self._held(found), paper=source)

    def failed(self, lease: Lease, kind: str, message: str, *, host_fault: bool) -> None:
        """A fetch that gave no page. After a stop the URL goes back as if it had not been taken."""
        if (held := self.in_flight.pop(lease.key, None)) is None or self.error:
            return
        with contextlib.suppress(ArchiveError), self._guarded():
            if self.stopping.is_set():
                self.desk.release(held)
                return
            if lease.kind == "asset" and kind in (TOO_LARGE, REFUSED):  # it would be the same the next time
                self.desk.give_up(held, f"{kind}: {message}")
            else:
                self.desk.fail(held, f"{kind}: {message}", host_fault=host_fault)
        if self.focus:
            self.focus.failed(lease.key)
        counts = self.counts[lease.source]
        (counts.asset_errors if lease.beside else counts.errors)[kind] += 1
        self._teller.trouble(lease.host, kind)
        self.wake()

    def pass_over(self, lease: Lease, page: Page, why: str) -> None:
        """What came for an asset is none, and is not kept; its host is paused where the answer asks for it."""
        lease = self.in_flight.pop(lease.key)
        with contextlib.suppress(ArchiveError), self._guarded():
            if page.status == 200 and not page.truncated:
                self.desk.give_up(lease, why)
            elif self.post:
                with self.archive.transaction(light=True):
                    self.post.answered(lease, page, digest(page.body), ())
                self.post.send(lease.key)
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
        if lease.key in self.in_flight:
            self.in_flight[lease.key] = self.frontier.sent(self.in_flight[lease.key])

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

    async def _enter(self, source: str, found: Sequence[Found]) -> int:
        """Write `found`, slice by slice, and count what is new; answers that."""
        new = 0
        for start in range(0, len(found), SLICE):
            if self.stopping.is_set():
                raise Stopped("what was found is not all written")
            new += (fresh := self.desk.add(found[start : start + SLICE], paper=self.sources[source]))
            self.counts[source].found += fresh
            await asyncio.sleep(0)
        return new

    @contextlib.contextmanager
    def _guarded(self) -> Iterator[None]:
        """Trouble with the file, or with the children, ends the crawl: what was not kept stays in the frontier."""
        try:
            yield
        except Withdrawn:  # the file is well, only this page is not wanted
            raise
        except FrontierAway as error:
            if self.post and self.ready:
                self.post.again()
            else:
                self.give_up(error)
            raise
        except (ArchiveError, CleaningStopped) as error:
            if self.error is not error:  # pages that were kept together share their trouble
                logger.error("%s", error)
            self.give_up(error)
            raise


def _is_article(page: Page) -> bool:
    return page.kind == "article" and page.status == 200
