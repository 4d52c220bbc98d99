"""Bylines, credits and offices as Vietnamese papers print them. All names are invented."""

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.people import Byline, byline, is_position, persons


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Lê Hồng Mây", ["Lê Hồng Mây"]),
        ("HỒNG MÂY;THẾ VINH", ["Hồng Mây", "Thế Vinh"]),
        ("TUOI TRE ONLINE; HỒNG MÂY⭐", ["Hồng Mây"]),
        ("VietNamNet News; Bảo Châu", ["Bảo Châu"]),
        ("CHÍ QU&#7888;C", ["Chí Quốc"]),
        ("B&amp;#7843;o Ch&amp;#226;u", ["Bảo Châu"]),
        ("Bảo Châu (tổng hợp)", ["Bảo Châu"]),
        ("Bảo Châu (theo Reuters, AFP)", ["Bảo Châu"]),
        ("Bảo Châu ghi", ["Bảo Châu"]),
        ("Tin, ảnh: Sơn Lâm", ["Sơn Lâm"]),
        ("Hồng Nhung/VOV-TPHCM", ["Hồng Nhung"]),
        ("Jen Mills", ["Jen Mills"]),
        ("By Ines Holloway and Tom Ashdown", ["Ines Holloway", "Tom Ashdown"]),
        ("Ruby Ashdown, Toby Krüger", ["Ruby Ashdown", "Toby Krüger"]),
        ("Jens von Öhler", ["Jens von Öhler"]),
        ("Von Anna Krüger und Jens Öhler, dpa", ["Anna Krüger", "Jens Öhler"]),
        ("Bài và ảnh: Sơn Lâm - Mai Giang", ["Sơn Lâm", "Mai Giang"]),
        ("Bài: Sơn Lâm - Ảnh: Mai Giang", ["Sơn Lâm", "Mai Giang"]),
        ("Thực hiện: Sơn Lâm & Mai Giang", ["Sơn Lâm", "Mai Giang"]),
        ("Sơn Lâm và Mai Giang", ["Sơn Lâm", "Mai Giang"]),
        ("Sơn Lâm-Mai Giang", ["Sơn Lâm", "Mai Giang"]),
        ("Sơn Lâm, SƠN LÂM", ["Sơn Lâm"]),
        ("PGS, TS Đoàn Thị Nụ", ["Đoàn Thị Nụ"]),
        ("ThS. BS. Đoàn Thị Nụ", ["Đoàn Thị Nụ"]),
        ("Đoàn Thị Nụ, Giám đốc Sở Y tế", ["Đoàn Thị Nụ"]),
        ("Mai Giang/TTXVN", ["Mai Giang"]),
        ("Mai Giang và 1 tác giả khác", ["Mai Giang"]),
        ("PV Mai Giang mai.giang@bao.example.vn https://bao.example.vn/tac-gia", ["Mai Giang"]),
        ("Anh Thư", ["Anh Thư"]),
        ("Y Kpă H'Lan", ["Y Kpă H'Lan"]),
        ("Jean-Luc de Vries", ["Jean-Luc de Vries"]),
        ("Kim Seon-ho", ["Kim Seon-ho"]),
        ("H.Y.T.", ["H.Y.T."]),
        ("LÊ THỊ H.", ["Lê Thị H."]),
        ("HL", ["HL"]),
        ("Nhóm PV", []),
        ("PV", []),
        ("VnExpress", []),
        ("CafeF.vn", []),
        ("Thế giới & Việt Nam", []),
        ("Theo Dân trí", []),
        ("Báo Nhân Dân", []),
        ("Ban Thời sự", []),
        ("Mai Giang/VOV-Miền Trung", ["Mai Giang"]),
        ("Mai Giang/VOV Đông Bắc", ["Mai Giang"]),
        ("1234", []),
        ("", []),
    ],
)
def test_persons_of_an_author_field(text: str, names: list[str]) -> None:
    assert persons(text) == names
    assert persons(unicodedata.normalize("NFD", text)) == names


@pytest.mark.parametrize(
    ("line", "authors", "credit"),
    [
        ("Hồng Mây", ["Hồng Mây"], None),
        ("HỒNG MÂY", ["Hồng Mây"], None),
        ("Giàng A Páo", ["Giàng A Páo"], None),
        ("Lò Thị Xuyến", ["Lò Thị Xuyến"], None),
        ("Hồng Mây - Thế Vinh", ["Hồng Mây", "Thế Vinh"], None),
        ("TS. Đoàn Thị Nụ", ["Đoàn Thị Nụ"], None),
        ("Đoàn Thị Nụ, Giám đốc Sở Y tế", ["Đoàn Thị Nụ"], None),
        ("Tin, ảnh: Sơn Lâm", ["Sơn Lâm"], None),
        ("Bài, ảnh: Sơn Lâm (CTV)", ["Sơn Lâm"], None),
        ("Bài, ảnh: Sơn Lâm (TTXVN)", ["Sơn Lâm"], "TTXVN"),
        ("Sơn Lâm/VOV-Miền Trung", ["Sơn Lâm"], "VOV-Miền Trung"),
        ("Theo Sơn Lâm (Dân trí)", ["Sơn Lâm"], "Dân trí"),
        ("Sơn Lâm (thực hiện)", ["Sơn Lâm"], None),
        ("Sơn Lâm (theo Reuters, AFP)", ["Sơn Lâm"], "Reuters, AFP"),
        ("Sơn Lâm theo AFP", ["Sơn Lâm"], "AFP"),
        ("Sơn Lâm/TTXVN", ["Sơn Lâm"], "TTXVN"),
        ("Theo Sơn Lâm/VTC News", ["Sơn Lâm"], "VTC News"),
        ("(theo TTXVN)", [], "TTXVN"),
        ("Theo TTXVN.", [], "TTXVN"),
        ("Laodong.vn", [], "Laodong.vn"),
        ("Sơn Lâm và 1 tác giả khác", ["Sơn Lâm"], None),
        ("Sơn Lâm/Báo Tin tức", ["Sơn Lâm"], "Báo Tin tức"),
        ("Biên dịch: Sơn Lâm (Theo BBC)", ["Sơn Lâm"], "BBC"),
        ("Sơn Lâm/VOV-TPHCM", ["Sơn Lâm"], "VOV-TPHCM"),
        ("Sơn Lâm - Đồ họa: Mai Giang", ["Sơn Lâm", "Mai Giang"], None),
        ("Theo Dân trí", [], "Dân trí"),
        ("Theo Nhịp sống thị trường", [], "Nhịp sống thị trường"),
        ("Nguồn: Báo Nhân Dân", [], "Báo Nhân Dân"),
        ("TTXVN/Báo Tin tức", [], "TTXVN/Báo Tin tức"),
        ("(Tổng hợp)", [], "Tổng hợp"),
        ("Nhóm PV", [], None),
        ("Ảnh: Sơn Lâm", [], None),
    ],
)
def test_lines_that_sign(line: str, authors: list[str], credit: str | None) -> None:
    assert byline(line) == Byline(authors, credit)


@pytest.mark.parametrize(
    "line",
    [
        "",
        "Trân trọng cảm ơn đồng chí!",
        "Xin cảm ơn bà!",
        "Bối cảnh mới",
        "BỐI CẢNH MỚI",
        "Kết luận",
        "AN NINH",
        "CHƯƠNG TRÌNH",
        "Hà Nội",
        "Điện Biên Phủ",
        "Việt Nam",
        "Biển Đông",
        "Theo đó",
        "Theo Nghị quyết số 12",
        "Theo Sở Y tế, toàn tỉnh có năm ca",
        "Nội dung: Bàn việc làm đường",
        "Mưa tạnh.",
        "1. Mục tiêu",
        "(Còn nữa)",
        "Ông Đoàn Văn Nụ",
        "Đồng chí Lò Thị Xuyến",
        "Bí thư Tỉnh ủy",
        "Sáng nay, đoàn công tác của tỉnh lên đường tới ba xã vùng cao để trao quà cho các hộ nghèo.",
    ],
)
def test_lines_that_are_text(line: str) -> None:
    assert byline(line) is None


@pytest.mark.parametrize("line", ["Phạm Chiểu", "Dỹ Lâm", "Bé Sáu"])
def test_a_rare_name_signs_only_where_signatures_stand(line: str) -> None:
    assert byline(line) is None
    assert byline(line, placed=True) == Byline([line], None)


@pytest.mark.parametrize("line", ["Việt Nam", "Công An Tỉnh", "Chúc Mừng Năm Mới", "Kết luận", "Ông Đoàn Văn Nụ"])
def test_the_place_alone_makes_no_signature(line: str) -> None:
    assert byline(line, placed=True) is None


@pytest.mark.parametrize(
    ("line", "holds"),
    [
        ("Bí thư Trung ương Đảng, Trưởng Ban Dân vận Trung ương", True),
        ("Nguyên Phó Chủ tịch Hội Nông dân tỉnh", True),
        ("Học viện Chính trị khu vực II", True),
        ("(Trường Đại học Tây Bắc)", True),
        ("Giám đốc Sở Y tế", True),
        ("Chủ tịch tỉnh thăm xã Huổi Lèng", False),
        ("Nguyên nhân và giải pháp", False),
        ("Đoàn kết là sức mạnh", False),
        ("Hội nghị thành công", False),
        ("Trân trọng cảm ơn đồng chí!", False),
        ("Giám đốc Sở Y tế.", False),
        ("", False),
    ],
)
def test_lines_that_say_an_office(line: str, holds: bool) -> None:
    assert is_position(line) is holds


@settings(derandomize=True, deadline=None)
@given(st.text(max_size=80))
def test_any_text_is_survived(text: str) -> None:
    for name in persons(text):
        assert name == unicodedata.normalize("NFC", name).strip()
        assert not name[0].islower()
    byline(text)
    is_position(text)
