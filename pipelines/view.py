"""One page opened for reading: its tree, its head, its structured data. Parsed once."""

import re
from collections.abc import Iterator
from functools import cached_property, lru_cache
from math import inf
from typing import NamedTuple
from urllib.parse import urldefrag, urljoin, urlsplit

from selectolax.lexbor import LexborHTMLParser, LexborNode

from pipelines import jsonld
from pipelines.normalise import clean, unescaped
from pipelines.trace import Trace

_SILENT = frozenset({"script", "style", "noscript", "template", "svg", "textarea", "select", "button", "iframe"})
_APART = frozenset(
    "br p div li ul ol table tr td th h1 h2 h3 h4 h5 h6 blockquote section article figure figcaption dd dt".split()
)

# Most links are written so plainly that joining them with the page's address, 20 µs each, changes nothing.
_ADDRESS = re.compile(r"https?://[\w.-]+(?:/[\w./~-]*(?:\?[\w.=&-]+)?)?", re.A)
_PATH = re.compile(r"(?:/[\w~-][\w.~-]*)+/?", re.A)

_ROLES = ("class", "data-role", "data-slot", "type")
"""Attributes by which papers' templates name their elements."""
_STRING, _ARGUMENT = re.compile(r"\"[^\"]*\"|'[^']*'"), re.compile(r"\([^()]*\)")
_INSIDE = re.compile(rf"\[[^\[\]]*\]|{_ARGUMENT.pattern}")
"""What says nothing of an element's own classes in a selector; `:not(…)` says nothing of its roles either."""
_CLASS = re.compile(r"\.((?:[\w-]|[^\x00-\x7f\s])+)")
_ROLE = re.compile(rf"\[({'|'.join(_ROLES)})([*^]?)=([\w-]+)(?: i)?\]", re.A)


class _Role(NamedTuple):
    """What an attribute of some element must be, begin with or hold."""

    attribute: str
    sought: str
    """What stands in the list of the attribute's values, each on a line of its own."""


class _Selector(NamedTuple):
    """One selector of a list, and what it cannot match without, in lower case."""

    text: str
    classes: frozenset[str] = frozenset()
    roles: tuple[_Role, ...] = ()


class Metas:
    """What a page says in its head, by names. Cleaned when it is asked for: a page has forty, of which few are."""

    def __init__(self, said: dict[str, list[str]]) -> None:
        self._said, self._clean = said, dict[str, list[str]]()

    def get(self, name: str) -> list[str]:
        """What stands under `name`, as far as it is not empty."""
        if name not in self._clean:
            self._clean[name] = [text for each in self._said.get(name, ()) if (text := clean(unescaped(each)))]
        return self._clean[name]


class View:
    """A decoded page. `prune` changes the tree, and whoever takes nodes out himself says so with `forget`."""

    def __init__(self, html: str | bytes, url: str, *, lossy: bool = False, trace: Trace | None = None) -> None:
        """`html`: bytes are UTF-8. `lossy`: decoding has put U+FFFD for bytes without a meaning."""
        self.data = html.encode("utf-8", "replace") if isinstance(html, str) else html
        self.tree, self.url, self.lossy = LexborHTMLParser(self.data), url, lossy
        self.trace = trace
        self._selected: dict[str, list[LexborNode]] = {}
        self._roles: dict[str, str] = {}

    @cached_property
    def text(self) -> str:
        """The page's source."""
        return self.data.decode("utf-8", "replace")

    @cached_property
    def meta(self) -> "Metas":
        """`<meta>` contents by lower-case name, property or itemprop, in the order of the page."""
        found: dict[str, list[str]] = {}
        for node in self.tree.css("meta[content]"):
            said = node.attributes
            for key in {said.get("name"), said.get("property"), said.get("itemprop")}:
                if key:
                    found.setdefault(key.lower(), []).append(said.get("content") or "")
        return Metas(found)

    @cached_property
    def ld(self) -> jsonld.StructuredData:
        """The page's JSON-LD."""
        return jsonld.read(n.text() for n in self.tree.css('script[type="application/ld+json"]'))

    @cached_property
    def base(self) -> str:
        """What the page's relative links are relative to."""
        base = self.tree.css_first("base[href]")
        return self.absolute(base.attributes.get("href") or "", self.url) or self.url if base else self.url

    @cached_property
    def origin(self) -> str | None:
        """Scheme and host of `base`."""
        try:
            parts = urlsplit(self.base)
            return f"{parts.scheme}://{parts.netloc}" if parts.scheme in ("http", "https") and parts.hostname else None
        except ValueError:
            return None

    def absolute(self, href: str, base: str | None = None) -> str | None:
        """`href` as an http(s) URL without fragment, or None.

        CafeF writes `//slug.chn` for its own pages: what ends like a page is no host name.
        """
        href = clean(href)
        if base is None and self.origin:
            if _ADDRESS.fullmatch(href):
                return href
            if _PATH.fullmatch(href):
                return self.origin + href
        if href.startswith("//") and href.split("/")[2].endswith((".htm", ".html", ".chn")):
            href = href[1:]
        try:
            url = urldefrag(urljoin(self.base if base is None else base, href)).url
            parts = urlsplit(url)
            return url if parts.scheme in ("http", "https") and parts.hostname else None
        except ValueError:
            return None

    def select(self, selector: str) -> list[LexborNode]:
        """The elements that match, in the order of the page, each once (a list of selectors gives some twice).

        Looked for once: fields share their places, and one search of a large page takes 0.1 ms and more.
        """
        found = self._selected.get(selector)
        if found is None:
            hopeful = self._hopeful(selector)
            found = list({node.mem_id: node for node in self.tree.css(hopeful)}.values()) if hopeful else []
            self._selected[selector] = found
        return found

    def told_apart(self, selector: str) -> dict[int, str]:
        """Which selector of a list shows each of its elements, the first that does, by the elements' identities."""
        hopeful = [one.text for one in _listed(selector) if self._may_match(one)]
        left, told = {node.mem_id for node in self.select(selector)}, dict[int, str]()
        for one in hopeful[:-1]:
            if left:
                shown = left.intersection(node.mem_id for node in self.tree.css(one))
                told |= dict.fromkeys(shown, one)
                left -= shown
        return told | dict.fromkeys(left, hopeful[-1] if hopeful else selector)

    def has(self, selector: str) -> bool:
        """Whether any element matches."""
        hopeful = self._hopeful(selector)
        return bool(hopeful) and self.tree.css_first(hopeful) is not None

    @cached_property
    def _classes(self) -> frozenset[str]:
        """All class names of the page, in lower case: in a page without a doctype case makes no difference."""
        named = {node.attrs["class"] or "" for node in self.tree.css("[class]")}
        return frozenset(" ".join(named).lower().split())

    def _values(self, attribute: str) -> set[str]:
        return {(node.attrs[attribute] or "").lower() for node in self.tree.css(f"[{attribute}]")}

    def _hopeful(self, selector: str) -> str:
        """`selector` without those in its list that ask for a class or a role which no element has.

        Each is 10 to 30 µs of a search, a page has the classes of few, and knowing them all takes as long as ten.
        """
        return ", ".join(one.text for one in _listed(selector) if self._may_match(one))

    def _may_match(self, one: "_Selector") -> bool:
        return one.classes <= self._classes and all(map(self._plays, one.roles))

    def _plays(self, role: "_Role") -> bool:
        """Whether an element has the role, in whatever case."""
        name = role.attribute
        if name not in self._roles:
            known = self._classes if name == "class" else self._values(name)
            self._roles[name] = "\n".join(("", *known, ""))
        return role.sought in self._roles[name]

    def prune(self, selectors: tuple[str, ...]) -> None:
        """Take the matching elements out of the tree, inner ones first: what an outer one held is freed with it."""
        if self.trace is not None:
            self.trace.prune(self, selectors)
        for node in reversed(self.select(", ".join(selectors)) if selectors else []):
            node.decompose()
        self.forget()

    def note(self, field: str, how: str) -> None:
        """Tell the trace, where there is one, how a field's value was come by."""
        if self.trace is not None:
            self.trace.note(field, how)

    def forget(self) -> None:
        """Look for everything anew: nodes have been taken out of the tree."""
        self._selected.clear()


@lru_cache(maxsize=4096)
def _listed(selector: str) -> tuple[_Selector, ...]:
    """The selectors of a list, each with what it cannot match without.

    A list with an escape in it is left whole: an escaped comma or quote is none.
    """
    if "\\" in selector:
        return (_Selector(selector),)
    unquoted = _blanked(_STRING, selector)
    roles = {at.start(): _role(*at.groups()) for at in _ROLE.finditer(_blanked(_ARGUMENT, unquoted))}
    outside = _blanked(_INSIDE, unquoted)
    ends = [comma.start() for comma in re.finditer(",", outside)]
    found = []
    for start, end in zip([-1, *ends], [*ends, len(selector)], strict=True):
        classes = _CLASS.findall(outside[start + 1 : end])
        own = tuple(role for at, role in roles.items() if start < at < end)
        found.append(_Selector(selector[start + 1 : end].strip(), frozenset(map(str.lower, classes)), own))
    return tuple(found)


def _role(attribute: str, how: str, value: str) -> _Role:
    """The role that `[attribute=value]` asks for; `how` is what stands before the `=`."""
    before, after = ("", "") if how == "*" else ("\n", "" if how else "\n")
    return _Role(attribute, f"{before}{value.lower()}{after}")


def _blanked(pattern: re.Pattern[str], text: str) -> str:
    """`text` with spaces for what `pattern` matches, until it matches nothing any more."""
    before = ""
    while before != text:
        before, text = text, pattern.sub(lambda found: " " * len(found[0]), text)
    return text


def ancestors(node: LexborNode) -> Iterator[LexborNode]:
    """The nodes around `node`, the nearest first, up to the document's own."""
    parent = node.parent
    while parent is not None:
        yield parent
        parent = parent.parent


def text_of(node: LexborNode, most: float = inf) -> str:
    """The text a reader sees in `node`, cleaned; scripts and controls are silent, breaks and blocks stand apart.

    After `most` letters, white space apart, no more is read: whoever compares short texts needs no long one whole.
    """
    only = node.first_child
    if only is not None and only.is_text_node and only.next is None and node.tag not in _SILENT:
        return clean(only.text_content or "")
    parts: list[str] = []
    letters = 0
    for inner in node.traverse(include_text=True):
        if inner.is_text_node:
            if inner.parent is None or inner.parent.tag not in _SILENT:
                parts.append(inner.text_content or "")
                letters += len("".join(parts[-1].split())) if most < inf else 0
                if letters > most:
                    break
        elif inner.tag in _APART:
            parts.append(" ")
    return clean("".join(parts))
