"""Bodies: each distinct one once, as a zstd frame."""

import hashlib
import sqlite3

from backports import zstd

from archive.errors import Damaged

LEVEL = 3
"""0.2 ms a page at capture."""


def digest(body: bytes) -> str:
    """SHA-256 of the bytes, hexadecimal: the natural key of a body."""
    return hashlib.sha256(body).hexdigest()


def put(db: sqlite3.Connection, body: bytes) -> int:
    """The number of `body` in the archive, written if it is new."""
    sha = digest(body)
    if found := db.execute("SELECT id FROM bodies WHERE sha256 = ?", (sha,)).fetchone():
        return int(found[0])
    row = (sha, len(body), zstd.compress(body, LEVEL))
    number = int(db.execute("INSERT INTO bodies (sha256, size, data) VALUES (?, ?, ?)", row).lastrowid or 0)
    db.execute("INSERT INTO unpacked (body) VALUES (?)", (number,))
    return number


def release(db: sqlite3.Connection, number: int) -> None:
    """Make every body that leans on `number` independent of it."""
    for (leaning,) in db.execute("SELECT id FROM bodies WHERE base = ?", (number,)).fetchall():
        whole = zstd.compress(get(db, leaning), LEVEL)
        db.execute("UPDATE bodies SET base = NULL, data = ? WHERE id = ?", (whole, leaning))


def delete(db: sqlite3.Connection, number: int) -> None:
    """Delete a body; refused by its foreign keys while a page or another body uses it."""
    db.execute("DELETE FROM unpacked WHERE body = ?", (number,))
    db.execute("DELETE FROM bodies WHERE id = ?", (number,))


def get(db: sqlite3.Connection, number: int) -> bytes:
    """The bytes of body `number`. Raises Damaged."""
    data = db.execute("SELECT data FROM bodies WHERE id = ?", (number,)).fetchone()[0]
    try:
        return bytes(zstd.decompress(data))
    except zstd.ZstdError as error:
        raise Damaged(f"body {number} cannot be decoded ({error}); `baoluu verify` tells what hangs on it") from None
