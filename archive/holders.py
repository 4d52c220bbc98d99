"""Which process holds a lease or the lock of a crawl, and whether it still lives: after a kill both return at once."""

import contextlib
import os
from pathlib import Path

_BOOT = Path("/proc/sys/kernel/random/boot_id")
_NAMESPACE = Path("/proc/self/ns/pid")


def holder(pid: int) -> str:
    """The process `pid` of this machine: the machine's start, the number, when it began, and who counts so.

    A container counts its processes from 1: the number means something only among those that count alike.
    """
    return f"{_boot()}:{pid}:{_began(pid)}:{_namespace()}"


def alive(name: str) -> bool:
    """Whether the process that `holder` named so still runs on this machine. Of another container's: perhaps."""
    boot, pid, began, *counted = name.split(":")
    if boot != _boot():
        return False
    if counted and counted[0] != _namespace():
        return True
    return _exists(int(pid)) and began == _began(int(pid))


def number(name: str) -> str:
    """The number of the process that `holder` named so."""
    return name.split(":")[1]


def _boot() -> str:
    with contextlib.suppress(OSError):
        return _BOOT.read_text().strip()
    return ""


def _namespace() -> str:
    """`pid_namespaces(7)`: the number in `pid:[4026531836]`; empty where there is no /proc."""
    with contextlib.suppress(OSError):
        return str(_NAMESPACE.readlink()).strip("pid:[]")
    return ""


def _began(pid: int) -> str:
    """Field 22 of proc(5)'s stat, counted behind the name, which may hold blanks; empty where there is no /proc.

    Empty too of a process that has ended and that nobody has asked how (Z): a container's first process may never ask.
    """
    with contextlib.suppress(OSError):
        state, *rest = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        return "" if state in "ZX" else rest[18]
    return ""


def _exists(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
