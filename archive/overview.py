"""What an archive holds, counted along its indexes: papers, articles, days, what was edited last."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec

from archive.catalogue import Catalogue, Shelf
from archive.store import Archive

EDITED = 10
_OF_PAPER = "SELECT published_day AS day, count(*) AS n FROM articles WHERE source = ? GROUP BY 1"
_EDITED = """
SELECT article, url, source, title, published, published_precision AS precision, last_seen, revisions
FROM articles WHERE revisions > 1 ORDER BY last_seen DESC LIMIT ?
"""
_EDITS = "SELECT count(*) FROM articles WHERE revisions > 1"
_TOPICS = """
SELECT t.topic, t.title, count(j.article) AS articles FROM topics t LEFT JOIN topical j USING (topic)
GROUP BY 1 ORDER BY 1
"""
_RUN = "SELECT id, started, ended, outcome FROM runs ORDER BY started DESC, id DESC LIMIT 1"


class Held(msgspec.Struct, frozen=True):
    """What is held of one paper, or of one day or month."""

    name: str | None
    """The paper, or `YYYY-MM-DD`, `YYYY-MM`; None: undated."""
    articles: int


class Edited(msgspec.Struct, frozen=True):
    """An article that its paper changed."""

    article: str
    url: str
    source: str
    title: str | None
    published: str | None
    precision: str | None
    last_seen: str
    revisions: int


class TopicHeld(msgspec.Struct, frozen=True):
    """A topic that the archive's articles were judged by."""

    topic: str
    title: str
    articles: int


class LastRun(msgspec.Struct, frozen=True):
    """The run that began last."""

    id: int
    started: str
    ended: str | None
    outcome: str | None


class Overview(msgspec.Struct, frozen=True, kw_only=True):
    """The archive at a glance."""

    file: str
    bytes: int
    """Of the file, its journal apart."""
    articles: int
    papers: list[Held]
    """Most articles first."""
    first_day: str | None
    last_day: str | None
    days: list[Held]
    """Articles by day of publication, in order; days without any are left out."""
    undated: int
    edited: int
    """Articles that their papers changed."""
    edits: list[Edited]
    """The last of them."""
    topics: list[TopicHeld]
    run: LastRun | None


def overview(archive: Archive, shelf: Shelf | None = None) -> Overview:
    """The archive as it is now. Whoever asks often gives a `shelf`."""
    with archive.reading() as db:
        known = shelf.fresh(archive) if shelf else Catalogue.of(archive)
        by_paper, by_day = known.counted(known.all())
        papers, days = _held(by_paper), _held(by_day)
        dated = sorted((one for one in days if one.name), key=lambda one: one.name or "")
        run = next(archive.rows(_RUN), None)
        return Overview(
            file=archive.path.name,
            bytes=_size(archive.path),
            articles=sum(one.articles for one in papers),
            papers=sorted(papers, key=lambda one: (-one.articles, one.name or "")),
            first_day=dated[0].name if dated else None,
            last_day=dated[-1].name if dated else None,
            days=dated,
            undated=sum(one.articles for one in days if not one.name),
            edited=int(db.execute(_EDITS).fetchone()[0]),
            edits=[msgspec.convert(row, Edited) for row in archive.rows(_EDITED, (EDITED,))],
            topics=topics_held(archive),
            run=msgspec.convert(run, LastRun) if run else None,
        )


def topics_held(archive: Archive) -> list[TopicHeld]:
    """The topics whose profiles the archive holds."""
    return [msgspec.convert(row, TopicHeld) for row in archive.rows(_TOPICS)]


def days_of(archive: Archive, source: str) -> list[Held]:
    """A paper's articles by day of publication, in order, undated ones first."""
    found = (Held(row["day"], row["n"]) for row in archive.rows(_OF_PAPER, (source,)))
    return sorted(found, key=lambda one: one.name or "")


def _held(counts: Mapping[Any, int]) -> list[Held]:
    return [Held(name, n) for name, n in counts.items()]


def _size(path: Path) -> int:
    return path.stat().st_size
