"""The tables of copies: the same whatever came first, in step with every way in which articles come and go."""

import re
from collections import Counter
from itertools import pairwise
from pathlib import Path
from random import Random

import pytest

from archive import copies, derive, levels
from archive.checks import last_parts
from archive.copies import KEPT, catch_up, compare_again, waiting
from archive.derive import derive_article, rebuild, settle
from archive.erase import erase
from archive.facts import Record
from archive.merge import merge, opened
from archive.pairs import subject
from archive.proof import Verification
from archive.publish import publish
from archive.store import Archive
from archive.withdraw import find, withdraw
from tests.archive.told import PAPERS, TITLES, keep, key, pairs, record, story

BOILER = story(77, 1, 2)
"""What many articles say."""


@pytest.fixture(autouse=True, params=["as they are", "tiny"])
def sizes(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Tables so small that runs are poured, and run over, every few articles."""
    if request.param == "tiny":
        for name, size in (("FRESH", 60), ("RECENT", 50), ("STEPS", 3)):
            monkeypatch.setattr(levels, name, size)


def family(seed: int, papers: int = 4) -> list[Record]:
    """One story in several papers: as it is, trimmed, with other text added, retitled; each an hour after the last."""
    told = story(seed)
    texts = [told, told[:6], [*told, *story(1000 + seed, 2)], [told[0], *BOILER, *told[1:]], told[2:]]
    return [
        record(paper, 10 * seed + n, texts[n], title=f"Tít {seed} {paper}", published=at(seed, n))
        for n, paper in enumerate(list(TITLES)[:papers])
    ]


def at(day: int, hour: int) -> str:
    return f"2025-03-{1 + day % 28:02}T{hour:02}:00:00+07:00"


def boilers(count: int) -> list[Record]:
    """Articles of different stories that all hold one passage."""
    return [
        record("song", 900 + n, [*story(500 + n, 2), *BOILER], title=f"Khác {n}", published=at(n, 12))
        for n in range(count)
    ]


def columns(count: int) -> list[Record]:
    """The issues of a column in two papers, with the same text."""
    return [
        record(paper, 700 + n, story(600 + n // 2), title=f"Giá chợ {1 + n}/3: tăng {n}", published=at(n, hour))
        for n in range(count)
        for hour, paper in enumerate(("nui", "bien"))
    ]


def shingles(archive: Archive) -> list[tuple[object, ...]]:
    """What stands in the three tables."""
    names = dict(archive.conn.execute("SELECT id, article FROM articles"))
    return [(run, rank, names[number]) for run, rank, number in levels.every(archive.conn)]


def wrong(archive: Archive) -> list[str]:
    """What `verify` finds in the derived tables."""
    found = Verification(archive, None, None).run(last_parts(PAPERS))
    return [finding.what for result in found for finding in result.wrong]


def test_copies_are_found_as_they_arrive(archive: Archive) -> None:
    first, trimmed, extended, *_ = family(1)
    keep(archive, first, record("gio", 5, story(9)), trimmed)
    assert [row[:5] for row in pairs(archive)] == [(key(trimmed), key(first), "published", 1.0, "trimmed")]
    keep(archive, extended)
    assert [(row[:2], row[4]) for row in pairs(archive)] == [
        ((key(extended), key(trimmed)), "extended"),
        ((key(extended), key(first)), "extended" if row_of(archive, extended, first) < 0.8 else "whole"),
        ((key(trimmed), key(first)), "trimmed"),
    ]


def row_of(archive: Archive, copy: Record, original: Record) -> float:
    """Share of the copy that stands in the original."""
    return next(row[5] for row in pairs(archive) if row[:2] == (key(copy), key(original)))  # type: ignore[return-value]


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("kept", [2, 3, KEPT])
def test_the_order_of_arrival_changes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int, kept: int
) -> None:
    """Lists so short that every family is too long for them, and a passage that stands in a dozen articles."""
    monkeypatch.setattr(copies, "KEPT", kept)
    records = [*family(1, 5), *family(2, 5), *boilers(6), *columns(4)]
    random, states = Random(seed), []
    for turn in range(2):
        with Archive(tmp_path / f"{turn}.db") as archive:
            random.shuffle(records)
            keep(archive, *records)
            states.append((pairs(archive), shingles(archive)))
            assert wrong(archive) == []
            rebuild(archive, PAPERS)
            states.append((pairs(archive), shingles(archive)))
    assert all(one == other for one, other in pairwise(states))
    assert states[0][0]


@pytest.mark.parametrize("seed", range(6))
def test_changes_and_withdrawals_leave_what_a_rebuild_gives(
    archive: Archive, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    monkeypatch.setattr(copies, "KEPT", 3)
    random, records = Random(seed), [*family(1, 5), *family(2, 4), *boilers(5), *columns(3)]
    random.shuffle(records)
    keep(archive, *records)
    for step in range(8):
        made = records.pop(random.randrange(len(records)))
        if random.random() < 0.5:
            withdraw(archive, find(archive, PAPERS, made.url), "luật")
            settle(archive, PAPERS)
            erase(archive)
        else:  # another day of publication, or another text
            paragraphs = [made.text] if random.random() < 0.5 else story(300 + step)
            number = int(re.findall(r"\d+", made.url)[-1])
            changed = record(made.source, number, paragraphs, published=at(random.randrange(28), 3))
            keep(archive, changed, at=f"2025-04-{10 + step}T08:00:00+07:00")
        live = pairs(archive), shingles(archive)
        assert wrong(archive) == []
        rebuild(archive, PAPERS)
        assert (pairs(archive), shingles(archive)) == live


def test_a_visit_that_finds_nothing_new_compares_nothing(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    one, other, *_ = family(1)
    keep(archive, one, other)
    before = pairs(archive)
    monkeypatch.setattr(copies, "candidates", lambda *_: 1 / 0)
    keep(archive, one, at="2025-03-11T08:00:00+07:00")
    assert pairs(archive) == before


def test_the_third_issue_makes_a_column(archive: Archive) -> None:
    """Before, nothing tells that two papers print it every day; then what was taken for copies goes."""
    issues = columns(3)
    keep(archive, *issues[:4])
    assert ("bien:700", "nui:700") in [row[:2] for row in pairs(archive)]
    keep(archive, *issues[4:])
    assert pairs(archive) == [] and wrong(archive) == []
    withdraw(archive, find(archive, PAPERS, issues[0].url), "luật")
    withdraw(archive, find(archive, PAPERS, issues[1].url), "luật")
    settle(archive, PAPERS)
    assert pairs(archive)


def test_a_long_list_costs_no_more_than_its_beginning(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a passage that many articles hold only the first few count, whoever comes later."""
    monkeypatch.setattr(copies, "KEPT", 4)
    keep(archive, *boilers(12))
    assert max(Counter(run for run, *_ in shingles(archive)).values()) == 12
    late = max(boilers(12), key=lambda made: made.published or "")
    one = subject(archive.conn, key(late))
    assert one and copies.candidates(archive.conn, one) == []
    early = min(boilers(12), key=lambda made: made.published or "")
    one = subject(archive.conn, key(early))
    assert one and len(copies.candidates(archive.conn, one)) <= 3


def test_an_old_archive_is_looked_through_once_and_goes_on_when_stopped(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep(archive, *family(1), *family(2))
    right = pairs(archive), shingles(archive)
    for table in ("copies", *levels.TABLES, "compared"):
        archive.conn.execute(f"DELETE FROM {table}")
    monkeypatch.setattr(copies, "BATCH", 3)

    def stop(done: int, total: int) -> None:
        assert total == 8
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        catch_up(archive, PAPERS, stop)
    assert waiting(archive) == 5
    keep(archive, *family(1), at="2025-03-12T08:00:00+07:00")  # what stays as it was goes on waiting
    assert waiting(archive) == 5
    assert catch_up(archive, PAPERS) == 5
    assert (pairs(archive), shingles(archive)) == right and waiting(archive) == 0


def test_a_late_article_of_an_old_archive_finds_what_was_looked_at(archive: Archive) -> None:
    first, second, third, *_ = family(1)
    keep(archive, first, second)
    for table in ("copies", *levels.TABLES, "compared"):
        archive.conn.execute(f"DELETE FROM {table}")
    keep(archive, third)
    assert pairs(archive) == []
    assert catch_up(archive, PAPERS) == 2
    assert len(pairs(archive)) == 3


def test_what_is_withdrawn_leaves_no_run_and_no_pair(archive: Archive) -> None:
    first, second, third, *_ = family(1)
    keep(archive, first, second, third)
    one = subject(archive.conn, key(second))
    assert one
    runs = [run.to_bytes(8, "big") for run in one.reading.sample[0]]
    alone = story(8)
    keep(archive, record("gio", 8, alone, credit="Sông-Jưỡngđặng"), record("dong", 88, alone, credit="Jưỡngđặng Báo"))
    gone = subject(archive.conn, "gio:8")
    assert gone
    own = [run.to_bytes(8, "big") for run in gone.reading.sample[0]]
    archive.conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    assert all(run in archive.path.read_bytes() for run in (*runs, *own))
    for url in (f"https://{paper}.example.vn/bai-{n}.html" for paper, n in (("gio", 8), ("dong", 88))):
        withdraw(archive, find(archive, PAPERS, url), "luật")
    settle(archive, PAPERS)
    erase(archive)
    data = archive.path.read_bytes()
    assert not any(run in data for run in own) and "Jưỡngđặng".encode() not in data
    assert all(run in data for run in runs) and len(pairs(archive)) == 3
    assert wrong(archive) == []


def test_an_article_that_gets_room_in_a_list_is_compared_when_its_turn_comes(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(copies, "KEPT", 2)
    texts = story(1)
    records = [record(paper, n, texts, published=at(n, 0)) for n, paper in enumerate(["song", "nui", "bien"], 1)]
    keep(archive, *records)
    assert [row[:2] for row in pairs(archive)] == [("nui:2", "song:1")]
    withdraw(archive, find(archive, PAPERS, records[0].url), "luật")
    assert pairs(archive) == []
    assert compare_again(archive, PAPERS) == 1
    assert [row[:2] for row in pairs(archive)] == [("bien:3", "nui:2")]


def test_a_merge_finds_the_copies_across_both(tmp_path: Path) -> None:
    first, second, *rest = family(1)
    with Archive(tmp_path / "a.db") as a:
        keep(a, first, *boilers(2))
    with Archive(tmp_path / "b.db") as b:
        keep(b, second, *rest)
    got = []
    for here, there in (("a", "b"), ("b", "a")):
        with Archive(tmp_path / "m.db") as merged:
            for name in (here, there):
                with opened(tmp_path / f"{name}.db", merged) as other:
                    merge(merged, other, PAPERS)
                settle(merged, PAPERS)
            assert wrong(merged) == []
            got.append(pairs(merged))
        (tmp_path / "m.db").unlink()
    assert got[0] == got[1] and len(got[0]) == 6


def test_a_published_copy_holds_the_pairs_and_no_runs(archive: Archive, tmp_path: Path) -> None:
    keep(archive, *family(1))
    publish(archive, tmp_path / "out.db")
    with Archive(tmp_path / "out.db", write=False) as out:
        assert pairs(out) == pairs(archive) != []
        assert levels.rows(out.conn) == 0


DAMAGE = {
    "its copies": "UPDATE copies SET taken = 0.5 WHERE rowid = 1",
    "its shingles": "UPDATE fresh SET runs = substr(runs, 9); UPDATE recent SET rank = rank + 1",
    "its row of compared": "UPDATE compared SET placed = placed + 1 WHERE article = 1",
    "runs, and the articles have": "INSERT INTO shingles VALUES (1, 2, 3)",
}


@pytest.mark.parametrize("what", DAMAGE)
def test_verify_tells_what_is_wrong_with_copies(archive: Archive, what: str) -> None:
    keep(archive, *family(1))
    assert wrong(archive) == []
    archive.conn.executescript(DAMAGE[what])
    assert any(what in said for said in wrong(archive))
    rebuild(archive, PAPERS)
    assert wrong(archive) == []


def test_an_article_without_a_good_page_any_more_is_no_copy(archive: Archive) -> None:
    first, second, *_ = family(1)
    keep(archive, first, second)
    archive.conn.execute("UPDATE cleanings SET reason = 'soft-404' WHERE article = ?", (key(second),))
    archive.conn.execute("DELETE FROM cleanings WHERE article = ?", (key(second),))
    derive_article(archive, key(second), PAPERS)
    assert pairs(archive) == [] and wrong(archive) == []
    assert derive.derived(archive, key(second), PAPERS) is None
