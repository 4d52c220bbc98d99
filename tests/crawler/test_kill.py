"""SIGKILL at any moment of a crawl, then the same command again, ends in the same archive."""

import json
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

import pytest

from archive.bodies import digest, get
from archive.store import Archive
from crawler.newsroom import Newsroom

SEED = 2608

CONTENT = {
    "articles": "SELECT * FROM articles",
    "revisions": "SELECT a.article, r.n, r.sha FROM revisions r JOIN articles a ON a.id = r.article",
    "links": "SELECT a.article, l.n, kind, l.url, l.title, target FROM links l JOIN articles a ON a.id = l.article",
    "cleanings": "SELECT p.url, cleaner, article, reason, output, links FROM cleanings JOIN pages p ON p.id = page",
    "pages": "SELECT source, url, kind, status, hints, truncated, sha256 FROM pages p JOIN bodies b ON b.id = p.body",
    "frontier": "SELECT key, url, source, kind, priority, tries, visits, hops, depth, hints, error FROM frontier",
}
OF_THE_MOMENT = ("id", "page", "first_seen", "last_seen")


class Crawls:
    """The process that forks the crawls."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.crawler.killed"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=Path(__file__).parents[2],
        )

    def run(self, archive: Path, **kill: float) -> dict[str, Any]:
        """One crawl into `archive`; answers whether it was killed."""
        assert self._process.stdin and self._process.stdout
        self._process.stdin.write(json.dumps({"archive": str(archive), "port": self._port} | kill) + "\n")
        self._process.stdin.flush()
        return dict(json.loads(self._process.stdout.readline()))

    def close(self) -> None:
        self._process.communicate(timeout=30)


@pytest.fixture
def room() -> Iterator[Newsroom]:
    with Newsroom() as opened:
        yield opened


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


def check_whole(path: Path) -> None:
    """The file is sound, every body is what its digest says, nothing is leased, pending or kept twice."""
    with Archive(path) as archive:
        assert archive.conn.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
        assert archive.conn.execute("PRAGMA foreign_key_check").fetchall() == []
        for number, sha in archive.conn.execute("SELECT id, sha256 FROM bodies").fetchall():
            assert digest(get(archive.conn, number)) == sha
        pages, urls = archive.conn.execute("SELECT count(*), count(DISTINCT url) FROM pages").fetchone()
        assert pages == urls, "no page was fetched again after it had been kept"
        assert not list(archive.rows("SELECT 1 FROM frontier WHERE leased IS NOT NULL"))


@pytest.mark.parametrize("goal", [20, pytest.param(200, marks=pytest.mark.soak)])
def test_kills(room: Newsroom, tmp_path: Path, goal: int) -> None:
    random, crawls = Random(SEED), Crawls(room.port)
    whole = crawls.run(tmp_path / "whole.db")
    expected, once = content(tmp_path / "whole.db"), Counter((r.host, r.path) for r in room.requests)
    check_whole(tmp_path / "whole.db")
    assert len(expected["articles"]) == len(room.truth())

    kills, archives = 0, 0
    while kills < goal:
        room.requests.clear()
        path, mine = tmp_path / f"killed{archives}.db", 0
        while True:
            n = random.randint(1, int(whole["statements"]) // 5)
            moment = {"statements": n} if kills < goal and random.random() < 0.7 else {"seconds": 0.1 + random.random()}
            if not crawls.run(path, **(moment if kills < goal else {}))["killed"]:
                break
            kills, mine = kills + 1, mine + 1
        archives += 1
        check_whole(path)
        found = content(path)
        for name in expected:
            assert found[name] == expected[name], (name, SEED, kills)
        twice = Counter((r.host, r.path) for r in room.requests) - once
        assert sum(twice.values()) <= 4 * mine, "only what was in flight"
    crawls.close()
