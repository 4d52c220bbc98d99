"""A PostgreSQL server of the tests' own, in a temporary folder, on a socket there.

`initdb` refuses root, so that as root the server runs as `postgres`, or as `nobody`.
"""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from urllib.parse import quote

import pytest

PLACES = "/usr/lib/postgresql/*/bin"
"""Where Debian puts what only the server's keeper calls."""
QUICK = ("fsync=off", "synchronous_commit=on", "full_page_writes=off", "shared_buffers=32MB", "max_connections=40")
"""A kill of the server keeps what the system has been given to write; only a power cut would not."""


def binary(name: str) -> Path | None:
    """The newest of the server's programs of that name, or None."""
    found = [*Path("/").glob(f"{PLACES[1:]}/{name}")]
    newest = max(found, key=lambda path: float(path.parts[-3]), default=None)
    return newest or (Path(on) if (on := shutil.which(name)) else None)


def need_postgres() -> None:
    """Skip where there is no server to start, or nothing to speak to it with."""
    pytest.importorskip("psycopg", reason="psycopg is not installed (requirements/postgresql.txt)")
    if binary("initdb") is None:
        pytest.skip("PostgreSQL's initdb is not here: install Debian's package postgresql")


class PostgresServer:
    """A server; `start` and `stop` it as often as wanted. Its data stay until it is `thrown_away`."""

    def __init__(self) -> None:
        self._as = _user()
        self.folder = Path(tempfile.mkdtemp(prefix="baoluu-pg-"))
        self._process: subprocess.Popen[bytes] | None = None
        if self._as:
            os.chown(self.folder, self._as["user"], self._as["group"])  # type: ignore[arg-type]
        initdb = binary("initdb")
        assert initdb
        line = [initdb, "-D", self._data, "-U", "baoluu", "-A", "trust", "--no-sync", "-E", "UTF8", "--locale=C"]
        subprocess.run(line, check=True, stdout=subprocess.DEVNULL, cwd=self.folder, **self._as)

    @property
    def _data(self) -> Path:
        return self.folder / "data"

    def url(self, schema: str = "baoluu") -> str:
        """Where it is, for `--frontier`."""
        return f"postgresql://baoluu@/postgres?host={quote(str(self.folder), safe='')}&schema={schema}"

    def start(self) -> None:
        """Start it, and wait until it answers."""
        postgres = binary("postgres")
        assert postgres
        told = [word for setting in QUICK for word in ("-c", setting)]
        line = [postgres, "-D", self._data, "-k", self.folder, "-c", "listen_addresses=", *told]
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(line, stdout=log, stderr=log, cwd=self.folder, **self._as)
        import psycopg

        while True:
            assert self._process.poll() is None, (self.folder / "log").read_text()
            with suppress(psycopg.OperationalError):
                psycopg.connect(self.url().partition("&")[0], connect_timeout=5).close()
                return

    def stop(self, how: signal.Signals = signal.SIGINT) -> None:
        """Stop it: SIGINT breaks off what is under way, SIGQUIT is a crash."""
        if self._process:
            self._process.send_signal(how)
            self._process.wait(30)
            self._process = None

    def throw_away(self) -> None:
        """Stop it, and delete its data."""
        self.stop(signal.SIGQUIT)
        shutil.rmtree(self.folder, ignore_errors=True)


def _user() -> dict[str, object]:
    """Whom to run it as, for `subprocess`; empty: as whoever runs the tests."""
    if os.getuid():
        return {}
    for name in ("postgres", "nobody"):
        with suppress(KeyError):
            found = pwd.getpwnam(name)
            return {"user": found.pw_uid, "group": found.pw_gid, "extra_groups": []}
    pytest.skip("there is no user to run PostgreSQL as")


def served() -> Iterator[PostgresServer]:
    """A server, for a fixture; skips the test where there can be none."""
    need_postgres()
    server = PostgresServer()
    server.start()
    yield server
    server.throw_away()
