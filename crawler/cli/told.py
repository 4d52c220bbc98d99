"""What a crawl has to say while it runs: warnings as plain lines on standard error."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

import click

from archive.errors import ArchiveError

OURS = ("archive", "crawler", "pipelines")


@contextmanager
def warnings_told() -> Iterator[None]:
    """Tell what our loggers warn of. Scrapy's handlers take the place of Python's own, which would do it."""
    handler = _Told(logging.WARNING)
    for name in OURS:
        logging.getLogger(name).addHandler(handler)
    try:
        yield
    finally:
        for name in OURS:
            logging.getLogger(name).removeHandler(handler)


class _Told(logging.Handler):
    """One line a message. Trouble with the archive is left out: it ends the command, which tells it then."""

    def emit(self, record: logging.LogRecord) -> None:
        """Print the message of `record`."""
        if not (isinstance(record.args, tuple) and any(isinstance(arg, ArchiveError) for arg in record.args)):
            click.echo(f"{record.levelname.capitalize()}: {record.getMessage()}", err=True)
