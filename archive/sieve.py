"""Which of many numbers may have been put in: a Bloom filter of one bit a number, by which lookups are spared.

Numbers must be evenly spread in their lower 27 bits. A sieve that gets too small is doubled by its own repetition: what
passed passes in both halves, and what comes then has twice the room. What was never put in passes, too, once in
sixteen, and after four doublings once in six.
"""

from collections.abc import Iterable, Sequence

FIRST, MOST = 1 << 20, 1 << 24
"""Bytes of a sieve; powers of two. In a larger archive than the largest has room for more and more passes."""
ROOM = 2
"""Bytes that a number has before the sieve is doubled."""
ALL, NONE = b"\xff", b"\0"
"""Sieves through which everything passes, and nothing."""


class Sieve:
    """A sieve as it lies in a file: `bits` are as many bytes as a power of two, `waiting` how many it has got since."""

    def __init__(self, count: int, bits: bytes | bytearray) -> None:
        self.count, self.waiting = count, 0
        self.bits = bits if isinstance(bits, bytearray) else bytearray(bits)

    def passing(self, numbers: Iterable[int]) -> list[int]:
        """Those that may have been put in, in the given order."""
        bits, last = self.bits, len(self.bits) - 1
        return [n for n in numbers if bits[n >> 3 & last] >> (n & 7) & 1]

    def add(self, numbers: Sequence[int]) -> None:
        """Put numbers in."""
        self.count += len(numbers)
        self.waiting += len(numbers)
        while len(self.bits) < min(ROOM * self.count, MOST):
            self.bits *= 2
        bits, last = self.bits, len(self.bits) - 1
        for n in numbers:
            bits[n >> 3 & last] |= 1 << (n & 7)


def empty(count: int) -> Sieve:
    """A sieve with room for so many."""
    return Sieve(0, bytes(max(FIRST, min(MOST, 1 << max(0, ROOM * count - 1).bit_length()))))
