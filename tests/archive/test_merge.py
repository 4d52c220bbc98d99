"""Merging: in any order, any number of times, the same; nothing lost, nothing withdrawn comes in."""

import lzma
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from archive import merge as merge_module
from archive.bodies import get
from archive.cleaners import note_newest, put_in_force
from archive.derive import rebuild, settle
from archive.errors import NewerArchive, NotAnArchive
from archive.facts import Cleaned, Drop, DropNote, Found, Hints, Page
from archive.frontier import Frontier
from archive.merge import Merged, merge, opened
from archive.relevance import profile_of
from archive.store import Archive
from archive.topical import put
from archive.withdraw import find, withdraw
from config.sources import Sources
from config.topics import Phrases, Topic
from crawler.cli.common import known_sources
from pipelines.cleaner import cleaner_id
from pipelines.process import process
from tests.conftest import ROOT as HOME
from tests.conftest import record
from tests.stock import PAPER, ROOT, SOURCES, keep, page, section

NATURAL = {
    "pages": "SELECT url, fetched_at, sha256, source, kind, status, headers, hints, truncated, tls, uid"
    " FROM pages p JOIN bodies b ON b.id = p.body LEFT JOIN runs r ON r.id = p.run",
    "assets": "SELECT p.url, p.fetched_at, sha256, s.url AS shown FROM assets s JOIN pages p ON p.id = s.page"
    " JOIN bodies b ON b.id = p.body",
    "bodies": "SELECT sha256, size FROM bodies",
    "cleanings": "SELECT p.url, p.fetched_at, cleaner, article, reason, output, links, notes"
    " FROM cleanings c JOIN pages p ON p.id = c.page",
    "articles": "SELECT a.article, title, text, first_seen, last_seen, revisions, cleaner, p.url, p.fetched_at"
    " FROM articles a JOIN pages p ON p.id = a.page",
    "revisions": "SELECT a.article, n, sha, p.url, p.fetched_at FROM revisions r JOIN articles a ON a.id = r.article"
    " JOIN pages p ON p.id = r.first_page",
    "links": "SELECT a.article, n, kind, l.url, l.title, target, place"
    " FROM links l JOIN articles a ON a.id = l.article",
    "topical": "SELECT topic, a.article, relevance, why FROM topical t JOIN articles a ON a.id = t.article",
    "runs": "SELECT uid, command, started, ended, outcome FROM runs",
    "withdrawals": "SELECT url, article, reason, withdrawn_at FROM withdrawals",
    "frontier": "SELECT key, url, visits, hints, added FROM frontier WHERE kind != 'robots'",
    "cleaners": "SELECT source, cleaner FROM cleaners",
    "held": "SELECT article, cleaner, losses FROM held",
}  # fmt: skip
New = Callable[[], Archive]


def content(archive: Archive) -> dict[str, list[tuple[object, ...]]]:
    """Everything by natural keys."""
    found = {name: archive.conn.execute(sql).fetchall() for name, sql in NATURAL.items()}
    return {name: sorted(rows, key=repr) for name, rows in found.items()}


def into(archive: Archive, other: Archive) -> Merged:
    with opened(other.path, archive) as second:
        done = merge(archive, second, SOURCES)
    settle(archive, SOURCES)
    return done


@pytest.fixture
def new(tmp_path: Path) -> Iterator[New]:
    """New archives, as many as are wanted."""
    numbers, made = count(), list[Archive]()

    def one() -> Archive:
        made.append(Archive(tmp_path / f"{next(numbers)}.db"))
        return made[-1]

    yield one
    for archive in made:
        archive.close()


PAGES = [page(n, state) for n in (1, 2, 3) for state in (1, 2)] + [
    page(1, 1, hints=Hints(via="feed", title="Tít trong feed"), headers={"etag": "2"}),
    page(2, 1, url=f"{ROOT}/muc/ban-khac-2.html"),
    section(1, 2, 3),
]
TOPIC = Topic(title="Nước rút", name="nuoc-rut", phrases=Phrases(may={"nước rút ở bản": 2.0}))
SPLIT = st.lists(st.tuples(st.integers(0, len(PAGES) - 1), st.sampled_from("ab"), st.booleans()), max_size=14)


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@example([(7, "b", False)], [(2, "a")])
@given(SPLIT, st.lists(st.tuples(st.sampled_from([1, 2, 3]), st.sampled_from("ab")), max_size=2))
def test_any_split_merges_to_the_same_in_both_orders(
    tmp_path_factory: pytest.TempPathFactory, split: list[tuple[int, str, bool]], gone: list[tuple[int, str]]
) -> None:
    folder = tmp_path_factory.mktemp("split")
    for name in "ab":
        with Archive(folder / f"{name}.db") as archive:
            with archive.transaction():
                put(archive, TOPIC, profile_of(TOPIC))
            for clean in (True, False):
                keep(archive, *(PAGES[n] for n, where, c in split if where == name and c == clean), clean=clean)
            for number, where in gone:
                if where == name:
                    withdraw(archive, find(archive, SOURCES, f"{ROOT}/bai-{number}.html"), f"luật {name}")
    (folder / "ba.db").write_bytes((folder / "b.db").read_bytes())
    (folder / "ab.db").write_bytes((folder / "a.db").read_bytes())
    with (
        Archive(folder / "a.db") as a, Archive(folder / "b.db") as b,
        Archive(folder / "ab.db") as ab, Archive(folder / "ba.db") as ba,
    ):  # fmt: skip
        into(ab, b), into(ba, a)
        expected = content(ab)
        assert content(ba) == expected
        assert {row[1] for row in expected["topical"]} == {row[0] for row in expected["articles"]}
        again = into(ab, b)
        assert content(ab) == expected
        assert (again.pages, again.bodies, again.cleanings, again.runs, again.frontier, again.withdrawals) == (0,) * 6
        into(ab, ba)
        assert content(ab) == expected
        rebuild(ab, SOURCES)
        assert content(ab) == expected
        assert ab.conn.execute("PRAGMA foreign_key_check").fetchall() == []


@pytest.fixture
def pair(new: New) -> tuple[Archive, Archive]:
    a, b = new(), new()
    keep(a, section(1, 2), page(1), page(2))
    keep(b, section(1, 2, 3), page(1, 2), page(3))
    return a, b


def test_everything_of_the_other_is_here_and_the_other_is_as_it_was(pair: tuple[Archive, Archive]) -> None:
    a, b = pair
    before = b.path.read_bytes(), content(b)
    done = into(a, b)
    assert (done.pages, done.bodies, done.runs, done.frontier, done.cleanings) == (3, 3, 1, 1, 2)
    assert (b.path.read_bytes(), content(b)) == before
    assert [r["revisions"] for r in a.rows("SELECT revisions FROM articles ORDER BY article")] == [2, 1, 1]
    assert get(a.conn, next(a.rows("SELECT body FROM pages WHERE url LIKE '%bai-3%'"))["body"]) == page(3).body


def test_what_was_withdrawn_here_is_not_taken_at_any_url(pair: tuple[Archive, Archive]) -> None:
    a, b = pair
    keep(b, page(2, 3, url=f"{ROOT}/ten-khac-2.html"))
    withdraw(a, find(a, SOURCES, f"{ROOT}/bai-2.html"), "luật")
    done = into(a, b)
    assert done.refused == 1 and not list(a.rows("SELECT 1 FROM pages WHERE url LIKE '%-2.html'"))
    assert not list(a.rows("SELECT 1 FROM frontier WHERE key LIKE '%-2.html'"))


def test_what_was_withdrawn_there_goes_here(pair: tuple[Archive, Archive]) -> None:
    a, b = pair
    withdraw(b, find(b, SOURCES, f"{ROOT}/bai-2.html"), "luật")
    done = into(a, b)
    assert (done.withdrawals, done.withdrawn) == (1, 1)
    assert not list(a.rows("SELECT 1 FROM articles WHERE article = 'sample:2'"))


def test_the_row_with_more_visits_stays_and_leases_stay_behind(pair: tuple[Archive, Archive]) -> None:
    a, b = pair
    for archive, visits, due in ((a, 1, 5.0), (b, 4, 9.0)):
        archive.conn.execute("UPDATE frontier SET visits = ?, due = ? WHERE key LIKE '%bai-1%'", (visits, due))
    b.conn.execute("UPDATE frontier SET leased = 9e9, holder = 'x:1:2' WHERE key LIKE '%bai-3%'")
    into(a, b)
    asked = "SELECT visits, due, leased FROM frontier WHERE key LIKE ? ORDER BY key"
    assert a.conn.execute(asked, ("%bai-1%",)).fetchall() == [(4, 9.0, None)]
    assert [row[2] for row in a.conn.execute(asked, ("%bai-3%",))] == [None]
    a.conn.execute("UPDATE frontier SET leased = 9e9 WHERE key LIKE '%bai-1%'")
    b.conn.execute("UPDATE frontier SET visits = 7")
    into(a, b)
    assert a.conn.execute(asked, ("%bai-1%",)).fetchall() == [(4, 9.0, 9e9)], "it is being fetched here"


def test_a_host_that_only_the_other_knows_can_be_crawled_on(new: New) -> None:
    a, b = new(), new()
    frontier = Frontier(b, SOURCES)
    frontier.add([Found(url=f"{ROOT}/bai-{n}.html", kind="article") for n in (1, 2)])
    into(a, b)
    lease = Frontier(a, SOURCES).take(a.clock.seconds() + 1)
    assert lease is not None and lease.kind == "robots"


def test_a_hang_on_one_machine_gives_way_to_a_record(new: New) -> None:
    a, b = new(), new()
    keep(a, page(1))
    keep(b, page(1))
    hung = Cleaned(output=Drop(url="x", drop=DropNote("hang")), article="sample:1")
    b.put_cleaning(1, cleaner_id(PAPER), hung)
    expected = content(a)["cleanings"]
    into(a, b), into(b, a)
    assert content(a)["cleanings"] == content(b)["cleanings"] == expected
    assert b.conn.execute("SELECT count(*) FROM articles").fetchone() == (1,)


def test_a_damaged_page_is_left_out_and_named(pair: tuple[Archive, Archive]) -> None:
    a, b = pair
    b.conn.execute("UPDATE bodies SET data = x'00' WHERE id = (SELECT body FROM pages WHERE url LIKE '%bai-3%')")
    done = into(a, b)
    assert done.damaged == [f"{ROOT}/bai-3.html of {page(3).fetched_at}"] and done.pages == 2


def test_a_run_that_ended_since_is_brought_up_to_date(new: New) -> None:
    a, b = new(), new()
    run = b.start_run("crawl")
    into(a, b)
    b.end_run(run, "finished", {})
    into(a, b)
    assert [r["outcome"] for r in a.rows("SELECT outcome FROM runs")] == ["finished"]


def test_small_batches_give_the_same(pair: tuple[Archive, Archive], new: New, monkeypatch: pytest.MonkeyPatch) -> None:
    a, b = pair
    c = new()
    keep(c, page(2), page(9))
    monkeypatch.setattr("archive.merge.BYTES", 1)
    monkeypatch.setattr("archive.merge_queue.BATCH", 1)
    into(c, a), into(c, b)
    assert c.conn.execute("SELECT count(*) FROM pages").fetchone() == (7,)


def test_an_older_archive_is_read_from_a_copy(new: New, tmp_path: Path) -> None:
    old = tmp_path / "old.db"
    old.write_bytes(lzma.decompress((HOME / "tests/fixtures/schema/m001.db.xz").read_bytes()))
    before, a = old.read_bytes(), new()
    with opened(old, a) as other:
        assert merge(a, other, known_sources()).pages == 16
    assert old.read_bytes() == before and not list(tmp_path.glob("*.merging*"))


def test_what_is_no_other_archive_is_refused(new: New, tmp_path: Path) -> None:
    a, newer = new(), new()
    newer.conn.execute("INSERT INTO _sqlite_migrations (migration_set, name, applied_at) VALUES ('baoluu', 'm999', '')")
    (tmp_path / "text.db").write_text("nothing of ours" * 50)
    for path, kind, said in (
        (a.path, NotAnArchive, "itself"),
        (newer.path, NewerArchive, "later version"),
        (tmp_path / "text.db", NotAnArchive, "not a readable"),
    ):
        with pytest.raises(kind, match=said), opened(path, a):
            pass


def test_cleanings_of_another_row_of_the_same_page_are_not_mixed_in(new: New) -> None:
    """One page fetched by both in the same second, with other hints: what is shown is made from the hints that stay."""
    a, b = new(), new()
    mine, theirs = page(1), page(1, hints=Hints(via="feed", section="Kinh tế"))
    keep(a, mine), keep(b, theirs)
    into(a, b), into(b, a)
    for archive in (a, b):
        settle(archive, SOURCES)
        for row in archive.rows("SELECT page, output FROM cleanings"):
            again = msgspec.json.encode(process(archive.page(row["page"]), PAPER).output).decode()
            assert row["output"] == again
    assert content(a)["pages"] == content(b)["pages"]


def test_a_paper_whose_first_page_is_cleaned_meanwhile_is_derived(
    archive: Archive, sources: Sources, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As by a worker that goes on crawling into the other archive."""
    taken = merge_module._lone
    with Archive(tmp_path / "worker.db") as worker:

        def late(*given: Any) -> Any:
            made = record(1, "Nước rút", "Dẫn.", "Một.")
            page = worker.keep_page("songnews", Page(url=made.url, fetched_at="2025-03-10T08:00:00+07:00", body=b"x"))
            worker.put_cleaning(page, "c1", Cleaned(output=made, article="songnews:1"))
            note_newest(worker, "songnews", "c1")
            put_in_force(worker, "songnews", "c1", [])
            return taken(*given)

        monkeypatch.setattr(merge_module, "_lone", late)
        with opened(tmp_path / "worker.db", archive) as other:
            merge(archive, other, sources)
    settle(archive, sources)
    assert archive.conn.execute("SELECT article FROM articles").fetchall() == [("songnews:1",)]
