"""`python -m tests.bench.dasked [pages]`: re-cleaning by a Dask cluster of two workers, beside the local pool's two.

Both clean the same archive again, in turns in one run, now one first and now the other, each time under rules of
another id; what is told is the median of the ratios of neighbours, as other load on the machine comes and goes.
"""

import statistics
import sys
import tempfile
import time
from pathlib import Path

from archive.store import Archive
from config.sources import Sources
from pipelines import cleaner
from pipelines.cluster.engine import Cluster
from pipelines.engine import Engine
from pipelines.pool import CleaningPool
from pipelines.reclean import reclean
from tests.bench.reclean import copies, filled
from tests.sets import Jobs, jobs_of

PAGES, WORKERS, ROUNDS = 1_600, 2, 5


def pace(archive: Archive, sources: Sources, engine: Engine) -> float:
    """Pages a second of one pass over the archive."""
    cleaner.RULES += 1000
    start = time.perf_counter()
    report = reclean(archive, sources, engine)
    assert report.pages == report.total
    return report.pages / (time.perf_counter() - start)


def measure(jobs: Jobs, count: int) -> tuple[float, float, list[float]]:
    """Medians of the pool's and the cluster's pace, and of each round its ratio; a first one is not counted."""
    with tempfile.TemporaryDirectory() as folder, Archive(Path(folder) / "archive.db") as archive:
        sources = filled(archive, copies(jobs, count))
        with CleaningPool(WORKERS) as pool, Cluster(archive, workers=WORKERS) as cluster:
            rounds = []
            for n in range(ROUNDS + 1):
                turn: list[Engine] = [pool, cluster] if n % 2 else [cluster, pool]
                took = {id(engine): pace(archive, sources, engine) for engine in turn}
                rounds.append((took[id(pool)], took[id(cluster)]))
    pools, clusters = zip(*rounds[1:], strict=True)
    ratios = [one / other for other, one in rounds[1:]]
    return statistics.median(pools), statistics.median(clusters), sorted(ratios)


def main() -> None:
    """Measure the newsroom's and the real pages."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else PAGES
    for name, jobs in (("newsroom", jobs_of("newsroom")), ("real pages", jobs_of("real"))):
        if jobs:
            pool, cluster, ratios = measure(jobs, count)
            print(f"{name}: {count} pages; the pool cleans {pool:.0f} a second, Dask {cluster:.0f}: "
                  f"{statistics.median(ratios):.2f} times the pool's pace ({ratios[0]:.2f} to {ratios[-1]:.2f} in "
                  f"{len(ratios)} rounds), {WORKERS} workers each")  # fmt: skip
        else:
            print(f"{name}: not here")


if __name__ == "__main__":
    main()
