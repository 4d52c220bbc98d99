"""Records that archives of ours add to a WARC: the facts come back, and what somebody forged of them does no harm."""

from datetime import UTC, datetime
from typing import Any

import pytest

from archive.looks import looks
from archive.store import Archive
from config.sources import Sources
from tests.archive.imports.taking import AT, HOST, facts, revisit, row, shown, take, told
from tests.archive.warc.made import article, each_gzip, response, sha256

URL, BODY = f"{HOST}/bai-1.html", article(1)
PAGE = response(URL, BODY, "X-Orig-Content-Encoding: gzip")
RUN: dict[str, Any] = {
    "uid": "r1",
    "command": "crawl songnews",
    "started": "2025-03-01T00:00:00+07:00",
    "ended": "2025-03-01T01:00:00+07:00",
    "outcome": "finished",
    "stats": '{"sources": {}}',
}
STONE: dict[str, Any] = {
    "url": URL,
    "article": "songnews:1",
    "reason": "luật",
    "withdrawn_at": "2025-03-03T00:00:00+07:00",
}


def test_every_column_comes_back(archive: Archive, sources: Sources) -> None:
    more = told(
        PAGE,
        BODY,
        kind="section",
        status=404,
        headers={"etag": "a\nb"},
        hints={"via": "feed", "title": "Bài"},
        truncated="cut",
        tls="legacy",
        run="r1",
        source="old.example.vn",
    )
    taken = take(archive, sources, each_gzip([row("run", "r1", **RUN), PAGE, more]))
    assert (taken.pages, taken.runs, taken.refused) == (1, 1, 0)
    assert facts(archive) == [
        (
            URL,
            AT,
            sha256(BODY)[7:],
            "old.example.vn",
            "section",
            404,
            '{"etag":"a\\nb"}',
            '{"via":"feed","title":"Bài"}',
            "cut",
            "legacy",
        )
    ]
    assert archive.conn.execute("SELECT r.uid FROM pages p JOIN runs r ON r.id = p.run").fetchone() == ("r1",)
    assert next(archive.rows("SELECT * FROM runs WHERE uid = 'r1'")).items() >= RUN.items()


def test_a_run_under_way_is_ended_by_a_later_file_and_not_begun_again(archive: Archive, sources: Sources) -> None:
    begun = RUN | {"ended": None, "outcome": None}
    take(archive, sources, row("run", "r1", **begun), row("run", "r1", **RUN), row("run", "r1", **begun))
    assert archive.conn.execute("SELECT outcome FROM runs WHERE uid = 'r1'").fetchall() == [("finished",)]


def test_a_revisit_of_ours_is_found_by_its_digest(archive: Archive, sources: Sources) -> None:
    again = revisit(URL)
    take(archive, sources, each_gzip([PAGE, told(PAGE, BODY), again, told(again, BODY)]))
    assert len(facts(archive)) == 1 or not facts(archive), "a revisit that names nothing is refused before its metadata"
    named = revisit(URL, WARC_Payload_Digest=sha256(BODY))
    take(archive, sources, each_gzip([named, told(named, BODY, hints={"via": "feed"})]))
    assert [r[7] for r in facts(archive)] == ["{}", '{"via":"feed"}']


def test_an_address_that_a_line_could_not_hold(archive: Archive, sources: Sources) -> None:
    page = response("https://song.example.vn/a%20b-1.html", BODY)
    take(archive, sources, each_gzip([page, told(page, BODY, url="https://song.example.vn/a b-1.html")]))
    assert facts(archive)[0][0] == "https://song.example.vn/a b-1.html"


FORGED: dict[str, dict[str, Any]] = {
    "a status beyond all numbers": {"status": 10**30},
    "a status that is none": {"status": -5},
    "a kind that is none": {"kind": "spell"},
    "headers that are none": {"headers": {"a": 1}},
    "a hint of a kind that is none": {"hints": {"via": "magic"}},
    "no digest": {"sha256": None},
    "nothing": {"baoluu": None},
}


@pytest.mark.parametrize("forged", FORGED)
def test_metadata_that_is_none_is_passed_over(archive: Archive, sources: Sources, forged: str) -> None:
    taken = take(
        archive, sources, each_gzip([PAGE, told(PAGE, BODY, **FORGED[forged]), response(f"{HOST}/bai-2.html", BODY)])
    )
    assert (taken.pages, taken.passed) == (2, {"metadata": 1})
    assert facts(archive)[0][3:6] == ("songnews", "article", 200)


@pytest.mark.parametrize("name", ["a b", "SONG", "../x", "<b>", "song/x", "x\n", "@", "a" * 100 + "/"])
def test_a_name_that_no_paper_can_have_is_refused(archive: Archive, sources: Sources, name: str) -> None:
    taken = take(archive, sources, each_gzip([PAGE, told(PAGE, BODY, source=name)]))
    assert (taken.pages, taken.refused) == (0, 1) and "neither a paper nor a host" in taken.troubles[0]


def test_metadata_of_other_bytes_is_refused(archive: Archive, sources: Sources) -> None:
    taken = take(archive, sources, each_gzip([PAGE, told(PAGE, article(2)), response(f"{HOST}/bai-2.html", BODY)]))
    assert (taken.pages, taken.refused) == (1, 1) and "SHA-256" in taken.troubles[0]


def test_metadata_of_another_record_is_not_taken_for_a_page_s(archive: Archive, sources: Sources) -> None:
    unnamed = response(URL, BODY, WARC_Record_ID=None)
    stray = (
        told(PAGE, BODY, status=404).replace(b"WARC-Refers-To", b"X-Refers-To").replace(b"WARC-Concurrent-To", b"X-To")
    )
    take(archive, sources, each_gzip([unnamed, stray, PAGE, response(f"{HOST}/b", BODY), told(PAGE, BODY, status=410)]))
    assert {r[5] for r in facts(archive)} == {200}


BAD_RUNS: list[dict[str, Any]] = [
    {"stats": "no JSON"},
    {"stats": '{"sources": {"songnews": {"kept": "many"}}}'},
    {"stats": "[" * 100_000},
    {"started": "yesterday"},
    {"ended": "2025-13-01T00:00:00+07:00"},
    {"uid": ""},
    {"uid": None},
    {"command": 5},
]


@pytest.mark.parametrize("change", BAD_RUNS)
def test_a_run_that_commands_could_not_read_is_passed_over(
    archive: Archive, sources: Sources, change: dict[str, Any]
) -> None:
    taken = take(archive, sources, row("run", "r1", **RUN | change))
    assert (taken.runs, taken.passed) == (0, {"metadata": 1})
    looks(archive, ["songnews"], "2000-01-01", datetime(2030, 1, 1, tzinfo=UTC).isoformat())
    assert archive.conn.execute("SELECT count(*) FROM runs WHERE stats ->> '$.lock.file' = 'x'").fetchone() == (0,)


BAD_STONES: list[dict[str, Any]] = [
    {"url": "https://[::1/"},
    {"url": "javascript:alert(1)"},
    {"url": ""},
    {"withdrawn_at": "later"},
    {"reason": None},
]


@pytest.mark.parametrize("change", BAD_STONES)
def test_a_withdrawal_that_is_none_is_passed_over(archive: Archive, sources: Sources, change: dict[str, Any]) -> None:
    take(archive, sources, PAGE)
    taken = take(archive, sources, row("withdrawal", "x", **STONE | change))
    assert (taken.withdrawals, taken.passed) == (0, {"metadata": 1}) and len(shown(archive)) == 1


def test_a_robots_txt_cannot_be_withdrawn_by_a_file_either(archive: Archive, sources: Sources) -> None:
    robots = response(f"{HOST}/robots.txt", b"User-agent: *", kind="text/plain")
    stone = STONE | {"url": f"{HOST}/robots.txt", "article": None}
    taken = take(archive, sources, robots, row("withdrawal", "x", **stone), PAGE)
    assert (taken.pages, taken.refused, taken.withdrawals) == (2, 1, 0)
