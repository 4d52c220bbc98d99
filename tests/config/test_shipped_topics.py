"""The shipped topics take what they are for and nothing else of the real pages; so does one learnt from three finds."""

import json
from collections.abc import Sequence
from itertools import combinations

import pytest

from archive.learning import learn
from archive.relevance import Profile, judge, profile_of
from archive.terms import LONGEST, Text, counted
from config.background import background
from config.topics import Topic, load_topics
from tests.conftest import need_shared
from tests.corpus import fixed

FINDS = "doi-ngoai-dang"


def texts() -> list[Text]:
    return [Text(one.title, one.lead, "\n\n".join(one.paragraphs), one.tags) for one in fixed.seeds()]


def others() -> list[Text]:
    """What is not of the finds' topic: the headlines beside the fourth, and all real pages with ground truth, which are
    on money, sickness, flowers, fairy tales, laws that take force, and the world's energy."""
    found = [Text(teaser.headline, text=teaser.text) for teaser in fixed.foreign()]
    for path in sorted(need_shared("pages").glob("gold/*.json")):
        told = json.loads(path.read_text(encoding="utf-8"))
        found.append(Text(told["title"], told["lead"] or "", "\n\n".join(told["paragraphs"]), tuple(told["tags"])))
    assert len(found) > 18
    return found


def taken(made: Profile, said: Sequence[Text]) -> list[int]:
    return [n for n, text in enumerate(said) if judge(made, text).taken]


def test_every_shipped_topic_is_sound_and_has_a_test() -> None:
    topics = load_topics()
    assert list(topics) == [FINDS]
    assert not any(topic.seeds or topic.papers for topic in topics.values()), "what is shipped is for everybody"


def test_the_shipped_topic_takes_all_finds_and_nothing_else() -> None:
    made = profile_of(load_topics()[FINDS])
    assert taken(made, texts()) == [0, 1, 2, 3, 4]
    assert taken(made, others()) == []


def test_the_shipped_topic_leaves_other_news_of_party_and_state() -> None:
    made = profile_of(load_topics()[FINDS])
    congress = "Hội nghị Trung ương bàn công tác nhân sự của Đại hội XIII. Bộ Chính trị, Ban Bí thư trình phương án. "
    visit = "Bộ trưởng Ngoại giao tiếp Đại sứ đến chào từ biệt. Hai bên mong đưa quan hệ hữu nghị đi vào chiều sâu. "
    assert (
        taken(made, [Text("Nhân sự Đại hội XIII", congress, congress * 6), Text("Tiếp khách", visit, visit * 6)]) == []
    )


@pytest.mark.parametrize("three", list(combinations(range(5), 3)))
def test_any_three_finds_teach_the_topic_of_all_five(three: tuple[int, ...]) -> None:
    said = texts()
    learnt = learn([counted(said[n]) for n in three], [], lambda _: counted(Text()), background=background())
    assert learnt is not None and max(term.count(" ") for term in learnt.terms) < LONGEST
    made = profile_of(Topic(title="x"), learnt.terms)
    assert taken(made, said) == [0, 1, 2, 3, 4]
    assert max(judge(made, other).relevance for other in others()) < 0.5
