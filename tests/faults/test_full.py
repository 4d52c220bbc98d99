"""A disk that is really full, at different moments of every command: a small tmpfs with so many bytes left."""

import random
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from archive.errors import DiskFull
from archive.store import Archive
from crawler.run import crawl
from tests.crawler.site import Reply, Site, article, paper
from tests.faults.orders import HereToo
from tests.faults.world import COMMANDS, Baoluu, check_whole, fresh, outcome

SIZE = 6 * 1024 * 1024
LEFT = (0, 16, 64, 192)
"""KiB that are left when a command begins."""


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """An empty disk of 6 MB; a skip where one may not be mounted."""
    folder = tmp_path_factory.mktemp("small")
    line = ["mount", "-t", "tmpfs", "-o", f"size={SIZE}", "none", folder]
    try:
        mounted = subprocess.run(line, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        pytest.skip("there is no mount command here")
    if mounted.returncode:
        pytest.skip(f"a small disk cannot be mounted here, which takes root: {mounted.stderr.strip()}")
    yield folder
    subprocess.run(["umount", folder], check=True)


def fill(folder: Path, left: int) -> Path:
    """Fill the disk but for `left` KiB."""
    ballast = folder / "ballast"
    with ballast.open("wb", buffering=0) as file:
        try:
            while file.write(bytes(4096)) == 4096:
                pass
        except OSError:
            pass
        file.truncate(max(0, file.tell() - left * 1024))
    return ballast


@pytest.mark.parametrize("left", LEFT)
@pytest.mark.parametrize("command", COMMANDS)
def test_a_full_disk(
    baoluu: Baoluu, world: Path, small: Path, expected: dict[str, dict[str, object]], command: str, left: int
) -> None:
    folder = fresh(world, small / "world")
    ballast = fill(small, left)
    answer = baoluu(folder, *COMMANDS[command])
    assert answer.code in (0, 1, 2, 3) and "Traceback" not in answer.err, answer
    assert left or answer.code == 3, answer
    assert answer.code == 0 or "full" in answer.err or "room" in answer.err, answer
    ballast.unlink()
    check_whole(folder)
    if answer.code:
        again = baoluu(folder, *COMMANDS[command])
        assert again.code == 0, again
    assert outcome(folder) == expected[command]


def test_a_crawl_that_fills_its_disk_can_still_say_how_it_ended(small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Others write meanwhile, so the guard does not see it coming; the reserve holds what the last word needs."""
    monkeypatch.setattr("crawler.cleaning.CleaningPool", HereToo)
    monkeypatch.setattr("crawler.settings.BAOLUU_MIN_FREE_MB", "0")
    monkeypatch.setattr("crawler.settings.BAOLUU_MIN_FREE_PERCENT", "0")
    noise = random.Random(7).randbytes(700_000).hex().encode()  # it packs to its 700 kB
    folder = small / "filled"
    folder.mkdir()

    def filling(_: int) -> Reply:
        ballast.append(fill(small, 0))
        return article(2)._replace(body=noise)

    ballast = list[Path]()
    with Archive(folder / "a.db") as archive, Site(paper(3) | {"/bai-2.html": filling}) as site:
        with pytest.raises(DiskFull):
            crawl(archive, site.sources())
        (run,) = archive.rows("SELECT outcome, stats FROM runs")
        assert run["outcome"] == "stopped" and "the disk is full" in run["stats"]
        ballast[0].unlink()
        site.routes["/bai-2.html"] = article(2)
        assert crawl(archive, site.sources()).outcome == "finished"
        assert len(list(archive.rows("SELECT 1 FROM articles"))) == 3
        assert sorted(p.name for p in folder.iterdir()) == ["a.db", "a.db-shm", "a.db-wal"]
