"""Commands about declared papers: sources list, show, add, check, recurring."""

import shutil
import sys
from collections.abc import Sequence

import click
import msgspec

from config.sources import load
from crawler.cli.add import add
from crawler.cli.check import check
from crawler.cli.common import json_option, put_json
from crawler.cli.recurring import recurring

_HOST = 28
"""Characters that the longest hosts need."""
_NARROW = (16, 28)
"""Columns for ids and titles where the terminal has not enough for the longest of them."""


@click.group()
def sources() -> None:
    """List, show, add and check papers; find the clutter that recurs in one.

    \b
    baoluu sources list
    baoluu sources show vietnamnet
    baoluu sources add https://baodienbienphu.vn/
    baoluu sources check
    baoluu sources recurring vietnamnet
    """


sources.add_command(add)
sources.add_command(check)
sources.add_command(recurring)


@sources.command("list", short_help="List the declared papers.")
@json_option
def list_(as_json: bool) -> None:
    """List the declared papers: id, title, hosts. --json also tells CMS, layouts, evidence.

    \b
    baoluu sources list
    baoluu sources list | grep -i "tuổi trẻ"
    """
    papers = list(load().values())
    ids, titles = (max(map(len, names), default=0) for names in zip(*((p.id, p.title) for p in papers), strict=True))
    wide = shutil.get_terminal_size().columns if sys.stdout.isatty() else None
    if wide and wide < ids + titles + 4 + _HOST:
        ids, titles = _NARROW
    for paper in papers:
        row = {
            "source": paper.id,
            "title": paper.title,
            "hosts": paper.hosts,
            "family": paper.family,
            "evidence": paper.evidence,
            "generations": [g.name for g in paper.generations],
        }
        if as_json:
            put_json(row)
        else:
            start = f"{paper.id:{ids}}  {paper.title:{titles}}  "
            click.echo(start + _hosts(paper.hosts, wide - len(start) if wide else None))


def _hosts(hosts: Sequence[str], room: int | None) -> str:
    """The hosts in a line of `room` characters, as many as fit, the first always; all where there is no limit."""
    for shown in range(len(hosts), 0, -1):
        more = f" and {len(hosts) - shown} more" if shown < len(hosts) else ""
        told = ", ".join(hosts[:shown]) + more
        if room is None or len(told) <= room:
            break
    return told


@sources.command(short_help="Show one paper's rules, its family's among them.")
@click.argument("source")
@json_option
def show(source: str, as_json: bool) -> None:
    """Show one paper's declaration with its family's rules layered in, as JSON; with --json on one line.

    \b
    baoluu sources show vietnamnet
    """
    told = msgspec.json.encode({"digest": (paper := load().pick(source)).digest, **msgspec.to_builtins(paper)})
    click.echo(told.decode() if as_json else msgspec.json.format(told, indent=2).decode())
