"""Which cleaner's work is shown, per paper: noting a newer one, going over to it, going back, forgetting old work."""

from collections.abc import Iterable
from sqlite3 import Connection

import msgspec

from archive.store import Archive

FORGET = 500
"""Cleanings deleted in one transaction."""

_KNOWN = """
SELECT p.source, c.cleaner, count(*) AS pages, count(*) - count(c.reason) AS records,
       c.cleaner = k.cleaner AS in_force, c.cleaner = k.newest AS newest, k.pinned AND c.cleaner = k.cleaner AS pinned,
       (SELECT count(*) FROM held h WHERE h.source = p.source AND h.cleaner = c.cleaner) AS held
FROM cleanings c JOIN pages p ON p.id = c.page JOIN cleaners k ON k.source = p.source
WHERE :source IS NULL OR p.source = :source GROUP BY p.source, c.cleaner ORDER BY p.source, max(c.id) DESC
"""
_DIFFER = """
SELECT DISTINCT n.article FROM pages p JOIN cleanings n ON n.page = p.id AND n.cleaner = :new
LEFT JOIN cleanings s ON s.page = p.id AND s.cleaner = :old
WHERE p.source = :source AND NOT (s.article IS n.article AND s.reason IS n.reason AND s.links IS n.links
                                  AND replace(s.output, :old, :new) IS n.output)
UNION SELECT s.article FROM pages p JOIN cleanings s ON s.page = p.id AND s.cleaner = :old
LEFT JOIN cleanings n ON n.page = p.id AND n.cleaner = :new WHERE p.source = :source AND s.article IS NOT n.article
UNION SELECT c.article FROM pages p JOIN cleanings c ON c.page = p.id WHERE p.source = :source
AND NOT EXISTS (SELECT 1 FROM cleanings n WHERE n.page = p.id AND n.cleaner = :new)
UNION SELECT article FROM held WHERE source = :source
"""
_QUEUE = "INSERT INTO underived (article, same) {} ON CONFLICT (article) DO UPDATE SET same = min(same, excluded.same)"
_OLD = """
SELECT c.id FROM cleanings c JOIN pages p ON p.id = c.page JOIN cleaners k ON k.source = p.source
WHERE c.id > :after AND (:source IS NULL OR p.source = :source) AND c.cleaner NOT IN (k.cleaner, k.newest)
AND EXISTS (SELECT 1 FROM cleanings l WHERE l.page = c.page AND l.cleaner IN (k.cleaner, k.newest))
AND NOT EXISTS (SELECT 1 FROM held h WHERE h.article = c.article AND h.cleaner = c.cleaner)
AND NOT EXISTS (SELECT 1 FROM revisions r WHERE r.shows = c.page AND r.cleaner = c.cleaner)
AND NOT EXISTS (SELECT 1 FROM parts t WHERE t.page = c.page AND t.cleaner = c.cleaner)
AND NOT EXISTS (SELECT 1 FROM articles a WHERE a.page = c.page AND a.cleaner = c.cleaner)
ORDER BY c.id LIMIT :most
"""
_MIXED = """
SELECT EXISTS (SELECT 1 FROM cleanings c JOIN pages p ON p.id = c.page JOIN cleaners k ON k.source = p.source
  LEFT JOIN held h ON h.article = c.article WHERE c.article = ?
  AND NOT EXISTS (SELECT 1 FROM cleanings s WHERE s.page = c.page AND s.cleaner = coalesce(h.cleaner, k.cleaner)))
"""


class KnownCleaner(msgspec.Struct, frozen=True):
    """One cleaner of one paper: how many pages it has seen, how many records it made of them, and its standing."""

    source: str
    cleaner: str
    pages: int
    records: int
    in_force: bool
    newest: bool
    pinned: bool
    held: int
    """Articles that are shown by it although another is in force."""


def in_force(archive: Archive, source: str) -> str | None:
    """The cleaner whose work the derived tables show for `source`."""
    found = archive.conn.execute("SELECT cleaner FROM cleaners WHERE source = ?", (source,)).fetchone()
    return str(found[0]) if found else None


def is_pinned(archive: Archive, source: str) -> bool:
    """Whether the keeper went back to the cleaner in force, so that a newer one does not take over."""
    found = archive.conn.execute("SELECT pinned FROM cleaners WHERE source = ?", (source,)).fetchone()
    return bool(found and found[0])


def note_newest(archive: Archive, source: str, cleaner: str) -> None:
    """Note that `cleaner` cleans the new pages of `source`; the first one of a paper is in force at once."""
    with archive.transaction() as db:
        db.execute(
            "INSERT INTO cleaners (source, cleaner, newest) VALUES (?, ?, ?)"
            " ON CONFLICT (source) DO UPDATE SET newest = excluded.newest WHERE newest IS NOT excluded.newest",
            (source, cleaner, cleaner),
        )


def unpin(archive: Archive, source: str) -> None:
    """The rules in force are today's again: whatever the keeper went back from is gone, and newer ones may follow."""
    with archive.transaction() as db:
        db.execute("UPDATE cleaners SET pinned = 0 WHERE source = ? AND pinned", (source,))


def last_cleaning(archive: Archive) -> int:
    """Number of the cleaning that was written last."""
    return int(archive.conn.execute("SELECT coalesce(max(id), 0) FROM cleanings").fetchone()[0])


def since(archive: Archive, source: str, number: int) -> list[str]:
    """The articles of `source` with a cleaning written after the one of this number."""
    sql = "SELECT DISTINCT c.article FROM cleanings c JOIN pages p ON p.id = c.page WHERE c.id > ? AND p.source = ?"
    return [row["article"] for row in archive.rows(sql, (number, source))]


def differing(archive: Archive, source: str, cleaner: str) -> list[str]:
    """The articles of `source` of which `cleaner` made anything else than the cleaner in force, but for its own id.

    Reads all of both their work: call it before the transaction that puts `cleaner` in force.
    """
    old = in_force(archive, source)
    given = {"source": source, "old": old, "new": cleaner}
    return [row["article"] for row in archive.rows(_DIFFER, given)] if old else []


def put_in_force(archive: Archive, source: str, cleaner: str, differ: Iterable[str], *, pinned: bool = False) -> None:
    """Let `cleaner`'s work be shown for `source`: its articles wait for `settle`, in the same transaction.

    `differ` is what `differing` told; the other articles only get the new id.
    """
    with archive.transaction() as db:
        queue(db, differ)
        every = "SELECT DISTINCT c.article, 1 FROM pages p JOIN cleanings c ON c.page = p.id WHERE p.source = ?"
        db.execute(_QUEUE.format(every), (source,))
        db.execute(
            "INSERT INTO cleaners (source, cleaner, newest, pinned) VALUES (?, ?, ?, ?)"
            " ON CONFLICT (source) DO UPDATE SET cleaner = excluded.cleaner, pinned = excluded.pinned",
            (source, cleaner, cleaner, pinned),
        )


def queue(db: Connection, articles: Iterable[str]) -> None:
    """Let these articles wait for `settle`. Call it in the transaction that changes what they are made of."""
    db.executemany(_QUEUE.format("VALUES (?, 0)"), [(article,) for article in articles])


def known_cleaners(archive: Archive, source: str | None = None) -> list[KnownCleaner]:
    """The cleaners that have seen pages, by paper, newest work first."""
    return [msgspec.convert(row, KnownCleaner, strict=False) for row in archive.rows(_KNOWN, {"source": source})]


def is_mixed(archive: Archive, article: str) -> bool:
    """Whether the cleaner whose work is shown of `article` has not seen all of its pages."""
    return bool(archive.conn.execute(_MIXED, (article,)).fetchone()[0])


def forget_old(archive: Archive, source: str | None = None) -> int:
    """Delete the cleanings that nothing shows any more; answers how many. What is shown, newest or held stays.

    Nothing may wait for `settle`: what waits is still shown by an earlier cleaner.
    """
    gone, after = 0, 0
    while True:
        with archive.transaction() as db:
            found = db.execute(_OLD, {"source": source, "after": after, "most": FORGET}).fetchall()
            db.executemany("DELETE FROM cleanings WHERE id = ?", found)
        if not found:
            return gone
        gone, after = gone + len(found), found[-1][0]
