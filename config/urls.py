"""URL identity: which URLs are one page, which pages are one article, and what kind of page a URL names."""

import re
from typing import Literal
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

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
    """What the declaration says `url` is."""
    path = _path(url)
    if any(re.search(p, path) for p in source.urls.ignore):
        return "other"
    if any(path.rstrip("/") == _path(source.absolute(s)).rstrip("/") for s in source.discover.sections):
        return "section"
    if any(re.search(p, path) for p in source.urls.article):
        return "article"
    return "section" if any(re.search(p, path) for p in source.urls.section) else "other"


def article_key(source: Source, url: str) -> str:
    """The identity of the article at `url`: `source:id`, or `source:path` where the paper gives no id."""
    path = _path(url)
    for pattern in source.urls.article:
        if (found := re.search(pattern, path)) and "id" in found.re.groupindex:
            return f"{source.id}:{found['id']}"
    return f"{source.id}:{urlsplit(canonical(source, url)).path}"


def _path(url: str) -> str:
    parts = urlsplit(url)
    return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
