"""A crawl for a topic: which URLs it follows, in which order, and when it has done.

It begins with the topic's articles that the archive has, its seeds, and the papers' own searches, sitemaps, feeds and
front sections. What a page leads to becomes a *lead* with the articles of the topic that it is expected to bring
(`crawler.weighing`): an article at most one, a list as many as it may show that are not known yet. The frontier hands
out the best lead of the hosts that are due, none below `FLOOR`; the crawl ends when there is none. As articles come in
the profile of the topic is learnt anew, and all leads are weighed anew.
"""

from collections import Counter
from collections.abc import Sequence
from functools import partial

import msgspec

from archive.facts import Found, Page
from archive.frontier import Frontier, Lease
from archive.leads import Lead
from archive.manners import asks, is_failure
from archive.moved import target_of
from archive.settling import REDIRECTS
from archive.store import Archive
from archive.terms import Text
from archive.topical import judge_all, judge_some, put
from config.sources import Sources
from config.topics import Topic
from config.urls import canonical
from crawler.leading import Leading
from crawler.weighing import FIRST, FLOOR, SURE, Followed

KNOWN = ("again", "part")
"""Places of leads that bring nothing new."""
PATIENCE = 0.5
"""Part of the best lead's expectation below which others wait."""
SPARE, LOWEST = 2.5, 0.05
"""While a crawl as a whole has cost less than so many pages a find, leads are followed down to this, not to `FLOOR`."""
LEARN_AFTER, LEARN_PART = 12, 0.3
"""The topic is learnt anew after so many articles, and after this part of those that were learnt from."""
WEIGH_AFTER = 8
"""Articles after which all leads are weighed anew by what came of them."""


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


class Focus(Leading):
    """One crawl for a topic: what its session calls."""

    def __init__(
        self, archive: Archive, frontier: Frontier, sources: Sources, topic: Topic, names: Sequence[str],
        seeds: Sequence[Text] = (),
    ) -> None:  # fmt: skip
        super().__init__(archive, frontier, sources, topic, names, seeds)
        self._under_way: dict[str, Lead] = {}
        self._new, self._stale = 0, True
        """Articles since the topic was learnt; whether leads have come or gone since the best was looked for."""
        self.found = self._pages = 0
        """Articles of the topic that this crawl brought; pages that it fetched."""

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

    def settle(self, lease: Lease, page: Page, parts: Sequence[Found] = ()) -> None:
        """A page came: follow it as a list, or wait until it is judged as an article. Inside the keep transaction.

        `parts` are further pages of the same article, which are fetched whatever it turns out to be about.
        """
        if is_failure(page.status) or asks(page, self._archive.clock.seconds()):
            return
        self._stale = True
        self._pages += 1
        lead = self.leads.take_out(lease.key)
        if lead is None:
            return
        if page.status in REDIRECTS:
            target = canonical(self._sources[lease.source], target_of(page.url, page.headers))
            if target != lease.key:
                self.leads.put([msgspec.structs.replace(lead, key=target)])
            return
        if lead.kind == "article":
            key = partial(canonical, self._sources[lease.source])
            self.leads.put(Lead(key(f.url), lease.host, lease.source, "article", "part", expected=SURE) for f in parts)
            if page.status == 200 and not page.truncated:
                self._under_way[lease.key] = lead
            else:
                self._followed.append(Followed(lead, None))
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
            if lead and lead.place not in KNOWN:
                self._followed.append(Followed(lead, number))
                self._note(lead, taken)
                if len(self._followed) % WEIGH_AFTER == 0:
                    self._weigh_all()
            if number is not None:
                self.found += taken and (lead is None or lead.place not in KNOWN)
                self._expand(number)
            self._write_yields()

    def wait_for_the_best(self) -> None:
        """Let the frontier hold back what promises less than `PATIENCE` of the best that is due at any paper.

        Papers are asked side by side; without, each would be asked for its best lead, however poor that is.
        """
        if self._frontier.floor < FIRST and self._stale:
            self._stale = False
            best = min(1.0, self.leads.best(self._archive.clock.seconds()))
            self._frontier.floor = max(self._floor, PATIENCE * best)

    def wait_no_longer(self) -> None:
        """The best cannot be had now: whatever is worth following is handed out."""
        if self._frontier.floor < FIRST:
            self._frontier.floor = self._floor

    def failed(self, key: str) -> None:
        """A fetch failed: the lead stays beside its row."""
        self._under_way.pop(key, None)
        self._stale = True

    @property
    def _floor(self) -> float:
        """What a lead is expected to bring at least to be followed now."""
        return LOWEST if self._pages < SPARE * self.found else FLOOR

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
        profile = self._learner.learn(headlines=self._seen)
        self._frontier.floor = self._floor if profile.terms or profile.phrases else FIRST
        with self._archive.transaction():
            put(self._archive, self._topic, profile)
        judge_some(self._archive, self._topic.name, self._learner.articles)
        with self._archive.transaction() as db:
            self._weigh(profile, self._learner.learnt)
            for (number,) in db.execute("SELECT article FROM topical WHERE topic = ?", (self._topic.name,)).fetchall():
                self._expand(number)
            self._recount()
            self._weigh_all()
            self._phrases = self._choose_phrases()
            for name in self._names:
                self._searches(self._sources[name])
            self._write_yields()

    def learn_last(self) -> bool:
        """Nothing more is to be had now: learn from what came since the last time; whether there was anything.

        So a seed whose paper does not answer keeps nobody from learning from the others.
        """
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
            (waiting if lead.expected >= self._floor else poor)[lead.place] += 1
        known = "SELECT count(*) FROM topical WHERE topic = ?"
        (count,) = self._archive.conn.execute(known, (self._topic.name,)).fetchone()
        return Collected(self.found, count, dict(waiting), dict(poor), self.hopeless)
