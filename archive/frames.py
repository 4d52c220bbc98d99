"""zstd frames of bodies, on their own or against the bytes of another body, and the bases that were decoded last."""

from collections import OrderedDict
from collections.abc import Mapping
from threading import Lock

from backports import zstd

LEVEL = 2
"""At capture, on its own: 0.2 ms a page. Level 3 takes half as long again and saves 0.5 %, and `repack` comes after."""
LEANING_LEVEL = 9
"""Against a base: 2 ms a page. Level 19 takes six times that and saves 5 % more."""
PLAIN_LEVEL = 12
"""For what `repack` leaves on its own: 8 ms a page. Level 19 takes ten times that and saves 4 % more."""
TRIAL_LEVEL = 3
"""For comparing bases: 0.5 ms a page."""
RECENT_BYTES = 32 << 20
"""Decoded bases that are kept in memory, about 300 pages."""
_AT_CAPTURE: Mapping[int, int] = {
    zstd.CompressionParameter.strategy: zstd.Strategy.fast,
    zstd.CompressionParameter.hash_log: 17,
    zstd.CompressionParameter.min_match: 6,
}
"""Against a base, at capture: what two pages of a template share is found by its long matches. A quarter less time than
level 2 takes, for 1 to 2 % more bytes."""
_SHORTEST = 8
"""Bytes that a dictionary must have."""
_WIDEST = 27
"""Logarithm of the largest window that a decoder takes unasked."""


class Base:
    """The bytes of a body, ready for others to be compressed against; kept, as getting ready costs more than use."""

    def __init__(self, raw: bytes, sha: str) -> None:
        self.size, self.sha = len(raw), sha
        self._dict = zstd.ZstdDict(raw, is_raw=True) if len(raw) >= _SHORTEST else None

    def compress(self, body: bytes, level: int) -> bytes:
        """`body` as a frame against this one."""
        return self._against(body, {zstd.CompressionParameter.compression_level: level})

    def capture(self, body: bytes) -> bytes:
        """The same as fast as a crawl wants it."""
        return self._against(body, _AT_CAPTURE)

    def _against(self, body: bytes, options: Mapping[int, int]) -> bytes:
        # A window over the body and all of its base.
        reach = min(max((len(body) + self.size).bit_length(), 17), _WIDEST)
        options = {**options, zstd.CompressionParameter.window_log: reach}
        return _compress(body, options, self._dict.as_prefix if self._dict else None)

    def decompress(self, data: bytes) -> bytes:
        """The bytes of such a frame; `zstd.ZstdError` if it is torn."""
        return zstd.decompress(data, zstd_dict=self._dict.as_prefix if self._dict else None)


def frame(body: bytes, level: int = LEVEL) -> bytes:
    """`body` as a frame of its own."""
    return _compress(body, {zstd.CompressionParameter.compression_level: level})


def unframe(data: bytes) -> bytes:
    """The bytes of such a frame; `zstd.ZstdError` if it is torn."""
    return zstd.decompress(data)


def _compress(body: bytes, options: Mapping[int, int], base: tuple[zstd.ZstdDict, int] | None = None) -> bytes:
    """A frame with a checksum, so that a torn one is noticed."""
    return zstd.compress(body, options={**options, zstd.CompressionParameter.checksum_flag: 1}, zstd_dict=base)


class Recent:
    """The bases that were used last, by SHA-256, so that a row of reads decodes each once. Bounded in bytes."""

    def __init__(self, limit: int = RECENT_BYTES) -> None:
        self._limit, self._size, self._lock = limit, 0, Lock()
        self._bases = OrderedDict[str, Base]()

    def get(self, sha: str) -> Base | None:
        """The base with this digest, if it is still here."""
        with self._lock:
            if (found := self._bases.get(sha)) is not None:
                self._bases.move_to_end(sha)
            return found

    def put(self, base: Base) -> None:
        """Keep `base`, and let go what was not used for longest."""
        with self._lock:
            if base.sha not in self._bases:
                self._bases[base.sha] = base
                self._size += base.size
            while self._size > self._limit:
                self._size -= self._bases.popitem(last=False)[1].size

    def clear(self) -> None:
        """Let go of everything."""
        with self._lock:
            self._bases.clear()
            self._size = 0


RECENT = Recent()
"""The ones of this process: a digest names the same bytes in every archive."""
