"""Stored responses in the place of the network: a folder with `routes.json`, a plain folder, or WARC files."""

import json
import logging
from collections import Counter, defaultdict
from collections.abc import Iterator
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.http import Headers, Response
from scrapy.responsetypes import responsetypes

from archive.facts import Found, Hints
from archive.imports.files import WARC_NAMES, Part, Unreadable, format_of, parts_of
from archive.imports.folders import Saved, listed, listed_in, mirrored
from archive.imports.items import Arrival, Refused, Revisit
from archive.imports.kinds import Kinds
from archive.imports.warcs import read
from archive.store import Archive
from archive.warc.frames import Mark
from archive.warc.reader import LARGEST, START
from config.sources import Sources
from config.urls import canonical
from crawler.assets import is_type
from crawler.links import own, safe

logger = logging.getLogger(__name__)
ABSENT = "absent"
"""Flag of the 404 that a replay gives for what it does not hold: no page is kept of it."""
MAX_BYTES = LARGEST
"""What a stored body has more is cut off, and the page marked as truncated."""
TOLD = 10
"""Responses whose being left out is worth a warning each."""
_KEPT = (
    "SELECT count(*) FROM pages WHERE url IN (SELECT value FROM json_each(?)) AND fetched_at = ?"
    " AND kind = 'article' AND status = 200"
)


class ReplayError(ValueError):
    """The path holds nothing to replay. Raised by `Replay`; the message names the path and what is wrong."""


class Stored(NamedTuple):
    """One stored response; a content encoding that its headers name is still to be undone."""

    url: str
    fetched_at: str
    body: bytes
    status: int = 200
    headers: tuple[tuple[str, str], ...] = ()
    cut: bool = False


class _Place(NamedTuple):
    """Where a stored response lies: a file, or a record of a WARC file from `at`."""

    url: str
    fetched_at: str
    file: Saved | Part
    at: Mark = START
    type: str = ""
    """Of its content, in lower case, as stated or as its name says."""


class Replay:
    """The stored responses of declared papers below a path, for one crawl.

    One URL may have several, which come in their order. What cannot be read is left out and counted. Raises
    ReplayError when nothing is left.
    """

    def __init__(self, path: Path, sources: Sources, *, assets: bool = False) -> None:
        """With `assets` images, style sheets and fonts are taken as what they are, on whatever host."""
        if not path.exists():
            raise ReplayError(f"{path}: there is no such file or folder to replay")
        self._sources, self._places, self._kinds = sources, defaultdict[str, list[_Place]](list), Kinds()
        self._assets: dict[str, list[_Place]] | None = defaultdict(list) if assets else None
        self.foreign = 0
        """Stored responses that belong to no declared paper and are passed over."""
        self.skipped, why = 0, ""
        """Stored responses that cannot be read: no time, no URL, no such file; or the torn rest of a WARC file."""
        try:
            for place in _places(path, sources):
                if left_out := self._take(place):
                    self.skipped, why = self.skipped + 1, why or f", e.g. {left_out}"
                    logger.log(logging.WARNING if self.skipped <= TOLD else logging.INFO, "not replayed: %s", left_out)
        except Unreadable as error:
            raise ReplayError(str(error)) from None
        if not self._places:
            others = f"{self.foreign} of others, {self.skipped} unreadable{why}"
            raise ReplayError(f"{path}: holds no response of a declared paper ({others})")
        for places in (*self._places.values(), *(self._assets or {}).values()):
            places.sort(key=lambda place: place.fetched_at)

    def _take(self, place: "_Place | Refused") -> str | None:
        """Note `place`; answers why not, if it cannot be used."""
        if isinstance(place, Refused):
            return str(place)
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
        papers = ((place.url, self._sources.of(place.url)) for place in first)
        kinds = ((url, self._kinds.of(paper, url) or "article") for url, paper in papers if paper)
        return [Found(url=url, kind=kind, hints=Hints(via="replay")) for url, kind in kinds]

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


def _places(path: Path, sources: Sources) -> Iterator[_Place | Refused]:
    """What is stored below `path`. Raises `Unreadable` for a list of URLs that is none."""
    if path.is_file():
        yield from _records(path)
    elif there := listed_in(path):
        for saved in listed(there, path):
            yield saved if isinstance(saved, Refused) else _saved(saved)
    elif warcs := sorted(p for p in path.rglob("*") if p.name.endswith((*WARC_NAMES, ".wacz"))):
        for file in warcs:
            yield from _records(file)
    else:
        for saved in mirrored(path, partial(_scheme_at, sources)):
            yield _saved(saved)


def _saved(saved: Saved) -> _Place:
    return _Place(saved.url, saved.fetched_at, saved, type=saved.kind.lower())


def _scheme_at(sources: Sources, host: str) -> str | None:
    """The scheme of the declared paper at `host`, if there is one."""
    try:
        source = sources.of(f"https://{host}/")
    except ValueError:
        return None
    return source.scheme if source else None


def _records(file: Path) -> Iterator[_Place | Refused]:
    """The responses of a WARC or WACZ file, as far as it can be read. A revisit is what it repeats, at another time."""
    try:
        form = format_of(file)
        if form not in ("warc", "wacz", "torn wacz"):
            raise Unreadable(f"{file}: is no WARC or WACZ file")
        for part in parts_of(file, form):
            yield from _parted(part)
    except (Unreadable, OSError) as error:
        yield Refused(file.name, str(error))


def _parted(part: Part) -> Iterator[_Place | Refused]:
    bodies = dict[str, _Place]()
    with part.open() as stream:
        for item, _, at in read(stream, kind=part.kind, largest=MAX_BYTES):
            if isinstance(item, Refused):
                yield item._replace(where=f"{part.name}, {item.where}")
            elif isinstance(item, Arrival) and at and item.page.url.startswith("http"):
                said = item.page.headers.get("content-type", "").lower()
                place = _Place(item.page.url, item.page.fetched_at, part, at, said)
                bodies[f"{item.page.url} {item.page.fetched_at}"] = place
                for digest in (str(item.payload or ""), f"sha256:{sha256(item.page.body).hexdigest()}"):
                    bodies.setdefault(digest, place)
                yield place
            elif isinstance(item, Revisit):
                first = bodies.get(item.digest) or bodies.get(f"{item.refers_url} {item.refers_at}")
                if first:
                    yield first._replace(url=item.page.url, fetched_at=item.page.fetched_at)
                else:
                    yield Refused(f"{part.name}, {item.where}", "repeats what is not there", item.page.url)


def _load(place: _Place) -> Stored:
    if isinstance(place.file, Saved):
        with place.file.path.open("rb") as saved:
            body = saved.read(MAX_BYTES + 1)
        headers = (("Content-Type", place.file.kind),) if place.file.kind else ()
        cut = len(body) > MAX_BYTES
        return Stored(place.url, place.fetched_at, body[:MAX_BYTES], place.file.status, headers, cut)
    with place.file.open() as stream:
        item = next(read(stream, place.at, place.file.kind, MAX_BYTES)).item
    assert isinstance(item, Arrival)
    lines = [(name, value) for name, values in item.page.headers.items() for value in values.split("\n")]
    return Stored(
        place.url, place.fetched_at, item.page.body, item.page.status, tuple(lines), item.page.truncated is not None
    )
