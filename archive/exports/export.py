"""Making an export: from a selection to files that are whole or not there, with a manifest beside them."""

from pathlib import Path
from typing import IO

import msgspec

from archive.disk import need_room
from archive.exports.formats import FORMATS, Format, Job, Of, Progress
from archive.exports.manifest import manifest, provenance
from archive.exports.output import Output, Written, made_beside, manifest_path, refuse
from archive.exports.selection import Picked, Selection, articles, pages
from archive.store import Archive
from config.sources import Sources

_SIZE = """
SELECT coalesce(avg(length(CAST(a.text AS BLOB))), 0) AS size FROM {table} e JOIN articles a ON a.id = e.number
WHERE e.place % :step = 0
"""
_SAMPLE = 500
_SPARE = 1_000_000


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be exported, and how."""

    format: str
    """A name in `FORMATS`."""
    selection: Selection = Selection()
    raw: bool = False
    revisions: bool = False
    limit: int | None = None
    room: str = ""
    """Address of the reading room that shows the articles, if there is one."""


class Exported(msgspec.Struct, frozen=True, kw_only=True):
    """What came out."""

    out: str
    """`-`: a stream."""
    format: str
    of: Of
    count: int
    rows: int
    bytes: int
    manifest: str | None = None


def count(archive: Archive, wanted: Wanted) -> tuple[Of, int]:
    """What an export would hold, `articles` or `pages`, and how many."""
    made = FORMATS[wanted.format]
    with archive.reading():
        return made.of, len(_picked(archive, made, wanted))


def export(
    archive: Archive, sources: Sources, wanted: Wanted, target: Path, progress: Progress, *, force: bool = False
) -> Exported:
    """Write an export to `target`, a file or folder, from one state of the archive, which is open for reading.

    Raises `Occupied` for what stands there, unless `force` replaces it, and `DiskFull` where there is no room.
    """
    made = FORMATS[wanted.format]
    refuse(archive, target, folder=made.folder, force=force)
    with archive.reading(), made_beside(target, folder=made.folder) as output:
        picked = _picked(archive, made, wanted)
        if made.of == "articles":
            need_room(output.path, int(_size(archive, picked) * len(picked) * made.weight) + _SPARE, "for the export")
        job = _job(archive, sources, wanted, picked, output, progress)
        made.write(job)
        files = [_named(one, output.path, target) for one in output.files]
        told = manifest(job.provenance, files, job.columns if made.table else (), made.of, len(picked))
        output.conclude(told)
    return _exported(str(target), wanted, picked, files, str(manifest_path(target, folder=made.folder)))


def stream(archive: Archive, sources: Sources, wanted: Wanted, out: IO[bytes], progress: Progress) -> Exported:
    """The same into a stream, where a manifest has no place. The format is one of one file."""
    with archive.reading():
        picked = _picked(archive, FORMATS[wanted.format], wanted)
        output = Output(Path("-"), stream=out)
        FORMATS[wanted.format].write(_job(archive, sources, wanted, picked, output, progress))
    return _exported("-", wanted, picked, output.files, None)


def _picked(archive: Archive, made: Format, wanted: Wanted) -> Picked:
    if made.of == "pages":
        return pages(archive, wanted.selection)
    return articles(archive, wanted.selection, made.order, wanted.limit or made.limit)


def _job(archive: Archive, sources: Sources, wanted: Wanted, picked: Picked, output: Output, progress: Progress) -> Job:
    return Job(
        archive=archive,
        sources=sources,
        picked=picked,
        output=output,
        progress=progress,
        provenance=provenance(archive, wanted.format, wanted.selection, revisions=wanted.revisions),
        sheet=FORMATS[wanted.format].sheet and not wanted.raw,
        room=wanted.room,
    )


def _size(archive: Archive, picked: Picked) -> float:
    """Bytes of a text, by a sample of those that are picked."""
    step = max(1, len(picked) // _SAMPLE)
    return float(next(archive.rows(_SIZE.format(table=picked.table), {"step": step}))["size"])


def _named(one: Written, part: Path, target: Path) -> Written:
    """A file by the name that it will have."""
    return msgspec.structs.replace(one, path=target.name) if one.path == part.name else one


def _exported(out: str, wanted: Wanted, picked: Picked, files: list[Written], beside: str | None) -> Exported:
    return Exported(
        out=out,
        format=wanted.format,
        rows=sum(one.rows for one in files),
        bytes=sum(one.bytes for one in files),
        manifest=beside,
        of=FORMATS[wanted.format].of,
        count=len(picked),
    )
