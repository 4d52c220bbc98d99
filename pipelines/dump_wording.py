"""Whether a line of plain text, with no mark at all, is worded like the caption of a picture.

The lists are of Vietnamese news writing in general: what pictures show, and what running text needs that captions
do without. They were compiled by hand.
"""

import re

from pipelines.dump_lines import Line


def _any(listed: str) -> str:
    return "|".join(word.strip() for word in listed.split("|"))


_SPEECH = _any(
    """cho biết | cho hay | cho rằng | nói rằng | khẳng định | nhấn mạnh | chia sẻ | bày tỏ | thông tin | đề nghị |
    yêu cầu | nhận định | giải thích | kể | tâm sự"""
)
_TENSE = _any(
    """đã | sẽ | vẫn | cũng | còn | phải | cần | nên | không | chưa | từng | là | có | này | đó | ấy | đây | nếu |
    nhưng | song | vì | do đó | rằng | hy vọng | mong"""
)
_EVENT = _any(
    """diễn ra | kéo dài | kết thúc | bắt đầu | thông qua | đạt | tăng | giảm | chiếm | gồm | trở thành | thuộc về |
    thu hút | tập trung | kết nối | được tổ chức | nhằm | chủ trì | gây | khiến | đòi hỏi | quyết định |
    thống nhất | xác định | ước tính"""
)
_TURN = _any(
    """theo | tại | trong | sau | trước | từ | đến | với | để | nhờ | qua | khi | nếu | vì | do | vào | hiện |
    hiện nay | bên cạnh | ngoài ra | tuy | tuy nhiên | đồng thời | cùng | về | như | trên | dưới | riêng |
    cụ thể | ngày | sáng | chiều | tối | mới đây | được biết | dự kiến | đặc biệt | nhằm | bởi | đây | đó | cũng |
    song | nhưng | và | tham gia | mặt khác | thứ (?:nhất|hai|ba|tư) | cuối cùng | trân trọng | xin | dự |
    tham dự | tới dự | đến dự | phát biểu | đi cùng | toàn (?:tỉnh|huyện|xã|quốc) | cả nước | năm | tháng | quý |
    tổng | mỗi | hàng năm | hằng năm | đợt | vụ"""
)
_SUBJECT = _any(
    """đại biểu | đồng chí | cán bộ | chiến sĩ | bộ đội | lực lượng | người dân | nhân dân | bà con | đồng bào |
    hội viên | đoàn viên | thanh niên | học sinh | giáo viên | thầy | cô | sinh viên | nông dân | công nhân |
    lãnh đạo | đoàn | du khách | khách | phụ nữ | trẻ em | các em | em | vận động viên | nghệ nhân | diễn viên |
    bác sĩ | y sĩ | y, bác sĩ | nhân viên | thành viên | gia đình | tiết mục | màn | đội | quang cảnh |
    toàn cảnh | một góc | khung cảnh | hình ảnh | khu | khu vực | mô hình | vườn | ruộng | cánh đồng |
    tuyến đường | đoạn | đường | cầu | công trình | ngôi nhà | nhà | sản phẩm | gian hàng | ông | bà | anh | chị |
    cụ | già | trưởng | phó | chủ tịch | bí thư | giám đốc | bộ trưởng | thủ tướng | tổng bí thư | ban tổ chức |
    ban giám khảo | tổ | hiện trường | cửa hàng | chợ | máy | xe"""
)
_ACT = _any(
    """dự | tham dự | phát biểu | trao | tặng | kiểm tra | thăm | tham quan | hướng dẫn | thu hoạch | chăm sóc |
    biểu diễn | chụp | ký | chúc mừng | tuyên truyền | tham gia | dâng | thắp | bàn giao | đón | tiếp | thi đấu |
    khám | tiêm | vận chuyển | trình bày | thảo luận | giới thiệu | ra quân | làm việc | hỗ trợ | trồng |
    tập luyện | diễu hành | vui chơi | chào mừng | khảo sát | tuần tra | tại | trên | ở | bên | cùng | nối |
    gặp gỡ | chuẩn bị | xem | đọc | ghi | chế biến | thi"""
)
_STATES = _any(
    """được | bị | giúp | tạo | góp phần | mang lại | bảo đảm | đảm bảo | triển khai | ban hành | phấn đấu | nghe |
    đánh giá | thảo luận | bàn | tổng kết | biểu dương | bầu | hơn \\d | gần \\d | trên \\d | \\d%"""
)
_NARRATES = re.compile(rf"\b(?:{_SPEECH}|{_TENSE}|{_EVENT})\b")
_CONNECTS = re.compile(rf"(?:{_TURN})\b", re.IGNORECASE)
_SHOWS = re.compile(
    rf"(?:(?:các|những|một số|đông đảo|nhiều|hai|ba|đội ngũ|hàng (?:trăm|nghìn|ngàn))\s+)*(?:{_SUBJECT})\b",
    re.IGNORECASE,
)
_STATEMENT = re.compile(rf"\b(?:{_STATES})")
_ACTS = re.compile(rf"\b(?:{_ACT})\b")
_VIEW = re.compile(r"(?:quang cảnh|toàn cảnh|một góc|khung cảnh|ảnh minh h[ọo][aạ])\b", re.IGNORECASE)
_TWO_SENTENCES = re.compile(r"(?<![A-ZĐ])(?<!TP)[.!?…]\s+\S")

_PHRASE = 25
"""Words of the longest caption that is known by saying nothing."""


def shows_view(line: Line) -> bool:
    """Whether the line is the view of a place ("Quang cảnh hội nghị."): a caption in any paper."""
    return line.text.endswith(".") and line.words <= 40 and bool(_VIEW.match(line.text))


def reads_as_caption(line: Line, *, sure_place: bool) -> bool:
    """Whether an unmarked line says what a picture shows: one short sentence, told of the moment.

    Captions neither report speech nor tell of past and future, and do not tie themselves to the sentence before.
    Where a picture is likely (`sure_place`, right under the lead) that and the full stop are enough for a phrase that
    states nothing; elsewhere the line must begin with who or what can be seen. Without a stop it is a heading, unless
    a picture is likely and somebody acts or is somewhere. What this cannot tell: a real paragraph of one such
    sentence is taken for a caption.
    """
    text = line.text
    if not 4 <= line.words <= 40 or line.is_item or _TWO_SENTENCES.search(text) or text[-1] in "?!:;,…":
        return False
    if _NARRATES.search(text) or _CONNECTS.match(text):
        return False
    shows = bool(_SHOWS.match(text))
    if line.stops:
        return shows or (sure_place and line.words <= _PHRASE and not _STATEMENT.search(text))
    return sure_place and shows and bool(_ACTS.search(text))
