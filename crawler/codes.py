"""Exit codes: 0 fine, 1 it ran and found trouble, 2 wrong use, 3 stopped early and can be resumed."""

from collections.abc import Mapping

from archive.errors import ArchiveError, ArchiveLocked, DiskFull, FrontierAway, LockLost, Withdrawn
from config.sources import DeclarationError
from crawler.counts import Counts
from pipelines.errors import CleaningStopped, ClusterUnfit

FINE, TROUBLE, MISUSE, EARLY = range(4)


def code_of_error(error: BaseException) -> int:
    """The code for trouble with the archive, a frontier, a declaration or a cluster; for any other fault 1."""
    if isinstance(error, ArchiveLocked | DiskFull | FrontierAway | LockLost | CleaningStopped):
        return EARLY
    misused = isinstance(error, ArchiveError | DeclarationError | ClusterUnfit) and not isinstance(error, Withdrawn)
    return MISUSE if misused else TROUBLE


def code_of_crawl(outcome: str, sources: Mapping[str, Counts]) -> int:
    """The code for a crawl that ended `finished`, `stopped`, `skipped` or `failed`."""
    if outcome in ("stopped", "skipped"):
        return EARLY if outcome == "stopped" else FINE
    return TROUBLE if outcome != "finished" or fruitless(sources) else FINE


def fruitless(sources: Mapping[str, Counts]) -> bool:
    """Whether there was nothing but failures: not one page was kept."""
    return any(c.errors for c in sources.values()) and not any(c.kept for c in sources.values())
