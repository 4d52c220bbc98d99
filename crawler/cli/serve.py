"""`baoluu serve`: the archive in Datasette."""

from pathlib import Path

import click

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
    run_datasette(path, host, port)


def run_datasette(path: Path, host: str, port: int) -> None:
    """Serve the archive, its tables described, until it is interrupted."""
    Archive(path, write=False).close()
    import uvicorn
    from datasette.app import Datasette

    settings = {"default_page_size": 50, "truncate_cells_html": 300}
    opened = Datasette([str(path)], metadata=metadata(path.stem), settings=settings)
    click.echo(f"Open http://{host}:{port}/{path.stem} in a browser; Ctrl-C ends.", err=True)
    uvicorn.run(opened.app(), host=host, port=port, log_level="warning", lifespan="on")
