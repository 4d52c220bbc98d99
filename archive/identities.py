"""Which identities are one article's: asking the table `aliases`.

A paper that moves an article may give it another identity; `archive.aliases` finds out, here it is only asked.
"""

from collections.abc import Iterable
from sqlite3 import Connection

import msgspec

CLAIMED = "claimed"
"""`why` of a row that unites nothing: a page names another article, and nothing bears it out so far."""
_OF = "SELECT article FROM aliases WHERE alias = ? AND why <> 'claimed'"
_OF_ALL = """
SELECT alias, article FROM aliases WHERE alias IN (SELECT value FROM json_each(?)) AND why <> 'claimed'
"""
_MATES = "SELECT alias FROM aliases WHERE article = ? AND why <> 'claimed' ORDER BY alias"


def resolved(db: Connection, article: str) -> str:
    """The identity under which the article with the identity `article` is shown: mostly itself."""
    found = db.execute(_OF, (article,)).fetchone()
    return str(found[0]) if found else article


def all_resolved(db: Connection, articles: Iterable[str]) -> dict[str, str]:
    """The same of several, as far as it is another."""
    listed = msgspec.json.encode(list(dict.fromkeys(articles))).decode()
    return dict(db.execute(_OF_ALL, (listed,)).fetchall())


def mates(db: Connection, article: str) -> list[str]:
    """All identities of the article with the identity `article`, the one under which it is shown first."""
    shown = resolved(db, article)
    return [shown, *(alias for (alias,) in db.execute(_MATES, (shown,)))]


def all_mates(db: Connection, articles: Iterable[str]) -> list[str]:
    """All identities of several articles, each once."""
    return list(dict.fromkeys(name for article in articles for name in mates(db, article)))
