"""The family of a story: who was first, what each made of it, and what is no copy though it shares much."""

from archive.family import Family, family_of
from archive.store import Archive
from tests.archive.told import PAPERS, keep, key, record, story

STORY = story(1)


def at(hour: int, minute: int = 0) -> str:
    return f"2025-03-01T{hour:02}:{minute:02}:00+07:00"


def family(archive: Archive, article: str) -> Family:
    found = family_of(archive, PAPERS, article)
    assert found
    return found


def test_the_first_publisher_and_what_the_others_made_of_it(archive: Archive) -> None:
    first = record("song", 1, STORY, published=at(8))
    trimmed = record("nui", 2, STORY[:5], published=at(9, 30), title="Tít khác", credit="Báo Sông")
    agency = record("gio", 3, [*STORY, *story(2, 1), "Theo TTXVN"], published=at(20))
    keep(archive, agency, trimmed, first)
    found = family(archive, key(trimmed))
    assert found.first and found.first.url == found.against == first.url
    told = [(m.role, m.source, m.delay, m.kind, m.names, m.asked) for m in found.members]
    assert told == [
        ("first", "song", None, None, None, False),
        ("copy", "nui", 1.5, "trimmed", "original", True),
        ("copy", "gio", 12.0, "whole", "agency", False),
    ]
    _, two, three = found.members
    assert two.cut == (" ".join(" ".join(STORY[5:]).replace(".", "").split()),) and two.added == ()
    assert three.cut == () and three.added[0].startswith(story(2, 1)[0].split(".")[0])
    assert (two.taken, two.left_in) == (1.0, 0.626) or two.left_in < 0.7  # type: ignore[operator]


def test_a_roundup_makes_no_family_of_its_stories(archive: Archive) -> None:
    one, other = story(3, 3), story(4, 3)
    keep(
        archive,
        record("song", 1, one, published=at(8)),
        record("nui", 2, other, published=at(9)),
        record("bien", 3, [*story(5, 3), *one, *other], published=at(10), title="Tin tức"),
        record("dong", 4, one, published=at(11)),
    )
    assert [m.source for m in family(archive, "song:1").members] == ["song", "bien", "dong"]
    assert [m.source for m in family(archive, "nui:2").members] == ["nui", "bien"]
    assert [m.source for m in family(archive, "bien:3").members] == ["song", "nui", "bien", "dong"]


def test_equal_times_and_bare_days_leave_the_first_unknown(archive: Archive) -> None:
    keep(
        archive,
        record("song", 1, STORY, published=at(0), published_precision="day"),
        record("nui", 2, STORY, published=at(9)),
        record("gio", 3, STORY, published=None, published_precision=None),
    )
    found = family(archive, "nui:2")
    assert found.first is None and {m.role for m in found.members} == {"unknown"}
    assert found.against.startswith("https://nui") and [m.delay for m in found.members] == [None] * 3


def test_one_without_a_time_does_not_hide_who_was_first(archive: Archive) -> None:
    keep(
        archive,
        record("song", 1, STORY, published=at(8)),
        record("nui", 2, STORY, published=at(9)),
        record("gio", 3, STORY, published=None, published_precision=None),
    )
    found = family(archive, "nui:2")
    assert [(m.source, m.role) for m in found.members] == [("song", "first"), ("nui", "copy"), ("gio", "unknown")]


def test_what_is_no_copy_is_told_with_its_reason(archive: Archive) -> None:
    keep(
        archive,
        record("song", 1, STORY, published=at(8)),
        record("nui", 2, [*STORY[:3], *story(6, 6)], published=at(9)),
    )
    found = family(archive, "song:1")
    assert [m.source for m in found.members] == ["song"]
    assert (
        [(near.source, near.why) for near in found.near]
        == [("nui", near.why) for near in found.near if "of the shorter text stands in the other" in near.why]
        != []
    )


def test_an_issue_of_a_column_says_so(archive: Archive) -> None:
    issues = [
        record("song", n, story(7), title=f"Giá chợ {n}/3", published=f"2025-03-{n:02}T08:00:00+07:00")
        for n in (1, 2, 3)
    ]
    keep(archive, *issues, record("nui", 9, story(7), published=at(9)))
    found = family(archive, "song:2")
    assert [m.url for m in found.members] == [issues[1].url]
    assert {near.why for near in found.near if near.source == "nui"} == {
        "an issue of a recurring column: the titles of its paper begin “gia cho” and name a day"
    }


def test_no_article_no_family(archive: Archive) -> None:
    assert family_of(archive, PAPERS, "song:1") is None
