"""The pages as bytes: HTML in three layouts, feeds and sitemaps.

`plain` is nobody's layout and declared in `serve`; `onecms` and `vccorp` are written so that the rules of those
families clean them.
"""

from email.utils import format_datetime
from html import escape

from tests.corpus import pages
from tests.corpus.truth import Paper
from tests.corpus.web import Shown, Step

HTML = "text/html; charset=utf-8"
XML = "application/xml; charset=utf-8"


def render(shown: Shown, paper: Paper) -> tuple[str, bytes]:
    """Content type and body of a page."""
    if shown.kind == "feed":
        return XML, _feed(shown).encode()
    if shown.kind == "sitemap":
        return XML, _sitemap(shown).encode()
    body = _ARTICLES[paper.layout](shown, paper) if shown.article else _list(shown, paper)
    menu = "".join(f'<li><a href="{s.url}">{escape(s.anchor)}</a></li>' for s in _of(shown, "section"))
    search = f'<form action="{pages.SEARCH}"><input name="q"></form>'
    title = f"{escape(shown.title)} - {paper.title}"
    page = (
        f'<!DOCTYPE html><html lang="vi"><head><meta charset="utf-8"><title>{title}</title>'
        f'{_head(shown, paper)}</head><body><header><nav><ul class="menu">{menu}</ul></nav>{search}</header>'
        f"<main>{body}</main><footer>{escape(paper.title)}</footer></body></html>"
    )
    return HTML, page.encode()


def _of(shown: Shown, *kinds: str) -> list[Step]:
    return [step for step in shown.steps if step.kind in kinds]


def _head(shown: Shown, paper: Paper) -> str:
    article = shown.article
    if article is None:
        return ""
    story = shown.story
    return (
        f'<link rel="canonical" href="{shown.url}"><meta property="og:type" content="article">'
        f'<meta property="og:title" content="{escape(story.title)}">'
        f'<meta property="article:published_time" content="{article.published.isoformat()}">'
        f'<meta property="og:site_name" content="{escape(paper.title)}">'
    )


def _links(steps: list[Step], css: str = "") -> str:
    mark = f' class="{css}"' if css else ""
    return "".join(f'<li><a{mark} href="{s.url}" title="{escape(s.anchor)}">{escape(s.anchor)}</a></li>' for s in steps)


def _paragraphs(shown: Shown) -> str:
    """The text; the link in it stands behind some words of the first paragraph."""
    made = [f"<p>{escape(text)}</p>" for text in shown.story.paragraphs]
    for step in _of(shown, "inline"):
        words = shown.story.paragraphs[0].split(" ")
        before, linked, after = (escape(" ".join(part)) for part in (words[:3], words[3:8], words[8:]))
        if linked:
            link = f'<a href="{step.url}" title="{escape(step.anchor)}">{linked}</a>'
            made[0] = f"<p>{before} {link}{' ' if after else ''}{after}</p>"
    return "".join(made)


def _plain(shown: Shown, paper: Paper) -> str:
    article, story = shown.article, shown.story
    assert article
    path = paper.sections[article.section]
    return (
        f'<div class="crumb"><a href="{path}">{escape(article.section)}</a></div><h1>{escape(story.title)}</h1>'
        f'<div class="when">{article.published:%d/%m/%Y %H:%M}</div><p class="sapo">{escape(story.lead)}</p>'
        f'<div class="body">{_paragraphs(shown)}</div>'
        f"{_box('p', 'author', article.author)}{_box('p', 'source', article.credit)}"
        f'<ul class="related">{_links(_of(shown, "related"))}</ul><ul class="tags">{_links(_of(shown, "tag"))}</ul>'
        f'<ul class="topics">{_links(_of(shown, "topic"))}</ul>'
        f'<div class="more"><h3>Cùng chuyên mục</h3><ul>{_links(_of(shown, "more"))}</ul></div>'
    )


def _onecms(shown: Shown, paper: Paper) -> str:
    article, story = shown.article, shown.story
    assert article
    path, shown_at = paper.sections[article.section], f"{article.published:%d/%m/%Y %H:%M}"
    moment = f"{article.published:%Y-%m-%dT%H:%M:%S}+0700"
    related = "".join(
        f'<article class="story"><h3 class="story__heading"><a class="cms-link" href="{s.url}">{escape(s.anchor)}</a>'
        "</h3></article>"
        for s in _of(shown, "related")
    )
    return (
        f'<div class="breadcrumb"><a href="{path}">{escape(article.section)}</a></div>'
        f'<h1 class="article__title cms-title">{escape(story.title)}</h1>'
        f'<div class="article__meta"><time class="time" datetime="{moment}">{shown_at}</time></div>'
        f"{_author('article__author', article.author)}"
        f'<div class="article__sapo cms-desc">{escape(story.lead)}</div>'
        f'<div class="article__body zce-content-body cms-body" itemprop="articleBody">{_paragraphs(shown)}</div>'
        f'{_box("div", "cms-source", article.credit)}<div class="article__related">{related}</div>'
        f'<div class="article__tag">{_anchors(_of(shown, "tag"))}</div>'
        f'<div class="l-topic">{_anchors(_of(shown, "topic"))}</div>'
        f'<aside class="l-sidebar"><h3>Tin cùng chuyên mục</h3><ul>{_links(_of(shown, "more"))}</ul></aside>'
    )


def _vccorp(shown: Shown, paper: Paper) -> str:
    article, story = shown.article, shown.story
    assert article
    path, at = paper.sections[article.section], article.published
    return (
        f'<div class="detail-cate"><a href="{path}" data-role="cate-name">{escape(article.section)}</a></div>'
        f'<h1 class="detail-title" data-role="title">{escape(story.title)}</h1>'
        f'<div class="detail-time"><div data-role="publishdate">{at:%d/%m/%Y %H:%M} GMT+7</div></div>'
        f'{_author("detail-author", article.author)}<h2 class="detail-sapo" data-role="sapo">{escape(story.lead)}</h2>'
        f'<div class="detail-cmain"><div class="detail-content afcbc-body" data-role="content" itemprop="articleBody">'
        f"{_paragraphs(shown)}</div></div>{_box('a', 'link-source-name', article.credit)}"
        f'<div class="box-news-relate"><ul>{_links(_of(shown, "related"))}</ul></div>'
        f'<div class="detail-tab">{_anchors(_of(shown, "tag"), "item")}</div>'
        f'<div class="detail-topic">{_anchors(_of(shown, "topic"))}</div>'
        f'<div class="box-category"><h3>Tin cùng mục</h3><ul>'
        f"{_links(_of(shown, 'more'), 'box-category-link-title')}</ul></div>"
    )


_ARTICLES = {"plain": _plain, "onecms": _onecms, "vccorp": _vccorp}
_HEADINGS = {"plain": "", "onecms": "cms-link", "vccorp": "box-category-link-title"}


def _list(shown: Shown, paper: Paper) -> str:
    css = _HEADINGS[paper.layout]
    items = "".join(
        f'<li class="story"><h3 class="story__heading"><a class="{css}" href="{s.url}">{escape(s.anchor)}</a></h3></li>'
        for s in _of(shown, "list")
    )
    further = "".join(f'<a rel="next" href="{s.url}">{s.anchor}</a>' for s in _of(shown, "next"))
    return f'<h1>{escape(shown.title)}</h1><ul class="list">{items}</ul><div class="pager">{further}</div>'


def _box(element: str, css: str, text: str) -> str:
    return f'<{element} class="{css}">{escape(text)}</{element}>' if text else ""


def _author(css: str, name: str) -> str:
    return f'<div class="{css}"><span class="name">{escape(name)}</span></div>' if name else ""


def _anchors(steps: list[Step], css: str = "") -> str:
    mark = f' class="{css}"' if css else ""
    return "".join(f'<a{mark} href="{s.url}">{escape(s.anchor)}</a>' for s in steps)


def _feed(shown: Shown) -> str:
    items = "".join(
        f"<item><title>{escape(s.anchor)}</title><link>{escape(s.url)}</link>"
        f"<pubDate>{format_datetime(s.published)}</pubDate></item>"
        for s in shown.steps
        if s.published
    )
    return (
        f'<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>{escape(shown.title)}</title>'
        f"{items}</channel></rss>"
    )


def _sitemap(shown: Shown) -> str:
    spaces = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
    head = '<?xml version="1.0" encoding="utf-8"?>'
    if any(s.kind == "sitemap" for s in shown.steps):
        inner = "".join(f"<sitemap><loc>{escape(s.url)}</loc></sitemap>" for s in shown.steps)
        return f"{head}<sitemapindex {spaces}>{inner}</sitemapindex>"
    inner = "".join(
        f"<url><loc>{escape(s.url)}</loc><lastmod>{s.published.isoformat()}</lastmod></url>"
        for s in shown.steps
        if s.published
    )
    return f"{head}<urlset {spaces}>{inner}</urlset>"
