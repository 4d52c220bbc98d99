"""Bodies in a place: however many files it has, few of them are open."""

from contextlib import suppress
from pathlib import Path

import msgspec
import pyarrow
import pyarrow.parquet
import pytest

from archive.bodies import digest
from archive.store import Archive
from archive.warc.writer import NewRecord, packer
from pipelines.stored import At, Loaded
from tests.pipelines.test_reclean import page

pytest.importorskip("fsspec", reason="fsspec is not installed: requirements/dask.txt")

from pipelines.cluster import place

EACH = 9
"""Files of each kind: two kinds are more than may be open."""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A place of many files, each with one page's body."""
    for n in range(EACH):
        with Archive(tmp_path / f"{n}.db") as archive:
            archive.keep_page("songnews", page(n))
        body = page(EACH + n).body
        table = pyarrow.table({"sha256": [digest(body)], "body": [body]})
        pyarrow.parquet.write_table(table, tmp_path / f"{n}.parquet")
        fields = (("WARC-Target-URI", f"https://song.example.vn/{n}"),)
        body = page(2 * EACH + n).body
        record = NewRecord("resource", f"urn:uuid:{n}", "2025-01-01T00:00:00Z", fields, "text/html", b"", body)
        (tmp_path / f"{n}.warc.gz").write_bytes(packer("a.warc.gz")(record))
    return tmp_path


def opened(folder: Path) -> set[str]:
    """The files of `folder` that this process has open."""
    found = set[str]()
    for number in Path("/proc/self/fd").iterdir():
        with suppress(OSError):  # the one by which this is listed
            found.add(str(number.readlink()).removesuffix("-wal").removesuffix("-shm"))
    return {name for name in found if name.startswith(f"{folder}/")}


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="only there open files can be counted")
def test_few_files_are_open_at_a_time_and_each_is_read_again(folder: Path) -> None:
    url = f"file://{folder}"
    paths = place.files(url)
    assert len(paths) == 3 * EACH > place.HELD
    places = dict[str, At]()
    for path in paths:
        ((sha, first, second),) = place.index(url, path)
        places[sha] = At(url, path, first, second, sha)
        assert opened(folder), "those that were used last stay open"
        assert len(opened(folder)) <= place.HELD
    for _ in range(2):
        for number in range(3 * EACH):
            asked = page(number)
            bare = Loaded(msgspec.structs.replace(asked, body=b""), {}, places[digest(asked.body)])
            got = place.whole(bare)
            assert got and got.page == asked
            assert len(opened(folder)) <= place.HELD


def test_what_was_used_just_now_stays_open(folder: Path) -> None:
    url, often = f"file://{folder}", str(folder / "0.warc.gz")
    stream = place._stream(url, often)
    for n in range(EACH):
        place._stream(url, str(folder / f"{n}.warc.gz"))
        place._table(url, str(folder / f"{n}.parquet"))
        assert place._stream(url, often) is stream
