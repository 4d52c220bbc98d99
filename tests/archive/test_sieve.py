from random import Random

import pytest

from archive import sieve
from archive.sieve import ALL, NONE, Sieve, empty


def numbers(seed: int, count: int) -> list[int]:
    random = Random(seed)
    return [random.getrandbits(63) for _ in range(count)]


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sieve, "FIRST", 1 << 16)


def test_what_was_put_in_passes_and_hardly_anything_else() -> None:
    made, there = empty(0), numbers(1, 32_768)
    made.add(there)
    assert made.passing(there) == there and made.count == 32_768 and len(made.bits) == 1 << 16
    assert len(made.passing(numbers(2, 10_000))) < 700, "once in sixteen"


def test_it_grows_with_what_is_put_in_and_loses_nothing() -> None:
    made, there = empty(0), numbers(1, 5 * sieve.FIRST)
    for start in range(0, len(there), 10_000):
        made.add(there[start : start + 10_000])
    assert len(made.bits) == 16 * sieve.FIRST and made.passing(there) == there
    assert 1_000 < len(made.passing(numbers(2, 10_000))) < 1_700, "once in six"
    kept = Sieve(made.count, bytes(made.bits))
    assert kept.passing(there) == there


def test_it_grows_no_further_than_there_is_memory() -> None:
    assert len(empty(1 << 40).bits) == sieve.MOST


def test_the_simplest_ones() -> None:
    assert Sieve(0, ALL).passing([0, 5, 1 << 62]) == [0, 5, 1 << 62] and Sieve(0, NONE).passing([0, 5]) == []
