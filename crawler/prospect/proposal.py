"""From a survey to what a declaration of the paper would say, each statement with what it rests on. Pure."""

import re
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from urllib.parse import urlsplit

import msgspec

from config.declarations import ADDED, Discover, Family, UrlRules
from config.fold import fold, is_marked
from config.sources import Source, bare_host
from config.urls import classify
from crawler.links import anchors
from crawler.prospect.addresses import is_aside, pager_of, section_patterns
from crawler.prospect.elements import Read
from crawler.prospect.found import Mark, Pager, Pattern, Section, Survey
from crawler.prospect.opened import opened
from crawler.prospect.selectors import Finder, Place

MOST_SECTIONS = 40
LEARNED = ("container", "title", "lead", "published", "authors", "section", "tags", "captions", "note")
_SKIPPED_SITEMAPS = ("categor", "tag", "topic", "video", "image", "event", "author")
_SECOND_LEVEL = frozenset("com gov org edu net info name pro ac biz".split())
_GENERIC = re.compile(
    r"^(?:trang chủ|trang nhất|home|(?:đọc )?(?:tin|báo)(?: tức| mới| nóng| nhanh| điện tử| nhất| 24h)+)$|\brss\b", re.I
)
_PARTS = re.compile(r"\s+[|–—-]\s+|\s*\|\s*")
_KIND_OF_PAPER = re.compile(r"^(?:bao|tap chi|tap san|dai|trang|cong|dien tu)\s+(?:dien tu\s+)?")

_NAMED_BY = 8
"""Pages that are asked for the paper's name."""
_FEW_NAMES = 8

Doubt = tuple[str, dict[str, object]]
"""A key of the words, and what fills it."""


class Proposal(msgspec.Struct, kw_only=True):
    """What the declaration of one paper would say."""

    id: str
    title: str
    base: str
    hosts: tuple[str, ...]
    language: str = "vi"
    family: str | None = None
    generation: str | None = None
    """The family's layout that most articles have."""
    marks: list[Mark] = []
    urls: UrlRules | None = None
    """Only what differs from the family."""
    patterns: list[Pattern] = []
    fitting: tuple[int, int] = (0, 0)
    """Of the addresses that are surely articles', so many fit; of so many."""
    discover: Discover = Discover()
    """Only what differs from the family; sections as they are to be written."""
    sections: list[Section] = []
    pager: Pager | None = None
    rules: dict[str, Place] = {}
    examples: dict[str, tuple[str, ...]] = {}
    doubts: list[Doubt] = []

    @property
    def port(self) -> int | None:
        """The port of a paper on this machine; None for a public one."""
        return urlsplit(self.base).port

    @property
    def scheme(self) -> str:
        """http or https."""
        return urlsplit(self.base).scheme


def propose(
    survey: Survey,
    reads: Sequence[Read],
    *,
    family: str | None,
    families: Mapping[str, Family],
    marks: list[Mark],
    known: Source,
    patterns: list[Pattern],
    sure: Collection[str],
) -> Proposal:
    """The proposal for `survey`. `known` tells its articles from its sections, `sure` are addresses of articles."""
    title = title_of(survey)
    made = Proposal(id=id_of(survey.base, title), title=title, base=survey.base, hosts=survey.hosts)
    made.language = Counter(read.record.language or "vi" for read in reads).most_common(1)[0][0] if reads else "vi"
    made.family, made.marks = family, [m for m in marks if m.family == family]
    under = families[family] if family else Family(title="")
    made.generation = _generation(reads) if family else None
    made.patterns, made.sections = patterns, sorted(survey.sections, key=lambda s: s.articles is None)[:MOST_SECTIONS]
    made.pager = _pager(survey)
    made.urls = _urls(made, under, known)
    made.fitting = (sum(classify(known, url) == "article" for url in sure), len(sure))
    made.discover = _discover(survey, made, under)
    paper = msgspec.structs.replace(
        known, urls=_layered(under.urls, made.urls), discover=Discover(sections=_paths(made))
    )
    wanted = _missing(reads) if family else LEARNED
    finder = Finder(reads, paper)
    made.rules = {field: _over(under, field, place) for field, place in finder.find(wanted).items()}
    if not family and len(finder.reads) < len(reads):
        made.doubts.append(("layouts", {"n": len(reads) - len(finder.reads), "of": len(reads)}))
    made.examples = _examples(survey, made, paper)
    made.doubts += _doubts(survey, made, under, reads)
    return made


def title_of(survey: Survey) -> str:
    """The paper's name, from what its pages call the site, what ends their titles, the front page's and the feeds'
    own titles: the one with Vietnamese marks, as a paper's name has, before a translation; else its host."""
    pages = {page.url: page for page in [*survey.pages.values(), *survey.articles]}
    views = [view for page in list(pages.values())[:_NAMED_BY] if (view := opened(page))]
    named = Counter(name for view in views for name in view.meta.get("og:site_name")[:1])
    named.update(name for view in views for name in view.ld.texts("publisher.name")[:1])
    heads = [n.text(strip=True) for view in views if (n := view.tree.css_first("title")) is not None]
    ends = Counter(part for head in heads for part in _PARTS.split(head)[-1:])
    told = [name for name, _ in named.most_common(3)] + [name for name, count in ends.most_common(1) if count > 1]
    told += [part for head in (heads[:1] if survey.home else []) for part in _PARTS.split(head)]
    told += [part for feed in survey.feeds for part in _PARTS.split(feed.title or "")]
    names = [name for name in told if 1 < len(name) <= 60 and not _GENERIC.match(name)]
    return max(names, key=_sounds, default=urlsplit(survey.base).hostname or "")


def _sounds(name: str) -> tuple[bool, bool]:
    """How much a name sounds like a Vietnamese paper's."""
    return any(map(is_marked, name.split())), bool(_KIND_OF_PAPER.match(fold(name)))


def id_of(base: str, title: str) -> str:
    """The paper's id: its host's own name; of a bare address, its title without marks."""
    labels = bare_host(urlsplit(base).hostname or "").split(".")
    if labels[-1].isdigit():
        return re.sub(r"[^a-z0-9]", "", _KIND_OF_PAPER.sub("", fold(title))) or "bao"
    own = labels[:-2] if len(labels) > 2 and labels[-2] in _SECOND_LEVEL else labels[:-1]
    return "-".join(re.sub(r"[^a-z0-9]", "", label) for label in reversed(own)) or "bao"


def _generation(reads: Sequence[Read]) -> str | None:
    names = Counter(read.record.generation for read in reads)
    return names.most_common(1)[0][0] if names else None


def _missing(reads: Sequence[Read]) -> list[str]:
    """The fields that the family's rules found on no article, and notes, which no field shows."""
    fields = ("lead", "published", "authors", "section", "tags")
    return [field for field in fields if not any(getattr(read.record, field) for read in reads)] + ["note"]


def _over(under: Family, field: str, place: Place) -> Place:
    """What was learned, then what the family's layouts say: the paper may have pages of others that were not seen."""
    if field in ADDED:
        return place
    layers = (under.rules, *(generation.rules for generation in under.generation))
    more = [p for rules in layers for p in getattr(rules, field) or ()]
    return msgspec.structs.replace(place, places=tuple(dict.fromkeys((*place.places, *more))))


def _pager(survey: Survey) -> Pager | None:
    for section in survey.sections:
        page = survey.pages.get(section.url)
        if page and (found := pager_of(section.url, anchors(page))):
            return found
    return None


def _urls(made: Proposal, under: Family, known: Source) -> UrlRules | None:
    """The patterns that the family lacks, over its own; None where it lacks none."""
    article = known.urls.article if known.urls.article != under.urls.article else ()
    paper = msgspec.structs.replace(known, urls=msgspec.structs.replace(under.urls, article=known.urls.article))
    listed = [s.url for s in made.sections] + ([made.pager.seen] if made.pager else [])
    unread = [url for url in listed if urlsplit(url).path.strip("/") and classify(paper, url) != "section"]
    section = (
        tuple(section_patterns([u for u in unread if u in {s.url for s in made.sections}] or listed, made.pager))
        if unread
        else ()
    )
    if not article and not section:
        return None
    return UrlRules(article=article, section=(*under.urls.section, *section) if section else ())


def _layered(under: UrlRules, own: UrlRules | None) -> UrlRules:
    return UrlRules(
        article=(own and own.article) or under.article,
        section=(own and own.section) or under.section,
        tag=under.tag,
        topic=under.topic,
        ignore=under.ignore,
    )


def _discover(survey: Survey, made: Proposal, under: Family) -> Discover:
    feeds = tuple(_path(survey, feed.url) for feed in survey.feeds if feed.url)
    sitemaps = tuple(_path(survey, sitemap.url) for sitemap in survey.sitemaps)
    children = [url for sitemap in survey.sitemaps if sitemap.kind == "index" for url in sitemap.urls]
    children = [url for url in children if not any(re.search(p, url) for p in under.discover.sitemap_skip)]
    skip = tuple(word for word in _SKIPPED_SITEMAPS if any(word in urlsplit(url).path for url in children))
    pager, there = made.pager, under.discover
    own_pager = (
        pager
        if pager and (pager.template, pager.first, pager.step) != (there.pager, there.pager_first, there.pager_step)
        else None
    )
    return Discover(
        feeds=() if feeds == there.feeds else feeds,
        sitemaps=() if sitemaps == there.sitemaps else sitemaps,
        sitemap_skip=(*there.sitemap_skip, *skip) if skip else (),
        sections=_paths(made),
        pager=own_pager.template if own_pager and own_pager.template != there.pager else None,
        pager_first=own_pager.first if own_pager else 2,
        pager_step=own_pager.step if own_pager else 1,
        feed_order="MDY" if any(feed.order == "MDY" for feed in survey.feeds) else "DMY",
    )


def _paths(made: Proposal) -> tuple[str, ...]:
    return tuple(dict.fromkeys(_relative(made.base, section.url) for section in made.sections))


def _path(survey: Survey, url: str) -> str:
    return _relative(survey.base, url)


def _relative(base: str, url: str) -> str:
    """`url` as a path of the paper; whole where it lies on another of its hosts."""
    parts, there = urlsplit(url), urlsplit(base)
    if bare_host(parts.hostname or "") != bare_host(there.hostname or ""):
        return url
    return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")


def _examples(survey: Survey, made: Proposal, paper: Source) -> dict[str, tuple[str, ...]]:
    """Addresses that show how the paper names its pages, two of each kind; only ones that read as they should."""

    def some(urls: Sequence[str], kind: str) -> tuple[str, ...]:
        shown = [url for url in dict.fromkeys(urls) if classify(paper, url) == kind][:2]
        return tuple(_relative(made.base, url) if made.port else url for url in shown)

    listed = [s.url for s in made.sections][:1] + (
        [made.pager.seen] if made.pager else [s.url for s in made.sections][1:2]
    )
    links = [a.url for page in survey.pages.values() for a in anchors(page) if is_aside(a.url)]
    own = {bare_host(h) for h in made.hosts}
    others = [f.url for f in survey.feeds if f.url] + [s.url for s in survey.sitemaps]
    others += [u for u in links if bare_host(urlsplit(u).hostname or "") in own] + [made.base + "/"]
    return {
        "article": some([page.url for page in survey.articles], "article"),
        "section": some(listed, "section"),
        "other": some(others, "other")[:1],
    }


def _doubts(survey: Survey, made: Proposal, under: Family, reads: Sequence[Read]) -> list[Doubt]:
    there, doubts = under.discover if survey.tried else Discover(), list[Doubt]()
    if len(reads) < 3:
        doubts.append(("few", {"n": len(reads)}))
    if not survey.feeds:
        doubts.append(("no-feed", {}))
    if not made.sections:
        doubts.append(("no-section", {}))
    elif made.pager is None and under.discover.pager is None:
        doubts.append(("no-pager", {}))
    if unopened := [s.name for s in made.sections if s.articles is None]:
        more = f" … (+{len(unopened) - _FEW_NAMES})" if len(unopened) > _FEW_NAMES else ""
        doubts.append(("unopened", {"names": ", ".join(unopened[:_FEW_NAMES]) + more}))
    if survey.dead and not survey.tried:
        doubts.append(("named-feeds", {"paths": ", ".join(_path(survey, url) for url in survey.dead[:_FEW_NAMES])}))
    elif survey.dead:
        doubts.append(("dead", {"paths": ", ".join(_path(survey, url) for url in survey.dead)}))
    if absent := [
        p
        for found, paths in ((survey.feeds, there.feeds), (survey.sitemaps, there.sitemaps))
        if not found
        for p in paths
    ]:
        doubts.append(("family-feeds", {"family": made.family, "paths": ", ".join(absent)}))
    guessed = [f for f in survey.feeds if f.order == "MDY"]
    undecided = [f for f in survey.feeds if f.order is None and re.match(r"\s*\d{1,2}[/.-]\d", f.sample or "")]
    for key, feeds in (("order-guessed", guessed), ("order-unknown", undecided)):
        doubts += [(key, {"sample": feeds[0].sample})] if feeds else []
    if survey.forbidden:
        doubts.append(("forbidden", {"n": len(survey.forbidden), "url": survey.forbidden[0]}))
    if survey.unread:
        doubts.append(("more-feeds", {"paths": ", ".join(_path(survey, url) for url in survey.unread[:_FEW_NAMES])}))
    doubts += [("canonical", {"host": host, "n": count, "of": len(reads)}) for host, count in survey.named.items()]
    doubts += [("moved", {"old": old, "new": new}) for old, new in survey.moved.items()]
    return doubts
