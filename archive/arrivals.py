"""How found URLs enter the frontier: new ones as rows, known ones by what the second way to them adds.

One article has one row, whatever its URLs; its further pages, where it stands on several, have rows of their own.
"""

from collections.abc import Callable, Iterable
from typing import NamedTuple
from urllib.parse import urljoin

import msgspec

from archive.facts import Found, Hints, PageKind
from archive.hosts import Hosts, host_of
from archive.identities import mates, mates_of
from archive.ledger import Ledger
from archive.lists import Read, again_since
from archive.tombstones import any_stones, reason_of
from archive.turns import ASSET, BACK, TOPIC
from config.sources import Source
from config.urls import canonical, row_key

LISTS = ("feed", "section", "sitemap")
PRIORITY: dict[PageKind, int] = {"robots": 0, "feed": 1, "section": 2, "sitemap": 3, "article": 4, "asset": ASSET}
"""Lists come before articles, so that an article's hints are complete when it is fetched."""
BACK_PRIORITY: dict[PageKind, int] = PRIORITY | {"article": 6, "feed": 7, "section": 7, "sitemap": 7}
"""Of what only a back-fill wants: its articles come before its next list, so that little waits at any time."""
CHANGED = 3
"""Older sitemaps of an index that are read again at a time because their stated date has moved."""
_BARE = ("seed", "replay", "import")
_COLUMNS = "key, kind, visits, depth, hints, article, priority, error, leased, refused"
_KNOWN = f"""
SELECT {_COLUMNS} FROM frontier WHERE key IN (SELECT value FROM json_each(:keys))
UNION SELECT {_COLUMNS} FROM frontier WHERE article IN (SELECT value FROM json_each(:articles))
"""  # noqa: S608
_PUT = """
INSERT INTO frontier (key, url, source, host, kind, priority, due, depth, hops, added, hints, article)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING
"""
_MOVE = """
UPDATE frontier SET key = :key, url = :url, source = :source, host = :host, article = :article, due = :now, tries = 0,
  hops = 0, error = NULL, priority = CASE WHEN visits > 0 THEN priority ELSE :new END
WHERE key = :old AND leased IS NULL
"""


class Arrivals:
    """Writes what pages led to, for one run: `since` is when it began. Methods belong inside a transaction.

    With `each`, every address has a row of its own: a replay takes in all pages that it holds. `back` is when the
    back-fill under way began, where this run is part of one. `declared` gives the paper that may be asked for a URL.
    """

    def __init__(
        self,
        ledger: Ledger,
        hosts: Hosts,
        since: float,
        back: float | None = None,
        *,
        each: bool = False,
        declared: Callable[[str], Source | None] = lambda _: None,
    ) -> None:
        self._ledger, self._db, self._hosts, self.since = ledger, ledger.conn, hosts, since
        self._each, self._declared = each, declared
        self._back, self._room = since if back is None else back, CHANGED
        self._new, self._met, self._stones = list[tuple[object, ...]](), set[tuple[str, str]](), False

    def add(self, found: Iterable[tuple[Source, Found]], now: float, hops: int) -> int:
        """Write `found`, each with its paper; answers how many articles are new. What is withdrawn is refused."""
        rows = [self._row(source, f) for source, f in found]
        known, new = self._known(rows), 0
        self._room, self._stones = CHANGED, any_stones(self._db)
        self._new.clear()
        self._met.clear()
        for row in rows:
            there = known.get(row.key) or (known.get(row.article) if row.article else None)
            if there:
                there = self._replaced(there, row, now)
                after = self._gain(there, row.found, now)
                known[row.key] = known[after.key] = after
            elif not row.found.changed_only and self._insert(row, now, hops):
                f = row.found
                after = _Known(key=row.key, kind=f.kind, depth=f.depth, hints=f.hints, priority=_turn(f))
                known[row.key] = after
                new += f.kind == "article"
            else:
                continue
            if row.article:
                known[row.article] = after
        self._write()
        return new

    def _write(self) -> None:
        """Write the new rows, in their order. Before a known row is changed, as it may be one of them."""
        if self._new:
            self._db.executemany(_PUT, self._new)
            self._new.clear()

    def _row(self, source: Source, f: Found) -> "_Row":
        if f.kind == "asset":  # by its whole address: what is signed or sized in the query is another file
            return _Row(source, f.url, None, f)
        article = row_key(source, f.url) if f.kind == "article" and not self._each else None
        return _Row(source, canonical(source, f.url), article, f)

    def same(self, one: str, other: str) -> bool:
        """Whether two identities, as the frontier holds them, are one article's (and the same page of it)."""
        return not self._each and (one == other or other in mates(self._db, one))

    def move(self, key: str, source: Source, url: str, now: float) -> dict[str, object] | None:
        """What the row under `key` has to become, as the paper has moved it to `url`, another address of its article.

        None where there is no row left to be moved: the article was withdrawn, or the address has a row of its own,
        which is due now unless it was asked in this run.
        """
        new = canonical(source, url)
        due = "due = CASE WHEN asked >= ? THEN due ELSE ? END, error = NULL"
        there = self._db.execute(f"UPDATE frontier SET {due} WHERE key = ?", (self.since, now, new)).rowcount  # noqa: S608
        if there or reason_of(self._db, source, url):
            self._db.execute("DELETE FROM frontier WHERE key = ?", (key,))
            return None
        self._met.clear()
        self._stones = True
        self._meet(source, url, now)
        self._write()
        place: dict[str, object] = {"key": new, "url": url, "source": source.id, "host": host_of(url)}
        return place | {"article": row_key(source, url)}

    def _known(self, rows: "Iterable[_Row]") -> "dict[str, _Known]":
        """What the frontier holds of `rows`, by key and by the identities of each one's article."""
        of = mates_of(self._db, (row.article for row in rows if row.article))
        named = sorted({name for names in of.values() for name in names})
        said = {"keys": _json([row.key for row in rows]), "articles": _json(named)}
        found: dict[str, _Known] = {}
        for row in self._db.execute(_KNOWN, said):
            key, kind, visits, depth, hints, article, priority, error, leased, refused = row
            told = msgspec.json.decode(hints, type=Hints)
            known = _Known(key, kind, visits, depth, told, priority, error, leased, refused)
            found[key] = known
            if article is not None:
                found[article] = known
        for one, names in of.items():
            for name in names:
                if one not in found and name in found:
                    found[one] = found[name]
        return found

    def _replaced(self, known: "_Known", row: "_Row", now: float) -> "_Known":
        """The row after it has gone over to a newly found URL of its article, where the known one gave nothing.

        Not to one that was itself refused before: the paper's lists may go on showing it.
        """
        if known.key == row.key or known.kind != "article" or known.error is None or known.leased is not None:
            return known
        if known.refused and row.found.url in msgspec.json.decode(known.refused, type=list[str]):
            return known
        self._write()
        place = self.move(known.key, row.source, row.found.url, now)
        if place is None:
            return known
        place |= {"old": known.key, "now": now, "new": PRIORITY["article"]}
        self._db.execute(_MOVE, place)
        return msgspec.structs.replace(known, key=row.key, error=None)

    def _insert(self, row: "_Row", now: float, hops: int) -> bool:
        """Write a new row, and before the first of a host that of its robots.txt; answers whether it was allowed."""
        f = row.found
        if self._stones and reason_of(self._db, row.source, f.url):
            return False
        if f.kind == "asset" and self._ledger.is_kept(f.url):
            return False
        if f.kind != "robots":
            self._meet(row.source, f.url, now, beside=f.kind == "asset")
        self._new.append(
            (row.key, f.url, row.source.id, host_of(f.url), f.kind, _turn(f), now, f.depth, hops, now, _json(f.hints),
             row.article)
        )  # fmt: skip
        return True

    def _meet(self, source: Source, url: str, now: float, *, beside: bool = False) -> None:
        """Note the host of `url`; with `beside` it may be no paper's own."""
        owner = self._declared(url) if beside else source
        if (host_of(url), source.id) in self._met:
            return
        self._met.add((host_of(url), source.id))
        if self._hosts.meet(host_of(url), owner) if owner else self._hosts.meet_beside(host_of(url), source):
            robots = Found(url=urljoin(url, "/robots.txt"), kind="robots")
            self._insert(_Row(source, canonical(source, robots.url), None, robots), now, 0)

    def _gain(self, known: "_Known", f: Found, now: float) -> "_Known":
        """What a second way to a known URL adds: hints, a shorter way, and for a list that it is due again.

        A URL that was fetched keeps its hints, so that its later pages are cleaned with the same ones; a list keeps
        them until it is due again. What waits already keeps its place, so that a run that goes on after a kill reads in
        the same order, and gives the same hints; but what a back-fill left waiting is news once a fresh list shows it.
        """
        hints = known.hints if known.visits else gained(known.hints, f.hints)
        kind = f.kind if known.visits == 0 and known.hints.via == "replay" else known.kind
        turn = known.priority if known.visits else min(known.priority, _turn(msgspec.structs.replace(f, kind=kind)))
        depth = min(known.depth, f.depth)
        after = msgspec.structs.replace(known, kind=kind, depth=depth, hints=hints, priority=turn)
        if after != known and not f.changed_only:
            self._write()
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
        self._write()
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
    visits: int = 0
    depth: int = 0
    hints: Hints = Hints()
    priority: int = 0
    error: str | None = None
    leased: float | None = None
    refused: str | None = None


class _Row(NamedTuple):
    """A found URL with its paper, its key, and of an article's the identity."""

    source: Source
    key: str
    article: str | None
    found: Found


def _turn(f: Found) -> int:
    return TOPIC if f.aimed else (BACK_PRIORITY if f.back else PRIORITY)[f.kind]


def _json(said: Hints | list[str]) -> str:
    return msgspec.json.encode(said).decode()


def gained(old: Hints, new: Hints) -> Hints:
    """`old` with what it lacks from `new`. A place where the paper lists the URL goes before a bare mention."""
    if old.via in _BARE and new.via not in _BARE:
        old, new = new, old
    missing = {n: getattr(new, n) for n in ("title", "section", "anchor", "referrer") if getattr(old, n) is None}
    if old.date is None and new.date is not None:
        missing |= {"date": new.date, "order": new.order}
    return msgspec.structs.replace(old, **missing)
