"""What can go wrong with an archive file.

::

    ArchiveError
    ├── NoArchive        there is no file at the path (a command that only reads)
    ├── NotAnArchive     the file is torn, empty of our mark, or another program's
    │   ├── OlderArchive only read, by a command that may not bring it up to date
    │   └── Published    a copy made by `publish`: it can be read, there is nothing in it to work on
    ├── NewerArchive     the file was written by a later version
    ├── ArchiveReadOnly  file or folder cannot be written
    ├── ArchiveLocked    another writer holds it for longer than we wait
    ├── LockLost         this crawl was silent for so long that another one has taken its place
    ├── DiskFull         no room for the next write, or less than a crawl wants; everything before it is kept
    ├── FrontierError    the shared frontier in PostgreSQL cannot be used: its URL, its rights, its schema, no psycopg
    │   └── FrontierAway its server does not answer for now: a crawl waits for it
    ├── Withdrawn        what was to be kept or cleaned has been withdrawn; `withdraw` said so, nothing is wrong
    ├── DamagedBody      the bytes of one body cannot be had as they were kept
    └── BodyInUse        a body was to be deleted that a page shows or another body leans on
"""

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path


class ArchiveError(Exception):
    """Base of all; raised by every method of `Archive`. The message says what to do next."""


class NoArchive(ArchiveError):
    """Nothing stands at the path."""


class NotAnArchive(ArchiveError):
    """The file is not one of ours, or it is damaged."""


class OlderArchive(NotAnArchive):
    """The file's schema is earlier than this version's, and it was opened to be read only."""


class Published(NotAnArchive):
    """The file was made by `publish`, and the command needs what it left out."""


class NewerArchive(ArchiveError):
    """The file's schema is later than this version knows."""


class ArchiveReadOnly(ArchiveError):
    """The file, or the folder that SQLite needs for its journal, cannot be written."""


class ArchiveLocked(ArchiveError):
    """Another writer kept the file locked."""


class LockLost(ArchiveError):
    """Another crawl has taken over; raised by every write of the one that lost its place, before it writes."""


class DamagedBody(ArchiveError):
    """A body, or one that it leans on, is torn or missing; a backup has it."""


class BodyInUse(ArchiveError):
    """A page shows the body, or another body leans on it."""


class DiskFull(ArchiveError):
    """The disk has no room, or too little to crawl on."""


class FrontierError(ArchiveError):
    """What `--frontier` names cannot be used."""


class FrontierAway(FrontierError):
    """The server does not answer, or has broken something off: try again."""


class Withdrawn(ArchiveError):
    """The page's article was withdrawn, perhaps a moment ago."""


_ROOM = 64 * 1024
"""SQLite needs half of it for its shared memory before it can so much as read."""


def _no_room(path: Path) -> bool:
    """Whether an I/O error is a full disk's: SQLite says only that it could not make the file beside the archive."""
    with suppress(OSError):
        return shutil.disk_usage(path.resolve().parent).free < _ROOM
    return False


def _clear(path: Path, error: sqlite3.Error) -> ArchiveError | None:
    said = str(error)
    if "readonly" in said or "unable to open" in said:
        return ArchiveReadOnly(f"{path}: cannot be written ({said}); check the rights of the file and its folder")
    if "locked" in said or "busy" in said:
        return ArchiveLocked(f"{path}: another program is writing to it; try again when it has finished")
    if "full" in said or ("disk I/O error" in said and _no_room(path)):
        return DiskFull(f"{path}: the disk is full; free some room and run the same command again")
    if "disk I/O error" in said:
        return ArchiveError(f"{path}: the disk does not answer as it should ({said}); check the disk and its rights")
    if "not a database" in said or "malformed" in said or "disk image" in said:
        return NotAnArchive(f"{path}: not a readable SQLite file ({said}); restore it from a backup")
    return None


@contextmanager
def clear_errors(path: Path) -> Iterator[None]:
    """Turn SQLite's errors about the file into ours; others pass."""
    try:
        yield
    except sqlite3.Error as error:
        if (ours := _clear(path, error)) is None:
            raise
        raise ours from error
