"""Figures around a date that are none: counters, telephone and document numbers, addresses, reading times."""

import re

from pipelines.dates.line import ASIDE, Line
from pipelines.dates.words import ENGLISH_MONTH

# A number that goes on as a date, a time or a span is no count.
_GOES_ON = rf"h|g|gio|phut|giay|ngay|tuan|thang|thg|th ?\d|{ENGLISH_MONTH.replace('?P<en>', '?:')}"
_END = rf"(?![\d:]|[.,/-]\d|\s?[/-]\s?\d|\s?(?:{_GOES_ON})(?![a-z]))"
# "Kỳ 3 - 15/03/2023" is no span of days.
_END_OR_DATE = rf"(?:{_END}|(?=\s[|-]\s\d{{1,2}}[/.-]\d{{1,2}}[/.-]\d{{4}}))"
_FIGURE = r"(?:\d{1,3}(?:[.,]\d{3})+(?!\d)|\d+)(?:[.,]\d(?!\d))?"
_MANY = r"(?:\s?(?:k|n|tr|nghin|ngan|trieu)(?![a-z]))?"
_LABELS = (
    r"so luot xem|so lan xem|luot xem|luot doc|luot truy cap|da xem|da doc|xem|doc|luot|views?|hits?|reads?|binh luan"
    r"|comments?|thich|likes?|chia se|shares?|y kien|phan hoi|anh|photos?|tra loi|danh gia|votes?|trang|tr"
)
_THINGS = (
    r"(?:luot xem|luot doc|luot truy cap|luot|lan xem|nguoi xem|views?|hits?|reads?|binh luan|comments?|thich|likes?"
    r"|chia se|shares?|y kien|phan hoi|anh|photos?|tra loi|phut doc|phut de doc|min(?:ute)?s? read|danh gia|votes?)"
    r"(?![a-z])"
)
# "10 : 30 Chia sẻ", "tháng 12 bình luận" and "2021 lượt xem" are the end of a date and a button.
_NOT_IN_A_DATE = (
    r"(?<![\w/.:-])(?<!: )(?<![hg] )(?<!gio )(?<!thang )(?<!thg )(?<!ngay )(?<!nam )(?!(?:19|20)\d\d(?!\d))"
)
_PAPERS = (
    r"nghi dinh|nghi quyet|quyet dinh|thong tu|chi thi|cong van|ke hoach|huong dan|van ban|ket luan|to trinh|phap lenh"
    r"|cong dien|luat|giay phep|lenh|hop dong"
)
_PARTS_OF = "ky|bai|tap|phan|chuong|trang|top|khoa|lop|vong|covid|quan|phuong|duong|km"
_CLAUSES = "dieu|khoan|(?<!thoi )diem|(?<!chuyen )(?<!danh )muc|phien ban|ver(?:sion|\\.)?"
_TELEPHONES = r"dien thoai|dt|d/t|tel|phone|hotline|fax|sdt|duong day nong|zalo|mst|issn|isbn"
_SERIES = r"[a-z][a-z\d]*(?:-[a-z\d]+)*(?:/[a-z\d-]+)*"

_PATTERNS = tuple(
    re.compile(pattern)
    for pattern in (
        r"(?:https?://|www\.)\S+|(?<![\w.])[\w-]+(?:\.[\w-]+)*\.(?:vn|com|net|org|info)(?![a-z])\S*|\S+@\S+\.[a-z]+",
        rf"(?<![a-z])(?:{_TELEPHONES})\W{{0,3}}(?>\+?\(?\d[\d.)-]*)(?![/:h])(?: \d{{3,}}[\d.]*(?![\d/]))*",
        rf"(?<![a-z])(?:{_LABELS})\s?[:(]?\s?\(?(?>{_FIGURE}){_END}{_MANY}\)?(?:\s?{_THINGS})?",
        rf"{_NOT_IN_A_DATE}{_FIGURE}{_MANY}\s?\)?\s?{_THINGS}",
        rf"(?<![\d/.-])\d{{1,5}}/(?:19|20)\d\d/{_SERIES}",
        r"(?<![\d/.-])\d{1,5}-[a-z]{2,}[a-z\d-]*/[a-z][a-z\d-]*|(?<![\d/.-])\d{1,5}/[a-z]{2,}-[a-z\d-]+",
        rf"(?<![a-z])(?:(?:{_PAPERS})(?: so)?|(?<!xo )so(?: bao)?)\s?:?\s?"
        rf"(?>\d{{1,5}}(?:[/-](?:19|20)\d\d)?){_END_OR_DATE}",
        rf"(?<![a-z])(?:{_PARTS_OF})[\s-]?(?>\d{{1,4}}){_END_OR_DATE}",
        rf"(?<![a-z])(?:{_CLAUSES})\s?\d+(?:\.\d+)+",
    )
)
_WORTH = re.compile(r"\d\)?\s?[a-z]|[a-z]\W*\d|@|\.[a-z]")


def put_clutter_aside(line: Line) -> None:
    """Overwrite everything in `line` that has figures and is surely not a date or a time."""
    if not _WORTH.search(line.folded):
        return
    for pattern in _PATTERNS:
        for _ in line.take(pattern, ASIDE):
            pass
