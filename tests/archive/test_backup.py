"""A backup is one state, checked, in place whole or not at all; and it restores."""

import hashlib
import os
import shutil
import sqlite3
from pathlib import Path
from typing import NamedTuple

import pytest

from archive import backup as made
from archive.backup import CopyDiffers, backup
from archive.checks import first_parts, last_parts
from archive.errors import ArchiveError, DiskFull, NotAnArchive, Published
from archive.proof import Verification
from archive.publish import publish
from archive.store import Archive
from tests.archive.test_merge import content, into
from tests.stock import SOURCES, keep, page, section


@pytest.fixture
def stocked(archive: Archive) -> Archive:
    keep(archive, section(1, 2), page(1), page(2), page(2, 2))
    return archive


def copied(archive: Archive, target: Path, **more: bool) -> made.Copy:
    with Archive(archive.path, write=False) as reader:
        return backup(reader, target, **more)


def sound(path: Path) -> bool:
    with Archive(path, write=False) as reader:
        return not any(r.wrong for r in Verification(reader, None, None).run(first_parts() + last_parts(SOURCES)))


def test_the_copy_is_the_archive(stocked: Archive, tmp_path: Path) -> None:
    target = tmp_path / "disk" / "copy.db"
    done = copied(stocked, target)
    assert (done.pages, done.bodies_checked, done.size) == (4, 4, target.stat().st_size)
    assert done.sha256 == hashlib.sha256(target.read_bytes()).hexdigest()
    assert [p.name for p in target.parent.iterdir()] == ["copy.db"]
    with Archive(target) as copy:
        assert content(copy) == content(stocked)
    copied(stocked, target)


def test_it_is_of_one_moment_while_others_write(
    stocked: Archive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(made, "STEP", 5)
    before, steps = content(stocked), 0

    def write(what: str, done: int, total: int) -> None:
        nonlocal steps
        steps += what == "copied"
        if what == "copied":
            keep(stocked, page(10 + steps), clean=False)

    with Archive(stocked.path, write=False) as reader:
        backup(reader, tmp_path / "copy.db", progress=write)
    assert steps > 5
    with Archive(tmp_path / "copy.db") as copy:
        assert content(copy) == before
    assert len(content(stocked)["pages"]) == 4 + steps


def test_a_drill(stocked: Archive, tmp_path: Path) -> None:
    """Back up, lose the archive, put the backup back, verify, take what came since out of the damaged file, go on."""
    copied(stocked, tmp_path / "copy.db")
    keep(stocked, page(3))
    everything = content(stocked)
    stocked.conn.execute("UPDATE bodies SET data = x'00' WHERE id = 2")
    stocked.conn.execute("UPDATE articles SET text = 'x'")
    stocked.close()
    assert not sound(stocked.path)
    damaged = stocked.path.rename(tmp_path / "damaged.db")
    shutil.copy(tmp_path / "copy.db", stocked.path)
    assert sound(stocked.path)
    with Archive(stocked.path) as restored, Archive(damaged) as other:
        done = into(restored, other)
        assert len(done.damaged) == 0 and done.pages == 1, "the damaged page is known from the backup"
        assert content(restored) == everything
        keep(restored, page(4))
        assert len(content(restored)["articles"]) == 4
    assert sound(stocked.path)


@pytest.mark.parametrize("kind", ["foreign", "text", "folder", "published", "itself", "in use"])
def test_what_is_not_an_earlier_backup_is_not_touched(
    stocked: Archive, tmp_path: Path, kind: str, request: pytest.FixtureRequest
) -> None:
    target = tmp_path / "target.db"
    if kind == "foreign":
        with sqlite3.connect(target) as db:
            db.execute("CREATE TABLE t (x)")
        db.close()
    elif kind == "text":
        target.write_text("notes")
    elif kind == "folder":
        target.mkdir()
    elif kind == "published":
        with Archive(stocked.path, write=False) as reader:
            publish(reader, target)
    elif kind == "itself":
        target = stocked.path
    else:
        copied(stocked, target)
        user = sqlite3.connect(target, isolation_level=None)
        request.addfinalizer(user.close)
        user.execute("BEGIN")
        user.execute("SELECT * FROM pages").fetchone()
        with sqlite3.connect(target) as writer:
            writer.execute("UPDATE runs SET command = 'x'")
        writer.close()
    before = target.read_bytes() if target.is_file() else b""
    with pytest.raises(NotAnArchive):
        copied(stocked, target)
    assert before == (target.read_bytes() if target.is_file() else b"")
    assert not Path(f"{target}.part").exists()


def test_a_journal_that_a_reader_left_behind_is_no_hindrance(stocked: Archive, tmp_path: Path) -> None:
    target = tmp_path / "copy.db"
    copied(stocked, target)
    with Archive(target, write=False), Archive(target) as writer:
        writer.start_run("try")
    assert Path(f"{target}-wal").stat().st_size
    copied(stocked, target)
    assert sound(target)


def test_a_damaged_earlier_backup_is_replaced(stocked: Archive, tmp_path: Path) -> None:
    target = tmp_path / "copy.db"
    copied(stocked, target)
    os.truncate(target, 5000)
    copied(stocked, target)
    assert sound(target)


def test_what_a_killed_one_left_is_replaced(stocked: Archive, tmp_path: Path) -> None:
    (tmp_path / "copy.db.part").write_bytes(b"half")
    (tmp_path / "copy.db.part-journal").write_bytes(b"half")
    copied(stocked, tmp_path / "copy.db")
    assert sorted(p.name for p in tmp_path.iterdir() if p.name.startswith("copy")) == ["copy.db"]


def test_a_damaged_archive_does_not_replace_a_good_backup(stocked: Archive, tmp_path: Path) -> None:
    target = tmp_path / "copy.db"
    copied(stocked, target)
    before = target.read_bytes()
    stocked.conn.execute("UPDATE bodies SET data = (SELECT data FROM bodies WHERE id = 3) WHERE id = 2")
    with pytest.raises(CopyDiffers, match="body 2"):
        copied(stocked, target)
    assert target.read_bytes() == before and not Path(f"{target}.part").exists()


def test_a_copy_that_lost_rows_is_not_taken(stocked: Archive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = made.copy

    def losing(*arguments: object) -> dict[str, int]:
        return real(*arguments) | {"pages": 99}  # type: ignore[arg-type]

    monkeypatch.setattr(made, "copy", losing)
    with pytest.raises(ArchiveError, match="not as many rows"):
        copied(stocked, tmp_path / "copy.db")
    assert not (tmp_path / "copy.db").exists()


def test_quick_checks_a_sample(stocked: Archive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(made, "SAMPLE", 2)
    assert copied(stocked, tmp_path / "copy.db", quick=True).bodies_checked == 2


class Usage(NamedTuple):
    free: int


def test_no_room_is_told_before_anything_is_written(
    stocked: Archive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("archive.disk.shutil.disk_usage", lambda _: Usage(1000))
    with pytest.raises(DiskFull, match=r"MB of room are needed for the copy; 0.0 MB are free"):
        copied(stocked, tmp_path / "copy.db")
    assert not (tmp_path / "copy.db").exists()


def test_a_published_copy_is_no_archive_to_back_up(stocked: Archive, tmp_path: Path) -> None:
    with Archive(stocked.path, write=False) as reader:
        publish(reader, tmp_path / "public.db")
    with Archive(tmp_path / "public.db", write=False) as public, pytest.raises(Published):
        backup(public, tmp_path / "copy.db")
