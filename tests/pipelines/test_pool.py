"""Hanging and exploding pages cost a drop; a killed parent leaves no child behind."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import msgspec
import pytest

from archive.facts import Cleaned, Drop, Page
from archive.store import Archive
from pipelines import pool as pool_module
from pipelines.pool import CleaningPool, CleaningStopped
from pipelines.stored import Chunk, Made, clean_chunk
from tests.conftest import PAPER

HANG = "https://song.example.vn/hang-1.html"
EXPLODE = "https://song.example.vn/explode-2.html"
GOOD = "https://song.example.vn/good-3.html"


def fake(page: Page, source: object) -> Cleaned:
    """What the children run here: a page that never ends, one that wants all memory, and harmless ones."""
    if page.url == HANG:
        time.sleep(60)
    if page.url == EXPLODE:
        bytearray(8_000_000_000)
    if number := page.headers.get("signal"):
        marker = Path(page.headers["marker"])
        if marker.exists():
            marker.unlink()
            os.kill(os.getpid(), int(number))
    from pipelines.process import process

    return process(page, PAPER)


def hanging_chunk(chunk: Chunk) -> list[Made]:
    """What the children run for stored pages: the second page never ends."""
    if 2 in chunk.numbers:
        time.sleep(60)
    return clean_chunk(chunk, pool_module.clean_safely)


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


def dying(tmp_path: Path, number: int) -> Page:
    """A good page whose first child is killed from outside."""
    (tmp_path / "marker").touch()
    headers = {"signal": str(number), "marker": str(tmp_path / "marker")}
    return msgspec.structs.replace(page(GOOD), headers=headers)


def test_a_page_whose_child_was_killed_is_cleaned_by_another(pool: CleaningPool, tmp_path: Path) -> None:
    with pool:
        made = next(pool.map([(dying(tmp_path, signal.SIGKILL), PAPER)]))
    assert not isinstance(made.output, Drop) or made.output.drop.reason not in ("hang", "memory")


def test_children_that_are_told_to_end_drop_nothing(pool: CleaningPool, tmp_path: Path) -> None:
    with pytest.raises(CleaningStopped), pool:
        next(pool.map([(dying(tmp_path, signal.SIGTERM), PAPER)]))


def kept_chunk(archive: Archive, *pages: Page) -> Chunk:
    """Pages that have just been kept."""
    numbers = tuple(archive.keep_page(PAPER, page) for page in pages)
    return Chunk(str(archive.path), PAPER.id, PAPER, numbers, dry=False, wanted=frozenset(), fresh=True)


def with_faults(chunk: Chunk) -> list[Made]:
    """What the children run for kept pages."""
    return clean_chunk(chunk, lambda page, source, known: fake(page, source))


def test_of_kept_pages_that_go_together_each_trouble_is_its_own(
    archive: Archive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pool_module, "_clean_chunks", with_faults_in_all)
    good = page(GOOD)
    killed = msgspec.structs.replace(dying(tmp_path, signal.SIGKILL), url=GOOD.replace("3", "4"))
    chunks = [kept_chunk(archive, page(HANG), good), kept_chunk(archive, page(EXPLODE), killed)]
    with CleaningPool(1, seconds=3) as pool:
        made = asyncio.run(pool.fresh(chunks))
    reasons = [one.reason for one in made]
    assert reasons[0] == "hang" and reasons[2] == "memory"
    assert [one.number for one in made if isinstance(one, Made)] == [chunks[0].numbers[1], chunks[1].numbers[1]]
    assert [one.row.article for one in made if isinstance(one, Made) and one.row] == ["songnews:3", "songnews:4"]
    assert not (tmp_path / "marker").exists(), "its first child was killed"


def with_faults_in_all(chunks: Sequence[Chunk]) -> list[Made]:
    """The same for several papers."""
    return [made for chunk in chunks for made in with_faults(chunk)]


def test_a_fault_of_the_cleaner_is_the_drop_of_that_page(monkeypatch: pytest.MonkeyPatch) -> None:
    def explode(*_: object) -> Cleaned:
        raise ValueError("nobody thought of \ud83d")

    monkeypatch.setattr("pipelines.process.process", explode)
    output = pool_module._process(page(GOOD), PAPER).output
    assert isinstance(output, Drop) and "the cleaner failed: ValueError" in output.drop.detail
    assert msgspec.json.encode(output)


def test_children_end_with_a_killed_parent(tmp_path: Path) -> None:
    script = tmp_path / "parent.py"
    script.write_text(
        "import os, signal, sys, time\n"
        "from pipelines import pool\n"
        "from tests.conftest import PAPER\n"
        "from tests.pipelines.test_pool import HANG, fake, page\n"
        "if __name__ == '__main__':\n"
        "    children = pool.CleaningPool(1, seconds=50)\n"
        "    future = children._submit(fake, page(HANG), PAPER)\n"
        "    while not future.running(): time.sleep(0.05)\n"
        "    time.sleep(0.5)\n"
        "    print(*children._workers.pids, flush=True)\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    root = Path(__file__).parents[2]
    done = subprocess.run(
        [sys.executable, script],
        capture_output=True,
        text=True,
        cwd=root,
        timeout=60,
        env=os.environ | {"PYTHONPATH": str(root)},
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
