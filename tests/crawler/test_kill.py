"""SIGKILL at any moment of a crawl, then the same command again, ends in the same archive.

After every kill the file is examined: nothing that was there before is gone, the file is sound, and the frontier
accounts for every URL that the kept pages name. Every kill is drawn from `SEED`, and told when something fails.
"""

import json
import sqlite3
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from random import Random
from typing import Any
from urllib.parse import urlsplit

import msgspec
import pytest

from archive.bodies import digest, get
from archive.store import Archive
from tests.crawler.killed import End, Order
from tests.press import SECTIONS, Press, host_of

SEED = 2608
PAPERS, KILLS = 8, 40
"""And how often one archive is killed, before its crawl is let come to its end (but for its cleaning processes)."""
PHASES = {"opening": 60, "seeding": 40, "pending": 60, "keeping": 3000, "cleaning": 3000, "ending": 6}
"""Moments of a crawl from which statements are counted, and how many at most."""

CONTENT = {
    "articles": "SELECT * FROM articles",
    "revisions": "SELECT a.article, r.n, r.sha FROM revisions r JOIN articles a ON a.id = r.article",
    "links": "SELECT a.article, l.n, kind, l.url, l.title, target, place"
    " FROM links l JOIN articles a ON a.id = l.article",
    "cleanings": "SELECT p.url, cleaner, article, reason, output, links FROM cleanings JOIN pages p ON p.id = page",
    "pages": "SELECT source, url, kind, status, hints, truncated, sha256 FROM pages p JOIN bodies b ON b.id = p.body",
    "frontier": "SELECT key, url, source, kind, priority, tries, visits, hops, depth, hints, error FROM frontier",
    "index": "SELECT count(*) FROM articles_fts WHERE articles_fts MATCH 'suối'",
}
OF_THE_MOMENT = ("id", "page", "first_seen", "last_seen")


class Crawls:
    """The process that forks the crawls."""

    def __init__(self, press: Press) -> None:
        self._press = press
        line = [sys.executable, "-m", "tests.crawler.killed"]
        pipe = subprocess.PIPE
        self._process = subprocess.Popen(line, stdin=pipe, stdout=pipe, text=True, cwd=Path(__file__).parents[2])

    def run(self, archive: Path, **kill: Any) -> End:
        """One crawl into `archive`; its outcome is empty when it was killed."""
        assert self._process.stdin and self._process.stdout
        order = Order(str(archive), self._press.papers, self._press.articles, self._press.port, **kill)
        self._process.stdin.write(msgspec.json.encode(order).decode() + "\n")
        self._process.stdin.flush()
        end = msgspec.json.decode(self._process.stdout.readline(), type=End)
        assert not end.error, end.error
        return end

    def close(self) -> None:
        self._process.communicate(timeout=30)


class Life:
    """One archive through its kills: what it held after each, and what was under way then."""

    def __init__(self, path: Path, press: Press) -> None:
        self.path, self._press = path, press
        self.under_way = Counter[str]()
        self._pages, self._cleaned, self._hashed = set[tuple[str, str]](), set[tuple[str, str]](), 0
        self._seeds = {
            f"http://{host_of(n)}:{press.port}{path}"
            for n in range(1, press.papers + 1)
            for path in ("/rss", *SECTIONS, "/sitemap.xml", "/robots.txt")
        }

    def examine(self) -> None:
        """Nothing is lost, and everything is sound."""
        with closing(sqlite3.connect(self.path)) as db:
            assert db.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
            if not db.execute("SELECT 1 FROM sqlite_master WHERE name = 'frontier'").fetchone():
                assert not db.execute("SELECT 1 FROM sqlite_master WHERE name = 'pages'").fetchone(), "half a schema"
                return
            assert db.execute("PRAGMA foreign_key_check").fetchall() == []
            self._lost(db)
            self._accounted(db)
            for number, sha in db.execute("SELECT id, sha256 FROM bodies WHERE id > ?", (self._hashed,)).fetchall():
                assert digest(get(db, number)) == sha
                self._hashed = number
            self.under_way.update(u for (u,) in db.execute("SELECT url FROM frontier WHERE leased IS NOT NULL"))
            twice = "SELECT article, sha FROM revisions GROUP BY article, sha HAVING count(*) > 1"
            assert not db.execute(twice).fetchall(), "the same revision twice"

    def _lost(self, db: sqlite3.Connection) -> None:
        pages = set(db.execute("SELECT url, sha256 FROM pages p JOIN bodies b ON b.id = p.body"))
        cleaned = set(db.execute("SELECT url, cleaner FROM cleanings JOIN pages p ON p.id = page"))
        assert self._pages <= pages and self._cleaned <= cleaned, "what was committed is gone"
        self._pages, self._cleaned = pages, cleaned

    def _accounted(self, db: sqlite3.Connection) -> None:
        """Every URL that a kept page names stands in the frontier; and each is queued, stored or failed."""
        known = {url for (url,) in db.execute("SELECT key FROM frontier")}
        state = (
            "SELECT count(*), sum(visits > 0), sum(visits = 0 AND error IS NOT NULL),"
            " sum(visits = 0 AND error IS NULL AND due IS NOT NULL) FROM frontier"
        )
        discovered, stored, failed, queued = (n or 0 for n in db.execute(state).fetchone())
        assert queued + stored + failed == discovered
        moved = {u for (u,) in db.execute("SELECT url FROM pages WHERE status IN (301, 302)")} - known
        kept = {url for url, _ in self._pages} - moved
        assert discovered == len(known) and stored + failed == len(kept & known) and kept <= known
        deep = "SELECT url FROM pages p WHERE status = 200 AND (SELECT depth FROM frontier WHERE key = p.url) < 2"
        for (url,) in db.execute(deep):
            assert self._named(url) <= known | moved, url
        assert not known or self._seeds & known

    def _named(self, url: str) -> set[str]:
        parts = urlsplit(url)
        number = next(n for n in range(1, self._press.papers + 1) if host_of(n) == parts.hostname)
        return {f"http://{parts.netloc}{path}" for path in self._press.paper(number).leads_to(parts.path)}

    def ended(self) -> None:
        """The crawl has come to its end: nothing is leased or pending, and every body is what its digest says."""
        self._hashed = 0
        self.examine()
        with Archive(self.path) as archive:
            assert not list(archive.rows("SELECT 1 FROM frontier WHERE leased IS NOT NULL"))
            assert not list(archive.rows("SELECT 1 FROM frontier WHERE visits = 0 AND error IS NULL"))
            pending = (
                "SELECT 1 FROM pages p WHERE kind = 'article' AND status = 200"
                " AND NOT EXISTS (SELECT 1 FROM cleanings WHERE page = p.id)"
            )
            assert not list(archive.rows(pending))
            pages, urls = archive.conn.execute("SELECT count(*), count(DISTINCT url) FROM pages").fetchone()
            assert pages == urls, "no page was fetched again after it had been kept"
            assert self._seeds <= {row["key"] for row in archive.rows("SELECT key FROM frontier")}
            open_runs = list(archive.rows("SELECT 1 FROM runs WHERE ended IS NULL"))
            assert not open_runs, "every run that was killed has been closed by the next"


def content(path: Path) -> dict[str, list[str]]:
    """Everything that must not depend on when the crawl was killed, in an order of its own."""
    with Archive(path) as archive:
        return {
            name: sorted(
                json.dumps({k: v for k, v in row.items() if k not in OF_THE_MOMENT}, ensure_ascii=False)
                for row in archive.rows(sql)
            )
            for name, sql in CONTENT.items()
        }


def drawn(random: Random, last: bool, phase: str) -> dict[str, Any]:
    """One kill: before a statement somewhere in a crawl's life, or at some time; with its children or without.

    In `phase`, or empty, wherever it falls. The last one of an archive comes when the crawl ends, as before that
    everything must be done.
    """
    kill: dict[str, Any] = {"seed": random.randrange(1000)}
    if last:
        return kill | {"phase": "ending", "statements": random.randint(1, PHASES["ending"])}
    if random.random() < 0.3:
        kill |= {"children": random.choice([15, 60])}
    if not phase and random.random() < 0.3:
        return kill | {"seconds": random.uniform(0.05, 2.5)}
    phase = phase or random.choice([*PHASES][:-1])
    return kill | {"phase": phase, "statements": random.randint(1, PHASES[phase])}


@pytest.fixture(params=[(50, 8), pytest.param((255, 200), marks=pytest.mark.soak)], ids=str)
def size(request: pytest.FixtureRequest) -> tuple[int, int]:
    """Articles of each paper, and kills."""
    return request.param  # type: ignore[no-any-return]


@pytest.fixture
def press(size: tuple[int, int]) -> Iterator[Press]:
    with Press(PAPERS, size[0], words=80) as opened:
        yield opened


def test_kills(press: Press, size: tuple[int, int], tmp_path: Path) -> None:
    random, crawls, goal = Random(SEED), Crawls(press), size[1]
    whole = Life(tmp_path / "whole.db", press)
    assert crawls.run(whole.path).outcome == "finished"
    once = press.counted()
    whole.ended()
    expected = content(whole.path)
    assert set(once.values()) == {1} and len(expected["pages"]) == len(once)
    assert len(expected["articles"]) >= PAPERS * press.articles * 0.9

    served = Life(tmp_path / "served.db", press)
    end = crawls.run(served.path, children=20, seed=SEED)
    assert end.outcome == "finished" and end.children, "cleaning processes were killed under a crawl that goes on"
    served.ended()
    assert content(served.path) == expected and press.counted() == once

    kills, archives = list[dict[str, Any]](), 0
    due = random.sample([*PHASES][:-1], len(PHASES) - 1)  # first in each phase once, so that few kills meet all
    while len(kills) < goal:
        archives += 1
        life = Life(tmp_path / f"killed{archives}.db", press)
        for left in reversed(range(min(KILLS + random.randrange(10), goal - len(kills)))):
            kills.append(drawn(random, last=not left, phase=due[-1] if due else ""))
            print(archives, len(kills), kills[-1], flush=True)
            end = crawls.run(life.path, **kills[-1])
            life.examine()
            if end.outcome:
                kills.pop()
                break
            if left:
                del due[-1:]
        else:
            end = crawls.run(life.path, children=20, seed=archives)
        assert end.outcome == "finished"
        life.ended()
        found = content(life.path)
        for name in expected:
            assert found[name] == expected[name], name
        assert not press.counted() - once - life.under_way, "only what was under way at a kill"
    crawls.close()
