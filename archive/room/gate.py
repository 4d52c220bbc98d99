"""What is refused before any page is asked: requests that only cost, or that would make a page say what is not so."""

import asyncio
import re
from http.cookies import CookieError, SimpleCookie
from typing import Any
from urllib.parse import parse_qsl

METHODS = ("GET", "HEAD")
"""The room is only read. Bodies of other methods would be held in memory before anybody looked at them."""
MOST_PAIRS = 200
"""Names and values in a query."""
MOST_FACETS = 8
"""Facets of one stock page: each may take its own time limit, one after the other."""
STALLED = 60.0
"""Seconds that a reader may take nothing of an answer that waits for it."""
_HOST = re.compile(r"(?:[A-Za-z0-9._-]{1,255}|\[[0-9A-Fa-f:.]{2,45}\])(?::\d{1,5})?")
"""A name or an address, and a port (RFC 9110, 7.2): links, feeds and citations are made with it."""
_KEEPERS = re.compile(
    r"/-/(?:databases|threads|settings|config|plugins|metadata|versions|messages|allow-debug|permissions|patterns)"
    r"(?:\.\w+)?/*"
)
"""Datasette's pages about the machine it runs on: they tell paths and versions, or are workshops for developers."""


def refusal(scope: Any) -> tuple[int, str] | None:
    """(status, reason) where the request is refused; None where a page may answer it."""
    if scope["method"] not in METHODS:
        return 405, "this archive is only read: GET or HEAD"
    headers: dict[bytes, bytes] = {}
    for name, value in scope["headers"]:
        headers.setdefault(name.lower(), value)
    if (host := headers.get(b"host", b"").decode("latin-1")) and not _HOST.fullmatch(host):
        return 400, "the Host header is none"
    try:
        SimpleCookie(headers.get(b"cookie", b"").decode("latin-1"))
    except CookieError:
        return 400, "the Cookie header is none"
    try:
        pairs = parse_qsl(scope["query_string"].decode("latin-1"), max_num_fields=MOST_PAIRS)
    except ValueError:
        return 400, f"the address asks for too much: more than {MOST_PAIRS} values"
    if sum(name.startswith("_facet") for name, _ in pairs) > MOST_FACETS:
        return 400, f"the address asks for too much: more than {MOST_FACETS} facets"
    return (404, "there is no such page") if _KEEPERS.fullmatch(scope["path"]) else None


async def refuse(why: tuple[int, str], send: Any) -> None:
    """Answer with the reason."""
    status, said = why
    headers = [(b"content-type", b"text/plain; charset=utf-8"), *([(b"allow", b"GET, HEAD")] if status == 405 else [])]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": f"{status}: {said}\n".encode()})


async def while_wanted(app: Any, scope: Any, receive: Any, send: Any) -> None:
    """Have `app` answer for as long as the reader is there: what nobody waits for is not read to its end.

    Who takes nothing of the answer for `STALLED` seconds counts as gone.
    """

    async def sent(message: Any) -> None:
        try:
            async with asyncio.timeout(STALLED):
                await send(message)
        except TimeoutError:
            raise asyncio.CancelledError from None  # no error page could reach the reader

    answering = asyncio.ensure_future(app(scope, _no_body, sent))
    leaving = asyncio.ensure_future(_left(receive))
    try:
        await asyncio.wait((answering, leaving), return_when=asyncio.FIRST_COMPLETED)
    finally:
        leaving.cancel()
        answering.cancel()
    await asyncio.wait((answering,))
    if not answering.cancelled():
        answering.result()


async def _no_body() -> dict[str, Any]:
    return {"type": "http.request", "body": b"", "more_body": False}


async def _left(receive: Any) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
