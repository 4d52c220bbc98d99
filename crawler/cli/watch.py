"""Watching a crawl: a live board on a terminal, a plain line now and then in a pipe.

All time here is the crawl's own, as its standing tells it.
"""

import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import click

from crawler.counts import Counts, Progress, Standing, lasting

FIRST, BETWEEN = 10.0, 60.0
"""Seconds until the first line in a pipe, and between two."""
STILL = 8
"""Hosts still paused that the end names."""


@contextmanager
def watched(quiet: bool = False) -> Iterator[Progress | None]:
    """What a crawl tells how it stands; None when nobody is to be told."""
    if quiet:
        yield None
        return
    if not sys.stderr.isatty():
        yield Lines()
        return
    from rich.console import Console
    from rich.live import Live

    console = Console(stderr=True, highlight=False)
    if console.is_dumb_terminal:
        yield Lines()
        return
    with Live(console=console, auto_refresh=False, transient=True) as live:
        told = _Live(live)
        yield told
    told.close(console)


class _Live:
    """A board that is drawn anew whenever the crawl tells how it stands, and leaves its head behind."""

    def __init__(self, live: Any) -> None:
        from crawler.cli.board import Rate

        self._live, self._rate, self._last = live, Rate(), (dict[str, Counts](), Standing())

    def __call__(self, counts: Mapping[str, Counts], standing: Standing) -> None:
        from crawler.cli.board import Board

        self._last = (dict(counts), standing)
        rate = self._rate(standing.at, sum(of.kept + of.assets for of in counts.values()))
        self._live.update(Board(counts, standing, rate), refresh=True)

    def close(self, console: Any) -> None:
        """What remains when the board is gone."""
        from crawler.cli.board import head, pause

        counts, standing = self._last
        if standing.at:
            for line in head(counts, standing, None):
                console.print(line, markup=False, soft_wrap=True)
            for host in standing.paused[:STILL]:
                console.print(pause(host), markup=False, soft_wrap=True)


class Lines:
    """Totals for logs, one line a minute: the time that the crawl has lasted, then pairs of a name and a number."""

    def __init__(self) -> None:
        self._next = FIRST

    def __call__(self, counts: Mapping[str, Counts], standing: Standing) -> None:
        """Print a line if it is time for one."""
        passed = standing.at - standing.began
        if passed < self._next:
            return
        self._next = passed + BETWEEN
        click.echo(line(counts, standing), err=True)


def line(counts: Mapping[str, Counts], standing: Standing) -> str:
    """One line of a log."""
    from crawler.cli.board import summed

    pairs = "  ".join(f"{name} {number}" for name, number in summed(counts, standing).items())
    pending = "  cleaned {} of {} pending".format(*standing.pending) if standing.pending[1] else ""
    return f"{lasting(standing.at - standing.began)}  {pairs}{pending}"
