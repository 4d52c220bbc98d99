"""The corpus is what it says: the same every time, large, varied, and true to its labels."""

import os
import subprocess
import sys
from collections import Counter
from hashlib import sha256
from pathlib import Path

import pytest

from archive.store import Archive
from tests.conftest import ROOT
from tests.corpus import WRITERS, Corpus, copies, records

SMALL = 700


def digest(corpus: Corpus) -> str:
    return sha256(repr((corpus.articles, corpus.pairs, corpus.negatives)).encode()).hexdigest()


@pytest.fixture(scope="module", params=sorted(WRITERS))
def corpus(request: pytest.FixtureRequest) -> Corpus:
    return Corpus(1, request.param, SMALL)


def test_the_same_seed_makes_the_same_corpus_in_another_process(corpus: Corpus) -> None:
    told = f"from tests.corpus.test_corpus import *; print(digest(Corpus(1, {corpus.generator!r}, SMALL)))"
    env = os.environ | {"PYTHONHASHSEED": "77", "PYTHONPATH": str(ROOT)}
    run = subprocess.run([sys.executable, "-c", told], env=env, cwd=ROOT, capture_output=True, text=True, check=True)
    assert run.stdout.strip() == digest(corpus)


def test_another_seed_makes_another_corpus(corpus: Corpus) -> None:
    other = Corpus(2, corpus.generator, SMALL)
    assert not {a.story.text for a in corpus.articles} & {a.story.text for a in other.articles}


def test_it_is_as_large_as_asked_and_all_papers_write(corpus: Corpus) -> None:
    assert abs(len(corpus.articles) - SMALL) < SMALL * 0.12
    assert {a.paper for a in corpus.articles} == set(corpus.papers)
    assert len(corpus.papers) == 20
    numbers = [(a.paper, a.number) for a in corpus.articles]
    assert len(set(numbers)) == len(numbers)
    assert [a.published for a in corpus.articles] == sorted(a.published for a in corpus.articles)


def test_a_whole_corpus_has_five_thousand_articles_and_topics_of_the_sizes_promised() -> None:
    whole = Corpus(3)
    assert len(whole.articles) >= 5000
    sizes = sorted(len(whole.of_topic(topic)) for topic in whole.topics)
    assert len(sizes) >= 6
    assert sizes[0] >= 55
    assert sizes[-1] <= 260
    for topic in whole.topics:
        assert len({a.paper for a in whole.of_topic(topic)}) >= 6, topic


def test_a_generator_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError, match="no generator 'Z': A or B"):
        Corpus(1, "Z")


def test_topics_have_near_topics_and_labels_are_one_of_four(corpus: Corpus) -> None:
    for topic in corpus.topics:
        seen = Counter(corpus.relation(topic, a) for a in corpus.articles)
        assert seen["in"] >= 8, topic
        assert seen["near"] >= 3, topic
        assert seen["in"] + seen["near"] + seen["mixed"] + seen["out"] == len(corpus.articles)


def test_no_two_subjects_have_one_topic_page(corpus: Corpus) -> None:
    subjects = [s for kind in ("topic", "near", "plain") for s in corpus.writer.subjects(kind)]
    assert len({corpus.writer.title(s) for s in subjects}) == len(subjects)


def test_mute_reports_do_without_the_key_phrases(corpus: Corpus) -> None:
    mute = [a for a in corpus.articles if a.mute and a.kind == "report"]
    assert mute
    spoken = 0
    for article in mute:
        keys = [key.lower() for key in corpus.writer.keys(article.subject)]
        spoken += any(key in article.story.text.lower() for key in keys)
    assert spoken <= len(mute) * 0.05


def test_every_copy_holds_what_its_truth_says(corpus: Corpus) -> None:
    seen = Counter[str]()
    for family in corpus.families:
        assert family.members[0].delay == 0
        assert [m.delay for m in family.members] == sorted(m.delay for m in family.members)
        assert family.owner in {corpus.articles[m.article].paper for m in family.members}
        for member in family.members:
            article = corpus.articles[member.article]
            text = article.story.text
            seen.update(member.changes or ("none",))
            assert member.kept == pytest.approx(copies.kept(family.text.text, text))
            if not member.changes:
                assert article.story._replace(tags=()) == family.text._replace(tags=())
            if "retitled" not in member.changes and article.kind == "copy":
                assert article.story.title == family.text.title
            if set(member.changes) <= {"retitled", "cluttered", "extended"}:
                assert member.kept == 1
            if "merged" in member.changes:
                assert family.text.title in article.story.paragraphs
            if "corrected" in member.changes and not {"trimmed"} & set(member.changes):
                assert member.kept < 1
    assert set(seen) == {"none", "retitled", "trimmed", "cluttered", "corrected", "releaded", "extended", "merged"}


def test_pairs_are_of_different_papers_and_mostly_clear(corpus: Corpus) -> None:
    for pair in corpus.pairs:
        assert corpus.articles[pair.one].paper != corpus.articles[pair.other].paper
    assert sum(pair.clear for pair in corpus.pairs) > len(corpus.pairs) * 0.9


def test_negatives_are_no_pairs_and_of_every_kind(corpus: Corpus) -> None:
    true = {(pair.one, pair.other) for pair in corpus.pairs}
    assert {n.why for n in corpus.negatives} == {"column", "headlines", "speech", "event", "formula"}
    for negative in corpus.negatives:
        assert (negative.one, negative.other) not in true
        assert corpus.articles[negative.one].paper != corpus.articles[negative.other].paper


def test_edits_come_later_and_change_something(corpus: Corpus) -> None:
    edited = [a for a in corpus.articles if a.edits]
    assert len(edited) > len(corpus.articles) * 0.01
    for article in edited:
        before, at = article.story, article.published
        for edit in article.edits:
            assert edit.at > at
            assert edit.story != before
            before, at = edit.story, edit.at
        assert article.at(None) == before
        assert article.at(article.published) == article.story


def test_the_corpus_goes_into_an_archive(tmp_path: Path, corpus: Corpus) -> None:
    chosen = corpus.articles[:120]
    with Archive(tmp_path / "a.db") as archive:
        records.fill(archive, corpus, chosen)
        rows = list(archive.rows("SELECT source, url, title, text FROM articles"))
        revisions = archive.conn.execute("SELECT count(*) FROM revisions").fetchone()[0]
    assert len(rows) == len(chosen)
    texts = {row["url"]: row["text"] for row in rows}
    assert all(texts[records.url(corpus, a)] == a.at(None).text for a in chosen)
    assert revisions == len(chosen) + sum(len(a.edits) for a in chosen)
