"""The generated pages of docs/, and writing them: `python -m tests.docs`."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import click

from archive.describe import page as schema_page
from config.declarations import Evidence
from config.fold import fold
from config.sources import Source, Sources, load
from crawler.cli import cli

DOCS = Path(__file__).parents[1] / "docs"


def pages() -> dict[str, str]:
    """File name below docs/ to the text that belongs there."""
    return {"schema.md": schema_page(), "commands.md": commands_page(), "papers.md": papers_page(load())}


PAPERS = """# Papers

Generated from `config/sources` by `make docs`; do not edit.

{totals}

*Offers*: `feed` (RSS), `sitemap`, `lists` (section pages), `pager` (the lists' further pages), `scripted` (lists that
section pages fetch by script: JSON, or what "Xem thêm" brings), `tags` (pages of tags and topics that are told from
articles), `search` (their own search, for crawls for a topic). *Facts*: `seen` on a saved page, `several` sources that
know nothing of each other, `one` source; the last column names them (public repositories with their paths). *Layouts*
are the generations that are told apart, newest first.

| Paper | Hosts | CMS | Layouts | Offers | Facts | From |
| --- | --- | --- | --- | --- | --- | --- |
{rows}
"""
CONFIDENCE: dict[Evidence, str] = {"seen": "seen", "reported": "several", "single": "one"}


def papers_page(sources: Sources) -> str:
    """The table of declared papers, by name, with totals."""
    ordered = sorted(sources.values(), key=lambda source: fold(source.title))
    return PAPERS.format(totals=_totals(ordered, sources), rows="\n".join(_row(s, sources) for s in ordered))


def _totals(papers: list[Source], sources: Sources) -> str:
    sure = Counter(CONFIDENCE[paper.evidence] for paper in papers)
    offered = Counter(offer for paper in papers for offer in _offers(paper))
    counts = [f"{sure[word]} {word}" for word in CONFIDENCE.values()], [f"{n} {o}" for o, n in offered.most_common()]
    own = sum(paper.family is None for paper in papers)
    return (
        f"{len(papers)} papers on {len({h for p in papers for h in p.hosts})} hosts: "
        f"{len(papers) - own} on {len(sources.families)} CMS that several share, {own} on one of their own. "
        f"Their facts: {', '.join(counts[0])}. They offer: {', '.join(counts[1])}."
    )


def _row(paper: Source, sources: Sources) -> str:
    family = sources.families[paper.family].title if paper.family else "own"
    layouts = ", ".join(sorted((g.name for g in paper.generations), reverse=True)) or "one"
    cells = (f"{paper.title} (`{paper.id}`)", ", ".join(paper.hosts), family, layouts, ", ".join(_offers(paper)))
    return f"| {' | '.join((*cells, CONFIDENCE[paper.evidence], '; '.join(paper.facts) or '–'))} |"


def _offers(paper: Source) -> list[str]:
    found = paper.discover
    said = {"feed": found.feeds, "sitemap": found.sitemaps, "lists": found.sections, "pager": found.pager}
    said |= {"scripted": found.lists, "tags": paper.urls.tag or paper.urls.topic, "search": found.search}
    return [offer for offer, value in said.items() if value]


def commands_page() -> str:
    """The command reference, from the commands' own help."""
    parts = ["# Commands\n\nGenerated from `--help` by `make docs`; do not edit.\n"]
    for name, command in _commands(cli, "baoluu"):
        names = cli.context_settings["help_option_names"]
        with click.Context(command, info_name=name, terminal_width=100, help_option_names=names) as context:
            parts.append(f"## {name}\n\n```\n{command.get_help(context)}\n```\n")
    return "\n".join(parts)


def _commands(group: click.Group, prefix: str) -> Iterator[tuple[str, click.Command]]:
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        if isinstance(command, click.Group):
            yield from _commands(command, f"{prefix} {name}")
        else:
            yield f"{prefix} {name}", command


if __name__ == "__main__":
    for file, text in pages().items():
        (DOCS / file).write_text(text, encoding="utf-8")
