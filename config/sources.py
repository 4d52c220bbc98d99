"""Declared papers: reading the TOML files, layering them over their families, finding the paper of a URL."""

import contextlib
import difflib
import functools
import hashlib
import re
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TypeVar
from urllib.parse import urljoin, urlsplit

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
# Nearly all that declarations name is written so plainly that joining it with the root, 30 µs each, changes nothing.
_PATH = re.compile(r"(?:/[\w~-][\w.~-]*)+/?", re.A)


class Source(Declared, frozen=True, kw_only=True, dict=True):
    """One paper, its family already layered in. Picklable; `generations` end with the rules of no generation."""

    id: str
    title: str
    hosts: tuple[str, ...]
    home: str = ""
    """The present host as it is asked, with its `www.` if it needs one."""
    own_ids: tuple[str, ...] = ()
    """Those of `hosts` whose ids say nothing of the others' articles."""
    family: str | None = None
    evidence: Evidence = "single"
    facts: tuple[str, ...] = ()
    scheme: str = "https"
    port: int | None = None
    pace: float = 2.0
    language: str = "vi"
    urls: UrlRules = UrlRules()
    discover: Discover = Discover()
    rules: Rules = Rules()
    dump: Dump = Dump()
    generations: tuple[Generation, ...] = ()
    examples: Examples = Examples()
    kin: tuple[Family, ...] = ()
    """For a paper that nobody declared: the families by whose marks its pages can be recognised."""

    @property
    def base(self) -> str:
        """The root URL of the paper's present host."""
        return f"{self.scheme}://{self.home or self.hosts[0]}" + (f":{self.port}" if self.port else "")

    def absolute(self, path: str) -> str:
        """`path` of this paper as a URL; what cannot be one stays as it is."""
        if _PATH.fullmatch(path):
            return self.base + path
        try:
            return urljoin(self.base + "/", path)
        except ValueError:
            return path

    @functools.cached_property
    def sections(self) -> tuple[str, ...]:
        """The URLs of the declared sections."""
        return tuple(map(self.absolute, self.discover.sections))

    @functools.cached_property
    def in_parts(self) -> bool:
        """Whether the paper spreads articles over several pages."""
        return any("(?P<part>" in pattern for pattern in self.urls.article)

    @functools.cached_property
    def digest(self) -> str:
        """16 hex digits over everything that decides how a page is cleaned and which article it is."""
        sections = self.discover.sections  # what is a section is no article
        deciding: tuple[object, ...] = (self.id, self.title, self.hosts, self.own_ids, self.scheme, self.language)
        deciding += (self.urls, sections)
        deciding += (self.rules, self.dump, self.generations, *self.kin)
        return hashlib.sha256(msgspec.json.encode(deciding)).hexdigest()[:16]


class Sources(Mapping[str, Source]):
    """The declared papers by id, and by host. `files` holds what their own files say, `families` what those share."""

    def __init__(
        self, sources: Mapping[str, Source], families: Mapping[str, Family], files: Mapping[str, SourceFile] = {}
    ) -> None:
        self._sources, self.families, self.files = dict(sources), dict(families), dict(files)
        self._hosts = {host: source for source in self._sources.values() for host in source.hosts}

    def __getitem__(self, key: str) -> Source:
        return self._sources[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._sources)

    def __len__(self) -> int:
        return len(self._sources)

    def of(self, url: str) -> Source | None:
        """The paper whose host `url` has, or None."""
        return self._hosts.get(host_in(url))

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


def bare_host(host: str) -> str:
    """`host` in lower case and punycode, without `www.` or `m.`."""
    with contextlib.suppress(UnicodeError):
        host = host.encode("idna").decode("ascii") if not host.isascii() else host
    return re.sub(r"^(?:(?:www|m)\.)+(?=.*\.)", "", host.lower().rstrip("."))


def host_in(url: str) -> str:
    """The bare host of `url`; empty where it has none or cannot be taken apart."""
    try:
        return bare_host(urlsplit(url).hostname or "")
    except ValueError:
        return ""


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
        hosts=tuple(bare_host(h) for h in file.hosts),
        home=file.hosts[0],
        own_ids=tuple(bare_host(h) for h in file.own_ids),
        family=file.family,
        evidence=file.evidence,
        facts=file.facts,
        scheme=file.scheme,
        port=port,
        pace=file.pace,
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
    """Every address that a declaration names lies on the paper's own hosts."""
    for part, names in (("discover", ("feeds", "sitemaps", "sections")), ("examples", Examples.__struct_fields__)):
        for name in names:
            for url in getattr(getattr(source, part), name):
                if not _PATH.fullmatch(url) and host_in(source.absolute(url)) not in source.hosts:
                    raise DeclarationError(f"{path}: {part}.{name}: {url!r} is on none of the paper's hosts")


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
    kinds = (Family, SourceFile, Rules, Dump, Generation, UrlRules, Discover, Examples)
    return message + _nearest(unknown[1], {f for kind in kinds for f in kind.__struct_fields__})


def _nearest(word: str, names: Mapping[str, object] | set[str]) -> str:
    near = difflib.get_close_matches(word, names, 1, 0.5)
    return f"; the nearest valid name is {near[0]!r}" if near else ""


def _refuse_shared_hosts(sources: Mapping[str, Source]) -> None:
    seen: dict[str, str] = {}
    for source in sources.values():
        for host in source.hosts:
            if host in seen:
                raise DeclarationError(f"host {host!r} is declared by both {seen[host]} and {source.id}")
            seen[host] = source.id
