"""What stands around a date and makes it unsure: the other end of a range, or a sentence about other things."""

import re

from config.fold import fold
from pipelines.dates.calendar_day import CalendarDay, Strength
from pipelines.dates.line import TAKEN, Line
from pipelines.dates.outcome import Reason, Refusal
from pipelines.dates.words import either

_LEAD = r"\s|[,:(]|ngay|hom|thang|nam|dau|giua|cuoi|het|luc|sang|trua|chieu|toi|dem|rang sang|mung|mong"
_OPEN = re.compile(rf"(?<![a-z])(?P<word>tu|den|toi|truoc|sau|het)(?![a-z])(?:{_LEAD}|{TAKEN})*$")
_OPEN_WORDS = ("từ", "đến", "tới", "trước", "sau", "hết")
_JOINED = re.compile(rf"(?<![\d/.:-])\d{{1,2}}\s?(?:-|den|toi|va|hoac|&|~|>|\+)(?:{_LEAD})*$")
_AND = re.compile(rf"(?<![\d/.:-])\d{{1,2}} (?:va|hoac|den|toi) (?:{_LEAD}|{TAKEN})*$")
_LISTED = re.compile(rf"(?:^|[,;(]|(?<![a-z])(?:ngay|tu|sang|toi|chieu))\s?\d{{1,2}}\s?[,;](?:{_LEAD})*$")
_NIGHT = re.compile(r"\d,? (?:va )?rang sang (?:ngay )?$")
_AFTER = re.compile(
    r"\s?[)\]]?\s?(?:(?:-|~|->|>)\s?(?:(?:ngay )?\d{1,2}\s?(?:[/-]\s?\d|thang)|nay\W*$)"
    r"|,\s?\d{1,2}/\d{4}|(?:den|toi|va) (?:ngay |het )*(?:\d|nay|het|khi)|tro (?:di|ve|lai)|ve (?:sau|truoc)(?![a-z]))"
)

_LABELS = frozenset(
    "cap nhat dang luc ngay gio vao hoi thoi gian xuat ban phat hanh boi duoc tai bai viet moi nhat sua lan cuoi"
    " last updated update on published publish posted post date time at by in gui chia se theo khoang nguon tac gia"
    " pv thu admin hien da cach day about vua qua roi hom buoi gan hon chung print luu thich binh luan luot xem"
    " doc share modified created written edited".split()
)
_BARS = re.compile(r"[^\w\s,.:;!?'\"\x00]+")
# Places, and labels of two words whose parts alone mean something else (sẽ, lịch).
_PLACES = re.compile(
    r"(?<![a-z])(?:chia se|duong lich|an giang"
    r"|ba ria(?: ?- ?vung tau)?|vung tau|bac giang|bac kan|bac lieu|bac ninh|ben tre|binh dinh"
    r"|binh duong|binh phuoc|binh thuan|ca mau|can tho|cao bang|da nang|dak lak|dak nong|dien bien(?: phu)?|dong nai"
    r"|dong thap|gia lai|ha giang|ha nam|ha noi|ha tinh|hai duong|hai phong|hau giang|hoa binh|hung yen|khanh hoa"
    r"|kien giang|kon tum|lai chau|lam dong|lang son|lao cai|long an|nam dinh|nghe an|ninh binh|ninh thuan|phu tho"
    r"|phu yen|quang binh|quang nam|quang ngai|quang ninh|quang tri|soc trang|son la|tay ninh|thai binh"
    r"|thai nguyen|thanh hoa|(?:thua thien ?-? ?)?hue|tien giang|tra vinh|tuyen quang|vinh long|vinh phuc|yen bai"
    r"|(?:tp\.? ?)?(?:ho chi minh|hcm)|sai gon|da lat|nha trang|ha long)(?![a-z])"
)
_OTHER_MATTER = (
    "so với,kỷ niệm,kỉ niệm,nhân dịp,nhân ngày,chào mừng,đường,phố,quảng trường,cầu,sân,tỷ số,tỉ số,tỷ lệ,tỉ lệ"
    ",vòng,sinh,mất ngày,hạn,dự kiến,sẽ,sắp,lịch,nghỉ lễ,trong,suốt,thêm,mỗi,hàng,hằng,cùng kỳ,kế hoạch,tăng,giảm"
    ",còn,phần,nhiệm kỳ,giai đoạn,khóa,khoá,lễ,tết,bán kết,tứ kết,hẻm,ngõ,số nhà,quốc lộ,đại hội,đến,đền,trước khi"
    ",sau,tuần,tới nay,nữa,chưa,không,nếu,khi,bao giờ"
).split(",")
"""Words of sentences and titles about something else than when a text was published."""
_OTHER_WORDS = re.compile(rf"(?<![a-z])(?:{either({fold(word) for word in _OTHER_MATTER})})(?![a-z])")


def refuse_range(line: Line, day: CalendarDay) -> None:
    """Refuse when `day` is one end of a range: từ …, đến …, 10 và 12/5, 14/12 đến nay, tháng 11/2021 - 2/2022."""
    span = day.span
    before = line.folded[max(0, span[0] - 40) : span[0]]
    after = (line.folded if day.day else line.whole)[span[1] : span[1] + 30]
    shift = span[0] - len(before)
    opened = _OPEN.search(before)
    if opened and line.means((opened.start("word") + shift, opened.end("word") + shift), *_OPEN_WORDS):
        raise Refusal(Reason.TWO_DATES)
    night = _NIGHT.search(line.whole[: span[0]])
    of_two_days = night is not None and line.folded[night.start()] != TAKEN
    if of_two_days or _JOINED.search(before) or _AND.search(before) or _LISTED.search(before) or _AFTER.match(after):
        raise Refusal(Reason.TWO_DATES)


def refuse_sentence(line: Line, strength: Strength) -> None:
    """Refuse when a text of that `strength` stands in words that are neither label nor place.

    A FULL date may stand anywhere. A MARKED one bears three strange words beside it, a BARE one none; behind a bar or
    a dash ("Thời sự | 2 giờ trước") stands the name of something, up to four words, but not beside an ALONE one.
    """
    if strength is Strength.FULL:
        return
    text = _PLACES.sub(lambda match: "," * len(match[0]), line.folded)
    if any(line.means(match.span(), *_OTHER_MATTER) for match in _OTHER_WORDS.finditer(text)):
        raise Refusal(Reason.NO_DATE)
    for piece in _BARS.split(text):
        words = re.findall(rf"[^\s,.:;!?'\"_{TAKEN}]+", piece)
        strange = [word for word in words if word not in _LABELS]
        if len(strange) > _allowed(piece, strength) or any(char.isdigit() for word in strange for char in word):
            raise Refusal(Reason.NO_DATE)


def _allowed(piece: str, strength: Strength) -> int:
    """How many strange words `piece` may hold."""
    if TAKEN in piece:
        return 3 if strength is Strength.MARKED else 0
    return 0 if strength is Strength.ALONE else 4
