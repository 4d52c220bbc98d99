"""What only a topic's crawl takes, and in which order."""

import pytest

from archive.facts import Found
from archive.frontier import Frontier
from archive.leads import Lead, Leads, Said, Yield
from archive.store import Archive
from config.sources import Sources
from config.urls import canonical
from tests.archive.standing import ROOT, Still, answer, article, embedded, open_hosts, row, source, taken

pytestmark = embedded

HOST = "song.example.vn"


def next_of(frontier: Frontier, still: Still) -> str | None:
    """Where the next lease leads; it is settled."""
    if frontier.next_due(still.at) is None:
        return None
    lease = taken(frontier, still)
    frontier.settle(lease, answer(lease), None)
    return lease.url.removeprefix(f"{ROOT}/bai-").removesuffix(".html")


def lead(n: int, expected: float) -> Lead:
    url = f"{ROOT}/bai-{n}.html"
    return Lead(canonical(source(), url), HOST, "songnews", "article", "search", Said(title=f"Bài {n}"), expected)


@pytest.fixture
def led(stood: Archive, still: Still) -> Frontier:
    found = Frontier(stood, Sources({"songnews": source()}, {}), topic="t")
    found.add([Found(url=article(n).url, kind="article", aimed=True) for n in range(1, 5)])
    open_hosts(Frontier(stood, Sources({"songnews": source()}, {})), still)
    leads = Leads(stood.conn, "t")
    with stood.transaction():
        leads.put([lead(1, 0.3), lead(2, 0.9), lead(3, 0.1)])
    found.floor = 0.2
    return found


def test_the_best_lead_comes_first_and_none_below_the_floor(led: Frontier, still: Still) -> None:
    assert [next_of(led, still) for _ in range(3)] == ["2", "1", None], "what is not worth it keeps no crawl waiting"
    led.floor = 0.05
    assert next_of(led, still) == "3"


def test_other_crawls_leave_it_alone_until_a_list_of_theirs_shows_it(
    led: Frontier, stood: Archive, still: Still
) -> None:
    plain = Frontier(stood, Sources({"songnews": source()}, {}))
    back = Frontier(stood, Sources({"songnews": source()}, {}), back=0.0)
    assert next_of(plain, still) is None
    assert next_of(back, still) is None
    plain.add([article(4)])
    assert next_of(plain, still) == "4"
    back.add([Found(url=article(1).url, kind="article", back=True)])
    assert row(stood, f"{ROOT}/bai-1.html")["priority"] == 6
    led.add([Found(url=article(1).url, kind="article", aimed=True)])
    assert row(stood, f"{ROOT}/bai-1.html")["priority"] == 6, "nobody loses what he waits for"


def test_another_topic_has_leads_of_its_own(led: Frontier, stood: Archive, still: Still) -> None:
    other = Frontier(stood, Sources({"songnews": source()}, {}), topic="other")
    assert next_of(other, still) is None


def test_a_lead_goes_when_it_is_taken_out_and_yields_stay(stood: Archive, led: Frontier) -> None:
    leads = Leads(stood.conn, "t")
    with stood.transaction():
        gone = leads.take_out(lead(2, 0).key)
        leads.put_yields({"search 3": Yield(4, 1)}, ["search 3"])
    assert gone and (gone.said.title, gone.expected) == ("Bài 2", 0.9)
    assert leads.take_out(lead(2, 0).key) is None
    assert {one.key for one in leads.waiting()} == {lead(1, 0).key, lead(3, 0).key}
    assert leads.best(1e12) == 0.3
    assert leads.yields()["search 3"] == Yield(4, 1)
    with stood.transaction():
        leads.put([lead(1, 0.8)])
        leads.expect({lead(3, 0).key: 0.7})
    assert leads.known([lead(1, 0).key, lead(3, 0).key, "x"]).keys() == {lead(1, 0).key, lead(3, 0).key}
    assert leads.best(1e12) == 0.8
