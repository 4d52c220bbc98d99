"""What a crawl does before it fetches: clean what is pending, and put into the frontier where it begins."""

import logging
from collections import defaultdict
from collections.abc import Callable, Iterable

from archive.facts import Found
from archive.frontier import Frontier
from archive.store import Archive
from config.clock import moment, stamp
from config.hours import hours_of
from config.sources import Sources
from crawler.replay import Replay
from pipelines.pool import CleaningPool
from pipelines.reclean import reclean

logger = logging.getLogger(__name__)


def clean_pending(
    archive: Archive, sources: Sources, names: Iterable[str], pool: CleaningPool, progress: Callable[[int, int], None]
) -> None:
    """Clean the pages of the papers `names` that no cleaner in force has seen; `progress` gets (done, in all).

    What newer rules would lose, and what cannot be read, is logged.
    """
    before = 0
    for name in names:
        start = before

        def told(done: int, total: int, start: int = start) -> None:
            progress(start + done, start + total)

        report = reclean(archive, sources, pool, only=name, progress=told)
        before += report.pages
        if report.losses:
            lost = "%s: newer rules would lose something in %d articles, which are shown as before; %s"
            logger.warning(lost, name, len(report.losses), f"`baoluu reclean --source {name}` tells what")
        for trouble in report.damaged.values():
            logger.error("cannot be cleaned: %s", trouble)


def seed_lists(frontier: Frontier, names: Iterable[str]) -> None:
    """Make the lists of the papers `names` due; those that are not asked at this hour are logged."""
    for name in names:
        source, now = frontier.sources[name], frontier.ledger.clock.seconds()
        frontier.seed(source)
        if source.hours and not hours_of(source.hours).holds(now):
            opens = stamp(moment(hours_of(source.hours).opening(now)))
            logger.warning("%s is asked from %s only: it waits until %s", name, source.hours, opens)


def replayed(replay: Replay, archive: Archive, sources: Sources, names: Iterable[str]) -> dict[str, list[Found]]:
    """What `replay` holds of the papers `names` and `archive` does not, by paper."""
    replay.forget_kept(archive)
    found, wanted = defaultdict[str, list[Found]](list), set(names)
    for f in replay.found():
        source = sources.of(f.url)
        if source and source.id in wanted:
            found[source.id].append(f)
    return found
