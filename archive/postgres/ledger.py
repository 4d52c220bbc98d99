"""A frontier in a database that several machines take from, for `archive.frontier`.

Who takes is a *worker*: a crawl of one process into its own archive. It gives a sign of life every few seconds; when
that has not come for long its leases return. A lease is known by its worker and a number, so that one that was given
to somebody else meanwhile is not ended by its first holder. Everybody goes by the server's clock: how far one's own
is off is measured with every sign of life, so that a pace holds whoever asks.
"""

import os
import secrets
import socket
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any

from archive.holders import alive, holder
from archive.leases import LEASE, REST
from archive.postgres.server import Server
from archive.revisit import DAY
from archive.rows import Rows
from archive.turns import Turns
from config.clock import Clock, ServerClock

BEAT = 5.0
"""Seconds between two signs of life."""
SILENT = 30.0
"""Seconds without one, after which a worker's leases return. After a restart of the server nobody is given up for as
long: none could give a sign."""
TRIES = 5
"""Hosts that are looked at before a take finds nothing: others may lease at the same moment."""
_FREE = """
UPDATE frontier SET leased = NULL WHERE leased IS NOT NULL AND split_part(holder, ' ', 1) = ? AND leased > ?
RETURNING host
"""
_LATER = """
UPDATE frontier SET leased = ? WHERE leased IS NOT NULL AND split_part(holder, ' ', 1) = ?
AND key IN (SELECT value FROM json_each(?))
"""
_JOIN = """
INSERT INTO workers (name, command, since) VALUES (:name, :command, coalesce((SELECT min(since) FROM workers
  WHERE command = :command AND since > :since - :resume), :since)) RETURNING since
"""


class Postgres:
    """One connection to the frontier at `url`. Open it with `open`; `beside` gives another one for the same worker."""

    shared, lasts = True, DAY
    """What a worker that lives holds does not run out: kept pages wait to be told while the server is away."""

    def __init__(self, url: str, clock: Clock | None = None, *, lasting: bool = True, name: str = "") -> None:
        """`clock` takes the place of the server's, for tests."""
        self.server = Server(url, lasting=lasting)
        self.clock: Clock = clock or ServerClock()
        self.name = name or f"{socket.gethostname().replace(' ', '_')}/{holder(os.getpid())}:{secrets.token_hex(4)}"
        self._leases = 0

    def open(self) -> "Postgres":
        """Connect, and make the tables if there are none. Raises `FrontierError`."""
        self.server.reconnect()
        try:
            self.server.prepare()
            self._set_clock()
        except BaseException:
            self.close()
            raise
        return self

    def beside(self, *, lasting: bool) -> "Postgres":
        """Another connection of the same worker, for another thread."""
        other = Postgres(self.server.url, self.clock, lasting=lasting, name=self.name)
        other.server.reconnect()
        return other

    def close(self) -> None:
        """Close the connection."""
        self.server.close()

    @property
    def conn(self) -> Rows:
        """The connection."""
        return self.server

    def transaction(self, *, light: bool = False) -> AbstractContextManager[Rows]:
        """One transaction."""
        return self.server.transaction(light=light)

    def rows(self, sql: str, given: Mapping[str, Any] | tuple[Any, ...] = (), /) -> Iterator[dict[str, Any]]:
        """The rows of a query as dictionaries."""
        return self.server.rows(sql, given)

    def holder(self) -> str:
        """This worker, and the number of its lease."""
        self._leases += 1
        return f"{self.name} {self._leases}"

    def lease(self, turns: Turns, given: Mapping[str, Any]) -> Sequence[Any] | None:
        """Lock the host whose turn it is, of those that nobody has locked; then lease its first URL.

        The second statement sees what others have committed before the lock was given, so that no host is asked twice.
        """
        for _ in range(TRIES):
            if (found := self.server.execute(turns.host, given).fetchone()) is None:
                return None
            if row := self.server.execute(turns.take_at, {**given, "host": found[0]}).fetchone():
                return list(row)
        return None

    def lock(self, key: str, holder: str | None) -> bool:
        """Lock the row as long as the transaction lasts."""
        sql = "SELECT 1 FROM frontier WHERE key = ? AND holder IS ? FOR UPDATE"
        return self.server.execute(sql, (key, holder)).fetchone() is not None

    def is_asked(self, sources: str) -> bool:
        """Whether another worker fetches something of the papers `sources`."""
        sql = (
            "SELECT 1 FROM frontier WHERE leased > ? AND split_part(holder, ' ', 1) <> ?"
            " AND source IN (SELECT value FROM json_each(?)) LIMIT 1"
        )
        return self.server.execute(sql, (self.clock.seconds(), self.name, sources)).fetchone() is not None

    def is_kept(self, url: str) -> bool:
        """Nobody knows, but whose archive holds it."""
        return False

    def page_of(self, url: str) -> int | None:
        """The pages are in the workers' archives."""
        return None

    def join(self, command: str, resume: float) -> float:
        """This worker takes from the frontier from now on; answers since when the crawl goes that it is part of.

        That is when the first of its workers began, of those that are at work and those that were stopped or killed
        no longer ago than `resume` seconds.
        """
        with self.server.transaction() as db:
            db.execute("LOCK TABLE workers IN EXCLUSIVE MODE")
            given = {"name": self.name, "command": command, "since": self.clock.seconds(), "resume": resume}
            (since,) = db.execute(_JOIN, given).fetchone()
        return float(since)

    def beat(self) -> None:
        """Give a sign of life, put the clock, and return the leases of who gives none."""
        self.server.execute("UPDATE workers SET beat = clock_timestamp(), ended = NULL WHERE name = ?", (self.name,))
        self._set_clock()
        self.release_dead()

    def leave(self, *, finished: bool, untold: Sequence[str] = ()) -> None:
        """This worker takes nothing any more, and its leases return; those of the keys `untold`, whose pages are kept,
        a little later, as the next crawl into its archive may tell of them. Where nothing is left, the crawl is over
        for who was stopped before, too."""
        with self.server.transaction() as db:
            if untold:
                db.execute(_LATER, (self.clock.seconds() + LEASE, self.name, _json(untold)))
            self._free(db, self.name)
            if finished:
                db.execute("DELETE FROM workers WHERE name = ? OR ended IS NOT NULL", (self.name,))
            else:
                db.execute("UPDATE workers SET ended = clock_timestamp() WHERE name = ?", (self.name,))

    def release_dead(self) -> int:
        """Return the leases of workers that gave no sign of life for long, or whose process on this machine is gone.

        Their hosts rest for their pace from now: a request may have left at the last moment. The number of the lease
        stays, so that what its worker brings after all counts as long as nobody else has taken the URL.
        """
        (up,) = self.server.execute("SELECT extract(epoch FROM now() - pg_postmaster_start_time())::float8").fetchone()
        silent = "SELECT name, extract(epoch FROM clock_timestamp() - beat)::float8 FROM workers WHERE ended IS NULL"
        freed = 0
        for name, since in self.server.execute(silent).fetchall():
            if name != self.name and (since > SILENT < up or self._is_gone(name)):
                freed += self._release(name, since)
        return freed

    def _is_gone(self, name: str) -> bool:
        """Whether it was a process of this machine, as far as that is known, and has ended."""
        machine, _, process = name.partition("/")
        here, _, mine = self.name.partition("/")
        same = machine == here and process.partition(":")[0] == mine.partition(":")[0]
        return same and not alive(process)

    def _release(self, name: str, since: float) -> int:
        with self.server.transaction() as db:
            gone = "UPDATE workers SET ended = clock_timestamp() WHERE name = ? AND ended IS NULL"
            gone += " AND clock_timestamp() - beat >= make_interval(secs => ?)"
            if not db.execute(gone, (name, since)).rowcount:
                return 0
            return self._free(db, name)

    def _free(self, db: Rows, name: str) -> int:
        """Return the leases of a worker; requests for them may have left until now."""
        now = self.clock.seconds()
        hosts = [host for (host,) in db.execute(_FREE, (name, now + LEASE)).fetchall()]
        db.execute(REST, (now, _json(hosts)))
        return len(hosts)

    def _set_clock(self) -> None:
        if isinstance(self.clock, ServerClock):
            began = self.clock.interval()
            (there,) = self.server.execute("SELECT extract(epoch FROM clock_timestamp())::float8").fetchone()
            self.clock.put(there, began)


def _json(names: Sequence[str]) -> str:
    import msgspec

    return msgspec.json.encode(names).decode()
