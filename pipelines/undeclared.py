"""The text of a page whose paper nobody declared: where trafilatura found it, read as a declared container is.

trafilatura says what the article's text is; the element that holds it is looked for in the page and walked, so that
captions, see-also links, headings, signatures and boxes are told apart there too. What trafilatura found elsewhere
on the page stays in its place; where its text is not on the page as it stands (it may come from JSON-LD), it is
taken as it is.
"""

import re
from collections.abc import Iterable
from itertools import takewhile

from selectolax.lexbor import LexborNode

from archive.facts import Link
from config.declarations import Rules
from config.sources import host_in
from pipelines import body, plain
from pipelines.around import Around
from pipelines.body import Body
from pipelines.fields import signed
from pipelines.head import Head, stands
from pipelines.holder import TELLING, Within, look, squeezed
from pipelines.normalise import clean, same
from pipelines.people import byline
from pipelines.view import View, text_of
from pipelines.walk import Line, Walker

_CAPTION = (
    "figcaption, [class*=caption i], [class*=img-desc i], [class*=image-desc i], [class*=image_desc i], "
    "[class*=img_desc i], [class*=photo-desc i], [class*=chuthich i], [class*=chu-thich i]"
)
_LONGEST_CAPTION = 400
_MOST_CAPTIONS = 0.3
"""Share of a text above which what is named a caption is the text itself."""
_PARAGRAPH = 150
"""Letters of the shortest paragraph that is believed to belong to a text that stands elsewhere."""
_TEASER = 300
"""Letters that stand beside a link in a box at most."""
_UNDER, _SIGNATURE = 8, 80
"""Nodes under the text among which a signature is looked for, and characters of the longest."""
_CARD = 12
"""Letters of the shortest title of a card."""
_DATELINE, _HEAD = 100, 4
_LABEL = re.compile(r"(?:publié|mis à jour|published|posted|updated|veröffentlicht|đăng lúc|cập nhật)\b.{0,20}$", re.I)
_LEAD = 40
_MOST = 0.6
"""Share of the text that stands in one column, if it has one."""
_SOURCES = ("data-original", "data-src", "src")
_BLANK = re.compile(r"(?:nhập )?chú thích ảnh:?|ảnh minh họa|caption", re.I)
"""What templates print where nobody wrote a caption."""
_CHROME = re.compile(
    r"quảng cáo|advertisement|cỡ chữ|mặc định|chia sẻ(?:\s*:.{0,30})?|copy link|sao chép liên kết|đọc nhiều(?: nhất)?"
    r"|theo dõi .{2,30} trên .{2,30}|bình luận(?: \(\d+\))?|bình chọn|in bài viết|tin liên quan:?"
    r"|xem (?:clip|video)\s*:?"
    r"|[*>]?\s*mời (?:quý|bạn) (?:độc giả|khán giả|thính giả|đọc) (?:theo dõi|đón xem|xem) .{5,120}",
    re.I,
)
"""Lines that belong to the page around a text."""
_RIGHTS = re.compile(
    r"^(?:©|\(c\)|copyright\b|bản quyền|ghi rõ nguồn|giấy phép|®|all rights reserved|tổng biên tập|chịu trách nhiệm"
    r"|cơ quan chủ quản|tòa soạn|toà soạn)|all rights reserved\.?$|tous droits réservés",
    re.I,
)
"""What a page's foot says."""
_ARTICLE = re.compile(r"\d{4,}|(?:[^/-]+-){3,}[^/-]+/?$")
"""A path that leads to a story rather than to a section."""
_DATE = re.compile(r"\(?\d{1,2}[/.-]\d{1,2}(?:[/.-]\d{2,4})?\)?")
_CUT = ("...", "…")


def read(view: View, rules: Rules, head: Head) -> Body:
    """The article's text on a page without a declared container."""
    found = plain.read(view.text)
    place = look(view, found, head.title, head.described)
    made = Body(lines=found) if place.root is None else _walked(view, rules, found, place.root, place.above)
    if not made.lead and place.named and place.sapo and len(made.lines) > 1 and same(made.lines[0].text, place.sapo):
        made.lead = made.lines.pop(0).text
    made.sapo = place.sapo
    return made


def _walked(view: View, rules: Rules, found: list[Line], root: LexborNode, above: frozenset[str]) -> Body:
    passed = stands(view, rules)
    said = above | {squeezed(text_of(n)) for n in root.traverse() if n.mem_id in passed}
    cards = _linked(view, root.css("figure a[href], table a[href]"))
    whole = "".join(squeezed(line.text) for line in found)
    sources = (src for n in root.css("img") for k in _SOURCES if (src := n.attributes.get(k)))
    image = next(filter(None, map(view.absolute, sources)), None)
    walker = Walker(_captions(root, len(whole)), frozenset(), passed)
    walker.run(root)
    view.forget()
    told = _told(walker.lines, whole)
    if not any(told):
        return Body(lines=found)
    first, last = told.index(True), len(told) - 1 - told[::-1].index(True)
    inside = [line for n, line in enumerate(walker.lines) if told[n] or _belongs(n, walker.lines, told, first, last)]
    before, after = _elsewhere(view, found, walker, said)
    after += _signatures(root)
    captions = [c for c, at in zip(walker.captions, walker.captions_at, strict=True) if at <= last + 1]
    shown = {c: [link for key, link in cards.items() if len(key) >= _CARD and key in squeezed(c)] for c in captions}
    captions = body.once([c for c in captions if not shown[c] and not _BLANK.fullmatch(c)])
    made = Body(captions=captions, pictures=walker.pictures, image=image)
    made.links = [link for links in shown.values() for link in links]
    boxed = {own for link in _dropped(made, view, walker.lines, told) for own in (_parent(link), link.block)}
    _sort_out(made, view, body.declared_lines(_opened(before + inside + after), rules), boxed)
    if len(made.lines) > 1 and _is_lead(made.lines, before):
        made.lead = made.lines.pop(0).text
    return made


def _opened(lines: list[Line]) -> list[Line]:
    """`lines` without the date and the author that stand above the text, and without what is printed twice running."""
    short = list(takewhile(lambda line: len(line.text) <= _DATELINE, lines[:_HEAD]))
    dated = [n for n, line in enumerate(short) if Around([line.text]).datelines]
    lines = lines[dated[-1] + 1 :] if dated else lines
    head = min(_HEAD, len(lines) - 2)
    kept = [line for line in lines[:head] if not _is_told_above(line)] + lines[head:] if head > 0 else lines
    return [line for n, line in enumerate(kept) if not n or line.text != kept[n - 1].text]


def _is_told_above(line: Line) -> bool:
    if line.kind != "p" or len(line.text) > _DATELINE:
        return False
    return bool(_LABEL.match(line.text) or signed([line.text]) or Around([line.text]).datelines)


def _is_lead(lines: list[Line], before: list[Line]) -> bool:
    """Whether the first line is the lead: sentences that stand apart from the column of the text, or as a heading."""
    first, letters = lines[0], _letters(lines)
    if len(first.text) < _LEAD or not first.text.endswith((".", "!", "?", "…", "”", '"')):
        return False
    column = max(letters, key=lambda key: letters[key])
    apart = _parent(first) != column and letters[column] > _MOST * sum(letters.values())
    return first.kind == "h" or apart or (bool(before) and first is before[-1])


def _signatures(root: LexborNode) -> list[Line]:
    """Who signs right under the text's element; at many papers the signature stands there."""
    found: list[Line] = []
    node = root.next
    for _ in range(_UNDER):
        if node is None:
            break
        text = text_of(node) if node.is_element_node and node.tag not in ("script", "style", "aside", "footer") else ""
        if 0 < len(text) <= _SIGNATURE and (told := byline(text, placed=True)) and (told.authors or told.credit):
            found.append(Line(text=text, kind="p", side="right"))
        elif text:
            break
        node = node.next
    return found


def _linked(view: View, anchors: list[LexborNode]) -> dict[str, Link]:
    """The links to other stories of the site, by their text without white space."""
    own = host_in(view.url)
    found: dict[str, Link] = {}
    for node in anchors:
        url = view.absolute(node.attributes.get("href") or "")
        if url and host_in(url) == own and _ARTICLE.search(url) and (text := text_of(node)):
            found.setdefault(squeezed(text), Link(url, text))
    return found


def _dropped(made: Body, view: View, lines: list[Line], told: list[bool]) -> list[Line]:
    """The see-also lines that trafilatura left out; their links are kept."""
    left = [line for line, is_told in zip(lines, told, strict=True) if not is_told and _see_also(view, line)]
    for line in left:
        made.aside(line, _see_also(view, line))
    return left


def _sort_out(made: Body, view: View, lines: list[Line], boxed: set[int]) -> None:
    """See-also links apart from the text; what stands with one in a box goes with it, and what the page's foot says."""
    links = {n: found for n, line in enumerate(lines) if (found := _see_also(view, line))}
    letters = _letters(line for n, line in enumerate(lines) if n not in links)
    column = max(letters, key=lambda key: letters[key], default=0)
    parents = {own for n in links for own in (_parent(lines[n]), lines[n].block)} | boxed
    boxes = {parent for parent in parents - {column} if letters.get(parent, 0) <= _TEASER}
    kept = []
    for n, line in enumerate(lines):
        if n in links:
            made.aside(line, links[n])
        elif not (
            _CHROME.fullmatch(line.text) or _parent(line) in boxes or (n - 1 in links and line.text.endswith(_CUT))
        ):
            kept.append(line)
    while kept and (body.heads_nothing(kept[-1]) or _is_foot(kept[-1], column)):
        kept.pop()
    made.lines = body.joined(body.uncaptioned(kept, made.captions))
    body.open_frame(made.lines)


def _letters(lines: Iterable[Line]) -> dict[int, int]:
    """How much text stands in each element around a line's own."""
    letters: dict[int, int] = {}
    for line in lines:
        letters[_parent(line)] = letters.get(_parent(line), 0) + len(line.text)
    return letters


def _is_foot(line: Line, column: int) -> bool:
    """Whether a last line is the page's and not the article's: rights, or a few words apart that sign nothing."""
    apart = (
        line.kind not in ("li", "quote")
        and len(line.text) <= 60
        and _parent(line) != column
        and not line.text.endswith((".", "!", "?", "”", '"'))
    )
    return bool(_RIGHTS.search(line.text)) or (apart and byline(line.text, placed=True) is None)


def _captions(root: LexborNode, whole: int) -> frozenset[int]:
    """Identities of the elements below `root` that are named captions and hold no more than one."""
    found = [n for n in root.css(_CAPTION) if len(n.css("p")) <= 1 + (n.tag == "p") and not n.css("img, iframe, video")]
    found = [n for n in found if 0 < len(text_of(n)) <= _LONGEST_CAPTION]
    named = sum(len(text_of(n)) for n in found if n.tag != "figcaption")
    return frozenset(n.mem_id for n in found if n.tag == "figcaption" or named < _MOST_CAPTIONS * whole)


def _told(lines: list[Line], whole: str) -> list[bool]:
    """For each line whether trafilatura's text holds it; a short one only about where the line before it stood."""
    told, at = [], 0
    for line in lines:
        text = squeezed(line.text)
        found = whole.find(text, max(0, at - 200))
        if found < 0 or (len(text) < TELLING and found > at + 200):
            found = whole.find(text) if len(text) >= TELLING else -1
        told.append(found >= 0)
        at = found + len(text) if found >= 0 else at
    return told


def _belongs(n: int, lines: list[Line], told: list[bool], first: int, last: int) -> bool:
    """Whether a line that trafilatura left out is text: it stands between two that are, in an element like theirs; or
    heads the first."""
    line = lines[n]
    if line.foreign or line.linked > 0.2 or line.kind == "table" or n > last or n < first - 1:
        return False
    if n < first:
        return (line.kind == "h" or line.bold > 0.95) and _parent(line) == _parent(lines[first])
    before = next(k for k in range(n - 1, -1, -1) if told[k])
    after = next(k for k in range(n + 1, len(lines)) if told[k])
    return _parent(line) in (_parent(lines[before]), _parent(lines[after]))


def _parent(line: Line) -> int:
    """Identity of the element around the one whose text `line` is."""
    node = line.first
    while node is not None and node.mem_id != line.block:
        node = node.parent
    around = node.parent if node is not None else None
    while around is not None and around.tag in ("ul", "ol", "dl", "blockquote"):
        around = around.parent
    return around.mem_id if around is not None else 0


def _elsewhere(view: View, found: list[Line], walker: Walker, said: frozenset[str]) -> tuple[list[Line], list[Line]]:
    """What trafilatura found outside the walked element, no tables and links: before its text, and after it."""
    inside = [squeezed(line.text) for line in walker.lines] + list(map(squeezed, walker.captions))
    whole = "".join(inside)
    if all(map(Within(whole).holds, (squeezed(line.text) for line in found))):
        return [], []
    known = said | set(inside) | _linked(view, view.select("a[href]")).keys()
    apart = [_is_apart(squeezed(line.text), known, whole) for line in found]
    before = [line for line, _ in takewhile(lambda pair: pair[1], zip(found, apart, strict=True))]
    rest = zip(found[len(before) :], apart[len(before) :], strict=True)
    after = [line for line, is_apart in rest if is_apart and len(line.text) > _PARAGRAPH]
    return [line for line in before if line.kind != "table"], [line for line in after if line.kind != "table"]


def _is_apart(text: str, known: frozenset[str], whole: str) -> bool:
    """Whether a text is mostly something else than what is known: trafilatura glues a nested table into one line."""
    if text in whole or text in known:
        return False
    rest = text
    for part in known:
        if len(part) >= TELLING and part in rest:
            rest = rest.replace(part, "", 1)
    return len(rest) > 0.5 * len(text)


def _see_also(view: View, line: Line) -> list[Link]:
    """The links of a line that is nothing but links to other stories of the same site, and perhaps their dates."""
    if line.kind == "table" or not line.links:
        return []
    announced = bool(body.SEE_ALSO.match(line.text)) and line.linked > 0.3
    if (
        not announced
        and line.linked < 0.8
        and sum(len(text) for _, text in line.links) < 0.8 * len(_DATE.sub("", line.text))
    ):
        return []
    links = [Link(view.absolute(href) or "", clean(text).lstrip(">»- ")) for href, text in line.links]
    own = host_in(view.url)
    return links if all(host_in(link.url) == own and _ARTICLE.search(link.url) for link in links) else []
