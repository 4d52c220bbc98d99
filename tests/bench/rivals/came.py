"""What came out of a run: how much of what a reader of the articles has read stands in it, word by word."""

import gzip
import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from tests.bench.corpus import Article

LEAST = 0.5
"""Of the paragraphs: who gives less has not done the job."""
GRAM = 5


class Place(NamedTuple):
    """Where a run finds its work, and leaves what it makes."""

    urls: Path
    sources: Path
    out: Path


class Text(NamedTuple):
    """What somebody made of a page."""

    text: str
    date: str | None = None


class Empty(Exception):
    """A run that gave less than it must."""


class Shares(NamedTuple):
    """What came out: of the paragraphs, or for those that only fetch of the pages; of articles with a date."""

    found: float
    dated: float | None = None

    def worse(self, other: "Shares") -> "Shares":
        """The lesser of each."""
        both = self.dated is not None and other.dated is not None
        return Shares(min(self.found, other.found), min(self.dated, other.dated) if both else None)  # type: ignore[type-var]


def grams(text: str) -> Iterator[tuple[str, ...]]:
    """Every five words in a row, or all where there are fewer."""
    words = text.split()
    for at in range(max(1, len(words) - GRAM + 1)):
        yield tuple(words[at : at + GRAM])


def found(texts: Iterable[str], expected: Iterable[Article]) -> float:
    """The share of the articles' paragraphs that stand in `texts` word by word, without those of few words."""
    there = {gram for text in texts for gram in grams(text)}
    asked = [p for article in expected for p in article.paragraphs if len(p.split()) >= GRAM]
    return sum(all(gram in there for gram in grams(p)) for p in asked) / len(asked)


def told(texts: Sequence[Text], expected: Sequence[Article]) -> Shares:
    """The shares; Empty where too few paragraphs are there."""
    share = found((t.text for t in texts), expected)
    if share < LEAST:
        raise Empty(f"{share:.0%} of the paragraphs came out")
    return Shares(share, sum(t.date is not None for t in texts) / len(expected))


def by_lines(place: Place, expected: Sequence[Article]) -> Shares:
    """Of a script: a JSON object a line."""
    lines = map(json.loads, place.out.read_text(encoding="utf-8").splitlines())
    return told([Text(each["text"] or "", each["date"]) for each in lines], expected)


def by_files(place: Place, expected: Sequence[Article]) -> Shares:
    """Of trafilatura: a text file a page."""
    texts = [Text(path.read_text(encoding="utf-8")) for path in place.out.rglob("*.txt")]
    return told(texts, expected)._replace(dated=None)


def by_json(place: Place, expected: Sequence[Article]) -> Shares:
    """Of trafilatura: a JSON file a page, and its page beside it."""
    kept = sum(1 for path in Path(f"{place.out}-pages").rglob("*") if path.is_file())
    if kept < LEAST * len(expected):
        raise Empty(f"{kept} pages were kept")
    records = [json.loads(path.read_text(encoding="utf-8")) for path in place.out.rglob("*.json")]
    return told([Text(each["text"] or "", each["date"]) for each in records], expected)


def by_news_please(place: Place, expected: Sequence[Article]) -> Shares:
    """Of news-please's crawl: a page and a JSON file beside it."""
    kept = sum(1 for _ in place.out.rglob("*.html"))
    if kept < LEAST * len(expected):
        raise Empty(f"{kept} pages were kept")
    records = [json.loads(path.read_text(encoding="utf-8")) for path in place.out.rglob("*.html.json")]
    return told([Text(each["maintext"] or "", each["date_publish"]) for each in records], expected)


def by_archive(place: Place, expected: Sequence[Article]) -> Shares:
    """Of ours: the articles, all pages kept and all articles in the index."""
    with sqlite3.connect(place.out) as conn:
        rows = conn.execute("SELECT text, published FROM articles").fetchall()
        (pages,) = conn.execute("SELECT count(DISTINCT url) FROM pages WHERE kind = 'article' AND body").fetchone()
        word = expected[0].paragraphs[0].split()[0]
        indexed = conn.execute("SELECT 1 FROM articles_fts WHERE articles_fts MATCH ?", (f'"{word}"',)).fetchone()
    if pages < len(expected) or not indexed:
        raise Empty(f"{pages} pages were kept, of {len(expected)}")
    return told([Text(text or "", published) for text, published in rows], expected)


def by_pages(place: Place, expected: Sequence[Article]) -> Shares:
    """Of ours, keeping: every body is there."""
    with sqlite3.connect(place.out) as conn:
        (kept,) = conn.execute("SELECT count(DISTINCT url) FROM pages WHERE kind = 'article' AND body").fetchone()
    return _all(kept / len(expected))


def by_count(place: Place, expected: Sequence[Article]) -> Shares:
    """Of Scrapy: as many bytes as there are."""
    counted = json.loads(place.out.read_text())
    return _all(counted["bytes"] / sum(len(article.body) for article in expected))


def by_warc(place: Place, expected: Sequence[Article]) -> Shares:
    """Of wget: a response in the WARC for each page."""
    with gzip.open(f"{place.out}.warc.gz", "rb") as warc:
        responses = sum(line.rstrip() == b"WARC-Type: response" for line in warc)
    return _all(responses / len(expected))


def _all(share: float) -> Shares:
    if share < 1:
        raise Empty(f"{share:.1%} of the pages came")
    return Shares(share)
