"""A copy of an archive: taken from one state while others write, checked as a copy, put in place whole."""

import hashlib
import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from random import Random

from archive import bodies
from archive.disk import need_room, size_of
from archive.errors import ArchiveError, ArchiveReadOnly, DamagedBody, DiskFull, NotAnArchive, clear_errors
from archive.schema import APPLICATION_ID, TABLES
from archive.store import Archive

STEP = 1000
"""Database pages that are copied at a stretch."""
SAMPLE = 200
"""Bodies that `quick` re-hashes."""
Progress = Callable[[str, int, int], None]
"""Called with (what is done, done, in all)."""
_SPARE = 1_000_000


class CopyDiffers(ArchiveError):
    """The copy is not what it should be: a disk that does not keep what it is given, or a damaged archive."""


@dataclass(frozen=True)
class Copy:
    """A finished backup."""

    file: str
    size: int
    pages: int
    bodies_checked: int
    sha256: str
    """Of the file as it was written; another copy of it can be compared by that."""


def backup(archive: Archive, target: Path, *, quick: bool = False, progress: Progress | None = None) -> Copy:
    """Write the archive as it is now to `target`, which only a whole and checked copy replaces.

    `archive` is open for reading; writers are not held up. Raises `NotAnArchive` when something else stands at
    `target`, `DiskFull` before anything is written if there is no room.
    """
    tell = progress or (lambda *_: None)
    archive.need_whole()
    refuse_itself(archive, target)
    with made_beside(target) as part, clear_errors(part):
        need_room(part, size_of(archive.conn) + _SPARE, "for the copy")
        counts = copy(archive.conn, part, tell)
        checked = _check(part, counts, quick, tell)
        sha = _sha256(part, tell)
        size = part.stat().st_size
    return Copy(str(target), size, counts["pages"], checked, sha)


def copy(source: sqlite3.Connection, target: Path, tell: Progress) -> dict[str, int]:
    """Copy one state of `source` to a new file; answers how many rows its tables have.

    The read transaction keeps that state while others write; without it every commit would begin the copy anew.
    """
    source.execute("BEGIN")
    try:
        counts = _counts(source)
        to = sqlite3.connect(target)
        try:
            source.backup(to, pages=STEP, progress=lambda _, left, total: tell("copied", total - left, total))
        finally:
            to.close()
    finally:
        source.execute("COMMIT")
    return counts


@contextmanager
def made_beside(target: Path, mark: int = APPLICATION_ID) -> Iterator[Path]:
    """A path beside `target` to write to; when all went well it takes the target's place, for good, at once.

    What a killed call left there is replaced. What stands at `target` must be one of ours, by its `mark`, and in
    nobody's use.
    """
    refuse_others(target, mark)
    part = Path(f"{target}.part")
    try:
        part.parent.mkdir(parents=True, exist_ok=True)
        forget(part)
        part.touch()
    except OSError as error:
        raise ArchiveReadOnly(f"{part}: cannot be written ({error.strerror})") from None
    try:
        yield part
        sync(part)
        refuse_others(target, mark)
        for left in ("-wal", "-shm"):
            Path(f"{target}{left}").unlink(missing_ok=True)
        part.replace(target)
        sync(target.parent)
    except OSError as error:
        raise clear_os_error(part, error) from error
    finally:
        with suppress(OSError):
            forget(part)


def refuse_others(target: Path, mark: int) -> None:
    """Refuse to replace what is not ours, or what a program has open with changes of its own."""
    if not target.exists():
        return
    if target.is_dir():
        raise NotAnArchive(f"{target}: is a folder; name a file in it")
    with target.open("rb") as file:
        head = file.read(72)
    if head[:15] != b"SQLite format 3" or head[68:72] != mark.to_bytes(4, "big"):
        raise NotAnArchive(f"{target}: is not a file that this command made; it was not touched, choose another name")
    journal = Path(f"{target}-wal")
    if journal.exists() and journal.stat().st_size:
        _tidy(target)
    if journal.exists() and journal.stat().st_size:
        raise NotAnArchive(f"{target}: is in use ({journal.name} has changes); it was not touched, choose another name")


def _tidy(target: Path) -> None:
    """Write an earlier copy's journal, which some reader left behind, into it; one that is in use stays."""
    with suppress(sqlite3.DatabaseError), closing(sqlite3.connect(target, timeout=0)) as db:
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def refuse_itself(archive: Archive, target: Path) -> None:
    """Refuse the archive's own file before it is opened a second time: closing that would end SQLite's locks on it."""
    if target.exists() and target.samefile(archive.path):
        raise NotAnArchive(f"{target}: is the archive itself; name another file, best on another disk")


def _check(part: Path, counts: dict[str, int], quick: bool, tell: Progress) -> int:
    """Compare the copy with what it was made from; answers how many bodies were re-hashed."""
    db = sqlite3.connect(f"{part.resolve().as_uri()}?mode=ro&immutable=1", uri=True)
    try:
        tell("checked", 0, 1)
        said = [row[0] for row in db.execute("PRAGMA integrity_check(3)")]
        if said != ["ok"]:
            raise CopyDiffers(f"{part}: the copy is damaged ({said[0]}); `baoluu verify` tells whether the archive is")
        if (there := _counts(db)) != counts:
            wrong = ", ".join(name for name in counts if there.get(name) != counts[name])
            raise CopyDiffers(f"{part}: the copy has not as many rows as the archive ({wrong})")
        return _rehash(db, part, quick, tell)
    finally:
        db.close()


def _rehash(db: sqlite3.Connection, part: Path, quick: bool, tell: Progress) -> int:
    rows = db.execute("SELECT id, sha256 FROM bodies ORDER BY id").fetchall()
    if quick and len(rows) > SAMPLE:
        rows = sorted(Random().sample(rows, SAMPLE))
    for done, (number, sha) in enumerate(rows, 1):
        try:
            same = bodies.digest(bodies.get(db, number)) == sha
        except DamagedBody:
            same = False
        if not same:
            raise CopyDiffers(f"{part}: body {number} is damaged; `baoluu verify` tells more of the archive")
        tell("checked", done, len(rows))
    return len(rows)


def _counts(db: sqlite3.Connection) -> dict[str, int]:
    there = {name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    names = [table.name for table in TABLES if table.name in there]
    return {name: int(db.execute(f"SELECT count(*) FROM {name}").fetchone()[0]) for name in names}  # noqa: S608


def _sha256(path: Path, tell: Progress) -> str:
    tell("read", 0, 1)
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def sync(path: Path) -> None:
    """Have the disk keep a file, or a folder's names, before anything counts on it."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def forget(part: Path) -> None:
    """Delete a file that was begun, with what SQLite may have put beside it."""
    for left in ("", "-journal", "-wal", "-shm"):
        Path(f"{part}{left}").unlink(missing_ok=True)


def clear_os_error(path: Path, error: OSError) -> ArchiveError:
    """What the system says of a file that cannot be written, in our words."""
    if error.errno == 28:  # ENOSPC
        return DiskFull(f"{path}: the disk is full; free some room and run the same command again")
    return ArchiveError(f"{path}: cannot be written to its end ({error.strerror}); check the disk and its rights")
