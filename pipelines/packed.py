"""What goes to a cluster and comes back from it, as bytes: whoever only passes it on has little to carry.

Pickled alone, a page's record was copied and encrypted on its way for longer than it took to derive an article from it.
Read only what your own processes wrote: a pickle may do anything.
"""

import pickle
from typing import Any

from backports import zstd

_LEVEL = 1


def pack(given: object) -> bytes:
    """`given`, pickled and compressed: records to a sixth, for 7 µs a page; pages' bytes to a quarter."""
    return zstd.compress(pickle.dumps(given, pickle.HIGHEST_PROTOCOL), _LEVEL)


def unpack(packed: bytes) -> Any:
    """What was packed."""
    return pickle.loads(zstd.decompress(packed))
