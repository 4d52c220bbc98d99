"""Commands about declared papers: sources list, check, show."""

import sys

import click
import msgspec

from config.sources import Source, load
from config.urls import Kind, article_key, classify
from crawler.cli.add import add
from crawler.cli.common import json_option, put_json


@click.group()
def sources() -> None:
    """What is declared about the papers.

    \b
    baoluu sources list
    """


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


@sources.command()
@json_option
def check(as_json: bool) -> None:
    """Check every declaration: readable, keys known, patterns valid, examples classified as they say.

    \b
    baoluu sources check
    """
    papers = load()
    trouble = 0
    for paper in papers.values():
        wrong = [f"{url} reads as {classify(paper, url)}, not {kind}" for kind, url in _misread(paper)]
        if not paper.examples.article:
            wrong.append("has no example of an article")
        trouble += len(wrong)
        if as_json:
            put_json({"source": paper.id, "trouble": wrong})
        for line in [] if as_json else wrong:
            click.echo(f"{paper.id}: {line}")
    if not as_json:
        click.echo(f"{len(papers)} papers, {trouble} in trouble")
    sys.exit(1 if trouble else 0)


sources.add_command(add)


def _misread(paper: Source) -> list[tuple[Kind, str]]:
    told: list[tuple[Kind, tuple[str, ...]]] = [
        ("article", paper.examples.article),
        ("section", paper.examples.section),
        ("other", paper.examples.other),
    ]
    wrong = [(kind, url) for kind, urls in told for url in urls if classify(paper, url) != kind]
    keys = [article_key(paper, url) for url in paper.examples.article]
    return wrong + [("article", url) for key, url in zip(keys, paper.examples.article, strict=True) if not key]
