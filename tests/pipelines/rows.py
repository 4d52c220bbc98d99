"""Made-up cleaned pages of one paper, newest first, as `archive.newest` gives them."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from random import Random
from typing import Any

import msgspec

from archive.facts import Block, Record
from archive.newest import Newest
from config.clock import VIETNAM, stamp
from tests.bench.invented import _texts

_NOW = datetime(2026, 10, 5, 18, tzinfo=VIETNAM)
SECTIONS = ("Thời sự", "Kinh tế", "Giáo dục", "Thể thao", "Văn hóa")


def article(n: int, *tail: str, head: Sequence[str] = (), middle: Sequence[str] = (), **more: Any) -> Newest:
    """The `n`-th newest article, half an hour older than the one before: made-up text with lines added to it."""
    random = Random(n)
    title, lead, *rest = _texts(random)
    half = max(len(rest) // 2, 1)
    lines = [*head, *rest[:half], *middle, *rest[half:], *tail]
    said: dict[str, Any] = {
        "title": title,
        "lead": lead,
        "blocks": [Block("p", line) for line in lines],
        "section": [SECTIONS[n % len(SECTIONS)]],
        "tags": ["sông"],
        "authors": ["Tú Lan"],
        "published_precision": "minute",
        "word_count": 300 + random.randrange(200),
        "generation": "2022",
    }
    row = {k: more.pop(k) for k in list(more) if k in Newest.__struct_fields__}
    record = Record(url=f"https://thu.vn/{n}.html", source="thu", **(said | more))
    made: dict[str, Any] = {
        "page": 10_000 - n,
        "url": record.url,
        "fetched_at": stamp(_NOW - timedelta(minutes=30 * n)),
        "via": "section",
        "article": f"thu:{n}",
        "reason": None,
        "output": msgspec.json.encode(record).decode(),
        "placed": True,
    }
    return Newest(**(made | row))


def dropped(n: int, reason: str) -> Newest:
    """A page in the place of the `n`-th newest article that was dropped."""
    return article(n, reason=reason, output='{"url":"","drop":{"reason":"empty","detail":""}}', placed=False)
