"""Conditional visits: only to hosts whose validators changed with their pages, and never for long."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from archive.history import revisions_of
from archive.honesty import EVERY, PROOFS, needed
from archive.life import life_of
from archive.store import Archive
from config.clock import ShiftedClock, SystemClock
from crawler.run import Outcome, crawl
from tests.crawler.conftest import pages
from tests.crawler.site import HTML, Reply, Route, Site, article, paper

PATH = "/bai-1.html"
DATED = "Mon, 10 Mar 2025 01:00:00 GMT"
pytestmark = pytest.mark.usefixtures("here")


class Later:
    """Crawls of one site, each so late that its articles are due."""

    def __init__(self, archive: Archive, clock: ShiftedClock) -> None:
        self.archive, self._clock, self._wait = archive, clock, timedelta(hours=2)

    def crawl(self, site: Site, **lists: object) -> Outcome:
        self._clock.move(self._clock.now() + self._wait)
        self._wait *= 4
        return crawl(self.archive, site.sources(**lists))

    def host(self) -> dict[str, object]:
        return next(self.archive.rows("SELECT proofs, lies FROM hosts"))


@pytest.fixture
def later(tmp_path: Path) -> Iterator[Later]:
    clock = ShiftedClock(SystemClock().now())
    with Archive(tmp_path / "a.db", clock=clock) as archive:
        yield Later(archive, clock)


def site_of(answer: Callable[[int, dict[str, str]], Reply], path: str = PATH) -> Site:
    """A site of one article whose `path` is answered with the number of the request and its headers."""
    routes: dict[str, Route] = paper(1) | {path: lambda n: answer(n, site.asked[-1].headers)}
    site = Site(routes)
    return site


def edited(n: int, **headers: str) -> Reply:
    """The article in its n-th state."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Reply(body=article(1).body.replace(b"</h1>", f" ({n})</h1>".encode()), headers=HTML | named)


def asked(site: Site, path: str = PATH) -> list[bool]:
    """Of each request for `path`, whether it was conditional."""
    headers = [one.headers for one in site.asked if one.path == path]
    return ["if-none-match" in h or "if-modified-since" in h for h in headers]


def test_a_host_is_asked_on_condition_once_it_has_proved_honest(later: Later) -> None:
    def honest(n: int, headers: dict[str, str]) -> Reply:
        state = min(n, 3)
        if headers.get("if-none-match") == f'"v{state}"':
            return Reply(304, headers={"ETag": f'"v{state}"'})
        return edited(state, ETag=f'"v{state}"', Last_Modified=DATED)

    with site_of(honest) as site:
        for _ in range(8):
            outcome = later.crawl(site)
        assert asked(site) == [False] * 3 + [True, True, False, True, True]
        assert later.host() == {"proofs": PROOFS, "lies": 0}
        last = [one.headers for one in site.asked if one.path == PATH][-1]
        assert last["if-none-match"] == '"v3"' and "if-modified-since" not in last, "only what was proved"
        rows = pages(later.archive, url=site.url(PATH))
        assert [row["status"] for row in rows] == [200, 200, 200, 304, 304, 200, 304, 304]
        assert {row["kind"] for row in rows} == {"article"}
        bodies = later.archive.conn.execute(
            "SELECT b.size FROM pages p JOIN bodies b ON b.id = p.body WHERE p.status = 304"
        )
        assert {size for (size,) in bodies} == {0}
        assert outcome.sources["sample"].cleaned == 0
        uncleaned = "SELECT count(*) FROM cleanings c JOIN pages p ON p.id = c.page WHERE p.status = 304"
        assert later.archive.conn.execute(uncleaned).fetchone() == (0,)
        (row,) = later.archive.rows("SELECT visits FROM frontier WHERE kind = 'article'")
        assert row["visits"] == 8
        seen = [event["what"] for event in life_of(later.archive, site.sources(), site.url(PATH))["events"]]
        assert sum("not changed since the visit before" in what for what in seen) == 4
        states = revisions_of(later.archive, "sample:1")
        assert len(states) == 3 and states[-1].last_seen == rows[-1]["fetched_at"]
        (habit,) = later.archive.rows("SELECT sum(visits) AS visits, sum(changes) AS changes FROM revisits")
        assert 6.8 < habit["visits"] <= 7 and 1.9 < habit["changes"] <= 2


def test_an_etag_that_never_changes_costs_no_revision(later: Later) -> None:
    """The host lies from the start: it is never asked on condition, and nothing is missed."""

    def stuck(n: int, headers: dict[str, str]) -> Reply:
        return Reply(304) if "if-none-match" in headers else edited(n, ETag='"same"')

    with site_of(stuck) as site:
        for _ in range(5):
            later.crawl(site)
        assert asked(site) == [False] * 5 and later.host() == {"proofs": 0, "lies": 4}
    assert len(revisions_of(later.archive, "sample:1")) == 5


def test_a_host_that_begins_to_lie_hides_an_edit_until_the_next_whole_visit_only(later: Later) -> None:
    def turning(n: int, headers: dict[str, str]) -> Reply:
        tag = f'"v{min(n, 3)}"'
        return Reply(304) if headers.get("if-none-match") == tag else edited(n, ETag=tag)

    with site_of(turning) as site:
        for _ in range(3 + EVERY):
            later.crawl(site)
        assert asked(site) == [False] * 3 + [True] * (EVERY - 1) + [False]
        assert later.host() == {"proofs": 0, "lies": 1}
        later.crawl(site)
        assert asked(site)[-1] is False
    assert [needed(n) for n in (0, 1, 2)] == [PROOFS, 2 * PROOFS, 4 * PROOFS]
    assert len(revisions_of(later.archive, "sample:1")) == 5, "states 1, 2, 3, 6 and 7; 4 and 5 were denied"


def test_last_modified_proves_where_there_is_no_etag(later: Later) -> None:
    def dated(n: int, headers: dict[str, str]) -> Reply:
        if "if-modified-since" in headers:
            return Reply(304)
        return edited(n, Last_Modified=f"Mon, 10 Mar 2025 0{n}:00:00 GMT")

    with site_of(dated) as site:
        for _ in range(4):
            later.crawl(site)
        assert asked(site) == [False] * 3 + [True]


@pytest.mark.parametrize("body", [b"", b"<html><h1>khac</h1></html>"])
def test_a_304_that_nobody_asked_for_is_a_failure_and_a_lie(
    later: Later, body: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("crawler.session.PATIENCE", 2.0)
    raw = b"HTTP/1.1 304 Not Modified\r\nContent-Length: %d\r\n\r\n" % len(body) + body

    def unasked(n: int, headers: dict[str, str]) -> Reply:
        return edited(1, ETag='"v1"') if n == 1 else Reply(raw=raw)

    with site_of(unasked) as site:
        later.crawl(site)
        later.crawl(site)
    (row,) = later.archive.rows("SELECT visits, tries, error FROM frontier WHERE kind = 'article'")
    assert row["visits"] == 1 and row["tries"] >= 1 and "HTTP 304" in row["error"]
    assert later.host()["lies"] == row["tries"]
    sizes = "SELECT DISTINCT b.size FROM pages p JOIN bodies b ON b.id = p.body WHERE p.status = 304"
    assert later.archive.conn.execute(sizes).fetchall() == [(0,)]
    assert len(revisions_of(later.archive, "sample:1")) == 1


def test_lists_and_robots_txt_are_asked_on_condition_too(later: Later) -> None:
    texts = {
        "/robots.txt": b"User-agent: *\nDisallow: /x%d\n",
        "/tin": b'<a href="/bai-1.html">x</a> %d',
        "/rss": b"%d",
    }

    def serve(path: str) -> Callable[[int], Reply]:
        def answer(n: int) -> Reply:
            tag = f'"{path}{min(n, 2)}"'
            if site.asked[-1].headers.get("if-none-match") == tag:
                return Reply(304)
            return Reply(body=texts[path] % min(n, 2), headers=HTML | {"ETag": tag})

        return answer

    site = Site(paper(1) | {path: serve(path) for path in texts})
    with site:
        for _ in range(4):
            later.crawl(site, feeds=("/rss",))
    for path in ("/tin", "/rss"):
        assert asked(site, path)[-2:] == [True, True], path
    assert any(asked(site, "/robots.txt"))
    (host,) = later.archive.rows("SELECT robots FROM hosts")
    assert host["robots"] == "User-agent: *\nDisallow: /x2\n", "a 304 renews the copy"
