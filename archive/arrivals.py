"""How found URLs enter the frontier: new ones as rows, known ones by what the second way to them adds."""

from collections.abc import Iterable, Sequence
from sqlite3 import Connection
from urllib.parse import urljoin

import msgspec

from archive.facts import Found, Hints, PageKind
from archive.hosts import Hosts, host_of
from archive.lists import Read, again_since
from archive.tombstones import reason_of
from archive.turns import BACK
from config.sources import Source
from config.urls import canonical

LISTS = ("feed", "section", "sitemap")
PRIORITY: dict[PageKind, int] = {"robots": 0, "feed": 1, "section": 2, "sitemap": 3, "article": 4}
"""Lists come before articles, so that an article's hints are complete when it is fetched."""
BACK_PRIORITY: dict[PageKind, int] = PRIORITY | {"article": 6, "feed": 7, "section": 7, "sitemap": 7}
"""Of what only a back-fill wants: its articles come before its next list, so that little waits at any time."""
CHANGED = 3
"""Older sitemaps of an index that are read again at a time because their stated date has moved."""
_BARE = ("seed", "replay", "import")


class Arrivals:
    """Writes what pages led to, for one run: `since` is when it began. Methods belong inside a transaction."""

    def __init__(self, db: Connection, hosts: Hosts, since: float, back: float | None = None) -> None:
        """`back` is when the back-fill under way began, where this run is part of one."""
        self._db, self._hosts, self.since, self._back = db, hosts, since, since if back is None else back
        self._room = CHANGED

    def add(self, found: Iterable[tuple[Source, Found]], now: float, hops: int) -> int:
        """Write `found`, each with its paper; answers how many articles are new. What is withdrawn is refused."""
        rows = [(source, canonical(source, f.url), f) for source, f in found]
        known, new = self._known([key for _, key, _ in rows]), 0
        self._room = CHANGED
        for source, key, f in rows:
            if key in known:
                known[key] = self._gain(known[key], f, now)
            elif not f.changed_only and self._insert(source, key, f, now, hops):
                known[key] = _Known(key, f.kind, 0, f.depth, f.hints, _turn(f))
                new += f.kind == "article"
        return new

    def _known(self, keys: Sequence[str]) -> "dict[str, _Known]":
        found = "SELECT key, kind, visits, depth, hints, priority FROM frontier"
        given = (msgspec.json.encode(keys).decode(),)
        rows = self._db.execute(f"{found} WHERE key IN (SELECT value FROM json_each(?))", given)  # noqa: S608
        return {r[0]: _Known(r[0], r[1], r[2], r[3], msgspec.json.decode(r[4], type=Hints), r[5]) for r in rows}

    def _insert(self, source: Source, key: str, f: Found, now: float, hops: int) -> bool:
        """Write a new row, and before the first of a host that of its robots.txt; answers whether it was allowed."""
        if reason_of(self._db, source, f.url):
            return False
        host = host_of(f.url)
        if f.kind != "robots" and self._hosts.meet(host, source):
            robots = Found(url=urljoin(f.url, "/robots.txt"), kind="robots")
            self._insert(source, canonical(source, robots.url), robots, now, 0)
        hints = _json(f.hints)
        done = self._db.execute(
            "INSERT OR IGNORE INTO frontier (key, url, source, host, kind, priority, due, depth, hops, added, hints)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (key, f.url, source.id, host, f.kind, _turn(f), now, f.depth, hops, now, hints),
        )
        return bool(done.rowcount)

    def _gain(self, known: "_Known", f: Found, now: float) -> "_Known":
        """What a second way to a known URL adds: hints, a shorter way, and for a list that it is due again.

        A URL that was fetched keeps its hints, so that its later pages are cleaned with the same ones; a list keeps
        them until it is due again. What waits already keeps its place, so that a run that goes on after a kill reads in
        the same order, and gives the same hints; but what a back-fill left waiting is news once a fresh list shows it.
        """
        hints = known.hints if known.visits else gained(known.hints, f.hints)
        kind = f.kind if known.visits == 0 and known.hints.via == "replay" else known.kind
        turn = known.priority if known.visits or f.back else PRIORITY[kind]
        after = _Known(known.key, kind, known.visits, min(known.depth, f.depth), hints, turn)
        if after != known and not f.changed_only:
            row = (kind, turn, _json(hints), after.depth, known.key)
            self._db.execute("UPDATE frontier SET kind = ?, priority = ?, hints = ?, depth = ? WHERE key = ?", row)
        if f.kind in LISTS and f.kind == kind:
            self._read_again(known, f, hints, now)
        return after

    def _read_again(self, known: "_Known", f: Found, hints: Hints, now: float) -> None:
        """Make a list due again, if it is wanted, with the hints that it is read for this time."""
        since = again_since(Read(known.visits, known.hints), f, self.since, self._back)
        if since is None or (f.changed_only and not self._room):
            return
        self._room -= f.changed_only
        told = f.hints if f.kind == "sitemap" or f.back or known.hints.span else hints
        self._db.execute(
            "UPDATE frontier SET due = min(coalesce(due, :now), :now), tries = 0, hops = 0, error = NULL,"
            " priority = :turn, hints = :hints"
            " WHERE key = :key AND leased IS NULL AND (asked IS NULL OR asked < :since)"
            " AND (:turn < :back OR priority >= :back OR due IS NULL OR due > :now)",  # else it waits for all its days
            {"now": now, "key": known.key, "since": since, "turn": _turn(f), "back": BACK.start, "hints": _json(told)},
        )


class _Known(msgspec.Struct):
    """What must be known of a URL that is in the frontier."""

    key: str
    kind: PageKind
    visits: int
    depth: int
    hints: Hints
    priority: int


def _turn(f: Found) -> int:
    return (BACK_PRIORITY if f.back else PRIORITY)[f.kind]


def _json(hints: Hints) -> str:
    return msgspec.json.encode(hints).decode()


def gained(old: Hints, new: Hints) -> Hints:
    """`old` with what it lacks from `new`. A place where the paper lists the URL goes before a bare mention."""
    if old.via in _BARE and new.via not in _BARE:
        old, new = new, old
    missing = {n: getattr(new, n) for n in ("title", "section", "anchor", "referrer") if getattr(old, n) is None}
    if old.date is None and new.date is not None:
        missing |= {"date": new.date, "order": new.order}
    return msgspec.structs.replace(old, **missing)
