"""What every lead of a topic's crawl is expected to bring, from all that came of others; kept in `leads` and `yields`.

Of an article that is a chance; of a list the finds a page when each find costs a page of its own.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import date

import msgspec

from archive.leads import Lead, Leads, Yield
from archive.learning import Learnt
from archive.relevance import Profile
from archive.store import Archive
from config.topics import Topic
from crawler.expecting import (
    FADING,
    GAINS,
    HERE,
    RATES,
    STUBBORN,
    Titles,
    Words,
    calibrated,
    further,
    probability,
    shift,
)  # fmt: skip

FLOOR = 0.15
"""Articles that a lead is expected to bring at least; below, it is not followed."""
FIRST = 100.0
"""What is expected of a seed: before the topic is learnt from these, nothing else is followed."""
SURE = 0.99
"""What is expected of what is known to be of the topic."""
EXPECTED = {"seed": FIRST, "again": SURE, "part": SURE}
"""Leads that nothing is to be learnt from: seeds, later visits, further pages of an article."""
SOME = 0.5
"""What is expected of a question to a paper's own search, whether it has anything of the topic at all: as much as came
of the same question at other papers, and this where none was asked."""
WHOLE = ("index", "sitemap")
"""Lists of all that a paper printed: they may have what no other way leads to at a paper that seems to have nothing."""
GOOD = 0.6
"""Part of the leads worth following from a list, of which nothing is known, that lead to the topic."""
CELLS = (1.0, 0.6, 0.2)
"""How much leads count for another one by the tenths between what was expected of them."""
SWAY = 1.5
"""By how much, in logarithms of odds, one list can be worse than others of its kind; better by half of that."""


class Followed(msgspec.Struct):
    """A lead that was followed, and the article that it brought, if any."""

    lead: Lead
    number: int | None


class Weighing:
    """What is expected of the leads of one topic."""

    def __init__(self, archive: Archive, topic: Topic) -> None:
        """Earlier crawls' links count for half, as papers go on writing, and their lists not at all: what was read to
        its end yesterday shows what is new today."""
        self._archive, self._topic, self.leads = archive, topic, Leads(archive.conn, topic.name)
        self._before = {
            what: Yield(y.followed / 2, y.found / 2)
            for what, y in self.leads.yields().items()
            if not what.startswith("lists")
        }
        self._yields: dict[str, Yield] = defaultdict(Yield)
        self._changed = set[str]()
        self._restore(self._before)
        self._seen: dict[str, None] = {}
        """Headlines of all subjects."""
        self._followed: list[Followed] = []
        self._read: dict[str, float] = defaultdict(float)
        """What was expected at first of the lists that were read, by their sorts."""
        self._lists: dict[str, Lead] = {}
        """The leads to lists, which are weighed anew after each list that came."""
        self._asking: dict[str, float] = {}
        """What the questions that were asked find, beside what the best one does."""
        self._days: Counter[date] = Counter()
        self._at: Counter[str] = Counter()

    def _weigh(self, profile: Profile, learnt: Learnt | None = None) -> None:
        self._profile, self._words = profile, Words(profile, learnt.parts if learnt else {})
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
        if lead.place in EXPECTED:
            return EXPECTED[lead.place]
        if lead.kind == "article":
            return self._chance(lead)
        if lead.place == "search" and lead.said.gain < 0 and not self._at[lead.source]:
            return self.kept(lead.said.words) * min(1.0, self._factor(f"lists of {lead.source}"))
        return self._worth(lead)

    def _worth(self, lead: Lead) -> float:
        """Finds a page of a list and of the articles that it leads to: never more than these bring each."""
        gain, cost = self._first_guess(lead), FADING * lead.said.cost
        factor = self._factor("lists: sitemap" if lead.place == "index" else f"lists: {lead.place}")
        if lead.place not in WHOLE:
            factor *= self._factor(f"lists of {lead.source}")
        if lead.said.gain < 0:
            cost = gain / (self.kept(lead.said.words) if lead.place == "search" else self._good(lead.place))
            cost += lead.place == "index"  # which brings only further lists
        elif lead.place == "search":
            factor *= min(1.0, self.kept(lead.said.words) / SOME)
        return factor * gain / (1 + max(factor, 1) * cost)

    def _chance(self, lead: Lead) -> float:
        """What is expected of an article's lead by all that came of others."""
        base = self._base(lead)
        own, place = int(base * 10), self._yields.get(f"links: {lead.place}")
        if place is None or not place.followed:
            return base
        cells = ((CELLS[abs(n - own)], self._yields.get(f"{lead.place} {n}")) for n in range(own - 2, own + 3))
        chance = calibrated(base, [(counts, one) for counts, one in cells if one])
        chance = min(chance, probability(base, SWAY / 2))  # one that was lucky makes no good ones of all poor ones
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

    def kept(self, words: str) -> float:
        """The part of the leads from searches for `words`, at all papers, that led to the topic; at first `SOME`, or
        less where something else would find more."""
        known = self._yields.get(f"on search: {words}", Yield())
        return (known.found + STUBBORN * SOME * self._asking.get(words, 1.0)) / (known.followed + STUBBORN)

    def _good(self, place: str) -> float:
        """The part of the leads from such lists, of those that were worth following, that led to the topic."""
        known, first = self._yields.get(f"links: {place}", Yield()), max(GOOD, RATES.get(place, 0))
        return (known.found + STUBBORN * first) / (known.followed + STUBBORN)

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
        if lead.place in EXPECTED:
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

    def _number(self, article: str) -> int | None:
        row = self._archive.conn.execute("SELECT id FROM articles WHERE article = ?", (article,)).fetchone()
        return int(row[0]) if row else None

    def _is_taken(self, number: int) -> bool:
        sql = "SELECT 1 FROM topical WHERE topic = ? AND article = ?"
        return self._archive.conn.execute(sql, (self._topic.name, number)).fetchone() is not None


def _odds_of(lead: Lead) -> float:
    """What the list's, or the tag's, own articles say."""
    if lead.place not in ("tag", "topic") or not lead.said.of:
        return 0.0
    return max(-2.0, min(2.0, math.log(lead.said.of / (1 - lead.said.of)))) if lead.said.of < 1 else 2.0
