"""What counts as content in a record: what the paper says, and nothing beside it."""

import hashlib
import re

import msgspec

from archive.facts import Record

_NAMES_A_DAY = re.compile(r"\d{4}|\d\s?[/.-]\s?\d|\bngày\s+\d|\d\s+(?:tháng|thg)\s+\d", re.I)
_FROM_PAPER = ("json-ld", "meta", "selector", "url")


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
