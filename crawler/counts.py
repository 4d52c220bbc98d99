"""What a crawl counts as it goes, paper by paper, and how it stands."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

MOST = 6
"""Kinds of failures that are told, the most frequent ones."""


@dataclass
class Counts:
    """What happened at one paper."""

    found: int = 0
    """Articles that were not known before."""
    kept: int = 0
    """Pages, whatever they are."""
    articles: int = 0
    """Pages of articles with status 200; `limit` counts these."""
    cleaned: int = 0
    """Of those, records."""
    dropped: Counter[str] = field(default_factory=Counter)
    """Of those, drops by reason."""
    back_found: int = 0
    """Of what was found, articles that only a back-fill is to take."""
    back_taken: int = 0
    """Of the pages of articles, those of earlier such finds."""
    errors: Counter[str] = field(default_factory=Counter)
    """Fetches without a response, by kind of failure; `discovery` counts pages of which no links could be read,
    `same feed` feeds that listed the very articles of another."""
    assets: int = 0
    """Images, style sheets and fonts that were kept; they are no `kept` pages."""
    asset_bytes: int = 0
    asset_errors: Counter[str] = field(default_factory=Counter)
    """What was asked for as an asset and gave none, by kind of failure; no trouble of the crawl."""


class Paused(NamedTuple):
    """A host that is left alone for longer than its pace."""

    host: str
    source: str
    until: float
    """Seconds since the epoch."""
    why: str


@dataclass(frozen=True)
class Standing:
    """How a crawl stands at a moment."""

    at: float = 0.0
    """Seconds since the epoch, by the archive's clock."""
    began: float = 0.0
    queue: Mapping[str, int] = field(default_factory=dict)
    """URLs that are due now, by paper; papers without any are left out."""
    paused: tuple[Paused, ...] = ()
    allowed: float | None = None
    """Pages a minute that the pauses of the hosts with something due allow; None where they set no bound."""
    least: float = 0.0
    """Seconds that the pauses alone need for what is due now, at the host that has most to wait for."""
    limit: int | None = None
    """Pages of articles after which the crawl ends."""
    pending: tuple[int, int] = (0, 0)
    """At the start, before anything is fetched: pages cleaned, of so many that a newer cleaner had not seen."""


Progress = Callable[[Mapping[str, Counts], Standing], None]
"""Called with the counts by paper and with how the crawl stands, about once a second."""


def told_assets(counts: Iterable[Counts]) -> str:
    """Assets that were kept, and those that were not, in words; empty where there are neither."""
    of = list(counts)
    count, size = sum(c.assets for c in of), sum(c.asset_bytes for c in of)
    errors = sum((c.asset_errors for c in of), Counter[str]())
    lost = ", ".join(f"{kind} {n:,}" for kind, n in errors.most_common(MOST))
    kept = f"{count:,} assets ({size / 1e6:,.1f} MB)"
    return kept + (f", {errors.total():,} not kept: {lost}" if lost else "") if count or lost else ""


def lasting(seconds: float) -> str:
    """A length of time: 0:07, 12:31, 3:02:11."""
    whole = max(0, round(seconds))
    hours, minutes = divmod(whole // 60, 60)
    return f"{hours}:{minutes:02}:{whole % 60:02}" if hours else f"{minutes}:{whole % 60:02}"
