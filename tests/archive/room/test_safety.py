"""Nothing that a paper wrote acts in the room, search engines stay out, and SQL is for those who were let in."""

import asyncio
import re

import pytest

from archive.room.headers import stock_policy
from archive.store import Archive
from config.sources import Sources
from tests.archive.room.conftest import Get, opened
from tests.archive.room.test_pages import ALL


@pytest.mark.parametrize("path", [*(f"/{path}" for path in ALL), "/nothing", "/archive", "/archive/articles",
                                  "/archive/copiers", "/-/versions", "/take/articles.csv", "/robots.txt"])  # fmt: skip
def test_every_answer_is_guarded(get: Get, path: str) -> None:
    headers = get(path).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert "noindex" in headers["x-robots-tag"]
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy and "base-uri 'none'" in policy
    assert "unsafe-eval" not in policy
    assert not re.search(r"script-src[^;]*('unsafe-inline'|\*|http)", policy)
    assert len([value for name, value in headers.multi_items() if name == "content-security-policy"]) == 1
    assert "baoluu-page" not in headers


def test_our_own_pages_run_no_script_at_all(get: Get) -> None:
    for path in ALL:
        page = get(f"/{path}")
        assert "script-src" not in page.headers["content-security-policy"]
        assert not re.search(r"<script|\son[a-z]+=|style=", page.text), path


def test_the_stock_scripts_are_let_in_by_their_digests(get: Get) -> None:
    import base64
    import hashlib

    page = get("/archive/articles").text
    inline = [script for script in re.findall(r"<script>(.*?)</script>", page, re.S) if script]
    assert inline
    for script in inline:
        digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
        assert f"'sha256-{digest}'" in stock_policy()


def test_a_stored_page_has_no_power(get: Get) -> None:
    view, download = get("/raw/1/view"), get("/raw/1/download")
    for answer in (view, download, get("/raw/1/source")):
        policy = answer.headers["content-security-policy"]
        assert policy.startswith("sandbox;") and "allow" not in policy
    assert download.headers["content-type"] == "application/octet-stream"
    assert download.headers["content-disposition"].startswith("attachment;")
    assert get("/raw/1/source").headers["content-type"].startswith("text/plain")


def test_search_engines_stay_out_unless_invited(get: Get, filled: Archive, sources: Sources) -> None:
    assert get("/robots.txt").text == "User-agent: *\nDisallow: /\n"
    made = opened(filled, sources, indexed=True)
    try:
        assert asyncio.run(made.client.get("/robots.txt")).text == "User-agent: *\nDisallow:\n"
        assert "x-robots-tag" not in asyncio.run(made.client.get("/")).headers
    finally:
        made.room.close()
        for database in made.databases.values():
            database.close()


def test_sql_of_readers_is_refused(get: Get) -> None:
    assert get("/archive?sql=select+1").status_code == 403
    assert get("/archive/articles?_where=1=1").status_code == 403
    assert get("/archive.db").status_code in (403, 404)


def test_stock_connections_cannot_write(get: Get, filled: Archive) -> None:
    assert get("/archive/articles.json?_size=1").status_code == 200
    (count,) = filled.conn.execute("SELECT count(*) FROM articles").fetchone()
    assert count == 4


def test_datasettes_permissions_hold_for_the_room(filled: Archive, sources: Sources) -> None:
    made = opened(filled, sources)
    made._metadata_local |= {"allow": {"id": "thu-thu"}}
    badge = {"ds_actor": made.sign({"a": {"id": "thu-thu"}}, "actor")}
    try:
        for path in (
            "/",
            "/search.json?q=a",
            "/article/songnews/1",
            "/raw/1/download",
            "/take/articles.csv",
            "/archive",
        ):
            assert asyncio.run(made.client.get(path)).status_code == 403, path
            assert asyncio.run(made.client.get(path, cookies=badge)).status_code == 200, path
    finally:
        made.room.close()
        for database in made.databases.values():
            database.close()
