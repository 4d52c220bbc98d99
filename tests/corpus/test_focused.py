"""Crawls for topics over the generated newsroom: what they find, in which order, and when they end."""

from datetime import timedelta
from functools import cache
from pathlib import Path

import msgspec

from archive.store import Archive
from config.clock import SystemClock
from config.topics import Phrases
from crawler.weighing import FLOOR
from tests.corpus import Corpus, measure
from tests.corpus.focused import Crawled, Simulated


@cache
def simulated(generator: str = "A") -> Simulated:
    return Simulated(Corpus(1, generator, 900))


@cache
def collected(generator: str = "A") -> tuple[str, Crawled]:
    papers = simulated(generator)
    name = max(papers.corpus.topics, key=lambda t: len(papers.corpus.of_topic(t)))
    return name, papers.crawl(papers.topic(name, 5))


def test_most_of_a_topic_is_found_with_few_pages() -> None:
    name, crawled = collected()
    wanted = simulated().wanted(name)
    curve = simulated().harvest(name, crawled)
    assert curve.recall(len(curve.at)) >= 0.9
    assert curve.recall(round(2.5 * len(wanted))) >= 0.8
    homes = {f"{simulated().web.base(a.paper)}/" for a in simulated().corpus.of_topic(name)}
    plain = measure.breadth_first([*sorted(wanted)[:5], *sorted(homes)], simulated().web.links, len(curve.at))
    assert curve.rate(len(curve.at)) > 4 * measure.harvest(plain, wanted).rate(len(curve.at))


def test_a_generator_without_sense_is_found_too() -> None:
    name, crawled = collected("B")
    curve = simulated("B").harvest(name, crawled)
    assert curve.recall(len(curve.at)) >= 0.5


def test_no_page_is_fetched_twice_and_none_below_the_floor() -> None:
    _, crawled = collected()
    urls = [one.url for one in crawled.fetched]
    assert len(urls) == len(set(urls))
    assert all(one.lead and one.lead.expected >= FLOOR for one in crawled.fetched)


def test_the_crawl_tells_what_it_did_not_follow() -> None:
    _, crawled = collected()
    told = crawled.focus.collected()
    assert not told.waiting, "it ends when nothing is worth following"
    assert told.poor
    assert told.hopeless > 0
    assert "hardly worth it" in told.told()
    assert told.known >= told.found > 0


def test_the_archive_tells_the_articles_and_why() -> None:
    name, crawled = collected()
    wanted = simulated().wanted(name)
    rows = list(crawled.archive.rows("SELECT a.url, t.why FROM topical t JOIN articles a ON a.id = t.article"))
    assert len({row["url"] for row in rows} & wanted) > 0.9 * len(rows) > 15
    assert all(row["why"] != "[]" for row in rows)


def test_seeds_come_first_then_what_they_lead_to() -> None:
    _, crawled = collected()
    places = [one.lead.place for one in crawled.fetched if one.lead]
    seeds = [at for at, place in enumerate(places) if place == "seed"]
    assert len(seeds) == 5
    assert max(seeds) < 5 + 3, "but for a few newest headlines"


def test_it_goes_on_the_next_day_with_what_is_new(tmp_path: Path) -> None:
    papers = Simulated(Corpus(1, "A", 900))
    name = max(papers.corpus.topics, key=lambda t: len(papers.corpus.of_topic(t)))
    last = max(a.published for a in papers.corpus.articles)
    early = [a for a in papers.corpus.of_topic(name) if a.published < last - timedelta(days=20)]
    topic = msgspec.structs.replace(papers.topic(name, 2), seeds=tuple(papers.web.url(a) for a in early[:5]))
    clock = Later()
    archive = Archive(tmp_path / "a.db", clock=clock)
    papers.web.moment = last - timedelta(days=20)
    first = papers.crawl(topic, archive)
    had = {one.url for one in first.fetched}
    papers.web.moment = last
    clock.ahead = 36 * 3600
    second = papers.crawl(topic, archive)
    new = papers.wanted(name) - {papers.web.url(a) for a in early}
    got = {one.url for one in second.fetched}
    assert len(got & new) >= 0.6 * len(new)
    again = [one for one in second.fetched if one.url in had and "/tim-kiem" not in one.url]
    assert all(one.lead and (one.lead.kind != "article" or one.lead.place == "again") for one in again)
    assert second.focus.found <= len(second.fetched)


def test_a_crawl_that_is_broken_off_loses_no_lead(tmp_path: Path) -> None:
    papers = simulated()
    name, whole = collected()
    archive = Archive(tmp_path / "a.db")
    part = papers.crawl(papers.topic(name, 5), archive, most=40)
    rest = papers.crawl(papers.topic(name, 5), archive)
    urls = [one.url for one in (*part.fetched, *rest.fetched)]
    articles = [one.url for one in (*part.fetched, *rest.fetched) if one.lead and one.lead.kind == "article"]
    assert len(articles) == len(set(articles))
    wanted = papers.wanted(name)
    assert len(wanted & set(urls)) >= 0.9 * len(wanted & {one.url for one in whole.fetched})


def test_a_topic_without_seeds_begins_with_its_phrases() -> None:
    papers = simulated()
    name, _ = collected()
    keys = papers.corpus.writer.keys(name)
    topic = msgspec.structs.replace(papers.topic(name, 1), seeds=(), phrases=Phrases(may=dict.fromkeys(keys, 1.5)))
    curve = papers.harvest(name, papers.crawl(topic))
    assert curve.recall(len(curve.at)) >= 0.6


def test_only_the_papers_and_days_of_the_topic_are_taken() -> None:
    papers = simulated()
    name, _ = collected()
    articles = papers.corpus.of_topic(name)
    paper = articles[0].paper
    own = [a for a in articles if a.paper == paper][:3]
    topic = msgspec.structs.replace(papers.topic(name, 1), seeds=tuple(papers.web.url(a) for a in own), papers=(paper,))
    crawled = papers.crawl(topic)
    assert crawled.fetched
    assert all(one.url.startswith(papers.web.base(paper)) for one in crawled.fetched)


class Later(SystemClock):
    """A clock that can be set ahead."""

    ahead = 0.0

    def seconds(self) -> float:
        return super().seconds() + self.ahead


def test_lists_of_every_kind_are_read_to_their_end() -> None:
    """A topic page, a tag or a search that goes over several pages is followed to the last that brings something."""
    papers = Simulated(Corpus(1, "A", 2500))
    name = max(papers.corpus.topics, key=lambda t: len(papers.corpus.of_topic(t)))
    crawled = papers.crawl(papers.topic(name, 5))
    further = [one for one in crawled.fetched if one.lead and one.lead.said.gain >= 0]
    assert {one.lead.place for one in further if one.lead} & {"topic", "tag", "search"}


def test_a_seed_that_cannot_be_had_holds_nothing_up(tmp_path: Path) -> None:
    """Its row waits for another try; the topic is learnt from the others meanwhile."""
    papers = simulated()
    name, _ = collected()
    topic = papers.topic(name, 5)
    archive = Archive(tmp_path / "a.db")
    gone = topic.seeds[0]
    crawled = papers.crawl(topic, archive, failing={gone})
    assert gone not in {row["url"] for row in archive.rows("SELECT url FROM articles")}
    assert len(papers.wanted(name) & {one.url for one in crawled.fetched}) >= 0.7 * len(papers.wanted(name))
    (left,) = archive.conn.execute("SELECT count(*) FROM leads WHERE key = ?", (gone,)).fetchone()
    assert left == 1, "it is tried again"
