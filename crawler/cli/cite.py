"""What a reader takes from one article: its citation, and the line that reports a mistake in it."""

from collections.abc import Callable
from pathlib import Path

import click
import msgspec

from archive.cite import Citation, bibtex, csl, ris, text
from archive.cite import cite as cited
from archive.life import identity_of
from archive.mistake import NoSuchField
from archive.mistake import mistake as reported
from archive.store import Archive
from crawler.cli.common import archive_option, json_option, known_sources, put_json
from crawler.cli.types import Address

FORMS: dict[str, Callable[[Citation], str]] = {
    "bibtex": bibtex,
    "ris": ris,
    "csl": lambda c: msgspec.json.encode([csl(c)]).decode() + "\n",
}
"""By `--as`; `text` depends on the language too. CSL JSON is a list of items, as reference managers read it."""


@click.command()
@click.argument("url", type=Address())
@click.option(
    "--as", "form", type=click.Choice(["text", *FORMS]), default="text", show_default=True, help="The format."
)
@click.option("--revision", type=click.IntRange(1), help="This state of the article, as `baoluu history` counts them.")
@click.option("--lang", type=click.Choice(["vi", "en"]), default="vi", show_default=True, help="Of the text.")
@json_option
@archive_option
def cite(url: str, form: str, revision: int | None, lang: str, as_json: bool, path: Path) -> None:
    """Cite an article as a line, BibTeX, RIS or CSL JSON.

    Told are what was printed, by whom, when, when it was captured, and the SHA-256 of the page that shows it.

    \b
    baoluu cite https://vietnamnet.vn/some-article-2495349.html
    baoluu cite https://vietnamnet.vn/some-article-2495349.html --as bibtex >> sources.bib
    """
    sources = known_sources()
    with Archive(path, write=False) as archive:
        article = identity_of(archive, sources, url)
        found = cited(archive, sources, article, revision)
        if found is None and revision and cited(archive, sources, article):
            raise click.ClickException(f"{url} has no revision {revision}; `baoluu history {url}` lists them")
    if found is None:
        raise _unknown(url)
    if as_json:
        put_json(found)
    elif form == "text":
        click.echo(text(found, lang))
    else:
        click.echo(FORMS[form](found).encode(), nl=False)  # as bytes: RIS ends its lines itself


@click.command()
@click.argument("url", type=Address())
@click.option("--field", required=True, help="The field that is wrong: title, lead, authors, blocks, …")
@click.option("--note", required=True, help="What is wrong with it.")
@click.option("--wanted", default="", help="What should stand there.")
@archive_option
def report(url: str, field: str, note: str, wanted: str, path: Path) -> None:
    """Print a mistake in an article as one JSON line.

    Those who write the cleaning rules find in it the page, the rules that read it, and what the archive shows.

    \b
    baoluu report https://vietnamnet.vn/some-article-2495349.html --field lead --note "the caption stands in it"
    """
    with Archive(path, write=False) as archive:
        try:
            found = reported(archive, identity_of(archive, known_sources(), url), field, note, wanted)
        except NoSuchField as error:
            raise click.BadParameter(str(error), param_hint="--field") from None
    if found is None:
        raise _unknown(url)
    put_json(found)


def _unknown(url: str) -> click.ClickException:
    return click.ClickException(f"no article at {url}; `baoluu why {url}` tells what is known of it")
