"""How a paper names its pages: articles, sections and their further pages, learned from its links. Pure."""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from itertools import pairwise
from typing import NamedTuple
from urllib.parse import urlsplit

from crawler.links import Anchor
from crawler.prospect.found import Pager, Pattern

FEWEST = 3
"""Links of one shape that make a pattern."""
_PART = r"[^/?]+"
_ID_LAST = re.compile(r".*?[^\W_].*?(?P<mark>[-_.](?:[a-z]{1,6})?)(?P<id>\d{4,})(?P<ext>\.[a-z]{2,5})?", re.I)
_SLUG = re.compile(r"[^-]+(?:-[^-]+){4,}?(?P<ext>\.[a-z]{2,5})?", re.I)
_MONTH = re.compile(r"(?:19|20)\d\d(?:0[1-9]|1[0-2])")
_YEAR = re.compile(r"(?:19|20)\d\d")
_NEXT = re.compile(r"(?:trang\s+)?(?:sau|tiếp(?:\s+theo)?|kế tiếp|next)\b|^[›»>]+$", re.I)
_NUMBERED = re.compile(r"(?P<before>[^\d]{1,24}?)(?P<n>\d{1,5})(?P<after>/|\.[a-z]{2,5})?", re.I)
_ASIDE = re.compile(
    r"\.(?:rss|xml|pdf|jpe?g|png|gif|mp[34]|docx?|apk)$|/(?:rss|feed|tags?|tu-khoa|video|videos|clip|podcast|photo"
    r"|media|multimedia|infographics?|e-?magazine|longform|thu-vien-anh|topic|chu-de|su-kien|event|tac-gia|author|tim-kiem|search|login|dang-nhap|dang-ky"
    r"|lien-he|gioi-thieu|toa-soan|quang-cao|bao-gia|rao-vat|dat-bao|ban-in|bao-in|ve-chung-toi|contact|about"
    r"|en|english|chinh-sach-bao-mat|dieu-khoan|privacy|terms|sitemap|print|user|account|wp-\w+)(?:[/._-]|$)",
    re.I,
)
"""What a menu also leads to: other media, search, the office."""


class _Shape(NamedTuple):
    """What the addresses of one kind of article have in common."""

    kind: str
    depth: int
    place: int
    mark: str
    ext: str


def escaped(text: str) -> str:
    """`text` as a pattern finds it, with no more backslashes than it needs: people read these patterns."""
    return re.sub(r"([.^$*+?{}\[\]\\|()])", r"\\\1", text)


def is_aside(url: str) -> bool:
    """Whether an address is named for something that is no section of articles."""
    return bool(_ASIDE.search(urlsplit(url).path))


def tells_article(anchor: Anchor) -> bool:
    """Whether a link reads like a headline: five words and more at an address below the front page."""
    words = (anchor.title if anchor.title and len(anchor.title) > len(anchor.text) else anchor.text).split()
    return len(words) >= 5 and len(" ".join(words)) >= 20 and len(urlsplit(anchor.url).path) > 1


def patterns(articles: Iterable[str], others: Collection[str]) -> list[Pattern]:
    """The patterns that the addresses of `articles` follow, the commonest first; none finds any of `others`.

    The id is the last number of four digits and more, at the end of the last part or a part of its own; where there
    is none, an address of five words and more is an article's.
    """
    groups = defaultdict[_Shape, list[str]](list)
    for url in dict.fromkeys(articles):
        if shape := _shape(url):
            groups[shape].append(url)
    merged = _merged(groups)
    most = sum(map(len, merged.values()))
    found = []
    for shape, urls in sorted(merged.items(), key=lambda item: -len(item[1])):
        if len(urls) >= FEWEST and len(urls) * 10 >= most and (regex := _regex(shape, urls, others)):
            found.append(Pattern(regex, tuple(urls), "(?P<id>" in regex))
    with_id = [p for p in found if p.with_id]
    covered = {url for p in with_id for url in p.seen}
    return with_id if with_id and len(covered) * 2 >= most else found


def _shape(url: str) -> _Shape | None:
    path = urlsplit(url).path
    parts = path.strip("/").split("/")
    if is_aside(url):
        return None
    tail = "/" if path.endswith("/") else ""
    if found := _ID_LAST.fullmatch(parts[-1]):
        return _Shape("last", len(parts), 0, found["mark"].lower(), (found["ext"] or "") + tail)
    for place, part in enumerate(reversed(parts)):
        if part.isdigit() and len(part) >= 4 and not _YEAR.fullmatch(part) and not _MONTH.fullmatch(part):
            return _Shape("part", len(parts), place, "", tail)
    if len(parts) > 1 and any(_MONTH.fullmatch(p) or _YEAR.fullmatch(p) for p in parts[:-1]):
        place = next(i for i, p in enumerate(reversed(parts)) if _MONTH.fullmatch(p) or _YEAR.fullmatch(p))
        return _Shape("month", len(parts), place, "", tail)
    if found := _SLUG.fullmatch(parts[-1]):
        return _Shape("slug", len(parts), 0, "", (found["ext"] or "") + tail)
    return None


def _merged(groups: dict[_Shape, list[str]]) -> dict[_Shape, list[str]]:
    """Shapes that differ only in depth are one where the id stands at the end: sections and sub-sections."""
    made = defaultdict[_Shape, list[str]](list)
    for shape, urls in groups.items():
        made[shape._replace(depth=0) if shape.kind == "last" else shape].extend(urls)
    return made


def _regex(shape: _Shape, urls: Sequence[str], others: Collection[str]) -> str | None:
    """The pattern of one shape, as strict as it must be to find none of `others`; None where it cannot be."""
    paths = [urlsplit(url).path.strip("/").split("/") for url in urls]
    apart = [urlsplit(url).path for url in others]
    for strict in (False, True):
        made = _written(shape, paths, strict)
        if all(re.search(made, path) for path in (urlsplit(url).path for url in urls)) and not any(
            re.search(made, path.rstrip("/") + end) for path in apart for end in ("", "/")
        ):
            return made
    return None


def _written(shape: _Shape, paths: list[list[str]], strict: bool) -> str:
    ext = escaped(shape.ext.rstrip("/")) if shape.ext.rstrip("/") else ""
    end = ext + ("$" if ext else "/?$")
    if shape.kind == "last":
        digits = [len(m["id"]) for p in paths if (m := _ID_LAST.fullmatch(p[-1]))]
        fewest = min(digits) if strict else max(3, min(digits) - 1)
        depths = {len(p) for p in paths}
        before = f"(?:{_PART}/){{{len(paths[0]) - 1}}}" if len(depths) == 1 and strict else f"(?:{_PART}/)*"
        before = "" if depths == {1} else before
        return f"^/{before}{_PART}{escaped(shape.mark)}(?P<id>\\d{{{fewest},}}){end}"
    parts = [_common(list(column), 2 * FEWEST) for column in zip(*paths, strict=True)]
    here = len(parts) - 1 - shape.place
    if shape.kind == "part":
        fewest = min(len(p[here]) for p in paths)
        parts[here] = f"(?P<id>\\d{{{fewest if strict else max(3, fewest - 1)},}})"
    elif shape.kind == "month":
        parts[here] = r"\d{6}" if len(paths[0][here]) == 6 else r"\d{4}"
    else:
        parts[-1] = r"[^/?-]+(?:-[^/?-]+){4,}" if strict or parts[0] == _PART else _PART
    return "^/" + "/".join(parts) + end


def _common(column: list[str], least: int) -> str:
    """One part of the path: as it stands where all have it, and those are `least` or more; else anything."""
    return escaped(column[0]) if len(set(column)) == 1 and len(column) >= least else _PART


def section_patterns(sections: Iterable[str], pager: Pager | None) -> list[str]:
    """Patterns that find `sections` and their further pages."""
    made = dict[str, None]()
    more = _pager_end(pager) if pager else ""
    shapes = defaultdict[tuple[int, str], list[list[str]]](list)
    for url in sections:
        parts = urlsplit(url).path.strip("/").split("/")
        stem, dot, ext = parts[-1].rpartition(".")
        if parts != [""]:
            shapes[len(parts), dot + ext if dot and stem else ""].append(parts)
    for (_, ext), paths in shapes.items():
        parts = [_common(list(column), 2) for column in zip(*paths, strict=True)]
        path = "/".join("[a-z0-9-]+" if p == _PART else p for p in parts)
        if ext and path.endswith("[a-z0-9-]+"):
            path += escaped(ext)
        made[f"^/{path}{'' if ext else '/?'}$"] = None
        if more:
            stem = path.removesuffix(escaped(ext)) if ext else path
            made[f"^/{stem}{more}$"] = None
    return list(made)


def _pager_end(pager: Pager) -> str:
    before, _, after = pager.template.removeprefix("{section}").partition("{n}")
    return f"{'/?' if before.startswith('?') else ''}{escaped(before)}\\d+{escaped(after)}"


def pager_of(section: str, links: Iterable[Anchor]) -> Pager | None:
    """How further pages of `section` are called, from the `links` on it whose words are numbers or "next"."""
    parts = urlsplit(section)
    path = parts.path.rstrip("/")
    stem = re.sub(r"\.[a-z]{2,5}$", "", path)
    numbers = defaultdict[tuple[str, str], dict[int, tuple[int, str]]](dict)
    for link in links:
        there = urlsplit(link.url)
        whole = there.path + (f"?{there.query}" if there.query else "")
        if there.hostname != parts.hostname or not (page := _page_number(link.text)):
            continue
        for lead in dict.fromkeys((path, stem)):
            rest = whole.removeprefix(lead)
            if lead and rest != whole and (found := _NUMBERED.fullmatch(rest)) and rest[0] in "/?&-_.":
                numbers[found["before"], found["after"] or ""].setdefault(page, (int(found["n"]), link.url))
                break
    best = max(numbers.items(), key=lambda item: len(item[1]), default=None)
    if best is None or 2 not in best[1]:
        return None
    (before, after), told = best
    first, seen = told[2]
    known = sorted((page, n) for page, (n, _) in told.items())
    steps = [(b - a) // (q - p) for (p, a), (q, b) in pairwise(known) if q > p]
    step = steps[0] if steps and steps[0] > 0 else 1 if first <= 2 else first
    return Pager("{section}" + before.removeprefix("//") + "{n}" + after, first, step, seen)


def _page_number(words: str) -> int | None:
    """Which page of a list a link's words name: its number; "next", on a first page, is the second."""
    words = words.strip()
    if words.isdigit() and len(words) <= 3:
        return int(words)
    return 2 if len(words) <= 20 and _NEXT.search(words) else None
