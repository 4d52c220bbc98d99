"""What the room hooks into Datasette: routes, a way back from its own pages, headers on every answer, and
connections that only read."""

import sqlite3
from collections.abc import Callable
from typing import Any

from datasette import hookimpl

from archive.room.headers import guarded
from archive.room.plain import ROUTES
from archive.room.room import Room
from archive.room.serving import serve
from archive.room.views import VIEWS
from archive.room.words import LANGUAGES, said


def with_room(datasette: Any, room: Room) -> Any:
    """A class like `datasette` whose instance has `room` from the first: it asks for its routes while it is made."""

    def app(self: Any) -> Any:
        """Guarded from without: Datasette reads forms and cookies before a plugin's wrapper sees a request."""
        return guarded(datasette.app(self), room)

    return type(datasette.__name__, (datasette,), {"room": room, "app": app})


def room_of(datasette: Any) -> Room | None:
    """The room of an instance; None for one that other people opened on other files."""
    room: Room | None = getattr(datasette, "room", None)
    return room


@hookimpl
def register_routes(datasette: Any) -> list[tuple[str, Callable[..., Any]]]:
    """The pages of the room, which come before Datasette's own."""
    if room_of(datasette) is None:
        return []
    pages = [*((view.pattern, serve(view)) for view in VIEWS), *ROUTES]
    return [(pattern, _allowed(handler)) for pattern, handler in pages]


def _allowed(handler: Callable[..., Any]) -> Callable[..., Any]:
    """`handler` for those who may see the archive; others get Datasette's answer, which its plugins can change."""

    async def asked(request: Any, datasette: Any) -> Any:
        database = ("view-database", room_of(datasette).database)  # type: ignore[union-attr]
        await datasette.ensure_permissions(request.actor, [database, "view-instance"])
        return await handler(request, datasette)

    return asked


@hookimpl
def menu_links(datasette: Any, request: Any) -> list[dict[str, str]]:
    """The way back to the room in the menu of Datasette's own pages, in the language that the reader chose."""
    if room_of(datasette) is None:
        return []
    chosen = request.cookies.get("lang") if request else None
    lang = chosen if chosen in LANGUAGES else LANGUAGES[0]
    return [{"href": str(datasette.setting("base_url")), "label": said(lang, "to_room")}]


@hookimpl
def prepare_connection(conn: sqlite3.Connection, database: str, datasette: Any) -> None:
    """Datasette's own connections to the archive only read, and wait for a writer no longer than a reader would."""
    room = room_of(datasette)
    if room is not None and database == room.database:
        conn.execute("PRAGMA query_only=1")
        conn.execute("PRAGMA busy_timeout=5000")
