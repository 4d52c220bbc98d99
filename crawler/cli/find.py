"""Finding articles, and what there is to be found: search, overview."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import click

from archive.overview import Overview
from archive.overview import overview as look_over
from archive.search import EmptyQuery, Hit, Results, hits_as_csv
from archive.search import find as survey
from archive.search import search as look_for
from archive.store import Archive
from crawler.cli.choosing import choice, choices
from crawler.cli.common import archive_option, json_option, known_sources, need_source, put_json

ORDERS = ("best", "newest", "oldest")
MOST_TOLD = 12
"""Papers, and months, whose counts are told to people."""


@click.command()
@click.argument("query", nargs=-1)
@choices
@click.option("--order", type=click.Choice(ORDERS), default="best", show_default=True, help="What comes first.")
@click.option("--folded", is_flag=True, help="Articles that tell one story in the same words are one.")
@click.option("--counts", is_flag=True, help="Tell how many there are, by paper and by month, and no articles.")
@click.option("--csv", "as_csv", is_flag=True, help="A table for spreadsheets.")
@click.option("--limit", default=20, show_default=True, type=click.IntRange(1), help="How many at most.")
@json_option
@archive_option
def search(
    query: tuple[str, ...],
    exact: bool,
    source: str | None,
    section: str | None,
    author: str | None,
    since: date | None,
    until: date | None,
    topic: str | None,
    order: str,
    folded: bool,
    counts: bool,
    as_csv: bool,
    limit: int,
    as_json: bool,
    path: Path,
) -> None:
    """Find articles, with or without diacritics.

    "…" is a phrase, a leading - excludes, an ending * stands for any letters. Without QUERY all articles that the
    options choose, newest first.

    \b
    baoluu search đối ngoại Đảng
    baoluu search doi ngoai dang --limit 5
    baoluu search '"thể thao" -bóng' --since 2021-01-01 --counts
    baoluu search 'ngoạ*' --source vietnamnet --folded --csv > found.csv
    """
    picked = choice(source=source, section=section, author=author, since=since, until=until, topic=topic)
    text = " ".join(query)
    if not (text or picked):
        raise click.UsageError("give words to look for, or one of --source, --section, --author, --since, --topic")
    with Archive(path, write=False) as archive:
        if source:
            need_source(source, archive)
        try:
            if counts or folded or order != "best" or not text:
                asked: dict[str, Any] = {"exact": exact, "choice": picked, "order": order, "folded": folded}
                results = survey(archive, text, **asked, size=limit)
                hits = results.hits
            else:
                results, hits = None, list(look_for(archive, text, exact=exact, choice=picked, limit=limit))
        except EmptyQuery as error:
            raise click.UsageError(str(error)) from None
    if counts and results:
        _put_counts(results, as_json)
    else:
        _put(hits, as_json, as_csv)


def _put(hits: list[Hit], as_json: bool, as_csv: bool) -> None:
    if as_csv:
        click.echo("".join(hits_as_csv(hits)), nl=False)
        return
    for hit in hits:
        put_json(hit) if as_json else click.echo("\n".join(_told(hit)))
    if not hits and not as_json:
        click.echo("Nothing found.", err=True)


def _told(hit: Hit) -> Iterator[str]:
    yield f"{(hit.published or 'no date')[:10]}  {hit.source}  {hit.title or '(no title)'}"
    yield f"            {hit.excerpt}\n            {hit.url}"
    if hit.copies:
        yield f"            also in {', '.join(dict.fromkeys(one.source for one in hit.copies))}"


def _put_counts(results: Results, as_json: bool) -> None:
    if as_json:
        put_json({"articles": results.articles, "papers": results.papers, "months": results.months})
        return
    click.echo(f"{results.articles} articles")
    for title, counted in (("by paper", results.papers), ("by month", results.months)):
        click.echo(f"\n{title}")
        top = max((one.articles for one in counted), default=1)
        shown = counted[:MOST_TOLD] if title == "by paper" else counted
        for one in shown:
            click.echo(f"  {one.name or 'undated':24} {one.articles:>7}  {'█' * round(30 * one.articles / top)}")
        if len(counted) > len(shown):
            click.echo(f"  … and {len(counted) - len(shown)} more; --json tells them")


@click.command()
@json_option
@archive_option
def overview(as_json: bool, path: Path) -> None:
    """Tell what the archive holds: articles, papers, days, what was changed, topics, the last run.

    \b
    baoluu overview
    baoluu overview --json | jq .articles
    """
    with Archive(path, write=False) as archive:
        found = look_over(archive)
    if as_json:
        put_json(found)
    else:
        click.echo("\n".join(_overview(found)))


def _overview(found: Overview) -> Iterator[str]:
    sources = known_sources()
    span = f", {_day(found.first_day)} to {_day(found.last_day)}" if found.first_day else ""
    yield f"{found.file}: {found.articles:,} articles of {len(found.papers)} papers{span}; {found.bytes / 1e6:,.1f} MB"
    if found.undated:
        yield f"  {found.undated:,} without a date"
    yield f"  {found.edited:,} were changed by their papers"
    if found.run:
        yield f"  last run: {found.run.started[:16].replace('T', ' ')}, {found.run.outcome or 'not ended'}"
    for one in found.papers[:MOST_TOLD]:
        yield f"  {sources.named(one.name or '').title:30} {one.articles:>8,}"
    if len(found.papers) > MOST_TOLD:
        yield f"  … and {len(found.papers) - MOST_TOLD} papers more; --json tells them"
    for topic in found.topics:
        yield f"  topic {topic.title}: {topic.articles:,}"


def _day(day: str | None) -> str:
    return f"{day[8:10]}/{day[5:7]}/{day[:4]}" if day else ""
