"""JSON-LD of a page: the node of the article, and the breadcrumb. Broken blocks are mended or passed over."""

import json
import re
from collections.abc import Iterable, Iterator
from typing import Any

import msgspec

from pipelines.normalise import clean, unescaped

_ARTICLE = re.compile(r"(?:News|Reportage|Report|OpinionNews|AnalysisNews|Tech)?Article|BlogPosting|LiveBlogPosting")
_ROOT = frozenset({"trang chủ", "trang nhất", "home", "home page", "homepage"})
_DEEPEST = 12


class StructuredData(msgspec.Struct, frozen=True):
    """What the page says of itself. `article` is the JSON-LD node as it stands, or empty."""

    article: dict[str, Any] = {}
    live: dict[str, Any] = {}
    """The node of a live blog, or empty."""
    breadcrumb: tuple[str, ...] = ()
    types: frozenset[str] = frozenset()

    def texts(self, path: str) -> list[str]:
        """The strings at a dotted path of the article's node, cleaned; `breadcrumb` is the page's own."""
        if path == "breadcrumb":
            return list(self.breadcrumb)
        found: list[Any] = [self.article]
        for key in path.split("."):
            found = [value for node in found for value in _at(node, key)]
        texts = ((str(v), clean(str(v))) for v in found if isinstance(v, str | int))
        return [clean(unescaped(text)) if "&" in text else plain for text, plain in texts if plain]


def read(blocks: Iterable[str]) -> StructuredData:
    """The structured data in the texts of a page's `application/ld+json` scripts."""
    nodes = [node for block in blocks for node in _nodes(_parse(block))]
    article = next((n for n in nodes if any(map(_ARTICLE.fullmatch, _types(n)))), {})
    live = next((n for n in nodes if "LiveBlogPosting" in _types(n)), {})
    crumbs = next((c for n in nodes if "BreadcrumbList" in _types(n) and (c := _breadcrumb(n))), ())
    return StructuredData(article, live, crumbs, frozenset(t for n in nodes for t in _types(n)))


def _parse(block: str) -> Any:
    """One script's JSON, or None. Seen on VCCorp's sites: commas too many on the older ones, and Kênh 14's breadcrumb
    of 2026 without the one between a section's address and its name."""
    block = block.strip().removeprefix("//<![CDATA[").removesuffix("//]]>")
    for mend in (str, _without_trailing_commas, _with_commas):
        try:
            return json.loads(mend(block), strict=False)
        except (ValueError, RecursionError):
            continue
    return None


def _without_trailing_commas(block: str) -> str:
    return re.sub(r",(\s*[}\]])", r"\1", block)


def _with_commas(block: str) -> str:
    return re.sub(r'(")(\s*\n\s*")', r"\1,\2", _without_trailing_commas(block))


def _nodes(value: Any, depth: int = 0) -> Iterator[dict[str, Any]]:
    if isinstance(value, list) and depth < _DEEPEST:
        for item in value:
            yield from _nodes(item, depth + 1)
    elif isinstance(value, dict):
        yield value
        yield from _nodes(value.get("@graph"), depth + 1)


def _types(node: dict[str, Any]) -> list[str]:
    kind = node.get("@type")
    return [k for k in (kind if isinstance(kind, list) else [kind]) if isinstance(k, str)]


def _at(node: Any, key: str) -> list[Any]:
    """The values under `key`, lists opened. An organisation named as author is not a person and is passed over."""
    if not isinstance(node, dict):
        return []
    value = node.get(key) or (_full_name(node) if key == "name" else None)
    values = value if isinstance(value, list) else [value]
    if key == "author":
        values = [v for v in values if not (isinstance(v, dict) and "Organization" in _types(v))]
    return [v for v in values if v is not None]


def _full_name(node: dict[str, Any]) -> str | None:
    parts = [part for key in ("givenName", "familyName") if isinstance(part := node.get(key), str)]
    return " ".join(parts) or None


def _breadcrumb(node: dict[str, Any]) -> tuple[str, ...]:
    """The names of the sections; Dân trí lists each item in a list of its own."""
    items = node.get("itemListElement")
    names = map(_name, _nodes(items)) if isinstance(items, list) else ()
    return tuple(n for n in names if n and n.casefold() not in _ROOT)


def _name(item: dict[str, Any]) -> str:
    """A list item's name stands in itself or in its `item`."""
    inner = item.get("item")
    name = item.get("name") or (inner.get("name") if isinstance(inner, dict) else None)
    return clean(unescaped(name)) if isinstance(name, str) else ""
