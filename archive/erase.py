"""Erasing: that what was withdrawn leaves the bytes of the file, too.

The index is written anew without what it forgot, the file is written anew without its free pages, and the journal is
emptied. Stopped anywhere, it is begun again by the next `withdraw`; `erased_at` stays empty until all is done.
"""

import os

from archive.disk import need_room, size_of
from archive.errors import ArchiveLocked, clear_errors
from archive.holders import alive, holder, number
from archive.levels import Levels
from archive.store import Archive
from config.clock import stamp

AGAIN = "then run `baoluu withdraw` again, without a URL"


def waiting(archive: Archive) -> list[str]:
    """URLs that were withdrawn and whose bytes may still be in the file."""
    return [row["url"] for row in archive.rows("SELECT url FROM withdrawals WHERE erased_at IS NULL ORDER BY url")]


def erase(archive: Archive) -> int:
    """Write the file anew without what was withdrawn; answers how many tombstones that ends.

    Raises `ArchiveLocked` while a crawl is under way, which it would keep waiting for too long, and while a reader
    keeps the old bytes in the journal; `DiskFull` where there is no room for the second writing.
    """
    urls = waiting(archive)
    if not urls:
        return 0
    _refuse_under_way(archive)
    need_room(archive.path, 2 * size_of(archive.conn), f"to write it anew without what was withdrawn; {AGAIN}")
    with archive.transaction() as db:
        Levels(db).make_sieve()
    with clear_errors(archive.path):
        archive.conn.execute("INSERT INTO articles_fts (articles_fts) VALUES ('optimize')")
        archive.conn.execute("VACUUM")
        busy, *_ = archive.conn.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    if busy:
        raise ArchiveLocked(
            f"{archive.path}: deleted, but another program is reading and keeps the old bytes in {archive.path}-wal;"
            f" close it (`baoluu serve`, Datasette, any query that is open), {AGAIN}"
        )
    with archive.transaction() as db:
        done = [(stamp(archive.clock.now()), url) for url in urls]
        db.executemany("UPDATE withdrawals SET erased_at = ? WHERE url = ?", done)
    return len(urls)


def _refuse_under_way(archive: Archive) -> None:
    """A crawl whose process lives holds leases: VACUUM would keep it waiting until it gave up."""
    asked = "SELECT DISTINCT holder FROM frontier WHERE leased > ? AND holder IS NOT NULL"
    mine = holder(os.getpid())
    for row in archive.rows(asked, (archive.clock.seconds(),)):
        if row["holder"] != mine and alive(row["holder"]):
            process = number(row["holder"])
            raise ArchiveLocked(
                f"{archive.path}: deleted, but its bytes are still in the file while a crawl (process {process})"
                f" is under way; let it end, {AGAIN}"
            )
