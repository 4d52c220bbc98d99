"""What is withdrawn is gone: from every table, from search, from the file's bytes; and it does not come back."""

import os
import unicodedata
from pathlib import Path

import pytest
from backports import zstd

from archive.arrivals import Arrivals
from archive.bodies import get
from archive.derive import rebuild
from archive.erase import erase, waiting
from archive.errors import ArchiveLocked, DiskFull, Withdrawn
from archive.facts import Cleaned, Found, Page
from archive.frontier import Frontier
from archive.holders import holder
from archive.hosts import Hosts
from archive.ledger import Embedded
from archive.store import Archive
from archive.withdraw import NotWithdrawable, find, remains, withdraw
from config.fold import fold
from pipelines.cleaner import cleaner_id
from pipelines.process import process
from tests.stock import PAPER, ROOT, SOURCES, keep, page, section

WORD = "Zwẫkquỳnh-Jưỡngđặng"
"""Of letters that begin no Vietnamese word, so that the index, which leaves out what a word shares with the one
before it, holds it whole."""
URL = f"{ROOT}/bai-2.html"
TABLES = ("pages", "cleanings", "articles", "revisions", "links", "frontier")


def secret(state: int = 1, **more: object) -> Page:
    """A page of article 2 that holds the word."""
    body = page(2, state).body.replace(b"</p>", f" {WORD} {WORD}.</p>".encode())
    return page(2, state, body=body, **more)


@pytest.fixture
def stocked(archive: Archive) -> Archive:
    """Three articles; the second at three URLs, in two states, with a page that waits and one that was not modified."""
    other = secret(2, url=f"{ROOT}/muc/ban-in-2.html")
    unmodified = page(2, 3, status=304, body=b"")
    keep(archive, section(1, 2, 3), page(1), secret(), other, unmodified, page(3))
    keep(archive, secret(4, url="http://www.song.example.vn/bai-2.html?utm_source=x"), clean=False)
    return archive


def holds(path: Path) -> list[str]:
    """Which spellings of the word stand in the file's bytes, or in a body packed in them."""
    data = b"".join(Path(f"{path}{part}").read_bytes() for part in ("", "-wal") if Path(f"{path}{part}").exists())
    with Archive(path, write=False) as reader:
        data += b"".join(get(reader.conn, n) for (n,) in reader.conn.execute("SELECT id FROM bodies").fetchall())
    spelled = {"NFC": WORD, "NFD": unicodedata.normalize("NFD", WORD), "folded": fold(WORD), "lower": WORD.lower()}
    spelled |= {f"term {word}": word for word in fold(WORD).split("-")}
    return [name for name, text in spelled.items() if text.encode() in data]


def rows(archive: Archive) -> dict[str, int]:
    return {t: archive.conn.execute(f"SELECT count(*) FROM {t}").fetchone()[0] for t in TABLES}


def test_everything_at_all_its_urls_goes(stocked: Archive) -> None:
    before = rows(stocked)
    going = find(stocked, SOURCES, URL)
    assert (len(going.pages), going.cleanings, going.article) == (4, 2, "sample:2")
    assert going.urls == [URL, f"{ROOT}/muc/ban-in-2.html"]
    assert withdraw(stocked, going, "luật") == 4
    after = rows(stocked)
    assert {t: before[t] - after[t] for t in TABLES} == {
        "pages": 4, "cleanings": 2, "articles": 1, "revisions": 2, "links": 0, "frontier": 1,
    }  # fmt: skip
    told = list(stocked.rows("SELECT url, reason, article, erased_at FROM withdrawals ORDER BY url"))
    assert [(r["url"], r["reason"], r["article"], r["erased_at"]) for r in told] == [
        (url, "luật", "sample:2", None) for url in going.urls
    ]
    assert stocked.conn.execute("PRAGMA foreign_key_check").fetchall() == []
    rebuild(stocked, SOURCES)
    assert rows(stocked)["articles"] == 2


def test_its_bytes_leave_the_file(stocked: Archive) -> None:
    lean_on(stocked, secret().body)
    assert {"NFC", "folded"} <= set(holds(stocked.path))
    body = next(stocked.rows("SELECT sha256 FROM bodies WHERE base IS NOT NULL"))["sha256"]
    withdraw(stocked, find(stocked, SOURCES, URL), "luật")
    assert erase(stocked) == 2 and waiting(stocked) == []
    assert holds(stocked.path) == []
    assert not list(stocked.rows("SELECT 1 FROM bodies WHERE base IS NOT NULL AND sha256 = ?", (body,)))
    stocked.conn.execute("INSERT INTO articles_fts (articles_fts, rank) VALUES ('integrity-check', 1)")


def test_bytes_of_earlier_states_leave_the_file_too(stocked: Archive) -> None:
    """On a machine whose SQLite does not overwrite what it deletes, they lie in free pages."""
    stocked.conn.execute("PRAGMA secure_delete=OFF")
    stocked.conn.execute("CREATE TABLE was (text)")
    stocked.conn.executemany("INSERT INTO was VALUES (?)", [(WORD * 300,)] * 30)
    stocked.conn.execute("DROP TABLE was")
    stocked.conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    withdraw(stocked, find(stocked, SOURCES, URL), "luật")
    assert "NFC" in holds(stocked.path)
    erase(stocked)
    assert holds(stocked.path) == []


def lean_on(archive: Archive, body: bytes) -> None:
    """Let the body of article 3 lean on that of the withdrawn one, as `repack` would."""
    (base,) = archive.conn.execute(
        "SELECT b.id FROM bodies b JOIN pages p ON p.body = b.id WHERE p.url = ?", (URL,)
    ).fetchone()
    packed = zstd.compress(page(3).body, 3)
    archive.conn.execute(
        "UPDATE bodies SET base = ?, data = ? WHERE id = (SELECT body FROM pages WHERE url LIKE '%bai-3%')",
        (base, packed),
    )


def test_a_url_that_is_no_article_goes_alone(stocked: Archive) -> None:
    going = find(stocked, SOURCES, f"{ROOT}/tin")
    withdraw(stocked, going, "luật")
    assert (len(going.pages), going.article, rows(stocked)["articles"]) == (1, None, 3)
    assert [r["article"] for r in stocked.rows("SELECT article FROM withdrawals")] == [None]


def test_robots_txt_stays(stocked: Archive) -> None:
    stocked.keep_page("sample", Page(url=f"{ROOT}/robots.txt", fetched_at="2025", body=b"", kind="robots"))
    with pytest.raises(NotWithdrawable):
        find(stocked, SOURCES, f"{ROOT}/robots.txt")


def test_a_body_that_another_page_has_stays(stocked: Archive) -> None:
    keep(stocked, page(9, body=secret().body), clean=False)
    assert withdraw(stocked, find(stocked, SOURCES, URL), "luật") == 3


@pytest.mark.parametrize("path", ["/bai-2.html", "/tieu-de-moi-2.html", "/bai-2.html?utm_source=x"])
def test_it_does_not_come_back(stocked: Archive, path: str) -> None:
    withdraw(stocked, find(stocked, SOURCES, URL), "luật")
    with stocked.transaction():
        arrivals = Arrivals(Embedded(stocked), Hosts(Embedded(stocked)), 0.0)
        assert arrivals.add([(PAPER, Found(url=ROOT + path, kind="article"))], 0.0, 0) == 0
    with pytest.raises(Withdrawn, match="luật"):
        stocked.keep_page(PAPER, page(2, 5, url=ROOT + path))
    assert Frontier(stocked, SOURCES).add([Found(url=f"{ROOT}/khac-77.html", kind="article")]) == 1


def test_what_was_being_cleaned_is_refused(stocked: Archive) -> None:
    number = next(stocked.rows("SELECT id FROM pages WHERE url = ?", (URL,)))["id"]
    withdraw(stocked, find(stocked, SOURCES, URL), "luật")
    with pytest.raises(Withdrawn):
        stocked.page(number)
    with pytest.raises(Withdrawn):
        stocked.put_cleaning(number, cleaner_id(PAPER), process(secret(), PAPER))
    keep(stocked, page(5))
    with pytest.raises(Withdrawn):  # though another page has the number by now
        stocked.put_cleaning(number, cleaner_id(PAPER), process(secret(), PAPER))


def test_a_page_that_changed_its_identity_leaves_the_other_article_whole(stocked: Archive) -> None:
    number = next(stocked.rows("SELECT id FROM pages WHERE url = ?", (URL,)))["id"]
    made = process(secret(), PAPER)
    stocked.put_cleaning(number, "3-old", Cleaned(output=made.output, article="sample:1"))
    withdraw(stocked, find(stocked, SOURCES, URL), "luật")
    assert [r["article"] for r in stocked.rows("SELECT article FROM underived")] == ["sample:1"]


def test_what_remains_is_told(stocked: Archive) -> None:
    left = remains(stocked, [find(stocked, SOURCES, URL)])
    assert (left.pages, left.urls) == (1, [f"{ROOT}/tin"])
    assert remains(stocked, []).pages == 0


def test_a_reader_that_keeps_the_old_bytes_is_told_of(stocked: Archive) -> None:
    stocked.conn.execute("PRAGMA busy_timeout=10")
    with Archive(stocked.path, write=False) as reader:
        reader.conn.execute("BEGIN")
        reader.conn.execute("SELECT count(*) FROM pages").fetchone()
        withdraw(stocked, find(stocked, SOURCES, URL), "luật")
        with pytest.raises(ArchiveLocked, match="-wal"):
            erase(stocked)
        assert len(waiting(stocked)) == 2
        reader.conn.execute("COMMIT")
    assert erase(stocked) == 2 and holds(stocked.path) == [] and erase(stocked) == 0


def test_a_crawl_under_way_is_not_kept_waiting(stocked: Archive) -> None:
    withdraw(stocked, find(stocked, SOURCES, URL), "luật")
    soon = stocked.clock.seconds() + 60
    lease = "UPDATE frontier SET leased = ?, holder = ? WHERE url LIKE '%bai-1%'"
    stocked.conn.execute(lease, (soon, holder(os.getppid())))
    with pytest.raises(ArchiveLocked, match=f"process {os.getppid()}"):
        erase(stocked)
    stocked.conn.execute(lease, (soon, holder(os.getpid())))
    assert erase(stocked) == 2


def test_no_room_is_told_before_it_is_tried(stocked: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    withdraw(stocked, find(stocked, SOURCES, URL), "luật")
    monkeypatch.setattr("shutil.disk_usage", lambda _: os.terminal_size((0, 0)) and type("U", (), {"free": 1000})())
    with pytest.raises(DiskFull, match="are needed to write it anew"):
        erase(stocked)
    assert len(waiting(stocked)) == 2
