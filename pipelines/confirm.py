"""Whether the first articles that were fetched live bear out a declaration that was made on report."""

from collections.abc import Sequence

import msgspec

from archive.newest import Newest
from config.declarations import Rules
from config.sources import Source
from pipelines.drift import FIELDS, Count, Coverage, coverage

ENOUGH = 10
"""Live articles from which a declaration is judged."""
MOST = 0.9
"""Share of them that must have what every article of a paper has."""
LEAST = 0.5
"""Share of the live pages that must be articles: pages of other kinds are found too."""
_LIVE = frozenset(("seed", "feed", "sitemap", "section", "related"))
_ALWAYS = ("title", "text", "minute")
_DECLARED = ("lead", "section")
"""Fields that every article has where the paper prints them at all: where the declaration says where they stand."""
_AT_TIMES = ("authors", "tags", "captions", "related")
"""Fields that some articles have."""


class Confirmation(msgspec.Struct, frozen=True):
    """What the live pages say of a declaration's facts."""

    live: int
    """Pages that were fetched live."""
    lacking: list[str]
    """What keeps the facts from being confirmed; empty where they are."""

    @property
    def confirmed(self) -> bool:
        """Whether the facts are borne out."""
        return not self.lacking


def confirmation(source: Source, rows: Sequence[Newest]) -> Confirmation | None:
    """What the live pages among `rows` say; None for a paper whose facts were seen on a saved page already."""
    if source.evidence == "seen":
        return None
    live = [row for row in rows if row.via in _LIVE]
    good = sum(row.reason is None for row in live)
    if good < ENOUGH:
        return Confirmation(len(live), [f"{good} of the {ENOUGH} live articles that it takes"])
    told = coverage(source, live, ())
    dropped = [f"{len(live) - good} of the {len(live)} live pages were dropped"] if good < LEAST * len(live) else []
    return Confirmation(len(live), [*dropped, *_lacking(source, told)])


def _lacking(source: Source, told: Coverage) -> list[str]:
    layers = (source.rules, *(g.rules for g in source.generations))
    needed = [*_ALWAYS, *(f for f in _DECLARED if _declares(layers, f))]
    found = [f"{f} on {c.now} of {c.of}" for f in needed if (c := told.fields[f]).share < MOST]
    found += [f"{f} on none" for f in _AT_TIMES if _declares(layers, f) and not told.fields[f].now]
    if told.unplaced is not None and told.unplaced.share > 1 - MOST:
        found.append(f"its container on {_rest(told.unplaced)}")
    if told.unknown is not None and told.unknown.share > 1 - MOST:
        found.append(f"one of its generations on {_rest(told.unknown)}")
    return found


def _rest(count: Count) -> str:
    return f"{count.of - count.now} of {count.of}"


def _declares(layers: Sequence[Rules], field: str) -> bool:
    """Whether some layout says where a field stands; an empty list says that it stands nowhere."""
    return field in FIELDS and any(getattr(rules, field) for rules in layers)
