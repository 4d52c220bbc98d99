"""How answers, good and bad, end a lease: when to come again, and where redirects lead."""

from collections.abc import Callable

from archive.facts import Found
from archive.frontier import Frontier, Lease
from archive.manners import SPREAD
from archive.moved import MAX_HOPS
from archive.revisit import DAY, HOUR
from archive.settling import JITTER
from archive.store import Archive
from tests.archive.standing import PACE, ROOT, Still, answer, article, open_hosts, row, taken


def test_failures_are_tried_again_later_and_later_and_then_given_up(
    frontier: Frontier, stood: Archive, still: Still
) -> None:
    frontier.add([article(1)])
    open_hosts(frontier, still)
    pauses = []
    for _ in range(5):
        while (lease := frontier.take(still.at)) is None or lease.kind == "robots":
            if lease:
                frontier.settle(lease, answer(lease), None)
            still.at += 10
        frontier.fail(lease, "no connection", host_fault=False)
        due = row(stood, lease.key)["due"]
        pauses.append(due - still.at if isinstance(due, float) else None)
    assert pauses == [30, HOUR, DAY, 5 * DAY, None]
    assert row(stood, lease.key)["error"] == "no connection"


def test_a_second_try_within_the_run_is_waited_for(frontier: Frontier, still: Still) -> None:
    frontier.add([article(1)])
    open_hosts(frontier, still)
    lease = taken(frontier, still)
    frontier.fail(lease, "reset")
    due = frontier.next_due(still.at)
    assert due == still.at + 30


def test_a_host_in_trouble_is_left_alone_for_twice_as_long_each_time(
    frontier: Frontier, stood: Archive, still: Still
) -> None:
    frontier.add([article(n) for n in range(9)])
    open_hosts(frontier, still)

    def pause(settle: Callable[[Lease], None]) -> float:
        lease = taken(frontier, still)
        settle(lease)
        (until,) = stood.conn.execute("SELECT next FROM hosts WHERE host = ?", (lease.host,)).fetchone()
        return float(until - still.at)

    def doubled(pause: float, times: int) -> bool:
        return times * PACE <= pause <= times * PACE * (1 + SPREAD)

    for times in (2, 4, 8):
        assert doubled(pause(lambda x: frontier.fail(x, "reset")), times)
    assert doubled(pause(lambda x: frontier.settle(x, answer(x, 503), None)), 16)
    assert 1000 <= pause(lambda x: frontier.settle(x, answer(x, 429, retry_after="1000"), None)) <= 1100
    assert pause(lambda x: frontier.settle(x, answer(x), None)) <= PACE * (1 + JITTER)
    assert doubled(pause(lambda x: frontier.fail(x, "reset")), 2), "one success forgives"


def test_asked_to_wait_is_no_failed_try_and_goes_behind_the_others(
    frontier: Frontier, stood: Archive, still: Still
) -> None:
    frontier.add([article(1), article(2)])
    open_hosts(frontier, still)
    lease = taken(frontier, still)
    still.at += 1
    frontier.settle(lease, answer(lease, 429), None)
    assert row(stood, lease.key)["tries"] == 0
    assert taken(frontier, still).url.endswith("bai-2.html")


def test_gone_pages_are_asked_for_twice_more_and_410_never(frontier: Frontier, stood: Archive, still: Still) -> None:
    frontier.add([article(1), article(2)])
    open_hosts(frontier, still)
    first = taken(frontier, still)
    frontier.settle(first, answer(first, 404), None)
    assert row(stood, first.key)["due"] == still.at + DAY
    second = taken(frontier, still)
    frontier.settle(second, answer(second, 410), None)
    assert row(stood, second.key)["due"] is None


def test_a_redirect_takes_the_hints_along(frontier: Frontier, stood: Archive, still: Still) -> None:
    frontier.add([article(1, anchor="Tin A")])
    open_hosts(frontier, still)
    lease = taken(frontier, still)
    frontier.settle(lease, answer(lease, 301, location="/bai-moi-2.html"), None)
    assert row(stood, lease.key)["due"] is None
    target = taken(frontier, still)
    assert target.url == f"{ROOT}/bai-moi-2.html" and target.hints.anchor == "Tin A" and target.hops == 1


def test_a_redirect_to_the_same_key_is_followed_in_place(frontier: Frontier, still: Still) -> None:
    frontier.add([Found(url="http://song.example.vn/bai-1.html", kind="article")])
    open_hosts(frontier, still)
    lease = taken(frontier, still)
    frontier.settle(lease, answer(lease, 301, location="https://www.song.example.vn/bai-1.html"), None)
    again = taken(frontier, still)
    assert again.key == lease.key and again.url == "https://www.song.example.vn/bai-1.html"
    frontier.settle(again, answer(again), None)
    assert frontier.next_due(still.at) is None


def test_redirects_end(frontier: Frontier, stood: Archive, still: Still) -> None:
    frontier.add([article(1)])
    open_hosts(frontier, still)
    for hop in range(MAX_HOPS + 1):
        lease = taken(frontier, still)
        to = "http" if hop % 2 else "https"
        frontier.settle(lease, answer(lease, 302, location=f"{to}://song.example.vn/bai-1.html"), None)
    assert frontier.next_due(still.at) is None
    assert row(stood, lease.key)["error"] == "more than 10 redirects"
    frontier.add([article(100)])
    for hop in range(MAX_HOPS + 1):
        lease = taken(frontier, still)
        frontier.settle(lease, answer(lease, 302, location=f"/bai-{101 + hop}.html"), None)
    assert frontier.next_due(still.at) is None


def test_an_article_that_leads_to_a_list_or_away_is_gone(frontier: Frontier, stood: Archive, still: Still) -> None:
    frontier.add([article(1), article(2), article(3)])
    open_hosts(frontier, still)
    for to in ("/", "/tin", "http://127.0.0.1/bai-9.html"):
        lease = taken(frontier, still)
        frontier.settle(lease, answer(lease, 302, location=to), None)
        assert "leads to" in str(row(stood, lease.key)["error"])
    assert frontier.take(still.at + HOUR) is None


def test_a_paper_may_redirect_to_another_declared_one(frontier: Frontier, still: Still) -> None:
    frontier.add([article(1)])
    open_hosts(frontier, still)
    lease = taken(frontier, still)
    frontier.settle(lease, answer(lease, 301, location="https://nui.example.vn/bai-1.html"), None)
    robots = taken(frontier, still)
    assert robots.url == "https://nui.example.vn/robots.txt"
    frontier.settle(robots, answer(robots, 404), None)
    assert taken(frontier, still).source == "nui"


def test_a_target_in_unquoted_utf_8(frontier: Frontier, still: Still) -> None:
    frontier.add([article(1)])
    open_hosts(frontier, still)
    lease = taken(frontier, still)
    frontier.settle(lease, answer(lease, 302, location="/bài mới-2.html".encode().decode("latin-1")), None)
    assert taken(frontier, still).url == f"{ROOT}/b%C3%A0i%20m%E1%BB%9Bi-2.html"
