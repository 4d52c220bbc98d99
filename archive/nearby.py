"""Neighbours by text."""

from collections.abc import Iterator

from archive.reasons import Reason
from archive.store import Archive


def by_text(archive: Archive, number: int) -> Iterator[tuple[int, Reason]]:
    """Articles that share the characteristic words of the one with this number."""
    yield from ()
