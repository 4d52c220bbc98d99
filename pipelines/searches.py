"""trafilatura's main extractor, spared its searches for unwanted elements on a tree that has none.

Two fifths of its time go into XPath searches that ask every element for its class, id and style with regular
expressions. Each asks an element of nothing but its own name and attributes, and the elements of a paper's template
are alike: so each kind of element is asked once, alone, and a tree of harmless ones need not be searched.
"""

import importlib.util
import re
from functools import lru_cache
from types import ModuleType
from typing import Any

from lxml import etree, html
from trafilatura import xpaths
from trafilatura.htmlprocessing import delete_by_link_density
from trafilatura.settings import Extractor

PRUNED = xpaths.RAW_TREE_PRUNE_XPATH + xpaths.REMOVE_COMMENTS_AND_LISTS_XPATH
"""What `trafilatura_sequence` takes out before it cleans a tree."""
_ARTICLE = [x for x in xpaths.BODY_XPATH if "@" not in x.path]
"""The search for an article's element, which asks for no attribute."""
_SEARCHES = (
    PRUNED
    + [x for x in xpaths.BODY_XPATH if x not in _ARTICLE]
    + xpaths.OVERALL_DISCARD_XPATH
    + xpaths.DISCARD_IMAGE_ELEMENTS
    + xpaths.TEASER_DISCARD_XPATH
)


def _named(pattern: str) -> frozenset[str]:
    return frozenset(name for search in _SEARCHES for name in re.findall(pattern, search.path))


_ATTRIBUTES, _TAGS = _named(r"@([\w-]+)"), _named(r"(?:self::|//)(\w+)")


def may_find(tree: Any) -> bool:
    """Whether a search may find an element below `tree`, now or when cleaning has given it another name."""
    return any(_finds(e.tag, *[a for a in e.items() if a[0] in _ATTRIBUTES]) for e in _telling()(tree))


@lru_cache(maxsize=1)
def _telling() -> etree.XPath:
    """The elements that have any attribute that is asked for, or a name that is enough."""
    enough = [f"self::{tag}" for tag in sorted(_TAGS) if _finds(tag)]
    return etree.XPath(f".//*[{' or '.join([*enough, *(f'@{name}' for name in sorted(_ATTRIBUTES))])}]")


@lru_cache(maxsize=8192)
def _finds(tag: str, *attributes: tuple[str, str]) -> bool:
    root = html.Element("body")  # an HTML one may hold `o:p`
    # What is enough by its name alone is never another element's new name.
    for name in {tag, *(t for t in _TAGS if not _finds(t))} if attributes else {tag}:
        etree.SubElement(root, name, dict(attributes))
    return any(search(root) for search in _SEARCHES)


def extract(tree: Any, options: Extractor) -> tuple[Any, str]:
    """trafilatura's `extract_content` without the searches: what it finds in a converted tree, and its text."""
    found: tuple[Any, str] = _unsearched().extract_content(tree, options)
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
