"""The frontier: what is to be fetched, what is being fetched, and when to come again.

A table, so that it survives a kill. A *lease* hands one URL to one process; how it ends says `archive.settling`. One
URL of a host is under way at a time.
"""

from collections.abc import Iterable
from functools import partial
from random import Random

import msgspec

from archive import honesty
from archive.facts import Found, Hints
from archive.holders import alive
from archive.leases import Lease as Lease
from archive.leases import leased, returned
from archive.papers import Papers
from archive.settling import Settling
from archive.store import Archive
from archive.turns import FOR_TOPIC, PLAIN, REST, WITH_ASSETS, WITH_BACK
from config.lists import starts
from config.sources import Source, Sources

LEASE = 600.0
"""Seconds after which a lease returns by itself; a fetch may take 60. A dead process's leases return at once."""


class Frontier(Settling):
    """The frontier of an archive, for the papers in `sources`. Methods are synchronous and quick."""

    def __init__(
        self,
        archive: Archive,
        sources: Sources,
        *,
        only: Iterable[str] = (),
        polite: bool = True,
        since: float = 0.0,
        back: float | None = None,
        random: Random | None = None,
        topic: str | None = None,
        assets: bool = False,
    ) -> None:
        """Leases are taken for the papers in `only` (default: all); what is found may belong to any of `sources`.

        Without `polite` (a replay asks nobody) there is no pace, no pause and no robots.txt to obey. `since` is when
        the run began: a list that was asked before is due again when it is found again. A back-fill says with `back`
        when it began, maybe runs ago; without, what only a back-fill wants is not taken. With `topic` its leads alone
        are taken, those first that are expected to bring most, none below `floor`. With `assets` what pages show is
        taken besides, but for a topic (see `take`). `random` draws the jitter.
        """
        papers = Papers(sources, tuple(only) or tuple(sources))
        super().__init__(archive, sources, papers, random or Random(), since, back, polite)
        turns = FOR_TOPIC if topic else PLAIN if back is None else WITH_BACK
        self._turns, self._assets = WITH_ASSETS.get(turns, turns) if assets else turns, assets
        self._topic, self.floor = topic, 0.0

    def declared(self, url: str) -> Source | None:
        """The paper that may be asked for `url`, or None."""
        return self._papers.declared(url)

    def leave(self, name: str) -> None:
        """Take nothing more of the paper `name`."""
        self._manners.leave(name)
        self._quiet = 0.0

    def fresh(self) -> None:
        """A part of a long run begins: lists that were asked before now are due again when they are found again."""
        self._arrivals.since = self.archive.clock.seconds()

    def seed(self, source: Source) -> None:
        """Make the feeds, sections and sitemaps of `source` due again, unless they were asked in this run."""
        feeds, lists = Hints(order=source.discover.feed_order), source.discover
        found = [Found(url=source.absolute(path), kind="feed", hints=feeds) for path in lists.feeds]
        found += [Found(url=source.absolute(path), kind="section") for path in lists.sections]
        found += [Found(url=url, kind="section") for url in starts(source)]
        found += [Found(url=source.absolute(path), kind="sitemap") for path in lists.sitemaps]
        self._papers.tell_apart(self.archive.conn, partial(self.archive.transaction, light=True))
        with self.archive.transaction(light=True):
            self.add(found)
            self._hosts.set_pace(source)

    def take(self, now: float, *, rest: bool = False) -> Lease | None:
        """Lease the most urgent URL of a host that is due, or None. What robots.txt forbids is passed over.

        `rest`: only what the pages that are kept show.
        """
        turns = REST if rest else self._turns
        given = self._given(now, self._manners.awake(now)) | {"until": now + LEASE, "holder": self._holder}
        while now >= self._quiet:
            with self.archive.transaction(light=True) as db:
                if not (rows := db.execute(turns.take, given).fetchall()):
                    return None
                lease = self._papers.own(db, leased(rows[0]))
                if self._assets and lease.kind == "robots" and self._hosts.is_beside(lease.host):
                    lease = msgspec.structs.replace(lease, beside=True)
                self._asked(lease.host, now)
            if lease.kind == "robots" or not self._polite or self._hosts.allows(lease.host, lease.url):
                return lease
            self._refuse(lease)
        return None

    def sent(self, lease: Lease) -> Lease:
        """`lease` whose request leaves only now, or whose answer begins: its host's pace counts from here.

        Nobody else asks the host before the lease ends, so that is written then; a host whose lease returns after a
        kill rests from that moment.
        """
        return msgspec.structs.replace(lease, sent=self.archive.clock.seconds())

    def asked_for(self, lease: Lease, url: str) -> tuple[Lease, dict[str, str]]:
        """`lease` as it is to be settled, and the headers that ask `url` only for what has changed; empty: for all."""
        known = lease.visits and self._polite
        headers = honesty.conditions(self.archive.conn, lease.host, url) if known else {}
        return msgspec.structs.replace(lease, conditional=bool(headers)), headers

    def next_due(self, now: float, *, rest: bool = False) -> float | None:
        """When `take` will next have something, counting paces, pauses and failed URLs; None: nothing waits."""
        turns = REST if rest else self._turns
        waits = [(self._manners.awake(now), now), *self._manners.asleep(now)]
        found = [
            max(opens, float(due))
            for names, opens in waits
            for (due,) in self.archive.conn.execute(turns.next, self._given(now, names))
            if due is not None
        ]
        moment = min(found, default=None)
        self._quiet = now + 5 if moment is None else min(moment, now + 5)
        return moment

    def release_dead(self) -> int:
        """Return the leases of processes that no longer live, and what an earlier crawl of this one left; how many."""
        with self.archive.transaction(light=True) as db:
            holders = db.execute("SELECT DISTINCT holder FROM frontier WHERE leased IS NOT NULL").fetchall()
            dead = [h for (h,) in holders if h is None or h == self._holder or not alive(h)]
            return sum(returned(db, h, self.archive.clock.seconds()) for h in dead)

    def pause(self, host: str, seconds: float) -> None:
        """Leave `host` alone for at least `seconds` from now."""
        with self.archive.transaction(light=True):
            self._hosts.pause(host, self.archive.clock.seconds() + seconds)

    def _given(self, now: float, names: str) -> dict[str, float | str | None]:
        """The parameters of the queries of `archive.turns`, for the papers `names`."""
        papers = {"sources": names, "shared": self._papers.shared}
        return {"now": now, "topic": self._topic, "floor": self.floor, **papers}


def _json(names: Iterable[str]) -> str:
    return msgspec.json.encode(list(names)).decode()
