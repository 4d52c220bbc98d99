"""Room on the disk, asked for before much is written, and kept for the last word of a crawl."""

import os
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple, Protocol

from archive.errors import DiskFull

RESERVE = 1 << 20
"""Bytes kept for noting how a run ended on a disk that others have filled: some pages of the journal, and then some."""


class Usage(Protocol):
    """Of `shutil.disk_usage`'s answer, what is asked for."""

    @property
    def total(self) -> int:
        """Bytes of the disk."""

    @property
    def free(self) -> int:
        """Those that may still be written."""


class Wanted(NamedTuple):
    """What a crawl wants to be free, both at once: bytes, and a share of the disk (per cent)."""

    bytes: float = 256e6
    percent: float = 1.0


WANTED = Wanted()
"""What is wanted where nobody says otherwise."""


class Room:
    """The disk of the archive at `path`: whether there is what is `wanted`, and a reserve for the last word."""

    def __init__(
        self, path: Path, wanted: Wanted, usage: Callable[[Path], Usage] = shutil.disk_usage, what: str = "a crawl"
    ) -> None:
        self._path, self._wanted, self._usage, self._what = path, wanted, usage, what
        self._reserve = Path(f"{path}-reserve")

    def check(self) -> None:
        """Raise `DiskFull` where less is free than wanted; the message says what to do."""
        total, free = (found := self._usage(self._path.resolve().parent)).total, found.free
        if free >= self._wanted.bytes and free * 100 >= self._wanted.percent * total:
            return
        raise DiskFull(
            f"{self._path}: {free / 1e6:,.1f} MB ({100 * free / max(total, 1):.1f} %) of its disk are free;"
            f" {self._what} wants {self._wanted.bytes / 1e6:,.1f} MB and {self._wanted.percent:g} %"
            " (BAOLUU_MIN_FREE_MB, BAOLUU_MIN_FREE_PERCENT). All that was kept is kept. Make room (`baoluu repack`"
            " stores pages in less), or move the archive to another disk and name it with --archive; then run the same"
            " command again"
        )

    def reserve(self) -> None:
        """Fill a file beside the archive; where there is no room for it, go without. No zeros: some disks save them."""
        if not self._path.exists() or self._reserve.exists():
            return
        try:
            self._reserve.write_bytes(os.urandom(RESERVE))
        except OSError:
            self.release()

    def release(self) -> None:
        """Delete that file: its bytes are free for the last word now."""
        with suppress(OSError):
            self._reserve.unlink()


def need_room(path: Path, need: int, what: str) -> None:
    """Refuse to begin what needs `need` bytes in the folder of `path` and would not find them."""
    free = shutil.disk_usage(path.resolve().parent).free
    if free < need:
        raise DiskFull(f"{path}: {need / 1e6:,.1f} MB of room are needed {what}; {free / 1e6:,.1f} MB are free")


def size_of(db: sqlite3.Connection) -> int:
    """Bytes of the database behind `db`."""
    found = db.execute("SELECT page_count * page_size FROM pragma_page_count, pragma_page_size").fetchone()
    return int(found[0])
