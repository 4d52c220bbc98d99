"""What only a frontier of several machines does: workers with signs of life, leases that return, one clock."""

import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from random import Random
from typing import TYPE_CHECKING

import msgspec
import pytest

from archive.errors import FrontierAway, FrontierError
from archive.facts import Found
from archive.frontier import Frontier
from archive.holders import holder
from archive.turns import FOR_TOPIC, PLAIN, REST, WITH_ASSETS, WITH_BACK
from config.clock import ServerClock
from config.sources import Sources
from tests.archive.standing import PACE, ROOT, Still, answer, article, open_hosts, row, source, taken

if TYPE_CHECKING:
    from archive.postgres.ledger import Postgres
    from tests.postgres import PostgresServer


@pytest.fixture
def shared(emptied: "Postgres", still: Still) -> "Postgres":
    emptied.clock = still
    return emptied


Opening = Callable[[], "Postgres"]


@pytest.fixture
def worker(shared: "Postgres", postgres: str, still: Still) -> Iterator[Opening]:
    """Opens the frontier for one more worker."""
    from archive.postgres.ledger import Postgres

    with ExitStack() as closing:

        def opened() -> Postgres:
            made = Postgres(postgres, still).open()
            closing.callback(made.close)
            return made

        yield opened


@pytest.fixture
def other(worker: Opening) -> "Postgres":
    return worker()


def test_no_host_is_asked_by_two(shared: "Postgres", other: "Postgres", papers: Sources, still: Still) -> None:
    one, two = Frontier(shared, papers), Frontier(other, papers)
    one.add([article(1), article(2), article(1, "https://nui.example.vn")])
    open_hosts(one, still)
    still.at += 2 * PACE
    leases = [one.take(still.at), two.take(still.at)]
    assert {lease.host for lease in leases if lease} == {"song.example.vn", "nui.example.vn"}
    assert one.take(still.at) is two.take(still.at) is None
    for frontier, lease in zip((one, two), leases, strict=True):
        assert lease
        frontier.settle(lease, answer(lease), None)
    assert one.take(still.at) is two.take(still.at) is None, "the pace holds whoever asks"
    still.at += 1.1 * PACE
    again = two.take(still.at)
    assert again and again.url.endswith("bai-2.html")
    assert shared.is_asked('["songnews"]') and not other.is_asked('["songnews"]')


def test_many_at_once_lease_each_url_once(shared: "Postgres", worker: Opening, still: Still) -> None:
    """Threads that take and settle as fast as they can, without a pace: nothing twice, one URL of a host at a time."""
    hosts = [source(f"paper{n}", f"p{n}.example.vn") for n in range(6)]
    papers = Sources({s.id: msgspec.structs.replace(s, pace=0.0) for s in hosts}, {})
    first = Frontier(shared, papers)
    first.add([article(n, f"https://p{k}.example.vn") for k in range(6) for n in range(25)])
    seen, under_way, wrong = Counter[str](), Counter[str](), list[str]()
    lock = threading.Lock()

    def work(number: int) -> None:
        frontier = Frontier(worker(), papers, random=Random(number))
        idle = 0
        while idle < 40:
            if (lease := frontier.take(still.at)) is None:
                idle += 1
                frontier._quiet = 0.0
                continue
            with lock:
                seen[lease.key] += 1
                under_way[lease.host] += 1
                if under_way[lease.host] > 1:
                    wrong.append(lease.host)
            with lock:
                under_way[lease.host] -= 1
            frontier.settle(lease, answer(lease, 404 if lease.kind == "robots" else 200), None)
            idle = 0

    threads = [threading.Thread(target=work, args=(n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong and len(seen) == 156 and set(seen.values()) == {1}


def test_what_a_dead_worker_held_returns_and_its_host_rests(
    shared: "Postgres", other: "Postgres", papers: Sources, still: Still, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("archive.postgres.ledger.SILENT", 0.05)
    other.name = "elsewhere/boot:1:1:1:abc"
    shared.join("crawl", 3600)
    other.join("crawl", 3600)
    one, two = Frontier(shared, papers), Frontier(other, papers)
    one.add([article(1)])
    open_hosts(one, still)
    lease = taken(two, still)
    shared.conn.execute("SELECT pg_sleep(0.1)")
    still.at += 5
    assert shared.release_dead() == 1
    assert one.take(still.at) is None, "the request may have left a moment ago"
    still.at += 1 + PACE * 1.05
    again = one.take(still.at)
    assert again and again.key == lease.key
    two.settle(lease, answer(lease, 404), None)
    assert row(shared, lease.key)["error"] is None, "a lease that was given to somebody else is not ended"
    one.settle(again, answer(again), None)
    assert row(shared, lease.key)["visits"] == 1


def test_what_comes_late_counts_while_nobody_else_has_the_url(
    shared: "Postgres", other: "Postgres", papers: Sources, still: Still
) -> None:
    one, two = Frontier(shared, papers), Frontier(other, papers)
    one.add([article(1)])
    open_hosts(one, still)
    lease = taken(two, still)
    other.join("crawl", 3600)
    other.leave(finished=False)
    assert row(shared, lease.key)["leased"] is None
    two.settle(lease, answer(lease), None)
    assert row(shared, lease.key)["visits"] == 1 and row(shared, lease.key)["holder"] is None
    two.settle(lease, answer(lease), None)
    assert row(shared, lease.key)["visits"] == 1, "told twice is once"


def test_a_process_of_this_machine_that_has_ended_is_dead_at_once(shared: "Postgres", other: "Postgres") -> None:
    child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    machine = other.name.partition("/")[0]
    other.name = f"{machine}/{holder(child.pid)}:ab"
    other.join("crawl", 3600)
    other.conn.execute("INSERT INTO frontier (key, url, source, host, kind, priority, added, hints, leased, holder)"
                       " VALUES ('k', 'k', 's', 'h', 'article', 4, 0, '{}', 1e12, ?)", (other.holder(),))  # fmt: skip
    assert shared.release_dead() == 0
    child.communicate()
    assert shared.release_dead() == 1
    assert row(shared, "k")["leased"] is None


def test_a_crawl_goes_on_since_its_first_worker_began(
    shared: "Postgres", other: "Postgres", worker: Opening, still: Still
) -> None:
    began = still.at
    assert shared.join("crawl", 3600) == began
    still.at += 60
    assert other.join("crawl", 3600) == began
    assert worker().join("crawl --since 2020-01-01", 3600) == began + 60
    shared.leave(finished=False)
    other.leave(finished=False)
    third = worker()
    still.at += 60
    assert third.join("crawl", 3600) == began, "those were stopped"
    third.leave(finished=True)
    fourth = worker()
    assert fourth.join("crawl", 3600) == still.at


def test_the_server_s_clock_counts(shared: "Postgres") -> None:
    clock = ServerClock()
    clock.put(1000.0, clock.interval())
    assert 1000 <= clock.seconds() < 1001 and clock.now().timestamp() == pytest.approx(clock.seconds(), abs=1)
    shared.clock = clock
    shared.join("crawl", 3600)
    shared.beat()
    (there,) = shared.conn.execute("SELECT extract(epoch FROM clock_timestamp())::float8").fetchone()
    assert clock.seconds() == pytest.approx(there, abs=0.1)


def test_every_query_is_understood_and_seeks(shared: "Postgres", papers: Sources) -> None:
    """The plans that PostgreSQL makes for millions of rows: by the indexes, never the whole frontier."""
    shared.conn.execute(
        "INSERT INTO frontier (key, url, source, host, kind, priority, due, added, hints) SELECT 'k' || g, 'k' || g,"
        " 'songnews', 'h' || g / 500, 'article', 4, g, 0, '{}' FROM generate_series(1, 20000) g"
    )
    shared.conn.execute(
        "INSERT INTO hosts (host, source, pace) SELECT 'h' || g, 'songnews', 0 FROM generate_series(1, 40) g"
    )
    shared.conn.execute("ANALYZE frontier")
    shared.conn.execute("ANALYZE hosts")
    given = {"now": 1e9, "until": 1e9, "holder": "x", "sources": '["songnews"]', "shared": "[]", "host": "h1"}
    for turns in (PLAIN, WITH_BACK, *WITH_ASSETS.values(), REST):
        for query in (turns.host, turns.take_at, turns.next):
            plan = "\n".join(line for (line,) in shared.conn.execute(f"EXPLAIN {query}", given))
            assert "frontier_take" in plan and "Seq Scan on frontier f" not in plan
    assert FOR_TOPIC.host == ""


def test_wrong_urls_are_told(postgres: str, postgres_server: "PostgresServer") -> None:
    from archive.postgres.ledger import Postgres

    for url, said in (
        ("mysql://x@y/z", "begins with postgresql://"),
        (f"{postgres}&schema=pg public", "must be a name of its own"),
        (postgres.replace("postgres?", "nowhere?"), 'database "nowhere" does not exist'),
        ("postgresql://baoluu:secret@127.0.0.1:1/x", r"127.0.0.1"),
    ):
        with pytest.raises(FrontierError, match=said) as caught:
            Postgres(url).open()
        assert "secret" not in str(caught.value)


def test_a_schema_that_is_not_ours_is_left_alone(emptied: "Postgres", postgres_server: "PostgresServer") -> None:
    from archive.postgres.ledger import Postgres

    emptied.conn.execute("CREATE SCHEMA IF NOT EXISTS theirs")
    emptied.conn.execute("CREATE TABLE IF NOT EXISTS theirs.data (x int)")
    with pytest.raises(FrontierError, match="holds other tables"):
        Postgres(postgres_server.url("theirs")).open()
    old = Postgres(postgres_server.url("old")).open()
    old.conn.execute("UPDATE version SET version = 99")
    old.close()
    with pytest.raises(FrontierError, match="is of version 99, not 1; update baoluu"):
        Postgres(postgres_server.url("old")).open()


def test_a_server_that_goes_away_is_waited_for(
    emptied: "Postgres", postgres_server: "PostgresServer", papers: Sources
) -> None:
    frontier = Frontier(emptied, papers)
    frontier.add([article(1)])
    postgres_server.stop()
    for _ in range(2):
        with pytest.raises(FrontierAway):
            frontier.add([article(2)])
    assert emptied.server.away
    with pytest.raises(FrontierAway):
        emptied.server.reconnect()
    postgres_server.start()
    with pytest.raises(FrontierAway):
        frontier.take(0)
    emptied.server.reconnect()
    assert frontier.add([Found(url=f"{ROOT}/bai-{n}.html", kind="article") for n in (1, 2)]) == 1
