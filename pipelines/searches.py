"""trafilatura's main extractor, spared its searches for unwanted elements on a tree that has none.

Two fifths of its time go into XPath searches that ask every element for its class, id and style with regular
expressions. Each asks an element of nothing but its own name and attributes, and the elements of a paper's template
are alike: so each kind of element is asked once, alone, and a tree of harmless ones need not be searched.
"""

import importlib.util
import re
from collections.abc import Iterable
from functools import lru_cache
from types import ModuleType
from typing import Any

from lxml import etree, html
from trafilatura import xpaths
from trafilatura.htmlprocessing import delete_by_link_density
from trafilatura.main_extractor import extract_content
from trafilatura.settings import Extractor

_ARTICLE = [x for x in xpaths.BODY_XPATH if "@" not in x.path]
"""The search for an article's element, which asks for no attribute."""


class Searches:
    """Searches that find an element by its own name and attributes, if perhaps not every such element."""

    def __init__(self, searches: Iterable[etree.XPath]) -> None:
        self._searches = tuple(searches)
        self._asked = frozenset(name for x in self._searches for name in re.findall(r"@([\w-]+)", x.path))
        self._finds_kind = lru_cache(maxsize=8192)(self._find_alone)
        tags = {tag for x in self._searches for tag in re.findall(r"(?:self::|//)(\w+)", x.path)}
        bare = [f"self::{tag}" for tag in sorted(tags) if self._find_alone(tag)]
        self._asked_of = etree.XPath(f".//*[{' or '.join([*bare, *(f'@{name}' for name in sorted(self._asked))])}]")

    def may_find(self, tree: Any) -> bool:
        """Whether any element below `tree` is of a kind that a search finds."""
        found = self._asked_of(tree)
        return any(self._finds_kind(e.tag, *[a for a in e.items() if a[0] in self._asked]) for e in found)

    def _find_alone(self, tag: str, *attributes: tuple[str, str]) -> bool:
        root = html.Element("body")  # an HTML one may hold `o:p`
        etree.SubElement(root, tag, dict(attributes))
        return any(search(root) for search in self._searches)


RAW = Searches(xpaths.RAW_TREE_PRUNE_XPATH + xpaths.REMOVE_COMMENTS_AND_LISTS_XPATH)
"""What `trafilatura_sequence` prunes before it cleans a tree."""

_INNER = Searches(
    [x for x in xpaths.BODY_XPATH if x not in _ARTICLE]
    + xpaths.OVERALL_DISCARD_XPATH
    + xpaths.DISCARD_IMAGE_ELEMENTS
    + xpaths.TEASER_DISCARD_XPATH
)


def extract(tree: Any, options: Extractor) -> tuple[Any, str]:
    """`extract_content` of trafilatura: the body that it finds in a cleaned and converted tree, and its text."""
    found: tuple[Any, str] = (extract_content if _INNER.may_find(tree) else _unsearched().extract_content)(tree, options)
    return found


@lru_cache(maxsize=1)
def _unsearched() -> ModuleType:
    """A second instance of the extractor's module, with empty searches; the one that everybody imports stays whole."""
    spec = importlib.util.find_spec("trafilatura.main_extractor")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    for name in ("OVERALL_DISCARD_XPATH", "DISCARD_IMAGE_ELEMENTS", "TEASER_DISCARD_XPATH"):
        setattr(module, name, [])
    module.BODY_XPATH = _ARTICLE  # type: ignore[attr-defined]
    module.delete_by_link_density = _delete_by_link_density  # type: ignore[attr-defined]
    return module


def _delete_by_link_density(subtree: Any, tagname: str, **options: bool) -> Any:
    """trafilatura's function of this name, where a link stands in such an element at all."""
    if all(next(link.iterancestors(tagname), None) is None for link in subtree.iter("ref")):
        return subtree
    return delete_by_link_density(subtree, tagname, **options)
