"""`baoluu serve`: the archive's reading room, in Datasette."""

import asyncio
from pathlib import Path
from typing import Any

import click

from archive.describe import metadata
from archive.store import Archive
from config.topics import load_topics
from crawler.cli.common import archive_option, known_sources, topics_option

QUERY_MS = 2_000
"""Milliseconds that one of Datasette's own queries may take."""
WARM = 10.0
"""Seconds that the papers are judged before the room opens, at most; then readers wait for it."""
GRACE = 5
"""Seconds that readers' requests may still take when the room is closed."""


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8001, show_default=True, type=click.IntRange(0, 65535), help="Port to listen on.")
@click.option("--sql", is_flag=True, help="Let readers ask questions of their own in SQL.")
@click.option("--indexed", is_flag=True, help="Let search engines take the pages into their indexes.")
@click.option("--base-url", default="/", show_default=True, help="Path under which a proxy shows the room.")
@click.option(
    "--metadata",
    "more",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="Datasette metadata beside ours (JSON or YAML): `allow` blocks, settings of plugins.",
)
@click.option("--get", "page", metavar="PATH", help="Print one page (`/search.json?q=…`) and end.")
@topics_option
@archive_option
def serve(
    host: str,
    port: int,
    sql: bool,
    indexed: bool,
    base_url: str,
    more: Path | None,
    page: str | None,
    folder: Path,
    path: Path,
) -> None:
    """Open the archive's reading room.

    Every page is to be had as JSON too: put `.json` before the question mark. --get prints a page without serving it,
    and ends with 1 where there is none.

    \b
    baoluu serve --port 8001
    baoluu serve --get '/search.json?q=đối ngoại&folded=1'
    baoluu serve --get '/search.atom?topic=doi-ngoai-dang' > topic.xml
    """
    opened = datasette_of(path, folder, sql=sql, indexed=indexed, base_url=base_url, more=more)
    if page is not None:
        raise SystemExit(asyncio.run(_get(opened, page)))
    run(opened, host, port, base_url)


def run_datasette(path: Path, host: str, port: int) -> None:
    """Serve the archive's room until it is interrupted."""
    from config.topics import HERE

    run(datasette_of(path, HERE), host, port)


def datasette_of(
    path: Path,
    topics: Path,
    *,
    sql: bool = False,
    indexed: bool = False,
    base_url: str = "/",
    more: Path | None = None,
) -> Any:
    """Datasette with the room of the archive at `path`. `more` is a file of metadata that is laid over ours."""
    Archive(path, write=False).close()
    from datasette.app import Datasette
    from datasette.plugins import pm
    from datasette.utils import BadMetadataError, parse_metadata

    import archive.room as plugin

    if not pm.is_registered(plugin):
        pm.register(plugin, plugin.__name__)
    settings = {
        "default_page_size": 50,
        "truncate_cells_html": 300,
        "default_allow_sql": sql,
        "sql_time_limit_ms": QUERY_MS,
        "allow_download": False,
        "suggest_facets": False,  # it would try every column, and take seconds of every table page
        "base_url": base_url,
    }
    sources = known_sources()
    room = plugin.Room(path, sources, load_topics(topics, sources), indexed=indexed)
    told = metadata(path.stem)
    if more is not None:
        try:
            told |= parse_metadata(more.read_text(encoding="utf-8"))
        except (BadMetadataError, ValueError) as error:
            raise click.UsageError(f"--metadata {more}: {error}") from None
    return plugin.with_room(Datasette, room)([str(path)], metadata=told, settings=settings)


def run(opened: Any, host: str, port: int, base_url: str = "/") -> None:
    """Serve until it is interrupted."""
    import uvicorn

    from crawler.cli.impatient import Impatient

    asyncio.run(_warm(opened))
    click.echo(f"Open http://{host}:{port}{base_url} in a browser; Ctrl-C ends.", err=True)
    uvicorn.run(opened.app(), host=host, port=port, log_level="warning", lifespan="on", http=Impatient, ws="none",
                timeout_graceful_shutdown=GRACE)  # fmt: skip


async def _warm(opened: Any) -> None:
    """Read and judge once what every first page needs, so that no reader waits for it."""
    await opened.room.health(wait=WARM)
    for page in ("/", "/search?q=a"):
        await opened.client.get(page)


async def _get(opened: Any, page: str) -> int:
    """Print one page; the exit code."""
    answer = await opened.client.get(page if page.startswith("/") else f"/{page}")
    click.echo(answer.content, nl=False)
    opened.room.close()
    return 0 if answer.status_code < 400 else 1
