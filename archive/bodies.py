"""Bodies: each distinct one once, as a zstd frame, on its own or leaning on another body.

A body may lean on one that leans itself, at most `DEPTH` times over: a refetched page on the first fetch of its URL,
that one on a page of the same layout. So a read decodes at most `DEPTH` bases, and there can be no circle.
"""

import hashlib
import sqlite3
from typing import NamedTuple

from backports import zstd

from archive.errors import BodyInUse, DamagedBody
from archive.frames import LEANING_LEVEL, PLAIN_LEVEL, RECENT, Base, frame, unframe

DEPTH = 2
"""Bodies that must be decoded before another can be, at most."""
LARGEST_BASE = 8 << 20
"""Bytes of the largest body that others may lean on."""


def digest(body: bytes) -> str:
    """SHA-256 of the bytes, hexadecimal: the natural key of a body."""
    return hashlib.sha256(body).hexdigest()


class Packed(NamedTuple):
    """A body as it is written: most of what writing it takes, and any thread can do it."""

    sha: str
    size: int
    data: bytes
    base: str | None = None
    """The digest of the body that it leans on."""


def put(db: sqlite3.Connection, body: bytes, packed: Packed | None = None) -> int:
    """The number of `body` in the archive, written if it is new; `packed` where that has been done."""
    sha = packed.sha if packed else digest(body)
    if found := db.execute("SELECT id FROM bodies WHERE sha256 = ?", (sha,)).fetchone():
        return int(found[0])
    packed = packed or Packed(sha, len(body), frame(body))
    base = _ground(db, packed.base) if packed.base else None
    if packed.base and base is None:  # it was withdrawn meanwhile, or `repack` has put it elsewhere
        packed = packed._replace(data=frame(body))
    row = (sha, packed.size, base, packed.data)
    number = int(db.execute("INSERT INTO bodies (sha256, size, base, data) VALUES (?, ?, ?, ?)", row).lastrowid or 0)
    db.execute("INSERT INTO unpacked (body) VALUES (?)", (number,))
    return number


def _ground(db: sqlite3.Connection, sha: str) -> int | None:
    """The number of the body of that digest, where another may lean on it."""
    there = "SELECT b.id, t.base FROM bodies b LEFT JOIN bodies t ON t.id = b.base WHERE b.sha256 = ?"
    found = db.execute(there, (sha,)).fetchone()
    return int(found[0]) if found and found[1] is None else None


def get(db: sqlite3.Connection, number: int) -> bytes:
    """The bytes of body `number`. Raises `DamagedBody` where they cannot be had."""
    try:
        return _decode(db, number, None, DEPTH)
    except DamagedBody:
        return _decode(db, number, None, DEPTH)  # between two statements another process may have moved its base


def sha_of(db: sqlite3.Connection, number: int) -> str | None:
    """The digest that body `number` was kept under; None if there is no such body."""
    row = db.execute("SELECT sha256 FROM bodies WHERE id = ?", (number,)).fetchone()
    return str(row[0]) if row else None


def _decode(db: sqlite3.Connection, number: int, sha: str | None, hops: int) -> bytes:
    """The bytes of body `number`; with `sha`, only if it is the body of that digest: numbers can be given again."""
    row = db.execute(
        "SELECT b.data, b.base, t.sha256 FROM bodies b LEFT JOIN bodies t ON t.id = b.base"
        " WHERE b.id = ? AND (? IS NULL OR b.sha256 = ?)",
        (number, sha, sha),
    ).fetchone()
    if row is None:
        raise DamagedBody(f"body {number} is missing; restore it from a backup")
    data, base, base_sha = row
    try:
        return unframe(data) if base is None else _base(db, base, base_sha, hops - 1).decompress(data)
    except (zstd.ZstdError, MemoryError, TypeError) as error:  # a torn header may ask for any size
        raise DamagedBody(f"body {number} is damaged ({error}); restore it from a backup") from None


def _base(db: sqlite3.Connection, number: int, sha: str, hops: int) -> Base:
    if hops < 0:
        raise DamagedBody(f"body {number} is leant on through more than {DEPTH} others; restore it from a backup")
    if (known := RECENT.get(sha)) is None:
        RECENT.put(known := Base(_decode(db, number, sha, hops), sha))
    return known


def chain(db: sqlite3.Connection, number: int) -> list[int]:
    """The bodies that must be decoded before `number`, the nearest first; cut off at `DEPTH` + 1."""
    found: list[int] = []
    while len(found) <= DEPTH:
        row = db.execute("SELECT base FROM bodies WHERE id = ?", (number,)).fetchone()
        if row is None or row[0] is None:
            break
        found.append(number := row[0])
    return found


def height(db: sqlite3.Connection, number: int) -> int:
    """How many times over bodies lean on `number`; 0 if none does."""
    found = db.execute(
        "WITH RECURSIVE leaning (id, h) AS (SELECT ?, 0 UNION ALL"
        " SELECT b.id, h + 1 FROM bodies b JOIN leaning l ON b.base = l.id WHERE h <= ?) SELECT max(h) FROM leaning",
        (number, DEPTH),
    ).fetchone()
    return int(found[0])


def replace(db: sqlite3.Connection, number: int, data: bytes, base: int | None = None) -> bool:
    """Store `number` as the frame `data` against `base`; answers False where that would be a circle or too deep."""
    if base is not None:
        below = [base, *chain(db, base)]
        if number in below or len(below) + height(db, number) > DEPTH:
            return False
    return db.execute("UPDATE bodies SET base = ?, data = ? WHERE id = ?", (base, data, number)).rowcount == 1


def release(db: sqlite3.Connection, number: int) -> int:
    """Make everything that leans on `number` independent of it; answers how many bodies that were. In a transaction.

    The middle one of them takes its place, and the others lean on that one, or stand on their own. Raises
    `DamagedBody` if one of them does not come back.
    """
    leaning = [row[0] for row in db.execute("SELECT id FROM bodies WHERE base = ? ORDER BY id", (number,))]
    if not leaning:
        return 0
    grounds = [(base, Base(get(db, base), "")) for base in chain(db, number)[:1]]
    heir = leaning.pop(len(leaning) // 2)
    _lean(db, heir, grounds)
    grounds.append((heir, Base(get(db, heir), "")))
    for other in leaning:
        _lean(db, other, grounds)
    return len(leaning) + 1


def _lean(db: sqlite3.Connection, number: int, grounds: list[tuple[int, Base]]) -> None:
    """Store `number` in the shortest way: against one of `grounds`, or on its own."""
    raw = get(db, number)
    best, chosen = frame(raw, PLAIN_LEVEL), None
    for base, ready in grounds:
        data = ready.compress(raw, LEANING_LEVEL)
        if len(data) < len(best) and ready.decompress(data) == raw:
            best, chosen = data, base
    if not replace(db, number, best, chosen):
        replace(db, number, frame(raw, PLAIN_LEVEL))


def delete(db: sqlite3.Connection, number: int) -> None:
    """Delete body `number`; refused with `BodyInUse` while a page shows it or another body leans on it."""
    for table, column, use in (("pages", "body", "a page shows it"), ("bodies", "base", "another body leans on it")):
        if db.execute(f"SELECT 1 FROM {table} WHERE {column} = ? LIMIT 1", (number,)).fetchone():  # noqa: S608
            raise BodyInUse(f"body {number} stays: {use}")
    for table in ("unpacked", "payloads"):
        db.execute(f"DELETE FROM {table} WHERE body = ?", (number,))  # noqa: S608
    db.execute("DELETE FROM bodies WHERE id = ?", (number,))
