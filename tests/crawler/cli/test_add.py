"""`sources add` from end to end: the sample newsroom's papers with their declarations hidden, and what it refuses."""

import errno
import io
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path

import msgspec
import pytest

from archive.facts import Page, Record
from archive.store import Archive
from config.clock import stamp
from config.sources import HERE as CONFIG
from config.sources import Source, Sources, load
from config.urls import classify
from crawler.cli import add as command
from crawler.newsroom import VISITS, Newsroom, declared
from crawler.newsroom.papers import papers
from crawler.newsroom.site import Site as Paper
from crawler.prospect import fetch, prospect
from crawler.prospect.words import say
from crawler.run import crawl
from pipelines.fixtures import cleaned, fixtures
from pipelines.pool import CleaningPool
from pipelines.process import process
from tests.conftest import ROOT
from tests.crawler.cli.conftest import Call
from tests.crawler.newsroom.test_sources import NAMES, _differences
from tests.crawler.prospect.test_saved import HOST, saved
from tests.crawler.prospect.unknown import SECTIONS, STORIES, routes
from tests.crawler.site import Reply, Site


@pytest.fixture(scope="module")
def newsroom() -> Iterator[Newsroom]:
    with Newsroom() as opened:
        yield opened


@pytest.fixture(scope="module")
def pool() -> Iterator[CleaningPool]:
    with CleaningPool(1) as opened:
        yield opened


@pytest.fixture(autouse=True)
def unhurried(monkeypatch: pytest.MonkeyPatch, pool: CleaningPool) -> None:
    """No pause between requests to this machine, one child for all tests, and no locale."""
    monkeypatch.setattr(command, "cleaning", lambda workers: nullcontext(pool))
    monkeypatch.setattr(command, "sample_pace", lambda url: 0.0 if "//127." in url else None)
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)


def draft(folder: Path, name: str, port: int) -> Source:
    return load(folder / "config", families=CONFIG / "families", port=port)[name]


@pytest.mark.parametrize("name", NAMES)
def test_a_draft_of_a_sample_paper_cleans_its_articles_to_the_truth(
    name: str, newsroom: Newsroom, baoluu: Call, tmp_path: Path
) -> None:
    newsroom.requests.clear()
    told = baoluu("sources", "add", newsroom.base(name) + "/", "--to", tmp_path, "--json")
    assert told.code == 0, told.err
    found, true = json.loads(told.out), declared(newsroom.port)[name]
    assert (found["id"], found["family"]) == (name, true.family)
    assert found["marks"][0]["pages"] >= 2
    assert not [doubt for doubt in found["doubts"] if doubt.startswith("trang mẫu chưa ra đúng")]
    paper = draft(tmp_path, name, newsroom.port)
    for part in ("pager", "pager_first", "pager_step", "feed_order"):
        assert getattr(paper.discover, part) == getattr(true.discover, part), part
    assert set(paper.discover.sections) >= set(true.discover.sections)
    assert set(paper.discover.feeds) <= set(true.discover.feeds) and paper.discover.sitemaps == true.discover.sitemaps
    assert bool(paper.discover.feeds) == bool(true.discover.feeds)
    for kind in ("article", "section", "other"):
        assert {classify(paper, url) for url in getattr(paper.examples, kind)} == {kind}
    lost = []
    for truth in (truth for truth in newsroom.truth(name) if not truth.further):  # parts are for the keeper to declare
        body = Paper(papers()[name], 1, newsroom.base(name)).reply(truth.url.removeprefix(newsroom.base(name))).body
        page = Page(url=truth.url, fetched_at=stamp(VISITS[0]), body=body, headers={"content-type": "text/html"})
        record = process(page, paper).output
        assert isinstance(record, Record), truth.url
        lost += [(truth.url, different) for different in [_differences(record, truth)] if different]
    assert not lost
    assert len(newsroom.requests) <= fetch.BUDGET
    assert {request.agent.split("/")[0] for request in newsroom.requests} == {"baoluu"}


@pytest.fixture
def unknown() -> Iterator[Site]:
    with Site({}, host="127.78.4.1") as site:
        site.routes |= routes(base=site.url(""))
        yield site


def test_an_unknown_cms_is_learned_from_its_articles(unknown: Site, baoluu: Call, tmp_path: Path) -> None:
    told = baoluu("sources", "add", unknown.url("/"), "--to", tmp_path, "--json", "--lang", "en")
    assert told.code == 0, told.err
    found = json.loads(told.out)
    assert (found["id"], found["title"], found["family"]) == ("songtrong", "Báo Sông Trong", None)
    assert [(f["order"], f["entries"], f["dated"]) for f in found["feeds"]] == [("MDY", 7, 7)]
    assert [s["kind"] for s in found["sitemaps"]] == ["news"]
    paper = draft(tmp_path, "songtrong", unknown.port)
    assert paper.discover.feeds == ("/tin-moi.rss",) and paper.discover.feed_order == "MDY"
    assert paper.discover.sitemaps == ("/so-do-tin.xml",)
    assert set(paper.discover.sections) == {f"/chuyen-muc/{name}" for name in SECTIONS}
    assert (paper.discover.pager, paper.discover.pager_first) == ("{section}/trang/{n}", 2)
    for kind in ("article", "section", "other"):
        urls = getattr(paper.examples, kind)
        assert urls and {classify(paper, url) for url in urls} == {kind}
    for story in STORIES:  # the seventh was not opened when the rules were learned
        route = unknown.routes[story.path]
        assert isinstance(route, Reply)
        url = unknown.url(story.path)
        made = process(Page(url=url, fetched_at="2026-04-01T08:00:00+07:00", body=route.body), paper)
        record = made.output
        assert isinstance(record, Record) and made.article == f"songtrong:{41230 + story.number}"
        assert (record.title, record.lead, record.paragraphs) == (story.title, story.lead, list(story.paragraphs))
        assert (record.published, record.authors) == (story.moment, [story.writer])
        assert (record.section, record.tags) == ([SECTIONS[story.section]], list(story.tags))
        assert record.captions == [story.caption]
    assert found["coverage"] == dict.fromkeys(found["coverage"], 6)
    assert found["doubts"] == [say("en", "order-guessed", sample="3/20/2026 8:11:00 AM")]


def test_a_page_of_the_menu_without_articles_of_its_own_is_no_section(
    unknown: Site, baoluu: Call, tmp_path: Path
) -> None:
    """Every page shows the most read beside its own text, so that alone makes no section."""
    for path, route in list(unknown.routes.items()):
        if isinstance(route, Reply) and b"thucdon" in route.body:
            more = '<li><a href="/hoi-nha-vuon">Hội Nhà vườn</a></li></ul><div class="giua">'.encode()
            body = route.body.replace(b'</ul><div class="giua">', more, 1)
            unknown.routes[path] = route._replace(body=body)
    contact = unknown.routes["/lien-he.html"]
    assert isinstance(contact, Reply) and b"/hoi-nha-vuon" in contact.body
    unknown.routes["/hoi-nha-vuon"] = contact
    assert baoluu("sources", "add", unknown.url("/"), "--to", tmp_path).code == 0
    assert unknown.paths()["/hoi-nha-vuon"] == 1
    assert set(draft(tmp_path, "songtrong", unknown.port).discover.sections) == {f"/chuyen-muc/{s}" for s in SECTIONS}


def test_the_stub_keeps_the_frame_and_none_of_the_words(unknown: Site, baoluu: Call, tmp_path: Path) -> None:
    assert baoluu("sources", "add", unknown.url("/"), "--to", tmp_path).code == 0
    (made,) = fixtures(tmp_path / "tests" / "fixtures" / "pages")
    assert made.name == "songtrong/only"
    record = cleaned(made, draft(tmp_path, "songtrong", unknown.port))
    assert record == made.expected
    assert len(record["paragraphs"]) == 5 and record["captions"] and record["lead"] and record["published"]
    page = made.page.body.decode()
    words = page.casefold().split()
    there = {" ".join(words[n : n + 3]) for n in range(len(words))}
    for story in STORIES:
        for text in (story.title, story.lead, story.caption, *story.paragraphs):
            said = text.casefold().split()
            assert not there & {" ".join(said[n : n + 3]) for n in range(len(said) - 2)}
        assert story.writer not in page and story.slug not in made.page.url
    assert (made.folder / "note.md").read_text(encoding="utf-8").startswith("# Trang mẫu")


def test_nothing_is_overwritten_and_a_dry_run_writes_nothing(unknown: Site, baoluu: Call, tmp_path: Path) -> None:
    shown = baoluu("sources", "add", unknown.url("/"), "--to", tmp_path, "--dry-run")
    assert shown.code == 0 and 'title = "Báo Sông Trong"' in shown.out and not list(tmp_path.iterdir())
    assert baoluu("sources", "add", unknown.url("/"), "--to", tmp_path, "--yes").code == 0
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    assert len(before) == 5
    again = baoluu("sources", "add", unknown.url("/"), "--to", tmp_path, "--yes")
    assert again.code == 1 and "không bị ghi đè" in again.err
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before


class Typed(io.StringIO):
    """A keeper at a terminal, who types these lines."""

    def isatty(self) -> bool:
        return True


def test_the_keeper_is_asked_and_answered_in_words(
    unknown: Site, baoluu: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", Typed("Báo Sông Trong Xanh\nSông Trong\nsongxanh\ny\ny\n"))
    told = baoluu("sources", "add", unknown.url("/"), "--to", tmp_path, "--lang", "vi")
    assert told.code == 0, told.err
    assert "Mã chỉ gồm a-z" in told.err and "Bài trên đây có đúng" in told.err
    assert "sapo            Ba tháng sau trận lũ lớn" in told.out and "6/6" in told.out
    assert draft(tmp_path, "songxanh", unknown.port).title == "Báo Sông Trong Xanh"
    monkeypatch.setattr(sys, "stdin", Typed("\nsongxanh\n\ny\nn\n"))
    kept = baoluu("sources", "add", unknown.url("/"), "--to", tmp_path)
    assert kept.code == 1 and "Ghi đè? [c/K]" in kept.err and kept.err.rstrip().endswith("Không ghi gì.")
    monkeypatch.setattr(sys, "stdin", Typed("\n\ncó\nđể xem\nkhông\n"))
    none = baoluu("sources", "add", unknown.url("/"), "--to", tmp_path / "other")
    assert none.code == 1 and "Không ghi gì." in none.err and not (tmp_path / "other").exists()
    assert none.err.count("Hãy trả lời c (có) hoặc k (không).") == 1


def test_a_folder_that_cannot_be_written_is_told_before_the_paper_is_asked(
    unknown: Site, baoluu: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    before = len(list(unknown.paths()))
    code, why, message = refused(baoluu, unknown.url("/"), "--to", tmp_path / "file" / "in", "--lang", "vi")
    assert (code, why) == (2, "unwritable") and "không phải thư mục" in message and "--to" in message
    monkeypatch.setattr(os, "access", lambda path, mode: False)
    assert "không có quyền ghi" in refused(baoluu, unknown.url("/"), "--to", tmp_path / "in", "--lang", "vi")[2]
    assert len(list(unknown.paths())) == before


def test_a_full_disk_leaves_no_half_of_a_file(
    unknown: Site, baoluu: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(number: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    told = baoluu("sources", "add", unknown.url("/"), "--to", tmp_path, "--lang", "vi", "--yes")
    assert told.code == 2 and "ổ đĩa đã đầy" in told.err and "Traceback" not in told.err
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


def test_stopped_by_the_keyboard_it_says_so_in_the_keepers_language(
    unknown: Site, baoluu: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stopped(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(prospect, "look", stopped)
    told = baoluu("sources", "add", unknown.url("/"), "--to", tmp_path, "--lang", "vi")
    assert told.code == 3 and told.err.rstrip().endswith("Đã dừng. Muốn làm tiếp, hãy chạy lại đúng lệnh ấy.")


def test_a_saved_file_without_markup_is_called_that(baoluu: Call, tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text("không có thẻ nào", encoding="utf-8")
    code, why, message = refused(baoluu, HOST + "/", "--from", tmp_path / "a.html", "--lang", "vi", "--dry-run")
    assert (code, why) == (1, "not-html") and "(không có thẻ HTML nào)" in message


def refused(baoluu: Call, *arguments: object) -> tuple[int, str, str]:
    told = baoluu("sources", "add", *arguments, "--json")
    said = json.loads(told.out)
    assert set(said) == {"url", "refused"} and said["refused"]["message"] in told.err
    assert "Traceback" not in told.err
    return told.code, said["refused"]["reason"], said["refused"]["message"]


STUB = '<html><body><script>document.cookie="D1N=5f0c8e; path=/";window.location.reload(true);</script></body></html>'


@pytest.mark.parametrize(
    ("made", "reason"),
    [
        ({"/robots.txt": Reply(body=b"User-agent: *\nDisallow: /\n")}, "robots"),
        ({"/robots.txt": Reply(503, b"")}, "robots-unreachable"),
        ({"/": Reply(404, b"<html><body>404</body></html>")}, "status"),
        ({"/": Reply(429, b"slow down")}, "busy"),
        ({"/": Reply(body=STUB.encode())}, "blocked"),
        ({"/": Reply(body=b"%PDF-1.4 not a page", headers={"Content-Type": "application/pdf"})}, "not-html"),
        ({"/": Reply(body=b"<html><body><p>Coming soon.</p></body></html>")}, "no-articles"),
        ({"/": Reply(301, b"", {"Location": "http://10.0.0.1/"})}, "private"),
        ({"/": Reply(301, b"", {"Location": "/vong"}), "/vong": Reply(302, b"", {"Location": "/"})}, "unreachable"),
    ],
)
def test_what_cannot_be_added_is_refused_in_one_sentence(
    made: dict[str, Reply], reason: str, baoluu: Call, tmp_path: Path
) -> None:
    with Site(dict(made), host="127.78.4.2") as site:
        code, why, message = refused(baoluu, site.url("/"), "--to", tmp_path)
    assert (code, why) == (2 if reason == "private" else 1, reason)
    assert len(message) > 40 and not list(tmp_path.iterdir())
    if reason == "robots":
        assert list(site.paths()) == ["/robots.txt"]


def test_a_site_that_does_not_answer_is_refused(baoluu: Call, tmp_path: Path) -> None:
    assert refused(baoluu, "http://127.78.4.3:9/", "--to", tmp_path)[:2] == (1, "unreachable")


@pytest.mark.parametrize("url", ["http://10.1.2.3/", "http://localhost/", "http://[::1]/", "http://169.254.169.254/"])
def test_private_addresses_are_not_asked(url: str, baoluu: Call, tmp_path: Path) -> None:
    assert refused(baoluu, url, "--to", tmp_path)[:2] == (2, "private")


def test_a_declared_paper_is_named_and_not_asked(baoluu: Call) -> None:
    code, why, message = refused(baoluu, "https://m.vietnamnet.vn/thoi-su", "--lang", "en")
    assert (code, why) == (2, "declared") and "config/sources/vietnamnet.toml" in message


def test_a_host_that_leads_to_a_declared_one_is_refused_afterwards(
    unknown: Site, baoluu: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    paper = unknown.source("daco")
    monkeypatch.setattr(command, "declared_papers", lambda: Sources({"daco": paper}, load().families))
    with Site({"/": Reply(301, b"", {"Location": unknown.url("/")})}, "127.78.4.4", unknown.port) as old:
        assert refused(baoluu, old.url("/"), "--to", tmp_path)[1] == "declared"


def test_an_old_host_is_noted_and_the_present_one_comes_first(unknown: Site, baoluu: Call, tmp_path: Path) -> None:
    with Site({"/": Reply(301, b"", {"Location": unknown.url("/")})}, "127.78.4.4", unknown.port) as old:
        told = baoluu("sources", "add", old.url("/"), "--to", tmp_path, "--json")
    assert told.code == 0 and json.loads(told.out)["hosts"] == ["127.78.4.1", "127.78.4.4"]
    assert draft(tmp_path, "songtrong", unknown.port).home == "127.78.4.1"


def test_a_feed_of_another_kind_is_told_and_left_out(unknown: Site, baoluu: Call, tmp_path: Path) -> None:
    unknown.routes["/tin-moi.rss"] = Reply(body=b'{"items": []}', headers={"Content-Type": "application/json"})
    told = baoluu("sources", "add", unknown.url("/"), "--to", tmp_path)
    assert told.code == 0 and "/tin-moi.rss" in told.out.partition("Chưa chắc, nên xem lại:")[2]
    assert draft(tmp_path, "songtrong", unknown.port).discover.feeds == ()


def test_robots_rules_are_obeyed_page_by_page(unknown: Site, baoluu: Call, tmp_path: Path) -> None:
    unknown.routes |= routes(robots="User-agent: baoluu\nDisallow: /kinh-te/\n", base=unknown.url(""))
    told = baoluu("sources", "add", unknown.url("/"), "--to", tmp_path, "--json")
    assert told.code == 0
    assert not [path for path in unknown.paths() if path.startswith("/kinh-te/")]
    assert len(unknown.asked) <= fetch.BUDGET


def test_a_sample_paper_never_lands_among_the_real_ones(newsroom: Newsroom, baoluu: Call) -> None:
    before = sorted((CONFIG / "sources").iterdir())
    assert refused(baoluu, newsroom.base("bendo") + "/")[:2] == (2, "local-to")
    assert sorted((CONFIG / "sources").iterdir()) == before


def test_a_drafted_paper_can_be_crawled(newsroom: Newsroom, baoluu: Call, tmp_path: Path) -> None:
    assert baoluu("sources", "add", newsroom.base("suoinga") + "/", "--to", tmp_path).code == 0
    paper = draft(tmp_path, "suoinga", newsroom.port)
    paper = msgspec.structs.replace(paper, pace=0.0)
    with Archive(tmp_path / "a.db") as archive:
        done = crawl(archive, Sources({paper.id: paper}, {}))
        assert done.outcome == "finished"
        kept = {row["url"] for row in archive.rows("SELECT url FROM articles")}
    assert kept == {truth.url for truth in newsroom.truth("suoinga")}


def test_an_article_is_as_good_a_beginning_as_the_front_page(unknown: Site, baoluu: Call, tmp_path: Path) -> None:
    begun = STORIES[4]
    told = baoluu("sources", "add", unknown.url(begun.path), "--to", tmp_path, "--json")
    assert told.code == 0 and json.loads(told.out)["article"]["paragraphs"]
    assert unknown.paths()[begun.path] == 1 and unknown.paths()["/"] == 1
    assert set(draft(tmp_path, "songtrong", unknown.port).discover.sections) == {f"/chuyen-muc/{s}" for s in SECTIONS}


def test_without_a_network_the_name_is_told(baoluu: Call, tmp_path: Path) -> None:
    code, why, message = refused(baoluu, "bao-khong-co.invalid", "--to", tmp_path)
    assert (
        (code, why) == (1, "unreachable") and "bao-khong-co.invalid" in message and "không có tên miền này" in message
    )


@pytest.mark.parametrize("url", ["khong phai url", "", "ftp://bao.example.vn/", "https://"])
def test_what_is_no_address_is_told(url: str, baoluu: Call) -> None:
    told = baoluu("sources", "add", url)
    assert told.code == 2 and "is not a URL" in told.err


def test_a_site_that_falls_silent_is_not_asked_on(unknown: Site, baoluu: Call, tmp_path: Path) -> None:
    silent = Reply(raw=b"HTTP/1.1 200")
    for path in list(unknown.routes):
        if path not in ("/", "/robots.txt"):
            unknown.routes[path] = silent
    code, why, _ = refused(baoluu, unknown.url("/"), "--to", tmp_path)
    assert (code, why) == (1, "no-articles") and len(unknown.paths()) == 2 + fetch.SILENT


def test_a_mirror_of_a_declared_paper_is_told(
    unknown: Site, baoluu: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its articles say whose they are: another host, which has a declaration."""
    for story in STORIES:
        route = unknown.routes[story.path]
        assert isinstance(route, Reply)
        link = f'<link rel="canonical" href="https://daco.example.vn{story.path}"></head>'.encode()
        unknown.routes[story.path] = route._replace(body=route.body.replace(b"</head>", link))
    told = baoluu("sources", "add", unknown.url("/"), "--to", tmp_path, "--dry-run")
    assert told.code == 0 and "tự nhận địa chỉ ở daco.example.vn" in told.out
    paper = Source(id="daco", title="Đã có", hosts=("daco.example.vn",))
    monkeypatch.setattr(command, "declared_papers", lambda: Sources({"daco": paper}, load().families))
    code, why, message = refused(baoluu, unknown.url("/"), "--to", tmp_path)
    assert (code, why) == (2, "declared") and "config/sources/daco.toml" in message


def test_what_a_page_prints_cannot_steer_the_terminal(unknown: Site, baoluu: Call, tmp_path: Path) -> None:
    home = unknown.routes["/"]
    assert isinstance(home, Reply)
    evil = home.body.replace("Thời sự".encode(), "Thời\x1b[2J\u202e sự".encode())
    unknown.routes["/"] = home._replace(body=evil)
    told = baoluu("sources", "add", unknown.url("/"), "--to", tmp_path)
    assert told.code == 0 and not any(c in told.out + told.err for c in ("\x1b", "\u202e"))


def test_a_paper_added_to_a_checkout_loads_and_passes_the_check(tmp_path: Path) -> None:
    """As a keeper does it: in a copy of the project, from saved pages, without a terminal."""
    for part in ("config", "archive", "pipelines", "crawler", "tests/fixtures"):
        shutil.copytree(ROOT / part, tmp_path / "copy" / part, ignore=shutil.ignore_patterns("__pycache__"))
    (tmp_path / "saved").mkdir()
    saved(tmp_path / "saved", addressed=False)

    def baoluu(*arguments: str) -> subprocess.CompletedProcess[str]:
        line = [sys.executable, "-c", "from crawler.cli import main; main()", *arguments]
        return subprocess.run(
            line, cwd=tmp_path / "copy", capture_output=True, text=True, timeout=120, stdin=subprocess.DEVNULL
        )

    added = baoluu("sources", "add", HOST + "/", "--from", str(tmp_path / "saved"), "--lang", "vi")
    assert added.returncode == 0, added.stderr
    assert "rồi `baoluu crawl example-songtrong --limit 20`" in added.stdout
    checked = baoluu("sources", "check")
    assert checked.returncode == 0, checked.stdout + checked.stderr
    assert "Báo Sông Trong" in baoluu("sources", "list").stdout
    again = baoluu("sources", "add", HOST + "/", "--lang", "vi")
    assert again.returncode == 2 and "config/sources/example-songtrong.toml" in again.stderr
