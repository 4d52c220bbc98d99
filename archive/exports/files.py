"""The files that an export writes: put in place whole when all went well, with the digest of what was written."""

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from io import BufferedRandom
from pathlib import Path
from types import TracebackType
from typing import Self

import msgspec

from archive.backup import clear_os_error
from archive.errors import ArchiveError, ArchiveReadOnly
from archive.warc.writer import ending


class File(msgspec.Struct, frozen=True):
    """A finished file."""

    name: str
    size: int
    sha256: str


class Part:
    """A file that is being written, `….part`, until `put` gives it its name."""

    def __init__(self, path: Path) -> None:
        self.path, self._beside = path, Path(f"{path}.part")
        if path.is_dir():
            raise ArchiveError(f"{path}: is a folder; name a file in it")
        with clear(path):
            path.parent.mkdir(parents=True, exist_ok=True)
            self.out: BufferedRandom = self._beside.open("w+b")

    def close(self) -> None:
        """Have the disk keep what was written."""
        if not self.out.closed:
            with clear(self.path), self.out:
                self.out.flush()
                os.fsync(self.out.fileno())

    def put(self) -> None:
        """Give it its name; what stood there goes."""
        self.close()
        with clear(self.path):
            self._beside.replace(self.path)

    def drop(self) -> None:
        """Delete it, unless it has its name."""
        with suppress(OSError):
            self.out.close()
        with suppress(OSError):
            self._beside.unlink(missing_ok=True)

    def told(self) -> File:
        """Size and digest, read from what was written."""
        with clear(self.path):
            self.out.seek(0)
            sha = hashlib.file_digest(self.out, "sha256").hexdigest()
            return File(str(self.path), self.out.tell(), sha)


@contextmanager
def part(path: Path) -> Iterator[Part]:
    """A file that is put in place at the end, if nothing went wrong."""
    made = Part(path)
    try:
        with clear(path):
            yield made
        made.put()
    finally:
        made.drop()


class Volumes:
    """One WARC file, or with a `limit` of bytes several: `name-00001.warc.gz` and on, as crawlers number them.

    Use as a context manager; `files` names them once all are in place.
    """

    def __init__(self, target: Path, limit: int | None = None) -> None:
        self.offset, self.files = 0, list[File]()
        self._target, self._limit, self._parts = target, limit, list[Part]()
        if limit is not None and (there := self._numbered()):
            raise ArchiveError(f"{there[0]}: is there already; remove the files of that export, or choose another name")
        self._begin()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        try:
            if kind is None:
                self._end()
                for made in self._parts:
                    made.put()
        finally:
            for made in self._parts:
                made.drop()

    def fits(self, size: int) -> bool:
        """Whether so many bytes may still come into the file at hand."""
        return self._limit is None or self.offset + size <= self._limit

    def write(self, data: bytes) -> None:
        """Append to the file at hand."""
        with clear(self._parts[-1].path):
            self._parts[-1].out.write(data)
        self._sha.update(data)
        self.offset += len(data)

    def roll(self) -> None:
        """End the file at hand and begin the next one."""
        self._end()
        self._begin()

    def _begin(self) -> None:
        self._parts.append(Part(self._target if self._limit is None else self._numbered_path(len(self._parts) + 1)))
        self._sha, self.offset = hashlib.sha256(), 0

    def _end(self) -> None:
        self._parts[-1].close()
        self.files.append(File(str(self._parts[-1].path), self.offset, self._sha.hexdigest()))

    def _numbered_path(self, n: int) -> Path:
        name, end = self._target.name, ending(self._target.name)
        return self._target.with_name(f"{name.removesuffix(end)}-{n:05d}{end}")

    def _numbered(self) -> list[Path]:
        """Files of an earlier export under this name: with fewer ones now, the last of them would stay beside these."""
        name, end = self._target.name, ending(self._target.name)
        stem = f"{name.removesuffix(end)}-"
        there = (p for p in self._target.parent.glob("*") if p.name.startswith(stem) and p.name.endswith(end))
        return sorted(p for p in there if p.name.removeprefix(stem).removesuffix(end).isdigit())


@contextmanager
def clear(path: Path) -> Iterator[None]:
    """Turn what the system says of a file into our errors."""
    try:
        yield
    except PermissionError as error:
        raise ArchiveReadOnly(f"{path}: cannot be written ({error.strerror}); choose another place") from error
    except OSError as error:
        raise clear_os_error(path, error) from error
