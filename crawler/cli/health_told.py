"""The report of `baoluu health` for people: one line a paper, then the alarms in words."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

import click

from config.clock import VIETNAM
from pipelines.alarms import Alarm
from pipelines.drift import Count
from pipelines.health import Day, Health, Paper

SHOWN = 14
"""Days of the small curve."""
_STEPS = "▁▂▃▄▅▆▇█"
GAP = "·"
_HEAD = f"{'paper':16} {'last new':>9} {'new a day':{SHOWN}} {'usual':>6} {'found':>6} {'kept':>5} {'clean':>5}"


def put_health(told: Health) -> None:
    """The table, what its signs mean, and the alarms."""
    click.echo(f"{_HEAD} {'undated':>7} {'bylines':>9}")
    for paper in told.papers:
        click.echo(_line(paper, told.at))
    click.echo(f"\n{_STEPS[0]} none   {GAP} nobody looked   kept, clean, undated, bylines (now/before): %")
    click.echo()
    for alarm in told.alarms:
        click.echo(f"! {alarm.source or 'archive'}: {alarm.what}\n    since {_short(alarm.since)}; {alarm.next}")
    count = f"{len(told.alarms)} alarm{'s' * (len(told.alarms) > 1)}" if told.alarms else "no alarms"
    click.echo(f"{len(told.papers)} papers, {count}")


def summary(alarms: Sequence[Alarm]) -> str:
    """The alarms in one line, for the subject of a mail."""
    told = [f"{alarm.source or 'archive'} {alarm.kind}" for alarm in alarms]
    more = f" and {len(told) - 8} more" if len(told) > 8 else ""
    return f"baoluu: {', '.join(told[:8])}{more}"


def _line(paper: Paper, at: str) -> str:
    counts = paper.found
    cells = (
        f"{paper.source:16}",
        f"{age(paper.last_new, at):>9}",
        f"{curve(paper.days, paper.usual):{SHOWN}}",
        f"{'-' if paper.usual is None else f'{paper.usual:.3g}':>6}",
        f"{counts.found:>6}",
        f"{_percent(counts.kept, counts.found):>5}",
        f"{_percent(counts.cleaned, counts.kept):>5}",
        f"{'-' if paper.undated is None else f'{100 * paper.undated:.0f}':>7}",
        f"{_both(paper.authors):>9}",
    )
    notes = "; ".join(_notes(paper))
    return " ".join(cells) + (f"  {notes}" if notes else "") + ("  !" if paper.alarms else "")


def _notes(paper: Paper) -> Iterator[str]:
    """Losses, where there are any."""
    if dropped := [f"{reason} {count.now}/{count.of}" for reason, count in paper.drops.items() if reason != "any"]:
        yield f"dropped {', '.join(dropped)}"
    if paper.refused:
        yield f"refused {paper.refused}"
    if paper.found.given_up:
        yield f"given up {paper.found.given_up}"
    if paper.late:
        yield f"found late {paper.late}"
    if paper.errors:
        yield f"failed {', '.join(f'{kind} {n}' for kind, n in sorted(paper.errors.items()))}"
    for pause in paper.paused:
        yield f"{pause.host} paused until {datetime.fromtimestamp(pause.until, VIETNAM):%H:%M}"


def curve(days: Sequence[Day], usual: float | None) -> str:
    """The last days as a small curve; its top is the most of them, or what is usual. A gap is no zero."""
    newest = days[-SHOWN:]
    top = max([1.0, usual or 0.0, *(day.new or 0 for day in newest)])
    return "".join(GAP if day.new is None else _step(day.new, top) for day in newest)


def _step(n: int, top: float) -> str:
    return _STEPS[0] if n == 0 else _STEPS[max(1, min(len(_STEPS) - 1, round(n / top * (len(_STEPS) - 1))))]


def age(moment: str | None, at: str) -> str:
    """How long ago, in the largest unit that tells it."""
    if moment is None:
        return "never"
    gone = datetime.fromisoformat(at) - datetime.fromisoformat(moment)
    if gone < timedelta(hours=1):
        return f"{max(0, gone // timedelta(minutes=1))} min"
    return f"{gone // timedelta(hours=1)} h" if gone < timedelta(days=2) else f"{gone.days} d"


def _percent(part: int, whole: int) -> str:
    return f"{100 * part / whole:.0f}" if whole else "-"


def _both(count: Count | None) -> str:
    """Now and before, %."""
    if count is None or not count.of:
        return "-"
    past = f"{100 * count.past_share:.0f}" if count.past_of else "-"
    return f"{100 * count.share:.0f}/{past}"


def _short(moment: str) -> str:
    return moment[:16].replace("T", " ")
