"""Commands on single pages and strings: clean, date."""

import sys
from collections.abc import Iterable
from datetime import datetime

import click
import msgspec

from archive.facts import Drop
from config.declarations import Order
from crawler.cli.common import cleaning, json_option, known_sources, put_json
from crawler.cli.types import Address, Moment

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
