"""Pages from files: saved HTML and flattened text dumps, with the paper they belong to."""

import sys
from datetime import datetime
from pathlib import Path

import click

from archive.bodies import digest
from archive.facts import Hints, Page
from config.clock import VIETNAM, SystemClock, stamp
from config.sources import Source, Sources, generic

MAX_BYTES = 50_000_000


def page_from(
    file: str, sources: Sources, *, url: str | None, at: datetime | None, source: str | None
) -> tuple[Page, Source]:
    """The page in `file` (`-`: standard input, HTML) and its paper.

    A `.txt` file is a flattened dump and gets the URL `urn:sha256:…` unless one is given. Wrong use (no such file,
    no URL for HTML, a dump that no paper's marks fit) raises `click.UsageError`.
    """
    body, fetched = _read(file)
    flat = file.lower().endswith(".txt")
    if not url and not flat:
        raise click.UsageError(f"{file}: give --url, the address that the page was saved from")
    paper = sources.pick(source) if source else sources.of(url) if url else None
    if paper is None:
        paper = _guess(file, body, sources) if flat else generic(url or "")
    page = Page(
        url=url or f"urn:sha256:{digest(body)}",
        fetched_at=stamp(at or fetched),
        body=body,
        headers={"content-type": f"text/{'plain' if flat else 'html'}"},
        hints=Hints(via="import"),
    )
    return page, paper


def _read(file: str) -> tuple[bytes, datetime]:
    if file == "-":
        return sys.stdin.buffer.read(MAX_BYTES), SystemClock().now()
    path = Path(file)
    try:
        if path.is_dir():
            raise click.UsageError(f"{file}: is a folder; name the files in it")
        if path.stat().st_size > MAX_BYTES:
            raise click.UsageError(f"{file}: larger than {MAX_BYTES // 1_000_000} MB, which no article page is")
        return path.read_bytes(), datetime.fromtimestamp(path.stat().st_mtime, VIETNAM)
    except OSError as error:
        raise click.UsageError(f"{file}: cannot be read: {error.strerror}") from None


def _guess(file: str, body: bytes, sources: Sources) -> Source:
    from pipelines.dump import guess_source, sure_source

    real = Sources({paper.id: paper for paper in sources.values() if paper.port is None}, sources.families)
    guesses = guess_source(body.decode("utf-8", errors="replace"), real)
    if sure := sure_source(guesses):
        return sources[sure]
    named = ", ".join(f"{name} ({score:.0%})" for name, score in guesses[:3]) or "none fits"
    raise click.UsageError(f"{file}: cannot tell the paper (guesses: {named}); name it with --source")
