"""The frontier: what is to be fetched, what is being fetched, and when to come again.

A table, so that it survives a kill. A *lease* hands one URL to one process; it ends in the transaction that keeps
the page, so a URL is either still to fetch or its page is kept. One URL of a host is under way at a time.
"""

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from random import Random
from sqlite3 import Connection
from typing import Any
from urllib.parse import urlsplit

import msgspec

from archive import honesty
from archive.apart import tell_apart
from archive.arrivals import PRIORITY, Arrivals
from archive.facts import Found, Hints, Page, PageKind
from archive.habits import Habits
from archive.holders import alive, holder
from archive.hosts import Hosts, host_of
from archive.leases import Lease as Lease
from archive.leases import leased
from archive.manners import BUSY, Manners, asks, is_failure
from archive.moved import target_of
from archive.revisit import DAY, gone_until, next_visit
from archive.robots import MAX_HOPS as ROBOTS_HOPS
from archive.robots import may_lead_to
from archive.store import Archive
from archive.turns import BACK, PLAIN, REVISIT, WITH_BACK
from config.lists import asked, starts
from config.sources import Source, Sources, host_in
from config.urls import article_key, canonical, classify, row_key

LEASE = 600.0
"""Seconds after which a lease returns by itself; a fetch may take 60. A dead process's leases return at once."""
MAX_HOPS = 10
REDIRECTS = (301, 302, 303, 307, 308)
JITTER = 0.02
"""A pause is up to this part longer than the pace, never shorter."""


class Frontier:
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
    ) -> None:
        """Leases are taken for the papers in `only` (default: all); what is found may belong to any of `sources`.

        Without `polite` (a replay asks nobody) there is no pace, no pause and no robots.txt to obey. `since` is when
        the run began: a list that was asked before is due again when it is found again. A back-fill says with `back`
        when it began, maybe runs ago; without, what only a back-fill wants is not taken. `random` draws the jitter.
        """
        self.archive, self.sources, self._polite, self._random = archive, sources, polite, random or Random()
        self._all, self._holder = tuple(only) or tuple(sources), holder(os.getpid())
        self._sharing = {host: name for name in self._all if name in sources for host in sources[name].shared}
        self._shared = _json(sorted(self._sharing))
        self._hosts, self.habits = Hosts(archive, self._digest), Habits(archive.conn)
        self._quiet, self._told_apart = 0.0, False
        self._manners = Manners(self._hosts, sources, self._all, self._random, polite=polite)
        self._turns = PLAIN if back is None else WITH_BACK
        began = since or archive.clock.seconds()
        self._arrivals = Arrivals(archive.conn, self._hosts, began, back, each=not polite)

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
        self._tell_apart()
        with self._light():
            self.add(found)
            self._hosts.set_pace(source)

    def add(self, found: Iterable[Found], *, hops: int = 0) -> int:
        """Write what a page led to; answers how many articles are new.

        Only URLs on a declared paper's own host and port count, and none that is withdrawn. A known URL that was
        never fetched keeps its hints and gains what they lack; a list is due again if it was not asked in this run.
        """
        declared = [(source, f) for f in found if (source := self.declared(f.url))]
        self._quiet = 0.0
        with self._light():
            return self._arrivals.add(declared, self.archive.clock.seconds(), hops)

    def declared(self, url: str) -> Source | None:
        """The paper that may be asked for `url`: its host, over HTTP, at the paper's own port. None: nobody.

        A host that holds lists only is asked for these, and for its robots.txt.
        """
        try:
            parts = urlsplit(url)
            port = parts.port
        except ValueError:
            return None
        source = self.sources.of(url) if parts.scheme in ("http", "https") else None
        if source is None or port not in ((source.port,) if source.port else (None, 80, 443)):
            return None
        if host_in(url) in source.api_hosts and parts.path != "/robots.txt" and not asked(source, url):
            return None
        return source

    def _digest(self, host: str) -> str | None:
        return self.sources.url_digests.get(host.partition(":")[0])

    def _tell_apart(self) -> None:
        """Once a run: where URL rules have changed since, tell the articles of the frontier apart anew."""
        if not self._told_apart:
            self._told_apart = True
            papers: dict[str, Source | None] = {}

            def paper_of(host: str, url: str) -> Source | None:
                if host.partition(":")[0] in self.sources.shared:
                    return self.declared(url)
                if host not in papers:
                    papers[host] = self.declared(url)
                return papers[host]

            tell_apart(self.archive.conn, paper_of, self._digest, self._light)

    def take(self, now: float) -> Lease | None:
        """Lease the most urgent URL of a host that is due, or None. What robots.txt forbids is passed over."""
        given = {"now": now, "until": now + LEASE, "holder": self._holder, "sources": self._manners.awake(now)}
        given["shared"] = self._shared
        while now >= self._quiet:
            with self._light() as db:
                if not (rows := db.execute(self._turns.take, given).fetchall()):
                    return None
                lease = leased(rows[0])
                if lease.source not in self._all:  # robots.txt of a host that papers share is everybody's
                    name = self._sharing.get(lease.host.partition(":")[0], lease.source)
                    lease = msgspec.structs.replace(lease, source=name)
                self._step(lease.host, now)
            if lease.kind == "robots" or not self._polite or self._hosts.allows(lease.host, lease.url):
                return lease
            self._refuse(lease)
        return None

    def sent(self, lease: Lease) -> None:
        """The request for `lease` leaves only now, or its answer begins: its host's pace counts from here."""
        with self._light():
            self._step(lease.host, self.archive.clock.seconds())

    def took(self, lease: Lease, seconds: float) -> None:
        """The answer that `lease` is settled with next took so long."""
        self._manners.took(lease.key, seconds)

    def asked_for(self, lease: Lease, url: str) -> tuple[Lease, dict[str, str]]:
        """`lease` as it is to be settled, and the headers that ask `url` only for what has changed; empty: for all."""
        known = lease.visits and self._polite
        headers = honesty.conditions(self.archive.conn, lease.host, url) if known else {}
        return msgspec.structs.replace(lease, conditional=bool(headers)), headers

    def next_due(self, now: float) -> float | None:
        """When `take` will next have something, counting paces, pauses and failed URLs; None: nothing waits."""
        waits = [(self._manners.awake(now), now), *self._manners.asleep(now)]
        found = [
            max(opens, float(due))
            for names, opens in waits
            for (due,) in self.archive.conn.execute(
                self._turns.next, {"now": now, "sources": names, "shared": self._shared}
            )
            if due is not None
        ]
        moment = min(found, default=None)
        self._quiet = now + 5 if moment is None else min(moment, now + 5)
        return moment

    def settle(self, lease: Lease, page: Page, number: int | None) -> None:
        """End `lease` with the response `page`, kept under `number`. Call it inside the keep transaction."""
        now, status = self.archive.clock.seconds(), page.status
        with self._light():
            self._manners.answered(lease.host, lease.key, page, now)
        if is_failure(status):
            asked = asks(page, now)
            if status == BUSY or asked:
                self._later(lease, f"HTTP {status}", now, asked)
            else:
                self.fail(lease, f"HTTP {status}")
        elif status == 304 and not (lease.conditional and lease.visits):
            honesty.lied(self.archive.conn, lease.host)
            self.fail(lease, "HTTP 304, though the whole page was asked for", host_fault=False)
        elif lease.kind == "robots":
            self._settle_robots(lease, page, number, now)
        elif status in REDIRECTS:
            self._follow(lease, page)
        elif status >= 400:
            self._later(lease, f"HTTP {status}", gone_until(status, lease.tries, now), tries=lease.tries + 1)
        elif page.truncated:
            self.fail(lease, f"incomplete: {page.truncated}", host_fault=False)
        else:
            self._visited(lease, self._next_visit(lease, now))
            self._compare(lease, page, number, now)

    def _compare(self, lease: Lease, page: Page, number: int | None, now: float) -> None:
        """What another visit says of its host, and, where nothing is left to be cleaned, of its paper."""
        if not lease.visits or number is None or not self._polite:
            return
        if page.status == 200:
            honesty.judge(self.archive.conn, lease.host, page, number)
        elif page.status == 304 and lease.kind == "article":
            self.habits.note(lease.source, now - lease.born, changed=False)

    def _next_visit(self, lease: Lease, now: float) -> float | None:
        """When to come again to what was just visited, by its age and by how often it and its paper change."""
        if lease.kind != "article" or not self._polite:
            return next_visit(lease.kind, lease.born, now)
        article = article_key(self.sources[lease.source], lease.url)
        stretch = self.habits.stretch(lease.source, article, now - lease.born, lease.visits)
        return next_visit(lease.kind, lease.born, now, stretch)

    def learn(self, lease: Lease, changed: bool) -> None:
        """The page of another visit to an article has been cleaned: `changed` tells whether it is a new revision.

        An article that has changed is visited again sooner than was thought when its page was kept. Killed before,
        the visit that was thought of then stands.
        """
        now = self.archive.clock.seconds()
        with self._light() as db:
            self.habits.note(lease.source, now - lease.born, changed)
            if changed:
                due = "UPDATE frontier SET due = ? WHERE key = ? AND visits = ? AND leased IS NULL AND due IS NOT NULL"
                db.execute(due, (self._next_visit(lease, now), lease.key, lease.visits + 1))

    def fail(self, lease: Lease, error: str, *, host_fault: bool = True) -> None:
        """End `lease` without a usable response: try again after growing pauses, some of them days long."""
        now = self.archive.clock.seconds()
        due, tries = self._manners.retry(lease.host, lease.kind, lease.tries, now, host_fault=host_fault)
        self._later(lease, error, due, 0.0 if host_fault else None, tries)

    def again(self, lease: Lease) -> None:
        """Make the URL of `lease`, which has ended, due at once: a replay holds another response of it."""
        with self._light() as db:
            db.execute("UPDATE frontier SET due = ? WHERE key = ?", (self.archive.clock.seconds(), lease.key))
            self._quiet = 0.0

    def release(self, lease: Lease) -> None:
        """End `lease` as if it had never been taken."""
        with self._light() as db:
            self._set(db, lease)

    def forget(self, lease: Lease) -> None:
        """End `lease` for good: what it names has been withdrawn."""
        with self._light() as db:
            db.execute("DELETE FROM frontier WHERE key = ?", (lease.key,))
            self._quiet = 0.0

    def release_dead(self) -> int:
        """Return the leases of processes that no longer live, and what an earlier crawl of this one left; how many."""
        with self._light() as db:
            holders = db.execute("SELECT DISTINCT holder FROM frontier WHERE leased IS NOT NULL").fetchall()
            free = "UPDATE frontier SET leased = NULL, holder = NULL WHERE leased IS NOT NULL AND holder IS ?"
            dead = [h for (h,) in holders if h is None or h == self._holder or not alive(h)]
            return sum(db.execute(free, (h,)).rowcount for h in dead)

    def pause(self, host: str, seconds: float) -> None:
        """Leave `host` alone for at least `seconds` from now."""
        with self._light():
            self._hosts.pause(host, self.archive.clock.seconds() + seconds)

    def queued(self) -> dict[str, int]:
        """URLs that are due now, by paper; later visits, which are many, are not walked through."""
        given = {"now": self.archive.clock.seconds(), "sources": _json(self._all)}
        return {name: due for name, due in self.archive.conn.execute(self._turns.queued, given) if due}

    def _step(self, host: str, now: float) -> None:
        self._hosts.step(host, now, (1 + self._random.uniform(0, JITTER)) * self._polite)

    def _follow(self, lease: Lease, page: Page) -> None:
        """A redirect: its target takes the lease's place. In place where both are one URL to us, or robots.txt."""
        now, target = self.archive.clock.seconds(), _target(page)
        source, hops = self.declared(target), lease.hops + 1
        if hops > MAX_HOPS:
            self._later(lease, f"more than {MAX_HOPS} redirects", None, tries=lease.tries + 1)
        elif source and canonical(source, target) == lease.key:
            with self._light() as db:
                self._set(db, lease, url=target, hops=hops, due=now, asked=now)
        elif source and lease.kind == "article" and self._is_same(lease, source, target):
            with self._light() as db:
                if place := self._arrivals.move(lease.key, source, target, now):
                    self._set(db, lease, hops=hops, due=now, asked=now, **place)
                self._quiet = 0.0
        elif source is None or _goes_astray(lease.kind, source, target):
            self._later(lease, f"leads to {target}", gone_until(404, lease.tries, now), tries=lease.tries + 1)
        else:
            self._visited(lease, None)
            self.add(
                [Found(url=target, kind=lease.kind, hints=lease.hints, depth=lease.depth, back=lease.back)], hops=hops
            )

    def _settle_robots(self, lease: Lease, page: Page, number: int | None, now: float) -> None:
        """A robots.txt, a redirect to it, or the news that there is none. Its next visit begins at its own host."""
        target, hops = _target(page), lease.hops + 1
        if page.status in REDIRECTS and hops <= ROBOTS_HOPS and (self.declared(target) or may_lead_to(target)):
            with self._light() as db:
                self._set(db, lease, url=target, hops=hops, due=now, asked=now)
        elif page.truncated and page.status < 300:
            self.fail(lease, f"incomplete: {page.truncated}", host_fault=False)
        else:
            with self._light() as db:
                self._visited(lease, next_visit("robots", lease.added, now))
                self._hosts.put_robots(lease.host, now, page, number)
                if host_of(lease.url) != lease.host:
                    db.execute("UPDATE frontier SET url = key WHERE key = ?", (lease.key,))
                self._compare(lease, page, number, now)

    def _is_same(self, lease: Lease, source: Source, target: str) -> bool:
        """Whether a redirect leads to another address of the same page of the same article."""
        here = self.declared(lease.url)
        return here is not None and self._arrivals.same(row_key(here, lease.url), row_key(source, target))

    def _visited(self, lease: Lease, due: float | None) -> None:
        again = REVISIT if lease.kind == "article" else BACK.stop - 1 if lease.back else PRIORITY[lease.kind]
        with self._light() as db:
            done = {"tries": 0, "hops": 0, "visits": lease.visits + 1, "error": None, "priority": again}
            self._set(db, lease, due=due, asked=self.archive.clock.seconds(), **done)
            self._hosts.well(lease.host)

    def _later(
        self, lease: Lease, error: str, due: float | None, pause: float | None = None, tries: int | None = None
    ) -> None:
        """End `lease` without success. `pause` is what the host asked for, None where the host is not to blame."""
        now = self.archive.clock.seconds()
        with self._light() as db:
            more = {} if tries is None else {"tries": tries}
            self._set(db, lease, due=due, asked=now, error=error[:300], **more)
            if pause is not None:
                self._manners.failed(lease.host, now, pause, error)

    def _refuse(self, lease: Lease) -> None:
        """robots.txt forbids the URL: look again in a day; nothing was asked, so the host is not held up."""
        now = self.archive.clock.seconds()
        with self._light() as db:
            self._set(db, lease, due=now + DAY, error="forbidden by robots.txt")
            self._hosts.free(lease.host, now)

    def _set(self, db: Connection, lease: Lease, **values: Any) -> None:
        """Write `values` and end the lease, if it is still ours: one that expired may be another's by now."""
        changes = "".join(f", {name} = :{name}" for name in values)
        db.execute(
            f"UPDATE frontier SET leased = NULL, holder = NULL{changes} WHERE key = :_key AND holder IS :_holder",  # noqa: S608
            values | {"_key": lease.key, "_holder": self._holder},
        )
        self._quiet = 0.0

    @contextmanager
    def _light(self) -> Iterator[Connection]:
        """A transaction that need not outlive a power cut: without an fsync of its own it costs a tenth.

        A lease or a pause that a power cut takes back costs one fetch. Inside another transaction it is part of that.
        """
        if self.archive.conn.in_transaction:
            yield self.archive.conn
            return
        self.archive.conn.execute("PRAGMA synchronous=NORMAL")
        try:
            with self.archive.transaction() as db:
                yield db
        finally:
            self.archive.conn.execute("PRAGMA synchronous=FULL")


def _json(names: Iterable[str]) -> str:
    return msgspec.json.encode(list(names)).decode()


def _target(page: Page) -> str:
    return target_of(page.url, page.headers)


def _goes_astray(kind: PageKind, source: Source, url: str) -> bool:
    """Whether a redirect leads an article to a list, or a feed or sitemap to the front page, where robots are sent."""
    if kind in ("feed", "sitemap"):
        return urlsplit(url).path in ("", "/")
    return kind == "article" and _is_list(source, url)


def _is_list(source: Source, url: str) -> bool:
    return urlsplit(url).path in ("", "/") or classify(source, url) == "section"
