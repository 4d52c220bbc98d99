"""Where a field stands when no declaration says so: JSON-LD, then the head, then HTML's own elements."""

from functools import lru_cache

import msgspec

from config.declarations import Rules

DEFAULT = Rules(
    title=("ld:headline", "meta:og:title", "h1", "title"),
    authors=("ld:author.name", "meta:article:author", "meta:author"),
    published=(
        "ld:datePublished",
        "meta:article:published_time",
        "meta:datePublished",
        "meta:pubdate",
        "meta:dc.date.issued",
        "meta:date",
        "time[itemprop=datePublished]@datetime",
        "article:has(h1) time@datetime",
    ),
    modified=("ld:dateModified", "meta:article:modified_time"),
    section=("ld:breadcrumb", "ld:articleSection", "meta:article:section"),
    tags=("meta:article:tag",),
    image=("meta:og:image", "ld:image.url", "ld:image"),
)
"""Used field by field, where the declaration is silent."""


BREADCRUMB = "nav[aria-label*=breadcrumb i] a, [class*=breadcrumb i] a, [id*=breadcrumb i] a, [class*=bread-crumb i] a"
"""What templates name so; some hold the menu of sections too."""

LATE = (
    "[itemprop=datePublished]@content",
    "abbr[class*=published]@title",
    "time[class*=published], time[class*=entry-date], time[pubdate]@datetime",
    "meta:parsely-pub-date",
    "meta:sailthru.date",
    "meta:dcterms.created",
)
"""Where nothing is declared and nothing else gives a time of day: older and rarer places of a date."""

UNDECLARED = msgspec.structs.replace(
    DEFAULT,
    authors=(
        "ld:author.name",
        "ld:author",
        "meta:article:author",
        "meta:author",
        "meta:dc.creator",
        "meta:parsely-author",
        "meta:cxenseparse:author",
        "[data-role=author]",
        "[rel=author]",
        "[itemprop=author] [itemprop=name], [itemprop=author]:not(:has([itemprop=name]))",
        "[class*=author-name i], [class*=author_name i], [class*=authorname i]",
        "[class*=author i] a",
        "[class*=byline i]",
        "[class*=author i]:not(:has([class*=author i]))",
        "[class*=tac-gia i], [class*=tacgia i]",
    ),
    section=(
        "ld:breadcrumb",
        "[itemtype*=BreadcrumbList] [itemprop=name]",
        BREADCRUMB,
        "ld:articleSection",
        "meta:article:section",
    ),
    tags=("meta:article:tag", "a[rel~=tag]"),
    related=("[class*=relate i] a, [class*=lien-quan i] a, [class*=lienquan i] a",),
)
"""Where nothing is declared: what most sites have in common."""


@lru_cache(maxsize=1024)
def completed(rules: Rules) -> Rules:
    """`rules` with the defaults for every field that they leave open; `UNDECLARED` for none at all."""
    if rules == Rules():
        return UNDECLARED
    silent = {n: getattr(DEFAULT, n) for n in Rules.__struct_fields__ if getattr(rules, n) is None}
    return msgspec.structs.replace(rules, **silent)
