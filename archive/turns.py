"""Whose turn it is: the queries of the frontier that must stay quick when it holds millions of rows.

Within a host the rows are looked up class by class (one index seek each): a single ORDER BY priority would walk
every later visit of a class before it reached the next one.
"""

from typing import NamedTuple

from archive.revisit import BREAKS, HOUR, ROBOTS_HOLDS

CLASSES = range(6)
"""Values of `frontier.priority` that every crawl takes: 0 robots.txt, 1 feed, 2 section, 3 sitemap, 4 article that is
new, 5 article that is visited again."""
REVISIT = 5
BACK = range(6, 8)
"""Those that only a back-fill takes, when a host has nothing else: 6 old article, 7 list of old articles."""
TOPIC = 8
"""What only a crawl for a topic takes, which goes by its leads, whatever their class."""
ASSET = 9
"""What articles' pages show, which a crawl takes that was told to, when a host has nothing else."""
ENDS = 16
"""Later visits that are weighed against each other: so many that have been due for longest, and for least."""
COUNTED, GLANCED = 100_000, 1000
"""Waiting URLs of one host and class are counted up to here: a back-fill may leave millions. While a crawl is watched
it is counted every second, and half a million would take 0.2 s: then a back-fill's are counted up to the second."""


class Turns(NamedTuple):
    """The queries of one kind of crawl."""

    take: str
    """Lease the first URL of the host that has waited longest, of all hosts that are due and not being asked.

    Parameters: now, until, holder, sources (a JSON list of names), shared (one of the hosts on which other papers
    live too). A host without a valid copy of robots.txt gives only that file. Among later visits the one goes first
    that is latest in relation to its article's age: an hour counts for what was printed today, and for nothing in what
    is a year old. Weighed are the two ends of what is due, so that a long queue costs no more than a short one;
    whatever waits comes to an end of it.
    """
    next: str
    """The moment from which `take` finds something: a pace or pause ends, or a failed URL may be tried again.

    Parameters: now, sources, shared. Visits that fall due by age are left to the next run, or a run would
    never end; failed URLs count that may be tried within the hour.
    """
    host: str = ""
    """Where several machines take: the host whose turn it is, locked, of those that nobody else has locked."""
    take_at: str = ""
    """And then, as `take`, at the `host` that was found."""


def counted(turn: str, most: int) -> str:
    """The SQL that counts what is due of one `turn` (a number, or SQL for one) at the host `h`, up to `most`."""
    return (
        "(SELECT count(*) FROM (SELECT 1 FROM frontier f INDEXED BY frontier_take"  # noqa: S608
        f" WHERE f.host = h.host AND f.priority = {turn} AND f.due <= :now LIMIT {most}) due)"
    )


_FREE = (
    "f.due <= :now AND (f.leased IS NULL OR f.leased <= :now)"
    " AND NOT EXISTS (SELECT 1 FROM withdrawals w WHERE w.url = f.key)"
)
_OURS = "(h.host NOT IN (SELECT value FROM json_each(:shared)) OR f.source IN (SELECT value FROM json_each(:sources)))"
"""On a host that several papers share, only what is of those that are asked for."""
_SHOWN = "f.source IN (SELECT value FROM json_each(:sources))"
"""An asset, on whatever host, is of the paper whose page shows it."""
_OPEN = f"h.robots_at > :now - {ROBOTS_HOLDS}"
_OWN_HOST = "h.source IN (SELECT value FROM json_each(:sources)) OR h.host IN (SELECT value FROM json_each(:shared))"
_SHOWS = (
    "EXISTS (SELECT 1 FROM frontier f WHERE f.host = h.host"  # noqa: S608
    f" AND f.priority = {ASSET} AND f.due <= :now + {HOUR} AND {_SHOWN})"
)
"""The host has an asset to give, soon: others than the papers' own are asked for nothing else, robots.txt apart."""


def _hosts(which: str) -> str:
    return (
        f" FROM hosts h WHERE ({which})"  # noqa: S608
        " AND NOT EXISTS (SELECT 1 FROM frontier b WHERE b.host = h.host AND b.leased > :now)"
    )


_HOSTS = _hosts(_OWN_HOST)
_WITH_OTHERS = _hosts(f"{_OWN_HOST} OR (h.source = '' AND {_SHOWS})")
_THAT_SHOW = _hosts(f"({_OWN_HOST} OR h.source = '') AND {_SHOWS}")
_END = (
    "SELECT * FROM (SELECT f.rowid AS r, f.due, f.added FROM frontier f WHERE f.host = h.host"  # noqa: S608
    f" AND f.priority = {REVISIT} AND {_FREE} AND {_OURS} ORDER BY f.due {{}} LIMIT {ENDS}) one"
)
_LATEST = (
    f"(SELECT r FROM ({_END.format('ASC')} UNION ALL {_END.format('DESC')}) ends"  # noqa: S608
    f" ORDER BY (:now - due) / max({HOUR}, due - added) DESC, due, r LIMIT 1)"
)


_LED = (
    "FROM leads l JOIN frontier f ON f.key = l.key WHERE l.topic = :topic AND l.host = h.host"
    f" AND l.expected >= :floor AND {{}} AND {_OURS} ORDER BY {{}} LIMIT 1"
)
_NONE = "CAST(NULL AS BIGINT)"
_LEASED = (
    " RETURNING key, url, source, host, kind, hints, depth, hops, tries, visits, added, priority, holder, whole,"
    " changes, refused, (SELECT h.robots_at FROM hosts h WHERE h.host = frontier.host)"
)
_CARRIED = ", content"
"""What a lease carries besides where several machines take: the last visit may be in another one's archive."""


def _first(turn: int, whose: str = "") -> str:
    """The first row of one class at the host `h`."""
    return (
        f"(SELECT f.rowid FROM frontier f WHERE f.host = h.host AND f.priority = {turn} AND {_FREE}"  # noqa: S608
        f"{f' AND {whose}' if whose else ''} ORDER BY f.due, f.rowid LIMIT 1)"
    )


def _topical() -> Turns:
    """The host goes first whose best lead is expected to bring most."""
    lead = f"(SELECT f.rowid {_LED.format(_FREE, 'l.expected DESC')})"
    first = f"COALESCE({_first(0)}, CASE WHEN {_OPEN} THEN {lead} END)"
    worth = f"(SELECT l.expected {_LED.format(_FREE, 'l.expected DESC')})"
    led = f"EXISTS (SELECT 1 {_LED.format('f.due IS NOT NULL', 'l.key')})"
    retry = f"(SELECT f.due {_LED.format(f'f.tries > 0 AND f.due > :now AND f.due <= :now + {HOUR}', 'f.due')})"
    take = (
        "UPDATE frontier SET leased = :until, holder = :holder WHERE rowid = ("  # noqa: S608
        f"SELECT best FROM (SELECT h.host, h.next, {first} AS best, {worth} AS worth {_HOSTS} AND h.next <= :now"
        f" AND {led}) WHERE best IS NOT NULL ORDER BY worth DESC, next LIMIT 1){_LEASED}"
    )
    soon = f"SELECT min(CASE WHEN {first} IS NOT NULL THEN h.next ELSE max(h.next, {retry}) END) {_HOSTS} AND {led}"
    return Turns(take, soon)


def _turns(classes: range, hosts: str = _HOSTS) -> Turns:
    """Of these classes, at these hosts; assets besides, unless only the papers' own hosts are asked."""
    robots, *pages = (_first(c, _OURS if c else "") for c in classes)
    beside = hosts is not _HOSTS
    open_ = f"COALESCE({', '.join([*pages, _first(ASSET, _SHOWN) if beside else _NONE, _NONE])})"
    again = f" OR (f.priority = {ASSET} AND {_SHOWN})" if beside else ""
    # Of a host that fails and fails: a list, which tells more of whether it is back, else its robots.txt.
    probe = f"COALESCE(CASE WHEN {_OPEN} THEN COALESCE({', '.join([*pages[:3], _NONE, _NONE])}) END, {robots})"
    best = (
        f"CASE WHEN h.failures >= {BREAKS} THEN {probe} ELSE COALESCE({robots}, CASE WHEN {_OPEN} THEN {open_} END) END"
    )
    retry = (
        "(SELECT max(h.next, f.due) FROM frontier f WHERE f.host = h.host AND f.tries > 0 AND f.due > :now"  # noqa: S608
        f" AND f.due <= :now + {HOUR} AND (f.priority = 0"
        f" OR ({_OPEN} AND ((f.priority < {classes.stop} AND {_OURS}){again}))) ORDER BY f.due LIMIT 1)"
    )
    due = f"{hosts} AND h.next <= :now"

    def take(which: str) -> str:
        return (
            "UPDATE frontier SET leased = :until, holder = :holder WHERE rowid = ("  # noqa: S608
            f"SELECT CASE (SELECT priority FROM frontier WHERE rowid = best) WHEN {REVISIT} THEN {_LATEST}"
            " ELSE best END"
            f" FROM (SELECT * FROM (SELECT h.host, h.next, {best} AS best {which}) h"
            " WHERE best IS NOT NULL ORDER BY next LIMIT 1) h)"
            f"{_LEASED}"
        )

    at = f"{take(f'{due} AND h.host = :host')}{_CARRIED}"
    # A host that has something gives it at `next`, any other one later than that: they are gone through in that order
    # up to the first that has something, and only those before it may have a URL to be tried again sooner.
    soon = (
        f"WITH soonest AS MATERIALIZED (SELECT h.next {hosts} AND {best} IS NOT NULL ORDER BY h.next LIMIT 1)"  # noqa: S608
        " SELECT min(next) FROM (SELECT next FROM soonest UNION ALL"
        f" SELECT {retry} {hosts} AND h.next < COALESCE((SELECT next FROM soonest), 1e300)) every"
    )
    first = f"SELECT h.host {due} AND {best} IS NOT NULL ORDER BY h.next LIMIT 1 FOR UPDATE OF h SKIP LOCKED"
    return Turns(take(due), soon, first, at)


PLAIN = _turns(CLASSES)
"""Of a crawl that takes what is new and due."""
WITH_BACK = _turns(range(BACK.stop))
"""Of a back-fill, which takes that first, and old articles besides."""
FOR_TOPIC = _topical()
"""Of a crawl for a topic. Parameters besides: topic, floor (articles that a lead is expected to bring at least)."""
WITH_ASSETS = {
    PLAIN: _turns(CLASSES, _WITH_OTHERS),
    WITH_BACK: _turns(range(BACK.stop), _WITH_OTHERS),
}
"""Of those where they take assets besides; a crawl for a topic takes them when it is done with its leads."""
REST = _turns(range(1), _THAT_SHOW)
"""Of a crawl that has all the articles that it was to take: assets alone, and the robots.txt that they need."""
