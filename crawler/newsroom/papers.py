"""The four invented papers and their articles, read from the TOML files under `papers/`."""

import unicodedata
from collections.abc import Callable
from datetime import datetime
from functools import cache
from pathlib import Path
from threading import Lock
from typing import TypeVar

import msgspec

from config.clock import VIETNAM
from crawler.newsroom.written import Article, Paper

T = TypeVar("T")
_DECODING = Lock()
HERE = Path(__file__).parent / "papers"
VISITS = (datetime(2025, 3, 10, 8, tzinfo=VIETNAM), datetime(2025, 3, 11, 8, tzinfo=VIETNAM))
"""The moments of the two visits."""

_TEXTS = ("kicker", "title", "lead", "body", "byline", "position", "credit")


@cache
def papers() -> dict[str, Paper]:
    """The papers by id."""
    files = sorted(HERE.glob("*/paper.toml"))
    return {paper.id: paper for paper in (_decode(path, Paper) for path in files)}


@cache
def articles(paper: str, visit: int) -> tuple[Article, ...]:
    """What `paper` has at `visit` (1 or 2), the newest first, hidden ones included."""
    files = sorted((HERE / paper / "articles").glob("*.toml"))
    found = (_decode(path, Article) for path in files)
    there = [_edited(a) if visit > 1 else a for a in found if a.first_visit <= visit]
    return tuple(sorted(there, key=lambda a: a.published, reverse=True))


def changed_at(article: Article, visit: int) -> datetime:
    """When the page says at `visit` that `article` was last changed; its publication, if never."""
    late = article.touched if visit > 1 else None
    return late or article.modified or article.published


def as_served(article: Article) -> Article:
    """`article` with the faults of its page: another normal form, or zero-width characters in its text."""
    if "nfd" in article.quirks:
        return _each_text(article, lambda text: unicodedata.normalize("NFD", text))
    if "zero-width" in article.quirks:
        lines = "\n".join(_with_zero_width(line) for line in article.body.split("\n"))
        title, lead = _with_zero_width(article.title), _with_zero_width(article.lead)
        return msgspec.structs.replace(article, title=title, lead=lead, body=lines)
    return article


def _with_zero_width(line: str) -> str:
    """A zero-width space after the second space and a byte-order mark at the end, as editors leave them."""
    head, *tail = line.split(" ", 2)
    if len(tail) < 2 or line.startswith("!["):
        return line
    return f"{head} {tail[0]} \u200b{tail[1]}\ufeff"


def _edited(article: Article) -> Article:
    edit = article.edit
    return _each_text(article, lambda text: text.replace(edit.was, edit.now)) if edit else article


def _each_text(article: Article, change: Callable[[str], str]) -> Article:
    """`article` with every text that a reader sees changed."""
    changed: dict[str, str | tuple[str, ...]] = {n: change(getattr(article, n)) for n in _TEXTS}
    lists = {n: tuple(map(change, getattr(article, n))) for n in ("authors", "tags")}
    return msgspec.structs.replace(article, **changed, **lists)


def _decode(path: Path, kind: type[T]) -> T:
    """The file as a `kind`. One at a time: msgspec 0.22 dies where two threads are the first to decode a type."""
    with _DECODING:
        return msgspec.toml.decode(path.read_bytes(), type=kind)
