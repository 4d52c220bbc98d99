"""Answers without a template: stored pages in their sandbox, the whole archive as a stream, robots.txt."""

import asyncio
from collections.abc import Callable
from typing import Any

from datasette.utils.asgi import AsgiStream, Response

from archive.exports.tables import COLUMNS, SHEET, as_csv, as_jsonl, rows_after
from archive.room import raw
from archive.room.headers import OURS, RAW
from archive.room.room import Room
from archive.room.serving import FAILURES, asked, failed
from archive.store import Archive

BATCH = 200
"""Articles that are read at a time for a stream."""
STREAMS = 2
"""Streams of the whole archive that are read side by side; others wait for their next batch."""
_OURS = OURS.decode()
_gate = asyncio.Semaphore(STREAMS)


async def robots(request: Any, datasette: Any) -> Response:
    """Search engines are kept out of the papers' texts, unless the keeper invited them."""
    room: Room = datasette.room
    return Response.text("User-agent: *\n" + ("Disallow:\n" if room.indexed else "Disallow: /\n"))


def page_part(part: str) -> Callable[..., Any]:
    """The handler of a stored page's `view`, `source` or `download`."""

    async def handler(request: Any, datasette: Any) -> Response:
        room, made = asked(request, datasette)
        try:
            body, name, shown = await room.ask(lambda archive: raw.body(archive, room, made.ask))
            if part == "view":
                shown = await room.ask(lambda archive: raw.harmless(shown))
        except FAILURES as error:
            return failed(error, made)
        headers = {_OURS: "1", "content-security-policy": RAW}
        if part == "download":
            headers["content-disposition"] = f'attachment; filename="{name}"'
            return Response(body, headers=headers, content_type="application/octet-stream")
        kind = "text/html; charset=utf-8" if part == "view" else "text/plain; charset=utf-8"
        return Response(shown, headers=headers, content_type=kind)

    return handler


def whole(form: str) -> Callable[..., Any]:
    """The handler of all articles, as `jsonl` or `csv`: read in batches, so that memory stays flat."""

    async def handler(request: Any, datasette: Any) -> Any:
        room: Room = datasette.room
        lines = _jsonl if form == "jsonl" else _csv

        async def stream(out: Any) -> None:
            after = 0
            while True:
                async with _gate:  # not while it is sent: who takes it slowly would keep all others waiting
                    text, last = await room.ask(lambda archive, after=after: lines(archive, after))  # type: ignore[misc]
                if text:
                    await out.write(text.decode())
                if last is None:
                    return
                after = last

        kind = "application/jsonl; charset=utf-8" if form == "jsonl" else "text/csv; charset=utf-8"
        headers = {_OURS: "1", "content-disposition": f'attachment; filename="articles.{form}"'}
        return AsgiStream(stream, headers=headers, content_type=kind)

    return handler


def _jsonl(archive: Archive, after: int) -> tuple[bytes, int | None]:
    """The next records, and the number of the last one; None: there are no more."""
    rows, last = rows_after(archive, after, BATCH)
    return b"".join(as_jsonl(COLUMNS, rows)), last


def _csv(archive: Archive, after: int) -> tuple[bytes, int | None]:
    rows, last = rows_after(archive, after, BATCH)
    lines = list(as_csv(SHEET, rows, sheet=True))
    return b"".join(lines if after == 0 else lines[1:]), last


ROUTES = (
    (r"^/robots\.txt$", robots),
    (r"^/raw/(?P<id>\d+)/view$", page_part("view")),
    (r"^/raw/(?P<id>\d+)/source$", page_part("source")),
    (r"^/raw/(?P<id>\d+)/download$", page_part("download")),
    (r"^/take/articles\.jsonl$", whole("jsonl")),
    (r"^/take/articles\.csv$", whole("csv")),
)
