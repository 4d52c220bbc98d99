"""Neighbours by text: articles in which the characteristic phrases of one stand as well.

A phrase of one to three syllables is characteristic where the article says it often, or in its title, lead or tags, and
a sample of the archive does not. The full-text index tells in which articles each stands. What stands in more than one
in `COMMON` is not asked for, nor read to its end. The likeness of another article is the part of the phrases' weight
that stands in it, each by how much it is said there; a title counts three times (`archive.terms`).
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from math import log
from typing import Any
from unicodedata import normalize

import msgspec

from archive.query import forms
from archive.reasons import TEXT, Reason
from archive.sampling import known
from archive.store import Archive
from archive.terms import LONGEST, WEIGHTS, Text, counted, joined, text_of
from config.fold import is_marked

PHRASES = 16
"""Phrases that are looked for."""
COMMON = 50
"""A phrase of more than one article in so many, and of more than `FEW`, says nothing."""
FEW = 200
READ = 60
"""Articles that are read, those with the weightiest phrases."""
LEAST, SHARED = 0.1, 2
"""The least likeness that is told, and the fewest phrases in common."""
SAID = 6.0
"""Mentions that bring half of a phrase's weight: the second says more than the tenth."""
_LONGER = 0.1
"""By so much a further syllable makes a phrase more telling: one that is said as often as its part stands for it."""
_SHOWN = 6
_COLUMNS = "id, title, lead, text, tags, section"
_ONE = f"SELECT {_COLUMNS} FROM articles WHERE id IN (SELECT value FROM json_each(?))"  # noqa: S608 -- our names
_HITS = """
SELECT json_group_array(rowid) AS found FROM (SELECT rowid FROM articles_fts WHERE articles_fts MATCH ? LIMIT ?)
"""
_NUMBERS = "SELECT max(id) AS last FROM articles"


class _Phrase(msgspec.Struct, frozen=True):
    term: str
    said: float
    """How much the article says it, 0 to 1."""
    weight: float
    """How rare it is, 0 to 1."""
    found: frozenset[int]
    """The other articles in which it stands."""
    written: tuple[str, ...]
    """Its accepted spellings."""


def by_text(archive: Archive, number: int) -> Iterator[tuple[int, Reason]]:
    """Articles that share the characteristic phrases of the one with this number, each with these."""
    phrases = list(_phrases(archive, number))
    whole = sum(phrase.weight * phrase.said for phrase in phrases)
    met: dict[int, float] = defaultdict(float)
    for phrase in phrases:
        for other in phrase.found:
            met[other] += phrase.weight * phrase.said
    nearest = sorted(met, key=lambda other: (-met[other], other))[:READ]
    for row in _rows(archive, nearest):
        shared = _shared(text_of(row), [phrase for phrase in phrases if row["id"] in phrase.found])
        likeness = sum(shared.values()) / whole
        if likeness >= LEAST and len(shared) >= SHARED:
            told = tuple(sorted(shared, key=lambda term: (-shared[term], term))[:_SHOWN])
            yield row["id"], Reason(by="text", how="words", points=round(TEXT * likeness, 3), phrases=told)


def _rows(archive: Archive, numbers: list[int]) -> Iterator[dict[str, Any]]:
    return archive.rows(_ONE, (msgspec.json.encode(numbers).decode(),))


def _phrases(archive: Archive, number: int) -> Iterator[_Phrase]:
    """The phrases that others hold too."""
    last = int(next(archive.rows(_NUMBERS))["last"])
    most = max(FEW, last // COMMON)
    said = _said(next(_rows(archive, [number])))
    for term in _characteristic(said, known(archive, number, last, said)):
        written = tuple(" ".join(form) for form in forms(tuple(term.split())))
        (row,) = archive.rows(_HITS, (_match(written), most + 1))
        found = frozenset(msgspec.json.decode(row["found"], type=list[int])) - {number}
        if found and len(found) < most:
            weight = log((last + 1) / (len(found) + 1)) / log(last + 1)
            yield _Phrase(term, said[term], weight, found, written)


def _match(written: Iterable[str]) -> str:
    """FTS5 for a phrase in its spellings. What bears a mark never stands in the folded column, and it takes a quarter
    less time to find where no columns are named (measured, 59,000 articles)."""
    every = " OR ".join(f'"{form}"' for form in written)
    return f"({every})" if is_marked(every) else f"{{title text}} : ({every})"


def _said(row: Mapping[str, Any]) -> dict[str, float]:
    """The terms that an article says twice, or in title or tags, by how much it says them. A lead counts as text:
    what stands there once need be no phrase."""
    text = text_of(row)
    text = msgspec.structs.replace(text, lead="", text=f"{text.lead}\n{text.text}", section=())
    return {term: _damped(count) for term, count in counted(text).counts.items() if count >= 2}


def _characteristic(said: Mapping[str, float], sampled: tuple[Counter[str], int]) -> list[str]:
    """The most telling terms, none of them mostly another: those that few of the sample hold. One syllable tells only
    where none does."""
    there, size = sampled
    worth: dict[str, float] = {}
    for term, much in said.items():
        often, further = there[term], term.count(" ")
        if often * 10 <= size and (further or not (often or term.isdecimal())):
            worth[term] = much * (1 + _LONGER * further) * log((size + 2) / (often + 1))
    for term in list(_cut_across(worth, said, there, size)):
        del worth[term]
    chosen: list[str] = []
    for term in sorted(worth, key=lambda term: (-worth[term], term)):
        if not any(_overlap(term, other) for other in chosen):
            chosen.append(term)
            if len(chosen) == PHRASES:
                break
    return chosen


def _cut_across(terms: Iterable[str], said: Mapping[str, float], there: Mapping[str, int], size: int) -> Iterator[str]:
    """Terms that only stand beside better ones: of which a part is said more often and is not common, and pairs that
    are the end of one pair and the beginning of another ("đá vĩnh" in "kè đá vĩnh trụ")."""
    few = max(3, size // COMMON)
    ends, begins = defaultdict[str, float](float), defaultdict[str, float](float)
    for term in said:
        first, *others = term.split()
        if len(others) == 1:
            begins[first], ends[others[0]] = max(begins[first], said[term]), max(ends[others[0]], said[term])
    for term in terms:
        first, *others = term.split()
        parts = (term.partition(" ")[2], term.rpartition(" ")[0]) if len(others) > 1 else ()
        better = any(said.get(part, 0.0) > said[term] and there[part] <= few for part in parts)
        if better or (len(others) == 1 and min(ends[first], begins[others[0]]) > said[term]):
            yield term


def _overlap(one: str, other: str) -> bool:
    """Whether two terms are windows of one passage: one is part of the other, or two syllables of it go on in it."""
    if f" {one} " in f" {other} " or f" {other} " in f" {one} ":
        return True
    a, b = one.split(), other.split()
    return len(a) == len(b) == LONGEST and (a[1:] == b[:-1] or b[1:] == a[:-1])


def _damped(count: float) -> float:
    return count / (count + SAID)


def _shared(text: Text, phrases: list[_Phrase]) -> dict[str, float]:
    """The weights of the phrases by how much the other article says them, no more than the first one does."""
    fields = {name: normalize("NFC", said).lower() for name, said in text.fields().items() if said}
    found: dict[str, float] = {}
    for phrase in phrases:
        if count := _count(fields, phrase):
            found[phrase.term] = phrase.weight * min(phrase.said, _damped(count))
    return found


def _count(fields: Mapping[str, str], phrase: _Phrase) -> float:
    """How often a phrase is said, weighted by the fields. It is looked for as it is printed, one blank between two
    syllables; only where that finds nothing ("covid-19"), the text is taken apart into syllables, which takes long."""
    count = 0.0
    for name, said in fields.items():
        for form in phrase.written:
            if form in said:
                count += WEIGHTS[name] * _times(form, said)
    return count or sum(WEIGHTS[name] * joined(said).count(f" {phrase.term} ") for name, said in fields.items())


def _times(form: str, said: str) -> int:
    """How often `form` stands in `said`, and not in a longer word."""
    count, at = 0, said.find(form)
    while at >= 0:
        end = at + len(form)
        count += not (_inside(said[at - 1 : at]) or _inside(said[end : end + 1]))
        at = said.find(form, end)
    return count


def _inside(letter: str) -> bool:
    return letter.isalnum() or letter == "_"
