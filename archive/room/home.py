"""The first page: what the archive holds, what is new, and whether all is well."""

from typing import Any

import msgspec

from archive.overview import Overview, overview
from archive.room.ask import Ask
from archive.room.room import Room
from archive.search import Hit, find
from archive.store import Archive

NEWEST = 15


class Glance(msgspec.Struct, frozen=True):
    """The health of the papers in three numbers."""

    papers: int
    ill: int
    """Those with alarms."""
    alarms: int


class Home(msgspec.Struct, frozen=True):
    """The first page."""

    archive: Overview
    newest: list[Hit]
    health: Glance | None
    """None: it is being judged, or the archive is a published copy, which cannot be."""


def home(archive: Archive, room: Room, ask: Ask) -> Home:
    """What is in the archive, and its newest articles."""
    return Home(overview(archive, room.shelf), find(archive, size=NEWEST, shelf=room.shelf).hits,
                _glance(ask.given.get("glance")))  # fmt: skip


def _glance(health: Any) -> Glance | None:
    if health is None:
        return None
    ill = sum(bool(paper.alarms) for paper in health.papers)
    return Glance(len(health.papers), ill, len(health.alarms))
