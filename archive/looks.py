"""When somebody looked at a paper: read from the runs and, of runs that left no account, from their pages."""

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime

import msgspec

from archive.store import Archive

_CRAWLS = (
    "(command LIKE 'crawl%' OR command LIKE 'scrapy crawl%' OR command LIKE 'demo visit%')"
    " AND command NOT LIKE '%--replay%' AND outcome IS NOT 'skipped'"
)
_RUNS = """
SELECT id, command, started, ended, outcome, stats FROM runs
WHERE started >= :since AND started <= :at AND {crawls} ORDER BY started, id
""".replace("{crawls}", _CRAWLS)
_FETCHED = """
SELECT min(fetched_at) AS first, max(fetched_at) AS last FROM pages
WHERE source = :name AND kind = :kind AND status IN (200, 301, 302, 304, 403, 404, 429, 500, 502, 503)
  AND fetched_at >= :since AND fetched_at < :until
"""
LISTS = ("feed", "section", "sitemap")


class Look(msgspec.Struct, frozen=True):
    """One run that asked a paper for something. Moments are seconds since the epoch."""

    began: float
    ended: float
    kept: int
    """Responses."""
    errors: dict[str, int] = {}
    """Fetches without a response, by kind of failure."""
    whole: bool = True
    """Whether the run is over: of one that may be under way, what it found may still wait."""


class _Counts(msgspec.Struct):
    kept: int = 0
    errors: dict[str, int] = {}


class _Stats(msgspec.Struct):
    sources: dict[str, _Counts] = {}


_STATS = msgspec.json.Decoder(_Stats)


def readable(stats: str) -> bool:
    """Whether the counters of a run can be read: of one that another archive, or a file, tells of."""
    try:
        _STATS.decode(stats)
    except msgspec.DecodeError:
        return False
    return True


class Looks(msgspec.Struct, frozen=True):
    """What the crawls of a time tell."""

    of: dict[str, list[Look]]
    """By paper, in order."""
    runs: list[tuple[float, float]]
    """All crawls that left an account, begin and end, whatever they asked."""

    def paper(self, name: str) -> list[Look]:
        """The looks at one paper."""
        return self.of.get(name, [])


def looks(archive: Archive, names: Iterable[str], since: str, at: str) -> Looks:
    """The crawls that began from `since` to `at`, by paper (all of `names`, which are ids of sources).

    A run that was skipped, or replayed what was stored, looked at nothing. A run that was killed, or is under way,
    looked at the papers of which it kept a list.
    """
    of: dict[str, list[Look]] = {}
    runs: list[tuple[float, float]] = []
    rows = list(archive.rows(_RUNS, {"since": since, "at": at}))
    for row, after in zip(rows, [row["started"] for row in rows[1:]] + [at], strict=False):
        if row["stats"] is None or row["ended"] is None or row["ended"] > at:
            found = list(_unaccounted(archive, names, row["started"], after, over=row is not rows[-1]))
        else:
            began, ended = seconds(row["started"]), seconds(row["ended"])
            runs.append((began, ended))
            papers = _STATS.decode(row["stats"]).sources.items()
            found = [(name, Look(began, ended, c.kept, c.errors)) for name, c in papers if c.kept or c.errors]
        for name, look in found:
            of.setdefault(name, []).append(look)
    return Looks(of, runs)


def _unaccounted(
    archive: Archive, names: Iterable[str], since: str, until: str, *, over: bool
) -> Iterator[tuple[str, Look]]:
    for name in names:
        spans = [next(archive.rows(_FETCHED, {"name": name, "kind": kind, "since": since, "until": until}))
                 for kind in LISTS]  # fmt: skip
        if firsts := [span["first"] for span in spans if span["first"]]:
            last = max(span["last"] for span in spans if span["last"])
            yield name, Look(seconds(min(firsts)), seconds(last), len(firsts), whole=over)


def crawl_days(archive: Archive, at: str) -> list[tuple[str, str]]:
    """First and last day (`YYYY-MM-DD`) of each crawl up to `at` that left an account, oldest first.

    Of crawls that lie further back than accounts are read: they are taken to have looked at every paper.
    """
    sql = (
        "SELECT DISTINCT substr(started, 1, 10) AS first, substr(ended, 1, 10) AS last FROM runs"  # noqa: S608
        f" WHERE started <= ? AND ended IS NOT NULL AND {_CRAWLS} ORDER BY 1, 2"
    )
    return [(row["first"], row["last"]) for row in archive.rows(sql, (at,))]


def last_errors(found: Iterable[Look], runs: int = 3) -> Counter[str]:
    """Failures in the last few looks, by kind."""
    told: Counter[str] = Counter()
    for look in list(found)[-runs:]:
        told.update(look.errors)
    return told


def seconds(stamp: str) -> float:
    """An ISO moment of the archive as seconds since the epoch."""
    return datetime.fromisoformat(stamp).timestamp()
