"""Feeds and sitemaps of a paper that nobody declared: whether they are such, and what they show. Pure."""

import re
from collections.abc import Iterable, Mapping
from datetime import datetime

from lxml import etree

from archive.encoding import TooLarge
from archive.facts import Page
from config.declarations import Order
from crawler import feeds
from crawler.links import plain, safe
from crawler.prospect.found import Entry, Feed, Sitemap
from crawler.sitemaps import unpacked
from pipelines.dates import read_date

MAX_BYTES = 10 * 1024 * 1024
MAX_ENTRIES = 500
_NUMERIC = re.compile(r"\s*\d{1,2}[/.-]\d{1,2}[/.-]\d{4}\b")
_ORDERS: tuple[Order, Order] = ("DMY", "MDY")


def read_feed(page: Page, known: Mapping[str, str] = {}) -> Feed | None:
    """The feed that `page` is, or None when it is none or empty. `known`: days of articles by URL (see `order_of`)."""
    feed = feeds.parsed(page, MAX_BYTES) if page.status == 200 else None
    if feed is None or not feed.get("version"):
        return None
    found = [
        Entry(url, plain(e.get("published") or e.get("updated")), plain(e.get("title")))
        for e in feed.entries[:MAX_ENTRIES]
        if (url := feeds.url_of(e)).startswith("http")
    ]
    at = datetime.fromisoformat(page.fetched_at)
    dates = [(entry.url, entry.date) for entry in found if entry.date]
    order = order_of(dates, at, known)
    dated = sum(read_date(date, at, order or "DMY").value is not None for _, date in dates)
    sample, title = dates[0][1] if dates else None, plain(feed.feed.get("title"))
    return Feed(page.url, tuple(found), dated, order, sample, title) if found else None


def order_of(dates: Iterable[tuple[str, str]], at: datetime, known: Mapping[str, str] = {}) -> Order | None:
    """In which order numeric dates (`6/23/2026 10:58:00 AM`) are to be read, or None where nothing decides it.

    A reading that is impossible (month 23) or lies after `at` speaks against its order; where both orders can be
    read, the days that the articles' own pages give (`known`, URL to ISO day) decide. Seen month first on VCCorp's
    feeds. Dates with named months or years first have no such doubt and are passed over.
    """
    numeric = [(url, date) for url, date in dates if _NUMERIC.match(date)]
    if not numeric:
        return None
    read = {o: [(url, read_date(date, at, o).value) for url, date in numeric] for o in _ORDERS}
    refused = {o: sum(value is None for _, value in read[o]) for o in _ORDERS}
    agree = {o: sum(value is not None and known.get(url) == value[:10] for url, value in read[o]) for o in _ORDERS}
    day_first, month_first = ((refused[o], -agree[o]) for o in _ORDERS)
    if day_first == month_first:
        return None
    return "DMY" if day_first < month_first else "MDY"


def read_sitemap(page: Page) -> Sitemap | None:
    """The sitemap that `page` is, or None when it is none or empty."""
    if page.status != 200:
        return None
    try:
        root = etree.fromstring(
            unpacked(page.body, MAX_BYTES),
            etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False, recover=True),
        )
    except (etree.XMLSyntaxError, TooLarge, ValueError):
        return None
    name = etree.QName(root).localname if root is not None and isinstance(root.tag, str) else ""
    if name not in ("sitemapindex", "urlset"):
        return None
    urls = tuple(url for loc in root.iterfind("{*}*/{*}loc") if (url := safe(plain(loc.text) or "")))
    if not urls:
        return None
    if name == "sitemapindex":
        return Sitemap(page.url, "index", urls)
    dated = next(root.iterfind("{*}url/{*}news/{*}publication_date"), None)
    return Sitemap(page.url, "news" if dated is not None else "list", urls)
