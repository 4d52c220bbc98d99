"""Where a topic's crawl finds its leads: seeds, lists, searches, and the links of articles that are of the topic."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date

import msgspec

from archive.facts import Found, Hints, Page, PageKind
from archive.frontier import Frontier, Lease
from archive.hosts import host_of
from archive.leads import Lead, Said
from archive.store import Archive
from archive.terms import Text
from archive.topical import Learner
from config.fold import fold
from config.searching import search_url
from config.slugs import slug_words
from config.sources import Source, Sources
from config.topics import Topic
from config.urls import article_key, canonical, classify
from crawler.asking import Asking, Syllables, phrases
from crawler.expecting import MORE, RATES, worth
from crawler.listing import days_of_list, leads_of
from crawler.weighing import FIRST, FLOOR, SURE, Weighing

KEPT = 0.02
"""Below this a link is counted and forgotten."""
LOOKS = 3
"""Papers whose newest headlines are looked at first, to know what they write of otherwise."""
QUERIES, QUERIES_NONE = 4, 2
"""Phrases that papers are asked for, and those of which nothing is known that is of the topic."""
BAD = 0.2
"""Part of a phrase's leads that led to the topic below which papers are asked for another one."""
WORSE = 0.33
"""A question that finds so little, beside the best one, is as good as that: both are guesses."""
SEEN = 4000
"""Headlines that are remembered to know how those of all subjects look."""
_LINKS = "SELECT kind, url, title, target FROM links WHERE article = ? ORDER BY n"
_OTHERS = "SELECT (SELECT count(*) FROM articles) - (SELECT count(*) FROM topical WHERE topic = ?)"
_HELD = """
SELECT count(t.article), count(*) FROM articles_fts f LEFT JOIN topical t ON t.article = f.rowid AND t.topic = ?
WHERE f.articles_fts MATCH ?
"""
_TAGGED = """
SELECT sum(t.article IS NOT NULL), count(*) FROM links l
LEFT JOIN topical t ON t.article = l.article AND t.topic = ? WHERE l.url = ? AND l.kind = ?
"""


class Leading(Weighing):
    """Finds the leads of one topic at the papers `names`, and writes them beside the frontier's rows."""

    def __init__(
        self, archive: Archive, frontier: Frontier, sources: Sources, topic: Topic, names: Sequence[str],
        seeds: Sequence[Text] = (),
    ) -> None:  # fmt: skip
        """`seeds` are the texts of the topic's files."""
        super().__init__(archive, topic)
        self._frontier, self._sources = frontier, sources
        self._names = [name for name in names if not topic.papers or name in topic.papers]
        self._learner = Learner(archive, topic, sources, seeds)
        self._expanded, self._asked = set[int](), dict[str, dict[str, None]]()
        self._phrases = list[str]()
        self.hopeless = self._others = 0

    def _seeds(self) -> None:
        found = []
        for url in self._topic.urls:
            source = self._sources.of(url)
            if source and self._number(article_key(source, url)) is None:
                found.append((source, Found(url=url, kind="article"), "seed", Said()))
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
            Lead(key, host, source, "article", "again", expected=SURE)
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
        asked = self._asked.setdefault(source.id, {})
        most = QUERIES if self._at[source.id] else QUERIES_NONE
        useful, found = sum(self.kept(said) >= BAD for said in asked), []
        for said in self._phrases:
            url = search_url(source, said)
            if url and said not in asked and useful < most:
                asked[said] = None
                useful += 1
                found.append((source, _list(url, "section"), "search", Said(words=said)))
        self._put(found)

    def _choose_phrases(self) -> list[str]:
        """What papers are asked for, the best first: declared phrases, then what is learnt to find most; not what was
        seen to find little. What a poorer profile asked for is weighed beside what would be asked now."""
        declared = sorted(self._profile.phrases, key=lambda said: -self._profile.phrases[said])
        (self._others,) = self._archive.conn.execute(_OTHERS, (self._topic.name,)).fetchone()
        learnt = self._learner.learnt
        parts = learnt.parts if learnt else dict.fromkeys(self._profile.terms, (0.5, 0.0))
        asking = Asking(parts, Syllables(self._seen), self._held)
        best = asking.best()
        finds = {
            said: asking.finds(said)
            for said in {*best[:1], *(said for asked in self._asked.values() for said in asked)}
        }
        self._asking = (
            {said: min(1.0, found / (WORSE * finds[best[0]])) for said, found in finds.items()} if best else {}
        )
        self._asking |= dict.fromkeys(declared, 1.0)
        return phrases(declared, best, QUERIES, lambda said: self.kept(said) >= BAD)

    def _held(self, said: str) -> tuple[int, int, int, int]:
        """What a paper's search would find for `said` of what is in the archive: articles of the topic, of how many,
        others, of how many."""
        words = " AND ".join(f'"{syllable}"' for syllable in fold(said).split())
        own, every = self._archive.conn.execute(_HELD, (self._topic.name, f"{{folded}} : ({words})")).fetchone()
        return own, self._at.total(), every - own, self._others

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
        leads = self._put(entries)
        gain = sum(leads)
        if lead.place != "index":
            guess = self._first_guess(lead)
            asking = lead.place == "search" and lead.said.gain < 0 and not self._at[lead.source]
            kinds = () if asking else ((f"lists: {lead.place}", guess),)
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
            elif f.hints.section:  # the next page: other lists in sight are no part of one
                best, cost = worth(leads)
                further.append((source, f, lead.place, msgspec.structs.replace(lead.said, gain=best, cost=cost)))
        self._put(further)

    def _wants(self, days: tuple[date, date]) -> bool:
        first, last = days
        after = self._topic.since is None or last >= self._topic.since
        return after and (self._topic.until is None or first <= self._topic.until)

    def _expand(self, number: int) -> None:
        """The links of an article of the topic, once; those of another one are hardly worth it."""
        if number in self._expanded or not self._is_taken(number):
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

    def _put(self, found: Sequence[tuple[Source, Found, str, Said]], *, weighed: bool = True) -> list[float]:
        """Write what was found as leads; answers what is expected of the new articles that are worth following."""
        leads: dict[str, Lead] = {}
        rows, worthy = [], []
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
                worthy.append(lead.expected)
            leads[key] = lead
            rows.append(msgspec.structs.replace(f, aimed=True))
        self._frontier.add(rows)
        self.leads.put(leads.values())
        return worthy

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


def _both(before: Lead, lead: Lead) -> Lead:
    """What is known of a lead that was found again, at the place that says most, with the others beside."""
    first, other = sorted((before, lead), key=lambda one: -RATES[one.place])
    places = dict.fromkeys((*before.said.more, *lead.said.more, (other.place, other.said.list)))
    places.pop((first.place, first.said.list), None)
    title = max(before.said.title, lead.said.title, key=len)
    return msgspec.structs.replace(
        first, said=msgspec.structs.replace(first.said, title=title, more=tuple(places)[: 2 * MORE])
    )


def _said(f: Found) -> str:
    return f.hints.title or f.hints.anchor or slug_words(f.url)


def _list(url: str, kind: PageKind, hints: Hints | None = None) -> Found:
    return Found(url=url, kind=kind, hints=hints or Hints())
