"""Assets in the archive: what shows what, and what becomes of it in merges, withdrawals and packing."""

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from click.testing import CliRunner

from archive import assets
from archive.backup import backup
from archive.bodies import get
from archive.facts import Found, Hints, Page
from archive.frontier import Frontier
from archive.merge import merge
from archive.publish import publish
from archive.repack import repack
from archive.store import Archive
from archive.usage import usage
from archive.withdraw import find, withdraw
from crawler.cli import cli
from tests.archive.test_merge import content, into
from tests.crawler.showing import png
from tests.stock import PAPER, ROOT, SOURCES, keep, page

CDN = "http://anh.song.example.net"
COMMON, OWN, SHEET, INNER, WAITING = (
    f"{CDN}/{name}" for name in ("chung.png", "rieng.png", "b.css", "nen.png", "cho.png")
)


def put(archive: Archive, url: str, body: bytes, kind: str = "image/png", **more: object) -> int:
    """Keep an asset."""
    fields = {"headers": {"content-type": kind}, "hints": Hints(via="page", referrer=f"{ROOT}/bai-1.html")} | more
    asset = Page(url=url, fetched_at="2025-03-12T00:00:00+07:00", body=body, kind="asset", **fields)  # type: ignore[arg-type]
    return archive.keep_page(PAPER, asset)


def show(archive: Archive, url: str, *shown: str) -> None:
    """Note what the pages at `url` show."""
    for (number,) in archive.conn.execute("SELECT id FROM pages WHERE url = ?", (url,)).fetchall():
        with archive.transaction() as db:
            assets.put(db, number, shown)


def stock(archive: Archive) -> None:
    """Two articles with a common image; the first also has its own, a sheet that shows one, and one that waits."""
    keep(archive, page(1), page(2))
    put(archive, COMMON, png(1)), put(archive, OWN, png(2)), put(archive, INNER, png(3))
    put(archive, SHEET, b"b{background:url(nen.png)}", "text/css")
    show(archive, f"{ROOT}/bai-1.html", COMMON, OWN, SHEET, WAITING)
    show(archive, f"{ROOT}/bai-2.html", COMMON)
    show(archive, SHEET, INNER)
    frontier = Frontier(archive, SOURCES)
    frontier.add([Found(url=u, kind="asset") for u in (COMMON, OWN, SHEET, INNER, WAITING)], paper=PAPER)


@pytest.fixture
def other(tmp_path: Path) -> Iterator[Archive]:
    with Archive(tmp_path / "other.db") as opened:
        yield opened


def urls(archive: Archive) -> list[str]:
    return [row["url"] for row in archive.rows("SELECT url FROM pages WHERE kind = 'asset' ORDER BY url")]


def test_only_what_is_not_kept_enters_the_frontier(archive: Archive) -> None:
    stock(archive)
    rows = list(archive.rows("SELECT key, source, host, priority FROM frontier WHERE kind = 'asset'"))
    assert rows == [{"key": WAITING, "source": "sample", "host": "anh.song.example.net", "priority": 9}]
    (host,) = archive.rows("SELECT source, pace FROM hosts WHERE host = 'anh.song.example.net'")
    assert host == {"source": "", "pace": PAPER.pace}
    assert [m.url for m in assets.missing(archive.conn, ["sample"])] == [WAITING]
    turns = [row["turn"] for row in archive.rows("SELECT turn FROM waiting WHERE url = ?", (WAITING,))]
    assert turns == ["asset"]


@pytest.mark.parametrize(
    "url",
    ["http://127.0.0.1/a.png", "http://[::1]/a.png", "http://localhost/a.png", "http://anh.example.net:8080/a.png",
     "ftp://anh.example.net/a.png", "http://may-trong/a.png", "http://0x7f.1/a.png"],
)  # fmt: skip
def test_an_asset_lies_on_a_public_host(archive: Archive, url: str) -> None:
    frontier = Frontier(archive, SOURCES)
    frontier.add([Found(url=url, kind="asset")], paper=PAPER)
    assert list(archive.rows("SELECT key FROM frontier")) == []


def test_what_a_page_shows_is_followed_through_sheets(archive: Archive) -> None:
    stock(archive)
    (first,) = (row["id"] for row in archive.rows("SELECT id FROM pages WHERE url = ?", (f"{ROOT}/bai-1.html",)))
    assert assets.shown_by(archive.conn, [first]) == sorted([COMMON, OWN, SHEET, WAITING, INNER])
    lone = assets.alone(archive.conn, [first])
    assert lone.urls == {OWN, SHEET, INNER, WAITING} and len(lone.pages) == 3


def test_a_merge_carries_assets_whichever_way(archive: Archive, other: Archive) -> None:
    keep(archive, page(1), page(3))
    show(archive, f"{ROOT}/bai-1.html", f"{CDN}/them.png")
    stock(other)
    into(archive, other)
    assert urls(archive) == sorted([COMMON, OWN, SHEET, INNER])
    before = content(archive)
    assert (f"{ROOT}/bai-1.html", COMMON) in {(row[0], row[3]) for row in before["assets"]}
    into(archive, other)
    assert content(archive) == before, "twice is once"
    into(other, archive)
    assert content(other)["assets"] == before["assets"]


def test_a_host_that_is_a_papers_in_either_archive_is_its_own(archive: Archive, other: Archive) -> None:
    for opened in (archive, other):
        shown = "http://nui.example.vn/a.png" if opened is archive else "http://song.example.vn/a.png"
        opened.conn.execute("INSERT INTO hosts (host, source, pace) VALUES ('nui.example.vn', ?, 3)",
                            ("" if opened is archive else "nui",))  # fmt: skip
        Frontier(opened, SOURCES).add([Found(url=shown, kind="asset")], paper=PAPER)
    into(archive, other), into(other, archive)
    for opened in (archive, other):
        hosts = {row["host"]: row["source"] for row in opened.rows("SELECT host, source FROM hosts")}
        assert hosts == {"nui.example.vn": "nui", "song.example.vn": "sample"}


@pytest.mark.parametrize("first", ["here", "there"])
def test_what_only_a_withdrawn_article_shows_stays_out_in_both_orders(
    archive: Archive, other: Archive, first: str
) -> None:
    """The archive that withdrew it never had the assets."""
    keep(archive, page(1), page(2))
    withdraw(archive, find(archive, SOURCES, f"{ROOT}/bai-1.html"), "luật")
    stock(other)
    one, two = (archive, other) if first == "here" else (other, archive)
    into(one, two)
    assert urls(one) == [COMMON]
    queued = [row["key"] for row in one.rows("SELECT key FROM frontier WHERE kind = 'asset'")]
    assert WAITING not in queued
    assert one.conn.execute("PRAGMA foreign_key_check").fetchall() == []


def test_a_tombstone_of_an_asset_wins_in_both_orders(archive: Archive, other: Archive) -> None:
    stock(archive), stock(other)
    withdraw(archive, find(archive, SOURCES, f"{ROOT}/bai-1.html"), "luật")
    into(other, archive)
    assert urls(other) == [COMMON]
    again = merge(archive, other, SOURCES)
    assert urls(archive) == [COMMON] and again.pages == 0
    stones = "SELECT url, article FROM withdrawals ORDER BY url"
    assert list(archive.rows(stones)) == list(other.rows(stones))


def test_what_two_withdrawn_articles_show_goes_with_both(archive: Archive) -> None:
    stock(archive)
    line = ["withdraw", f"{ROOT}/bai-1.html", f"{ROOT}/bai-2.html", "--reason", "luật", "--archive", str(archive.path)]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("crawler.cli.keep.known_sources", lambda: SOURCES)
        done = CliRunner().invoke(cli, [*line, "--json"])
    assert done.exit_code == 0, done.output
    assert COMMON in msgspec.json.decode(done.stdout)["urls"]
    assert urls(archive) == [] and png(1) not in archive.path.read_bytes()


def test_verify_finds_nothing_wrong(archive: Archive) -> None:
    stock(archive)
    withdraw(archive, find(archive, SOURCES, f"{ROOT}/bai-2.html"), "luật")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("crawler.cli.prove.known_sources", lambda: SOURCES)
        done = CliRunner().invoke(cli, ["verify", "--archive", str(archive.path)])
    assert "may still be in the file" in done.output and "chung.png" not in done.output, done.output
    assert done.output.count("http") == 1, "of all that there is, the withdrawal alone waits for its erasing"


def test_packing_takes_no_pains_with_images(archive: Archive) -> None:
    stock(archive)
    noise = bytes((n * n * 31 + n // 7) % 251 for n in range(4000))
    drawing = b"<svg xmlns='http://www.w3.org/2000/svg'>" + b"<path d='M0 0h9v9z'/>" * 400 + b"</svg>"
    numbers = [put(archive, f"{CDN}/{n}.svg", drawing + str(n).encode(), "image/svg+xml") for n in range(5)]
    dense = put(archive, f"{CDN}/may.jpg", noise, "image/jpeg")
    done = repack(archive)
    assert done.finished and done.damaged == ()
    assert archive.conn.execute("SELECT count(*) FROM unpacked").fetchone() == (0,)
    leaning = (
        "SELECT count(*) FROM bodies b JOIN pages p ON p.body = b.id WHERE p.kind = 'asset' AND b.base IS NOT NULL"
    )
    assert archive.conn.execute(leaning).fetchone() == (0,), "none leans on another"
    carried = "SELECT count(*) FROM bodies WHERE base IN (SELECT body FROM pages WHERE kind = 'asset')"
    assert archive.conn.execute(carried).fetchone() == (0,), "and none carries a page"
    for number in numbers:
        assert archive.page(number).body.startswith(drawing)
    (body,) = archive.conn.execute("SELECT body FROM pages WHERE id = ?", (dense,)).fetchone()
    assert get(archive.conn, body) == noise
    assert any(row.kind == "asset" for row in usage(archive)), "told apart in `repack --dry-run` and docs"


def test_a_published_copy_has_none_and_a_backup_all(archive: Archive, tmp_path: Path) -> None:
    stock(archive)
    publish(archive, tmp_path / "out.db")
    with Archive(tmp_path / "out.db", write=False) as out:
        assert urls(out) == [] and list(out.rows("SELECT * FROM assets")) == []
    backup(archive, tmp_path / "copy.db")
    with Archive(tmp_path / "copy.db", write=False) as copied:
        assert urls(copied) == urls(archive)
