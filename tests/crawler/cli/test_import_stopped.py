"""`baoluu import` without room, killed at any moment, and in little memory."""

import os
import random
import signal
import subprocess
import sys
from functools import partial
from pathlib import Path

import pytest
from backports import zstd

from archive.disk import Room
from archive.store import Archive
from tests.archive.imports.taking import facts, revisit
from tests.archive.imports.test_files import wacz
from tests.archive.test_disk import Disk
from tests.archive.warc.made import each_gzip, each_zstd, response, sha1
from tests.conftest import ROOT as HOME
from tests.crawler.cli.conftest import Call
from tests.crawler.cli.test_import import here, kept, page, records, write
from tests.stock import ROOT

__all__ = ["here"]


def test_an_import_on_a_full_disk_stops_and_goes_on(
    baoluu: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("archive.imports.intake.BATCH", 4)
    asked: list[Path] = []

    def usage(path: Path) -> Disk:
        asked.append(path)
        return Disk(10**12, 10**11 if len(asked) < 3 else 10)

    path = write(tmp_path, "x.warc.gz", each_gzip(records(*range(1, 20))))
    with monkeypatch.context() as full:
        full.setattr("archive.imports.intake.Room", partial(Room, usage=usage))
        done = baoluu("import", path)
    assert done.code == 3 and "an import wants" in done.err and "run the same command again" in done.err
    assert kept(tmp_path) == (8, 0)
    assert baoluu("import", path).code == 0 and kept(tmp_path) == (19, 19)
    assert baoluu("verify").code == 0


CHILD = """
import sys
from crawler.cli import imports, main
from tests.stock import SOURCES, Here
import archive.imports.intake as intake, pipelines.pool
intake.BATCH = 5
pipelines.pool.CleaningPool = Here
imports.known_sources = lambda: SOURCES
sys.argv = ["baoluu", *sys.argv[1:]]
main()
"""


ASKING = """
import resource, subprocess, sys
done = subprocess.run([sys.executable, "-c", *sys.argv[1:]], stdout=subprocess.DEVNULL)
print(done.returncode, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""
"""Runs a program; tells its exit code and its most resident memory in KiB."""


def child(*arguments: object) -> "subprocess.Popen[bytes]":
    line = [sys.executable, "-c", CHILD, *map(str, arguments)]
    return subprocess.Popen(line, cwd=HOME, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def killed_often(folder: Path, kills: int, seed: int) -> int:
    """Import until it gets through, killed at random moments before; answers how often it was."""
    late = [revisit(f"{ROOT}/bai-{n}.html", WARC_Payload_Digest=sha1(page(n))) for n in range(1, 10)]
    one = write(folder, "one.warc.gz", each_gzip([*late, *records(*range(1, 60))]))
    two = write(folder, "two.wacz", wacz(("archive/x.warc.zst", each_zstd(records(*range(60, 120))))))
    chance, done, longest = random.Random(seed), 0, 3.0
    for _ in range(kills):
        process = child("import", one, two, "--archive", folder / "a.db")
        try:
            assert process.wait(chance.uniform(0.3, longest)) == 0
        except subprocess.TimeoutExpired:
            os.kill(process.pid, signal.SIGKILL)
            process.wait()
            done += 1
    assert child("import", one, two, "--archive", folder / "a.db").wait(120) == 0
    return done


def check(folder: Path, baoluu: Call) -> None:
    with Archive(folder / "a.db", write=False) as archive:
        assert len(facts(archive)) == 128
        assert archive.conn.execute("SELECT count(*) FROM articles").fetchone() == (119,)
        assert archive.conn.execute("SELECT count(*) FROM awaited").fetchone() == (0,)
    assert baoluu("verify").code == 0


def test_killed_at_any_moment_the_same_command_gives_the_whole(tmp_path: Path, baoluu: Call) -> None:
    killed_often(tmp_path, 3, seed=1)
    check(tmp_path, baoluu)


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(20))
def test_killed_over_and_over(tmp_path: Path, baoluu: Call, seed: int) -> None:
    killed_often(tmp_path, 8, seed)
    check(tmp_path, baoluu)


def big(path: Path, pages: int) -> None:
    """A file of so many pages of 100 KB."""
    made = [page(n) + random.Random(n).randbytes(50_000).hex().encode() for n in range(20)]
    with path.open("wb") as out:
        for n in range(pages):
            body = b"<!doctype html><!-- %d -->" % n + made[n % 20]
            out.write(zstd.compress(response(f"{ROOT}/bai-{n}.html", body), 1))


def peak(path: Path, folder: Path) -> tuple[int, int]:
    """Exit code and peak resident bytes of an import in a process of its own.

    Started by a small one: what a process held before it became another program counts in its peak.
    """
    told = ["import", path, "--keep-only", "--archive", folder / "a.db"]
    line = [sys.executable, "-c", ASKING, CHILD, *map(str, told)]
    asked = subprocess.run(line, cwd=HOME, capture_output=True, check=True)
    code, most = map(int, asked.stdout.split()[-2:])
    return code, most * 1024


def test_memory_stays_flat(tmp_path: Path) -> None:
    big(tmp_path / "x.warc.zst", 2000)
    code, most = peak(tmp_path / "x.warc.zst", tmp_path)
    assert code == 0 and kept(tmp_path)[0] == 2000 and most < 200 << 20, most


@pytest.mark.soak
def test_memory_stays_flat_at_twenty_times_the_size(tmp_path: Path) -> None:
    big(tmp_path / "x.warc.zst", 40_000)
    code, most = peak(tmp_path / "x.warc.zst", tmp_path)
    assert code == 0 and kept(tmp_path)[0] == 40_000 and most < 200 << 20, most
