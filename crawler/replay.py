"""Stored responses in the place of the network: a folder with `routes.json`, a plain folder, or WARC files."""

import json
import mimetypes
from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.http import Headers, Response
from scrapy.responsetypes import responsetypes
from warcio.archiveiterator import ArchiveIterator
from warcio.bufferedreaders import ChunkedDataReader
from warcio.exceptions import ArchiveLoadFailed

from archive.facts import Found, Hints, PageKind
from config.clock import VIETNAM, stamp
from config.sources import Source, Sources
from config.urls import canonical, classify

ABSENT = "absent"
"""Flag of the 404 that a replay gives for what it does not hold: no page is kept of it."""
MAX_BYTES = 20 * 1024 * 1024
_WARC = (".warc", ".warc.gz")


class ReplayError(ValueError):
    """The path holds nothing to replay. Raised by `Replay`; the message names the path and what is wrong."""


class Stored(NamedTuple):
    """One stored response, not yet decoded from its content encoding."""

    url: str
    fetched_at: str
    body: bytes
    status: int = 200
    headers: tuple[tuple[str, str], ...] = ()
    cut: bool = False


class _Place(NamedTuple):
    """Where a stored response lies: a file, or a record of a WARC file from `offset`."""

    url: str
    fetched_at: str
    path: Path
    offset: int | None = None


class Replay:
    """The stored responses of declared papers below a path. One URL may have several, which come in their order."""

    def __init__(self, path: Path, sources: Sources) -> None:
        if not path.exists():
            raise ReplayError(f"{path}: there is no such file or folder to replay")
        self._sources, self._places = sources, defaultdict[str, list[_Place]](list)
        self.foreign = 0
        """Stored responses that belong to no declared paper and are passed over."""
        for place in _places(path, sources):
            source = sources.of(place.url)
            self.foreign += source is None
            if source:
                self._places[canonical(source, place.url)].append(place)
        if not self._places:
            raise ReplayError(f"{path}: holds no response of a declared paper ({self.foreign} of others)")
        for places in self._places.values():
            places.sort(key=lambda place: place.fetched_at)

    def found(self) -> list[Found]:
        """The stored URLs as the frontier takes them: what a declaration calls a list as that, else as articles.

        In the order in which they were fetched, so that an article gets its hints from the place that led to it then.
        """
        first = sorted((places[0] for places in self._places.values()), key=lambda place: place.fetched_at)
        return [Found(url=p.url, kind=self._kind(p.url), hints=Hints(via="replay")) for p in first]

    def holds(self, url: str) -> bool:
        """Whether there is a response for `url`."""
        return self._key(url) in self._places

    def find(self, url: str) -> Stored | None:
        """The response for `url`, or None."""
        places = self._places.get(self._key(url))
        return _load(places[0]) if places else None

    def more(self, url: str) -> bool:
        """Go on to the next response for `url`; answers whether there is one."""
        places = self._places.get(self._key(url), [])
        if len(places) > 1:
            del places[0]
            return True
        return False

    def _key(self, url: str) -> str:
        source = self._sources.of(url)
        return canonical(source, url) if source else url

    def _kind(self, url: str) -> PageKind:
        source = self._sources.of(url)
        assert source is not None
        if urlsplit(url).path == "/robots.txt":
            return "robots"
        if _is_one_of(source, url, source.discover.feeds):
            return "feed"
        if _is_one_of(source, url, source.discover.sitemaps):
            return "sitemap"
        return "section" if classify(source, url) == "section" else "article"


def response_to(request: Request, stored: Stored | None) -> Response:
    """The response that answers `request` from the store; its time goes to `request.meta["fetched_at"]`."""
    if stored is None:
        return Response(request.url, status=404, flags=[ABSENT])
    request.meta["fetched_at"] = stored.fetched_at
    headers = Headers()
    for name, value in stored.headers:
        headers.appendlist(name, value)
    kind = responsetypes.from_args(headers=headers, url=request.url, body=stored.body)
    flags = ["dataloss"] if stored.cut else []
    return kind(request.url, status=stored.status, headers=headers, body=stored.body, flags=flags)


def _is_one_of(source: Source, url: str, paths: tuple[str, ...]) -> bool:
    return canonical(source, url) in {canonical(source, source.absolute(path)) for path in paths}


def _places(path: Path, sources: Sources) -> Iterator[_Place]:
    if path.is_file():
        yield from _records(path)
    elif (path / "routes.json").is_file():
        yield from _routes(path)
    elif warcs := sorted(p for p in path.rglob("*") if p.name.endswith(_WARC)):
        for file in warcs:
            yield from _records(file)
    else:
        yield from _files(path, sources)


def _routes(folder: Path) -> Iterator[_Place]:
    """`routes.json`: URL to `{"file", "fetched_at"}`, the file below the folder, the time optional."""
    try:
        routes = json.loads((folder / "routes.json").read_text(encoding="utf-8"))
        rows = [(url, folder / route["file"], route.get("fetched_at")) for url, route in routes.items()]
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise ReplayError(f"{folder / 'routes.json'}: not a map of URLs to files: {error!r}") from None
    for url, file, fetched_at in rows:
        if not file.is_file() or not file.resolve().is_relative_to(folder.resolve()):
            raise ReplayError(f"{folder / 'routes.json'}: {url} names {file}, which is no file below the folder")
        yield _Place(url, _moment(fetched_at) if fetched_at else _time_of(file), file)


def _files(folder: Path, sources: Sources) -> Iterator[_Place]:
    """A plain folder: host, then path, as a mirroring program writes it; the folder itself may be the host."""
    for file in sorted(p for p in folder.rglob("*") if p.is_file()):
        parts = file.relative_to(folder).parts
        for names in (parts, (folder.resolve().name, *parts)):
            if len(names) > 1 and (source := sources.of(f"https://{names[0]}/")):
                path = "/".join(names[1:])
                page = path.removesuffix("index.html") if names[-1] == "index.html" else path
                yield _Place(f"{source.scheme}://{names[0]}/{page}", _time_of(file), file)
                break


def _records(file: Path) -> Iterator[_Place]:
    """The responses of one WARC file."""
    try:
        with file.open("rb") as stream:
            records = ArchiveIterator(stream)
            for record in records:
                if record.rec_type in ("response", "resource"):
                    url, date = (record.rec_headers.get_header(n) for n in ("WARC-Target-URI", "WARC-Date"))
                    yield _Place(url.strip("<>"), _moment(date), file, records.get_record_offset())
    except (ArchiveLoadFailed, OSError, ValueError) as error:
        raise ReplayError(f"{file}: not a readable WARC file: {error}") from None


def _load(place: _Place) -> Stored:
    if place.offset is None:
        kind = mimetypes.guess_type(place.path.name)[0]
        headers = (("Content-Type", kind),) if kind else ()
        return Stored(place.url, place.fetched_at, place.path.read_bytes(), headers=headers)
    with place.path.open("rb") as stream:
        stream.seek(place.offset)
        record = next(iter(ArchiveIterator(stream)))
        headers = tuple(record.http_headers.headers) if record.http_headers else ()
        chunked = any(n.lower() == "transfer-encoding" and "chunked" in v.lower() for n, v in headers)
        body = (ChunkedDataReader(record.raw_stream) if chunked else record.raw_stream).read(MAX_BYTES)
        status = int(record.http_headers.get_statuscode()) if record.http_headers else 200
        cut = record.rec_headers.get_header("WARC-Truncated") is not None
        return Stored(place.url, place.fetched_at, body, status, headers, cut)


def _moment(text: str) -> str:
    """An ISO time as pages carry it; one without an offset is Vietnamese."""
    moment = datetime.fromisoformat(text)
    return stamp(moment if moment.tzinfo else moment.replace(tzinfo=VIETNAM))


def _time_of(file: Path) -> str:
    return stamp(datetime.fromtimestamp(file.stat().st_mtime, VIETNAM))
