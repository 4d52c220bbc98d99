"""Feeds that answer with another feed of their paper: asked for a name that it does not know, Nhân Dân's site gives
the home feed, with status 200. What such a feed says of a section is not believed."""

import logging
from collections import defaultdict
from collections.abc import Iterator

import msgspec

from archive.facts import Found, Kept
from archive.store import Archive
from config.sources import Source
from config.urls import canonical
from crawler.feeds import links_of_feed

logger = logging.getLogger(__name__)
FEW = 5
"""Articles that two feeds must have in common, and no others: of fewer it may be chance."""
_NEWEST = "SELECT max(id) AS id FROM pages WHERE url = ? AND kind = 'feed' AND status = 200 AND truncated IS NULL"


class Echoes:
    """The feeds of one crawl, by what they list."""

    def __init__(self) -> None:
        self._seen: dict[str, dict[frozenset[str], str]] = defaultdict(dict)

    def of(self, kept: Kept) -> str | None:
        """The feed that listed the very articles of the feed in `kept` before it, or None."""
        if kept.page.kind != "feed" or kept.page.status != 200:
            return None
        listed = frozenset(found.url for found in kept.found)
        first = self._seen[kept.source].setdefault(listed, kept.page.url) if len(listed) >= FEW else kept.page.url
        if first == kept.page.url:
            return None
        logger.warning("%s lists the articles of %s: its name may be unknown to the paper", kept.page.url, first)
        return first


def unplaced(found: tuple[Found, ...]) -> tuple[Found, ...]:
    """`found` without what was said of sections."""
    bare = (msgspec.structs.replace(f.hints, section=None) for f in found)
    return tuple(msgspec.structs.replace(f, hints=hints) for f, hints in zip(found, bare, strict=True))


def echoes(archive: Archive, source: Source) -> Iterator[str]:
    """Which declared feeds of a paper listed the same articles when they were last kept, as sentences."""
    first: dict[frozenset[str], str] = {}
    for path in source.discover.feeds:
        url = source.absolute(path)
        row = archive.conn.execute(_NEWEST, (url,)).fetchone()
        page = archive.page(row[0]) if row and row[0] else None
        listed = frozenset(canonical(source, f.url) for f in links_of_feed(page, source)) if page else frozenset()
        if len(listed) < FEW:
            continue
        if (other := first.setdefault(listed, path)) != path:
            yield f"discover.feeds: {path} lists the articles of {other}: its name may be unknown to the paper"
