"""`python -m tests.bench.topical`: how well topics are learnt from a few examples, on generated newsrooms.

Of each corpus every topic is learnt from 5, and from 3, of its articles, chosen at random; the sample is what an
archive of the corpus would show (`archive.topical.sampled`). All articles are judged. The examples themselves, and
roundups that hold a story of the topic among others, count on neither side. The baseline takes what has one of the
topic's key phrases (`tests.corpus.measure.keyword_match`), which a keeper would have to know.
"""

import argparse
import json
import shutil
import sys
import time
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from random import Random
from typing import Any

from archive.learning import learn
from archive.numbered import doc, relevances
from archive.terms import Counted, Text, counted
from archive.topical import SAMPLE
from config.background import background
from tests.corpus import WRITERS, Article, Corpus
from tests.corpus.measure import Score, keyword_match, topic_score
from tests.corpus.pages import key

EXAMPLES = (5, 3)
SEEDS = (1, 2, 3, 4, 5, 6)
PAGE = Path(__file__).parents[2] / "docs" / "topics.md"
RESULTS = PAGE.with_suffix(".jsonl")
MARKS = ("<!-- figures of tests.bench.topical -->", "<!-- end of figures -->")


class Read:
    """A corpus as numbers: what a learner is shown, and what is judged."""

    def __init__(self, corpus: Corpus) -> None:
        self.corpus = corpus
        self.docs = [doc(counted(text_of(article))) for article in corpus.articles]

    def sample(self, most: int, without: Sequence[int]) -> list[int]:
        """The articles that an archive of the corpus would show a learner."""
        ranked = sorted(self.corpus.articles, key=lambda a: zlib.crc32(key(self.corpus.papers[a.paper], a).encode()))
        return [a.id for a in ranked if a.id not in without][:most]

    def counted(self, number: int) -> Counted:
        """The terms of one article."""
        return counted(text_of(self.corpus.articles[number]))


def text_of(article: Article) -> Text:
    """What of an article says what it is about."""
    story = article.story
    return Text(story.title, story.lead or "", "\n\n".join(story.paragraphs), story.tags, (article.section,))


def chosen(corpus: Corpus, topic: str, count: int) -> list[int]:
    """So many examples of a topic: the first of a seeded shuffle."""
    there = [a.id for a in corpus.of_topic(topic)]
    return Random(f"{corpus.seed}/{topic}").sample(there, len(there))[:count]


def learnt(read: Read, topic: str, count: int, most: int = SAMPLE) -> tuple[Score, float]:
    """How well the topic is found that was learnt from `count` examples, and the seconds that learning took."""
    seeds = chosen(read.corpus, topic, count)
    sample = read.sample(most, seeds)
    began = time.process_time()
    found = learn(
        [read.counted(n) for n in seeds], [read.docs[n] for n in sample], lambda place: read.counted(sample[place]),
        background=background(),
    )  # fmt: skip
    took = time.process_time() - began
    assert found is not None
    taken = [n for n, relevance in enumerate(relevances(found.terms, read.docs)) if relevance >= 1]
    own = topic_score(read.corpus, topic, [n for n in taken if n not in seeds])
    return own._replace(true=own.true - len(seeds)), took


def measure(generator: str, seed: int, size: int) -> Iterator[dict[str, Any]]:
    """The results of one corpus, one line for each number of examples, the baseline's last."""
    read = Read(Corpus(seed, generator, size))
    for count in EXAMPLES:
        scores, seconds = {}, []
        for topic in read.corpus.topics:
            scores[topic], took = learnt(read, topic, count)
            seconds.append(took)
        yield _line(read.corpus, str(count), scores) | {"seconds": round(sum(seconds) / len(seconds), 1)}
    by_keys = {
        topic: topic_score(read.corpus, topic, keyword_match(read.corpus, topic)) for topic in read.corpus.topics
    }
    yield _line(read.corpus, "keys", by_keys)


def _line(corpus: Corpus, by: str, scores: Mapping[str, Score]) -> dict[str, Any]:
    return {
        "generator": corpus.generator,
        "seed": corpus.seed,
        "by": by,
        "topics": {topic: list(told) for topic, told in scores.items()},
    }


def summed(scores: Iterable[Score]) -> Score:
    """All topics taken together."""
    return Score(*map(sum, zip(*scores, strict=True)))


def _told(line: dict[str, Any]) -> str:
    scores = {topic: Score(*told) for topic, told in line["topics"].items()}
    worst = min(scores, key=lambda topic: scores[topic].f1)
    micro, macro = summed(scores.values()), sum(s.f1 for s in scores.values()) / len(scores)
    each = " ".join(f"{t}:{s.precision:.3f}/{s.recall:.3f}={s.f1:.3f}({s.true})" for t, s in scores.items())
    return (
        f"{line['generator']}/{line['seed']} {line['by']:>4}: micro {micro.precision:.3f}/{micro.recall:.3f}"
        f" F1 {micro.f1:.3f} macro {macro:.3f} worst {worst} {scores[worst].f1:.3f}\n    {each}"
    )


def table(results: Sequence[dict[str, Any]]) -> str:
    """The table of docs/topics.md: a line for each generator and number of examples, over all its seeds."""
    heads = ["generator", "learnt from", "corpora", "precision", "recall", "F1", "lowest corpus", "mean topic",
             "worst topic", "topics under 0.95"]  # fmt: skip
    lines = [heads, ["---"] * len(heads)]
    kinds = dict.fromkeys((line["generator"], line["by"]) for line in results)
    for generator, by in kinds:
        corpora = [
            [Score(*told) for told in line["topics"].values()]
            for line in results
            if (line["generator"], line["by"]) == (generator, by)
        ]
        every = [score for scores in corpora for score in scores]
        all_of = summed(every)
        worst = min(every, key=lambda s: s.f1)
        told = [all_of.precision, all_of.recall, all_of.f1, min(summed(c).f1 for c in corpora)]
        told += [sum(s.f1 for s in every) / len(every)]
        lines.append(
            [
                generator,
                "key phrases" if by == "keys" else f"{by} examples",
                str(len(corpora)),
                *(f"{value:.3f}" for value in told),
                f"{worst.f1:.3f} ({worst.true} articles)",
                f"{sum(s.f1 < 0.95 for s in every)} of {len(every)}",
            ]
        )
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def read_results(path: Path = RESULTS) -> list[dict[str, Any]]:
    """The results, sorted; of one corpus the last."""
    told = map(json.loads, path.read_text(encoding="utf-8").splitlines())
    found = {
        (line["generator"], line["by"] == "keys", -len(line["by"]), line["by"], line["seed"]): line for line in told
    }
    return [found[one] for one in sorted(found, key=lambda one: (one[0], one[1], one[3] != "5", one[4]))]


def write_docs(results: Path) -> None:
    """Put the table into docs/topics.md, and keep the results beside it."""
    if results != RESULTS:
        shutil.copyfile(results, RESULTS)
    page = PAGE.read_text(encoding="utf-8")
    before, _, rest = page.partition(MARKS[0])
    after = rest.partition(MARKS[1])[2]
    PAGE.write_text(f"{before}{MARKS[0]}\n\n{table(read_results())}\n{MARKS[1]}{after}", encoding="utf-8")


def main() -> None:
    """Learn and measure."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.topical", description=__doc__)
    parser.add_argument("--seeds", type=int, nargs="+", default=SEEDS, help="of the corpora (default: 1 to 6)")
    parser.add_argument("--generators", nargs="+", choices=list(WRITERS), default=list(WRITERS))
    parser.add_argument("--size", type=int, default=5200, help="articles of a corpus (default: %(default)s)")
    parser.add_argument("--results", type=Path, default=Path("data/topical.jsonl"), help="(default: %(default)s)")
    parser.add_argument("--write-docs", action="store_true", help="put the results into docs/topics.md")
    told = parser.parse_args()
    told.results.parent.mkdir(parents=True, exist_ok=True)
    for seed in told.seeds:
        for generator in told.generators:
            for line in measure(generator, seed, told.size):
                with told.results.open("a", encoding="utf-8") as file:
                    file.write(json.dumps(line, ensure_ascii=False) + "\n")
                print(_told(line), flush=True)
    if told.write_docs:
        write_docs(told.results)


if __name__ == "__main__":
    sys.exit(main())
