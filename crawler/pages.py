"""From Scrapy's response to the page that is kept."""

from scrapy.http import Headers, Response

from archive.encoding import CUT, SHORT
from archive.facts import Hints, Page, PageKind
from crawler.tls import LEGACY

OPEN = "the document has no end"


def page_of(response: Response, kind: PageKind, hints: Hints, fetched_at: str) -> Page:
    """The page that `response` is, fetched at that time."""
    return Page(
        url=response.url,
        fetched_at=fetched_at,
        body=response.body,
        status=response.status,
        headers=headers_of(response.headers),
        hints=hints,
        kind=kind,
        truncated=_truncated(response),
        tls=LEGACY if LEGACY in response.flags else None,
    )


def headers_of(headers: Headers) -> dict[str, str]:
    """Header names in lower case; several values of one name joined by newlines."""
    return {
        name.decode("latin-1").lower(): "\n".join(v.decode("latin-1") for v in headers.getlist(name))
        for name in headers
    }


def _truncated(response: Response) -> str | None:
    """Why the body is known to be incomplete, else None.

    Scrapy's flags: `dataloss` is a body shorter than its length or without its last chunk; `partial` one that had
    neither and ended with the connection, which is how HTTP/1.0 does it, so there the document must say its end.
    """
    if "dataloss" in response.flags:
        return SHORT
    if CUT in response.flags:
        return CUT
    markup = b"<html" in response.body[:2000].lower()
    if "partial" in response.flags and markup and b"</html" not in response.body[-2000:].lower():
        return OPEN
    return SHORT if response.status == 206 else None
