"""Stored responses in the place of the network: a folder with `routes.json`, a plain folder, or WARC files."""

import json
import logging
import mimetypes
import zlib
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.http import Headers, Response
from scrapy.responsetypes import responsetypes
from warcio.archiveiterator import ArchiveIterator
from warcio.bufferedreaders import ChunkedDataReader
from warcio.exceptions import ArchiveLoadFailed
from warcio.recordloader import ArcWarcRecord
from warcio.statusandheaders import StatusAndHeaders, StatusAndHeadersParserException

from archive.facts import Found, Hints, PageKind
from archive.store import Archive
from config.clock import VIETNAM, stamp
from config.sources import Source, Sources
from config.urls import canonical, classify
from crawler.assets import is_type
from crawler.links import own, safe

logger = logging.getLogger(__name__)
ABSENT = "absent"
"""Flag of the 404 that a replay gives for what it does not hold: no page is kept of it."""
MAX_BYTES = 20 * 1024 * 1024
"""What a stored body has more is cut off, and the page marked as truncated."""
TOLD = 10
"""Responses whose being left out is worth a warning each."""
_WARC = (".warc", ".warc.gz")
_UNREADABLE = (ArchiveLoadFailed, StatusAndHeadersParserException, zlib.error, EOFError, OSError, ValueError)
"""What a record or a WARC file that is not as it should be raises."""
_KEPT = (
    "SELECT count(*) FROM pages WHERE url IN (SELECT value FROM json_each(?)) AND fetched_at = ?"
    " AND kind = 'article' AND status = 200"
)


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
    type: str = ""
    """Of its content, in lower case, as stated or as its name says."""


class _LeftOut(NamedTuple):
    """A stored response that cannot be used, and why."""

    why: str


class Replay:
    """The stored responses of declared papers below a path, for one crawl.

    One URL may have several, which come in their order. What cannot be read is left out and counted. Raises
    ReplayError when nothing is left.
    """

    def __init__(self, path: Path, sources: Sources, *, assets: bool = False) -> None:
        """With `assets` images, style sheets and fonts are taken as what they are, on whatever host."""
        if not path.exists():
            raise ReplayError(f"{path}: there is no such file or folder to replay")
        self._sources, self._places = sources, defaultdict[str, list[_Place]](list)
        self._assets: dict[str, list[_Place]] | None = defaultdict(list) if assets else None
        self.foreign = 0
        """Stored responses that belong to no declared paper and are passed over."""
        self.skipped, why = 0, ""
        """Stored responses that cannot be read: no time, no URL, no such file; or the torn rest of a WARC file."""
        for place in _places(path, sources):
            if left_out := self._take(place):
                self.skipped, why = self.skipped + 1, why or f", e.g. {left_out}"
                logger.log(logging.WARNING if self.skipped <= TOLD else logging.INFO, "not replayed: %s", left_out)
        if not self._places:
            others = f"{self.foreign} of others, {self.skipped} unreadable{why}"
            raise ReplayError(f"{path}: holds no response of a declared paper ({others})")
        for places in (*self._places.values(), *(self._assets or {}).values()):
            places.sort(key=lambda place: place.fetched_at)

    def _take(self, place: "_Place | _LeftOut") -> str | None:
        """Note `place`; answers why not, if it cannot be used."""
        if isinstance(place, _LeftOut):
            return place.why
        try:
            source, _ = self._sources.of(place.url), urlsplit(place.url).port
        except ValueError as error:
            return f"{place.url}: {error}"
        if self._assets is not None and is_type(place.type):
            self._assets[safe(place.url)].append(place)
        elif source and own(source, place.url):
            self._places[canonical(source, place.url)].append(place)
        else:
            self.foreign += 1
        return None

    def forget_kept(self, archive: Archive) -> None:
        """Drop the articles' responses that `archive` holds already, so that a replay that was stopped goes on.

        Lists stay: what they say of the articles that are still to come is wanted again.
        """
        for key, places in list(self._places.items()):
            urls = json.dumps(sorted({safe(place.url) for place in places}))
            kept = {
                at: archive.conn.execute(_KEPT, (urls, at)).fetchone()[0] >= count
                for at, count in Counter(place.fetched_at for place in places).items()
            }
            places[:] = [place for place in places if not kept[place.fetched_at]]
            if not places:
                del self._places[key]

    def found(self) -> list[Found]:
        """The stored URLs as the frontier takes them: what a declaration calls a list as that, else as articles.

        In the order in which they were fetched, so that an article gets its hints from the place that led to it then.
        """
        first = sorted((places[0] for places in self._places.values()), key=lambda place: place.fetched_at)
        return [Found(url=p.url, kind=self._kind(p.url), hints=Hints(via="replay")) for p in first]

    def holds(self, url: str) -> bool:
        """Whether there is a response for `url`."""
        return self._key(url) in self._places or bool(self._assets and url in self._assets)

    def find(self, url: str) -> Stored | None:
        """The response for `url`, or None."""
        places = self._of(url)
        return _load(places[0]) if places else None

    def more(self, url: str) -> bool:
        """Go on to the next response for `url`; answers whether there is one."""
        places = self._of(url)
        if len(places) > 1:
            del places[0]
            return True
        return False

    def _of(self, url: str) -> list[_Place]:
        return (self._assets or {}).get(url) or self._places.get(self._key(url), [])

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


def _places(path: Path, sources: Sources) -> Iterator[_Place | _LeftOut]:
    if path.is_file():
        yield from _records(path)
    elif (path / "routes.json").is_file():
        yield from _routes(path)
    elif warcs := sorted(p for p in path.rglob("*") if p.name.endswith(_WARC)):
        for file in warcs:
            yield from _records(file)
    else:
        yield from _files(path, sources)


def _routes(folder: Path) -> Iterator[_Place | _LeftOut]:
    """`routes.json`: URL to `{"file", "fetched_at"}`, the file below the folder, the time optional."""
    try:
        routes = json.loads((folder / "routes.json").read_text(encoding="utf-8"))
        rows = routes.items()
    except (OSError, ValueError, AttributeError) as error:
        raise ReplayError(f"{folder / 'routes.json'}: not a map of URLs to files: {error!r}") from None
    for url, route in rows:
        try:
            file, at = folder / route["file"], route.get("fetched_at")
            if not file.is_file() or not file.resolve().is_relative_to(folder.resolve()):
                yield _LeftOut(f"{url} names {file}, which is no file below the folder")
            else:
                yield _Place(url, _moment(at) if at else _time_of(file), file, None, _guessed(file))
        except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
            yield _LeftOut(f"{url}: {error!r}")


def _files(folder: Path, sources: Sources) -> Iterator[_Place]:
    """A plain folder: host, then path, as a mirroring program writes it; the folder itself may be the host."""
    for file in sorted(p for p in folder.rglob("*") if p.is_file()):
        parts = file.relative_to(folder).parts
        for names in (parts, (folder.resolve().name, *parts)):
            if len(names) > 1 and (source := _paper_at(sources, names[0])):
                path = "/".join(names[1:])
                page = path.removesuffix("index.html") if names[-1] == "index.html" else path
                yield _Place(f"{source.scheme}://{names[0]}/{page}", _time_of(file), file, None, _guessed(file))
                break


def _paper_at(sources: Sources, host: str) -> Source | None:
    try:
        return sources.of(f"https://{host}/")
    except ValueError:
        return None


def _records(file: Path) -> Iterator[_Place | _LeftOut]:
    """The responses of one WARC file, as far as it can be read."""
    try:
        with file.open("rb") as stream:
            records = ArchiveIterator(stream, no_record_parse=True)
            for record in records:
                if record.rec_type in ("response", "resource"):
                    yield _place_of(records, record, file)
    except _UNREADABLE as error:
        yield _LeftOut(f"{file}: not readable as WARC from some place on: {error}")


def _place_of(records: ArchiveIterator, record: ArcWarcRecord, file: Path) -> _Place | _LeftOut:
    url, date = (record.rec_headers.get_header(n) for n in ("WARC-Target-URI", "WARC-Date"))
    if not url or not date:
        return _LeftOut(f"{file}: the record of {url or 'no URL'} from {date or 'no time'}")
    try:
        _, http = _answer(records, record)
        at = _moment(date)
        said = (http.get_header("content-type") if http else None) or ""
        return _Place(url.strip("<>"), at, file, records.get_record_offset(), said.strip().lower())
    except _UNREADABLE as error:
        return _LeftOut(f"{file}: the record of {url} from {date}: {error!r}")


def _answer(records: ArchiveIterator, record: ArcWarcRecord) -> tuple[int, StatusAndHeaders | None]:
    """Status and headers of a record, whose stream then stands at the body. Raises for what is no HTTP response."""
    url = record.rec_headers.get_header("WARC-Target-URI") or ""
    http = records.loader.load_http_headers(record.rec_type, url, record.raw_stream, record.length)
    return int(http.get_statuscode()) if http else 200, http


def _load(place: _Place) -> Stored:
    with place.path.open("rb") as stream:
        if place.offset is None:
            kind = _guessed(place.path)
            body, cut = _capped(stream)
            return Stored(place.url, place.fetched_at, body, headers=(("Content-Type", kind),) if kind else (), cut=cut)
        stream.seek(place.offset)
        records = ArchiveIterator(stream, no_record_parse=True)
        record = next(iter(records))
        status, http = _answer(records, record)
        headers = tuple(http.headers) if http else ()
        chunked = any(n.lower() == "transfer-encoding" and "chunked" in v.lower() for n, v in headers)
        body, cut = _capped(ChunkedDataReader(record.raw_stream) if chunked else record.raw_stream)
        short = not cut and getattr(record.raw_stream, "limit", 0) > 0 and not chunked
        cut = cut or short or record.rec_headers.get_header("WARC-Truncated") is not None
        return Stored(place.url, place.fetched_at, body, status, headers, cut)


def _guessed(file: Path) -> str:
    return mimetypes.guess_type(file.name)[0] or ""


def _capped(stream: Any) -> tuple[bytes, bool]:
    """The bytes of `stream` up to the limit, and whether there are more."""
    body = bytes(stream.read(MAX_BYTES + 1))
    return body[:MAX_BYTES], len(body) > MAX_BYTES


def _moment(text: str) -> str:
    """An ISO time as pages carry it; one without an offset is Vietnamese. Raises ValueError or TypeError."""
    try:
        moment = datetime.fromisoformat(text)
        return stamp(moment if moment.tzinfo else moment.replace(tzinfo=VIETNAM))
    except OverflowError as error:
        raise ValueError(f"{text}: {error}") from None


def _time_of(file: Path) -> str:
    return stamp(datetime.fromtimestamp(file.stat().st_mtime, VIETNAM))
