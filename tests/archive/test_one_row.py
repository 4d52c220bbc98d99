"""One article, one row of the frontier: second addresses, redirects between them, rules that change, shared hosts."""

import time
from pathlib import Path

import msgspec
import pytest

from archive.arrivals import PRIORITY
from archive.facts import Found, Hints
from archive.frontier import Frontier, Lease
from archive.revisit import DAY
from archive.store import Archive
from archive.turns import REVISIT
from config.declarations import Discover, UrlRules
from config.sources import Source, Sources
from tests.archive.standing import ROOT, Still, answer, article, open_hosts, row, source, taken

OTHER = f"{ROOT}/ten-khac-1.html"


def rows(archive: Archive) -> list[dict[str, object]]:
    return list(archive.rows("SELECT * FROM frontier WHERE kind = 'article' ORDER BY rowid"))


def visited(frontier: Frontier, still: Still, status: int = 200, **headers: str) -> Lease:
    """Take the next article and let it answer so."""
    while (lease := taken(frontier, still)).kind == "robots":
        frontier.settle(lease, answer(lease, 404), None)
    frontier.settle(lease, answer(lease, status, **headers), None)
    return lease


@pytest.mark.parametrize(
    "url", [OTHER, "http://www.song.example.vn/muc/ten-khac-1.html?utm_source=x#a", f"{ROOT}/print/bai-1.html"]
)
def test_a_second_address_of_an_article_adds_its_hints_and_no_row(frontier: Frontier, stood: Archive, url: str) -> None:
    assert frontier.add([article(1)]) == 1
    more = Hints(via="feed", title="Tít", date="10/3/2025")
    assert frontier.add([Found(url=url, kind="article", hints=more)]) == 0
    (found,) = rows(stood)
    assert (found["key"], found["article"]) == (f"{ROOT}/bai-1.html", "songnews:1")
    hints = msgspec.json.decode(str(found["hints"]), type=Hints)
    assert (hints.title, hints.date) == ("Tít", "10/3/2025")


def test_two_addresses_in_one_batch_are_one_row(frontier: Frontier, stood: Archive) -> None:
    assert frontier.add([article(1), Found(url=OTHER, kind="article"), article(2)]) == 2
    assert len(rows(stood)) == 2


def test_the_further_pages_of_an_article_have_rows_of_their_own(stood: Archive) -> None:
    spread = msgspec.structs.replace(source(), urls=UrlRules(article=(r"-(?P<id>\d+)(?:-p(?P<part>\d+))?\.html$",)))
    Frontier(stood, Sources({"songnews": spread}, {})).add(
        [Found(url=f"{ROOT}/{path}.html", kind="article") for path in ("bai-1", "bai-1-p2", "ten-khac-1-p2", "ten-1")]
    )
    assert [r["article"] for r in rows(stood)] == ["songnews:1", "songnews:1#2"]


def test_a_new_address_takes_the_place_of_one_that_gave_nothing(
    frontier: Frontier, stood: Archive, still: Still
) -> None:
    frontier.add([article(1)])
    open_hosts(frontier, still)
    visited(frontier, still, 404)
    still.at += 60
    assert frontier.add([Found(url=OTHER, kind="article")]) == 0
    (found,) = rows(stood)
    assert (found["key"], found["url"], found["due"], found["error"], found["tries"]) == (
        OTHER,
        OTHER,
        still.at,
        None,
        0,
    )
    assert found["priority"] == PRIORITY["article"]
    assert visited(frontier, still).url == OTHER


def test_an_article_that_was_kept_and_then_refused_goes_over_too(
    frontier: Frontier, stood: Archive, still: Still
) -> None:
    frontier.add([article(1)])
    open_hosts(frontier, still)
    visited(frontier, still)
    still.at += DAY
    visited(frontier, still, 404)
    frontier.add([Found(url=OTHER, kind="article")])
    (found,) = rows(stood)
    assert (found["key"], found["visits"], found["priority"]) == (OTHER, 1, REVISIT)


def test_an_address_that_works_or_waits_keeps_its_place(frontier: Frontier, stood: Archive, still: Still) -> None:
    frontier.add([article(1), article(2)])
    open_hosts(frontier, still)
    visited(frontier, still)
    before = rows(stood)
    frontier.add([Found(url=f"{ROOT}/ten-khac-{n}.html", kind="article") for n in (1, 2)])
    assert rows(stood) == before


def test_an_address_that_was_refused_before_takes_no_place(frontier: Frontier, stood: Archive, still: Still) -> None:
    """Lists may show two dead addresses for years: they must not take turns."""
    frontier.add([article(1)])
    open_hosts(frontier, still)
    lease = taken(frontier, still)
    frontier.settle(lease, answer(lease, 404), None)
    frontier.add([Found(url=OTHER, kind="article")])
    visited(frontier, still, 404)
    frontier.add([article(1)])
    (found,) = rows(stood)
    assert (found["key"], found["error"]) == (OTHER, "HTTP 404")


@pytest.mark.parametrize("status", [301, 302, 308])
def test_a_redirect_between_two_addresses_moves_the_row(
    frontier: Frontier, stood: Archive, still: Still, status: int
) -> None:
    frontier.add([article(1)])
    open_hosts(frontier, still)
    visited(frontier, still)
    still.at += DAY
    visited(frontier, still, status, location="/ten-khac-1.html")
    (found,) = rows(stood)
    assert (found["key"], found["url"], found["visits"], found["hops"]) == (OTHER, OTHER, 1, 1)
    assert visited(frontier, still).url == OTHER
    (found,) = rows(stood)
    assert (found["visits"], found["hops"], found["article"]) == (2, 0, "songnews:1")


def test_redirects_in_a_circle_between_two_addresses_end(frontier: Frontier, stood: Archive, still: Still) -> None:
    frontier.add([article(1)])
    open_hosts(frontier, still)
    for n in range(11):
        visited(frontier, still, 301, location=f"/{'ten-khac' if n % 2 == 0 else 'bai'}-1.html")
    (found,) = rows(stood)
    assert found["due"] is None and "redirects" in str(found["error"])


def test_a_redirect_to_an_address_that_has_a_row_leaves_one(frontier: Frontier, stood: Archive, still: Still) -> None:
    """As in archives of before, where the two were two rows."""
    frontier.add([article(1), article(2)])
    stood.conn.execute("UPDATE frontier SET article = 'songnews:1' WHERE key LIKE '%bai-2.html'")
    open_hosts(frontier, still)
    lease = taken(frontier, still)
    elsewhere = answer(lease, 301, location="/bai-2.html")
    stood.conn.execute("UPDATE frontier SET key = ?, url = ? WHERE key LIKE '%bai-2.html'", (OTHER, OTHER))
    frontier.settle(lease, msgspec.structs.replace(elsewhere, headers={"location": OTHER}), None)
    assert [r["key"] for r in rows(stood)] == [OTHER]


def test_a_redirect_to_a_withdrawn_article_ends_the_row(frontier: Frontier, stood: Archive, still: Still) -> None:
    frontier.add([article(1)])
    open_hosts(frontier, still)
    lease = taken(frontier, still)
    stone = "INSERT INTO withdrawals (url, reason, withdrawn_at, article) VALUES (?, 'x', 'y', 'songnews:1')"
    stood.conn.execute(stone, (f"{ROOT}/bai-xua-1.html",))
    frontier.settle(lease, answer(lease, 301, location="/ten-khac-1.html"), None)
    assert rows(stood) == []
    assert frontier.add([Found(url=OTHER, kind="article")]) == 0 and rows(stood) == []


def test_an_alias_is_the_same_article(frontier: Frontier, stood: Archive, still: Still) -> None:
    frontier.add([article(1)])
    stood.conn.execute("INSERT INTO aliases (alias, article, why) VALUES ('songnews:7', 'songnews:1', 'redirect')")
    assert frontier.add([article(7)]) == 0
    stood.conn.execute("UPDATE aliases SET why = 'claimed'")
    assert frontier.add([article(7)]) == 1


OLD = (
    "INSERT INTO frontier (key, url, source, host, kind, priority, due, visits, added, hints, error)"
    " VALUES (?, ?, 'songnews', 'song.example.vn', 'article', 5, ?, ?, ?, '{}', ?)"
)


def test_rows_of_an_older_archive_are_told_apart_at_the_next_run(stood: Archive, papers: Sources, still: Still) -> None:
    stood.conn.execute("INSERT INTO hosts (host, source, pace) VALUES ('song.example.vn', 'songnews', 2)")
    old = (
        ("bai-1", 1, 1.0, None),
        ("ten-khac-1", 3, 2.0, None),
        ("bai-2", 0, 3.0, "HTTP 404"),
        ("ten-2", 0, 4.0, None),
    )
    for path, visits, added, error in old:
        url = f"{ROOT}/{path}.html"
        stood.conn.execute(OLD, (url, url, still.at, visits, added, error))
    frontier = Frontier(stood, papers)
    frontier.seed(source())
    told = [(r["key"], r["article"], r["visits"], r["added"]) for r in rows(stood)]
    assert told == [(OTHER, "songnews:1", 3, 1.0), (f"{ROOT}/ten-2.html", "songnews:2", 0, 3.0)]
    for path, visits in (("bai-3", 2), ("ten-khac-3", 1), ("ten-3", 0)):
        stood.conn.execute(OLD, (f"{ROOT}/{path}.html", f"{ROOT}/{path}.html", still.at, visits, 1.0, None))
    stood.conn.execute("UPDATE hosts SET rules = 'other'")
    Frontier(stood, papers).seed(source())
    assert [r["key"] for r in rows(stood) if r["article"] == "songnews:3"] == [f"{ROOT}/bai-3.html"]
    assert all(r["rules"] == source().url_digest for r in stood.rows("SELECT rules FROM hosts"))
    stood.conn.execute("UPDATE frontier SET article = 'x' WHERE key = ?", (OTHER,))
    Frontier(stood, papers).seed(source())
    assert row(stood, OTHER)["article"] == "x", "the same rules: nothing is told apart again"


def test_new_rules_tell_old_rows_apart_anew(stood: Archive, papers: Sources) -> None:
    """A paper whose ids were not declared, so that each address was an article of its own."""
    bare = msgspec.structs.replace(source(), urls=UrlRules(article=(r"\.html$",)))
    first = Frontier(stood, Sources({"songnews": bare}, {}))
    first.seed(bare)
    assert first.add([article(1), Found(url=OTHER, kind="article")]) == 2
    Frontier(stood, papers).seed(source())
    assert [r["article"] for r in rows(stood)] == ["songnews:1"]


def test_withdrawn_articles_go_from_the_frontier_when_they_are_known_for_what_they_are(
    stood: Archive, papers: Sources, still: Still
) -> None:
    stood.conn.execute("INSERT INTO hosts (host, source, pace) VALUES ('song.example.vn', 'songnews', 2)")
    stood.conn.execute(OLD, (OTHER, OTHER, still.at, 0, 1.0, None))
    stone = "INSERT INTO withdrawals (url, reason, withdrawn_at, article) VALUES (?, 'x', 'y', 'songnews:1')"
    stood.conn.execute(stone, (f"{ROOT}/bai-1.html",))
    Frontier(stood, papers).seed(source())
    assert rows(stood) == []


BELOW = Source(
    id="nho",
    title="Báo Nhỏ",
    hosts=("nho.example.vn",),
    below=("song.example.vn/nho",),
    home="song.example.vn/nho",
    urls=UrlRules(article=(r"-(?P<id>\d+)\.html$",)),
    discover=Discover(feeds=("/rss.rss",), sections=("/tin",)),
)
BOTH = Sources({"songnews": source(), "nho": BELOW}, {})


def test_a_paper_below_anothers_host_is_crawled_alone_at_the_hosts_one_pace(stood: Archive, still: Still) -> None:
    everybody = Frontier(stood, BOTH)
    for paper in BOTH.values():
        everybody.seed(paper)
    everybody.add([article(1), article(1, f"{ROOT}/nho"), article(1, "https://nho.example.vn")])
    assert [(r["source"], r["url"]) for r in rows(stood)] == [
        ("songnews", f"{ROOT}/bai-1.html"), ("nho", f"{ROOT}/nho/bai-1.html")
    ]  # fmt: skip
    for only, mine in (("nho", "/nho/"), ("songnews", "vn/")):
        frontier, asked = Frontier(stood, BOTH, only=[only]), list[str]()
        while (due := frontier.next_due(still.at)) is not None:
            still.at = max(still.at, due)
            lease = frontier.take(still.at)
            assert lease and frontier.take(still.at) is None, "one at a time, whoever's it is"
            assert lease.source == only
            asked.append(lease.url)
            frontier.settle(lease, answer(lease, 404 if lease.kind == "robots" else 200), None)
        articles = [url for url in asked if not url.endswith("robots.txt")]
        assert articles and all((mine in url) and ("/nho/" in url) == (only == "nho") for url in articles)
    assert [r["host"] for r in stood.rows("SELECT host FROM hosts")] == ["song.example.vn"]


@pytest.mark.parametrize("only", ["nho", "songnews"])
def test_robots_txt_of_a_shared_host_is_whoevers_crawl_comes_first(stood: Archive, still: Still, only: str) -> None:
    other = "songnews" if only == "nho" else "nho"
    Frontier(stood, BOTH, only=[other]).seed(BOTH[other])
    frontier = Frontier(stood, BOTH, only=[only])
    frontier.seed(BOTH[only])
    lease = taken(frontier, still)
    assert (lease.kind, lease.source, lease.url) == ("robots", only, f"{ROOT}/robots.txt")


@pytest.mark.soak
def test_telling_a_hundred_thousand_rows_apart_is_quick(tmp_path: Path, papers: Sources, still: Still) -> None:
    with Archive(tmp_path / "many.db", clock=still) as archive:
        archive.conn.execute("INSERT INTO hosts (host, source, pace) VALUES ('song.example.vn', 'songnews', 2)")
        urls = (f"{ROOT}/muc-{n % 50}/ten-bai-{n}.html" for n in range(100_000))
        with archive.transaction() as db:
            db.executemany(OLD, ((url, url, still.at, 1, 1.0, None) for url in urls))
        began = time.perf_counter()
        Frontier(archive, papers).seed(source())
        took = time.perf_counter() - began
        print(f"100,000 rows told apart in {took:.1f} s")
        assert archive.conn.execute("SELECT count(DISTINCT article) FROM frontier").fetchone() == (100_000,)
        assert took < 60
