"""`python -m tests.bench.dasked [pages]`: re-cleaning by a Dask cluster of two workers, beside the local pool's two.

Both clean the same archive again, in turns in one run, each time under rules of another id; the medians are compared.
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


def measure(jobs: Jobs, count: int) -> tuple[float, float]:
    """Medians of the pool's and the cluster's pace; a first pass of each is not counted."""
    with tempfile.TemporaryDirectory() as folder, Archive(Path(folder) / "archive.db") as archive:
        sources = filled(archive, copies(jobs, count))
        with CleaningPool(WORKERS) as pool, Cluster(archive, workers=WORKERS) as cluster:
            rounds = [(pace(archive, sources, pool), pace(archive, sources, cluster)) for _ in range(ROUNDS + 1)][1:]
    return statistics.median(r[0] for r in rounds), statistics.median(r[1] for r in rounds)


def main() -> None:
    """Measure the newsroom's and the real pages."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else PAGES
    for name, jobs in (("newsroom", jobs_of("newsroom")), ("real pages", jobs_of("real"))):
        if jobs:
            pool, cluster = measure(jobs, count)
            print(f"{name}: {count} pages; the pool cleans {pool:.0f} a second, Dask {cluster:.0f}: "
                  f"{cluster / pool:.2f} times the pool's pace, {WORKERS} workers each")  # fmt: skip
        else:
            print(f"{name}: not here")


if __name__ == "__main__":
    main()
