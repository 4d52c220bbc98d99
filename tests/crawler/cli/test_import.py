"""`baoluu import` as people call it: every form, its answers; stopped, killed, without room, in little memory."""

import json
import random
from pathlib import Path
from typing import Any

import pytest

from archive.store import Archive
from crawler.cli import imports
from tests.archive.imports.taking import facts, revisit, row
from tests.archive.imports.test_files import wacz
from tests.archive.warc.made import each_gzip, each_zstd, response, sha1
from tests.crawler.cli.conftest import Call
from tests.crawler.site import article
from tests.stock import ROOT, SOURCES, Here


def page(number: int) -> bytes:
    """A page that comes out as an article."""
    made = article(number).body
    return made if isinstance(made, bytes) else made.encode()


def records(*numbers: int) -> list[bytes]:
    return [response(f"{ROOT}/bai-{n}.html", page(n), WARC_Payload_Digest=sha1(page(n))) for n in numbers]


@pytest.fixture(autouse=True)
def here(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("pipelines.pool.CleaningPool", Here)
    monkeypatch.setattr(imports, "known_sources", lambda: SOURCES)
    monkeypatch.setenv("BAOLUU_ARCHIVE", str(tmp_path / "a.db"))
    monkeypatch.setenv("BAOLUU_MIN_FREE_MB", "1")


def write(folder: Path, name: str, data: bytes | str) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return path


def kept(folder: Path) -> tuple[int, int]:
    """Pages and articles."""
    with Archive(folder / "a.db", write=False) as archive:
        pages, articles = archive.conn.execute(
            "SELECT (SELECT count(*) FROM pages), (SELECT count(*) FROM articles)"
        ).fetchone()
        return int(pages), int(articles)


def objects(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]


ROW = f"file,url\na.html,{ROOT}/bai-1.html\n"
FORMS: dict[str, dict[str, bytes | str]] = {
    "warc.gz": {"x.warc.gz": each_gzip(records(1, 2))},
    "warc.zst": {"x.warc.zst": each_zstd(records(1, 2))},
    "wacz": {"x.wacz": wacz(("archive/x.warc.gz", each_gzip(records(1, 2))))},
    "torn wacz": {"x.wacz": wacz(("archive/x.warc.gz", each_gzip(records(1, 2))))[:-100]},
    "folder of warcs": {"f/a.warc.gz": each_gzip(records(1)), "f/sub/b.warc": records(2)[0], "f/notes.md": "x"},
    "manifest": {"f/manifest.csv": ROW + f"b.html,{ROOT}/bai-2.html\n", "f/a.html": page(1), "f/b.html": page(2)},
    "routes": {
        "f/routes.json": json.dumps({f"{ROOT}/bai-{n}.html": {"file": f"{n}.html"} for n in (1, 2)}),
        "f/1.html": page(1),
        "f/2.html": page(2),
    },
    "mirror": {"f/song.example.vn/bai-1.html": page(1), "f/song.example.vn/bai-2.html": page(2)},
    "jsonl": {
        "x.jsonl": "".join(json.dumps({"url": f"{ROOT}/bai-{n}.html", "html": page(n).decode()}) + "\n" for n in (1, 2))
    },
    "json": {
        "x.json": json.dumps(
            [{"url": f"{ROOT}/bai-{n}.html", "title": f"Bài {n}", "text": f"Dẫn {n}.\n\nĐoạn."} for n in (1, 2)]
        )
    },
    "csv": {"x.csv": f"url,title,text\n{ROOT}/bai-1.html,Bài 1,Một đoạn.\n{ROOT}/bai-2.html,Bài 2,Hai đoạn.\n"},
    "xml": {
        "x.xml": "<items>"
        + "".join(
            f"<item><url>{ROOT}/bai-{n}.html</url><title>Bài {n}</title><text>Đoạn {n}.</text></item>" for n in (1, 2)
        )
        + "</items>"
    },
}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("as_json", [False, True])
def test_every_form(baoluu: Call, tmp_path: Path, form: str, as_json: bool) -> None:
    for name, data in FORMS[form].items():
        write(tmp_path, name, data)
    given = tmp_path / next(iter(FORMS[form])).split("/")[0]
    looked = baoluu("import", given, "--dry-run", *(["--json"] if as_json else []))
    assert looked.code == (1 if form == "torn wacz" else 0), looked
    assert not (tmp_path / "a.db").exists(), "nothing is written by looking"
    assert "sample" in looked.out and (not as_json or sum(o["responses"] for o in objects(looked.out)) == 2)
    done = baoluu("import", given, *(["--json"] if as_json else []))
    assert done.code == (1 if form == "torn wacz" else 0), done
    assert kept(tmp_path) == (2, 2)
    if as_json:
        told = objects(done.out)
        assert sum(o.get("pages", 0) for o in told) == 2 and told[-1] == {"cleaned": 2, "dropped": {}}
    else:
        assert "new pages" in done.out and "Cleaned: 2 pages of articles; no article: 0" in done.out
    again = baoluu("import", given)
    assert again.code == done.code and kept(tmp_path) == (2, 2)
    with Archive(tmp_path / "a.db", write=False) as archive:
        runs = archive.conn.execute("SELECT command, outcome, stats FROM runs").fetchall()
    assert [r[:2] for r in runs] == [
        (
            f"import of {len(FORMS[form]) - 1 if form == 'folder of warcs' else 1} file"
            + "s" * (form == "folder of warcs"),
            "finished",
        )
    ] * 2


def test_a_manifest_elsewhere_and_its_bad_rows(baoluu: Call, tmp_path: Path) -> None:
    write(tmp_path, "f/a.html", page(1))
    rows = write(tmp_path, "list.csv", ROW + f"../list.csv,{ROOT}/bai-2.html\n")
    done = baoluu("import", tmp_path / "f", "--manifest", rows)
    assert done.code == 1 and "list.csv, line 3" in done.err and kept(tmp_path) == (1, 1)
    assert baoluu("import", tmp_path / "f/a.html", "--manifest", rows).code == 2


def test_another_archive_and_a_published_copy(baoluu: Call, tmp_path: Path) -> None:
    write(tmp_path, "x.warc.gz", each_gzip(records(1, 2)))
    assert baoluu("import", tmp_path / "x.warc.gz", "--archive", tmp_path / "other.db").code == 0
    done = baoluu("import", tmp_path / "other.db")
    assert done.code == 0 and "Taken over: 2 pages" in done.out and kept(tmp_path) == (2, 2)
    assert baoluu("publish", tmp_path / "public.db").code == 0
    refused = baoluu("import", tmp_path / "public.db")
    assert refused.code == 2 and "published copy" in refused.err
    with Archive(tmp_path / "public.db", write=False) as public:
        assert public.conn.execute("SELECT count(*) FROM imports, awaited, payloads").fetchone() == (0,)
        assert public.conn.execute("SELECT count(*) FROM payloads").fetchone() == (0,)


def test_a_folder_of_text_dumps(baoluu: Call, tmp_path: Path) -> None:
    text = "Bến Cỏ sửa đê\n\nNgày 1/3/2025, làng chài Bến Cỏ sửa lại con đê.\n\nCon đê dài 300 mét.\n"
    write(tmp_path, "f/a.txt", text)
    done = baoluu("import", tmp_path / "f", "--source", "sample", "--json")
    assert [o["format"] for o in objects(done.out)] == ["page"] and kept(tmp_path)[0] == 1


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04broken", b"\x1f\x8b\x08broken"])
def test_what_cannot_be_read_is_refused_before_anything_is_written(baoluu: Call, tmp_path: Path, data: bytes) -> None:
    good = write(tmp_path, "good.warc.gz", each_gzip(records(1)))
    bad = write(tmp_path, "bad.warc.gz", data)
    refused = baoluu("import", good, bad)
    torn = data.startswith(b"PK")
    assert refused.code == (1 if torn else 2) and "bad.warc.gz" in refused.err and "Traceback" not in refused.err
    assert (tmp_path / "a.db").exists() == torn


def test_a_file_that_fails_on_the_way_leaves_the_others(baoluu: Call, tmp_path: Path) -> None:
    files = [
        write(tmp_path, "a.jsonl", json.dumps({"url": f"{ROOT}/bai-1.html", "text": "Một."})),
        write(tmp_path, "b.xml", "<rss><item/></rss>"),
        write(tmp_path, "c.warc.gz", each_gzip(records(3))),
    ]
    done = baoluu("import", *files)
    assert done.code == 1 and "b.xml" in done.err and kept(tmp_path) == (2, 2)


def test_kept_only_then_cleaned(baoluu: Call, tmp_path: Path) -> None:
    path = write(tmp_path, "x.warc.gz", each_gzip(records(1, 2, 3)))
    done = baoluu("import", path, "--keep-only")
    assert done.code == 0 and "Kept only: 3 pages" in done.err and kept(tmp_path) == (3, 0)
    again = baoluu("import", path)
    assert again.code == 0 and "imported before" in again.out and "--again" in again.out
    assert kept(tmp_path) == (3, 3), "what an earlier import left is cleaned"
    anew = baoluu("import", path, "--again", "--json")
    assert objects(anew.out)[0]["known"] == 3 and objects(anew.out)[0]["before"] is None


def test_a_better_copy_of_a_damaged_file_is_read(baoluu: Call, tmp_path: Path) -> None:
    """Its size and its ends are the same, by which files are known again."""
    noise = random.Random(1)
    data = each_gzip([response(f"{ROOT}/x-{n}.bin", noise.randbytes(9000), kind="text/html") for n in range(40)])
    damaged = bytearray(data)
    damaged[len(data) // 2 : len(data) // 2 + 512] = bytes(512)
    done = baoluu("import", write(tmp_path, "x.warc.gz", bytes(damaged)), "--keep-only")
    assert done.code == 1 and "lost: offset" in done.err and kept(tmp_path)[0] == 39
    done = baoluu("import", write(tmp_path, "y.warc.gz", data), "--keep-only")
    assert done.code == 0 and kept(tmp_path)[0] == 40


def test_one_paper_and_assets(baoluu: Call, tmp_path: Path) -> None:
    made = [
        *records(1),
        response("https://chua-khai.example/a.html", page(2)),
        response(f"{ROOT}/a.png", b"\x89PNG", kind="image/png"),
    ]
    path = write(tmp_path, "x.warc.gz", each_gzip(made))
    done = baoluu("import", path, "--source", "sample")
    assert done.code == 0 and "1 of other papers" in done.out and "1 image/png" in done.out and kept(tmp_path)[0] == 1
    assert baoluu("import", path, "--assets").code == 0 and kept(tmp_path)[0] == 3
    assert baoluu("import", path, "--source", "sampel").code == 2


def test_visits_that_wait_are_told(baoluu: Call, tmp_path: Path) -> None:
    late = write(
        tmp_path, "late.warc.gz", each_gzip([revisit(f"{ROOT}/bai-1.html", WARC_Payload_Digest=sha1(page(1)))])
    )
    done = baoluu("import", late)
    assert done.code == 0 and "1 visits that wait" in done.out and "1 wait for one that is not here yet" in done.err
    done = baoluu("import", write(tmp_path, "first.warc.gz", each_gzip(records(1))))
    assert "1 taken now, 0 wait" in done.err and kept(tmp_path) == (2, 1)


def test_two_orders_of_files_give_the_same_articles(baoluu: Call, tmp_path: Path) -> None:
    edited = response(f"{ROOT}/bai-1.html", page(1).replace(b"(1.0)", b"(1.9)"), WARC_Date="2025-03-05T01:00:00Z")
    late = revisit(f"{ROOT}/bai-2.html", WARC_Payload_Digest=sha1(page(2)))
    files = [
        write(tmp_path, "a.warc.gz", each_gzip(records(1, 3))),
        write(tmp_path, "b.warc.gz", each_gzip([edited, late])),
        write(tmp_path, "c.warc.gz", each_gzip(records(2, 4))),
    ]
    found = []
    for order in ((0, 1, 2), (2, 1, 0), (1, 0, 2)):
        path = tmp_path / f"{order}.db"
        for number in order:
            assert baoluu("import", files[number], "--archive", path).code == 0
        with Archive(path, write=False) as archive:
            rows = archive.rows("SELECT * FROM articles ORDER BY article")
            articles = [{k: v for k, v in row.items() if k not in ("id", "page")} for row in rows]
            found.append((facts(archive), articles, archive.conn.execute("SELECT count(*) FROM revisions").fetchone()))
    assert found[0] == found[1] == found[2] and len(found[0][1]) == 4 and found[0][2] == (5,)


def test_withdrawals_in_a_file_are_told_before_they_are_taken_over(baoluu: Call, tmp_path: Path) -> None:
    gone = f"{ROOT}/bai-1.html"
    stone = row(
        "withdrawal", "x", url=gone, reason="luật", withdrawn_at="2025-03-03T00:00:00+07:00", article="sample:1"
    )
    first = write(tmp_path, "a.warc.gz", each_gzip(records(1, 2)))
    second = write(tmp_path, "b.warc.gz", each_gzip([stone]))
    assert baoluu("import", first).code == 0
    looked = baoluu("import", second, "--dry-run")
    assert "would go: 1" in looked.out and kept(tmp_path) == (2, 2)
    assert objects(baoluu("import", second, "--dry-run", "--json").out)[0]["withdrawals"] == 1
    done = baoluu("import", second)
    assert done.code == 0 and "1 withdrawals taken over" in done.out and kept(tmp_path) == (1, 1)
    with Archive(tmp_path / "a.db", write=False) as archive:
        assert archive.conn.execute("SELECT count(*) FROM withdrawals WHERE erased_at IS NULL").fetchone() == (0,)
    assert "1 withdrawn, not taken" in baoluu("import", first, "--again").out and kept(tmp_path) == (1, 1)


def test_progress_is_told_in_tenths(baoluu: Call, tmp_path: Path) -> None:
    done = baoluu("import", write(tmp_path, "x.warc.gz", each_gzip(records(*range(1, 60)))), "--keep-only")
    assert 5 <= sum(line.startswith("x.warc.gz: ") for line in done.err.splitlines()) <= 11
