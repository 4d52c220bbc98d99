"""What `baoluu import` is given: looked at whole before anything is written, then taken format by format."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from archive.facts import Hints, Page
from archive.imports import objects, warcs
from archive.imports.files import WARC_NAMES, Part, Unreadable, format_of, parts_of
from archive.imports.folders import Saved, listed, listed_in, mirrored, time_of
from archive.imports.intake import Intake, Taken
from archive.imports.items import Arrival, Read, Refused, Revisit
from archive.imports.progress import Standing
from archive.store import Archive
from archive.warc.frames import Mark
from archive.warc.reader import START
from config.sources import Sources, generic, host_in

Progress = Callable[[int, int], None]
"""Called with (done, in all): bytes of a file, or pages of a list."""
LARGEST = 20 << 20
"""Bytes of the largest saved page; what it has more is cut off, and the page marked."""


class Warc(NamedTuple):
    """A WARC file, or one in a WACZ."""

    name: str
    """What it is called; so of all jobs."""
    part: Part
    form: str


class Items(NamedTuple):
    """A file that Scrapy's `-O` wrote."""

    name: str
    path: Path
    form: str = "items"


class Listed(NamedTuple):
    """Saved pages with their URLs: those that a list names, or a mirror's."""

    name: str
    folder: Path
    list: Path | None
    form: str = "saved pages"


class Other(NamedTuple):
    """Another archive of ours."""

    name: str
    path: Path
    form: str = "archive"


class Single(NamedTuple):
    """One saved page or text dump; `name` is its path, or `-`."""

    name: str
    form: str = "page"


Job = Warc | Items | Listed | Other | Single


def jobs(paths: tuple[str, ...], manifest: Path | None, sources: Sources) -> list[Job]:
    """What is to be imported, in the order given. Raises `Unreadable` for what cannot be, with what could be done."""
    found: list[Job] = []
    for given in paths:
        path = Path(given)
        try:
            found += [Single(given)] if given == "-" else _of(path, manifest, sources)
        except OSError as error:
            raise Unreadable(f"{given}: cannot be read: {error.strerror}") from None
    return found


def _of(path: Path, manifest: Path | None, sources: Sources) -> list[Job]:
    if path.is_dir():
        return _of_folder(path, manifest, sources)
    form = format_of(path)
    if form in ("warc", "wacz", "torn wacz"):
        return [Warc(part.name, part, form) for part in parts_of(path, form)]
    if form == "archive":
        return [Other(path.name, path)]
    if manifest is not None:
        raise Unreadable(f"{path}: --manifest tells the URLs of the files in a folder; name the folder")
    return [Items(path.name, path) if form == "items" else Single(str(path))]


def _of_folder(path: Path, manifest: Path | None, sources: Sources) -> list[Job]:
    """A list of URLs counts first; then WARC files, wherever below; then a mirror's hosts; then text dumps."""
    if there := manifest or listed_in(path):
        return [Listed(str(there), path, there)]
    if warcs_there := sorted(p for p in path.rglob("*") if p.name.endswith((*WARC_NAMES, ".wacz")) and p.is_file()):
        return [job for file in warcs_there for job in _of(file, None, sources)]
    if next(mirrored(path, _scheme_of(sources)), None):
        return [Listed(str(path), path, None)]
    if dumps := sorted(path.rglob("*.txt")):
        return [Single(str(file)) for file in dumps]
    raise Unreadable(
        f"{path}: holds no WARC or WACZ files, no text dumps, no routes.json or manifest.csv, and no folders that are"
        " called as hosts; --manifest LIST.csv tells which file is the page of which URL (columns file,url)"
    )


def _scheme_of(sources: Sources) -> Callable[[str], str | None]:
    """The scheme of what may be a host: that of a declared paper, or https for what looks like a name."""

    def scheme(host: str) -> str | None:
        with suppress(ValueError):
            if source := sources.of(f"https://{host}/"):
                return source.scheme
        labels = host.split(".")
        looks = len(labels) > 1 and labels[-1].isalpha() and len(labels[-1]) > 1 and host_in(f"https://{host}/") == host
        return "https" if looks and labels[-1].lower() not in _SUFFIXES else None

    return scheme


_SUFFIXES = ("html", "htm", "txt", "csv", "json", "jsonl", "xml", "css", "js", "jpg", "png", "md")


def reads(
    job: Warc | Items | Listed, sources: Sources, at: str | None, progress: Progress, mark: Mark = START
) -> Iterator[Read]:
    """What `job` holds, a WARC from `mark` on; `at` is the time of pages that say none, instead of their file's."""
    if isinstance(job, Items):
        yield from objects.read(job.path, at or time_of(job.path))
    elif isinstance(job, Listed):
        pages = listed(job.list, job.folder) if job.list else mirrored(job.folder, _scheme_of(sources))
        for number, saved in enumerate(pages, 1):
            yield Read(saved if isinstance(saved, Refused) else _page(saved, sources, at, sure=job.list is not None))
            progress(number, 0)
    else:
        with job.part.open() as stream:
            for read in warcs.read(stream, mark, job.part.kind):
                yield read
                if read.after:
                    progress(read.after.offset, job.part.size)


def take(
    archive: Archive, intake: Intake, job: Warc | Items | Listed, sources: Sources, *, asked: str, at: str | None,
    again: bool, progress: Progress,
) -> tuple[Taken, str | None]:  # fmt: skip
    """Take what `job` holds; answers what that was, and when it had been taken before, if it was.

    `asked` names what is to be taken of a file, `again` reads one anew that was read to its end. One of which
    something was lost is always read anew: it may be a better copy, whose ends and size are the same.
    """
    if not isinstance(job, Warc):
        taken = Taken()
        intake.take(reads(job, sources, at, progress), taken)
        return taken, None
    standing = Standing(archive, job.part, asked)
    intake.resumed = intake.resumed or standing.begun
    if standing.ended and not again and not standing.taken.refused:
        return standing.taken, standing.ended
    if standing.ended:
        standing.begin_again()
    intake.take(reads(job, sources, at, progress, standing.mark), standing.taken, standing.note)
    standing.end(standing.taken)
    return standing.taken, None


def _page(saved: Saved, sources: Sources, at: str | None, *, sure: bool) -> Arrival | Refused:
    """A saved page as it is kept; what a list names is a page, of a mirror it has to be found out."""
    try:
        paper = sources.pick(saved.source).id if saved.source else None
        with saved.path.open("rb") as stream:
            body = stream.read(LARGEST + 1)
    except (OSError, ValueError) as error:
        return Refused(str(saved.path), str(error), saved.url)
    page = Page(
        url=saved.url,
        fetched_at=at or saved.fetched_at,
        body=body[:LARGEST],
        status=saved.status,
        headers={"content-type": saved.kind} if saved.kind else {},
        hints=Hints(via="import"),
        truncated=f"the file is larger than {LARGEST >> 20} MB" if len(body) > LARGEST else None,
    )
    return Arrival(page=page, where=str(saved.path), paper=paper, sure=sure)


def paper_of(item: Arrival | Revisit, sources: Sources) -> str:
    """The paper of a page, or the bare host of one that none covers."""
    with suppress(ValueError):
        return item.source or (sources.of(item.page.url) or generic(item.page.url)).id
    return "no address"
