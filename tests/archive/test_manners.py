"""How hosts are treated: the breaker, latency, hours, robots.txt under way, and what a failure costs a URL."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import msgspec
import pytest

from archive.facts import Found
from archive.frontier import Frontier, Lease
from archive.life import life_of
from archive.manners import SPREAD
from archive.paces import paces
from archive.revisit import BREAKS, DAY, HOUR, LONGEST_PAUSE, PROBE, RETRIES
from archive.robots import MAX_HOPS
from archive.state import told
from archive.store import Archive
from config.clock import VIETNAM, stamp
from config.sources import Sources
from tests.archive.standing import PACE, ROOT, Still, answer, article, embedded, open_hosts, row, source, taken

HOST = "song.example.vn"


def host(archive: Archive) -> dict[str, float]:
    return next(archive.rows("SELECT * FROM hosts WHERE host = ?", (HOST,)))


def broken(frontier: Frontier, still: Still, failed: Callable[[Lease], None]) -> list[Lease]:
    """Let the host fail until it is only probed."""
    leases = []
    for _ in range(BREAKS):
        leases.append(taken(frontier, still))
        failed(leases[-1])
    return leases


def test_from_the_fifth_failure_on_a_host_is_probed_and_no_url_loses_a_try(
    frontier: Frontier, stood: Archive, still: Still
) -> None:
    frontier.add([article(n) for n in range(30)])
    open_hosts(frontier, still)
    began = still.at
    leases = broken(frontier, still, lambda lease: frontier.fail(lease, "reset"))
    assert began <= host(stood)["failing"] <= began + 10 and host(stood)["failures"] == BREAKS
    lost = stood.conn.execute("SELECT sum(tries) FROM frontier").fetchone()
    pauses = []
    for _ in range(9):
        before = still.at
        probe = taken(frontier, still)
        pauses.append(still.at - before)
        assert probe.kind == "robots", "one probe at a time"
        assert frontier.take(still.at + 500) is None
        frontier.fail(probe, "reset")
    for n, pause in enumerate(pauses):
        doubled = min(HOUR, max(PROBE, PACE * 2**BREAKS) * 2**n)
        assert doubled <= pause <= doubled * (1 + SPREAD)
    assert stood.conn.execute("SELECT sum(tries) FROM frontier").fetchone() == lost
    assert host(stood)["failing"] < began + 10
    probe = taken(frontier, still)
    frontier.settle(probe, answer(probe, 404), None)
    assert host(stood)["failures"] == 0 and host(stood)["failing"] is None, "one success closes it"
    assert taken(frontier, still).kind == "article" and leases


def test_a_list_is_the_better_probe(frontier: Frontier, stood: Archive, still: Still) -> None:
    frontier.add([article(n) for n in range(9)])
    open_hosts(frontier, still)
    broken(frontier, still, lambda lease: frontier.settle(lease, answer(lease, 500), None))
    frontier.seed(source())
    probe = taken(frontier, still)
    assert probe.kind == "feed", "robots.txt may be a file that answers whatever else is down"
    frontier.settle(probe, answer(probe, 502), None)
    assert row(stood, probe.key)["tries"] == 0
    again = taken(frontier, still)
    assert again.key == probe.key
    frontier.settle(again, answer(again), None)
    assert host(stood)["failures"] == 0


def test_the_breaker_survives_a_restart(frontier: Frontier, stood: Archive, papers: Sources, still: Still) -> None:
    frontier.add([article(n) for n in range(9)])
    open_hosts(frontier, still)
    broken(frontier, still, lambda lease: frontier.fail(lease, "reset"))
    other = Frontier(stood, papers)
    assert other.take(still.at + 30) is None and (other.next_due(still.at) or 0) >= still.at + PROBE
    assert taken(other, still).kind == "robots"


def test_what_a_server_storm_leaves_of_a_urls_tries_is_spread_over_days(
    frontier: Frontier, stood: Archive, still: Still
) -> None:
    frontier.add([article(1)])
    open_hosts(frontier, still)
    times = []
    for _ in range(len(RETRIES)):
        while (lease := frontier.take(still.at)) is None or lease.kind == "robots":
            if lease:
                frontier.settle(lease, answer(lease, 404), None)
            still.at += 20
        times.append(still.at)
        frontier.settle(lease, answer(lease, 500), None)
    assert times[-1] - times[0] > DAY and row(stood, lease.key)["tries"] == len(RETRIES)
    assert row(stood, lease.key)["due"] == still.at + RETRIES[-1]


def test_a_host_that_is_silent_costs_no_url_its_place(frontier: Frontier, stood: Archive, still: Still) -> None:
    """A name that does not resolve (NXDOMAIN) is not "gone", however often it is asked."""
    frontier.add([article(1)])
    open_hosts(frontier, still)
    for _ in range(200):
        still.at += 5 * DAY
        if lease := frontier.take(still.at):
            frontier.fail(lease, "CannotResolveHostError")
    assert row(stood, f"{ROOT}/bai-1.html")["due"] is not None


@pytest.mark.parametrize(
    ("status", "asked", "least", "tries"),
    [
        (429, "1000", 1000, 0),
        (429, "", 2 * PACE, 0),
        (503, "500", 500, 0),
        (503, "", 2 * PACE, 1),
        (500, "", 2 * PACE, 1),
        (429, "999999999", LONGEST_PAUSE, 0),
        (503, "Mon, 10 Mar 2025 02:00:00 GMT", HOUR, 0),
    ],
)
def test_asked_to_wait(
    frontier: Frontier, stood: Archive, still: Still, status: int, asked: str, least: float, tries: int
) -> None:
    frontier.add([article(1)])
    open_hosts(frontier, still)
    still.at = datetime(2025, 3, 10, 8, tzinfo=VIETNAM).timestamp() + PACE * 2
    lease = taken(frontier, still)
    still.at = datetime(2025, 3, 10, 8, tzinfo=VIETNAM).timestamp()
    stood.conn.execute("UPDATE hosts SET next = 0")
    frontier.settle(lease, answer(lease, status, retry_after=asked), None)
    assert least <= host(stood)["next"] - still.at <= min(LONGEST_PAUSE, least * (1 + SPREAD))
    assert row(stood, lease.key)["tries"] == tries


def test_a_redirect_may_ask_to_wait_too(frontier: Frontier, stood: Archive, still: Still) -> None:
    frontier.add([article(1)])
    open_hosts(frontier, still)
    lease = taken(frontier, still)
    frontier.settle(lease, answer(lease, 302, location="/bai-2.html", retry_after="90"), None)
    assert host(stood)["next"] == still.at + 90 and host(stood)["failures"] == 0


def test_a_slow_host_is_asked_less(frontier: Frontier, stood: Archive, still: Still) -> None:
    frontier.add([article(n) for n in range(9)])
    open_hosts(frontier, still)
    for seconds, rests in ((0.2, 0.0), (12.0, 3.15), (12.0, 5.363), (12.0, 7.022)):
        lease = msgspec.structs.replace(taken(frontier, still), took=seconds)
        still.at += seconds
        frontier.settle(lease, answer(lease), None)
        assert max(0.0, host(stood)["next"] - still.at) == pytest.approx(rests or PACE - seconds, abs=0.05)
    (pace,) = paces(stood, ("songnews",), still.at)
    assert round(pace.pause, 1) == 7.0
    if isinstance(stood, Archive):
        assert stood.conn.execute("SELECT pause FROM paces").fetchone() == (7.0,), "readers see it"


def at(hour: int, minute: int = 0) -> float:
    return datetime(2025, 3, 10, hour, minute, tzinfo=VIETNAM).timestamp()


def test_a_paper_with_hours_is_asked_within_them_only(stood: Archive, still: Still) -> None:
    night = msgspec.structs.replace(source(), hours="22:00-06:00")
    day = source("nui", "nui.example.vn")
    frontier = Frontier(stood, Sources({"songnews": night, "nui": day}, {}))
    frontier.add([article(1), article(2), article(1, "https://nui.example.vn")])
    still.at = at(8)
    seen = []
    while lease := frontier.take(still.at):
        seen.append(lease.host)
        frontier.settle(lease, answer(lease, 404 if lease.kind == "robots" else 200), None)
        still.at += 10
    assert set(seen) == {"nui.example.vn"}
    assert frontier.next_due(still.at) == at(22)
    still.at = at(21, 59)
    renewed = taken(frontier, still)
    assert (renewed.kind, renewed.host) == ("robots", "nui.example.vn")
    frontier.settle(renewed, answer(renewed, 404), None)
    assert frontier.take(still.at) is None
    still.at = at(22)
    robots = taken(frontier, still)
    assert robots.host == HOST and still.at == at(22)
    frontier.settle(robots, answer(robots, 404), None)
    assert taken(frontier, still).kind == "article"
    still.at = at(6) + DAY
    while lease := frontier.take(still.at):
        assert lease.host == "nui.example.vn"
        frontier.settle(lease, answer(lease, 404), None)
    assert frontier.next_due(still.at) == at(22) + DAY


def test_robots_txt_is_followed_to_another_host_and_begins_at_its_own_again(
    frontier: Frontier, stood: Archive, still: Still
) -> None:
    frontier.add([article(1), article(2)])
    lease = taken(frontier, still)
    frontier.settle(lease, answer(lease, 301, location="https://rules.example.net/song.txt"), None)
    lease = taken(frontier, still)
    assert (lease.url, lease.host, lease.kind) == ("https://rules.example.net/song.txt", HOST, "robots")
    frontier.settle(lease, answer(lease, body=b"User-agent: *\nDisallow: /bai-1"), None)
    assert taken(frontier, still).url == f"{ROOT}/bai-2.html"
    assert row(stood, f"{ROOT}/robots.txt")["url"] == f"{ROOT}/robots.txt"


@pytest.mark.parametrize("to", ["http://127.0.0.1/robots.txt", "http://169.254.169.254/", "ftp://x.example.net/r", ""])
def test_robots_txt_is_not_followed_into_a_private_net(frontier: Frontier, still: Still, to: str) -> None:
    frontier.add([article(1)])
    lease = taken(frontier, still)
    frontier.settle(lease, answer(lease, 302, location=to), None)
    assert taken(frontier, still).kind == "article"


def test_five_redirects_lead_to_a_robots_txt_and_a_sixth_to_none(frontier: Frontier, still: Still) -> None:
    frontier.add([article(1)])
    for hop in range(MAX_HOPS + 1):
        lease = taken(frontier, still)
        assert lease.kind == "robots" and lease.hops == hop
        frontier.settle(lease, answer(lease, 302, location=f"/{hop}/robots.txt"), None)
    assert taken(frontier, still).kind == "article"


def test_a_304_brings_back_the_rules_that_it_is_about(frontier: Frontier, stood: Archive, still: Still) -> None:
    """After a 404 in between, the copy in use is empty: not the one whose validators were sent."""
    frontier.add([article(1)])
    lease = taken(frontier, still)
    page = answer(lease, body=b"User-agent: *\nDisallow: /bai", etag='"1"')
    number = stood.keep_page(source(), page) if isinstance(stood, Archive) else None
    frontier.settle(lease, page, number)
    for status in (404, 304):
        still.at += DAY / 2 + 1
        lease = msgspec.structs.replace(taken(frontier, still), conditional=True)
        assert lease.kind == "robots"
        frontier.settle(lease, answer(lease, status), None)
    assert host(stood)["robots_page"] == number and host(stood)["robots_at"] == still.at
    assert frontier.take(still.at + 60) is None, "forbidden"


@pytest.mark.parametrize("kept", [True, False])
def test_a_robots_txt_that_breaks_off_is_none(frontier: Frontier, still: Still, kept: bool) -> None:
    frontier.add([article(1)])
    lease = taken(frontier, still)
    page = answer(lease, body=b"User-agent: *\nDis")
    frontier.settle(lease, msgspec.structs.replace(page, truncated="shorter" if kept else None), None)
    assert (taken(frontier, still).kind == "robots") is kept


def test_a_withdrawn_url_is_never_handed_out(frontier: Frontier, stood: Archive, still: Still) -> None:
    """By no way: a list, a redirect, a part, a second spelling."""
    sql = "INSERT INTO withdrawals (url, reason, withdrawn_at) VALUES (?, 'luật', '2025-03-10T08:00:00+07:00')"
    frontier.add([article(1), article(2)])
    stood.conn.execute(sql, (f"{ROOT}/bai-2.html",))
    open_hosts(frontier, still)
    lease = taken(frontier, still)
    frontier.settle(lease, answer(lease, 301, location="/bai-2.html?utm_source=x"), None)
    frontier.add([article(2), Found(url=f"http://www.{HOST}/bai-2.html#a", kind="article", depth=1)])
    frontier.add([Found(url=f"{ROOT}/bai-2.html", kind="section")])
    assert frontier.take(still.at + 60) is None and frontier.next_due(still.at) is None


@embedded
def test_why_tells_which_copy_allowed_it_and_why_a_host_is_left_alone(
    frontier: Frontier, stood: Archive, papers: Sources, still: Still
) -> None:
    def why() -> str:
        return "\n".join(told(life_of(stood, papers, f"{ROOT}/bai-1.html")["now"]))

    frontier.add([article(n) for n in range(1, 9)])
    lease = taken(frontier, still)
    page = msgspec.structs.replace(answer(lease, body=b"User-agent: *\nDisallow: /x"), fetched_at=stamp(still.now()))
    number = stood.keep_page(source(), page)
    frontier.settle(lease, page, number)
    assert f"robots.txt of {page.fetched_at} (page {number}, {ROOT}/robots.txt) allows it" in why()
    still.at += DAY / 2 + 1
    lease = msgspec.structs.replace(taken(frontier, still), conditional=True)
    frontier.settle(lease, answer(lease, 304), None)
    confirmed = stamp(still.now())
    assert f"of {confirmed} (page {number}, {ROOT}/robots.txt, fetched {page.fetched_at}) allows it" in why()
    broken(frontier, still, lambda lease: frontier.fail(lease, "reset"))
    assert f"after {BREAKS} failures in a row since 2025-03-10T" in why() and "only probed" in why()
    still.at += DAY
    assert "older than a day" in why()


@embedded
def test_why_tells_what_is_declared(stood: Archive, still: Still) -> None:
    night = msgspec.structs.replace(source(), hours="22:00-06:00", tls="legacy")
    sources = Sources({"songnews": night}, {})
    lines = "\n".join(told(life_of(stood, sources, f"{ROOT}/bai-1.html")["now"]))
    assert "asked from 22:00-06:00 only, the next time at 2025-03-10T22:00:00+07:00" in lines
    assert "declared exception: legacy" in lines
    still.at = at(23)
    assert "asked from" not in "\n".join(told(life_of(stood, sources, f"{ROOT}/bai-1.html")["now"]))


def test_hours_are_written_into_a_declaration(tmp_path: Path) -> None:
    from config.sources import DeclarationError, load

    (tmp_path / "sources").mkdir()
    for hours, wrong in (
        ("22:00-06:00", ""),
        ("10pm-6am", "no span"),
        ("25:00-06:00", "no clock"),
        ("6:00-6:00", "any"),
    ):
        text = f'title = "Thử"\nhosts = ["thu.example.vn"]\nhours = "{hours}"\ntls = "legacy"\n'
        (tmp_path / "sources" / "thu.toml").write_text(text, encoding="utf-8")
        if wrong:
            with pytest.raises(DeclarationError, match=rf"thu\.toml: hours: .*{wrong}"):
                load(tmp_path)
        else:
            assert load(tmp_path)["thu"].hours == hours and load(tmp_path)["thu"].tls == "legacy"
