"""Us: `python -m tests.bench.rivals.own SOURCES ARCHIVE [keep]` crawls declared papers, and cleans or only keeps."""

import pickle
import sys
from pathlib import Path


def main(declared: Path, path: Path, *keep: str) -> None:
    """A crawl in this process, as `baoluu crawl` makes one."""
    from archive.store import Archive
    from crawler.run import crawl

    sources = pickle.loads(declared.read_bytes())
    with Archive(path) as archive:
        done = crawl(archive, sources, **({"keep_only": True} if keep else {}))  # type: ignore[arg-type]
    if done.outcome != "finished":
        raise SystemExit(f"the crawl was {done.outcome}")


if __name__ == "__main__":  # nothing is imported above: cleaning processes begin with this module too
    main(Path(sys.argv[1]), Path(sys.argv[2]), *sys.argv[3:])
