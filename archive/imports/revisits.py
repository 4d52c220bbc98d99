"""Visits that repeat an earlier page: finding its bytes, and waiting for it where it has not been imported yet.

WARC writers name what is repeated by the digest of its payload, as it was sent, by its URL and time, or by both (WARC
1.1, 6.7).
"""

from collections.abc import Iterator
from sqlite3 import Connection

import msgspec

from archive.imports.items import Revisit
from archive.store import Archive
from archive.warc.digests import Digest

BATCH = 200
_BY_SHA = "SELECT id FROM bodies WHERE sha256 = ?"
_BY_PAYLOAD = "SELECT body FROM payloads WHERE digest = ?"
_BY_VISIT = "SELECT body FROM pages WHERE url = ? AND fetched_at = ? AND status <> 304 ORDER BY id LIMIT 1"
_REMEMBER = """
INSERT OR IGNORE INTO payloads (digest, body)
SELECT ?1, p.body FROM pages p JOIN bodies b ON b.id = p.body WHERE p.id = ?2 AND 'sha256:' || b.sha256 <> ?1
"""
_HEADERS = "SELECT headers FROM pages WHERE body = ? ORDER BY url = ? DESC, fetched_at LIMIT 1"


def body_of(db: Connection, revisit: Revisit) -> int | None:
    """The body that `revisit` repeats; None where it is not here."""
    sha = revisit.digest.removeprefix("sha256:")
    for sql, asked in (
        (_BY_SHA, (sha,)),
        (_BY_PAYLOAD, (revisit.digest,)),
        (_BY_VISIT, (revisit.refers_url, revisit.refers_at)),
    ):
        if asked[0] and (found := db.execute(sql, asked).fetchone()):
            return int(found[0])
    return None


def remember(db: Connection, payload: Digest, page: int) -> None:
    """Note the digest by which later records may name the bytes of `page`."""
    db.execute(_REMEMBER, (str(payload), page))


def headers_of(db: Connection, body: int, url: str) -> dict[str, str]:
    """The headers with which the body came first, at `url` if it did."""
    found = db.execute(_HEADERS, (body, url)).fetchone()
    return msgspec.json.decode(found[0], type=dict[str, str]) if found else {}


def put(db: Connection, revisit: Revisit) -> int:
    """Let `revisit` wait; answers 1 where it does not wait already."""
    row = (revisit.page.url, revisit.page.fetched_at, msgspec.json.encode(revisit).decode())
    return db.execute("INSERT OR IGNORE INTO awaited (url, fetched_at, revisit) VALUES (?, ?, ?)", row).rowcount


def forget(db: Connection, revisit: Revisit) -> None:
    """It waits no longer."""
    db.execute("DELETE FROM awaited WHERE url = ? AND fetched_at = ?", (revisit.page.url, revisit.page.fetched_at))


def waiting(db: Connection) -> int:
    """How many wait."""
    return int(db.execute("SELECT count(*) FROM awaited").fetchone()[0])


def awaited(archive: Archive) -> Iterator[list[Revisit]]:
    """Those that wait, in their order, some at a time."""
    after = ("", "")
    sql = "SELECT url, fetched_at, revisit FROM awaited WHERE (url, fetched_at) > (?, ?) ORDER BY 1, 2 LIMIT ?"
    while rows := archive.conn.execute(sql, (*after, BATCH)).fetchall():
        yield [msgspec.json.decode(row[2], type=Revisit) for row in rows]
        after = rows[-1][:2]
