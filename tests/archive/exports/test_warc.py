import sqlite3
from collections.abc import Iterable, Iterator
from itertools import pairwise
from pathlib import Path

import msgspec
import pytest
from fastwarc.warc import ArchiveIterator as FastIterator

from archive.errors import DiskFull, NotAnArchive
from archive.exports import output, warc
from archive.exports.output import Written, made_beside
from archive.exports.selection import Selection, pages
from archive.exports.warc import About, Progress, Streamed, write_warc
from archive.facts import Page
from archive.publish import publish
from archive.repack import repack
from archive.store import Archive
from config.clock import ShiftedClock
from tests.archive.exports.reading import Seen, ours, ran, read
from tests.exported import FIRST, PAGES, ROOT, make

ABOUT = About("The whole archive")
NAMES = ["out.warc.gz", "out.warc.zst", "out.warc"]


@pytest.fixture
def kept(tmp_path: Path, clock: ShiftedClock) -> Iterator[Archive]:
    """The archive of `tests.exported`, open for reading."""
    with Archive(make(tmp_path / "kept.db", clock), write=False) as archive:
        yield archive


def write(
    archive: Archive, chosen: Iterable[int], target: Path, about: About = ABOUT, *, whole: bool = False,
    split: int | None = None, progress: Progress | None = None,
) -> tuple[Streamed, list[Written]]:  # fmt: skip
    """What went out, and the files."""
    with made_beside(target, folder=split is not None) as out:
        done = write_warc(archive, chosen, out, target.name, about, whole=whole, split=split, progress=progress)
        out.conclude(b"{}")
    return done, out.files


def all_pages(archive: Archive) -> Iterable[int]:
    return pages(archive, Selection())


def whole(archive: Archive, target: Path, split: int | None = None) -> Streamed:
    return write(archive, all_pages(archive), target, whole=True, split=split)[0]


def number(archive: Archive, name: str) -> int:
    row = (PAGES[name].url, PAGES[name].fetched_at)
    return int(archive.conn.execute("SELECT id FROM pages WHERE url = ? AND fetched_at = ?", row).fetchone()[0])


def found(records: list[Seen], name: str) -> tuple[Seen, Seen]:
    """Of a page: the record that stands for it, and its facts."""
    page = PAGES[name]
    for answer, facts in pairwise(records):
        told = facts.told if facts.warc.get("warc-target-uri", "").startswith("urn:baoluu:page:") else {}
        if (
            told.get("url", answer.warc.get("warc-target-uri")) == page.url
            and warc.utc(page.fetched_at) == answer.warc["warc-date"]
        ):
            return answer, facts
    raise AssertionError(f"{name} is not there")


@pytest.mark.parametrize("name", NAMES)
def test_a_whole_archive_goes_out_in_the_order_of_fetching(kept: Archive, tmp_path: Path, name: str) -> None:
    done = whole(kept, tmp_path / "out" / name)
    records = read(tmp_path / "out" / name)
    assert (done.pages, done.revisits, done.damaged, done.withdrawn) == (len(PAGES), 3, 0, 0)
    assert [r.kind for r in records[:4]] == ["warcinfo", "metadata", "metadata", "metadata"]
    urns = [r.warc["warc-target-uri"].rsplit(":", 1)[0] for r in records[1:4]]
    assert urns == ["urn:baoluu:run", "urn:baoluu:run", "urn:baoluu:withdrawal"]
    answers = [r for r in records if r.kind in ("response", "revisit", "resource")]
    assert len(answers) == len(PAGES)
    assert [r.warc["warc-date"] for r in answers] == sorted(r.warc["warc-date"] for r in answers)


def test_the_file_says_what_it_is(kept: Archive, tmp_path: Path) -> None:
    whole(kept, tmp_path / "out.warc")
    said = read(tmp_path / "out.warc")[0].payload.decode()
    for line in (
        "software: baoluu/",
        "format: WARC File Format 1.1",
        "description: The whole archive. The texts belong",
    ):
        assert line in said


def test_every_fact_of_every_page_is_there(kept: Archive, tmp_path: Path) -> None:
    whole(kept, tmp_path / "out.warc.gz")
    records = read(tmp_path / "out.warc.gz")
    (run,) = kept.conn.execute("SELECT uid FROM runs WHERE command = 'crawl songnews'").fetchone()
    for name, page in PAGES.items():
        answer, facts = found(records, name)
        told = facts.told
        assert facts.warc["warc-refers-to"] == facts.warc["warc-concurrent-to"] == answer.warc["warc-record-id"]
        assert msgspec.convert({**told, "url": page.url, "fetched_at": page.fetched_at, "body": b""}, Page) == (
            msgspec.structs.replace(page, body=b"")
        )
        assert (told["baoluu"], told["source"], told["run"]) == (1, "songnews", run)
        if answer.kind != "revisit":
            assert answer.payload == page.body


def test_the_rows_of_runs_and_withdrawals_are_there(kept: Archive, tmp_path: Path) -> None:
    whole(kept, tmp_path / "out.warc.gz")
    told = [r.told for r in read(tmp_path / "out.warc.gz")[1:4]]
    assert told[:2] == list(kept.rows("SELECT uid, command, started, ended, outcome, stats FROM runs ORDER BY id"))
    assert told[2:] == list(kept.rows("SELECT * FROM withdrawals"))


def test_a_body_that_was_there_is_referred_to(kept: Archive, tmp_path: Path) -> None:
    whole(kept, tmp_path / "out.warc.gz")
    records = read(tmp_path / "out.warc.gz")
    first, _ = found(records, "first")
    for name in ("same", "mobile"):
        again, _ = found(records, name)
        assert again.kind == "revisit" and again.payload == b""
        assert again.warc["warc-profile"].endswith("/1.1/revisit/identical-payload-digest")
        assert again.warc["warc-refers-to"] == first.warc["warc-record-id"]
        assert again.warc["warc-refers-to-target-uri"] == PAGES["first"].url
        assert again.warc["warc-refers-to-date"] == "2025-02-28T17:30:00Z"
        assert again.warc["warc-payload-digest"] == first.warc["warc-payload-digest"]
    assert ("age", "7") in found(records, "same")[0].http
    assert {found(records, name)[0].kind for name in ("robots", "robots again")} == {"response"}, "too short to refer"


def test_a_304_refers_to_what_had_not_changed(kept: Archive, tmp_path: Path) -> None:
    whole(kept, tmp_path / "out.warc.gz")
    records = read(tmp_path / "out.warc.gz")
    unchanged, _ = found(records, "unchanged")
    assert unchanged.kind == "revisit" and unchanged.warc["warc-profile"].endswith("/1.1/revisit/server-not-modified")
    assert unchanged.warc["warc-refers-to"] == found(records, "first")[0].warc["warc-record-id"], "not to a revisit"
    assert unchanged.warc["warc-refers-to-date"] == "2025-02-28T17:30:00Z"
    assert unchanged.warc["content-length"] == "0"


def test_a_304_of_an_unknown_page_has_its_own_headers(tmp_path: Path) -> None:
    with Archive(tmp_path / "a.db") as archive:
        archive.keep_page("songnews", PAGES["unchanged"])
        whole(archive, tmp_path / "out.warc")
    unchanged, _ = found(read(tmp_path / "out.warc"), "unchanged")
    assert unchanged.status == "304" and ("etag", '"b1"') in unchanged.http
    assert "warc-refers-to" not in unchanged.warc


def test_a_dump_without_an_address_is_a_resource(kept: Archive, tmp_path: Path) -> None:
    whole(kept, tmp_path / "out.warc.gz")
    dump, _ = found(read(tmp_path / "out.warc.gz"), "dump")
    assert (dump.kind, dump.warc["content-type"]) == ("resource", "text/plain")


def test_an_incomplete_body_is_told(kept: Archive, tmp_path: Path) -> None:
    whole(kept, tmp_path / "out.warc.gz")
    assert found(read(tmp_path / "out.warc.gz"), "cut")[0].warc["warc-truncated"] == "unspecified"


def test_equal_archives_give_equal_bytes(kept: Archive, tmp_path: Path) -> None:
    for name in NAMES:
        whole(kept, tmp_path / name)
        whole(kept, tmp_path / f"again-{name}")
        assert (tmp_path / name).read_bytes() == (tmp_path / f"again-{name}").read_bytes()


def test_bodies_that_lean_on_others_go_out_the_same(kept: Archive, tmp_path: Path) -> None:
    whole(kept, tmp_path / "a.warc")
    with Archive(kept.path) as archive:
        repack(archive)
        assert archive.conn.execute("SELECT count(*) FROM bodies WHERE base IS NOT NULL").fetchone()[0] > 0
    whole(kept, tmp_path / "b.warc")
    assert (tmp_path / "a.warc").read_bytes() == (tmp_path / "b.warc").read_bytes()


def test_chosen_pages_come_with_their_runs_only(kept: Archive, tmp_path: Path) -> None:
    done, _ = write(kept, [number(kept, "bare"), number(kept, "first")], tmp_path / "out.warc")
    records = read(tmp_path / "out.warc")
    assert done.pages == 2
    kinds = "warcinfo metadata response metadata request response metadata request".split()
    assert [r.kind for r in records] == kinds
    assert records[1].told["command"] == "crawl songnews"
    assert records[2].warc["warc-target-uri"] == PAGES["bare"].url


def test_no_pages_are_a_file_that_says_so(kept: Archive, tmp_path: Path) -> None:
    assert write(kept, [], tmp_path / "out.warc.gz")[0].pages == 0
    assert [r.kind for r in read(tmp_path / "out.warc.gz")] == ["warcinfo"]


@pytest.mark.parametrize(("folder", "end"), [("kho", ".warc.gz"), ("kho.warc.zst", ".warc.zst")])
def test_files_of_a_size_stand_on_their_own(kept: Archive, tmp_path: Path, folder: str, end: str) -> None:
    done, files = write(kept, all_pages(kept), tmp_path / folder, whole=True, split=4000)
    paths = [tmp_path / folder / file.path for file in files]
    assert [path.name for path in paths] == [f"kho-{n:05d}{end}" for n in range(1, len(paths) + 1)]
    assert len(paths) > 3 and all(path.stat().st_size <= 4000 for path in paths)
    ids: set[str] = set()
    for path in paths:
        records = read(path)
        here = {r.warc["warc-record-id"] for r in records}
        assert records[0].kind == "warcinfo" and not here & ids
        payloads = [r.warc for r in records if r.kind == "revisit" and r.warc["warc-profile"].endswith("digest")]
        assert all(r["warc-refers-to"] in here for r in payloads)
        ids |= here
    assert done.pages == len(PAGES) == sum(file.rows for file in files)


def test_a_page_larger_than_a_file_may_be_stands_alone(kept: Archive, tmp_path: Path) -> None:
    done, files = write(kept, all_pages(kept), tmp_path / "kho", whole=True, split=10)
    assert done.pages == len(PAGES) and len(files) == len(PAGES) + 3


def test_a_damaged_body_is_left_out_and_told(kept: Archive, tmp_path: Path) -> None:
    with sqlite3.connect(kept.path) as db:
        body = "(SELECT body FROM pages WHERE url LIKE ?)"
        db.execute(f"UPDATE bodies SET data = substr(data, 1, 40) WHERE id = {body}", ("%lop-hoc%",))
        db.execute(f"UPDATE bodies SET sha256 = 'f' || substr(sha256, 2) WHERE id = {body}", ("%mat-4%",))
    done = whole(kept, tmp_path / "out.warc.gz")
    assert (done.pages, done.damaged) == (len(PAGES) - 2, 2)
    assert any("lop-hoc-2.html of 2025-03-02T09:30:00+07:00" in one for one in done.named)
    assert any("not those that were kept" in one for one in done.named)
    assert len(read(tmp_path / "out.warc.gz")) == 4 + 3 * (len(PAGES) - 2) - 1


def test_writers_go_on_and_what_they_take_away_is_left_out(kept: Archive, tmp_path: Path) -> None:
    with Archive(kept.path) as writer:
        gone = number(kept, "empty")
        assert gone == max(all_pages(kept)), "its number is the next page's"

        def meanwhile(done: int, total: int) -> None:
            if done == 1:
                with writer.transaction() as db:
                    db.execute("DELETE FROM pages WHERE id = ?", (gone,))
                writer.keep_page(
                    "songnews", Page(url=f"{ROOT}/moi-10.html", fetched_at="2025-03-05T00:00:00+07:00", body=b"m")
                )

        done, _ = write(kept, all_pages(kept), tmp_path / "out.warc", progress=meanwhile)
    assert (done.pages, done.withdrawn) == (len(PAGES) - 1, 1)
    assert "moi-10" not in (tmp_path / "out.warc").read_text(encoding="utf-8", errors="replace")


def test_progress_tells_every_page(kept: Archive, tmp_path: Path) -> None:
    told = list[tuple[int, int]]()
    write(kept, all_pages(kept), tmp_path / "a.warc", progress=lambda *now: told.append(now))
    assert told == [(n, len(PAGES)) for n in range(1, len(PAGES) + 1)]


def test_a_full_disk_leaves_what_was_there(kept: Archive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "out.warc.gz"
    target.write_bytes(b"an earlier export")
    put, taken = output.Sink.write, 0

    def full(self: output.Sink, data: bytes) -> int:
        nonlocal taken
        taken += len(data)
        if taken > 3000:
            raise OSError(28, "No space left on device")
        return put(self, data)

    monkeypatch.setattr(output.Sink, "write", full)
    with pytest.raises(DiskFull, match="the disk is full"):
        whole(kept, target)
    assert [p.name for p in tmp_path.glob("out*")] == ["out.warc.gz"] and target.read_bytes() == b"an earlier export"


def test_a_published_copy_has_no_pages_to_give(kept: Archive, tmp_path: Path) -> None:
    publish(kept, tmp_path / "public.db")
    with Archive(tmp_path / "public.db", write=False) as archive, pytest.raises(NotAnArchive, match="published copy"):
        whole(archive, tmp_path / "out.warc")


@pytest.mark.parametrize("name", NAMES)
def test_fastwarc_reads_the_same(kept: Archive, tmp_path: Path, name: str) -> None:
    whole(kept, tmp_path / name)
    records, count = {r.warc["warc-record-id"]: r for r in read(tmp_path / name)}, 0
    with (tmp_path / name).open("rb") as stream:
        for record in FastIterator(stream, parse_http=False):
            count += 1
            theirs = records[record.headers["WARC-Record-ID"]]
            assert record.verify_block_digest(), theirs
            if theirs.kind == "response":
                record.parse_http()
                assert record.http_headers.status_code == int(theirs.status)
                assert record.verify_payload_digest(), theirs
            if theirs.kind not in ("request", "revisit"):
                assert record.reader.read() == theirs.payload
    assert count == len(records)


def test_warcios_own_checks_pass(kept: Archive, tmp_path: Path) -> None:
    whole(kept, tmp_path / "out.warc.gz")
    ran(ours("warcio"), "check", tmp_path / "out.warc.gz")
    lines = ran(
        ours("warcio"), "index", "-f", "warc-type,warc-target-uri,http:status", tmp_path / "out.warc.gz"
    ).splitlines()
    assert len(lines) == 4 + 3 * len(PAGES) - 1
    assert FIRST.decode() not in "".join(lines)
