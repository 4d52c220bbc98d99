"""Hanging and exploding pages cost a drop; a killed parent leaves no child behind."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from archive.facts import Cleaned, Drop, Page
from pipelines import pool as pool_module
from pipelines.pool import CleaningPool
from tests.conftest import PAPER

HANG = "https://song.example.vn/hang-1.html"
EXPLODE = "https://song.example.vn/explode-2.html"
GOOD = "https://song.example.vn/good-3.html"


def fake(page: Page, source: object) -> Cleaned:
    """What the children run here: a page that never ends, one that wants all memory, and a harmless one."""
    if page.url == HANG:
        time.sleep(60)
    if page.url == EXPLODE:
        bytearray(8_000_000_000)
    from pipelines.process import process

    return process(page, PAPER)


@pytest.fixture
def pool(monkeypatch: pytest.MonkeyPatch) -> CleaningPool:
    monkeypatch.setattr(pool_module, "_process", fake)
    return CleaningPool(1, seconds=3)


def page(url: str) -> Page:
    text = "<h1>Tít</h1>" + "".join(f"<p>Đoạn văn số {n} của bài báo này đủ dài để đọc.</p>" for n in range(9))
    return Page(url=url, fetched_at="2025-03-10T08:00:00+07:00", body=f"<html><body>{text}</body></html>".encode())


def test_each_trouble_is_a_drop_with_its_reason_and_the_next_page_is_cleaned(pool: CleaningPool) -> None:
    with pool:
        made = [cleaned.output for cleaned in pool.map([(page(url), PAPER) for url in (HANG, EXPLODE, GOOD)])]
    assert [o.drop.reason for o in made if isinstance(o, Drop)][:2] == ["hang", "memory"]
    assert made[2].url == GOOD and not (isinstance(made[2], Drop) and made[2].drop.reason in ("hang", "memory"))


def test_children_end_with_a_killed_parent(tmp_path: Path) -> None:
    script = tmp_path / "parent.py"
    script.write_text(
        "import os, signal, sys, time\n"
        "from pipelines import pool\n"
        "from tests.conftest import PAPER\n"
        "from tests.pipelines.test_pool import HANG, fake, page\n"
        "if __name__ == '__main__':\n"
        "    pool._process = fake\n"
        "    children = pool.CleaningPool(1, seconds=50)\n"
        "    future = children._submit(page(HANG), PAPER)\n"
        "    while not future.running(): time.sleep(0.05)\n"
        "    print(*[w for w in children._pool._pool_manager.worker_manager.workers], flush=True)\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    root = Path(__file__).parents[2]
    done = subprocess.run(
        [sys.executable, script], capture_output=True, text=True, cwd=root, env=os.environ | {"PYTHONPATH": str(root)}
    )
    child = int(done.stdout.split()[0])
    for _ in range(100):
        if not _runs(child):
            break
        time.sleep(0.1)
    assert not _runs(child)


def _runs(number: int) -> bool:
    try:
        state = Path(f"/proc/{number}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except OSError:
        return False
    return state != "Z"
