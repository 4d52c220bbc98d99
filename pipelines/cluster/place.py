"""Bodies in a place that workers reach by themselves: a folder, S3, or whatever else fsspec opens.

Archive files (`.db`), WARC files of any writer and Parquet files with the columns `sha256` and `body` are found there
by their names' endings, and a body by its SHA-256, by which it is checked as well. SQLite cannot open a file that is
far away: an archive file is copied to the worker first, once for each state of it.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

import fsspec
import msgspec

from archive import bodies
from archive.bodies import digest
from archive.errors import DamagedBody
from archive.imports.items import Arrival
from archive.imports.warcs import read
from archive.store import Archive
from archive.warc.frames import Mark
from archive.warc.writer import ENDINGS
from pipelines.stored import At, Loaded

ARCHIVE, PARQUET = ".db", ".parquet"
BLOCK = 1 << 20
"""Bytes that are read from a file at a time."""
BLOCKS = 4
"""Blocks of a far file that are kept while it is open."""
HELD = 16
"""Files that a thread has open: there may be more in a place than a process may open. The one longest unused goes."""
Entry = tuple[str, int, int]
"""SHA-256 of a body, and where it is in its file: number, or offset of its frame and bytes in it, or group and row."""
_MINE = threading.local()
"""What a thread has open: neither files nor SQLite's connections are for several."""
_COPYING = threading.Lock()


def files(url: str) -> list[str]:
    """Paths of the files at `url` that can hold bodies; `url` may be one itself."""
    system, root = fsspec.core.url_to_fs(url)
    return sorted(path for path in system.find(root) if path.lower().endswith((ARCHIVE, PARQUET, *ENDINGS)))


def index(url: str, path: str) -> list[Entry]:
    """The bodies of one file. Runs on a worker, who reads all of it."""
    if path.endswith(ARCHIVE):
        return [(sha, number, 0) for sha, number in _archive(url, path).conn.execute("SELECT sha256, id FROM bodies")]
    if path.endswith(PARQUET):
        return list(_of_table(_table(url, path)))
    found = read(_stream(url, path))
    return [(digest(one.item.page.body), *one.at) for one in found if isinstance(one.item, Arrival) and one.at]


def whole(page: Loaded) -> Loaded | None:
    """The page with its body, if that is where it is said to be."""
    if page.at is None:
        return page
    body = _body(page.at)
    if body is None or digest(body) != page.at.sha:
        return None
    return Loaded(msgspec.structs.replace(page.page, body=body), page.verdicts)


def _body(at: At) -> bytes | None:
    if at.path.endswith(ARCHIVE):
        try:
            return bodies.get(_archive(at.url, at.path).conn, at.first)
        except DamagedBody:
            return None
    if at.path.endswith(PARQUET):
        made: bytes | None = _group(at)[at.second].as_py()
        return made
    found = next(read(_stream(at.url, at.path), Mark(at.first, at.second)), None)
    return found.item.page.body if found and isinstance(found.item, Arrival) else None


def _group(at: At) -> Any:
    """The column of bodies of one row group; the last one is kept, as the next page mostly is of it."""
    key = (at.url, at.path, at.first)
    if getattr(_MINE, "group", (None,))[0] != key:
        _MINE.group = key, _table(at.url, at.path).read_row_group(at.first, columns=["body"]).column("body")
    return _MINE.group[1]


def _of_table(table: Any) -> Iterator[Entry]:
    for group in range(table.num_row_groups):
        for row, sha in enumerate(table.read_row_group(group, columns=["sha256"]).column("sha256").to_pylist()):
            yield (sha.hex() if isinstance(sha, bytes) else sha), group, row


def _table(url: str, path: str) -> Any:
    import pyarrow.parquet

    def made() -> _Open:
        stream = _opened(url, path)
        return _Open(pyarrow.parquet.ParquetFile(stream), stream.close)

    return _held(f"table {url} {path}", made)


def _stream(url: str, path: str) -> BinaryIO:
    def made() -> _Open:
        stream = _opened(url, path)
        return _Open(stream, stream.close)

    stream: BinaryIO = _held(f"{url} {path}", made)
    return stream


def _opened(url: str, path: str) -> BinaryIO:
    system, _ = fsspec.core.url_to_fs(url)
    kept = {"maxblocks": BLOCKS}
    opened: BinaryIO = system.open(path, "rb", block_size=BLOCK, cache_type="blockcache", cache_options=kept)
    return opened


def _archive(url: str, path: str) -> Archive:
    system, _ = fsspec.core.url_to_fs(url)
    local = Path(path) if "file" in _protocols(system) else _copied(system, path)

    def made() -> _Open:
        archive = Archive(local, write=False)
        return _Open(archive, archive.close)

    archive: Archive = _held(f"archive {local}", made)
    return archive


def _protocols(system: Any) -> tuple[str, ...]:
    return (system.protocol,) if isinstance(system.protocol, str) else tuple(system.protocol)


def _copied(system: Any, path: str) -> Path:
    """A copy of a far file in this worker's own folder, named by the state of which it is."""
    from distributed import get_worker

    target = Path(get_worker().local_directory) / f"bodies-{system.ukey(path)}.db"
    with _COPYING:
        if not target.exists():
            system.get_file(path, f"{target}.partial")
            Path(f"{target}.partial").replace(target)
    return target


class _Open(NamedTuple):
    """What is open, and what closes it."""

    it: Any
    close: Callable[[], object]


def _held(key: str, make: Callable[[], _Open]) -> Any:
    """What this thread has open under `key`, or opens now. Whoever is given it is done with it before the next one."""
    held: OrderedDict[str, _Open] = _MINE.__dict__.setdefault("held", OrderedDict())
    if key not in held:
        while len(held) >= HELD:
            held.popitem(last=False)[1].close()
        held[key] = make()
    held.move_to_end(key)
    return held[key].it
