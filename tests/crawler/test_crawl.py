"""Crawls of small loopback sites, as `crawl` runs them: keep, clean, follow, wait, come again."""

import asyncio
import gzip
import threading
import time
from collections.abc import Iterable, Sequence

import msgspec
import pytest

from archive.errors import ArchiveLocked, DiskFull
from archive.facts import Found
from archive.frontier import Frontier
from archive.store import Archive
from config.sources import Sources
from crawler.counts import Counts, Standing
from crawler.run import crawl
from pipelines.stored import Chunk, Made
from tests.crawler.conftest import Crawl, pages
from tests.crawler.site import HTML, Reply, Route, Site, article, listing, paper
from tests.faults.orders import HereToo

BREAKING = b"<html><body><h1>X</h1>" + b"<p>l\xc6\xb0ng ch\xe1\xbb\xabng</p>" * 50


def sent(path: str, body: bytes, *lines: str) -> Reply:
    """A raw response: its header lines, then `body`, then the end of the connection."""
    head = "".join(f"{line}\r\n" for line in ("HTTP/1.1 200 OK", "Content-Type: text/html", *lines))
    return Reply(raw=head.encode() + b"\r\n" + body)


def test_every_response_is_kept_and_articles_are_cleaned(kept: Archive, run: Crawl) -> None:
    with Site(paper(3)) as site:
        outcome = run(site)
    assert outcome.outcome == "finished"
    assert outcome.sources == {"sample": Counts(found=3, kept=6, articles=3, cleaned=3)}
    kinds = [(p["kind"], p["status"]) for p in pages(kept)]
    assert kinds == [("robots", 404), ("section", 200), ("section", 404), *[("article", 200)] * 3]
    assert site.paths() == {"/robots.txt": 1, "/tin": 1, "/tin-p2": 1, **{f"/bai-{n}.html": 1 for n in (1, 2, 3)}}
    titles = [r["title"] for r in kept.rows("SELECT title FROM articles ORDER BY title")]
    assert titles == [f"Nước rút ở bản số {n}" for n in (1, 2, 3)]
    (row,) = kept.rows("SELECT * FROM runs")
    assert row["outcome"] == "finished" and msgspec.json.decode(row["stats"])["sources"]["sample"]["articles"] == 3
    assert not list(kept.rows("SELECT 1 FROM frontier WHERE leased IS NOT NULL"))


def test_what_is_cleaned_last_leads_on_in_the_same_crawl(
    kept: Archive, run: Crawl, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def slowly(pool: HereToo, chunks: Sequence[Chunk]) -> list[Made]:
        await asyncio.sleep(0.7)  # longer than the crawl has anything else to do
        return await fresh(pool, chunks)

    fresh = HereToo.fresh
    monkeypatch.setattr(HereToo, "fresh", slowly)
    monkeypatch.setattr("crawler.cleaning.CleaningPool", HereToo)
    with Site({"/tin": listing("/bai-1.html"), "/bai-2.html": article(2)}) as site:
        site.routes["/bai-1.html"] = article(1, related=("/bai-2.html",))
        assert run(site).sources["sample"].cleaned == 2


def test_we_say_who_we_are(kept: Archive, run: Crawl) -> None:
    with Site(paper(1)) as site:
        run(site)
    for asked in site.asked:
        assert asked.headers["user-agent"].startswith("baoluu/0.1 (+http")
        assert "cookie" not in asked.headers and "referer" not in asked.headers
        assert asked.headers["accept-language"].startswith("vi")


def test_cookies_are_not_sent_back(kept: Archive, run: Crawl) -> None:
    routes = paper(2)
    routes["/tin"] = listing("/bai-1.html", "/bai-2.html")._replace(headers=HTML | {"Set-Cookie": "D1N=1; path=/"})
    with Site(routes) as site:
        run(site)
    assert not any("cookie" in asked.headers for asked in site.asked)


def test_a_limit_counts_pages_of_articles(kept: Archive, run: Crawl) -> None:
    with Site(paper(9) | {"/bai-1.html": Reply(404)}) as site:
        outcome = run(site, limit=2)
        assert outcome.sources["sample"].articles == len(pages(kept, kind="article", status=200)) == 2
        assert outcome.outcome == "finished"
        run(site, limit=3)
    assert len(pages(kept, kind="article", status=200)) == 5
    assert site.paths()["/bai-2.html"] == 1


def test_a_second_run_reads_the_lists_again_and_fetches_what_is_new(kept: Archive, run: Crawl) -> None:
    with Site(paper(2)) as site:
        run(site)
        site.routes |= paper(3)
        outcome = run(site)
    assert outcome.sources["sample"].found == 1
    assert site.paths()["/tin"] == 2 and site.paths()["/bai-1.html"] == site.paths()["/bai-3.html"] == 1
    assert site.paths()["/robots.txt"] == 1, "its copy holds for a day"


def test_redirects_are_kept_and_followed(kept: Archive, run: Crawl) -> None:
    routes = paper(2)
    routes |= {
        "/bai-1.html": Reply(301, headers={"Location": "/ten-moi-1.html"}),
        "/ten-moi-1.html": article(1),
        "/bai-2.html": Reply(302, headers={"Location": "/bai-2.html"}),
    }
    with Site(routes) as site:
        run(site)
    assert site.paths()["/ten-moi-1.html"] == 1
    assert site.paths()["/bai-2.html"] == 11, "ten redirects, then no more"
    assert [p["status"] for p in pages(kept, url=site.url("/bai-1.html"))] == [301]
    (target,) = pages(kept, url=site.url("/ten-moi-1.html"))
    assert '"via":"section"' in str(target["hints"]), "the hints go along"


def test_a_redirect_into_a_private_net_is_not_followed(kept: Archive, run: Crawl) -> None:
    with Site({"/khoa-9.html": article(9)}, "127.78.1.2") as inner:
        targets = [inner.url("/khoa-9.html"), f"http://localhost:{inner.port}/khoa-9.html"]
        routes = paper(2) | {
            f"/bai-{n}.html": Reply(302, headers={"Location": url}) for n, url in enumerate(targets, 1)
        }
        with Site(routes) as site:
            run(site)
        assert inner.asked == []


def test_robots_txt_is_asked_first_kept_and_obeyed(kept: Archive, run: Crawl) -> None:
    rules = b"User-agent: *\nDisallow: /bai-2\n"
    with Site(paper(3) | {"/robots.txt": Reply(body=rules, headers={"Content-Type": "text/plain"})}) as site:
        run(site)
    assert site.asked[0].path == "/robots.txt" and "/bai-2.html" not in site.paths()
    (page,) = pages(kept, kind="robots")
    (host,) = kept.rows("SELECT robots, robots_page FROM hosts")
    assert host == {"robots": rules.decode(), "robots_page": page["id"]}


def test_an_unreachable_robots_txt_closes_the_host(kept: Archive, run: Crawl, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("crawler.session.PATIENCE", 1.0)
    with Site(paper(1) | {"/robots.txt": Reply(500)}) as site:
        outcome = run(site)
    assert set(site.paths()) == {"/robots.txt"} and outcome.outcome == "finished"


def test_a_host_that_asks_for_patience_gets_it(kept: Archive, run: Crawl) -> None:
    def busy(n: int) -> Reply:
        return Reply(429, headers={"Retry-After": "2"}) if n == 1 else article(1)

    with Site(paper(2) | {"/bai-1.html": busy}) as site:
        run(site)
    first, second = (a.at for a in site.asked if a.path == "/bai-1.html")
    between = [a.path for a in site.asked if first < a.at < first + 1.9]
    assert between == [] and second - first >= 1.9
    assert [p["status"] for p in pages(kept, url=site.url("/bai-1.html"))] == [429, 200]


@pytest.mark.parametrize(
    ("reply", "why"),
    [
        (sent("", BREAKING, "Content-Length: 99999"), "shorter than announced"),
        (sent("", b"7\r\n<html><\r\n", "Transfer-Encoding: chunked"), "shorter than announced"),
        (
            sent(
                "",
                gzip.compress(BREAKING)[:-20],
                "Content-Encoding: gzip",
                f"Content-Length: {len(gzip.compress(BREAKING)) - 20}",
            ),
            "breaks off",
        ),
        (sent("", BREAKING, "Connection: close"), "no end"),
    ],
    ids=["length", "chunks", "gzip", "HTTP/1.0"],
)
def test_a_body_that_breaks_off_is_kept_as_such_and_tried_again(
    kept: Archive, run: Crawl, reply: Reply, why: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("crawler.session.PATIENCE", 0.5)
    with Site(paper(1) | {"/bai-1.html": reply}) as site:
        outcome = run(site)
    (page,) = pages(kept, url=site.url("/bai-1.html"))
    assert why in str(page["truncated"])
    assert outcome.sources["sample"].dropped == {"truncated": 1}
    (row,) = kept.rows("SELECT tries, error FROM frontier WHERE url = ?", (site.url("/bai-1.html"),))
    assert row["tries"] == 1 and why in row["error"]


def test_a_bomb_is_refused(kept: Archive, run: Crawl, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("crawler.session.PATIENCE", 0.5)
    bomb = gzip.compress(bytes(60_000_000))
    with Site(paper(1) | {"/bai-1.html": Reply(body=bomb, headers=HTML | {"Content-Encoding": "gzip"})}) as site:
        outcome = run(site)
    assert pages(kept, kind="article") == []
    assert outcome.sources["sample"].errors == {"IgnoreRequest": 1}


def test_a_host_that_is_down_is_left_for_a_later_run(kept: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("crawler.session.PATIENCE", 0.5)
    site = Site(paper(1))
    sources = site.sources()
    with site:
        pass
    outcome = crawl(kept, sources)
    assert outcome.outcome == "finished"
    assert outcome.sources["sample"].errors == {"DownloadConnectionRefusedError": 1}
    (host,) = kept.rows("SELECT failures FROM hosts")
    assert host["failures"] == 1


def test_several_papers_in_one_crawl(kept: Archive) -> None:
    with Site(paper(2), "127.78.1.3") as one, Site(paper(3), "127.78.1.4") as two:
        sources = Sources({"one": one.source("one"), "two": two.source("two")}, {})
        outcome = crawl(kept, sources, only=("two",))
        assert one.asked == [] and outcome.sources["two"].articles == 3
        outcome = crawl(kept, sources)
    assert outcome.sources["one"].articles == 2 and outcome.sources["two"].articles == 0


def test_the_pace_is_kept(kept: Archive) -> None:
    with Site(paper(4)) as site:
        crawl(kept, site.sources(pace=0.2))
    gaps = [b.at - a.at for a, b in zip(site.asked, site.asked[1:], strict=False)]
    assert sum(gaps) >= 0.2 * len(gaps) * 0.98
    assert min(gaps) > 0.1


def test_a_slow_host_is_asked_once_at_a_time(kept: Archive, run: Crawl) -> None:
    slow = {path: route._replace(wait=0.15) for path, route in paper(3).items() if isinstance(route, Reply)}
    with Site(slow) as site:
        run(site)
    gaps = [b.at - a.at for a, b in zip(site.asked, site.asked[1:], strict=False) if a.path in slow]
    assert min(gaps) > 0.14


def test_progress_is_told(kept: Archive, run: Crawl) -> None:
    told: list[tuple[int, int, int]] = []

    def watch(counts: dict[str, Counts], standing: Standing) -> None:
        told.append((counts["sample"].kept, counts["sample"].cleaned, sum(standing.queue.values())))

    slow = {path: route._replace(wait=1.2) for path, route in paper(2).items() if isinstance(route, Reply)}
    with Site(slow) as site:
        run(site, on_progress=watch)
    assert told[-1] == (5, 2, 0) and told == sorted(told, key=lambda t: t[:2])
    assert len(told) > 3 and max(queue for *_, queue in told) == 2


def test_a_paused_host_is_told_with_until_when_and_why(
    kept: Archive, run: Crawl, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("crawler.session.PATIENCE", 1.0)
    told: list[Standing] = []
    busy = Reply(429, headers={"Retry-After": "900"})
    with Site(paper(3) | {"/bai-2.html": busy}) as site:
        run(site, on_progress=lambda counts, standing: told.append(standing))
    (host,) = told[-1].paused
    assert host.source == "sample" and host.why == "HTTP 429" and 850 < host.until - told[-1].at <= 990
    assert told[-1].queue == {"sample": 2}


def test_a_failure_of_ours_costs_no_page(kept: Archive, run: Crawl, monkeypatch: pytest.MonkeyPatch) -> None:
    from crawler import spider

    def broken(page: object, *rest: object) -> list[object]:
        if getattr(page, "url", "").endswith("bai-1.html"):
            raise RuntimeError("a fault of ours")
        return original(page, *rest)  # type: ignore[arg-type]

    original = spider.discover
    monkeypatch.setattr(spider, "discover", broken)
    with Site(paper(2)) as site:
        outcome = run(site)
    told = outcome.sources["sample"]
    assert told.errors == {"discovery": 1} and told.articles == told.cleaned == 2 and not outcome.trouble
    (row,) = kept.rows("SELECT error, visits FROM frontier WHERE url = ?", (site.url("/bai-1.html"),))
    assert row == {"error": None, "visits": 1}


@pytest.mark.parametrize("base", ["http://[bad/", "http://a:99999/"])
def test_a_page_whose_base_is_no_url_is_kept(kept: Archive, run: Crawl, base: str) -> None:
    bad = article(1, related=("/bai-2.html",)).body.replace(b"<head>", f'<head><base href="{base}">'.encode())
    with Site(paper(1) | {"/bai-1.html": Reply(body=bad)}) as site:
        outcome = run(site)
    assert outcome.sources["sample"].cleaned == 1 and not outcome.sources["sample"].errors


def test_links_with_impossible_ports_are_passed_over(kept: Archive, run: Crawl) -> None:
    with Site(paper(2)) as site:
        bad = f"http://{site.host}:99999/bai-9.html"
        site.routes["/tin"] = listing(bad, "/bai-1.html", "//[x", "/bai-2.html")
        site.routes["/bai-1.html"] = article(1, related=(bad,))
        site.routes["/bai-2.html"] = Reply(301, headers={"Location": bad})
        site.routes["/rss"] = Reply(body=f"<rss><channel><item><link>{bad}</link></item></channel></rss>".encode())
        site.routes["/map"] = Reply(body=f"<urlset><url><loc>{bad}</loc></url></urlset>".encode())
        outcome = run(site, {"feeds": ("/rss",), "sitemaps": ("/map",)})
    assert outcome.sources["sample"].cleaned == 1 and not outcome.sources["sample"].errors


def sitemap_of(count: int) -> dict[str, Route]:
    """A site whose articles only its sitemap names."""
    routes = paper(count)
    urls = "".join(f"<url><loc>http://127.78.1.1:PORT{path}</loc></url>" for path in routes if path != "/tin")
    return routes | {"/tin": listing(), "/map": Reply(body=f"<urlset>{urls}</urlset>".encode())}


def test_a_long_sitemap_is_taken_in_by_slices_and_stays_due_until_the_last(
    kept: Archive, run: Crawl, monkeypatch: pytest.MonkeyPatch
) -> None:
    def add(self: Frontier, found: Iterable[Found], **more: int) -> int:
        part = list(found)
        if any(f.hints.via == "sitemap" for f in part):
            sizes.append((len(part), self.archive.conn.in_transaction))
            if len(sizes) == 2:
                raise DiskFull("no room")
        return original(self, part, **more)

    sizes: list[tuple[int, bool]] = []
    original = Frontier.add
    monkeypatch.setattr(Frontier, "add", add)
    monkeypatch.setattr("crawler.intake.SLICE", 2)
    with Site(sitemap_of(5)) as site:
        site.routes["/map"] = Reply(body=sitemap_of(5)["/map"].body.replace(b"PORT", str(site.port).encode()))  # type: ignore[union-attr]
        with pytest.raises(DiskFull):
            run(site, {"sitemaps": ("/map",)})
        assert not pages(kept, kind="sitemap")
        outcome = run(site, {"sitemaps": ("/map",)})
    assert sizes == [(2, False), (2, False), (2, False), (2, False), (1, True)]
    assert len(pages(kept, kind="sitemap")) == 1 and outcome.sources["sample"].articles == 5


def test_a_crawl_that_kept_nothing_but_failed_tells_so(kept: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("crawler.session.PATIENCE", 0.1)
    site = Site(paper(1))
    with site:
        assert not crawl(kept, site.sources()).trouble
    kept.conn.execute("UPDATE frontier SET due = 0")
    assert crawl(kept, site.sources()).trouble


def test_an_archive_that_is_locked_from_the_start(kept: Archive) -> None:
    kept.conn.execute("PRAGMA busy_timeout=100")
    with Site(paper(1)) as site, Archive(kept.path) as other:
        other.conn.execute("BEGIN IMMEDIATE")
        with pytest.raises(ArchiveLocked):
            crawl(kept, site.sources())
        other.conn.execute("ROLLBACK")
        assert site.asked == [] and crawl(kept, site.sources()).outcome == "finished"


def test_a_locked_archive_ends_the_crawl_and_loses_nothing(kept: Archive, run: Crawl) -> None:
    kept.conn.execute("PRAGMA busy_timeout=100")
    holder: list[Archive] = []

    def lock(n: int) -> Reply:
        if not holder:
            holder.append(Archive(kept.path))
            holder[0].conn.execute("BEGIN IMMEDIATE")
        return article(1)

    with Site(paper(3) | {"/bai-1.html": lock}) as site:
        with pytest.raises(ArchiveLocked):
            run(site)
        holder[0].conn.execute("ROLLBACK")
        holder[0].close()
        outcome = run(site)
    assert outcome.outcome == "finished" and len(pages(kept, kind="article", status=200)) == 3


def test_two_crawls_at_once_share_the_work(kept: Archive) -> None:
    with Site(paper(8)) as site, Archive(kept.path) as other:
        sources = site.sources(pace=0.05)
        helper = Frontier(other, sources)
        taken: list[str] = []

        def meddle() -> None:
            end = time.monotonic() + 1
            while time.monotonic() < end:
                if lease := helper.take(time.time()):
                    taken.append(lease.key)
                    helper.release(lease)
                time.sleep(0.01)

        thread = threading.Thread(target=meddle)
        thread.start()
        outcome = crawl(kept, sources)
        thread.join()
        outcome = crawl(kept, sources)
    assert outcome.outcome == "finished"
    assert len(pages(kept, kind="article", status=200)) == 8
    assert kept.conn.execute("PRAGMA integrity_check").fetchone()[0] == "ok"


def test_a_pace_counts_from_the_moment_at_which_the_answer_begins(kept: Archive, run: Crawl) -> None:
    routes = {path: route._replace(wait=0.3) for path, route in paper(3).items() if isinstance(route, Reply)}
    with Site(routes) as site:
        crawl(kept, Sources({"sample": site.source(pace=0.3, pager_limit=1)}, {}))
        first, *between = (b.at - a.at for a, b in zip(site.asked, site.asked[1:], strict=False))
    assert first >= 0.3 and len(between) == 3 and min(between) >= 0.6
