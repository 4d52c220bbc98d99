"""A crawl for a topic: which URLs it follows, in which order, and when it has done.

It begins with the topic's articles that the archive has, its seeds, and the papers' own searches, sitemaps, feeds and
front sections. What a page leads to becomes a *lead* with the articles of the topic that it is expected to bring
(`crawler.expecting`): an article at most one, a list as many as it may show that are not known yet. The frontier hands
out the best lead of the hosts that are due, none below `FLOOR`; the crawl ends when there is none. As articles come in
the profile of the topic is learnt anew, and all leads are weighed anew.
"""

import logging
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import date

import msgspec

from archive.facts import Found, Hints, Page, PageKind
from archive.frontier import Frontier, Lease
from archive.hosts import host_of
from archive.leads import Lead, Leads, Said, Yield
from archive.manners import asks, is_failure
from archive.moved import target_of
from archive.relevance import Profile
from archive.settling import REDIRECTS
from archive.store import Archive
from archive.terms import Text
from archive.topical import Learner, judge_all, put
from config.searching import search_url
from config.slugs import slug_words
from config.sources import Source, Sources
from config.topics import Topic
from config.urls import article_key, canonical, classify, subject_of
from crawler.expecting import FADING, GAINS, RATES, STUBBORN, Titles, Words, bin_of, probability, shift
from crawler.listing import days_of_list, leads_of

logger = logging.getLogger(__name__)
FLOOR = 0.25
"""Articles that a lead is expected to bring at least; below, it is not followed."""
FIRST = 100.0
"""What is expected of a seed: before the topic is learnt from these, nothing else is followed."""
KEPT = 0.02
"""Below this a link is counted and forgotten."""
QUERIES = 3
"""Phrases that papers are asked for."""
LEARN_AFTER, LEARN_PART = 12, 0.3
"""The topic is learnt anew after so many articles, and after this part of those that were learnt from."""
WEIGH_AFTER = 8
"""Articles after which all leads are weighed anew by what came of them."""
SEEN = 4000
"""Headlines that are remembered to know how those of all subjects look."""
_LINKS = "SELECT kind, url, title, target FROM links WHERE article = ? ORDER BY n"
_TAGGED = """
SELECT sum(t.article IS NOT NULL), count(*) FROM links l
LEFT JOIN topical t ON t.article = l.article AND t.topic = ? WHERE l.url = ? AND l.kind = ?
"""


class Left(msgspec.Struct, frozen=True):
    """What a topic's crawl did not follow: leads by place, and links that were hopeless."""

    waiting: dict[str, int]
    """Leads that are worth following, by place."""
    poor: dict[str, int]
    """Leads below `FLOOR`, by place."""
    hopeless: int


class _Followed(msgspec.Struct):
    """A lead that was followed, and the article that it brought, if any."""

    lead: Lead
    number: int | None


class Focus:
    """One crawl for `topic` at the papers `names`."""

    def __init__(
        self, archive: Archive, frontier: Frontier, sources: Sources, topic: Topic, names: Sequence[str],
        seeds: Sequence[Text] = (),
    ) -> None:  # fmt: skip
        """`seeds` are the texts of the topic's files."""
        self._archive, self._frontier, self._sources, self._topic = archive, frontier, sources, topic
        self._names, self._leads = (
            [n for n in names if not topic.papers or n in topic.papers],
            Leads(archive.conn, topic.name),
        )
        self._learner = Learner(archive, topic, sources, seeds)
        self._yields, self._changed = self._leads.yields(), set[str]()
        self._seen: dict[str, None] = {}
        self._under_way: dict[str, Lead] = {}
        self._followed: list[_Followed] = []
        self._expanded, self._new = set[int](), 0
        self._asked: set[str] = set()
        self._lists: dict[str, Lead] = {}
        """The leads to lists, which are weighed anew after each list that came."""
        self._days: Counter[date] = Counter()
        self.hopeless = 0
        self.found = 0
        """Articles of the topic that this crawl brought."""

    # ---- what the session calls -------------------------------------------------------------------------------------

    def begin(self) -> None:
        """Learn the topic from the archive, and write the leads to begin with."""
        self._seen = dict.fromkeys(self._headlines())
        with self._archive.transaction():
            self._seeds()
        self.learn()
        with self._archive.transaction():
            for name in self._names:
                self._lists_of(self._sources[name])
            self._write_yields()

    def settle(self, lease: Lease, page: Page) -> None:
        """A page came: follow it as a list, or wait until it is judged as an article. Inside the keep transaction."""
        if is_failure(page.status) or asks(page, self._archive.clock.seconds()):
            return
        lead = self._leads.take_out(lease.key)
        if lead is None:
            return
        if page.status in REDIRECTS:
            target = canonical(self._sources[lease.source], target_of(page.url, page.headers))
            if target != lease.key:
                self._leads.put([msgspec.structs.replace(lead, key=target)])
            return
        if lead.kind == "article":
            if page.status == 200 and not page.truncated:
                self._under_way[lease.key] = lead
            else:
                self._followed.append(_Followed(lead, None))
            return
        self._lists.pop(lead.key, None)
        self._list(lead, lease, page)
        self._weigh_lists()
        self._write_yields()

    def judge(self, key: str, article: str | None) -> None:
        """The page of the lead `key` was cleaned and `article` derived; None: it was no article."""
        lead = self._under_way.pop(key, None)
        number = self._number(article) if article else None
        if lead is None and number is None:
            return
        if number is not None:
            self._learner.show(number)
            self._new += 1
        with self._archive.transaction():
            taken = number is not None and self._is_taken(number)
            if lead:
                self._followed.append(_Followed(lead, number))
                self._note(lead, taken)
                if len(self._followed) % WEIGH_AFTER == 0:
                    self._weigh_all()
            if number is not None:
                self.found += taken
                self._expand(number)
            self._write_yields()

    def failed(self, key: str) -> None:
        """A fetch failed: the lead stays beside its row."""
        self._under_way.pop(key, None)

    @property
    def wants_to_learn(self) -> bool:
        """Whether enough articles came to learn the topic anew, or the seeds to learn it from."""
        if self._frontier.floor > FLOOR:
            return not self._under_way and not any(lead.place == "seed" for lead in self._leads.waiting())
        return self._new >= max(LEARN_AFTER, LEARN_PART * (len(self._learner) - self._new))

    def learn(self) -> None:
        """Learn the profile anew from what is there, and weigh all leads by it."""
        self._new = 0
        profile = self._learner.learn()
        self._frontier.floor = FLOOR if profile.terms or profile.phrases else FIRST
        with self._archive.transaction():
            put(self._archive, self._topic, profile)
        judge_all(self._archive, self._topic.name)
        with self._archive.transaction() as db:
            self._weigh(profile)
            for (number,) in db.execute("SELECT article FROM topical WHERE topic = ?", (self._topic.name,)).fetchall():
                self._expand(number)
            self._recount()
            self._weigh_all()
            for name in self._names:
                self._searches(self._sources[name])
            self._write_yields()

    def left(self) -> Left:
        """What was not followed."""
        waiting, poor = Counter[str](), Counter[str]()
        for lead in self._leads.waiting():
            (waiting if lead.expected >= FLOOR else poor)[lead.place] += 1
        return Left(dict(waiting), dict(poor), self.hopeless)

    # ---- what leads bring -------------------------------------------------------------------------------------------

    def _weigh(self, profile: Profile) -> None:
        self._profile, self._words = profile, Words(profile)
        of_topic, every = Counter[int](), Counter[int]()
        for title, day in self._archive.conn.execute(
            "SELECT a.title, a.published_day FROM topical t JOIN articles a ON a.id = t.article WHERE t.topic = ?"
            " ORDER BY a.id DESC LIMIT 2000", (self._topic.name,),
        ).fetchall():  # fmt: skip
            of_topic[bin_of(self._words.weigh(title or ""))] += 1
            if day:
                self._days[date.fromisoformat(day)] += 1
        for title in self._seen:
            every[bin_of(self._words.weigh(title))] += 1
        self._titles = Titles(every, of_topic)

    def _weigh_all(self) -> None:
        """What is expected of every lead now."""
        waiting = list(self._leads.waiting())
        self._lists = {lead.key: lead for lead in waiting if lead.kind != "article"}
        self._leads.expect({lead.key: self._expected(lead) for lead in waiting})

    def _weigh_lists(self) -> None:
        now = {key: self._expected(lead) for key, lead in self._lists.items()}
        self._leads.expect({key: value for key, value in now.items() if value != self._lists[key].expected})
        self._lists = {key: msgspec.structs.replace(lead, expected=now[key]) for key, lead in self._lists.items()}

    def _base(self, lead: Lead) -> float:
        """What is expected of an article's lead before what such leads brought is counted in."""
        return probability(RATES[lead.place], self._titles.odds(self._words.weigh(lead.said.title)), _odds_of(lead))

    def _expected(self, lead: Lead) -> float:
        if lead.place == "seed":
            return FIRST
        if lead.place == "again":
            return RATES[lead.place]
        if lead.kind == "article":
            shifts = [shift(self._yields.get(what)) for what in _sorts(lead)]
            odds = self._titles.odds(self._words.weigh(lead.said.title))
            return probability(RATES[lead.place], odds, _odds_of(lead), *shifts)
        gain = self._first_guess(lead)
        for what in (f"lists: {lead.place}", f"lists of {lead.source}"):
            gain *= self._factor(what)
        return gain / (1 + gain)

    def _first_guess(self, lead: Lead) -> float:
        """What is expected of a list before what such lists brought is counted in."""
        if lead.said.gain >= 0:
            return FADING * lead.said.gain
        guess = GAINS[lead.place]
        if lead.place in ("tag", "topic"):
            odds = self._titles.odds(self._words.weigh(lead.said.words))
            guess *= probability(RATES[lead.place], odds / 2, _odds_of(lead))
        if lead.place == "sitemap" and lead.said.words:
            guess *= self._near(lead.said.words)
        return guess

    def _near(self, days: str) -> float:
        """How many finds lie in the days of a list, beside a twelfth of all."""
        first, _, last = days.partition("..")
        inside = sum(n for day, n in self._days.items() if first <= day.isoformat() <= (last or "9"))
        return min(2.0, (inside + 1) / (self._days.total() / 12 + 1))

    def _factor(self, what: str) -> float:
        known = self._yields.get(what)
        stubborn = STUBBORN / 2 if what.startswith("lists of") else STUBBORN
        return (known.found + stubborn) / (known.followed + stubborn) if known else 1.0

    def _note(self, lead: Lead, taken: bool) -> None:
        base = self._base(lead) if lead.place not in ("seed", "again") else None
        for what in _sorts(lead) if base is not None else ():
            self._count(what, base or 0.0, float(taken))

    def _recount(self) -> None:
        """Judge what was followed by the profile as it is now."""
        sorts = {what for one in self._followed for what in _sorts(one.lead)}
        for what in sorts:
            self._yields[what] = Yield()
            self._changed.add(what)
        for one in self._followed:
            self._note(one.lead, one.number is not None and self._is_taken(one.number))

    def _count(self, what: str, followed: float, found: float) -> None:
        known = self._yields.setdefault(what, Yield())
        known.followed += followed
        known.found += found
        self._changed.add(what)

    def _write_yields(self) -> None:
        self._leads.put_yields(self._yields, self._changed)
        self._changed = set()

    # ---- where leads come from --------------------------------------------------------------------------------------

    def _seeds(self) -> None:
        found = []
        for url in self._topic.urls:
            source = self._sources.of(url)
            if source and self._number(article_key(source, url)) is None:
                found.append((source, Found(url=url, kind="article", aimed=True), "seed", Said()))
        self._put(found, weighed=False)

    def _lists_of(self, source: Source) -> None:
        """The lists with which a paper is begun."""
        rules = source.discover
        found = [(source, _list(source.absolute(path), "sitemap"), "index", Said()) for path in rules.sitemaps]
        feeds = Hints(order=rules.feed_order)
        found += [(source, _list(source.absolute(path), "feed", feeds), "feed", Said()) for path in rules.feeds]
        found += [(source, _list(source.absolute(path), "section"), "section", Said()) for path in rules.sections]
        self._put(found)

    def _searches(self, source: Source) -> None:
        """Ask a paper's own search for the topic's most telling phrases."""
        found = []
        for phrase in self._phrases():
            url = search_url(source, phrase)
            if url and url not in self._asked:
                self._asked.add(url)
                found.append((source, _list(url, "section"), "search", Said(words=phrase)))
        self._put(found)

    def _phrases(self) -> list[str]:
        """Terms of two syllables and more of which the weightiest say most, none part of another."""
        chosen: list[str] = []
        terms = {t: w * (1 + 0.5 * t.count(" ")) for t, w in (self._profile.terms | self._profile.phrases).items()}
        for term in sorted(terms, key=lambda t: (-terms[t], t)):
            words = set(term.split())
            if " " in term and not any(words & set(other.split()) for other in chosen):
                chosen.append(term)
            if len(chosen) == QUERIES:
                break
        return chosen

    def _list(self, lead: Lead, lease: Lease, page: Page) -> None:
        """What a list shows."""
        source = self._sources[lease.source]
        found = leads_of(page, source, lease.depth)
        articles = [f for f in found if f.kind == "article"]
        if lead.place in ("section", "feed", "sitemap"):
            self._remember(f for f in articles)
        entries = [(source, f, lead.place, Said(title=_said(f), of=lead.said.of, list=lead.key)) for f in articles]
        gain = self._put(entries)
        if lead.place != "index":
            for what in (f"lists: {lead.place}", f"lists of {source.id}"):
                self._count(what, self._first_guess(lead), gain)
        further = []
        for f in found:
            if f.kind == "article":
                continue
            if lead.place == "index":
                days = days_of_list(f)
                if days and not self._wants(days):
                    continue
                further.append((source, f, "sitemap", Said(words=f"{days[0]}..{days[1]}" if days else "")))
            elif f.kind == "section" and f.hints.section and not subject_of(source, f.url):
                further.append((source, f, lead.place, msgspec.structs.replace(lead.said, gain=gain)))
        self._put(further)

    def _wants(self, days: tuple[date, date]) -> bool:
        first, last = days
        after = self._topic.since is None or last >= self._topic.since
        return after and (self._topic.until is None or first <= self._topic.until)

    def _expand(self, number: int) -> None:
        """The links of an article of the topic, once; those of another one are hardly worth it."""
        taken = self._is_taken(number)
        if number in self._expanded or not taken:
            return
        self._expanded.add(number)
        found = []
        for kind, url, title, target in self._archive.conn.execute(_LINKS, (number,)).fetchall():
            source = self._sources.of(url)
            if source is None or source.id not in self._names:
                continue
            if kind in ("related", "inline"):
                if target and self._number(target) is None:
                    found.append(
                        (
                            source,
                            Found(url=url, kind="article", hints=Hints(via="related", anchor=title or None)),
                            kind,
                            Said(title=title or slug_words(url), of=1.0),
                        )
                    )
            elif classify(source, url) == "section":
                with_it, all_ = self._archive.conn.execute(_TAGGED, (self._topic.name, url, kind)).fetchone()
                found.append((source, _list(url, "section"), kind, Said(words=title, of=(with_it + 0.5) / (all_ + 1))))
        self._put(found)

    def _put(self, found: Sequence[tuple[Source, Found, str, Said]], *, weighed: bool = True) -> float:
        """Write what was found as leads; answers how many articles of the topic the new ones are expected to be."""
        leads, rows, gain = [], [], 0.0
        known = self._known(canonical(source, f.url) for source, f, *_ in found)
        for source, f, place, said in found:
            key = canonical(source, f.url)
            lead = Lead(key, host_of(f.url), source.id, f.kind, place, said)
            lead = msgspec.structs.replace(lead, expected=self._expected(lead) if weighed else FIRST)
            if f.kind == "article":
                if known.get(key):  # it was fetched, or is a lead already
                    continue
                if lead.expected < KEPT:
                    self.hopeless += 1
                    continue
                if key not in known:
                    gain += lead.expected
            else:
                self._lists[key] = lead
            leads.append(lead)
            rows.append(msgspec.structs.replace(f, aimed=True))
        self._frontier.add(rows)
        self._leads.put(leads)
        return gain

    def _known(self, keys: Iterable[str]) -> dict[str, bool]:
        """Those of `keys` that the frontier holds, and whether each was fetched."""
        told = msgspec.json.encode(list(keys)).decode()
        sql = "SELECT key, visits > 0 FROM frontier WHERE key IN (SELECT value FROM json_each(?))"
        return {key: bool(visited) for key, visited in self._archive.conn.execute(sql, (told,))}

    def _remember(self, found: Iterable[Found]) -> None:
        for f in found:
            if len(self._seen) < SEEN and (said := _said(f)):
                self._seen[said] = None

    def _headlines(self) -> Iterator[str]:
        sql = (
            "SELECT coalesce(hints ->> '$.title', hints ->> '$.anchor') AS t FROM frontier WHERE t IS NOT NULL LIMIT ?"
        )
        for (title,) in self._archive.conn.execute(sql, (SEEN // 2,)):
            yield title

    def _number(self, article: str) -> int | None:
        row = self._archive.conn.execute("SELECT id FROM articles WHERE article = ?", (article,)).fetchone()
        return int(row[0]) if row else None

    def _is_taken(self, number: int) -> bool:
        sql = "SELECT 1 FROM topical WHERE topic = ? AND article = ?"
        return self._archive.conn.execute(sql, (self._topic.name, number)).fetchone() is not None


def _sorts(lead: Lead) -> list[str]:
    """The sorts of leads as which one is counted."""
    return [
        f"links: {lead.place}",
        *([f"links on {lead.said.list}"] if lead.said.list and lead.place != "sitemap" else []),
    ]


def _odds_of(lead: Lead) -> float:
    """What the list's, or the tag's, own articles say."""
    import math

    if lead.place not in ("tag", "topic") or not lead.said.of:
        return 0.0
    return max(-2.0, min(2.0, math.log(lead.said.of / (1 - lead.said.of)))) if lead.said.of < 1 else 2.0


def _said(f: Found) -> str:
    return f.hints.title or f.hints.anchor or slug_words(f.url)


def _list(url: str, kind: PageKind, hints: Hints | None = None) -> Found:
    return Found(url=url, kind=kind, hints=hints or Hints())
