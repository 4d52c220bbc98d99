"""What a crawl wants free on its disk, and the reserve for its last word."""

from pathlib import Path
from typing import NamedTuple

import pytest

from archive.disk import RESERVE, Room, Wanted
from archive.errors import DiskFull


class Disk(NamedTuple):
    total: int
    free: int


@pytest.mark.parametrize(
    ("total", "free", "wanted", "enough"),
    [
        (10_000_000_000, 300_000_000, Wanted(256e6, 1.0), True),
        (10_000_000_000, 255_999_999, Wanted(256e6, 1.0), False),
        (1_000_000_000_000, 9_000_000_000, Wanted(256e6, 1.0), False),
        (1_000_000_000_000, 9_000_000_000, Wanted(256e6, 0.5), True),
        (6_000_000, 0, Wanted(0, 0), True),
    ],
)
def test_bytes_and_share_are_wanted_both(total: int, free: int, wanted: Wanted, enough: bool, tmp_path: Path) -> None:
    room = Room(tmp_path / "a.db", wanted, lambda path: Disk(total, free))
    if enough:
        room.check()
        return
    with pytest.raises(DiskFull) as told:
        room.check()
    said = str(told.value)
    assert f"{free / 1e6:,.1f} MB" in said and f"{wanted.bytes / 1e6:,.1f} MB and {wanted.percent:g} %" in said
    assert "BAOLUU_MIN_FREE_MB" in said and "baoluu repack" in said and "--archive" in said


def test_the_disk_that_is_asked_is_the_archives(tmp_path: Path) -> None:
    asked = list[Path]()
    Room(tmp_path / "a.db", Wanted(), lambda path: asked.append(path) or Disk(10**12, 10**12)).check()  # type: ignore[func-returns-value]
    assert asked == [tmp_path.resolve()]


def test_the_reserve_takes_room_until_it_is_released(tmp_path: Path) -> None:
    room = Room(tmp_path / "a.db", Wanted())
    room.reserve()
    assert not list(tmp_path.iterdir()), "without an archive there is nothing to say"
    (tmp_path / "a.db").touch()
    room.reserve()
    room.reserve()
    assert (tmp_path / "a.db-reserve").stat().st_blocks * 512 >= RESERVE
    room.release()
    room.release()
    assert [p.name for p in tmp_path.iterdir()] == ["a.db"]
