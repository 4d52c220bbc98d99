"""Who cleans stored pages: child processes of this command, or a Dask cluster."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

import click

from archive.store import Archive
from config.secrets import hidden
from config.sources import Sources
from crawler.cli.common import cleaning, resumable

if TYPE_CHECKING:
    from pipelines.cluster.cleanings import Cleanings
    from pipelines.engine import Engine
    from pipelines.reclean import Among, Put
    from pipelines.report import LeftThere

Command = TypeVar("Command", bound=Callable[..., Any])
INSTALL = ".venv/bin/pip install --require-hashes -r requirements/dask.txt"
"""What brings the optional part."""


class By(NamedTuple):
    """Who is to clean, as asked for."""

    engine: str
    scheduler: str | None
    workers: int | None
    bodies: str | None
    out: str | None = None
    taken: str | None = None
    """Where cleanings are that were made before."""

    def check(self) -> None:
        """Refuse what makes no sense, and a cluster for which nothing is installed."""
        if self.scheduler and self.engine != "dask":
            raise click.UsageError("--scheduler is for --engine dask")
        if self.bodies and self.engine != "dask":
            raise click.UsageError("--bodies is for --engine dask; here they are read from the archive")
        if self.out and self.engine != "dask":
            raise click.UsageError("--out is for --engine dask; here the archive is written")
        if self.taken and (self.engine != "pool" or self.workers):
            raise click.UsageError("--from takes in what has been cleaned; nobody cleans then")
        if self.taken and not find_spec("fsspec"):
            raise click.UsageError(f"--from needs fsspec, which is not installed; install it with\n  {INSTALL}")
        if self.scheduler and self.workers:
            raise click.UsageError("--workers are started here; those of --scheduler are its own")
        if self.engine == "dask" and not (find_spec("distributed") and find_spec("fsspec")):
            raise click.UsageError(f"--engine dask needs Dask, which is not installed; install it with\n  {INSTALL}")


def engine_options(command: Command) -> Command:
    """`--engine`, `--scheduler`, `--bodies`, `--out` and `--from`."""
    taken = click.option("--from", "taken", metavar="URL", help="Clean nothing, take in what --out put there.")
    out = click.option(
        "--out", metavar="URL", help="Of --engine dask: put cleanings there as Parquet, and not into the archive."
    )
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
    return engine(scheduler(bodies(out(taken(command)))))


class Cleaning(NamedTuple):
    """Who cleans, which of the pending pages, where cleanings are put if not into the archive, and what of those that
    were made before is not taken in."""

    engine: "Engine"
    among: "Among | None" = None
    put: "Put | None" = None
    left: "LeftThere | None" = None


@contextmanager
def cleaning_by(by: By, archive: Archive, sources: Sources, only: str | None) -> Iterator[Cleaning]:
    """Who was asked for, to clean `only` this paper; when all of them are gone the command stops early."""
    by.check()
    if by.taken:
        from pipelines.cluster.cleanings import Cleanings

        with Cleanings(archive, sources, by.taken, only=only) as found:
            if not found.files:
                raise click.UsageError(f"{hidden(by.taken)} holds no cleanings; `baoluu reclean --out` puts them there")
            yield Cleaning(found, found.present, left=found.left())
    elif by.engine == "pool":
        with cleaning(by.workers) as pool:
            yield Cleaning(pool)
    else:
        with _elsewhere(by, archive, sources, only) as place, _cluster(by, archive) as cluster:
            yield Cleaning(cluster, place.missing, place.put) if place else Cleaning(cluster)


@contextmanager
def _cluster(by: By, archive: Archive) -> Iterator["Engine"]:
    from pipelines.cluster.engine import Cluster

    with resumable(), Cluster(archive, scheduler=by.scheduler, workers=by.workers, bodies=by.bodies) as cluster:
        yield cluster


@contextmanager
def _elsewhere(by: By, archive: Archive, sources: Sources, only: str | None) -> "Iterator[Cleanings | None]":
    if not by.out:
        yield None
        return
    from pipelines.cluster.cleanings import Cleanings

    with Cleanings(archive, sources, by.out, only=only) as place:
        yield place
