"""An article's fields beside its text: title and kicker, lead, people, section, tags, links, image."""

import re
from functools import lru_cache
from itertools import islice

from selectolax.lexbor import LexborNode

from archive.facts import Link
from config.declarations import Rules
from config.fold import fold
from config.sources import Source
from pipelines import places
from pipelines.defaults import DEFAULT
from pipelines.normalise import clean, plain, same
from pipelines.people import byline, persons
from pipelines.view import View, text_of

_ROOT = frozenset({"trang chủ", "trang nhất", "home", "homepage"})
_NO_IMAGE = re.compile(r"logo|no-?image|default|blank|placeholder", re.I)
_VOWEL = re.compile("[aeiouy]", re.I)
"""What abbreviations lack: "CLB TP HCM" opens a title, "ĐẤT VÀ NGƯỜI" a kicker."""
_MARKED = "ăâđêôơưạảấầẩẫậắằẳẵặẹẻẽềếểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ"
_VIETNAMESE = re.compile(f"[{_MARKED}{_MARKED.upper()}]")


def headline(view: View, rules: Rules) -> tuple[str | None, str | None]:
    """(kicker, title). A kicker inside the title's element is taken out of it.

    Where nothing marks it, a kicker is what stands before the title that the head names, or four and more words (no
    abbreviations) in capitals before a title that is not (Báo Điện Biên Phủ prints it so).
    """
    kicker = places.value(view, rules.kicker)
    title = places.value(view, rules.title) or places.value(view, DEFAULT.title)
    if title is None:
        return kicker, None
    for site in view.meta.get("og:site_name", []):
        title = re.sub(rf"\s+[|–-]\s+{re.escape(site)}$", "", title)
    if kicker and title.startswith(kicker) and title != kicker:
        view.note("title", "the kicker inside its element is cut off")
        return kicker, title[len(kicker) :].strip()
    if kicker:
        return kicker, title
    named = next(iter(view.meta.get("og:title", [])), "")
    if named and title != named and title.endswith(named) and len(named) > 15:
        view.note("kicker", "what stands before the title that og:title names")
        return title[: -len(named)].strip() or None, named
    kicker, title = _capitals_apart(title)
    if kicker:
        view.note("kicker", "the words in capitals before the title")
    return kicker, title


def _capitals_apart(title: str) -> tuple[str | None, str]:
    words = title.split()
    count = next((n for n, word in enumerate(words) if not word.isupper()), 0)
    if count < 4 or not words[count][0].isupper() or not all(_VOWEL.search(fold(w)) for w in words[:count]):
        return None, title
    return " ".join(words[:count]), " ".join(words[count:])


def authors(view: View, rules: Rules, source: Source) -> list[str]:
    """The persons that the author places name; the paper itself is none.

    24h prints whom and where it took a text from as "Theo Nguyễn Vân (Dân trí)".
    """
    texts = places.values(view, rules.authors)
    found = [name for text in texts for name in persons(text) or _signers(text)]
    own = _folded((source.title, source.id, *source.hosts))
    return list({n.casefold(): n for n in reversed(found) if fold(n) not in own}.values())[::-1]


def _signers(text: str) -> list[str]:
    said = byline(text)
    return said.authors if said else []


@lru_cache(maxsize=1024)
def _folded(names: tuple[str, ...]) -> frozenset[str]:
    return frozenset(map(fold, names))


def section(view: View, rules: Rules, title: str | None) -> list[str]:
    """The sections from broad to narrow: breadcrumb without front page, title and repetitions."""
    found: list[str] = []
    for name in places.values(view, rules.section):
        name = name.strip(" ›»>/|")
        if name and name.casefold() not in _ROOT and name not in found and not (title and same(name, title)):
            found.append(name)
    return found


def tags(view: View, rules: Rules) -> list[str]:
    """The article's tags, each once. A list in one string is cut at its commas."""
    found = [t for text in places.values(view, rules.tags) for t in re.split(r"\s*[,;]\s*", text)]
    return list({t.casefold(): t for t in (clean(t).strip("# ") for t in reversed(found)) if t}.values())[::-1]


def related(view: View, rules: Rules) -> list[Link]:
    """The links of the declared boxes, each page once, with its longest title."""
    titles: dict[str, str] = {}
    for node in places.nodes(view, rules.related):
        for link in _anchors(node):
            url = view.absolute(link.attributes.get("href") or "")
            title = text_of(link) or clean(link.attributes.get("title") or "")
            if url and (title or url in titles):
                titles[url] = max(titles.get(url, ""), title, key=len)
    return [Link(url, title) for url, title in titles.items() if title]


def inline(view: View, rules: Rules) -> list[Link]:
    """The links inside the article's own text."""
    found: dict[str, Link] = {}
    for container in places.nodes(view, rules.container):
        for link in container.css("a[href]"):
            url = view.absolute(link.attributes.get("href") or "")
            if url and (title := text_of(link)):
                found.setdefault(url, Link(url, title, "inline"))
    return list(found.values())


def image(view: View, rules: Rules) -> str | None:
    """The main picture's URL: the one that the head names, else the first of the text."""
    for _, found in places.each(view, rules.image):
        for text in found:
            if (url := view.absolute(text)) and not _NO_IMAGE.search(url.rsplit("/", 1)[-1]):
                return url
    view.note("image", "no picture named in the head: the first of the container")
    shown = (img for node in places.nodes(view, rules.container) for img in node.css("img"))
    sources = (img.attributes.get(k) or "" for img in shown for k in ("data-original", "data-src", "src"))
    return next((url for src in sources if src and (url := view.absolute(src))), None)


def opens(described: str, text: str) -> bool:
    """Whether a page's description, which may be cut short, is how `text` begins."""
    words = plain(re.sub(r"(?:\.\.\.|…)\s*$", "", described))
    return len(words) >= 40 and plain(text).startswith(words[: len(words) - 10])


def language(text: str, view: View, source: Source) -> str:
    """The text's language: Vietnamese by its letters, else what the document says, else the paper's own."""
    sample = text[:2000]
    if next(islice(_VIETNAMESE.finditer(sample), len(sample) // 40, None), None):
        view.note("language", "the letters of the text")
        return "vi"
    root = view.tree.root
    named = (root.attributes.get("lang") or "") if root is not None else ""
    if re.match(r"[A-Za-z]{2}\b", named) and named[:2] != "vi":
        view.note("language", f"<html lang={named!r}>")
        return named.split("-")[0].lower()
    view.note("language", "the paper's own language, as declared")
    return source.language


def _anchors(node: LexborNode) -> list[LexborNode]:
    return [node] if node.tag == "a" else node.css("a[href]")
