"""Saved pages in the paper's place: files, folders, folders with `routes.json`, WARC files. Nothing is asked for."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

import msgspec

from archive.facts import Hints, Page, PageKind
from config.clock import VIETNAM, stamp
from config.sources import Source, Sources, bare_host, host_in
from crawler.prospect.found import Refusal
from crawler.prospect.lists import read_feed
from crawler.prospect.opened import opened, own_addresses
from crawler.replay import MAX_BYTES, Replay, ReplayError, Stored

MOST = 300
"""Files of one folder that are read."""
_WARC = (".warc", ".warc.gz")
_PAGES = (".html", ".htm", ".xhtml", ".shtml", ".php", ".aspx", ".rss", ".xml", "")


class Saved:
    """Answers from `paths` what `crawler.prospect.fetch.Web` would ask the paper of `url` for.

    `stored` holds them all; a feed that does not say its address has none.

    A page's address is what `routes.json` or the WARC says, else what the page itself says (canonical link, `og:url`);
    one that says nothing is taken for `url` when it is the only file, else it is left out. Raises Refusal.
    """

    def __init__(self, paths: Iterable[Path], url: str) -> None:
        self.tried: dict[str, int] = {}
        self.forbidden: list[str] = []
        self.moved: dict[str, str] = {}
        self.error = ""
        self.left_out: list[str] = []
        """Files whose address nobody knows, or that are another paper's."""
        given = list(paths)
        self.stored = [page for path in given for page in self._read(path, url, alone=len(given) == 1)]
        self._by_key = {_key(page.url): page for page in self.stored if page.url}
        if not self.stored:
            raise Refusal("no-pages", paths=", ".join(map(str, given)), host=host_in(url), left_out=len(self.left_out))

    @property
    def left(self) -> int:
        """Saved pages cost nothing."""
        return 1000

    async def get(self, url: str, kind: PageKind = "article") -> Page | None:
        """The saved page at `url`, or None."""
        return self._by_key.get(_key(url))

    async def robots(self, url: str) -> str:
        """The saved robots.txt, or nothing."""
        page = self._by_key.get(_key(f"https://{host_in(url)}/robots.txt"))
        return page.body.decode("utf-8", "replace") if page else ""

    def _read(self, path: Path, url: str, *, alone: bool) -> Iterator[Page]:
        try:
            if path.is_dir() and not (path / "routes.json").is_file() and not _warcs(path):
                files = sorted(p for p in path.rglob("*") if p.is_file() and p.suffix.lower() in _PAGES)[:MOST]
                for file in files:
                    yield from self._page(file, url, alone=alone and len(files) == 1)
            elif path.is_dir() or path.name.endswith(_WARC):
                yield from _replayed(path, url)
            else:
                yield from self._page(path, url, alone=alone)
        except OSError as error:
            raise Refusal("unreadable", path=str(path), error=error.strerror or str(error)) from None

    def _page(self, file: Path, url: str, *, alone: bool) -> Iterator[Page]:
        body = file.read_bytes()[:MAX_BYTES]
        at = stamp(datetime.fromtimestamp(file.stat().st_mtime, VIETNAM))
        page = Page(url=url, fetched_at=at, body=body, hints=Hints(via="import"))
        said = _own_address(page, host_in(url))
        if b"<" in body and not said and read_feed(page):
            yield msgspec.structs.replace(page, url="")
        elif said or alone:
            yield Page(url=said or url, fetched_at=at, body=body, hints=Hints(via="import"))
        else:
            self.left_out.append(str(file))


def _warcs(path: Path) -> bool:
    return any(p.name.endswith(_WARC) for p in path.iterdir())


def _replayed(path: Path, url: str) -> Iterator[Page]:
    host = host_in(url)
    paper = Source(id=host, title=host, hosts=(host,), scheme=urlsplit(url).scheme, port=urlsplit(url).port)
    try:
        replay = Replay(path, Sources({host: paper}, {}))
    except ReplayError as error:
        raise Refusal("unreadable", path=str(path), error=str(error)) from None
    for found in replay.found():
        if stored := replay.find(found.url):
            yield _page_of(stored)


def _page_of(stored: Stored) -> Page:
    told = {name.lower(): value for name, value in stored.headers}
    cut = "cut off" if stored.cut else None
    return Page(
        url=stored.url,
        fetched_at=stored.fetched_at,
        body=stored.body,
        status=stored.status,
        headers=told,
        hints=Hints(via="replay"),
        truncated=cut,
    )


def _own_address(page: Page, host: str) -> str | None:
    """What the page says its address is, where that is one of `host`."""
    view = opened(page)
    if view is None:
        return None
    return next((url for url in own_addresses(view) if host_in(url) == host), None)


def _key(url: str) -> tuple[str, str, str]:
    parts = urlsplit(url)
    return bare_host(parts.hostname or ""), parts.path.rstrip("/"), parts.query
