"""Rendering: the templates of the papers and the small notations that they need."""

import re
from datetime import datetime
from email.utils import format_datetime
from functools import cache

import jinja2
from markupsafe import Markup

from config.fold import fold
from crawler.newsroom.body import parse
from crawler.newsroom.papers import HERE
from crawler.newsroom.shelf import weekday


@cache
def environment(paper: str) -> jinja2.Environment:
    """The templates of `paper`; everything that they print is escaped."""
    env = jinja2.Environment(
        loader=jinja2.FileSystemLoader([HERE / paper / "templates", HERE / "shared"]),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    )
    env.policies["json.dumps_kwargs"] = {"ensure_ascii": False}
    env.filters |= {
        "weekday": weekday,
        "rfc822": format_datetime,
        "iso_spaced": _iso_spaced,
        "entities": _entities,
        "parts": parse,
    }
    return env


def slug(text: str) -> str:
    """`text` as papers write it into addresses: folded, words joined by hyphens."""
    return "-".join(re.findall(r"[a-z0-9]+", fold(text)))


def picture(name: str) -> bytes:
    """A stand-in for a photograph: an SVG of a colour that its name decides."""
    hue = sum(name.encode()) % 360
    shapes = (
        f'<rect width="600" height="400" fill="hsl({hue},35%,72%)"/><circle cx="450" cy="110" r="46" fill="#fff8"/>'
    )
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 600 400">{shapes}</svg>'.encode()


def _iso_spaced(moment: datetime) -> str:
    """ISO 8601 with milliseconds and a space before the offset, as VietNamNet's JSON-LD writes it."""
    return moment.strftime("%Y-%m-%dT%H:%M:%S.000 +07:00")


def _entities(text: str) -> Markup:
    """`text` with character references inside a string that is escaped once more later, as some feeds do."""
    return Markup("".join(c if ord(c) < 128 else f"&#{ord(c)};" for c in text))
