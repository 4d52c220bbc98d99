"""What a crawl counts as it goes, paper by paper."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field


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


Progress = Callable[[Mapping[str, Counts], Mapping[str, int]], None]
"""Called with the counts and the number of URLs that are due, both by paper."""
