"""URL identity: which URLs are one page, which pages are one article, and what kind of page a URL names.

Total: what no browser could open is no article, and its own canonical form.
"""

import re
from collections import Counter
from collections.abc import Callable
from functools import lru_cache, wraps
from typing import Literal, NamedTuple, TypeVar
from urllib.parse import parse_qsl, quote, urlencode, urlsplit, urlunsplit

from config.lists import asked
from config.searching import searched
from config.sources import Source, parts_of

Kind = Literal["article", "section", "other"]
Subject = Literal["tag", "topic", "search"]
"""What a list of articles on one subject goes by: a tag, a story that goes on, words."""

_TRACKING = re.compile(
    r"(?:utm_\w+|(?:fb|g|dc|y|tw|tt)clid|msclkid|gclsrc|[gw]braid|mc_[ce]id|_g[al]|zarsrc|vn_(?:source|medium|campaign|term|content)"
    r"|cmpid|spm|ref|src|rt)",
    re.I,
)
_SESSION = re.compile(r"(?:phpsessid|jsessionid|aspsessionid\w*|session_?id)", re.I)
_IN_PATH = re.compile(rf";{_SESSION.pattern}=[^/;]*", re.I)
_QUOTED = re.compile(r"%([0-9A-Fa-f]{2})|[^A-Za-z0-9\-._~!$&'()*+,;=:@/]")
_PLAIN = re.compile(r"(?:/[A-Za-z0-9\-._~]+)+/?")
"""How most paths are spelled already."""
_UNRESERVED = re.compile(r"[A-Za-z0-9\-._~]")
_LONE = re.compile("[\ud800-\udfff]")
_PRINT = re.compile(r"^/(?:print|amp|in-bai)(?=/[^/])|(?<=[^/])/(?:print|amp)/?$")
"""What papers put into the address of an article's page for printing or for phones."""

MAX_REPEATS, MAX_SEGMENTS, MAX_LENGTH = 3, 15, 1000
"""A path that has a segment so often (`/tin/tin/tin/`), more segments than that, or an address longer than this many
characters is a trap: relative links that grow. The deepest addresses of papers at hand have 7 segments and 250."""

Query = tuple[tuple[str, str], ...]
T = TypeVar("T")
_KNOWN = 4096


def _remembered(work: Callable[[Source, str], T]) -> Callable[[Source, str], T]:
    """`work`, whose last answers are remembered.

    A link is asked about eight times while the page that shows it is taken in: by the frontier, by what the page leads
    to, and by its article's links.
    """
    known: dict[tuple[str, str, str], T] = {}

    @wraps(work)
    def answer(source: Source, url: str) -> T:
        key = source.digest, source.url_digest, url
        found = known.get(key)
        if found is None:
            if len(known) >= _KNOWN:
                known.clear()
            found = known[key] = work(source, url)
        return found

    return answer


class _Address(NamedTuple):
    """An HTTP address taken apart: bare host, `:port` where it is unusual, path and query in their one spelling.

    `below` is the first path segment where the paper lives below another's host; `path` is then what comes after it.
    """

    scheme: str
    host: str
    port: str
    path: str
    query: Query
    below: str = ""


@_remembered
def canonical(source: Source, url: str) -> str:
    """`url` as the frontier and the archive compare it.

    The source's scheme, bare host, no fragment, no tracking parameters and session ids; one spelling of the path
    (RFC 3986, 6.2.2), which for articles and sections ends without a slash. An article keeps only the parameters
    that the source declares. Old hosts stay what they are: only the article's id says that they hold the same story.
    """
    found = _as_read(source, url)
    if found is None:
        return _whole(url)
    kind, path, query = classify(source, url), found.below + found.path, found.query
    if kind == "article":
        query = tuple((k, v) for k, v in query if k in source.urls.keep_params)
    if kind != "other":
        path = path.rstrip("/") or "/"
    scheme = source.scheme if found.below or found.host in source.hosts else found.scheme
    host = f"[{found.host}]" if ":" in found.host else found.host
    return urlunsplit((scheme, host + found.port, path, _joined(query), ""))


def is_print(source: Source, url: str) -> bool:
    """Whether `url` is an article's page for printing or for phones, whose article has a page of its own."""
    return _as_read(source, url) != _placed(source, url)


def _as_read(source: Source, url: str) -> _Address | None:
    """`url` taken apart; of an article's page for printing, the address of the page to read."""
    found = _placed(source, url)
    if found is None or not _PRINT.search(found.path) or _found(source.urls.ignore, found):
        return found
    read = found._replace(path=_PRINT.sub("", found.path))
    match = _found(source.urls.article, read)
    return read if match and match.groupdict().get("id") else found


def _placed(source: Source, url: str) -> _Address | None:
    """`url` taken apart, its path as the paper's patterns see it."""
    found = _taken_apart(url)
    if found is None or not source.below or not (below := source.place(found.host, found.path)):
        return found
    return found._replace(path=found.path[len(below) :] or "/", below=below)


@_remembered
def classify(source: Source, url: str) -> Kind:
    """What the declaration says `url` is; patterns are tried on the path, with and without its last slash, alone and
    with its query. Lists of what was written on one subject come first, and are sections."""
    found = _as_read(source, url)
    if found is None:
        return "other"
    if _subject(source, url, found):
        return "section"
    if _found(source.urls.ignore, found):
        return "other"
    if (found.path.rstrip("/"), found.query) in _paths(source) or asked(source, url):
        return "section"
    if _found(source.urls.article, found):
        return "article"
    return "section" if _found(source.urls.section, found) else "other"


def subject_of(source: Source, url: str) -> Subject | None:
    """Which list of articles on one subject `url` is: a section that is no part of the paper. None: no such list."""
    found = _as_read(source, url)
    return _subject(source, url, found) if found is not None else None


def _subject(source: Source, url: str, found: _Address) -> Subject | None:
    shapes = _shapes(found)
    for subject, patterns in _subjects(source.urls.tag, source.urls.topic):
        if any(pattern.search(shape) for pattern in patterns for shape in shapes):
            return subject
    return "search" if source.searches and searched(source, url) else None


@lru_cache(maxsize=1024)
def _subjects(tag: tuple[str, ...], topic: tuple[str, ...]) -> list[tuple[Subject, list[re.Pattern[str]]]]:
    return [("tag", [re.compile(p) for p in tag]), ("topic", [re.compile(p) for p in topic])]


@_remembered
def article_key(source: Source, url: str) -> str:
    """The identity of the article at `url`: `source:id`; where the paper gives no id, `source:` and the path with
    what `canonical` keeps of the query. A host with ids of its own stands before either."""
    address = _as_read(source, url)
    if address is None:
        return f"{source.id}:{_whole(url)}"
    apart = f"{address.host}:" if address.host in source.own_ids else ""
    found = _found(source.urls.article, address)
    if found and (number := found.groupdict().get("id")):
        return f"{source.id}:{apart}{number}"
    parts = urlsplit(canonical(source, url))
    query, path = f"?{parts.query}" if parts.query else "", parts.path[len(address.below) :]
    return f"{source.id}:{apart}{path.rstrip('/') or '/'}{query}"


def row_key(source: Source, url: str) -> str:
    """The identity of the article at `url` as the frontier holds it: of further pages of an article with `#` and the
    number of the page, for each is fetched."""
    part = part_of(source, url)
    return article_key(source, url) + (f"#{part}" if part > 1 else "")


def id_space(source: Source, article: str) -> tuple[str, str, str]:
    """Where the identity `article` was given: (numbering, its id there, path without an id).

    Two ids of one numbering are always two articles. A numbering is named by the host that counts apart, and by the
    declared shape of its ids; without an id the first two are empty.
    """
    host, found = "", article.removeprefix(f"{source.id}:")
    for name in source.own_ids:
        if found.startswith(f"{name}:"):
            host, found = name, found[len(name) + 1 :]
    if not found or found.startswith(("/", "urn:")):
        return "", "", found
    shape = next((n for n, p in enumerate(source.id_shapes) if re.fullmatch(p, found)), "")
    return f"{host}#{shape}", found, ""


def part_of(source: Source, url: str) -> int:
    """Which of its article's pages `url` is, from 1; 1 where the paper spreads no articles over pages."""
    address = _placed(source, url) if source.in_parts else None
    matches = (re.search(p, shape) for shape in _shapes(address) for p in source.urls.article) if address else ()
    said = (found.groupdict().get("part") for found in matches if found)
    return max((int(part) for part in said if part and part.isdecimal() and len(part) < 5), default=1) or 1


def _whole(url: str) -> str:
    """What is no HTTP address as it stands, without what UTF-8 cannot write."""
    return _LONE.sub("\ufffd", url).strip()


@lru_cache(maxsize=4096)
def _taken_apart(url: str) -> _Address | None:
    """`url`'s parts, or None for what is no HTTP address: another scheme, no host, a port out of range."""
    parts = parts_of(_whole(url))
    if parts is None or parts.scheme not in ("http", "https") or not parts.host or parts.port == -1:
        return None
    shown = f":{parts.port}" if parts.port not in (None, 80, 443) else ""
    return _Address(parts.scheme, parts.host, shown, _spelled(parts.path), _kept(parts.query))


def _spelled(path: str) -> str:
    """`path` in its one spelling: what need not be quoted is not, what must be is, in UTF-8 and capitals."""
    if _PLAIN.fullmatch(path):
        return path
    return re.sub("/{2,}", "/", "/" + _IN_PATH.sub("", _QUOTED.sub(_quoted, path)))


def _quoted(found: re.Match[str]) -> str:
    if found[1] is None:
        return quote(found[0], safe="")
    letter = chr(int(found[1], 16))
    return letter if _UNRESERVED.match(letter) else found[0].upper()


def _kept(query: str) -> Query:
    """The parameters without those that say who came from where. Bytes that are no UTF-8 stay apart."""
    if not query:
        return ()
    pairs = parse_qsl(query, keep_blank_values=True, errors="surrogateescape")
    return tuple((k, v) for k, v in pairs if not (_TRACKING.fullmatch(k) or _is_session(k, v)))


def _is_session(name: str, value: str) -> bool:
    """Whether a parameter is a visitor's session. `sid` is one unless it is a number: PHP-Nuke calls its stories so."""
    return bool(_SESSION.fullmatch(name)) or (name.lower() == "sid" and not re.fullmatch(r"\d{1,12}", value))


def _joined(query: Query) -> str:
    return urlencode(query, errors="surrogateescape")


def _paths(source: Source) -> frozenset[tuple[str, Query]]:
    return _sections(source.sections, source.below)


@lru_cache(maxsize=1024)
def _sections(urls: tuple[str, ...], below: tuple[str, ...]) -> frozenset[tuple[str, Query]]:
    at = Source(id="", title="", hosts=(), below=below)
    found = (_placed(at, url) for url in urls)
    return frozenset((address.path.rstrip("/"), address.query) for address in found if address)


@lru_cache(maxsize=1024)
def _found(patterns: tuple[str, ...], address: _Address) -> re.Match[str] | None:
    """The first match of any pattern; one that captures an id is preferred."""
    shapes = _shapes(address)
    matches = [m for shape in shapes for p in patterns if (m := re.search(p, shape))]
    return next((m for m in matches if m.groupdict().get("id")), matches[0] if matches else None)


def _shapes(address: _Address) -> list[str]:
    """The path without and with a last slash, and both with the query where there is one."""
    bare = address.path.rstrip("/")
    paths = [bare, bare + "/"] if bare else ["/"]
    return paths + [f"{path}?{_joined(address.query)}" for path in paths if address.query]


def is_trap(url: str) -> bool:
    """Whether `url` has grown from relative links or endless folders."""
    segments = [segment for segment in urlsplit(url).path.split("/") if segment]
    most = max(Counter(segments).values(), default=0)
    return most >= MAX_REPEATS or len(segments) > MAX_SEGMENTS or len(url) > MAX_LENGTH
