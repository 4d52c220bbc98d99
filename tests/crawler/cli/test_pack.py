"""`baoluu repack` as a user calls it."""

import json
import os
import signal
from pathlib import Path

import pytest

from archive import repack, store
from archive.errors import DiskFull
from archive.store import Archive
from crawler.cli import pack
from tests.archive.packing import check_pages, frames, keep, waiting
from tests.crawler.cli.conftest import Call


def test_packing_and_undoing(baoluu: Call, archive: Archive) -> None:
    pages = keep(archive)
    answer = baoluu("repack", "--archive", archive.path)
    assert answer.code == 0 and answer.out.startswith(f"{len(pages)} bodies stored anew, ")
    assert " given back" in answer.out and f"packed: {len(pages)} of {len(pages)}" in answer.err
    undone = baoluu("repack", "--undo", "--json", "--archive", archive.path)
    told = json.loads(undone.out)
    assert undone.code == 0 and told["bodies"] > 0.8 * len(pages) and told["finished"]
    assert waiting(archive) == len(pages)
    check_pages(archive, pages)


def test_stats_tell_and_write_nothing(baoluu: Call, archive: Archive) -> None:
    pages = keep(archive)
    archive.conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    before, unpacked = archive.path.read_bytes(), frames(archive)
    told = baoluu("repack", "--stats", "--archive", archive.path)
    assert told.code == 0 and f"{len(pages)} bodies to be packed" in told.out
    kinds = [line.split()[:2] for line in told.out.splitlines()[1:-1]]
    assert kinds == [["paper1", "article"], ["paper1", "feed"], ["paper1", "section"]]
    lines = [
        json.loads(line) for line in baoluu("repack", "--stats", "--json", "--archive", archive.path).out.splitlines()
    ]
    assert sum(line["pages"] for line in lines[:-1]) == len(pages)
    assert lines[0]["ratio"] == round(lines[0]["stored"] / lines[0]["raw"], 4) and lines[0]["packed"] == 0
    assert lines[-1]["file"]["waiting"] == len(pages)
    assert archive.path.read_bytes() == before and frames(archive) == unpacked


@pytest.mark.parametrize("arguments", [[], ["--undo"], ["--stats"]])
def test_there_is_no_archive(baoluu: Call, tmp_path: Path, arguments: list[str]) -> None:
    answer = baoluu("repack", *arguments, "--archive", tmp_path / "none.db")
    assert answer.code == 2 and "no archive here yet" in answer.err and answer.out == ""
    assert not (tmp_path / "none.db").exists()


def test_wrong_use(baoluu: Call, archive: Archive) -> None:
    answer = baoluu("repack", "--undo", "--stats", "--archive", archive.path)
    assert answer.code == 2 and "exclude each other" in answer.err


def test_an_empty_archive_is_fine(baoluu: Call, archive: Archive) -> None:
    assert baoluu("repack", "--archive", archive.path).code == 0
    assert baoluu("repack", "--stats", "--archive", archive.path).out.endswith("; 0 bodies to be packed\n")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_stops_between_two_batches(
    baoluu: Call, archive: Archive, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    pages = keep(archive)
    before = signal.getsignal(number)
    monkeypatch.setattr(repack, "BATCH", 8)
    plan = repack.Planner.plan

    def planned(*arguments: object) -> None:
        os.kill(os.getpid(), number)
        plan(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(repack.Planner, "plan", planned)
    answer = baoluu("repack", "--archive", archive.path)
    assert answer.code == 3 and "goes on where this one ended" in answer.err
    assert waiting(archive) == len(pages) - 8 and signal.getsignal(number) is before
    monkeypatch.undo()
    assert baoluu("repack", "--archive", archive.path).code == 0 and waiting(archive) == 0
    check_pages(archive, pages)


def test_damage_is_trouble(baoluu: Call, archive: Archive) -> None:
    keep(archive)
    archive.conn.execute("UPDATE bodies SET data = x'00' WHERE id = 3")
    answer = baoluu("repack", "--archive", archive.path)
    assert answer.code == 1 and "Damaged, and left as they are: 1 bodies (3)" in answer.err


def test_a_locked_archive_and_a_full_disk_can_be_tried_again(
    baoluu: Call, archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep(archive)
    monkeypatch.setattr(store, "BUSY_MS", 10)
    with archive.transaction():
        answer = baoluu("repack", "--archive", archive.path)
    assert answer.code == 3 and "try again" in answer.err

    def full(*_: object, **__: object) -> None:
        raise DiskFull("the disk is full")

    monkeypatch.setattr(pack, "pack", full)
    assert baoluu("repack", "--archive", archive.path).code == 3


def test_an_archive_that_cannot_be_written_says_so(
    baoluu: Call, archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep(archive)
    monkeypatch.setattr(pack, "Archive", lambda path, write=False: Archive(path, write=False))
    answer = baoluu("repack", "--archive", archive.path)
    assert answer.code == 2 and "cannot be written" in answer.err
