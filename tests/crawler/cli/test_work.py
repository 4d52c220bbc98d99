"""reclean as a keeper uses it: look, decide, accept, go back, forget."""

import json
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from archive.store import Archive
from config.sources import Source, Sources
from pipelines.cleaner import cleaner_id
from pipelines.pool import CleaningPool
from pipelines.reclean import reclean as again
from tests.crawler.cli.conftest import Answer, Call
from tests.pipelines.test_reclean import keep, page, paper, texts

Reclean = Callable[..., Answer]
WORSE = paper(drop=(".end",))


@pytest.fixture
def reclean(baoluu: Call, archive: Archive, monkeypatch: pytest.MonkeyPatch) -> Reclean:
    """`baoluu reclean`, the made-up paper declared in the real ones' place."""
    keep(archive, paper(), page(1), page(2))

    def call(source: Source, *options: object) -> Answer:
        monkeypatch.setattr("crawler.cli.work.known_sources", lambda: Sources({"songnews": source}, {}))
        return baoluu("reclean", *options, "--workers", 1, "--archive", archive.path)

    return call


def test_a_keeper_looks_decides_and_goes_back(reclean: Reclean, archive: Archive) -> None:
    before, old, new = texts(archive), cleaner_id(paper()), cleaner_id(WORSE)
    looked = reclean(WORSE, "--dry-run")
    assert looked.code == 1 and looked.out.startswith(
        "2 articles would lose something:\n  https://song.example.vn/bai-1"
    )
    assert (
        "text lost: Người lái đò thứ 1 nói" in looked.out and "2 pages cleaned, 2 articles would change" in looked.out
    )
    assert "songnews: 2 articles (blocks 2)" in looked.out and "[-Người lái đò thứ 1" in looked.out

    done = reclean(WORSE)
    assert done.code == 1 and "shown as before" in done.out and "reclean --accept" in done.out
    assert texts(archive) == before
    assert [row["outcome"] for row in archive.rows("SELECT outcome FROM runs")] == ["finished"]
    listed = reclean(WORSE, "--list").out
    assert f"{new} " in listed and "in force, newest" in listed and "2 articles held" in listed

    accepted = reclean(WORSE, "--accept")
    assert accepted.code == 0 and "2 articles that were held" in accepted.out and texts(archive) != before
    back = reclean(WORSE, "--to", old)
    assert back.code == 0 and f"songnews: {old} is in force until" in back.out and texts(archive) == before
    assert "gone back to" in reclean(WORSE, "--list").out
    assert "in force again" in reclean(WORSE, "--to", new).out and texts(archive) != before
    assert reclean(WORSE, "--forget").out == "2 earlier cleanings deleted\n"
    assert reclean(WORSE, "--to", old).code == 2


def test_json_is_one_object(reclean: Reclean) -> None:
    told = json.loads(reclean(WORSE, "--dry-run", "--json").out)
    assert (told["dry_run"], told["pages"], told["changed"]) == (True, 2, 2)
    assert told["papers"] == [{"source": "songnews", "articles": 2, "older_pages": 0, "fields": {"blocks": 2}}]
    assert [loss["losses"][0]["kind"] for loss in told["losses"]] == ["text", "text"]
    assert {s["field"] for s in told["samples"]} == {"blocks"}
    (known,) = [json.loads(line) for line in reclean(WORSE, "--list", "--json").out.splitlines()]
    assert (known["pages"], known["in_force"], known["held"]) == (2, True, 0)


def test_wrong_use(reclean: Reclean) -> None:
    for options in (["--dry-run", "--accept"], ["--list", "--forget"], ["--to", "x", "--accept"], ["--to", "5-none"]):
        assert reclean(WORSE, *options).code == 2


def test_a_damaged_page_is_trouble_and_costs_no_other(reclean: Reclean, archive: Archive) -> None:
    archive.conn.execute("UPDATE bodies SET data = x'28b52ffd' WHERE id = 2")
    answer = reclean(paper(drop=(".nowhere",)))
    assert answer.code == 1 and answer.out.startswith("page 2 cannot be read: ") and "body 2" in answer.out
    assert len(texts(archive)) == 2


def test_what_is_not_taken_in_is_told(
    baoluu: Call, archive: Archive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("fsspec", reason="fsspec is not installed: requirements/dask.txt")
    from pipelines.cluster.cleanings import Cleanings

    keep(archive, paper(), page(1), page(2))
    archive.keep_page("hillnews", page(3))
    better = paper(drop=(".ad",))
    both = Sources({"songnews": better, "hillnews": msgspec.structs.replace(better, id="hillnews", hosts=())}, {})
    with Cleanings(archive, both, str(tmp_path / "place")) as out, CleaningPool(1) as pool:
        again(archive, both, pool, among=out.missing, put=out.put)
    monkeypatch.setattr("crawler.cli.work.known_sources", lambda: Sources({"songnews": better}, {}))
    taken = ("reclean", "--from", tmp_path / "place", "--dry-run", "--archive", archive.path)

    told = baoluu(*taken)
    assert "2 pages cleaned" in told.out and "hillnews: is not declared here, so 1 cleanings there" in told.out
    told = baoluu(*taken, "--source", "songnews")
    assert "2 pages cleaned" in told.out and "1 cleanings there are of papers that were not asked for: hill" in told.out
    counted = json.loads(baoluu(*taken, "--json").out)
    assert (counted["not_asked_for"], counted["not_declared"]) == ({}, {"hillnews": 1})
    assert "not asked for" not in baoluu("reclean", "--dry-run", "--workers", 1, "--archive", archive.path).out
