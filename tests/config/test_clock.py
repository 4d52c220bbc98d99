"""One clock: outside config/clock.py nothing reads a clock or waits, under whatever name it was imported.

Limits that others keep for us (a socket's, a child process's, SQLite's busy timeout) are no clock of ours.
"""

import ast
import asyncio
import re
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from config.clock import VIETNAM, ShiftedClock, SystemClock
from tests.conftest import ROOT

PACKAGES = ("config", "archive", "pipelines", "crawler")
HOME = Path("config/clock.py")
CALLS = {
    "time": "time time_ns monotonic monotonic_ns perf_counter perf_counter_ns clock_gettime clock_gettime_ns sleep"
    " localtime gmtime ctime asctime strftime",
    "datetime.datetime": "now utcnow today",
    "datetime.date": "today",
    "asyncio": "sleep wait_for timeout timeout_at",
    "asyncio.tasks": "sleep wait_for",
    "threading": "Timer",
    "sched": "scheduler",
    "scrapy.utils.asyncio": "call_later create_looping_call AsyncioLoopingCall",
    "twisted.internet.task": "LoopingCall deferLater",
    "email.utils": "localtime formatdate",
    "uuid": "uuid1",
    "random": "random uniform randint randrange choice choices gauss expovariate betavariate triangular sample shuffle",
}
FORBIDDEN = {f"{module}.{name}" for module, names in CALLS.items() for name in names.split()}
METHODS = ("call_later", "call_at", "callLater")
"""Of loops and reactors, whatever they are called."""
SQL = re.compile(
    r"\bCURRENT_(TIMESTAMP|DATE|TIME)\b|\b(date|time|datetime|julianday|unixepoch|strftime)\s*\([^()]*'now'"
    r"|\b(date|time|datetime|julianday|unixepoch)\(\s*\)",
    re.I,
)


def clock_calls(text: str) -> Iterator[tuple[int, str]]:
    """Line and name of everything in a Python file that reads a clock, or waits by one."""
    tree = ast.parse(text)
    known = dict(_imported(tree))
    loops = {name for name, call in _assigned(tree) if _dotted(call.func, known).endswith(("_loop", "get_event_loop"))}
    docs = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Name | ast.Attribute) and (name := _dotted(node, known)) in FORBIDDEN:
            yield node.lineno, name
        if isinstance(node, ast.Attribute) and node.attr in METHODS:
            yield node.lineno, node.attr
        if isinstance(node, ast.Call):
            yield from _waits(node, known, loops)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docs:
            yield from ((node.lineno, f"SQL: {found[0]}") for found in SQL.finditer(node.value))


def _imported(tree: ast.AST) -> Iterator[tuple[str, str]]:
    """Every name that an import binds, and what it stands for."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                top = alias.name.partition(".")[0]
                yield alias.asname or top, alias.name if alias.asname else top
        if isinstance(node, ast.ImportFrom):
            yield from ((alias.asname or alias.name, f"{node.module}.{alias.name}") for alias in node.names)


def _assigned(tree: ast.AST) -> Iterator[tuple[str, ast.Call]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call):
            yield from ((ast.unparse(target), node.value) for target in node.targets)


def _dotted(node: ast.expr, known: dict[str, str]) -> str:
    """What a name stands for, with its module; empty for what is no plain name."""
    if isinstance(node, ast.Name):
        return known.get(node.id, "")
    if isinstance(node, ast.Attribute) and (base := _dotted(node.value, known)):
        return f"{base}.{node.attr}"
    return ""


def _waits(call: ast.Call, known: dict[str, str], loops: set[str]) -> Iterator[tuple[int, str]]:
    """The time of a loop, and waiting with a limit: an event's `wait(5)`, `asyncio.wait(…, timeout=5)`."""
    if not isinstance(call.func, ast.Attribute):
        return
    base = call.func.value
    if call.func.attr == "time" and not call.args:
        of_loop = isinstance(base, ast.Call) and _dotted(base.func, known).endswith(("_loop", "get_event_loop"))
        if of_loop or ast.unparse(base) in loops or ast.unparse(base).endswith("loop"):
            yield call.lineno, "loop.time"
    limit = any(word.arg == "timeout" for word in call.keywords)
    if call.func.attr == "wait" and (limit or (call.args and _dotted(call.func, known) == "")):
        yield call.lineno, "wait with a limit"


def allowed(text: str, line: int, name: str) -> bool:
    """`asyncio.sleep(0)` lets others have their turn, and takes no time."""
    return name == "asyncio.sleep" and "asyncio.sleep(0)" in text.splitlines()[line - 1]


def other_clocks(text: str) -> list[str]:
    return [f"{line}: {name}" for line, name in clock_calls(text) if not allowed(text, line, name)]


@pytest.mark.parametrize("package", PACKAGES)
def test_nothing_else_reads_a_clock_or_waits(package: str) -> None:
    found = []
    for path in sorted((ROOT / package).rglob("*.py")):
        if path.relative_to(ROOT) != HOME:
            found += [f"{path.relative_to(ROOT)}:{told}" for told in other_clocks(path.read_text(encoding="utf-8"))]
    for path in (p for kind in ("sql", "toml", "yaml", "yml") for p in sorted((ROOT / package).rglob(f"*.{kind}"))):
        text = path.read_text(encoding="utf-8")
        found += [f"{path.relative_to(ROOT)}: {told[0]}" for told in SQL.finditer(text)]
    assert not found, "ask config.clock.Clock instead"


@pytest.mark.parametrize(
    "text",
    [
        "import time\ntime.time()",
        "import time as t\nt.monotonic()",
        "from time import monotonic as m\nm()",
        "from time import perf_counter\nwhen = perf_counter",
        "from datetime import datetime\ndatetime.now()",
        "import datetime\ndatetime.datetime.utcnow()",
        "import datetime as d\nd.date.today()",
        "from datetime import date as tag\ntag.today()",
        "import asyncio\nasyncio.sleep(1)",
        "from asyncio import sleep\nsleep(0.5)",
        "import asyncio\nasyncio.wait_for(x, 3)",
        "import asyncio\nasyncio.timeout(3)",
        "import asyncio\nasyncio.wait(x, timeout=3)",
        "import asyncio\nasyncio.get_running_loop().time()",
        "import asyncio\nround = asyncio.get_event_loop()\nround.time()",
        "self.loop.time()",
        "self.loop.call_later(3, f)",
        "reactor.callLater(3, f)",
        "from scrapy.utils.asyncio import call_later as soon\nsoon(3, f)",
        "import threading\nthreading.Event().wait(3)",
        "import threading\nthreading.Timer(3, f)",
        "from random import uniform\nuniform(0, 3)",
        "x = \"SELECT datetime('now')\"",
        "x = 'INSERT INTO t VALUES (CURRENT_TIMESTAMP)'",
        "x = f\"WHERE day > date('now', '-{n} days')\"",
    ],
)
def test_the_check_sees(text: str) -> None:
    assert other_clocks(text)


@pytest.mark.parametrize(
    "text",
    [
        "clock.now()",
        "clock.seconds()",
        "moment.time()",
        "import time\ntime.struct_time",
        "from datetime import datetime\ndatetime.fromtimestamp(3)",
        "import asyncio\nasyncio.sleep(0)",
        "import asyncio\nasyncio.wait({task})",
        "exhausted.wait()",
        "from random import Random\nRandom(3).uniform(0, 1)",
        '"""Not by datetime(\'now\')."""',
        "x = \"SELECT date(published_day, '-3 days')\"",
    ],
)
def test_the_check_passes(text: str) -> None:
    assert not other_clocks(text)


@pytest.mark.parametrize("clock", [SystemClock(), ShiftedClock(datetime(2025, 3, 10, 8, tzinfo=VIETNAM))])
def test_a_clock_waits_and_calls(clock: SystemClock | ShiftedClock) -> None:
    async def work() -> tuple[float, list[str]]:
        called, never = list[str](), asyncio.Event()
        clock.later(0.02, lambda: called.append("first"))
        clock.later(0.02, lambda: called.append("never")).cancel()
        before = clock.interval()
        await clock.sleep(0.05)
        await clock.sleep(0.05, until=never)
        took = clock.interval() - before
        never.set()
        await clock.sleep(50, until=never)
        return took, called

    began = time.monotonic()
    took, called = asyncio.run(work())
    assert took > 0.09 and called == ["first"] and time.monotonic() - began < 10


def test_a_shifted_clock_runs_from_where_it_was_put() -> None:
    start = datetime(2025, 3, 10, 8, tzinfo=VIETNAM)
    clock = ShiftedClock(start)
    assert start <= clock.now() < start + timedelta(minutes=1)
    before = clock.interval()
    clock.move(start + timedelta(days=3))
    assert clock.seconds() - start.timestamp() >= 3 * 86400 and clock.interval() - before < 60
