import sqlite3
from pathlib import Path

import pytest

from archive import store
from archive.errors import ArchiveLocked, ArchiveReadOnly, NewerArchive, NoArchive, NotAnArchive
from archive.facts import Cleaned, Drop, DropNote, Hints, Page
from archive.life import life_of
from archive.store import Archive
from config.sources import Sources
from tests.conftest import record

PAGE = Page(
    url="https://song.example.vn/a-1.html",
    fetched_at="2025-03-10T08:00:00+07:00",
    body="Nội dung".encode() * 50,
    headers={"etag": '"1"', "content-type": "text/html"},
    hints=Hints(via="feed", date="10/03/2025", title="Tít"),
)


def test_a_page_comes_back_as_it_was_kept(archive: Archive) -> None:
    assert archive.page(archive.keep_page("songnews", PAGE)) == PAGE


def test_the_same_fact_twice_is_one_row(archive: Archive) -> None:
    assert archive.keep_page("songnews", PAGE) == archive.keep_page("songnews", PAGE)
    assert [r["n"] for r in archive.rows("SELECT count(*) AS n FROM bodies")] == [1]


def test_a_transaction_is_whole_or_nothing(archive: Archive) -> None:
    with pytest.raises(RuntimeError), archive.transaction():
        archive.keep_page("songnews", PAGE)
        raise RuntimeError
    assert not list(archive.rows("SELECT * FROM pages"))
    assert not list(archive.rows("SELECT * FROM bodies"))


def test_a_missing_file_is_not_made_by_reading(tmp_path: Path) -> None:
    with pytest.raises(NoArchive, match="no archive here yet"):
        Archive(tmp_path / "none.db", write=False)
    assert not (tmp_path / "none.db").exists()


def test_a_foreign_file_is_left_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "other.db"
    with sqlite3.connect(path) as other:
        other.execute("CREATE TABLE things (x)")
    other.close()
    before = path.read_bytes()
    for write in (True, False):
        with pytest.raises(NotAnArchive, match="nothing was changed"):
            Archive(path, write=write)
    assert path.read_bytes() == before


@pytest.mark.parametrize("torn", [b"not a database, but long enough to be read as a header" * 40])
def test_a_torn_file_is_left_as_it_was(tmp_path: Path, torn: bytes) -> None:
    path = tmp_path / "torn.db"
    path.write_bytes(torn)
    with pytest.raises(NotAnArchive, match="restore it from a backup"):
        Archive(path)
    assert path.read_bytes() == torn


def test_a_folder_is_no_archive(tmp_path: Path) -> None:
    with pytest.raises(NotAnArchive, match="is a folder"):
        Archive(tmp_path)


def test_a_locked_file_says_who_waits(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "BUSY_MS", 10)
    with Archive(archive.path) as second, archive.transaction(), pytest.raises(ArchiveLocked, match="try again"):
        second.keep_page("songnews", PAGE)


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(ArchiveReadOnly, match="folder cannot be made"):
        Archive(tmp_path / "file" / "archive.db")


def test_a_read_only_connection_refuses_to_write(archive: Archive) -> None:
    with Archive(archive.path, write=False) as reader, pytest.raises(ArchiveReadOnly):
        reader.keep_page("songnews", PAGE)


def test_a_file_of_a_later_version_is_refused(archive: Archive) -> None:
    archive.conn.execute(
        "INSERT INTO _sqlite_migrations (migration_set, name, applied_at) VALUES ('baoluu', 'm999_later', '2030')"
    )
    with pytest.raises(NewerArchive, match="m999_later"):
        Archive(archive.path)


def test_creation_that_fails_leaves_no_half_schema(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "APPLICATION_ID", "no number")
    with pytest.raises(sqlite3.OperationalError):
        Archive(tmp_path / "a.db")
    monkeypatch.undo()
    with Archive(tmp_path / "a.db") as whole:
        whole.keep_page("songnews", PAGE)


def test_pages_wait_until_their_cleaner_has_seen_them(archive: Archive) -> None:
    number = archive.keep_page("songnews", PAGE)
    assert archive.pending("songnews", "c1") == [number]
    assert archive.pending("songnews", "c1", since="2025-03-11") == []
    dropped = Cleaned(output=Drop(url=PAGE.url, drop=DropNote("empty")), article="songnews:1")
    archive.put_cleaning(number, "c1", dropped)
    assert archive.pending("songnews", "c1") == []
    assert archive.pending("songnews", "c2") == [number]


def test_notes_of_a_cleaning_are_told_in_the_articles_life(archive: Archive, sources: Sources) -> None:
    number = archive.keep_page("songnews", PAGE)
    notes = ("json-ld 'a' differs by more than a day; taken: selector 'b'",)
    archive.put_cleaning(number, "c1", Cleaned(output=record(1, "Tít"), article="songnews:1", notes=notes))
    assert life_of(archive, sources, PAGE.url)["events"][-1]["what"].endswith(f"cleaner c1 made a record; {notes[0]}")


def test_a_run_keeps_its_counters(archive: Archive) -> None:
    run = archive.start_run("crawl")
    archive.end_run(run, "finished", {"kept": 3})
    assert [(r["outcome"], r["stats"]) for r in archive.rows("SELECT * FROM runs")] == [("finished", '{"kept":3}')]
