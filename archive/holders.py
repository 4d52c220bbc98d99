"""Which process holds a lease, and whether it still lives: after a kill its leases return at once."""

import contextlib
import os
from pathlib import Path

_BOOT = Path("/proc/sys/kernel/random/boot_id")


def holder(pid: int) -> str:
    """The process `pid` of this machine: the machine's start, the number, and when the process began."""
    return f"{_boot()}:{pid}:{_began(pid)}"


def alive(name: str) -> bool:
    """Whether the process that `holder` named so still runs on this machine."""
    boot, pid, began = name.split(":")
    return boot == _boot() and _exists(int(pid)) and began == _began(int(pid))


def _boot() -> str:
    with contextlib.suppress(OSError):
        return _BOOT.read_text().strip()
    return ""


def _began(pid: int) -> str:
    """Field 22 of proc(5)'s stat, counted behind the name, which may hold blanks; empty where there is no /proc."""
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[19]
    return ""


def _exists(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
