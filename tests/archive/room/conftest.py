"""A room over a small archive, asked without a network."""

import asyncio
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest
from datasette.app import Datasette
from datasette.plugins import pm

import archive.room as plugin
from archive.derive import rebuild
from archive.describe import metadata
from archive.facts import Block
from archive.store import Archive
from config.sources import Sources
from config.topics import Topic, Topics
from tests.conftest import Visit, record

Get = Callable[..., httpx.Response]
TITLES = {
    1: "Công tác đối ngoại Đảng năm 2025",
    2: "Nằm viện ba ngày vì ăn nấm",
    3: "Hoà bình ở thung lũng",
    4: '=HYPERLINK("http://song.example.vn")',
}


@pytest.fixture
def filled(archive: Archive, sources: Sources, visit: Visit) -> Archive:
    for n, title in TITLES.items():
        more = {
            "authors": ["Lê Hà Vy"] if n % 2 else [],
            "section": ["Thời sự", "Chính trị"] if n < 3 else ["Đời sống"],
        }
        published = f"2025-0{n}-01T00:30:00+07:00"
        visit(record(n, title, "Đoạn dẫn.", "Đoạn hai của bài.", published=published, **more),
              f"2025-03-10T0{n}:00:00+07:00")  # fmt: skip
    visit(record(1, TITLES[1], "Đoạn dẫn.", "Đoạn hai đã khác.", published="2025-01-01T00:30:00+07:00",
                 authors=["Lê Hà Vy"], section=["Thời sự", "Chính trị"],
                 blocks=[Block("p", "Đoạn hai đã khác."), Block("li", "Một"), Block("li", "Hai"), Block("h", "Mục")]),
          "2025-03-10T06:00:00+07:00")  # fmt: skip
    rebuild(archive, sources)
    return archive


def opened(archive: Archive, sources: Sources, **more: Any) -> Any:
    """Datasette with a room."""
    if not pm.is_registered(plugin):
        pm.register(plugin, plugin.__name__)
    room = plugin.Room(archive.path, sources, Topics([Topic(title="Đối ngoại", name="doi-ngoai")]), **more)
    return plugin.with_room(Datasette, room)(
        [str(archive.path)], metadata=metadata("archive"), settings={"default_allow_sql": False}
    )


@pytest.fixture
def get(filled: Archive, sources: Sources) -> Iterator[Get]:
    made = opened(filled, sources)

    def ask(path: str, **more: Any) -> httpx.Response:
        answer: httpx.Response = asyncio.run(made.client.get(path, **more))
        return answer

    yield ask
    made.room.close()
    for database in made.databases.values():
        database.close()
