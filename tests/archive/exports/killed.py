"""An export that kills itself in its midst: `python -m tests.archive.exports.killed ARCHIVE FORMAT TARGET ROWS`."""

import os
import signal
import sys
from pathlib import Path

from archive.exports.export import Wanted, export
from archive.store import Archive
from config.sources import Sources


def main(path: str, form: str, target: str, rows: str) -> None:
    def kill(done: int, _: int) -> None:
        if done == int(rows):
            os.kill(os.getpid(), signal.SIGKILL)

    with Archive(Path(path), write=False) as archive:
        export(archive, Sources({}, {}), Wanted(format=form), Path(target), kill)


if __name__ == "__main__":
    main(*sys.argv[1:])
