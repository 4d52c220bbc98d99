"""Every command at a file that is torn, foreign, newer, locked or may not be written: a clear word, nothing changed."""

import os
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from random import Random

import pytest

from archive.store import Archive
from crawler.cli import COMMANDS as NAMES
from tests.faults.world import COMMANDS, Baoluu, fresh
from tests.stock import ROOT

SEED = 411
READING = {
    "search": ["search", "nuoc rut"],
    "overview": ["overview"],
    "show": ["show", f"{ROOT}/bai-1.html"],
    "history": ["history", f"{ROOT}/bai-2.html"],
    "diff": ["diff", f"{ROOT}/bai-2.html"],
    "copies": ["copies", f"{ROOT}/bai-1.html"],
    "related": ["related", f"{ROOT}/bai-1.html"],
    "cite": ["cite", f"{ROOT}/bai-1.html"],
    "export --dry-run": ["export", "--format", "parquet", "--dry-run"],
    "report": ["report", f"{ROOT}/bai-1.html", "--field", "title", "--note", "sai dấu"],
    "why": ["why", f"{ROOT}/bai-1.html"],
    "runs": ["runs"],
    "health": ["health"],
    "sources check": ["sources", "check"],
    "sources recurring": ["sources", "recurring"],
    "topics list": ["topics", "list"],
    "topics check": ["topics", "check", "doi-ngoai-dang"],
}
ALL = {name: argv for name, argv in COMMANDS.items() if name != "going over"} | READING
BESIDE = {"clean", "date", "sources", "topics", "demo", "schedule", "serve"}
"""Commands that touch no archive of the keeper's, whose own commands are named above, or do not end."""
READS = {*READING, "backup", "export", "export a WARC", "publish", "verify"}
"""Commands that need not write into the archive."""


def test_every_command_is_tried_here() -> None:
    assert set(NAMES) - BESIDE - set(ALL) == set()


def torn(path: Path, random: Random) -> None:
    """Cut the file off somewhere."""
    os.truncate(path, random.randrange(1, path.stat().st_size))


def zeroed(path: Path, random: Random) -> None:
    """Turn some database pages into zeros."""
    data = bytearray(path.read_bytes())
    for _ in range(3):
        at = random.randrange(len(data) // 4096) * 4096
        data[at : at + 4096] = bytes(4096)
    path.write_bytes(data)


def foreign(path: Path, random: Random) -> None:
    path.unlink()
    with closing(sqlite3.connect(path)) as db:
        db.execute("CREATE TABLE things (x)")


def newer(path: Path, random: Random) -> None:
    with closing(sqlite3.connect(path)) as db:
        db.execute("INSERT INTO _sqlite_migrations (migration_set, name, applied_at) VALUES ('baoluu', 'm999', '')")
        db.commit()
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def empty(path: Path, random: Random) -> None:
    path.write_bytes(b"")


def text(path: Path, random: Random) -> None:
    path.write_text("Một trang ghi chép, dài vừa đủ để trông như một tệp. " * 40, encoding="utf-8")


@pytest.mark.parametrize("kind", [foreign, newer, text])
@pytest.mark.parametrize("command", ALL)
def test_what_is_no_archive_of_ours_is_refused(
    baoluu: Baoluu, world: Path, tmp_path: Path, command: str, kind: object
) -> None:
    folder = fresh(world, tmp_path / "world")
    kind(folder / "archive.db", Random(SEED))  # type: ignore[operator]
    before = (folder / "archive.db").read_bytes()
    answer = baoluu(folder, *ALL[command])
    assert answer.code == 2 and answer.err.startswith("Error: ") and "archive.db" in answer.err, answer
    assert (folder / "archive.db").read_bytes() == before and not list((folder / "out").iterdir())


@pytest.mark.parametrize("number", [*range(2), *(pytest.param(n, marks=pytest.mark.soak) for n in range(2, 25))])
@pytest.mark.parametrize("kind", [torn, zeroed])
@pytest.mark.parametrize("command", ALL)
def test_a_damaged_archive_is_never_a_traceback(
    baoluu: Baoluu, world: Path, tmp_path: Path, command: str, kind: object, number: int
) -> None:
    folder = fresh(world, tmp_path / "world")
    kind(folder / "archive.db", Random(f"{SEED} {number}"))  # type: ignore[operator]
    answer = baoluu(folder, *ALL[command])
    told = (command, number, SEED, answer)
    assert not answer.killed and answer.code in (0, 1, 2, 3) and "Traceback" not in answer.err, told
    assert answer.code == 0 or answer.err or "next:" in answer.out, told
    if command == "verify":
        assert answer.code in (1, 2), told
    if command == "backup":
        assert answer.code and not list((folder / "out").iterdir()), told


@pytest.mark.parametrize("command", ALL)
def test_a_locked_archive(baoluu: Baoluu, world: Path, tmp_path: Path, command: str) -> None:
    folder = fresh(world, tmp_path / "world")
    with Archive(folder / "archive.db") as other, other.transaction():
        answer = baoluu(folder, *ALL[command], busy=20)
    if command in READS:
        assert answer.code == 0, answer
    else:
        assert answer.code == 3 and "another program is writing" in answer.err, answer
    assert baoluu(folder, *ALL[command]).code == 0


@pytest.fixture
def unwritable(world: Path, tmp_path: Path) -> Iterator[Path]:
    """The world on a disk that is mounted to be read; without root, files and folders that may not be written."""
    disk = tmp_path / "disk"
    disk.mkdir()
    if os.getuid():
        folder = fresh(world, disk / "world")
        paths = [folder, *folder.rglob("*")]
        for path in paths:
            path.chmod(0o555 if path.is_dir() else 0o444)
        yield folder
        for path in paths:
            path.chmod(0o755)
        return
    if subprocess.run(["mount", "-t", "tmpfs", "none", disk], capture_output=True, check=False).returncode:
        pytest.skip("a disk cannot be mounted here")
    folder = fresh(world, disk / "world")
    subprocess.run(["mount", "-o", "remount,ro", disk], check=True)
    yield folder
    subprocess.run(["umount", disk], check=True)


@pytest.mark.parametrize("command", ALL)
def test_an_archive_that_may_only_be_read(baoluu: Baoluu, unwritable: Path, command: str) -> None:
    answer = baoluu(unwritable, *ALL[command])
    if command in {*READING, "verify"}:
        assert answer.code == 0, answer
    else:
        assert answer.code == 2 and "cannot be written" in answer.err, answer


def test_an_archive_that_may_only_be_read_is_copied_elsewhere(baoluu: Baoluu, unwritable: Path, tmp_path: Path) -> None:
    for command in ("backup", "publish"):
        target = tmp_path / f"{command}.db"
        assert baoluu(unwritable, command, str(target)).code == 0
    with Archive(tmp_path / "backup.db", write=False) as copy:
        assert copy.conn.execute("SELECT count(*) FROM pages").fetchone() == (5,)
