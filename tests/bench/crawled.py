"""A crawl as papers really give it, made up: many articles on shared templates, boxes and clutter that move, refetches.

Everything is invented: sentences from the words of the sample newsroom, style sheets, scripts and markup from seeded
chance. A page has 60 to 130 KB, of which gzip leaves about a fifth, as on the real ones; between two articles of a
paper the text, its pictures and tags, about fifty box entries, ad slots, tokens, counters and times differ.
"""

import json
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from functools import cache
from random import Random
from typing import Literal, NamedTuple

from archive.facts import Hints, Page, PageKind
from archive.grounds import Grounds
from archive.store import Archive
from config.clock import VIETNAM, stamp
from crawler.newsroom.papers import articles, papers
from crawler.newsroom.render import slug

START = datetime(2025, 3, 1, 6, tzinfo=VIETNAM)
Visit = Literal["first", "edited", "moved", "list"]
"""What a page is to the one before of its URL: the first, one with a small edit, the same with all boxes moved on."""


class Fetched(NamedTuple):
    """One page of the crawl, its paper, and what kind of visit it was."""

    source: str
    page: Page
    visit: Visit


class Story(NamedTuple):
    """One article: its number, when it came out, headline, address and paragraphs."""

    number: int
    at: datetime
    title: str
    path: str
    lead: str
    text: tuple[str, ...]


@cache
def _words() -> tuple[str, ...]:
    return tuple(" ".join(f"{a.lead} {a.body}" for p in papers() for a in articles(p, 1)).split())


def say(random: Random, count: int) -> str:
    """So many words, in pairs that stand beside each other in the newsroom."""
    words, said = _words(), list[str]()
    while len(said) < count:
        at = random.randrange(len(words) - 2)
        said += words[at : at + 2]
    return " ".join(said[:count])


def token(random: Random, length: int = 32) -> str:
    """A number as sites hide in forms and addresses, hexadecimal."""
    return f"{random.getrandbits(4 * length):0{length}x}"


class Paper:
    """One invented paper with its layout; `era` 1 is an older layout of the same one."""

    def __init__(self, name: str, era: int, stories: list[Story]) -> None:
        self.name, self.era, self.stories = name, era, stories
        self.host = f"https://{name}.example.vn"
        self._random = random = Random(f"{name} {era}")
        self._names = [slug(say(random, 2)) for _ in range(90)]
        self._style, self._script = self._styles(random.randint(130, 260)), self._scripts(random.randint(50, 110))
        self._sections = [say(random, 3).capitalize() for _ in range(random.randint(25, 45))]
        self._foot = "".join(f'<p class="{self._name()}">{say(random, 12)}</p>' for _ in range(14))

    def _name(self) -> str:
        return self._random.choice(self._names)

    def _styles(self, rules: int) -> str:
        random, what = self._random, ("margin", "padding", "width", "font-size", "line-height", "top", "border-radius")
        return "\n".join(
            f".{self._name()} .{self._name()}:{random.choice(('hover', 'before', 'first-child'))}"
            f"{{{random.choice(what)}:{random.randrange(90)}px;{random.choice(what)}:{random.randrange(60)}px;"
            f"color:#{token(random, 6)}}}"
            for _ in range(rules)
        )

    def _scripts(self, functions: int) -> str:
        random = self._random
        return "\n".join(
            f"function {self._name().replace('-', '_')}(e,t){{var n=document.querySelector('.{self._name()}');"
            f"if(!n||e>{random.randrange(9999)})return t;"
            f"n.addEventListener('{random.choice(('click', 'load', 'scroll'))}',"
            f"function(r){{window.{self._name().replace('-', '_')}=r.target.dataset['{self._name()}'];}});"
            f"return fetch('/api/{self._name()}?v={token(random, 10)}').then(function(o){{return o.json()}});}}"
            for _ in range(functions)
        )

    def _menu(self) -> str:
        return "".join(
            f'<li class="menu-{n} {self._names[n % 90]}"><a href="/{slug(name)}" title="{name}" data-zone="{n * 37}">'
            f'<span class="{self._names[n * 7 % 90]}">{name}</span></a></li>'
            for n, name in enumerate(self._sections)
        )

    def _entry(self, story: Story, random: Random, picture: bool = True) -> str:
        a, b = self._names[self.era], self._names[self.era + 5]
        image = (
            f'<a class="{b}" href="{story.path}"><img loading="lazy" src="/thumb/300x200/{story.at:%Y/%m/%d}/'
            f'{token(Random(story.number), 12)}.jpg" alt="{story.title}"></a>'
        )
        return (
            f'<article class="{a} item-{story.number}" data-id="{story.number}">{image if picture else ""}'
            f'<h3 class="{b}-title"><a href="{story.path}" title="{story.title}">{story.title}</a></h3>'
            f'<span class="time" title="{stamp(story.at)}">{story.at:%d/%m/%Y %H:%M}</span></article>\n'
        )

    def _ads(self, random: Random, count: int) -> list[str]:
        return [
            f'<div class="{self._names[n + 20]} adzone" id="zone-{n}" data-impression="{token(random, 16)}">'
            f"<script>ads.push({{slot:{n * 13},rnd:{random.randrange(10**9)}}});</script></div>\n"
            for n in range(count)
        ]

    def _wrap(self, title: str, head: str, main: str, at: datetime, random: Random) -> bytes:
        ads = self._ads(random, 6)
        return (
            f'<!DOCTYPE html>\n<html lang="vi"><head><meta charset="utf-8"><title>{title}</title>\n{head}'
            f'<meta name="csrf-token" content="{token(random)}"><style>{self._style}</style>\n'
            f"<script>window.renderedAt='{stamp(at)}';window.user={{id:'{token(random, 24)}'}};\n"
            f"{self._script}</script>\n"
            f'</head><body class="era-{self.era}">{ads[0]}{ads[1]}<nav><ul>{self._menu()}</ul></nav>\n'
            f"<main>{main}</main>{ads[2]}{ads[3]}\n<nav class='foot'><ul>{self._menu()}</ul></nav>"
            f"<footer>{self._foot}{ads[4]}{ads[5]}</footer>"
            f"<!-- node {random.randrange(40)} {stamp(at)} --></body></html>"
        ).encode()

    def newest(self, at: datetime, count: int) -> list[Story]:
        """The latest stories at a moment."""
        return [s for s in self.stories if s.at <= at][-count:][::-1]

    def article(self, story: Story, at: datetime, boxes: datetime, edit: str = "") -> bytes:
        """The page of `story` fetched `at`, with boxes as they were at `boxes`; `edit` is a paragraph put in."""
        random, fixed = Random(f"{story.number} {at}"), Random(story.number)
        text = list(story.text)
        text[len(text) // 2 : len(text) // 2] = [edit] if edit else []
        pictures = [token(fixed, 20) for _ in range(fixed.randint(1, 5))]
        body = "\n".join(f'<p class="{self._names[3]}">{p}</p>' for p in text)
        figures = "\n".join(
            f'<figure class="{self._names[9]}">'
            f'<img src="/img/{story.at:%Y/%m/%d}/{p}.jpg" width="660" alt="{story.title}">'
            f"<figcaption>{say(fixed, 14)}</figcaption></figure>"
            for p in pictures
        )
        tags = "".join(f'<a class="tag" href="/tag/{slug(t)}">{t}</a>' for t in (say(fixed, 3) for _ in range(6)))
        related = "".join(self._entry(s, random, False) for s in fixed.sample(self.stories, min(8, len(self.stories))))
        others = self.newest(boxes, 60)
        read = Random(f"{boxes:%Y-%m-%d-%H}").sample(others, min(10, len(others)))
        data = {"@type": "NewsArticle", "headline": story.title, "datePublished": stamp(story.at),
                "description": story.lead, "image": [f"/img/{p}.jpg" for p in pictures]}  # fmt: skip
        main = (
            f'<h1 class="{self._names[1]}">{story.title}</h1>'
            f'<span class="views">{random.randrange(90000)} lượt xem</span>'
            f'<h2 class="{self._names[2]}">{story.lead}</h2><div class="content">{figures}{body}</div>{tags}'
            f'<div class="comments" data-total="{random.randrange(200)}"></div>'
            f'<section class="related">{related}</section>'
            f'<section class="newest">{"".join(self._entry(s, random) for s in others[:25])}</section>'
            f'<aside class="most-read">{"".join(self._entry(s, random, False) for s in read)}</aside>'
        )
        head = (
            f'<meta name="description" content="{story.lead}"><meta property="og:title" content="{story.title}">'
            f'<link rel="canonical" href="{self.host}{story.path}">'
            f'<script type="application/ld+json">{json.dumps(data, ensure_ascii=False)}</script>\n'
        )
        return self._wrap(story.title, head, main, at, random)

    def section(self, number: int, at: datetime) -> bytes:
        """The front page of a section at a moment: its latest stories with their leads, and the boxes."""
        random, mine = Random(f"{number} {at}"), [s for s in self.newest(at, 400) if s.number % 5 == number]
        items = "".join(self._entry(s, random) + f"<p>{s.lead}</p>" for s in mine[:30])
        boxes = "".join(self._entry(s, random) for s in self.newest(at, 20))
        name = self._sections[number]
        return self._wrap(name, "", f"<h1>{name}</h1>{items}<aside>{boxes}</aside>", at, random)

    def feed(self, at: datetime) -> bytes:
        """The feed at a moment."""
        items = "".join(
            f"<item><title>{s.title}</title><link>{self.host}{s.path}</link><description><![CDATA[{s.lead}]]>"
            f"</description><pubDate>{s.at:%a, %d %b %Y %H:%M:%S} +0700</pubDate></item>\n"
            for s in self.newest(at, 40)
        )
        head = f'<?xml version="1.0"?><rss version="2.0"><channel><lastBuildDate>{stamp(at)}</lastBuildDate>'
        return f"{head}{items}</channel></rss>".encode()


def _stories(name: str, count: int, random: Random) -> list[Story]:
    found = []
    for n in range(count):
        at = START - timedelta(hours=30) + timedelta(minutes=20 * n + random.randrange(20))
        title, number = say(random, random.randint(9, 16)).capitalize(), 2400000 + 7 * n
        text = tuple(say(random, random.randint(25, 90)) for _ in range(random.randint(6, 16)))
        found.append(Story(number, at, title, f"/{slug(title)}-{number}.html", say(random, 30), text))
    return found


def _headers(random: Random, at: datetime, kind: PageKind, size: int) -> dict[str, str]:
    return {
        "date": f"{at:%a, %d %b %Y %H:%M:%S} GMT", "server": "nginx", "vary": "Accept-Encoding",
        "content-type": "text/xml" if kind == "feed" else "text/html; charset=utf-8",
        "cache-control": "public, max-age=60, stale-while-revalidate=30", "etag": f'W/"{size:x}-{token(random, 27)}"',
        "last-modified": f"{at:%a, %d %b %Y %H:%M:00} GMT", "strict-transport-security": "max-age=31536000",
        "x-content-type-options": "nosniff", "x-cache": random.choice(("HIT", "MISS")),
        "age": f"{random.randrange(60)}",
        "x-request-id": token(random), "set-cookie": f"sid={token(random)}; path=/; HttpOnly; SameSite=Lax",
    }  # fmt: skip


def _page(paper: Paper, path: str, kind: PageKind, at: datetime, body: bytes, hints: Hints) -> Page:
    random = Random(f"{path} {at}")
    headers = _headers(random, at, kind, len(body))
    return Page(url=paper.host + path, fetched_at=stamp(at), body=body, headers=headers, hints=hints, kind=kind)


def _visits(paper: Paper, story: Story, random: Random) -> Iterator[tuple[datetime, Visit, Page]]:
    """A story's first fetch, for every second one a refetch with a small edit, for every third one a day later."""
    hints = Hints(via="section", title=story.title, section="Tin mới", anchor=story.title, referrer=f"{paper.host}/tin")
    first = max(story.at, START) + timedelta(minutes=5 + random.randrange(30), seconds=random.randrange(60))
    plan: list[tuple[datetime, Visit, datetime, str]] = [(first, "first", first, "")]
    edit = say(random, 18).capitalize() + "."
    if story.number % 2:
        plan.append((first + timedelta(minutes=61), "edited", first, edit))
    if story.number % 3 == 0:
        moved = first + timedelta(days=1)
        plan.append((moved, "moved", moved, edit if story.number % 2 else ""))
    for at, visit, boxes, put in plan:
        body = paper.article(story, at, boxes, put)
        yield at, visit, _page(paper, story.path, "article", at, body, hints)


def crawled(count: int = 3, stories: int = 200, first: int = 1) -> list[Fetched]:
    """The crawl in the order of fetching. Two fifths of each paper's stories are fetched in its older layout.

    `first` is the number of the first paper: each has stories of its own.
    """
    found: list[tuple[datetime, Fetched]] = []
    for name in (f"paper{n}" for n in range(first, first + count)):
        random = Random(name)
        told = _stories(name, stories, random)
        eras = [Paper(name, 1, told), Paper(name, 0, told)]
        for n, story in enumerate(told):
            paper = eras[n >= 2 * stories // 5]
            found += [(at, Fetched(name, page, visit)) for at, visit, page in _visits(paper, story, random)]
        for hour in range(0, stories // 3, 3):
            paper, at = eras[hour > 2 * stories // 15], START + timedelta(hours=hour, seconds=random.randrange(600))
            lists: list[tuple[str, PageKind, bytes]] = [
                (f"/muc-{k}", "section", paper.section(k, at)) for k in range(3)
            ]
            for path, kind, body in [*lists, ("/rss/tin-moi.rss", "feed", paper.feed(at))]:
                hints = Hints(via="seed")
                found.append((at, Fetched(name, _page(paper, path, kind, at, body, hints), "list")))
    return [fetched for _, fetched in sorted(found, key=lambda f: (f[0], f[1].page.url))]


def captured(archive: Archive, crawl: Iterable[Fetched], grounds: Grounds) -> Iterator[tuple[int, Fetched]]:
    """Keep all pages as a crawl does, one by one; yields them with their numbers."""
    for of in crawl:
        packed = grounds.pack(of.page.body, grounds.group(archive.conn, of.source, of.page.kind, of.page.status))
        with archive.transaction(light=True):
            number = archive.keep_page(of.source, of.page, packed=packed)
        yield number, of
