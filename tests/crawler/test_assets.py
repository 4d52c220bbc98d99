"""What a page shows: read from markup in the manner of the papers', and from style sheets."""

import msgspec
import pytest

from archive.facts import Hints, Page
from config.sources import load
from crawler.assets import LONGEST, MOST, STYLES, assets_of, unfit
from tests.conftest import need_shared
from tests.crawler.site import article
from tests.stock import PAPER, ROOT

CDN = "https://cdn.example.net"
BLANK = "data:image/gif;base64,R0lGODlhAQABAAAAACH5BAEKAAEALAAAAAABAAEAAAICTAEAOw=="


def shown(inside: str, head: str = "", outside: str = "", source: object = PAPER) -> list[str]:
    """What an article's page shows whose container holds `inside`."""
    body = f'<html><head>{head}</head><body>{outside}<div class="body"><p>Nước rút.</p>{inside}</div></body></html>'
    found = assets_of(Page(url=f"{ROOT}/muc/bai-1.html", fetched_at="", body=body.encode()), source)  # type: ignore[arg-type]
    assert all(f.kind == "asset" and f.hints == Hints(via="page", referrer=f"{ROOT}/muc/bai-1.html") for f in found)
    return [f.url for f in found]


@pytest.mark.parametrize(
    ("markup", "urls"),
    [
        (f'<img src="{CDN}/a.jpg">', [f"{CDN}/a.jpg"]),
        ('<img src="/a.jpg"><img src="b.jpg#x"><img src="//cdn.example.net/c.jpg">',
         [f"{ROOT}/a.jpg", f"{ROOT}/muc/b.jpg", "http://cdn.example.net/c.jpg"]),
        (f'<img src="{BLANK}" data-src="{CDN}/a.jpg?w=680&amp;s=k">', [f"{CDN}/a.jpg?w=680&s=k"]),
        (f'<img class="lazy" src="/cho.gif" data-original="{CDN}/a.jpg">', [f"{ROOT}/cho.gif", f"{CDN}/a.jpg"]),
        (f'<img src="{CDN}/thumb_w/730/a.jpg" data-original="{CDN}/a.jpg" rel="lightbox">',
         [f"{CDN}/thumb_w/730/a.jpg"]),  # the large one is for a click
        (f'<img src="{CDN}/a.jpg" srcset="{CDN}/s.jpg 320w, {CDN}/m.jpg 900w, {CDN}/l.jpg 1800w">',
         [f"{CDN}/a.jpg", f"{CDN}/m.jpg"]),
        (f'<img srcset="{CDN}/s.jpg 320w, {CDN}/m.jpg 640w">', [f"{CDN}/m.jpg"]),
        (f'<picture><source data-srcset="{CDN}/1.jpg 1x, {CDN}/2.jpg 2x"><img src="{BLANK}" data-src="{CDN}/1.jpg">'
         "</picture>", [f"{CDN}/1.jpg"]),
        (f'<picture><source media="(max-width: 480px)" srcset="{CDN}/s.webp"><source srcset="{CDN}/l.webp">'
         f'<img src="{CDN}/l.jpg"></picture>', [f"{CDN}/l.webp", f"{CDN}/l.jpg"]),
        (f'<img srcset="{CDN}/a,b.jpg, {CDN}/c.jpg 2x">', [f"{CDN}/a,b.jpg"]),
        (f'<div style="background-image: url(&quot;{CDN}/n.jpg&quot;)"></div>', [f"{CDN}/n.jpg"]),
        (f'<img src="{CDN}/dem.gif" width="1" height="1"><img src="{BLANK}"><img alt="x"><img src="http://[/a">', []),
        (f'<script src="{CDN}/a.js"></script><iframe src="{CDN}/v"></iframe><video src="{CDN}/v.mp4"></video>', []),
        (f'<img src="{CDN}/a.jpg"><img src="{CDN}/a.jpg">', [f"{CDN}/a.jpg"]),
        (f'<img src="{CDN}/ảnh đẹp.jpg">', [f"{CDN}/%E1%BA%A3nh%20%C4%91%E1%BA%B9p.jpg"]),
        (f'<img src="{CDN}/{"a" * LONGEST}.jpg">', []),
    ],
)  # fmt: skip
def test_images_of_an_article(markup: str, urls: list[str]) -> None:
    assert shown(markup) == urls


def test_only_what_is_the_articles_own() -> None:
    around = f'<nav><img src="{CDN}/logo.png"></nav><div class="related"><img src="{CDN}/khac.jpg"></div>'
    head = f'<meta property="og:image" content="{CDN}/to.jpg">'
    assert shown(f'<img src="{CDN}/a.jpg">', head, around) == [f"{CDN}/a.jpg", f"{CDN}/to.jpg"]


def test_the_picture_over_the_text_is_told_by_its_declared_caption() -> None:
    paper = msgspec.structs.replace(PAPER, rules=msgspec.structs.replace(PAPER.rules, captions=(".anh > em",)))
    lead = f'<div class="anh"><a href="/to.jpg"><img src="{CDN}/dau.jpg"></a><em>Bến đò sáng sớm.</em></div>'
    menu = f'<div><img src="{CDN}/bieu-trung.png"></div>'
    many = f'<div class="anh"><img src="{CDN}/1.jpg"><img src="{CDN}/2.jpg"><em>Nhiều bài khác</em></div>'
    assert shown(f'<img src="{CDN}/trong.jpg">', outside=menu + lead + many, source=paper) == [
        f"{CDN}/dau.jpg",
        f"{CDN}/trong.jpg",
    ]


def test_what_the_declaration_drops_is_not_shown() -> None:
    paper = load()["vietnamnet"]
    body = (
        '<html><body><div class="maincontent main-content" id="maincontent"><figure class="image vnn-content-image">'
        f'<picture><source data-srcset="{CDN}/a.jpg" media="--large"><img src="{BLANK}" data-original="{CDN}/a.jpg"'
        ' class="lazy"></picture><figcaption>Ảnh: Minh họa</figcaption></figure><p>Nước rút.</p>'
        '<article class="ck-cms-wiki-news-full vnn-template-noneditable"><a href="/khac-1.html">'
        f'<img src="{CDN}/khac.jpg"></a></article></div></body></html>'
    )
    page = Page(url="https://vietnamnet.vn/bai-2411033.html", fetched_at="", body=body.encode())
    assert [f.url for f in assets_of(page, paper)] == [f"{CDN}/a.jpg"]


def test_without_the_declared_container_it_is_htmls_own_element() -> None:
    body = f'<body><img src="{CDN}/x.png"><article><img src="{CDN}/a.png"></article></body>'
    page = Page(url=f"{ROOT}/bai-1.html", fetched_at="", body=body.encode())
    assert [f.url for f in assets_of(page, PAPER)] == [f"{CDN}/a.png"]


def test_style_sheets_for_a_screen_come_first() -> None:
    head = (
        '<base href="http://goc.example.net/x/">'
        '<link rel="icon" href="/i.ico"><link rel="STYLESHEET" href="a.css">'
        '<link rel="alternate stylesheet" href="toi.css">'
        '<link rel="preload" as="style" href="/b.css"><link rel="preload" as="font" href="/f.woff2">'
        '<link rel="stylesheet" media="print" href="in.css"><link rel="stylesheet" href="a.css">'
    )
    here = "http://goc.example.net"
    assert shown('<img src="/1.png">', head) == [f"{here}/x/a.css", f"{here}/b.css", f"{here}/1.png"]


def test_there_is_a_most() -> None:
    sheets = "".join(f'<link rel="stylesheet" href="/{n}.css">' for n in range(50))
    found = shown("".join(f'<img src="/{n}.png">' for n in range(200)), sheets)
    assert len(found) == MOST and sum(url.endswith(".css") for url in found) == STYLES


def sheet(text: str, depth: int = 0, kind: str = "text/css; charset=utf-8") -> list[tuple[str, int]]:
    page = Page(url=f"{CDN}/c/b.css", fetched_at="", body=text.encode(), kind="asset", headers={"content-type": kind},
                hints=Hints(via="page", referrer=f"{ROOT}/bai-1.html"))  # fmt: skip
    found = assets_of(page, PAPER, depth)
    assert all(f.hints.referrer == f"{ROOT}/bai-1.html" for f in found), "the article's page, not the sheet"
    return [(f.url, f.depth) for f in found]


def test_a_style_sheet_leads_one_step() -> None:
    text = (
        '@import "co-so.css"; @import url(in.css); /* url(khong.png) */ a{background:URL( "../n.png" )}'
        "b{background:url('n2.png')} c{background:url(data:image/png;base64,AA)} d{color:red} /* url(dang-do.png)"
    )
    urls = ["/c/co-so.css", "/c/in.css", "/n.png", "/c/n2.png"]
    assert sheet(text) == [(CDN + url, 1) for url in urls]
    assert sheet(text, depth=1) == [] and sheet(text, kind="text/html") == []


def test_of_a_font_one_file_is_taken() -> None:
    face = "@font-face{font-family:x;src:url(x.eot);src:url(x.eot?#iefix),url(x.woff2?v=1) format('woff2'),url(x.ttf)}"
    assert sheet(face) == [(f"{CDN}/c/x.woff2?v=1", 1)]
    assert sheet("@font-face{src:url(y.ttf),url(y.svg)}") == [(f"{CDN}/c/y.ttf", 1)]


@pytest.mark.parametrize("text", ["url(" * 500_000, "/*" * 1_000_000, "@font-face{" * 180_000, '@import "' * 200_000])
def test_hostile_style_sheets_end(text: str) -> None:
    assert len(sheet(text)) <= 1


@pytest.mark.parametrize(
    "markup", ["<div>" * 60_000, f'<img srcset="{"," * 300_000}">', f'<img srcset="{"a " * 300_000}">', "\0" * 1000]
)
def test_hostile_pages_raise_nothing(markup: str) -> None:
    assert len(shown(markup)) <= 1


@pytest.mark.parametrize(
    ("status", "kind", "body", "depth", "why"),
    [
        (200, "image/webp", b"RIFF", 0, None),
        (200, "text/css", b"a{}", 0, None),
        (200, "image/svg+xml", b"<svg/>", 0, None),
        (200, "font/woff2", b"wOF2", 1, None),
        (200, "application/font-woff", b"wOFF", 1, None),
        (200, "font/woff2", b"wOF2", 0, "font/woff2, no image or style sheet"),
        (200, "application/octet-stream", b"\xff\xd8\xff\xe0", 0, None),
        (200, "", b"wOF2", 1, None),
        (200, "", b"<html>", 0, "of no stated type"),
        (200, "text/html; charset=utf-8", b"<html>", 0, "text/html, no image or style sheet"),
        (200, "application/javascript", b"x()", 0, "application/javascript, no image or style sheet"),
        (200, "image/png", b"", 0, "it is empty"),
        (404, "image/png", b"x", 0, "HTTP 404"),
        (304, "image/png", b"", 0, "HTTP 304"),
        (302, "text/html", b"", 0, None),
    ],
)
def test_what_is_kept_as_an_asset(status: int, kind: str, body: bytes, depth: int, why: str | None) -> None:
    headers = {"content-type": kind} if kind else {}
    page = Page(url=CDN, fetched_at="", status=status, headers=headers, body=body, kind="asset")
    assert unfit(page, depth) == why


def test_what_is_no_whole_article_shows_nothing() -> None:
    body = article(1).body.replace(b'<div class="body">', b'<div class="body"><img src="/a.png">')
    fields = {"url": f"{ROOT}/bai-1.html", "fetched_at": "", "body": body}
    assert len(assets_of(Page(**fields), PAPER)) == 1  # type: ignore[arg-type]
    for more in ({"status": 404}, {"truncated": "cut"}, {"kind": "section"}):
        assert assets_of(Page(**(fields | more)), PAPER) == []  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("name", "host", "sheets", "images"),
    [
        ("vnexpress.net/vnexpress_article.html", "vnecdn.net", 4, 3),
        ("vietnamnet.vn/vietnamnet_article.html", "vnncdn.net", 2, 2),
        ("cafef.vn/cafef_20180724111229756.html", "cafefcdn.com", 1, 8),
        ("tuoitre.vn/tuoitre_article.html", "tuoitre.vn", 0, 3),
    ],
)
def test_real_pages(name: str, host: str, sheets: int, images: int) -> None:
    paper = name.partition("/")[0]
    body = (need_shared("pages/html") / name).read_bytes()
    page = Page(url=f"https://{paper}/x-1.html", fetched_at="", body=body)
    source = load().of(page.url)
    assert source
    found = [f.url for f in assets_of(page, source)]
    styles = [url for url in found if url.partition("?")[0].endswith(".css")]
    assert (len(styles), len(found) - len(styles)) == (sheets, images), found
    assert all(host in url for url in found if url not in styles)
