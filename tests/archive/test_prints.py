"""Prints of one story among texts that are numbers."""

from archive.numbered import Doc, doc
from archive.prints import Prints
from archive.terms import Text, counted

STORY = " ".join(f"Đập Nậm Sua{n} xả lũ lúc {n} giờ, dân bản {n}a dời nhà lên đồi {n}b." for n in range(20))
OTHER = " ".join(f"Phiên chợ Mường Khao{n} họp ngày {n}, người bán {n}c mời khách {n}d mua khèn." for n in range(20))


def _numbers(text: str) -> Doc:
    return doc(counted(Text(text=text)))


def test_a_print_that_is_cut_and_has_a_line_of_its_own_is_of_the_story_and_other_news_is_not() -> None:
    cut = " ".join(STORY.split()[: len(STORY.split()) // 2]) + " Tin của bản báo."
    found = Prints([_numbers(text) for text in (STORY, OTHER, cut)]).stories(range(3))
    assert found == [[0, 2], [1]]


def test_texts_too_short_to_tell_are_stories_of_their_own() -> None:
    short = _numbers("Cùng dự có các đồng chí lãnh đạo ban ngành.")
    assert Prints([short, short]).stories([1, 0]) == [[0], [1]]
