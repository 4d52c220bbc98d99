"""Whether a worker runs what the client runs: only then are its records the same, byte for byte."""

import hashlib
import sys
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from pipelines.cleaner import LIBRARIES
from pipelines.errors import ClusterUnfit

_HOUSES = ("config", "archive", "pipelines")
_ROOT = Path(__file__).parents[2]
_TALKING = ("dask", "distributed", "cloudpickle", "msgpack", "msgspec")
"""Libraries by which client and workers understand each other."""
Versions = dict[str, str]


@cache
def versions() -> Versions:
    """By name, all that a page's record and the way it comes back depend on."""
    found = {"python": ".".join(map(str, sys.version_info[:2])), "baoluu": _code()}
    for name in (*LIBRARIES, *_TALKING):
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = "missing"
    return found


def _code() -> str:
    """A digest of the code that cleans: a checkout one commit further has the same version number."""
    told = hashlib.sha256()
    for house in _HOUSES:
        for file in sorted((_ROOT / house).rglob("*.py")):
            told.update(
                f"{file.relative_to(_ROOT).as_posix()} {hashlib.sha256(file.read_bytes()).hexdigest()}\n".encode()
            )
    return told.hexdigest()[:12]


def need_same(theirs: Versions, ours: Versions, where: str) -> None:
    """Refuse a worker that would clean otherwise; the client's versions are `ours`."""
    if told := [f"{name} {theirs.get(name)} (here {ours[name]})" for name in ours if theirs.get(name) != ours[name]]:
        raise ClusterUnfit(f"the worker at {where} has {', '.join(told)}; bring it to the state of this machine")
