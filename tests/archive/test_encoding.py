import gzip
import zlib
from collections.abc import Callable
from random import Random

import brotli
import pytest
from backports import zstd

from archive.encoding import TooLarge, decoded

PAGE = b"<html><p>T\xe1\xbb\xab ng\xc3\xa0y mai</p></html>" * 900 + Random(7).randbytes(30_000)


def raw_deflate(data: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(data) + packer.flush()


PACKERS: dict[str, tuple[str, Callable[[bytes], bytes]]] = {
    "gzip": ("gzip", gzip.compress),
    "two gzip members": ("x-gzip", lambda d: gzip.compress(d[:999]) + gzip.compress(d[999:])),
    "deflate": ("deflate", zlib.compress),
    "raw deflate": ("deflate", raw_deflate),
    "br": ("br", brotli.compress),
    "zstd": ("zstd", zstd.compress),
    "two zstd frames": ("zstd", lambda d: zstd.compress(d[:999]) + zstd.compress(d[999:])),
}


@pytest.mark.parametrize("kind", PACKERS)
def test_a_whole_body_is_whole(kind: str) -> None:
    name, pack = PACKERS[kind]
    assert decoded(pack(PAGE), [name], 10**6) == (PAGE, True)


@pytest.mark.parametrize("kind", PACKERS)
@pytest.mark.parametrize("cut", [1, 8, 100, 5000])
def test_a_body_that_breaks_off_is_not(kind: str, cut: int) -> None:
    name, pack = PACKERS[kind]
    body, whole = decoded(pack(PAGE)[:-cut], [name], 10**6)
    assert not whole and PAGE.startswith(body)


@pytest.mark.parametrize("kind", PACKERS)
def test_a_bomb_is_not_unfolded(kind: str) -> None:
    name, pack = PACKERS[kind]
    with pytest.raises(TooLarge):
        decoded(pack(bytes(10**7)), [name], 10**6)


def test_encodings_are_undone_from_the_last() -> None:
    assert decoded(gzip.compress(brotli.compress(PAGE)), ["br", "gzip"], 10**6) == (PAGE, True)
    assert decoded(gzip.compress(PAGE), ["identity", "GZIP "], 10**6) == (PAGE, True)


def test_a_header_that_lies_does_no_harm() -> None:
    for name in ("gzip", "zstd", "br"):
        assert decoded(b"<html>plain</html>", [name], 10**6) == (b"<html>plain</html>", True)
    assert decoded(b"", ["gzip"], 9) == (b"", True)
    assert decoded(b"abc", ["aes128gcm"], 9) == (b"abc", True)


def test_what_follows_the_end_is_no_part_of_the_body() -> None:
    assert decoded(gzip.compress(PAGE) + b"\r\nextra", ["gzip"], 10**6) == (PAGE, True)


def test_a_wrong_checksum_is_not_whole() -> None:
    packed = bytearray(gzip.compress(PAGE))
    packed[-6] ^= 1
    assert decoded(bytes(packed), ["gzip"], 10**6)[1] is False
