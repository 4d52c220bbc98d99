"""A paper whose section pages are drawn by script, crawled over loopback: home page, menu, JSON lists, articles."""

import json
from pathlib import Path

import msgspec
import pytest

from archive.store import Archive
from config.declarations import ScriptedList, UrlRules
from config.sources import Sources
from crawler.replay import Replay
from crawler.run import crawl
from tests.crawler.conftest import pages
from tests.crawler.site import Reply, Site, article

JSON = {"Content-Type": "application/json; charset=utf-8"}
API_HOST = "127.78.1.2"


def answer(*items: dict[str, object], status: int = 1) -> Reply:
    return Reply(body=json.dumps({"status": status, "data": {"list": items}}).encode(), headers=JSON)


def drawn(site: Site) -> Sources:
    """The declaration of `site`, whose lists stand on another host."""
    base = f"http://{API_HOST}:{site.port}/api"
    lists = (
        ScriptedList(url=f"{base}/menu", expect={"status": 1}, items=("data.list",), menu="menu_slug"),
        ScriptedList(
            url=f"{base}/news?category={{section}}&page={{n}}",
            expect={"status": 1},
            items=("data.list",),
            article="/tin-bai/{category}/{slug}",
            title="title",
            date="published",
            section="category_name",
        ),
    )
    source = site.source(sections=("/",), pager=None, lists=lists)
    urls = UrlRules(article=(r"^/tin-bai/[^/?]+/[^/?]+$",), section=(r"^/tin-tuc/[^/?]+$",))
    return Sources({"sample": msgspec.structs.replace(source, urls=urls, api_hosts=(API_HOST,))}, {})


def item(number: int) -> dict[str, object]:
    return {
        "slug": f"bai-{number}",
        "category": "lua",
        "title": f"Gặt sớm {number}",
        "published": f"2025-03-09T08:{number:02}:00+07:00",
        "category_name": "Nhà nông",
    }


@pytest.mark.usefixtures("here")
def test_a_paper_drawn_by_script_is_collected_through_its_lists(kept: Archive) -> None:
    shell = Reply(body=b'<html><body><div id="app"></div><a href="/tin-tuc/lua">x</a></body></html>')
    papers = {f"/tin-bai/lua/bai-{n}": article(n) for n in range(1, 5)}
    api = {
        "/robots.txt": Reply(body=b"User-agent: *\nDisallow: /api/news?category=mat\n", headers={}),
        "/api/menu": answer({"menu_slug": "lua"}, {"menu_slug": "mat"}, {"menu_slug": "loi"}),
        "/api/news?category=lua&page=1": answer(item(1), item(2)),
        "/api/news?category=lua&page=2": answer(item(3)),
        "/api/news?category=lua&page=3": answer(item(4)),
        "/api/news?category=lua&page=4": answer(item(5)),
        "/api/news?category=mat&page=1": answer(item(6)),
        "/api/news?category=loi&page=1": answer(item(7), status=0),
    }
    with Site({"/": shell, "/tin-tuc/lua": shell} | papers) as site, Site(dict(api), API_HOST, site.port) as lists:
        crawl(kept, drawn(site))
        asked = {**site.paths(), **lists.paths()}
        crawl(kept, drawn(site))
    found = {row["url"]: row for row in pages(kept, kind="article")}
    assert sorted(found) == [site.url(path) for path in sorted(papers)]
    titles = {
        a["url"]: (a["published"], a["published_from"], a["section"]) for a in kept.rows("SELECT * FROM articles")
    }
    assert titles[site.url("/tin-bai/lua/bai-1")] == ("2025-03-09T08:01:00+07:00", "feed", '["Nhà nông"]')
    assert set(asked) == {"/", "/robots.txt", *papers} | set(api) - {
        "/api/news?category=mat&page=1",
        "/api/news?category=lua&page=4",
    }, "what robots.txt forbids is not asked, nor more pages than a visit reads"
    kinds = {row["url"]: row["kind"] for row in pages(kept) if f"//{API_HOST}" in str(row["url"])}
    assert set(kinds.values()) == {"robots", "section"}


@pytest.mark.usefixtures("here")
def test_stored_lists_are_replayed(kept: Archive, tmp_path: Path) -> None:
    with Site({}) as site:
        sources = drawn(site)
    base = f"http://{API_HOST}:{site.port}/api"
    stored = {
        f"{base}/menu": answer({"menu_slug": "lua"}).body,
        f"{base}/news?category=lua&page=1": answer(item(1)).body,
        site.url("/tin-bai/lua/bai-1"): article(1).body,
    }
    routes = {}
    for number, (url, body) in enumerate(stored.items()):
        (tmp_path / f"{number}.body").write_bytes(body)
        routes[url] = {"file": f"{number}.body", "fetched_at": f"2025-03-10T08:0{number}:00+07:00"}
    (tmp_path / "routes.json").write_text(json.dumps(routes), encoding="utf-8")
    crawl(kept, sources, replay=Replay(tmp_path, sources))
    kinds = {row["url"]: row["kind"] for row in pages(kept)}
    assert kinds == dict.fromkeys(list(stored)[:2], "section") | {list(stored)[2]: "article"}
    assert [row["url"] for row in kept.rows("SELECT url FROM articles")] == list(stored)[2:]
