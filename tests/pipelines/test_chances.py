from itertools import combinations
from math import comb
from random import Random

import pytest

from pipelines.chances import fewer, holm, lower, more


def test_fishers_own_example() -> None:
    """The lady who tastes tea (R. A. Fisher, The Design of Experiments, 1935): three of four right by chance 17/70."""
    assert more(3, 4, 1, 4) == pytest.approx(17 / 70)
    assert more(4, 4, 0, 4) == pytest.approx(1 / 70)


def test_the_tails_are_those_of_counting_every_draw() -> None:
    for n, hits, k in ((3, 4, 1), (5, 2, 0), (4, 6, 3)):
        past = 6
        draws = list(combinations(range(n + past), n))
        counted = sum(sum(i < hits for i in draw) <= k for draw in draws) / len(draws)
        assert fewer(k, n, hits - k, past) == pytest.approx(counted)
        assert more(k, n, hits - k, past) == pytest.approx(
            sum(sum(i < hits for i in draw) >= k for draw in draws) / len(draws)
        )


def test_few_numbers_cannot_alarm() -> None:
    assert fewer(0, 3, 20, 20) == pytest.approx(1 / comb(23, 3))
    assert fewer(2, 3, 20, 20) > 0.1
    assert fewer(3, 3, 20, 20) == 1.0


def test_ranks_come_near_to_counting_every_order() -> None:
    random = Random(3)
    for shift in (0, 3, 6):
        one, other = [random.randrange(20) for _ in range(5)], [random.randrange(20) + shift for _ in range(8)]
        pool = one + other

        def wins(these: list[int], those: list[int]) -> float:
            return sum((a > b) + (a == b) / 2 for a in these for b in those)

        seen = wins(one, other)
        draws = [
            wins([pool[i] for i in draw], [p for i, p in enumerate(pool) if i not in draw])
            for draw in combinations(range(13), 5)
        ]
        assert lower(one, other) == pytest.approx(sum(d <= seen for d in draws) / len(draws), abs=0.02)
    assert lower([5] * 6, [5] * 9) == 1.0


def test_holm_is_stricter_the_more_tests_there_are() -> None:
    assert holm([0.0004, 0.5, 0.0006], 0.001) == [False, False, False]
    assert holm([0.0003, 0.5, 0.0004], 0.001) == [True, False, True]
    assert holm([0.0009], 0.001) == [True]
