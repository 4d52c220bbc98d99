"""The forms in which the papers' feeds print dates and titles, from the feed's bytes to the reading."""

from datetime import datetime

import pytest

from archive.facts import Page
from config.sources import Source, load
from crawler.discover import discover
from pipelines.dates import read_date

PAPERS = load()
AT = datetime.fromisoformat("2026-07-01T08:00:00+07:00")
ITEM = """<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>Báo</title><item>
<title>%s</title><link>%s</link><pubDate>%s</pubDate></item></channel></rss>"""


def told(paper: Source, date: str, title: str = "Bài") -> tuple[str | None, str | None]:
    """Title and date of a feed's one entry, as they are read."""
    body = ITEM % (title, paper.examples.article[0], date)
    page = Page(url=paper.base + "/home.rss", fetched_at="2026-07-01T08:00:00+07:00", body=body.encode(), kind="feed")
    (found,) = discover(page, paper)
    return found.hints.title, read_date(found.hints.date or "", AT, found.hints.order).value


@pytest.mark.parametrize(
    ("name", "printed", "expected"),
    [
        ("tuoitre", "6/23/2026 10:58:00 AM", "2026-06-23T10:58:00+07:00"),
        ("tuoitre", "6/3/2026 10:58:00 PM", "2026-06-03T22:58:00+07:00"),
        ("tuoitre", "6/3/2026 12:05:00 AM", "2026-06-03T00:05:00+07:00"),
        ("tuoitre", "Tue, 23 Jun 2026 12:00:01 +0700", "2026-06-23T12:00:01+07:00"),
        ("nld", "6/3/2018 10:58:00 AM", "2018-06-03T10:58:00+07:00"),
        ("nhandan", "Tue, 23 Jun 2026 12:00:01 +07:00", "2026-06-23T12:00:01+07:00"),
        ("vnexpress", "Tue, 23 Jun 2026 12:00:01 +0700", "2026-06-23T12:00:01+07:00"),
        ("dantri", "Tue, 23 Jun 2026 05:00:01 GMT", "2026-06-23T12:00:01+07:00"),
        ("vietnamnet", "2026-06-23T15:41:05.000 +07:00", "2026-06-23T15:41:05+07:00"),
        ("thanhnien", "Tue, 23 Jun 26 12:00:01 +0700", "2026-06-23T12:00:01+07:00"),
        ("cafef", "Tue, 23 Jun 2026 12:00:01", "2026-06-23T12:00:01+07:00"),
        ("vtv", "3/6/2026 10:58", "2026-06-03T10:58:00+07:00"),
    ],
)
def test_a_feeds_date_is_read_as_its_paper_writes_it(name: str, printed: str, expected: str) -> None:
    assert told(PAPERS[name], printed)[1] == expected


@pytest.mark.parametrize(
    ("printed", "expected"),
    [
        ("Gi&#225; l&#250;a &amp;amp; g&#7841;o", "Giá lúa & gạo"),
        ("<![CDATA[Giá l&uacute;a &amp; gạo]]>", "Giá lúa & gạo"),
        ("&amp;quot;Giá lúa&amp;quot;", '"Giá lúa"'),
    ],
)
def test_entities_in_titles_are_read_however_often_they_were_written(printed: str, expected: str) -> None:
    assert told(PAPERS["thanhnien"], "", printed)[0] == expected
