"""Packing: every page comes back, in far fewer bytes, whoever else writes meanwhile and whatever is damaged."""

import gzip
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archive import bases, bodies, repack
from archive.errors import DiskFull
from archive.facts import Page
from archive.frames import frame
from archive.repack import Report, unpack
from archive.repack import repack as pack
from archive.store import Archive
from archive.usage import file_usage, usage
from tests.archive.packing import capture, check_pages, check_whole, frames, keep, small, waiting
from tests.bench.crawled import Fetched


@pytest.fixture(autouse=True)
def several_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(repack, "BATCH", 8)
    monkeypatch.setattr(repack, "WINDOW", 30)


@pytest.fixture(params=[keep, capture])
def pages(archive: Archive, request: pytest.FixtureRequest) -> dict[int, Fetched]:
    """Kept one by one, as what comes from elsewhere is, and as by a crawl."""
    return request.param(archive)  # type: ignore[no-any-return]


def stored(archive: Archive, page: int) -> int:
    """Bytes of a page's frame."""
    sql = "SELECT length(data) FROM bodies WHERE id = (SELECT body FROM pages WHERE id = ?)"
    return int(archive.conn.execute(sql, (page,)).fetchone()[0])


def test_every_page_comes_back_packed_undone_and_packed_again(archive: Archive, pages: dict[int, Fetched]) -> None:
    kept = frames(archive)
    report = pack(archive)
    assert report.finished and report.bodies == len(kept) and not report.moved and waiting(archive) == 0
    assert report.leaning == sum(base is not None for _, base, _ in frames(archive)) > len(kept) * 0.8
    assert report.before == sum(len(data) for *_, data in kept)
    assert report.after == sum(len(data) for *_, data in frames(archive))
    check_pages(archive, pages)
    assert unpack(archive).bodies == report.leaning
    assert waiting(archive) == len(kept) and all(base is None for _, base, _ in frames(archive))
    check_pages(archive, pages)
    assert report.after < 1.01 * pack(archive).after, "as far as where all stood on their own"
    packed = frames(archive)
    unpack(archive)
    pack(archive)
    assert frames(archive) == packed, "the same queue gives the same frames"
    check_pages(archive, pages)


def test_the_bytes_are_far_fewer_than_gzip_leaves(archive: Archive, pages: dict[int, Fetched]) -> None:
    report = pack(archive)
    assert report.after < 0.4 * sum(len(gzip.compress(of.page.body)) for of in pages.values())
    edited = [stored(archive, number) for number, of in pages.items() if of.visit == "edited"]
    assert edited and max(edited) <= 1000
    lists = [stored(archive, number) for number, of in pages.items() if of.visit == "list"]
    assert sum(lists) < 0.4 * sum(len(gzip.compress(of.page.body)) for of in pages.values() if of.visit == "list")


def test_no_frame_is_larger_than_the_one_from_capture(archive: Archive, pages: dict[int, Fetched]) -> None:
    before = {number: len(data) for number, _, data in frames(archive)}
    pack(archive)
    assert all(len(data) <= before[number] for number, _, data in frames(archive))


def test_packing_again_changes_nothing(archive: Archive, pages: dict[int, Fetched]) -> None:
    pack(archive)
    before = frames(archive)
    assert pack(archive) == Report()
    assert frames(archive) == before


def test_what_comes_later_leans_on_what_is_there(archive: Archive) -> None:
    """A run that begins anew finds the bases of the paper: single pages, a run each."""
    crawl = small()
    for of in crawl:
        archive.keep_page(of.source, of.page)
        pack(archive)
    at_once = sum(len(data) for *_, data in frames(archive))
    assert at_once < 0.3 * sum(len(gzip.compress(of.page.body)) for of in crawl)
    check_whole(archive)


def test_the_file_gets_smaller_and_keeps_no_free_pages(archive: Archive, pages: dict[int, Fetched]) -> None:
    before = file_usage(archive)
    report = pack(archive)
    after = file_usage(archive)
    assert after.free == 0 and after.bytes < 0.65 * before.bytes and report.freed > before.bytes / 3


def test_progress_and_stopping(archive: Archive, pages: dict[int, Fetched]) -> None:
    seen: list[tuple[int, int]] = []
    assert not pack(archive, progress=lambda *at: seen.append(at), stop=lambda: len(seen) == 2).finished
    assert seen[0] == (8, len(pages)) and waiting(archive) == len(pages) - 16
    check_pages(archive, pages)
    assert pack(archive).finished and waiting(archive) == 0
    seen.clear()
    assert not unpack(archive, progress=lambda *at: seen.append(at), stop=lambda: True).finished
    check_pages(archive, pages)
    assert unpack(archive).finished and waiting(archive) == len(pages)


def test_bases_carry_few_and_papers_have_few(
    archive: Archive, pages: dict[int, Fetched], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bases, "CROWD", 5)
    pack(archive)
    counts = archive.conn.execute("SELECT count(*) FROM bodies WHERE base IS NOT NULL GROUP BY base").fetchall()
    assert max(counts)[0] < 5 + repack.BATCH
    check_pages(archive, pages)


def test_large_bodies_are_no_bases_and_fill_a_batch_alone(
    archive: Archive, pages: dict[int, Fetched], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bodies, "LARGEST_BASE", 1000)
    monkeypatch.setattr(repack, "BATCH_BYTES", 1000)
    seen: list[int] = []
    assert pack(archive, progress=lambda done, _: seen.append(done)).leaning == 0
    assert seen == list(range(1, len(pages) + 1))
    check_pages(archive, pages)


def test_bodies_without_pages_and_leftovers_of_the_queue(archive: Archive) -> None:
    bodies.put(archive.conn, b"nobody's" * 100)
    archive.conn.execute("INSERT INTO unpacked (body) VALUES (99)")
    assert pack(archive).bodies == 1
    assert waiting(archive) == 0


def test_damage_is_told_and_left_and_the_others_are_packed(archive: Archive, pages: dict[int, Fetched]) -> None:
    torn = archive.conn.execute("SELECT id FROM bodies ORDER BY id LIMIT 1 OFFSET 3").fetchone()[0]
    archive.conn.execute("UPDATE bodies SET data = x'28b52ffd' WHERE id = ?", (torn,))
    other = archive.conn.execute("SELECT max(id) FROM bodies").fetchone()[0]
    archive.conn.execute("UPDATE bodies SET sha256 = 'other' WHERE id = ?", (other,))
    before = dict(archive.conn.execute("SELECT id, data FROM bodies WHERE id IN (?, ?)", (torn, other)))
    assert set(pack(archive).damaged) == {torn, other} and waiting(archive) == 2
    assert dict(archive.conn.execute("SELECT id, data FROM bodies WHERE id IN (?, ?)", (torn, other))) == before


def test_a_frame_that_does_not_come_back_is_not_written(
    archive: Archive, pages: dict[int, Fetched], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bases.Base, "compress", lambda *_: frame(b"something else"))
    report = pack(archive)
    assert report.moved == waiting(archive) > 0 and report.leaning == 0
    check_pages(archive, pages)


def test_a_batch_is_one_transaction(
    archive: Archive, pages: dict[int, Fetched], monkeypatch: pytest.MonkeyPatch
) -> None:
    put = bodies.replace
    began = list[bool]()
    monkeypatch.setattr(bodies, "replace", lambda db, *more: began.append(db.in_transaction) or put(db, *more))
    pack(archive)
    unpack(archive)
    assert began and all(began)


def between(
    monkeypatch: pytest.MonkeyPatch, archive: Archive, act: Callable[[Archive, list[bases.Item]], None]
) -> None:
    """Let another process `act` once, after frames were made and before they are written."""
    write, acted = repack._Repack._write, list[bool]()

    def late(run: repack._Repack, items: list[bases.Item]) -> None:
        if any(item.parent for item in items) and not acted:
            acted.append(True)
            with Archive(archive.path) as second:
                act(second, items)
        write(run, items)

    monkeypatch.setattr(repack._Repack, "_write", late)


def test_a_crawl_keeps_a_page_meanwhile(
    archive: Archive, pages: dict[int, Fetched], monkeypatch: pytest.MonkeyPatch
) -> None:
    page = Page(url="https://paper1.example.vn/neu.html", fetched_at="2025", body=b"new" * 500)
    between(monkeypatch, archive, lambda second, _: second.keep_page("paper1", page) and None)
    report = pack(archive)
    assert (report.bodies, report.moved, waiting(archive)) == (len(pages), 0, 1)
    assert pack(archive).bodies == 1
    check_pages(archive, pages)


def withdraw(archive: Archive, body: int) -> None:
    with archive.transaction() as db:
        db.execute("DELETE FROM pages WHERE body = ?", (body,))
        bodies.release(db, body)
        bodies.delete(db, body)


@pytest.mark.parametrize("what", ["itself", "its base"])
def test_a_body_is_withdrawn_meanwhile(
    archive: Archive, pages: dict[int, Fetched], monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    gone: list[int] = []

    def act(second: Archive, items: list[bases.Item]) -> None:
        item = next(item for item in items if item.parent)
        gone.append(item.number if what == "itself" or not item.parent else item.parent.number)
        withdraw(second, gone[0])

    between(monkeypatch, archive, act)
    assert pack(archive).moved == 0 and waiting(archive) == 0, "what has lost its base is packed again at the end"
    left = {number for (number,) in archive.conn.execute("SELECT id FROM pages")}
    assert len(left) == len(pages) - 1 and pack(archive) == Report()
    check_pages(archive, {number: of for number, of in pages.items() if number in left})


def test_a_number_is_given_again_meanwhile(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    crawl = [of for of in small() if of.page.kind == "article"][:8]
    numbers = [archive.keep_page(of.source, of.page) for of in crawl]
    body = archive.conn.execute("SELECT max(id) FROM bodies").fetchone()[0]

    def act(second: Archive, items: list[bases.Item]) -> None:
        withdraw(second, body)
        assert bodies.put(second.conn, b"another body under the same number") == body

    between(monkeypatch, archive, act)
    assert pack(archive).moved == 0 and waiting(archive) == 0
    assert bodies.get(archive.conn, body) == b"another body under the same number"
    check_pages(archive, dict(zip(numbers[:-1], crawl[:-1], strict=True)))


def test_another_repack_runs_meanwhile(
    archive: Archive, pages: dict[int, Fetched], monkeypatch: pytest.MonkeyPatch
) -> None:
    between(monkeypatch, archive, lambda second, _: pack(second) and None)
    assert pack(archive) == Report() and waiting(archive) == 0
    check_pages(archive, pages)


def test_a_full_disk_leaves_everything_whole(archive: Archive, pages: dict[int, Fetched]) -> None:
    pack(archive)
    now = archive.conn.execute("PRAGMA page_count").fetchone()[0]
    archive.conn.execute(f"PRAGMA max_page_count = {now + 80}")
    with pytest.raises(DiskFull, match="free some room"):
        unpack(archive)
    check_pages(archive, pages)
    some = waiting(archive)
    assert 0 < some < len(pages), "a few had room"
    archive.conn.execute(f"PRAGMA max_page_count = {10 * now}")
    assert unpack(archive).finished
    check_pages(archive, pages)


def test_usage_counts_pages_bodies_and_bytes(archive: Archive, pages: dict[int, Fetched]) -> None:
    again = small()[0]
    archive.keep_page(again.source, Page(url=again.page.url, fetched_at="2030", body=again.page.body, kind="article"))
    for share in (0, 1):
        found = list(usage(archive))
        assert {(of.source, of.kind) for of in found} == {("paper1", kind) for kind in ("article", "feed", "section")}
        assert sum(of.pages for of in found) == len(pages) + 1
        assert sum(of.bodies for of in found) == len(frames(archive))
        assert sum(of.stored for of in found) == sum(len(data) for *_, data in frames(archive))
        assert sum(of.raw for of in found) == sum(len(of.page.body) for of in (*pages.values(), again))
        assert all(of.packed == share * of.bodies for of in found)
        assert file_usage(archive).waiting == (1 - share) * len(frames(archive))
        pack(archive)


BODIES = st.lists(
    st.one_of(
        st.binary(max_size=60),
        st.tuples(st.binary(min_size=1, max_size=9), st.integers(0, 400), st.binary(max_size=9)).map(
            lambda parts: parts[0] * parts[1] + parts[2]
        ),
    ),
    max_size=12,
)


@settings(max_examples=20, deadline=None)
@given(st.lists(st.tuples(BODIES, st.sampled_from(["a", "b"]), st.sampled_from(["/1", "/2"])), max_size=3))
def test_arbitrary_bodies_come_back(visits: list[tuple[list[bytes], str, str]]) -> None:
    with TemporaryDirectory() as folder, Archive(Path(folder) / "a.db") as archive:
        kept = {}
        for n, (several, source, path) in enumerate(visits):
            for m, body in enumerate(several):
                page = Page(url=f"https://{source}.vn{path}", fetched_at=f"2025-{n}-{m}", body=body)
                kept[archive.keep_page(source, page)] = page
            for act in (pack, pack, unpack)[n:]:
                act(archive)
                check_whole(archive)
        pack(archive)
        check_whole(archive)
        assert waiting(archive) == 0
        assert {number: archive.page(number) for number in kept} == kept
