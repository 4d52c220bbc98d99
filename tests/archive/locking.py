"""Processes that hold an archive's run lock: `python -m tests.archive.locking`. One line in, one or more lines out.

`race FILE COUNT SEED KILL`: so many processes ask for the lock in the same instant; out come their claims, each as
`[run, run of who holds it, runs taken over]`. The one that got it is killed, or ends its run.
`hold FILE BEAT`: take the lock, write `[run, pid]`, and beat every so many seconds; then each line read makes one
write, answered by `true`, or by the name of the error that it raised.
"""

import json
import os
import signal
import sys
import threading
import time
from pathlib import Path
from random import Random

from archive.errors import ArchiveError, LockLost
from archive.lock import Lock, claim
from archive.store import Archive


def say(value: object) -> None:
    os.write(1, json.dumps(value).encode() + b"\n")


def race(file: str, count: str, seed: str, kill: str) -> None:
    """Let `count` processes open `file` and ask, within three milliseconds of each other."""
    random, told = Random(seed), list[str]()
    gate, go = os.pipe()
    done, ended = os.pipe()
    children = []
    for _ in range(int(count)):
        here, there = os.pipe()
        wait = random.random() * 0.003
        if (child := os.fork()) == 0:
            os.close(go)
            os.close(ended)
            os.read(gate, 1)  # until the parent closes its end
            time.sleep(wait)
            _ask(Path(file), there, done, kill == "kill")
        os.close(there)
        children.append((child, here))
    os.close(go)
    for _, here in children:
        with os.fdopen(here) as answer:
            told.append(answer.readline())
    os.close(ended)
    for child, _ in children:
        os.waitpid(child, 0)
    say([json.loads(line) for line in told])


def _ask(file: Path, out: int, done: int, kill: bool) -> None:
    with Archive(file) as archive:
        found = claim(archive, "crawl")
        lock = None if found.held else Lock(archive, found.run)
        os.write(out, json.dumps([found.run, found.held and found.held.run, found.over]).encode() + b"\n")
        os.close(out)
        os.read(done, 1)  # until all have asked
        if lock and kill:
            os.kill(os.getpid(), signal.SIGKILL)
        if lock:
            lock.end("finished", {})
    os._exit(0)


def hold(file: str, every: str) -> None:
    """Hold the lock of `file`."""
    with Archive(Path(file)) as archive:
        lock = Lock(archive, claim(archive, "crawl").run)
        threading.Thread(target=_beat, args=(lock, float(every)), daemon=True).start()
        say([lock.run, os.getpid()])
        for line in sys.stdin:
            try:
                with archive.transaction() as db:
                    db.execute("UPDATE frontier SET error = ?", (line,))
                    if line == "stop inside\n":
                        os.kill(os.getpid(), signal.SIGSTOP)
                say(True)
            except ArchiveError as error:
                say(type(error).__name__)
        os._exit(0)


def _beat(lock: Lock, every: float) -> None:
    while True:
        time.sleep(every)
        try:
            lock.beat({"sources": {}})
        except LockLost:
            return


if __name__ == "__main__":
    for order in sys.stdin:
        name, *given = order.split()
        (race if name == "race" else hold)(*given)
