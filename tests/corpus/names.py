"""Invented persons and places below the province, and how a day is told."""

from datetime import datetime, timedelta
from random import Random
from typing import NamedTuple

SURNAMES = (
    "Nguyễn Trần Lê Phạm Hoàng Vũ Phan Võ Đặng Bùi Đỗ Hồ Ngô Dương Lý Đinh Lâm Mai Trịnh Đoàn Cao Lương Tạ Hà Tô"
    " Thái La Quách Lò Vàng Giàng Sùng Lường Cầm Hứa Triệu Nông Bế Kiều Thạch Châu Chu Văn Tống Mạc"
).split()
MIDDLES = (
    "Văn Thị Hữu Đức Minh Quang Thanh Ngọc Xuân Công Đình Thế Bá Duy Quốc Hải Thu Kim Mạnh Trọng Khắc Như Phương"
    " Hoài Việt Tuấn Gia Bảo Diệu Thiện Viết Phúc Trung Anh Hồng Lệ Mỹ Tiến Sỹ Cẩm"
).split()
GIVEN = (
    "An Anh Ánh Ba Bách Bằng Bình Bích Bổng Cảnh Cần Châu Chi Chiến Chính Chung Cúc Cương Dậu Diễm Diệp Dũng Duyên"
    " Đan Đào Đăng Định Đông Giang Hạnh Hào Hậu Hiền Hiệp Hiếu Hoa Hòa Huân Huệ Hùng Hưng Hương Kha Khải Khang Khanh"
    " Khôi Khuê Kiên Kỳ Lam Lan Lành Liên Liễu Linh Loan Lộc Lợi Luân Lụa Lực Mẫn Mận Miên Mừng Nam Năm Nga Ngà Ngân"
    " Nghĩa Nguyên Nhàn Nhân Nhật Nhung Oanh Phát Phong Phú Phước Phượng Quân Quế Quyên Quyết Quỳnh Sâm Sang Sen Sinh"
    " Sơn Tài Tâm Tân Thạch Thảo Thắm Thắng Thiệp Thịnh Thoa Thơ Thơm Thuần Thúy Thư Thường Tiên Tình Toàn Toản Trà"
    " Trâm Trí Trinh Trúc Trường Tú Tuân Tuệ Tùng Tuyến Tuyết Tư Uyên Vân Vinh Vỹ Xoan Xuyến Yên Yến"
).split()
PROVINCES = (
    "Điện Biên|Lào Cai|Tuyên Quang|Cao Bằng|Lạng Sơn|Thái Nguyên|Phú Thọ|Bắc Ninh|Quảng Ninh|Hải Phòng|Hưng Yên|"
    "Ninh Bình|Thanh Hóa|Nghệ An|Hà Tĩnh|Quảng Trị|Huế|Đà Nẵng|Quảng Ngãi|Gia Lai|Đắk Lắk|Khánh Hòa|Lâm Đồng|"
    "Đồng Nai|Tây Ninh|Đồng Tháp|Vĩnh Long|An Giang|Cần Thơ|Cà Mau|Sơn La|Lai Châu"
).split("|")
_HEADS = (
    "An Bản Bàu Bình Bờ Cẩm Cầu Châu Cồn Đa Đại Đông Đồng Giồng Gò Hà Hòa Hồng Hội Huổi Khe Kim La Lạc Long Lộc Mai"
    " Mường Mỹ Nà Nậm Ngọc Nhơn Pá Phú Phước Quế Rạch Sông Suối Tà Tam Tân Thanh Thạnh Thiện Thới Thượng Trà Trung Vân"
    " Vàm Vĩnh Xóm Xuân Yên"
).split()
_TAILS = (
    "Bái Bắc Bần Bích Cáo Cát Chài Chanh Châu Cọ Dền Điền Đình Đoài Giang Giáp Hạ Hiệp Hòe Hưng Khánh Khê Kiệu Lãm"
    " Lâm Lập Liễu Lĩnh Lộ Lục Lũng Mạ Mận Mít Mộc Nghĩa Nhì Ninh Nội Phong Quang Sậy Sen Sim Sỏi Sơn Tảo Thắng Thành"
    " Thịnh Thông Tiến Tràm Trại Trạch Trì Trung Tường Ươm Vạn Vọng Xá Xoài"
).split()
_HALVES = ("sáng", "chiều", "trưa", "tối", "ngày", "sáng", "chiều")


class Person(NamedTuple):
    """A person with the office that a paper names, and whether a man."""

    name: str
    office: str
    man: bool

    @property
    def given(self) -> str:
        """The last syllable, by which papers call somebody the second time."""
        return self.name.rsplit(" ", 1)[1]


def person(random: Random, office: str = "") -> Person:
    """Somebody nobody knows; one in fourteen has no middle name."""
    man = random.random() < 0.6
    middle = random.choice(MIDDLES)
    if middle in ("Thị", "Diệu", "Lệ", "Cẩm", "Mỹ"):
        man = False
    parts = [random.choice(SURNAMES), middle, random.choice(GIVEN)]
    if random.random() < 0.07:
        parts.pop(1)
    elif random.random() < 0.2:
        parts.insert(2, random.choice(MIDDLES[2:]))
    return Person(" ".join(parts), office, man)


def place(random: Random) -> str:
    """The bare name of a commune, a village or a district."""
    return f"{random.choice(_HEADS)} {random.choice(_TAILS)}"


def today(random: Random, at: datetime) -> str:
    """The day of `at` as a report of that day calls it."""
    day = f"{at.day}/{at.month}"
    half = random.choice(_HALVES)
    return random.choice((f"{half} {day}", f"{half} {day}", f"hôm nay ({day})", f"{half} {day}/{at.year}", "hôm nay"))


def later(random: Random, at: datetime) -> str:
    """A day to come."""
    then = at + timedelta(days=random.randrange(3, 70))
    return f"{then.day}/{then.month}"
