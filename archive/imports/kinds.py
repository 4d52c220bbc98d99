"""What kind of page a response is, by its URL and what it says of itself."""

import mimetypes
from urllib.parse import urlsplit

from archive.facts import PageKind
from config.sources import Source
from config.urls import canonical, classify

_PAGES = ("text/html", "application/xhtml+xml", "text/plain", "")
_SHOWN = ("text/css", "text/javascript", "application/javascript")
_LISTS: dict[str, PageKind] = {
    "application/rss+xml": "feed",
    "application/atom+xml": "feed",
    "application/xml": "sitemap",
    "text/xml": "sitemap",
}


def _guessed(url: str) -> str:
    """Of a response that does not say what it is, as where nothing had changed: by the ending of its address, where
    that is one of what pages show."""
    medium = mimetypes.guess_type(urlsplit(url).path)[0] or ""
    return medium if medium.startswith(("image/", "video/", "audio/", "font/")) or medium in _SHOWN else ""


class Kinds:
    """Tells kinds of pages; what declarations list is put into its compared form once a paper."""

    def __init__(self) -> None:
        self._lists: dict[str, dict[str, PageKind]] = {}

    def of(self, source: Source, url: str, content_type: str = "") -> PageKind | None:
        """The kind as a crawl of `source` would keep it; None for what only belongs to pages: pictures, scripts.

        What a declaration calls an article is one, whatever its server says of the bytes.
        """
        if urlsplit(url).path == "/robots.txt":
            return "robots"
        lists = self._declared(source)
        if lists and (listed := lists.get(canonical(source, url))):
            return listed
        if (named := classify(source, url)) != "other":
            return named
        medium = content_type.partition(";")[0].strip().lower() or _guessed(url)
        return "article" if medium in _PAGES else _LISTS.get(medium)

    def _declared(self, source: Source) -> dict[str, PageKind]:
        if source.id not in self._lists:
            kinds: dict[PageKind, tuple[str, ...]] = {
                "sitemap": source.discover.sitemaps,
                "feed": source.discover.feeds,
            }
            self._lists[source.id] = {
                canonical(source, source.absolute(path)): kind for kind, paths in kinds.items() for path in paths
            }
        return self._lists[source.id]
