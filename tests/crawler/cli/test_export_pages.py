"""`baoluu export --format warc` and `wacz` as a user calls them."""

import gzip
import json
import sqlite3
import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

import pytest

from config.clock import ShiftedClock
from tests.archive.exports.reading import checker, ran, read
from tests.crawler.cli.conftest import Call
from tests.exported import PAGES, make


@pytest.fixture
def kept(tmp_path: Path, clock: ShiftedClock) -> Path:
    return make(tmp_path / "kept.db", clock)


def test_everything_goes_out_with_a_manifest(baoluu: Call, kept: Path, tmp_path: Path) -> None:
    answer = baoluu("export", "--format", "warc", "-o", tmp_path / "kho.warc.gz", "--archive", kept)
    assert answer.code == 0 and f"kho.warc.gz: {len(PAGES)} pages, 0.0 MB" in answer.out
    told = json.loads((tmp_path / "kho.warc.gz.manifest.json").read_bytes())
    assert (told["format"], told["of"], told["count"], told["selection"]) == ("warc", "pages", len(PAGES), {})
    kinds = [r.kind for r in read(tmp_path / "kho.warc.gz")]
    assert kinds[:4] == ["warcinfo", "metadata", "metadata", "metadata"] and kinds.count("request") == len(PAGES) - 1


def test_a_selection_takes_the_pages_of_its_articles(baoluu: Call, kept: Path, tmp_path: Path) -> None:
    answer = baoluu("export", "lớp học", "--format", "wacz", "-o", tmp_path / "lop.wacz", "--archive", kept, "--json")
    assert answer.code == 0 and json.loads(answer.out)["count"] == 1
    with ZipFile(tmp_path / "lop.wacz") as package:
        lines = package.read("pages/pages.jsonl").decode().splitlines()
        told = json.loads(package.read("datapackage.json"))
        warc = gzip.decompress(package.read("archive/data.warc.gz"))
    assert len(lines) == 2 and json.loads(lines[1])["url"] == PAGES["bare"].url
    assert told["description"].startswith("Pages of a selection (query lớp học). The texts belong to their publishers.")
    assert b"urn:baoluu:withdrawal:" not in warc
    assert "the passed WACZ is valid" in ran(checker("wacz"), "validate", "-f", tmp_path / "lop.wacz")


def test_a_stream_is_the_file(baoluu: Call, kept: Path, tmp_path: Path) -> None:
    for form, name in (("warc", "kho.warc.gz"), ("wacz", "kho.wacz")):
        baoluu("export", "--format", form, "-o", tmp_path / name, "--archive", kept)
        command = [str(Path(sys.executable).with_name("baoluu")), "export", "--format", form, "-o", "-"]
        done = subprocess.run([*command, "--archive", str(kept)], capture_output=True, check=True, timeout=120)
        assert done.stdout == (tmp_path / name).read_bytes()


def test_a_split_export_is_a_folder(baoluu: Call, kept: Path, tmp_path: Path) -> None:
    answer = baoluu("export", "--format", "warc", "--split", "1M", "-o", tmp_path / "kho", "--archive", kept)
    assert answer.code == 0
    assert sorted(p.name for p in (tmp_path / "kho").iterdir()) == ["_manifest.json", "kho-00001.warc.gz"]


def test_damaged_pages_are_named(baoluu: Call, kept: Path, tmp_path: Path) -> None:
    with sqlite3.connect(kept) as db:
        db.execute("UPDATE bodies SET data = x'00' WHERE id = (SELECT body FROM pages WHERE url LIKE '%lop-hoc%')")
    answer = baoluu("export", "--format", "warc", "-o", tmp_path / "kho.warc.gz", "--archive", kept)
    assert answer.code == 1 and f"{len(PAGES) - 1} pages" in answer.out
    assert "left out: https://song.example.vn/lop-hoc-2.html of 2025-03-02T09:30:00+07:00" in answer.err
    assert "`baoluu verify` tells more" in answer.err
    assert len(read(tmp_path / "kho.warc.gz")) == 4 + 3 * (len(PAGES) - 1) - 1


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--format", "warc", "-o", "kho.zip"], "must end with .warc.gz or .warc.zst or .warc"),
        (["--format", "wacz", "-o", "kho.warc.gz"], "must end with .wacz"),
        (["--format", "wacz", "--split", "1G"], "--split is for warc"),
        (["--format", "warc", "--split", "1"], "no size such as 500M or 1G"),
        (["--format", "warc", "--split", "1G", "-o", "-"], "is a folder of files"),
        (["--format", "warc", "--limit", "3"], "--limit counts articles"),
    ],
)
def test_what_makes_no_sense_is_refused(baoluu: Call, kept: Path, arguments: list[str], said: str) -> None:
    answer = baoluu("export", *arguments, "--archive", kept)
    assert answer.code == 2 and said in " ".join(answer.err.split())
