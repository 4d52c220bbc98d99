"""Neighbours of an article: each reason, what it is worth, the order, and the wishes."""

from collections.abc import Iterable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive import ends, nearby, neighbours
from archive.cleaners import note_newest
from archive.derive import derive_article
from archive.facts import Cleaned, Found, Link, Page, Record
from archive.frontier import Frontier
from archive.neighbours import Neighbour, neighbours_of
from archive.publish import publish
from archive.reasons import BOX, COPY, INLINE, SHARED, TAG, TOPIC, Reason, rarity
from archive.store import Archive
from archive.withdraw import find, withdraw
from tests.archive.told import PAPERS, key, record, story

TAGGED, TOPICAL = "https://song.example.vn/tag/nuoc-noi", "https://song.example.vn/chu-de/nuoc-noi"


def url(number: int, paper: str = "song") -> str:
    return f"https://{paper}.example.vn/bai-{number}.html"


def put(archive: Archive, made: Record, *links: Link) -> None:
    """Keep an article with its links."""
    page = Page(url=made.url, fetched_at="2025-03-10T08:00:00+07:00", body=made.text.encode())
    number = archive.keep_page(made.source, page)
    archive.put_cleaning(number, "c1", Cleaned(output=made, article=key(made), links=links))
    note_newest(archive, made.source, "c1")
    derive_article(archive, key(made), PAPERS)


def one(number: int, *said: str, paper: str = "song", **more: object) -> Record:
    """An article about nothing else, with these paragraphs at its end."""
    told = {"title": f"Tít {paper} {number}"} | more
    return record(paper, number, [*story(number, 3), *said], **told)


def near(archive: Archive, number: int = 1, **more: int) -> list[Neighbour]:
    found = neighbours_of(archive, f"song:{number}", **more)
    assert found is not None
    return found


def why(found: Iterable[Neighbour], number: int, paper: str = "song") -> list[Reason]:
    """The reasons of one of the neighbours; none if it is none."""
    return next((each.reasons for each in found if each.url == url(number, paper)), [])


def test_links_both_ways_are_told_with_kind_place_and_words(archive: Archive) -> None:
    put(archive, one(2))
    put(archive, one(3), Link(url(1), "Bài một", "inline", "paragraph 2"))
    put(archive, one(1), Link(url(2), "Bài hai", "related", ".box"))
    found = near(archive)
    assert why(found, 2) == [Reason(by="link", how="to", points=BOX, kind="related", place=".box", words="Bài hai")]
    assert why(found, 3) == [
        Reason(by="link", how="from", points=INLINE, kind="inline", place="paragraph 2", words="Bài một")
    ]
    assert [each.score for each in found] == [INLINE, BOX] and all(each.kept for each in found)


def test_of_several_links_one_way_the_best_counts(archive: Archive) -> None:
    put(archive, one(2), Link(url(1), "một", "related", ".box"), Link(url(1), "một nữa", "inline", "paragraph 1"))
    put(archive, one(1), Link(url(2), "hai", "related", ".box"))
    (only,) = near(archive)
    assert [(r.how, r.kind, r.points) for r in only.reasons] == [("from", "inline", INLINE), ("to", "related", BOX)]
    assert only.score == INLINE + BOX


def test_a_link_to_itself_is_no_neighbour(archive: Archive) -> None:
    put(archive, one(1), Link(url(1), "chính nó", "related", ".box"))
    assert near(archive) == []


def test_what_links_to_the_same_article_is_near_whether_that_is_kept_or_not(archive: Archive) -> None:
    for number in (1, 2, 3):
        put(archive, one(number), Link(url(9), "chín", "related", ".box"))
    for number in range(20, 40):
        put(archive, one(number))
    points = round(SHARED * rarity(3, 23), 3)
    told = Reason(by="link", how="both", points=points, words="chín", url=url(9), articles=3)
    assert why(near(archive), 2) == why(near(archive), 3) == [told]
    put(archive, one(9, title="Bài chín"))
    assert why(near(archive), 2)[0].words == "Bài chín"


def test_the_same_tag_or_page_on_a_subject_makes_neighbours_the_rarer_the_nearer(archive: Archive) -> None:
    tag, topic = Link(TAGGED, "nước nổi", "tag", ".tags"), Link(TOPICAL, "Mùa nước nổi", "topic", ".topic")
    common = Link("https://song.example.vn/tag/tin", "tin", "tag", ".tags")
    put(archive, one(1), tag, topic, common)
    put(archive, one(2), tag)
    put(archive, one(3), topic)
    for number in range(4, 40):
        put(archive, one(number), common)
    found = near(archive, most=100)
    assert [r.points for r in why(found, 2)] == [TAG] and [r.points for r in why(found, 3)] == [TOPIC]
    (shared,) = why(found, 2)
    assert (shared.by, shared.how, shared.words, shared.url, shared.articles) == ("tag", "tag", "nước nổi", TAGGED, 2)
    assert why(found, 3)[0].how == "topic"
    assert all(r.points < 0.01 for r in why(found, 20))


def test_a_page_that_very_many_lead_to_ties_nobody(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ends, "COMMON", 2)
    links = Link(TAGGED, "nước nổi", "tag"), Link(url(9), "chín")
    for number in (1, 2, 3):
        put(archive, one(number), *links)
    assert [each.kept for each in near(archive)] == [False]


def test_a_wish_tells_how_it_stands(archive: Archive) -> None:
    links = [Link(url(n), f"bài {n}", "related", ".box") for n in (5, 6, 7, 8)]
    put(archive, one(8))
    withdraw(archive, find(archive, PAPERS, url(8)), "luật")
    put(archive, one(1), *links, Link("https://ngoai.example.com/x", "không rõ"))
    frontier = Frontier(archive, PAPERS)
    frontier.add([Found(url=url(n), kind="article") for n in (6, 7)])
    archive.conn.execute("UPDATE frontier SET visits = 1, due = NULL WHERE url = ?", (url(7),))
    told = {each.url: (each.title, each.kept, each.waits, each.note) for each in near(archive)}
    assert told == {
        url(5): ("bài 5", False, False, "not asked for so far"),
        url(6): ("bài 6", False, True, "waits to be fetched"),
        url(7): ("bài 7", False, False, "fetched, and no article was found in it"),
        url(8): ("bài 8", False, False, "withdrawn: it is never fetched again"),
    }
    assert {each.source for each in near(archive)} == {"song"}


def test_a_published_copy_tells_what_its_tables_hold(archive: Archive, tmp_path: Path) -> None:
    put(archive, one(2))
    put(archive, one(1), Link(url(2), "hai", "related", ".box"), Link(url(5), "năm", "inline", "paragraph 1"))
    before = near(archive)
    with Archive(archive.path, write=False) as reader:
        publish(reader, tmp_path / "public.db")
    with Archive(tmp_path / "public.db", write=False) as public:
        found = near(public)
    assert [(each.url, each.score, each.kept) for each in found] == [
        (each.url, each.score, each.kept) for each in before
    ]
    assert [(each.waits, each.note) for each in found] == [(None, None), (None, None)]


WORDS = "Kè đá Vĩnh Trụ sạt lở hai chục mét. Dân Vĩnh Trụ vá kè đá bằng bao cát. Kè đá Vĩnh Trụ làm từ năm ngoái."
OTHER = "Xã cho người ra trông kè đá suốt đêm. Ở Vĩnh Trụ nước vẫn lên, và kè đá vẫn lún. Vĩnh Trụ chờ bao cát."


def test_characteristic_words_in_common_make_neighbours(archive: Archive) -> None:
    put(archive, one(1, WORDS, title="Sạt lở kè đá Vĩnh Trụ"))
    put(archive, one(2, OTHER, paper="nui"))
    put(archive, one(3, OTHER, paper="bien", title="Kè đá Vĩnh Trụ lún"))
    put(archive, one(4, "Kè đá ở nơi khác vẫn tốt.", paper="dong"))
    for number in range(10, 50):
        put(archive, one(number))
    found = near(archive)
    assert [each.url for each in found] == [url(3, "bien"), url(2, "nui")]
    (reason,) = found[0].reasons
    assert (reason.by, reason.how) == ("text", "words") and {"kè đá", "vĩnh trụ"} <= set(reason.phrases)
    assert 0.1 < found[1].score < found[0].score <= 1


def test_common_words_are_never_looked_for(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(nearby, "FEW", 3)
    for number in range(1, 60):
        put(archive, one(number, "Tin vắn trong ngày. Tin vắn trong ngày. Theo tin vắn trong ngày."))
    put(archive, one(1, WORDS + " Tin vắn trong ngày. Tin vắn trong ngày.", title="Sạt lở kè đá Vĩnh Trụ"))
    asked = [phrase.term for phrase in nearby._phrases(archive, 1)]
    assert not any("tin" in term.split() or "ngày" in term.split() for term in asked)
    put(archive, one(70, OTHER))
    assert {phrase.term for phrase in nearby._phrases(archive, 1)} >= {"kè đá", "vĩnh trụ"}


def test_a_copy_is_a_neighbour(archive: Archive) -> None:
    text = story(900)
    put(archive, record("song", 1, text, title="Bão vào"))
    put(archive, record("nui", 2, text[:6], title="Bão đến", published="2025-03-01T09:30:00+07:00"))
    reason = next(r for r in why(near(archive), 2, "nui") if r.by == "copy")
    assert (reason.how, reason.points, reason.kind, reason.hours) == ("later", COPY, "trimmed", 1.5)
    back = neighbours_of(archive, "nui:2")
    assert back and next(r.how for r in back[0].reasons if r.by == "copy") == "first"


def test_the_nearest_come_first_and_no_more_than_asked_for(archive: Archive) -> None:
    tag = Link(TAGGED, "nước nổi", "tag", ".tags")
    put(archive, one(2, published="2025-03-02T08:00:00+07:00"), Link(url(1), "một", "inline", "paragraph 1"), tag)
    put(archive, one(3, published="2025-03-03T08:00:00+07:00"), Link(url(1), "một", "related", ".box"))
    put(archive, one(4, published="2025-03-04T08:00:00+07:00"), Link(url(1), "một", "related", ".box"))
    put(archive, one(1), tag, Link(url(5), "năm", "related", ".box"))
    found = near(archive)
    assert [each.url for each in found] == [url(2), url(4), url(3), url(5)]
    assert all(each.score == round(sum(r.points for r in each.reasons), 3) for each in found)
    assert [each.url for each in near(archive, most=2)] == [url(2), url(4)]


@given(st.lists(st.integers(1, 9), max_size=20), st.integers(1, 25))
def test_of_many_neighbours_only_those_that_can_be_told_are_read(points: list[int], most: int) -> None:
    reasons = {n: [Reason(by="tag", how="tag", points=p / 10)] for n, p in enumerate(points)}
    kept = neighbours._nearest(reasons, most)
    ordered = sorted(points, reverse=True)
    assert sorted((points[n] for n in kept), reverse=True)[:most] == ordered[:most]
    assert all(points[n] >= ordered[min(most, len(ordered)) - 1] for n in kept)


def test_there_are_no_neighbours_of_what_is_not_there(archive: Archive) -> None:
    assert neighbours_of(archive, "song:1") is None


@given(st.integers(1, 10**6), st.integers(1, 10**6), st.integers(3, 10**6))
def test_what_fewer_share_is_worth_more(one: int, other: int, of: int) -> None:
    fewer, more = sorted((one, other))
    assert 0 <= rarity(more, of) <= rarity(fewer, of) <= 1


_TERM = st.lists(st.sampled_from("ba bà bá bả bạ".split()), min_size=1, max_size=3).map(" ".join)


@given(st.dictionaries(_TERM, st.floats(0.1, 0.9)), st.dictionaries(_TERM, st.integers(0, 100)))
def test_no_two_phrases_are_windows_of_one_passage(said: dict[str, float], sampled: dict[str, int]) -> None:
    from collections import Counter

    chosen = nearby._characteristic(said, (Counter(sampled), 100))
    assert len(chosen) == len(set(chosen)) <= nearby.PHRASES and set(chosen) <= said.keys()
    padded = [f" {term} " for term in chosen]
    assert not any(a in b for a in padded for b in padded if a != b)
    assert all(sampled.get(term, 0) <= 10 for term in chosen)
