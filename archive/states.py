"""The states that a paper gave an article: what counts as content, and which visits show a change of it."""

import hashlib
import re
from collections.abc import Iterable, Iterator

import msgspec

from archive.faces import reads_alike
from archive.facts import Record
from archive.visits import Visit

_NAMES_A_DAY = re.compile(r"\d{4}|\d\s?[/.-]\s?\d|\bngày\s+\d|\d\s+(?:tháng|thg)\s+\d", re.I)
_FROM_PAPER = ("json-ld", "meta", "selector", "url")


class State(msgspec.Struct, frozen=True):
    """One state of an article: the first and the last page that show it, the visit it is read from, its content."""

    first_page: int
    last_page: int
    visit: Visit
    sha: str


def content_sha(record: Record) -> str:
    """SHA-256 of what the paper says: a change of anything else (tags, boxes, sections, counters) is no revision.

    A publication time counts when the page states it as a date; one that only a feed or sitemap gave comes and goes
    with the way to the page, and "2 giờ trước" is another moment at every visit.
    """
    stated = record.published_from in _FROM_PAPER and _NAMES_A_DAY.search(record.published_raw or "")
    published = record.published if stated else None
    said = (
        record.kicker,
        record.title,
        record.lead,
        [(b.kind, b.text) for b in record.blocks],
        record.captions,
        record.authors,
        record.credit,
        published,
    )
    return hashlib.sha256(msgspec.json.encode(said)).hexdigest()


def states_of(found: Iterable[Visit]) -> Iterator[State]:
    """Each state, oldest first.

    A page that shows what its own URL showed before is no change, though another URL of the article (a mobile
    page, an old host) may show something else in between. Nor is it one that the paper moved the article into
    another layout, where its words are the same.
    """
    current: State | None = None
    shown: dict[str, str] = {}
    for visit in found:
        sha = content_sha(visit.record)
        moved = current and visit.url not in shown and visit.article != current.visit.article
        changed = shown.get(visit.url) != sha
        shown[visit.url] = sha
        if moved and current and current.sha != sha and reads_alike(current.visit.record, visit.record):
            current = State(current.first_page, visit.page, current.visit, current.sha)
            continue
        if current and current.sha == sha:
            current = State(current.first_page, visit.page, current.visit, sha)
        elif changed:
            if current:
                yield current
            current = State(visit.page, visit.page, visit, sha)
    if current:
        yield current
