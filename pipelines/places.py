"""Reading *places*, the notation in which declarations say where a field stands (see `config.declarations`)."""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Literal

import msgspec
from selectolax.lexbor import LexborNode

from archive.facts import Origin
from config.declarations import Places
from pipelines.normalise import clean
from pipelines.view import View, text_of

Kind = Literal["css", "meta", "ld", "url"]
_ORIGIN: dict[Kind, Origin] = {"css": "selector", "meta": "meta", "ld": "json-ld", "url": "url"}


class Place(msgspec.Struct, frozen=True):
    """One parsed place: its kind, what to look for, and the attribute to read (CSS only; None: the text)."""

    kind: Kind
    what: str
    attribute: str | None = None

    @property
    def origin(self) -> Origin:
        """What the record calls a value from here."""
        return _ORIGIN[self.kind]


@lru_cache(maxsize=4096)
def parse(place: str) -> Place:
    """`place` as written in a declaration."""
    kind, colon, rest = place.partition(":")
    if colon and kind in ("meta", "ld", "url"):
        return Place(kind, rest)  # type: ignore[arg-type]
    if found := re.fullmatch(r"(.+)@([\w-]+)", place):
        return Place("css", found[1], found[2])
    return Place("css", place)


def nodes(view: View, places: Places | None) -> list[LexborNode]:
    """The elements at the first place that has any; places that are not selectors have none."""
    return first(view, places)[1]


def first(view: View, places: Places | None) -> tuple[Place | None, list[LexborNode]]:
    """The first place that has elements, and these."""
    for place in map(parse, places or ()):
        found = view.select(place.what) if place.kind == "css" else []
        if view.trace is not None:
            view.trace.nodes(place, found)
        if found:
            return place, found
    return None, []


def values(view: View, places: Places | None) -> list[str]:
    """The strings at the first place that yields any."""
    return next((found for _, found in each(view, places)), [])


def value(view: View, places: Places | None) -> str | None:
    """The first string at the first place that yields any."""
    return next(iter(values(view, places)), None)


def each(view: View, places: Places | None) -> Iterator[tuple[Place, list[str]]]:
    """Every place that yields something, in the declared order of trust."""
    for place in map(parse, places or ()):
        found = _read(view, place)
        if view.trace is not None:
            view.trace.read(place, found)
        if found:
            yield place, found


def _read(view: View, place: Place) -> list[str]:
    if place.kind == "meta":
        return view.meta.get(place.what.lower())
    if place.kind == "ld":
        return view.ld.texts(place.what)
    if place.kind == "url":
        return [view.url]
    found = view.select(place.what)
    if place.attribute:
        return [text for n in found if (text := clean(n.attributes.get(place.attribute) or ""))]
    return [text for n in found if (text := text_of(n))]
