"""`clean --explain` on the command line."""

import json
from pathlib import Path

import pytest

from pipelines.fixtures import ROOT
from tests.crawler.cli.conftest import Call

FOLDER = ROOT / "baoquocte" / "2021"
URL = json.loads((FOLDER / "page.json").read_text(encoding="utf-8"))["url"]
PAGE = (FOLDER / "page.html", "--url", URL, "--at", "2023-03-15T08:00")


def test_json_is_one_object_that_holds_what_clean_prints(baoluu: Call) -> None:
    plain, told = baoluu("clean", *PAGE), baoluu("clean", *PAGE, "--explain", "--json")
    assert (plain.code, told.code) == (0, 0) and told.out.count("\n") == 1
    account = json.loads(told.out)
    assert account["output"] == json.loads(plain.out)
    assert account["layout"]["generation"] == "2021"
    assert baoluu("clean", *PAGE, "--json").out == plain.out


@pytest.mark.parametrize("columns", ["60", "110"])
def test_people_read_it_within_their_terminal(baoluu: Call, monkeypatch: pytest.MonkeyPatch, columns: str) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    out = baoluu("clean", *PAGE, "--explain").out
    assert "title       Ngày hội ẩm thực" in out and "from h1.article-detail-title" in out
    assert "modified    — empty\n            nothing at ld:dateModified (defaults)" in out
    assert "- caption     Khách xếp hàng" in out and "1 ×         table.__MB_ARTICLE_A (family)" in out
    longest = max((line for line in out.splitlines() if "http" not in line), key=len)
    assert len(longest) <= int(columns), longest


def test_a_drop_is_explained_and_ends_with_1(baoluu: Call, tmp_path: Path) -> None:
    file = tmp_path / "a.html"
    file.write_text("<html><h1>404 Không tìm thấy</h1></html>", encoding="utf-8")
    told = baoluu("clean", file, "--url", "https://thanhnien.vn/a-185261004091512345.htm", "--explain")
    assert told.code == 1 and "drop        soft-404: 404 Không tìm thấy" in told.out
    assert "nothing at [data-role=content] (family)" in told.out
