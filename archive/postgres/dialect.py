"""The frontier's SQL, which is written for SQLite, in PostgreSQL's words.

What differs is little: parameters, `rowid` (here a column `n`), lists as JSON, comparing with what may be NULL, the
greater of two values, and the hint which index to use. NULL is never one of two values of which the greater is wanted:
there the two disagree.
"""

import re
from collections.abc import Iterator
from functools import lru_cache

_LISTED = re.compile(r"SELECT value FROM json_each\((\?|:\w+)\)")
_IS = re.compile(r"\bIS (NOT )?(?=[?:])")
_OF_TWO = re.compile(r"\b(min|max)\(")
_NAMED = re.compile(r"(?<!:):([a-z_]\w*)")


@lru_cache(1000)
def translated(sql: str) -> str:
    """`sql` as psycopg takes it."""
    said = re.sub(r" INDEXED BY \w+", "", sql).replace("%", "%%")
    said = _LISTED.sub(r"SELECT jsonb_array_elements_text(\1::jsonb)", said)
    said = _IS.sub(lambda found: f"IS {'' if found[1] else 'NOT '}DISTINCT FROM ", said)
    said = re.sub(r"\browid\b", "n", said)
    said = "".join(_greatest(said))
    return _NAMED.sub(r"%(\1)s", said).replace("?", "%s")


def _greatest(sql: str) -> Iterator[str]:
    """`max(a, b)`, which SQLite calls as it calls the greatest of all rows, is `greatest(a, b)`."""
    last = 0
    for found in _OF_TWO.finditer(sql):
        yield sql[last : found.start()]
        name = {"min": "least(", "max": "greatest("}[found[1]] if _several(sql, found.end()) else found[0]
        yield name
        last = found.end()
    yield sql[last:]


def _several(sql: str, at: int) -> bool:
    """Whether a comma stands between the brackets that are open before `at`, and in no others."""
    depth = 1
    for letter in sql[at:]:
        depth += (letter == "(") - (letter == ")")
        if not depth:
            return False
        if letter == "," and depth == 1:
            return True
    return False
