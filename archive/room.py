"""Room on the disk, asked for before much is written."""

import shutil
import sqlite3
from pathlib import Path

from archive.errors import DiskFull


def need_room(path: Path, need: int, what: str) -> None:
    """Refuse to begin what needs `need` bytes in the folder of `path` and would not find them."""
    free = shutil.disk_usage(path.resolve().parent).free
    if free < need:
        raise DiskFull(f"{path}: {need / 1e6:,.1f} MB of room are needed {what}; {free / 1e6:,.1f} MB are free")


def size_of(db: sqlite3.Connection) -> int:
    """Bytes of the database behind `db`."""
    found = db.execute("SELECT page_count * page_size FROM pragma_page_count, pragma_page_size").fetchone()
    return int(found[0])
