"""The evaluator counts right, and texts are as unlike as in real papers."""

from functools import cache

import pytest

from tests.corpus import Corpus, measure
from tests.corpus.web import Web


@cache
def made(seed: int, generator: str) -> Corpus:
    """A corpus of 1,500, made once for all tests of this file: they only read it."""
    return Corpus(seed, generator, 1500)


def test_scores_of_sets() -> None:
    said = measure.score({1, 2, 3, 9}, {1, 2, 4, 5}, ignored={9, 5})
    assert (said.right, said.found, said.true) == (2, 3, 3)
    assert said.precision == pytest.approx(2 / 3)
    assert said.recall == pytest.approx(2 / 3)
    assert said.f1 == pytest.approx(2 / 3)
    assert measure.false_per_thousand(said) == pytest.approx(1000 / 3)
    assert measure.score([], {1}).precision == 1
    assert measure.score([], {1}).f1 == 0


def test_a_harvest_is_counted_page_by_page() -> None:
    curve = measure.harvest(["a", "x", "b", "a", "c"], {"a", "b", "c", "d"})
    assert curve.at == (1, 1, 2, 2, 3)
    assert curve.rate(2) == 0.5
    assert curve.recall(5) == 0.75
    assert curve.pages_for(0.5) == 3
    assert curve.pages_for(1) is None


def test_breadth_first_takes_what_it_met_first() -> None:
    leads = {"a": ["b", "c"], "b": ["a", "d"], "c": ["e"]}
    assert measure.breadth_first(["a"], lambda url: leads.get(url, []), 4) == ["a", "b", "c", "d"]


def test_pairs_that_are_unclear_or_within_a_paper_count_on_neither_side() -> None:
    corpus = made(1, "A")
    clear = [(p.one, p.other) for p in corpus.pairs if p.clear]
    unclear = [(p.other, p.one) for p in corpus.pairs if not p.clear]
    assert unclear
    within = next(
        (a.id, b.id) for a, b in zip(corpus.articles, corpus.articles[1:], strict=False) if a.paper == b.paper
    )
    false = [(n.one, n.other) for n in corpus.negatives[:3]]
    said = measure.copy_score(corpus, [*clear[1:], *unclear, within, *false])
    assert (said.right, said.found, said.true) == (len(clear) - 1, len(clear) + 2, len(clear))


def test_roundups_count_on_neither_side_of_a_topic() -> None:
    corpus = made(1, "A")
    topic = next(t for t in corpus.topics if any(corpus.relation(t, a) == "mixed" for a in corpus.articles))
    found = [a.id for a in corpus.articles if corpus.relation(topic, a) in ("in", "mixed")]
    assert measure.topic_score(corpus, topic, found).f1 == 1
    assert measure.topic_score(corpus, topic, [*found, *(n.one for n in corpus.negatives[:1])]).f1 <= 1


@pytest.mark.parametrize(("generator", "seed"), [("A", 1), ("A", 5), ("B", 5)])
def test_unrelated_reports_are_as_unlike_as_in_real_papers(generator: str, seed: int) -> None:
    """DESIGN.md: unrelated articles reach 0.20 at most, copies are at 0.49 or more. Among 1,500 articles the
    likest unrelated pair may be a little likelier than among the few hundred that were measured there."""
    corpus = made(seed, generator)
    values = measure.likeness(corpus, lambda a, b: not corpus.alike(a, b))
    assert measure.quantile(values, 0.5) < 0.09
    assert measure.quantile(values, 0.99) <= 0.20
    assert values[-1] < 0.30
    assert measure.quantile(values, 0.5) > 0.01, "real papers share names and turns of phrase"


@pytest.mark.parametrize("generator", ["A", "B"])
def test_copies_and_look_alikes_are_where_the_design_has_them(generator: str) -> None:
    corpus = made(4, generator)
    sets = [measure.shingles(a.story.text) for a in corpus.articles]
    clear = [measure.containment(sets[p.one], sets[p.other]) for p in corpus.pairs if p.clear]
    assert min(clear) > 0.42
    by_kind: dict[str, list[float]] = {}
    for n in corpus.negatives:
        by_kind.setdefault(n.why, []).append(measure.containment(sets[n.one], sets[n.other]))
    assert max(by_kind["column"]) > 0.9, "a column is nearly another paper's"
    assert max(by_kind["headlines"]) > 0.6
    assert max(by_kind["event"]) < 0.42
    assert max(by_kind["speech"]) < 0.42
    assert max(by_kind["speech"]) > 0.12


def test_key_phrases_alone_miss_and_mistake() -> None:
    """What makes the task one: the phrases by which anybody would search reach no 0.95."""
    for generator in "AB":
        corpus = made(1, generator)
        scores = [measure.topic_score(corpus, t, measure.keyword_match(corpus, t)).f1 for t in corpus.topics]
        assert max(scores) < 0.95
        assert min(scores) > 0.3


def test_breadth_first_brings_little_home() -> None:
    corpus = Corpus(1, "A", 2500)
    web = Web(corpus)
    for topic in corpus.topics[:3]:
        wanted = {web.url(a) for a in corpus.of_topic(topic)}
        budget = int(2.5 * len(wanted))
        fetched = measure.breadth_first(sorted(wanted)[:3], web.links, budget)
        assert measure.harvest(fetched, wanted).recall(budget) < 0.6
