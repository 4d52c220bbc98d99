"""Which articles are of which topic: profiles, learnt from an archive's own articles, and the table `topical`.

Every article is judged by all profiles of its file whenever it is derived, so that `topical` is what the articles'
texts and the profiles give, whatever came first. A new profile is put with `put`, and `judge_all` judges all articles
anew; until it has come to its end the profile is marked as `UNJUDGED`, so that what was killed is told and made good.
"""

import heapq
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from sqlite3 import Connection
from typing import Any

import msgspec

from archive.drafting import at_most, drafted, tempered
from archive.identities import mates
from archive.learning import Learnt, learn
from archive.numbered import Doc, doc
from archive.query import clause
from archive.relevance import Judgement, Profile, Reason, judge, profile_of
from archive.store import Archive
from archive.terms import Counted, Text, counted, text_of
from config.background import background
from config.clock import stamp
from config.sources import Sources
from config.topics import Topic
from config.urls import article_key

SAMPLE = 2500
"""Articles of an archive from which a topic is learnt: a third of a second's tokens each hundred."""
BATCH = 200
UNJUDGED = "?"
"""Stands before `topics.declared` while not all articles have been judged by the profile beside it."""
_FIELDS = "id, article, source, url, title, lead, text, tags, section, published_day"
_PUT = "INSERT INTO topical (topic, article, relevance, why) VALUES (?, ?, ?, ?)"
_THERE = "SELECT topic, article, relevance, why FROM topical WHERE article = ? ORDER BY topic"
_PROFILES = "SELECT topic, profile FROM topics ORDER BY topic"
_ALL_JUDGED = "UPDATE topics SET declared = ltrim(declared, ?)"
Progress = Callable[[int, int], None]


class Judged(msgspec.Struct, frozen=True):
    """What was thought of one article of the archive."""

    id: int
    url: str
    title: str | None
    source: str
    day: str | None
    judgement: Judgement


class Learner:
    """Learns the terms of one topic from articles of an archive, and goes on learning as more of them are shown.

    `seeds` are texts of articles that are surely of the topic; those of its URLs that the archive holds count, too.
    """

    def __init__(self, archive: Archive, topic: Topic, sources: Sources, seeds: Sequence[Text] = ()) -> None:
        self._archive, self._topic = archive, topic
        self._docs: list[Doc] = []
        self._ids: list[int] = []
        self._texts = [counted(text) for text in seeds]
        self._known = set(seed_articles(archive, sources, topic))
        self._seeds: dict[int, Counted] = {}
        self.learnt: Learnt | None = None
        for number in sampled(archive, SAMPLE, self._known):
            self.show(number)

    def __len__(self) -> int:
        return len(self._ids)

    @property
    def articles(self) -> list[int]:
        """The numbers of the articles that are learnt from."""
        return [*self._seeds, *self._ids]

    def show(self, number: int) -> None:
        """Take the article `number` into the sample; one of the topic's seeds among the examples."""
        if number in self._seeds or (row := _row(self._archive.conn, number)) is None:
            return
        of = counted(text_of(row))
        if row["article"] in self._known:
            self._seeds[number] = of
        elif len(self._ids) < SAMPLE:
            self._ids.append(number)
            self._docs.append(doc(of))

    def learn(self, room: int | None = None, headlines: Iterable[str] = ()) -> Profile:
        """The profile that the articles so far give; what the topic declares alone where there is nothing to learn.

        `headlines` of all subjects tell what the papers write of otherwise, where the archive has few articles yet.
        """
        self.learnt = None
        declared = profile_of(self._topic)
        if not self._topic.learn:
            return declared
        near = (place for place, one in enumerate(self._docs) if at_most(declared, one) >= 0.99)  # they are rounded
        known = [place for place in near if self._is_declared(declared, self._ids[place])]
        more = {} if room is None else {"room": room}
        self.learnt = learn(
            [*self._texts, *self._seeds.values()], self._docs, self._read,
            known=known, background=background(), headlines=headlines, **more,
        )  # fmt: skip
        if self.learnt is None:
            return declared
        return profile_of(self._topic, tempered(self.learnt.terms, declared.terms, self._examples()))

    def draft(self, most: int) -> dict[str, float]:
        """At most so many phrases that say by themselves what was learnt, the weightiest first; none where nothing was.

        `learn` comes first.
        """
        if self.learnt is None:
            return {}
        return drafted(self.learnt.terms, self._examples(), self._docs, most)

    @property
    def examples(self) -> int:
        """How many examples there are: texts of files, and the topic's addresses that the archive holds."""
        return len(self._texts) + len(self._seeds)

    def _examples(self) -> list[Doc]:
        """The examples, and what was found to be like them."""
        found = self.learnt.found if self.learnt else ()
        return [*map(doc, (*self._texts, *self._seeds.values())), *(self._docs[place] for place in sorted(found))]

    def _is_declared(self, declared: Profile, number: int) -> bool:
        """Whether what the topic's file declares makes the article one of the topic by itself."""
        if not declared.terms and not declared.phrases:
            return False
        row = _row(self._archive.conn, number)
        return row is not None and _judge(declared, row).taken

    def _read(self, place: int) -> Counted:
        row = _row(self._archive.conn, self._ids[place])
        return counted(text_of(row)) if row else Counted({}, 0)


def seed_articles(archive: Archive, sources: Sources, topic: Topic) -> Iterator[str]:
    """The identities of a topic's seeds that are addresses, as the archive shows them."""
    for url in topic.urls:
        source = sources.of(url)
        yield mates(archive.conn, article_key(source, url))[0] if source else url


def sampled(archive: Archive, most: int, always: Iterable[str] = ()) -> list[int]:
    """The numbers of so many articles, the same ones of the same archive however it came about, and of those named."""
    wanted = set(always)
    rows = archive.conn.execute("SELECT id, article FROM articles")
    least = heapq.nsmallest(most, ((zlib.crc32(name.encode()), number) for number, name in rows if name not in wanted))
    there = [_number(archive.conn, name) for name in sorted(wanted)]
    return [*(number for number in there if number), *(number for _, number in least)]


def put(archive: Archive, topic: Topic, profile: Profile) -> None:
    """Let `profile` be what the archive judges by; `judge_all` brings `topical` up to date. Inside a transaction."""
    row = (topic.name, topic.title, UNJUDGED + topic.digest(), _encoded(profile), stamp(archive.clock.now()))
    archive.conn.execute(
        "INSERT OR REPLACE INTO topics (topic, title, declared, profile, made) VALUES (?, ?, ?, ?, ?)", row
    )


def remove(archive: Archive, topic: str) -> None:
    """Forget a topic. Inside a transaction."""
    for table in ("topics", "topical", "leads", "yields"):
        archive.conn.execute(f"DELETE FROM {table} WHERE topic = ?", (topic,))  # noqa: S608 -- our names


def profile(archive: Archive, topic: str) -> Profile | None:
    """The profile that the archive judges by."""
    row = archive.conn.execute("SELECT profile FROM topics WHERE topic = ?", (topic,)).fetchone()
    return _decoded(row[0]) if row else None


def is_current(archive: Archive, topic: Topic) -> bool:
    """Whether the archive's profile was made of the topic's file as it is now, and all articles are judged by it."""
    row = archive.conn.execute("SELECT declared FROM topics WHERE topic = ?", (topic.name,)).fetchone()
    return bool(row) and row[0] == topic.digest()


def place(db: Connection, number: int) -> None:
    """Write of which topics the article `number` is. Its rows of `topical` are gone already."""
    db.executemany(_PUT, list(rows_of(db, number)))


def rows_of(db: Connection, number: int) -> Iterator[tuple[str, int, float, str]]:
    """The rows of `topical` that an article has by its text."""
    profiles = db.execute(_PROFILES).fetchall()
    row = _row(db, number) if profiles else None
    if row is None:
        return
    of = counted(text_of(row))
    for topic, told in profiles:
        found = _judge(_decoded(told), row, of)
        if found.taken:
            yield topic, number, found.relevance, _why(found.reasons)


def all_judged(db: Connection) -> None:
    """Note that every article has been judged by every profile. Inside the transaction that derived them all."""
    db.execute(_ALL_JUDGED, (UNJUDGED,))


def texts_of(db: Connection, article: str) -> list[dict[str, Any]]:
    """The row, if any, of the article with this identity, as `unlearn` takes it; none where no topic is collected."""
    asked = "SELECT id FROM articles WHERE article = ? AND EXISTS (SELECT 1 FROM topics)"
    return [row for (number,) in db.execute(asked, (article,)).fetchall() if (row := _row(db, number))]


def unlearn(db: Connection, gone: Iterable[Mapping[str, Any]]) -> None:
    """Take out of the profiles what only the articles `gone` (rows, deleted by now) said: nobody else's words.

    Such a profile is not what its topic's file gives, so the next command on the topic learns it anew.
    """
    profiles = db.execute(_PROFILES).fetchall()
    said = {term for row in gone for term in counted(text_of(row)).counts} if profiles else set()
    for topic, told in profiles:
        made = _decoded(told)
        lost = {term for term in made.terms if term in said and not _stands(db, term)}
        if lost:
            terms = {term: weight for term, weight in made.terms.items() if term not in lost}
            less = _encoded(msgspec.structs.replace(made, terms=terms))
            db.execute("UPDATE topics SET profile = ?, declared = ? WHERE topic = ?", (less, UNJUDGED, topic))


def _stands(db: Connection, term: str) -> bool:
    """Whether title or text of an article hold the term."""
    asked = clause(tuple(term.split(" ")), False)
    return db.execute("SELECT 1 FROM articles_fts WHERE articles_fts MATCH ? LIMIT 1", (asked,)).fetchone() is not None


def is_right(db: Connection, number: int) -> bool:
    """Whether an article has the rows that its text gives it. Topics by which not all have been judged do not count."""
    known = dict(db.execute("SELECT topic, declared FROM topics"))
    waits = {topic for topic, declared in known.items() if declared.startswith(UNJUDGED)}
    there = db.execute(_THERE, (number,)).fetchall()
    return [row for row in there if row[0] not in waits] == [row for row in rows_of(db, number) if row[0] not in waits]


def judge_all(archive: Archive, topic: str, progress: Progress | None = None) -> int:
    """Judge every article anew by the profile of `topic`, in short transactions; answers how many are of it."""
    found, done, after = 0, 0, 0
    (total,) = archive.conn.execute("SELECT count(*) FROM articles").fetchone()
    begun = archive.conn.execute("SELECT profile FROM topics WHERE topic = ?", (topic,)).fetchone()
    while True:
        with archive.transaction() as db:
            batch = _batch(archive, after)
            if not batch:
                db.execute(f"{_ALL_JUDGED} WHERE topic = ? AND profile = ?", (UNJUDGED, topic, begun and begun[0]))
                return found
            found += _judge_batch(archive, topic, batch)
        done, after = done + len(batch), batch[-1].id
        if progress:
            progress(done, max(done, total))


def judge_some(archive: Archive, topic: str, numbers: Sequence[int]) -> None:
    """Judge these articles anew by the profile of `topic`; `judge_all` is still to come."""
    for at in range(0, len(numbers), BATCH):
        with archive.transaction() as db:
            rows = ((number, _row(db, number)) for number in numbers[at : at + BATCH])
            _judge_batch(archive, topic, [_Row(number, row) for number, row in rows if row])


def _judge_batch(archive: Archive, topic: str, batch: "Sequence[_Row]") -> int:
    """Write which of `batch` are of the topic; answers how many. Inside a transaction."""
    ids = msgspec.json.encode([one.id for one in batch]).decode()
    gone = "DELETE FROM topical WHERE topic = ? AND article IN (SELECT value FROM json_each(?))"
    archive.conn.execute(gone, (topic, ids))
    rows = [(topic, j.id, j.judgement.relevance, _why(j.judgement.reasons)) for j in judged(archive, topic, batch)]
    archive.conn.executemany(_PUT, rows)
    return len(rows)


def judged(archive: Archive, topic: str, batch: "Iterable[_Row]") -> Iterator[Judged]:
    """Those of `batch` that are of the topic by the archive's profile."""
    made = profile(archive, topic)
    for one in batch if made else ():
        assert made
        thought = _judge(made, one.row)
        if thought.taken:
            yield Judged(one.id, one.row["url"], one.row["title"], one.row["source"], one.row["published_day"], thought)


def judgements(archive: Archive, made: Profile) -> Iterator[Judged]:
    """Every article of the archive with what `made` thinks of it; nothing is written."""
    for batch in _batches(archive):
        for one in batch:
            row = one.row
            yield Judged(one.id, row["url"], row["title"], row["source"], row["published_day"], _judge(made, row))


def reasons_of(why: str) -> list[Reason]:
    """The reasons in a row of `topical`."""
    return msgspec.json.decode(why, type=list[Reason])


class _Row(msgspec.Struct, frozen=True):
    id: int
    row: dict[str, Any]


def _batches(archive: Archive) -> Iterator[list[_Row]]:
    after = 0
    while batch := _batch(archive, after):
        after = batch[-1].id
        yield batch


def _batch(archive: Archive, after: int) -> list[_Row]:
    """The next articles behind the number `after`."""
    sql = f"SELECT {_FIELDS} FROM articles WHERE id > ? ORDER BY id LIMIT ?"  # noqa: S608 -- our names
    return [_Row(row["id"], row) for row in archive.rows(sql, (after, BATCH))]


def _judge(made: Profile, row: dict[str, Any], of: Counted | None = None) -> Judgement:
    return judge(made, text_of(row), row["published_day"], row["source"], of)


def _row(db: Connection, number: int) -> dict[str, Any] | None:
    found = db.execute(f"SELECT {_FIELDS} FROM articles WHERE id = ?", (number,)).fetchone()  # noqa: S608
    return dict(zip(_FIELDS.split(", "), found, strict=True)) if found else None


def _number(db: Connection, article: str) -> int | None:
    found = db.execute("SELECT id FROM articles WHERE article = ?", (article,)).fetchone()
    return int(found[0]) if found else None


def _why(reasons: Sequence[Reason]) -> str:
    return msgspec.json.encode(reasons).decode()


def _encoded(made: Profile) -> str:
    return msgspec.json.encode(made, order="sorted").decode()


@lru_cache(maxsize=64)
def _decoded(told: str) -> Profile:
    return msgspec.json.decode(told, type=Profile)
