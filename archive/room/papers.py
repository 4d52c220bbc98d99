"""Papers: what is held of each, its articles a day against its past, how its pages come out, its declaration."""

from typing import Any

import msgspec

from archive.choice import Choice
from archive.overview import Held, days_of, overview
from archive.room.ask import Ask, Missing
from archive.room.judging import fields_of
from archive.room.room import Room
from archive.search import Hit, find
from archive.store import Archive

NEWEST = 10


class PaperRow(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the list of papers."""

    source: str
    title: str
    articles: int
    last_new: str | None = None
    usual: float | None = None
    """New articles a day."""
    alarms: int = 0


class Papers(msgspec.Struct, frozen=True):
    """The papers of the archive, and how many more are declared."""

    papers: list[PaperRow]
    declared: int


class PaperPage(msgspec.Struct, frozen=True, kw_only=True):
    """One paper."""

    source: str
    title: str
    hosts: list[str]
    family: str | None
    evidence: str | None
    declared: bool
    articles: int
    days: list[Held]
    """Articles by day of publication."""
    newest: list[Hit]
    health: Any = None
    """`pipelines.health.Paper`, as `baoluu health --json` tells it."""
    fields: Any = None
    """`pipelines.drift.Coverage`: how the newest pages came out, beside those before them."""
    declaration: str | None = None
    """Its facts with its family's rules layered in, as `baoluu sources show` prints them."""


def papers(archive: Archive, room: Room, ask: Ask) -> Papers:
    """All papers that articles are held of, most first."""
    health = {one.source: one for one in ask.given["health"].papers} if ask.given.get("health") else {}
    held = {one.name or "": one.articles for one in overview(archive, room.shelf).papers}
    told = []
    for name in held | dict.fromkeys(health, 0):
        one = health.get(name)
        told.append(
            PaperRow(
                source=name,
                title=room.sources.named(name).title,
                articles=held.get(name, 0),
                last_new=one.last_new if one else None,
                usual=one.usual if one else None,
                alarms=len(one.alarms) if one else 0,
            )
        )
    return Papers(sorted(told, key=lambda row: (-row.articles, row.source)), len(room.sources))


def paper(archive: Archive, room: Room, ask: Ask) -> PaperPage:
    """One paper: what it gave and how it came out."""
    name = ask.path["source"]
    days = days_of(archive, name)
    declared = name in room.sources
    if not days and not declared and name not in archive.source_names():
        raise Missing("no_paper", source=name)
    source = room.sources.named(name)
    health = ask.given.get("health")
    return PaperPage(
        source=name,
        title=source.title,
        hosts=list(source.hosts),
        family=source.family,
        evidence=source.evidence if declared else None,
        declared=declared,
        articles=sum(one.articles for one in days),
        days=[one for one in days if one.name],
        newest=find(archive, choice=Choice(source=name), size=NEWEST, shelf=room.shelf).hits,
        health=next((one for one in health.papers if one.source == name), None) if health else None,
        fields=fields_of(archive, room.sources, name),
        declaration=msgspec.json.format(msgspec.json.encode(source), indent=2).decode() if declared else None,
    )
