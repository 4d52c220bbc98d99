"""Which body is in which file of a place, as the workers told: on disk, because there may be a hundred million."""

import sqlite3
from collections.abc import Iterable

from pipelines.stored import At


class Places:
    """Bodies by SHA-256."""

    def __init__(self) -> None:
        self._db = sqlite3.connect("", isolation_level=None)  # a temporary file, gone with us
        self._db.execute("CREATE TABLE files (id INTEGER PRIMARY KEY, url TEXT, path TEXT)")
        self._db.execute("CREATE TABLE bodies (sha BLOB PRIMARY KEY, file INTEGER, first, second) WITHOUT ROWID")

    def put(self, url: str, path: str, entries: Iterable[tuple[str, int, int]]) -> None:
        """Note the bodies of one file."""
        self._db.execute("BEGIN")
        file = self._db.execute("INSERT INTO files (url, path) VALUES (?, ?)", (url, path)).lastrowid
        rows = ((bytes.fromhex(sha), file, first, second) for sha, first, second in entries)
        self._db.executemany("INSERT OR IGNORE INTO bodies VALUES (?, ?, ?, ?)", rows)
        self._db.execute("COMMIT")

    def get(self, sha: str) -> At | None:
        """Where the body with this digest is."""
        sql = "SELECT url, path, first, second FROM bodies JOIN files ON files.id = file WHERE sha = ?"
        row = self._db.execute(sql, (bytes.fromhex(sha),)).fetchone()
        if row is None:
            return None
        url, path, first, second = row
        return At(url, path, first, second, sha)
