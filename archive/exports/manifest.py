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
        return f"{_told(self.selection)} of {self.archive}, as of {self.made}. {self.license}"


class Manifest(Provenance, frozen=True, kw_only=True):
    """The whole: written as JSON beside a file, or into a folder."""

    of: Of
    count: int
    """How many articles or pages were selected."""
    files: Sequence[Written]
    columns: Sequence[dict[str, str]] = ()
    """Name, kind and meaning, of a table."""


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
    """The manifest in JSON of an export of `count` articles or pages."""
    told = [{"name": name, "kind": kind, "about": about} for name, kind, about in columns]
    whole = Manifest(**msgspec.structs.asdict(of), of=what, count=count, files=files, columns=told)
    return msgspec.json.format(msgspec.json.encode(whole), indent=2) + b"\n"


def _told(selection: Selection) -> str:
    if not selection:
        return "Everything"
    asked = {"words": selection.query, **msgspec.structs.asdict(selection.choice)}
    said = ", ".join(f"{name} {value}" for name, value in asked.items() if value)
    return f"A selection ({said}{', exact' if selection.exact else ''})"
