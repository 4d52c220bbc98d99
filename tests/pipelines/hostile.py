"""Pages that no paper should print and somebody will serve: each as large as `scale` (1: as large as it gets)."""

import random
from collections.abc import Callable

PARAGRAPH = "<p>Sáng ấy, chiếc thuyền rời bến sớm hơn mọi ngày để kịp con nước lên, như người lái đò đã hẹn.</p>"
DATE = "<span class='date'>Thứ tư, 22/10/2025, 19:25 (GMT+7)</span>"


def page(inside: str | bytes, head: str | bytes = "", title: str = "Tít bài") -> bytes:
    """A page in VnExpress's layout whose article holds `inside`."""
    before = f'</head><body><div class="sidebar-1"><div class="header-content">{DATE}</div><h1 class="title-detail">'
    before += f'{title}</h1><p class="description">Dẫn của bài, đủ dài để đọc.</p><article class="fck_detail">'
    return b"".join(
        each if isinstance(each, bytes) else each.encode()
        for each in ("<!doctype html><html><head><meta charset=utf-8>", head, before, PARAGRAPH * 5, inside,
                     PARAGRAPH, "</article></div></body></html>")
    )  # fmt: skip


def _many(scale: float, count: int) -> range:
    return range(max(1, int(scale * count)))


def _deep(scale: float) -> bytes:
    return page("<div>" * len(_many(scale, 100_000)) + "sâu")


def _deep_inline(scale: float) -> bytes:
    return page("".join(f"<b><i><a href=/{n}>" for n in _many(scale, 30_000)) + "sâu")


def _deep_lists(scale: float) -> bytes:
    return page("<ul><li>" * len(_many(scale, 50_000)) + "sâu")


def _deep_tables(scale: float) -> bytes:
    return page("<table><tr><td>" * len(_many(scale, 20_000)) + "sâu")


def _deep_figures(scale: float) -> bytes:
    return page("<figure><img src=a.jpg>x" * len(_many(scale, 20_000)))


def _misnested(scale: float) -> bytes:
    return page("<p><b><i><u>x</p>" * len(_many(scale, 20_000)))


def _attributes(scale: float) -> bytes:
    return page("<p " + " ".join(f"a{n}=b" for n in _many(scale, 1_000_000)) + ">Đoạn có nhiều thuộc tính.</p>")


def _same_attribute(scale: float) -> bytes:
    return page("<p " + "class=b " * len(_many(scale, 1_000_000)) + ">Đoạn.</p>")


def _many_attributed(scale: float) -> bytes:
    return page(
        "".join(
            f"<p class='c{n}' id=i{n} data-a=1 data-b=2 style='x:y' lang=vi>Đoạn {n}</p>" for n in _many(scale, 100_000)
        )
    )


def _long_class(scale: float) -> bytes:
    return page("<p class='" + " ".join(f"c{n}" for n in _many(scale, 1_000_000)) + "'>Đoạn có nhiều lớp.</p>")


def _colspan(scale: float) -> bytes:
    span = 2**53
    return page(f"<table><tr><td colspan={span} rowspan={span}>a<td>b<tr><td colspan=-1>c<td colspan=99999>d</table>")


def _text(scale: float) -> bytes:
    return page("<p>" + "Một câu dài không dứt, " * len(_many(scale, 2_000_000)) + "</p>")


def _paragraphs(scale: float) -> bytes:
    return page(PARAGRAPH * len(_many(scale, 400_000)))


def _one_word(scale: float) -> bytes:
    return page("<p>" + "a" * len(_many(scale, 50_000_000)) + "</p>")


def _nul(scale: float) -> bytes:
    return page("<p>Một \x00đoạn \x00văn.</p>" * 100) + b"\x00" * len(_many(scale, 10_000_000))


def _only_nul(scale: float) -> bytes:
    return b"\x00" * len(_many(scale, 50_000_000))


def _broken_utf8(scale: float) -> bytes:
    return page(b"<p>" + b"\xc3\x28\xa0\xff v\xc4\x83n b\xe1\xba\xa3n " * len(_many(scale, 500_000)) + b"</p>")


def _noise(scale: float) -> bytes:
    return page(random.Random(7).randbytes(len(_many(scale, 5_000_000))))


def _utf7(scale: float) -> bytes:
    return page(b"<p>+ADw-script+AD4-</p>" * len(_many(scale, 100_000)), "<meta charset='utf-7'>")


def _utf16_half(scale: float) -> bytes:
    return b"\xff\xfe" + page(PARAGRAPH * len(_many(scale, 50_000))).decode().encode("utf-16-le")[:-1]


def _entities(scale: float) -> bytes:
    return page(
        "<p>" + "&amp;&#7871;&NotEqualTilde;&#x110000;&#99999999999;&bogus;" * len(_many(scale, 300_000)) + "</p>"
    )


def _nested_entities(scale: float) -> bytes:
    flood = "&amp;" + "amp;" * len(_many(scale, 3_000_000))
    return page(f"<p>{flood}</p>", f"<meta name=description content='{flood}'>", flood)


def _doctype_entities(scale: float) -> bytes:
    inner = "".join(f'<!ENTITY e{n} "' + f"&e{n - 1};" * 10 + '">' for n in range(1, 20))
    return f'<!DOCTYPE html [<!ENTITY e0 "ha">{inner}]>'.encode() + page("<p>&e19;</p>")


def _rows(scale: float) -> bytes:
    return page("<table>" + "<tr><td>Một<td>Hai" * len(_many(scale, 1_000_000)) + "</table>")


def _cells(scale: float) -> bytes:
    return page("<table><tr>" + "<td>Một<img src=a.jpg alt=b>" * len(_many(scale, 200_000)) + "</table>")


def _unclosed(scale: float) -> bytes:
    return page("<p><b><a href=/x><span>mở " * len(_many(scale, 20_000)))


def _unclosed_script(scale: float) -> bytes:
    return page("<script>" + "var a = '<p>';" * len(_many(scale, 500_000)))


def _unclosed_comment(scale: float) -> bytes:
    return page("<!-- " + "<p>chú thích</p>" * len(_many(scale, 500_000)))


def _many_styles(scale: float) -> bytes:
    return page("<p>a", "<style>" * len(_many(scale, 500_000)) + "<style '" * len(_many(scale, 200_000)))


def _json_wide(scale: float) -> bytes:
    keywords = ",".join('"từ khóa"' for _ in _many(scale, 1_000_000))
    told = f'{{"@type":"NewsArticle","headline":"Tít","author":[{keywords}],"keywords":[{keywords}]}}'
    return page("", f"<script type='application/ld+json'>{told}</script>")


def _json_deep(scale: float) -> bytes:
    deep = '{"@graph":[' * len(_many(scale, 1_000_000))
    return page("", f"<script type='application/ld+json'>{deep}</script>")


def _json_commas(scale: float) -> bytes:
    return page("", "<script type='application/ld+json'>{\"a\":[" + ", \n" * len(_many(scale, 1_000_000)) + "</script>")


def _json_number(scale: float) -> bytes:
    told = '{"@type":"NewsArticle","headline":' + "9" * len(_many(scale, 3_000_000)) + "}"
    return page("", f"<script type='application/ld+json'>{told}</script>")


def _many_json(scale: float) -> bytes:
    one = '<script type=\'application/ld+json\'>{"@type":"NewsArticle"}</script>'
    return page("", one * len(_many(scale, 200_000)))


def _metas(scale: float) -> bytes:
    return page("", "".join(f"<meta property='article:tag' content='thẻ {n}'>" for n in _many(scale, 300_000)))


def _links(scale: float) -> bytes:
    return page(
        "<p>" + "".join(f"<a href='/bai-{n}-4800000.html'>Bài {n}</a> " for n in _many(scale, 200_000)) + "</p>"
    )


def _brs(scale: float) -> bytes:
    return page("<p>" + "dòng<br>" * len(_many(scale, 500_000)) + "</p>")


def _see_also(scale: float) -> bytes:
    return page(
        "<p>" + "Xem thêm: " * len(_many(scale, 300_000)) + "</p><p>" + ">" * len(_many(scale, 3_000_000)) + "</p>"
    )


def _spaces(scale: float) -> bytes:
    long = " \t\n" * len(_many(scale, 3_000_000))
    return page(f"<p>a{long}b</p><p>Ảnh:{long}:{long}</p>", f"<title>a{long}|{long}</title>", f"Tít {long} - {long}")


def _dates(scale: float) -> bytes:
    long = "22/10/2025 19:25 " * len(_many(scale, 300_000))
    return page("", f"<meta name=pubdate content='{long}'>").replace(b"19:25 (GMT+7)", long.encode())


def _digits(scale: float) -> bytes:
    long = "1" * len(_many(scale, 3_000_000))
    return page("", f"<meta name=pubdate content='{long}'>").replace(b"19:25 (GMT+7)", long.encode())


def _names(scale: float) -> bytes:
    long = "Nguyễn Văn An - " * len(_many(scale, 300_000))
    return page(f"<p style='text-align:right'><strong>{long}</strong></p><p class=author_mail>{long}</p>")


def _brackets(scale: float) -> bytes:
    long = "([" * len(_many(scale, 1_000_000))
    return page(f"<p class=author_mail>{long}</p><p>{long}</p><p style='text-align:right'>Theo {long}</p>")


def _captions(scale: float) -> bytes:
    long = "Ảnh: a " * len(_many(scale, 300_000))
    return page(f"<figure><img src=a.jpg><figcaption>{long}</figcaption></figure><p class=Image>{long}</p>")


def _pictures(scale: float) -> bytes:
    one = "<figure><img src=a.jpg alt=b><figcaption>Bến đò %d. Ảnh: An</figcaption></figure>"
    return page("".join(one % n for n in _many(scale, 100_000)))


def _base(scale: float) -> bytes:
    return page("<p><a href=x>y</a></p>", "<base href='http://" + "a." * len(_many(scale, 1_000_000)) + "'>")


def _tags(scale: float) -> bytes:
    return page("", "<meta name=keywords content='" + " , ; " * len(_many(scale, 1_000_000)) + "'>")


HOSTILE: dict[str, Callable[[float], bytes]] = {
    name.removeprefix("_").replace("_", "-"): make
    for name, make in list(globals().items())
    if name.startswith("_") and not name.startswith("__") and name != "_many" and callable(make)
}
