"""What the frontier knows of each host: its pace, its pauses, and the copy of robots.txt that is obeyed."""

from collections.abc import Callable
from sqlite3 import Connection
from urllib.parse import urlsplit

from archive.facts import Page
from archive.revisit import host_pause
from archive.robots import Rules, text_of
from archive.store import Archive
from config.sources import Source, bare_host


def host_of(url: str) -> str:
    """The host whose pace and robots.txt count for `url`: without `www.`, with its port where it has one."""
    parts = urlsplit(url)
    port = f":{parts.port}" if parts.port not in (None, 80, 443) else ""
    return bare_host(parts.hostname or "") + port


class Hosts:
    """The table `hosts`. Methods that write belong inside a transaction."""

    def __init__(self, archive: Archive, digests: Callable[[str], str | None] = lambda _: None) -> None:
        """`digests` gives the digest of the URL rules of a host: those by which its articles are told apart."""
        self._db: Connection = archive.conn
        self._digests = digests
        self._rules: dict[str, Rules] = {}

    def meet(self, host: str, source: Source) -> bool:
        """Note that `host` belongs to `source`; answers whether it is new."""
        row = (host, source.id, source.pace, self._digests(host))
        done = self._db.execute("INSERT OR IGNORE INTO hosts (host, source, pace, rules) VALUES (?, ?, ?, ?)", row)
        return bool(done.rowcount)

    def set_pace(self, source: Source) -> None:
        """Take over the declared pace for the hosts of `source`."""
        self._db.execute("UPDATE hosts SET pace = ? WHERE source = ?", (source.pace, source.id))

    def step(self, host: str, now: float, stretch: float) -> None:
        """`host` is asked now: not again before its pace, times `stretch`, has passed."""
        step = "UPDATE hosts SET next = ? + ? * max(pace, crawl_delay) WHERE host = ?"
        self._db.execute(step, (now, stretch, host))

    def free(self, host: str, now: float) -> None:
        """`host` was not asked after all."""
        self._db.execute("UPDATE hosts SET next = ? WHERE host = ?", (now, host))

    def pause(self, host: str, until: float) -> None:
        """Leave `host` alone until then, at least."""
        self._db.execute("UPDATE hosts SET next = max(next, ?) WHERE host = ?", (until, host))

    def trouble(self, host: str, now: float, asked: float) -> None:
        """`host` failed: a pause that doubles with each failure in a row, and no shorter than it asked for."""
        found = "UPDATE hosts SET failures = failures + 1 WHERE host = ? RETURNING max(pace, crawl_delay), failures"
        for pace, failures in self._db.execute(found, (host,)).fetchall():
            self.pause(host, now + host_pause(pace, failures, asked))

    def well(self, host: str) -> None:
        """`host` answered as it should."""
        self._db.execute("UPDATE hosts SET failures = 0 WHERE host = ? AND failures > 0", (host,))

    def put_robots(self, host: str, now: float, answer: Page | None, number: int | None) -> None:
        """Take over the robots.txt that `host` answered with; None or a refusal: it has none. A 304 renews the copy."""
        if answer and answer.status == 304:
            self._db.execute("UPDATE hosts SET robots_at = ? WHERE host = ?", (now, host))
            return
        text = text_of(answer.body) if answer and answer.status < 300 else ""
        row = (text, now, number, Rules(text).delay, host)
        self._db.execute("UPDATE hosts SET robots=?, robots_at=?, robots_page=?, crawl_delay=? WHERE host=?", row)
        self._rules.pop(host, None)

    def allows(self, host: str, url: str) -> bool:
        """Whether the copy of `host`'s robots.txt lets us fetch `url`."""
        if host not in self._rules:
            (text,) = self._db.execute("SELECT robots FROM hosts WHERE host = ?", (host,)).fetchone()
            self._rules[host] = Rules(text or "")
        return self._rules[host].allows(url)
