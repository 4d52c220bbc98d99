"""`baoluu topics`: list, check and add, on a small generated newsroom."""

import json
import os
import shutil
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from archive.store import Archive
from config.topics import read_topic
from crawler.cli import topics, topics_add, topics_check
from tests.corpus import Corpus, records
from tests.corpus.measure import topic_score
from tests.crawler.cli.conftest import Call

CORPUS = Corpus(seed=5, generator="A", size=180)
TOPIC = max(CORPUS.topics, key=lambda topic: len(CORPUS.of_topic(topic)))
SEEDS = [records.url(CORPUS, a) for a in CORPUS.of_topic(TOPIC)[::3][:4]]
NUMBERS = {records.url(CORPUS, article): article.id for article in CORPUS.articles}


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("topics") / "archive.db"
    with Archive(path) as archive:
        records.fill(archive, CORPUS)
    return path


@pytest.fixture
def call(baoluu: Call, filled: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Call]:
    """`baoluu topics …` at a copy of the archive, with the newsroom's papers declared."""
    path = tmp_path / "archive.db"
    shutil.copyfile(filled, path)
    for module in (topics, topics_add, topics_check):
        monkeypatch.setattr(module, "known_sources", lambda: records.declared(CORPUS))
    monkeypatch.setenv("BAOLUU_ARCHIVE", str(path))
    monkeypatch.setenv("BAOLUU_TOPICS", str(tmp_path / "topics"))
    yield lambda *told: baoluu("topics", *told)


_DRAFTED: list[str] = []


def add(call: Call, *more: object) -> None:
    """Declare the topic `thu`; drafted by the first test that asks, for the others the same file is put there."""
    file = Path(os.environ["BAOLUU_TOPICS"]) / "thu.toml"
    if _DRAFTED and not more:
        file.parent.mkdir(exist_ok=True)
        file.write_text(_DRAFTED[0], encoding="utf-8")
        return
    seeds = [part for seed in SEEDS for part in ("--seed", seed)]
    answer = call("add", "thu", "--title", "Chủ đề thử", *seeds, *more)
    assert answer.code == 0, answer.err
    if not more:
        _DRAFTED.append(file.read_text(encoding="utf-8"))


def found_by(lines: str) -> list[int]:
    told = [json.loads(line) for line in lines.splitlines()]
    return [NUMBERS[one["url"]] for one in told if one.get("taken")]


def test_a_draft_is_read_and_takes_what_its_examples_are_of(call: Call, tmp_path: Path) -> None:
    seeds = [part for seed in SEEDS for part in ("--seed", seed)]
    answer = call("add", "thu", "--title", "Chủ đề thử", *seeds, "--since", "2000-01-01", "--json")
    head, rest = answer.out.split("\n", 1)
    told = json.loads(head)
    topic = read_topic(tmp_path / "topics" / "thu.toml")
    assert answer.code == 0 and told["written"] and topic.seeds == tuple(SEEDS) and str(topic.since) == "2000-01-01"
    assert topic.phrases.may == told["phrases"] and 20 <= len(topic.phrases.may) <= 50
    assert all(" " in phrase and round(weight, 2) == weight > 0 for phrase, weight in topic.phrases.may.items())
    assert topic_score(CORPUS, TOPIC, found_by(rest)).f1 >= 0.9


def test_a_dry_run_writes_nothing_and_shows_the_draft(call: Call, tmp_path: Path) -> None:
    answer = call("add", "thu", "--title", "Chủ đề thử", "--seed", SEEDS[0], "--seed", SEEDS[1], "--dry-run")
    assert answer.code == 0 and not (tmp_path / "topics").exists()
    assert 'title = "Chủ đề thử"' in answer.out and "[phrases.may]" in answer.out and "Surest:" in answer.out


def test_a_draft_is_not_overwritten_and_again_keeps_what_the_keeper_wrote(call: Call, tmp_path: Path) -> None:
    add(call)
    file = tmp_path / "topics" / "thu.toml"
    drafted = tomllib.loads(file.read_text(encoding="utf-8"))
    seeds = ("--seed", SEEDS[0])
    assert call("add", "thu", "--title", "x", *seeds).code == 2
    mine = (
        file.read_text(encoding="utf-8")
        .replace("not = []", 'not = ["bóng đá"]')
        .replace("seeds", "threshold = 1.5 # sát\nseeds")
    )
    head, _ = mine.split("[phrases.may]\n")
    file.write_text(f'{head}[phrases.may]\n# của tôi\n"cụm từ lạ" = 0.5\n', encoding="utf-8")
    answer = call("add", "thu", "--again")
    assert answer.code == 0, answer.err
    made = file.read_text(encoding="utf-8")
    again = tomllib.loads(made)
    assert made.startswith(head) and "# của tôi" in made and "cụm từ lạ" not in made
    assert again["phrases"]["not"] == ["bóng đá"] and again["threshold"] == 1.5
    assert again["phrases"]["may"] == drafted["phrases"]["may"]
    assert call("add", "thu", "--again", "--title", "y").code == 2 and call("add", "moi", "--again").code == 2


WRONG = {
    "no slug": (["Lũ quét", "--title", "x", "--seed", SEEDS[0]], 2, "is no name for a file"),
    "no title": (["lu", "--seed", SEEDS[0]], 2, "--title"),
    "no seed": (["lu", "--title", "x"], 2, "give examples"),
    "no file": (["lu", "--title", "x", "--seed", "bai.txt"], 2, "no such file, and no URL"),
    "bad URL": (["lu", "--title", "x", "--seed", "https://a\nb/"], 2, "is not a URL"),
    "not kept": (["lu", "--title", "x", "--seed", "https://song.example.vn/bai-9.html"], 1, "Crawl its paper first"),
    "unknown paper": (["lu", "--title", "x", "--seed", SEEDS[0], "--paper", "nopaper"], 2, "nopaper"),
    "days": (["lu", "--title", "x", "--seed", SEEDS[0], "--since", "2021-02-01", "--until", "2021-01-01"], 2, "before"),
}


@pytest.mark.parametrize("kind", WRONG)
def test_what_cannot_be_drafted_is_told(call: Call, tmp_path: Path, kind: str) -> None:
    argv, code, told = WRONG[kind]
    answer = call("add", *argv)
    assert answer.code == code and told in answer.err and not (tmp_path / "topics").exists()


def test_one_example_is_called_a_guess(call: Call) -> None:
    answer = call("add", "thu", "--title", "x", "--seed", SEEDS[0], "--dry-run")
    assert answer.code == 0 and "One example" in answer.err


def test_a_file_is_an_example_without_any_archive(call: Call, tmp_path: Path) -> None:
    files = []
    for n, article in enumerate(CORPUS.of_topic(TOPIC)[:3]):
        files += ["--seed", tmp_path / "topics" / f"bai-{n}.txt"]
        files[-1].parent.mkdir(exist_ok=True)
        files[-1].write_text(f"{article.story.title}\n{article.story.text}", encoding="utf-8")
    answer = call("add", "thu", "--title", "x", *files, "--archive", tmp_path / "none.db")
    assert answer.code == 0, answer.err
    assert read_topic(tmp_path / "topics" / "thu.toml").seeds == ("bai-0.txt", "bai-1.txt", "bai-2.txt")
    assert not (tmp_path / "none.db").exists()


def test_check_tells_what_is_taken_and_left_and_keeps_it_only_when_told(call: Call, tmp_path: Path) -> None:
    add(call)
    before = (tmp_path / "archive.db").read_bytes()
    told = call("check", "thu", "--most", 2)
    lines = told.out.splitlines()
    assert told.code == 0 and lines[0] == "thu: Chủ đề thử" and "learnt from 4 examples" in lines[1]
    assert "Surest:" in lines and "Just inside:" in lines and "Just outside:" in lines
    assert lines[-1].startswith("The archive has 0 as the topic's: ") and lines[-1].endswith(
        "added, 0 removed (--keep)."
    )
    found = found_by(call("check", "thu", "--json").out)
    assert topic_score(CORPUS, TOPIC, found).f1 >= 0.95
    assert (tmp_path / "archive.db").read_bytes() == before
    kept = call("check", "thu", "--keep")
    assert kept.code == 0 and f"kept: {len(found)} articles" in kept.err
    assert call("check", "thu").out.splitlines()[-1] == f"The archive has the same {len(found)} as the topic's."


def test_every_article_is_told_as_json(call: Call) -> None:
    add(call)
    told = [json.loads(line) for line in call("check", "thu", "--json").out.splitlines()]
    assert len(told) == len(CORPUS.articles) and len({one["url"] for one in told}) == len(told)
    assert set(told[0]) == {"topic", "url", "source", "title", "published", "relevance", "taken", "why", "against"}
    taken = [one for one in told if one["taken"]]
    assert all(one["relevance"] >= 1 and one["why"] for one in taken)


def test_days_and_papers_are_told_as_what_is_against(call: Call, tmp_path: Path) -> None:
    add(call, "--paper", CORPUS.of_topic(TOPIC)[0].paper)
    told = call("check", "thu").out
    assert (
        "Relevant, but left:" in told
        and f"left: the topic is collected from {CORPUS.of_topic(TOPIC)[0].paper} alone" in told
    )


def test_list_tells_articles_and_whether_the_profile_is_current(call: Call, tmp_path: Path) -> None:
    assert "no topic is declared" in call("list").err
    add(call)
    assert "thu: Chủ đề thử\n  0 articles, profile: none; all days; all papers" in call("list").out
    call("check", "thu", "--keep")
    told = json.loads(call("list", "--json").out)
    assert told["profile"] == "current" and told["articles"] > 5 and told["seeds"] == SEEDS
    file = tmp_path / "topics" / "thu.toml"
    file.write_text(f"threshold = 2\n{file.read_text(encoding='utf-8')}", encoding="utf-8")
    assert json.loads(call("list", "--json").out)["profile"] == "outdated"
    assert json.loads(call("list", "--json", "--archive", tmp_path / "none.db").out)["articles"] is None


def test_check_without_a_name_reads_every_file(call: Call, tmp_path: Path) -> None:
    add(call)
    assert call("check").out == "1 topic, 0 in trouble\n"
    (tmp_path / "topics" / "hong.toml").write_text('title = "x"\nseed = ["a"]', encoding="utf-8")
    answer = call("check")
    assert answer.code == 1 and "hong.toml: unknown key 'seed'; did you mean 'seeds'?" in answer.out
    assert answer.out.endswith("2 topics, 1 in trouble\n")
    told = [json.loads(line) for line in call("check", "--json").out.splitlines()]
    assert [one["topic"] for one in told if one["trouble"]] == ["hong"]
    assert call("check", "--keep").code == 2 and call("check", "thuu").code == 2


def test_a_topic_without_any_known_example_is_refused(call: Call, tmp_path: Path) -> None:
    (tmp_path / "topics").mkdir()
    (tmp_path / "topics" / "xa.toml").write_text('title = "x"\nseeds = ["https://song.example.vn/bai-9.html"]')
    answer = call("check", "xa")
    assert answer.code == 1 and "crawl --topic xa" in answer.err
