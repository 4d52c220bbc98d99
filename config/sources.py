"""Declared papers: reading the TOML files, layering them over their families, finding the paper of a URL."""

import contextlib
import difflib
import functools
import hashlib
import pickle
import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple, TypeVar
from urllib.parse import unquote, urljoin, urlsplit

import msgspec

from config.checks import DeclarationError as DeclarationError
from config.checks import check, check_hosts
from config.declarations import (
    Declared,
    Discover,
    Dump,
    Evidence,
    Examples,
    Family,
    Generation,
    Rules,
    ScriptedList,
    Search,
    SourceFile,
    UrlRules,
    layer,
    layer_dump,
)
from config.fold import fold
from config.layers import Layers

T = TypeVar("T", Family, SourceFile)
L = TypeVar("L", Discover, UrlRules)
HERE = Path(__file__).parent
_URLS_READ_AS = 1
"""Raise when `config.urls` reads URLs otherwise: every frontier then tells its articles apart anew."""
# Nearly all that declarations name is written so plainly that joining it with the root, 30 µs each, changes nothing.
_PATH = re.compile(r"(?:/[\w~-][\w.~-]*)+/?", re.A)


class Source(Declared, frozen=True, kw_only=True, dict=True):
    """One paper, its family already layered in. Picklable; `generations` end with the rules of no generation."""

    id: str
    title: str
    hosts: tuple[str, ...]
    home: str = ""
    """The present host as it is asked, with its `www.` if it needs one."""
    below: tuple[str, ...] = ()
    """Places `host/segment` below other papers' hosts that are this paper's too."""
    given: tuple[str, ...] = ()
    """Places below its own hosts that are other papers'; known once all papers are."""
    own_ids: tuple[str, ...] = ()
    """Those of `hosts` whose ids say nothing of the others' articles."""
    api_hosts: tuple[str, ...] = ()
    """Hosts that hold lists only."""
    id_shapes: tuple[str, ...] = ()
    """Patterns of whole ids: of each time that the paper numbered its articles anew, the ids it gave."""
    family: str | None = None
    evidence: Evidence = "single"
    facts: tuple[str, ...] = ()
    scheme: str = "https"
    port: int | None = None
    pace: float = 2.0
    hours: str | None = None
    tls: str | None = None
    language: str = "vi"
    urls: UrlRules = UrlRules()
    discover: Discover = Discover()
    rules: Rules = Rules()
    dump: Dump = Dump()
    generations: tuple[Generation, ...] = ()
    examples: Examples = Examples()
    kin: tuple[Family, ...] = ()
    """For a paper that nobody declared: the families by whose marks its pages can be recognised."""

    def __reduce__(self) -> tuple[Callable[[bytes], "Source"], tuple[bytes]]:
        return _unpacked, (self._packed,)

    @functools.cached_property
    def _packed(self) -> bytes:
        """Its pickled fields. They go to a cleaning process with each page, and are made and read but once."""
        return pickle.dumps(msgspec.structs.asdict(self))

    @property
    def base(self) -> str:
        """The root URL of the paper's present host."""
        host, slash, segment = (self.home or self.hosts[0]).partition("/")
        return f"{self.scheme}://{host}" + (f":{self.port}" if self.port else "") + slash + segment

    def absolute(self, path: str) -> str:
        """`path` of this paper as a URL; what cannot be one stays as it is."""
        if _PATH.fullmatch(path):
            return self.base + path
        base = self.base + "/"
        if "/" in self.home and path.startswith("/") and not path.startswith("//"):
            path = path.lstrip("/")  # below another's host, its root is the paper's own place
            if not path or path.startswith("?"):
                return base + path
        try:
            return urljoin(base, path)
        except ValueError:
            return path

    def place(self, host: str, path: str) -> str:
        """The first segment of `path`, `/segment`, where the paper lives below it at the bare host `host`; else ""."""
        segment = _segment(path) if self.below else ""
        return f"/{segment}" if segment and f"{host}/{segment}" in self.below else ""

    def owns(self, url: str) -> bool:
        """Whether `url` is an HTTP address of the paper: one of its hosts or places, at its port."""
        parts = parts_of(url)
        if parts is None or parts.scheme not in ("http", "https") or not self.at_port(parts.port):
            return False
        if self.place(parts.host, parts.path):
            return True
        return parts.host in self.hosts and not (self.given and f"{parts.host}/{_segment(parts.path)}" in self.given)

    def at_port(self, port: int | None) -> bool:
        """Whether `port`, None for none named, is where the paper is served."""
        return port in ((self.port,) if self.port else (None, 80, 443))

    @property
    def shared(self) -> tuple[str, ...]:
        """Hosts on which this paper and another live: each is asked at one pace, whoever's its addresses are."""
        return tuple(dict.fromkeys(place.partition("/")[0] for place in self.below + self.given))

    @functools.cached_property
    def url_digest(self) -> str:
        """16 hex digits over everything that decides which URLs are one page, and which pages one article."""
        deciding = (_URLS_READ_AS, self.id, self.hosts, self.below, self.own_ids, self.scheme, self.port, self.home)
        told = msgspec.json.encode((deciding, self.urls, self.discover.sections, *self._searches))
        return hashlib.sha256(told).hexdigest()[:16]

    @functools.cached_property
    def sections(self) -> tuple[str, ...]:
        """The URLs of the declared sections."""
        return tuple(map(self.absolute, self.discover.sections))

    @functools.cached_property
    def lists(self) -> tuple[tuple[ScriptedList, str], ...]:
        """The declared lists that scripts fetch, each with the template of its URL."""
        return tuple((listed, self.absolute(listed.url)) for listed in self.discover.lists)

    @functools.cached_property
    def searches(self) -> tuple[str, ...]:
        """The templates of the declared search, as URLs: that of its first page, and of its further ones."""
        return tuple(map(self.absolute, self._searches))

    @property
    def _searches(self) -> tuple[str, ...]:
        search = self.discover.search
        return tuple(filter(None, (search.url, search.pager))) if search else ()

    @functools.cached_property
    def renumbers(self) -> bool:
        """Whether one article of the paper may have two identities by declaration: where it gives, or gave, no ids,
        counts apart on one of its hosts, or has numbered anew."""
        return bool(self.own_ids or self.id_shapes) or any("(?P<id>" not in p for p in self.urls.article)

    @functools.cached_property
    def in_parts(self) -> bool:
        """Whether the paper spreads articles over several pages."""
        return any("(?P<part>" in pattern for pattern in self.urls.article)

    @functools.cached_property
    def digest(self) -> str:
        """16 hex digits over everything that decides how a page is cleaned and which article it is."""
        sections = self.discover.sections  # what is a section is no article
        deciding: tuple[object, ...] = (self.id, self.title, self.hosts, self.own_ids, self.scheme, self.language)
        deciding += (self.urls, sections, *self.below)
        deciding += (*(listed.url for listed in self.discover.lists), *self._searches)
        deciding += (self.rules, self.dump, self.generations, *self.kin)
        return hashlib.sha256(msgspec.json.encode(deciding)).hexdigest()[:16]


@functools.lru_cache(maxsize=4096)
def _unpacked(packed: bytes) -> Source:
    return Source(**pickle.loads(packed))


class Sources(Mapping[str, Source]):
    """The declared papers by id, and by host. `files` holds what their own files say, `families` what those share,
    `shared` the hosts below which another paper lives than the one whose they are."""

    def __init__(
        self, sources: Mapping[str, Source], families: Mapping[str, Family], files: Mapping[str, SourceFile] = {}
    ) -> None:
        self._sources, self.families, self.files = dict(sources), dict(families), dict(files)
        places = {place: id for id, source in self._sources.items() for place in source.below}
        for id, source in self._sources.items():
            given = tuple(p for p in places if p.partition("/")[0] in source.hosts and places[p] != id)
            if given != source.given:
                self._sources[id] = msgspec.structs.replace(source, given=given)
        self._hosts = {h: source for source in self._sources.values() for h in (*source.hosts, *source.api_hosts)}
        self._places = {place: self._sources[id] for place, id in places.items()}
        self.shared = {place.partition("/")[0] for place in places}

    def __getitem__(self, key: str) -> Source:
        return self._sources[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._sources)

    def __len__(self) -> int:
        return len(self._sources)

    def of(self, url: str) -> Source | None:
        """The paper whose host `url` has, or which lives below its first path segment there; or None."""
        parts = parts_of(url)
        if parts is None:
            return None
        if parts.host in self.shared and (source := self._places.get(f"{parts.host}/{_segment(parts.path)}")):
            return source
        return self._hosts.get(parts.host)

    @functools.cached_property
    def url_digests(self) -> dict[str, str]:
        """By bare host, the digests of the URL rules of all papers on it."""
        found: dict[str, str] = {}
        for source in self.values():
            for host in dict.fromkeys(source.hosts + source.shared):
                found[host] = found.get(host, "") + source.url_digest
        return found

    def named(self, name: str) -> Source:
        """The paper under whose rules a page kept under `name` falls.

        `name` is a declared paper, or a host that none covered when the page was kept; it may be declared by now.
        """
        if name in self._sources:
            return self._sources[name]
        return self.of(f"https://{name}/") or generic(f"https://{name}/")

    @functools.cached_property
    def names(self) -> Mapping[str, str]:
        """How texts name the papers, to their ids: titles, folded and without "Báo", and hosts."""
        titles = {without_kind(fold(source.title)): source.id for source in self._sources.values()}
        return titles | {bare_host(host): source.id for host, source in self._hosts.items()}

    def layers(self, source: Source) -> Layers:
        """The layers of a paper's declaration."""
        return Layers(family=self.families.get(source.family or ""), file=self.files.get(source.id))

    def pick(self, source_id: str) -> Source:
        """The paper called `source_id`; DeclarationError with the nearest names when there is none."""
        if source_id in self._sources:
            return self._sources[source_id]
        near = difflib.get_close_matches(source_id, self._sources, 3, 0.6)
        hint = f"; did you mean {' or '.join(near)}?" if near else ""
        raise DeclarationError(f"no source is called {source_id!r}{hint} (`baoluu sources list` shows all)")


_KIND = re.compile(r"^(?:bao|bao dien tu|tap chi|trang tin|dai)\s+(?=\S)")


def without_kind(name: str) -> str:
    """A folded name of a paper without the word for what it is: "bao lao dong" -> "lao dong"."""
    return _KIND.sub("", name.strip())


@functools.lru_cache(maxsize=1024)
def bare_host(host: str) -> str:
    """`host` in lower case and punycode, without `www.` or `m.`."""
    with contextlib.suppress(UnicodeError):
        host = host.encode("idna").decode("ascii") if not host.isascii() else host
    return re.sub(r"^(?:(?:www|m)\.)+(?=.*\.)", "", host.lower().rstrip("."))


class Parts(NamedTuple):
    """An address taken apart; `host` is bare."""

    scheme: str
    host: str
    port: int | None
    """-1 for what is no port."""
    path: str
    query: str


@functools.lru_cache(maxsize=4096)
def parts_of(url: str) -> Parts | None:
    """`url` taken apart, once for all who ask about a link; None where it cannot be."""
    try:
        parts = urlsplit(url)
        host = bare_host(parts.hostname or "")
    except ValueError:
        return None
    try:
        port = parts.port
    except ValueError:
        port = -1
    return Parts(parts.scheme, host, port, parts.path, parts.query)


def host_in(url: str) -> str:
    """The bare host of `url`; empty where it has none or cannot be taken apart."""
    parts = parts_of(url)
    return parts.host if parts else ""


def _segment(path: str) -> str:
    """The first segment of a path, its needless quoting undone, in lower case."""
    return unquote(path.lstrip("/").partition("/")[0].partition(";")[0]).lower()


def generic(url: str) -> Source:
    """The source of a page that no declaration covers: its host, and the families that it may turn out to be of."""
    return _undeclared(host_in(url) or "unknown")


@functools.lru_cache(maxsize=1024)
def _undeclared(host: str) -> Source:
    # Kept, because its digest is: it would be made anew for each of the host's pages.
    return Source(id=host, title=host, hosts=(host,), kin=_own_families())


@functools.cache
def _own_families() -> tuple[Family, ...]:
    """The families of this folder."""
    return tuple(read(path, Family) for path in sorted((HERE / "families").glob("*.toml")))


def load(root: Path = HERE, *, families: Path | None = None, port: int | None = None) -> Sources:
    """Read `root`/sources/*.toml over `families` (default: `root`/families).

    Loopback hosts are refused unless `port` is given, which only the sample newsroom does.
    """
    known = {p.stem: read(p, Family) for p in sorted((families or root / "families").glob("*.toml"))}
    paths = sorted((root / "sources").glob("*.toml"))
    files = {path.stem: read(path, SourceFile) for path in paths}
    sources = {path.stem: _resolve(path, files[path.stem], known, port) for path in paths}
    _refuse_shared_hosts(sources)
    return Sources(sources, known, files)


def troubles(root: Path = HERE) -> list[str]:
    """What keeps the declarations below `root` from being loaded: of every file the first thing that is wrong."""
    found: list[str] = []
    known: dict[str, Family] = {}
    sources: dict[str, Source] = {}
    for path in sorted((root / "families").glob("*.toml")):
        with _noted(found):
            known[path.stem] = read(path, Family)
    for path in sorted((root / "sources").glob("*.toml")):
        with _noted(found):
            file = read(path, SourceFile)
            if file.family in known or not (root / "families" / f"{file.family}.toml").exists():
                sources[path.stem] = _resolve(path, file, known, None)
    with _noted(found):
        _refuse_shared_hosts(sources)
    return found


@contextlib.contextmanager
def _noted(found: list[str]) -> Iterator[None]:
    try:
        yield
    except DeclarationError as error:
        found.append(str(error))


def _resolve(path: Path, file: SourceFile, families: Mapping[str, Family], port: int | None) -> Source:
    if file.family is not None and file.family not in families:
        raise DeclarationError(f"{path}: family {file.family!r} is unknown{_nearest(file.family, families)}")
    check_hosts(path, file, port)
    family = families[file.family] if file.family else Family(title="")
    base = layer(family.rules, file.rules)
    source = Source(
        id=path.stem,
        title=file.title,
        hosts=tuple(bare_host(h) for h in file.hosts if "/" not in h),
        below=tuple(
            "{}/{}".format(bare_host(h.partition("/")[0]), _segment(h.partition("/")[2]))
            for h in file.hosts
            if "/" in h
        ),
        home=file.hosts[0],
        own_ids=tuple(bare_host(h) for h in file.own_ids),
        api_hosts=tuple(bare_host(h) for h in file.api_hosts),
        id_shapes=file.id_shapes,
        family=file.family,
        evidence=file.evidence,
        facts=file.facts,
        scheme=file.scheme,
        port=port,
        pace=file.pace,
        hours=file.hours,
        tls=file.tls,
        language=file.language,
        urls=_over(family.urls, file.urls),
        discover=_over(family.discover, file.discover),
        rules=base,
        dump=layer_dump(family.dump, file.dump),
        generations=tuple(_generations(family, file)),
        examples=file.examples,
    )
    _refuse_foreign(path, source)
    shown = {kind: tuple(map(source.absolute, getattr(file.examples, kind))) for kind in Examples.__struct_fields__}
    return msgspec.structs.replace(source, examples=Examples(**shown))


def _refuse_foreign(path: Path, source: Source) -> None:
    """Every address that a declaration names lies on the paper's own hosts, that of a list on those or its others."""
    asked = (*source.hosts, *source.api_hosts)
    for part, names in (("discover", ("feeds", "sitemaps", "sections")), ("examples", Examples.__struct_fields__)):
        for name in names:
            for url in getattr(getattr(source, part), name):
                whole = source.absolute(url)
                of_list = part == "examples" and host_in(whole) in source.api_hosts
                if not _PATH.fullmatch(url) and not (of_list or source.owns(whole)):
                    raise DeclarationError(f"{path}: {part}.{name}: {url!r} is on none of the paper's hosts")
    for listed, template in source.lists:
        if host_in(template) not in asked:
            raise DeclarationError(f"{path}: discover.lists: {listed.url!r} is on none of `hosts` and `api_hosts`")
    for template in source.searches:
        if host_in(template) not in asked:
            raise DeclarationError(f"{path}: discover.search: {template!r} is on none of `hosts` and `api_hosts`")


def _generations(family: Family, file: SourceFile) -> Iterator[Generation]:
    """The source's generations first, each over the family's of the same name; then the family's others."""
    shared = {g.name: g for g in family.generation}
    own = {g.name for g in file.generation}
    for g in file.generation:
        below = layer(family.rules, shared[g.name].rules) if g.name in shared else family.rules
        marks = shared.get(g.name, g)
        yield Generation(
            name=g.name,
            when=g.when or marks.when,
            host=g.host or marks.host,
            url=g.url or marks.url,
            rules=layer(layer(below, file.rules), g.rules),
        )
    for g in family.generation:
        if g.name not in own:
            rules = layer(layer(family.rules, g.rules), file.rules)
            yield msgspec.structs.replace(g, rules=rules)


def _over(family: L, own: L | None) -> L:
    """The source's own part, with the family's for every key that the source leaves at its default."""
    if own is None:
        return family
    default = type(own)()
    changed = {n: getattr(own, n) for n in own.__struct_fields__ if getattr(own, n) != getattr(default, n)}
    return msgspec.structs.replace(family, **changed)


def read(path: Path, kind: type[T]) -> T:
    """One TOML file as it stands, checked; DeclarationError names the file, the key and what to write instead."""
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise DeclarationError(f"{path}: not readable as TOML: {error}") from None
    except OSError as error:
        raise DeclarationError(f"{path}: cannot be read: {error.strerror}") from None
    return parse(path, text, kind)


def parse(path: Path, text: str, kind: type[T]) -> T:
    """What `text`, which stands or is to stand at `path`, declares; raises as `read` does."""
    try:
        found = msgspec.convert(tomllib.loads(text), kind)
    except tomllib.TOMLDecodeError as error:
        raise DeclarationError(f"{path}: not readable as TOML: {error}") from None
    except msgspec.ValidationError as error:
        raise DeclarationError(f"{path}: {_explain(str(error))}") from None
    check(path, found)
    return found


def _explain(message: str) -> str:
    """msgspec's message, with the nearest valid name where a key is unknown."""
    unknown = re.search(r"unknown field `(\w+)`", message)
    if not unknown:
        return message
    kinds = (Family, SourceFile, Rules, Dump, Generation, UrlRules, Discover, ScriptedList, Search, Examples)
    return message + _nearest(unknown[1], {f for kind in kinds for f in kind.__struct_fields__})


def _nearest(word: str, names: Mapping[str, object] | set[str]) -> str:
    near = difflib.get_close_matches(word, names, 1, 0.5)
    return f"; the nearest valid name is {near[0]!r}" if near else ""


def _refuse_shared_hosts(sources: Mapping[str, Source]) -> None:
    seen: dict[str, str] = {}
    for source in sources.values():
        for host in (*source.hosts, *source.api_hosts):
            if host in seen:
                raise DeclarationError(f"host {host!r} is declared by both {seen[host]} and {source.id}")
            seen[host] = source.id
    _refuse_shared_places(sources, seen)


def _refuse_shared_places(sources: Mapping[str, Source], hosts: Mapping[str, str]) -> None:
    """A place below a host is one paper's, and below its own hosts a paper needs none."""
    seen: dict[str, str] = {}
    for source in sources.values():
        for place in source.below:
            host = place.partition("/")[0]
            if place in seen:
                raise DeclarationError(f"host {place!r} is declared by both {seen[place]} and {source.id}")
            if hosts.get(host) == source.id:
                raise DeclarationError(f"{source.id}: host {host!r} is all its own: leave {place!r} out of `hosts`")
            seen[place] = source.id
