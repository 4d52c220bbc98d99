"""One article under several identities: what unites, what must not, and that the order of arrival does not matter."""

import itertools
import random
from collections.abc import Iterable
from pathlib import Path

import msgspec
import pytest

from archive.aliases import MANY
from archive.cleaners import note_newest, queue
from archive.derive import derive_article, rebuild, settle
from archive.facts import Cleaned, Link, Page
from archive.history import revisions_of
from archive.life import article_of, identity_of
from archive.store import Archive
from config.clock import ShiftedClock
from config.urls import id_space
from tests.archive.moving import APART, NEW, OLD, OTHER, PAPER, SOURCES, TEXT, Kept, at, keep, leads, told

OLD_PAGE = at("/nuoc-rut-1200.html", host=OLD, seen="2025-03-01T10:00")
MOVED = at("/tin-bai/doi-song/nuoc-rut", seen="2025-03-04T10:00")
TITLE = "Nước rút ở bản ven sông"


def live(archive: Archive, pages: Iterable[Kept]) -> list[str]:
    """Keep pages one by one, each derived as it comes; answers the articles that are shown."""
    for page in pages:
        derive_article(archive, keep(archive, page), SOURCES)
    return shown(archive)


def shown(archive: Archive) -> list[str]:
    return [row["article"] for row in archive.rows("SELECT article FROM articles ORDER BY article")]


def state(archive: Archive) -> dict[str, list[dict[str, object]]]:
    """All that is derived, without the numbers that the file gives."""
    articles = list(archive.rows("SELECT * FROM articles ORDER BY article"))
    names = {row["id"]: row["article"] for row in articles}
    pages = {row["id"]: (row["url"], row["fetched_at"]) for row in archive.rows("SELECT * FROM pages")}
    told = {"articles": [{k: v for k, v in row.items() if k not in ("id", "page")} for row in articles]}
    told["aliases"] = list(archive.rows("SELECT * FROM aliases ORDER BY alias"))
    for table in ("revisions", "links"):
        rows = [row | {"article": names[row["article"]]} for row in archive.rows(f"SELECT * FROM {table}")]
        for row in rows:
            row.update({k: pages[row[k]] for k in ("first_page", "last_page", "shows") if k in row})
        told[table] = sorted(rows, key=lambda row: (row["article"], row["n"]))
    return told


@pytest.mark.parametrize("order", list(itertools.permutations(range(2))))
def test_a_move_without_an_id_is_one_article_by_title_date_and_text(archive: Archive, order: tuple[int, ...]) -> None:
    pages = [OLD_PAGE, MOVED]
    assert live(archive, [pages[n] for n in order]) == ["dinews:1200"]
    (alias,) = archive.rows("SELECT * FROM aliases")
    assert alias == {"alias": "dinews:/tin-bai/doi-song/nuoc-rut", "article": "dinews:1200", "why": "text"}
    (article,) = archive.rows("SELECT * FROM articles")
    assert (article["revisions"], article["first_seen"][:16]) == (1, "2025-03-01T10:00")
    assert article["url"] == MOVED.record.url


def test_only_what_the_paper_changes_is_a_revision_across_the_move(archive: Archive) -> None:
    other_layout = msgspec.structs.replace(MOVED.record, captions=["Ảnh: Lò Văn B"], authors=["Lò Văn B"])
    edited = msgspec.structs.replace(other_layout, title="Nước đã rút hẳn")
    live(archive, [OLD_PAGE, Kept(other_layout, "2025-03-04T10:00"), Kept(other_layout, "2025-03-05T10:00")])
    assert len(revisions_of(archive, "dinews:1200")) == 1
    live(archive, [Kept(edited, "2025-03-06T10:00")])
    assert [r.record.title for r in revisions_of(archive, "dinews:1200")] == [TITLE, "Nước đã rút hẳn"]
    assert shown(archive) == ["dinews:1200"], "an edit after the move parts nothing"


@pytest.mark.parametrize(
    ("why", "more"),
    [
        ("another day", {"at": "2025-03-02T09:30"}),
        ("another minute", {"at": "2025-03-01T09:31"}),
        ("another title", {"title": "Nước rút ở bản đầu nguồn"}),
        ("another text", {"lines": OTHER}),
        ("no day", {"at": ""}),
        ("other numbers", {"lines": [line + " Giá 81,5 và 83,2 triệu." for line in TEXT]}),
        ("only a month", {"published_precision": "month"}),
    ],
)
def test_what_does_not_agree_in_everything_stays_two(archive: Archive, why: str, more: dict[str, object]) -> None:
    old = at("/nuoc-rut-1200.html", host=OLD, lines=[line + " Giá 79,1 và 80,4 triệu." for line in TEXT])
    old = old if why == "other numbers" else OLD_PAGE
    other = at("/tin-bai/doi-song/nuoc-rut", seen="2025-03-04T10:00", **more)
    assert live(archive, [old, other]) == sorted([old.article, other.article]), why


def test_two_ids_of_one_numbering_are_always_two(archive: Archive) -> None:
    """Papers publish twice, and lead the one to the other."""
    twice = at("/nuoc-rut-1201.html", seen="2025-03-04T10:00", names=OLD_PAGE.record.url)
    pages = [OLD_PAGE, twice, leads(twice.record.url, OLD_PAGE.record.url)]
    assert live(archive, pages) == ["dinews:1200", "dinews:1201"]


def test_ids_of_two_numberings_may_be_one_article(archive: Archive) -> None:
    renumbered = at("/nuoc-rut-2001200.html", seen="2025-03-04T10:00")
    apart = at("/nuoc-rut-1200.html", host=APART, seen="2025-03-05T10:00")
    assert live(archive, [OLD_PAGE, renumbered, apart]) == ["dinews:1200"]
    assert [id_space(PAPER, page.article)[:2] for page in (OLD_PAGE, renumbered, apart)] == [
        ("#0", "1200"), ("#1", "2001200"), ("rieng.example.vn#0", "1200")
    ]  # fmt: skip


def test_a_path_that_could_be_two_ids_is_one_of_them(archive: Archive) -> None:
    """The paper has published an article twice, and kept one address of both after the move."""
    twice = at("/nuoc-rut-1201.html", host=OLD, seen="2025-03-01T11:00")
    assert live(archive, [OLD_PAGE, twice, MOVED]) == ["dinews:1200", "dinews:1201"]
    assert identity_of(archive, SOURCES, MOVED.record.url) == "dinews:1200"


def test_two_paths_are_one_only_where_all_agrees(archive: Archive) -> None:
    one, other = at("/tin-bai/doi-song/nuoc-rut"), at("/tin-bai/kinh-te/nuoc-rut", seen="2025-03-03T08:00")
    assert live(archive, [one, other, at("/tin-bai/doi-song/nuoc-rut-2")]) == [one.article, f"{one.article}-2"]
    assert live(archive, [at("/tin-bai/the-thao/nuoc-rut", lines=[*TEXT, OTHER[0]])])[-1].endswith("/the-thao/nuoc-rut")


@pytest.mark.parametrize("way", ["canonical", "redirect"])
@pytest.mark.parametrize("order", [(0, 1, 2), (1, 2, 0), (2, 1, 0), (0, 2, 1)])
def test_what_the_paper_says_counts_where_the_text_bears_it_out(
    archive: Archive, way: str, order: tuple[int, ...]
) -> None:
    """An edited article that its text alone would not unite."""
    edited = [*TEXT[:2], OTHER[0]]
    new = at("/tin-bai/doi-song/nuoc-da-rut", "Nước đã rút hẳn", edited, seen="2025-03-04T10:00")
    if way == "canonical":
        old = msgspec.structs.replace(OLD_PAGE, names=new.record.url)
        pages = [old, new, at("/khac-1300.html", "Chuyện khác", OTHER)]
    else:
        pages = [OLD_PAGE, new, leads(OLD_PAGE.record.url, new.record.url)]
    for n in order:
        keep(archive, pages[n])
        derive_article(archive, pages[n].article, SOURCES)
    assert ("dinews:1200", way) == tuple(next(archive.rows("SELECT article, why FROM aliases")).values())
    assert new.article not in shown(archive)


def test_a_redirect_to_another_article_unites_nothing(archive: Archive) -> None:
    """As papers do with articles that they have deleted."""
    other = at("/tin-bai/doi-song/thu-vien", "Thư viện mới ở xã vùng cao", OTHER)
    pages = [OLD_PAGE, other, leads(OLD_PAGE.record.url, other.record.url)]
    assert live(archive, pages) == [other.article, "dinews:1200"]
    assert [row["why"] for row in archive.rows("SELECT why FROM aliases")] == ["claimed"]


def test_a_fixed_address_of_a_daily_column_unites_no_days(archive: Archive) -> None:
    column, days = f"{NEW}/tin-bai/kinh-te/gia-vang", []
    for day in (1, 2, 3):
        lines = [*TEXT, f"Giá vàng hôm nay: mua vào {78 + day},{day} triệu đồng, bán ra {80 + day},{day} triệu đồng."]
        when = f"2025-03-0{day}T06:00"
        days.append(at(f"/gia-vang-140{day}.html", "Giá vàng hôm nay", lines, seen=when, at=when, names=column))
        days.append(at("/tin-bai/kinh-te/gia-vang", "Giá vàng hôm nay", lines, seen=f"2025-03-0{day}T09:00", at=when))
    live(archive, days)
    assert [name for name in shown(archive) if "140" in name] == ["dinews:1401", "dinews:1402", "dinews:1403"]


def test_a_canonical_link_that_a_template_prints_everywhere_counts_for_nothing(archive: Archive) -> None:
    pages = [at(f"/tin-bai/muc/bai-{n}", names=OLD_PAGE.record.url) for n in range(MANY + 1)]
    before = live(archive, [OLD_PAGE, *pages[:2]])
    assert before == ["dinews:1200"]
    got = live(archive, pages[2:])
    assert len(got) == MANY + 1, "the one that ends alike is none here, as all say the same: text unites one of them"
    assert [row["why"] for row in archive.rows("SELECT why FROM aliases WHERE why <> 'claimed'")] == ["text"]


def _mixed(rng: random.Random) -> list[Kept]:
    """Moves, edits, claims, near-misses and a daily column, all of one day or two."""
    edited = [*TEXT[:2], OTHER[1]]
    pages = [
        msgspec.structs.replace(OLD_PAGE, names=f"{NEW}/tin-bai/doi-song/nuoc-da-rut"),
        MOVED,
        at("/tin-bai/doi-song/nuoc-da-rut", "Nước đã rút", edited, seen="2025-03-05T10:00"),
        at("/tin-bai/doi-song/nuoc-da-rut", "Nước rút hết", edited, seen="2025-03-06T10:00"),
        at("/nuoc-rut-1201.html", host=OLD, seen="2025-03-01T11:00", names=OLD_PAGE.record.url),
        at("/nuoc-rut-2001200.html", seen="2025-03-04T10:00"),
        at("/nuoc-rut-1201.html", host=APART, seen="2025-03-04T11:00"),
        at("/tin-bai/kinh-te/nuoc-rut", seen="2025-03-07T08:00", at="2025-03-02T06:00"),
        at("/thu-vien-1300.html", "Thư viện", OTHER, seen="2025-03-02T10:00"),
        at(
            "/tin-bai/doi-song/thu-vien",
            "Thư viện",
            OTHER,
            at="",
            seen="2025-03-03T10:00",
            names=f"{OLD}/thu-vien-1300.html",
        ),
        leads(f"{OLD}/thu-vien-1300.html", f"{NEW}/tin-bai/doi-song/thu-vien"),
        leads(f"{OLD}/nuoc-rut-1201.html", f"{NEW}/tin-bai/doi-song/nuoc-rut"),
    ]
    rng.shuffle(pages)
    return pages


@pytest.mark.parametrize("seed", range(12))
def test_the_order_of_arrival_does_not_matter(tmp_path: Path, clock: ShiftedClock, seed: int) -> None:
    """Pages that arrive in any order, derived one by one, give what a rebuild gives, and what any other order gives."""
    with Archive(tmp_path / "a.db", clock=clock) as first, Archive(tmp_path / "b.db", clock=clock) as second:
        live(first, _mixed(random.Random(0)))
        live(second, _mixed(random.Random(seed + 1)))
        assert state(second) == state(first)
        rebuild(second, SOURCES)
        assert state(second) == state(first)
        assert shown(first) and len(shown(first)) < 8


def test_what_parts_again_are_two_articles_again(archive: Archive) -> None:
    """A page is found to have been misread: the cleaner makes another date of it."""
    live(archive, [OLD_PAGE, MOVED, at("/tro-1100.html", "Trỏ tới", OTHER, seen="2025-03-01T08:00")])
    page = archive.conn.execute("SELECT id FROM pages WHERE url = ?", (MOVED.record.url,)).fetchone()[0]
    other = told(MOVED.record.url, at="2025-02-01T09:30")
    archive.conn.execute("UPDATE cleanings SET output = ? WHERE page = ?", (msgspec.json.encode(other).decode(), page))
    derive_article(archive, MOVED.article, SOURCES)
    assert shown(archive) == [MOVED.article, "dinews:1100", "dinews:1200"]
    assert not list(archive.rows("SELECT * FROM aliases"))


def test_every_old_address_finds_the_article(archive: Archive) -> None:
    lost = f"{OLD}/muc/khong-co-ban-nao-1190.html"
    live(archive, [OLD_PAGE, MOVED, leads(lost, MOVED.record.url)])
    urls = [OLD_PAGE.record.url, MOVED.record.url, "http://www.cu.example.vn/ten-khac-1200.html?utm_source=x#a", lost]
    for url in urls:
        assert identity_of(archive, SOURCES, url) == "dinews:1200", url
        found = article_of(archive, SOURCES, url)
        assert found and found.title == TITLE


def test_links_lead_to_where_the_article_is_shown(archive: Archive) -> None:
    linking = told(f"{NEW}/tro-1100.html", "Trỏ tới", OTHER)
    number = archive.keep_page(PAPER, Page(url=linking.url, fetched_at="2025-03-01T08:00:00+07:00", body=b"t"))
    links = (Link(MOVED.record.url, "Nước rút"), Link(MOVED.record.url, "chính nó", "canonical"))
    archive.put_cleaning(number, "c1", Cleaned(output=linking, article="dinews:1100", links=links))
    note_newest(archive, "dinews", "c1")
    derive_article(archive, "dinews:1100", SOURCES)
    targets = "SELECT kind, target FROM links"
    assert [tuple(r.values()) for r in archive.rows(targets)] == [("related", MOVED.article)]
    live(archive, [OLD_PAGE, MOVED])
    assert [tuple(r.values()) for r in archive.rows(targets)] == [("related", "dinews:1200")]


def test_what_waits_is_united_too(archive: Archive) -> None:
    names = [keep(archive, page) for page in (MOVED, OLD_PAGE)]
    with archive.transaction() as db:
        queue(db, names)
    settle(archive, SOURCES)
    assert shown(archive) == ["dinews:1200"]
