"""`clean --explain` on the command line."""

import ast
import json
import re
from pathlib import Path

import pytest

from crawler.cli.common import CONTROL
from pipelines.fixtures import ROOT
from tests.crawler.cli.conftest import Call

FOLDER = ROOT / "baoquocte" / "2021"
URL = json.loads((FOLDER / "page.json").read_text(encoding="utf-8"))["url"]
STORY = (
    "Sáng nay người dân bản Nà Hin cùng nhau dọn đường, sửa cầu và trồng cây ở hai bên suối.",
    "Ông Lò Văn Pánh, trưởng bản, cho biết việc này được cả bản bàn từ cuối năm ngoái.",
    "Mỗi nhà góp một ngày công, nhà nào có máy cày thì góp thêm máy.",
    "Đến trưa, đoạn đường dài hai cây số đã sạch cỏ và phẳng phiu hơn trước.",
    "Theo kế hoạch, tuần sau cả bản sẽ làm tiếp đoạn còn lại ra tới trường học.",
)
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


def test_the_pattern_that_a_section_is_told_by_fits_its_address(baoluu: Call, tmp_path: Path) -> None:
    file = tmp_path / "a.html"
    file.write_text("<html><h1>Chính trị</h1><p>Các bài mới</p></html>", encoding="utf-8")
    for path in ("/chinh-tri", "/muc-la-page3"):
        told = baoluu("clean", file, "--url", f"https://vietnamnet.vn{path}", "--explain", "--json")
        rule = json.loads(told.out)["refusal"]["rule"]
        assert told.code == 1 and rule.startswith("urls.section = ")
        assert re.search(ast.literal_eval(rule.removeprefix("urls.section = ")), path), rule


def test_what_a_page_prints_cannot_steer_the_terminal(baoluu: Call, tmp_path: Path) -> None:
    file = tmp_path / "a.html"
    html = PAGE[0].read_text(encoding="utf-8").replace("Ngày hội ẩm thực", "Ngày hội \x9b31m ẩm\u202e thực", 3)
    file.write_text(html, encoding="utf-8")
    told = baoluu("clean", file, *PAGE[1:], "--explain")
    assert told.code == 0 and "Ngày hội" in told.out
    assert not CONTROL.search(told.out.replace("\n", ""))


def test_keywords_that_the_text_speaks_of_are_no_hint(baoluu: Call, tmp_path: Path) -> None:
    text = "".join(f"<p>{line}</p>" for line in STORY)
    head = '<meta name="keywords" content="bản Nà Hin, sửa cầu">'
    file = tmp_path / "a.html"
    file.write_text(f"<html><head>{head}</head><body><article><h1>Sửa đường</h1>{text}</article>", encoding="utf-8")
    told = baoluu("clean", file, "--url", "https://khong.example.vn/sua-duong-1.html", "--explain").out
    assert "tags        2: bản Nà Hin | sửa cầu" in told
    assert "from links named so, or keywords of the page's head" in told and "hint" not in told


def test_a_drop_is_explained_and_ends_with_1(baoluu: Call, tmp_path: Path) -> None:
    file = tmp_path / "a.html"
    file.write_text("<html><h1>404 Không tìm thấy</h1></html>", encoding="utf-8")
    told = baoluu("clean", file, "--url", "https://thanhnien.vn/a-185261004091512345.htm", "--explain")
    assert told.code == 1 and "drop        soft-404: 404 Không tìm thấy" in told.out
    assert "nothing at [data-role=content] (family)" in told.out
