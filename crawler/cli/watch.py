"""Watching a crawl: a live table on a terminal, a plain line every few seconds in a pipe."""

import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import click

from config.clock import Clock, SystemClock
from crawler.counts import Counts, Progress

SECONDS_BETWEEN_LINES = 5.0


@contextmanager
def watched(clock: Clock | None = None) -> Iterator[Progress]:
    """A function for a crawl to call with its counts and queue, by paper."""
    if not sys.stderr.isatty():
        yield _Lines(clock or SystemClock())
        return
    from rich.console import Console
    from rich.live import Live
    from rich.table import Table

    def table(counts: Mapping[str, Counts], queue: Mapping[str, int]) -> Table:
        drawn = Table("paper", "found", "pages", "articles", "dropped", "failed", "queue")
        for name, of in counts.items():
            if of != Counts() or queue.get(name):
                drawn.add_row(name, *_numbers(of, queue.get(name, 0)))
        return drawn

    with Live(console=Console(stderr=True), refresh_per_second=5) as live:
        yield lambda counts, queue: live.update(table(counts, queue))


class _Lines:
    """Totals for logs, now and then."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._next = clock.interval() + SECONDS_BETWEEN_LINES

    def __call__(self, counts: Mapping[str, Counts], queue: Mapping[str, int]) -> None:
        if (now := self._clock.interval()) < self._next:
            return
        self._next = now + SECONDS_BETWEEN_LINES
        told = [int(n) for n in (sum(column) for column in zip(*_columns(counts, queue), strict=True))]
        names = ("found", "pages", "articles", "dropped", "failed", "queue")
        click.echo("  ".join(f"{name} {n}" for name, n in zip(names, told, strict=True)), err=True)


def _columns(counts: Mapping[str, Counts], queue: Mapping[str, int]) -> list[list[int]]:
    return [[int(n) for n in _numbers(of, queue.get(name, 0))] for name, of in counts.items()]


def _numbers(of: Counts, queue: int) -> list[str]:
    numbers = (of.found, of.kept, of.cleaned, sum(of.dropped.values()), sum(of.errors.values()), queue)
    return [str(n) for n in numbers]
