"""Which identities are one article's: asking the table `aliases`.

A paper that moves an article may give it another identity; `archive.aliases` finds out, here it is only asked.
"""

from collections.abc import Iterable

import msgspec

from archive.rows import Rows

CLAIMED = "claimed"
"""`why` of a row that unites nothing: a page names another article, and nothing bears it out so far."""
_OF = "SELECT article FROM aliases WHERE alias = ? AND why <> 'claimed'"
_OF_ALL = """
SELECT alias, article FROM aliases WHERE alias IN (SELECT value FROM json_each(?)) AND why <> 'claimed'
"""
_MATES_OF_ALL = """
SELECT article, alias FROM aliases WHERE article IN (SELECT value FROM json_each(?)) AND why <> 'claimed' ORDER BY alias
"""
_MATES = "SELECT alias FROM aliases WHERE article = ? AND why <> 'claimed' ORDER BY alias"


def resolved(db: Rows, article: str) -> str:
    """The identity under which the article with the identity `article` is shown: mostly itself."""
    found = db.execute(_OF, (article,)).fetchone()
    return str(found[0]) if found else article


def all_resolved(db: Rows, articles: Iterable[str]) -> dict[str, str]:
    """The same of several, as far as it is another."""
    listed = msgspec.json.encode(list(dict.fromkeys(articles))).decode()
    return dict(db.execute(_OF_ALL, (listed,)).fetchall())


def mates(db: Rows, article: str) -> list[str]:
    """All identities of the article with the identity `article`, the one under which it is shown first."""
    shown = resolved(db, article)
    return [shown, *(alias for (alias,) in db.execute(_MATES, (shown,)))]


def mates_of(db: Rows, articles: Iterable[str]) -> dict[str, list[str]]:
    """All identities of each of several articles, as `mates` gives them, in two questions."""
    names = list(dict.fromkeys(articles))
    shown = {name: name for name in names} | all_resolved(db, names)
    of: dict[str, list[str]] = {name: [name] for name in shown.values()}
    listed = msgspec.json.encode(list(of)).decode()
    for article, alias in db.execute(_MATES_OF_ALL, (listed,)):
        of[article].append(alias)
    return {name: of[shown[name]] for name in names}


def all_mates(db: Rows, articles: Iterable[str]) -> list[str]:
    """All identities of several articles, each once."""
    return list(dict.fromkeys(name for article in articles for name in mates(db, article)))
