"""Which hosts may be asked whether a page has changed: those whose validators changed when the pages did.

A host that answers 304, or repeats its ETag, while the page is another one would hide every later revision.
"""

from typing import Self

import msgspec

from archive.facts import Page
from archive.leases import Lease
from archive.rows import Rows

PROOFS = 2
"""Changed bodies under changed validators that a host owes before it is asked on condition. After each lie twice as
many as before: one page in a hundred that keeps its ETag ends it soon."""
EVERY = 3
"""Of so many visits one at least is unconditional. Visits to an article are few and grow apart (1 h, 6 h, 1 d, 7 d): a
host that lies in spite of its proofs hides a change of the first hours for a day, and not for a month."""
DIGITS = 16
"""Of a body's digest so many are carried: two bodies of one URL do not share them by chance."""


class Whole(msgspec.Struct, frozen=True, omit_defaults=True):
    """The last whole answer to a URL, as the frontier carries it from visit to visit."""

    body: str
    """The beginning of its SHA-256."""
    etag: str | None = None
    modified: str | None = None
    url: str | None = None
    """Where it came from, if that is not the key of the row."""
    again: int = 0
    """Visits since that said that it is the same."""

    @classmethod
    def of(cls, page: Page, key: str, digest: str) -> Self:
        """What is carried of `page`, with the `digest` of its body, for the row under `key`."""
        told = page.headers
        url = None if page.url == key else page.url
        return cls(digest[:DIGITS], told.get("etag") or None, told.get("last-modified") or None, url)

    def same(self, other: "Whole") -> bool | None:
        """Whether the validator that counts is that of `other`; None where either has none of the kind."""
        mine, its = (self.etag, other.etag) if self.etag else (self.modified, other.modified)
        return mine == its if mine and its else None

    def told(self) -> str:
        """As it stands in the row."""
        return msgspec.json.encode(self).decode()


_WHOLE = msgspec.json.Decoder(Whole)


def before(lease: Lease, url: str) -> Whole | None:
    """The last whole answer that came from `url` to the row of `lease`, if that was its last one at all."""
    whole = _WHOLE.decode(lease.whole) if lease.whole else None
    return whole if whole and (whole.url or lease.key) == url else None


def conditions(db: Rows, lease: Lease, url: str) -> dict[str, str]:
    """The headers that ask `url` only if it changed since its newest whole page; empty: ask for the whole.

    Only the one validator that counts is sent: its ETag, else Last-Modified (RFC 9110, section 13.1).
    """
    whole = before(lease, url)
    if whole is None or whole.again >= EVERY - 1 or not (whole.etag or whole.modified):
        return {}
    row = db.execute("SELECT proofs, lies FROM hosts WHERE host = ?", (lease.host,)).fetchone()
    if row is None or row[0] < needed(row[1]):
        return {}
    return {"If-None-Match": whole.etag} if whole.etag else {"If-Modified-Since": whole.modified or ""}


def needed(lies: int) -> int:
    """The proofs that a host owes which lied so often."""
    return PROOFS << min(lies, 20)


def judge(db: Rows, lease: Lease, page: Page, digest: str) -> None:
    """Hold the whole answer `page` against the one before it at the same URL."""
    last = before(lease, page.url)
    if last is None or last.body == digest[:DIGITS]:
        return
    same = last.same(Whole.of(page, lease.key, digest))
    if same is False:
        db.execute("UPDATE hosts SET proofs = proofs + 1 WHERE host = ?", (lease.host,))
    elif same:
        lied(db, lease.host)


def lied(db: Rows, host: str) -> None:
    """`host` said that something is as it was which is not, or which nobody asked for."""
    db.execute("UPDATE hosts SET proofs = 0, lies = lies + 1 WHERE host = ?", (host,))
