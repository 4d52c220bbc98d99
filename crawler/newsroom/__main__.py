"""``python -m crawler.newsroom``: serve the sample newsroom for people to look at."""

import asyncio
from math import inf

import click

from config.clock import SystemClock
from crawler.newsroom import PORT, VISITS, Newsroom
from crawler.newsroom.papers import papers


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--port", default=PORT, show_default=True, help="0 takes a free one.")
@click.option("--visit", default=1, show_default=True, type=click.IntRange(1, len(VISITS)))
@click.option("--seconds", type=click.FloatRange(min=0), help="Stop after so long; otherwise at Ctrl-C.")
def main(port: int, visit: int, seconds: float | None) -> None:
    """Serve four invented papers on loopback.

    \b
    python -m crawler.newsroom --visit 2
    """
    try:
        with Newsroom(port) as newsroom:
            newsroom.visit = visit
            for name, paper in papers().items():
                click.echo(f"{paper.title:24} {newsroom.base(name)}/")
            asyncio.run(SystemClock().sleep(inf if seconds is None else seconds))
    except OSError as error:
        raise click.ClickException(f"port {port} cannot be used: {error.strerror or error}; try --port 0") from None
    except KeyboardInterrupt:
        click.echo("stopped")


if __name__ == "__main__":
    main()
