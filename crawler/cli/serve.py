"""`baoluu serve`: the archive in Datasette."""

import os
import sys
import tempfile
from pathlib import Path

import click
import msgspec

from archive.describe import metadata
from archive.store import Archive
from crawler.cli.common import archive_option


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8001, show_default=True, type=click.IntRange(0, 65535), help="Port to listen on.")
@archive_option
def serve(host: str, port: int, path: Path) -> None:
    """Open the archive in Datasette.

    \b
    baoluu serve --port 8001
    """
    Archive(path, write=False).close()
    os.execv(sys.executable, datasette_call(path, host, port))


def datasette_call(path: Path, host: str, port: int) -> list[str]:
    """The call that serves the archive, with our descriptions of its tables in a temporary file."""
    folder = Path(tempfile.mkdtemp(prefix="baoluu-"))
    told = folder / "metadata.json"
    told.write_bytes(msgspec.json.encode(metadata(path.stem)))
    call = [sys.executable, "-m", "datasette", "serve", str(path), "--metadata", str(told)]
    return [
        *call,
        "--host",
        host,
        "--port",
        str(port),
        "--setting",
        "default_page_size",
        "50",
        "--setting",
        "truncate_cells_html",
        "300",
    ]
