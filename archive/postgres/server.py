"""A connection to a PostgreSQL server that may go away and come back."""

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from archive.errors import FrontierAway, FrontierError
from archive.postgres.dialect import translated
from archive.postgres.tables import VERSION, statements
from archive.rows import Answer, Given
from config.secrets import hidden

try:
    import psycopg
    from psycopg import errors, sql
except ImportError as error:
    raise FrontierError(
        f"a frontier in PostgreSQL needs psycopg ({error}); `pip install -r requirements/postgresql.txt` brings it"
    ) from None

DEFAULT = "baoluu"
"""The schema, where the URL names none."""
_LIVELY = {
    "connect_timeout": 5,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 15_000,
    "application_name": "baoluu",
}
"""How soon a server that is silent counts as away."""
_PLANS = (
    "SET jit = off; SET plan_cache_mode = force_generic_plan; SET default_transaction_isolation = 'read committed';"
    " SET enable_seqscan = off; SET enable_hashjoin = off; SET enable_mergejoin = off"
)
"""The queries of `archive.turns` are long and touch few rows, each by an index: to plan one takes ten times as long as
to run it, and what the planner would choose while the tables are small is wrong an hour later."""


def split(url: str) -> tuple[str, str]:
    """The URL as libpq takes it, and the schema, which `?schema=NAME` gives. Raises `FrontierError` for a wrong one."""
    try:
        parts = urlsplit(url)
    except ValueError as error:
        raise FrontierError(f"{hidden(url)}: {error}; {_EXAMPLE} is one that could be right") from None
    if parts.netloc.count("@") > 1:
        raise FrontierError(f"{hidden(url)}: an @ in a name or password is written %40")
    if parts.scheme not in ("postgresql", "postgres"):
        raise FrontierError(f"{hidden(url)}: a frontier's URL begins with postgresql://, e.g. {_EXAMPLE}")
    given = dict(parse_qsl(parts.query, keep_blank_values=True))
    schema = given.pop("schema", DEFAULT)
    if not re.fullmatch(r"[a-z_][a-z0-9_]{0,62}", schema) or schema in ("public", "information_schema"):
        raise FrontierError(f"schema={schema}: must be a name of its own in small letters, e.g. ?schema={DEFAULT}")
    return urlunsplit(parts._replace(query=urlencode(given))), schema


_EXAMPLE = "postgresql://baoluu@db.example.org/baoluu?schema=papers"
_QUOTED = re.compile(r'".*"')
"""What libpq cannot read in a URL, and shows: it may be a password."""


class Server:
    """One connection. Its methods raise `FrontierAway` while the server does not answer, until `reconnect` finds it."""

    def __init__(self, url: str, *, lasting: bool = True) -> None:
        """Without `lasting` a commit is told before it is on the server's disk: what is lost with a power cut there
        must be made good again of itself."""
        self.url, self._lasting = url, lasting
        self._dsn, self.schema = split(url)
        self._pg: psycopg.Connection[tuple[Any, ...]] | None = None
        self._depth = 0

    @property
    def away(self) -> bool:
        """Whether the server was not there when it was last asked for something."""
        return self._pg is None

    def reconnect(self) -> None:
        """Ask the server anew, unless the connection stands."""
        if self._pg is not None and not self._pg.closed:
            return
        self._depth = 0
        try:
            pg = psycopg.connect(self._dsn, autocommit=True, **_LIVELY)  # type: ignore[arg-type]
        except psycopg.OperationalError as error:
            raise FrontierAway(f"{hidden(self.url)}: {_line(error)}") from None
        except psycopg.Error as error:
            shown = hidden(self.url)
            told = _line(error) if shown == self.url else _QUOTED.sub('"***"', _line(error))
            raise FrontierError(f"{shown}: {told}; {_EXAMPLE} is one that could be right") from None
        self._pg = pg
        with self._told():
            pg.execute(_PLANS)
            pg.execute(sql.SQL("SET search_path TO {}").format(sql.Identifier(self.schema)))
            if not self._lasting:
                pg.execute("SET synchronous_commit = off")

    def close(self) -> None:
        """Close the connection."""
        if self._pg is not None:
            self._pg.close()
            self._pg = None

    def execute(self, sql: str, given: Given = (), /) -> Answer:
        """Carry out one statement."""
        pg = self._there()
        with self._told():
            return pg.execute(translated(sql), given or None)

    def executemany(self, sql: str, given: Iterable[Given], /) -> Answer:
        """Carry out one statement for each of `given`, all in one message."""
        pg = self._there()
        with self._told():
            cursor = pg.cursor()
            cursor.executemany(translated(sql), given)
            return cursor

    @contextmanager
    def transaction(self, *, light: bool = False) -> Iterator["Server"]:
        """One transaction, whole or not at all; inside another it is part of that one."""
        if self._depth:
            yield self
            return
        self.execute("BEGIN")
        self._depth = 1
        try:
            yield self
            self.execute("COMMIT")
        except BaseException:
            self._break_off()
            raise
        finally:
            self._depth = 0

    def rows(self, sql: str, given: Mapping[str, Any] | tuple[Any, ...] = (), /) -> Iterator[dict[str, Any]]:
        """The rows of a query as dictionaries."""
        pg = self._there()
        with self._told():
            found = pg.execute(translated(sql), given or None)
            names = [column.name for column in found.description or ()]
            everything = found.fetchall()
        for row in everything:
            yield dict(zip(names, row, strict=True))

    def prepare(self) -> None:
        """Make the tables if there are none. Raises `FrontierError` where the schema is not ours, or of another
        version."""
        with self.transaction() as db:
            db.execute("SELECT pg_advisory_xact_lock(hashtext('baoluu'), hashtext(?))", (self.schema,))
            made = db.execute("SELECT to_regclass(?)", (f"{self.schema}.version",)).fetchone()[0]
            if made is None:
                self._make(db)
        (version,) = self.execute("SELECT version FROM version").fetchone()
        if version != VERSION:
            newer = "update baoluu here" if version > VERSION else "update the workers that still use it, and drop it"
            raise FrontierError(f"{hidden(self.url)}: its schema {self.schema} is of version {version}, not {VERSION}"
                                f"; {newer}, or name another one (?schema=NAME)")  # fmt: skip

    def _make(self, db: "Server") -> None:
        there = "SELECT count(*) FROM information_schema.tables WHERE table_schema = ?"
        if db.execute(there, (self.schema,)).fetchone()[0]:
            raise FrontierError(
                f"{hidden(self.url)}: its schema {self.schema} holds other tables; name another one (?schema=NAME)"
            )
        db.execute(f'CREATE SCHEMA IF NOT EXISTS "{self.schema}"')
        for statement in statements():
            db.execute(statement)

    def _there(self) -> "psycopg.Connection[tuple[Any, ...]]":
        if self._pg is None:
            raise FrontierAway(f"{hidden(self.url)}: the server does not answer")
        return self._pg

    @contextmanager
    def _told(self) -> Iterator[None]:
        """psycopg's errors as ours; what was broken off by the server can be tried again."""
        try:
            yield
        except (errors.DeadlockDetected, errors.SerializationFailure) as error:
            raise FrontierAway(f"{hidden(self.url)}: {_line(error)}") from None
        except errors.InsufficientPrivilege as error:
            raise FrontierError(
                f"{hidden(self.url)}: {_line(error)}; its user must be let make the schema {self.schema}"
                f" (GRANT CREATE ON DATABASE), or own it"
            ) from None
        except (errors.UndefinedTable, errors.InvalidSchemaName) as error:
            raise FrontierError(
                f"{hidden(self.url)}: {_line(error)}; the frontier was dropped: start the workers anew"
            ) from None
        except psycopg.ProgrammingError as error:
            raise FrontierError(f"{hidden(self.url)}: {_line(error)}") from error
        except (psycopg.DataError, psycopg.IntegrityError):
            raise
        except psycopg.Error as error:
            self.close()
            raise FrontierAway(f"{hidden(self.url)}: {_line(error)}") from None

    def _break_off(self) -> None:
        if self._pg is not None and not self._pg.closed:
            try:
                self._pg.execute("ROLLBACK")
            except psycopg.Error:
                self.close()


def _line(error: Exception) -> str:
    """The first line of what went wrong."""
    return str(error).strip().partition("\n")[0] or type(error).__name__
