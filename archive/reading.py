"""All that is told of one article beside its text: its states, its page, its copies, its topics, its other names."""

from typing import Any

import msgspec

from archive.facts import Record
from archive.history import shown
from archive.store import Archive

_ARTICLE = """
SELECT a.id, a.article, a.first_seen, a.last_seen, a.revisions, p.id AS page, p.url AS page_url, p.fetched_at,
  b.sha256, b.size
FROM articles a JOIN pages p ON p.id = a.page JOIN bodies b ON b.id = p.body WHERE a.article = ?
"""
_STATES = """
SELECT r.n, f.fetched_at AS first_seen, l.fetched_at AS last_seen, r.shows AS page
FROM revisions r JOIN pages f ON f.id = r.first_page JOIN pages l ON l.id = r.last_page
WHERE r.article = ? ORDER BY r.n
"""
_COPIES = """
SELECT iif(c.article = :id, iif(c.known IS NULL, 'unknown', 'first'), iif(c.known IS NULL, 'unknown', 'later')) AS role,
  o.article, o.url, o.source, o.title, o.published, o.published_precision AS precision, c.delay, c.kind,
  iif(c.article = :id, c.taken, c.left_in) AS share, c.within
FROM copies c JOIN articles o ON o.id = iif(c.article = :id, c.original, c.article)
WHERE c.article = :id OR c.original = :id ORDER BY o.published IS NULL, o.published, o.article LIMIT 200
"""
_TOPICS = """
SELECT j.topic, coalesce(t.title, j.topic) AS title, j.relevance, j.why FROM topical j LEFT JOIN topics t USING (topic)
WHERE j.article = ? ORDER BY j.relevance DESC
"""
_ALIASES = "SELECT alias FROM aliases WHERE article = ? AND why <> 'claimed' ORDER BY alias"


class Shown(msgspec.Struct, frozen=True):
    """The page that the article is shown from."""

    id: int
    url: str
    fetched_at: str
    sha256: str
    """Of its body."""
    size: int


class State(msgspec.Struct, frozen=True):
    """One state that the paper gave the article."""

    n: int
    first_seen: str
    last_seen: str
    page: int


class Copied(msgspec.Struct, frozen=True, kw_only=True):
    """Another article that tells the story in the same words."""

    role: str
    """That one was printed first, or later; unknown: their times do not tell."""
    article: str
    url: str
    source: str
    title: str | None
    published: str | None
    precision: str | None
    delay: float | None
    """Hours between the two."""
    kind: str
    share: float
    """How much of this article's text stands in the other."""
    within: bool


class OfTopic(msgspec.Struct, frozen=True):
    """A topic that the article is of, and by which phrases."""

    topic: str
    title: str
    relevance: float
    phrases: list[str]


class Reading(msgspec.Struct, frozen=True, kw_only=True):
    """One article, as it reads now, with all that belongs to it."""

    article: str
    number: int
    record: Record
    first_seen: str
    last_seen: str
    page: Shown
    states: list[State]
    copies: list[Copied]
    topics: list[OfTopic]
    aliases: list[str]


def reading(archive: Archive, article: str) -> Reading | None:
    """The article with this identity, or None."""
    with archive.reading():
        row = next(archive.rows(_ARTICLE, (article,)), None)
        record = shown(archive, article)
        if row is None or record is None:
            return None
        return Reading(
            article=row["article"],
            number=row["id"],
            record=record,
            first_seen=row["first_seen"],
            last_seen=row["last_seen"],
            page=Shown(row["page"], row["page_url"], row["fetched_at"], row["sha256"], row["size"]),
            states=[msgspec.convert(each, State) for each in archive.rows(_STATES, (row["id"],))],
            copies=[_copied(each) for each in archive.rows(_COPIES, {"id": row["id"]})],
            topics=[_of_topic(each) for each in archive.rows(_TOPICS, (row["id"],))],
            aliases=[each["alias"] for each in archive.rows(_ALIASES, (article,))],
        )


def _copied(row: dict[str, Any]) -> Copied:
    return msgspec.convert(row | {"within": bool(row["within"])}, Copied)


def _of_topic(row: dict[str, Any]) -> OfTopic:
    said = msgspec.json.decode(row["why"], type=list[list[Any]])
    return OfTopic(row["topic"], row["title"], row["relevance"], [str(each[0]) for each in said])
