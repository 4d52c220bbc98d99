"""What a worker has still to tell a frontier on a server: letters, written together with the page that they are about.

A page is kept and its letter written in one transaction of the worker's archive. Then the letter is told to the
frontier, and only then taken out; so a kill at any moment, of whichever side, costs at most that it is told twice,
which is as good as once. A page that is to be cleaned leaves a letter that waits for it.
"""

from collections.abc import Iterable, Iterator

import msgspec

from archive.facts import Found, Page
from archive.frontier import Frontier
from archive.leases import Lease
from archive.store import Archive
from config.sources import Sources

HEADERS = ("retry-after", "location", "etag", "last-modified")
"""What the frontier wants to know of an answer's headers."""
LONGEST = 2000
"""Bytes of the longest URL that enters a frontier on a server: its index takes no longer ones."""


class Answered(msgspec.Struct, frozen=True, tag=True, omit_defaults=True):
    """A lease ended with an answer, which led to `found`."""

    lease: Lease
    page: Page
    """Without its body, but for a robots.txt."""
    digest: str
    found: tuple[Found, ...] = ()


class Led(msgspec.Struct, frozen=True, tag=True, omit_defaults=True):
    """A page of the paper `source` led to `found`."""

    source: str
    found: tuple[Found, ...]


class Cleaned(msgspec.Struct, frozen=True, tag=True, omit_defaults=True):
    """The page of a lease was cleaned, and leads to `found`."""

    lease: Lease
    content: str | None = None
    """The cleaner and a digest of what counts as content; None for a drop."""
    printed: str | None = None
    """The day on which the article was published."""
    aliases: tuple[tuple[str, str, str], ...] = ()
    found: tuple[Found, ...] = ()


class Failed(msgspec.Struct, frozen=True, tag=True, omit_defaults=True):
    """A lease ended without an answer; `host_fault` None: for good, and without blame."""

    lease: Lease
    error: str
    host_fault: bool | None


class Ended(msgspec.Struct, frozen=True, tag=True, omit_defaults=True):
    """A lease is given back as if it had never been taken; `gone`: what it names was withdrawn."""

    lease: Lease
    gone: bool = False


Letter = Answered | Led | Cleaned | Failed | Ended
_LETTER = msgspec.json.Decoder(Letter)
_PUT = "INSERT INTO outbox (letter, page) VALUES (?, ?)"


def put(archive: Archive, letter: Letter, page: int | None = None) -> int:
    """Write a letter; answers its number. With `page` it waits until that is cleaned. Inside a transaction."""
    written = archive.conn.execute(_PUT, (msgspec.json.encode(letter).decode(), page))
    return int(written.lastrowid or 0)


def take_out(archive: Archive, numbers: Iterable[int]) -> None:
    """These have been told."""
    with archive.transaction(light=True) as db:
        db.executemany("DELETE FROM outbox WHERE id = ?", [(number,) for number in numbers])


def waiting(archive: Archive) -> Iterator[tuple[int, Letter]]:
    """The letters that can be told, in their order."""
    for number, letter in archive.conn.execute("SELECT id, letter FROM outbox WHERE page IS NULL ORDER BY id"):
        yield number, _LETTER.decode(letter)


def owed(archive: Archive) -> list[tuple[int, int, Lease]]:
    """Those that wait for a page to be cleaned: number, page, its lease."""
    rows = archive.conn.execute("SELECT id, page, letter FROM outbox WHERE page IS NOT NULL ORDER BY id").fetchall()
    return [(number, page, _LETTER.decode(letter).lease) for number, page, letter in rows]


def fit(found: Iterable[Found]) -> tuple[Found, ...]:
    """`found` without what the server takes no row of."""
    return tuple(f for f in found if len(f.url.encode(errors="replace")) <= LONGEST and "\0" not in f.url)


def tell(frontier: Frontier, sources: Sources, letter: Letter) -> int:
    """Tell one letter, in one transaction; answers how many articles are new.

    A lease that was given to somebody else meanwhile is not ended; what its page led to counts all the same.
    """
    with frontier.ledger.transaction() as db:
        if isinstance(letter, Led):
            return frontier.add(letter.found, paper=sources[letter.source])
        lease = letter.lease
        if isinstance(letter, Cleaned):
            _cleaned(frontier, letter)
            return frontier.add(letter.found, paper=sources[lease.source])
        if frontier.ledger.lock(lease.key, lease.holder):
            _end(frontier, letter)
        else:
            frontier.too_late(lease, letter.page if isinstance(letter, Answered) else None)
        if isinstance(letter, Ended) and letter.gone:
            db.execute("DELETE FROM frontier WHERE key = ?", (lease.key,))
        return frontier.add(letter.found, paper=sources[lease.source]) if isinstance(letter, Answered) else 0


def _end(frontier: Frontier, letter: Answered | Failed | Ended) -> None:
    if isinstance(letter, Answered):
        frontier.settle(letter.lease, letter.page, None, letter.digest)
    elif isinstance(letter, Ended):
        frontier.release(letter.lease)
    elif letter.host_fault is None:
        frontier.give_up(letter.lease, letter.error)
    else:
        frontier.fail(letter.lease, letter.error, host_fault=letter.host_fault)


def _cleaned(frontier: Frontier, letter: Cleaned) -> None:
    """Note whether another visit found the article changed: where both were cleaned by the same rules.

    The row keeps the content and which visit it is of, so that one that is told twice counts once.
    """
    lease, db = letter.lease, frontier.ledger.conn
    if letter.content:
        before, now = (lease.content or "").split(" "), f"{letter.content} {lease.visits}"
        (known,) = db.execute("SELECT content FROM frontier WHERE key = ?", (lease.key,)).fetchone() or (None,)
        cleaned = letter.content.split(" ")
        if known != now and lease.visits and before[0] == cleaned[0]:
            frontier.learn(lease, before[:2] != cleaned)
        sql = "UPDATE frontier SET content = ?, printed = ? WHERE key = ?"
        db.execute(sql, (now, letter.printed, lease.key))
    put = "INSERT INTO aliases (alias, article, why) VALUES (?, ?, ?) ON CONFLICT DO NOTHING"
    db.executemany(put, letter.aliases) if letter.aliases else None
