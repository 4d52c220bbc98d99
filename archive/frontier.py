"""The frontier: what is to be fetched, what is being fetched, and when to come again.

A table, so that it survives a kill. A *lease* hands one URL to one process; it ends in the transaction that keeps
the page, so a URL is either still to fetch or its page is kept. One URL of a host is under way at a time.
"""

import os
import string
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from random import Random
from sqlite3 import Connection
from typing import Any
from urllib.parse import quote, urljoin, urlsplit

import msgspec

from archive.arrivals import PRIORITY, REVISIT, Arrivals
from archive.facts import Found, Hints, Page, PageKind
from archive.holders import alive, holder
from archive.hosts import Hosts
from archive.revisit import DAY, gone_until, next_try, next_visit, retry_after
from archive.store import Archive
from archive.turns import NEXT, QUEUED, TAKE
from config.sources import Source, Sources
from config.urls import canonical, classify

LEASE = 600.0
"""Seconds after which a lease returns by itself; a fetch may take 60. A dead process's leases return at once."""
MAX_HOPS = 10
JITTER = 0.02
"""A pause is up to this part longer than the pace, never shorter."""


class Lease(msgspec.Struct, frozen=True, kw_only=True):
    """One URL handed out to be fetched."""

    key: str
    url: str
    source: str
    host: str
    kind: PageKind
    hints: Hints = Hints()
    depth: int = 0
    hops: int = 0
    tries: int = 0
    visits: int = 0
    added: float = 0.0


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
        random: Random | None = None,
    ) -> None:
        """Leases are taken for the papers in `only` (default: all); what is found may belong to any of `sources`.

        Without `polite` (a replay asks nobody) there is no pace, no pause and no robots.txt to obey. `since` is when
        the run began: a list that was asked before is due again when it is found again. `random` draws the jitter.
        """
        self.archive, self.sources, self._polite, self._random = archive, sources, polite, random or Random()
        self._names, self._holder = msgspec.json.encode(tuple(only) or tuple(sources)).decode(), holder(os.getpid())
        self._hosts, self._quiet = Hosts(archive), 0.0
        self._arrivals = Arrivals(archive.conn, self._hosts, since or archive.clock.seconds())

    def seed(self, source: Source) -> None:
        """Make the feeds, sections and sitemaps of `source` due again, unless they were asked in this run."""
        feeds, lists = Hints(order=source.discover.feed_order), source.discover
        found = [Found(url=source.absolute(path), kind="feed", hints=feeds) for path in lists.feeds]
        found += [Found(url=source.absolute(path), kind="section") for path in lists.sections]
        found += [Found(url=source.absolute(path), kind="sitemap") for path in lists.sitemaps]
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
        """The paper that may be asked for `url`: its host, over HTTP, at the paper's own port. None: nobody."""
        try:
            parts = urlsplit(url)
            port = parts.port
        except ValueError:
            return None
        source = self.sources.of(url) if parts.scheme in ("http", "https") else None
        return source if source and port in ((source.port,) if source.port else (None, 80, 443)) else None

    def take(self, now: float) -> Lease | None:
        """Lease the most urgent URL of a host that is due, or None. What robots.txt forbids is passed over."""
        given = {"now": now, "until": now + LEASE, "holder": self._holder, "sources": self._names}
        while now >= self._quiet:
            with self._light() as db:
                if not (rows := db.execute(TAKE, given).fetchall()):
                    return None
                lease = _lease(rows[0])
                self._step(lease.host, now)
            if lease.kind == "robots" or not self._polite or self._hosts.allows(lease.host, lease.url):
                return lease
            self._refuse(lease)
        return None

    def sent(self, lease: Lease) -> None:
        """The request for `lease` leaves only now, or its answer begins: its host's pace counts from here."""
        with self._light():
            self._step(lease.host, self.archive.clock.seconds())

    def next_due(self, now: float) -> float | None:
        """When `take` will next have something, counting paces, pauses and failed URLs; None: nothing waits."""
        (found,) = self.archive.conn.execute(NEXT, {"now": now, "sources": self._names}).fetchone()
        moment = None if found is None else max(now, float(found))
        self._quiet = now + 5 if moment is None else min(moment, now + 5)
        return moment

    def settle(self, lease: Lease, page: Page, number: int | None) -> None:
        """End `lease` with the response `page`, kept under `number`. Call it inside the keep transaction."""
        now, status = self.archive.clock.seconds(), page.status
        if status in (429, 503):
            self._later(lease, f"HTTP {status}", now, retry_after(page.headers.get("retry-after"), now))
        elif status >= 500 or status == 408:
            self.fail(lease, f"HTTP {status}")
        elif status in (301, 302, 303, 307, 308):
            self._follow(lease, page)
        elif status >= 400 and lease.kind != "robots":
            self._later(lease, f"HTTP {status}", gone_until(status, lease.tries, now), tries=lease.tries + 1)
        elif page.truncated:
            self.fail(lease, f"incomplete: {page.truncated}", host_fault=False)
        else:
            self._visited(lease, next_visit(lease.kind, lease.added, now))
            if lease.kind == "robots":
                self._hosts.put_robots(lease.host, now, page, number)

    def fail(self, lease: Lease, error: str, *, host_fault: bool = True) -> None:
        """End `lease` without a usable response: try again after growing pauses, some of them days long."""
        tries = lease.tries + 1
        due = next_try(lease.kind, tries, self.archive.clock.seconds())
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
        """URLs that are due now, by paper. One seek a paper: later visits, which are many, are not walked through."""
        given = {"now": self.archive.clock.seconds(), "sources": self._names}
        return {name: due for name, due in self.archive.conn.execute(QUEUED, given) if due}

    def _step(self, host: str, now: float) -> None:
        self._hosts.step(host, now, (1 + self._random.uniform(0, JITTER)) * self._polite)

    def _follow(self, lease: Lease, page: Page) -> None:
        """A redirect: its target takes the lease's place. In place where both are one URL to us, or robots.txt."""
        now, target = self.archive.clock.seconds(), _target(page)
        source, hops = self.declared(target), lease.hops + 1
        if hops > MAX_HOPS:
            self._later(lease, f"more than {MAX_HOPS} redirects", None, tries=lease.tries + 1)
        elif source and (lease.kind == "robots" or canonical(source, target) == lease.key):
            with self._light() as db:
                self._set(db, lease, url=target, hops=hops, due=now, asked=now)
        elif lease.kind == "robots":
            self._visited(lease, next_visit("robots", lease.added, now))
            self._hosts.put_robots(lease.host, now, None, None)
        elif source is None or (lease.kind == "article" and _is_list(source, target)):
            self._later(lease, f"leads to {target}", gone_until(404, lease.tries, now), tries=lease.tries + 1)
        else:
            self._visited(lease, None)
            self.add([Found(url=target, kind=lease.kind, hints=lease.hints, depth=lease.depth)], hops=hops)

    def _visited(self, lease: Lease, due: float | None) -> None:
        again = REVISIT if lease.kind == "article" else PRIORITY[lease.kind]
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
            if pause is not None and self._polite:
                self._hosts.trouble(lease.host, now, pause)

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


def _target(page: Page) -> str:
    """Where a redirect leads. Headers are kept as Latin-1; papers write theirs in UTF-8, and not always quoted."""
    said = page.headers.get("location", "").partition("\n")[0]
    with suppress(UnicodeError):
        said = said.encode("latin-1").decode("utf-8")
    with suppress(ValueError):
        return urljoin(page.url, quote(said.strip(), safe=string.punctuation))
    return ""


def _is_list(source: Source, url: str) -> bool:
    return urlsplit(url).path in ("", "/") or classify(source, url) == "section"


def _lease(row: Sequence[Any]) -> Lease:
    key, url, source, host, kind, hints, depth, hops, tries, visits, added = row
    return Lease(
        key=key,
        url=url,
        source=source,
        host=host,
        kind=kind,
        hints=msgspec.json.decode(hints, type=Hints),
        depth=depth,
        hops=hops,
        tries=tries,
        visits=visits,
        added=added,
    )
