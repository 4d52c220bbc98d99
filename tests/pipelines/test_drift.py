"""What is drift and what is chance, on made-up pages."""

from random import Random
from typing import Any

import msgspec
import pytest

from config.declarations import Generation, Rules
from config.sources import Source
from pipelines.confirm import confirmation
from pipelines.drift import Coverage, coverage, news, sentences
from tests.pipelines.rows import article, dropped

RULES = Rules(container=("main",), lead=("h2",), section=(".cate",), authors=(".by",))
PAPER = Source(
    id="thu", title="Báo Thử", hosts=("thu.vn",), rules=RULES, generations=(Generation(name="2022", rules=RULES),),
    evidence="reported",
)  # fmt: skip
PAST = [article(n) for n in range(50, 250)]


def judged(*now: Any, past: list[Any] = PAST) -> Coverage:
    return coverage(PAPER, list(now), past)


def test_nothing_has_changed() -> None:
    told = judged(*map(article, range(50)))
    assert not told.drifts and not list(sentences(told)) and not list(news(told))
    assert (told.fields["lead"].now, told.fields["lead"].of, told.fields["credit"].now) == (50, 50, 0)


@pytest.mark.parametrize(
    ("field", "empty"),
    [("title", None), ("lead", None), ("authors", []), ("section", []), ("tags", []), ("minute", "day")],
)
def test_a_field_that_is_missing_on_half_of_the_newest_is_drift(field: str, empty: object) -> None:
    lost = {"published_precision" if field == "minute" else field: empty}
    told = judged(*(article(n, **(lost if n % 2 else {})) for n in range(50)))
    assert list(sentences(told)) == [f"{field} stands on 25 of the 50 newest articles, before on 200 of 200"]
    assert [name for name, c in told.fields.items() if c.drift] == [field]


def test_a_new_layout_shows_on_the_first_five_articles() -> None:
    told = judged(*(article(n, lead=None, generation=None, placed=False) for n in range(5)))
    assert [s.split(" ")[0] for s in sentences(told)] == ["lead", "the", "5"]
    assert told.unplaced is not None and told.unplaced.drift and told.unknown is not None and told.unknown.drift
    four = judged(*(article(n, lead=None, generation=None, placed=False) for n in range(4)))
    assert not four.drifts and four.fields["lead"].chance is None


def test_a_rare_field_that_is_missing_for_a_while_is_no_drift() -> None:
    past = [article(n, credit="TTXVN" if n % 10 == 0 else None) for n in range(50, 250)]
    assert not judged(*map(article, range(50)), past=past).drifts


def test_what_is_certain_but_small_is_no_drift() -> None:
    now = [article(n, tags=[] if n % 10 == 0 else ["sông"]) for n in range(400)]
    told = judged(*now, past=[article(n) for n in range(400, 2000)])
    assert told.fields["tags"].chance is not None and told.fields["tags"].chance < 1e-9
    assert not told.drifts


def test_drops_that_grow_are_drift_by_reason() -> None:
    now = [dropped(n, "soft-404") if n % 3 == 0 else article(n) for n in range(50)]
    told = judged(*now, past=[*PAST[:-4], *(dropped(n, "video") for n in range(246, 250))])
    assert list(sentences(told)) == [
        "17 of the 50 newest pages were dropped as soft-404, before 0 of 200",
        "17 of the 50 newest pages were dropped for one reason or another, before 4 of 200",
    ]
    assert not told.drops["video"].drift and told.fields["title"].of == 33


def test_texts_that_shrink_are_drift_though_every_field_is_there() -> None:
    told = judged(*(article(n, word_count=90 + n) for n in range(50)))
    assert [s.split(" in the median")[0] for s in sentences(told)] == ["the newest articles have 114 words"]


def test_a_generation_that_was_not_seen_before_is_news_and_no_drift() -> None:
    told = judged(*(article(n, generation="2026" if n < 9 else "2022") for n in range(50)))
    assert list(news(told)) == ["generation 2026 is new: 9 of the 50 newest articles"] and not told.drifts


def test_few_articles_of_a_past_are_not_judged() -> None:
    told = judged(*(article(n, lead=None) for n in range(50)), past=PAST[:19])
    assert not told.drifts


def test_chance_alone_hardly_ever_alarms() -> None:
    """1,000 checks of a paper whose fields are there by the throw of a die, always the same one: none alarms."""
    random, alarms = Random(411), 0
    pool = [
        article(
            n,
            lead="Một sapo." if random.random() < 0.9 else None,
            authors=["Tú Lan"] if random.random() < 0.7 else [],
            credit="TTXVN" if random.random() < 0.3 else None,
            tags=["sông"] if random.random() < 0.5 else [],
            generation="2022" if random.random() < 0.95 else None,
            placed=random.random() < 0.95,
            word_count=int(random.lognormvariate(6, 0.6)),
        )
        if random.random() < 0.9
        else dropped(n, random.choice(("video", "gallery")))
        for n in range(2000)
    ]
    for _ in range(1000):
        rows = random.sample(pool, 125)
        alarms += coverage(PAPER, rows[:25], rows[25:]).drifts
    assert alarms == 0


def test_facts_are_confirmed_by_live_pages_with_every_expected_field() -> None:
    rows = [article(n) for n in range(12)]
    told = confirmation(PAPER, rows)
    assert told is not None and told.confirmed and told.live == 12
    assert confirmation(msgspec.structs.replace(PAPER, evidence="seen"), rows) is None


@pytest.mark.parametrize(
    ("rows", "lacking"),
    [
        ([article(n) for n in range(9)], "9 of the 10 live articles that it takes"),
        ([article(n, via="replay") for n in range(50)], "0 of the 10 live articles that it takes"),
        (
            [article(n) if n % 3 == 0 else dropped(n, "not-article") for n in range(30)],
            "20 of the 30 live pages were dropped",
        ),
        ([article(n, lead=None if n < 3 else "Một.") for n in range(12)], "lead on 9 of 12"),
        ([article(n, authors=[]) for n in range(12)], "authors on none"),
        ([article(n, placed=n > 2) for n in range(12)], "its container on 9 of 12"),
        ([article(n, generation=None) for n in range(12)], "one of its generations on 0 of 12"),
    ],
)
def test_facts_that_are_not_borne_out_say_what_is_lacking(rows: list[Any], lacking: str) -> None:
    told = confirmation(PAPER, rows)
    assert told is not None and told.lacking == [lacking]
