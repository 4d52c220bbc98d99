"""`crawl --assets`: what articles show is kept, from hosts of its own, as politely as pages are."""

import gzip
import subprocess
import sys
import time
from contextlib import ExitStack
from itertools import pairwise
from pathlib import Path

import msgspec
import pytest
from click.testing import CliRunner

from archive.assets import shown_by
from archive.erase import erase
from archive.life import life_of
from archive.state import told
from archive.store import Archive
from archive.withdraw import find, withdraw
from config.clock import SystemClock
from config.sources import Sources
from config.topics import Phrases, Topic
from crawler.assets import LARGEST
from crawler.cli import cli
from crawler.newsroom import Newsroom
from crawler.run import crawl
from tests.conftest import ROOT
from tests.crawler.conftest import pages
from tests.crawler.showing import PICTURE, SHEET, pair, picture, png, printed, showing, with_images
from tests.crawler.site import HTML, Reply, Site, article, hurried
from tests.crawler.test_replay import PUBLIC, write_warc
from tests.faults.hostile import bomb, drip

pytestmark = pytest.mark.usefixtures("here")


def asset(archive: Archive, url: str) -> dict[str, object]:
    (found,) = archive.rows(
        "SELECT p.*, b.sha256, b.size FROM pages p JOIN bodies b ON b.id = p.body WHERE url = ? AND kind = 'asset'",
        (url,),
    )
    return found


def shows(archive: Archive, url: str) -> list[str]:
    rows = archive.rows("SELECT s.url FROM assets s JOIN pages p ON p.id = s.page WHERE p.url = ?", (url,))
    return sorted(row["url"] for row in rows)


def test_images_and_sheets_are_kept_as_they_came_and_once(kept: Archive) -> None:
    with pair(1) as (site, images):
        common, own, sheet = images.url("/chung.png"), images.url("/rieng.png?w=680&s=k3y"), images.url("/bao.css")
        printed(site, showing(1, common, own, sheets=(sheet,)), showing(2, common))
        style = b'@font-face{src:url(chu.woff2),url(chu.ttf)} .b{background:url("nen.png")} /* url(khong.png) */'
        images.routes |= {
            "/chung.png": picture(1),
            "/rieng.png?w=680&s=k3y": picture(2),
            "/bao.css": Reply(body=style, headers=SHEET),
            "/chu.woff2": Reply(body=b"wOF2 chu", headers={"Content-Type": "font/woff2"}),
            "/nen.png": picture(3),
        }
        sources = with_images(site.source(), images.host)
        done = crawl(kept, sources, assets=True)
        again = crawl(kept, sources, assets=True)
    assert done.outcome == "finished" and not done.trouble
    paths = {
        "/robots.txt": 1,
        "/chung.png": 1,
        "/rieng.png?w=680&s=k3y": 1,
        "/bao.css": 1,
        "/chu.woff2": 1,
        "/nen.png": 1,
    }
    assert images.paths() == paths, "each once, and one file of a font"
    counts = done.sources["sample"]
    assert (counts.assets, counts.articles, counts.asset_errors, counts.errors) == (5, 2, {}, {})
    assert counts.asset_bytes == sum(len(png(n)) for n in (1, 2, 3)) + len(style) + 8
    assert again.sources["sample"].assets == 0
    page = asset(kept, own)
    assert kept.page(int(str(page["id"]))).body == png(2)
    assert page["source"] == "sample" and '"content-type":"image/png"' in str(page["headers"])
    assert f'"referrer":"{site.url("/bai-1.html")}"' in str(page["hints"])
    assert shows(kept, site.url("/bai-1.html")) == sorted([common, own, sheet])
    assert shows(kept, sheet) == sorted([images.url("/chu.woff2"), images.url("/nen.png")])
    (number,) = (p["id"] for p in pages(kept, url=site.url("/bai-1.html")))
    assert len(shown_by(kept.conn, [int(str(number))])) == 5, "with what the sheet shows"
    asked = {a.path: a.headers for a in images.asked}
    assert asked["/chung.png"]["referer"] == f"{site.url('/')}" and asked["/chung.png"]["accept"] == "*/*"
    assert all(a.at > site.asked[1].at for a in images.asked), "after the lists"
    assert kept.conn.execute("SELECT count(*) FROM articles").fetchone() == (2,)
    assert kept.conn.execute("SELECT count(*) FROM cleanings").fetchone() == (2,)


def test_without_the_option_there_is_nothing_of_it(kept: Archive) -> None:
    with pair(2) as (site, images):
        printed(site, showing(1, images.url("/a.png"), sheets=(images.url("/b.css"),)))
        crawl(kept, with_images(site.source(), images.host))
        assert images.asked == []
    assert pages(kept, kind="asset") == [] and list(kept.rows("SELECT * FROM assets")) == []
    assert [h["source"] for h in kept.rows("SELECT source FROM hosts")] == ["sample"]
    assert list(kept.rows("SELECT key FROM frontier WHERE kind = 'asset' OR host LIKE '127.79.2.2%'")) == []


def test_articles_that_were_kept_without_get_theirs(kept: Archive) -> None:
    with pair(3) as (site, images):
        printed(site, showing(1, images.url("/a.png")), article(2))
        images.routes["/a.png"] = picture(1)
        sources = with_images(site.source(), images.host)
        crawl(kept, sources)
        done = crawl(kept, sources, assets=True)
        assert done.sources["sample"].assets == 1 and images.paths()["/a.png"] == 1
        assert site.paths()["/bai-1.html"] == 1, "no page is asked again for it"
        rows = {
            (r["url"], r["shown"])
            for r in kept.rows("SELECT p.url, s.url AS shown FROM assets s JOIN pages p ON p.id = s.page")
        }
        assert rows == {(site.url("/bai-1.html"), images.url("/a.png")), (site.url("/bai-2.html"), "")}


def test_each_crawl_looks_at_some_of_them_and_a_replay_at_all(
    kept: Archive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("crawler.showing.LOOKED", 2)
    with pair(17) as (site, images):
        printed(site, *(showing(n, images.url(f"/{n}.png")) for n in range(1, 6)))
        images.routes |= {f"/{n}.png": picture(n) for n in range(1, 6)}
        sources = with_images(site.source(), images.host)
        crawl(kept, sources)
        assert [crawl(kept, sources, assets=True).sources["sample"].assets for _ in range(4)] == [2, 2, 1, 0]
    at, urls = "2024-03-09T01:00:00Z", [f"http://song.example.vn/bai-{n}.html" for n in range(1, 6)]
    shown = [f"http://anh.example.net/{n}.png" for n in range(1, 6)]
    rows = [(url, at, 200, HTML, showing(n, shown[n - 1]).body) for n, url in enumerate(urls, 1)]
    write_warc(tmp_path / "w.warc", [*rows, *((url, at, 200, PICTURE, png(n)) for n, url in enumerate(shown))])
    with Archive(tmp_path / "b.db") as archive:
        crawl(archive, PUBLIC, replay=tmp_path / "w.warc")
        assert pages(archive, kind="asset") == []
        assert crawl(archive, PUBLIC, replay=tmp_path / "w.warc", assets=True).sources["sample"].assets == 5


def test_an_image_host_is_asked_at_the_papers_pace_and_obeyed(kept: Archive) -> None:
    with pair(4) as (site, images):
        printed(site, showing(1, *(images.url(f"/anh/{n}.png") for n in range(4)), images.url("/kin/1.png")))
        images.routes |= {f"/anh/{n}.png": picture(n) for n in range(4)}
        images.routes |= {"/kin/1.png": picture(9), "/robots.txt": Reply(body=b"User-agent: *\nDisallow: /kin/")}
        done = crawl(kept, with_images(site.source(pace=0.4), images.host), assets=True)
    assert done.sources["sample"].assets == 4
    assert images.asked[0].path == "/robots.txt" and images.paths()["/kin/1.png"] == 0
    assert min(b.at - a.at for a, b in pairwise(images.asked)) >= 0.39 and images.most == 1
    (row,) = kept.rows("SELECT error, due FROM frontier WHERE url = ?", (images.url("/kin/1.png"),))
    assert row["error"] == "forbidden by robots.txt" and row["due"]
    hosts = {h["host"]: h["source"] for h in kept.rows("SELECT host, source FROM hosts")}
    assert hosts == {f"{site.host}:{site.port}": "sample", f"{images.host}:{images.port}": ""}


def test_what_is_no_asset_is_not_kept_and_is_no_trouble(kept: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("crawler.session.PATIENCE", 3.0)
    names = ("html.png", "mat.png", "rong.png", "lon.png", "bom.png", "font.woff2", "phim.mp4", "cut.png")
    with pair(5) as (site, images):
        printed(site, showing(1, *(images.url(f"/{name}") for name in names)))
        large = b"\x89PNG" + bytes(LARGEST)
        bomb = gzip.compress(bytes(40_000_000))
        images.routes |= {
            "/html.png": Reply(body=b"<html><body>Dang nhap</body></html>", headers=HTML),
            "/rong.png": Reply(headers=PICTURE),
            "/lon.png": Reply(body=large, headers=PICTURE),
            "/bom.png": Reply(body=bomb, headers=PICTURE | {"Content-Encoding": "gzip"}),
            "/font.woff2": Reply(body=b"wOF2", headers={"Content-Type": "font/woff2"}),
            "/phim.mp4": Reply(body=b"0" * 100, headers={"Content-Type": "video/mp4"}),
            "/cut.png": Reply(raw=b"HTTP/1.1 200 OK\r\nContent-Type: image/png\r\nContent-Length: 900\r\n\r\nPNG"),
        }
        sources = with_images(site.source(), images.host)
        done = crawl(kept, sources, assets=True)
        assert done.outcome == "finished" and not done.trouble
        assert all(images.paths()[f"/{name}"] == 1 for name in names), images.paths()
        crawl(kept, sources, assets=True)
        assert all(images.paths()[f"/{name}"] == 1 for name in names), "nothing is asked again at once"
    counts = done.sources["sample"]
    assert (counts.kept, counts.assets, counts.errors) == (4, 0, {}), "robots.txt, list, its next page, article"
    assert counts.asset_errors == {
        "no asset": 4, "HTTP 404": 1, "TooLarge": 1, "IgnoreRequest": 1, "incomplete": 1,
    }  # fmt: skip
    assert pages(kept, kind="asset") == []
    rows = {
        str(r["url"]).rpartition("/")[2]: r
        for r in kept.rows("SELECT url, due, error FROM frontier WHERE kind = 'asset'")
    }
    assert rows["html.png"]["due"] is None and rows["html.png"]["error"] == "text/html, no image or style sheet"
    assert rows["lon.png"]["due"] is None and "TooLarge" in str(rows["lon.png"]["error"])
    assert rows["mat.png"]["due"] and rows["mat.png"]["error"] == "HTTP 404"
    assert kept.conn.execute("SELECT max(failures) FROM hosts").fetchone() == (0,), "no host is blamed"


def test_an_image_host_in_trouble_is_left_alone(kept: Archive) -> None:
    with pair(6) as (site, images):
        printed(site, showing(1, *(images.url(f"/{n}.png") for n in range(3))))
        images.routes["/0.png"] = Reply(503, headers={"Retry-After": "7200"})
        sources = with_images(site.source(), images.host)
        done = crawl(kept, sources, assets=True)
        assert done.sources["sample"].asset_errors == {"HTTP 503": 1} and done.sources["sample"].errors == {}
        assert images.paths()["/1.png"] == 0, "the others wait"
        (host,) = kept.rows("SELECT failures, next FROM hosts WHERE source = ''")
    assert host["failures"] == 1 and host["next"] > SystemClock().seconds() + 7000


def test_a_redirect_is_followed_and_kept_but_never_inside(kept: Archive) -> None:
    with pair(7) as (site, images), Site({"/x.png": picture(9)}, "127.79.7.9", port=site.port) as inner:
        printed(site, showing(1, images.url("/a.png"), images.url("/b.png"), inner.url("/x.png"), "http://[::1/z.png"))
        images.routes |= {
            "/a.png": Reply(302, headers={"Location": "/that.png"}),
            "/b.png": Reply(302, headers={"Location": inner.url("/x.png")}),
            "/that.png": picture(1),
        }
        done = crawl(kept, with_images(site.source(), images.host), assets=True)
        assert inner.asked == []
    assert done.sources["sample"].assets == 1
    kinds = {str(p["url"]).rpartition("/")[2]: p["status"] for p in pages(kept, kind="asset")}
    assert kinds == {"a.png": 302, "b.png": 302, "that.png": 200}
    assert shows(kept, images.url("/a.png")) == [images.url("/that.png")]
    (row,) = kept.rows("SELECT error, due FROM frontier WHERE url = ?", (images.url("/b.png"),))
    assert row["due"] is None and row["error"] == f"leads to {inner.url('/x.png')}"


def test_a_limit_counts_articles_and_their_assets_still_come(kept: Archive) -> None:
    with pair(8) as (site, images):
        printed(site, *(showing(n, images.url(f"/{n}.png"), images.url(f"/{n}b.png")) for n in range(1, 5)))
        images.routes |= {f"/{n}{part}.png": picture(n) for n in range(1, 5) for part in ("", "b")}
        done = crawl(kept, with_images(site.source(pace=0.1), images.host), assets=True, limit=2)
    counts = done.sources["sample"]
    assert (counts.articles, counts.assets) == (2, 4)
    assert sum("bai" in path for path in site.paths()) == 2


def test_assets_on_the_papers_own_host_wait_for_its_pages(kept: Archive) -> None:
    with Site({}, "127.79.9.1") as site:
        printed(site, *(showing(n, site.url(f"/anh/{n}.png")) for n in range(1, 4)))
        site.routes |= {f"/anh/{n}.png": picture(n) for n in range(1, 4)}
        done = crawl(kept, site.sources(), assets=True)
    assert done.sources["sample"].assets == 3
    order = [a.path for a in site.asked]
    assert max(n for n, path in enumerate(order) if "bai" in path) < min(
        n for n, path in enumerate(order) if "anh" in path
    )
    assert [h["source"] for h in kept.rows("SELECT source FROM hosts")] == ["sample"]


def test_a_host_that_two_papers_use_is_asked_for_whoever_is_crawled(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("crawler.session.PATIENCE", 2.0)
    with (
        pair(10) as (one, images),
        Site({}, "127.79.10.3", port=one.port) as two,
        Archive(tmp_path / "a.db") as archive,
    ):
        printed(one, showing(1, images.url("/mot.png")))
        printed(two, showing(2, images.url("/hai.png")))
        images.routes |= {"/mot.png": picture(1), "/hai.png": picture(2), "/robots.txt": Reply(503)}
        first = msgspec.structs.replace(one.source("one"), api_hosts=(images.host,))
        sources = Sources({"one": first, "two": two.source("two", pace=0.2)}, {})
        crawl(archive, sources, only=("one",), assets=True)
        assert images.paths()["/mot.png"] == 0, "nothing may be asked while its robots.txt is in trouble"
        images.routes["/robots.txt"] = Reply(404)
        archive.conn.execute("UPDATE hosts SET next = 0, failures = 0")
        archive.conn.execute("UPDATE frontier SET due = 0 WHERE kind = 'robots'")
        done = crawl(archive, sources, only=("two",), assets=True)
        assert done.sources["two"].assets == 1 and images.paths()["/hai.png"] == 1
        assert images.paths()["/mot.png"] == 0, "that of the paper that is not crawled waits"
        (host,) = archive.rows("SELECT pace FROM hosts WHERE source = ''")
        assert host["pace"] == 0.2, "the longest pace of those that show something there"
        crawl(archive, sources, only=("one",), assets=True)
        assert images.paths()["/mot.png"] == 1


def test_a_host_of_images_that_becomes_a_papers_own_is_asked_as_that(kept: Archive) -> None:
    with pair(11) as (site, images):
        printed(site, showing(1, images.url("/a.png")))
        printed(images, article(7))
        images.routes["/a.png"] = picture(1)
        crawl(kept, with_images(site.source(), images.host), assets=True)
        crawl(kept, Sources({"new": images.source("new")}, {}))
    assert images.paths()["/bai-1.html"] == 1
    assert {h["source"] for h in kept.rows("SELECT source FROM hosts")} == {"sample", "new"}


def test_a_withdrawn_article_takes_its_own_assets_with_it(kept: Archive) -> None:
    with pair(12) as (site, images):
        common, own, sheet = images.url("/chung.png"), images.url("/rieng.png"), images.url("/b.css")
        printed(site, showing(1, common, own, sheets=(sheet,)), showing(2, common))
        images.routes |= {"/chung.png": picture(1), "/rieng.png": picture(2), "/nen.png": picture(3)}
        images.routes["/b.css"] = Reply(body=b"b{background:url(/nen.png)}", headers=SHEET)
        sources = with_images(site.source(), images.host)
        crawl(kept, sources, assets=True)
        going = find(kept, sources, site.url("/bai-1.html"))
        gone = sorted([own, sheet, images.url("/nen.png")])
        assert going.shown == gone and len(going.pages) == 4
        withdraw(kept, going, "luật")
        erase(kept)
        assert [p["url"] for p in pages(kept, kind="asset")] == [common], "another article shows it"
        data = b"".join(Path(f"{kept.path}{part}").read_bytes() for part in ("", "-wal"))
        assert png(1) in data and png(2) not in data and png(3) not in data
        stones = {r["url"]: r["article"] for r in kept.rows("SELECT url, article FROM withdrawals")}
        assert stones == {site.url("/bai-1.html"): "sample:1"} | dict.fromkeys(gone)
        printed(site, showing(1, own), showing(2, common, own), showing(3, own))
        crawl(kept, sources, assets=True)
        assert images.paths()["/rieng.png"] == 1, "it is never asked for again"
        assert kept.conn.execute("PRAGMA foreign_key_check").fetchall() == []
        going = find(kept, sources, common)
        assert (going.urls, len(going.pages)) == ([common], 1)
        withdraw(kept, going, "luật")
        assert pages(kept, kind="asset") == []


def test_why_tells_which_page_shows_it(kept: Archive) -> None:
    with pair(13) as (site, images):
        printed(site, showing(1, images.url("/a.png?w=1&rt=2")))
        images.routes["/a.png?w=1&rt=2"] = picture(1)
        sources = with_images(site.source(), images.host)
        crawl(kept, sources, assets=True)
        life = life_of(kept, sources, images.url("/a.png?w=1&rt=2"))
    assert [e["kind"] for e in life["events"]] == ["found", "visit"]
    assert life["events"][0]["what"] == f"found as asset through page, on {site.url('/bai-1.html')}"
    assert f"an asset: shown on {site.url('/bai-1.html')}" in list(told(life["now"]))


def test_a_replay_takes_the_assets_that_it_holds(kept: Archive, tmp_path: Path) -> None:
    at, image = "2024-03-09T01:00:00Z", "http://anh.example.net/a.png?s=1"
    html = showing(1, image, "http://anh.example.net/khong-co.png", sheets=("http://song.example.vn/b.css",)).body
    write_warc(
        tmp_path / "w.warc",
        [
            ("http://song.example.vn/b.css", at, 200, SHEET, b"b{}"),
            ("http://song.example.vn/bai-1.html", at, 200, HTML, html),
            (image, at, 200, PICTURE, png(4)),
            ("http://anh.example.net/la.png", at, 200, PICTURE, png(5)),
        ],
    )
    done = crawl(kept, PUBLIC, replay=tmp_path / "w.warc", assets=True)
    assert done.outcome == "finished" and done.sources["sample"].assets == 2 and done.foreign == 0
    found = {str(p["url"]): (p["kind"], p["fetched_at"]) for p in pages(kept)}
    day = "2024-03-09T08:00:00+07:00"
    assert found == {
        "http://song.example.vn/bai-1.html": ("article", day),
        "http://song.example.vn/b.css": ("asset", day),
        image: ("asset", day),
    }
    again = crawl(kept, PUBLIC, replay=tmp_path / "w.warc", assets=True)
    assert again.sources["sample"].assets == 0 and len(pages(kept)) == 3
    with kept.transaction() as db:
        db.execute("DELETE FROM pages WHERE kind = 'asset'")
    resumed = crawl(kept, PUBLIC, replay=tmp_path / "w.warc", assets=True)
    assert resumed.sources["sample"].assets == 2, "as after a kill between the article and its assets"


def test_the_sample_newsroom_offline(kept: Archive) -> None:
    with Newsroom() as newsroom:
        done = crawl(kept, hurried(newsroom.port), only=("bendo",), assets=True)
        asked = [(r.host, r.path) for r in newsroom.requests]
    assert done.outcome == "finished" and not done.sources["bendo"].asset_errors
    pictures = [path for host, path in asked if host == "127.77.0.5"]
    assert len(pictures) == len(set(pictures)) > 4 and pictures[0] == "/robots.txt"
    assert done.sources["bendo"].assets == sum("/images/" in p or ".css" in p or "/icon/nen" in p for _, p in asked)
    assert shows(kept, newsroom.base("bendo") + "/css/detail-normal.css") == [newsroom.base("bendo") + "/icon/nen.svg"]


def test_killed_between_its_assets_a_crawl_goes_on_with_the_others(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    with pair(14) as (site, images):
        printed(site, showing(1, *(images.url(f"/{n}.png") for n in range(6))))
        images.routes |= {f"/{n}.png": picture(n)._replace(wait=0.3) for n in range(6)}
        line = [
            sys.executable,
            "-m",
            "tests.crawler.with_site",
            site.host,
            str(site.port),
            "assets",
            str(path),
            images.host,
        ]
        for asked in (4, 6):
            process = subprocess.Popen(line, cwd=ROOT)
            while len(images.asked) < asked and process.poll() is None:
                time.sleep(0.01)
            process.kill()
            process.wait()
        with Archive(path) as archive:
            (left,) = archive.rows("SELECT count(*) AS n FROM frontier WHERE kind = 'asset' AND due IS NOT NULL")
            assert 0 < int(left["n"]) < 6
            done = crawl(archive, with_images(site.source(), images.host), assets=True)
            assert done.sources["sample"].assets == left["n"], "those that are kept are not asked again"
            assert sorted(str(p["url"]) for p in pages(archive, kind="asset")) == [
                images.url(f"/{n}.png") for n in range(6)
            ]
            assert archive.conn.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_hostile_image_hosts_cost_nothing_but_their_assets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a server can send without measure, sent for an image; the article and the other images come all the same."""
    monkeypatch.setattr("crawler.settings.DOWNLOAD_TIMEOUT", 8)
    monkeypatch.setattr("crawler.settings.BAOLUU_SLOW_AFTER", 2)
    monkeypatch.setattr("crawler.session.PATIENCE", 1.0)
    head = b"HTTP/1.1 200 OK\r\nContent-Type: image/png\r\n"
    endless = Reply(raw=head + b"\r\n", drip=(bytes(1 << 16) for _ in range(400)))
    faults = {
        "TooLarge": endless,
        "TooSlow": drip(head + b"Content-Length: 9000\r\n\r\n", b"x", 0.25, 100),
        "IgnoreRequest": Reply(body=bomb(gzip.compress), headers=PICTURE | {"Content-Encoding": "gzip"}),
        "DownloadFailedError": drip(head, b"X-More: " + b"a" * 60_000 + b"\r\n", 0, 20),
        "no asset": Reply(body=b"<svg onload='x()'>", headers={"Content-Type": "text/html"}),
    }
    with ExitStack() as stack, Archive(tmp_path / "a.db") as archive:
        papers = {}
        for n, (kind, fault) in enumerate(faults.items()):
            site, images = stack.enter_context(pair(20 + n))
            printed(site, showing(1, images.url("/a.png"), site.url("/tot.png")))
            site.routes["/tot.png"], images.routes["/a.png"] = picture(n), fault
            papers[kind] = msgspec.structs.replace(site.source(kind), api_hosts=(images.host,))
        done = crawl(archive, Sources(papers, {}), assets=True)
    assert done.outcome == "finished" and not done.trouble
    for kind in faults:
        counts = done.sources[kind]
        assert (counts.cleaned, counts.assets, counts.errors, dict(counts.asset_errors)) == (1, 1, {}, {kind: 1}), kind


def test_the_command_tells_what_was_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pair(15) as (site, images):
        printed(site, showing(1, images.url("/a.png"), images.url("/b.png")))
        images.routes["/a.png"] = picture(1)
        sources = with_images(site.source(), images.host)
        monkeypatch.setattr("crawler.cli.crawl.load", lambda: sources)
        path = str(tmp_path / "a.db")
        told = CliRunner().invoke(cli, ["crawl", "--assets", "--archive", path])
        assert told.exit_code == 0, told.output
        assert "sample: 4 pages, 1 articles cleaned, 1 assets (0.0 MB), 1 not kept: HTTP 404 1" in told.output
        again = CliRunner().invoke(cli, ["crawl", "--assets", "--dry-run", "--archive", path])
    assert again.exit_code == 2 and "--dry-run asks nobody" in again.output
    with Archive(tmp_path / "a.db") as archive:
        (run,) = archive.rows("SELECT command, stats FROM runs")
    assert run["command"] == "crawl --assets" and '"assets":1' in str(run["stats"])


def test_a_topics_crawl_takes_assets_when_it_is_done_with_its_leads(kept: Archive) -> None:
    with pair(16) as (site, images):
        printed(site, *(showing(n, images.url(f"/{n}.png")) for n in range(1, 4)))
        images.routes |= {f"/{n}.png": picture(n) for n in range(1, 4)}
        seeds = tuple(site.url(f"/bai-{n}.html") for n in (1, 2))
        topic = Topic(title="Nước rút", name="t", seeds=seeds, phrases=Phrases(may={"nước rút ở bản": 2.0}))
        sources = with_images(site.source(), images.host)
        done = crawl(kept, sources, topic=topic, assets=True)
    counts = done.sources["sample"]
    assert done.outcome == "finished" and counts.articles >= 2
    assert counts.assets == counts.articles and max(a.at for a in site.asked) < min(a.at for a in images.asked)
