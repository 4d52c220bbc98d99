import os
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from random import Random

import pytest

from archive.facts import Found, Hints, Page
from archive.frontier import JITTER, LEASE, MAX_HOPS, Frontier, Lease
from archive.holders import holder
from archive.revisit import DAY, HOUR
from archive.store import Archive
from config.clock import VIETNAM
from config.declarations import Discover, UrlRules
from config.sources import Source, Sources

PACE = 2.0
ROOT = "https://song.example.vn"


class Still:
    """A clock that stands until it is moved."""

    def __init__(self) -> None:
        self.at = datetime(2025, 3, 10, 8, tzinfo=VIETNAM).timestamp()

    def now(self) -> datetime:
        return datetime.fromtimestamp(self.at, VIETNAM)

    def seconds(self) -> float:
        return self.at


def source(name: str = "songnews", host: str = "song.example.vn", port: int | None = None) -> Source:
    return Source(
        id=name,
        title=name,
        hosts=(host,),
        pace=PACE,
        port=port,
        urls=UrlRules(article=(r"-(?P<id>\d+)\.html$",)),
        discover=Discover(feeds=("/rss.rss",), sections=("/tin",), sitemaps=("/sitemap.xml",), feed_order="MDY"),
    )


@pytest.fixture
def clock() -> Still:
    return Still()


@pytest.fixture
def archive(tmp_path: Path, clock: Still) -> Iterator[Archive]:
    with Archive(tmp_path / "archive.db", clock=clock) as opened:
        yield opened


@pytest.fixture
def sources() -> Sources:
    return Sources({s.id: s for s in (source(), source("nui", "nui.example.vn"))}, {})


@pytest.fixture
def frontier(archive: Archive, sources: Sources) -> Frontier:
    return Frontier(archive, sources, random=Random(1))


def article(number: int, root: str = ROOT, **hints: str) -> Found:
    return Found(url=f"{root}/bai-{number}.html", kind="article", hints=Hints(via="section", **hints))


def answer(lease: Lease, status: int = 200, body: bytes = b"", **headers: str) -> Page:
    told = {name.replace("_", "-"): value for name, value in headers.items()}
    return Page(url=lease.url, fetched_at="2025-03-10T08:00:00+07:00", body=body, status=status, headers=told)


def row(archive: Archive, url: str) -> dict[str, object]:
    return next(archive.rows("SELECT * FROM frontier WHERE key = ?", (url,)))


def taken(frontier: Frontier, clock: Still) -> Lease:
    """The next lease, at whatever moment it comes."""
    due = frontier.next_due(clock.at)
    assert due is not None
    clock.at = max(clock.at, due)
    lease = frontier.take(clock.at)
    assert lease is not None
    return lease


def open_hosts(frontier: Frontier, clock: Still, *hosts: str) -> None:
    """Let every host answer that it has no robots.txt."""
    while (lease := frontier.take(clock.at)) and lease.kind == "robots":
        frontier.settle(lease, answer(lease, 404), None)
    assert lease is None


def test_robots_txt_comes_first_and_opens_the_host(frontier: Frontier, clock: Still) -> None:
    frontier.add([article(1)])
    lease = taken(frontier, clock)
    assert (lease.kind, lease.url) == ("robots", f"{ROOT}/robots.txt")
    assert frontier.take(clock.at) is None and frontier.next_due(clock.at) is None
    frontier.settle(lease, answer(lease, body=b"User-agent: *\nDisallow: /bai-2"), None)
    assert taken(frontier, clock).url == f"{ROOT}/bai-1.html"


def test_what_robots_txt_forbids_is_passed_over_without_using_the_host(
    frontier: Frontier, archive: Archive, clock: Still
) -> None:
    frontier.add([article(2), article(1)])
    lease = taken(frontier, clock)
    frontier.settle(lease, answer(lease, body=b"User-agent: baoluu\nDisallow: /bai-2\nCrawl-delay: 7"), None)
    assert taken(frontier, clock).url == f"{ROOT}/bai-1.html"
    forbidden = row(archive, f"{ROOT}/bai-2.html")
    assert forbidden["error"] == "forbidden by robots.txt" and forbidden["due"] == clock.at + DAY
    (wait,) = archive.conn.execute("SELECT next - ? FROM hosts WHERE host = 'song.example.vn'", (clock.at,)).fetchone()
    assert 7 <= wait <= 7 * (1 + JITTER)


@pytest.mark.parametrize("status", [404, 403, 401])
def test_a_host_that_refuses_its_robots_txt_has_none(frontier: Frontier, clock: Still, status: int) -> None:
    frontier.add([article(1)])
    lease = taken(frontier, clock)
    frontier.settle(lease, answer(lease, status, body=b"User-agent: *\nDisallow: /"), None)
    assert taken(frontier, clock).kind == "article"


def test_a_host_whose_robots_txt_cannot_be_had_is_closed_but_a_good_copy_holds_for_a_day(
    frontier: Frontier, clock: Still
) -> None:
    frontier.add([article(n) for n in range(4)])
    lease = taken(frontier, clock)
    frontier.settle(lease, answer(lease, 503), None)
    lease = taken(frontier, clock)
    assert lease.kind == "robots", "nothing else before it is known"
    frontier.settle(lease, answer(lease, body=b""), None)
    clock.at += DAY / 2 + 1
    lease = taken(frontier, clock)
    assert lease.kind == "robots", "renewed after half a day"
    frontier.fail(lease, "no connection")
    assert taken(frontier, clock).kind == "article", "the last good copy still holds"
    clock.at += DAY
    assert taken(frontier, clock).kind == "robots", "but not for longer"


def test_one_url_of_a_host_at_a_time_and_the_pace_between(frontier: Frontier, clock: Still) -> None:
    frontier.add([article(n) for n in range(3)])
    open_hosts(frontier, clock)
    start = clock.at
    times = []
    for _ in range(3):
        lease = taken(frontier, clock)
        times.append(clock.at - start)
        clock.at += 0.3
        assert frontier.take(clock.at) is None, "the host is being asked"
        frontier.settle(lease, answer(lease), None)
    gaps = [b - a for a, b in zip([0.0, *times], times, strict=False)]
    assert all(PACE <= gap <= PACE * (1 + JITTER) for gap in gaps)


def test_hosts_run_side_by_side(frontier: Frontier, clock: Still) -> None:
    frontier.add([article(1), article(2), article(1, "https://nui.example.vn")])
    open_hosts(frontier, clock)
    clock.at += 2 * PACE
    both = [frontier.take(clock.at), frontier.take(clock.at)]
    assert {lease.host for lease in both if lease} == {"song.example.vn", "nui.example.vn"}
    assert frontier.take(clock.at) is None


def test_lists_before_articles_then_the_oldest_then_what_is_kept_already(frontier: Frontier, clock: Still) -> None:
    frontier.add([article(2), article(1)])
    frontier.seed(source())
    open_hosts(frontier, clock)
    order = []
    for _ in range(5):
        lease = taken(frontier, clock)
        order.append(lease.url.removeprefix(ROOT))
        frontier.settle(lease, answer(lease), None)
    assert order == ["/rss.rss", "/tin", "/sitemap.xml", "/bai-2.html", "/bai-1.html"]
    clock.at += HOUR + 60
    frontier.add([article(3)])
    assert taken(frontier, clock).url.endswith("bai-3.html")


def test_articles_are_visited_again_by_age(frontier: Frontier, archive: Archive, clock: Still) -> None:
    frontier.add([article(1)])
    open_hosts(frontier, clock)
    found, ages = clock.at, []
    for _ in range(6):
        while (lease := frontier.take(clock.at)) is None or lease.kind == "robots":
            if lease:
                frontier.settle(lease, answer(lease), None)
            clock.at += HOUR / 4
        frontier.settle(lease, answer(lease), None)
        due = row(archive, lease.key)["due"]
        assert isinstance(due, float)
        ages.append(round((due - found) / HOUR))
    assert ages[:4] == [1, 6, 24, 7 * 24]
    assert ages[4] >= 37 * 24 and ages[5] > ages[4]


def test_known_urls_keep_their_hints_and_gain_what_they_lack(frontier: Frontier, archive: Archive) -> None:
    frontier.add([article(1, anchor="Tin A", referrer=f"{ROOT}/tin")])
    feed = Hints(via="feed", date="3/9/2025 8:00:00 AM", order="MDY", title="Bài một", anchor="khác")
    assert (
        frontier.add([Found(url="http://www.song.example.vn/bai-1.html?utm_source=x", kind="article", hints=feed)]) == 0
    )
    hints = row(archive, f"{ROOT}/bai-1.html")["hints"]
    assert isinstance(hints, str)
    for part in ('"via":"section"', '"anchor":"Tin A"', '"title":"Bài một"', '"date":"3/9/2025 8:00:00 AM"', '"MDY"'):
        assert part in hints


def test_a_fetched_article_keeps_the_hints_it_was_fetched_with(
    frontier: Frontier, archive: Archive, clock: Still
) -> None:
    frontier.add([article(1)])
    open_hosts(frontier, clock)
    lease = taken(frontier, clock)
    frontier.settle(lease, answer(lease), None)
    frontier.add([article(1, date="2025-03-10")])
    assert "date" not in str(row(archive, lease.key)["hints"])


def test_only_declared_hosts_and_ports_enter(archive: Archive, clock: Still) -> None:
    room = source("room", "127.77.0.9", port=8377)
    frontier = Frontier(archive, Sources({"songnews": source(), "room": room}, {}))
    refused = (
        "https://other.example.vn/bai-1.html",
        "https://song.example.vn:8080/bai-1.html",
        "http://127.77.0.9/bai-1.html",
        "http://127.0.0.1:8377/bai-1.html",
        "http://169.254.169.254/bai-1.html",
        "file:///etc/passwd-1.html",
        "ftp://song.example.vn/bai-1.html",
        "http://song.example.vn:99999/bai-1.html",
    )
    assert frontier.add([Found(url=url, kind="article") for url in refused]) == 0
    allowed = ("http://127.77.0.9:8377/bai-1.html", "http://m.song.example.vn/bai-1.html")
    assert frontier.add([Found(url=url, kind="article") for url in allowed]) == 2


def test_withdrawn_urls_never_enter_and_never_leave(frontier: Frontier, archive: Archive, clock: Still) -> None:
    frontier.add([article(1), article(2)])
    for n in (1, 3):
        archive.conn.execute("INSERT INTO withdrawals VALUES (?, 'x', 'y')", (f"{ROOT}/bai-{n}.html",))
    assert frontier.add([article(3)]) == 0
    open_hosts(frontier, clock)
    lease = taken(frontier, clock)
    assert lease.url.endswith("bai-2.html")
    frontier.settle(lease, answer(lease), None)
    assert frontier.next_due(clock.at) is None


def test_lists_are_due_again_every_run_but_not_twice_in_one(archive: Archive, sources: Sources, clock: Still) -> None:
    first = Frontier(archive, sources)
    first.seed(source())
    open_hosts(first, clock)
    for _ in range(3):
        lease = taken(first, clock)
        first.settle(lease, answer(lease), None)
    first.seed(source())
    assert first.next_due(clock.at) is None
    resumed = Frontier(archive, sources, since=clock.at - 60)
    resumed.seed(source())
    assert resumed.next_due(clock.at) is None, "a resumed run does not read them again"
    clock.at += 1
    second = Frontier(archive, sources)
    second.seed(source())
    assert sum(second.queued().values()) == 3


def test_a_sitemap_of_an_index_is_due_again_when_its_date_has_moved(
    archive: Archive, sources: Sources, clock: Still
) -> None:
    def shard(date: str) -> Found:
        return Found(url=f"{ROOT}/news-2025-3.xml", kind="sitemap", hints=Hints(via="sitemap", date=date), depth=1)

    frontier = Frontier(archive, sources)
    frontier.add([shard("2025-03-09")])
    open_hosts(frontier, clock)
    lease = taken(frontier, clock)
    frontier.settle(lease, answer(lease), None)
    clock.at += 60
    for date, due in (("2025-03-09", 0), ("2025-03-10", 1)):
        later = Frontier(archive, sources)
        later.add([shard(date)])
        assert sum(later.queued().values()) == due


def test_leases_expire_and_those_of_the_dead_return_at_once(archive: Archive, sources: Sources, clock: Still) -> None:
    first, second = Frontier(archive, sources), Frontier(archive, sources)
    first.add([article(1)])
    open_hosts(first, clock)
    lease = taken(first, clock)
    archive.conn.execute("UPDATE frontier SET holder = ? WHERE leased IS NOT NULL", (holder(os.getppid()),))
    assert second.release_dead() == 0, "its process lives"
    clock.at += LEASE - 1
    assert second.take(clock.at) is None
    clock.at += 2
    again = second.take(clock.at)
    assert again and again.key == lease.key
    archive.conn.execute("UPDATE frontier SET holder = 'another boot:1:1' WHERE leased IS NOT NULL")
    third = Frontier(archive, sources)
    assert third.release_dead() == 1
    assert taken(third, clock).key == lease.key


def test_a_lease_that_was_taken_over_is_not_ended_by_its_first_holder(
    archive: Archive, sources: Sources, clock: Still
) -> None:
    frontier = Frontier(archive, sources)
    frontier.add([article(1)])
    open_hosts(frontier, clock)
    lease = taken(frontier, clock)
    archive.conn.execute("UPDATE frontier SET holder = 'another boot:1:1' WHERE leased IS NOT NULL")
    frontier.fail(lease, "late")
    assert row(archive, lease.key)["tries"] == 0


def test_failures_are_tried_again_later_and_later_and_then_given_up(
    frontier: Frontier, archive: Archive, clock: Still
) -> None:
    frontier.add([article(1)])
    open_hosts(frontier, clock)
    pauses = []
    for _ in range(5):
        while (lease := frontier.take(clock.at)) is None or lease.kind == "robots":
            if lease:
                frontier.settle(lease, answer(lease), None)
            clock.at += 10
        frontier.fail(lease, "no connection", host_fault=False)
        due = row(archive, lease.key)["due"]
        pauses.append(due - clock.at if isinstance(due, float) else None)
    assert pauses == [30, HOUR, DAY, 5 * DAY, None]
    assert row(archive, lease.key)["error"] == "no connection"


def test_a_second_try_within_the_run_is_waited_for(frontier: Frontier, clock: Still) -> None:
    frontier.add([article(1)])
    open_hosts(frontier, clock)
    lease = taken(frontier, clock)
    frontier.fail(lease, "reset")
    due = frontier.next_due(clock.at)
    assert due == clock.at + 30


def test_a_host_in_trouble_is_left_alone_for_twice_as_long_each_time(
    frontier: Frontier, archive: Archive, clock: Still
) -> None:
    frontier.add([article(n) for n in range(9)])
    open_hosts(frontier, clock)

    def pause(settle: Callable[[Lease], None]) -> float:
        lease = taken(frontier, clock)
        settle(lease)
        (until,) = archive.conn.execute("SELECT next FROM hosts WHERE host = ?", (lease.host,)).fetchone()
        return float(until - clock.at)

    assert [pause(lambda x: frontier.fail(x, "reset")) for _ in range(3)] == [2 * PACE, 4 * PACE, 8 * PACE]
    assert pause(lambda x: frontier.settle(x, answer(x, 503), None)) == 16 * PACE
    assert pause(lambda x: frontier.settle(x, answer(x, 429, retry_after="1000"), None)) == 1000
    assert pause(lambda x: frontier.settle(x, answer(x), None)) <= PACE * (1 + JITTER)
    assert pause(lambda x: frontier.fail(x, "reset")) == 2 * PACE, "one success forgives"


def test_asked_to_wait_is_no_failed_try_and_goes_behind_the_others(
    frontier: Frontier, archive: Archive, clock: Still
) -> None:
    frontier.add([article(1), article(2)])
    open_hosts(frontier, clock)
    lease = taken(frontier, clock)
    clock.at += 1
    frontier.settle(lease, answer(lease, 429), None)
    assert row(archive, lease.key)["tries"] == 0
    assert taken(frontier, clock).url.endswith("bai-2.html")


def test_gone_pages_are_asked_for_twice_more_and_410_never(frontier: Frontier, archive: Archive, clock: Still) -> None:
    frontier.add([article(1), article(2)])
    open_hosts(frontier, clock)
    first = taken(frontier, clock)
    frontier.settle(first, answer(first, 404), None)
    assert row(archive, first.key)["due"] == clock.at + DAY
    second = taken(frontier, clock)
    frontier.settle(second, answer(second, 410), None)
    assert row(archive, second.key)["due"] is None


def test_a_redirect_takes_the_hints_along(frontier: Frontier, archive: Archive, clock: Still) -> None:
    frontier.add([article(1, anchor="Tin A")])
    open_hosts(frontier, clock)
    lease = taken(frontier, clock)
    frontier.settle(lease, answer(lease, 301, location="/bai-moi-2.html"), None)
    assert row(archive, lease.key)["due"] is None
    target = taken(frontier, clock)
    assert target.url == f"{ROOT}/bai-moi-2.html" and target.hints.anchor == "Tin A" and target.hops == 1


def test_a_redirect_to_the_same_key_is_followed_in_place(frontier: Frontier, clock: Still) -> None:
    frontier.add([Found(url="http://song.example.vn/bai-1.html", kind="article")])
    open_hosts(frontier, clock)
    lease = taken(frontier, clock)
    frontier.settle(lease, answer(lease, 301, location="https://www.song.example.vn/bai-1.html"), None)
    again = taken(frontier, clock)
    assert again.key == lease.key and again.url == "https://www.song.example.vn/bai-1.html"
    frontier.settle(again, answer(again), None)
    assert frontier.next_due(clock.at) is None


def test_redirects_end(frontier: Frontier, archive: Archive, clock: Still) -> None:
    frontier.add([article(1)])
    open_hosts(frontier, clock)
    for hop in range(MAX_HOPS + 1):
        lease = taken(frontier, clock)
        to = "http" if hop % 2 else "https"
        frontier.settle(lease, answer(lease, 302, location=f"{to}://song.example.vn/bai-1.html"), None)
    assert frontier.next_due(clock.at) is None
    assert row(archive, lease.key)["error"] == "more than 10 redirects"
    frontier.add([article(100)])
    for hop in range(MAX_HOPS + 1):
        lease = taken(frontier, clock)
        frontier.settle(lease, answer(lease, 302, location=f"/bai-{101 + hop}.html"), None)
    assert frontier.next_due(clock.at) is None


def test_an_article_that_leads_to_a_list_or_away_is_gone(frontier: Frontier, archive: Archive, clock: Still) -> None:
    frontier.add([article(1), article(2), article(3)])
    open_hosts(frontier, clock)
    for to in ("/", "/tin", "http://127.0.0.1/bai-9.html"):
        lease = taken(frontier, clock)
        frontier.settle(lease, answer(lease, 302, location=to), None)
        assert "leads to" in str(row(archive, lease.key)["error"])
    assert frontier.take(clock.at + HOUR) is None


def test_a_paper_may_redirect_to_another_declared_one(frontier: Frontier, clock: Still) -> None:
    frontier.add([article(1)])
    open_hosts(frontier, clock)
    lease = taken(frontier, clock)
    frontier.settle(lease, answer(lease, 301, location="https://nui.example.vn/bai-1.html"), None)
    robots = taken(frontier, clock)
    assert robots.url == "https://nui.example.vn/robots.txt"
    frontier.settle(robots, answer(robots, 404), None)
    assert taken(frontier, clock).source == "nui"


def test_a_run_over_some_papers_leaves_the_others_alone(archive: Archive, sources: Sources, clock: Still) -> None:
    Frontier(archive, sources).add([article(1), article(1, "https://nui.example.vn")])
    one = Frontier(archive, sources, only=("nui",))
    assert taken(one, clock).host == "nui.example.vn"
    assert one.next_due(clock.at) is None


def test_without_manners_nothing_is_paced_or_forbidden(archive: Archive, sources: Sources, clock: Still) -> None:
    frontier = Frontier(archive, sources, polite=False)
    frontier.add([article(1), article(2)])
    lease = frontier.take(clock.at)
    assert lease
    frontier.settle(lease, answer(lease, body=b"User-agent: *\nDisallow: /"), None)
    for _ in range(2):
        lease = frontier.take(clock.at)
        assert lease and lease.kind == "article"
        frontier.settle(lease, answer(lease, 503), None)


def test_a_released_lease_leaves_no_trace(frontier: Frontier, archive: Archive, clock: Still) -> None:
    frontier.add([article(1)])
    open_hosts(frontier, clock)
    before = row(archive, f"{ROOT}/bai-1.html")
    lease = taken(frontier, clock)
    frontier.release(lease)
    assert row(archive, lease.key) == before


def test_pause(frontier: Frontier, clock: Still) -> None:
    frontier.add([article(1)])
    open_hosts(frontier, clock)
    frontier.pause("song.example.vn", 500)
    assert frontier.next_due(clock.at) == clock.at + 500


def test_many_lists_and_visits_do_not_hide_each_other(frontier: Frontier, archive: Archive, clock: Still) -> None:
    """Every class is looked up by itself: rows of an earlier class that are due later do not count."""
    frontier.add([article(n) for n in range(300)])
    open_hosts(frontier, clock)
    archive.conn.execute("UPDATE frontier SET due = due + 90 WHERE kind = 'article' AND key NOT LIKE '%bai-7.html'")
    archive.conn.execute("UPDATE frontier SET priority = 5 WHERE key LIKE '%bai-7.html'")
    assert taken(frontier, clock).url.endswith("bai-7.html")
