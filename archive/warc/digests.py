"""Digests of WARC records: `sha1:` in base 32, as most write it, or any algorithm in hexadecimal."""

import base64
import binascii
import hashlib
from typing import NamedTuple

_SIZES = {"md5": 16, "sha1": 20, "sha256": 32, "sha384": 48, "sha512": 64}


class Digest(NamedTuple):
    """A digest that can be checked."""

    algorithm: str
    value: bytes

    def fits(self, data: bytes) -> bool:
        """Whether it is the digest of `data`."""
        return hashlib.new(self.algorithm, data, usedforsecurity=False).digest() == self.value

    def __str__(self) -> str:
        return f"{self.algorithm}:{self.value.hex()}"


def digest_in(told: str) -> Digest | None:
    """The digest in a header's value; None for none, and for an algorithm or a writing that is not known."""
    label, _, text = told.strip().partition(":")
    algorithm = label.strip().lower().replace("-", "")
    size, text = _SIZES.get(algorithm), text.strip().rstrip("=")
    if size is None:
        return None
    try:
        if len(text) == 2 * size:
            return Digest(algorithm, bytes.fromhex(text))
        value = base64.b32decode(text.upper() + "=" * (-len(text) % 8))
    except (ValueError, binascii.Error):
        return None
    return Digest(algorithm, value) if len(value) == size else None
