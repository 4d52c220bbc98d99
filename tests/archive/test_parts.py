"""An article on several pages is one record, whose revisions are the paper's changes and not our way to the pages."""

import random
from itertools import permutations
from pathlib import Path

import msgspec
import pytest

from archive.cleaners import differing, forget_old, known_cleaners, note_newest, put_in_force
from archive.derive import derive_article, rebuild, settle
from archive.facts import Block, Cleaned, Drop, DropNote, Link, Record
from archive.history import revisions_of
from archive.life import article_of
from archive.parts import joined
from archive.publish import publish
from archive.store import Archive
from archive.withdraw import find, withdraw
from config.declarations import UrlRules
from config.sources import Sources
from config.urls import article_key, canonical, part_of
from pipelines.stored import Chunk, compared, losses_under
from tests.conftest import PAPER, Visit, record

SPREAD = msgspec.structs.replace(
    PAPER, urls=UrlRules(article=(r"^(?:/trang-(?P<part>\d+))?/[^/]+-(?P<id>\d+)\.html$",), section=(r"^/[a-z-]+$",))
)
ROOT = "https://song.example.vn"
KEY = "songnews:1"


@pytest.fixture
def sources() -> Sources:
    return Sources({"songnews": SPREAD}, {})


def part(number: int, *paragraphs: str, **more: object) -> Record:
    """Page `number` of article 1; only the first has a lead."""
    url = f"{ROOT}{f'/trang-{number}' if number > 1 else ''}/bai-1.html"
    blocks = [Block("p", text) for text in paragraphs]
    lead = "Dẫn." if number == 1 else None
    fields: dict[str, object] = {"url": url, "lead": lead, "blocks": blocks, "paragraphs": list(paragraphs)}
    return record(1, "Tít", **(fields | more))


def at(hour: int) -> str:
    return f"2025-03-10T{hour:02}:00:00+07:00"


def states(archive: Archive) -> list[list[str]]:
    return [revision.record.paragraphs for revision in revisions_of(archive, KEY)]


def test_the_number_of_a_part_is_in_its_url() -> None:
    urls = [f"{ROOT}/bai-1.html", f"{ROOT}/trang-2/bai-1.html", f"{ROOT}/trang-13/khac-1.html?utm_source=x"]
    assert [part_of(SPREAD, url) for url in urls] == [1, 2, 13]
    assert {article_key(SPREAD, url) for url in urls} == {KEY}
    assert [part_of(PAPER, url) for url in urls] == [1, 1, 1]
    assert part_of(SPREAD, "not a url") == part_of(SPREAD, f"{ROOT}/trang-99999/bai-1.html") == 1
    query = msgspec.structs.replace(
        PAPER, urls=UrlRules(article=(r"-(?P<id>\d+)\.html(?:\?trang=(?P<part>\d+))?",), keep_params=("trang",))
    )
    assert part_of(query, f"{ROOT}/bai-1.html?trang=3&utm_source=x") == 3
    assert canonical(query, f"{ROOT}/bai-1.html?trang=3&utm_source=x").endswith("bai-1.html?trang=3")


def test_the_parts_are_one_record_in_their_order() -> None:
    first = part(1, "Một.", captions=["Ảnh A"], authors=["An"], tags=["x"])
    second = part(2, "Hai.", captions=["ảnh a", "Ảnh B"], tags=["x", "y"])
    third = part(3, "Ba.", authors=["AN", "Bình"], credit="TTXVN", lead="Sang trang.")
    whole = joined([first, second, third])
    assert whole.paragraphs == ["Một.", "Hai.", "Sang trang.", "Ba."]
    assert whole.text == "Dẫn.\n\nMột.\n\nHai.\n\nSang trang.\n\nBa." and whole.word_count == 6
    assert (whole.captions, whole.authors, whole.tags) == (["Ảnh A", "Ảnh B"], ["An", "Bình"], ["x", "y"])
    assert (whole.url, whole.credit, whole.published) == (first.url, "TTXVN", first.published)


def test_a_repeated_lead_stands_once_and_a_part_that_says_nothing_new_goes() -> None:
    assert joined([part(1, "Một."), part(2, "Hai.", lead="DẪN.")]).paragraphs == ["Một.", "Hai."]
    assert joined([part(1, "Một.", "Hai.", "Hai."), part(2, "Hai.")]).paragraphs == ["Một.", "Hai.", "Hai."]


@pytest.mark.parametrize("order", list(permutations(range(5))))
def test_parts_that_come_later_are_no_revision_and_their_changes_are(
    archive: Archive, sources: Sources, visit: Visit, order: tuple[int, ...]
) -> None:
    """In whatever order the pages enter the archive."""
    visits = [
        (part(1, "Một."), at(1)),
        (part(2, "Hai."), at(2)),
        (part(3, "Ba."), at(3)),
        (part(2, "Hai, sửa."), at(5)),
        (part(1, "Một."), at(6)),
    ]
    numbers = {n: visit(*visits[n]) for n in order}
    derive_article(archive, KEY, sources)
    assert states(archive) == [["Một.", "Hai.", "Ba."], ["Một.", "Hai, sửa.", "Ba."]]
    pages = [(r["first_page"], r["last_page"], r["shows"]) for r in archive.rows("SELECT * FROM revisions ORDER BY n")]
    assert pages == [(numbers[0], numbers[2], numbers[0]), (numbers[3], numbers[4], numbers[0])] or pages == [
        (numbers[0], numbers[2], numbers[0]),
        (numbers[3], numbers[4], numbers[4]),
    ]
    shown = article_of(archive, sources, f"{ROOT}/trang-3/bai-1.html")
    assert shown is not None and shown.paragraphs == ["Một.", "Hai, sửa.", "Ba."]
    row = next(archive.rows("SELECT * FROM articles"))
    assert (row["text"], row["word_count"], row["url"]) == (shown.text, shown.word_count, f"{ROOT}/bai-1.html")


def test_rebuilt_and_derived_one_by_one_are_equal(archive: Archive, sources: Sources, visit: Visit) -> None:
    visits = [(part(n, f"{n}.{k}"), at(4 * k + n)) for n in (1, 2, 3) for k in (0, 1, 2)]
    random.Random(4).shuffle(visits)
    for told in visits:
        visit(*told)
        derive_article(archive, KEY, sources)
    tables = ("articles", "revisions", "parts", "links")
    live = [list(archive.rows(f"SELECT * FROM {table} ORDER BY 1, 2, 3")) for table in tables]
    rebuild(archive, sources)
    assert [list(archive.rows(f"SELECT * FROM {table} ORDER BY 1, 2, 3")) for table in tables] == live
    assert len(states(archive)) == 7 and len(live[2]) == 14


def test_a_dropped_or_withdrawn_part_leaves_the_others(archive: Archive, sources: Sources, visit: Visit) -> None:
    for number, text in ((1, "Một."), (2, "Hai.")):
        visit(part(number, text), at(number))
    lost = archive.keep_page("songnews", msgspec.structs.replace(archive.page(2), fetched_at=at(5), body=b"x"))
    dropped = Cleaned(output=Drop(url=f"{ROOT}/trang-2/bai-1.html", drop=DropNote("blocked")), article=KEY)
    archive.put_cleaning(lost, "c1", dropped)
    derive_article(archive, KEY, sources)
    assert states(archive) == [["Một.", "Hai."]]
    withdraw(archive, find(archive, sources, f"{ROOT}/trang-2/bai-1.html"), "thử")
    assert not states(archive) and not list(archive.rows("SELECT 1 FROM parts"))


def test_a_new_cleaner_is_shown_of_every_part_and_the_old_work_goes(
    archive: Archive, sources: Sources, visit: Visit
) -> None:
    pages = [visit(part(n, f"Trang {n}."), at(n)) for n in (1, 2)]
    derive_article(archive, KEY, sources)
    for number, page in enumerate(pages, 1):
        made = part(number, f"Trang {number}.", cleaner="c2")
        archive.put_cleaning(page, "c2", Cleaned(output=made, article=KEY))
    note_newest(archive, "songnews", "c2")
    put_in_force(archive, "songnews", "c2", [])
    assert settle(archive, sources) == 1
    assert [r["cleaner"] for r in archive.rows("SELECT cleaner FROM parts")] == ["c2"]
    assert states(archive) == [["Trang 1.", "Trang 2."]]
    assert forget_old(archive) == 2 and [k.cleaner for k in known_cleaners(archive)] == ["c2"]
    assert states(archive) == [["Trang 1.", "Trang 2."]]


def test_a_published_copy_shows_the_whole(archive: Archive, sources: Sources, visit: Visit, tmp_path: Path) -> None:
    for number, text, hour in ((1, "Một.", 1), (2, "Hai.", 2), (2, "Hai, sửa.", 4)):
        visit(part(number, text), at(hour))
    derive_article(archive, KEY, sources)
    with Archive(archive.path, write=False) as reader:
        publish(reader, tmp_path / "public.db")
    with Archive(tmp_path / "public.db", write=False) as public:
        assert revisions_of(public, KEY) == revisions_of(archive, KEY)
        assert public.conn.execute("PRAGMA foreign_key_check").fetchall() == []


def test_what_a_rule_would_lose_of_a_later_part_is_told(archive: Archive, sources: Sources, visit: Visit) -> None:
    text = "Người bản góp công làm lại cây cầu trước mùa mưa."
    pages = [visit(part(1, "Một."), at(1)), visit(part(2, text), at(2))]
    derive_article(archive, KEY, sources)
    chunk = Chunk(str(archive.path), "songnews", SPREAD, tuple(pages), True, frozenset())
    made = compared(archive, chunk, pages[1], Cleaned(output=part(2, "Cầu.", cleaner="c2"), article=KEY).encoded)
    assert made.delta and made.delta.shown and [loss.what for loss in made.delta.losses] == [text]


def test_declaring_parts_unites_what_is_kept_though_no_record_changes(
    archive: Archive, sources: Sources, visit: Visit
) -> None:
    pages = [visit(part(n, f"Trang {n}."), at(n)) for n in (1, 2)]
    derive_article(archive, KEY, Sources({"songnews": PAPER}, {}))
    assert states(archive) == [["Trang 1."], ["Trang 2."]]
    for number, page in enumerate(pages, 1):
        archive.put_cleaning(page, "c2", Cleaned(output=part(number, f"Trang {number}.", cleaner="c2"), article=KEY))
    note_newest(archive, "songnews", "c2")
    put_in_force(archive, "songnews", "c2", differing(archive, "songnews", "c2"))
    settle(archive, sources)
    assert states(archive) == [["Trang 1.", "Trang 2."]]


def test_two_addresses_of_one_part_make_no_revision_by_turns(archive: Archive, sources: Sources, visit: Visit) -> None:
    """A page for phones may print another box; that it is visited between is no change by the paper."""
    phone = {"url": "https://m.song.example.vn/bai-1.html"}
    visits = [(part(1, "Một."), 1), (part(2, "Hai."), 2), (part(1, "Một!", **phone), 3), (part(1, "Một."), 4)]
    for made, hour in [*visits, (part(1, "Một!", **phone), 5), (part(1, "Một."), 6), (part(1, "Một, sửa."), 7)]:
        visit(made, at(hour))
    derive_article(archive, KEY, sources)
    assert states(archive) == [["Một.", "Hai."], ["Một!", "Hai."], ["Một, sửa.", "Hai."]]
    shown = article_of(archive, sources, f"{ROOT}/bai-1.html")
    row = next(archive.rows("SELECT * FROM articles"))
    assert shown is not None and (row["text"], row["revisions"]) == (shown.text, 3)


def test_a_part_that_a_new_rule_can_read_takes_no_other_part_s_place(
    archive: Archive, sources: Sources, visit: Visit
) -> None:
    text = "Người bản góp công làm lại cây cầu trước mùa mưa."
    visit(part(1, text), at(1))
    derive_article(archive, KEY, sources)
    second = part(2, "Cầu mới rộng hơn cầu cũ một mét.", cleaner="c2")
    page = msgspec.structs.replace(archive.page(1), url=second.url, fetched_at=at(2), body=b"x")
    number = archive.keep_page("songnews", page)
    archive.put_cleaning(number, "c1", Cleaned(output=Drop(url=second.url, drop=DropNote("empty")), article=KEY))
    derive_article(archive, KEY, sources)
    chunk = Chunk(str(archive.path), "songnews", SPREAD, (number,), True, frozenset())
    made = compared(archive, chunk, number, Cleaned(output=second, article=KEY).encoded)
    assert made.delta and not made.delta.losses and not made.delta.shown
    first = compared(archive, chunk, number, Cleaned(output=part(1, "Một.", cleaner="c2"), article=KEY).encoded)
    assert first.delta and [loss.what for loss in first.delta.losses] == [text]


def test_a_merged_cleaner_is_judged_by_every_part(archive: Archive, sources: Sources, visit: Visit) -> None:
    text = "Người bản góp công làm lại cây cầu trước mùa mưa."
    pages = [visit(part(1, "Một."), at(1)), visit(part(2, text), at(2))]
    derive_article(archive, KEY, sources)
    for number, page in enumerate(pages, 1):
        archive.put_cleaning(page, "c2", Cleaned(output=part(number, "Một.", cleaner="c2"), article=KEY))
    found = losses_under(archive, KEY, "c2")
    assert found and found[0] == "c1" and [loss.what for loss in found[1]] == [text]


def test_a_link_of_a_further_page_stands_in_a_paragraph_of_the_whole(
    archive: Archive, sources: Sources, visit: Visit
) -> None:
    pages = [part(1, "Một.", "Hai."), part(2, "Ba.", "Bốn.", lead="Dẫn hai."), part(3, "Năm.")]
    spots = [("paragraph 2", "lead"), ("lead", "paragraph 1", ".box"), ("paragraph 1",)]
    for hour, (made, shown) in enumerate(zip(pages, spots, strict=True), 1):
        links = tuple(Link(f"{ROOT}/x-{hour}{n}.html", place, "inline", place) for n, place in enumerate(shown))
        archive.put_cleaning(visit(made, at(hour)), "c1", Cleaned(output=made, article=KEY, links=links))
    derive_article(archive, KEY, sources)
    found = article_of(archive, sources, f"{ROOT}/bai-1.html")
    assert found and found.paragraphs == ["Một.", "Hai.", "Dẫn hai.", "Ba.", "Bốn.", "Năm."]
    rows = archive.conn.execute("SELECT title, place FROM links ORDER BY n").fetchall()
    assert rows == [
        ("paragraph 2", "paragraph 2"),
        ("lead", "lead"),
        ("lead", "paragraph 3"),
        ("paragraph 1", "paragraph 4"),
        (".box", ".box"),
        ("paragraph 1", "paragraph 6"),
    ]
