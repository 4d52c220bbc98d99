"""Which hosts may be asked whether a page has changed: those whose validators changed when the pages did.

A host that answers 304, or repeats its ETag, while the page is another one would hide every later revision.
"""

from collections.abc import Mapping
from sqlite3 import Connection

import msgspec

from archive.facts import Page

PROOFS = 2
"""Changed bodies under changed validators that a host owes before it is asked on condition. After each lie twice as
many as before: one page in a hundred that keeps its ETag ends it soon."""
EVERY = 3
"""Of so many visits one at least is unconditional. Visits to an article are few and grow apart (1 h, 6 h, 1 d, 7 d): a
host that lies in spite of its proofs hides a change of the first hours for a day, and not for a month."""

_NEWEST = """
SELECT status, headers FROM pages WHERE url = ? AND (status = 304 OR (status = 200 AND truncated IS NULL))
ORDER BY fetched_at DESC, id DESC LIMIT ?
"""
_BEFORE = """
SELECT p.headers, p.body = n.body FROM pages n JOIN pages p ON p.url = n.url
WHERE n.id = :number AND p.id <> n.id AND p.status = 200 AND p.truncated IS NULL AND p.fetched_at <= n.fetched_at
ORDER BY p.fetched_at DESC, p.id DESC LIMIT 1
"""
_HEADERS = msgspec.json.Decoder(dict[str, str])


def conditions(db: Connection, host: str, url: str) -> dict[str, str]:
    """The headers that ask `url` of `host` only if it changed since its newest whole page; empty: ask for the whole.

    Only the one validator that counts is sent: its ETag, else Last-Modified (RFC 9110, section 13.1).
    """
    row = db.execute("SELECT proofs, lies FROM hosts WHERE host = ?", (host,)).fetchone()
    if row is None or row[0] < needed(row[1]):
        return {}
    newest = db.execute(_NEWEST, (url, EVERY)).fetchall()
    whole = next((n for n, (status, _) in enumerate(newest) if status == 200), None)
    if whole is None or whole >= EVERY - 1:
        return {}
    told = _HEADERS.decode(newest[whole][1])
    if told.get("etag"):
        return {"If-None-Match": told["etag"]}
    return {"If-Modified-Since": told["last-modified"]} if told.get("last-modified") else {}


def needed(lies: int) -> int:
    """The proofs that a host owes which lied so often."""
    return PROOFS << min(lies, 20)


def judge(db: Connection, host: str, page: Page, number: int) -> None:
    """Hold the whole answer `page`, kept under `number`, against the one before it at the same URL."""
    row = db.execute(_BEFORE, {"number": number}).fetchone()
    if row is None or row[1]:
        return
    same = _same(_HEADERS.decode(row[0]), page.headers)
    if same is False:
        db.execute("UPDATE hosts SET proofs = proofs + 1 WHERE host = ?", (host,))
    elif same:
        lied(db, host)


def lied(db: Connection, host: str) -> None:
    """`host` said that something is as it was which is not, or which nobody asked for."""
    db.execute("UPDATE hosts SET proofs = 0, lies = lies + 1 WHERE host = ?", (host,))


def _same(before: Mapping[str, str], now: Mapping[str, str]) -> bool | None:
    """Whether the validator that counts is the same; None where either answer has none of the kind."""
    name = "etag" if before.get("etag") else "last-modified"
    return before[name] == now[name] if before.get(name) and now.get(name) else None
