"""Articles to follow and to cite: an Atom feed, BibTeX, RIS, and CSL JSON of many."""

from collections.abc import Iterable, Iterator, Mapping

import msgspec

from archive import atom, cite
from archive.exports.tables import Row
from archive.permalink import permalink
from config.sources import Sources

SUMMARY = 280
"""Letters of a text that stand for it where it has no lead."""


def citations(sources: Sources, rows: Iterable[Row], room: str = "") -> Iterator[cite.Citation]:
    """Each article as it is cited; `room` is the address of the reading room that shows them, empty where none does."""
    for row in rows:
        yield cite.Citation(
            article=row["article"],
            title=row["title"],
            authors=msgspec.json.decode(row["authors"]),
            credit=row["credit"],
            paper=sources.named(row["source"]).title,
            source=row["source"],
            url=row["url"],
            published=row["published"],
            precision=row["published_precision"],
            captured=row["fetched_at"],
            sha256=row["sha256"],
            cleaner=row["cleaner"],
            revision=row["revision"],
            permalink=permalink(room, row["article"]),
        )


def as_csl(cited: Iterable[cite.Citation]) -> Iterator[bytes]:
    """One JSON list of items, as reference managers read it."""
    before = b"["
    for one in cited:
        yield before + b"\n" + msgspec.json.encode(cite.csl(one))
        before = b","
    yield b"[]\n" if before == b"[" else b"\n]\n"


def entries(
    sources: Sources, rows: Iterable[Row], room: str = "", excerpts: Mapping[str, str] | None = None
) -> Iterator[atom.Entry]:
    """Each article as an entry of a feed: at its paper's address, or at the `room`'s.

    `excerpts` are what is told of articles, by identity; of the others the lead is, or the beginning of the text.
    """
    for row in rows:
        here = permalink(room, row["article"])
        yield atom.Entry(
            id=atom.tag_of(row["article"]),
            title=row["title"] or row["url"],
            url=here or row["url"],
            via=row["url"] if here else "",
            updated=_updated(row),
            published=row["published"],
            summary=(excerpts or {}).get(row["article"]) or row["lead"] or row["text"][:SUMMARY],
            source_title=sources.named(row["source"]).title,
            authors=tuple(msgspec.json.decode(row["authors"])),
            captured=row["fetched_at"],
            sha256=row["sha256"],
        )


def _updated(row: Row) -> str:
    """When an article last changed: when an edited one was first seen so; else when it was published."""
    seen, printed = str(row["state_first_seen"]), row["published"]
    return str(printed) if printed and row["revisions"] == 1 else seen
