"""What is done with an archive whose articles have moved: withdraw, merge, publish, verify, hold, why."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from archive.checks import last_parts
from archive.cleaners import in_force, note_newest, put_in_force
from archive.derive import derive_article, settle
from archive.facts import Cleaned, Found
from archive.frontier import Frontier
from archive.held import Loss, held, put_held
from archive.history import revisions_of
from archive.life import article_of, identity_of, life_of
from archive.merge import merge
from archive.proof import Finding, Verification
from archive.publish import publish
from archive.store import Archive
from archive.tombstones import Tombstones
from archive.withdraw import find, withdraw
from config.clock import ShiftedClock
from tests.archive.moving import NEW, OLD, OTHER, PAPER, SOURCES, Kept, at, keep, leads, told

OLD_PAGE = at("/nuoc-rut-1200.html", host=OLD, seen="2025-03-01T10:00")
MOVED = at("/tin-bai/doi-song/nuoc-rut", seen="2025-03-04T10:00")
ELSE = at("/khac-1300.html", "Thư viện mới", OTHER, seen="2025-03-02T10:00")
URLS = (OLD_PAGE.record.url, MOVED.record.url)


def live(archive: Archive, *pages: Kept) -> Archive:
    for page in pages:
        derive_article(archive, keep(archive, page), SOURCES)
    return archive


@pytest.fixture
def other(tmp_path: Path, clock: ShiftedClock) -> Iterator[Archive]:
    with Archive(tmp_path / "other.db", clock=clock) as opened:
        yield opened


def names(archive: Archive) -> list[str]:
    return [row["article"] for row in archive.rows("SELECT article FROM articles ORDER BY article")]


def wrong(archive: Archive) -> list[Finding]:
    return [f for result in Verification(archive, None, None).run(last_parts(SOURCES)) for f in result.wrong]


@pytest.mark.parametrize("url", URLS)
def test_a_withdrawal_takes_all_addresses_and_keeps_them_out(archive: Archive, url: str) -> None:
    Frontier(live(archive, OLD_PAGE, MOVED, ELSE), SOURCES).add([Found(url=u, kind="article") for u in URLS])
    going = find(archive, SOURCES, url)
    assert len(going.pages) == 2 and set(URLS) <= set(going.urls)
    withdraw(archive, going, "luật")
    settle(archive, SOURCES)
    assert names(archive) == ["dinews:1300"] and not list(archive.rows("SELECT * FROM aliases"))
    assert not list(archive.rows("SELECT 1 FROM frontier WHERE kind = 'article'"))
    stones = {row["url"]: row["article"] for row in archive.rows("SELECT url, article FROM withdrawals")}
    assert stones == {URLS[0]: "dinews:1200", URLS[1]: "dinews:/tin-bai/doi-song/nuoc-rut"}
    for again in (*URLS, f"{OLD}/ten-moi-1200.html"):
        assert Frontier(archive, SOURCES).add([Found(url=again, kind="article")]) == 0
        assert Tombstones(SOURCES, archive.conn).cover("dinews", again)
    archive.conn.execute("UPDATE withdrawals SET erased_at = withdrawn_at")
    assert not wrong(archive)


def test_a_redirect_of_which_nothing_else_is_kept_takes_nothing_with_it(archive: Archive) -> None:
    """Papers lead from what they have deleted to something else."""
    lost = f"{OLD}/muc/khong-co-1190.html"
    live(archive, OLD_PAGE, MOVED, leads(lost, URLS[1]))
    going = find(archive, SOURCES, lost)
    assert (len(going.pages), going.urls, going.article) == (1, [lost], "dinews:1190")


def test_withdrawing_one_identity_leaves_the_other_whole(archive: Archive) -> None:
    """As a tombstone of another archive may ask for, which never knew of the move."""
    live(archive, OLD_PAGE, MOVED)
    going = find(archive, SOURCES, URLS[1])
    going.names, going.urls, going.whose = [MOVED.article], [URLS[1]], {}
    going.article = MOVED.article
    number = archive.conn.execute("SELECT id FROM pages WHERE url = ?", (URLS[1],)).fetchone()[0]
    going.pages = [number]
    withdraw(archive, going, "luật")
    settle(archive, SOURCES)
    assert names(archive) == ["dinews:1200"]
    assert [r.url for r in revisions_of(archive, "dinews:1200")] == [URLS[0]]


@pytest.mark.parametrize("way", ["into", "from"])
def test_a_merge_takes_what_was_withdrawn_at_every_address(archive: Archive, other: Archive, way: str) -> None:
    """The one archive withdrew the article before it moved; the other has it before and after."""
    live(archive, OLD_PAGE, MOVED, ELSE)
    live(other, OLD_PAGE)
    withdraw(other, find(other, SOURCES, URLS[0]), "luật")
    here, there = (archive, other) if way == "into" else (other, archive)
    merge(here, there, SOURCES)
    settle(here, SOURCES)
    assert names(here) == ["dinews:1300"]
    stones = {row["url"]: row["article"] for row in here.rows("SELECT url, article FROM withdrawals")}
    assert stones == {URLS[0]: "dinews:1200", URLS[1]: MOVED.article}


def test_a_merge_unites_what_moved_between_two_archives(archive: Archive, other: Archive) -> None:
    edited = at("/tin-bai/doi-song/nuoc-da-rut", "Nước đã rút", seen="2025-03-04T10:00")
    live(archive, OLD_PAGE)
    live(other, edited)
    keep(other, leads(URLS[0], edited.record.url))
    for _ in range(2):
        merge(archive, other, SOURCES)
        settle(archive, SOURCES)
        assert names(archive) == ["dinews:1200"]
        assert [tuple(r.values()) for r in archive.rows("SELECT * FROM aliases")] == [
            (edited.article, "dinews:1200", "redirect")
        ]


def test_a_published_copy_finds_the_article_at_every_address(archive: Archive, tmp_path: Path) -> None:
    claims = at("/ten-khac-1400.html", "Chuyện khác", OTHER, names=f"{NEW}/tin-bai/a/b")
    live(archive, OLD_PAGE, MOVED, claims)
    publish(archive, tmp_path / "public.db")
    with Archive(tmp_path / "public.db", write=False) as public:
        for url in URLS:
            assert article_of(public, SOURCES, url) == article_of(archive, SOURCES, url) != None  # noqa: E711
        assert [r["why"] for r in public.rows("SELECT why FROM aliases")] == ["text"], "claims are nobody's concern"


def test_verify_finds_what_is_wrong_with_aliases(archive: Archive) -> None:
    live(archive, OLD_PAGE, MOVED, ELSE)
    assert not wrong(archive)
    archive.conn.execute("DELETE FROM aliases")
    assert [f.what.partition(":")[0] for f in wrong(archive)] == ["article dinews", "article dinews"]
    archive.conn.execute("INSERT INTO aliases VALUES (?, 'dinews:1200', 'text')", (MOVED.article,))
    archive.conn.execute("INSERT INTO aliases VALUES ('dinews:1', 'dinews:9', 'text')")
    assert [f.what for f in wrong(archive)] == ["alias dinews:1: names dinews:9, which is not shown"]
    archive.conn.execute("DELETE FROM aliases WHERE alias = 'dinews:1'")
    archive.conn.execute("UPDATE aliases SET article = 'dinews:1300'")
    assert wrong(archive)


def test_a_hold_on_what_an_alias_shows_holds_it(archive: Archive) -> None:
    live(archive, OLD_PAGE, MOVED)
    page = archive.conn.execute("SELECT id FROM pages WHERE url = ?", (URLS[1],)).fetchone()[0]
    shorter = told(URLS[1], "Nước rút ở bản ven sông", cleaner="c2", captions=["Ảnh"])
    archive.put_cleaning(page, "c2", Cleaned(output=shorter, article=MOVED.article))
    put_held(archive, MOVED.article, "dinews", "c1", [Loss("lead", "Sáng nay")])
    note_newest(archive, "dinews", "c2")
    put_in_force(archive, "dinews", "c2", [MOVED.article, OLD_PAGE.article])
    settle(archive, SOURCES)
    assert in_force(archive, "dinews") == "c2" and names(archive) == ["dinews:1200"]
    (shown,) = archive.rows("SELECT cleaner, captions FROM articles")
    assert shown == {"cleaner": "c1", "captions": "[]"}
    (told_of,) = held(archive)
    assert (told_of.article, told_of.url) == (MOVED.article, URLS[1])
    assert life_of(archive, SOURCES, URLS[0])["now"]["held"] == [{"kind": "lead", "what": "Sáng nay"}]


def test_why_tells_the_life_at_all_addresses(archive: Archive) -> None:
    live(archive, OLD_PAGE, MOVED, leads(URLS[0], URLS[1]))
    for url in URLS:
        life = life_of(archive, SOURCES, url)
        assert life["article"] == "dinews:1200" == identity_of(archive, SOURCES, url)
        visited = [event["what"] for event in life["events"] if event["kind"] == "visit"]
        assert any(URLS[0] in what for what in visited) and any(URLS[1] in what for what in visited)


def test_what_was_derived_by_an_earlier_version_is_united_when_it_waits(archive: Archive) -> None:
    """`same` says that a newer cleaner reads alike: of a paper that may have moved articles that is not enough."""
    live(archive, OLD_PAGE, MOVED)
    archive.conn.execute("DELETE FROM aliases")
    archive.conn.execute("INSERT INTO underived (article, same) VALUES (?, 1)", (MOVED.article,))
    settle(archive, SOURCES)
    assert names(archive) == ["dinews:1200"] and len(list(archive.rows("SELECT * FROM aliases"))) == 1
    assert PAPER.renumbers


def test_one_article_queued_at_two_addresses_is_one_row_after_a_merge(archive: Archive, other: Archive) -> None:
    again = f"{OLD}/ten-khac-1200.html"
    Frontier(archive, SOURCES).add([Found(url=URLS[0], kind="article")])
    Frontier(other, SOURCES).add([Found(url=again, kind="article")])
    merge(archive, other, SOURCES)
    Frontier(archive, SOURCES).seed(PAPER)
    assert [r["article"] for r in archive.rows("SELECT article FROM frontier WHERE kind = 'article'")] == [
        "dinews:1200"
    ]
