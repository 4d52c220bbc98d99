"""The formats of an export, by name."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from urllib.parse import urlencode

from archive import atom, cite
from archive.exports import follow, parquet, tables, wacz, warc
from archive.exports.manifest import Provenance
from archive.exports.output import Output
from archive.exports.selection import Of as Of
from archive.exports.selection import Order, Picked
from archive.store import Archive
from archive.warc.writer import ENDINGS
from config.sources import Sources

Progress = Callable[[int, int], None]


@dataclass(kw_only=True)
class Job:
    """One export under way, for the writer of its format. Of articles the archive is in one read transaction; pages,
    which never change, are read one by one."""

    archive: Archive
    sources: Sources
    picked: Picked
    """The articles or pages, in the order that the format asks for."""
    output: Output
    progress: Progress
    """To be called with (done, in all)."""
    provenance: Provenance
    """What the export says of itself, the selection among it."""
    sheet: bool = False
    """A table for spreadsheets."""
    room: str = ""
    """Address of the reading room that shows the articles."""
    name: str = ""
    """Of the file or folder to come; empty: a stream."""
    split: int | None = None
    """Bytes of one file at most, in a folder."""
    read: int = 0
    """Rows so far."""
    streamed: warc.Streamed = field(default_factory=warc.Streamed)
    """Of pages: what went out and what did not."""

    @property
    def about(self) -> warc.About:
        """What a file of pages says of itself."""
        asked = ", ".join(f"{name} {value}" for name, value in self.provenance.selection.asked().items())
        return warc.About(f"Pages of a selection ({asked})" if asked else "Everything")

    @property
    def whole(self) -> bool:
        """Whether nothing was chosen: all pages go out."""
        return not self.provenance.selection

    @property
    def columns(self) -> tuple[tables.Column, ...]:
        """Of the rows."""
        return tables.columns(revisions=self.provenance.revisions, sheet=self.sheet)

    def rows(self) -> Iterator[tables.Row]:
        """The records of the articles; how many articles were read is told as progress."""
        found = (tables.states if self.provenance.revisions else tables.rows)(self.archive, self.picked)
        done, last = 0, None
        for row in found:
            if row["article"] != last:
                done, last = done + 1, row["article"]
                self.progress(done, len(self.picked))
            self.read += 1
            yield row

    def put(self, pieces: Iterable[bytes]) -> None:
        """Write the one file of an export, made of `rows`."""
        with self.output.open() as sink:
            for piece in pieces:
                sink.write(piece)
            sink.rows = self.read


@dataclass(frozen=True, kw_only=True)
class Format:
    """One format. `write` writes all of `Job.picked` into `Job.output`, and says of each file how many rows it has."""

    about: str
    suffix: str
    """Of the file's or folder's name."""
    write: Callable[[Job], None]
    of: Of = "articles"
    folder: bool = False
    order: Order = "time"
    table: bool = False
    """Whether it has columns, and can have every state of an article as a row."""
    sheet: bool = False
    """Whether that is for spreadsheets, unless `raw` is asked for."""
    weight: float = 1.0
    """Bytes for one byte of text, at the least: an export that would not fit on the disk is not begun."""
    limit: int | None = None
    """How many articles it takes where nobody says; None: all."""
    endings: tuple[str, ...] = ()
    """How the file's name must end, where software goes by that; any: empty."""
    splits: bool = False
    """Whether it can be split into files of at most some size."""


def _csv(job: Job) -> None:
    job.put(tables.as_csv(job.columns, job.rows(), sheet=job.sheet))


def _jsonl(job: Job) -> None:
    job.put(tables.as_jsonl(job.columns, job.rows()))


def _parquet(job: Job) -> None:
    parquet.write(job.output, job.columns, job.rows())


def _bibtex(job: Job) -> None:
    job.put(cite.bibtex(one).encode() + b"\n" for one in _cited(job))


def _ris(job: Job) -> None:
    job.put(cite.ris(one).encode() + b"\r\n" for one in _cited(job))


def _csl(job: Job) -> None:
    job.put(follow.as_csl(_cited(job)))


def _cited(job: Job) -> Iterator[cite.Citation]:
    return follow.citations(job.sources, job.rows(), job.room)


def _atom(job: Job) -> None:
    """A feed whose id is the selection's: the next export of it is the same feed, with what came since."""
    asked = job.provenance.selection.asked()
    query = urlencode({"q" if name == "query" else name: value for name, value in asked.items()})
    pieces = atom.written(
        id=f"tag:{atom.AUTHORITY}:articles{'?' if query else ''}{query}",
        title=" · ".join(["baoluu", *(value for name, value in asked.items() if name != "exact")]),
        updated=job.provenance.made,
        site_url=f"{job.room.rstrip('/')}/search?{query}" if job.room else "",
        entries=follow.entries(job.sources, job.rows(), job.room),
    )
    job.put(pieces)


def _warc(job: Job) -> None:
    job.streamed = warc.write_warc(
        job.archive, job.picked, job.output, job.name, job.about,
        whole=job.whole, split=job.split, progress=job.progress,
    )  # fmt: skip


def _wacz(job: Job) -> None:
    job.streamed = wacz.write_wacz(
        job.archive, job.picked, job.output, job.about, whole=job.whole, progress=job.progress
    )


FORMATS = {
    "csv": Format(
        about="A table for spreadsheets: nothing in it is run as a formula; --raw: for programs.",
        suffix=".csv",
        write=_csv,
        table=True,
        sheet=True,
    ),
    "jsonl": Format(about="One JSON object a line.", suffix=".jsonl", write=_jsonl, table=True, weight=3.0),
    "parquet": Format(
        about="A folder of typed tables by paper and month, for DuckDB, pandas, R, Spark.",
        suffix=".parquet",
        write=_parquet,
        folder=True,
        order="paper",
        table=True,
        weight=0.2,
    ),
    "bibtex": Format(about="Citations for LaTeX.", suffix=".bib", write=_bibtex, weight=0.1),
    "ris": Format(about="Citations for reference managers.", suffix=".ris", write=_ris, weight=0.1),
    "csl": Format(about="Citations as CSL JSON, for Zotero and pandoc.", suffix=".csl.json", write=_csl, weight=0.1),
    "atom": Format(
        about="A feed to follow, newest first.",
        suffix=".atom",
        write=_atom,
        order="newest",
        weight=0.1,
        limit=50,
    ),
    "warc": Format(
        about="Pages as they came, for web archives: .warc.gz, .warc.zst or .warc.",
        suffix=".warc.gz",
        write=_warc,
        of="pages",
        endings=ENDINGS,
        splits=True,
    ),
    "wacz": Format(
        about="Pages as they came in one file to look at, for ReplayWeb.page.",
        suffix=".wacz",
        write=_wacz,
        of="pages",
        endings=(".wacz",),
    ),
}
"""What can be exported, in the order in which it is offered."""
