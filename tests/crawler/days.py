"""Days of crawls over a living newsroom, in simulated time: `python -m tests.crawler.days --seed 3 --days 24`.

Prints one JSON object: the figures, and everything that was not as it must be. The same seed gives the same days, so a
failure can be looked at again. A process of its own, as it puts the crawler's loop on another clock.
"""

import logging
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import cache
from itertools import islice
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

import click
import msgspec
from click.testing import CliRunner

import archive.frontier
import crawler.cli.health
import crawler.loader
import crawler.session
from archive.holders import holder
from archive.lock import WATCH, file_of
from archive.newest import kept_under
from archive.revisit import LONGEST_PAUSE
from archive.store import Archive
from config.clock import VIETNAM, moment
from config.sources import Sources
from crawler.cli.health import health as health_command
from crawler.newsroom import declared
from crawler.newsroom.papers import papers
from crawler.run import crawl, reactor_loop
from crawler.session import PATIENCE
from pipelines.health import health
from tests.crawler.days_judged import alarms_wrong, archive_wrong, digest, manners_wrong, missing
from tests.crawler.living import DAY, HOUR, MINUTE, Living, Rate
from tests.crawler.living_server import Fault, Server, short_faults
from tests.faults.orders import HereToo
from tests.ports import free_port
from tests.simulated import SimulatedClock, install

START = datetime(2025, 3, 3, tzinfo=VIETNAM)
PACE = 2.0
RATES = {"bendo": Rate(30), "suoinga": Rate(14), "bonphuong": Rate(10), "nhiplang": Rate(5)}
DOWN, QUIET = "bonphuong", "suoinga"
"""The paper that is out for two days, and the one that serves and publishes nothing for a time."""


class Plan(NamedTuple):
    """What happens: days of simulated time, and the days on which one paper is down and another quiet."""

    seed: int
    days: int
    down: tuple[float, float]
    quiet: tuple[float, float]
    renumbered: float = 0.0
    faults: bool = True
    hours: tuple[int, ...] = (2, 6, 8, 9, 10, 11, 12, 14, 15, 16, 18, 20, 22)
    """Of the day, at which a crawl is started."""
    share: float = 1.0
    """Of the usual articles."""
    runs: int = 10**6
    """After so many the days end."""


LIGHT: dict[str, Any] = {"hours": (1, 7, 9, 12, 16, 19, 22), "share": 0.4}


def plan(seed: int, days: int, light: bool = False, **more: Any) -> Plan:
    """The two-day outage from the middle on, the silence after it; in a short plan a day's outage and no silence."""
    if days < 10:
        down = (days / 2 - 0.2, days / 2 + 0.8)
        return Plan(seed, days, down, (0, 0), **LIGHT, **more)
    more |= LIGHT if light else {}
    return Plan(seed, days, (days / 2 + 0.4, days / 2 + 2.4), (days - 7.0, days - 2.5), **more)


class Days:
    """The newsroom, the archive, and the runs over it."""

    def __init__(self, given: Plan, path: Path) -> None:
        self.plan, self.clock, start = given, SimulatedClock(START), START.timestamp()
        quiet = tuple(start + day * DAY for day in given.quiet)
        rates = {
            name: rate._replace(a_day=rate.a_day * (1 if name == QUIET else given.share), renumbered=given.renumbered)
            for name, rate in RATES.items()
        }
        port = free_port([papers()[name].host for name in rates])
        self.living = Living(given.seed, START, given.days, rates, port, {QUIET: quiet})  # type: ignore[dict-item]
        down = [Fault(DOWN, "down", start + given.down[0] * DAY, start + given.down[1] * DAY)]
        faults = short_faults(given.seed, list(RATES), start, given.days, down) if given.faults else down
        self.server = Server(self.living, self.clock, faults, given.seed)
        install(self.clock)
        crawler.cleaning.CleaningPool = HereToo  # type: ignore[assignment,misc,attr-defined]
        crawler.loader.load = cache(crawler.loader.load)  # type: ignore[attr-defined]  # Scrapy asks at every crawl
        seeded(given.seed)
        self.archive = Archive(path, clock=self.clock)
        self.sources = sources(port)
        crawler.cli.health.known_sources = lambda: self.sources  # type: ignore[attr-defined]
        self.runs = Counter[str]()
        self.wrong: list[str] = []
        self.looks: list[float] = []
        """When each run began."""
        self.alarms: list[tuple[float, str, str]] = []
        """Moment, paper and kind, for every run after which it was told."""

    def live(self) -> None:
        """All the days."""
        loop = reactor_loop()
        loop.run_until_complete(self.server.open())
        try:
            for number, at in enumerate(islice(moments(self.plan), self.plan.runs)):
                self.clock.move(at)
                with self._another(number) as expected:
                    self._run(expected)
        finally:
            self.server.close()

    def _run(self, expected: str) -> None:
        began = self.clock.at
        listed = {
            name: self.living.online(name, began)[: 25 if p.feeds else 10] for name, p in self.living.papers.items()
        }
        self.looks.append(began)
        paused = self._paused(began)
        done = crawl(self.archive, self.sources)
        self.runs[done.outcome] += 1
        if done.outcome != expected:
            self.wrong.append(f"{moment(began)}: run {done.run} ended {done.outcome}, not {expected}")
        if done.outcome == "skipped":
            return
        failed = {a.life: a.at for a in self.server.log if a.fault and not a.version}
        for name, newest in listed.items():
            away = began - LONGEST_PAUSE - HOUR if name in paused else began - HOUR
            if not self.server.faulty(name, away, self.clock.at):
                self.wrong += missing(self.archive, failed, newest, began, self.clock.at)
        self._look(last=moment(began).hour == self.plan.hours[-1])

    @contextmanager
    def _another(self, number: int) -> Iterator[str]:
        """Another crawl's open row in the way of a few runs: of one that was killed, one that hangs, one that works."""
        silent = {4: 3600.0, 7: 1200.0, 10: 5.0}.get(number)
        if silent is None:
            yield "finished"
            return
        with subprocess.Popen(["sleep", "1000"]) as other:
            name, file = holder(other.pid), file_of(self.archive)
            if number == 4:
                other.kill()
                other.wait()
            run = self.archive.start_run("crawl")
            stats = msgspec.json.encode({"lock": {"holder": name, "file": file, "beat": self.clock.at - silent}})
            self.archive.conn.execute("UPDATE runs SET stats = ? WHERE id = ?", (stats.decode(), run))
            began = self.clock.at
            yield "skipped" if number == 10 else "finished"
            other.kill()
        if number == 10:
            self.archive.end_run(run, "finished", {})
            return
        (over,) = self.archive.conn.execute("SELECT stats ->> '$.took_over[0]' FROM runs ORDER BY id DESC").fetchone()
        if over != run or (number == 7 and self.clock.at < began + WATCH):
            self.wrong.append(f"run {run} was not taken over as it should have been")

    def _paused(self, now: float) -> set[str]:
        """The papers that this run will leave alone, as they were in trouble before it."""
        found = self.archive.conn.execute("SELECT source FROM hosts WHERE next > ? AND failures > 0", (now + PATIENCE,))
        return {source for (source,) in found}

    def _look(self, last: bool) -> None:
        """What health says after a run; after the day's last one also by its command, which tells somebody."""
        told = health(self.archive, self.sources, kept_under(self.archive, self.sources), self.clock.now(), 28)
        alarms = [(alarm.source or "", alarm.kind) for alarm in told.alarms]
        self.alarms += [(self.clock.at, *alarm) for alarm in alarms]
        if not last:
            return
        heard = self.archive.path.with_suffix(".heard")
        heard.unlink(missing_ok=True)
        given = ["--archive", str(self.archive.path), "--at", told.at, "--alert", f"cat > {heard}"]
        code = CliRunner().invoke(health_command, given).exit_code
        said = msgspec.json.decode(heard.read_bytes())["alarms"] if heard.exists() else []
        if code != bool(alarms) or [(alarm["source"] or "", alarm["kind"]) for alarm in said] != alarms:
            self.wrong.append(f"{told.at}: the alert said {said}, exit {code}; health says {alarms}")

    def judge(self) -> None:
        """Everything that can be said only at the end."""
        self.wrong += manners_wrong(self.server.log, PACE)
        self.wrong += archive_wrong(self.archive, self.living, self.server.log)
        self.wrong += alarms_wrong(
            self.alarms, self.server.faults, DOWN, QUIET, self.plan, START.timestamp(), self.looks
        )

    def told(self, seconds: float) -> dict[str, Any]:
        """The figures."""
        log, archive = self.server.log, self.archive
        count = {
            t: archive.conn.execute(f"SELECT count(*) FROM {t}").fetchone()[0]
            for t in ("articles", "revisions", "pages")
        }
        asked = [a for a in log if a.life]
        return {
            "seed": self.plan.seed, "days": self.plan.days, "seconds": round(seconds, 1),
            "runs": dict(self.runs), **count,
            "requests": len(log), "for articles": len(asked), "for lists": len(log) - len(asked),
            "requests per article": round(len(log) / max(1, count["articles"]), 2),
            "visits per article": round(len(asked) / max(1, count["articles"]), 2),
            "not modified": sum(a.status == 304 for a in log),
            "faults": dict(Counter(f.kind for f in self.server.faults)),
            "planned articles": {name: len(lives) for name, lives in self.living.lives.items()},
            "planned versions": sum(one.states[-1].version for lives in self.living.lives.values() for one in lives),
            "statuses": dict(sorted(Counter(str(a.status) for a in log).items())),
            "alarms": told_alarms(self.alarms), "digest": digest(log), "wrong": self.wrong,
        }  # fmt: skip


def sources(port: int) -> Sources:
    """The declarations of the sample papers at a polite pace, as real papers have them."""
    found = declared(port)
    return Sources({name: msgspec.structs.replace(s, pace=PACE) for name, s in found.items()}, found.families)


def seeded(seed: int) -> None:
    """Let the frontier draw its jitter from the seed."""
    drawn = Random(seed)
    archive.frontier.Random = lambda: drawn  # type: ignore[misc,assignment,attr-defined]


def moments(given: Plan) -> Iterator[float]:
    """When the schedule starts a crawl, a few minutes late as timers are."""
    random = Random(f"{given.seed} runs")
    for day in range(given.days):
        for hour in given.hours:
            yield START.timestamp() + day * DAY + hour * HOUR + random.uniform(0, 5) * MINUTE


def told_alarms(alarms: list[tuple[float, str, str]]) -> list[str]:
    """Each alarm with its first and last moment."""
    spans: dict[tuple[str, str], list[float]] = {}
    for at, paper, kind in alarms:
        spans.setdefault((paper, kind), []).append(at)
    return [
        f"{paper} {kind}: {moment(min(of)):%d %H:%M} to {moment(max(of)):%d %H:%M}, after {len(of)} runs"
        for (paper, kind), of in sorted(spans.items())
    ]


@click.command()
@click.option("--seed", default=1, show_default=True)
@click.option("--days", default=24, show_default=True)
@click.option("--renumbered", default=0.0, help="Share of the articles that take another id.")
@click.option("--faults/--no-faults", default=True)
@click.option("--keep", type=click.Path(path_type=Path), help="Leave the archive here.")
@click.option("--light", is_flag=True, help="Fewer runs a day, and fewer articles.")
@click.option("--runs", default=10**6, help="End after so many.")
@click.option("--log", is_flag=True)
def main(
    seed: int, days: int, renumbered: float, faults: bool, keep: Path | None, light: bool, runs: int, log: bool
) -> None:
    """Live the days and print how they went."""
    logging.basicConfig(level=logging.INFO if log else logging.CRITICAL, stream=sys.stderr)
    quick = Path("/dev/shm")
    with TemporaryDirectory(dir=quick if quick.is_dir() else None) as folder:
        began = time.monotonic()
        lived = Days(
            plan(seed, days, light, renumbered=renumbered, faults=faults, runs=runs),
            keep or Path(folder) / "archive.db",
        )
        lived.live()
        lived.judge()
        click.echo(msgspec.json.encode(lived.told(time.monotonic() - began)).decode())
        lived.archive.close()


if __name__ == "__main__":
    main()
