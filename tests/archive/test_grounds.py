"""Bodies that lean on another from the moment they are kept."""

from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archive import bodies, grounds
from archive.disk import Wanted
from archive.facts import Page, PageKind
from archive.frames import LEVEL, RECENT, Base, frame
from archive.grounds import MISSES, REST, Grounds
from archive.imports.intake import Intake, Taken
from archive.imports.items import Arrival, Read
from archive.merge import merge
from archive.repack import repack, unpack
from archive.store import Archive
from config.sources import Sources
from tests.archive.packing import capture, check_pages, check_whole, frames, keep, small, waiting

LAYOUTS = tuple(Random(n).randbytes(9_000).hex().encode() for n in range(3))
"""What all pages of a layout share; hexadecimal, so that a frame of its own has half of the bytes."""
ITS_OWN = frame(LAYOUTS[0])


def page(number: int, layout: int = 0, kind: PageKind = "article", status: int = 200) -> Page:
    """A page of its own, some hundred letters, in one of the layouts."""
    body = LAYOUTS[layout] + Random(100 + number).randbytes(100).hex().encode()
    url = f"https://suoinga.example/bai-{number}.html"
    return Page(url=url, fetched_at=f"2025-03-01T06:00:{number:02}+07:00", body=body, kind=kind, status=status)


def put(archive: Archive, run: Grounds, of: Page, source: str = "suoinga") -> int:
    """Keep it as a crawl does; answers its number."""
    packed = run.pack(of.body, run.group(archive.conn, source, of.kind, of.status))
    with archive.transaction(light=True):
        return archive.keep_page(source, of, packed=packed)


def bases(archive: Archive) -> list[int | None]:
    """What each body leans on, in the order in which they were kept."""
    return [base for _, base, _ in frames(archive)]


def test_pages_of_a_layout_lean_on_the_first_and_come_back(archive: Archive) -> None:
    run = Grounds()
    for number in range(4):
        put(archive, run, page(number))
    assert bases(archive) == [None, 1, 1, 1] and waiting(archive) == 4, "repack is to see them all"
    assert all(len(data) < len(ITS_OWN) / 10 for _, base, data in frames(archive) if base)
    RECENT.clear()
    assert [archive.page(number + 1) for number in range(4)] == [page(number) for number in range(4)]


def test_a_made_up_crawl_takes_far_fewer_bytes_and_every_page_comes_back(archive: Archive) -> None:
    pages = capture(archive)
    assert sum(len(data) for *_, data in frames(archive)) < 0.6 * sum(len(frame(of.page.body)) for of in small())
    check_pages(archive, pages)


@pytest.mark.parametrize("other", [page(1, kind="robots"), page(1, kind="feed"), page(1, status=404)])
def test_what_is_no_page_of_the_paper_stands_on_its_own(archive: Archive, other: Page) -> None:
    run = Grounds()
    put(archive, run, page(0))
    put(archive, run, other)
    put(archive, run, page(2), "another paper")
    put(archive, run, page(3, kind="section"))
    assert bases(archive) == [None] * 4


def test_a_new_layout_has_its_ground_at_its_second_page(archive: Archive) -> None:
    run = Grounds()
    for number, layout in enumerate([0, 0, 1, 0, 1, 1, 1]):
        put(archive, run, page(number, layout))
    assert bases(archive) == [None, 1, None, 1, None, None, 6] and MISSES == 2


def test_a_stub_is_no_ground_for_long(archive: Archive) -> None:
    """Next to nothing is like everything: what leaning saves is measured, not guessed from the ground."""
    run = Grounds()
    put(archive, run, Page(url="https://suoinga.example/", fetched_at="2025-03-01T06:00:00+07:00", body=b"<p>stub"))
    for number in range(1, 5):
        put(archive, run, page(number))
    assert bases(archive) == [None, None, None, None, 3]


def test_where_nothing_is_alike_trials_become_rare(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    run, tried = Grounds(), list[int]()
    real = Base.capture
    monkeypatch.setattr(Base, "capture", lambda self, body: tried.append(1) or real(self, body))
    group = run.group(archive.conn, "suoinga", "article", 200)
    for number in range(1000):
        assert run.pack(Random(number).randbytes(3_000), group).base is None
    assert 8 < len(tried) < 60
    for number in range(2 * (REST + MISSES) + 1):
        found = run.pack(page(number).body, group)
    assert found.base is not None, "what is alike again is found again"


def test_only_so_many_lean_on_one(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    """So that it can be withdrawn in a second or two."""
    monkeypatch.setattr(grounds, "CROWD", 2)
    run = Grounds()
    for number in range(5):
        put(archive, run, page(number))
    put(archive, Grounds(), page(5))
    put(archive, Grounds(), page(6))
    assert bases(archive) == [None, 1, 1, None, 4, 4, None]


def test_the_next_run_goes_on_with_the_ground_of_the_last(archive: Archive) -> None:
    for number in range(3):
        put(archive, Grounds(), page(number))
    assert bases(archive) == [None, 1, 1]


@pytest.mark.parametrize("damage", ["DELETE FROM bodies", "UPDATE bodies SET data = x'00'"])
def test_a_ground_that_does_not_come_back_is_none(archive: Archive, damage: str) -> None:
    put(archive, Grounds(), page(0))
    archive.conn.execute("PRAGMA foreign_keys=OFF")
    archive.conn.execute("DELETE FROM unpacked")
    archive.conn.execute(damage)
    number = put(archive, Grounds(), page(1))
    assert archive.page(number) == page(1) and bases(archive)[-1] is None


def test_a_ground_is_withdrawn_while_a_page_is_packed_against_it(archive: Archive) -> None:
    run = Grounds()
    for number in range(2):
        put(archive, run, page(number))
    packed = run.pack(page(2).body, run.group(archive.conn, "suoinga", "article", 200))
    archive.conn.execute("DELETE FROM pages WHERE id = 1")
    bodies.release(archive.conn, 1)
    bodies.delete(archive.conn, 1)
    assert packed.base == bodies.digest(page(0).body)
    number = archive.keep_page("suoinga", page(2), packed=packed)
    assert archive.page(number) == page(2)
    check_whole(archive)


def test_a_ground_that_repack_has_put_on_two_others_carries_no_more(archive: Archive) -> None:
    run = Grounds()
    put(archive, run, page(0))
    for number, below in ((7, None), (8, 2), (1, 3)):
        other = bodies.put(archive.conn, page(number).body) if number > 1 else 1
        if below:
            data = Base(bodies.get(archive.conn, below), "").compress(bodies.get(archive.conn, other), LEVEL)
            assert bodies.replace(archive.conn, other, data, below)
    number = put(archive, run, page(2))
    assert archive.page(number) == page(2) and bases(archive) == [3, None, 2, None]
    check_whole(archive)


def test_repack_ends_as_far_as_where_all_stood_on_their_own(archive: Archive) -> None:
    pages = capture(archive)
    assert repack(archive).moved == 0 and waiting(archive) == 0
    check_pages(archive, pages)
    as_captured = sum(len(data) for *_, data in frames(archive))
    unpack(archive)
    repack(archive)
    assert waiting(archive) == 0 and as_captured < 1.01 * sum(len(data) for *_, data in frames(archive))


@pytest.mark.parametrize(("seed", "often"), [(5, 5), (4, 50)])
def test_articles_that_are_fetched_again_end_as_far_too(tmp_path: Path, seed: int, often: int) -> None:
    """Though their first fetches lean on grounds that come to lean on others, and so would carry nothing more."""
    ends = list[int]()
    for leaning in (True, False):
        random, kept, run = Random(seed), list[Page](), Grounds()
        with Archive(tmp_path / f"{leaning}.db") as archive:
            for number in range(120):
                of = page(number % 60, random.randrange(3))
                if kept and random.random() < 0.4:
                    of = random.choice(kept)
                    of = msgspec.structs.replace(of, body=of.body + random.randbytes(10).hex().encode())
                else:
                    of = msgspec.structs.replace(of, url=f"https://suoinga.example/{number}")
                kept.append(
                    msgspec.structs.replace(of, fetched_at=f"2025-03-01T{number // 60:02}:{number % 60:02}:00+07:00")
                )
                put(archive, run, kept[-1]) if leaning else archive.keep_page("suoinga", kept[-1])
                if number % often == often - 1:
                    repack(archive)
            repack(archive)
            ends.append(sum(len(data) for *_, data in frames(archive)))
            assert waiting(archive) == 0
    assert ends[0] < 1.025 * ends[1]


def test_a_crawl_goes_on_after_repack(archive: Archive) -> None:
    keep(archive)
    repack(archive)
    before, run = len(frames(archive)), Grounds()
    newest = [of for of in small() if of.page.kind == "article"][-1]
    again = Page(url=newest.page.url, fetched_at="2026-01-01T00:00:00+07:00", body=newest.page.body + b"<!-- again -->")
    number = put(archive, run, again, newest.source)
    assert archive.page(number) == again and [base is None for base in bases(archive)[before:]] == [False]
    check_whole(archive)


def test_what_is_merged_and_imported_leans_too(archive: Archive, tmp_path: Path) -> None:
    pages, nobody = capture(archive), Sources({}, {})
    with Archive(tmp_path / "merged.db") as merged, Archive(tmp_path / "imported.db") as imported:
        merge(merged, archive, nobody)
        intake = Intake(imported, nobody, imported.start_run("import"), wanted=Wanted(0, 0))
        for _ in range(2):
            intake.take([Read(Arrival(page=of.page, where="", source=of.source)) for of in pages.values()], Taken())
        for other in (merged, imported):
            check_whole(other)
            assert len(frames(other)) == waiting(other) == len(frames(archive))
            assert sum(len(data) for *_, data in frames(other)) < 1.05 * sum(len(data) for *_, data in frames(archive))
            there = [other.page(row["id"]) for row in other.rows("SELECT id FROM pages ORDER BY id")]
            assert there == [of.page for of in pages.values()]


@settings(deadline=None)
@given(
    st.lists(
        st.one_of(
            st.tuples(st.integers(0, 2), st.binary(max_size=40)),
            st.sampled_from(["repack", "unpack", "run", "release"]),
        ),
        max_size=30,
    )
)
def test_whatever_comes_in_between_comes_back(steps: list[tuple[int, bytes] | str]) -> None:
    with TemporaryDirectory() as folder, Archive(Path(folder) / "archive.db") as archive:
        run, kept = Grounds(), dict[int, Page]()
        for at, step in enumerate(steps):
            if step == "run":
                run = Grounds()
            elif step == "repack":
                repack(archive)
            elif step == "unpack":
                unpack(archive)
            elif step == "release":
                for base in {base for base in bases(archive) if base}:
                    bodies.release(archive.conn, base)
            else:
                layout, own = step
                of = Page(
                    url=f"https://suoinga.example/bai-{at % 7}.html", fetched_at=f"2025-03-01T06:00:{at:02}+07:00",
                    body=LAYOUTS[layout][: 40 * (at % 3) or None] + own,
                )  # fmt: skip
                kept[put(archive, run, of)] = of
        check_whole(archive)
        for number, of in kept.items():
            assert archive.page(number) == of
