"""Datasette's own search box finds what ours finds."""

import asyncio
from urllib.parse import quote

import pytest
from datasette.app import Datasette

from archive.derive import rebuild
from archive.describe import metadata
from archive.store import Archive
from config.sources import Sources
from tests.conftest import Visit, record


@pytest.mark.parametrize(("query", "count"), [("doi ngoai dang", 1), ("đối ngoại Đảng", 1), ("nằm", 0), ("năm", 1)])
def test_the_box_finds(archive: Archive, sources: Sources, visit: Visit, query: str, count: int) -> None:
    visit(record(1, "Công tác đối ngoại Đảng năm nay"), "2025-03-10T01:00:00+07:00")
    rebuild(archive, sources)

    async def ask() -> int:
        datasette = Datasette([str(archive.path)], metadata=metadata("archive"))
        try:
            answer = await datasette.client.get(f"/archive/articles.json?_search={quote(query)}")
            page = await datasette.client.get("/archive/articles")
            assert "Headline." in page.text
            return int(answer.json()["filtered_table_rows_count"])
        finally:
            for database in datasette.databases.values():
                database.close()

    assert asyncio.run(ask()) == count
