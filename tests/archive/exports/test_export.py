"""Files that are whole or not there, and the manifest that says what they are."""

import hashlib
import json
import subprocess
import sys
from collections import namedtuple
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from archive.choice import Choice
from archive.describe import LICENSE
from archive.errors import ArchiveError, DiskFull
from archive.exports import output
from archive.exports.export import Exported, Wanted, count, export
from archive.exports.formats import FORMATS
from archive.exports.output import Occupied
from archive.exports.selection import Selection
from archive.exports.tables import COLUMNS, ENDED, SHEET
from archive.store import Archive
from config.sources import Sources
from tests.conftest import ROOT

Make = Callable[..., Exported]


@pytest.fixture
def make(filled: Archive, sources: Sources, tmp_path: Path) -> Make:
    """Export to `out/NAME` in a folder where nothing else is."""

    def call(form: str, name: str = "a", *, force: bool = False, **asked: Any) -> Exported:
        with Archive(filled.path, write=False, clock=filled.clock) as archive:
            wanted = Wanted(format=form, **asked)
            return export(archive, sources, wanted, tmp_path / "out" / name, lambda *_: None, force=force)

    return call


def there(tmp_path: Path) -> list[str]:
    return sorted(path.name for path in (tmp_path / "out").iterdir())


def manifest(tmp_path: Path, form: str) -> dict[str, Any]:
    out = tmp_path / "out"
    path = out / "a" / "_manifest.json" if FORMATS[form].folder else out / "a.manifest.json"
    told: dict[str, Any] = json.loads(path.read_bytes())
    return told


@pytest.mark.parametrize("form", FORMATS)
def test_the_manifest_says_what_came_out(make: Make, tmp_path: Path, form: str) -> None:
    done, told = make(form), manifest(tmp_path, form)
    what = FORMATS[form].of
    number = {"articles": 4, "pages": 5}[what]
    assert (told["format"], told["count"], told["of"], told["archive"]) == (form, number, what, "archive.db")
    assert (told["license"], told["selection"], told["made"][:10]) == (LICENSE, {}, "2025-03-10")
    assert sum(one["rows"] for one in told["files"]) == done.rows == number
    folder = tmp_path / "out" / "a" if FORMATS[form].folder else tmp_path / "out"
    for one in told["files"]:
        data = (folder / one["path"]).read_bytes()
        assert (one["bytes"], one["sha256"]) == (len(data), hashlib.sha256(data).hexdigest())
    own = [path for path in folder.rglob("*") if path.is_file() and not path.name.endswith("manifest.json")]
    assert len(own) == len(told["files"]) and not list(tmp_path.rglob("*.partial"))


@pytest.mark.parametrize(
    ("form", "asked", "columns"),
    [
        ("jsonl", {}, COLUMNS),
        ("csv", {}, SHEET),
        ("csv", {"raw": True}, COLUMNS),
        ("parquet", {"revisions": True}, (*COLUMNS, ENDED)),
        ("ris", {}, ()),
    ],
)
def test_the_manifest_describes_the_columns(
    make: Make, tmp_path: Path, form: str, asked: dict[str, Any], columns: tuple[Any, ...]
) -> None:
    make(form, **asked)
    assert manifest(tmp_path, form)["columns"] == [column._asdict() for column in columns]


def test_the_manifest_says_what_was_asked(make: Make, tmp_path: Path) -> None:
    asked = Selection(query="dan", exact=True, choice=Choice(since="2025-02-01"))
    make("jsonl", selection=asked, revisions=True)
    told = manifest(tmp_path, "jsonl")
    assert told["selection"] == {"query": "dan", "exact": "yes", "since": "2025-02-01"} and told["revisions"]


@pytest.mark.parametrize("form", ["jsonl", "parquet"])
def test_two_exports_of_one_state_are_the_same_bytes(make: Make, tmp_path: Path, form: str) -> None:
    make(form)
    first = manifest(tmp_path, form)["files"]
    make(form, force=True)
    assert manifest(tmp_path, form)["files"] == first


@pytest.mark.parametrize("form", ["jsonl", "parquet"])
def test_what_is_there_is_replaced_only_when_that_is_said(make: Make, tmp_path: Path, form: str) -> None:
    make(form)
    before = manifest(tmp_path, form)
    with pytest.raises(Occupied, match="--force"):
        make(form, selection=Selection(query="doi ngoai"))
    assert manifest(tmp_path, form) == before
    make(form, selection=Selection(query="doi ngoai"), force=True)
    assert manifest(tmp_path, form)["count"] == 1 and len(manifest(tmp_path, form)["files"]) == 1
    assert len(there(tmp_path)) == (1 if form == "parquet" else 2)


def test_what_no_export_made_is_not_replaced(make: Make, filled: Archive, tmp_path: Path) -> None:
    (tmp_path / "out" / "a").mkdir(parents=True)
    make("parquet")  # an empty folder is a place like any other
    (tmp_path / "out" / "b").mkdir()
    kept = tmp_path / "out" / "b" / "ghi-chep.txt"
    kept.write_text("của tôi", encoding="utf-8")
    for name, form in (("b", "parquet"), ("b", "jsonl"), ("../archive.db", "csv")):
        with pytest.raises(ArchiveError, match=r"folder|archive itself"):
            make(form, name, force=True)
    other = tmp_path / "out" / "other.db"
    other.write_bytes(filled.path.read_bytes())
    with pytest.raises(Occupied, match="database"):
        make("jsonl", "other.db", force=True)
    partial = tmp_path / "out" / "c.partial"
    partial.mkdir()
    (partial / "x").touch()
    with pytest.raises(Occupied, match=r"c\.partial"):
        make("parquet", "c")
    assert kept.read_text(encoding="utf-8") == "của tôi" and (partial / "x").exists()


@pytest.mark.parametrize("form", FORMATS)
def test_an_export_that_fails_leaves_what_was_there(
    make: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, form: str
) -> None:
    make(form)
    before = manifest(tmp_path, form)

    def full(*_: object) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(output.Sink, "write", full)
    with pytest.raises(DiskFull, match="the disk is full"):
        make(form, force=True)
    assert manifest(tmp_path, form) == before and not list(tmp_path.rglob("*.partial*"))


def test_what_would_not_fit_is_not_begun(make: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    free = namedtuple("free", "total used free")(10**9, 10**9, 10_000)
    monkeypatch.setattr("archive.disk.shutil.disk_usage", lambda _: free)
    with pytest.raises(DiskFull, match="room are needed for the export"):
        make("jsonl")
    assert there(tmp_path) == []


@pytest.mark.parametrize("form", ["csv", "parquet"])
def test_a_killed_export_never_looks_whole(make: Make, filled: Archive, tmp_path: Path, form: str) -> None:
    target = tmp_path / "out" / "a"
    call = [sys.executable, "-m", "tests.archive.exports.killed", str(filled.path), form, str(target), "3"]
    assert subprocess.run(call, cwd=ROOT, check=False).returncode == -9
    assert there(tmp_path) == ["a.partial"]
    make(form)
    assert there(tmp_path) == (["a"] if form == "parquet" else ["a", "a.manifest.json"])
    assert manifest(tmp_path, form)["count"] == 4


def test_counting_writes_nothing(filled: Archive, tmp_path: Path) -> None:
    with Archive(filled.path, write=False) as archive:
        assert count(archive, Wanted(format="parquet", selection=Selection(query="dan"))) == ("articles", 3)
        assert count(archive, Wanted(format="atom", limit=2)) == ("articles", 2)


def test_an_export_shows_one_state_whatever_is_written_meanwhile(
    filled: Archive, sources: Sources, tmp_path: Path
) -> None:
    def write(done: int, _: int) -> None:
        if done == 1:
            filled.conn.execute("UPDATE articles SET title = 'mới'")

    with Archive(filled.path, write=False) as archive:
        export(archive, sources, Wanted(format="jsonl"), tmp_path / "a.jsonl", write)
    told = [json.loads(line) for line in (tmp_path / "a.jsonl").read_bytes().splitlines()]
    assert len(told) == 4 and "mới" not in [one["title"] for one in told]
    assert filled.conn.execute("SELECT DISTINCT title FROM articles").fetchall() == [("mới",)]


def test_nothing_found_is_an_export_of_nothing(make: Make, tmp_path: Path) -> None:
    for name, form in (("csv", "csv"), ("csl", "csl"), ("atom", "atom"), ("parquet", "parquet")):
        assert make(form, name, selection=Selection(query="khongco")).rows == 0
    assert json.loads((tmp_path / "out" / "csl").read_bytes()) == []
    assert (tmp_path / "out" / "csv").read_bytes().count(b"\n") == 1
