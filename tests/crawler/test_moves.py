"""Papers that have moved, as SITES.md 7 tells of them: crawled before and after, over loopback, one article each.

The papers' own URL rules, on hosts of the loopback net; pages and events are invented.
"""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import NamedTuple

import msgspec
import pytest

from archive.derive import rebuild
from archive.history import revisions_of
from archive.life import article_of, identity_of
from archive.store import Archive
from config.declarations import Discover, Rules
from config.sources import Source, Sources, load
from crawler.run import crawl
from tests.crawler.site import HTML, LINES, Reply, Route, Site, listing

OLD, NEW = "127.78.2.1", "127.78.2.2"
PAPERS = load()


class Move(NamedTuple):
    """An article of a paper before and after: addresses below the old and the new host, and what the old one answers
    afterwards: a status of a redirect to the new address, `gone`, or `stays`."""

    paper: str
    old: str
    new: str
    then: int | str
    canonical: bool = False
    """Whether the new page's address is named by the old one, which stays."""


MOVES = [
    Move("baodienbienphu", "/tin-tuc/y-te/212838/ten-bai", "/tin-tuc/y-te/212838/ten-bai", 301),
    Move("baodienbienphu", "/tin-tuc/y-te/212838/ten-bai", "/tin-bai/y-te/ten-bai", "gone"),
    Move("baodienbienphu", "/tin-tuc/y-te/212838/ten-bai", "/tin-bai/y-te/ten-khac", 301),
    Move("znews", "/ten-bai-post812345.html", "/ten-khac-post812345.html", 301),
    Move("znews", "/ten-bai-post812345.html", "/ten-khac-post812345.html", "gone"),
    Move("baochinhphu", "/Kinh-te/ten-bai/412345.vgp", "/ten-bai-102250301083000123.htm", 302),
    Move("baochinhphu", "/Kinh-te/ten-bai/412345.vgp", "/ten-bai-102250301083000123.htm", "stays", canonical=True),
    Move("thanhnien", "/thoi-su/ten-bai-1234567.html", "/ten-bai-185250301083000123.htm", 308),
    Move("nhandan", "/chinhtri/ten-bai-628285", "/ten-bai-post628285.html", 301),
    Move("vietnamnet", "/vn/thoi-su/chinh-tri/ten-bai-690967.html", "/ten-bai-2690967.html", 301),
    Move("vietnamnet", "/vn/thoi-su/chinh-tri/ten-bai-690967.html", "/ten-bai-2690967.html", "gone"),
    Move("nld", "/thoi-su/ten-bai-196251020093012345.htm", "/nld/ten-bai-196251020093012345.htm", 301),
    Move("nld", "/thoi-su/ten-bai-196251020093012345.htm", "/nld/ten-bai-196251020093012345.htm", "gone"),
]


def moved(paper: str, port: int, *, home: str) -> Source:
    """The URL rules of a declared paper, on the loopback hosts, whose sections and pages are ours."""
    told = PAPERS[paper]
    below = tuple(f"{NEW}/{place.partition('/')[2]}" for place in told.below)
    return msgspec.structs.replace(
        told,
        hosts=(OLD,) if below else (NEW, OLD),
        below=below,
        home=below[0] if below and home == NEW else home,
        own_ids=(),
        scheme="http",
        port=port,
        pace=0.0,
        rules=Rules(container=(".body",), title=("h1",), published=("meta:article:published_time",)),
        generations=(),
        discover=Discover(sections=("/muc-luc",), pager_limit=1),
    )


def shown(title: str, *lines: str, at: str = "2025-03-01T09:30:00+07:00", canonical: str = "") -> Reply:
    """An article's page; `canonical` is what it says is its address."""
    link = f'<link rel="canonical" href="{canonical}">' if canonical else ""
    head = f'<title>{title}</title><meta property="article:published_time" content="{at}">{link}'
    body = "".join(f"<p>{line}</p>" for line in lines)
    page = f'<html lang="vi"><head>{head}</head><body><h1>{title}</h1><div class="body">{body}</div></body></html>'
    return Reply(body=page.encode())


@contextmanager
def both(old: dict[str, Route], new: dict[str, Route]) -> Iterator[tuple[Site, Site]]:
    """Two hosts at one port."""
    with ExitStack() as stack:
        before = stack.enter_context(Site(old, OLD))
        yield before, stack.enter_context(Site(new, NEW, before.port))


def visit(archive: Archive, source: Source) -> None:
    """A crawl of one paper to which every article is due."""
    archive.conn.execute("UPDATE frontier SET due = 0 WHERE kind = 'article' AND due IS NOT NULL")
    assert crawl(archive, Sources({source.id: source}, {})).outcome == "finished"


def rows(archive: Archive) -> list[str]:
    return [row["article"] for row in archive.rows("SELECT article FROM articles ORDER BY article")]


def frontier(archive: Archive) -> list[str]:
    live = "SELECT url FROM frontier WHERE kind = 'article' AND due IS NOT NULL AND error IS NULL ORDER BY url"
    return [row["url"] for row in archive.rows(live)]


@pytest.mark.parametrize("move", MOVES, ids=lambda m: f"{m.paper}-{m.then}-{m.new}")
def test_an_article_that_moved_is_one_and_its_revisions_are_the_papers(kept: Archive, here: None, move: Move) -> None:
    page = shown("Nước rút ở bản ven sông", *LINES)
    with both({"/muc-luc": listing(move.old), move.old: page}, {}) as (old, new):
        before, after = (moved(move.paper, old.port, home=host) for host in (OLD, NEW))
        visit(kept, before)
        assert len(rows(kept)) == 1
        start = "/nld" if after.below else ""
        place = f"http://{NEW}:{new.port}{move.new}"
        new.routes = {f"{start}/muc-luc": listing(move.new), move.new: page}
        old.routes = {}
        if isinstance(move.then, int):
            old.routes[move.old] = Reply(move.then, headers=HTML | {"Location": place})
        elif move.then == "stays":
            old.routes[move.old] = shown("Nước rút ở bản ven sông", *LINES, canonical=place if move.canonical else "")
        for _ in range(2):
            visit(kept, after)
        (first,) = rows(kept)
        assert len(revisions_of(kept, first)) == 1, "the move is no change of the paper's"
        new.routes[move.new] = shown("Nước đã rút ở bản ven sông", *LINES)
        visit(kept, after)
        sources = Sources({after.id: after}, {})
        assert [r.record.title for r in revisions_of(kept, first)][-1] == "Nước đã rút ở bản ven sông"
        assert len(revisions_of(kept, first)) == 2
        for url in (old.url(move.old), new.url(move.new)):
            assert identity_of(kept, sources, url) == first
        assert place in frontier(kept)
        told = list(kept.rows("SELECT article, first_seen, last_seen, revisions, title FROM articles"))
        rebuild(kept, sources)
        assert told == list(kept.rows("SELECT article, first_seen, last_seen, revisions, title FROM articles"))


OTHER = ("Trường xã khai trương thư viện.", "Các em thay nhau trực.", "Mỗi tháng có một buổi đọc sách chung ở sân.")
NEAR = {
    "led to another": ("baodienbienphu", shown("Thư viện mới ở xã", *OTHER), 301, ""),
    "same title, another day": (
        "baodienbienphu",
        shown("Nước rút ở bản ven sông", *LINES, at="2025-03-02T09:30:00+07:00"),
        "gone",
        "",
    ),
    "same title and day, another text": ("baodienbienphu", shown("Nước rút ở bản ven sông", *OTHER), "gone", ""),
    "renumbered, another day": (
        "vietnamnet",
        shown("Nước rút ở bản ven sông", *LINES, at="2025-03-08T09:30:00+07:00"),
        301,
        "",
    ),
}
PATHS = {
    "baodienbienphu": ("/tin-tuc/y-te/212838/ten-bai", "/tin-bai/y-te/ten-bai"),
    "vietnamnet": ("/vn/thoi-su/chinh-tri/ten-bai-690967.html", "/ten-bai-2690967.html"),
}


@pytest.mark.parametrize("near", NEAR)
def test_what_only_looks_like_a_move_stays_two(kept: Archive, here: None, near: str) -> None:
    paper, page, then, _ = NEAR[near]
    old_path, new_path = PATHS[paper]
    with both({"/muc-luc": listing(old_path), old_path: shown("Nước rút ở bản ven sông", *LINES)}, {}) as (old, new):
        visit(kept, moved(paper, old.port, home=OLD))
        new.routes = {"/muc-luc": listing(new_path), new_path: page}
        leads = Reply(301, headers=HTML | {"Location": new.url(new_path)})
        old.routes = {old_path: leads} if then == 301 else {}
        after = moved(paper, old.port, home=NEW)
        visit(kept, after)
        visit(kept, after)
        assert len(rows(kept)) == 2
        assert not list(kept.rows("SELECT * FROM aliases WHERE why <> 'claimed'"))
        found = article_of(kept, Sources({after.id: after}, {}), old.url(old_path))
        assert found and found.title == "Nước rút ở bản ven sông" and found.text.startswith(LINES[0])


def test_the_successor_of_a_paper_is_another_paper() -> None:
    """No source says that tuyengiao.vn leads to tuyengiaodanvan.vn: they are declared apart."""
    old, new = "https://tuyengiao.vn/thoi-su/ten-bai-130656", "https://tuyengiaodanvan.vn/blogs/ten-bai"
    assert [paper.id for url in (old, new) if (paper := PAPERS.of(url))] == ["tuyengiao", "tuyengiaodanvan"]
