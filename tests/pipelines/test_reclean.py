"""Cleaning again: what a changed rule changes is told, what would be lost is held, and nothing looks like an edit."""

from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
import pytest

from archive import cleaners
from archive.derive import rebuild, settle
from archive.facts import Page
from archive.held import RECURS, held
from archive.store import Archive
from config.declarations import Rules, UrlRules
from config.sources import Generation, Source, Sources
from pipelines import reclean as module
from pipelines.cleaner import cleaner_id
from pipelines.pool import CleaningPool
from pipelines.process import process
from pipelines.reclean import reclean, take_in
from tests.conftest import PAPER

RULES = Rules(container=("article",), title=("h1",), lead=("h2",), authors=(".by",), published=("time",))
TABLES = ("articles", "revisions", "links", "cleanings", "held", "cleaners")
CLUTTER = "Mời bạn đọc theo dõi trang của báo trên các mạng xã hội."


def paper(**rules: object) -> Source:
    """The made-up paper under changed rules."""
    changed = msgspec.structs.replace(RULES, **rules)
    return msgspec.structs.replace(PAPER, generations=(Generation(name="2025", when="article", rules=changed),))


def page(number: int, hour: int = 1, **parts: str) -> Page:
    """A page of article `number`, fetched at that hour; `extra` is markup inside its container."""
    told = {"title": f"Tít số {number}", "time": "01/03/2025 07:30", "by": "Lê An", "extra": ""} | parts
    html = (
        f"<html><body><h1>{told['title']}</h1><time>{told['time']}</time><p class=by>{told['by']}</p>"
        f"<h2>Đoạn dẫn của bài số {number} kể chuyện con sông mùa cạn.</h2><article>"
        f"<p>Sáng ấy, {number} chiếc thuyền rời bến sớm hơn mọi ngày để kịp con nước lên.</p>"
        f"<p class=end>Người lái đò thứ {number} nói ông đã quen với cảnh này từ hai mươi năm nay.</p>"
        f"<p class=ad>{CLUTTER}</p>{told['extra']}</article></body></html>"
    )
    url = f"https://song.example.vn/bai-{number}.html"
    return Page(url=url, fetched_at=f"2025-03-10T{hour:02}:00:00+07:00", body=html.encode())


@pytest.fixture(scope="module")
def pool() -> Iterator[CleaningPool]:
    with CleaningPool(1) as opened:
        yield opened


Again = Callable[..., module.Report]


@pytest.fixture
def again(archive: Archive, pool: CleaningPool) -> Again:
    """Clean again under changed rules."""

    def run(source: Source, **options: object) -> module.Report:
        return reclean(archive, Sources({"songnews": source}, {}), pool, **options)  # type: ignore[arg-type]

    return run


def keep(archive: Archive, source: Source, *pages: Page) -> None:
    """Pages as a crawl takes them: kept, cleaned by the rules of today, derived."""
    for each in pages:
        number = archive.keep_page("songnews", each)
        take_in(archive, Sources({"songnews": source}, {}), number, cleaner_id(source), process(each, source))


def go_over(archive: Archive, source: Source, *, pinned: bool = False) -> None:
    """Put the paper's rules in force."""
    cleaner = cleaner_id(source)
    cleaners.put_in_force(archive, "songnews", cleaner, cleaners.differing(archive, "songnews", cleaner), pinned=pinned)


def texts(archive: Archive) -> dict[str, str]:
    return {row["article"]: row["text"] for row in archive.rows("SELECT article, text FROM articles ORDER BY 1")}


def revisions(archive: Archive) -> list[int]:
    return [row["revisions"] for row in archive.rows("SELECT revisions FROM articles ORDER BY article")]


def dump(archive: Archive, tables: tuple[str, ...] = TABLES) -> list[str]:
    return [str(row) for table in tables for row in archive.rows(f"SELECT * FROM {table} ORDER BY 1, 2")]


def test_a_dry_run_tells_and_writes_nothing(archive: Archive, again: Again) -> None:
    keep(archive, paper(), *(page(n) for n in range(1, 4)))
    before = dump(archive)
    report = again(paper(drop=(".end",)), dry_run=True)
    assert dump(archive) == before
    assert (report.pages, report.changed, report.fields) == (3, {"songnews": 3}, {"songnews blocks": 3})
    assert [(h.article, h.losses[0].kind) for h in report.losses] == [(f"songnews:{n}", "text") for n in (1, 2, 3)]
    url, change = report.samples["songnews blocks"][0]
    assert url == page(1).url and "[-Người lái đò thứ 1 nói" in change


def test_a_lost_paragraph_is_held_until_it_is_accepted(archive: Archive, again: Again) -> None:
    keep(archive, paper(), page(1), page(2))
    before = texts(archive)
    assert len(again(paper(drop=(".end",))).losses) == 2
    assert texts(archive) == before and revisions(archive) == [1, 1]
    assert again(paper(drop=(".end",)), accept=True).losses == []
    assert all("Người lái đò" not in text for text in texts(archive).values()) and revisions(archive) == [1, 1]


@pytest.mark.parametrize(
    ("rules", "kind"),
    [
        ({"published": ()}, "date"),
        ({"authors": ()}, "authors"),
        ({"lead": (".nowhere",), "drop": ("h2",)}, "lead"),
        ({"not_article": ("article",)}, "article"),
    ],
)
def test_each_loss_is_told_and_held(archive: Archive, again: Again, rules: dict[str, object], kind: str) -> None:
    keep(archive, paper(), page(1))
    before = texts(archive)
    (each,) = again(paper(**rules)).losses
    assert kind in [loss.kind for loss in each.losses]
    assert texts(archive) == before


def test_a_line_that_goes_from_many_articles_is_no_loss(archive: Archive, again: Again) -> None:
    keep(archive, paper(), *(page(n) for n in range(1, RECURS + 1)))
    assert all(CLUTTER in text for text in texts(archive).values())
    better = paper(drop=(".ad",))
    assert again(better, dry_run=True).losses == []
    assert again(better).losses == []
    assert not any(CLUTTER in text for text in texts(archive).values())
    assert revisions(archive) == [1] * RECURS


def test_a_held_article_stays_as_it_was_when_it_is_fetched_again(archive: Archive, again: Again) -> None:
    keep(archive, paper(), page(1))
    worse, before = paper(drop=(".end",)), texts(archive)
    again(worse)
    keep(archive, worse, page(1, hour=2, extra="<!-- a counter -->"))
    assert texts(archive) == before and revisions(archive) == [1]
    row = next(archive.rows("SELECT last_seen, cleaner FROM articles"))
    assert row == {"last_seen": "2025-03-10T02:00:00+07:00", "cleaner": cleaner_id(paper())}
    keep(archive, worse, page(1, hour=3, title="Tít đã sửa"))
    assert revisions(archive) == [2]
    assert [row["title"] for row in archive.rows("SELECT title FROM articles")] == ["Tít đã sửa"]


def test_a_held_drop_stays_an_article_when_it_is_fetched_again(archive: Archive, again: Again) -> None:
    keep(archive, paper(), page(1))
    worse, before = paper(not_article=("article",)), texts(archive)
    again(worse)
    keep(archive, worse, page(1, hour=2))
    assert texts(archive) == before and revisions(archive) == [1]


def test_a_mended_rule_lets_go_what_was_held(archive: Archive, again: Again) -> None:
    keep(archive, paper(), page(1))
    again(paper(drop=(".end",)))
    assert len(list(held(archive))) == 1
    again(paper(drop=(".nowhere",)))
    assert list(held(archive)) == [] and cleaners.in_force(archive, "songnews") == cleaner_id(paper(drop=(".nowhere",)))


def test_going_back_and_forth_gives_the_same_rows(archive: Archive, again: Again) -> None:
    keep(archive, paper(), *(page(n) for n in range(1, 4)))
    old, new, sources = paper(), paper(drop=(".end", ".ad")), Sources({"songnews": paper()}, {})
    derived = ("articles", "revisions", "links")
    first = dump(archive, derived)
    again(new, accept=True)
    forward = dump(archive)
    assert dump(archive, derived) != first
    go_over(archive, old, pinned=True)
    settle(archive, sources)
    assert dump(archive, derived) == first
    assert again(new).pages == 0 and cleaners.in_force(archive, "songnews") == cleaner_id(old), "a pin stays"
    go_over(archive, new)
    settle(archive, sources)
    assert dump(archive) == forward


def test_pages_that_come_after_going_back_are_shown(archive: Archive, again: Again) -> None:
    keep(archive, paper(), page(1))
    new = paper(drop=(".end", ".ad"))
    again(new, accept=True)
    go_over(archive, paper(), pinned=True)
    settle(archive, Sources({"songnews": new}, {}))
    before = texts(archive)
    keep(archive, new, page(1, hour=2, extra=" "), page(2, hour=2))
    assert texts(archive) | before == texts(archive) and set(texts(archive)) == {"songnews:1", "songnews:2"}
    assert revisions(archive) == [1, 1]


def test_a_part_leaves_the_old_work_in_force_and_makes_no_revision(archive: Archive, again: Again) -> None:
    keep(archive, paper(), page(1), page(2))
    new = paper(drop=(".ad",))
    late = msgspec.structs.replace(page(1, extra=" "), fetched_at="2025-03-12T01:00:00+07:00")
    number = archive.keep_page("songnews", late)
    before = texts(archive)
    assert again(new, since="2025-03-11").pages == 1
    assert texts(archive) == before and revisions(archive) == [1, 1]
    assert archive.pending("songnews", cleaner_id(new)) and number not in archive.pending("songnews", cleaner_id(new))
    again(new, accept=True)
    assert revisions(archive) == [1, 1] and not any(CLUTTER in text for text in texts(archive).values())


def test_going_over_is_done_in_steps_and_goes_on(
    archive: Archive, again: Again, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("archive.derive.BATCH", 2)
    keep(archive, paper(), *(page(n) for n in range(1, 8)))
    new, sources = paper(title=("h2",)), Sources({"songnews": paper()}, {})
    again(new, accept=True)
    whole = dump(archive)
    go_over(archive, paper())
    settle(archive, sources)

    def stop(done: int, total: int) -> None:
        raise KeyboardInterrupt

    go_over(archive, new)
    with pytest.raises(KeyboardInterrupt):
        settle(archive, sources, stop)
    changed = [title for (title,) in archive.conn.execute("SELECT title FROM articles") if "Đoạn dẫn" in title]
    assert len(changed) == 2, "two articles a step"
    again(new)
    assert dump(archive) == whole


def test_going_over_gives_what_a_rebuild_gives(archive: Archive, again: Again, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where only the cleaner's id changes, which is not derived anew."""
    keep(archive, paper(), *(page(n, hour, extra=f"<p class=x>Giờ {hour}</p>") for hour in (1, 2) for n in range(1, 6)))
    new, derived = paper(drop=(".x",)), ("articles", "revisions", "links")
    mended = archive.keep_page("songnews", page(9, 3))
    for rules in (paper(drop=(".nowhere",)), new, paper(drop=(".x", ".nowhere"))):
        again(rules)
        went = dump(archive, derived)
        assert all(cleaner_id(rules) in row for row in went if "'revisions'" in row)
        rebuild(archive, Sources({"songnews": new}, {}))
        assert dump(archive, derived) == went
    assert mended and revisions(archive) == [1] * 6


def test_cleaning_and_rebuilding_twice_gives_the_same_bytes(archive: Archive, again: Again) -> None:
    keep(archive, paper(), *(page(n, hour) for n in range(1, 5) for hour in (1, 2)))
    again(paper(drop=(".ad",)), accept=True)
    rebuild(archive, Sources({"songnews": paper()}, {}))
    first = dump(archive)
    assert again(paper(drop=(".ad",))).pages == 0
    rebuild(archive, Sources({"songnews": paper()}, {}))
    assert dump(archive) == first


def test_verdicts_are_remembered_per_page(archive: Archive, again: Again) -> None:
    doubted = "<div class=share-box>Gửi bài này cho bạn bè của bạn</div>"
    keep(archive, paper(), page(1, extra=doubted), page(2, extra=doubted))
    first = list(archive.rows("SELECT * FROM verdicts ORDER BY page"))
    assert [row["page"] for row in first] == [1, 2] and all(len(row["kept"]) < 60 for row in first)
    again(paper(title=("h2",)), accept=True)
    assert list(archive.rows("SELECT * FROM verdicts ORDER BY page")) == first
    again(paper(drop=(".ad",)), accept=True)
    assert all(a != b for a, b in zip(first, archive.rows("SELECT * FROM verdicts ORDER BY page"), strict=True))


def test_earlier_work_stays_until_it_is_forgotten(archive: Archive, again: Again) -> None:
    keep(archive, paper(), page(1), page(2))
    again(paper(drop=(".ad",)), accept=True)
    again(paper(drop=(".end",)))
    known = cleaners.known_cleaners(archive)
    assert [(k.pages, k.in_force, k.newest, k.held) for k in known] == [
        (2, True, True, 0),
        (2, False, False, 2),
        (2, False, False, 0),
    ]
    before = texts(archive)
    assert cleaners.forget_old(archive) == 2
    rebuild(archive, Sources({"songnews": paper()}, {}))
    assert texts(archive) == before


def test_a_page_that_cannot_be_read_keeps_its_article_and_stops_no_other(archive: Archive, again: Again) -> None:
    keep(archive, paper(), page(1), page(2))
    archive.conn.execute("UPDATE bodies SET data = x'00' WHERE id = 1")
    new, before = paper(title=("h2",)), texts(archive)
    for options in ({}, {"accept": True}):
        report = again(new, **options)
        assert list(report.damaged) == [1] and "body 1" in report.damaged[1]
        assert [h.losses[0].kind for h in report.losses] == ["page"]
        assert texts(archive) == before and archive.pending("songnews", cleaner_id(new)) == [1]
    titles = [row["title"] for row in archive.rows("SELECT title FROM articles ORDER BY article")]
    assert titles[0] == "Tít số 1" and titles[1].startswith("Đoạn dẫn của bài số 2")


def test_a_page_that_hangs_costs_its_own_drop_only(
    archive: Archive, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    from pipelines import pool as pool_module
    from tests.pipelines.test_pool import hanging_chunk

    keep(archive, paper(), *(page(n) for n in range(1, 4)))
    monkeypatch.setattr(pool_module, "_clean_chunk", hanging_chunk)
    new, before = Sources({"songnews": paper(drop=(".nowhere",))}, {}), texts(archive)
    with CleaningPool(1, seconds=3) as pool:
        report = reclean(archive, new, pool)
        assert (report.pages, report.dropped) == (3, {"hang": 1})
        assert [loss.kind for each in report.losses for loss in each.losses] == ["article"]
        assert texts(archive) == before, "a hang is held like any other loss"
        assert reclean(archive, new, pool, accept=True).pages == 0
    assert set(texts(archive)) == {"songnews:1", "songnews:3"}


def shown(archive: Archive) -> dict[str, tuple[bool, int]]:
    """By article: whether its last paragraph is shown, and its revisions. All that is shown must be there."""
    gone = (
        "SELECT 1 FROM {} x WHERE NOT EXISTS (SELECT 1 FROM cleanings c WHERE c.page = x.{} AND c.cleaner = x.cleaner)"
    )
    for table, column in (("articles", "page"), ("revisions", "shows")):
        assert not list(archive.rows(gone.format(table, column))), table
    rows = archive.rows("SELECT article, text, revisions FROM articles ORDER BY article")
    return {row["article"]: ("Người lái đò" in row["text"], row["revisions"]) for row in rows}


def check_rebuild(archive: Archive) -> None:
    before = [row.replace("'id'", "") for row in dump(archive, ("articles", "revisions"))]
    rebuild(archive, Sources({"songnews": paper()}, {}))
    assert [row.replace("'id'", "") for row in dump(archive, ("articles", "revisions"))] == before


WORSE, BETTER = paper(drop=(".end",)), paper(drop=(".ad",))


def test_what_only_newer_rules_have_seen_stays_when_the_keeper_goes_back_twice(archive: Archive, again: Again) -> None:
    keep(archive, paper(), page(1))
    again(BETTER, accept=True)
    go_over(archive, paper(), pinned=True)
    settle(archive, Sources({"songnews": BETTER}, {}))
    keep(archive, BETTER, page(2))
    for _ in range(2):
        go_over(archive, paper(), pinned=True)
        keep(archive, BETTER, page(3))  # while everything waits to be settled
        settle(archive, Sources({"songnews": BETTER}, {}))
        assert shown(archive) == {f"songnews:{n}": (True, 1) for n in (1, 2, 3)}
    cleaners.note_newest(archive, "songnews", cleaner_id(WORSE))  # and a kill before a page was cleaned
    assert cleaners.forget_old(archive) == 1, "of the page that the rules in force have seen"
    check_rebuild(archive)
    assert set(shown(archive)) == {"songnews:1", "songnews:2", "songnews:3"}
    assert len(again(WORSE).losses) == 3 and all(there for there, _ in shown(archive).values())


def test_work_that_was_not_made_just_now_is_compared_too(archive: Archive, again: Again) -> None:
    keep(archive, WORSE, page(1))
    again(paper())
    assert shown(archive) == {"songnews:1": (True, 1)}
    report = again(WORSE)
    assert report.pages == 0 and [loss.kind for h in report.losses for loss in h.losses] == ["text"]
    assert shown(archive) == {"songnews:1": (True, 1)}


def test_a_drop_that_becomes_a_poor_record_does_not_take_the_articles_place(archive: Archive, again: Again) -> None:
    html = "<html><h1>Tít</h1><article class=off><p>Bài này đã gỡ.</p></article></html>"
    gone = msgspec.structs.replace(page(1, 2), body=html.encode())
    strict = paper(not_article=(".off",))
    keep(archive, strict, page(1), gone)
    assert shown(archive) == {"songnews:1": (True, 1)}
    assert len(again(paper()).losses) == 1
    assert shown(archive) == {"songnews:1": (True, 1)}


def test_pages_kept_under_a_host_go_over_with_their_paper(archive: Archive, pool: CleaningPool) -> None:
    """Declared later, they are pages of the same articles: half of them under other rules would look like edits."""
    sources = Sources({"songnews": paper()}, {})
    for name, hour in (("song.example.vn", 1), ("songnews", 2)):
        for n in range(1, RECURS + 1):
            number = archive.keep_page(name, page(n, hour))
            take_in(archive, sources, number, cleaner_id(paper()), process(page(n, hour), paper()))
    assert revisions(archive) == [1] * RECURS
    reclean(archive, Sources({"songnews": BETTER}, {}), pool, only="songnews")
    assert revisions(archive) == [1] * RECURS and not any(CLUTTER in text for text in texts(archive).values())


def test_an_unreadable_page_does_not_hide_later_edits_and_is_let_go_when_mended(archive: Archive, again: Again) -> None:
    keep(archive, paper(), page(1), page(1, 2, title="Hai"))
    (data,) = archive.conn.execute("SELECT data FROM bodies WHERE id = 1").fetchone()
    archive.conn.execute("UPDATE bodies SET data = x'00' WHERE id = 1")
    again(BETTER, accept=True)
    keep(archive, BETTER, page(1, 3, title="Ba"), page(1, 4, title="Bốn"))
    assert revisions(archive) == [4] and [r["title"] for r in archive.rows("SELECT title FROM articles")] == ["Bốn"]
    archive.conn.execute("UPDATE bodies SET data = ? WHERE id = 1", (data,))
    assert again(BETTER, accept=True).losses == [] and list(held(archive)) == []


def test_a_page_whose_new_identity_is_withdrawn_holds_up_no_other(archive: Archive, again: Again) -> None:
    keep(archive, paper(), page(1), page(2))
    archive.conn.execute(
        "INSERT INTO withdrawals (url, reason, withdrawn_at, article) VALUES ('x', 'y', 'z', 'songnews:1')"
    )
    again(paper(title=("h2",)), accept=True)
    titles = [row["title"] for row in archive.rows("SELECT title FROM articles WHERE article = 'songnews:2'")]
    assert titles[0].startswith("Đoạn dẫn")


def test_a_pin_ends_when_its_rules_are_todays_again(archive: Archive, again: Again) -> None:
    keep(archive, paper(), page(1))
    again(WORSE, accept=True)
    go_over(archive, paper(), pinned=True)
    settle(archive, Sources({"songnews": WORSE}, {}))
    again(WORSE)
    assert shown(archive) == {"songnews:1": (True, 1)}
    again(paper())
    again(BETTER, accept=True)
    assert cleaners.in_force(archive, "songnews") == cleaner_id(BETTER)


def test_a_hold_for_one_part_outlasts_the_others(
    archive: Archive, again: Again, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whichever part is cleaned last, and in whatever chunk."""
    monkeypatch.setattr(module, "CHUNK", 1)
    urls = UrlRules(article=(r"^(?:/trang-(?P<part>\d+))?/bai-(?P<id>\d+)\.html$",))

    def spread(**rules: object) -> Source:
        return msgspec.structs.replace(paper(**rules), urls=urls)

    lost = "<p class=x>Chiếc đò thứ hai chở học trò sang bờ bên kia từ lúc trời chưa sáng rõ.</p>"
    parts = [page(1, n, extra=lost if n == 2 else "") for n in (1, 2, 3)]
    for n, each in enumerate(parts[1:], 2):
        parts[n - 1] = msgspec.structs.replace(each, url=each.url.replace("/bai", f"/trang-{n}/bai"))
    keep(archive, spread(), *parts)
    before = texts(archive)
    assert "Chiếc đò" in before["songnews:1"]
    for _ in range(2):
        again(spread(drop=(".x",)))
        assert texts(archive) == before
        assert [[loss.kind for loss in h.losses] for h in held(archive)] == [["text"]]
    again(spread(drop=(".nowhere",)))
    assert texts(archive) == before and not list(held(archive))
    again(spread(drop=(".x",)), accept=True)
    assert "Chiếc đò" not in texts(archive)["songnews:1"] and revisions(archive) == [1]
