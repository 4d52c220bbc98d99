"""One page that two archives know: the row that sorts first is the one that stays, whoever comes first.

They may have fetched it in the same second with other headers, or been led there by other hints.
"""

from sqlite3 import Connection
from typing import Any

from archive.cleaners import queue
from archive.facts import PAGE_COLUMNS

_KNOWN = f"""
SELECT p.id, r.uid, {", ".join(f"p.{name}" for name in PAGE_COLUMNS)}
FROM pages p JOIN bodies b ON b.id = p.body LEFT JOIN runs r ON r.id = p.run
WHERE p.url = ? AND p.fetched_at = ? AND b.sha256 = ?
"""  # noqa: S608 -- our column names
_RUN = "UPDATE pages SET run = (SELECT id FROM runs WHERE uid = ?) WHERE id = ?"
_CHANGE = f"UPDATE pages SET {', '.join(f'{name} = ?' for name in PAGE_COLUMNS)} WHERE id = ?"  # noqa: S608


def find(db: Connection, url: str, fetched_at: str, sha256: str) -> tuple[Any, ...] | None:
    """(number, name of its run, *columns) of the page with this natural key; None where it is not here."""
    row: tuple[Any, ...] | None = db.execute(_KNOWN, (url, fetched_at, sha256)).fetchone()
    return row


def settle(db: Connection, known: tuple[Any, ...], theirs: tuple[Any, ...], uid: str | None) -> int | None:
    """Let the page `known` here, as `find` gives it, become what both archives agree on; `theirs` are its columns in
    the other one, `uid` its run there. Answers its number; None where ours stays, and their cleanings are not its."""
    number, run = int(known[0]), known[1]
    if known[2:] == theirs:
        if uid and uid < (run or "~"):
            db.execute(_RUN, (uid, number))
        return number
    if sortable(known[2:]) < sortable(theirs):
        return None
    gone = db.execute("SELECT DISTINCT article FROM cleanings WHERE page = ?", (number,)).fetchall()
    queue(db, [article for (article,) in gone])
    db.execute("DELETE FROM cleanings WHERE page = ?", (number,))
    db.execute(_CHANGE, (*theirs, number))
    db.execute(_RUN, (uid, number))
    return number


def sortable(row: tuple[Any, ...]) -> tuple[str, ...]:
    """A row in a form that has one order."""
    return tuple("" if value is None else str(value) for value in row)
