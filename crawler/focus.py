"""A crawl for a topic: which URLs it follows, in which order, and when it has done.

It begins with the topic's articles that the archive has, its seeds, and the papers' own searches, sitemaps, feeds and
front sections. What a page leads to becomes a *lead* with the articles of the topic that it is expected to bring
(`crawler.expecting`): an article at most one, a list as many as it may show that are not known yet. The frontier hands
out the best lead of the hosts that are due, none below `FLOOR`; the crawl ends when there is none. As articles come in
the profile of the topic is learnt anew, and all leads are weighed anew.
"""

import logging
from collections import Counter, defaultdict
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
from archive.topical import Learner, judge_all, judge_some, put
from config.background import background
from config.searching import search_url
from config.slugs import slug_words
from config.sources import Source, Sources
from config.topics import Topic
from config.urls import article_key, canonical, classify, subject_of
from crawler.expecting import (
    FADING,
    GAINS,
    HERE,
    MORE,
    RATES,
    STUBBORN,
    Titles,
    Words,
    calibrated,
    further,
    probability,
    shift,
)  # fmt: skip
from crawler.listing import days_of_list, leads_of

logger = logging.getLogger(__name__)
FLOOR = 0.2
"""Articles that a lead is expected to bring at least; below, it is not followed."""
LOOKS = 3
"""Papers whose newest headlines are looked at first, to know what they write of otherwise."""
CELLS = (1.0, 0.6, 0.2)
"""How much leads count for another one by the tenths between what was expected of them."""
WHOLE = ("index", "sitemap")
"""Lists of all that a paper printed: they may have what no other way leads to at a paper that seems to have nothing."""
PATIENCE = 0.5
"""Part of the best lead's expectation below which others wait."""
ASK = 0.75
"""What is expected of the first question to a paper's own search: whether it has anything of the topic."""
SWAY = 1.5
"""By how much, in logarithms of odds, one list can be worse than others of its kind; better by half of that."""
FIRST = 100.0
"""What is expected of a seed: before the topic is learnt from these, nothing else is followed."""
KEPT = 0.02
"""Below this a link is counted and forgotten."""
QUERIES = 4
"""Phrases that papers are asked for."""
COMMON = 0.3
"""A syllable that stands in a greater part of all news is no part of what papers are asked for."""
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


class Collected(msgspec.Struct, frozen=True):
    """What a topic's crawl found, and what it did not follow."""

    found: int
    """Articles of the topic that it brought."""
    known: int
    """Articles of the topic that the archive has."""
    waiting: dict[str, int]
    """Leads that are worth following, by place."""
    poor: dict[str, int]
    """Leads that are hardly worth it, by place."""
    hopeless: int
    """Links that say nothing of the topic."""

    def told(self) -> str:
        """What was not followed, in one line; empty where there was nothing."""
        kinds = {"left for the next time": self.waiting, "hardly worth it": self.poor}
        parts = [
            f"{sum(leads.values())} leads {what} ({', '.join(f'{n} {place}' for place, n in sorted(leads.items()))})"
            for what, leads in kinds.items()
            if leads
        ]
        parts += [f"{self.hopeless} links without a word of the topic"] * bool(self.hopeless)
        return f"not followed: {'; '.join(parts)}" if parts else ""


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
        self._names, self.leads = (
            [n for n in names if not topic.papers or n in topic.papers],
            Leads(archive.conn, topic.name),
        )
        self._learner = Learner(archive, topic, sources, seeds)
        self._before = {what: Yield(y.followed / 2, y.found / 2) for what, y in self.leads.yields().items()}
        """What earlier crawls' leads brought: half of it, as papers go on writing."""
        self._yields: dict[str, Yield] = defaultdict(Yield)
        self._changed = set[str]()
        self._restore(self._before)
        self._seen: dict[str, None] = {}
        self._under_way: dict[str, Lead] = {}
        self._followed: list[_Followed] = []
        self._expanded, self._new = set[int](), 0
        self._asked: dict[str, set[str]] = {}
        self._read: dict[str, float] = defaultdict(float)
        """What was expected at first of the lists that were read, by their sorts."""
        self._lists: dict[str, Lead] = {}
        """The leads to lists, which are weighed anew after each list that came."""
        self._days: Counter[date] = Counter()
        self._at: Counter[str] = Counter()
        self._stale = True
        """Whether leads have come or gone since the best was looked for."""
        self.hopeless = 0
        self.found = 0
        """Articles of the topic that this crawl brought."""

    # ---- what the session calls -------------------------------------------------------------------------------------

    def begin(self) -> None:
        """Learn the topic from the archive, and write the leads to begin with."""
        self._seen = dict.fromkeys(self._headlines())
        with self._archive.transaction():
            self._seeds()
            self._again()
        self.learn()
        with self._archive.transaction():
            for name in self._names:
                self._lists_of(self._sources[name])
            self._write_yields()

    def settle(self, lease: Lease, page: Page) -> None:
        """A page came: follow it as a list, or wait until it is judged as an article. Inside the keep transaction."""
        if is_failure(page.status) or asks(page, self._archive.clock.seconds()):
            return
        self._stale = True
        lead = self.leads.take_out(lease.key)
        if lead is None:
            return
        if page.status in REDIRECTS:
            target = canonical(self._sources[lease.source], target_of(page.url, page.headers))
            if target != lease.key:
                self.leads.put([msgspec.structs.replace(lead, key=target)])
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
        self._stale = True
        if number is not None:
            self._learner.show(number)
            self._new += 1
        with self._archive.transaction():
            taken = number is not None and self._is_taken(number)
            if lead and lead.place != "again":
                self._followed.append(_Followed(lead, number))
                self._note(lead, taken)
                if len(self._followed) % WEIGH_AFTER == 0:
                    self._weigh_all()
            if number is not None:
                self.found += taken and (lead is None or lead.place != "again")
                self._expand(number)
            self._write_yields()

    def wait_for_the_best(self) -> None:
        """Let the frontier hold back what promises less than `PATIENCE` of the best that is due at any paper.

        Papers are asked side by side; without, each would be asked for its best lead, however poor that is.
        """
        if self._frontier.floor < FIRST and self._stale:
            self._stale = False
            best = min(1.0, self.leads.best(self._archive.clock.seconds()))
            self._frontier.floor = max(FLOOR, PATIENCE * best)

    def wait_no_longer(self) -> None:
        """The best cannot be had now: whatever is worth following is handed out."""
        self._frontier.floor = min(self._frontier.floor, FLOOR) if self._frontier.floor < FIRST else FIRST

    def failed(self, key: str) -> None:
        """A fetch failed: the lead stays beside its row."""
        self._under_way.pop(key, None)
        self._stale = True

    @property
    def wants_to_learn(self) -> bool:
        """Whether enough articles came to learn the topic anew, or the seeds to learn it from."""
        if self._frontier.floor >= FIRST:
            return not self._under_way and not any(lead.expected >= FIRST for lead in self.leads.waiting())
        return self._new >= max(LEARN_AFTER, LEARN_PART * (len(self._learner) - self._new))

    @property
    def judging(self) -> bool:
        """Whether a page that was fetched is still to be cleaned and judged."""
        return bool(self._under_way)

    def learn(self) -> None:
        """Learn the profile anew from what is there, and weigh all leads by it.

        Judged anew are the articles that it was learnt from; the whole archive is when the crawl ends (`finish`).
        """
        self._new = 0
        profile = self._learner.learn()
        self._frontier.floor = FLOOR if profile.terms or profile.phrases else FIRST
        with self._archive.transaction():
            put(self._archive, self._topic, profile)
        judge_some(self._archive, self._topic.name, self._learner.articles)
        with self._archive.transaction() as db:
            self._weigh(profile)
            for (number,) in db.execute("SELECT article FROM topical WHERE topic = ?", (self._topic.name,)).fetchall():
                self._expand(number)
            self._recount()
            self._weigh_all()
            for name in self._names:
                self._searches(self._sources[name])
            self._write_yields()

    def learn_last(self) -> bool:
        """Nothing is worth following any more: learn from what came since the last time; whether there was anything."""
        if not self._new:
            return False
        self.learn()
        return True

    def finish(self) -> None:
        """Judge the whole archive by what was learnt."""
        judge_all(self._archive, self._topic.name)

    def collected(self) -> Collected:
        """What was found, and what was not followed."""
        waiting, poor = Counter[str](), Counter[str]()
        for lead in self.leads.waiting():
            (waiting if lead.expected >= FLOOR else poor)[lead.place] += 1
        known = "SELECT count(*) FROM topical WHERE topic = ?"
        (count,) = self._archive.conn.execute(known, (self._topic.name,)).fetchone()
        return Collected(self.found, count, dict(waiting), dict(poor), self.hopeless)

    # ---- what leads bring -------------------------------------------------------------------------------------------

    def _weigh(self, profile: Profile) -> None:
        self._profile, self._words = profile, Words(profile)
        of_topic, self._days = [], Counter()
        for title, day in self._archive.conn.execute(
            "SELECT a.title, a.published_day FROM topical t JOIN articles a ON a.id = t.article WHERE t.topic = ?"
            " ORDER BY a.id DESC LIMIT 2000", (self._topic.name,),
        ).fetchall():  # fmt: skip
            of_topic.append(self._words.weigh(title or ""))
            if day:
                self._days[date.fromisoformat(day)] += 1
        self._titles = Titles(map(self._words.weigh, self._seen), of_topic)
        self._count_at()

    def _count_at(self) -> None:
        """How many articles of the topic each paper is known to have."""
        sql = (
            "SELECT a.source, count(*) FROM topical t JOIN articles a ON a.id = t.article WHERE t.topic = ? GROUP BY 1"
        )
        self._at = Counter(dict(self._archive.conn.execute(sql, (self._topic.name,)).fetchall()))

    def _weigh_all(self) -> None:
        """What is expected of every lead now, and of lists, by what those that were read have brought or still may."""
        self._count_at()
        waiting = list(self.leads.waiting())
        now = {lead.key: self._expected(lead) for lead in waiting if lead.kind == "article"}
        brought: dict[str, float] = defaultdict(float)
        for lead in waiting:
            if now.get(lead.key, 0) >= FLOOR:
                brought[f"lists: {lead.place}"] += now[lead.key]
                brought[f"lists of {lead.source}"] += now[lead.key]
        for one in self._followed:
            if one.number is not None and self._is_taken(one.number):
                brought[f"lists: {one.lead.place}"] += 1
                brought[f"lists of {one.lead.source}"] += 1
        for what, expected in self._read.items():
            self._restore([what])
            self._count(what, expected, brought[what])
        self._lists = {lead.key: lead for lead in waiting if lead.kind != "article"}
        self.leads.expect(now | {key: self._expected(lead) for key, lead in self._lists.items()})

    def _weigh_lists(self) -> None:
        now = {key: self._expected(lead) for key, lead in self._lists.items()}
        self.leads.expect({key: value for key, value in now.items() if value != self._lists[key].expected})
        self._lists = {key: msgspec.structs.replace(lead, expected=now[key]) for key, lead in self._lists.items()}

    def _base(self, lead: Lead) -> float:
        """What is expected of an article's lead before what such leads brought is counted in."""
        more = further(RATES[place] for place, _ in lead.said.more)
        odds = self._titles.odds(self._words.weigh(lead.said.title))
        return probability(RATES[lead.place], odds, _odds_of(lead), more)

    def _expected(self, lead: Lead) -> float:
        if lead.place == "seed":
            return FIRST
        if lead.place == "again":
            return RATES[lead.place]
        if lead.kind == "article":
            return self._chance(lead)
        if lead.place == "search" and lead.said.first:
            return ASK
        gain = self._first_guess(lead)
        gain *= self._factor("lists: sitemap" if lead.place == "index" else f"lists: {lead.place}")
        if lead.place not in WHOLE:
            gain *= self._factor(f"lists of {lead.source}")
        return gain / (1 + gain)

    def _chance(self, lead: Lead) -> float:
        """What is expected of an article's lead by all that came of others."""
        base = self._base(lead)
        own, place = int(base * 10), self._yields.get(f"links: {lead.place}")
        if place is None or not place.followed:
            return base
        cells = ((CELLS[abs(n - own)], self._yields.get(f"{lead.place} {n}")) for n in range(own - 2, own + 3))
        chance = calibrated(base, [(counts, one) for counts, one in cells if one])
        if of := self._yields.get(f"on {lead.said.list}"):
            change = shift(of.followed * place.found / place.followed, of.found, of.followed)
            chance = probability(chance, min(max(change, -SWAY), SWAY / 2))
        return chance

    def _first_guess(self, lead: Lead) -> float:
        """What is expected of a list before what such lists brought is counted in."""
        if lead.said.gain >= 0:
            return FADING * lead.said.gain
        guess = GAINS[lead.place] + HERE[lead.place] * self._at[lead.source]
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
        return min(1.5, (inside + 1) / (self._days.total() / 12 + 1))

    def _factor(self, what: str) -> float:
        known = self._yields.get(what)
        stubborn = STUBBORN / 2 if what.startswith("lists of") else 4 * STUBBORN
        return (known.found + stubborn) / (known.followed + stubborn) if known else 1.0

    def _note(self, lead: Lead, taken: bool) -> None:
        """Count what came of an article's lead."""
        if lead.place in ("seed", "again"):
            return
        base = self._base(lead)
        self._count(f"links: {lead.place}", 1, taken)
        self._count(f"{lead.place} {int(base * 10)}", 1, taken)
        if lead.said.list and lead.place not in ("sitemap", "related", "inline"):
            self._count(f"on {lead.said.list}", 1, taken)

    def _recount(self) -> None:
        """Judge what was followed by the profile as it is now."""
        self._restore(what for what in self._yields if not what.startswith("lists"))
        for one in self._followed:
            self._note(one.lead, one.number is not None and self._is_taken(one.number))

    def _restore(self, sorts: Iterable[str]) -> None:
        """Count nothing of this crawl for these sorts."""
        for what in list(sorts):
            before = self._before.get(what, Yield())
            self._yields[what] = Yield(before.followed, before.found)
            self._changed.add(what)

    def _count(self, what: str, followed: float, found: float) -> None:
        known = self._yields[what]
        known.followed += followed
        known.found += found
        self._changed.add(what)

    def _write_yields(self) -> None:
        self.leads.put_yields(self._yields, self._changed)
        self._changed = set()

    # ---- where leads come from --------------------------------------------------------------------------------------

    def _seeds(self) -> None:
        found = []
        for url in self._topic.urls:
            source = self._sources.of(url)
            if source and self._number(article_key(source, url)) is None:
                found.append((source, Found(url=url, kind="article", aimed=True), "seed", Said()))
        papers = list(dict.fromkeys(source for source, *_ in found)) or [self._sources[n] for n in self._names]
        for source in papers[:LOOKS] if len(self._seen) < SEEN // 20 else ():
            rules = source.discover
            feeds = [_list(source.absolute(path), "feed", Hints(order=rules.feed_order)) for path in rules.feeds]
            lists = feeds + [_list(source.absolute(path), "section") for path in rules.sections]
            found += [(source, f, f.kind, Said()) for f in lists[:1]]
        self._put(found, weighed=False)

    def _again(self) -> None:
        """Articles of the topic that are due to be visited again."""
        sql = (
            "SELECT f.key, f.host, f.source FROM topical t JOIN articles a ON a.id = t.article"
            " JOIN frontier f ON f.article = a.article WHERE t.topic = ? AND f.due <= ? AND f.visits > 0"
        )
        due = self._archive.conn.execute(sql, (self._topic.name, self._archive.clock.seconds())).fetchall()
        self.leads.put(
            Lead(key, host, source, "article", "again", expected=RATES["again"])
            for key, host, source in due
            if source in self._names
        )

    def _lists_of(self, source: Source) -> None:
        """The lists with which a paper is begun."""
        rules = source.discover
        found = [(source, _list(source.absolute(path), "sitemap"), "index", Said()) for path in rules.sitemaps]
        feeds = Hints(order=rules.feed_order)
        found += [(source, _list(source.absolute(path), "feed", feeds), "feed", Said()) for path in rules.feeds]
        found += [(source, _list(source.absolute(path), "section"), "section", Said()) for path in rules.sections]
        self._put(found)

    def _searches(self, source: Source) -> None:
        """Ask a paper's own search for what tells most of the topic, and for more where it has articles of it."""
        asked = self._asked.setdefault(source.id, set())
        sql = "SELECT 1 FROM topical t JOIN articles a ON a.id = t.article WHERE t.topic = ? AND a.source = ? LIMIT 1"
        has = self._archive.conn.execute(sql, (self._topic.name, source.id)).fetchone()
        found = []
        for said in self._phrases()[: QUERIES if has else 1]:
            url = search_url(source, said)
            if url and url not in asked and len(asked) < (QUERIES if has else 1):
                asked.add(url)
                found.append((source, _list(url, "section"), "search", Said(words=said, first=len(asked) == 1)))
        self._put(found)

    def _phrases(self) -> list[str]:
        """What papers are asked for, the best first: declared phrases, then the terms that tell most, none that shares
        a syllable with one before. A term with a syllable that stands everywhere is a piece cut out of a sentence.
        """
        learnt, chosen = self._learner.learnt, list[str]()
        common = {term for term, part in background().items() if part > COMMON and " " not in term}
        declared = sorted(self._profile.phrases, key=lambda said: -self._profile.phrases[said])
        terms = learnt.telling if learnt else self._profile.terms
        for said in (*declared, *(term for term in terms if not common & set(term.split()))):
            words = set(said.split())
            if len(words) > 1 and not any(words & set(other.split()) for other in chosen):
                chosen.append(said)
            if len(chosen) == QUERIES:
                break
        return chosen

    def _list(self, lead: Lead, lease: Lease, page: Page) -> None:
        """What a list shows."""
        source = self._sources[lease.source]
        found = leads_of(page, source, lease.depth)
        articles = [f for f in found if f.kind == "article"]
        if lead.place in ("section", "feed", "sitemap"):
            self._remember(map(_said, articles))
        if self._frontier.floor >= FIRST:
            return
        name = f"{lead.place}: {lead.said.words}" if lead.said.words and lead.place != "sitemap" else lead.key
        entries = [(source, f, lead.place, Said(title=_said(f), of=lead.said.of, list=name)) for f in articles]
        gain = self._put(entries)
        if lead.place != "index":
            guess = self._first_guess(lead)
            kinds = () if lead.said.first else ((f"lists: {lead.place}", guess),)
            for what, expected in (
                (f"lists of {source.id}", guess * self._factor(f"lists: {lead.place}")),
                *kinds,
            ):
                self._read[what] += expected
                self._count(what, expected, gain)
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
                            Said(title=title or slug_words(url), of=1.0, list=f"article {number}"),
                        )
                    )
            elif classify(source, url) == "section":
                with_it, all_ = self._archive.conn.execute(_TAGGED, (self._topic.name, url, kind)).fetchone()
                found.append((source, _list(url, "section"), kind, Said(words=title, of=(with_it + 0.5) / (all_ + 1))))
        self._put(found)

    def _put(self, found: Sequence[tuple[Source, Found, str, Said]], *, weighed: bool = True) -> float:
        """Write what was found as leads; answers how many articles of the topic the new ones are expected to be."""
        leads: dict[str, Lead] = {}
        rows, gain = [], 0.0
        keys = [canonical(source, f.url) for source, f, *_ in found]
        visited, known = self._visited(keys), self.leads.known(keys)
        for (source, f, place, said), key in zip(found, keys, strict=True):
            lead = Lead(key, host_of(f.url), source.id, f.kind, place, said)
            if f.kind == "article":
                if visited.get(key):
                    continue
                before = leads.get(key) or known.get(key)
                lead = _both(before, lead) if before else lead
            lead = msgspec.structs.replace(lead, expected=self._expected(lead) if weighed else FIRST)
            if f.kind != "article":
                self._lists[key] = lead
            elif lead.expected < KEPT:
                self.hopeless += 1
                continue
            elif key not in visited and lead.expected >= FLOOR:
                gain += lead.expected
            leads[key] = lead
            rows.append(msgspec.structs.replace(f, aimed=True))
        self._frontier.add(rows)
        self.leads.put(leads.values())
        return gain

    def _visited(self, keys: Iterable[str]) -> dict[str, bool]:
        """Those of `keys` that the frontier holds, and whether each was fetched."""
        told = msgspec.json.encode(list(keys)).decode()
        sql = "SELECT key, visits > 0 FROM frontier WHERE key IN (SELECT value FROM json_each(?))"
        return {key: bool(visited) for key, visited in self._archive.conn.execute(sql, (told,))}

    def _remember(self, headlines: Iterable[str]) -> None:
        self._seen |= dict.fromkeys(said for said in headlines if said and len(self._seen) < SEEN)

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


def _both(before: Lead, lead: Lead) -> Lead:
    """What is known of a lead that was found again, at the place that says most, with the others beside."""
    first, other = sorted((before, lead), key=lambda one: -RATES[one.place])
    places = dict.fromkeys((*before.said.more, *lead.said.more, (other.place, other.said.list)))
    places.pop((first.place, first.said.list), None)
    title = max(before.said.title, lead.said.title, key=len)
    return msgspec.structs.replace(
        first, said=msgspec.structs.replace(first.said, title=title, more=tuple(places)[: 2 * MORE])
    )


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
