"""An article's fields beside its text: title and kicker, lead, people, section, tags, image."""

import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import islice

from selectolax.lexbor import LexborNode

from config.declarations import Rules
from config.fold import fold
from config.sources import Source
from pipelines import places
from pipelines.defaults import BREADCRUMB, DEFAULT, UNDECLARED
from pipelines.links import TAGS
from pipelines.normalise import clean, each_once, plain, same
from pipelines.people import byline, persons
from pipelines.view import View, text_of

_KEYWORDS = Rules(tags=("ld:keywords", "meta:news_keywords", "meta:keywords"))
_TAG, _MOST_TAGS = 40, 20
_NEAR = 6
"""Texts below a title among which a byline is looked for."""
_DEEPEST = 4
"""Sections of the longest breadcrumb; what names more is the menu."""
_TITLE = 12
"""Characters of the shortest heading that is no site's name."""
_BYLINE = 120
_DATED = re.compile(r"[|,–-]?\s*(?:thứ \w+,?\s*|chủ nhật,?\s*|ngày\s*)*\d{1,2}\s?[:/h-]\s?\d{1,2}.*", re.I)
"""A date that stands behind a name, and what follows it."""
_ET = re.compile(r"\s(?:et|e|y|en)\s")
_BY = re.compile(
    r"(?i:by|von|par|por|di|door|av)\s+((?:[^\W\d_a-z][\w.'’-]+[ ,]*(?:(?:and|und|et|y|e|en|och|&) )?){1,8})$"
)
_ROOT = frozenset({"trang chủ", "trang nhất", "home", "homepage", "accueil", "startseite", "inicio", "início"})
_NO_IMAGE = re.compile(r"logo|no-?image|default|blank|placeholder|favicon|^(?:og|fb|share|social)[-_.]", re.I)
_BAR = re.compile(r"\s+[|–-]\s+$")
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
    title = _shown(view) if rules is UNDECLARED else None
    title = title or places.value(view, rules.title) or places.value(view, DEFAULT.title)
    if title is None:
        return kicker, None
    for site in view.meta.get("og:site_name"):
        if title.endswith(site) and (bar := _BAR.search(title.removesuffix(site))):
            title = title[: bar.start()]
    if kicker and title.startswith(kicker) and title != kicker:
        view.note("title", "the kicker inside its element is cut off")
        return kicker, title[len(kicker) :].strip()
    if kicker:
        return kicker, title
    named = next(iter(view.meta.get("og:title")), "")
    if named and title != named and title.endswith(named) and len(named) > 15:
        view.note("kicker", "what stands before the title that og:title names")
        return title[: -len(named)].strip() or None, named
    kicker, title = _capitals_apart(title)
    if kicker:
        view.note("kicker", "the words in capitals before the title")
    return kicker, title


def _shown(view: View) -> str | None:
    """The heading that the document's title repeats; a site's name may stand there as a heading too."""
    named = next((plain(text_of(n)) for n in view.select("head > title")), "")
    known = next((key for text in view.meta.get("og:title") if (key := plain(text)) and key in named), "")
    for node in view.select("h1"):
        text, key = text_of(node), plain(text_of(node))
        if len(text) >= _TITLE and key in named and (not known or key in known or known in key):
            return text
    return None


def _capitals_apart(title: str) -> tuple[str | None, str]:
    words = title.split()
    count = next((n for n, word in enumerate(words) if not word.isupper()), 0)
    if count < 4 or not words[count][0].isupper() or not all(_VOWEL.search(fold(w)) for w in words[:count]):
        return None, title
    return " ".join(words[:count]), " ".join(words[count:])


_LOOSE = frozenset(place for place in UNDECLARED.authors or () if ":" not in place.partition("[")[0])
"""Selectors that may match much else than a byline."""


def authors(view: View, rules: Rules, source: Source) -> list[str]:
    """The persons that the author places name; the paper itself is none. Where nothing is declared, a place that
    names no person gives way to the next.

    24h prints whom and where it took a text from as "Theo Nguyễn Vân (Dân trí)".
    """
    own = _folded((source.title, source.id, *source.hosts, *_sites(view, rules)))
    guessed = rules is UNDECLARED or bool(source.kin)
    for place, texts in places.each(view, rules.authors):
        if guessed and place.what in _LOOSE:
            texts = _short(view.select(place.what))
        named = (name for text in texts for name in persons(text) or _signers(text))
        found = [name for name in named if fold(name) not in own]
        if guessed and place.kind == "meta":
            found = [name for name in found if " " in name or "." in name]  # one word there is mostly a vendor's
        if found or not guessed:
            return each_once(found)
    return []


def signed(texts: Sequence[str]) -> list[str]:
    """The persons whom a line near a title names: a signature, or "By" and names."""
    for text in texts[:_NEAR]:
        text = _DATED.sub("", text).strip(" |,–-") or text
        if said := _BY.match(text):
            return persons(_ET.sub(", ", said[1]))
        if (told := byline(text)) and told.authors:
            return told.authors
    return []


def _short(nodes: list[LexborNode]) -> list[str]:
    """The texts of the first of `nodes` that is short, and of its neighbours among them."""
    told = [(node, text) for node in nodes if 0 < len(text := text_of(node)) <= _BYLINE]
    parents = {node.parent.mem_id for node, _ in told[:1] if node.parent is not None}
    return [text for node, text in told if node.parent is not None and node.parent.mem_id in parents]


def _sites(view: View, rules: Rules) -> tuple[str, ...]:
    """What the page calls its site. A declared paper's own name is known; its JSON-LD need not be read for it."""
    named = view.meta.get("og:site_name") + (view.ld.texts("publisher.name") if rules is UNDECLARED else [])
    return tuple(named + [re.sub(r"\.\w+$", "", name) for name in named if "." in name])


def _signers(text: str) -> list[str]:
    said = byline(text)
    return said.authors if said else []


@lru_cache(maxsize=1024)
def _folded(names: tuple[str, ...]) -> frozenset[str]:
    return frozenset(map(fold, names))


def section(view: View, rules: Rules, title: str | None, *, grow: bool = False) -> list[str]:
    """The sections from broad to narrow: breadcrumb without front page, title and repetitions.

    `grow`: a later place that names the same and more is believed, as where nothing is declared.
    """
    found: list[str] = []
    for place, texts in places.each(view, rules.section):
        named = _sections(texts, title)
        if not found or (place.what != BREADCRUMB and len(found) < len(named) <= _DEEPEST and set(found) <= set(named)):
            found = named
        if found and not grow:
            break
    return found


def _sections(texts: list[str], title: str | None) -> list[str]:
    found: list[str] = []
    for name in texts:
        name = name.strip(" ›»>/|")
        if name and name.casefold() not in _ROOT and name not in found and not (title and same(name, title)):
            found.append(name)
    return found


def tags(view: View, rules: Rules) -> list[str]:
    """The article's tags, each once. A list in one string is cut at its commas."""
    found = [t for text in places.values(view, rules.tags) for t in re.split(r"\s*[,;]\s*", text)]
    return each_once(tag for text in found if (tag := clean(text).strip("# ")))


def keywords(view: View) -> list[list[str]]:
    """What may be tags: the links of what is named so, and what the page's head names as its keywords; on some sites
    both are the site's own."""
    shown = [text for node in view.select(TAGS) if (text := text_of(node).strip("#,; ")) and len(text) <= _TAG]
    return [list(dict.fromkeys(shown[:_MOST_TAGS])), tags(view, _KEYWORDS)]


def spoken_of(named: list[str], lists: list[list[str]], text: str) -> list[str]:
    """The first of `lists` of which an article's text uses at least half, where it holds what is `named` its tags."""
    if not any(lists):
        return named
    folded, known = f" {plain(text)} ", {tag.casefold() for tag in named}
    used = (words for words in lists if words and 2 * sum(plain(w) in folded for w in words) >= len(words))
    return next((words for words in used if known <= {w.casefold() for w in words}), named)


def image(view: View, rules: Rules) -> str | None:
    """The main picture's URL: the one that the head names, unless it is the site's own, else the first of the text."""
    places_of_logo = ("publisher.logo.url", "publisher.logo") if rules is UNDECLARED else ()
    logos = {text for place in places_of_logo for text in view.ld.texts(place)}
    for _, found in places.each(view, rules.image):
        for text in found:
            if text not in logos and (url := view.absolute(text)) and not _NO_IMAGE.search(url.rsplit("/", 1)[-1]):
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
