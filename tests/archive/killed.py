"""A process that forks packing and unpacking and lets them be killed: `python -m tests.archive.killed`.

One line in, `{"archive", "undo", "statements", "seconds"}`: a run that SIGKILLs itself before its n-th SQL statement or
after so many seconds, whichever is set. One line out: `{"killed": bool, "statements": n}`.
"""

import json
import os
import signal
import sys
import threading
from pathlib import Path
from typing import Any

from archive import repack
from archive.store import Archive

repack.BATCH = 8


def run_until(order: dict[str, Any], told: int) -> None:
    """The run of one order, in a process of its own; writes how many statements it took if it gets so far."""
    done = 0

    def count(_: str) -> None:
        nonlocal done
        done += 1
        if done == order.get("statements"):
            os.kill(os.getpid(), signal.SIGKILL)

    if seconds := order.get("seconds"):
        timer = threading.Timer(seconds, os.kill, (os.getpid(), signal.SIGKILL))
        timer.daemon = True
        timer.start()
    with Archive(Path(order["archive"])) as archive:
        archive.conn.set_trace_callback(count)
        (repack.unpack if order["undo"] else repack.repack)(archive)
    os.write(told, json.dumps(done).encode())


def main() -> None:
    """Carry out orders until there are no more."""
    for line in sys.stdin:
        here, there = os.pipe()
        if (child := os.fork()) == 0:
            run_until(json.loads(line), there)
            os._exit(0)
        os.close(there)
        _, status = os.waitpid(child, 0)
        with os.fdopen(here) as answer:
            print(json.dumps({"killed": os.WIFSIGNALED(status), "statements": answer.read() or None}), flush=True)


if __name__ == "__main__":
    main()
