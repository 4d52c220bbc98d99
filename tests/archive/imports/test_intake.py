"""What is taken of WARC files: which pages, of which kind, under which name; twice is once; stopped, it goes on."""

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from archive.imports.intake import BATCH, Taken
from archive.imports.items import Read
from archive.imports.warcs import read
from archive.store import Archive
from archive.warc.frames import Mark
from config.clock import ShiftedClock
from config.declarations import Discover
from config.sources import Source, Sources
from tests.archive.imports.taking import HOST, facts, intake, revisit, row, shown, take, told
from tests.archive.warc.made import SHAPES, article, each_gzip, http, response, sha1, sha256, warc
from tests.conftest import PAPER

FEED = b'<?xml version="1.0"?><rss version="2.0"><channel><title>x</title></channel></rss>'


@pytest.fixture
def papers() -> Sources:
    made = {f.name: getattr(PAPER, f.name) for f in __import__("msgspec").structs.fields(PAPER)}
    discover = Discover(feeds=("/tin.rss",), sitemaps=("/sitemap.xml",))
    return Sources({"songnews": Source(**made | {"discover": discover})}, {})


@pytest.mark.parametrize(
    ("path", "type_", "kind"),
    [
        ("/bai-1.html", "text/html", "article"),
        ("/bai-1.html", "application/octet-stream", "article"),
        ("/tin-tuc", "text/html; charset=utf-8", "section"),
        ("/tin.rss", "text/html", "feed"),
        ("/khac.rss", "application/rss+xml", "feed"),
        ("/sitemap.xml", "text/xml", "sitemap"),
        ("/robots.txt", "text/plain", "robots"),
        ("/gioi-thieu.html", "TEXT/HTML", "article"),
        ("/a.txt", "text/plain", "article"),
        ("/x/without", None, "article"),
        ("/a.jpg", "image/jpeg", None),
        ("/a.jpg", None, None),
        ("/a.css", None, None),
        ("/a.js", "text/javascript", None),
        ("/x/api", "application/json", None),
        ("/a.pdf", "application/pdf", None),
    ],
)
@pytest.mark.parametrize("host", [HOST, "https://chua-khai.example"])
def test_kinds(archive: Archive, papers: Sources, path: str, type_: str | None, kind: str | None, host: str) -> None:
    record = response(f"{host}{path}", FEED, kind=type_)
    taken = take(archive, papers, record)
    if host != HOST:
        kind = {"section": "article"}.get(kind or "", kind)
        kind = (
            "article"
            if path == "/tin.rss"
            else None
            if (path, type_) == ("/bai-1.html", "application/octet-stream")
            else kind
        )
    assert [p[1] for p in shown(archive)] == ([kind] if kind else []) and taken.pages == bool(kind)
    assert not taken.refused and sum(taken.passed.values()) == (not kind)
    again = take(archive, papers, record, assets=True)
    assert [p[1] for p in shown(archive)] == [kind or "asset"] and again.known == bool(kind)
    assert {row[3] for row in facts(archive)} == {"songnews" if host == HOST else "chua-khai.example"}


def test_one_paper_only(archive: Archive, sources: Sources) -> None:
    made = [response(f"{HOST}/bai-1.html", article(1)), response("https://example.com/a", article(2))]
    taken = take(archive, sources, each_gzip(made), only="songnews")
    assert (taken.pages, taken.passed) == (1, {"of other papers": 1})
    assert take(archive, sources, each_gzip(made), only="example.com").pages == 1


URL = f"{HOST}/bai-1.html"
REFUSED = {
    "no URL": response(URL, b"x", WARC_Target_URI=None),
    "no date": response(URL, b"x", WARC_Date=None),
    "a date that is none": response(URL, b"x", WARC_Date="yesterday"),
    "a date without a zone": response(URL, b"x", WARC_Date="2025-03-01T01:00:00"),
    "a date that no zone can have": response(URL, b"x", WARC_Date="9999-12-31T23:59:59Z"),
    "a year before the web": response(URL, b"x", WARC_Date="0001-01-02T00:00:00Z"),
    "a year at the calendar's end": response(URL, b"x", WARC_Date="9998-01-01T00:00:00Z"),
    "no HTTP": warc("response", b"<html>", WARC_Target_URI=URL),
    "a block digest that lies": response(URL, b"x", WARC_Block_Digest=sha1(b"y")),
    "a payload digest that lies": response(URL, b"x", WARC_Payload_Digest=sha256(b"y")),
    "a port that is none": response("https://song.example.vn:99999/a", b"x"),
    "a host that is none": response("https://[::1/a", b"x"),
    "no host": response("https:///a", b"x"),
}


@pytest.mark.parametrize("which", REFUSED)
def test_what_cannot_be_taken_is_told_with_its_place(archive: Archive, sources: Sources, which: str) -> None:
    around = [response(f"{HOST}/bai-{n}.html", article(n)) for n in (7, 8)]
    data = each_gzip([around[0], REFUSED[which], around[1]])
    taken = take(archive, sources, data)
    assert (taken.pages, taken.refused) == (2, 1), taken
    assert taken.troubles[0].startswith(f"offset {len(each_gzip(around[:1])):,}: ")


ODD = [
    "https://user:secret@song.example.vn/bai-1.html",
    "https://song.example.vn:8443/bai-1.html",
    "https://báo.example.vn/bài viết-1.html",
    "https://xn--bo-jia.example.vn/bai-1.html",
    "http://127.0.0.1/bai-1.html",
    "http://[2001:db8::1]/bai-1.html",
    "https://song.example.vn/" + "a" * 30_000,
    "https://song.example.vn/%ff%00?q=%&&=#x",
    "HTTPS://SONG.EXAMPLE.VN/BAI-1.HTML",
    "https://song.example.vn/a\x7fb\x01c",
    "https://xn--/",
    "https://" + "a" * 300 + ".vn/",
    "https://../",
]


@pytest.mark.parametrize("url", ODD)
@pytest.mark.parametrize(
    "date", ["1990-01-01T00:00:00Z", "2025-03-01T01:00:00.123456789Z", "2025-03-01T01:00:00+00:00"]
)
def test_odd_addresses_and_years_are_kept(archive: Archive, sources: Sources, url: str, date: str) -> None:
    taken = take(archive, sources, response(url, article(1), WARC_Date=date), response(url, article(1), WARC_Date=date))
    assert (taken.pages, taken.known, taken.refused) == (1, 1, 0)
    (kept,) = facts(archive)
    assert not set(kept[0]) & set(" \x01\x7f") and kept[1].endswith("+07:00") and len(kept[1]) == 25


def everything() -> list[bytes]:
    """A file with everything that can be in one."""
    bodies = [article(n) for n in range(40)]
    pages = [response(f"{HOST}/bai-{n}.html", body, WARC_Payload_Digest=sha1(body)) for n, body in enumerate(bodies)]
    again = [
        revisit(f"{HOST}/bai-{n}.html", f"2025-04-{n % 28 + 1:02}T01:00:00Z", WARC_Payload_Digest=sha1(bodies[n]))
        for n in range(0, 40, 4)
    ]
    ours = response(f"{HOST}/bai-900.html", article(900))
    run = {"uid": "r1", "command": "crawl", "started": "2025-03-01T00:00:00+07:00", "stats": '{"sources": {}}'}
    stone = {
        "url": f"{HOST}/bai-5.html",
        "article": "songnews:5",
        "reason": "luật",
        "withdrawn_at": "2025-03-03T00:00:00+07:00",
    }
    return [
        warc("warcinfo", b"x"),
        again[0],
        row("run", "r1", **run),
        *pages[:20],
        ours,
        told(ours, article(900), kind="section", run="r1", status=203),
        b"noise\r\n",
        *again[1:5],
        row("withdrawal", "x", **stone),
        response(URL, b"x", WARC_Date="never"),
        *pages[20:],
        *again[5:],
    ]


class Stopped(Exception):
    pass


def resumable(archive: Archive, sources: Sources, data: bytes, stop: int | None) -> Taken:
    """Import as the command does, stopped in the n-th transaction."""
    work = intake(archive, sources)
    state = archive.conn.execute("SELECT at, inside, told FROM imports WHERE file = 'x'").fetchone()
    import msgspec

    if state is None:
        archive.conn.execute("INSERT INTO imports (file, name) VALUES ('x', 'x')")
        state = (0, 0, "{}")
    taken, count = msgspec.json.decode(state[2], type=Taken), 0

    def note(taken: Taken, mark: Mark) -> None:
        nonlocal count
        count += 1
        archive.conn.execute(
            "UPDATE imports SET at = ?, inside = ?, told = ?", (*mark, msgspec.json.encode(taken).decode())
        )
        if count == stop:
            raise Stopped

    def told_once(found: Iterator[Read]) -> Iterator[Read]:
        for each in found:
            places.append(each.at)
            yield each

    places: list[Any] = []
    work.take(told_once(read(io.BytesIO(data), Mark(*state[:2]))), taken, note)
    work.settle_awaited()
    return taken


@pytest.mark.parametrize("shape", ["plain", "gzip", "one gzip member", "zstd with a dictionary", "bgzip"])
def test_stopped_anywhere_it_goes_on_and_gives_what_one_go_gives(
    tmp_path: Path, clock: ShiftedClock, sources: Sources, shape: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("archive.imports.intake.BATCH", 7)
    data = SHAPES[shape](everything())
    with Archive(tmp_path / "whole.db", clock=clock) as archive:
        whole, expected = resumable(archive, sources, data, None), facts(archive)
    assert whole.pages > 40 and whole.refused == 2 and whole.runs == 1 and whole.withdrawals == 1
    with Archive(tmp_path / "stopped.db", clock=clock) as archive:
        for stop in range(1, 99):
            try:
                taken = resumable(archive, sources, data, stop)
                break
            except Stopped:
                pass
        assert stop > 3 and taken == whole, "nothing is read or counted twice"
        assert facts(archive) == expected


def test_batches_end_by_number_and_by_bytes(
    archive: Archive, sources: Sources, monkeypatch: pytest.MonkeyPatch
) -> None:
    marks = list[Mark]()
    monkeypatch.setattr("archive.imports.intake.BYTES", 3 * len(article(1)))
    made = each_gzip([response(f"{HOST}/bai-{n}.html", article(n)) for n in range(1, 10)])
    intake(archive, sources).take(read(io.BytesIO(made)), Taken(), lambda _, mark: marks.append(mark))
    assert 2 <= len(marks) <= 4 and BATCH == 200


def test_two_orders_of_files_give_the_same_facts(tmp_path: Path, clock: ShiftedClock, sources: Sources) -> None:
    made = everything()
    del made[-25:-20]
    third = len(made) // 3
    files = [each_gzip(made[:third]), each_gzip(made[third : 2 * third]), each_gzip(made[2 * third :])]
    found = []
    for order in ((0, 1, 2), (2, 1, 0), (1, 2, 0)):
        with Archive(tmp_path / f"{order}.db", clock=clock) as archive:
            for number in order:
                take(archive, sources, files[number])
            found.append(facts(archive))
    assert found[0] == found[1] == found[2] and len(found[0]) > 40


def test_duplicates_within_a_batch(archive: Archive, sources: Sources) -> None:
    one = response(URL, article(1))
    taken = take(archive, sources, each_gzip([one, one, one]))
    assert (taken.pages, taken.known) == (1, 2)


def test_what_was_withdrawn_stays_out(archive: Archive, sources: Sources) -> None:
    stone = row(
        "withdrawal", "x", url=URL, article="songnews:1", reason="luật", withdrawn_at="2025-03-03T00:00:00+07:00"
    )
    page = response(f"{HOST}/cu/bai-1.html", article(1), WARC_Payload_Digest=sha1(article(1)))
    assert take(archive, sources, page).pages == 1
    assert take(archive, sources, stone).withdrawals == 1 and not facts(archive)
    assert take(archive, sources, stone).withdrawals == 0
    taken = take(archive, sources, page, response("https://www.song.example.vn/bai-1.html?utm_source=x", article(1)))
    assert (taken.pages, taken.withdrawn) == (0, 2)
    assert archive.conn.execute("SELECT count(*) FROM payloads, bodies").fetchone() == (0,)


def test_both_withdrew_the_earlier_words_stay_in_either_order(
    tmp_path: Path, clock: ShiftedClock, sources: Sources
) -> None:
    stones = [
        row("withdrawal", "x", url=URL, article=None, reason="sau", withdrawn_at="2025-03-04T00:00:00+07:00"),
        row("withdrawal", "x", url=URL, article="songnews:1", reason="trước", withdrawn_at="2025-03-03T00:00:00+07:00"),
    ]
    found = []
    for turn in (1, -1):
        with Archive(tmp_path / f"{turn}.db", clock=clock) as archive:
            take(archive, sources, *stones[::turn])
            found.append(archive.conn.execute("SELECT url, article, reason, withdrawn_at FROM withdrawals").fetchall())
    assert found[0] == found[1] == [(URL, "songnews:1", "trước", "2025-03-03T00:00:00+07:00")]


def test_http_bytes_of_any_charset(archive: Archive, sources: Sources) -> None:
    block = http(article(1)).replace(b"\r\n\r\n", b"\r\nX-T: caf\xe9\r\nX-U: b\xc3\xa1o\r\n\r\n", 1)
    assert take(archive, sources, warc("response", block, WARC_Target_URI=URL)).pages == 1
    assert archive.page(1).headers["x-t"] == "café"
