"""Archive to WARC or WACZ to archive: the same facts and, derived, the same articles and revisions."""

import lzma
from pathlib import Path

import msgspec
import pytest

from archive.facts import Hints
from archive.store import Archive
from tests import exported
from tests.conftest import ROOT
from tests.crawler.cli.conftest import Call
from tests.same import DERIVED, FACTS, told

SHAPES = {
    "out.warc.gz": ["--format", "warc"],
    "out.warc.zst": ["--format", "warc"],
    "out.warc": ["--format", "warc"],
    "out.wacz": ["--format", "wacz"],
    "parts": ["--format", "warc", "--split", "300K"],
}


@pytest.mark.parametrize("name", SHAPES)
def test_pages_of_every_sort_come_back_as_they_were(baoluu: Call, tmp_path: Path, name: str) -> None:
    old, new, out = exported.make(tmp_path / "old.db"), tmp_path / "new.db", tmp_path / name
    assert baoluu("export", *SHAPES[name], "-o", out, "--archive", old).code == 0
    answer = baoluu("import", out, "--archive", new, "--keep-only")
    assert answer.code == 0, answer.err
    before, after = told(old, FACTS), told(new, FACTS)
    assert len(before["pages"]) == len(exported.PAGES) and len(before["withdrawals"]) == 1
    assert after == before
    assert baoluu("import", out, "--archive", old).code == 0
    assert told(old, FACTS) == before, "what is there already stays once"


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive with edits, copies, articles in parts, and assets, cleaned by the rules of today."""
    path = tmp_path_factory.mktemp("lived") / "old.db"
    path.write_bytes(lzma.decompress((ROOT / "tests/fixtures/schema/m007.db.xz").read_bytes()))
    return path


@pytest.mark.parametrize("name", ["out.warc.gz", "out.wacz"])
def test_the_same_articles_are_derived(baoluu: Call, lived: Path, tmp_path: Path, name: str) -> None:
    new, out = tmp_path / "new.db", tmp_path / name
    assert baoluu("reclean", "--accept", "--archive", lived).code == 0
    assert baoluu("export", *SHAPES[name], "-o", out, "--archive", lived).code == 0
    assert baoluu("import", out, "--archive", new).code == 0
    before, after = told(lived, FACTS | DERIVED), told(new, FACTS | DERIVED)
    assert all(before[table] for table in ("articles", "revisions", "parts", "links", "copies", "assets"))
    for table in before:
        assert after[table] == before[table], table
    assert baoluu("verify", "--archive", new).code == 0


def test_a_topic_s_pages_and_no_others(baoluu: Call, lived: Path, tmp_path: Path) -> None:
    baoluu("reclean", "--accept", "--archive", lived)
    (article, source, url, *_) = told(lived, DERIVED)["articles"][0]
    out, new = tmp_path / "one.warc.gz", tmp_path / "new.db"
    assert baoluu("export", "--format", "warc", "--source", source, "-o", out, "--archive", lived).code == 0
    assert baoluu("import", out, "--archive", new).code == 0
    mine = [row for row in told(lived, DERIVED)["articles"] if row[1] == source]
    there = told(new, DERIVED)["articles"]
    assert there == mine and any(row[0] == article and row[2] == url for row in there)


def test_one_page_of_two_archives_is_the_same_in_every_order(baoluu: Call, tmp_path: Path) -> None:
    """What both fetched in one second, led there by other hints: as a merge would have it."""
    for name, via in (("a", "feed"), ("b", "section")):
        with Archive(tmp_path / f"{name}.db") as archive:
            page = exported.PAGES["first"]
            run = archive.start_run(f"crawl {name}")
            archive.keep_page("songnews", msgspec.structs.replace(page, hints=Hints(via=via)), run)  # type: ignore[arg-type]
            archive.end_run(run, "finished", {})
        baoluu("export", "--format", "warc", "-o", tmp_path / f"{name}.warc", "--archive", tmp_path / f"{name}.db")
    for order in ("ab", "ba"):
        files = [tmp_path / f"{name}.warc" for name in order]
        assert baoluu("import", *files, "--archive", tmp_path / f"{order}.db", "--keep-only").code == 0
    merged = tmp_path / "a.db"
    assert baoluu("merge", tmp_path / "b.db", "--archive", merged).code == 0
    found = [told(tmp_path / name, FACTS)["pages"] for name in ("ab.db", "ba.db", "a.db")]
    assert len(found[0]) == 1 and found[0] == found[1] == found[2]
