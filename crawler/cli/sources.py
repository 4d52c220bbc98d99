"""Commands about declared papers: sources list, show, add, check, recurring."""

import click
import msgspec

from config.sources import load
from crawler.cli.add import add
from crawler.cli.check import check
from crawler.cli.common import json_option, put_json
from crawler.cli.recurring import recurring


@click.group()
def sources() -> None:
    """What is declared about the papers.

    \b
    baoluu sources list
    """


sources.add_command(add)
sources.add_command(check)
sources.add_command(recurring)


@sources.command("list")
@json_option
def list_(as_json: bool) -> None:
    """List the declared papers.

    \b
    baoluu sources list
    """
    for paper in load().values():
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
            click.echo(f"{paper.id:16} {paper.title:32} {', '.join(paper.hosts)}")


@sources.command()
@click.argument("source")
def show(source: str) -> None:
    """Show one paper's declaration with its family's rules layered in, as JSON.

    \b
    baoluu sources show vietnamnet
    """
    told = msgspec.json.encode({"digest": (paper := load().pick(source)).digest, **msgspec.to_builtins(paper)})
    click.echo(msgspec.json.format(told, indent=2).decode())
