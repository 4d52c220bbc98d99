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


def article(
    n: int, *tail: str, head: Sequence[str] = (), middle: Sequence[str] = (), at: int | None = None, **more: Any
) -> Newest:
    """The `n`-th (or `at`-th) newest article, half an hour older than the one before: made-up text with lines added."""
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
        "fetched_at": stamp(_NOW - timedelta(minutes=30 * (n if at is None else at))),
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


FOOTER = "Theo dõi Báo Thử trên Google Tin tức"
STORM = "Báo sẽ tiếp tục cập nhật diễn biến của cơn bão."
_HEADINGS = tuple(f"Tiểu mục {letter}" for letter in "abcdefgh")
_WEIGHTS = {"Thời sự": 8, "Kinh tế": 5, "Giáo dục": 3, "Thể thao": 2, "Văn hóa": 2, "Pháp luật": 1, "Y tế": 1}


def busy_day(seed: int, footer: int = 0, count: int = 250) -> list[Newest]:
    """A paper's newest articles with much that recurs and is text; the newest `footer` have a new footer."""
    random = Random(seed)
    often = {heading: random.choice((0.02, 0.05, 0.1, 0.2, 0.4)) for heading in _HEADINGS}
    storm, column, share = random.randrange(4, 16), random.choice(SECTIONS), random.choice((0.3, 0.6, 0.9))
    rows = []
    for n in range(count):
        (section,) = random.choices(list(_WEIGHTS), list(_WEIGHTS.values()))
        middle = [heading for heading, rate in often.items() if random.random() < rate][:3]
        tail, more = [], {}
        if n < storm and section in ("Thời sự", "Kinh tế") and random.random() < 0.95:
            tail.append(STORM)
        if section == column and random.random() < share:
            tail.append("Mời bạn đọc gửi câu hỏi cho chuyên mục.")
        if random.random() < 0.05:
            more, middle = {"title": f"Giá vàng hôm nay {n % 28 + 1}/9"}, ["Giá vàng trong nước", "Giá vàng thế giới"]
            tail.append("Giá tham khảo, có thể thay đổi tùy cửa hàng.")
        if random.random() < 0.3:
            tail.append(f"Người ký {random.choice('abcdefghijklmnopqrstuvwxyz')}")
        tail += [FOOTER] if n < footer else []
        rows.append(article(seed * 1000 + n, *tail, middle=middle, section=[section], at=n, **more))
    return rows
