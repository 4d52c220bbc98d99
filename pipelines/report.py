"""What a re-cleaning did, or with a dry run would do, so that a keeper can decide."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from archive.held import Held, held, without_recurring
from archive.store import Archive
from pipelines.compare import FIELDS
from pipelines.stored import Delta, Made

SAMPLES = 3
"""Differences shown for each field of each paper."""
MOST_LOSSES = 10_000
"""Articles with losses that a dry run remembers; it only counts those beyond."""


class LeftThere(NamedTuple):
    """Cleanings in a place that are not taken in, by the name under which their pages are kept there."""

    others: dict[str, int]
    """Of papers that were not asked for."""
    undeclared: dict[str, int]
    """Of papers that are not declared here."""


@dataclass
class Report:
    """Counted page by page; `changed` counts articles, by the page that they show."""

    total: int = 0
    """Pages to be cleaned."""
    dry: bool = False
    pages: int = 0
    """Pages cleaned."""
    changed: Counter[str] = field(default_factory=Counter)
    """Articles that read otherwise, by source."""
    older: Counter[str] = field(default_factory=Counter)
    """Pages that read otherwise and are not the ones that their articles show, by source."""
    fields: Counter[str] = field(default_factory=Counter)
    """Changed fields of the changed articles, by "source field"."""
    dropped: Counter[str] = field(default_factory=Counter)
    """Drops by reason."""
    samples: dict[str, list[tuple[str, str]]] = field(default_factory=lambda: defaultdict(list))
    """(URL, the difference for people) of the first changes, by "source field"."""
    losses: list[Held] = field(default_factory=list)
    """Articles that would lose something; they are shown as before until that is accepted."""
    more_losses: int = 0
    """Articles beyond `MOST_LOSSES`."""
    damaged: dict[int, str] = field(default_factory=dict)
    """Pages that cannot be read from the archive, with the reason."""
    refused: set[int] = field(default_factory=set)
    """Pages that are withdrawn under the identity that they would have now."""
    postponed: list[str] = field(default_factory=list)
    """Names under which pages are still pending, so that the earlier work is still shown."""
    accepted: int = 0
    """Articles that were held and are no longer."""
    moved: list[Held] = field(default_factory=list)
    """Articles that would lose something and get another identity as well: they cannot be held."""
    left: LeftThere | None = None
    """Where cleanings are taken in that were made before."""

    def add(self, source: str, made: Made) -> None:
        """Count one page."""
        self.pages += 1
        if made.damage:
            self.damaged[made.number] = made.damage
        if made.reason:
            self.dropped[made.reason] += 1
        if made.delta and made.delta.fields:
            self._add_change(source, made.delta)

    def _add_change(self, source: str, delta: Delta) -> None:
        for name, text in delta.samples:
            if len(told := self.samples[f"{source} {name}"]) < SAMPLES:
                told.append((delta.url, text))
        if delta.shown or "drop" in delta.fields:
            self.changed[source] += 1
            self.fields.update(f"{source} {name}" for name in delta.fields)
        else:
            self.older[source] += 1
        if delta.losses and "article" in delta.fields:
            self.moved.append(Held(delta.article, source, delta.cleaner, list(delta.losses), delta.url))
        elif self.dry and delta.losses:
            if len(self.losses) < MOST_LOSSES:
                self.losses.append(Held(delta.article, source, "", list(delta.losses), delta.url))
            else:
                self.more_losses += 1

    def wanted(self, source: str) -> frozenset[str]:
        """Fields of which samples are still wanted for a paper."""
        return frozenset(name for name in FIELDS if len(self.samples.get(f"{source} {name}", ())) < SAMPLES)

    def finish(self, archive: Archive, names: Collection[str]) -> None:
        """Find what is held under these names; of a dry run, what would be."""
        by_paper: dict[str, list[Held]] = defaultdict(list)
        for each in self.losses if self.dry else held(archive):
            if self.dry or each.source in names:
                by_paper[each.source].append(each)
        self.losses = [real for name in sorted(by_paper) for real in _real(by_paper[name])] + self.moved

    def papers(self) -> Iterator[tuple[str, int, int, dict[str, int]]]:
        """(source, articles that change, older pages that change, articles by field), by source."""
        for name in sorted({*self.changed, *self.older}):
            counts = {f.split(" ", 1)[1]: n for f, n in self.fields.items() if f.split(" ", 1)[0] == name}
            yield name, self.changed[name], self.older[name], dict(sorted(counts.items(), key=lambda each: -each[1]))

    def summary(self) -> dict[str, Any]:
        """The report as one JSON object."""
        return {
            "dry_run": self.dry,
            "pages": self.pages,
            "changed": sum(self.changed.values()),
            "papers": [
                {"source": name, "articles": n, "older_pages": older, "fields": fields}
                for name, n, older, fields in self.papers()
            ],
            "losses": self.losses,
            "more_losses": self.more_losses,
            "dropped": dict(sorted(self.dropped.items())),
            "accepted": self.accepted,
            "postponed": self.postponed,
            "not_asked_for": self.left.others if self.left else {},
            "not_declared": self.left.undeclared if self.left else {},
            "damaged": [{"page": number, "reason": reason} for number, reason in self.damaged.items()],
            "samples": [
                {"source": key.split(" ", 1)[0], "field": key.split(" ", 1)[1], "url": url, "change": text}
                for key, told in sorted(self.samples.items())
                for url, text in told
            ],
        }


def _real(papers: list[Held]) -> Iterator[Held]:
    """The articles of one paper that lose more than lines which go from many of them."""
    for each, losses in zip(papers, without_recurring(h.losses for h in papers), strict=True):
        if losses:
            yield Held(each.article, each.source, each.cleaner, losses, each.url, each.title)
