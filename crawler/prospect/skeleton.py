"""A fixture's page from a real one: the frame of its article stays, the paper's words go.

Real pages belong to their publishers. So every word of the text is replaced by a stand-in of the same case (the same
word by the same stand-in, so that what the page says twice still agrees, and many words by one, so that nothing can be
read back), scripts, pictures' addresses and everything outside the article go. Times, and the marks that cleaning
reads ("Ảnh:", "Theo"), stay. Pure.
"""

import json
import re
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from html import escape
from typing import Any

from selectolax.lexbor import LexborNode

from config.declarations import Rules
from config.sources import Source
from pipelines import places, recognise
from pipelines.dates import read_date
from pipelines.normalise import clean
from pipelines.people import is_position
from pipelines.view import View, ancestors, text_of

STAND_INS = (
    "bản suối đồi nương ruộng cầu chợ trường lớp sách vở đường nhà vườn sông bến đò thuyền lúa ngô khoai trâu bò gà vịt"
    " sáng trưa chiều tối xuân hạ thu đông mưa nắng gió mây núi rừng cây hoa lá quả hạt giếng mái sân cổng ngõ đình"
    " xóm phố thợ nghề lụa gốm mây tre chiếu nón áo khăn trống chiêng hội hè múa hát kể chuyện vui lành"
).split()
_STAY = frozenset(
    "ảnh nguồn theo tin bài video clip pv ttxvn gmt thứ hai ba tư năm sáu bảy chủ nhật ngày tháng lúc giờ phút cập am"
    " pm sa ch và đồ họa minh tư liệu".split()
)
"""Words by which cleaning tells captions, credits and dates."""
_NAMES = ("Nguyễn Minh An", "Trần Thu Hà", "Lê Quang Huy", "Phạm Thanh Bình", "Võ Hồng Nhung")
_ROOT = frozenset(("trang chủ", "trang nhất", "home"))
"""What breadcrumbs begin with; cleaning knows it by its words."""
_WORD = re.compile(r"[^\W\d_]+")
_KEPT = (
    "class",
    "id",
    "itemprop",
    "itemtype",
    "itemscope",
    "data-role",
    "type",
    "align",
    "rel",
    "datetime",
    "name",
    "property",
)
_VOID = frozenset("img br hr meta link input source".split())
_GONE = frozenset(
    "script style noscript template iframe svg form button input select textarea video audio object embed".split()
)
_FIELDS = ("kicker", "title", "lead", "authors", "credit", "published", "section", "tags", "captions")
_HEAD = re.compile(
    r"(?:og:(?:title|description|type|site_name)|description|(?:news_)?keywords|article:(?:published_time|modified_time"
    r"|author|tag|section)|author|pubdate|datepublished|datemodified|dable:author)",
    re.I,
)
_STYLE = re.compile(r"(?:text-align|font-weight|font-style|display)\s*:\s*[\w-]+")
_PLAIN = ("bai", "viet", "mau", "de", "thu")


def stand_in(text: str) -> str:
    """`text` with every word replaced; digits, punctuation and the words that stay are as they were."""
    line = clean(text) if len(text) <= 80 else ""
    if line.casefold() in _ROOT or (line and (read_date(line).value or is_position(line))):
        return text
    return _WORD.sub(_replaced, text)


def _replaced(found: re.Match[str]) -> str:
    word = found[0]
    low = clean(word).casefold()
    if low in _STAY:
        return word
    new = STAND_INS[zlib.crc32(low.encode()) % len(STAND_INS)]
    return new.upper() if word.isupper() and len(word) > 1 else new.capitalize() if word[:1].isupper() else new


def address(url: str) -> str:
    """`url` with the words of its slug replaced: its shape and its number stay."""
    head, _, path = url.partition("://") if "://" in url else ("", "", url)
    parts = path.split("/")
    longest = max(parts, key=len)
    made = "/".join(_slug(part) if part == longest else part for part in parts)
    return f"{head}://{made}" if head else made


def _slug(part: str) -> str:
    words = part.split("-")
    if len(words) < 4:
        return part
    end = (
        words[-1]
        if re.search(r"\d", words[-1])
        else _PLAIN[(len(words) - 1) % 5] + "".join(words[-1].partition(".")[1:])
    )
    return "-".join([*(_PLAIN[n % 5] for n in range(len(words) - 1)), end])


def skeleton(view: View, source: Source, people: Sequence[str] = ()) -> str:
    """The page of a fixture in the markup of `view`, under the rules of `source`. Its links are made up.

    `people` are the article's authors: invented names take their place, for cleaning knows a name when it sees one.
    """
    named = view.text
    for number, name in enumerate(people):
        named = re.sub(re.escape(name), f"\ue000{number}\ue001", named, flags=re.I)
    made = _framed(View(named, view.url), source)
    return re.sub("\ue000(\\d+)\ue001", lambda found: _NAMES[int(found[1]) % len(_NAMES)], made)


def _framed(view: View, source: Source) -> str:
    _, rules = recognise.layout(view, recognise.adopted(view, source))
    wanted = list(_wanted(view, rules, source))
    ids = {node.mem_id for node in wanted}
    around = {frame.mem_id for node in wanted for frame in ancestors(node)}
    body = view.tree.body
    inner = "".join(_kept(child, ids, around) for child in body.iter()) if body is not None else ""
    told = (body.attributes.get("class") or "") if body is not None else ""
    opened = f' class="{escape(told)}"' if told else ""
    head = f'<head>\n<meta charset="utf-8">\n{_head(view)}</head>'
    return f'<!DOCTYPE html>\n<html lang="vi">{head}<body{opened}>\n{inner}\n</body></html>\n'


def _wanted(view: View, rules: Rules, source: Source) -> Iterator[LexborNode]:
    """The elements that the article is read from, and those that say which layout this is."""
    yield from places.nodes(view, rules.container)
    for field in _FIELDS:
        yield from places.nodes(view, getattr(rules, field))
        for place in map(places.parse, getattr(rules, field) or ()):
            if place.kind == "css":
                yield from view.select(place.what)[:8]
    for generation in source.generations:
        if (
            generation.when
            and (mark := view.tree.css_first(generation.when)) is not None
            and not mark.css_first("h1, p")
        ):
            yield mark
    yield from view.select("h1")[:1]


def _kept(node: LexborNode, wanted: set[int], around: set[int]) -> str:
    """`node` written anew: whole where it is wanted, as a mere frame around what is, else nothing."""
    if not node.is_element_node:
        return ""
    if node.mem_id in wanted:
        return _whole(node) + "\n"
    if node.mem_id not in around:
        return ""
    inner = "".join(_kept(child, wanted, around) for child in node.iter())
    return f"{_tag(node)}{inner}</{node.tag}>\n"


def _whole(node: LexborNode, depth: int = 0) -> str:
    if node.is_text_node:
        return escape(stand_in(node.text_content or ""), quote=False)
    if not node.is_element_node or node.tag in _GONE or depth > 60:
        return ""
    if node.tag in _VOID:
        return _tag(node)
    dated = text_of(node) if len(node.text(deep=True)) <= 120 else ""
    if dated and read_date(dated).value:
        return f"{_tag(node)}{escape(dated, quote=False)}</{node.tag}>"
    inner = "".join(_whole(child, depth + 1) for child in node.iter(include_text=True))
    return f"{_tag(node)}{inner}</{node.tag}>"


def _tag(node: LexborNode) -> str:
    said = node.attributes
    kept = [(key, value or "") for key, value in said.items() if key in _KEPT]
    if style := "; ".join(_STYLE.findall(said.get("style") or "")):
        kept.append(("style", style))
    if "href" in said:
        kept.append(("href", address(re.sub(r"^https?://[^/]+", "", said.get("href") or "") or "/")))
    if node.tag == "img":
        kept += [("src", "/anh/mau.jpg"), ("alt", stand_in(said.get("alt") or ""))]
    if node.tag == "a" and said.get("title"):
        kept.append(("title", stand_in(said.get("title") or "")))
    return f"<{node.tag}" + "".join(f' {key}="{escape(value)}"' for key, value in kept) + ">"


def _head(view: View) -> str:
    title = view.tree.css_first("title")
    lines = [f"<title>{escape(stand_in(text_of(title)))}</title>"] if title is not None else []
    for node in view.tree.css("meta[content]"):
        named = next(
            (k for k in ("name", "property", "itemprop") if _HEAD.fullmatch(node.attributes.get(k) or "")), None
        )
        if named:
            value = _value(node.attributes.get("content") or "")
            lines.append(f'<meta {named}="{escape(node.attributes.get(named) or "")}" content="{escape(value)}">')
    for block in _structured(view):
        lines.append(f'<script type="application/ld+json">{json.dumps(block, ensure_ascii=False)}</script>')
    return "\n".join(lines) + "\n"


def _structured(view: View) -> Iterable[dict[str, Any]]:
    """The JSON-LD that cleaning reads: the article's node and the breadcrumb, words replaced."""
    article = view.ld.article
    kept = ("@context", "@type", "headline", "description", "datePublished", "dateModified", "author", "articleSection")
    if article:
        yield {key: _each(article[key], _value) for key in kept if key in article}
    if view.ld.breadcrumb:
        items = [
            {"@type": "ListItem", "position": n, "name": stand_in(name)} for n, name in enumerate(view.ld.breadcrumb, 1)
        ]
        yield {"@context": "https://schema.org", "@type": "BreadcrumbList", "itemListElement": items}


def _value(text: str) -> str:
    """A value of the head: dates, addresses and type names stay."""
    is_name = text.startswith(("http", "/")) or bool(re.fullmatch(r"[A-Z]?[a-z]*[A-Z][A-Za-z]+|article|website", text))
    return text if is_name or re.match(r"\s*\d{4}-\d\d", text) else stand_in(text)


def _each(value: Any, change: Callable[[str], str]) -> Any:
    if isinstance(value, dict):
        return {
            k: v if k.startswith("@") else _each(v, change) for k, v in value.items() if k in ("@type", "name", "@id")
        }
    if isinstance(value, list):
        return [_each(v, change) for v in value]
    return change(value) if isinstance(value, str) else value
