"""`sources check`: whether the declarations are sound, and whether the papers still come out as they did."""

import sys
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path

import click
from click.core import ParameterSource

from archive.newest import kept_under, newest
from archive.store import Archive
from config.lists import starts
from config.sources import Source, Sources, load, troubles
from config.urls import Kind, article_key, classify
from crawler.cli.common import archive_option, json_option, known_sources, progress, put_json
from crawler.cli.coverage import Checked, counted, put_all, put_each

PAST = 4
"""How many times as many past articles the newest ones are held against."""


@click.command(short_help="Check the declarations, or the newest articles of an archive.")
@click.argument("papers", nargs=-1, metavar="[SOURCE]...")
@click.option("--newest", "count", default=50, show_default=True, type=click.IntRange(5), help="Articles to judge.")
@click.option(
    "--no-archive", is_flag=True, help="Check the declarations and their fixtures, whatever the archive holds."
)
@json_option
@archive_option
@click.pass_context
def check(
    context: click.Context, papers: tuple[str, ...], count: int, no_archive: bool, as_json: bool, path: Path
) -> None:
    """Check the declarations; with an archive, whether each paper's newest articles still have every field.

    Without an archive every declaration is read, its examples are classified and its fixtures cleaned. With one, the
    newest articles of each paper are counted field by field and held against those before them; what got worse, and
    not by chance, ends with 1. The archive is only read.

    Worse is what concerns at least a fifth of the articles (five newest and twenty earlier ones are needed) and has
    less than one chance in a thousand, all tests of a paper together, to come about without a cause.

    \b
    baoluu sources check
    baoluu sources check vietnamnet --newest 100
    """
    given = context.get_parameter_source("path") is not ParameterSource.DEFAULT
    if wrong := troubles():
        for line in wrong:
            put_json({"source": None, "trouble": [line]}) if as_json else click.echo(line)
        sys.exit(1)
    if no_archive or not (given or path.exists()):
        sys.exit(1 if _declarations(papers, as_json) else 0)
    found = []
    with progress("papers") as tell:
        for one, total in _archive(path, papers, count):
            found.append(one)
            tell(len(found), total)
    if as_json:
        for one in found:
            put_json(one.json())
    else:
        (put_each if papers else put_all)(found)
    sys.exit(1 if any(one.drift or one.trouble for one in found) else 0)


def _declarations(names: Sequence[str], as_json: bool) -> int:
    """Check the declared papers called `names` (all where none is), one after the other; the number of troubles."""
    from pipelines.fixtures import differences, fixtures, missing

    known, made = load(), fixtures()
    chosen = [known.pick(name) for name in names] or list(known.values())
    lacking = [] if names else list(missing(known, made))
    count = 0
    for paper in chosen:
        wrong = list(misread(paper))
        for fixture in (f for f in made if f.source == paper.id):
            wrong += [f"fixture {fixture.name}: {line}" for line in differences(fixture, paper)]
        count += len(wrong)
        _tell(paper.id, wrong, as_json)
    if lacking:
        _tell(None, lacking, as_json)
    if not as_json:
        tried = sum(f.source in {p.id for p in chosen} for f in made)
        bad = f"{count + len(lacking)} in trouble"
        click.echo(f"{counted(len(chosen), 'paper')}, {counted(tried, 'fixture')}, {bad}")
    return count + len(lacking)


def _tell(name: str | None, wrong: list[str], as_json: bool) -> None:
    if as_json:
        put_json({"source": name, "trouble": wrong})
    for line in [] if as_json else wrong:
        click.echo(f"{name}: {line}" if name else line)


def misread(paper: Source) -> Iterator[str]:
    """What is wrong with a paper's examples, as sentences."""
    told: list[tuple[Kind, tuple[str, ...]]] = [
        ("article", paper.examples.article),
        ("section", paper.examples.section),
        ("other", paper.examples.other),
    ]
    for kind, urls in told:
        for url in urls:
            if (found := classify(paper, url)) != kind:
                yield f"{url} reads as {found}, not {kind}"
            elif kind == "article" and not article_key(paper, url):
                yield f"{url} has no identity"
    for url in starts(paper):
        if (found := classify(paper, url)) != "section":
            yield f"discover.lists: {url} reads as {found}, not section"
    if not paper.examples.article:
        yield "has no example of an article"


def _archive(path: Path, names: Sequence[str], count: int) -> Iterator[tuple[Checked, int]]:
    """The papers of an archive, each with what its newest articles show; and how many they are."""
    from crawler.echoes import echoes
    from pipelines.confirm import confirmation
    from pipelines.drift import coverage
    from pipelines.recurring import recurring

    known = known_sources()
    with Archive(path, write=False) as archive:
        papers = papers_of(archive, known, names)
        for name, source, under in papers:
            rows = list(islice(newest(archive, under), (1 + PAST) * count))
            told = coverage(source, rows[:count], rows[count:]) if rows else None
            again = [r for r in recurring(rows) if r.clutter]
            wrong = [*misread(source), *echoes(archive, source)] if name in known else []
            sound = name in known and not (told and told.drifts)
            yield Checked(name, wrong, told, confirmation(source, rows) if sound else None, again), len(papers)


def papers_of(archive: Archive, known: Sources, names: Sequence[str]) -> list[tuple[str, Source, list[str]]]:
    """The papers of `names`, or all of an archive: id, source, and the names under which pages are kept, none of a
    declared one that has no pages yet. A name that is neither kept nor declared is refused."""
    archive.need_whole()
    kept = kept_under(archive, known)
    for name in names:
        if name not in kept:
            known.pick(name)
    return [(name, *kept.get(name, (known.named(name), []))) for name in names or sorted(kept)]
