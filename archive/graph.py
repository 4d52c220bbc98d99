"""The links of articles as the table `links` holds them: what each leads to, and where it stands."""

from collections.abc import Iterable, Iterator

from archive.facts import Link
from archive.identities import all_resolved, resolved
from archive.store import Archive
from config.sources import Sources
from config.urls import article_key, classify

LISTED = ("tag", "topic")
"""Kinds of links that lead to lists of articles."""
Row = tuple[int, str, str, str, str | None, str | None]
"""(n, kind, URL, title, target, place)."""


def links_of(archive: Archive, links: Iterable[Link], sources: Sources) -> Iterator[Row]:
    """The rows for the links of one article; as what its page names itself is none.

    Lists are no articles, whatever their addresses look like. What an earlier version cleaned knows no places.
    """
    shown = [link for link in links if link.kind != "canonical"]
    named = [None if link.kind in LISTED else _named(link.url, sources) for link in shown]
    others = all_resolved(archive.conn, filter(None, named))
    for n, (link, target) in enumerate(zip(shown, named, strict=True), 1):
        yield n, link.kind, link.url, link.title, others.get(target or "", target), link.place or None


def target_of(archive: Archive, url: str, sources: Sources) -> str | None:
    """The identity under which the article at `url` is shown; None for what is no article's address."""
    named = _named(url, sources)
    return resolved(archive.conn, named) if named else None


def _named(url: str, sources: Sources) -> str | None:
    """The identity of the article at `url`, whatever it is shown under."""
    source = sources.of(url)
    return article_key(source, url) if source and classify(source, url) == "article" else None
