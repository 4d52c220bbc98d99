"""Merging: another archive's facts into this one, in short transactions, by natural keys.

Twice is once, and A into B gives what B into A gives. What is taken queues its articles in `underived`, in the same
transaction, so a merge that was killed is made whole by running it again. The other file is only read.
"""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path
from typing import Any

from archive import assets, bodies, one_page
from archive.backup import copy, forget
from archive.cleaners import queue
from archive.disk import need_room, size_of
from archive.errors import DamagedBody, NotAnArchive, OlderArchive, Withdrawn, clear_errors
from archive.facts import PAGE_COLUMNS
from archive.grounds import Grounds
from archive.identities import mates
from archive.merge_queue import merge_frontier, merge_hosts
from archive.moved import FOR_GOOD
from archive.store import Archive
from archive.tombstones import Tombstones
from archive.withdraw import Going, going, withdraw
from config.sources import Sources
from config.urls import article_key

BATCH, BYTES = 100, 16_000_000
"""A batch ends with whichever comes first."""
Progress = Callable[[int, int], None]
_PAGES = """
SELECT p.id, p.url, p.fetched_at, b.sha256, b.size, p.source, p.kind, p.status, p.headers, p.hints, p.truncated, p.tls,
  p.body, r.uid
FROM pages p JOIN bodies b ON b.id = p.body LEFT JOIN runs r ON r.id = p.run WHERE p.id > ? ORDER BY p.id LIMIT ?
"""
PUT_RUN = """
INSERT INTO runs (uid, command, started, ended, outcome, stats)
VALUES (:uid, :command, :started, :ended, :outcome, :stats)
ON CONFLICT (uid) DO UPDATE SET ended = excluded.ended, outcome = excluded.outcome, stats = excluded.stats
WHERE runs.ended IS NULL AND excluded.ended IS NOT NULL
"""
"""Writes a run of another archive, or how one that was under way has ended."""
_CLEANINGS = """
SELECT page, cleaner, article, reason, output, links, notes FROM cleanings
WHERE page > ? AND page <= ? ORDER BY page, cleaner
"""
_CHANCE = ("hang", "memory")
"""Drops that say as much of the machine as of the page: any other outcome is better."""


@dataclass
class Merged:
    """What was taken over from the other archive."""

    pages: int = 0
    bodies: int = 0
    cleanings: int = 0
    runs: int = 0
    frontier: int = 0
    withdrawals: int = 0
    """Tombstones that were not known here."""
    withdrawn: int = 0
    """Pages here that went because the other archive had withdrawn them."""
    refused: int = 0
    """Pages there that were withdrawn, here or there."""
    damaged: list[str] = field(default_factory=list)
    """Pages there whose bytes are not what their SHA-256 says: left out."""


@contextmanager
def opened(path: Path, archive: Archive) -> Iterator[Archive]:
    """The other archive, open to be read; of one of an earlier version a copy beside `archive`, brought up to date."""
    if path.exists() and path.samefile(archive.path):
        raise NotAnArchive(f"{path}: is the archive itself; name another one to merge into it")
    copied = Path(f"{archive.path}.merging")
    try:
        other = Archive(path, write=False)
    except OlderArchive:
        forget(copied)
        with clear_errors(path), closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as old:
            old.isolation_level = None
            need_room(copied, 2 * size_of(old), "to bring a copy of the other archive up to date")
            copy(old, copied, lambda *_: None)
        other = Archive(copied)
    try:
        other.need_whole()
        yield other
    finally:
        other.close()
        forget(copied)


def merge(archive: Archive, other: Archive, sources: Sources, progress: Progress | None = None) -> Merged:
    """Take over what `other` holds and `archive` does not. The caller cleans what is pending and derives."""
    done = Merged()
    _tombstones(archive, other, sources, done)
    _runs(archive, other, done)
    _cleaners(archive, other)
    stones = Tombstones(sources, archive.conn, other.conn)
    lone, grounds = _lone(other, stones), Grounds()
    total = int(other.conn.execute("SELECT count(*) FROM pages").fetchone()[0])
    seen, after = 0, 0
    while batch := _Batch.read(other, archive.conn, after):
        with archive.transaction():
            _take(archive, batch, stones, lone.pages, done, grounds)
            _queue_led(archive, batch, sources)
        seen, after = seen + len(batch.pages), batch.pages[-1]["id"]
        if progress:
            progress(seen, max(seen, total))
    _cleaners(archive, other)  # a crawl that goes on there may have cleaned the first page of a paper meanwhile
    merge_hosts(archive, other)
    done.frontier = merge_frontier(archive, other, stones, lone.urls)
    _holds(archive, other)
    return done


@dataclass
class _Batch:
    """Some pages of the other archive with their bodies and cleanings, read in one state of it."""

    pages: list[dict[str, Any]]
    bodies: dict[int, bytes | None]
    """Those that are not known here; None: damaged."""
    cleanings: dict[int, list[tuple[Any, ...]]]
    shown: dict[int, list[str]]
    """URLs of what the pages show."""

    @classmethod
    def read(cls, other: Archive, here: sqlite3.Connection, after: int) -> "_Batch | None":
        with other.reading() as db:
            pages = list(_bounded(other.rows(_PAGES, (after, BATCH))))
            if not pages:
                return None
            rows = db.execute(_CLEANINGS, (after, pages[-1]["id"])).fetchall()
            made = {page: [row[1:] for row in of] for page, of in groupby(rows, key=lambda row: row[0])}
            shows = assets.of_pages(db, after, pages[-1]["id"])
            new = {p["body"]: p["sha256"] for p in pages if _body_here(here, p["sha256"]) is None}
            return cls(pages, {number: _body(db, number, sha) for number, sha in new.items()}, made, shows)


def _bounded(pages: Iterator[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    size = 0
    for page in pages:
        yield page
        if (size := size + page["size"]) > BYTES:
            return


def _body_here(db: sqlite3.Connection, sha: str) -> int | None:
    found = db.execute("SELECT id FROM bodies WHERE sha256 = ?", (sha,)).fetchone()
    return int(found[0]) if found else None


def _body(db: sqlite3.Connection, number: int, sha: str) -> bytes | None:
    try:
        body = bodies.get(db, number)
    except DamagedBody:
        return None
    return body if bodies.digest(body) == sha else None


def _lone(other: Archive, stones: Tombstones) -> assets.Alone:
    """What only pages there show that were withdrawn, here or there: it went with them, or would have."""
    asked = "SELECT id, source, url FROM pages WHERE id IN (SELECT page FROM assets)"
    gone = [page for page, *named in other.conn.execute(asked) if stones.cover(*named)] if stones else []
    return assets.alone(other.conn, gone)


def _tombstones(archive: Archive, other: Archive, sources: Sources, done: Merged) -> None:
    """Withdraw here what was withdrawn there. Where both did, the earlier words stay."""
    stones, columns = Tombstones(sources, other.conn), "url, article, reason, withdrawn_at"
    here = "SELECT source, url FROM pages UNION SELECT source, key FROM frontier"
    hit = stones and any(stones.cover(*row) for row in archive.conn.execute(here))
    known = set(archive.conn.execute(f"SELECT {columns} FROM withdrawals"))  # noqa: S608
    for url, article, reason, at in _stones(archive, other, sources):
        goes = going(archive, sources, url, article) if hit else Going([url], article)
        goes.urls, goes.shown = [url], []  # no tombstones but theirs, or the result would depend on who merges whom
        if goes.pages or goes.frontier or (url, article, reason, at) not in known:
            done.withdrawals += url not in {row[0] for row in known}
            done.withdrawn += len(goes.pages)
            withdraw(archive, goes, reason, at)


def _stones(archive: Archive, other: Archive, sources: Sources) -> list[tuple[Any, ...]]:
    """The other archive's tombstones; and of either's those for further addresses of what was withdrawn, where one of
    them knows that the paper had moved it."""
    sql = "SELECT url, article, reason, withdrawn_at FROM withdrawals ORDER BY url"
    theirs = other.conn.execute(sql).fetchall()
    more = list[tuple[Any, ...]]()
    for url, article, reason, at in [*theirs, *archive.conn.execute(sql).fetchall()]:
        for knows in (archive, other):
            if article and len(mates(knows.conn, article)) > 1:
                whose = going(knows, sources, url, article).whose
                more += [(address, name, reason, at) for address, name in sorted(whose.items())]
    return theirs + more


def _runs(archive: Archive, other: Archive, done: Merged) -> None:
    rows = list(other.rows("SELECT uid, command, started, ended, outcome, stats FROM runs ORDER BY started, uid"))
    names = {uid for (uid,) in archive.conn.execute("SELECT uid FROM runs")}
    done.runs = sum(row["uid"] not in names for row in rows)
    with archive.transaction() as db:
        db.executemany(PUT_RUN, rows)


def _take(archive: Archive, batch: _Batch, stones: Tombstones, lone: set[int], done: Merged, grounds: Grounds) -> None:
    """Write the pages of one batch that are not here yet, and the cleanings of all of them, and what they show.

    `lone` are assets there that nothing shows any more.
    """
    for page in batch.pages:
        body = batch.bodies.get(page["body"])
        if page["id"] in lone or stones.cover(page["source"], page["url"]):
            done.refused += 1
        elif page["body"] in batch.bodies and body is None:
            done.damaged.append(f"{page['url']} of {page['fetched_at']}")
        else:
            if (number := _page(archive.conn, page, body, done, grounds)) is not None:
                for cleaning in batch.cleanings.get(page["id"], []):
                    done.cleanings += _cleaning(archive.conn, number, cleaning)
            named = (page["url"], page["fetched_at"], page["sha256"])
            assets.put_by_name(archive.conn, *named, batch.shown.get(page["id"], []))


def _queue_led(archive: Archive, batch: _Batch, sources: Sources) -> None:
    """What kept redirects lead away from is derived anew: they may say where the paper has moved it."""
    led = [p for p in batch.pages if p["kind"] == "article" and p["status"] in FOR_GOOD]
    names = {article_key(sources.named(page["source"]), page["url"]) for page in led}
    known = "SELECT 1 FROM cleanings WHERE article = ? LIMIT 1"
    queue(archive.conn, [name for name in sorted(names) if archive.conn.execute(known, (name,)).fetchone()])


def _page(
    db: sqlite3.Connection, page: dict[str, Any], body: bytes | None, done: Merged, grounds: Grounds
) -> int | None:
    """The number of the page here, written if it is new; None where its cleanings are not those of our row."""
    known = one_page.find(db, page["url"], page["fetched_at"], page["sha256"])
    if known is None:
        return _new_page(db, page, body, done, grounds)
    return one_page.settle(db, known, tuple(page[name] for name in PAGE_COLUMNS), page["uid"])


def _new_page(db: sqlite3.Connection, page: dict[str, Any], body: bytes | None, done: Merged, grounds: Grounds) -> int:
    """Write the page; `body` is given unless it was here when the batch was read."""
    number = _body_here(db, page["sha256"])
    if number is None:
        if body is None:
            raise Withdrawn(f"{page['url']}: its bytes were withdrawn here meanwhile; run the same command again")
        packed = grounds.pack(body, grounds.group(db, page["source"], page["kind"], page["status"]))
        number, done.bodies = bodies.put(db, body, packed), done.bodies + 1
    row, done.pages = page | {"body": number}, done.pages + 1
    written = db.execute(
        "INSERT INTO pages (source, url, kind, fetched_at, status, headers, hints, truncated, tls, body, run) VALUES"
        " (:source, :url, :kind, :fetched_at, :status, :headers, :hints, :truncated, :tls, :body,"
        " (SELECT id FROM runs WHERE uid = :uid))",
        row,
    )
    return int(written.lastrowid or 0)


def _cleaning(db: sqlite3.Connection, page: int, theirs: tuple[Any, ...]) -> bool:
    """Take over one cleaning; where both have one, as after a hang on one machine, the same one in every order."""
    cleaner, article = theirs[:2]
    asked = "SELECT cleaner, article, reason, output, links, notes FROM cleanings WHERE page = ? AND cleaner = ?"
    ours = db.execute(asked, (page, cleaner)).fetchone()
    if ours is not None and _worth(ours) <= _worth(theirs):
        return False
    db.execute(
        "INSERT OR REPLACE INTO cleanings (page, cleaner, article, reason, output, links, notes)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        (page, *theirs),
    )
    queue(db, [article, *([ours[1]] if ours else [])])
    return True


def _worth(cleaning: tuple[Any, ...]) -> tuple[bool, tuple[str, ...]]:
    return (cleaning[2] in _CHANCE, one_page.sortable(cleaning))


def _cleaners(archive: Archive, other: Archive) -> None:
    """The rules in force for papers that are new here: first, so that a merge which goes on later still finds them."""
    papers = list(other.rows("SELECT source, cleaner, newest, pinned FROM cleaners ORDER BY source"))
    with archive.transaction() as db:
        new = {row["source"] for row in papers} - {name for (name,) in db.execute("SELECT source FROM cleaners")}
        db.executemany(
            "INSERT INTO cleaners (source, cleaner, newest, pinned) VALUES (:source, :cleaner, :newest, :pinned)",
            [row for row in papers if row["source"] in new],
        )


def _holds(archive: Archive, other: Archive) -> None:
    """What is held back there of articles that are here."""
    held = list(other.rows("SELECT article, source, cleaner, losses FROM held ORDER BY article"))
    with archive.transaction() as db:
        gone = {article for (article,) in db.execute("SELECT article FROM withdrawals")}
        here = "SELECT 1 FROM cleanings WHERE article = ? AND cleaner = ?"
        known = (row for row in held if db.execute(here, (row["article"], row["cleaner"])).fetchone())
        kept = [row for row in known if row["article"] not in gone]
        db.executemany(
            "INSERT INTO held (article, source, cleaner, losses) VALUES (:article, :source, :cleaner, :losses)"
            " ON CONFLICT (article) DO UPDATE SET cleaner = excluded.cleaner, losses = excluded.losses"
            " WHERE (excluded.cleaner, excluded.losses) < (held.cleaner, held.losses)",
            kept,
        )
        queue(db, [row["article"] for row in kept])
