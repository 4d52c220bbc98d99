"""Reading while others write, a published copy, and questions that take too long."""

import asyncio
import threading
from pathlib import Path

import pytest

from archive.cleaners import note_newest
from archive.derive import derive_article, rebuild
from archive.facts import Cleaned, Page
from archive.publish import publish
from archive.room.room import Room, TooLong
from archive.store import Archive
from config.sources import Sources
from config.topics import Topics
from tests.archive.room.conftest import Get, opened
from tests.conftest import record

MORE = 60


def keep(archive: Archive, sources: Sources, number: int) -> None:
    made = record(number, f"Bài mới thứ {number} về đối ngoại")
    page = Page(url=made.url, fetched_at="2025-03-11T08:00:00+07:00", body=str(number).encode())
    with archive.transaction():
        article = f"songnews:{number}"
        archive.put_cleaning(archive.keep_page("songnews", page), "c1", Cleaned(output=made, article=article))
        derive_article(archive, article, sources)


def test_reading_while_a_crawl_writes(get: Get, filled: Archive, sources: Sources) -> None:
    failed: list[BaseException] = []

    def write() -> None:
        try:
            with Archive(filled.path, clock=filled.clock) as archive:
                note_newest(archive, "songnews", "c1")
                for number in range(100, 100 + MORE):
                    keep(archive, sources, number)
        except BaseException as error:
            failed.append(error)
            raise

    writer = threading.Thread(target=write)
    writer.start()
    seen = []
    while writer.is_alive():
        for path in ("/search.json?q=doi+ngoai", "/overview.json", "/search.json?order=oldest", "/article/songnews/1"):
            answer = get(path)
            assert answer.status_code == 200, answer.text
            if path.startswith("/overview"):
                seen.append(answer.json()["archive"]["articles"])
        assert get("/archive/articles.json?_size=1").status_code == 200
    writer.join()
    assert not failed and seen == sorted(seen)
    assert get("/overview.json").json()["archive"]["articles"] == 4 + MORE
    found = get("/search.json?q=doi+ngoai&size=100").json()["results"]
    assert found["articles"] == len(found["hits"]) == 1 + MORE


def test_a_change_of_an_older_article_is_counted_within_a_minute(
    get: Get, filled: Archive, sources: Sources, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert get("/search.json?since=2024&until=2024").json()["results"]["articles"] == 0
    filled.conn.execute("UPDATE articles SET published = '2024-05-05T09:00:00+07:00' WHERE article = 'songnews:3'")
    monkeypatch.setattr("archive.catalogue.STALE", -1.0)
    assert get("/search.json?since=2024&until=2024").json()["results"]["articles"] == 1


def test_a_published_copy_has_its_room(filled: Archive, sources: Sources, tmp_path: Path) -> None:
    copy = tmp_path / "copy.db"
    with Archive(filled.path, write=False) as archive:
        publish(archive, copy)
    with Archive(copy, write=False) as archive:
        made = opened(archive, sources)
    try:
        told = {path: asyncio.run(made.client.get(path)) for path in
                ("/", "/search?q=doi", "/article/songnews/1", "/article/songnews/1/diff", "/article/songnews/1/why",
                 "/source/songnews", "/sources", "/page/1", "/raw/1/view", "/health")}  # fmt: skip
    finally:
        made.room.close()
        for database in made.databases.values():
            database.close()
    status = {path: answer.status_code for path, answer in told.items()}
    assert {path: code for path, code in status.items() if code != 200} == {"/raw/1/view": 404, "/health": 404}
    assert "Bản công khai này không giữ trang gốc" in told["/page/1"].text


def test_what_takes_too_long_is_ended(archive: Archive, sources: Sources) -> None:
    rebuild(archive, sources)
    room = Room(archive.path, sources, Topics())
    endless = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n"
    try:
        with pytest.raises(TooLong):
            asyncio.run(room.ask(lambda opened: list(opened.rows(endless)), patience=0.2))
        assert asyncio.run(room.ask(lambda opened: list(opened.rows("SELECT 1 AS one")))) == [{"one": 1}]
    finally:
        room.close()


def test_a_room_that_closes_ends_what_it_was_asked(archive: Archive, sources: Sources) -> None:
    room = Room(archive.path, sources, Topics())
    endless = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n"

    async def ask() -> None:
        asked = asyncio.ensure_future(room.ask(lambda opened: list(opened.rows(endless)), patience=600))
        await asyncio.sleep(0.2)
        await asyncio.get_running_loop().run_in_executor(None, room.close)
        with pytest.raises(TooLong):
            await asked

    asyncio.run(ask())
