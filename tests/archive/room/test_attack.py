"""Readers who mean harm: what they ask costs little, tells nothing of the keeper, and locks nobody out."""

import asyncio
import csv
import io
import itertools
import threading
from typing import Any

import pytest

from archive.facts import Page
from archive.room import gate, plain, story
from archive.room.ask import Ask, Missing
from archive.room.gate import refusal
from archive.room.headers import _Cells, guarded
from archive.room.raw import MOST_TAGS, harmless
from archive.room.room import Room, TooLong
from archive.store import Archive
from config.sources import Sources
from config.topics import Topics
from tests.archive.room import conftest
from tests.archive.room.conftest import Get


def scope(path: str = "/", query: str = "", method: str = "GET", **headers: str) -> dict[str, Any]:
    told = [(name.encode(), value.encode("latin-1")) for name, value in headers.items()]
    return {"type": "http", "method": method, "path": path, "query_string": query.encode(), "headers": told}


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS", "TRACE", "PATCH", "FOO"])
@pytest.mark.parametrize("path", ["/", "/search.csv", "/archive/articles", "/-/logout"])
def test_the_room_is_only_read(path: str, method: str) -> None:
    answer = refusal(scope(path, method=method))
    assert answer is not None and answer[0] == 405


@pytest.mark.parametrize(
    "host", ["[", "a b", 'x"><script>', "a/b", "a@b", "h:", "h:9999999", "http://a", "?", "#a", "\xff"]
)
def test_no_link_is_made_of_a_host_that_is_none(get: Get, host: str) -> None:
    for path in ("/", "/search.atom", "/article/songnews/1.bib"):
        answer = get(path, headers={"host": host.encode("latin-1")})
        assert answer.status_code == 400 and answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("host", ["kho.example.vn", "kho.example.vn:8001", "127.0.0.1:8001", "[::1]:8001", "localhost"])
def test_names_and_addresses_are_hosts(get: Get, host: str) -> None:
    assert f"http://{host}/article/songnews/1" in get("/search.atom", headers={"host": host}).text


def test_a_cookie_that_is_none_is_refused(get: Get) -> None:
    assert get("/", headers={"cookie": "a/b=1; lang=en"}).status_code == 400
    assert get("/", headers={"cookie": b'lang="en\xff"'}).status_code == 400
    assert get("/", headers={"cookie": "a=b; lang=en"}).status_code == 200


def test_a_query_of_thousands_of_parts_is_refused(get: Get) -> None:
    assert get("/archive/articles?" + "_facet=title&" * 9).status_code == 400
    assert get("/archive/articles?" + "%5Ff%61cet_array=authors&" * 9).status_code == 400
    assert get("/archive/articles?" + "_facet=title&" * 2).status_code == 200
    assert get("/search?" + "a=1&" * 201).status_code == 400


@pytest.mark.parametrize("page", ["databases", "databases.json", "threads", "settings", "plugins.json", "metadata",
                                  "versions", "messages", "allow-debug", "permissions", "patterns"])  # fmt: skip
def test_nothing_is_told_of_the_keepers_machine(get: Get, page: str) -> None:
    assert get(f"/-/{page}").status_code == 404


def test_any_name_may_stand_in_a_query(get: Get) -> None:
    page = get("/search?path=x&identity=1&part=2&key=3&self=4&a%26source=z%22")
    assert page.status_code == 200
    assert "a%26source=z%22" in page.text and "&amp;a&amp;source" not in page.text


@pytest.mark.parametrize("url", ["http://[", "http://[/a", "//["])
def test_an_address_that_is_none_is_told_in_words(get: Get, url: str) -> None:
    assert get("/url", params={"url": url}).status_code in (200, 400)


def test_no_shared_cache_keeps_a_page(get: Get) -> None:
    for path in ("/", "/search.atom", "/article/songnews/1.bib", "/article/songnews/9"):
        assert get(path).headers["cache-control"] == "private"


def test_a_long_text_is_a_cell() -> None:
    cells = _Cells()
    text = 'Một dòng, "hai" dòng\n' * 10_000
    out = io.StringIO()
    csv.writer(out).writerows([["title", "text"], ["=1+1", text]])
    told = cells.feed(out.getvalue().encode(), True) + cells.feed(b"", False)
    assert list(csv.reader(io.StringIO(told.decode(), newline="")))[1] == ["'=1+1", text]


def test_a_form_is_not_read_before_it_is_refused(filled: Archive, sources: Sources) -> None:
    made, told = conftest.opened(filled, sources), []
    form = {"cookie": "a=b", "content-type": "application/x-www-form-urlencoded"}

    async def body() -> Any:
        raise AssertionError("the form was read")

    async def send(message: Any) -> None:
        told.append(message)

    try:
        asyncio.run(made.app()(scope("/search", method="POST", **form), body, send))
    finally:
        made.room.close()
        for database in made.databases.values():
            database.close()
    assert told[0]["status"] == 405 and (b"allow", b"GET, HEAD") in told[0]["headers"]


@pytest.mark.parametrize(
    ("path", "size", "refused"),
    [("/-/login", "100", False), ("/-/login", "70000", True), ("/-/login", "", True), ("/-/login", "-1", True),
     ("/-/login", "9" * 5000, True), ("/search", "100", True)],
)  # fmt: skip
def test_short_forms_are_for_plugins(path: str, size: str, refused: bool) -> None:
    answer = refusal(scope(path, method="POST", **{"content-length": size}))
    assert (answer is not None and answer[0] == 405) is refused


def test_a_form_of_a_plugin_has_its_body(archive: Archive, sources: Sources) -> None:
    room, read = opened(archive, sources), []

    async def login(scope: Any, receive: Any, send: Any) -> None:
        read.append(await receive())

    async def body() -> Any:
        return {"type": "http.request", "body": b"a=b", "more_body": False}

    try:
        asked = scope("/-/login", method="POST", **{"content-length": "3"})
        asyncio.run(guarded(login, room)(asked, body, None))
    finally:
        room.close()
    assert read[0]["body"] == b"a=b"


def test_links_of_any_kind_are_taken_out_of_a_stored_page() -> None:
    told = harmless(b'<svg><a xlink:href="http://x.example/">k</a></svg><a HREF=/q>q</a>').decode()
    assert "href" not in told and 'title="http://x.example/"' in told and 'title="/q"' in told


def test_a_page_of_too_many_tags_is_not_viewed() -> None:
    with pytest.raises(Missing, match="too_many_tags"):
        harmless(b"<div>" * (MOST_TAGS + 1))
    assert b"<p>" in harmless(b"<p>x" * 1000)


def opened(archive: Archive, sources: Sources) -> Room:
    return Room(archive.path, sources, Topics())


async def answered(app: Any, room: Room, receive: Any, send: Any) -> None:
    await guarded(app, room)(scope("/take/articles.jsonl", host="h"), receive, send)


def test_what_nobody_waits_for_is_not_read_on(archive: Archive, sources: Sources) -> None:
    room, ended = opened(archive, sources), []

    async def endless(scope: Any, receive: Any, send: Any) -> None:
        try:
            await asyncio.Event().wait()
        finally:
            ended.append(True)

    async def gone() -> dict[str, str]:
        return {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        raise AssertionError(message)

    try:
        asyncio.run(asyncio.wait_for(answered(endless, room, gone, send), 30))
    finally:
        room.close()
    assert ended == [True]


def test_who_takes_nothing_of_an_answer_is_let_go(
    archive: Archive, sources: Sources, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gate, "STALLED", 0.05)
    room = opened(archive, sources)

    async def answer(scope: Any, receive: Any, send: Any) -> None:
        try:
            await send({"type": "http.response.start", "status": 200, "headers": []})
        except Exception as error:  # Datasette would make an error page of it
            raise AssertionError from error

    async def stay() -> Any:
        await asyncio.Event().wait()

    try:
        asyncio.run(asyncio.wait_for(answered(answer, room, stay, lambda message: stay()), 30))
    finally:
        room.close()


def test_errors_of_pages_are_still_raised(archive: Archive, sources: Sources) -> None:
    room = opened(archive, sources)

    async def broken(scope: Any, receive: Any, send: Any) -> None:
        raise KeyError("own")

    async def stay() -> Any:
        await asyncio.Event().wait()

    try:
        with pytest.raises(KeyError):
            asyncio.run(answered(broken, room, stay, lambda message: stay()))
    finally:
        room.close()


def test_slow_takers_of_the_archive_lock_nobody_out(filled: Archive, sources: Sources) -> None:
    room = opened(filled, sources)

    class Datasette:
        pass

    Datasette.room = room  # type: ignore[attr-defined]

    async def take(send: Any) -> None:
        await (await plain.whole("jsonl")(None, Datasette)).asgi_send(send)

    async def ask() -> bytes:
        taken, stuck = bytearray(), asyncio.Event()

        async def never(message: Any) -> None:
            if message.get("body"):
                stuck.set()
                await asyncio.Event().wait()

        async def ready(message: Any) -> None:
            taken.extend(message.get("body", b""))

        slow = [asyncio.ensure_future(take(never)) for _ in range(plain.STREAMS)]
        await stuck.wait()
        await asyncio.wait_for(take(ready), 30)
        for one in slow:
            one.cancel()
        return bytes(taken)

    try:
        assert asyncio.run(ask()).count(b"\n") == 4
    finally:
        room.close()


def test_a_page_that_hangs_keeps_no_health_back(get: Get, filled: Archive, sources: Sources) -> None:
    room, hung = opened(filled, sources), threading.Event()

    class Hanging:
        def account(self, page: Page) -> None:
            hung.wait(60)

        def close(self) -> None:
            hung.set()

    room._accounts = Hanging()  # type: ignore[assignment]

    asked = Ask({"source": "songnews", "id": "1"}, {})

    async def ask() -> Any:
        waiting = [asyncio.ensure_future(room.account(asked)) for _ in range(30)]
        health = await room.health(wait=30)
        done, _ = await asyncio.wait(waiting, timeout=30, return_when=asyncio.FIRST_COMPLETED)
        assert done and all(isinstance(one.exception(), TooLong) for one in done)
        room.close()  # ends at once what hangs
        await asyncio.gather(*waiting, return_exceptions=True)
        return health

    assert asyncio.run(ask()) is not None


def test_comparing_ends_when_it_takes_too_long(
    archive: Archive, sources: Sources, monkeypatch: pytest.MonkeyPatch
) -> None:
    room = opened(archive, sources)
    try:
        assert list(story.patiently(range(9), room)) == [*range(9)]
        monkeypatch.setattr(story, "PATIENCE", -1.0)
        with pytest.raises(TooLong):
            list(story.patiently(itertools.count(), room))
    finally:
        room.close()


def test_both_pages_that_compare_are_patient(get: Get, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(story, "PATIENCE", -1.0)
    assert [get(f"/article/songnews/1/{part}").status_code for part in ("diff", "history")] == [503, 503]


def test_a_crowd_is_refused_at_once(archive: Archive, sources: Sources, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("archive.room.room.CROWD", 4)
    room, free = opened(archive, sources), threading.Event()

    async def ask() -> list[Any]:
        asked = [asyncio.ensure_future(room.ask(lambda archive: free.wait(60))) for _ in range(6)]
        done, _ = await asyncio.wait(asked, timeout=30, return_when=asyncio.FIRST_COMPLETED)
        free.set()
        assert all(isinstance(one.exception(), TooLong) for one in done)
        return await asyncio.gather(*asked, return_exceptions=True)

    try:
        assert [isinstance(one, TooLong) for one in asyncio.run(ask())] == [False] * 4 + [True] * 2
    finally:
        room.close()


def test_pages_are_written_in_a_reader(get: Get, monkeypatch: pytest.MonkeyPatch) -> None:
    from archive.room import raw, serving

    names = []
    page, harmless = serving.page, raw.harmless
    monkeypatch.setattr(serving, "page", lambda *a: names.append(threading.current_thread().name) or page(*a))
    monkeypatch.setattr(raw, "harmless", lambda *a: names.append(threading.current_thread().name) or harmless(*a))
    assert get("/article/songnews/1").status_code == get("/raw/1/view").status_code == 200
    assert len(names) == 2 and all(name.startswith("reader") for name in names)


@pytest.mark.parametrize("path", ["/\\song.example.vn/", "/%5Csong.example.vn/", "/a\\b"])
def test_a_backslash_leads_nowhere(get: Get, path: str) -> None:
    answer = get(path)
    assert answer.status_code == 400 and "location" not in answer.headers
