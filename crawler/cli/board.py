"""The board that people watch a crawl on: as wide and as high as their terminal, whatever that is.

Pure: counts and standing in, something that rich prints out. Papers with something to tell stand first; those for
which there is no room are added up in one line.
"""

from collections import Counter, deque
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from rich.console import Console, ConsoleOptions, RenderResult
from rich.table import Table
from rich.text import Text

from config.clock import moment
from crawler.counts import Counts, Paused, Standing, lasting, told_assets

MINUTE = 60.0
SETTLED = 20.0
"""Seconds after which a pace can be told."""
COLUMNS = ("paper", "found", "pages", "articles", "dropped", "failed", "queue")
NARROW = {"found": 62, "dropped": 54, "failed": 48, "articles": 40}
"""Columns that only a terminal of so many columns has room for,"""
NOTED, WIDER = 72, 30
"""and one of so many for what there is to tell; with that, the others need so many more."""


class Row(NamedTuple):
    """One paper: its name, its numbers as in `COLUMNS`, and what there is to tell."""

    name: str
    numbers: tuple[int, ...]
    note: str
    urgent: int
    """0: it is paused, 1: it fails, 2: it has something due, 3: there is nothing more to do."""


class Rate:
    """Pages a minute, over the last one."""

    def __init__(self) -> None:
        self._seen = deque[tuple[float, int]]()

    def __call__(self, at: float, pages: int) -> float | None:
        """The pace at a moment at which so many pages are kept; None while it is too early."""
        while self._seen and (at - self._seen[0][0] > MINUTE or at < self._seen[-1][0]):
            self._seen.popleft()
        self._seen.append((at, pages))
        (_, first), passed = self._seen[0], at - self._seen[0][0]
        return (pages - first) * MINUTE / passed if passed >= SETTLED else None


class Board:
    """One moment of a crawl, drawn for the terminal that it is printed on."""

    def __init__(self, counts: Mapping[str, Counts], standing: Standing, rate: float | None) -> None:
        """`rate` is in pages a minute."""
        self._standing, self._head = standing, list(head(counts, standing, rate))
        self._rows = sorted(rows(counts, standing), key=lambda row: (row.urgent, row.name))

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Printed by rich."""
        width, height = options.max_width, (options.height or console.height) - 1
        yield from (
            Text(line, no_wrap=True, overflow="ellipsis", style="bold" * (not n)) for n, line in enumerate(self._head)
        )
        room = height - len(self._head) - 1
        if not self._rows or room < 1:
            return
        shown, rest = self._rows, list[Row]()
        if len(shown) > room:
            shown, rest = shown[: room - 1], shown[room - 1 :]
        yield self._table(shown, width)
        if rest:
            names = dict(
                zip(COLUMNS[1:], (sum(column) for column in zip(*(r.numbers for r in rest), strict=True)), strict=True)
            )
            text = f"… and {len(rest)} more papers: {names['pages']:,} pages, {names['queue']:,} in the queue"
            yield Text(text, no_wrap=True, overflow="ellipsis", style="dim")

    def _table(self, shown: Sequence[Row], width: int) -> Table:
        noted = width >= NOTED
        names = [name for name in COLUMNS if width >= NARROW.get(name, 0) + (WIDER if noted else 0)]
        table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim", expand=noted)
        for name in names:
            right = name != "paper"
            table.add_column(name, justify="right" if right else "left", no_wrap=True, min_width=0 if right else 8)
        if noted:
            table.add_column("", no_wrap=True, overflow="ellipsis", ratio=1)
        for row in shown:
            said = dict(zip(COLUMNS, (row.name, *map(_number, row.numbers)), strict=True))
            style = {0: "yellow", 1: "red", 3: "dim"}.get(row.urgent, "")
            table.add_row(*(said[name] for name in names), *([row.note] * noted), style=style)
        return table


def rows(counts: Mapping[str, Counts], standing: Standing) -> Iterator[Row]:
    """A row for each paper at which something happened, or is to happen."""
    paused: dict[str, Paused] = {}
    for host in sorted(standing.paused, key=lambda host: -host.until):
        paused[host.source] = host
    for name, of in counts.items():
        queue = standing.queue.get(name, 0)
        if of == Counts() and not queue and name not in paused:
            continue
        failed = sum(of.errors.values())
        numbers = (of.found, of.kept, of.cleaned, sum(of.dropped.values()), failed, queue)
        note, urgent = _most(of.dropped), 2 if queue else 3
        if failed:
            note, urgent = _most(of.errors), 1
        if name in paused:
            note, urgent = pause(paused[name]), 0
        yield Row(name, numbers, note, urgent)


def head(counts: Mapping[str, Counts], standing: Standing, rate: float | None) -> Iterator[str]:
    """The lines above the table: how long, how fast, how long yet; what came of it; what is in the way."""
    yield " · ".join(filter(None, (f"crawl {lasting(standing.at - standing.began)}", _end(counts, standing, rate))))
    if standing.pending[1] and not standing.queue:
        yield "cleaning {:,} of {:,} kept pages that newer rules have not seen".format(*standing.pending)
    if rate is not None:
        bound = f"; the pauses allow {standing.allowed:,.0f}" if standing.allowed else ""
        yield f"{rate:,.0f} pages a minute{bound}"
    of = summed(counts, standing)
    yield "  ".join(f"{name} {of[name]:,}" for name in ("found", "pages", "articles", "queue"))
    if of["dropped"]:
        yield f"dropped {of['dropped']:,}: " + _most(sum((c.dropped for c in counts.values()), Counter[str]()), 6)
    if of["failed"]:
        yield f"failed {of['failed']:,}: " + _most(sum((c.errors for c in counts.values()), Counter[str]()), 6)
    if shown := told_assets(counts.values()):
        yield shown
    if len(standing.paused) > 1:
        soonest = min(host.until for host in standing.paused)
        yield f"{len(standing.paused)} hosts are left alone, the first until {moment(soonest):%H:%M:%S}"


def summed(counts: Mapping[str, Counts], standing: Standing) -> dict[str, int]:
    """Found, pages, articles, dropped, failed, queue and paused hosts, of all papers together; assets, if any."""
    of = list(counts.values())
    assets = sum(c.assets for c in of)
    return {
        "found": sum(c.found for c in of),
        "pages": sum(c.kept for c in of),
        "articles": sum(c.cleaned for c in of),
        "dropped": sum(sum(c.dropped.values()) for c in of),
        "failed": sum(sum(c.errors.values()) for c in of),
        "queue": sum(standing.queue.values()),
        "paused": len(standing.paused),
    } | ({"assets": assets} if assets else {})


def _end(counts: Mapping[str, Counts], standing: Standing, rate: float | None) -> str:
    """When what is known now will be fetched, at this pace and with these pauses; nothing where nobody can tell."""
    queue = sum(standing.queue.values())
    if not rate or not queue:
        return ""
    left = max(standing.least, queue / rate * MINUTE)
    if standing.limit is not None and (kept := sum(of.articles for of in counts.values())):
        open_ = max(0, standing.limit - kept)
        left = min(left, open_ * (standing.at - standing.began) / kept)
        return f"about {lasting(left)} left"
    return f"about {lasting(left)} left if nothing more is found"


def pause(host: Paused) -> str:
    """Until when a host is left alone, and why."""
    return f"until {moment(host.until):%H:%M:%S}, {host.why} ({host.host})"


def _most(counted: Counter[str], count: int = 2) -> str:
    more = f", {len(counted) - count} more kinds" if len(counted) > count else ""
    return ", ".join(f"{what.removesuffix('Error')} {n:,}" for what, n in counted.most_common(count)) + more


def _number(number: int) -> str:
    return f"{number:,}" if number else "·"
