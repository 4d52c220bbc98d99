"""What the frontier knows of each host: its pace, its pauses, and the copy of robots.txt that is obeyed."""

from collections.abc import Callable
from functools import lru_cache

from archive.facts import Page
from archive.leases import Lease
from archive.ledger import Ledger
from archive.revisit import BREAKS, LONGEST_OUTAGE, LONGEST_PAUSE, host_pause, rest, smoothed
from archive.robots import Rules, text_of
from config.sources import Source, parts_of


@lru_cache(maxsize=4096)
def host_of(url: str) -> str:
    """The host whose pace and robots.txt count for `url`: without `www.`, with its port where it has one."""
    parts = parts_of(url)
    if parts is None or parts.port == -1:
        raise ValueError(f"{url!a} has no host that could be asked")
    return parts.host + (f":{parts.port}" if parts.port not in (None, 80, 443) else "")


class Hosts:
    """The table `hosts`. Methods that write belong inside a transaction."""

    def __init__(self, ledger: Ledger, digests: Callable[[str], str | None] = lambda _: None) -> None:
        """`digests` gives the digest of the URL rules of a host: those by which its articles are told apart."""
        self._ledger, self._db, self._digests = ledger, ledger.conn, digests
        self._rules: dict[str, tuple[float | None, Rules]] = {}

    def meet(self, host: str, source: Source) -> bool:
        """Note that `host` belongs to `source`; answers whether it is new."""
        row = (host, source.id, source.pace, self._digests(host))
        done = self._db.execute(
            "INSERT INTO hosts (host, source, pace, rules) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING", row
        )
        if not done.rowcount:
            self._adopt(host, source)
        return bool(done.rowcount)

    def meet_beside(self, host: str, source: Source) -> bool:
        """The same for a `host` that is no paper's own, of which `source` shows something: its pace is the longest of
        the papers that do. A host that is known stays whose it is."""
        row = (host, source.pace)
        done = self._db.execute("INSERT INTO hosts (host, source, pace) VALUES (?, '', ?) ON CONFLICT DO NOTHING", row)
        if not done.rowcount:
            self._db.execute("UPDATE hosts SET pace = max(pace, ?) WHERE host = ? AND source = ''", (source.pace, host))
        return bool(done.rowcount)

    def is_beside(self, host: str) -> bool:
        """Whether `host` is no paper's own."""
        found = self._db.execute("SELECT source FROM hosts WHERE host = ?", (host,)).fetchone()
        return found is not None and found[0] == ""

    def _adopt(self, host: str, source: Source) -> None:
        """A host that was asked for assets only turns out to be a paper's."""
        done = self._db.execute(
            "UPDATE hosts SET source = ?, pace = ?, rules = ? WHERE host = ? AND source = ''",
            (source.id, source.pace, self._digests(host), host),
        )
        if done.rowcount:
            self._db.execute("UPDATE frontier SET source = ? WHERE host = ? AND kind = 'robots'", (source.id, host))

    def set_pace(self, source: Source) -> None:
        """Take over the declared pace for the hosts of `source`."""
        self._db.execute("UPDATE hosts SET pace = ? WHERE source = ?", (source.pace, source.id))

    def asked(self, host: str, at: float, stretch: float) -> None:
        """`host` is asked at this moment: not again before its pace, times `stretch`, has passed since."""
        step = "UPDATE hosts SET next = max(next, ? + ? * max(pace, crawl_delay)) WHERE host = ?"
        self._db.execute(step, (at, stretch, host))

    def free(self, host: str, now: float) -> None:
        """`host` was not asked after all."""
        self._db.execute("UPDATE hosts SET next = ? WHERE host = ?", (now, host))

    def pause(self, host: str, until: float) -> None:
        """Leave `host` alone until then, at least."""
        self._db.execute("UPDATE hosts SET next = max(next, ?) WHERE host = ?", (until, host))

    def trouble(self, host: str, now: float, asked: float, stretch: float = 1.0, busy: bool = False) -> None:
        """`host` failed: a pause that doubles with each failure in a row, and no shorter than it `asked` for.

        `stretch` is the jitter; a `busy` host (429) is left alone for longer than one that is down. From the
        `BREAKS`th failure on its robots.txt is due, so that there is something to probe it with.
        """
        found = (
            "UPDATE hosts SET failures = failures + 1, failing = coalesce(failing, ?) WHERE host = ?"
            " RETURNING max(pace, crawl_delay), failures"
        )
        for pace, failures in self._db.execute(found, (now, host)).fetchall():
            longest = LONGEST_PAUSE if busy else LONGEST_OUTAGE
            self.pause(host, now + min(LONGEST_PAUSE, host_pause(pace, failures, asked, longest) * stretch))
            if failures >= BREAKS:
                probe = "UPDATE frontier SET due = ? WHERE host = ? AND priority = 0 AND (due IS NULL OR due > ?)"
                self._db.execute(probe, (now, host, now))

    def well(self, host: str) -> None:
        """`host` answered as it should, be it that there is no such page."""
        self._db.execute("UPDATE hosts SET failures = 0, failing = NULL WHERE host = ? AND failures > 0", (host,))

    def failures(self, host: str) -> int:
        """Failures of `host` in a row."""
        found = self._db.execute("SELECT failures FROM hosts WHERE host = ?", (host,)).fetchone()
        return int(found[0]) if found else 0

    def took(self, host: str, now: float, seconds: float) -> None:
        """An answer of `host` took so long: where its answers are slow, it rests for as long before the next."""
        row = self._db.execute("SELECT latency FROM hosts WHERE host = ?", (host,)).fetchone()
        latency = smoothed(row[0] if row else 0.0, seconds)
        self._db.execute("UPDATE hosts SET latency = ? WHERE host = ?", (round(latency, 3), host))
        if pause := rest(latency):
            self.pause(host, now + pause)

    def put_robots(self, host: str, now: float, answer: Page | None, number: int | None) -> None:
        """Take over the robots.txt that `host` answered with; None or a refusal: it has none.

        A 304 says that the last whole answer to the same request still holds: it renews that copy.
        """
        if answer and answer.status == 304:
            self._renew(host, now, answer.url)
            return
        text = text_of(answer.body) if answer and answer.status < 300 else None
        # What came stays at hand where the next answer is that there is none: a 304 may be about it again.
        keep = "coalesce(robots_whole, robots)" if text is None else "NULL"
        self._db.execute(f"UPDATE hosts SET robots_whole = {keep} WHERE host = ?", (host,))  # noqa: S608
        self._put(host, now, text or "", number)

    def _renew(self, host: str, now: float, url: str) -> None:
        sql = "SELECT robots_page, robots, robots_whole FROM hosts WHERE host = ?"
        page, text, whole = self._db.execute(sql, (host,)).fetchone() or (None, None, None)
        if (newest := self._ledger.page_of(url)) is not None:
            page = newest
        self._put(host, now, (text if whole is None else whole) or "", page)
        self._db.execute("UPDATE hosts SET robots_whole = NULL WHERE host = ?", (host,))

    def _put(self, host: str, now: float, text: str, page: int | None) -> None:
        row = (text, now, page, Rules(text).delay, host)
        self._db.execute("UPDATE hosts SET robots=?, robots_at=?, robots_page=?, crawl_delay=? WHERE host=?", row)
        self._rules.pop(host, None)

    def allows(self, lease: Lease) -> bool:
        """Whether the copy of its host's robots.txt lets us fetch the URL of `lease`."""
        known = self._rules.get(lease.host)
        if known is None or known[0] != lease.robots:
            (text,) = self._db.execute("SELECT robots FROM hosts WHERE host = ?", (lease.host,)).fetchone()
            known = self._rules[lease.host] = (lease.robots, Rules(text or ""))
        return known[1].allows(lease.url)
