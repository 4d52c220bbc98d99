"""What a page is: a route, a function that answers plain data, a template, and other formats of the same data."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from archive.room.ask import Ask
from archive.room.room import Room
from archive.store import Archive

Answer = Callable[[Archive, Room, Ask], Any]


@dataclass(frozen=True)
class Format:
    """Another form of a page's data: `write` answers its bytes."""

    write: Callable[[Any, "Made"], bytes]
    kind: str
    """Content type."""
    name: str = ""
    """File name under which a browser keeps it; empty: it is shown."""


@dataclass(frozen=True)
class Made:
    """What a page was made from: for the writers of formats."""

    room: Room
    ask: Ask
    url: str
    """Of the page that was asked for, whole, as the reader sees it."""
    site: str
    """Path of the room's first page, with an ending slash."""
    root: str
    """The same, whole."""


@dataclass(frozen=True)
class View:
    """One page of the room."""

    route: str
    """Path with `{names}`; a name catches one segment, tilde-encoded."""
    answer: Answer
    template: str
    formats: Mapping[str, Format] = field(default_factory=dict)
    """By what is appended to the address after a dot; `json` every page has."""
    needs: tuple[str, ...] = ()
    """What is to be found before a reader is asked: `health`, `account`."""

    @property
    def pattern(self) -> str:
        """The route for Datasette: it catches `format` too."""
        path = self.route.replace("{", "(?P<").replace("}", ">[^/.?]+)")
        forms = "|".join(["json", *(one.replace(".", r"\.") for one in self.formats)])
        return rf"^/{path}(?:\.(?P<format>{forms}))?$" if self.route else "^/$"


def query(**values: object) -> str:
    """`?a=1&b=2` of what is given; nothing where nothing is."""
    told = "&".join(
        f"{quote(name, safe='')}={quote(str(value), safe='')}"
        for name, value in values.items()
        if value not in (None, "")
    )
    return f"?{told}" if told else ""
