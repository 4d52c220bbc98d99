"""What the demo tells: read from its archive, so that it does not matter how often the crawl was killed."""

from collections import Counter
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from archive.diff import changes
from archive.history import revisions_of
from archive.store import Archive
from crawler.newsroom import Newsroom

_PAPERS = """
SELECT source,
  (SELECT count(*) FROM frontier f WHERE f.source = s.source AND f.kind = 'article') AS found,
  (SELECT count(*) FROM pages p WHERE p.source = s.source) AS kept,
  (SELECT count(*) FROM articles a WHERE a.source = s.source) AS articles,
  (SELECT count(published) FROM articles a WHERE a.source = s.source) AS dated
FROM (SELECT DISTINCT source FROM pages) s ORDER BY source
"""
_DROPPED = """
SELECT p.source, c.reason, count(DISTINCT c.article) AS n FROM cleanings c JOIN pages p ON p.id = c.page
JOIN cleaners k ON k.source = p.source AND k.cleaner = c.cleaner
WHERE c.reason IS NOT NULL GROUP BY p.source, c.reason ORDER BY 1, 2
"""
_NAMES = {"blocks": "text"}
_EDITED = "SELECT article, url, source, title FROM articles WHERE revisions > 1 ORDER BY source, url"


@dataclass(frozen=True)
class Edit:
    """One article that its paper changed: where, and (field, passage with the change marked) for each change."""

    url: str
    source: str
    title: str
    changes: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Report:
    """What is in a demo's archive."""

    archive: str
    papers: tuple[dict[str, Any], ...]
    edits: tuple[Edit, ...]
    revisions: int
    planted: int

    def summary(self) -> dict[str, Any]:
        """The object that `baoluu demo --json` prints: totals, drops by reason, papers, edits."""
        dropped: Counter[str] = Counter()
        for paper in self.papers:
            dropped.update(paper["dropped"])
        return {
            "archive": self.archive,
            "articles": sum(paper["articles"] for paper in self.papers),
            "dated": sum(paper["dated"] for paper in self.papers),
            "revisions": self.revisions,
            "planted_edits": self.planted,
            "dropped": dict(sorted(dropped.items())),
            "papers": self.papers,
            "edits": self.edits,
        }

    def text(self) -> str:
        """The same for people."""
        lines = [f"{'paper':12}{'found':>7}{'pages':>7}{'articles':>10}{'dated':>7}  dropped"]
        for paper in self.papers:
            dropped = ", ".join(f"{reason} {n}" for reason, n in paper["dropped"].items()) or "nothing"
            numbers = f"{paper['found']:7}{paper['kept']:7}{paper['articles']:10}{paper['dated']:7}"
            lines.append(f"{paper['source']:12}{numbers}  {dropped}")
        lines.append(f"\nEdited between the visits: {len(self.edits)} articles ({self.planted} edits were planted)")
        for edit in self.edits:
            lines.append(f"\n  {edit.title}\n  {edit.url}")
            lines += [f"    {_NAMES.get(field, field)}: {passage}" for field, passage in edit.changes]
        return "\n".join(lines)


def report(archive: Archive, newsroom: Newsroom) -> Report:
    """What `archive` holds of the `newsroom`'s papers."""
    dropped: dict[str, dict[str, int]] = {}
    for row in archive.rows(_DROPPED):
        dropped.setdefault(row["source"], {})[row["reason"]] = row["n"]
    papers = tuple(row | {"dropped": dropped.get(row["source"], {})} for row in archive.rows(_PAPERS))
    edits = tuple(_edit(archive, row) for row in archive.rows(_EDITED))
    revisions = next(archive.rows("SELECT count(*) AS n FROM revisions"))["n"]
    return Report(str(archive.path), papers, edits, revisions, len(newsroom.planted_edits))


def _edit(archive: Archive, row: dict[str, Any]) -> Edit:
    states = [revision.record for revision in revisions_of(archive, row["article"])]
    found = [change for before, after in pairwise(states) for change in changes(before, after)]
    return Edit(row["url"], row["source"], row["title"], tuple((c.field, c.plain()) for c in found))
