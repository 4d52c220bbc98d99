"""An article's pages: its text with all that belongs to it, its states, what differs, copies, neighbours, its life."""

from collections.abc import Iterable, Iterator
from typing import Any, TypeVar

import msgspec

from archive.cite import Citation, cite
from archive.diff import Change, changes
from archive.family import Family, family_of
from archive.history import Revision, revisions_of
from archive.life import life_of
from archive.neighbours import Neighbour, neighbours_of
from archive.reading import Reading, reading
from archive.room.ask import Ask, Missing, Wrong
from archive.room.room import PATIENCE, Room, TooLong
from archive.store import Archive

T = TypeVar("T")
NEIGHBOURS = 8


class Article(msgspec.Struct, frozen=True, kw_only=True):
    """The page of one article."""

    reading: Reading
    q: str
    """Words of the search that led here; they are marked in the text."""
    neighbours: list[Neighbour]
    names: dict[str, str]
    """Their identities by URL."""
    citation: Citation


class Passage(msgspec.Struct, frozen=True):
    """One passage of two texts side by side: (sign, words) in reading order, " " kept, "-" taken out, "+" put in."""

    field: str
    words: list[tuple[str, str]]

    @property
    def before(self) -> list[tuple[str, str]]:
        """The earlier side."""
        return [(sign, text) for sign, text in self.words if sign != "+"]

    @property
    def after(self) -> list[tuple[str, str]]:
        """The later side."""
        return [(sign, text) for sign, text in self.words if sign != "-"]


class Side(msgspec.Struct, frozen=True):
    """One of two states that are compared."""

    article: str
    n: int
    source: str
    title: str | None
    published: str | None
    precision: str | None
    first_seen: str
    cleaner: str


class Difference(msgspec.Struct, frozen=True, kw_only=True):
    """What differs between two states of an article, or between two articles."""

    article: str
    states: int
    before: Side
    after: Side
    other: bool
    """They are two articles."""
    same_rules: bool
    """Otherwise some differences may be ours, not the paper's."""
    passages: list[Passage]


class States(msgspec.Struct, frozen=True):
    """The states of an article with what changed in each, by field."""

    article: str
    title: str | None
    states: list[tuple[Side, str, dict[str, int]]]
    """(state, when it was last seen, changed passages by field)."""


class Copies(msgspec.Struct, frozen=True):
    """Who printed the story, who first, and what each made of it."""

    article: str
    family: Family
    names: dict[str, str]
    """Identities by URL."""


class Neighbours(msgspec.Struct, frozen=True):
    """What an article is related to, with reasons."""

    article: str
    title: str | None
    neighbours: list[Neighbour]
    names: dict[str, str]


def identity(ask: Ask) -> str:
    """The identity in the address."""
    return f"{ask.path['source']}:{ask.path['id']}"


def article(archive: Archive, room: Room, ask: Ask) -> Article:
    """The article as it reads now."""
    name = identity(ask)
    found, citation = reading(archive, name), cite(archive, room.sources, name)
    if found is None or citation is None:
        raise _missing(name)
    near = neighbours_of(archive, name, NEIGHBOURS) or []
    return Article(
        reading=found,
        q=ask.text("q"),
        neighbours=near,
        names=_identities(archive, [one.url for one in near if one.kept]),
        citation=citation,
    )


def by_url(archive: Archive, room: Room, ask: Ask) -> dict[str, Any]:
    """Which article stands at an address of a paper: `{"url", "article"}`, and its whole life."""
    url = ask.text("url")
    if not url:
        raise Wrong("no_url")
    try:
        life = life_of(archive, room.sources, url)
    except ValueError:  # `http://[`
        raise Wrong("no_url") from None
    known = archive.conn.execute("SELECT 1 FROM articles WHERE article = ?", (life["article"],)).fetchone()
    return life | {"shown": bool(known), "known": bool(life["events"]) or bool(known)}


def history(archive: Archive, room: Room, ask: Ask) -> States:
    """All states, oldest first."""
    states = _states(archive, identity(ask))
    told = []
    for before, state in patiently(zip([None, *states], states, strict=False), room):
        told.append((_side(identity(ask), state), state.last_seen, state.changed_since(before)))
    return States(identity(ask), states[-1].record.title, told)


def difference(archive: Archive, room: Room, ask: Ask) -> Difference:
    """Two states: `from` and `to`, or the last ones of this article and of `with`, another identity."""
    states = _states(archive, identity(ask))
    if other := ask.text("with"):
        one, two = states[-1], _states(archive, other)[-1]
    else:
        two = _pick(states, ask.number("to", len(states)))
        one = _pick(states, ask.number("from", max(1, two.n - 1)))
    return Difference(
        article=identity(ask),
        states=len(states),
        before=_side(identity(ask), one),
        after=_side(other or identity(ask), two),
        other=bool(other),
        same_rules=one.record.cleaner == two.record.cleaner,
        passages=[_passage(change) for change in patiently(changes(one.record, two.record), room)],
    )


def patiently(made: Iterable[T], room: Room) -> Iterator[T]:
    """What is made outside of SQLite, which does not look at the clock there. Raises `TooLong` after `PATIENCE`."""
    until = room.clock.interval() + PATIENCE
    for one in made:
        if room.clock.interval() > until:
            raise TooLong
        yield one


def copies(archive: Archive, room: Room, ask: Ask) -> Copies:
    """The family of the story."""
    family = family_of(archive, room.sources, identity(ask))
    if family is None:
        raise _missing(identity(ask))
    urls = [*(one.url for one in family.members), *(one.url for one in family.near)]
    return Copies(identity(ask), family, _identities(archive, urls))


def related(archive: Archive, room: Room, ask: Ask) -> Neighbours:
    """The neighbours, nearest first."""
    most = ask.number("most", 20, 200)
    found = neighbours_of(archive, identity(ask), most)
    if found is None:
        raise _missing(identity(ask))
    row = archive.conn.execute("SELECT title FROM articles WHERE article = ?", (identity(ask),)).fetchone()
    return Neighbours(identity(ask), row[0], found, _identities(archive, [one.url for one in found if one.kept]))


def life(archive: Archive, room: Room, ask: Ask) -> dict[str, Any]:
    """What happened to the article: found, visited, cleaned, changed."""
    found = reading(archive, identity(ask))
    if found is None:
        raise _missing(identity(ask))
    told = life_of(archive, room.sources, found.record.url)
    return told | {
        "title": found.record.title,
        "page": found.page,
        "cleaner": found.record.cleaner,
        "account": ask.given.get("account"),
    }


def _missing(name: str) -> Missing:
    return Missing("no_article", article=name)


def _states(archive: Archive, name: str) -> list[Revision]:
    states = revisions_of(archive, name)
    if not states:
        raise _missing(name)
    return states


def _pick(states: list[Revision], n: int) -> Revision:
    if n > len(states):
        raise Wrong("no_state", n=n, states=len(states))
    return states[n - 1]


def _side(name: str, state: Revision) -> Side:
    record = state.record
    return Side(
        article=name,
        n=state.n,
        source=record.source,
        title=record.title,
        published=record.published,
        precision=record.published_precision,
        first_seen=state.first_seen,
        cleaner=record.cleaner,
    )


def _passage(change: Change) -> Passage:
    return Passage(change.field, [(sign, text) for sign, text in change.words])


def _identities(archive: Archive, urls: list[str]) -> dict[str, str]:
    """The articles shown under these URLs."""
    listed = msgspec.json.encode(urls).decode()
    sql = "SELECT url, article FROM articles WHERE url IN (SELECT value FROM json_each(?))"
    return dict(archive.conn.execute(sql, (listed,)).fetchall())
