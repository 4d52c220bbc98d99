"""The twenty invented papers."""

from collections.abc import Mapping

from tests.corpus.truth import Paper

AGENCY = "ttxhv"
"""The invented news agency, which has a site of its own."""
_NAMES = (
    "ttxhv|Thông tấn xã Hải Vân", "tiachop|Báo Tia Chớp", "datlanh|Đất Lành", "bensong|Bến Sông",
    "ngaymoi|Ngày Mới 24", "tinviet|Tin Việt 5", "dongbang|Báo Đồng Bằng", "thanhpho|Thành Phố Hôm Nay",
    "nguoilang|Người Làng", "bienxanh|Báo Biển Xanh", "caonguyen|Báo Cao Nguyên", "thomay|Thợ Máy",
    "trithuctre|Tri Thức Trẻ", "phuongnam|Báo Phương Nam", "kinhbac|Kinh Bắc Online", "tayho|Tây Hồ",
    "thoibaohv|Thời báo Hải Vân", "songlam|Báo Sông Lam", "nhaviet|Nhà Việt", "hangxen|Hàng Xén",
)  # fmt: skip
LAYOUTS = ("plain", "onecms", "plain", "vccorp")
SECTIONS = {
    "Chính trị": "chinh-tri", "Thời sự": "thoi-su", "Thế giới": "the-gioi", "Kinh tế": "kinh-te",
    "Nông nghiệp": "nong-nghiep", "Giáo dục": "giao-duc", "Sức khỏe": "suc-khoe", "Văn hóa": "van-hoa",
    "Thể thao": "the-thao", "Pháp luật": "phap-luat", "Đô thị": "do-thi", "Môi trường": "moi-truong",
    "Giao thông": "giao-thong",
}  # fmt: skip
_FOLDED = {"Đô thị": "Thời sự", "Môi trường": "Thời sự", "Giao thông": "Thời sự", "Nông nghiệp": "Kinh tế"}
"""Sections that the smaller papers do not have, and where they put such news."""


def papers() -> dict[str, Paper]:
    """The papers by id."""
    found = {}
    for n, line in enumerate(_NAMES):
        name, title = line.split("|")
        layout = LAYOUTS[n % len(LAYOUTS)]
        suffix = ".htm" if layout == "vccorp" else ""
        sections: Mapping[str, str] = {
            section: f"/{path}{suffix}" for section, path in SECTIONS.items() if n < 8 or section not in _FOLDED
        }
        found[name] = Paper(name, title, f"{name}.example.vn", f"127.90.7.{n + 1}", layout, sections)
    return found


def filed(paper: Paper, section: str) -> str:
    """The section of `paper` under which news of `section` stand."""
    return section if section in paper.sections else _FOLDED[section]
