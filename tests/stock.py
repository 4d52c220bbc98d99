"""A stocked archive of one made-up paper whose pages are really cleaned, without a network or child processes."""

from collections.abc import Iterable, Iterator

import msgspec

from archive.facts import Cleaned, Found, Hints, Page
from archive.frontier import Frontier
from archive.store import Archive
from config.declarations import Examples
from config.sources import Source, Sources
from pipelines.cleaner import cleaner_id
from pipelines.process import process
from pipelines.reclean import take_in
from pipelines.stored import Chunk, Made, clean_chunk, reader
from tests.crawler.site import article, declare, listing

ROOT = "http://song.example.vn"
PAPER = msgspec.structs.replace(
    declare("sample", "song.example.vn", None), examples=Examples(article=(f"{ROOT}/bai-1.html",))
)
SOURCES = Sources({"sample": PAPER}, {})


class Here:
    """A cleaning pool whose only child is this process."""

    def __init__(self, *_: object) -> None:
        self.workers = 1

    def __enter__(self) -> "Here":
        return self

    def __exit__(self, *_: object) -> None: ...

    def map(self, jobs: Iterable[tuple[Page, Source]]) -> Iterator[Cleaned]:
        """`process` over `jobs`."""
        for page, source in jobs:
            yield process(page, source)

    def stored(self, chunks: Iterable[Chunk]) -> Iterator[tuple[Chunk, list[Made]]]:
        """`clean_chunk` over `chunks`."""
        for chunk in chunks:
            made = clean_chunk(chunk, process)
            reader(chunk.path).close()
            reader.cache_clear()
            yield chunk, made


def page(number: int, state: int = 1, **more: object) -> Page:
    """One state of an article, fetched at an hour of its own."""
    hints = Hints(via="section", referrer=f"{ROOT}/tin", title=f"Nước rút ở bản số {number}")
    fields = {"url": f"{ROOT}/bai-{number}.html", "fetched_at": f"2025-03-{10 + state}T{number % 24:02}:00:00+07:00"}
    return Page(**({"body": article(number, words=state).body, "hints": hints} | fields | more))  # type: ignore[arg-type]


def section(*numbers: int) -> Page:
    """The section page that shows these articles."""
    shown = listing(*(f"/bai-{n}.html" for n in numbers)).body.replace(b"Xem b\xc3\xa0i", "Nước rút ở bản số".encode())
    return Page(url=f"{ROOT}/tin", fetched_at="2025-03-10T00:00:00+07:00", body=shown, kind="section")


def keep(archive: Archive, *pages: Page, clean: bool = True) -> None:
    """Keep pages of the paper, in one run, each with its frontier row; clean and derive what is an article."""
    run, frontier = archive.start_run("crawl sample"), Frontier(archive, SOURCES)
    for kept in pages:
        number = archive.keep_page(PAPER, kept, run)
        frontier.add([Found(url=kept.url, kind=kept.kind, hints=kept.hints)])
        if clean and kept.kind == "article" and kept.status == 200:
            take_in(archive, SOURCES, number, cleaner_id(PAPER), process(kept, PAPER))
    archive.conn.execute("UPDATE frontier SET visits = 1 WHERE url IN (SELECT url FROM pages)")
    archive.end_run(run, "finished", {"sources": {}})
