"""URL identity: which URLs are one page, which pages are one article, and what kind of page a URL names."""

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Literal
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit, urlunsplit

from config.sources import Source, bare_host

Kind = Literal["article", "section", "other"]

_TRACKING = re.compile(
    r"^(?:utm_\w+|fbclid|gclid|zarsrc|vn_(?:source|medium|campaign|term|content)|cmpid|spm|ref|src|rt)$", re.I
)


def canonical(source: Source, url: str) -> str:
    """`url` as the frontier and the archive compare it.

    The source's scheme, bare host, no fragment, no tracking parameters; an article keeps only the parameters that
    the source declares. Old hosts stay what they are: only the article's id says that they hold the same story.
    """
    parts = urlsplit(url.strip())
    host = bare_host(parts.hostname or "")
    port = f":{parts.port}" if parts.port not in (None, 80, 443) else ""
    query = parse_qsl(parts.query, keep_blank_values=True)
    if classify(source, url) == "article":
        query = [(k, v) for k, v in query if k in source.urls.keep_params]
    query = [(k, v) for k, v in query if not _TRACKING.match(k)]
    scheme = source.scheme if host in source.hosts else parts.scheme
    return urlunsplit((scheme, host + port, parts.path or "/", urlencode(query), ""))


def classify(source: Source, url: str) -> Kind:
    """What the declaration says `url` is; patterns are tried on the path alone, then on path and query."""
    if _found(source.urls.ignore, url):
        return "other"
    if _shapes(url)[-1].rstrip("/") in _section_paths(source.base, source.discover.sections):
        return "section"
    if _found(source.urls.article, url):
        return "article"
    return "section" if _found(source.urls.section, url) else "other"


def article_key(source: Source, url: str) -> str:
    """The identity of the article at `url`: `source:id`, or `source:path` where the paper gives no id."""
    found = _found(source.urls.article, url)
    if found and found.groupdict().get("id"):
        return f"{source.id}:{found['id']}"
    return f"{source.id}:{urlsplit(canonical(source, url)).path}"


@lru_cache(maxsize=1024)
def _section_paths(base: str, sections: tuple[str, ...]) -> frozenset[str]:
    return frozenset(_shapes(urljoin(base + "/", section))[-1].rstrip("/") for section in sections)


def _found(patterns: Iterable[str], url: str) -> re.Match[str] | None:
    """The first match of any pattern; one that captures an id is preferred."""
    matches = [m for shape in _shapes(url) for p in patterns if (m := re.search(p, shape))]
    return next((m for m in matches if m.groupdict().get("id")), matches[0] if matches else None)


def _shapes(url: str) -> tuple[str, ...]:
    """The path, and path with query where there is one."""
    parts = urlsplit(url)
    path = parts.path or "/"
    return (path, f"{path}?{parts.query}") if parts.query else (path,)
