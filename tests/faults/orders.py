"""A process that forks calls of `baoluu` and lets them meet trouble: `python -m tests.faults.orders`.

One line in, an `Order` as JSON; one line out, an `Answer`. Forking from here saves each call the imports. The calls
know the one made-up paper of `tests.stock`, and clean in their own process.
"""

import asyncio
import contextlib
import ctypes
import io
import os
import signal
import sqlite3
import sys
import traceback
from collections.abc import Sequence
from typing import Any

import msgspec

import crawler.cleaning
import crawler.cli.crawl
import crawler.run
import crawler.session
import pipelines.pool
from archive import store
from crawler.cli import COMMANDS, cli, main
from pipelines.stored import Chunk, Made
from tests.stock import SOURCES, Here


class Order(msgspec.Struct):
    """One call of `baoluu`, and the trouble it meets."""

    argv: list[str]
    below: str = ""
    """The folder in which calls to the system are counted, with the shim preloaded."""
    n: int = 0
    """The one that fails; 0: none."""
    errno: int = 0
    lasting: bool = False
    statements: int = 0
    """The SQL statement before which the process kills itself; 0: none."""
    busy: int = 5000
    """Milliseconds to wait for another writer."""


class Answer(msgspec.Struct):
    """How a call went."""

    killed: bool = False
    code: int = 0
    out: str = ""
    err: str = ""
    seen: int = 0
    """Calls to the system in that folder."""
    statements: int = 0


class HereToo(Here):
    """The pool of a crawl."""

    def start(self) -> None: ...

    def close(self, wait: bool = True) -> None: ...

    async def fresh(self, chunks: Sequence[Chunk]) -> list[Made]:
        await asyncio.sleep(0)
        return [made for chunk in chunks for _, of in self.stored([chunk]) for made in of]


def call(order: Order) -> Answer:
    """Carry out one order, in a process of its own."""
    answer, connect = Answer(), sqlite3.connect

    def count(_: str) -> None:
        answer.statements += 1
        if answer.statements == order.statements:
            os.kill(os.getpid(), signal.SIGKILL)

    def traced(*arguments: Any, **more: Any) -> sqlite3.Connection:
        made = connect(*arguments, **more)
        made.set_trace_callback(count)
        return made

    sqlite3.connect = traced  # type: ignore[assignment]
    store.BUSY_MS = order.busy
    sys.argv = ["baoluu", *order.argv]
    out, err = io.StringIO(), io.StringIO()
    shim = ctypes.CDLL(None)
    if order.below:
        shim.failing_arm(order.below.encode(), ctypes.c_long(order.n), order.errno, order.lasting)
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            main()
        except SystemExit as end:
            answer.code = end.code if isinstance(end.code, int) else 1
        except BaseException:  # noqa: BLE001 -- the boundary of the process
            traceback.print_exc()
            answer.code = 99
    if order.below:
        answer.seen = shim.failing_seen()
        shim.failing_arm(b"", ctypes.c_long(0), 0, 0)
    answer.out, answer.err = out.getvalue(), err.getvalue()
    return answer


def known() -> None:
    """Import every command, and let each know the made-up paper and the pool in this process."""
    import click

    for name in COMMANDS:
        cli.get_command(click.Context(cli), name)
    pipelines.pool.CleaningPool = Here  # type: ignore[assignment,misc]
    crawler.cleaning.CleaningPool = HereToo  # type: ignore[assignment,misc,attr-defined]
    for module in list(sys.modules.values()):
        if module.__name__.startswith("crawler.cli."):
            for function in ("known_sources", "load"):
                if hasattr(module, function):
                    setattr(module, function, lambda: SOURCES)


def serve() -> None:
    """Carry out orders until there are no more."""
    from tests.crawler.killed import preload

    preload()
    known()
    for line in sys.stdin:
        here, there = os.pipe()
        if (child := os.fork()) == 0:
            answer = msgspec.json.encode(call(msgspec.json.decode(line, type=Order)))
            with os.fdopen(there, "wb") as told:
                told.write(answer)
            os._exit(0)
        os.close(there)
        with os.fdopen(here, "rb") as told:
            said = told.read()
        _, status = os.waitpid(child, 0)
        print((said or msgspec.json.encode(Answer(killed=os.WIFSIGNALED(status)))).decode(), flush=True)


if __name__ == "__main__":
    serve()
