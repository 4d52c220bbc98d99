"""`baoluu crawl --dry-run`: what is due and what waits, and what a back-fill would read."""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

import click
import msgspec

from archive.facts import Hints
from archive.leads import Leads
from archive.state import moment
from archive.store import Archive
from config.sources import Source, Sources
from crawler.backfill import Span, day_of, days_of_shards
from crawler.cli.common import put_json
from crawler.left import named, next_due, waiting

SHOWN = 20
"""Known sitemaps of a back-fill that are named; the rest is counted."""
_SITEMAPS = "SELECT url, hints, visits FROM frontier WHERE source = ? AND kind = 'sitemap'"


def tell_due(archive: Archive | None, sources: Sources, names: Iterable[str], span: Span | None, as_json: bool) -> None:
    """Print it for the papers `names`, one line each, or one JSON object each. Without an archive all lists are due."""
    names = tuple(names)
    now = archive.clock.seconds() if archive else 0.0
    due = waiting(archive, names, now, back=True) if archive else {}
    later = next_due(archive, names, now) if archive else {}
    for name in names:
        told: dict[str, Any] = {"source": name, "lists": _lists(sources[name]), "waiting": due.get(name, {})}
        told["next"] = moment(later.get(name))
        if span:
            told["back_fill"] = _read_for(archive, sources[name], span)
        if as_json:
            put_json(told)
        else:
            for line in _lines(told):
                click.echo(line)


def tell_leads(archive: Archive | None, topic: str, as_json: bool) -> None:
    """Print the leads with which a topic's crawl would go on, the best first."""
    waiting = sorted(Leads(archive.conn, topic).waiting() if archive else (), key=lambda one: (-one.expected, one.key))
    if as_json:
        for one in waiting:
            put_json({"topic": topic, "url": one.key, "place": one.place, "expected": round(one.expected, 3)})
        return
    click.echo(f"{topic}: {len(waiting) or 'no'} lead{'s' * (len(waiting) != 1)} wait; expected are articles a page")
    for one in waiting[:SHOWN]:
        told = one.said.title or one.said.words
        click.echo(f"  {min(one.expected, 1):.2f}  {one.place:8} {one.key}" + (f"  {told}" if told else ""))
    if len(waiting) > SHOWN:
        click.echo(f"  and {len(waiting) - SHOWN} more; --json tells them")


def _lists(source: Source) -> int:
    lists = source.discover
    return len(lists.feeds) + len(lists.sections) + len(lists.sitemaps)


def _lines(told: dict[str, Any]) -> Iterator[str]:
    due = named(told["waiting"]) or "nothing waits"
    later = f"; next visit {told['next']}" if told["next"] else ""
    yield f"{told['source']}: {told['lists']} list{'s' * (told['lists'] != 1)} to ask; {due}{later}"
    if back := told.get("back_fill"):
        yield f"  would read the indices {', '.join(back['sitemaps']) or 'of no sitemaps'}"
        yield f"  and the further pages of {', '.join(back['sections']) or 'no sections'}"
        for url in back["known"][:SHOWN]:
            yield f"  {url}"
        if len(back["known"]) > SHOWN:
            yield f"  and {len(back['known']) - SHOWN} more known sitemaps"


def _read_for(archive: Archive | None, source: Source, span: Span) -> dict[str, list[str]]:
    """The declared sitemaps and sections that lead to old articles, and the known sitemaps that may hold the days."""
    sections = source.discover.sections
    return {
        "sitemaps": [source.absolute(path) for path in source.discover.sitemaps],
        "sections": [source.absolute(path) for path in sections],
        "known": list(_known(archive, source, span)) if archive else [],
    }


def _known(archive: Archive, source: Source, span: Span) -> Iterator[str]:
    """Sitemaps that indices named, that may hold days of `span`, and that were not read for it yet."""

    rows = list(archive.rows(_SITEMAPS, (source.id,)))
    hints = [msgspec.json.decode(row["hints"], type=Hints) for row in rows]
    days = days_of_shards([row["url"] for row in rows], archive.clock.now().date())
    for row, told, of in zip(rows, hints, days, strict=True):
        changed = day_of(told.date) or date.max
        read = row["visits"] and told.span == str(span)
        if told.referrer and span.meets(of) and changed >= span.since and not read:
            yield row["url"]
