"""The post of a crawl on a frontier of several machines: nothing is told that is not so, and nothing is lost."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import closing
from random import Random
from threading import current_thread, main_thread
from typing import TYPE_CHECKING, Any

import pytest

from archive import outbox
from archive.errors import ArchiveError, FrontierAway, FrontierError
from archive.frontier import Frontier, Lease
from archive.leases import LEASE
from archive.store import Archive
from config.sources import Sources
from tests.archive.standing import Still, answer, article, open_hosts, row, source, taken

if TYPE_CHECKING:
    from archive.postgres.ledger import Postgres
    from crawler.post import Post


class Skipping(Still):
    """A clock whose pauses are over at once; who waits for something waits until that comes."""

    def __init__(self) -> None:
        super().__init__()
        self.pauses = list[float]()
        self.idle = asyncio.Event()
        """Whether somebody waits for something: the post, when it has nothing more to do."""

    def interval(self) -> float:
        return self.at

    async def sleep(self, seconds: float, until: asyncio.Event | None = None) -> None:
        if until:
            if current_thread() is main_thread():  # not the one that gives signs of life
                self.idle.set()
            await until.wait()
            return
        self.pauses.append(seconds)
        self.at += seconds
        await asyncio.sleep(0)


@pytest.fixture
def clock() -> Skipping:  # type: ignore[override]
    return Skipping()


@pytest.fixture
def papers() -> Sources:
    return Sources({s.id: s for s in (source(), source("nui", "nui.example.vn"))}, {})


@pytest.fixture
def ledger(emptied: "Postgres", clock: Skipping) -> "Postgres":
    emptied.clock = clock
    return emptied


Told = list[tuple[str, bool, int]]


@pytest.fixture
def told() -> Told:
    """What the post says has arrived."""
    return []


@pytest.fixture
def lost() -> list[BaseException]:
    """What the post says ends the crawl."""
    return []


@pytest.fixture
def post(
    archive: Archive, ledger: "Postgres", papers: Sources, told: Told, lost: list[BaseException]
) -> "Iterator[Post]":
    from crawler.post import Post

    made = Post(archive, ledger, papers, lambda *each: told.append(each), lost.append)
    made.join("crawl", only=papers)
    yield made
    made._hand.shutdown()
    made._ledger.close()


@pytest.fixture
def leases(post: "Post", ledger: "Postgres", papers: Sources, clock: Skipping) -> list[Lease]:
    """An article of each of the two papers, leased."""
    frontier = Frontier(ledger, papers, random=Random(1))
    frontier.add([article(1), article(1, "https://nui.example.vn")])
    open_hosts(frontier, clock)
    return [taken(frontier, clock), taken(frontier, clock)]


def kept(archive: Archive, post: "Post", lease: Lease) -> None:
    """Keep its page, and write the letter of it. Inside a transaction."""
    page = answer(lease, body=b"x")
    archive.keep_page(lease.source, page)
    post.answered(lease, page, "aa", ())


def letters(archive: Archive) -> int:
    return sum(1 for _ in outbox.waiting(archive))


def worked(post: "Post", clock: Skipping) -> None:
    """Let the post work until it is idle or has ended; it does not end in an error of its own."""

    async def work() -> None:
        post.begin()
        assert post._task
        idle = asyncio.ensure_future(clock.idle.wait())
        await asyncio.wait({post._task, idle}, return_when=asyncio.FIRST_COMPLETED)
        idle.cancel()
        assert not post._task.done() or post._task.exception() is None
        post.close(finished=False)

    asyncio.run(work())


def test_a_page_that_was_rolled_back_is_never_told_as_kept(
    archive: Archive, post: "Post", ledger: "Postgres", leases: list[Lease]
) -> None:
    gone, there = leases
    with archive.transaction():
        kept(archive, post, there)  # and the crawl ends before it is sent
    with pytest.raises(ZeroDivisionError), archive.transaction():
        kept(archive, post, gone)
        raise ZeroDivisionError
    post.close(finished=False)
    assert row(ledger, there.key)["visits"] == 1 and letters(archive) == 0
    after = row(ledger, gone.key)
    assert after["visits"] == 0 and after["leased"] is None and after["due"] is not None


@pytest.mark.parametrize("where", ["tell", "told", "taken out"])
@pytest.mark.parametrize("error", [ZeroDivisionError("a bug"), ArchiveError("no disk"), FrontierError("no table")])
def test_a_post_that_cannot_go_on_ends_the_crawl(
    archive: Archive, post: "Post", leases: list[Lease], lost: list[BaseException], clock: Skipping,
    monkeypatch: pytest.MonkeyPatch, where: str, error: Exception,
) -> None:  # fmt: skip
    """Silent, it would leave a crawl that waits for its letters to be told, and never ends."""
    broken: dict[str, tuple[Any, str]] = {
        "tell": (post, "_deliver"), "told": (post, "_told"), "taken out": (outbox, "take_out"),
    }  # fmt: skip

    def fail(*_: object) -> None:
        monkeypatch.undo()  # it can be told at the end
        raise error

    post.fail(leases[0], "it broke")
    monkeypatch.setattr(*broken[where], fail)
    worked(post, clock)
    assert lost == [error] and letters(archive) == 0


def test_trouble_with_the_server_costs_no_letter_and_no_post(
    archive: Archive, post: "Post", ledger: "Postgres", leases: list[Lease], lost: list[BaseException],
    clock: Skipping, monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    """It is away in the middle of a letter, and comes back after nine tries."""
    anew, tries = post._ledger.server.reconnect, [0]

    def away() -> None:
        tries[0] += 1
        if tries[0] < 9:
            raise FrontierAway("it is away")
        anew()

    def cut(*given: Any) -> int:
        monkeypatch.setattr(outbox, "tell", tell)
        done = tell(*given)
        post._ledger.server.close()
        return done

    tell = outbox.tell
    monkeypatch.setattr(outbox, "tell", cut)
    monkeypatch.setattr(post._ledger.server, "reconnect", away)
    with archive.transaction():
        kept(archive, post, leases[0])
    post.send(leases[0].key)
    worked(post, clock)
    assert clock.pauses == [0.5, 1.0, 2.0, 4.0, 8.0, 10.0, 10.0, 10.0, 10.0], "a server that is back is soon seen"
    assert not lost and letters(archive) == 0 and row(ledger, leases[0].key)["visits"] == 1


def test_what_is_kept_is_told_before_more_is_taken(
    post: "Post", ledger: "Postgres", leases: list[Lease], clock: Skipping, monkeypatch: pytest.MonkeyPatch
) -> None:
    done = list[str]()

    def noted(name: str, call: Callable[..., Any]) -> Callable[..., Any]:
        def noting(*given: Any) -> Any:
            done.append(name)
            return call(*given)

        return noting

    monkeypatch.setattr("crawler.post.MOST", 1)
    monkeypatch.setattr(post, "_deliver", noted("told", post._deliver))
    monkeypatch.setattr(ledger.server, "reconnect", noted("asked anew", ledger.server.reconnect))
    for lease in leases:
        post.fail(lease, "it broke")
    ledger.server.close()
    worked(post, clock)
    assert done == ["told", "told", "asked anew"] and not ledger.server.away


def test_what_could_not_be_told_at_the_end_waits_for_the_next_crawl(
    archive: Archive, post: "Post", ledger: "Postgres", papers: Sources, leases: list[Lease], told: Told,
    clock: Skipping, monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    from archive.postgres.ledger import Postgres
    from crawler import post as module

    deliver = post._deliver

    def slowly(batch: Any) -> Any:
        clock.at += module.PATIENCE
        return deliver(batch)

    monkeypatch.setattr(module, "MOST", 1)
    monkeypatch.setattr(post, "_deliver", slowly)
    for lease in leases:
        with archive.transaction():
            kept(archive, post, lease)
        post.send(lease.key)
    post.close(finished=True)
    done, left = (row(ledger, lease.key) for lease in leases)
    assert done["visits"] == 1 and letters(archive) == 1
    assert left["visits"] == 0 and left["leased"] == clock.at + LEASE and left["holder"] == leases[1].holder
    ended = "SELECT ended IS NOT NULL FROM workers WHERE name = ?"
    assert ledger.conn.execute(ended, (ledger.name,)).fetchone() == (True,), "and the crawl is not over"

    clock.at += LEASE - 1
    with closing(Postgres(ledger.server.url, clock).open()) as another:
        follower = module.Post(archive, another, papers, lambda *each: told.append(each), lambda _: None)
        follower.join("crawl", only=papers)
        follower.close(finished=True)
    assert row(ledger, leases[1].key)["visits"] == 1 and letters(archive) == 0


def test_a_letter_that_cannot_be_told_ends_its_lease(
    archive: Archive,
    post: "Post",
    ledger: "Postgres",
    papers: Sources,
    clock: Skipping,
    leases: list[Lease],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    bad, well = leases
    settle = Frontier.settle

    def broken(frontier: Frontier, lease: Lease, *given: Any) -> None:
        if lease.key == bad.key:
            raise ValueError("of a kind that nobody thought of")
        settle(frontier, lease, *given)

    monkeypatch.setattr(Frontier, "settle", broken)
    for lease in leases:
        with archive.transaction():
            kept(archive, post, lease)
        post.send(lease.key)
    worked(post, clock)
    assert letters(archive) == 0
    found = row(ledger, bad.key)
    assert found["leased"] is None and found["error"] == "how it ended cannot be told" and found["tries"] == 1
    assert row(ledger, well.key)["visits"] == 1
