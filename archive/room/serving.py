"""From a request to an answer: the page's function is asked in a reader, its data shown by a template or as it is."""

import logging
from collections.abc import Callable
from typing import Any

import msgspec
from datasette.utils.asgi import Response

from archive.errors import ArchiveError
from archive.room.ask import Ask, Missing, Wrong
from archive.room.headers import OURS
from archive.room.look import page
from archive.room.room import Room, TooLong
from archive.room.view import Made, View
from archive.room.words import LANGUAGES, said

logger = logging.getLogger(__name__)
HTML = "text/html; charset=utf-8"
YEAR = 31_536_000
FAILURES = (Missing, TooLong, ArchiveError)
"""What a page answers with words; anything else is ours to mend, and Datasette's error page tells of it."""


def serve(view: View) -> Callable[..., Any]:
    """The handler that Datasette calls for `view`."""

    async def handler(request: Any, datasette: Any) -> Response:
        room, made = asked(request, datasette)
        ask = made.ask
        try:
            for need in view.needs:
                ask.given[need] = await getattr(room, need)(ask)
            # written in the reader too: a long page would keep the loop, and with it all others, from answering
            return await room.ask(lambda archive: _answer(view, view.answer(archive, room, ask), made))
        except FAILURES as error:
            return failed(error, made)

    return handler


def asked(request: Any, datasette: Any) -> tuple[Room, Made]:
    """The room, and what is asked of it."""
    site = str(datasette.setting("base_url"))
    root = str(datasette.absolute_url(request, site))
    here = str(datasette.absolute_url(request, request.full_path))
    return datasette.room, Made(datasette.room, _ask(request), here, site, root)


def _ask(request: Any) -> Ask:
    from datasette.utils import tilde_decode

    caught = {name: value for name, value in request.url_vars.items() if value is not None}
    path = {name: value if name == "format" else tilde_decode(value) for name, value in caught.items()}
    args = {name: request.args.get(name) or "" for name in request.args}
    chosen = next((one for one in (args.get("lang"), request.cookies.get("lang")) if one in LANGUAGES), LANGUAGES[0])
    return Ask(path, args, chosen)


def _answer(view: View, data: Any, made: Made) -> Response:
    form = made.ask.path.get("format")
    if form is None:
        return _shown(page(view.template, made, data), made.ask)
    if form == "json":
        return _given(msgspec.json.encode(data), "application/json; charset=utf-8")
    one = view.formats[form]
    headers = {"content-disposition": f'attachment; filename="{one.name}"'} if one.name else {}
    return _given(one.write(data, made), one.kind, **headers)


def _shown(body: str, ask: Ask, status: int = 200) -> Response:
    answer = Response(body, status=status, headers={OURS.decode(): "1"}, content_type=HTML)
    if ask.args.get("lang") in LANGUAGES:
        answer.set_cookie("lang", ask.lang, max_age=YEAR, httponly=True, samesite="lax")
    return answer


def _given(body: bytes, kind: str, **headers: str) -> Response:
    return Response(body, headers={OURS.decode(): "1", **headers}, content_type=kind)


def failed(error: Exception, made: Made) -> Response:
    """The answer to one of `FAILURES`, in the form that was asked for."""
    status, told = _told(error, made.ask.lang)
    if made.ask.path.get("format") == "json":
        body = msgspec.json.encode({"error": told, "status": status}).decode()
        return Response(body, status=status, headers={OURS.decode(): "1"}, content_type="application/json")
    return _shown(page("error.html", made, {"status": status, "told": told}), made.ask, status)


def _told(error: Exception, lang: str) -> tuple[int, str]:
    if isinstance(error, Missing):
        return 400 if isinstance(error, Wrong) else 404, said(lang, error.key, **error.values)
    if isinstance(error, TooLong):
        return 503, said(lang, "too_long")
    logger.warning("%s", error)
    return 503, said(lang, "cannot_read")
