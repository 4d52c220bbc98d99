"""`verify` finds every kind of damage, says what to do, goes on where it was, and lets a crawl write."""

import sqlite3
from collections.abc import Callable
from random import Random

import pytest

from archive.checks import first_parts, last_parts
from archive.derive import rebuild
from archive.facts import Cleaned, Link, Page
from archive.proof import Result, Verification
from archive.store import Archive
from config.sources import Sources
from tests.conftest import Visit, record

Check = Callable[..., dict[str, Result]]
ARTICLES = 7


@pytest.fixture
def stocked(archive: Archive, sources: Sources, visit: Visit) -> Archive:
    """Seven articles of two states each."""
    for n in range(1, ARTICLES + 1):
        for hour in (1, 2):
            made = record(n, f"Tít {n}", "Dẫn.", f"Bản {hour} của bài {n}.")
            page = visit(made, f"2025-03-10T0{hour}:00:00+07:00", f"{made.url} {hour}".encode() * 50)
            links = (Link("https://song.example.vn/khac-99.html", "Khác", "inline", "paragraph 2"),)
            archive.put_cleaning(page, "c1", Cleaned(output=made, article=f"songnews:{n}", links=links))
    rebuild(archive, sources)
    return archive


@pytest.fixture
def check(archive: Archive, sources: Sources) -> Check:
    """One call of verify over the parts that need no cleaning; answers the results by part."""

    def call(percent: float | None = None, until: str = "") -> dict[str, Result]:
        results = {}
        with Archive(archive.path, write=False) as reader:
            parts = first_parts() + last_parts(sources)
            for result in Verification(reader, archive, percent).run(parts):
                results[result.part] = result
                if result.part == until:
                    break
        return results

    return call


def wrong(results: dict[str, Result]) -> dict[str, list[str]]:
    return {name: [f.what for f in result.wrong] for name, result in results.items() if result.wrong}


def test_a_sound_archive_is_told_so(stocked: Archive, check: Check) -> None:
    results = check()
    assert wrong(results) == {} and all(result.whole for result in results.values())
    assert results["bodies"].checked == 2 * ARTICLES and results["derivation"].checked == ARTICLES


def flip(archive: Archive) -> None:
    data = bytearray(archive.conn.execute("SELECT data FROM bodies WHERE id = 3").fetchone()[0])
    data[Random(5).randrange(6, len(data))] ^= 0x10
    archive.conn.execute("UPDATE bodies SET data = ? WHERE id = 3", (bytes(data),))


def dangle(archive: Archive) -> None:
    archive.conn.execute("PRAGMA foreign_keys=OFF")
    archive.conn.execute("DELETE FROM bodies WHERE id = 3")
    archive.conn.execute("PRAGMA foreign_keys=ON")


def sql(*statements: str) -> Callable[[Archive], None]:
    return lambda archive: archive.conn.executescript(";".join(("PRAGMA foreign_keys=OFF", *statements))) and None


def unindex(archive: Archive) -> None:
    """Take one article out of the full-text index alone."""
    archive.conn.execute(
        "INSERT INTO articles_fts (articles_fts, rowid, title, text, folded)"
        " SELECT 'delete', id, title, text, folded FROM articles WHERE id = 2"
    )


def change_without_index(archive: Archive) -> None:
    trigger = archive.conn.execute("SELECT sql FROM sqlite_master WHERE name = 'articles_au'").fetchone()[0]
    archive.conn.execute("DROP TRIGGER articles_au")
    archive.conn.execute("UPDATE articles SET text = 'đổi ' || text WHERE id = 2")
    archive.conn.execute(trigger)


TOMB = "INSERT INTO withdrawals VALUES ('https://song.example.vn/x-{0}.html', 'luật', '2025', 'songnews:{0}', {1})"
LOSE = (
    "DELETE FROM compared WHERE article = 2",
    "DELETE FROM revisions WHERE article = 2",
    "DELETE FROM links WHERE article = 2",
    "DELETE FROM articles WHERE id = 2",
)
STRAY = "INSERT INTO articles_fts (rowid, title, text, folded) VALUES (99, 'a', 'b', 'c')"
MOVE = "UPDATE cleanings SET article = 'songnews:99' WHERE article = 'songnews:2'"
SWAP = "UPDATE bodies SET data = (SELECT data FROM bodies WHERE id = 4) WHERE id = 3"
DAMAGE: dict[str, tuple[Callable[[Archive], None], set[str], str]] = {
    "a flipped byte": (flip, {"bodies"}, "song.example.vn/bai-2.html of 2025-03-10T01"),
    "another body": (sql(SWAP), {"bodies"}, "song.example.vn/bai-2.html"),
    "a wrong size": (sql("UPDATE bodies SET size = 1 WHERE id = 3"), {"bodies"}, "not what its SHA-256 and size say"),
    "no frame": (sql("UPDATE bodies SET data = x'' WHERE id = 3"), {"bodies"}, "cannot be unpacked"),
    "a dangling page": (dangle, {"keys", "derivation"}, "pages: row 3 names a row of bodies"),
    "an edited text": (sql("UPDATE articles SET text = 'x' WHERE id = 2"), {"derivation"}, "what its pages give: text"),
    "an edited text behind the index": (change_without_index, {"derivation", "search"}, "text"),
    "a link elsewhere": (sql("UPDATE links SET place = '.box' WHERE article = 2"), {"derivation"}, "its links"),
    "an edited day": (sql("UPDATE articles SET published_day = '2020' WHERE id = 2"), {"derivation"}, "published_day"),
    "a stale revision": (
        sql("INSERT INTO revisions VALUES (2,3,3,4,'x',3,'y')"),
        {"derivation"},
        "its revisions",
    ),
    "a lost revision": (sql("DELETE FROM revisions WHERE article = 2 AND n = 1"), {"derivation"}, "its revisions"),
    "a lost link": (sql("DELETE FROM links WHERE article = 2"), {"derivation"}, "its links"),
    "a revision of nobody": (
        sql("INSERT INTO revisions VALUES (77,1,3,4,'x',3,'y')"),
        {"keys"},
        "revisions: row",
    ),
    "a stale article": (sql(MOVE), {"derivation", "completeness"}, "no page gives it"),
    "a lost article": (sql(*LOSE), {"completeness"}, "songnews:2: its pages give it"),
    "a lost index row": (unindex, {"search"}, "songnews:2 is not in the index"),
    "an index row of nobody": (sql(STRAY), {"search"}, "99 is in the index"),
    "a forgotten tombstone": (
        sql(TOMB.format(2, "'2025'")),
        {"withdrawals", "withdrawn pages"},
        "withdrawn, but still in cleanings, articles",
    ),
    "unerased bytes": (sql(TOMB.format(77, "NULL")), {"withdrawals"}, "its bytes may still be in the file"),
}
DERIVED = {"derivation", "completeness", "search"}
REBUILT = [kind for kind, (_, parts, _) in DAMAGE.items() if parts <= DERIVED]


@pytest.mark.parametrize("kind", DAMAGE)
def test_every_kind_of_damage_is_found_and_named(stocked: Archive, check: Check, kind: str) -> None:
    damage, parts, said = DAMAGE[kind]
    damage(stocked)
    found = wrong(check())
    assert set(found) == parts, found
    assert any(said in what for told in found.values() for what in told), found


@pytest.mark.parametrize("kind", REBUILT)
def test_a_rebuild_mends_what_is_derived(stocked: Archive, sources: Sources, check: Check, kind: str) -> None:
    DAMAGE[kind][0](stocked)
    assert all("rebuild" in finding.next for result in check().values() for finding in result.wrong)
    rebuild(stocked, sources)
    assert wrong(check()) == {}


def test_damage_to_the_file_itself_is_found_and_nothing_is_written_to_it(stocked: Archive, check: Check) -> None:
    stocked.conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    (root,) = stocked.conn.execute("SELECT rootpage FROM sqlite_master WHERE name = 'pages_source'").fetchone()
    stocked.close()
    torn = bytearray(stocked.path.read_bytes())
    torn[(root - 1) * 4096] = 0
    stocked.path.write_bytes(torn)
    with Archive(stocked.path, write=False) as reader:
        results = {r.part: r for r in Verification(reader, None, None).run(first_parts())}
    assert results["file"].wrong and "baoluu merge" in results["file"].wrong[0].next


def test_a_part_goes_on_where_the_last_one_ended_and_comes_round(stocked: Archive, check: Check) -> None:
    calls = [check(30) for _ in range(4)]
    assert [call["bodies"].checked for call in calls] == [5, 5, 4, 5]
    assert [call["bodies"].whole for call in calls] == [False, False, True, False]
    assert ["search" in call for call in calls] == [True, False, False, True], "once a pass"
    assert all("keys" in call for call in calls)


def test_damage_is_found_within_a_pass(stocked: Archive, check: Check) -> None:
    flip(stocked)
    found = [bool(wrong(check(25))) for _ in range(4)]
    assert found == [True, False, False, False]
    assert "body 3" in str(next(stocked.rows("SELECT found FROM checks WHERE part = 'bodies'"))["found"])


def test_a_whole_run_that_was_broken_off_goes_on_and_tells_what_it_had_found(stocked: Archive, check: Check) -> None:
    flip(stocked)
    check(until="bodies")
    results = check()
    assert results["bodies"].checked == 0 and results["derivation"].checked == ARTICLES
    assert "body 3" in results["bodies"].wrong[0].what
    assert check()["bodies"].checked == 2 * ARTICLES, "the next begins anew"


def test_a_whole_run_broken_off_days_ago_begins_anew(stocked: Archive, check: Check) -> None:
    check(until="bodies")
    stocked.conn.execute("UPDATE checks SET begun = '2025-03-01T00:00:00+07:00'")
    assert check()["bodies"].checked == 2 * ARTICLES


def test_what_waits_to_be_derived_is_not_wrong(stocked: Archive, check: Check) -> None:
    stocked.conn.execute("DELETE FROM links WHERE article = 2")
    stocked.conn.execute("INSERT INTO underived VALUES ('songnews:2', 0)")
    assert wrong(check()) == {}


def test_a_crawl_may_write_between_any_two_rows(stocked: Archive, sources: Sources, check: Check) -> None:
    """Pages, cleanings and derived rows come and change while the check walks over them."""
    from archive.derive import derive_article

    count = 0

    def crawl(*_: object) -> None:
        nonlocal count
        count += 1
        number = count % (ARTICLES + 5) + 1
        made = record(number, f"Tít {number}", "Dẫn.", f"Bản mới {count}.")
        page = Page(
            url=made.url, fetched_at=f"2025-03-11T00:{count // 60:02}:{count % 60:02}+07:00", body=made.text.encode()
        )
        with stocked.transaction():
            kept = stocked.keep_page("songnews", page)
            stocked.put_cleaning(kept, "c1", Cleaned(output=made, article=f"songnews:{number}"))
            derive_article(stocked, f"songnews:{number}", sources)

    with Archive(stocked.path, write=False) as reader:
        parts = first_parts() + last_parts(sources)
        results = {r.part: r for r in Verification(reader, stocked, None, crawl).run(parts)}
    assert wrong(results) == {} and count > 3 * ARTICLES


def test_the_check_takes_no_lock(stocked: Archive, sources: Sources) -> None:
    """Another program holds the write lock all the time: the check only cannot note how far it came."""
    other = sqlite3.connect(stocked.path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    stocked.conn.execute("PRAGMA busy_timeout=10")
    with Archive(stocked.path, write=False) as reader:
        verification = Verification(reader, stocked, None)
        assert not any(result.wrong for result in verification.run(first_parts() + last_parts(sources)))
        assert "try again" in verification.unnoted
    other.close()
