"""What the links of an article tie it to: articles at either end of them, pages that others lead to as well, wishes.

Links are found by their target, and where they have none, as tags and pages on a subject have, by their URL.
"""

from collections import defaultdict
from collections.abc import Iterator
from sqlite3 import Connection

import msgspec

from archive.graph import LISTED
from archive.reasons import BOX, INLINE, SHARED, TAG, TOPIC, Reason, rarity

MOST = 2_000
"""Links to one article that are looked at, the first of them."""
COMMON = 1_000
"""A page that more articles lead to ties none of them together."""
_OUT = "SELECT kind, url, title, target, place FROM links WHERE article = ? ORDER BY n"
_IN = "SELECT article, kind, title, place FROM links WHERE target = ? AND article <> ? LIMIT ?"
_NUMBER = "SELECT id FROM articles WHERE article = ?"
_ON_TARGET = "SELECT DISTINCT article FROM links WHERE target = ? LIMIT ?"
_ON_URL = """
SELECT DISTINCT url, article FROM links INDEXED BY links_listed
WHERE target IS NULL AND url IN (SELECT value FROM json_each(?))
"""
_FRONTIER = "SELECT due IS NOT NULL, visits, error FROM frontier WHERE article = ? ORDER BY due IS NULL LIMIT 1"
_WITHDRAWN = "SELECT 1 FROM withdrawals WHERE article = ? LIMIT 1"
_TITLED = "SELECT title FROM articles WHERE article = ?"


class Wish(msgspec.Struct, frozen=True, kw_only=True):
    """An article that is linked to and not in the archive."""

    url: str
    source: str
    title: str
    reasons: list[Reason]
    waits: bool | None
    note: str | None


class Ends(msgspec.Struct):
    """The reasons by the articles' numbers, and the wishes."""

    reasons: dict[int, list[Reason]] = {}
    wishes: list[Wish] = []


class _Out(msgspec.Struct, frozen=True):
    kind: str
    url: str
    title: str
    target: str | None
    place: str | None

    @property
    def reason(self) -> Reason:
        return _link("to", self.kind, self.place, self.title)


def ends_of(db: Connection, number: int, article: str, *, published: bool) -> Ends:
    """What ties the article to others. `published`: the file is a published copy, which knows of no frontier."""
    shown, found = [_Out(*row) for row in db.execute(_OUT, (number,))], Ends()
    (of,) = db.execute("SELECT max(id) FROM articles").fetchone()  # as many, or nearly: numbers are given in a row
    to: dict[str, list[_Out]] = defaultdict(list)
    for link in shown:
        if link.target is not None and link.target != article:
            to[link.target].append(link)
    reasons: dict[int, list[Reason]] = defaultdict(list)
    for target, links in to.items():
        if row := db.execute(_NUMBER, (target,)).fetchone():
            reasons[row[0]] += [link.reason for link in links]
        else:
            found.wishes.append(_wish(db, target, links, published))
        for other, reason in _met(db, number, target, links, of):
            reasons[other].append(reason)
    for other, kind, title, place in db.execute(_IN, (article, number, MOST)):
        reasons[other].append(_link("from", kind, place, title))
    for other, reason in _listed(db, number, [link for link in shown if link.target is None], of):
        reasons[other].append(reason)
    found.reasons = {other: _once(told) for other, told in reasons.items()}
    return found


def _link(how: str, kind: str, place: str | None, title: str) -> Reason:
    points = INLINE if kind == "inline" else BOX
    return Reason(by="link", how=how, points=points, kind=kind, place=place or "", words=title)


def _once(reasons: list[Reason]) -> list[Reason]:
    """Of several links one way only the one with most points counts; the others say nothing new."""
    found: dict[tuple[str, str, str], Reason] = {}
    for reason in sorted(reasons, key=lambda r: -r.points):
        found.setdefault((reason.by, reason.how, reason.url), reason)
    return list(found.values())


def _met(db: Connection, number: int, target: str, links: list[_Out], of: int) -> Iterator[tuple[int, Reason]]:
    """Others that link to the same article, unless very many do."""
    others = [row[0] for row in db.execute(_ON_TARGET, (target, COMMON + 1))]
    if len(others) <= COMMON:
        titled = db.execute(_TITLED, (target,)).fetchone()
        words, points = (titled and titled[0]) or links[0].title, round(SHARED * rarity(len(others), of), 3)
        for other in others:
            if other != number and points:
                yield (
                    other,
                    Reason(by="link", how="both", points=points, words=words, url=links[0].url, articles=len(others)),
                )


def _listed(db: Connection, number: int, links: list[_Out], of: int) -> Iterator[tuple[int, Reason]]:
    """Others that are linked with the same tag, page on a subject, or page elsewhere."""
    by_url = {link.url: link for link in reversed(links)}
    on: dict[str, list[int]] = defaultdict(list)
    for url, other in db.execute(_ON_URL, (msgspec.json.encode(list(by_url)).decode(),)):
        on[url].append(other)
    for url, others in on.items():
        link = by_url[url]
        worth = {"tag": TAG, "topic": TOPIC}.get(link.kind, SHARED)
        points = round(worth * rarity(len(others), of), 3)
        if len(others) > COMMON or not points:
            continue
        by, how = ("tag", link.kind) if link.kind in LISTED else ("link", "both")
        reason = Reason(by=by, how=how, points=points, words=link.title, url=url, articles=len(others))  # type: ignore[arg-type]
        yield from ((other, reason) for other in others if other != number)


def _wish(db: Connection, target: str, links: list[_Out], published: bool) -> Wish:
    waits, note = (None, None) if published else _standing(db, target)
    longest = max(links, key=lambda link: len(link.title))
    source, told = target.partition(":")[0], _once([link.reason for link in links])
    return Wish(url=links[0].url, source=source, title=longest.title, reasons=told, waits=waits, note=note)


def _standing(db: Connection, target: str) -> tuple[bool, str]:
    """Whether a wish waits in the frontier, and how it stands."""
    if db.execute(_WITHDRAWN, (target,)).fetchone():
        return False, "withdrawn: it is never fetched again"
    row = db.execute(_FRONTIER, (target,)).fetchone()
    if row is None:
        return False, "not asked for so far"
    waits, visits, error = row
    if visits:
        return bool(waits), "fetched, and no article was found in it"
    failed = f", after {error}" if error else ""
    return bool(waits), f"waits to be fetched{failed}" if waits else f"given up{failed}"
