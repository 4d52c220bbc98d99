"""One archive file: opening it, its one writer, and writing facts and cleanings."""

import os
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import msgspec

from archive import bodies
from archive.errors import (
    ArchiveReadOnly,
    LockLost,
    NewerArchive,
    NoArchive,
    NotAnArchive,
    OlderArchive,
    Published,
    Withdrawn,
    clear_errors,
)
from archive.facts import PAGE_COLUMNS, Cleaned, Encoded, Hints, Page, page_columns
from archive.schema import APPLICATION_ID, PUBLISHED_ID
from archive.tombstones import reason_of
from config.clock import Clock, SystemClock, stamp
from config.sources import Source

if TYPE_CHECKING:
    from sqlite_utils import Database

    from archive.ready import Ready

STEPS = (
    "m001_first",
    "m002_proof",
    "m003_parts",
    "m004_manners",
    "m005_copies",
    "m006_reading",
    "m007_assets",
    "m008_imports",
    "m009_carried",
    "m010_late",
    "m011_levels",
)
"""The steps of `archive.migrations`, which only who writes the schema imports."""
WHOLE = Path(__file__).parent / "steps" / "whole.sql"
"""The schema to which they lead."""
CACHE_KIB = 32 << 10
"""Pages of the file that a writer keeps in memory. With the 2 MB that SQLite gives, writing an article reads again most
of the places in which its runs of words stand."""
BUSY_MS = 5000
"""How long a writer waits for another; with BEGIN IMMEDIATE no lock errors were seen under two writers."""

_KEEP = f"""
INSERT OR IGNORE INTO pages (url, fetched_at, body, run, {", ".join(PAGE_COLUMNS)})
VALUES (?, ?, ?, ?, {", ".join("?" * len(PAGE_COLUMNS))})
"""  # noqa: S608 -- our column names


class Archive:
    """An open archive. Use as a context manager; every method raises `ArchiveError` for trouble with the file."""

    def __init__(self, path: Path, *, write: bool = True, create: bool = True, clock: Clock | None = None) -> None:
        """Open `path`; with `write`, bring its schema up to date, and with `create` make it if it is missing."""
        self.path, self.clock, self._depth, self._full = Path(path), clock or SystemClock(), 0, False
        self.holds: int | None = None
        """The run by whose lock (archive/lock.py) this writes: when another has taken over, every write is refused."""
        self._last = dict[Callable[[sqlite3.Connection], None], None]()
        self.handed = dict[tuple[int, str], "Ready"]()
        """By page and cleaner, what was computed beside of the cleanings that the transaction which is open writes."""
        if not (write and create) and not self.path.exists():
            raise NoArchive(f"{path}: there is no archive here yet; `baoluu crawl` or `baoluu demo` makes one")
        with clear_errors(self.path):
            self.conn = self._connect(write)
            try:
                self._check(write)
            except BaseException:
                self.conn.close()
                raise

    def _connect(self, write: bool) -> sqlite3.Connection:
        if self.path.is_dir():
            raise NotAnArchive(f"{self.path}: is a folder; name a file in it")
        if not write:
            return sqlite3.connect(self.address, uri=True, isolation_level=None)
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise ArchiveReadOnly(f"{self.path}: its folder cannot be made ({error.strerror})") from None
        return sqlite3.connect(self.path, isolation_level=None, check_same_thread=False)

    @property
    def address(self) -> str:
        """The URI to read the file by: on read-only media SQLite must be told that nobody writes."""
        unchanging = not os.access(self.path.parent, os.W_OK) and not Path(f"{self.path}-wal").exists()
        return f"{self.path.resolve().as_uri()}?mode=ro" + ("&immutable=1" if unchanging else "")

    def _check(self, write: bool) -> None:
        """Refuse what is not ours before anything is written; then migrate."""
        self.conn.execute(f"PRAGMA busy_timeout={BUSY_MS}")
        self.conn.execute("PRAGMA recursive_triggers=ON")  # as sqlite-utils has it: a replaced row leaves the index
        tables = self.conn.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
        mark = self.conn.execute("PRAGMA application_id").fetchone()[0]
        self.published = mark == PUBLISHED_ID
        if mark not in (APPLICATION_ID, PUBLISHED_ID) and (tables or not write):
            raise NotAnArchive(f"{self.path}: a SQLite file, but not a baoluu archive; nothing was changed")
        if write:
            self.need_whole()
        applied, steps = self._applied(), set(STEPS)
        if unknown := applied - steps:
            raise NewerArchive(f"{self.path}: written by a later version (step {min(unknown)}); update baoluu")
        self.conn.execute("PRAGMA foreign_keys=ON")
        if write:
            self._prepare(fresh=not tables, whole=applied == steps)
        elif steps - applied:
            raise OlderArchive(f"{self.path}: an older archive; any writing command, e.g. `baoluu rebuild`, updates it")

    def need_whole(self) -> None:
        """Refuse a published copy, which holds texts and no pages."""
        if self.published:
            raise Published(f"{self.path}: a published copy, made to be read; name the archive that it was made from")

    def _applied(self) -> set[str]:
        """The steps by which the file was made, as sqlite-utils notes them."""
        if not self.conn.execute("SELECT 1 FROM sqlite_master WHERE name = '_sqlite_migrations'").fetchone():
            return set()
        names = self.conn.execute("SELECT name FROM _sqlite_migrations WHERE migration_set = 'baoluu'")
        return {name for (name,) in names}

    @cached_property
    def db(self) -> "Database":
        """The file as sqlite-utils sees it. Only writers of the schema need it, and it takes as long to import as all
        that a search does."""
        from sqlite_utils import Database

        return Database(self.conn)

    def _prepare(self, fresh: bool, whole: bool) -> None:
        if fresh:
            self.conn.execute("PRAGMA auto_vacuum=INCREMENTAL")
        self._use_wal()
        self.conn.execute(f"PRAGMA cache_size=-{CACHE_KIB}")
        self._sync(full=True)
        if not whole:
            with self.transaction():
                if self.conn.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
                    from archive.migrations import migrations

                    migrations.apply(self.db)
                else:
                    self._make()
                self.conn.execute(f"PRAGMA application_id={APPLICATION_ID}")

    def _make(self) -> None:
        """All the tables of a new file at once: sqlite-utils, which takes the steps, takes 0.1 s to import."""
        for statement in WHOLE.read_text(encoding="utf-8").split(";\n\n"):
            self.conn.execute(statement)
        now = str(self.clock.now().astimezone(UTC))
        self.conn.executemany(
            "INSERT INTO _sqlite_migrations (migration_set, name, applied_at) VALUES ('baoluu', ?, ?)",
            [(step, now) for step in STEPS],
        )

    def _use_wal(self) -> None:
        """Keep the journal beside the file. SQLite waits for nobody before it goes over to that: where others open the
        new file in the same instant, their turn is waited for as any writer's, and it is tried again."""
        for left in reversed(range(10)):
            try:
                self.conn.execute("PRAGMA journal_mode=WAL")
                return
            except sqlite3.OperationalError:
                if not left:
                    raise
                self.conn.execute("BEGIN IMMEDIATE")
                self.conn.execute("COMMIT")

    def __enter__(self) -> "Archive":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the file."""
        self.conn.close()

    @contextmanager
    def transaction(self, *, light: bool = False) -> Iterator[sqlite3.Connection]:
        """One write transaction, whole or not at all; inside another it is part of that one.

        A `light` one need not outlive a power cut (a kill it does): without an fsync of its own it costs a tenth. For
        what is found again, or made again of what is kept: a lease or a pause costs one fetch, a cleaning its time.
        """
        if self._depth:
            yield self.conn
            return
        with clear_errors(self.path):
            self._sync(full=not light)
            self.conn.execute("BEGIN IMMEDIATE")
            self._depth += 1
            try:
                self._need_lock()
                yield self.conn
                for work in self._last:
                    work(self.conn)
                self.conn.execute("COMMIT")
            except BaseException:
                if self.conn.in_transaction:
                    self.conn.execute("ROLLBACK")
                raise
            finally:
                self._last.clear()
                self.handed.clear()
                self._depth -= 1

    def at_end(self, work: Callable[[sqlite3.Connection], None]) -> None:
        """Let the transaction that is open now do `work`, once, before it is committed."""
        self._last[work] = None

    def _sync(self, *, full: bool) -> None:
        if full != self._full:
            self.conn.execute(f"PRAGMA synchronous={'FULL' if full else 'NORMAL'}")
            self._full = full

    def _need_lock(self) -> None:
        if self.holds is None:
            return
        row = self.conn.execute("SELECT ended FROM runs WHERE id = ?", (self.holds,)).fetchone()
        if row is None or row[0] is not None:
            raise LockLost(
                f"{self.path}: run {self.holds} gave no sign of life for too long, and another crawl has taken its"
                " place; what it kept is kept, and it has written nothing since"
            )

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """One state of the file, whatever others write meanwhile. Keep it short: it holds up SQLite's journal."""
        with clear_errors(self.path):
            self.conn.execute("BEGIN")
            try:
                yield self.conn
            finally:
                if self.conn.in_transaction:  # damage that SQLite met has ended it
                    self.conn.execute("COMMIT")

    def rows(self, sql: str, params: Mapping[str, Any] | tuple[Any, ...] = ()) -> Iterator[dict[str, Any]]:
        """The rows of a query as dictionaries."""
        with clear_errors(self.path):
            found = self.conn.execute(sql, params)
            names = [d[0] for d in found.description]
            for row in found:
                yield dict(zip(names, row, strict=True))

    def keep_page(
        self, source: Source | str, page: Page, run: int | None = None, packed: bodies.Packed | None = None
    ) -> int:
        """Write one page and its body; answers the page's number. The same fact twice is one row.

        `packed` is its body, where that has been packed already.
        Raises `Withdrawn` for a page of a withdrawn article; given the paper and not only its name, whatever the URL.
        """
        name = source if isinstance(source, str) else source.id
        with self.transaction() as db:
            if why := reason_of(db, source, page.url):
                raise Withdrawn(f"{page.url}: was withdrawn ({why}) and is not kept")
            body = bodies.put(db, page.body, packed)
            key = (page.url, page.fetched_at, body)
            db.execute(_KEEP, (page.url, page.fetched_at, body, run, *page_columns(name, page)))
            found = db.execute("SELECT id FROM pages WHERE url=? AND fetched_at=? AND body=?", key).fetchone()
            return int(found[0])

    def page(self, number: int) -> Page:
        """The page with this number, as it was kept. Raises `Withdrawn`, or `DamagedBody`."""
        row = self._page_row(number)
        return self._page(row, bodies.get(self.conn, row["body"]))

    def bare_page(self, number: int) -> tuple[Page, str]:
        """The page with this number without its body, and the SHA-256 of that. Raises `Withdrawn`."""
        row = self._page_row(number)
        return self._page(row, b""), bodies.sha_of(self.conn, row["body"]) or ""

    def _page_row(self, number: int) -> dict[str, Any]:
        row = next(self.rows("SELECT * FROM pages WHERE id = ?", (number,)), None)
        if row is None:
            raise Withdrawn(f"{self.path}: page {number} was withdrawn meanwhile; run the same command again")
        return row

    def _page(self, row: dict[str, Any], body: bytes) -> Page:
        return Page(
            url=row["url"],
            fetched_at=row["fetched_at"],
            body=body,
            status=row["status"],
            headers=msgspec.json.decode(row["headers"]),
            hints=msgspec.json.decode(row["hints"], type=Hints),
            kind=row["kind"],
            truncated=row["truncated"],
            tls=row["tls"],
        )

    def put_cleaning(self, page: int, cleaner: str, made: Cleaned | Encoded) -> None:
        """Write what `cleaner` made of `page`. Raises `Withdrawn` when it was withdrawn while it was cleaned."""
        row = made if isinstance(made, Encoded) else made.encoded
        with self.transaction() as db:
            there = "SELECT id FROM pages WHERE id = ? AND NOT EXISTS (SELECT 1 FROM withdrawals WHERE article = ?)"
            if not db.execute(there, (page, row.article)).fetchone():
                raise Withdrawn(f"{row.article}: was withdrawn while it was cleaned; run the same command again")
            db.execute(
                "INSERT OR REPLACE INTO cleanings (page, cleaner, article, reason, output, links, notes)"
                " VALUES (?, ?, ?, ?, CAST(? AS TEXT), ?, ?)",
                (page, cleaner, *row[:5]),
            )
            if row.verdicts:
                db.execute("INSERT OR REPLACE INTO verdicts (page, kept) VALUES (?, ?)", (page, row.verdicts))

    def pending(self, source: str, cleaner: str, since: str | None = None) -> list[int]:
        """Pages of `source` that could be articles and have no cleaning under `cleaner`, oldest first.

        `since` is a day, `YYYY-MM-DD`: only pages fetched then or later.
        """
        found = self.rows(
            "SELECT id FROM pages p WHERE source = ? AND kind = 'article' AND status = 200 AND fetched_at >= ?"
            " AND NOT EXISTS (SELECT 1 FROM cleanings WHERE page = p.id AND cleaner = ?) ORDER BY fetched_at, id",
            (source, since or "", cleaner),
        )
        return [row["id"] for row in found]

    def source_names(self) -> list[str]:
        """The names under which pages were kept: declared sources, and hosts that none covered. One seek a name."""
        sql = (
            "WITH RECURSIVE names (name) AS (SELECT min(source) FROM pages UNION ALL"
            " SELECT (SELECT min(source) FROM pages WHERE source > name) FROM names WHERE name IS NOT NULL)"
            " SELECT name FROM names WHERE name IS NOT NULL"
        )
        return [row["name"] for row in self.rows(sql)]

    def source_name(self, page: int) -> str:
        """The name under which `page` was kept."""
        return str(self.conn.execute("SELECT source FROM pages WHERE id = ?", (page,)).fetchone()[0])

    def start_run(self, command: str) -> int:
        """Note that a run begins; answers its number."""
        with self.transaction() as db:
            started = stamp(self.clock.now())
            row = (command, started, uuid4().hex)
            return int(db.execute("INSERT INTO runs (command, started, uid) VALUES (?, ?, ?)", row).lastrowid or 0)

    def end_run(self, run: int, outcome: str, stats: Mapping[str, Any]) -> None:
        """Note how a run ended, with its counters."""
        with self.transaction() as db:
            db.execute(
                "UPDATE runs SET ended = ?, outcome = ?, stats = ? WHERE id = ?",
                (stamp(self.clock.now()), outcome, msgspec.json.encode(stats, order="sorted").decode(), run),
            )
