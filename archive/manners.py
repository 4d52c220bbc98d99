"""How hosts are treated by one crawl: at which hours, with which pauses, and what a failure costs.

A part of the frontier. Methods that write belong inside a transaction.
"""

from collections.abc import Iterable
from random import Random

import msgspec

from archive.facts import Page, PageKind
from archive.hosts import Hosts
from archive.leases import Lease
from archive.revisit import BREAKS, LONGEST_PAUSE, RETRIES, next_try, retry_after
from config.hours import Hours, hours_of
from config.sources import Sources

SPREAD = 0.1
"""A pause after a failure is up to this part longer: clients that failed together shall not come back together."""
BUSY = 429


class Manners:
    """The manners of one crawl of the papers `names`; `polite` is false for a replay, which asks nobody."""

    def __init__(self, hosts: Hosts, sources: Sources, names: Iterable[str], random: Random, *, polite: bool) -> None:
        self._hosts, self._random, self.polite = hosts, random, polite
        self._names = tuple(names)
        declared = {name: sources[name].hours for name in self._names if polite and name in sources}
        self._hours: dict[str, Hours] = {name: hours_of(hours) for name, hours in declared.items() if hours}
        self._all = msgspec.json.encode(self._names).decode()

    def leave(self, name: str) -> None:
        """The paper `name` is not to be asked any more by this crawl."""
        self._names = tuple(other for other in self._names if other != name)
        self._hours.pop(name, None)
        self._all = msgspec.json.encode(self._names).decode()

    def awake(self, now: float) -> str:
        """The papers that may be asked at this hour, as a JSON list of names."""
        closed = {name for name, hours in self._hours.items() if not hours.holds(now)}
        return msgspec.json.encode([n for n in self._names if n not in closed]).decode() if closed else self._all

    def asleep(self, now: float) -> list[tuple[str, float]]:
        """The others: (a JSON list of one name, the moment from which it may be asked)."""
        closed = [(name, hours.opening(now)) for name, hours in self._hours.items() if not hours.holds(now)]
        return [(msgspec.json.encode([name]).decode(), opening) for name, opening in closed]

    def answered(self, lease: Lease, page: Page, now: float) -> None:
        """The host of `lease` answered with `page`: its latency; its failures end, unless the answer is one."""
        if not self.polite:
            return
        if lease.took is not None:
            self._hosts.took(lease.host, now, lease.took)
        if not is_failure(page.status):
            self._hosts.well(lease.host)
            if 300 <= page.status < 400 and (asked := asks(page, now)):
                self._hosts.pause(lease.host, now + min(asked, LONGEST_PAUSE))

    def failed(self, host: str, now: float, asked: float, error: str) -> None:
        """`host` failed, with `error`; it `asked` for so many seconds."""
        if self.polite:
            stretch = 1 + self._random.uniform(0, SPREAD)
            self._hosts.trouble(host, now, asked, stretch, busy=error == f"HTTP {BUSY}")

    def retry(self, host: str, kind: PageKind, tries: int, now: float, *, host_fault: bool) -> tuple[float | None, int]:
        """When a URL that failed `tries` times before and now again is due, and how many tries that makes.

        While its host is only probed it loses none. It is not given up for its host's silence: a name that does not
        resolve says nothing of the page.
        """
        failures = self._hosts.failures(host) if host_fault and self.polite else 0
        if failures >= BREAKS:
            return now, tries
        due = next_try(kind, tries + 1, now)
        return (now + RETRIES[-1] if due is None and failures else due), tries + 1


def is_failure(status: int) -> bool:
    """Whether an answer says that its host is in trouble, or has enough of us."""
    return status in (408, BUSY) or status >= 500


def asks(page: Page, now: float) -> float:
    """Seconds that the answer asks us to wait (Retry-After), 0 where it does not."""
    return retry_after(page.headers.get("retry-after"), now)
