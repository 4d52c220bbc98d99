"""The reading room: a Datasette plugin for people who read Vietnamese and do not write SQL.

`crawler.cli.serve` gives an archive its room (`with_room`); other databases, and Datasette instances without one, are
left as they are. Pages are in `archive.room.views`; each is one function of an archive that answers plain data, which
a template shows and `.json` gives away.
"""

from archive.room.plugin import menu_links, prepare_connection, register_routes, with_room
from archive.room.room import Room

__all__ = ["Room", "menu_links", "prepare_connection", "register_routes", "with_room"]
