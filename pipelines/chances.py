"""How likely it is that a difference between few numbers is chance. Three textbook tests, in plain Python."""

from collections.abc import Sequence
from itertools import groupby
from math import comb, erfc, sqrt


def fewer(k: int, n: int, past_k: int, past_n: int) -> float:
    """Fisher's exact test, one-sided: the chance of `k` or fewer of `n`, were the rate that of both samples together.

    Exact for any numbers, so few articles cannot alarm: 0 of 3 against 20 of 20 comes to 0.0006, 2 of 3 to 0.13.
    """
    whole = comb(n + past_n, n)
    hits = k + past_k
    lowest = max(0, n - (n + past_n - hits))
    return sum(comb(hits, i) * comb(n + past_n - hits, n - i) for i in range(lowest, k + 1)) / whole


def more(k: int, n: int, past_k: int, past_n: int) -> float:
    """The same for `k` or more."""
    return fewer(n - k, n, past_n - past_k, past_n)


def lower(values: Sequence[float], past: Sequence[float]) -> float:
    """Mann and Whitney's rank test, one-sided: the chance of `values` ranking so low among `values` and `past`.

    The normal approximation with the corrections for ties and continuity: for samples of five and more.
    """
    n, m = len(values), len(past)
    ordered = sorted([(v, 0) for v in values] + [(v, 1) for v in past])
    ranks, ties, at = 0.0, 0, 0
    for _, group in groupby(ordered, key=lambda pair: pair[0]):
        same = list(group)
        ranks += sum(1 for _, which in same if which == 0) * (at + (len(same) + 1) / 2)
        ties += len(same) ** 3 - len(same)
        at += len(same)
    spread = n * m / 12 * (n + m + 1 - ties / ((n + m) * (n + m - 1)))
    if spread <= 0:
        return 1.0
    z = (ranks - n * (n + 1) / 2 - n * m / 2 + 0.5) / sqrt(spread)
    return erfc(-z / sqrt(2)) / 2


def holm(chances: Sequence[float], level: float) -> list[bool]:
    """Which of several tests hold so that the chance of even one false one stays below `level` (Holm's method)."""
    order = sorted(range(len(chances)), key=lambda i: chances[i])
    held = [False] * len(chances)
    for place, i in enumerate(order):
        if chances[i] * (len(chances) - place) > level:
            break
        held[i] = True
    return held
