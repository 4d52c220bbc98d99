"""`sources check` and `sources recurring` on the command line, over an archive of really cleaned pages."""

import json
import os
import shutil
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from random import Random

import pytest

from archive.facts import Hints, Page, Record
from archive.store import Archive
from config import sources as declared
from config.clock import VIETNAM, stamp
from config.sources import Sources, load
from crawler.cli import check, recurring
from pipelines.cleaner import cleaner_id
from pipelines.process import process
from pipelines.reclean import reclean, take_in
from tests.bench.invented import _texts
from tests.crawler.cli.conftest import Call
from tests.stock import Here

NOW = datetime(2026, 10, 5, 18, tzinfo=VIETNAM)
DECLARATION = """title = "Báo Thử"  # một tờ báo không có thật
hosts = ["thu.example.vn"]
evidence = "reported"

[urls]
article = ['-(?P<id>\\d+)\\.html$']

[rules]
container = ["div.body"]  # từ 2024
title = ["h1"]
lead = ["h2"]
published = [".date"]
section = [".cate"]

[examples]
article = ["https://thu.example.vn/mot-bai-1.html"]
"""
FOOTER, VIEWS = "Theo dõi Báo Thử trên Google Tin tức", "Lượt xem: {}"
NAMED = '<script type="application/ld+json">{"@type": "NewsArticle"}</script>'
RARE = "Cơn bão số 3 đang đi vào đất liền."


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of declarations with one paper in it, which the command line takes for its own."""
    folder = tmp_path / "config"
    (folder / "families").mkdir(parents=True)
    (folder / "sources").mkdir()
    (folder / "sources" / "thu.toml").write_text(DECLARATION, encoding="utf-8")
    monkeypatch.setattr(declared, "HERE", folder)
    for module in (check, recurring):
        monkeypatch.setattr(module, "known_sources", lambda: load(folder))
    monkeypatch.setattr(check, "load", lambda: load(folder))
    monkeypatch.setattr(check, "troubles", lambda: declared.troubles(folder))
    return folder


def page(n: int, *tail: str, lead: bool = True, body: str = "body", named: bool = False) -> Page:
    """The `n`-th newest article's page, half an hour older than the one before."""
    title, sapo, *rest = _texts(Random(n))
    at = NOW - timedelta(minutes=30 * n)
    text = "".join(f"<p>{line}</p>" for line in (*rest, *tail))
    html = (
        f"<html><head>{NAMED if named else ''}</head><body>"
        f'<a class="cate">{("Thời sự", "Kinh tế", "Giáo dục")[n % 3]}</a><h1>{title}</h1>'
        f'<div class="date">{at:%d/%m/%Y %H:%M}</div>{f"<h2>{sapo}</h2>" if lead else ""}'
        f'<div class="{body}">{text}</div></body></html>'
    )
    return Page(
        url=f"https://thu.example.vn/bai-{n}.html", fetched_at=stamp(at), body=html.encode(),
        headers={"content-type": "text/html"}, hints=Hints(via="section"),
    )  # fmt: skip


def keep(path: Path, sources: Sources, pages: Iterator[Page]) -> None:
    with Archive(path) as archive:
        for kept in pages:
            number = archive.keep_page(sources["thu"], kept)
            take_in(archive, sources, number, cleaner_id(sources["thu"]), process(kept, sources["thu"]))


def state(path: Path) -> dict[str, bytes]:
    """The bytes of an archive; SQLite makes an empty journal where it only reads."""
    files = {f.name: f.read_bytes() for f in path.parent.glob(f"{path.name}*") if not f.name.endswith("-shm")}
    return {name: data for name, data in files.items() if data}


def test_new_clutter_of_the_day_is_found_declared_and_cut(baoluu: Call, root: Path, tmp_path: Path) -> None:
    sources, path, file = load(root), tmp_path / "a.db", root / "sources" / "thu.toml"
    rare = [RARE] * 4

    def pages() -> Iterator[Page]:
        for n in range(60):
            new = [FOOTER, VIEWS.format(n * 7 + 1)] if n < 12 else []
            yield page(n, *([rare.pop()] if n % 3 == 0 and rare else []), *new)

    keep(path, sources, pages())
    before = state(path)
    checked = baoluu("sources", "check", "--archive", path)
    assert (
        checked.code == 0 and "thu: looks like clutter, on 12 of 12 articles since 2026-10-05: Theo dõi" in checked.out
    )
    found = [
        json.loads(line) for line in baoluu("sources", "recurring", "thu", "--json", "--archive", path).out.splitlines()
    ]
    assert [(f["text"], f["clutter"]) for f in found[:2]] == [(VIEWS.format(1), True), (FOOTER, True)]
    assert found[0]["block"] == found[1]["block"] is not None and {f["clutter"] for f in found[2:]} <= {False}

    shown = baoluu("sources", "recurring", "thu", "--write", "--dry-run", "--archive", path)
    assert f"+drop_lines = ['Lượt xem: \\d[\\d.,:/-]*', '{FOOTER}']" in shown.out
    assert file.read_text(encoding="utf-8") == DECLARATION
    few = baoluu("sources", "recurring", "thu", "--write", "--line", RARE, "--archive", path)
    assert few.code == 1 and RARE in few.err and file.read_text(encoding="utf-8") == DECLARATION
    written = baoluu("sources", "recurring", "thu", "--write", "--archive", path)
    assert written.code == 0 and "baoluu reclean --source thu" in written.out
    assert all(line in file.read_text(encoding="utf-8").splitlines() for line in DECLARATION.splitlines())
    assert state(path) == before
    assert "nothing to declare" in baoluu("sources", "recurring", "thu", "--write", "--archive", path).out

    with Archive(path) as archive:
        reclean(archive, load(root), Here())  # type: ignore[arg-type]
        texts = [row["text"] for row in archive.rows("SELECT text FROM articles")]
    assert len(texts) == 60
    assert not any(FOOTER in text or "Lượt xem" in text for text in texts)
    assert sum(RARE in text for text in texts) == 4
    assert "0 likely clutter" in baoluu("sources", "recurring", "thu", "--archive", path).out


def test_a_changed_layout_ends_with_1_and_says_what_is_missing(baoluu: Call, root: Path, tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    keep(path, load(root), (page(n, lead=n > 19, body="body" if n > 19 else "main") for n in range(80)))
    before = state(path)
    answer = baoluu("sources", "check", "--newest", "20", "--archive", path)
    assert answer.code == 1
    assert "thu: ! 18 of the 20 newest pages were dropped as not-article, before 0 of 60" in answer.out
    assert "thu: ! 20 of the 20 newest pages were dropped for one reason or another" in answer.out
    assert "confirmed" not in answer.out
    told = json.loads(baoluu("sources", "check", "thu", "--newest", "20", "--archive", path, "--json").out)
    assert told["drift"] and told["coverage"]["pages"] == 20 and told["coverage"]["past"] == 60
    assert state(path) == before


def test_articles_that_are_read_whole_since_their_container_is_gone_are_drift(
    baoluu: Call, root: Path, tmp_path: Path
) -> None:
    path = tmp_path / "a.db"
    new = dict.fromkeys(range(20), "main")
    keep(path, load(root), (page(n, lead=n > 19, body=new.get(n, "body"), named=True) for n in range(80)))
    answer = baoluu("sources", "check", "thu", "--newest", "20", "--archive", path)
    assert answer.code == 1
    assert "! lead stands on 0 of the 20 newest articles, before on 60 of 60" in answer.out
    assert "! the declared container was not found on 20 of the 20 newest articles, before on 0 of 60" in answer.out
    assert "  container not found      ████████████████████ 100% of 20   before   0% of 60  !" in answer.out


def test_reported_facts_are_confirmed_by_the_first_live_pages(baoluu: Call, root: Path, tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    keep(path, load(root), (page(n) for n in range(9)))
    first = baoluu("sources", "check", "--archive", path)
    assert (first.code, "not confirmed yet: 9 of the 10 live articles" in first.out) == (0, True)
    keep(path, load(root), (page(n) for n in range(9, 12)))
    answer = baoluu("sources", "check", "thu", "--archive", path)
    assert answer.code == 0
    assert 'confirmed by 12 live pages: write `evidence = "seen"` into config/sources/thu.toml' in answer.out
    assert "title                    ████████████████████ 100% of 12" in answer.out


def test_without_an_archive_every_declaration_and_fixture_is_tried(baoluu: Call, tmp_path: Path) -> None:
    answer = baoluu("sources", "check", "--no-archive")
    assert answer.code == 0, answer.out
    assert answer.out.endswith("fixtures, 0 in trouble\n")
    here = Path.cwd()
    try:
        os.chdir(tmp_path)
        assert baoluu("sources", "check", "dantri").out == "1 paper, 4 fixtures, 0 in trouble\n"
        assert list(tmp_path.iterdir()) == []
    finally:
        os.chdir(here)
    missing = baoluu("sources", "check", "--archive", tmp_path / "none.db")
    assert missing.code == 2 and "there is no archive here" in missing.err and not list(tmp_path.iterdir())


def test_every_trouble_is_a_line(baoluu: Call, root: Path, tmp_path: Path) -> None:
    shutil.copy(root / "sources" / "thu.toml", root / "sources" / "hai.toml")
    (root / "sources" / "ba.toml").write_text(DECLARATION.replace("title =", "tittle =", 1), encoding="utf-8")
    (root / "families" / "la.toml").write_text('title = "La"\nmarks = ["div["]\n', encoding="utf-8")
    answer = baoluu("sources", "check", "--no-archive")
    assert answer.code == 1
    told = answer.out.splitlines()
    assert [("la.toml: marks" in told[0]), "ba.toml" in told[1], "declared by both" in told[2]] == [True] * 3


def test_a_wrong_example_and_a_fixture_that_comes_to_something_else(
    baoluu: Call, root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from pipelines import fixtures

    file = root / "sources" / "thu.toml"
    file.write_text(DECLARATION.replace("mot-bai-1.html", "mot-bai.html"), encoding="utf-8")
    folder = tmp_path / "fixtures" / "thu" / "only"
    folder.mkdir(parents=True)
    made = page(1)
    (folder / "page.html").write_bytes(made.body)
    (folder / "page.json").write_text(json.dumps({"url": made.url, "fetched_at": made.fetched_at}), encoding="utf-8")
    record = process(made, load(root)["thu"]).output
    assert isinstance(record, Record)
    told = fixtures.cleaned(fixtures.Fixture("thu", "only", folder), load(root)["thu"])
    (folder / "expected.json").write_text(json.dumps(told | {"title": "Tít khác"}), encoding="utf-8")
    monkeypatch.setattr(fixtures.fixtures, "__defaults__", (tmp_path / "fixtures",))
    answer = baoluu("sources", "check", "thu", "--no-archive")
    assert answer.code == 1
    assert "thu: https://thu.example.vn/mot-bai.html reads as other, not article" in answer.out
    assert f'thu: fixture thu/only: title is "{record.title}", must be "Tít khác"' in answer.out
    assert answer.out.endswith("1 paper, 1 fixture, 2 in trouble\n")
    (folder / "expected.json").write_text("{", encoding="utf-8")
    assert "fixture thu/only: cannot be read" in baoluu("sources", "check", "thu", "--no-archive").out


def test_a_declaration_that_cannot_be_written_stays_as_it_is(
    baoluu: Call, root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.db"
    keep(path, load(root), (page(n, FOOTER) for n in range(20)))

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    answer = baoluu("sources", "recurring", "thu", "--write", "--archive", path)
    assert answer.code == 1 and "No space left" in answer.err
    assert [f.name for f in (root / "sources").iterdir()] == ["thu.toml"]
    assert (root / "sources" / "thu.toml").read_text(encoding="utf-8") == DECLARATION


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--write"], "--write needs the SOURCE"),
        (["thu", "--dry-run"], "go with --write"),
        (["thu", "--write", "--json"], "not as JSON"),
        (["thuu"], "did you mean thu?"),
        (["thu", "--write", "--line", "Không có dòng này"], "is no line that recurs here"),
    ],
)
def test_wrong_use_is_said(baoluu: Call, root: Path, tmp_path: Path, arguments: list[str], said: str) -> None:
    keep(tmp_path / "a.db", load(root), (page(n) for n in range(3)))
    answer = baoluu("sources", "recurring", *arguments, "--archive", tmp_path / "a.db")
    assert answer.code in (1, 2) and said in answer.err
