"""Searching: words, choices, counts by paper and month, and the results to take away."""

import msgspec

from archive import atom
from archive.choice import Choice
from archive.exports.follow import entries as entries_of
from archive.exports.tables import Row, rows_of
from archive.room.ask import Ask, Wrong
from archive.room.room import Room
from archive.room.view import Made, query
from archive.search import EmptyQuery, Hit, Results, find, hits_as_csv
from archive.store import Archive

SIZE = 20
MOST = 1000
"""Results on one page, or in one file."""
FEED = 50
ORDERS = ("best", "newest", "oldest")


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """A search and what it found."""

    q: str
    exact: bool
    folded: bool
    choice: Choice
    wrong: str | None = None
    """Why nothing could be looked for, as a key of the words."""
    results: Results | None = None


class Followed(Found, frozen=True, kw_only=True):
    """The same for a feed."""

    rows: list[Row]
    """The articles found, whole."""


def search(archive: Archive, room: Room, ask: Ask) -> Found:
    """One page of results; without words and choices, what is newest."""
    form = ask.path.get("format")
    choice = Choice(
        source=ask.text("source") or None,
        section=ask.text("section") or None,
        author=ask.text("author") or None,
        since=ask.day("since"),
        until=ask.day("until", last=True),
        topic=ask.text("topic") or None,
    )
    asked = Found(q=ask.text("q"), exact=bool(ask.text("exact")), folded=bool(ask.text("folded")), choice=choice)
    if choice.since and choice.until and choice.since > choice.until:
        raise Wrong("wrong_span", since=choice.since, until=choice.until)
    size = ask.number("size", FEED if form == "atom" else MOST if form == "csv" else SIZE, MOST)
    order = ask.choice("order", ("newest", *ORDERS) if form == "atom" else ORDERS)
    try:
        found = find(
            archive,
            asked.q,
            exact=asked.exact,
            choice=choice,
            order=order,  # type: ignore[arg-type]
            folded=asked.folded,
            page=ask.number("page", 1, 500),
            size=size,
            shelf=room.shelf,
        )
    except EmptyQuery:
        return msgspec.structs.replace(asked, wrong="no_words")
    asked = msgspec.structs.replace(asked, results=found)
    if form != "atom":
        return asked
    rows = rows_of(archive, [hit.article for hit in found.hits])
    return Followed(**msgspec.structs.asdict(asked), rows=rows)


def as_csv(found: Found, made: Made) -> bytes:
    """The results, a row each."""
    return "".join(hits_as_csv(_hits(found))).encode()


def as_feed(found: Found, made: Made) -> bytes:
    """The results as an Atom feed, which tells of every new one, and of every edited one again."""
    excerpts = {hit.article: hit.excerpt for hit in _hits(found)}
    rows = found.rows if isinstance(found, Followed) else []
    here = f"{made.root}search{query(**made.ask.args)}"
    entries = list(entries_of(made.room.sources, rows, made.root, excerpts))
    return atom.feed(
        id=here,
        title=" · ".join(filter(None, ("baoluu", found.q, *msgspec.structs.asdict(found.choice).values()))),
        updated=max((entry.updated for entry in entries), default=atom.EPOCH),
        self_url=made.url,
        site_url=here,
        entries=entries,
    )


def _hits(found: Found) -> list[Hit]:
    if found.results is None:
        raise Wrong(found.wrong or "no_words")
    return found.results.hits
