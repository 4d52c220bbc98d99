"""`python -m tests.bench.machines [frontier dask merge]`: what several machines cost, into docs/machines.jsonl.

`frontier` starts a PostgreSQL server (`tests.bench.queued`), `dask` cleans real pages by a cluster of two workers
beside the local pool's two, `merge` unites archives of made-up articles. `tests.bench.capacity` reckons with it.
"""

import json
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from archive.derive import settle
from archive.merge import merge, opened
from archive.store import Archive
from pipelines.pool import CleaningPool
from tests.bench.capacity import MACHINES
from tests.bench.grow import grow
from tests.bench.invented import PAPERS
from tests.bench.reclean import copies, filled
from tests.sets import jobs_of

URLS, PAGES, MERGED, CLEANED, ROUNDS = 200_000, 5_000, 6_000, 1_600, 3
SEED = 7
Figures = Mapping[str, Any]


def frontier() -> list[Figures]:
    """A frontier of `URLS` addresses, of 200 papers and of a thousand."""
    from tests.bench.queued import measure  # which needs psycopg

    return [measure(papers, URLS, PAGES)._asdict() for papers in (200, 1_000)]


def dask() -> list[Figures]:
    """`ratio`: pages a second of a cluster of two, over those of the local pool of two. `writer_ms`: of the processor
    of the one process that writes, for a page."""
    from pipelines.cluster.engine import Cluster  # which needs Dask
    from tests.bench import dasked

    jobs = jobs_of("real")
    if not jobs:
        return []
    ratios, writers = [], []
    with tempfile.TemporaryDirectory() as folder, Archive(Path(folder) / "archive.db") as archive:
        sources = filled(archive, copies(jobs, CLEANED))
        workers = dasked.WORKERS
        with CleaningPool(workers) as pool, Cluster(archive, workers=workers) as cluster:
            for _ in range(ROUNDS + 1):
                alone, used = dasked.pace(archive, sources, pool), time.process_time()
                ratios.append(dasked.pace(archive, sources, cluster) / alone)
                writers.append(1e3 * (time.process_time() - used) / CLEANED)
    ratio, writer = statistics.median(ratios[1:]), statistics.median(writers[1:])
    return [{"pages": CLEANED, "workers": workers, "ratio": round(ratio, 3), "writer_ms": round(writer, 2)}]


def united() -> list[Figures]:
    """Milliseconds of one process for a page of a worker's archive: a new one, with what is derived of it, and one
    that was merged before."""
    with tempfile.TemporaryDirectory() as folder:
        worker = Path(folder) / "worker.db"
        with Archive(worker) as archive:
            grow(archive, SEED, MERGED, lambda done: None)
        with Archive(Path(folder) / "archive.db") as archive:
            new, again = _merge(archive, worker), _merge(archive, worker)
            pages = archive.conn.execute("SELECT count(*) FROM pages").fetchone()[0]
    return [{"pages": pages, "new_ms": round(1e3 * new / pages, 3), "known_ms": round(1e3 * again / pages, 4)}]


def _merge(archive: Archive, worker: Path) -> float:
    began = time.perf_counter()
    with opened(worker, archive) as other:
        merge(archive, other, PAPERS)
    settle(archive, PAPERS)
    return time.perf_counter() - began


PARTS: dict[str, Callable[[], list[Figures]]] = {"frontier": frontier, "dask": dask, "merge": united}


def put(what: str, found: Sequence[Figures], results: Path = MACHINES) -> None:
    """Put lines in the place of earlier ones."""
    lines = results.read_text(encoding="utf-8").splitlines() if results.exists() else []
    kept = [line for line in lines if json.loads(line)["what"] != what]
    results.write_text("".join(f"{line}\n" for line in [*kept, *_lines(what, found)]), encoding="utf-8")


def _lines(what: str, found: Sequence[Figures]) -> list[str]:
    return [json.dumps({"what": what, **one}) for one in found]


def main(names: Sequence[str]) -> None:
    """Measure, and keep what was measured."""
    for name in names or PARTS:
        found = PARTS[name]()
        print("\n".join(_lines(name, found)) or f"{name}: not here", flush=True)
        if found:
            put(name, found)


if __name__ == "__main__":
    main(sys.argv[1:])
