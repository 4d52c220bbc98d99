"""Articles that newer rules would make poorer: they are shown as before until the keeper accepts the loss."""

from collections import Counter
from collections.abc import Iterable, Iterator

import msgspec

from archive.cleaners import queue
from archive.store import Archive
from config.fold import fold

RECURS = 5
"""A line that goes from so many articles of one paper was clutter, not a sentence of theirs."""

_HELD = """
SELECT h.article, h.source, h.cleaner, h.losses, a.url, a.title FROM held h
LEFT JOIN aliases l ON l.alias = h.article AND l.why <> 'claimed'
LEFT JOIN articles a ON a.article = coalesce(l.article, h.article)
WHERE :source IS NULL OR h.source = :source ORDER BY h.source, h.article
"""


class Loss(msgspec.Struct, frozen=True):
    """One thing that an article would lose: its kind (article, title, lead, text, date, authors, page), its words.

    `page`: a stored page cannot be read any more; that loss cannot be accepted, only mended.
    """

    kind: str
    what: str = ""


class Held(msgspec.Struct, frozen=True):
    """One article that is held, with the cleaner whose work is shown and what the newest would lose."""

    article: str
    source: str
    cleaner: str
    losses: list[Loss]
    url: str | None = None
    title: str | None = None


def put_held(archive: Archive, article: str, source: str, cleaner: str, losses: list[Loss]) -> None:
    """Hold `article` at `cleaner` because of `losses`; without any, a hold that there is ends at the next going over.

    While `cleaner` is in force anyway, a hold changes nothing of what is shown.
    """
    told = msgspec.json.encode(losses).decode()
    with archive.transaction() as db:
        if losses:
            db.execute(
                "INSERT INTO held (article, source, cleaner, losses) VALUES (?, ?, ?, ?)"
                " ON CONFLICT (article) DO UPDATE SET cleaner = excluded.cleaner, losses = excluded.losses",
                (article, source, cleaner, told),
            )
        else:
            db.execute("UPDATE held SET losses = ? WHERE article = ?", (told, article))


def any_held(archive: Archive, source: str) -> bool:
    """Whether an article of `source` is held."""
    return archive.conn.execute("SELECT 1 FROM held WHERE source = ? LIMIT 1", (source,)).fetchone() is not None


def held(archive: Archive, source: str | None = None) -> Iterator[Held]:
    """The articles that are held, by paper."""
    for row in archive.rows(_HELD, {"source": source}):
        yield msgspec.convert(row | {"losses": msgspec.json.decode(row["losses"])}, Held)


def drop_idle(archive: Archive, source: str, cleaner: str) -> None:
    """End the holds of `source` that hold nothing back once `cleaner` is in force.

    No loss is left, or only lines that go from many articles, or `cleaner` is the one that is held to.
    """
    found = list(held(archive, source))
    real = zip(found, without_recurring(h.losses for h in found), strict=True)
    with archive.transaction() as db:
        for article, losses in [(h.article, losses if h.cleaner != cleaner else []) for h, losses in real]:
            if losses:
                told = msgspec.json.encode(losses).decode()
                db.execute("UPDATE held SET losses = ? WHERE article = ?", (told, article))
            else:
                db.execute("DELETE FROM held WHERE article = ?", (article,))
                queue(db, [article])


def without_recurring(articles: Iterable[list[Loss]]) -> list[list[Loss]]:
    """The losses of each article of one paper, without the lines that `RECURS` articles or more would lose alike."""
    lost = list(articles)
    often = Counter(line for losses in lost for line in {fold(each.what) for each in losses if each.kind == "text"})
    return [[each for each in losses if each.kind != "text" or often[fold(each.what)] < RECURS] for losses in lost]


def accept(archive: Archive, source: str | None = None) -> int:
    """End the holds: what the cleaner in force made is shown after `settle`. Answers how many articles were held.

    An article with a page that cannot be read stays held: there is nothing else to show.
    """
    with archive.transaction() as db:
        ended = [h.article for h in held(archive, source) if all(loss.kind != "page" for loss in h.losses)]
        queue(db, ended)
        db.executemany("DELETE FROM held WHERE article = ?", [(article,) for article in ended])
    return len(ended)
