"""What a file is, told by its bytes; WACZ files whole, torn, deflated, encrypted, damaged."""

import gzip
import io
import struct
import tracemalloc
import zipfile
from pathlib import Path

import pytest
from backports import zstd

from archive.imports.files import Part, Unreadable, format_of, parts_of
from archive.store import Archive
from archive.warc.reader import Lost, Record, records
from tests.archive.warc.made import SHAPES, blocks, each_gzip, some

MADE = some(8)
DATA = each_gzip(MADE)


def write(folder: Path, name: str, data: bytes) -> Path:
    (folder / name).write_bytes(data)
    return folder / name


def wacz(*members: tuple[str, bytes], method: int = zipfile.ZIP_STORED) -> bytes:
    """As Browsertrix writes one."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as made:
        made.writestr("datapackage.json", "{}")
        for name, data in members:
            made.writestr(name, data)
        made.writestr("pages/pages.jsonl", "{}")
    return out.getvalue()


def read(part: Part) -> tuple[list[bytes], list[Lost]]:
    with part.open() as stream:
        found = list(records(stream, kind=part.kind))
    return [r.block for r in found if isinstance(r, Record)], [r for r in found if isinstance(r, Lost)]


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("name", ["a.warc", "b.gz", "no-name"])
def test_a_warc_is_known_by_its_bytes(tmp_path: Path, shape: str, name: str) -> None:
    path = write(tmp_path, name, SHAPES[shape](MADE))
    assert format_of(path) == "warc"
    (part,) = parts_of(path, "warc")
    assert read(part) == (blocks(MADE), []) and part.name == name and part.size == path.stat().st_size


OTHERS = {
    "a.jsonl": (b"{}", "items"),
    "a.JSON": (b"[]", "items"),
    "a.csv": (b"url\n", "items"),
    "a.xml": (b"<items/>", "items"),
    "a.txt": (b"x", "text"),
    "a.html": (b"<html>", "html"),
    "a.warc.html": (b"WARC/0.17", "html"),
    "empty": (b"", "html"),
}


@pytest.mark.parametrize("name", OTHERS)
def test_other_formats(tmp_path: Path, name: str) -> None:
    assert format_of(write(tmp_path, name, OTHERS[name][0])) == OTHERS[name][1]


def test_an_archive_is_known(tmp_path: Path) -> None:
    Archive(tmp_path / "x.warc.gz").close()
    assert format_of(tmp_path / "x.warc.gz") == "archive"


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.gz", gzip.compress(b"text", mtime=0)),
        ("a.zst", zstd.compress(b"text")),
        ("a.warc", b"<html>"),
        ("a.warc.gz", b""),
    ],
)
def test_what_is_known_to_be_no_warc_is_refused(tmp_path: Path, name: str, data: bytes) -> None:
    with pytest.raises(Unreadable, match=name):
        format_of(write(tmp_path, name, data))


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_wacz(tmp_path: Path, method: int) -> None:
    path = write(
        tmp_path, "a.wacz", wacz(("archive/one.warc.gz", DATA), ("archive/two.warc", b"".join(MADE)), method=method)
    )
    assert format_of(path) == "wacz"
    parts = parts_of(path, "wacz")
    assert [p.name for p in parts] == ["a.wacz:archive/one.warc.gz", "a.wacz:archive/two.warc"]
    assert [read(p) for p in parts] == [(blocks(MADE), [])] * 2 and len({p.key for p in parts}) == 2


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_a_member_is_read_on_from_a_mark(tmp_path: Path, method: int) -> None:
    path = write(tmp_path, "a.wacz", wacz(("archive/one.warc.gz", DATA), method=method))
    (part,) = parts_of(path, "wacz")
    with part.open() as stream:
        marks = [r.at for r in records(stream) if isinstance(r, Record)]
        rest = [r.block for r in records(stream, marks[5]) if isinstance(r, Record)]
    assert rest == blocks(MADE[5:])


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_a_byte_that_changed_in_a_member_costs_its_record(tmp_path: Path, method: int) -> None:
    data = bytearray(wacz(("archive/one.warc.gz", DATA), method=method))
    at = data.index(b"one.warc.gz") + 11 + len(DATA) // 2 + 200
    data[at] ^= 0xFF
    (part,) = parts_of(write(tmp_path, "a.wacz", bytes(data)), "wacz")
    found, lost = read(part)
    assert lost and set(found) < set(blocks(MADE))
    assert len(found) == 7 if method == zipfile.ZIP_STORED else found == blocks(MADE)[: len(found)]


def test_a_torn_wacz_gives_what_is_there(tmp_path: Path) -> None:
    data = wacz(("archive/one.warc.gz", DATA))
    path = write(tmp_path, "a.wacz", data[: data.index(b"one.warc.gz") + 11 + len(DATA) * 3 // 4])
    assert format_of(path) == "torn wacz"
    (part,) = parts_of(path, "torn wacz")
    found, lost = read(part)
    assert found == blocks(MADE)[: len(found)] and len(found) >= 4 and len(lost) == 2


def test_names_that_lead_out_are_only_names(tmp_path: Path) -> None:
    path = write(tmp_path, "a.wacz", wacz(("../../evil.warc.gz", DATA), ("/etc/evil.warc.gz", DATA)))
    assert [read(p) for p in parts_of(path, "wacz")] == [(blocks(MADE), [])] * 2
    assert [p.name for p in tmp_path.iterdir()] == ["a.wacz"]


def test_a_zip_without_warc_and_an_encrypted_one_are_refused(tmp_path: Path) -> None:
    with pytest.raises(Unreadable, match="without a WARC"):
        parts_of(write(tmp_path, "a.zip", wacz()), "wacz")
    data = bytearray(wacz(("archive/one.warc.gz", DATA)))
    central = data.index(b"PK\x01\x02", data.index(b"one.warc.gz") + len(DATA))
    flags = data.index(b"PK\x01\x02", central + 4) + 8
    struct.pack_into("<H", data, flags, 1)
    with pytest.raises(Unreadable, match="encrypted"):
        parts_of(write(tmp_path, "b.wacz", bytes(data)), "wacz")


def test_an_unknown_compression_is_told(tmp_path: Path) -> None:
    data = bytearray(wacz(("archive/one.warc.gz", DATA)))
    central = data.index(b"PK\x01\x02", data.index(b"PK\x01\x02", data.index(b"one.warc.gz") + len(DATA)) + 4)
    struct.pack_into("<H", data, central + 10, 97)
    (part,) = parts_of(write(tmp_path, "a.wacz", bytes(data)), "wacz")
    with pytest.raises(Unreadable, match=r"one\.warc\.gz"):
        read(part)


def test_a_zip_bomb_is_read_as_a_stream(tmp_path: Path) -> None:
    path = write(
        tmp_path, "a.wacz", wacz(("archive/one.warc", bytes(150 << 20)), ("archive/two.warc.gz", DATA), method=8)
    )
    assert path.stat().st_size < 1 << 20
    tracemalloc.start()
    try:
        bomb, whole = (read(p) for p in parts_of(path, "wacz"))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert bomb[0] == [] and len(bomb[1]) == 1 and whole == (blocks(MADE), []) and peak < 30 << 20


def test_a_file_is_known_again_under_another_name(tmp_path: Path) -> None:
    one, two = write(tmp_path, "a.warc.gz", DATA), write(tmp_path, "b", DATA)
    longer = write(tmp_path, "c.warc.gz", DATA + each_gzip(MADE[:1]))
    keys = [parts_of(path, "warc")[0].key for path in (one, two, longer)]
    assert keys[0] == keys[1] != keys[2]
