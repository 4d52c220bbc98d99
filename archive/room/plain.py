"""Answers without a template: stored pages in their sandbox, the whole archive as a stream, robots.txt."""

import asyncio
from collections.abc import Callable, Iterator
from typing import Any

import msgspec
from datasette.utils.asgi import AsgiStream, Response

from archive.cells import rows_as_csv
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
_ROWS = "SELECT id, {columns} FROM articles WHERE id > ? ORDER BY id LIMIT ?"
COLUMNS = (
    "article", "source", "url", "published", "published_precision", "kicker", "title", "lead", "text", "authors",
    "credit", "section", "tags", "captions", "revisions", "first_seen", "last_seen", "cleaner",
)  # fmt: skip
_LISTS = ("authors", "section", "tags", "captions")
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
                    await out.write(text)
                if last is None:
                    return
                after = last

        kind = "application/jsonl; charset=utf-8" if form == "jsonl" else "text/csv; charset=utf-8"
        headers = {_OURS: "1", "content-disposition": f'attachment; filename="articles.{form}"'}
        return AsgiStream(stream, headers=headers, content_type=kind)

    return handler


def _jsonl(archive: Archive, after: int) -> tuple[str, int | None]:
    """Records as `baoluu show --json` prints them, and the number of the last one; None: there are no more."""
    from archive.history import shown

    rows = list(archive.rows("SELECT id, article FROM articles WHERE id > ? ORDER BY id LIMIT ?", (after, BATCH)))
    told = (shown(archive, row["article"]) for row in rows)
    text = "".join(msgspec.json.encode(one).decode() + "\n" for one in told if one is not None)
    return text, rows[-1]["id"] if rows else None


def _csv(archive: Archive, after: int) -> tuple[str, int | None]:
    rows = list(archive.rows(_ROWS.format(columns=", ".join(COLUMNS)), (after, BATCH)))
    lines = list(rows_as_csv(COLUMNS, map(_cells, rows)))
    return "".join(lines if after == 0 else lines[1:]), rows[-1]["id"] if rows else None


def _cells(row: dict[str, Any]) -> Iterator[Any]:
    for name in COLUMNS:
        yield msgspec.json.decode(row[name]) if name in _LISTS else row[name]


ROUTES = (
    (r"^/robots\.txt$", robots),
    (r"^/raw/(?P<id>\d+)/view$", page_part("view")),
    (r"^/raw/(?P<id>\d+)/source$", page_part("source")),
    (r"^/raw/(?P<id>\d+)/download$", page_part("download")),
    (r"^/take/articles\.jsonl$", whole("jsonl")),
    (r"^/take/articles\.csv$", whole("csv")),
)
