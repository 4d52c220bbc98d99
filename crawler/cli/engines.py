"""Who cleans stored pages: child processes of this command, or a Dask cluster."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

import click

from archive.store import Archive
from crawler.cli.common import cleaning, resumable

if TYPE_CHECKING:
    from pipelines.engine import Engine

Command = TypeVar("Command", bound=Callable[..., Any])
INSTALL = ".venv/bin/pip install --require-hashes -r requirements/dask.txt"
"""What brings the optional part."""


class By(NamedTuple):
    """Who is to clean, as asked for."""

    engine: str
    scheduler: str | None
    workers: int | None
    bodies: str | None

    def check(self) -> None:
        """Refuse what makes no sense, and a cluster for which nothing is installed."""
        if self.scheduler and self.engine != "dask":
            raise click.UsageError("--scheduler is for --engine dask")
        if self.bodies and self.engine != "dask":
            raise click.UsageError("--bodies is for --engine dask; here they are read from the archive")
        if self.scheduler and self.workers:
            raise click.UsageError("--workers are started here; those of --scheduler are its own")
        if self.engine == "dask" and not (find_spec("distributed") and find_spec("fsspec")):
            raise click.UsageError(f"--engine dask needs Dask, which is not installed; install it with\n  {INSTALL}")


def engine_options(command: Command) -> Command:
    """`--engine`, `--scheduler` and `--bodies`."""
    bodies = click.option(
        "--bodies", metavar="URL", help="Of --engine dask: where workers read pages: archives, WARC, Parquet."
    )
    scheduler = click.option(
        "--scheduler", metavar="URL", help="Of --engine dask: where the cluster is; default: one is started here."
    )
    engine = click.option(
        "--engine", type=click.Choice(["pool", "dask"]), default="pool", show_default=True,
        help="Who cleans: processes of this command, or a Dask cluster.",
    )  # fmt: skip
    return engine(scheduler(bodies(command)))


@contextmanager
def cleaning_by(by: By, archive: Archive) -> Iterator["Engine"]:
    """Who was asked for; when all of them are gone the command stops early."""
    by.check()
    if by.engine == "pool":
        with cleaning(by.workers) as pool:
            yield pool
        return
    from pipelines.cluster.engine import Cluster

    with resumable(), Cluster(archive, scheduler=by.scheduler, workers=by.workers, bodies=by.bodies) as cluster:
        yield cluster
