"""The command line: `baoluu COMMAND`.

Commands are imported when they are called, so `--help` does not wait for Scrapy. Exit codes: 0 fine, 1 it ran and
found trouble, 2 wrong use, 3 stopped early and can be resumed.
"""

import importlib
import io
import sqlite3
import sys

import click
import msgspec
from backports.zstd import ZstdError

from archive.errors import ArchiveError
from config.sources import DeclarationError
from crawler.codes import code_of_error
from pipelines.errors import CleaningStopped, ClusterUnfit

COMMANDS = {
    "demo": ("demo:demo", "Run the whole job on the bundled sample newsroom."),
    "crawl": ("crawl:crawl", "Collect what is new and due at the declared papers."),
    "clean": ("clean:clean", "Clean one saved page, or one flattened .txt page, to one JSON object."),
    "date": ("clean:date", "Read a Vietnamese date, or refuse it with the reason."),
    "import": ("imports:import_", "Take in what others kept: WARC and WACZ files, saved pages, text dumps."),
    "reclean": ("work:reclean", "Clean stored pages again where the rules have changed."),
    "rebuild": ("work:rebuild", "Derive articles, revisions, links and the index again."),
    "verify": ("prove:verify", "Check that the archive is whole."),
    "withdraw": ("keep:withdraw", "Take an article out of the archive, and out of the file's bytes."),
    "merge": ("keep:merge", "Take over what another archive holds."),
    "backup": ("prove:backup", "Copy the archive, checked, while it is in use."),
    "publish": ("keep:publish", "Write the texts without the pages' bytes, for a public Datasette."),
    "repack": ("pack:repack", "Store pages of one layout against each other."),
    "overview": ("find:overview", "Tell what the archive holds."),
    "search": ("find:search", "Find articles, with or without diacritics."),
    "show": ("read:show", "Show one article as it reads now."),
    "history": ("changes:history", "List the states that the paper gave an article."),
    "diff": ("changes:diff", "Show word by word what the paper changed in an article."),
    "copies": ("copies:copies", "Tell who else printed a story."),
    "related": ("related:related", "List an article's neighbours, nearest first, each with the reasons."),
    "cite": ("cite:cite", "Cite an article as a line, BibTeX, RIS or CSL JSON."),
    "export": ("export:export", "Write articles in open formats, for other programs and other people."),
    "report": ("cite:report", "Print a mistake in an article as one JSON line."),
    "why": ("read:why", "Tell the whole life of a URL."),
    "runs": ("read:runs", "List the runs, newest first."),
    "health": ("health:health", "Tell how each paper is."),
    "sources": ("sources:sources", "List, show, add and check papers; find the clutter that recurs in one."),
    "topics": ("topics:topics", "List, check and add topics: what somebody collects."),
    "schedule": ("schedule:schedule", "Print what makes crawls run by themselves."),
    "serve": ("serve:serve", "Open the archive's reading room."),
}
"""Name: (module and object below crawler.cli, help line), in the order of a keeper's day."""


class _Lazy(click.Group):
    """A group that imports a command only when it is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names, in the order they are declared."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command called `cmd_name`, or None."""
        if cmd_name not in COMMANDS:
            return None
        module, name = COMMANDS[cmd_name][0].split(":")
        found: click.Command = getattr(importlib.import_module(f"crawler.cli.{module}"), name)
        return found

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command called `args[0]`; for a misspelt one the nearest names are told."""
        try:
            return super().resolve_command(ctx, args)
        except click.NoSuchCommand as error:
            raise click.NoSuchCommand(error.command_name, possibilities=COMMANDS, ctx=ctx) from None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The list of commands, without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, told) for name, (_, told) in COMMANDS.items()])


@click.group(cls=_Lazy, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="baoluu")
def cli() -> None:
    """Collect, keep, clean and search Vietnamese news.

    One SQLite file is the archive: data/archive.db, or what --archive or BAOLUU_ARCHIVE names.

    \b
    baoluu demo
    baoluu crawl vietnamnet --limit 50
    baoluu search doi ngoai dang
    """


def main() -> None:
    """Run the command line; the project's one boundary for expected errors."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # Vietnamese in UTF-8, whatever the locale could not write
            stream.reconfigure(encoding="utf-8")
    try:
        cli.main(standalone_mode=False)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except (ArchiveError, DeclarationError, CleaningStopped, ClusterUnfit) as error:
        click.echo(f"Error: {error}", err=True)
        sys.exit(code_of_error(error))
    except (click.Abort, KeyboardInterrupt):
        click.echo("Stopped. To go on, run the same command again.", err=True)
        sys.exit(3)
    except (sqlite3.DatabaseError, msgspec.DecodeError, ZstdError) as error:
        click.echo(f"Error: the archive answers what it should not ({error}); `baoluu verify` tells more", err=True)
        sys.exit(2)
    except OSError as error:
        click.echo(f"Error: the output cannot be written: {error.strerror}", err=True)
        sys.exit(1)
