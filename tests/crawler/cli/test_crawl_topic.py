"""`baoluu crawl --topic` says what is wrong with what was asked, and what it would follow."""

import json
from pathlib import Path

from archive.facts import Found
from archive.frontier import Frontier
from archive.leads import Lead, Leads, Said
from archive.store import Archive
from config.sources import load
from crawler.focus import Collected
from tests.crawler.cli.conftest import Call

URL = "https://vietnamnet.vn/mot-bai-2495349.html"


def test_a_topic_that_is_not_declared_is_named_with_the_nearest(baoluu: Call, tmp_path: Path) -> None:
    answer = baoluu("crawl", "--topic", "doi-ngoai", "--archive", tmp_path / "a.db")
    assert answer.code == 2 and "did you mean doi-ngoai-dang?" in answer.err
    assert not (tmp_path / "a.db").exists()


def test_a_topic_has_days_and_papers_of_its_own(baoluu: Call, tmp_path: Path) -> None:
    (tmp_path / "lu.toml").write_text('title = "Lũ"\npapers = ["vietnamnet"]\n[phrases.may]\n"lũ quét" = 1\n')
    asked = ("crawl", "--topic", "lu", "--topics", tmp_path, "--archive", tmp_path / "a.db")
    assert "--topic has days of its own" in baoluu(*asked, "--since", "2024-01-01").err
    assert "lu is collected from vietnamnet alone" in baoluu(*asked, "tuoitre").err


def test_a_dry_run_tells_the_leads_the_best_first(baoluu: Call, tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    assert "no leads wait" in baoluu("crawl", "--topic", "doi-ngoai-dang", "--dry-run", "--archive", path).out
    with Archive(path) as archive:
        frontier, urls = Frontier(archive, load(), topic="doi-ngoai-dang"), [URL, URL.replace("349", "350")]
        frontier.add([Found(url=url, kind="article", aimed=True) for url in urls])
        with archive.transaction():
            Leads(archive.conn, "doi-ngoai-dang").put(
                Lead(url, "vietnamnet.vn", "vietnamnet", "article", "related", Said(title="Đối ngoại"), expected)
                for url, expected in zip(urls, (0.3, 0.8), strict=True)
            )
    shown = baoluu("crawl", "--topic", "doi-ngoai-dang", "--dry-run", "--archive", path).out.splitlines()
    assert shown[0].startswith("doi-ngoai-dang: 2 leads wait")
    assert shown[1].split()[:3] == ["0.80", "related", urls[1]]
    told = baoluu("crawl", "--topic", "doi-ngoai-dang", "--dry-run", "--json", "--archive", path).out.splitlines()
    assert [json.loads(line)["expected"] for line in told] == [0.8, 0.3]


def test_what_was_not_followed_reads_well() -> None:
    assert Collected(3, 5, {"tag": 2}, {"feed": 1, "search": 4}, 7).told() == (
        "not followed: 2 leads left for the next time (2 tag); 5 leads hardly worth it (1 feed, 4 search);"
        " 7 links without a word of the topic"
    )
    assert Collected(3, 5, {}, {}, 0).told() == ""
