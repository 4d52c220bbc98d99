"""What an export says of itself: what was selected, when, from where, by which software, and what came out."""

from collections.abc import Sequence
from importlib.metadata import version

import msgspec

from archive.describe import LICENSE
from archive.exports.output import Written
from archive.exports.selection import Of, Selection
from archive.exports.tables import Column
from archive.store import Archive
from config.clock import stamp

SOFTWARE = "baoluu"


class Provenance(msgspec.Struct, frozen=True, kw_only=True):
    """Where an export comes from; every format that has a place for it says so inside too."""

    baoluu: str
    """Version of the software."""
    made: str
    """When, +07:00: the export shows the archive as it was then."""
    archive: str
    """File name."""
    format: str
    selection: Selection
    """Empty: everything."""
    revisions: bool = False
    """Whether every state of an article is a row of its own."""
    license: str = LICENSE

    def __str__(self) -> str:
        """One sentence."""
        asked = ", ".join(f"{name} {value}" for name, value in self.selection.asked().items())
        what = f"A selection ({asked})" if asked else "Everything"
        return f"{what} of {self.archive}, as of {self.made}. {self.license}"


def provenance(archive: Archive, format: str, selection: Selection, *, revisions: bool = False) -> Provenance:
    """That of an export made now."""
    return Provenance(
        baoluu=version(SOFTWARE),
        made=stamp(archive.clock.now()),
        archive=archive.path.name,
        format=format,
        selection=selection,
        revisions=revisions,
    )


def manifest(of: Provenance, files: Sequence[Written], columns: Sequence[Column], what: Of, count: int) -> bytes:
    """The manifest in JSON, of an export of `count` articles or pages: written beside a file, or into a folder."""
    told = msgspec.structs.asdict(of) | {
        "selection": of.selection.asked(),
        "of": what,
        "count": count,
        "files": files,
        "columns": [column._asdict() for column in columns],
    }
    return msgspec.json.format(msgspec.json.encode(told), indent=2) + b"\n"
