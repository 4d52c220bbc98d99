"""What a paper changed in an article: its revisions, and the differences between two of them, word by word."""

import difflib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import msgspec

from archive.facts import Record
from archive.store import Archive

_REVISIONS = """
SELECT r.n, p.fetched_at, c.output FROM revisions r JOIN articles a ON a.id = r.article
JOIN pages p ON p.id = r.first_page JOIN cleanings c ON c.page = r.shows AND c.cleaner = r.cleaner
WHERE a.article = ? ORDER BY r.n
"""
_FIELDS = ("kicker", "title", "lead", "blocks", "captions", "authors", "credit", "published")

Sign = Literal[" ", "-", "+"]


@dataclass(frozen=True)
class Revision:
    """One state of an article: its number from 1, when it was first seen, and the record."""

    n: int
    seen: str
    record: Record


@dataclass(frozen=True)
class Change:
    """One changed passage of one field; `words` are (sign, text) in reading order, kept words included."""

    field: str
    words: tuple[tuple[Sign, str], ...]

    def plain(self, around: int = 8) -> str:
        """One line: `[-old-]` and `{+new+}`, with up to `around` kept words on each side of a change."""
        marks = {" ": "{}", "-": "[-{}-]", "+": "{{+{}+}}"}
        last = len(self.words) - 1
        return " ".join(
            marks[sign].format(text if sign != " " else _near(text.split(), around, at > 0, at < last))
            for at, (sign, text) in enumerate(self.words)
        )


def _near(words: list[str], around: int, after: bool, before: bool) -> str:
    """Kept words next to a change: `after` one, `before` one, or both; the rest is left out."""
    room = around * (after + before)
    if len(words) <= room:
        return " ".join(words)
    head, tail = words[: around * after], words[len(words) - around * before :] if before else []
    return " ".join([*head, "…", *tail])


def revisions_of(archive: Archive, article: str) -> list[Revision]:
    """The revisions of the article with this identity, oldest first."""
    return [
        Revision(row["n"], row["fetched_at"], msgspec.json.decode(row["output"], type=Record))
        for row in archive.rows(_REVISIONS, (article,))
    ]


def changes(before: Record, after: Record) -> Iterator[Change]:
    """What differs between two states, field by field, passage by passage."""
    for field in _FIELDS:
        old, new = _passages(before, field), _passages(after, field)
        for tag, a, b, c, d in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
            if tag != "equal":
                yield Change(field, tuple(word_diff("\n".join(old[a:b]), "\n".join(new[c:d]))))


def word_diff(before: str, after: str) -> Iterator[tuple[Sign, str]]:
    """The words of two texts as (sign, text) runs: kept " ", taken out "-", put in "+"."""
    old, new = re.findall(r"\S+", before), re.findall(r"\S+", after)
    for tag, a, b, c, d in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            yield " ", " ".join(old[a:b])
            continue
        if b > a:
            yield "-", " ".join(old[a:b])
        if d > c:
            yield "+", " ".join(new[c:d])


def _passages(record: Record, field: str) -> list[str]:
    value = getattr(record, field)
    if field == "blocks":
        return [block.text for block in record.blocks]
    return list(value) if isinstance(value, list) else [value] if value else []
