"""Commands on single pages and strings: clean, date, import."""

import sys
from collections import deque
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click
import msgspec

from archive.facts import Cleaned, Drop, Page
from archive.store import Archive
from config.declarations import Order
from config.sources import Source, Sources
from crawler.cli.common import archive_option, cleaning, json_option, known_sources, put_json
from crawler.cli.types import Address, Moment

if TYPE_CHECKING:
    from pipelines.pool import CleaningPool

ORDERS = click.Choice(["DMY", "MDY", "YMD"])


@click.command()
@click.argument("file")
@click.option("--url", type=Address(), help="Where the page came from; a .txt dump can do without.")
@click.option("--at", type=Moment(), help="When it was fetched; default: the file's time.")
@click.option("--source", help="The paper, when neither URL nor text tells.")
@click.option(
    "--explain", is_flag=True, help="Tell where each field and line came from, and what was cut by which rule."
)
@json_option
def clean(file: str, url: str | None, at: datetime | None, source: str | None, explain: bool, as_json: bool) -> None:
    """Clean one saved page, or one flattened .txt page, to one JSON object. No archive is touched.

    With --explain the way to the record is told, for people, or with --json as one object that holds the record.

    \b
    baoluu clean page.html --url https://vnexpress.net/some-article-4954454.html
    baoluu clean page.html --url https://vnexpress.net/some-article-4954454.html --explain | less
    baoluu clean dump.txt --source baoquocte
    """
    from crawler.cli.explained import put
    from crawler.local import page_from

    sources = known_sources()
    page = page_from(file, sources, url=url, at=at, source=source)
    with cleaning(1) as pool:
        if explain:
            account = pool.explain(*page, sources.layers(page[1]))
            output = account.output
            (put_json if as_json else put)(account)
        else:
            output = next(pool.map([page])).output
            put_json(output)
    if isinstance(output, Drop):
        click.echo(f"{file}: no article: {output.drop.reason} ({output.drop.detail})", err=True)
        sys.exit(1)


@click.command()
@click.argument("text", nargs=-1)
@click.option("--at", type=Moment(), help="When the page was fetched, for relative dates and for refusing future ones.")
@click.option("--order", type=ORDERS, default="DMY", show_default=True, help="Declared order of day, month, year.")
@click.option("--lines", is_flag=True, help='Read {"text", "at"} objects, one a line, from standard input.')
def date(text: tuple[str, ...], at: datetime | None, order: Order, lines: bool) -> None:
    """Read a Vietnamese date, or refuse it with the reason.

    \b
    baoluu date "Thứ Ba, 19/12/2023 11:1'(GMT+7)"
    baoluu date "hôm qua" --at 2024-05-10T15:20
    """
    from pipelines.dates import read_date

    if lines:
        sys.exit(0 if _dates_of_lines(sys.stdin.buffer, at, order) else 1)
    elif not text:
        raise click.UsageError("give a date string, or --lines")
    else:
        put_json(read_date(" ".join(text), at, order)._asdict())


class _Asked(msgspec.Struct, frozen=True):
    """One line of `--lines`; other fields may stand beside these."""

    text: str | None
    at: str | None = None
    order: Order | None = None


def _dates_of_lines(lines: Iterable[bytes], at: datetime | None, order: Order) -> bool:
    """Answer every line in its place, a bad one with its error; whether all were good. Empty lines are passed over."""
    from pipelines.dates import read_date

    good, asked = True, msgspec.json.Decoder(_Asked)
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            told = asked.decode(line)
            moment = Moment().convert(told.at, None, None) if told.at else at
        except (msgspec.DecodeError, UnicodeDecodeError, click.BadParameter) as error:
            good, said = False, f'line {number} is not {{"text": …, "at": …}}: {error}'
            click.echo(said, err=True)
            put_json({"value": None, "precision": None, "reason": None, "error": said})
            continue
        put_json(read_date(told.text or "", moment, told.order or order)._asdict())
    return good


@click.command("import")
@click.argument("paths", nargs=-1, required=True)
@click.option("--source", help="The paper of every file.")
@click.option("--url", type=Address(), help="Where the page came from (with one file).")
@click.option("--at", type=Moment(), help="When it was fetched; default: each file's time.")
@archive_option
def import_(paths: tuple[str, ...], source: str | None, url: str | None, at: datetime | None, path: Path) -> None:
    """Take saved pages and flattened .txt dumps into the archive.

    \b
    baoluu import ../shared/seeds/*.txt
    baoluu import page.html --url https://vnexpress.net/some-article-4954454.html
    """
    from crawler.local import page_from

    if url and len(paths) > 1:
        raise click.UsageError("--url names one page; import the files one by one")
    sources = known_sources()
    for file in paths:  # every file is looked at before the first is written
        page_from(file, sources, url=url, at=at, source=source)
    pages = (page_from(file, sources, url=url, at=at, source=source) for file in paths)
    with Archive(path) as archive, cleaning() as pool:
        run = archive.start_run(f"import of {len(paths)} files")
        made = dict.fromkeys(("found", "kept", "cleaned", "dropped", "errors"), 0)
        for file, cleaned in zip(paths, _imported(archive, sources, pool, pages, run), strict=True):
            dropped = isinstance(cleaned.output, Drop)
            made["kept"] += 1
            made["dropped" if dropped else "cleaned"] += 1
            told = f"no article: {cleaned.output.drop.reason}" if isinstance(cleaned.output, Drop) else cleaned.article
            click.echo(f"{file}: {told}")
        archive.end_run(run, "finished", {"sources": {"import": made}})
    sys.exit(1 if made["dropped"] else 0)


def _imported(
    archive: Archive, sources: Sources, pool: "CleaningPool", pages: Iterable[tuple[Page, Source]], run: int
) -> Iterator[Cleaned]:
    """Keep each page, then clean and derive it; a bounded number is held at a time."""
    from pipelines.cleaner import cleaner_id
    from pipelines.reclean import take_in

    waiting: deque[tuple[int, Source]] = deque()

    def kept() -> Iterator[tuple[Page, Source]]:
        for page, paper in pages:
            number = archive.keep_page(paper, page, run)
            if (name := archive.source_name(number)) != paper.id:
                raise click.ClickException(f"this page is already kept, as one of {name}'s: {page.url}")
            waiting.append((number, paper))
            yield page, paper

    for cleaned in pool.map(kept()):
        number, paper = waiting.popleft()
        take_in(archive, sources, number, cleaner_id(paper), cleaned)
        yield cleaned
