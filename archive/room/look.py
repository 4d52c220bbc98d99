"""How pages look: the templates with what they may use. All text is escaped; nothing is loaded from elsewhere."""

from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from archive.permalink import article_path, tilde
from archive.room import words
from archive.room.helping import helpers
from archive.room.marking import marked
from archive.room.takeaway import cited
from archive.room.view import Made, query

HERE = Path(__file__).parent


@cache
def _environment() -> Environment:
    made = Environment(
        loader=FileSystemLoader(HERE / "pages"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals |= {"outward": outward, "marked": marked, "tilde": tilde, "query": query}
    return made


def page(template: str, made: Made, data: Any) -> str:
    """The HTML of `data`, in the reader's language."""
    return _environment().get_template(template).render(a=data, **_given(made))


def _given(made: Made) -> dict[str, Any]:
    lang, room, base = made.ask.lang, made.room, made.site
    return {
        "lang": lang,
        "ask": made.ask,
        "room": room,
        "t": lambda key, /, **values: words.said(lang, key, **values),
        "n": lambda value: words.number(lang, value),
        "u": lambda path="", /, **values: f"{base}{path}{query(**values)}",
        "article": lambda identity, part="", /, **values: f"{base}{article_path(identity, part)}{query(**values)}",
        "paper": lambda name: room.sources.named(name).title,
        "when": when,
        "switch": _switched(made),
        "with": lambda **changed: {**_narrowing(made), **changed},
        "page_link": lambda page: _here(made, page=page),
        "cited": lambda a: cited(a, made),
        **helpers(made),
    }


def _narrowing(made: Made) -> dict[str, str]:
    """What narrows the search of this page, without the page number and the language."""
    return {name: value for name, value in made.ask.args.items() if name not in ("page", "lang")}


def _here(made: Made, **changed: object) -> str:
    return urlsplit(made.url).path + query(**{**made.ask.args, **changed})


def _switched(made: Made) -> str:
    """The address of this page in the other language."""
    return _here(made, lang=next(one for one in words.LANGUAGES if one != made.ask.lang))


def when(iso: str | None, precision: str | None = "minute", note: str = "") -> Markup:
    """A moment for readers, day first; the exact value stands in the element and shows when it is pointed at."""
    if not iso:
        return Markup("")
    title = f"{iso} ({note})" if note else iso
    shown = words.day(iso, precision)
    return Markup('<time datetime="{}" title="{}">{}</time>').format(iso, title, shown)


def outward(url: str | None) -> str | None:
    """`url` where it may be followed: over HTTP. None for `javascript:` and its like, which are shown as text."""
    try:
        return url if url and urlsplit(url).scheme in ("http", "https") else None
    except ValueError:
        return None
