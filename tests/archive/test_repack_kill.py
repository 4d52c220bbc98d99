"""SIGKILL at any moment of packing or unpacking loses nothing, and the same command goes on."""

import json
import subprocess
import sys
from pathlib import Path
from random import Random
from typing import Any

import pytest

from archive.store import Archive
from tests.archive.packing import check_pages, frames, keep, waiting
from tests.conftest import ROOT

SEED = 1809


class Runs:
    """The process that forks the runs."""

    def __init__(self, archive: Path) -> None:
        self._archive = str(archive)
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.archive.killed"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
        )

    def run(self, undo: bool, **kill: float) -> dict[str, Any]:
        """One run; answers whether it was killed."""
        assert self._process.stdin and self._process.stdout
        self._process.stdin.write(json.dumps({"archive": self._archive, "undo": undo} | kill) + "\n")
        self._process.stdin.flush()
        return dict(json.loads(self._process.stdout.readline()))

    def close(self) -> None:
        self._process.communicate(timeout=30)


@pytest.mark.parametrize("goal", [20, pytest.param(200, marks=pytest.mark.soak)])
def test_kills(tmp_path: Path, goal: int) -> None:
    random, path = Random(SEED), tmp_path / "archive.db"
    with Archive(path) as archive:
        pages = keep(archive)
        count = len(frames(archive))
    runs = Runs(path)
    whole = [int(runs.run(undo)["statements"]) for undo in (False, True)]
    kills = {False: 0, True: 0}
    while sum(kills.values()) < goal:
        for undo in (False, True):
            left = None
            while True:
                n = random.randint(1, whole[undo] // 2)
                moment = {"statements": n} if random.random() < 0.7 else {"seconds": 0.01 + random.random() / 4}
                killed = runs.run(undo, **moment)["killed"]
                kills[undo] += killed
                with Archive(path) as archive:
                    check_pages(archive, pages)
                    now = waiting(archive)
                if not undo:
                    assert left is None or now <= left, ("no work is done twice", SEED, kills)
                    left = now
                if not killed:
                    break
            assert now == (count if undo else 0), (SEED, kills)
    runs.close()
    assert all(kills.values())
