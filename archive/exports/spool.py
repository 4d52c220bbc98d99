"""What an export has to remember, in a temporary file of SQLite's: memory stays the same at any size."""

import sqlite3
from collections.abc import Iterable, Iterator
from itertools import islice
from zlib import crc32

from archive.exports.records import Earlier, KeptPage
from archive.store import Archive

BATCH = 1000
"""Pages that are looked up at a time."""
LEAST = 512
"""Bytes from which on a body is written once and then referred to; a revisit record would be as long."""
_TABLES = """
CREATE TABLE chosen (n INTEGER PRIMARY KEY, page INTEGER NOT NULL, mark INTEGER NOT NULL);
CREATE TABLE runs (run INTEGER PRIMARY KEY);
CREATE TABLE seen (sha256 TEXT PRIMARY KEY, url TEXT NOT NULL, fetched_at TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE lines (n INTEGER PRIMARY KEY, place TEXT NOT NULL, line TEXT NOT NULL);
"""


def mark(url: str, fetched_at: str) -> int:
    """By which a page is known again: the number of one that was withdrawn may be another's a moment later."""
    return crc32(f"{url} {fetched_at}".encode())


class Spool:
    """The chosen pages in their order, the runs that fetched them, and the bodies that the file at hand has."""

    def __init__(self) -> None:
        self.db = sqlite3.connect("", isolation_level=None)
        self.db.execute("PRAGMA journal_mode=OFF")
        self.db.executescript(_TABLES)
        self.pages = 0
        self.latest = ""
        """When the last of the chosen pages was fetched; empty without pages."""

    def close(self) -> None:
        """Let go of the file, which nobody else can see."""
        self.db.close()

    def choose(self, archive: Archive, pages: Iterable[int]) -> None:
        """Note the pages, in this order, and what is to be said before them."""
        sql = "SELECT id, url, fetched_at, run FROM pages WHERE id IN (SELECT value FROM json_each(?))"
        rest = iter(pages)
        while numbers := list(islice(rest, BATCH)):
            rows = {row["id"]: row for row in archive.rows(sql, (f"[{','.join(map(str, numbers))}]",))}
            there = [rows[number] for number in numbers if number in rows]
            self.db.execute("BEGIN")
            marked = ((row["id"], mark(row["url"], row["fetched_at"])) for row in there)
            self.db.executemany("INSERT INTO chosen (page, mark) VALUES (?, ?)", marked)
            runs = ((row["run"],) for row in there if row["run"] is not None)
            self.db.executemany("INSERT OR IGNORE INTO runs (run) VALUES (?)", runs)
            self.db.execute("COMMIT")
            self.pages += len(there)
            self.latest = max([self.latest, *(row["fetched_at"] for row in there)])

    def choose_all_runs(self, archive: Archive) -> None:
        """Note the runs that fetched nothing too."""
        runs = archive.rows("SELECT id FROM runs")
        self.db.executemany("INSERT OR IGNORE INTO runs (run) VALUES (?)", ((row["id"],) for row in runs))

    def chosen(self) -> Iterator[tuple[int, int]]:
        """The numbers of the pages, and their marks."""
        yield from self.db.execute("SELECT page, mark FROM chosen ORDER BY n")

    def runs(self) -> Iterator[int]:
        """The numbers of the runs."""
        return (run for (run,) in self.db.execute("SELECT run FROM runs ORDER BY run"))

    def earlier(self, page: KeptPage) -> Earlier | None:
        """The page of the file at hand that has the same body."""
        return self.holder(page.sha256) if page.shared and len(page.body) >= LEAST else None

    def holder(self, sha256: str) -> Earlier | None:
        """The page of the file at hand whose record has the body, if it may be referred to."""
        found = self.db.execute("SELECT url, fetched_at FROM seen WHERE sha256 = ?", (sha256,)).fetchone()
        return Earlier(found[0], found[1], sha256) if found else None

    def see(self, page: KeptPage) -> None:
        """Note that the file at hand has this body from now on."""
        row = (page.sha256, page.url, page.fetched_at)
        if page.shared:
            self.db.execute("INSERT OR IGNORE INTO seen (sha256, url, fetched_at) VALUES (?, ?, ?)", row)

    def note(self, where: str, line: str) -> None:
        """Put a line by, among those called `where`."""
        self.db.execute("INSERT INTO lines (place, line) VALUES (?, ?)", (where, line))

    def noted(self, where: str) -> Iterator[str]:
        """Those lines, as they came."""
        return self._lines(where, "n")

    def sorted(self, where: str) -> Iterator[str]:
        """Those lines, sorted by their bytes."""
        return self._lines(where, "line")

    def _lines(self, where: str, order: str) -> Iterator[str]:
        sql = f"SELECT line FROM lines WHERE place = ? ORDER BY {order}"  # noqa: S608 -- our column names
        return (line for (line,) in self.db.execute(sql, (where,)))

    def forget(self) -> None:
        """Another file begins, in which there is no body yet."""
        self.db.execute("DELETE FROM seen")
