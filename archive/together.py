"""Group commit: what comes at one time is written in one transaction, whose fsync is for all of it."""

import sqlite3
from collections.abc import Callable, Sequence
from typing import TypeVar

from archive.errors import ArchiveError, Withdrawn
from archive.store import Archive

T = TypeVar("T")


def together(archive: Archive, works: Sequence[Callable[[], T]], *, light: bool = False) -> list[T | Exception]:
    """What each of `works` gives, all in one transaction; in the place of one that is `Withdrawn` that error.

    `Withdrawn` must come before anything is written. Where one fails otherwise nothing of the group is written and
    each has a transaction of its own, so that only what is at fault is lost: works may be called twice. (A savepoint
    around each would do the same, and costs 2 ms an article: SQLite copies every page that it touches.) Trouble with
    the file is trouble of all: then it is raised.
    """
    try:
        with archive.transaction(light=light):
            return [_done(work) for work in works]
    except (sqlite3.Error, ArchiveError, MemoryError):
        raise
    except Exception as error:  # noqa: BLE001 -- its own trouble, which whoever gave it is told
        if len(works) == 1:
            return [error]
    return [made for work in works for made in together(archive, [work], light=light)]


def _done(work: Callable[[], T]) -> T | Exception:
    try:
        return work()
    except Withdrawn as error:
        return error
