"""A published copy reads like the archive, holds no page's bytes, and is the same for the same archive."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from archive.errors import NotAnArchive, Published
from archive.history import changes, revisions_of
from archive.life import article_of, life_of
from archive.publish import Publication, publish
from archive.schema import TABLES
from archive.search import search
from archive.store import Archive
from archive.withdraw import find, withdraw
from tests.archive.test_merge import into
from tests.crawler.site import article
from tests.stock import ROOT, SOURCES, keep, page, section

PUBLIC = {"bodies", "pages", "cleanings", "articles", "revisions", "links"}
URL = f"{ROOT}/bai-2.html"


@pytest.fixture
def stocked(archive: Archive) -> Archive:
    keep(archive, section(1, 2), page(1), page(2), page(2, 2))
    keep(archive, page(3), clean=False)
    return archive


def published(archive: Archive, target: Path) -> Publication:
    with Archive(archive.path, write=False) as reader:
        return publish(reader, target)


def test_it_reads_like_the_archive(stocked: Archive, tmp_path: Path) -> None:
    done = published(stocked, tmp_path / "public.db")
    assert (done.articles, done.revisions, done.size) == (2, 3, (tmp_path / "public.db").stat().st_size)
    with Archive(tmp_path / "public.db", write=False) as public:
        assert list(search(public, "nuoc rut")) == list(search(stocked, "nuoc rut"))
        assert article_of(public, SOURCES, URL) == article_of(stocked, SOURCES, URL)
        states, original = revisions_of(public, "sample:2"), revisions_of(stocked, "sample:2")
        assert states == original and list(changes(states[0].record, states[1].record))
        assert any("made a record" in event["what"] for event in life_of(public, SOURCES, URL)["events"])
        for table in {t.name for t in TABLES} - PUBLIC:
            assert not list(public.rows(f"SELECT 1 FROM {table}")), table
        assert [r["n"] for r in public.rows("SELECT count(*) AS n FROM pages WHERE kind != 'article'")] == [0]
        assert {r["data"] for r in public.rows("SELECT data FROM bodies")} == {b""}
        assert {(r["headers"], r["hints"]) for r in public.rows("SELECT headers, hints FROM pages")} == {("{}", "{}")}
        assert public.conn.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert public.conn.execute("PRAGMA foreign_key_check").fetchall() == []


def test_links_are_taken_over_with_their_places(stocked: Archive, tmp_path: Path) -> None:
    keep(stocked, page(7, body=article(7, related=("/bai-2.html", "/bai-99.html")).body))
    published(stocked, tmp_path / "public.db")
    rows = "SELECT kind, url, title, target, place FROM links ORDER BY n"
    with Archive(tmp_path / "public.db", write=False) as public:
        assert list(public.rows(rows)) == list(stocked.rows(rows))
        assert [(r["target"], r["place"]) for r in public.rows(rows)] == [
            ("sample:2", ".related"),
            ("sample:99", ".related"),
        ]
        assert [r["target"] for r in public.rows("SELECT target FROM wishes")] == ["sample:99"]


def test_no_bytes_of_a_page_are_in_it(stocked: Archive, tmp_path: Path) -> None:
    secret = page(
        1, 3, body=page(1, 3).body.replace(b"<body>", b"<body><!-- Quartzphobic -->"), headers={"x": "Zugzwangy"}
    )
    keep(stocked, secret)
    published(stocked, tmp_path / "public.db")
    data = (tmp_path / "public.db").read_bytes()
    assert b"Quartzphobic" not in data and b"Zugzwangy" not in data and "Nước rút".encode() in data


def test_equal_archives_give_the_same_bytes(stocked: Archive, tmp_path: Path) -> None:
    with Archive(tmp_path / "a.db") as a, Archive(tmp_path / "b.db") as b:
        keep(a, page(4), page(1, 3)), keep(b, page(2, 3), page(1, 2))
        into(a, stocked), into(a, b)
        into(b, a)
        files = [tmp_path / name for name in ("first.db", "again.db")]
        published(a, files[0]), published(b, files[1])
        published(a, files[0])
    assert files[0].read_bytes() == files[1].read_bytes()
    assert not list(tmp_path.glob("first.db?*.part*"))


def test_the_licence_note_stands_in_its_metadata(stocked: Archive, tmp_path: Path) -> None:
    done = published(stocked, tmp_path / "public.db")
    told = json.loads(Path(done.metadata).read_text(encoding="utf-8"))
    assert "belong to their publishers" in told["license"] and "public" in told["databases"]


def test_it_is_read_and_not_written(stocked: Archive, tmp_path: Path) -> None:
    published(stocked, tmp_path / "public.db")
    before = (tmp_path / "public.db").read_bytes()
    with pytest.raises(Published, match="name the archive"):
        Archive(tmp_path / "public.db")
    assert (tmp_path / "public.db").read_bytes() == before


def test_sqlite_utils_searches_it(stocked: Archive, tmp_path: Path) -> None:
    published(stocked, tmp_path / "public.db")
    line = [sys.executable, "-m", "sqlite_utils", "search", str(tmp_path / "public.db"), "articles", "nuoc rut"]
    found = json.loads(subprocess.run(line, capture_output=True, text=True, check=True).stdout)
    assert {row["article"] for row in found} == {"sample:1", "sample:2"}


def test_only_a_published_copy_is_replaced(stocked: Archive, tmp_path: Path) -> None:
    (tmp_path / "notes").write_text("mine")
    for target, said in ((tmp_path / "notes", "not a file that this command made"), (stocked.path, "itself")):
        with pytest.raises(NotAnArchive, match=said):
            published(stocked, target)
    assert (tmp_path / "notes").read_text() == "mine"


def test_what_was_withdrawn_is_not_published(stocked: Archive, tmp_path: Path) -> None:
    withdraw(stocked, find(stocked, SOURCES, URL), "luật")
    published(stocked, tmp_path / "public.db")
    assert b"bai-2.html" not in (tmp_path / "public.db").read_bytes()
