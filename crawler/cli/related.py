"""What an article is related to: its neighbours by links, tags, text, and as copies."""

from collections.abc import Iterator
from pathlib import Path

import click

from archive.life import identity_of
from archive.neighbours import MOST, Neighbour, neighbours_of
from archive.reasons import Reason
from archive.store import Archive
from config.sources import Sources
from crawler.cli.common import archive_option, json_option, known_sources, put_json
from crawler.cli.types import Address

_SHOWN = "SELECT title, url FROM articles WHERE article = ?"
_TOLD = 3
"""Reasons of one kind that are told to people."""


@click.command()
@click.argument("url", type=Address())
@click.option("--most", default=MOST, show_default=True, type=click.IntRange(1), help="How many at most.")
@json_option
@archive_option
def related(url: str, most: int, as_json: bool, path: Path) -> None:
    """List an article's neighbours, nearest first, each with the reasons.

    Neighbours are linked with it, or stand under the same tag or page on a subject, or share its characteristic words,
    or tell the same story. Articles that it links to and that the archive does not hold are listed as wishes. The
    number before each is the sum of its reasons' points; docs/related.md has them.

    \b
    baoluu related https://vietnamnet.vn/some-article-2495349.html
    baoluu related https://vietnamnet.vn/some-article-2495349.html --most 5 --json
    """
    sources = known_sources()
    with Archive(path, write=False) as archive:
        article = identity_of(archive, sources, url)
        found = neighbours_of(archive, article, most)
        if found is None:
            raise click.ClickException(f"no article at {url}; `baoluu why {url}` tells what is known of it")
        title, shown = archive.conn.execute(_SHOWN, (article,)).fetchone()
    if as_json:
        for one in found:
            put_json(one)
    else:
        click.echo("\n".join(_told(title, shown, found, sources)))


def _told(title: str | None, url: str, found: list[Neighbour], sources: Sources) -> Iterator[str]:
    """The neighbours for people."""
    yield title or "(no title)"
    yield f"  {url}"
    if not found:
        yield "  Nothing in the archive is related to it: no links, no common tags or words."
    for one in found:
        yield ""
        yield f"{one.score:5.2f}  {sources.named(one.source).title}, {_when(one)}: {one.title or '(no title)'}"
        yield f"       {one.url}"
        yield from (f"       {line}" for line in _why(one))


def _when(one: Neighbour) -> str:
    if not one.kept:
        return f"not in the archive ({one.note})" if one.note else "not in the archive"
    return f"{one.published[8:10]}/{one.published[5:7]}/{one.published[:4]}" if one.published else "no date"


def _why(one: Neighbour) -> Iterator[str]:
    """A line a reason; of many of one kind the ones with most points."""
    told = dict.fromkeys((reason.by for reason in one.reasons), 0)
    for reason in one.reasons:
        told[reason.by] += 1
        if told[reason.by] <= _TOLD:
            yield f"{reason.points:.2f} {_said(reason)}"
    for by, count in told.items():
        if count > _TOLD:
            yield f"     … and {count - _TOLD} more by {by}; --json tells them"


def _said(reason: Reason) -> str:
    if reason.by == "copy":
        when = {"first": "before", "later": "after"}.get(reason.how, "")
        hours = f", {reason.hours:.1f} h {when}" if when and reason.hours is not None else ""
        return f"tells the same story ({reason.kind}{hours}): see `baoluu copies`"
    if reason.by == "text":
        return f"shares its characteristic words: {', '.join(reason.phrases)}"
    if reason.by == "tag":
        what = "tag" if reason.how == "tag" else "page on a subject"
        return f"under the same {what}: {reason.words} ({reason.articles} articles)"
    if reason.how == "both":
        return f"both link to: {reason.words} ({reason.articles} articles do)"
    way = "it is linked from here" if reason.how == "to" else "it links here"
    where = f", {reason.place}" if reason.place else ""
    words = f": “{reason.words}”" if reason.words else ""
    return f"{way} ({reason.kind}{where}){words}"
