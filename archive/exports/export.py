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
    split: int | None = None
    """Bytes of one file at most, where the format can be split; then the export is a folder."""

    @property
    def folder(self) -> bool:
        """Whether the export is a folder of files."""
        return FORMATS[self.format].folder or self.split is not None


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
    withdrawn: int = 0
    """Pages that were withdrawn while they were to go out: left out."""
    damaged: int = 0
    """Pages whose bytes are damaged in the archive: left out."""
    named: list[str] = []
    """The first of the damaged ones."""


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
    refuse(archive, target, folder=wanted.folder, force=force)
    with made_beside(target, folder=wanted.folder) as output:
        with archive.reading():
            picked = _picked(archive, made, wanted)
            job = _job(archive, sources, wanted, picked, output, progress, target.name)
            if made.of == "articles":
                need = int(_size(archive, picked) * len(picked) * made.weight) + _SPARE
                need_room(output.path, need, "for the export")
                made.write(job)
        if made.of == "pages":
            made.write(job)
        files = [_named(one, output.path, target) for one in output.files]
        told = manifest(job.provenance, files, job.columns if made.table else (), made.of, len(picked))
        output.conclude(told)
    return _exported(str(target), job, wanted, files, str(manifest_path(target, folder=wanted.folder)))


def stream(archive: Archive, sources: Sources, wanted: Wanted, out: IO[bytes], progress: Progress) -> Exported:
    """The same into a stream, where a manifest has no place. The format is one of one file."""
    made, output = FORMATS[wanted.format], Output(Path("-"), stream=out)
    with archive.reading():
        picked = _picked(archive, made, wanted)
        job = _job(archive, sources, wanted, picked, output, progress)
        if made.of == "articles":
            made.write(job)
    if made.of == "pages":
        made.write(job)
    return _exported("-", job, wanted, output.files, None)


def _picked(archive: Archive, made: Format, wanted: Wanted) -> Picked:
    if made.of == "pages":
        return pages(archive, wanted.selection)
    return articles(archive, wanted.selection, made.order, wanted.limit or made.limit)


def _job(
    archive: Archive, sources: Sources, wanted: Wanted, picked: Picked, output: Output, progress: Progress,
    name: str = "",
) -> Job:  # fmt: skip
    return Job(
        archive=archive,
        sources=sources,
        picked=picked,
        output=output,
        progress=progress,
        provenance=provenance(archive, wanted.format, wanted.selection, revisions=wanted.revisions),
        sheet=FORMATS[wanted.format].sheet and not wanted.raw,
        room=wanted.room,
        name=name,
        split=wanted.split,
    )


def _size(archive: Archive, picked: Picked) -> float:
    """Bytes of a text, by a sample of those that are picked."""
    step = max(1, len(picked) // _SAMPLE)
    return float(next(archive.rows(_SIZE.format(table=picked.table), {"step": step}))["size"])


def _named(one: Written, part: Path, target: Path) -> Written:
    """A file by the name that it will have."""
    return msgspec.structs.replace(one, path=target.name) if one.path == part.name else one


def _exported(out: str, job: Job, wanted: Wanted, files: list[Written], beside: str | None) -> Exported:
    return Exported(
        out=out,
        format=wanted.format,
        rows=sum(one.rows for one in files),
        bytes=sum(one.bytes for one in files),
        manifest=beside,
        of=FORMATS[wanted.format].of,
        count=len(job.picked),
        withdrawn=job.streamed.withdrawn,
        damaged=job.streamed.damaged,
        named=job.streamed.named,
    )
