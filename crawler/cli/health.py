"""`baoluu health`: how the papers of an archive are, and an alarm to whoever is to be told."""

import os
import subprocess
import sys
from datetime import datetime, timedelta
from pathlib import Path

import click
import msgspec

from archive.newest import kept_under
from archive.store import Archive
from config.clock import stamp
from crawler.cli.common import archive_option, json_option, known_sources, put_json
from crawler.cli.types import Ago, Moment

PATIENCE = 120.0
"""Seconds that the alert command may take."""


@click.command()
@click.argument("papers", nargs=-1, metavar="[SOURCE]...")
@click.option("--days", default=28, show_default=True, type=click.IntRange(7, 400), help="Days that are looked at.")
@click.option("--at", type=Moment(), help="Judge as of this moment; default: now.")
@click.option("--alert", metavar="CMD", help="Run this in the shell, once, when there are alarms.")
@click.option("--new-within", type=Ago(), help="With --alert: only alarms that began so lately (24h, 7d).")
@json_option
@archive_option
def health(
    papers: tuple[str, ...],
    days: int,
    at: datetime | None,
    alert: str | None,
    new_within: timedelta | None,
    as_json: bool,
    path: Path,
) -> None:
    """Tell how each paper is: new articles a day against its own past, gaps, losses, and what is wrong.

    Ends with 1 where there is an alarm: a paper fell silent, its lists cannot be read, it refuses us or answers
    everything with one page, fields went missing, or nobody looked. The archive is only read. docs/health.md has the
    rules.

    --alert CMD gets the report as JSON on its standard input and the alarms in one line as BAOLUU_ALERT. Should it
    fail, health ends with 2.

    \b
    baoluu health
    baoluu health vietnamnet --days 60
    baoluu health --new-within 24h --alert 'mail -s "$BAOLUU_ALERT" me@example.org'
    """
    from crawler.cli.health_told import put_health, summary
    from pipelines.health import health as judge

    if new_within is not None and not alert:
        raise click.UsageError("--new-within goes with --alert: the report itself always tells everything")
    known = known_sources()
    with Archive(path, write=False) as archive:
        archive.need_whole()
        kept = kept_under(archive, known)
        for name in papers:
            if name not in kept:
                known.pick(name)
        moment = at or archive.clock.now()
        told = judge(archive, known, kept, moment, days, papers)
    if not as_json:
        put_health(told)
    for line in [{"source": None, "alarms": told.whole}, *told.papers] if as_json else []:
        put_json(line)
    fresh = [a for a in told.alarms if new_within is None or a.since >= stamp(moment - new_within)]
    if alert and fresh:
        line = summary(fresh)
        report = {"at": told.at, "summary": line, "alarms": fresh, "papers": told.papers}
        if failed := run_alert(alert, line, report):
            click.echo(f"Error: the alert command {failed}; nobody may have been told", err=True)
            sys.exit(2)
    sys.exit(1 if told.alarms else 0)


def run_alert(command: str, line: str, report: object) -> str | None:
    """Run `command` in the shell with the report on its standard input; how it failed, or None.

    What it prints goes to standard error, so that `--json` stays JSON.
    """
    given = msgspec.json.encode(report)
    sys.stdout.flush()
    try:
        done = subprocess.run(
            command,
            shell=True,
            input=given,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=PATIENCE,
            env=os.environ | {"BAOLUU_ALERT": line},
            check=False,
        )
    except subprocess.TimeoutExpired:
        return f"did not end within {PATIENCE:.0f} seconds"
    except OSError as error:
        return f"cannot be run: {error.strerror}"
    click.echo(done.stdout.decode("utf-8", "replace"), nl=False, err=True)
    return f"ended with {done.returncode}" if done.returncode else None
