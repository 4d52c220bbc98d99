"""The whole life of a URL, as `why` tells it."""

import msgspec
import pytest

from archive.cleaners import differing, note_newest, put_in_force
from archive.derive import derive_article
from archive.facts import Cleaned, Drop, DropNote, Found, Hints, Page
from archive.frontier import Frontier, Lease
from archive.held import Loss, put_held
from archive.life import life_of
from archive.state import told
from archive.store import Archive
from config.sources import Sources
from tests.archive.standing import ROOT, Still, article, embedded, open_hosts
from tests.conftest import record

pytestmark = embedded

URL = f"{ROOT}/bai-1.html"
ROBOTS = b"User-agent: *\nDisallow: /bai-9\n"


def response(still: Still, url: str, status: int = 200, body: bytes = b"", **headers: str) -> Page:
    told = {name.replace("_", "-"): value for name, value in headers.items()}
    return Page(url=url, fetched_at=f"{still.now():%Y-%m-%dT%H:%M:%S+07:00}", body=body, status=status, headers=told)


def take(frontier: Frontier, still: Still, url: str) -> Lease:
    """The lease of `url`, when it comes; what comes before it is settled."""
    while True:
        while (lease := frontier.take(still.at)) is None:
            still.at += 1800
        if lease.url == url:
            return lease
        frontier.settle(lease, response(still, lease.url, body=ROBOTS if lease.kind == "robots" else b"."), None)


@pytest.fixture
def lived(stood: Archive, frontier: Frontier, still: Still, papers: Sources) -> Archive:
    """One article: found in a section, fetched, edited, unchanged, the same again, and refused."""
    hints = Hints(via="section", referrer=f"{ROOT}/tin", anchor="Nước rút ở bản", date="10/03/2025 07:45")
    frontier.add([Found(url=URL, kind="article", hints=hints)])
    run = stood.start_run("crawl")
    for status, body, more in (
        (200, b"one", {}),
        (200, b"two", {}),
        (304, b"", {}),
        (200, b"two", {}),
        (429, b"", {"retry_after": "7200"}),
    ):
        lease = msgspec.structs.replace(take(frontier, still, URL), conditional=status == 304)
        page = response(still, URL, status, body, **more)
        with stood.transaction():
            number = stood.keep_page("songnews", page, run)
            frontier.settle(lease, page, number)
        if status == 200:
            made = record(1, f"Nước rút {body.decode()}", "Dẫn.")
            stood.put_cleaning(number, "c1", Cleaned(output=made, article="songnews:1", notes=("Một ngờ vực.",)))
    note_newest(stood, "songnews", "c1")
    put_in_force(stood, "songnews", "c1", differing(stood, "songnews", "c1"))
    derive_article(stood, "songnews:1", papers)
    return stood


def test_everything_that_happened_is_told_in_order(lived: Archive, papers: Sources) -> None:
    life = life_of(lived, papers, URL)
    visits = [event["what"] for event in life["events"] if event["kind"] == "visit"]
    found = life["events"][0]
    assert life["article"] == "songnews:1" and [e["at"] for e in life["events"]] == sorted(
        e["at"] for e in life["events"]
    )
    assert found["kind"] == "found" and f"through section, on {ROOT}/tin" in found["what"]
    assert 'called "Nước rút ở bản", dated 10/03/2025 07:45' in found["what"]
    assert [("HTTP 200, 3 bytes (run 1)" in v, "other bytes" in v, "the same bytes" in v) for v in visits[:2]] == [
        (True, False, False),
        (False, True, False),
    ]
    assert "HTTP 304, not changed" in visits[2] and "the same bytes as before" in visits[3]
    assert "HTTP 429, 0 bytes, asks to wait: 7200" in visits[4]
    assert ("revision", "the paper had changed it: revision 2") in {(e["kind"], e["what"]) for e in life["events"]}
    assert life["now"]["shown"]["revisions"] == 2
    cleanings = [event["what"] for event in life["events"] if event["kind"] == "cleaning"]
    assert cleanings == ["cleaner c1 made a record; Một ngờ vực."] * 3


def test_how_it_stands_now(lived: Archive, papers: Sources, still: Still) -> None:
    now = life_of(lived, papers, URL)["now"]
    assert (now["frontier"]["visits"], now["frontier"]["error"]) == (4, "HTTP 429")
    assert now["robots"]["allows"] is True and now["host"]["paused"] and now["host"]["failures"] == 1
    lines = "\n".join(told(now))
    assert "fetched 4 times, last asked for" in lines and "last failure: HTTP 429" in lines
    assert "robots.txt of 2025-03-17T" in lines and "allows it" in lines
    assert "song.example.vn is left alone until" in lines
    still.at += 86400
    assert "left alone" not in "\n".join(told(life_of(lived, papers, URL)["now"]))


def test_what_robots_forbids_was_never_asked(frontier: Frontier, stood: Archive, still: Still, papers: Sources) -> None:
    frontier.add([article(9), article(1)])
    take(frontier, still, URL)
    lines = list(told(life_of(stood, papers, f"{ROOT}/bai-9.html")["now"]))
    assert any("forbids it" in line for line in lines) and "last failure: forbidden by robots.txt" in lines
    assert "fetched 0 times" in lines[0]


def test_a_redirect_tells_where_it_leads(stood: Archive, papers: Sources, still: Still) -> None:
    stood.keep_page("songnews", response(still, URL, 301, location=f"{ROOT}/moi-1.html"))
    assert f"leads to {ROOT}/moi-1.html" in life_of(stood, papers, URL)["events"][0]["what"]


def test_a_drop_a_hold_and_a_page_that_waits(stood: Archive, papers: Sources, still: Still) -> None:
    number = stood.keep_page("songnews", response(still, URL, body=b"one"))
    assert life_of(stood, papers, URL)["events"][-1]["what"] == "waits for cleaning"
    drop = Drop(url=URL, drop=DropNote("blocked", "challenge page"))
    stood.put_cleaning(number, "c1", Cleaned(output=drop, article="songnews:1"))
    put_held(stood, "songnews:1", "songnews", "c0", [Loss("lead", "Dẫn.")])
    life = life_of(stood, papers, URL)
    assert life["events"][-1]["what"] == "cleaner c1 made dropped: blocked (challenge page)"
    assert "held: newer rules would lose lead Dẫn." in "\n".join(told(life["now"]))


def test_what_was_found_but_never_asked_is_told(
    frontier: Frontier, stood: Archive, still: Still, papers: Sources
) -> None:
    frontier.add([article(1)])
    life = life_of(stood, papers, URL)
    assert [event["kind"] for event in life["events"]] == ["found"]
    assert "its host's robots.txt has not been asked for yet" in list(told(life["now"]))
    open_hosts(frontier, still)
