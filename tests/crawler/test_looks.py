"""A crawl on a shared frontier looks at it seldom, however often it is asked how long there is to wait."""

from types import SimpleNamespace

from archive.store import Archive
from config.sources import Sources
from crawler.session import LOOK, SOON, Session


class Stepping:
    """A clock that is moved."""

    at = 100.0

    def interval(self) -> float:
        return self.at

    def seconds(self) -> float:
        return 1e9 + self.at


def test_one_look_is_enough_for_a_moment(archive: Archive, sources: Sources) -> None:
    clock, looks = Stepping(), list[float]()
    session = Session(archive, sources, keep_only=True)
    archive.clock = clock  # type: ignore[assignment]

    def next_due(now: float, *, rest: bool) -> float:
        looks.append(now)
        return now + 0.2

    session.frontier = SimpleNamespace(next_due=next_due, ledger=SimpleNamespace(clock=clock))  # type: ignore[assignment]
    post = SimpleNamespace(waits=False, again=None)
    pauses = list[float]()
    for n in range(41):
        clock.at = 100 + n / 64  # exact, and four of them are a bit more than `SOON`
        pauses.append(session._shared_pause(post, rest=False) or 0)  # type: ignore[arg-type]
    assert len(looks) == 11, "the first, and one in four"
    assert all(0 < pause <= SOON or abs(pause - 0.2) < 1e-3 for pause in pauses)
    assert max(pauses) < LOOK and abs(pauses[1] + 1 / 64 - SOON) < 1e-6, "until the next look may be"
