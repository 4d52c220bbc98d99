"""An invented paper on a CMS of its own, as a loopback site: nothing of it is known to any family."""

from html import escape
from typing import NamedTuple

from tests.crawler.site import HTML, Reply, Route

XML = {"Content-Type": "text/xml; charset=utf-8"}
SECTIONS = {"thoi-su": "Thời sự", "kinh-te": "Kinh tế", "van-hoa": "Văn hóa"}
PLACES = ("Cồn Én", "Rạch Dừa", "Bãi Sậy", "Gò Me", "Vàm Lúa", "Cái Nứa", "Hòn Khói")
WRITERS = (
    "Trần Thị Mai",
    "Lê Văn Thuận",
    "Phạm Ngọc Ánh",
    "Đỗ Quang Huy",
    "Ngô Thu Hà",
    "Bùi Đức Long",
    "Vũ Thanh Tâm",
)


class Story(NamedTuple):
    """One invented article."""

    number: int
    section: str
    place: str
    writer: str
    day: int

    @property
    def slug(self) -> str:
        return f"nguoi-dan-xom-{self.number}-dung-lai-cay-cau-sau-mua-lu"

    @property
    def path(self) -> str:
        return f"/{self.section}/{self.slug}-n{41230 + self.number}.html"

    @property
    def title(self) -> str:
        return f"Người dân {self.place} dựng lại cây cầu sau mùa lũ"

    @property
    def lead(self) -> str:
        households = 200 + self.number
        return (
            f"Ba tháng sau trận lũ lớn, cầu nối hai bờ {self.place} đã thông xe nhờ hơn {households} hộ dân góp công."
        )

    @property
    def paragraphs(self) -> tuple[str, ...]:
        place, n = self.place, self.number
        return (
            f"Sáng sớm, những chuyến xe chở dừa đầu tiên của {place} qua mặt cầu gỗ mới, dài {30 + n} mét.",
            f"Ông Hai Lành, người trông bến đò cũ ở {place}, kể mùa nước nổi bà con phải đi vòng gần {8 + n} cây số.",
            "Việc dựng cầu được chia cho từng tổ: tổ chặt cây, tổ đóng cọc, tổ nấu cơm, không ai nhận tiền công.",
            f"Đến nay {place} đã có thêm hai điểm đậu xe và một mái che cho học sinh đứng chờ khi trời mưa to gió lớn.",
            "Tổ quản lý cầu gồm chín người thay phiên kiểm tra dây cáp vào ngày rằm và ghi vào cuốn sổ chung.",
        )

    @property
    def caption(self) -> str:
        return f"Xe chở dừa qua cây cầu mới ở {self.place}."

    @property
    def tags(self) -> tuple[str, ...]:
        return ("cầu dân sinh", self.place)

    @property
    def moment(self) -> str:
        return f"2026-03-{self.day:02}T08:{10 + self.number}:00+07:00"


STORIES = tuple(Story(n + 1, list(SECTIONS)[n % 3], PLACES[n], WRITERS[n], 20 + n) for n in range(len(PLACES)))


def routes(
    robots: str = "User-agent: *\nDisallow: /quan-tri/\nSitemap: {base}/so-do-tin.xml\n", base: str = ""
) -> dict[str, Route]:
    """The whole site, rooted at `base`."""
    made: dict[str, Route] = {
        "/": _page("Báo Sông Trong", _cards(STORIES)),
        "/robots.txt": Reply(body=robots.format(base=base).encode(), headers={"Content-Type": "text/plain"}),
        "/tin-moi.rss": Reply(body=_feed(base).encode(), headers=XML),
        "/so-do-tin.xml": Reply(body=_sitemap(base).encode(), headers=XML),
        "/lien-he.html": _page("Liên hệ", "<p>Tòa soạn ở số 1, đường Bờ Kè.</p>"),
    }
    for section, name in SECTIONS.items():
        own = [s for s in STORIES if s.section == section]
        pages = "".join(f'<a href="/chuyen-muc/{section}/trang/{n}">{n}</a>' for n in (2, 3))
        pager = f'<div class="trang"><b>1</b>{pages}</div>'
        made[f"/chuyen-muc/{section}"] = _page(name, _cards(own) + pager)
    return made | {s.path: _article(s) for s in STORIES}


def _cards(stories: tuple[Story, ...] | list[Story]) -> str:
    return "".join(f'<div class="the"><h3><a href="{s.path}">{s.title}</a></h3></div>' for s in stories)


def _article(s: Story) -> Reply:
    body = "".join(f"<p>{escape(text)}</p>" for text in s.paragraphs[:2])
    body += (
        f'<div class="khung-anh"><img src="/anh/{s.number}.jpg" alt=""><p class="chuthich-anh">{s.caption}</p></div>'
    )
    body += "".join(f"<p>{escape(text)}</p>" for text in s.paragraphs[2:])
    tags = "".join(f'<a href="/tu-khoa/{n}">{tag}</a> ' for n, tag in enumerate(s.tags))
    hour, day = s.moment[11:16], f"{s.moment[8:10]}/{s.moment[5:7]}/{s.moment[:4]}"
    main = (
        '<div class="duongdan"><a href="/">Trang chủ</a> › '
        f'<a href="/chuyen-muc/{s.section}">{SECTIONS[s.section]}</a></div>'
        f'<h1 class="tieude-bai">{s.title}</h1><div class="luc">{day} - {hour}</div>'
        f'<p class="tomtat">{s.lead}</p><div class="noidung-bai">{body}</div>'
        f'<div class="tacgia">{s.writer}</div><div class="tukhoa">Từ khóa: {tags}</div>'
    )
    head = (
        f'<meta property="og:title" content="{s.title}"><meta name="description" content="{s.lead}">'
        f'<meta name="keywords" content="{", ".join(s.tags)}">'
        f'<meta property="article:published_time" content="{s.moment}">'
    )
    return _page(s.title, main, head)


def _page(title: str, main: str, head: str = "") -> Reply:
    menu = "".join(f'<li><a href="/chuyen-muc/{k}">{v}</a></li>' for k, v in SECTIONS.items())
    hot = "".join(f'<li><a href="{s.path}">{s.title}</a></li>' for s in STORIES[:3])
    text = (
        f'<!DOCTYPE html><html lang="vi"><head><meta charset="utf-8"><title>{title} - Báo Sông Trong</title>{head}'
        '<link rel="alternate" type="application/rss+xml" href="/tin-moi.rss"></head><body>'
        f'<ul class="thucdon"><li><a href="/">Trang chủ</a></li>{menu}<li><a href="/lien-he.html">Liên hệ</a></li></ul>'
        f'<div class="giua">{main}</div><div class="ben"><h4>Đọc nhiều</h4><ul>{hot}</ul></div>'
        '<div class="chan">Cơ quan của Hội Nhà vườn Sông Trong. Ghi rõ nguồn khi dẫn lại.</div></body></html>'
    )
    return Reply(body=text.encode(), headers=HTML)


def _feed(base: str) -> str:
    def date(s: Story) -> str:
        return f"3/{s.day}/2026 8:{10 + s.number}:00 AM"

    items = "".join(
        f"<item><title>{s.title}</title><link>{base}{s.path}</link><pubDate>{date(s)}</pubDate></item>" for s in STORIES
    )
    return f'<?xml version="1.0"?><rss version="2.0"><channel><title>Tin mới</title>{items}</channel></rss>'


def _sitemap(base: str) -> str:
    news = "xmlns:news='http://www.google.com/schemas/sitemap-news/0.9'"
    rows = "".join(
        f"<url><loc>{base}{s.path}</loc><news:news><news:publication_date>{s.moment}</news:publication_date>"
        f"<news:title>{s.title}</news:title></news:news></url>"
        for s in STORIES
    )
    return f"<urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9' {news}>{rows}</urlset>"
