"""Where papers lead from an address that they have left: redirects that were kept as pages."""

import string
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from sqlite3 import Connection
from urllib.parse import quote, urljoin

import msgspec

from config.sources import Source
from config.urls import article_key, classify

FOR_GOOD = (301, 308)
"""By these a paper says that the address is another now (RFC 9110, 15.4); by the others only for the time being."""
MAX_HOPS = 10
_LAST = "SELECT status, headers FROM pages WHERE url = ? AND status <> 304 ORDER BY fetched_at DESC, id DESC LIMIT 1"
_LEFT = """
SELECT DISTINCT url, headers FROM pages
WHERE url IN (SELECT value FROM json_each(?)) AND status IN (301, 308)
"""
_HEADERS = msgspec.json.Decoder(dict[str, str])


def target_of(url: str, headers: Mapping[str, str]) -> str:
    """Where a redirect leads, "" for nowhere. Headers are kept as Latin-1; papers write theirs in UTF-8, and not
    always quoted."""
    if not (said := headers.get("location", "").partition("\n")[0].strip()):
        return ""
    with suppress(UnicodeError):
        said = said.encode("latin-1").decode("utf-8")
    with suppress(ValueError):
        return urljoin(url, quote(said, safe=string.punctuation))
    return ""


def leads_to(db: Connection, url: str) -> str:
    """Where the redirects that were kept last lead from `url`, at most `MAX_HOPS`; `url` itself where there is none."""
    for _ in range(MAX_HOPS):
        row = db.execute(_LAST, (url,)).fetchone()
        if not row or not 300 < row[0] < 400 or not (target := target_of(url, _HEADERS.decode(row[1]))):
            break
        url = target
    return url


def left_for(db: Connection, source: Source, article: str, urls: Iterable[str]) -> set[str]:
    """The identities of other articles of the paper to which addresses of `article` have been redirected for good."""
    found = set[str]()
    spelled = list(dict.fromkeys(spelled for url in urls for spelled in _spellings(url)))
    for asked, headers in db.execute(_LEFT, (msgspec.json.encode(spelled).decode(),)).fetchall():
        end = leads_to(db, target_of(asked, _HEADERS.decode(headers)))
        if source.owns(end) and classify(source, end) == "article":
            found.add(article_key(source, end))
    return found - {article}


def _spellings(url: str) -> Iterator[str]:
    """`url` with either scheme, with and without `www.`: so it may have been asked for."""
    scheme, _, rest = url.partition("://")
    bare = rest.removeprefix("www.")
    for spelled in dict.fromkeys((scheme, "https", "http")):
        for place in dict.fromkeys((rest, bare, f"www.{bare}")):
            yield f"{spelled}://{place}"
