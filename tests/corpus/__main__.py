"""``python -m tests.corpus``: the figures of the corpus and of the baselines, for some seeds and both generators.

python -m tests.corpus [SEED…]
"""

import sys
import time

from tests.corpus import WRITERS, Corpus, measure
from tests.corpus.web import Web

SEEDS_OF_A_CRAWL = 3
BUDGET = 2.5
"""Pages a crawl may fetch, as a multiple of the topic's articles."""


def main(seeds: list[int]) -> None:
    """Print one block for each corpus."""
    for generator in WRITERS:
        for seed in seeds:
            start = time.process_time()
            corpus = Corpus(seed, generator)
            took = time.process_time() - start
            print(f"{generator} {seed}: {len(corpus.articles)} articles in {took:.1f} s of CPU")
            _copies(corpus)
            _likeness(corpus)
            _topics(corpus)


def _copies(corpus: Corpus) -> None:
    clear = sum(pair.clear for pair in corpus.pairs)
    print(f"  {len(corpus.families)} families, {clear} clear pairs, {len(corpus.pairs) - clear} unclear")
    sets = [measure.shingles(a.story.text) for a in corpus.articles]
    groups: dict[str, list[float]] = {"clear pairs": []}
    for pair in corpus.pairs:
        if pair.clear:
            groups["clear pairs"].append(measure.containment(sets[pair.one], sets[pair.other]))
    for negative in corpus.negatives:
        groups.setdefault(negative.why, []).append(measure.containment(sets[negative.one], sets[negative.other]))
    for name, values in groups.items():
        values.sort()
        shown = " ".join(f"{measure.quantile(values, at):.2f}" for at in (0, 0.05, 0.5, 0.95, 1))
        print(f"  containment of {name} ({len(values)}), 0/5/50/95/100 %: {shown}")


def _likeness(corpus: Corpus) -> None:
    values = measure.likeness(corpus, lambda a, b: not corpus.alike(a, b))
    shown = " ".join(f"{measure.quantile(values, at):.3f}" for at in (0.5, 0.9, 0.99, 0.999, 1))
    print(f"  greatest containment with an unrelated article ({len(values)} reports), 50/90/99/99.9/100 %: {shown}")


def _topics(corpus: Corpus) -> None:
    web = Web(corpus)
    for topic in corpus.topics:
        articles = corpus.of_topic(topic)
        said = measure.topic_score(corpus, topic, measure.keyword_match(corpus, topic))
        wanted = {web.url(a) for a in articles}
        seeds = sorted(wanted)[:: max(1, len(wanted) // SEEDS_OF_A_CRAWL)][:SEEDS_OF_A_CRAWL]
        homes = [f"{web.base(paper)}/" for paper in sorted({a.paper for a in articles})]
        budget = int(BUDGET * len(wanted))
        curve = measure.harvest(measure.breadth_first([*seeds, *homes], web.links, budget), wanted)
        print(
            f"  {topic}: {len(articles)} articles in {len(homes)} papers; key phrases: precision {said.precision:.3f},"
            f" recall {said.recall:.3f}, F1 {said.f1:.3f}; breadth first: {curve.rate(budget):.3f} a page,"
            f" recall {curve.recall(budget):.3f} at {budget} pages"
        )


if __name__ == "__main__":
    main([int(seed) for seed in sys.argv[1:]] or [1, 2])
