"""Stored responses in the network's place give what the network gave."""

import gzip
import json
import os
from datetime import datetime
from pathlib import Path

import msgspec
import pytest

from archive.facts import Hints
from archive.store import Archive
from config.clock import VIETNAM
from config.sources import Sources, load
from crawler.newsroom import Newsroom, declared
from crawler.replay import Replay, ReplayError
from crawler.run import crawl
from pipelines.cleaner import cleaner_id
from pipelines.pool import CleaningPool
from pipelines.reclean import reclean
from tests.conftest import need_shared
from tests.crawler.conftest import pages
from tests.crawler.site import Reply, Route, Site, article, declare, hurried, listing, paper

PUBLIC = Sources({"sample": declare("sample", "song.example.vn", None)}, {})
ROOT = "http://song.example.vn"


def body(route: Route) -> bytes:
    assert isinstance(route, Reply)
    return route.body


def folder(path: Path, *names: str, **times: str) -> Path:
    """A folder with `routes.json` for the section page and two articles."""
    path.mkdir()
    routes = {}
    for name, made in {
        "tin": listing("/bai-1.html", "/bai-2.html"),
        "bai-1.html": article(1),
        "bai-2.html": article(2),
    }.items():
        (path / f"{name}.stored").write_bytes(body(made))
        routes[f"{ROOT}/{name}"] = {"file": f"{name}.stored", "fetched_at": "2024-03-09T08:00:00+07:00"}
    (path / "routes.json").write_text(json.dumps(routes), encoding="utf-8")
    return path


def write_warc(path: Path, rows: list[tuple[str, str, int, dict[str, str], bytes]], **more: str) -> Path:
    """(URL, time, status, headers, raw body) as a WARC file, a member a record where it is packed."""
    pack = gzip.compress if path.name.endswith(".gz") else bytes
    with path.open("wb") as stream:
        for number, (url, at, status, headers, raw) in enumerate(rows):
            told = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
            block = f"HTTP/1.1 {status} X\r\n{told}\r\n".encode() + raw
            head = {"WARC-Type": "response", "WARC-Target-URI": url, "WARC-Date": at} | more
            head |= {"WARC-Record-ID": f"<urn:uuid:{number}>", "Content-Type": "application/http; msgtype=response"}
            lines = "".join(f"{name}: {value}\r\n" for name, value in head.items())
            record = f"WARC/1.0\r\n{lines}Content-Length: {len(block)}\r\n\r\n".encode() + block
            stream.write(pack(record + b"\r\n\r\n"))
    return path


def outputs(archive: Archive) -> dict[tuple[str, str], bytes]:
    """What cleaning made of each article page, as bytes."""
    made = "c.article || c.output || c.links AS made"
    sql = f"SELECT p.url, p.fetched_at, {made} FROM cleanings c JOIN pages p ON p.id = c.page"
    return {(r["url"], r["fetched_at"]): r["made"].encode() for r in archive.rows(sql)}


def test_a_folder_with_routes(kept: Archive, tmp_path: Path) -> None:
    outcome = crawl(kept, PUBLIC, replay=folder(tmp_path / "stored"))
    assert outcome.sources["sample"].articles == 2 and outcome.sources["sample"].found == 2
    stored = pages(kept)
    assert {p["fetched_at"] for p in stored} == {"2024-03-09T08:00:00+07:00"}
    assert [(p["kind"], p["status"]) for p in stored] == [("section", 200), ("article", 200), ("article", 200)]
    hints = [msgspec.json.decode(str(p["hints"]), type=Hints) for p in stored]
    assert hints[1] == Hints(via="section", anchor="Xem bài /bai-1.html", referrer=f"{ROOT}/tin")
    assert not list(kept.rows("SELECT 1 FROM frontier")), "a replay leaves nothing to be fetched"
    crawl(kept, PUBLIC, replay=tmp_path / "stored")
    assert len(pages(kept)) == 3, "the same facts once"


def test_a_plain_folder(kept: Archive, tmp_path: Path) -> None:
    host = tmp_path / "mirror" / "song.example.vn"
    host.mkdir(parents=True)
    moment = datetime(2024, 5, 1, 9, tzinfo=VIETNAM)
    for name, made in (("bai-1.html", article(1)), ("tin", listing("/bai-1.html"))):
        (host / name).write_bytes(body(made))
        os.utime(host / name, (moment.timestamp(), moment.timestamp()))
    (tmp_path / "mirror" / "khac.example.vn").mkdir()
    (tmp_path / "mirror" / "khac.example.vn" / "x.html").write_text("x")
    for path in (tmp_path / "mirror", host):
        crawl(kept, PUBLIC, replay=path)
        rows = pages(kept)
        assert [(p["url"], p["fetched_at"]) for p in rows] == [
            (f"{ROOT}/tin", "2024-05-01T09:00:00+07:00"),
            (f"{ROOT}/bai-1.html", "2024-05-01T09:00:00+07:00"),
        ]


@pytest.mark.parametrize("name", ["stored.warc", "stored.warc.gz"])
def test_warc_files_with_several_responses_of_one_url(kept: Archive, tmp_path: Path, name: str) -> None:
    packed = gzip.compress(body(article(1)))
    html = {"Content-Type": "text/html; charset=utf-8"}
    rows = [
        (f"{ROOT}/bai-1.html", "2024-03-09T01:00:00Z", 200, html | {"Content-Encoding": "gzip"}, packed),
        (f"{ROOT}/bai-1.html", "2024-03-10T01:00:00Z", 200, html, body(article(77))),
        (f"{ROOT}/bai-2.html", "2024-03-09T01:00:00Z", 404, html, b"<html>404</html>"),
        (f"{ROOT}/bai-3.html", "2024-03-09T01:00:00Z", 301, html | {"Location": "/bai-1.html"}, b""),
        ("http://khac.example.vn/", "2024-03-09T01:00:00Z", 200, html, b"x"),
    ]
    write_warc(tmp_path / name, rows)
    outcome = crawl(kept, PUBLIC, replay=tmp_path / name)
    assert outcome.sources["sample"].articles == 2
    stored = {(p["url"], p["fetched_at"]): p for p in pages(kept)}
    assert len(stored) == 4
    first = stored[f"{ROOT}/bai-1.html", "2024-03-09T08:00:00+07:00"]
    number = first["id"]
    assert isinstance(number, int) and kept.page(number).body == body(article(1))
    (shown,) = kept.rows("SELECT title, revisions FROM articles")
    assert shown == {"title": "Nước rút ở bản số 77", "revisions": 2}


def test_a_chunked_or_broken_record(kept: Archive, tmp_path: Path) -> None:
    long = body(article(1, words=300))
    assert len(long) > 40_000
    chunks = b"".join(b"%x\r\n%s\r\n" % (len(p), p) for p in (long[:30_000], long[30_000:])) + b"0\r\n\r\n"
    html = {"Content-Type": "text/html"}
    at = "2024-03-09T01:00:00Z"
    whole = (f"{ROOT}/bai-1.html", at, 200, html | {"Transfer-Encoding": "chunked"}, chunks)
    write_warc(tmp_path / "a.warc", [whole])
    crawl(kept, PUBLIC, replay=tmp_path / "a.warc")
    assert kept.page(1).body == long
    write_warc(tmp_path / "b.warc", [(f"{ROOT}/bai-2.html", at, 200, html, long[:999])], **{"WARC-Truncated": "length"})
    crawl(kept, PUBLIC, replay=tmp_path / "b.warc")
    assert kept.page(2).truncated


def test_what_cannot_be_replayed_is_named(tmp_path: Path) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    outside = folder(tmp_path / "outside")
    (outside / "routes.json").write_text(json.dumps({f"{ROOT}/bai-1.html": {"file": "../secret"}}))
    (tmp_path / "secret").write_text("x")
    missing = folder(tmp_path / "missing")
    for file in missing.glob("*.stored"):
        file.unlink()
    broken = folder(tmp_path / "broken")
    (broken / "routes.json").write_text("[1, 2]")
    (tmp_path / "torn.warc").write_bytes(b"WARC/1.0\r\nnothing more")
    (tmp_path / "text.warc").write_text("kein WARC")
    foreign = write_warc(tmp_path / "foreign.warc", [("http://a.vn/", "2024-03-09T01:00:00Z", 200, {}, b"x")])
    cases = {tmp_path / "nowhere": "no such", empty: "holds no response", outside: "no file below", missing: "no file"}
    cases |= {broken: "not a map", tmp_path / "text.warc": "text.warc", foreign: "1 of others"}
    for path, said in cases.items():
        with pytest.raises(ReplayError, match=said):
            Replay(path, PUBLIC)
    with pytest.raises(ReplayError):
        Replay(tmp_path / "torn.warc", PUBLIC)


def test_what_cannot_be_read_is_left_out_and_counted(kept: Archive, tmp_path: Path) -> None:
    path = folder(tmp_path / "stored")
    routes = json.loads((path / "routes.json").read_text())
    good, article_file = len(routes), {"file": "bai-1.html.stored"}
    bad: dict[str, object] = {
        "http://[bad": article_file,
        "http://song.example.vn:99999/bai-3.html": article_file,
        f"{ROOT}/bai-4.html": article_file | {"fetched_at": "garbage"},
        f"{ROOT}/bai-5.html": article_file | {"fetched_at": 7},
        f"{ROOT}/bai-6.html": article_file | {"fetched_at": "0001-01-01T00:00:00+07:00"},
        f"{ROOT}/bai-7.html": {"file": "nowhere"},
        f"{ROOT}/bai-8.html": {"file": "../secret"},
        f"{ROOT}/bai-9.html": {"file": None},
        f"{ROOT}/bai-10.html": "a string",
        "mailto:a@song.example.vn": article_file,
    }
    foreign = {"http://song.example.vn:8080/bai-11.html": article_file}
    (path / "routes.json").write_text(json.dumps(bad | routes | foreign))
    outcome = crawl(kept, PUBLIC, replay=path)
    assert (outcome.skipped, outcome.foreign) == (len(bad), len(foreign))
    assert outcome.sources["sample"].kept == good and not outcome.sources["sample"].errors


@pytest.mark.parametrize("name", ["stored.warc", "stored.warc.gz"])
def test_bad_records_cost_themselves(kept: Archive, tmp_path: Path, name: str) -> None:
    html, at = {"Content-Type": "text/html"}, "2024-03-09T01:00:00Z"
    rows = [
        ("http://[bad", at, 200, html, b"x"),
        ("http://song.example.vn:99999/bai-3.html", at, 200, html, b"x"),
        (f"{ROOT}/bai-4.html", "garbage", 200, html, b"x"),
        (f"{ROOT}/bai-1.html", at, 200, html, body(article(1))),
        (f"{ROOT}/bai-2.html", at, 200, html, body(article(2))),
    ]
    file = write_warc(tmp_path / name, rows)
    pack = gzip.compress if name.endswith(".gz") else bytes
    for head in (f"WARC-Date: {at}\r\n", f"WARC-Target-URI: {ROOT}/bai-5.html\r\n"):
        record = f"WARC/1.0\r\nWARC-Type: response\r\n{head}Content-Length: 19\r\n\r\nHTTP/1.1 200 OK\r\n\r\n"
        file.write_bytes(pack(record.encode() + b"\r\n\r\n") + file.read_bytes())
    whole = file.read_bytes()
    no_http = f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: {ROOT}/bai-6.html\r\nWARC-Date: {at}\r\n"
    block = b"HTTP/1.1 abc\r\n\r\n"
    file.write_bytes(pack(f"{no_http}Content-Length: {len(block)}\r\n\r\n".encode() + block + b"\r\n\r\n") + whole)
    with file.open("ab") as more:
        more.write(b"WARX/1.0 torn\r\n" if name == "stored.warc" else b"no gzip at all")
    outcome = crawl(kept, PUBLIC, replay=file)
    assert outcome.sources["sample"].cleaned == 2 and not outcome.sources["sample"].errors
    assert outcome.skipped >= 6


def test_a_body_over_the_limit_is_marked_and_a_torn_record_left_out(
    kept: Archive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("crawler.replay.MAX_BYTES", 5000)
    html, at = {"Content-Type": "text/html"}, "2024-03-09T01:00:00Z"
    long, short = body(article(1, words=50)), body(article(2))
    write_warc(tmp_path / "a.warc", [(f"{ROOT}/bai-1.html", at, 200, html, long)])
    torn = write_warc(tmp_path / "b.warc", [(f"{ROOT}/bai-2.html", at, 200, html, short)])
    torn.write_bytes(torn.read_bytes()[:-100])
    outcome = crawl(kept, PUBLIC, replay=tmp_path)
    assert outcome.skipped == 1, "what breaks off is never a page"
    (tmp_path / "routes.json").write_text(json.dumps({f"{ROOT}/bai-3.html": {"file": "c"}}))
    (tmp_path / "c").write_bytes(long)
    crawl(kept, PUBLIC, replay=tmp_path)
    assert [(bool(p["truncated"]), p["url"]) for p in pages(kept)] == [(True, f"{ROOT}/bai-{n}.html") for n in (1, 3)]
    assert long.startswith(kept.page(1).body) and 4800 < len(kept.page(1).body) <= 5000


def test_a_replay_that_was_stopped_goes_on(kept: Archive, tmp_path: Path) -> None:
    html = {"Content-Type": "text/html; charset=utf-8"}
    rows = [
        (f"{ROOT}/tin", "2024-03-09T01:00:00Z", 200, html, body(listing("/bai-1.html", "/bai-2.html"))),
        (f"{ROOT}/bai-1.html", "2024-03-09T02:00:00Z", 200, html, body(article(1))),
        (f"{ROOT}/bai-1.html", "2024-03-10T02:00:00Z", 200, html, body(article(77))),
        (f"{ROOT}/bai-2.html", "2024-03-09T03:00:00Z", 200, html, body(article(2))),
    ]
    file = write_warc(tmp_path / "a.warc", rows)
    for done in (1, 2, 3):
        outcome = crawl(kept, PUBLIC, replay=file, limit=1)
        assert outcome.sources["sample"].articles == 1 and len(pages(kept, kind="article")) == done
    assert all('"anchor":"Xem bài' in str(p["hints"]) for p in pages(kept, kind="article"))
    kept.conn.execute("DELETE FROM cleanings WHERE page = 2")
    outcome = crawl(kept, PUBLIC, replay=file)
    assert (outcome.sources["sample"].articles, outcome.outcome) == (0, "finished")
    assert len(pages(kept)) == 4 and len(list(kept.rows("SELECT 1 FROM cleanings"))) == 3


def test_nothing_is_asked_of_the_network(kept: Archive, tmp_path: Path) -> None:
    with Site(paper(3)) as site:
        routes = {site.url("/tin"): {"file": "tin"}, site.url("/bai-1.html"): {"file": "bai"}}
        (tmp_path / "tin").write_bytes(body(paper(3)["/tin"]))
        (tmp_path / "bai").write_bytes(body(article(1)))
        (tmp_path / "routes.json").write_text(json.dumps(routes))
        outcome = crawl(kept, site.sources(), replay=tmp_path)
    assert site.asked == [] and outcome.sources["sample"].kept == 2


def test_live_replayed_and_cleaned_again_are_equal_byte_for_byte(tmp_path: Path) -> None:
    with Newsroom() as room, Archive(tmp_path / "live.db") as live:
        sources = hurried(room.port)
        crawl(live, sources)
        asked = len(room.requests)
        rows = []
        for row in live.rows("SELECT id FROM pages ORDER BY id"):
            page = live.page(row["id"])
            rows.append((page.url, page.fetched_at, page.status, page.headers, page.body))
        write_warc(tmp_path / "live.warc.gz", rows)
        with Archive(tmp_path / "replayed.db") as replayed:
            crawl(replayed, sources, replay=tmp_path / "live.warc.gz")
            assert outputs(replayed) == outputs(live) and len(outputs(live)) == 50
            same = "SELECT url, fetched_at, kind, status, headers, hints, truncated FROM pages"
            articles = [r for r in live.rows(same) if r["kind"] == "article"]
            again = {(r["url"], r["fetched_at"]): r for r in replayed.rows(same)}
            for row in articles:
                twin = again[row["url"], row["fetched_at"]]
                assert row == twin
        assert len(room.requests) == asked
        before = outputs(live)
        live.conn.execute("DELETE FROM cleanings")
        with CleaningPool(1) as pool:
            reclean(live, sources, pool)
        assert outputs(live) == before


def test_the_reconstructed_pages(kept: Archive) -> None:
    path = need_shared("pages") / "reconstructed"
    routes = json.loads((path / "routes.json").read_text(encoding="utf-8"))
    outcome = crawl(kept, load(), replay=path)
    stored = pages(kept)
    assert {p["url"]: p["fetched_at"] for p in stored} == {u: r["fetched_at"] for u, r in routes.items()}
    assert sum(c.cleaned for c in outcome.sources.values()) == sum(p["kind"] == "article" for p in stored) == 5
    assert all('"via":"section"' in str(p["hints"]) for p in stored if p["kind"] == "article")


def test_the_newsroom_is_not_the_only_thing_a_cleaner_knows() -> None:
    assert {cleaner_id(s) for s in declared().values()}.isdisjoint({cleaner_id(s) for s in load().values()})


def test_every_address_of_an_article_is_replayed(kept: Archive, tmp_path: Path) -> None:
    """A crawl asks for an article at one of its addresses; what is stored is taken in, all of it."""
    stored = folder(tmp_path / "stored")
    routes = json.loads((stored / "routes.json").read_text(encoding="utf-8"))
    routes[f"{ROOT}/ten-khac-1.html"] = {"file": "bai-1.html.stored", "fetched_at": "2024-03-08T08:00:00+07:00"}
    (stored / "routes.json").write_text(json.dumps(routes), encoding="utf-8")
    crawl(kept, PUBLIC, replay=stored)
    urls = [
        row["url"] for row in kept.rows("SELECT url FROM pages WHERE kind = 'article' AND status = 200 ORDER BY url")
    ]
    assert urls == [f"{ROOT}/bai-1.html", f"{ROOT}/bai-2.html", f"{ROOT}/ten-khac-1.html"]
    assert len(list(kept.rows("SELECT 1 FROM articles"))) == 2
