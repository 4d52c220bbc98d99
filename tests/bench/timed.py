"""A process from its start to its end: seconds, those of the processor with its children's, and memory."""

import os
import signal
import subprocess
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple


class Took(NamedTuple):
    """What one run took: seconds, those of the processor, and the most memory of one process in bytes."""

    wall: float
    cpu: float
    peak: int


class Failed(Exception):
    """A process that did not end well, or not in time."""


def _environment() -> dict[str, str]:
    """This process's, in which modules are compiled once, as everywhere, and not at every start."""
    return {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


def timed(
    call: Sequence[str], seconds: float | None = None, *, said: Path | None = None, cwd: Path | None = None
) -> Took:
    """Run `call`, which may take so many `seconds`; what it says on both streams goes into `said`. Raises Failed."""
    with (said or Path(os.devnull)).open("wb") as out:
        start = time.perf_counter()
        process = subprocess.Popen(
            call, stdout=out, stderr=out, stdin=subprocess.DEVNULL, cwd=cwd, env=_environment(), start_new_session=True
        )
        late = threading.Timer(seconds, os.killpg, (process.pid, signal.SIGKILL)) if seconds else None
        if late:
            late.start()
        _, status, used = os.wait4(process.pid, 0)
        took = time.perf_counter() - start
    if late:
        late.cancel()
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise Failed(f"{' '.join(call[:4])} ended with {process.returncode}" + (f" ({said})" if said else ""))
    return Took(took, used.ru_utime + used.ru_stime, used.ru_maxrss * 1024)
