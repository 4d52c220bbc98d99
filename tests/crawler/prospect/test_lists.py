"""Reading feeds and sitemaps that nobody declared; the order of their dates."""

from datetime import datetime

import pytest

from archive.facts import Page
from config.clock import VIETNAM
from crawler.prospect.lists import order_of, read_feed, read_sitemap

AT = datetime(2026, 6, 24, 9, tzinfo=VIETNAM)


def page(body: str) -> Page:
    return Page(url="https://bao.example.vn/x", fetched_at="2026-06-24T09:00:00+07:00", body=body.encode())


@pytest.mark.parametrize(
    ("dates", "known", "expected"),
    [
        (["6/23/2026 10:58:00 AM", "6/5/2026 8:00:00 AM"], {}, "MDY"),  # a month 23 there is not
        (["23/6/2026 10:58", "5/6/2026 8:00"], {}, "DMY"),
        (["6/12/2026 10:58:00 AM"], {}, "MDY"),  # the 6th of December has not come yet
        (["5/6/2026 8:00"], {}, None),
        (["5/6/2026 8:00"], {"0": "2026-05-06"}, "MDY"),
        (["5/6/2026 8:00"], {"0": "2026-06-05"}, "DMY"),
        (["Tue, 23 Jun 2026 10:58:00 +0700", "2026-06-05T08:00:00+07:00"], {}, None),
        ([], {}, None),
    ],
)
def test_the_order_of_dates_is_found_from_the_data(
    dates: list[str], known: dict[str, str], expected: str | None
) -> None:
    assert order_of([(str(n), date) for n, date in enumerate(dates)], AT, known) == expected


def test_what_is_no_feed_is_none() -> None:
    item = "<item><link>https://bao.example.vn/a-1.html</link><pubDate>6/23/2026 10:58:00 AM</pubDate></item>"
    feed = read_feed(page(f'<rss version="2.0"><channel><title>Tin</title>{item}</channel></rss>'))
    assert feed is not None and (len(feed.entries), feed.dated, feed.order) == (1, 1, "MDY")
    bomb = f'<!DOCTYPE r [<!ENTITY a "b">]><rss version="2.0"><channel>{item}</channel></rss>'
    for body in ("<html><body>Trang chủ</body></html>", "{}", "", '<rss version="2.0"><channel></channel></rss>', bomb):
        assert read_feed(page(body)) is None, body


def test_sitemaps_are_told_apart() -> None:
    urls = "<url><loc>https://bao.example.vn/a-1.html</loc>{more}</url>"
    news = "<n:news xmlns:n='http://www.google.com/schemas/sitemap-news/0.9'><n:publication_date>2026</n:publication_date></n:news>"
    index = "<sitemapindex><sitemap><loc>https://bao.example.vn/s1.xml</loc></sitemap></sitemapindex>"
    told = {
        f"<urlset>{urls.format(more='')}</urlset>": "list",
        f"<urlset>{urls.format(more=news)}</urlset>": "news",
        index: "index",
    }
    for body, kind in told.items():
        found = read_sitemap(page(body))
        assert found is not None and found.kind == kind
    for body in ("<html><body></body></html>", "<urlset></urlset>", "không phải", ""):
        assert read_sitemap(page(body)) is None
