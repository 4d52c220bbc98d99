"""What cleans stored pages for `reclean`: the local pool (pipelines/pool.py), or a cluster (pipelines/cluster)."""

from collections.abc import Iterable, Iterator
from typing import Protocol

from archive.facts import DropNote
from pipelines.stored import Chunk, Made


class Engine(Protocol):
    """Cleans pages somewhere. It reads the archive and never writes to it."""

    def stored(self, chunks: Iterable[Chunk]) -> Iterator[tuple[Chunk, list[Made | DropNote]]]:
        """What became of the pages of `chunks`, in their order, with a bounded number under way.

        In the place of a page that hangs or explodes stands the reason of its drop. Raises `CleaningStopped` when
        nobody is left to clean.
        """
