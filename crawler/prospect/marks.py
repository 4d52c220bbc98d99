"""Which family of CMS a paper belongs to, by the marks of the families on its pages. Pure."""

from collections.abc import Iterable, Mapping

from config.declarations import Family
from crawler.prospect.found import Mark
from pipelines.view import View


def marks_on(views: Iterable[View], families: Mapping[str, Family]) -> list[Mark]:
    """Every family's mark that stands on some of `views`, the commonest first."""
    opened = list(views)
    found = [
        Mark(name, selector, pages, len(opened))
        for name, family in families.items()
        for selector in family.marks
        if (pages := sum(view.tree.css_first(selector) is not None for view in opened))
    ]
    return sorted(found, key=lambda mark: -mark.pages)


def family_of(marks: Iterable[Mark]) -> str | None:
    """The family whose marks stand on most pages; None without any. Two that tie, tie by the number of their marks."""
    best: dict[str, tuple[int, int]] = {}
    for mark in marks:
        pages, count = best.get(mark.family, (0, 0))
        best[mark.family] = (max(pages, mark.pages), count + 1)
    return max(best, key=lambda name: best[name], default=None)
