"""How leases end: with a page, a redirect or a failure, and when the URL is due again.

A lease ends in the transaction that keeps its page, so a URL is either still to fetch or its page is kept.
"""

import os
from collections.abc import Iterable
from random import Random
from sqlite3 import Connection
from typing import Any
from urllib.parse import urlsplit

import msgspec

from archive import honesty
from archive.arrivals import PRIORITY, Arrivals
from archive.facts import Found, Page, PageKind
from archive.habits import Habits
from archive.holders import holder
from archive.hosts import Hosts, host_of
from archive.leases import Lease
from archive.manners import BUSY, Manners, asks, is_failure
from archive.moved import MAX_HOPS, target_of
from archive.papers import Papers
from archive.revisit import DAY, gone_until, next_visit
from archive.robots import MAX_HOPS as ROBOTS_HOPS
from archive.robots import may_lead_to
from archive.store import Archive
from archive.turns import BACK, REVISIT, TOPIC
from config.sources import Source, Sources
from config.urls import article_key, canonical, classify, row_key

REDIRECTS = (301, 302, 303, 307, 308)
JITTER = 0.02
"""A pause is up to this part longer than the pace, never shorter."""


class Settling:
    """The half of the frontier that takes leases back. Methods are synchronous and quick."""

    def __init__(
        self, archive: Archive, sources: Sources, papers: Papers, random: Random, since: float, back: float | None,
        polite: bool,
    ) -> None:  # fmt: skip
        """See `Frontier`."""
        self.archive, self.sources, self._papers, self._polite = archive, sources, papers, polite
        self._hosts, self.habits = Hosts(archive, papers.digest), Habits(archive.conn)
        self._manners = Manners(self._hosts, sources, papers.names, random, polite=polite)
        began = since or archive.clock.seconds()
        self._arrivals = Arrivals(archive.conn, self._hosts, began, back, each=not polite, declared=papers.declared)
        self._quiet, self._holder = 0.0, holder(os.getpid())
        self._random = random

    def add(self, found: Iterable[Found], *, hops: int = 0, paper: Source | None = None) -> int:
        """Write what a page led to; answers how many articles are new.

        Only URLs on a declared paper's own host and port count, and none that is withdrawn. Assets are of the `paper`
        whose page shows them, and may lie on any public host. A known URL that was
        never fetched keeps its hints and gains what they lack; a list is due again if it was not asked in this run.
        """
        declared = [(source, f) for f in found if (source := self._whose(f, paper))]
        if not declared:
            return 0
        self._quiet = 0.0
        with self.archive.transaction(light=True):
            return self._arrivals.add(declared, self.archive.clock.seconds(), hops)

    def _whose(self, found: Found, paper: Source | None) -> Source | None:
        """The paper that `found` is asked for, or None."""
        if found.kind != "asset":
            return self._papers.declared(found.url)
        return paper if paper and self._papers.may_show(found.url) else None

    def settle(self, lease: Lease, page: Page, number: int | None) -> None:
        """End `lease` with the response `page`, kept under `number`. Call it inside the keep transaction."""
        now, status = self.archive.clock.seconds(), page.status
        with self.archive.transaction(light=True):
            self._manners.answered(lease, page, now)
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
        with self.archive.transaction(light=True) as db:
            self.habits.note(lease.source, now - lease.born, changed)
            if changed:
                due = "UPDATE frontier SET due = ? WHERE key = ? AND visits = ? AND leased IS NULL AND due IS NOT NULL"
                db.execute(due, (self._next_visit(lease, now), lease.key, lease.visits + 1))

    def fail(self, lease: Lease, error: str, *, host_fault: bool = True) -> None:
        """End `lease` without a usable response: try again after growing pauses, some of them days long."""
        now = self.archive.clock.seconds()
        due, tries = self._manners.retry(lease.host, lease.kind, lease.tries, now, host_fault=host_fault)
        self._later(lease, error, due, 0.0 if host_fault else None, tries)

    def give_up(self, lease: Lease, error: str) -> None:
        """End `lease` for good, without success and without blame."""
        self._later(lease, error, None, tries=lease.tries + 1)

    def again(self, lease: Lease) -> None:
        """Make the URL of `lease`, which has ended, due at once: a replay holds another response of it."""
        with self.archive.transaction(light=True) as db:
            db.execute("UPDATE frontier SET due = ? WHERE key = ?", (self.archive.clock.seconds(), lease.key))
            self._quiet = 0.0

    def release(self, lease: Lease) -> None:
        """End `lease` as if it had never been taken."""
        with self.archive.transaction(light=True) as db:
            self._set(db, lease)

    def forget(self, lease: Lease) -> None:
        """End `lease` for good: what it names has been withdrawn."""
        with self.archive.transaction(light=True) as db:
            db.execute("DELETE FROM frontier WHERE key = ?", (lease.key,))
            self._write_sent(lease)
            self._quiet = 0.0

    def _follow(self, lease: Lease, page: Page) -> None:
        """A redirect: its target takes the lease's place. In place where both are one URL to us, or robots.txt."""
        now, target = self.archive.clock.seconds(), target_of(page.url, page.headers)
        source, hops = self._papers.declared(target), lease.hops + 1
        if hops > MAX_HOPS:
            self._later(lease, f"more than {MAX_HOPS} redirects", None, tries=lease.tries + 1)
        elif lease.kind == "asset":
            self._follow_asset(lease, target, hops)
        elif source and canonical(source, target) == lease.key:
            with self.archive.transaction(light=True) as db:
                self._set(db, lease, url=target, hops=hops, due=now, asked=now)
        elif source and lease.kind == "article" and self._is_same(lease, source, target):
            with self.archive.transaction(light=True) as db:
                if place := self._arrivals.move(lease.key, source, target, now):
                    self._set(db, lease, hops=hops, due=now, asked=now, **place)
                self._write_sent(lease)
                self._quiet = 0.0
        elif source is None or _goes_astray(lease.kind, source, target):
            self._later(lease, f"leads to {target}", gone_until(404, lease.tries, now), tries=lease.tries + 1)
        else:
            self._visited(lease, None)
            found = Found(url=target, kind=lease.kind, hints=lease.hints, depth=lease.depth)
            self.add([msgspec.structs.replace(found, back=lease.back, aimed=lease.aimed)], hops=hops)

    def _follow_asset(self, lease: Lease, target: str, hops: int) -> None:
        """What a page shows lies elsewhere: its target is fetched too, and each is kept as what it is."""
        if not self._papers.may_show(target):
            self._later(lease, f"leads to {target}", None, tries=lease.tries + 1)
            return
        self._visited(lease, None)
        found = Found(url=target, kind="asset", hints=lease.hints, depth=lease.depth)
        self.add([found], hops=hops, paper=self.sources[lease.source])

    def _settle_robots(self, lease: Lease, page: Page, number: int | None, now: float) -> None:
        """A robots.txt, a redirect to it, or the news that there is none. Its next visit begins at its own host."""
        target, hops = target_of(page.url, page.headers), lease.hops + 1
        if page.status in REDIRECTS and hops <= ROBOTS_HOPS and (self._papers.declared(target) or may_lead_to(target)):
            with self.archive.transaction(light=True) as db:
                self._set(db, lease, url=target, hops=hops, due=now, asked=now)
        elif page.truncated and page.status < 300:
            self.fail(lease, f"incomplete: {page.truncated}", host_fault=False)
        else:
            with self.archive.transaction(light=True) as db:
                self._visited(lease, next_visit("robots", lease.added, now))
                self._hosts.put_robots(lease.host, now, page, number)
                if host_of(lease.url) != lease.host:
                    db.execute("UPDATE frontier SET url = key WHERE key = ?", (lease.key,))
                self._compare(lease, page, number, now)

    def _is_same(self, lease: Lease, source: Source, target: str) -> bool:
        """Whether a redirect leads to another address of the same page of the same article."""
        here = self._papers.declared(lease.url)
        return here is not None and self._arrivals.same(row_key(here, lease.url), row_key(source, target))

    def _visited(self, lease: Lease, due: float | None) -> None:
        lists = BACK.stop - 1 if lease.back else TOPIC if lease.aimed else PRIORITY[lease.kind]
        again = REVISIT if lease.kind == "article" else lists
        with self.archive.transaction(light=True) as db:
            done = {"tries": 0, "hops": 0, "visits": lease.visits + 1, "error": None, "priority": again}
            self._set(db, lease, due=due, asked=self.archive.clock.seconds(), **done)

    def _later(
        self, lease: Lease, error: str, due: float | None, pause: float | None = None, tries: int | None = None
    ) -> None:
        """End `lease` without success. `pause` is what the host asked for, None where the host is not to blame."""
        now = self.archive.clock.seconds()
        with self.archive.transaction(light=True) as db:
            more = {} if tries is None else {"tries": tries}
            self._set(db, lease, due=due, asked=now, error=error[:300], **more)
            if pause is not None:
                self._manners.failed(lease.host, now, pause, error)

    def _refuse(self, lease: Lease) -> None:
        """robots.txt forbids the URL: look again in a day; nothing was asked, so the host is not held up."""
        now = self.archive.clock.seconds()
        with self.archive.transaction(light=True) as db:
            self._set(db, lease, due=now + DAY, error="forbidden by robots.txt")
            self._hosts.free(lease.host, now)

    def _set(self, db: Connection, lease: Lease, **values: Any) -> None:
        """Write `values` and end the lease, if it is still ours: one that expired may be another's by now."""
        changes = "".join(f", {name} = :{name}" for name in values)
        db.execute(
            f"UPDATE frontier SET leased = NULL, holder = NULL{changes} WHERE key = :_key AND holder IS :_holder",  # noqa: S608
            values | {"_key": lease.key, "_holder": self._holder},
        )
        self._write_sent(lease)
        self._quiet = 0.0

    def _asked(self, host: str, at: float) -> None:
        """`host` is asked at this moment: its pace, with jitter, counts from there."""
        self._hosts.asked(host, at, (1 + self._random.uniform(0, JITTER)) * self._polite)

    def _write_sent(self, lease: Lease) -> None:
        """The lease ends: write when its last request left."""
        if lease.sent is not None:
            self._asked(lease.host, lease.sent)


def _goes_astray(kind: PageKind, source: Source, url: str) -> bool:
    """Whether a redirect leads an article to a list, or a feed or sitemap to the front page, where robots are sent."""
    if kind in ("feed", "sitemap"):
        return urlsplit(url).path in ("", "/")
    return kind == "article" and _is_list(source, url)


def _is_list(source: Source, url: str) -> bool:
    return urlsplit(url).path in ("", "/") or classify(source, url) == "section"
