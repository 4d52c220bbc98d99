"""What the room lets the pipelines judge: the papers' health, and how a page came to its record."""

from itertools import islice
from typing import TYPE_CHECKING, Any

from archive.facts import Page
from archive.newest import kept_under, newest
from archive.store import Archive
from config.sources import Sources, generic

if TYPE_CHECKING:
    from pipelines.account import Account
    from pipelines.drift import Coverage
    from pipelines.pool import CleaningPool

DAYS = 28


def judged(archive: Archive, sources: Sources) -> Any:
    """The health of all papers now (`pipelines.health.Health`); None of a published copy, which has no pages."""
    from pipelines.health import health

    if archive.published:
        return None
    return health(archive, sources, kept_under(archive, sources), archive.clock.now(), DAYS)


def fields_of(archive: Archive, sources: Sources, name: str) -> "Coverage | None":
    """How many of a paper's newest articles have each field, beside those before them; None where there are none."""
    from pipelines.drift import coverage
    from pipelines.health import BEFORE_THEM, NEWEST

    if archive.published:
        return None
    source, names = kept_under(archive, sources).get(name, (sources.named(name), [name]))
    rows = list(islice(newest(archive, names), NEWEST + BEFORE_THEM))
    return coverage(source, rows[:NEWEST], rows[NEWEST:]) if rows else None


class Judge:
    """Cleans single pages again to tell how they came to their records: in one child, begun at the first page."""

    def __init__(self, sources: Sources) -> None:
        self._sources = sources
        self._pool: CleaningPool | None = None

    def account(self, page: Page) -> "Account":
        """The account of `page`. A page that hangs or explodes has only its drop to show."""
        if self._pool is None:
            from pipelines.pool import CleaningPool

            self._pool = CleaningPool(1)
            self._pool.__enter__()
        source = self._sources.of(page.url) or generic(page.url)
        return self._pool.explain(page, source, self._sources.layers(source))

    def close(self) -> None:
        """End the child, whatever it is doing."""
        if self._pool is not None:
            self._pool.close(wait=False)
