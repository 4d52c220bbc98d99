"""The files that an export writes: put in place whole when all went well, with the digest of what was written."""

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

import msgspec

from archive.backup import clear_os_error
from archive.errors import ArchiveError, ArchiveReadOnly
from archive.warc.writer import ending


class File(msgspec.Struct, frozen=True):
    """A finished file."""

    name: str
    size: int
    sha256: str


class Volumes:
    """One WARC file, or with a `limit` of bytes several: `name-00001.warc.gz` and on, as crawlers number them.

    They are written as `….part`; `finish` gives them their names, `drop` takes away what is left of them.
    """

    def __init__(self, target: Path, limit: int | None = None) -> None:
        self.offset = 0
        self._target, self._limit, self._paths = target, limit, list[Path]()
        self._made = list[File]()
        self._out: BinaryIO | None = None
        if limit is not None and (there := self._numbered()):
            raise ArchiveError(f"{there[0]}: is there already; remove the files of that export, or choose another name")
        self.roll()

    def fits(self, size: int) -> bool:
        """Whether so many bytes may still come into the file at hand."""
        return self._limit is None or self.offset + size <= self._limit

    def write(self, data: bytes) -> None:
        """Append to the file at hand."""
        assert self._out is not None
        with _clear(self._paths[-1]):
            self._out.write(data)
        self._sha.update(data)
        self.offset += len(data)

    def roll(self) -> None:
        """End the file at hand and begin the next one."""
        self._end()
        self._paths.append(self._numbered_path(len(self._paths) + 1) if self._limit is not None else self._target)
        part = _part(self._paths[-1])
        with _clear(part):
            part.parent.mkdir(parents=True, exist_ok=True)
            self._out = part.open("wb")
        self._sha, self.offset = hashlib.sha256(), 0

    def finish(self) -> list[File]:
        """Put all files in place."""
        self._end()
        for path in self._paths:
            with _clear(path):
                _part(path).replace(path)
        return self._made

    def drop(self) -> None:
        """Delete what was begun and is not in place."""
        with suppress(OSError):
            if self._out:
                self._out.close()
        for path in self._paths:
            with suppress(OSError):
                _part(path).unlink(missing_ok=True)

    def _end(self) -> None:
        if self._out is None:
            return
        with _clear(self._paths[-1]), self._out as out:
            out.flush()
            os.fsync(out.fileno())
        self._made.append(File(str(self._paths[-1]), self.offset, self._sha.hexdigest()))
        self._out = None

    def _numbered_path(self, n: int) -> Path:
        name, end = self._target.name, ending(self._target.name)
        return self._target.with_name(f"{name.removesuffix(end)}-{n:05d}{end}")

    def _numbered(self) -> list[Path]:
        name, end = self._target.name, ending(self._target.name)
        stem = name.removesuffix(end)
        digits = (p for p in self._target.parent.glob("*") if p.name.startswith(f"{stem}-") and p.name.endswith(end))
        return sorted(p for p in digits if p.name.removeprefix(f"{stem}-").removesuffix(end).isdigit())


@contextmanager
def volumes(target: Path, limit: int | None = None) -> Iterator[Volumes]:
    """The files of one export; what is not finished goes."""
    files = Volumes(target, limit)
    try:
        yield files
    finally:
        files.drop()


def _part(path: Path) -> Path:
    return Path(f"{path}.part")


@contextmanager
def _clear(path: Path) -> Iterator[None]:
    try:
        yield
    except PermissionError as error:
        raise ArchiveReadOnly(f"{path}: cannot be written ({error.strerror}); choose another place") from error
    except OSError as error:
        raise clear_os_error(path, error) from error
