import json
from pathlib import Path

import pytest

from archive.derive import rebuild
from archive.facts import Record
from archive.store import Archive
from config.sources import Sources
from tests.conftest import Visit, record
from tests.crawler.cli.conftest import Call


@pytest.fixture
def one(archive: Archive, sources: Sources, visit: Visit) -> Record:
    made = record(1, "Công tác đối ngoại Đảng", "Đoạn dẫn.", "Đoạn hai.", captions=["Cầu. Ảnh: A"], authors=["Lê An"])
    visit(made, "2025-03-10T01:00:00+07:00")
    rebuild(archive, sources)
    return made


def test_search_tells_title_day_and_place(baoluu: Call, archive: Archive, one: Record) -> None:
    answer = baoluu("search", "doi", "ngoai", "dang", "--archive", archive.path)
    assert answer.code == 0
    assert "2025-03-01  songnews  Công tác đối ngoại Đảng" in answer.out and one.url in answer.out


def test_json_is_one_object_a_line_and_nothing_else(baoluu: Call, archive: Archive, one: Record) -> None:
    answer = baoluu("search", "đối ngoại", "--json", "--archive", archive.path)
    assert [json.loads(line)["url"] for line in answer.out.splitlines()] == [one.url]


def test_nothing_found_is_no_trouble(baoluu: Call, archive: Archive, one: Record) -> None:
    answer = baoluu("search", "nằm", "--archive", archive.path)
    assert (answer.code, answer.out) == (0, "") and "Nothing found" in answer.err


def test_show_reads_like_the_paper(baoluu: Call, archive: Archive, one: Record) -> None:
    lines = baoluu("show", one.url, "--archive", archive.path).out.split("\n\n")
    assert lines[0] == one.title and lines[2:4] == ["Đoạn dẫn.", "Đoạn hai."] and "[Cầu. Ảnh: A]" in lines[4]
    shown = json.loads(baoluu("show", one.url, "--json", "--archive", archive.path).out)
    assert (shown["title"], shown["paragraphs"]) == (one.title, one.paragraphs)


def test_why_tells_the_life(baoluu: Call, archive: Archive, one: Record) -> None:
    answer = baoluu("why", one.url, "--archive", archive.path)
    assert "HTTP 200" in answer.out and "made a record" in answer.out
    assert f"now                        shown as {one.title}, 1 revisions" in answer.out
    whole = json.loads(baoluu("why", one.url, "--json", "--archive", archive.path).out)
    assert [event["kind"] for event in whole["events"]] == ["visit", "cleaning"]
    assert whole["now"]["shown"]["url"] == one.url
    unknown = baoluu("why", "https://nobody.example.vn/x", "--archive", archive.path)
    assert unknown.code == 1 and "knows nothing" in unknown.err


def test_runs_lists_them(baoluu: Call, archive: Archive) -> None:
    paper = {"found": 2, "kept": 3, "cleaned": 1, "dropped": {"video": 1}, "errors": {}}
    archive.end_run(archive.start_run("crawl"), "finished", {"seconds": 751.4, "sources": {"a": paper, "b": paper}})
    assert (
        "crawl  found 4, kept 6, cleaned 2, dropped 2 (video 2), in 12:31\n"
        in baoluu("runs", "--archive", archive.path).out
    )
    assert json.loads(baoluu("runs", "--json", "--archive", archive.path).out)["stats"]["sources"]["a"] == paper


def test_the_environment_names_the_archive(
    baoluu: Call, archive: Archive, one: Record, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BAOLUU_ARCHIVE", str(archive.path))
    assert one.url in baoluu("search", "đối ngoại").out


def test_a_search_is_narrowed_counted_and_written_as_a_table(baoluu: Call, archive: Archive, one: Record) -> None:
    where = ("--archive", archive.path)
    assert one.url in baoluu("search", "--author", "LE AN", *where).out
    assert baoluu("search", "doi", "--since", "2025-03-02", *where).out == ""
    assert one.url in baoluu("search", "doi", "--until", "2025-03-01", "--order", "newest", "--folded", *where).out
    counts = json.loads(baoluu("search", "doi", "--counts", "--json", *where).out)
    assert counts == {
        "articles": 1,
        "papers": [{"name": "songnews", "articles": 1}],
        "months": [{"name": "2025-03", "articles": 1}],
    }
    assert "2025-03" in baoluu("search", "doi", "--counts", *where).out
    table = baoluu("search", "doi", "--csv", *where).out
    assert table.startswith("\ufeffpublished,") and one.url in table


def test_a_search_for_nothing_is_wrong_use(baoluu: Call, archive: Archive, one: Record) -> None:
    for arguments in ([], ["--counts"], ["-x"], ["doi", "--since", "31/02"], ["doi", "--source", "songnew"]):
        answer = baoluu("search", *arguments, "--archive", archive.path)
        assert answer.code in (1, 2) and answer.err and not answer.out


def test_the_overview(baoluu: Call, archive: Archive, one: Record) -> None:
    answer = baoluu("overview", "--archive", archive.path)
    assert "1 articles of 1 papers, 01/03/2025 to 01/03/2025" in answer.out
    assert json.loads(baoluu("overview", "--json", "--archive", archive.path).out)["articles"] == 1


def test_a_page_of_the_room_is_printed(baoluu: Call, archive: Archive, one: Record) -> None:
    answer = baoluu("serve", "--get", "/search.json?q=đối ngoại", "--archive", archive.path)
    assert answer.code == 0 and json.loads(answer.out)["results"]["hits"][0]["url"] == one.url
    missing = baoluu("serve", "--get", "article/songnews/9.json", "--archive", archive.path)
    assert missing.code == 1 and json.loads(missing.out)["status"] == 404


def test_metadata_of_ones_own_is_laid_over_ours(baoluu: Call, archive: Archive, one: Record, tmp_path: Path) -> None:
    more = tmp_path / "rieng.yaml"
    more.write_text("allow: {id: thu-thu}\n", encoding="utf-8")
    where = ("--archive", archive.path, "--metadata", more)
    assert baoluu("serve", "--get", "/search.json?q=doi", *where).code == 1
    more.write_text("{", encoding="utf-8")
    answer = baoluu("serve", "--get", "/", *where)
    assert answer.code == 2 and "rieng.yaml" in answer.err
