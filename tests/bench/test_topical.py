"""The figures of docs/topics.md are those of the results beside it."""

from tests.bench.topical import MARKS, PAGE, RESULTS, chosen, read_results, summed, table
from tests.corpus import Corpus
from tests.corpus.measure import Score


def test_the_page_shows_the_results_beside_it() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert f"{MARKS[0]}\n\n{table(read_results(RESULTS))}\n{MARKS[1]}" in page


def test_examples_are_of_the_topic_and_the_few_are_among_the_many() -> None:
    corpus = Corpus(3, "A", 200)
    topic = corpus.topics[0]
    five = chosen(corpus, topic, 5)
    assert five[:3] == chosen(corpus, topic, 3) and len(set(five)) == 5
    assert all(corpus.relation(topic, corpus.articles[n]) == "in" for n in five)


def test_topics_are_taken_together_by_their_articles() -> None:
    assert summed([Score(1, 2, 3), Score(10, 20, 30)]) == Score(11, 22, 33)
    told = table([{"generator": "A", "seed": 1, "by": "5", "topics": {"x": [9, 10, 9], "y": [1, 1, 2]}}])
    assert "| A | 5 examples | 1 | 0.909 | 0.909 | 0.909 | 0.909 | 0.807 | 0.667 (2 articles) | 2 of 2 |" in told
