"""What an export has to remember, in a temporary file of SQLite's: memory stays the same at any size."""

import sqlite3
from collections.abc import Iterable, Iterator
from itertools import islice

from archive.exports.records import Earlier, KeptPage
from archive.store import Archive

BATCH = 1000
"""Pages that are looked up at a time."""
LEAST = 512
"""Bytes from which on a body is written once and then referred to; a revisit record would be as long."""
_TABLES = """
CREATE TABLE chosen (n INTEGER PRIMARY KEY, page INTEGER NOT NULL);
CREATE TABLE runs (run INTEGER PRIMARY KEY);
CREATE TABLE seen (sha256 TEXT PRIMARY KEY, url TEXT NOT NULL, fetched_at TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE lines (n INTEGER PRIMARY KEY, place TEXT NOT NULL, line TEXT NOT NULL);
"""


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
        sql = (
            "SELECT max(fetched_at) AS latest, json_group_array(DISTINCT run) AS runs FROM pages"
            " WHERE id IN (SELECT value FROM json_each(?))"
        )
        rest = iter(pages)
        while numbers := list(islice(rest, BATCH)):
            (told,) = archive.rows(sql, (f"[{','.join(map(str, numbers))}]",))
            self.db.execute("BEGIN")
            self.db.executemany("INSERT INTO chosen (page) VALUES (?)", ((n,) for n in numbers))
            self.db.execute("INSERT OR IGNORE INTO runs SELECT value FROM json_each(?) WHERE value IS NOT NULL",
                            (told["runs"],))  # fmt: skip
            self.db.execute("COMMIT")
            self.pages += len(numbers)
            self.latest = max(self.latest, told["latest"] or "")

    def choose_all_runs(self, archive: Archive) -> None:
        """Note the runs that fetched nothing too."""
        runs = archive.rows("SELECT id FROM runs")
        self.db.executemany("INSERT OR IGNORE INTO runs (run) VALUES (?)", ((row["id"],) for row in runs))

    def chosen(self) -> Iterator[int]:
        """The numbers of the pages."""
        return (page for (page,) in self.db.execute("SELECT page FROM chosen ORDER BY n"))

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
