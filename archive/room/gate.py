"""What is refused before any page is asked: requests that only cost, or that would make a page say what is not so."""

import asyncio
import re
from http.cookies import CookieError, SimpleCookie
from typing import Any
from urllib.parse import parse_qsl

from config.clock import Clock

METHODS = ("GET", "HEAD")
"""The room is only read."""
FORM = 65_536
"""Bytes of a form for Datasette's own pages and its plugins' (`/-/login`): they are held in memory."""
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
    headers: dict[bytes, bytes] = {}
    for name, value in scope["headers"]:
        headers.setdefault(name.lower(), value)
    if scope["method"] not in METHODS and not _is_form(scope, headers):
        return 405, "this archive is only read: GET or HEAD"
    if "\\" in scope["path"]:
        return 400, "the address holds a backslash"  # browsers read it as a slash: a redirect to it would lead out
    if (host := headers.get(b"host", b"").decode("latin-1")) and not _HOST.fullmatch(host):
        return 400, "the Host header is none"
    try:
        SimpleCookie(headers.get(b"cookie", b"").decode())
    except (CookieError, UnicodeDecodeError):
        return 400, "the Cookie header is none"
    try:
        pairs = parse_qsl(scope["query_string"].decode("latin-1"), max_num_fields=MOST_PAIRS)
    except ValueError:
        return 400, f"the address asks for too much: more than {MOST_PAIRS} values"
    if sum(name.startswith("_facet") for name, _ in pairs) > MOST_FACETS:
        return 400, f"the address asks for too much: more than {MOST_FACETS} facets"
    return (404, "there is no such page") if _KEEPERS.fullmatch(scope["path"]) else None


def _is_form(scope: Any, headers: dict[bytes, bytes]) -> bool:
    """Whether this is a form of some length for what is no page of ours."""
    size = headers.get(b"content-length", b"")
    sized = len(size) < 9 and size.isdigit() and int(size) <= FORM and b"transfer-encoding" not in headers
    return scope["method"] == "POST" and scope["path"].startswith("/-/") and sized


async def refuse(why: tuple[int, str], send: Any) -> None:
    """Answer with the reason."""
    status, said = why
    headers = [(b"content-type", b"text/plain; charset=utf-8"), *([(b"allow", b"GET, HEAD")] if status == 405 else [])]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": f"{status}: {said}\n".encode()})


async def while_wanted(app: Any, scope: Any, receive: Any, send: Any, clock: Clock) -> None:
    """Have `app` answer for as long as the reader is there: what nobody waits for is not read to its end.

    Who takes nothing of the answer for `STALLED` seconds counts as gone.
    """

    if scope["method"] not in METHODS:
        await app(scope, receive, send)
        return

    async def sent(message: Any) -> None:
        stalled = clock.later(STALLED, answering.cancel)
        try:
            await send(message)
        finally:
            stalled.cancel()

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
