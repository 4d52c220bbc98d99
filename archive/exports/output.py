"""Where an export is written: beside its place, whole or not at all, every byte counted and hashed on its way.

What is being written is called `NAME.partial`. It gets its name when all of it is on the disk, so a killed export never
looks whole; the next call begins anew in its place.
"""

import hashlib
import io
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any

import msgspec

from archive.backup import clear_os_error, refuse_itself, sync
from archive.errors import ArchiveError
from archive.store import Archive

MANIFEST = "manifest.json"
"""A file's manifest stands beside it, as `NAME.manifest.json`; in a folder it is `_manifest.json`: Arrow, pandas and
Spark take every file of a folder for a table but those whose names begin so."""


class Occupied(ArchiveError):
    """Something stands where the export is to be written."""


class Written(msgspec.Struct, frozen=True):
    """One file of an export."""

    path: str
    """Its name; in a folder, from there."""
    bytes: int
    rows: int
    """Records in it: articles, states, pages."""
    sha256: str


class Sink(io.RawIOBase):
    """A file that is written from its beginning to its end."""

    def __init__(self, name: str, file: IO[bytes]) -> None:
        self.name, self.rows = name, 0
        """`rows` is for the writer to say."""
        self._file, self._digest, self._at = file, hashlib.sha256(), 0

    def writable(self) -> bool:
        """It is."""
        return True

    def write(self, data: Any) -> int:
        """Write all of `data`, bytes or a buffer; answers how many bytes."""
        self._file.write(data)
        self._digest.update(data)
        count = memoryview(data).nbytes
        self._at += count
        return count

    def tell(self) -> int:
        """Bytes so far."""
        return self._at

    @property
    def written(self) -> Written:
        """What was written so far."""
        return Written(self.name, self._at, self.rows, self._digest.hexdigest())


class Output:
    """What an export writes into: one file, which may be a stream, or a folder of files."""

    def __init__(self, path: Path, *, manifest: Path | None = None, stream: IO[bytes] | None = None) -> None:
        self.path, self.files = path, list[Written]()
        self._manifest, self._stream = manifest, stream

    @contextmanager
    def open(self, name: str = "") -> Iterator[Sink]:
        """The file `name` of a folder, or the one file."""
        if self._stream is not None:
            sink = Sink(name or "-", self._stream)
            yield sink
            self._stream.flush()
        else:
            target = self.path / name if name else self.path
            target.parent.mkdir(parents=True, exist_ok=True)
            with target.open("wb") as file:
                sink = Sink(name or self.path.name, file)
                yield sink
            if not name:
                sync(target)
        self.files.append(sink.written)

    def conclude(self, manifest: bytes) -> None:
        """Write the manifest, when all else is written; a stream has no place for one."""
        if self._manifest is None:
            return
        self._manifest.write_bytes(manifest)
        if self.path.is_dir():
            os.sync()  # one call for what may be thousands of files
        else:
            sync(self._manifest)


def manifest_path(target: Path, *, folder: bool) -> Path:
    """Where the manifest of an export stands."""
    return target / f"_{MANIFEST}" if folder else Path(f"{target}.{MANIFEST}")


def refuse(archive: Archive, target: Path, *, folder: bool, force: bool) -> None:
    """Raise `Occupied` for what may not be replaced: anything, without `force`; what is no export of ours, with it."""
    refuse_itself(archive, target)
    if not target.exists() or (folder and target.is_dir() and not any(target.iterdir())):
        return
    if target.is_dir() != folder:
        raise Occupied(f"{target}: is {'no folder' if folder else 'a folder'}; choose another name with --output")
    if not force:
        raise Occupied(f"{target}: is there already; give --force to replace it, or another name with --output")
    if folder and not _is_ours(target):
        raise Occupied(f"{target}: is no folder that an export made, and is not replaced; choose another name")
    if not folder and _head(target) == b"SQLite format 3":
        raise Occupied(f"{target}: is a database, and is not replaced; choose another name")


@contextmanager
def made_beside(target: Path, *, folder: bool) -> Iterator[Output]:
    """An output that takes the place of `target` when all went well, and is gone when it did not.

    The block ends with `Output.conclude`.
    """
    part = Path(f"{target}.partial")
    beside = manifest_path(part, folder=folder)
    if part.is_dir() and not _is_ours(part):
        raise Occupied(f"{part}: is a folder that no export made; move it, or choose another name with --output")
    try:
        _forget(part, beside)
        part.parent.mkdir(parents=True, exist_ok=True)
        if folder:
            part.mkdir()
            beside.write_text('{"baoluu": null}\n', encoding="utf-8")  # so that the next call knows it
        yield Output(part, manifest=beside)
        if folder and target.exists():
            shutil.rmtree(target)
        part.replace(target)
        if not folder:
            beside.replace(manifest_path(target, folder=False))
        sync(target.parent)
    except OSError as error:
        raise clear_os_error(part, error) from error
    finally:
        with suppress(OSError):
            _forget(part, beside)


def _is_ours(folder: Path) -> bool:
    """Whether an export made the folder: its manifest says so, or it is empty."""
    try:
        return not any(folder.iterdir()) or "baoluu" in msgspec.json.decode(
            manifest_path(folder, folder=True).read_bytes()
        )
    except (OSError, msgspec.DecodeError, TypeError):
        return False


def _head(file: Path) -> bytes:
    with file.open("rb") as opened:
        return opened.read(15)


def _forget(part: Path, beside: Path) -> None:
    if part.is_dir():
        shutil.rmtree(part)
    part.unlink(missing_ok=True)
    beside.unlink(missing_ok=True)
