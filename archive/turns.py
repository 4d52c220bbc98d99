"""Whose turn it is: the queries of the frontier that must stay quick when it holds millions of rows.

Within a host the rows are looked up class by class (one index seek each): a single ORDER BY priority would walk
every later visit of a class before it reached the next one.
"""

from archive.revisit import ROBOTS_HOLDS

CLASSES = range(6)
"""Values of `frontier.priority`; 0 is robots.txt."""

_FREE = (
    "f.due <= :now AND (f.leased IS NULL OR f.leased <= :now)"
    " AND NOT EXISTS (SELECT 1 FROM withdrawals w WHERE w.url = f.key)"
)
_OURS = "(h.host NOT IN (SELECT value FROM json_each(:shared)) OR f.source IN (SELECT value FROM json_each(:sources)))"
"""On a host that several papers share, only what is of those that are asked for."""
_FIRST = [
    f"(SELECT f.rowid FROM frontier f WHERE f.host = h.host AND f.priority = {c} AND {_FREE}"  # noqa: S608
    f"{f' AND {_OURS}' if c else ''} ORDER BY f.due, f.rowid LIMIT 1)"
    for c in CLASSES
]
_OPEN = f"h.robots_at > :now - {ROBOTS_HOLDS}"
_BEST = f"COALESCE({_FIRST[0]}, CASE WHEN {_OPEN} THEN COALESCE({', '.join(_FIRST[1:])}) END)"
_HOSTS = (
    " FROM hosts h WHERE (h.source IN (SELECT value FROM json_each(:sources))"
    " OR h.host IN (SELECT value FROM json_each(:shared)))"
    " AND NOT EXISTS (SELECT 1 FROM frontier b WHERE b.host = h.host AND b.leased > :now)"
)
_RETRY = (
    "(SELECT f.due FROM frontier f WHERE f.host = h.host AND f.tries > 0 AND f.due > :now"  # noqa: S608
    f" AND (f.priority = 0 OR ({_OPEN} AND {_OURS})) ORDER BY f.due LIMIT 1)"
)

TAKE = (
    "UPDATE frontier SET leased = :until, holder = :holder WHERE rowid = (SELECT best FROM ("  # noqa: S608
    f"SELECT h.next, {_BEST} AS best {_HOSTS} AND h.next <= :now) WHERE best IS NOT NULL ORDER BY next LIMIT 1)"
    " RETURNING key, url, source, host, kind, hints, depth, hops, tries, visits, added"
)
"""Lease the first URL of the host that has waited longest, of all hosts that are due and not being asked.

Parameters: now, until, holder, sources (a JSON list of names), shared (one of the hosts on which other papers live
too). A host without a valid copy of robots.txt gives only that file.
"""

NEXT = f"""
SELECT min(t) FROM (
  SELECT CASE WHEN {_BEST} IS NOT NULL THEN h.next ELSE max(h.next, {_RETRY}) END AS t {_HOSTS})
"""  # noqa: S608
"""The moment from which TAKE finds something: a pace or pause ends, or a failed URL may be tried again.

Parameters: now, sources, shared. Visits that fall due by age are left to the next run, or a run would never end.
"""

QUEUED = """
SELECT s.value, (SELECT count(*) FROM frontier f INDEXED BY frontier_queue WHERE f.source = s.value AND f.due <= :now)
FROM json_each(:sources) s
"""
"""How many URLs of each paper are due. Parameters: now, sources."""
