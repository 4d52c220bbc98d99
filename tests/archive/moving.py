"""A made-up paper that has moved: old pages with ids, new ones without, and a host that counts apart."""

from collections.abc import Sequence

import msgspec

from archive.cleaners import note_newest
from archive.facts import Block, Cleaned, Link, Page, Record
from archive.store import Archive
from config.declarations import UrlRules
from config.sources import Source, Sources
from config.urls import article_key

OLD, NEW, APART = "https://cu.example.vn", "https://moi.example.vn", "https://rieng.example.vn"
PAPER = Source(
    id="dinews",
    title="Báo Dời",
    hosts=("moi.example.vn", "cu.example.vn", "rieng.example.vn"),
    own_ids=("rieng.example.vn",),
    id_shapes=(r"\d{1,6}", r"2\d{6}"),
    urls=UrlRules(article=(r"-(?P<id>\d+)\.html$", r"^/tin-bai/[^/]+/[^/]+$")),
)
SOURCES = Sources({"dinews": PAPER}, {})
TEXT = (
    "Sáng nay, đoàn khảo sát của huyện đã đi dọc bờ sông để đo lại mực nước sau ba ngày mưa lớn kéo dài.",
    "Theo trạm quan trắc, mực nước rút chậm hơn dự báo, nhưng các hộ ven bờ đã trở về nhà an toàn.",
    "Bà con trong bản góp công sửa lại con đường bị sạt, để xe chở nông sản kịp ra chợ phiên cuối tuần.",
)
OTHER = (
    "Chiều qua, trường tiểu học ở xã vùng cao khai trương thư viện mới với hơn một nghìn đầu sách.",
    "Các em học sinh lớp bốn và lớp năm thay nhau trực ban đọc, ghi sổ mượn và kể lại truyện cho bạn.",
    "Nhà trường cho biết mỗi tháng sẽ có một buổi đọc sách chung với phụ huynh ở sân trường.",
)


def told(
    url: str,
    title: str = "Nước rút ở bản ven sông",
    lines: Sequence[str] = TEXT,
    at: str = "2025-03-01T09:30",
    **more: object,
) -> Record:
    """A record at `url`; `at` is when it was published, "" for not said."""
    fields: dict[str, object] = {
        "url": url,
        "source": "dinews",
        "title": title,
        "lead": lines[0],
        "blocks": [Block("p", line) for line in lines[1:]],
        "paragraphs": list(lines[1:]),
        "text": "\n\n".join(lines),
        "published": f"{at}:00+07:00" if at else None,
        "published_raw": f"{at} 2025" if at else None,
        "published_precision": "minute" if at else None,
        "published_from": "json-ld" if at else None,
        "cleaner": "c1",
    }
    return Record(**(fields | more))  # type: ignore[arg-type]


class Kept(msgspec.Struct):
    """One page to be kept: a record with what its page names itself, or a redirect."""

    record: Record
    seen: str
    names: str = ""
    leads: str = ""

    @property
    def article(self) -> str:
        """The identity that its URL gives it."""
        return article_key(PAPER, self.record.url)


def keep(archive: Archive, kept: Kept) -> str:
    """Keep a page and its cleaning; answers its article's identity. Nothing is derived."""
    url, at = kept.record.url, f"{kept.seen}:00+07:00"
    if kept.leads:
        page = Page(url=url, fetched_at=at, body=b"", status=301, headers={"location": kept.leads})
        archive.keep_page(PAPER, page)
        return kept.article
    number = archive.keep_page(PAPER, Page(url=url, fetched_at=at, body=f"{url} {at}".encode()))
    links = (Link(kept.names, kind="canonical"),) if kept.names else ()
    archive.put_cleaning(number, "c1", Cleaned(output=kept.record, article=kept.article, links=links))
    note_newest(archive, "dinews", "c1")
    return kept.article


def at(path: str, *more: str, host: str = NEW, seen: str = "2025-03-02T08:00", **said: object) -> Kept:
    """A page at `path`, seen then."""
    names = said.pop("names", "")
    return Kept(told(host + path, *more, **said), seen, str(names))  # type: ignore[arg-type]


def leads(url: str, to: str, seen: str = "2025-03-05T08:00") -> Kept:
    """A redirect for good."""
    return Kept(told(url), seen, leads=to)
