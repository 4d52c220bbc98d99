"""Commands on single pages and strings: clean, date, import."""

import sys
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

import click
import msgspec

from archive.facts import Drop
from archive.store import Archive
from config.clock import VIETNAM
from config.declarations import Order
from crawler.cli.common import archive_option, known_sources, put_json

ORDERS = click.Choice(["DMY", "MDY", "YMD"])


class Moment(click.ParamType[datetime]):
    """An ISO 8601 moment; without a zone it is Vietnamese time."""

    name = "ISO"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        """The moment, aware."""
        if isinstance(value, datetime):
            return value
        try:
            found = datetime.fromisoformat(str(value))
        except ValueError:
            self.fail(f"{value!r} is not an ISO 8601 moment such as 2021-01-28T10:41+07:00", param, ctx)
        return found if found.tzinfo else found.replace(tzinfo=VIETNAM)


@click.command()
@click.argument("file")
@click.option("--url", help="Where the page came from; a .txt dump can do without.")
@click.option("--at", type=Moment(), help="When it was fetched; default: the file's time.")
@click.option("--source", help="The paper, when neither URL nor text tells.")
def clean(file: str, url: str | None, at: datetime | None, source: str | None) -> None:
    """Clean one saved page, or one flattened .txt page, to one JSON object. No archive is touched.

    \b
    baoluu clean page.html --url https://vnexpress.net/some-article-4954454.html
    baoluu clean dump.txt --source baoquocte
    """
    from crawler.local import page_from
    from pipelines.process import process

    page, paper = page_from(file, known_sources(), url=url, at=at, source=source)
    output = process(page, paper).output
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
        _dates_of_lines(sys.stdin, at, order)
    elif not text:
        raise click.UsageError("give a date string, or --lines")
    else:
        put_json(read_date(" ".join(text), at, order)._asdict())


def _dates_of_lines(lines: Iterable[str], at: datetime | None, order: Order) -> None:
    from pipelines.dates import read_date

    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            asked = msgspec.json.decode(line, type=dict[str, str | None])
            moment = Moment().convert(asked["at"], None, None) if asked.get("at") else at
            read = read_date(asked["text"] or "", moment, asked.get("order") or order)
        except (msgspec.DecodeError, KeyError) as error:
            raise click.UsageError(f'line {number} is not {{"text": …, "at": …}}: {error}') from None
        put_json(read._asdict())


@click.command("import")
@click.argument("paths", nargs=-1, required=True)
@click.option("--source", help="The paper of every file.")
@click.option("--url", help="Where the page came from (with one file).")
@click.option("--at", type=Moment(), help="When it was fetched; default: each file's time.")
@archive_option
def import_(paths: tuple[str, ...], source: str | None, url: str | None, at: datetime | None, path: Path) -> None:
    """Take saved pages and flattened .txt dumps into the archive.

    \b
    baoluu import ../shared/seeds/*.txt
    baoluu import page.html --url https://vnexpress.net/some-article-4954454.html
    """
    from crawler.local import page_from
    from pipelines.cleaner import cleaner_id
    from pipelines.pool import CleaningPool
    from pipelines.reclean import take_in

    if url and len(paths) > 1:
        raise click.UsageError("--url names one page; import the files one by one")
    sources = known_sources()
    pages = [page_from(file, sources, url=url, at=at, source=source) for file in paths]
    with Archive(path) as archive, CleaningPool() as pool:
        with archive.transaction():
            numbers = [archive.keep_page(paper.id, page) for page, paper in pages]
        for file, number, (_, paper), cleaned in zip(paths, numbers, pages, pool.map(pages), strict=True):
            take_in(archive, sources, paper, number, cleaner_id(paper), cleaned)
            made = "no article: " + cleaned.output.drop.reason if isinstance(cleaned.output, Drop) else cleaned.article
            click.echo(f"{file}: {paper.title}: {made}")
