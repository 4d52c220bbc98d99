import hashlib
import json
import zlib
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from zipfile import ZIP_STORED, ZipFile

import pytest

from archive.exports.output import made_beside
from archive.exports.selection import Selection, pages
from archive.exports.wacz import write_wacz
from archive.exports.warc import About, Progress, write_warc
from archive.store import Archive
from config.clock import ShiftedClock
from tests.archive.exports.reading import checker, ran, seen
from tests.exported import PAGES, SHOWN, make

ABOUT = About("The whole archive", title="Báo Sông")
FILES = ["archive/data.warc.gz", "indexes/index.cdx.gz", "indexes/index.idx", "pages/pages.jsonl"]


@pytest.fixture
def kept(tmp_path: Path, clock: ShiftedClock) -> Iterator[Archive]:
    with Archive(make(tmp_path / "kept.db", clock), write=False) as archive:
        yield archive


def whole(archive: Archive, target: Path, progress: Progress | None = None) -> str:
    """Write all; answers the digest that is told of it."""
    with made_beside(target, folder=False) as output:
        write_wacz(archive, pages(archive, Selection()), output, ABOUT, whole=True, progress=progress)
        output.conclude(b"{}")
    return output.files[0].sha256


@pytest.fixture
def package(kept: Archive, tmp_path: Path) -> Iterator[ZipFile]:
    whole(kept, tmp_path / "out.wacz")
    with ZipFile(tmp_path / "out.wacz") as opened:
        yield opened


def test_it_holds_the_files_of_the_format_and_tells_their_digests(package: ZipFile) -> None:
    assert package.namelist() == [*FILES, "datapackage.json", "datapackage-digest.json"]
    told = json.loads(package.read("datapackage.json"))
    assert (told["profile"], told["wacz_version"], told["title"]) == ("data-package", "1.1.1", "Báo Sông")
    assert told["description"] == "The whole archive. The texts belong to their publishers."
    assert [one["path"] for one in told["resources"]] == FILES
    for one in told["resources"]:
        data = package.read(one["path"])
        assert (one["hash"], one["bytes"]) == (f"sha256:{hashlib.sha256(data).hexdigest()}", len(data))
    digest = json.loads(package.read("datapackage-digest.json"))
    sha = hashlib.sha256(package.read("datapackage.json")).hexdigest()
    assert digest == {"path": "datapackage.json", "hash": f"sha256:{sha}"}


def test_what_is_compressed_is_not_compressed_again(package: ZipFile) -> None:
    assert all(package.getinfo(name).compress_type == ZIP_STORED for name in FILES[:2])


def test_what_stands_before_a_file_is_told_by_the_directory(kept: Archive, tmp_path: Path) -> None:
    """ReplayWeb.page skips the extra field before a file only where the directory has one."""
    whole(kept, tmp_path / "out.wacz")
    data = (tmp_path / "out.wacz").read_bytes()
    with ZipFile(tmp_path / "out.wacz") as package:
        for info in package.infolist():
            before = int.from_bytes(data[info.header_offset + 28 : info.header_offset + 30], "little")
            assert not before or info.extra, info.filename


def test_the_warc_in_it_is_that_of_the_other_export(kept: Archive, package: ZipFile, tmp_path: Path) -> None:
    with made_beside(tmp_path / "out.warc.gz", folder=False) as output:
        write_warc(kept, pages(kept, Selection()), output, "out.warc.gz", ABOUT, whole=True)
        output.conclude(b"{}")
    assert package.read(FILES[0]) == (tmp_path / "out.warc.gz").read_bytes()


def test_the_index_leads_to_every_page(package: ZipFile) -> None:
    warc, lines = package.read(FILES[0]), zlib.decompress(package.read(FILES[1]), 31).decode().splitlines()
    assert len(lines) == len(PAGES) - 1 and lines == sorted(lines)
    assert all(line.startswith("vn,example,song") for line in lines), "the dump has no address to go to"
    for line in lines:
        _, at, told = line.split(" ", 2)
        where = json.loads(told)
        start, length = int(where["offset"]), int(where["length"])
        (record,) = seen(BytesIO(warc[start : start + length]))
        assert record.warc["warc-target-uri"] == where["url"]
        assert record.warc["warc-date"].translate(str.maketrans("", "", "-:TZ")) == at
        assert record.warc.get("warc-payload-digest") == where.get("digest")
        assert (where["mime"] == "warc/revisit") == (record.kind == "revisit")


def test_the_pages_are_those_that_articles_show(package: ZipFile) -> None:
    head, *lines = [json.loads(line) for line in package.read(FILES[3]).splitlines()]
    assert head["format"] == "json-pages-1.0"
    assert {line["url"]: line["title"] for line in lines} == {PAGES[name].url: title for name, title in SHOWN.items()}
    assert {line["ts"] for line in lines} == {"2025-03-02T01:30:00Z", "2025-03-02T02:30:00Z"}
    assert {line["size"] for line in lines} == {len(PAGES[name].body) for name in SHOWN}


def test_equal_archives_give_equal_bytes(kept: Archive, tmp_path: Path) -> None:
    once, again = whole(kept, tmp_path / "a.wacz"), whole(kept, tmp_path / "b.wacz")
    data = (tmp_path / "a.wacz").read_bytes()
    assert data == (tmp_path / "b.wacz").read_bytes()
    assert once == again == hashlib.sha256(data).hexdigest()


def test_what_fails_leaves_what_was_there(kept: Archive, tmp_path: Path) -> None:
    target = tmp_path / "out.wacz"
    target.write_bytes(b"an earlier export")

    def stop(done: int, total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        whole(kept, target, stop)
    assert [p.name for p in tmp_path.glob("out*")] == ["out.wacz"] and target.read_bytes() == b"an earlier export"


def test_py_wacz_finds_it_valid(kept: Archive, tmp_path: Path) -> None:
    whole(kept, tmp_path / "out.wacz")
    assert "the passed WACZ is valid" in ran(checker("wacz"), "validate", "-f", tmp_path / "out.wacz")


def test_py_wacz_finds_one_with_another_page_in_it_invalid(kept: Archive, tmp_path: Path) -> None:
    whole(kept, tmp_path / "out.wacz")
    with ZipFile(tmp_path / "out.wacz") as old, ZipFile(tmp_path / "other.wacz", "w") as new:
        for name in old.namelist():
            new.writestr(old.getinfo(name), old.read(name).replace(b"songnews:1", b"songnews:9"))
    with pytest.raises(AssertionError, match="the passed WACZ is invalid"):
        ran(checker("wacz"), "validate", "-f", tmp_path / "other.wacz")
