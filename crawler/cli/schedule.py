"""`baoluu schedule`: what systemd or cron must be told so that crawls run by themselves."""

import os
import pwd
import sys
import sysconfig
from contextlib import suppress
from pathlib import Path

import click

from crawler.cli.common import archive_option
from crawler.schedule import NEEDED, OPTIONAL, PERIODS, Plan, all_units, crontab, units

NOBODY = "mailto:you@example.org"
ROOT = Path(__file__).parents[2]


@click.command()
@click.argument("kind", type=click.Choice(["systemd", "cron"]))
@click.option(
    "--every", type=click.Choice(list(PERIODS)), metavar="PERIOD", default="30m", show_default=True,
    help=f"How often: {', '.join(PERIODS)}.",
)  # fmt: skip
@click.option("--unit", type=click.Choice([*NEEDED, *OPTIONAL]), metavar="NAME", help="Only this unit of systemd's.")
@archive_option
def schedule(kind: str, every: str, unit: str | None, path: Path) -> None:
    """Print what makes crawls run by themselves: units for systemd, or lines for cron. Nothing is written.

    The comments in it say where to put it. BAOLUU_CONTACT is taken over; set it first.

    \b
    baoluu schedule systemd --every 30m
    baoluu schedule systemd --unit baoluu-crawl.timer
    baoluu schedule cron --every 2h --archive /srv/news/archive.db
    """
    if unit and kind == "cron":
        raise click.UsageError("--unit names a unit of systemd's; cron has none")
    plan = Plan(every, path.absolute(), ROOT, _command(), _user(), os.environ.get("BAOLUU_CONTACT") or NOBODY)
    for given in map(str, (plan.archive, plan.root, plan.command, plan.contact)):
        if not given.isprintable():
            raise click.UsageError(f"{given!r} cannot stand in a unit or a crontab; use a name without control signs")
    text = units(plan)[unit] if unit else all_units(plan) if kind == "systemd" else crontab(plan)
    click.echo(text.rstrip("\n"))
    if plan.contact == NOBODY:
        click.echo(f"Put your address in the place of {NOBODY}, or set BAOLUU_CONTACT and call this again.", err=True)
    if not (folder := plan.archive.parent).is_dir():
        click.echo(f"{folder} does not exist yet: make it, as {plan.user}, before the first crawl.", err=True)


def _command() -> Path:
    """The `baoluu` of this environment; Python's own where it was called in another way."""
    here = Path(sysconfig.get_path("scripts")) / "baoluu"
    called = here if here.is_file() else Path(sys.argv[0]).absolute()
    if not called.is_file():
        raise click.ClickException(f"there is no baoluu in {here.parent}; run `make setup`")
    return called


def _user() -> str:
    with suppress(KeyError):
        return pwd.getpwuid(os.getuid()).pw_name
    return str(os.getuid())
