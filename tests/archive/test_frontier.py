"""Whose turn it is: manners, order, leases, and what enters."""

import os
from collections.abc import Callable

import pytest

from archive.facts import Found, Hints
from archive.frontier import LEASE, Frontier, Lease
from archive.holders import holder
from archive.paces import paces
from archive.revisit import DAY, HOUR, next_visit
from archive.settling import JITTER
from archive.store import Archive
from archive.turns import PLAIN, REST, WITH_ASSETS, WITH_BACK, counted
from config.sources import Sources
from tests.archive.standing import PACE, ROOT, Still, answer, article, embedded, open_hosts, rests, row, source, taken


def queued(archive: Archive, still: Still, *, back: bool = False) -> int:
    """How much is due at the sample's host."""
    return sum(pace.due for pace in paces(archive, ("songnews",), still.at, back=back))


def test_robots_txt_comes_first_and_opens_the_host(frontier: Frontier, still: Still) -> None:
    frontier.add([article(1)])
    lease = taken(frontier, still)
    assert (lease.kind, lease.url) == ("robots", f"{ROOT}/robots.txt")
    assert frontier.take(still.at) is None and frontier.next_due(still.at) is None
    frontier.settle(lease, answer(lease, body=b"User-agent: *\nDisallow: /bai-2"), None)
    assert taken(frontier, still).url == f"{ROOT}/bai-1.html"


def test_what_robots_txt_forbids_is_passed_over_without_using_the_host(
    frontier: Frontier, stood: Archive, still: Still
) -> None:
    frontier.add([article(2), article(1)])
    lease = taken(frontier, still)
    frontier.settle(lease, answer(lease, body=b"User-agent: baoluu\nDisallow: /bai-2\nCrawl-delay: 7"), None)
    assert taken(frontier, still).url == f"{ROOT}/bai-1.html"
    forbidden = row(stood, f"{ROOT}/bai-2.html")
    assert forbidden["error"] == "forbidden by robots.txt" and forbidden["due"] == still.at + DAY
    (wait,) = stood.conn.execute("SELECT next - ? FROM hosts WHERE host = 'song.example.vn'", (still.at,)).fetchone()
    assert 7 <= wait <= 7 * (1 + JITTER)


@pytest.mark.parametrize("status", [404, 403, 401])
def test_a_host_that_refuses_its_robots_txt_has_none(frontier: Frontier, still: Still, status: int) -> None:
    frontier.add([article(1)])
    lease = taken(frontier, still)
    frontier.settle(lease, answer(lease, status, body=b"User-agent: *\nDisallow: /"), None)
    assert taken(frontier, still).kind == "article"


def test_a_host_whose_robots_txt_cannot_be_had_is_closed_but_a_good_copy_holds_for_a_day(
    frontier: Frontier, still: Still
) -> None:
    frontier.add([article(n) for n in range(4)])
    lease = taken(frontier, still)
    frontier.settle(lease, answer(lease, 503), None)
    lease = taken(frontier, still)
    assert lease.kind == "robots", "nothing else before it is known"
    frontier.settle(lease, answer(lease, body=b""), None)
    still.at += DAY / 2 + 1
    lease = taken(frontier, still)
    assert lease.kind == "robots", "renewed after half a day"
    frontier.fail(lease, "no connection")
    assert taken(frontier, still).kind == "article", "the last good copy still holds"
    still.at += DAY
    assert taken(frontier, still).kind == "robots", "but not for longer"


def test_one_url_of_a_host_at_a_time_and_the_pace_between(frontier: Frontier, still: Still) -> None:
    frontier.add([article(n) for n in range(3)])
    open_hosts(frontier, still)
    start = still.at
    times = []
    for _ in range(3):
        lease = taken(frontier, still)
        times.append(still.at - start)
        still.at += 0.3
        assert frontier.take(still.at) is None, "the host is being asked"
        frontier.settle(lease, answer(lease), None)
    gaps = [b - a for a, b in zip([0.0, *times], times, strict=False)]
    assert all(PACE <= gap <= PACE * (1 + JITTER) for gap in gaps)


def test_a_pace_counts_from_when_the_request_left_and_shortens_no_pause(frontier: Frontier, still: Still) -> None:
    frontier.add([article(n) for n in range(3)])
    open_hosts(frontier, still)
    lease = taken(frontier, still)
    still.at += 5
    lease, left = frontier.sent(lease), still.at
    still.at += 0.5
    frontier.settle(lease, answer(lease), None)
    assert PACE <= (frontier.next_due(still.at) or 0) - left <= PACE * (1 + JITTER)
    lease = frontier.sent(taken(frontier, still))
    frontier.pause(lease.host, 500)
    until = still.at + 500
    frontier.settle(lease, answer(lease), None)
    assert frontier.next_due(still.at) == until


def asked(frontier: Frontier, stood: Archive, still: Still) -> tuple[Lease, float]:
    """A lease whose request left five seconds after it was taken, which is not written yet; until when its host rests,
    then."""
    lease = taken(frontier, still)
    still.at += 5
    assert rests(stood, lease) < still.at
    return frontier.sent(lease), still.at + PACE


@pytest.mark.parametrize("moved", ["/bai-2.html", "/bai-1.html?utm=x", "https://nui.example.vn/bai-1.html", "/"])
def test_the_moment_of_a_request_is_written_with_whatever_ends_its_lease(
    frontier: Frontier, stood: Archive, still: Still, moved: str
) -> None:
    frontier.add([article(n) for n in range(1, 6)])
    open_hosts(frontier, still)
    ends: list[Callable[[Lease], object]] = [
        lambda lease: frontier.settle(lease, answer(lease, 301, location=moved), None),
        frontier.release, frontier.forget, lambda lease: frontier.fail(lease, "it broke", host_fault=False),
        lambda lease: frontier.give_up(lease, "it is none"),
    ]  # fmt: skip
    for end in ends:
        lease, until = asked(frontier, stood, still)
        end(lease)
        assert until <= rests(stood, lease) <= until + PACE * JITTER


def test_the_moment_of_a_request_outlives_what_is_rolled_back(frontier: Frontier, stood: Archive, still: Still) -> None:
    frontier.add([article(1), article(2)])
    open_hosts(frontier, still)
    lease, until = asked(frontier, stood, still)
    with pytest.raises(ZeroDivisionError), stood.transaction():
        frontier.settle(lease, answer(lease), None)
        raise ZeroDivisionError
    assert rests(stood, lease) < until
    frontier.release(lease)
    assert until <= rests(stood, lease) <= until + PACE * JITTER


@embedded
def test_hosts_of_the_dead_rest_from_when_their_leases_return(stood: Archive, papers: Sources, still: Still) -> None:
    first = Frontier(stood, papers)
    first.add([article(1)])
    open_hosts(first, still)
    lease, until = asked(first, stood, still)
    stood.conn.execute("UPDATE frontier SET holder = 'another boot:1:1' WHERE leased IS NOT NULL")
    assert Frontier(stood, papers).release_dead() == 1
    assert rests(stood, lease) == until + 1


def test_hosts_run_side_by_side(frontier: Frontier, still: Still) -> None:
    frontier.add([article(1), article(2), article(1, "https://nui.example.vn")])
    open_hosts(frontier, still)
    still.at += 2 * PACE
    both = [frontier.take(still.at), frontier.take(still.at)]
    assert {lease.host for lease in both if lease} == {"song.example.vn", "nui.example.vn"}
    assert frontier.take(still.at) is None


def test_lists_before_articles_then_the_oldest_then_what_is_kept_already(frontier: Frontier, still: Still) -> None:
    frontier.add([article(2), article(1)])
    frontier.seed(source())
    open_hosts(frontier, still)
    order = []
    for _ in range(5):
        lease = taken(frontier, still)
        order.append(lease.url.removeprefix(ROOT))
        frontier.settle(lease, answer(lease), None)
    assert order == ["/rss.rss", "/tin", "/sitemap.xml", "/bai-2.html", "/bai-1.html"]
    still.at += HOUR + 60
    frontier.add([article(3)])
    assert taken(frontier, still).url.endswith("bai-3.html")


def test_articles_are_visited_again_by_age(frontier: Frontier, stood: Archive, still: Still) -> None:
    frontier.add([article(1)])
    open_hosts(frontier, still)
    found, ages = still.at, []
    for _ in range(6):
        while (lease := frontier.take(still.at)) is None or lease.kind == "robots":
            if lease:
                frontier.settle(lease, answer(lease), None)
            still.at += HOUR / 4
        frontier.settle(lease, answer(lease), None)
        due = row(stood, lease.key)["due"]
        assert isinstance(due, float)
        ages.append(round((due - found) / HOUR))
    assert ages[:4] == [1, 6, 24, 7 * 24]
    assert ages[4] >= 37 * 24 and ages[5] > ages[4]


def test_known_urls_keep_their_hints_and_gain_what_they_lack(frontier: Frontier, stood: Archive) -> None:
    frontier.add([article(1, anchor="Tin A", referrer=f"{ROOT}/tin")])
    feed = Hints(via="feed", date="3/9/2025 8:00:00 AM", order="MDY", title="Bài một", anchor="khác")
    assert (
        frontier.add([Found(url="http://www.song.example.vn/bai-1.html?utm_source=x", kind="article", hints=feed)]) == 0
    )
    hints = row(stood, f"{ROOT}/bai-1.html")["hints"]
    assert isinstance(hints, str)
    for part in ('"via":"section"', '"anchor":"Tin A"', '"title":"Bài một"', '"date":"3/9/2025 8:00:00 AM"', '"MDY"'):
        assert part in hints


def test_a_fetched_article_keeps_the_hints_it_was_fetched_with(
    frontier: Frontier, stood: Archive, still: Still
) -> None:
    frontier.add([article(1)])
    open_hosts(frontier, still)
    lease = taken(frontier, still)
    frontier.settle(lease, answer(lease), None)
    frontier.add([article(1, date="2025-03-10")])
    assert "date" not in str(row(stood, lease.key)["hints"])


def test_only_declared_hosts_and_ports_enter(stood: Archive, still: Still) -> None:
    room = source("room", "127.77.0.9", port=8377)
    frontier = Frontier(stood, Sources({"songnews": source(), "room": room}, {}))
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


def test_withdrawn_urls_never_enter_and_never_leave(frontier: Frontier, stood: Archive, still: Still) -> None:
    frontier.add([article(1), article(2)])
    for n in (1, 3):
        stood.conn.execute(
            "INSERT INTO withdrawals (url, reason, withdrawn_at) VALUES (?, 'x', 'y')", (f"{ROOT}/bai-{n}.html",)
        )
    assert frontier.add([article(3)]) == 0
    open_hosts(frontier, still)
    lease = taken(frontier, still)
    assert lease.url.endswith("bai-2.html")
    frontier.settle(lease, answer(lease), None)
    assert frontier.next_due(still.at) is None


def test_a_late_visit_stands_for_the_next_one() -> None:
    """A page found in the last second of a run is a second short of a day old when the next day's run comes by."""
    assert next_visit("article", 0.0, HOUR) == 6 * HOUR
    assert next_visit("article", 0.0, DAY - 1) == next_visit("article", 0.0, DAY) == 7 * DAY
    assert next_visit("article", 0.0, 7 * DAY - 1) == 37 * DAY - 1


def test_lists_are_due_again_every_run_but_not_twice_in_one(stood: Archive, papers: Sources, still: Still) -> None:
    first = Frontier(stood, papers)
    first.seed(source())
    open_hosts(first, still)
    for _ in range(3):
        lease = taken(first, still)
        first.settle(lease, answer(lease), None)
    first.seed(source())
    assert first.next_due(still.at) is None
    resumed = Frontier(stood, papers, since=still.at - 60)
    resumed.seed(source())
    assert resumed.next_due(still.at) is None, "a resumed run does not read them again"
    still.at += 1
    second = Frontier(stood, papers)
    second.seed(source())
    assert queued(stood, still) == 3


def test_a_sitemap_of_an_index_is_due_again_when_its_date_has_moved(
    stood: Archive, papers: Sources, still: Still
) -> None:
    def shard(date: str) -> Found:
        return Found(url=f"{ROOT}/news-2025-3.xml", kind="sitemap", hints=Hints(via="sitemap", date=date), depth=1)

    frontier = Frontier(stood, papers)
    frontier.add([shard("2025-03-09")])
    open_hosts(frontier, still)
    lease = taken(frontier, still)
    frontier.settle(lease, answer(lease), None)
    still.at += 60
    for date, due in (("2025-03-09", 0), ("2025-03-10", 1)):
        later = Frontier(stood, papers)
        later.add([shard(date)])
        assert queued(stood, still) == due


@embedded
def test_leases_expire_and_those_of_the_dead_return_at_once(stood: Archive, papers: Sources, still: Still) -> None:
    first, second = Frontier(stood, papers), Frontier(stood, papers)
    first.add([article(1)])
    open_hosts(first, still)
    lease = taken(first, still)
    stood.conn.execute("UPDATE frontier SET holder = ? WHERE leased IS NOT NULL", (holder(os.getppid()),))
    assert second.release_dead() == 0, "its process lives"
    still.at += LEASE - 1
    assert second.take(still.at) is None
    still.at += 2
    again = second.take(still.at)
    assert again and again.key == lease.key
    stood.conn.execute("UPDATE frontier SET holder = 'another boot:1:1' WHERE leased IS NOT NULL")
    third = Frontier(stood, papers)
    assert third.release_dead() == 1
    assert taken(third, still).key == lease.key


def test_a_lease_that_was_taken_over_is_not_ended_by_its_first_holder(
    stood: Archive, papers: Sources, still: Still
) -> None:
    frontier = Frontier(stood, papers)
    frontier.add([article(1)])
    open_hosts(frontier, still)
    lease = taken(frontier, still)
    stood.conn.execute("UPDATE frontier SET holder = 'another boot:1:1' WHERE leased IS NOT NULL")
    frontier.fail(lease, "late")
    assert row(stood, lease.key)["tries"] == 0


def test_a_run_over_some_papers_leaves_the_others_alone(stood: Archive, papers: Sources, still: Still) -> None:
    Frontier(stood, papers).add([article(1), article(1, "https://nui.example.vn")])
    one = Frontier(stood, papers, only=("nui",))
    assert taken(one, still).host == "nui.example.vn"
    assert one.next_due(still.at) is None


def test_without_manners_nothing_is_paced_or_forbidden(stood: Archive, papers: Sources, still: Still) -> None:
    frontier = Frontier(stood, papers, polite=False)
    frontier.add([article(1), article(2)])
    lease = frontier.take(still.at)
    assert lease
    frontier.settle(lease, answer(lease, body=b"User-agent: *\nDisallow: /"), None)
    for _ in range(2):
        lease = frontier.take(still.at)
        assert lease and lease.kind == "article"
        frontier.settle(lease, answer(lease, 503), None)


def test_a_released_lease_leaves_no_trace(frontier: Frontier, stood: Archive, still: Still) -> None:
    frontier.add([article(1)])
    open_hosts(frontier, still)
    before = row(stood, f"{ROOT}/bai-1.html")
    lease = taken(frontier, still)
    frontier.release(lease)
    assert row(stood, lease.key) == before


def test_pause(frontier: Frontier, still: Still) -> None:
    frontier.add([article(1)])
    open_hosts(frontier, still)
    frontier.pause("song.example.vn", 500)
    assert frontier.next_due(still.at) == still.at + 500


def test_many_lists_and_visits_do_not_hide_each_other(frontier: Frontier, stood: Archive, still: Still) -> None:
    """Every class is looked up by itself: rows of an earlier class that are due later do not count."""
    frontier.add([article(n) for n in range(300)])
    open_hosts(frontier, still)
    stood.conn.execute("UPDATE frontier SET due = due + 90 WHERE kind = 'article' AND key NOT LIKE '%bai-7.html'")
    stood.conn.execute("UPDATE frontier SET priority = 5 WHERE key LIKE '%bai-7.html'")
    assert taken(frontier, still).url.endswith("bai-7.html")


def test_later_visits_go_by_how_late_they_are_for_their_age(frontier: Frontier, stood: Archive, still: Still) -> None:
    """Rows due for months do not hide the one that was printed this morning, nor does one that is just due."""
    frontier.add([article(n) for n in range(100)])
    open_hosts(frontier, still)
    change = "UPDATE frontier SET priority = 5, added = ?, due = ? WHERE key LIKE ?"
    stood.conn.execute(change, (still.at - 900 * DAY, still.at - DAY, "%bai-%"))
    stood.conn.execute(change, (still.at - 3 * HOUR, still.at - 2 * HOUR, "%bai-50.html"))
    stood.conn.execute(change, (still.at - 900 * DAY, still.at - 1, "%bai-51.html"))
    assert taken(frontier, still).url.endswith("bai-50.html")


def test_a_back_fill_comes_last_and_only_where_it_is_asked_for(stood: Archive, papers: Sources, still: Still) -> None:
    plain, back = Frontier(stood, papers), Frontier(stood, papers, back=still.at)
    old = Found(url=f"{ROOT}/cu.xml", kind="sitemap", hints=Hints(via="sitemap", span="2020-01-01.."), back=True)
    plain.add([old, Found(url=f"{ROOT}/bai-1.html", kind="article", back=True), article(2), article(3)])
    open_hosts(plain, still)
    stood.conn.execute("UPDATE frontier SET priority = 5 WHERE key LIKE '%bai-3%'")
    assert (queued(stood, still), queued(stood, still, back=True)) == (2, 4)
    for name in ("bai-2.html", "bai-3.html"):
        lease = taken(plain, still)
        assert lease.url.endswith(name) and not lease.back
        plain.settle(lease, answer(lease), None)
    assert plain.next_due(still.at) is None
    first = taken(back, still)
    assert first.back and first.url.endswith("bai-1.html"), "what is found goes before the next list"
    back.settle(first, answer(first), None)
    second = taken(back, still)
    assert second.kind == "sitemap" and second.hints.span == "2020-01-01.."
    back.fail(second, "reset")
    assert plain.next_due(still.at) is None, "nor does a plain crawl wait for its second try"
    assert back.next_due(still.at) is not None


def test_a_list_that_waits_for_all_its_days_is_not_narrowed_by_a_back_fill(
    stood: Archive, papers: Sources, still: Still
) -> None:
    plain = Found(url=f"{ROOT}/news-2025-3.xml", kind="sitemap", hints=Hints(via="sitemap", date="2025-03-09"))
    asked = Found(url=plain.url, kind="sitemap", hints=Hints(via="sitemap", span="2025-01-01.."), back=True)
    frontier = Frontier(stood, papers, back=still.at)
    for first, second in ((plain, asked), (asked, plain)):
        stood.conn.execute("DELETE FROM frontier")
        frontier.add([first])
        frontier.add([second])
        waits = row(stood, plain.url)
        assert waits["priority"] == 3 and "span" not in str(waits["hints"]), first


@embedded
def test_taking_seeks_and_never_scans(stood: Archive, frontier: Frontier, still: Still) -> None:
    given = {"now": still.at, "until": 0, "holder": "x", "sources": "[]", "shared": "[]", "topic": "", "floor": 0}
    for turns in (PLAIN, WITH_BACK, *WITH_ASSETS.values(), REST):
        for query in (turns.take, turns.next):
            plan = " ".join(r["detail"] for r in stood.rows(f"EXPLAIN QUERY PLAN {query}", given))
            assert "SCAN f" not in plan and "frontier_take (host=? AND priority=? AND due<?)" in plan


@embedded
def test_counting_what_is_due_walks_past_no_later_visit(frontier: Frontier, stood: Archive, still: Still) -> None:
    frontier.add([article(n) for n in range(3)])
    stood.conn.execute("UPDATE frontier SET due = ? WHERE key LIKE '%bai-2%'", (still.at + DAY,))
    assert queued(stood, still) == 3, "two articles and robots.txt"
    count = f"EXPLAIN QUERY PLAN SELECT {counted('4', 9)} FROM hosts h"
    plan = " ".join(r["detail"] for r in stood.rows(count, {"now": still.at}))
    assert "SEARCH f USING COVERING INDEX frontier_take (host=? AND priority=? AND due<?)" in plan
    assert "SCAN f" not in plan
