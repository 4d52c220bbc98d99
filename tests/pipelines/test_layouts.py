"""Layouts of declared papers beside the one of their fixture page. All events are invented."""

from archive.facts import Page, Record
from config.sources import load
from pipelines.process import process

VNEXPRESS = load()["vnexpress"]
TEXT = [f"Đoạn {n} kể chuyện một phiên chợ không có thật họp trên bãi sông vào mỗi sáng thứ năm." for n in (1, 2, 3)]


def told(path: str, body: str) -> Record:
    """The record of a VnExpress page at `path` with `body` in its `body` element."""
    page = Page(
        url=f"https://vnexpress.net/{path}",
        fetched_at="2026-07-21T08:00:00+07:00",
        body=f"<html><body>{body}</body></html>".encode(),
    )
    output = process(page, VNEXPRESS).output
    assert isinstance(output, Record)
    return output


def test_vnexpress_with_title_and_lead_inside_the_article() -> None:
    """As since the middle of 2026: the bar that follows the reader repeats the title."""
    lines = "".join(f'<p class="Normal">{text}</p>' for text in TEXT)
    film = (
        '<figure class="item_slide_show video-vne"><div class="parser_title">Tên phim</div><div><video></video></div>'
        '<figcaption class="desc_cation"><div class="inner_caption"><p class="Image">Chợ lúc rạng sáng. Video: <em>Tú '
        "Lan</em></p></div></figcaption></figure>"
    )
    found = told(
        "phien-cho-bai-song-5090001.html",
        '<div class="time-now">Thứ ba, 21/7/2026</div><main><div class="neo-pin"><div class="header-content"><ul '
        'class="breadcrumb"><li><a href="/du-lich">Du lịch</a></li></ul><span class="date">Thứ hai, 20/7/2026, 10:05 '
        '(GMT+7)</span></div><div class="topbar-sticky"><h2 class="title">Phiên chợ bãi sông</h2></div></div>'
        '<article class="fck_detail "><h1 class="title-detail mt20">Phiên chợ bãi sông</h1><p class="description">'
        '<span class="location-stamp">An Giang</span>Chợ họp trên cát, tan trước khi nước lên.</p>'
        f'{lines}{film}<p class="Normal" style="text-align:right;"><strong>Tú Lan</strong></p><span id="article-end">'
        '</span><div data-component-type="tin_xemthem"></div></article><div class="gg-news">Theo dõi trên Google</div>'
        "</main>",
    )
    assert (found.title, found.lead) == ("Phiên chợ bãi sông", "Chợ họp trên cát, tan trước khi nước lên.")
    assert found.paragraphs == TEXT
    assert found.captions == ["Chợ lúc rạng sáng. Video: Tú Lan"]
    assert (found.authors, found.section) == (["Tú Lan"], ["Du lịch"])
    assert (found.published, found.published_precision) == ("2026-07-20T10:05:00+07:00", "minute")


def test_vnexpress_photo_page_whose_text_stands_under_the_pictures() -> None:
    slides = "".join(
        f'<div class="item_slide_show"><div class="block_thumb_slide_show"><img src="{n}.jpg"></div>'
        f'<div class="desc_cation"><p>{text}</p></div></div>'
        for n, text in enumerate(TEXT)
    )
    found = told(
        "photo/du-lich/phien-cho-bai-song-3560001.html",
        '<div class="block_timer">Thứ năm, 23/3/2017 | 10:05 GMT+7</div><h1>Phiên chợ bãi sông</h1><h2 '
        f'class="lead_detail">Chợ họp trên cát, tan trước khi nước lên.</h2><div id="article_content">{slides}</div>',
    )
    assert (found.title, found.lead) == ("Phiên chợ bãi sông", "Chợ họp trên cát, tan trước khi nước lên.")
    assert found.paragraphs == TEXT
    assert found.published == "2017-03-23T10:05:00+07:00"
