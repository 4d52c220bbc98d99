"""Leads: the URLs that may bring a topic's crawl to articles of the topic, and what such leads brought before.

A lead stands beside a row of the frontier and goes when that has been fetched. Methods belong inside a transaction.
"""

from collections.abc import Iterable, Iterator, Mapping
from sqlite3 import Connection

import msgspec


class Said(msgspec.Struct, frozen=True, omit_defaults=True):
    """What was known of a lead where it was found."""

    title: str = ""
    """The words of the link, of the list's entry, or of the address."""
    of: float = 0.0
    """Of a tag or topic page, and of what stands on one: the part of known articles with it that are of the topic."""
    list: str = ""
    """The list that it stood on: its canonical URL, or its place and words."""
    more: tuple[tuple[str, str], ...] = ()
    """Where else it stood: place and list, or the article that links to it."""
    words: str = ""
    """Of a list: the tag, the topic, or what is searched for."""
    gain: float = -1.0
    """Of a list's next page: what is expected of the best leads that the one before brought."""
    cost: int = 0
    """And how many these are."""


class Lead(msgspec.Struct, frozen=True):
    """One lead. `place` is what kind of link it is: of an article `related`, `inline`, or the kind of list that shows
    it; of a list its own kind."""

    key: str
    host: str
    source: str
    kind: str
    place: str
    said: Said = Said()
    expected: float = 0.0


class Yield(msgspec.Struct):
    """What leads of one sort brought: how many were followed (of lists: how many articles were expected of them), and
    how many articles of the topic they led to."""

    followed: float = 0.0
    found: float = 0.0


class Leads:
    """The leads and yields of one topic."""

    def __init__(self, db: Connection, topic: str) -> None:
        self._db, self._topic = db, topic

    def put(self, leads: Iterable[Lead]) -> None:
        """Write leads, in the place of what was known of them."""
        self._db.executemany(
            "INSERT INTO leads (topic, key, host, expected, place, said) VALUES (?, ?, ?, ?, ?, ?)"
            " ON CONFLICT (topic, key) DO UPDATE SET expected = excluded.expected, place = excluded.place,"
            " said = excluded.said",
            [(self._topic, one.key, one.host, one.expected, one.place, _json(one.said)) for one in leads],
        )

    def take_out(self, key: str) -> Lead | None:
        """The lead at `key`, which is followed now and is none any more."""
        found = next(self._read("l.key = ?", (key,)), None)
        self._db.execute("DELETE FROM leads WHERE topic = ? AND key = ?", (self._topic, key))
        return found

    def known(self, keys: Iterable[str]) -> dict[str, Lead]:
        """The leads among `keys`."""
        told = msgspec.json.encode(list(keys)).decode()
        return {one.key: one for one in self._read("l.key IN (SELECT value FROM json_each(?))", (told,))}

    def waiting(self) -> Iterator[Lead]:
        """The leads that have not been followed."""
        return self._read("f.due IS NOT NULL", ())

    def expect(self, expected: Mapping[str, float]) -> None:
        """Write what is expected of leads now."""
        change = "UPDATE leads SET expected = ? WHERE topic = ? AND key = ?"
        self._db.executemany(change, [(value, self._topic, key) for key, value in expected.items()])

    def best(self, now: float) -> float:
        """The highest expectation of a lead that is due; 0 for none."""
        (best,) = self._db.execute(
            "SELECT max(l.expected) FROM leads l JOIN frontier f ON f.key = l.key"
            " WHERE l.topic = ? AND f.due <= ?", (self._topic, now),
        ).fetchone()  # fmt: skip
        return best or 0.0

    def yields(self) -> dict[str, Yield]:
        """What is known of every sort of leads."""
        rows = self._db.execute("SELECT what, followed, found FROM yields WHERE topic = ?", (self._topic,))
        return {what: Yield(followed, found) for what, followed, found in rows}

    def put_yields(self, yields: Mapping[str, Yield], changed: Iterable[str]) -> None:
        """Write those that have changed."""
        rows = [(self._topic, what, yields[what].followed, yields[what].found) for what in changed]
        put = "INSERT OR REPLACE INTO yields (topic, what, followed, found) VALUES (?, ?, ?, ?)"
        self._db.executemany(put, rows)

    def _read(self, where: str, given: tuple[str, ...]) -> Iterator[Lead]:
        rows = self._db.execute(
            "SELECT l.key, l.host, f.source, f.kind, l.place, l.said, l.expected FROM leads l JOIN frontier f"  # noqa: S608
            f" ON f.key = l.key WHERE l.topic = ? AND {where}",
            (self._topic, *given),
        ).fetchall()
        for key, host, source, kind, place, said, expected in rows:
            yield Lead(key, host, source, kind, place, msgspec.json.decode(said, type=Said), expected)


def _json(said: Said) -> str:
    return msgspec.json.encode(said).decode()
