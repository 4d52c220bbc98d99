"""Which identities are one article: a paper that moved its articles, and gave them other ids or none.

Two identities of one paper may be one article where (a) a page of one names the other as its canonical address, (b) a
kept redirect leads from one to the other for good, (c) title, date and text agree. What the paper says, (a) and (b),
must be borne out by what both say; (c) must hold alone, and only where the ids are no two of one numbering
(`archive.faces` has the measures). Two ids of one numbering are always two articles, whoever says otherwise.

The result depends on facts and cleanings alone. The identities that anything of this connects, directly or over
others, are looked at together: strongest tie first, ties that would bring two ids of one numbering into one article
left out. Only what the pages of one article say changes at a time, so looking at what it was and is connected to is
enough; that is found by index: the claims in `aliases`, and the articles of the paper with the same day.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property, partial
from sqlite3 import Connection

from archive.faces import Face, best, borne_out, is_move, is_same, plain
from archive.identities import CLAIMED
from archive.moved import left_for
from archive.parts import united
from archive.store import Archive
from archive.visits import Visit, visits
from config.sources import Source
from config.urls import article_key, id_space, part_of

MANY = 8
"""Where more others are said to be one article, a template or a clean-up says so, and none of it counts."""
STATES = 3
"""So many of an identity's first and of its last states are compared."""
_ARROW = " → "
_ABOUT = """
SELECT alias, article, why FROM aliases
WHERE alias = :name OR article = :name OR (alias >= :claims AND alias < :beyond) ORDER BY alias
"""
_SAME_DAY = """
SELECT id, article, title, revisions FROM articles INDEXED BY articles_source
WHERE source = :source AND published_day = :day AND (revisions > 1 OR length(title) BETWEEN :least AND :most)
"""
_SPARE = 8
"""Letters by which titles that are the same words may differ in length: quotes, hyphens, spaces."""
_TITLES = """
SELECT DISTINCT c.output ->> '$.title' FROM revisions r JOIN cleanings c ON c.page = r.shows AND c.cleaner = r.cleaner
WHERE r.article = ?
"""
Place = tuple[str, str, str]
"""What `id_space` tells of an identity."""
_STRENGTH = ("canonical", "redirect", "text")


class Said:
    """What the table `aliases` says; each identity is looked up once, so it holds until that is written."""

    def __init__(self, db: Connection) -> None:
        self._db = db
        self._read: dict[str, list[tuple[str, str, str]]] = {}

    def mates(self, article: str) -> list[str]:
        """See `archive.identities`."""
        shown = next((to for alias, to, why in self._about(article) if alias == article and why != CLAIMED), article)
        return [shown, *(alias for alias, to, why in self._about(shown) if to == shown and why != CLAIMED)]

    def claimants(self, article: str) -> set[str]:
        """The identities that are said to be `article`, and not borne out to be."""
        about = self._about(article)
        return {alias.removesuffix(_ARROW + article) for alias, to, why in about if to == article and why == CLAIMED}

    def rows(self, names: Iterable[str]) -> dict[str, tuple[str, str]]:
        """What stands under these identities: alias to (article, why), as `rows_of` has it."""
        return {
            alias: (to, why)
            for name in names
            for alias, to, why in self._about(name)
            if alias == name or alias.startswith(name + _ARROW)
        }

    def _about(self, name: str) -> list[tuple[str, str, str]]:
        """The rows that name it, in the order of their aliases."""
        if name not in self._read:
            given = {"name": name, "claims": name + _ARROW, "beyond": name + _ARROW + "\U0010ffff"}
            self._read[name] = self._db.execute(_ABOUT, given).fetchall()
        return self._read[name]


class Identity:
    """The good pages of one identity, and what they say of it. `visits` are oldest first and not empty."""

    def __init__(self, db: Connection, source: Source, article: str, found: list[Visit]) -> None:
        self.article, self.visits = article, found
        self._db, self._source = db, source
        self.space, self.id, self.path = id_space(source, article)

    @property
    def day(self) -> str | None:
        """The day of publication, as its newest page has it."""
        published = self.visits[-1].work.published
        return published[:10] if published else None

    @property
    def rank(self) -> tuple[object, ...]:
        """The least is the identity under which an article is shown: one with an id before one without, of these the
        main numbering before that of a host that counts apart, then what was seen first."""
        return (not self.id, not self.space.startswith("#"), self.visits[0].fetched_at, self.article)

    @property
    def titles(self) -> set[str]:
        """The titles of its first and last states. Of the few pages that most have no record is read for it."""
        if len(self.visits) <= 2 * STATES:
            return {plain(visit.work.title or "") for visit in self.visits} - {""}
        return {face.title for face in self.faces} - {""}

    @cached_property
    def faces(self) -> list[Face]:
        """Its first and last states."""
        records = {(v.record.title, v.record.text, v.record.published): v.record for v in self.visits}
        states = list(records.values())
        chosen = states if len(states) <= 2 * STATES else states[:STATES] + states[-STATES:]
        return [Face(record) for record in chosen]

    @cached_property
    def claims(self) -> dict[str, str]:
        """The other articles that it is said to be, each with what says so."""
        found = dict.fromkeys(left_for(self._db, self._source, self.article, {v.url for v in self.visits}), "redirect")
        named = {link.url for visit in self.visits for link in visit.links if link.kind == "canonical"}
        keys = {article_key(self._source, url) for url in named if self._source.owns(url)}
        return found | dict.fromkeys(keys - {self.article}, "canonical")


@dataclass(frozen=True)
class Group:
    """One article: the identities that are its, the one that it is shown under first, with why each other is."""

    members: tuple[Identity, ...]
    why: dict[str, str]

    @property
    def names(self) -> list[str]:
        """Its identities."""
        return [member.article for member in self.members]


def visits_of(archive: Archive, source: Source | None, article: str) -> list[Visit]:
    """The visits to one identity, whole where its paper spreads articles over several pages."""
    if source is None or not source.in_parts:
        return visits(archive, article)
    part = partial(part_of, source)
    return united(visits(archive, article, part), part)


def groups(archive: Archive, source: Source, article: str, said: Said) -> list[Group]:
    """The articles that come of `article` and of all that is, or by the table `aliases` was, connected with it."""
    return _Search(archive, source, said).around(article)


class _Search:
    """Looks for what is connected with one identity; each is read once."""

    def __init__(self, archive: Archive, source: Source, said: Said) -> None:
        self._archive, self._source, self._said = archive, source, said
        self._read: dict[str, Identity | None] = {}
        self._changed = ""

    def around(self, article: str) -> list[Group]:
        """The articles that come of `article`, the one whose pages may have changed, and of what is connected."""
        self._changed = article
        before = self._said.rows([article])
        known, waiting = dict[str, Identity](), [article, *(shown for shown, _ in before.values())]
        seen = set(waiting)
        while waiting:
            name = waiting.pop()
            one = self._identity(name)
            if one:
                known[name] = one
            for other in self._connected(name, one):
                if other not in seen:
                    seen.add(other)
                    waiting.append(other)
        claims = {name: [c for c in one.claims if len(self._claimants(c)) <= MANY] for name, one in known.items()}
        return _united(known, claims)

    def _claimants(self, article: str) -> set[str]:
        """The identities that are said to be `article`. Of all but the changed one the table tells."""
        found = self._said.claimants(article)
        for name in {*self._said.mates(article), self._changed} - {article}:
            one = self._identity(name)
            found = found | {name} if one and article in one.claims else found - {name}
        return found

    def _identity(self, article: str) -> Identity | None:
        if article not in self._read:
            found = visits_of(self._archive, self._source, article)
            db = self._archive.conn
            self._read[article] = Identity(db, self._source, article, found) if found else None
        return self._read[article]

    def _connected(self, name: str, one: Identity | None) -> Iterator[str]:
        """What may be one article with `name`: all it was one with, what it claims, what claims it, what is alike."""
        yield from self._said.mates(name)
        claimants = self._claimants(name)
        if len(claimants) <= MANY:
            yield from sorted(claimants)
        if one is None:
            return
        yield from (claimed for claimed in one.claims if len(self._claimants(claimed)) <= MANY)
        if self._source.renumbers and one.day:
            yield from self._alike(one)

    def _alike(self, one: Identity) -> Iterator[str]:
        """The identities of the paper's articles of the same day that have, or had, the same title."""
        db, titles = self._archive.conn, one.titles
        lengths = [len(visit.work.title or "") for visit in one.visits]
        given = {
            "source": self._source.id,
            "day": one.day,
            "least": min(lengths) - _SPARE,
            "most": max(lengths) + _SPARE,
        }
        for number, article, title, revisions in db.execute(_SAME_DAY, given).fetchall():
            if plain(title or "") in titles or (
                revisions > 1 and any(plain(t or "") in titles for (t,) in db.execute(_TITLES, (number,)))
            ):
                yield from (name for name in self._said.mates(article) if self._may_be(one, name))

    def _may_be(self, one: Identity, name: str) -> bool:
        return _may_move((one.space, one.id, one.path), id_space(self._source, name))


def _united(known: dict[str, Identity], claims: dict[str, list[str]]) -> list[Group]:
    """The articles that these identities are, by their ties, the strongest first."""
    group = {name: [name] for name in known}
    why: dict[str, str] = {}
    for strength, one, other in sorted(_ties(known, claims)):
        mine, theirs = group[one], group[other]
        if mine is theirs or not _fit([known[name] for name in mine], [known[name] for name in theirs], strength == 2):
            continue
        for name in (one, other):
            why.setdefault(name, _STRENGTH[strength])
        mine += theirs
        group.update(dict.fromkeys(theirs, mine))
    found = []
    for names in {id(names): names for names in group.values()}.values():
        members = sorted((known[name] for name in names), key=lambda member: member.rank)
        found.append(Group(tuple(members), {m.article: why[m.article] for m in members[1:]}))
    return found


def _ties(known: dict[str, Identity], claims: dict[str, list[str]]) -> Iterator[tuple[int, str, str]]:
    """(place among `_STRENGTH`, two identities) for all that may be one article, each two once or twice."""
    tied = set[tuple[str, str]]()
    for name, one in known.items():
        for claimed in claims[name]:
            other = known.get(claimed)
            if other and any(map(borne_out, best(one.faces, other.faces))):
                pair = min(name, claimed), max(name, claimed)
                tied.add(pair)
                yield _STRENGTH.index(one.claims[claimed]), *pair
    names = sorted(known)
    for at, name in enumerate(names):
        for other_name in names[at + 1 :]:
            one, other = known[name], known[other_name]
            here, there = (one.space, one.id, one.path), (other.space, other.id, other.path)
            if (name, other_name) in tied or not _may_move(here, there):
                continue
            if one.day and one.day == other.day:
                alike = is_move if one.id or other.id else is_same
                if any(map(alike, best(one.faces, other.faces))):
                    yield 2, name, other_name


def _may_move(one: Place, other: Place) -> bool:
    """Whether text may unite two identities: not two ids of one numbering; two paths, if they end alike."""
    if one[1] or other[1]:
        return not (one[1] and other[1] and _is_one_numbering(one[0], other[0]))
    return _end(one[2]) == _end(other[2])


def _is_one_numbering(one: str, other: str) -> bool:
    """Whether two ids count alike. One of no declared shape may be of any numbering of its host."""
    (here, _, shape), (there, _, other_shape) = one.partition("#"), other.partition("#")
    return here == there and (shape == other_shape or not (shape and other_shape))


def _end(path: str) -> str:
    return path.rstrip("/").rpartition("/")[2]


def _fit(ones: list[Identity], others: list[Identity], by_text: bool) -> bool:
    """Whether two groups may be one article: no numbering gives it two ids, and text unites only what has one day,
    and of paths without ids only what ends alike."""
    if any(_is_one_numbering(a.space, b.space) for a in ones for b in others if a.id and b.id):
        return False
    if not by_text:
        return True
    ends = [{_end(member.path) for member in members if not member.id} for members in (ones, others)]
    return len({member.day for member in (*ones, *others)}) == 1 and (not all(ends) or len(set.union(*ends)) == 1)


def rows_of(found: Iterable[Group]) -> dict[str, tuple[str, str]]:
    """What `aliases` holds of these articles: alias to (article, why), claims that are not borne out among them."""
    rows: dict[str, tuple[str, str]] = {}
    for group in found:
        shown, *others = group.names
        rows |= {name: (shown, group.why[name]) for name in others}
        for member in group.members:
            claims = sorted(member.claims.keys() - set(group.names))
            rows |= {f"{member.article}{_ARROW}{claim}": (claim, CLAIMED) for claim in claims}
    return rows
