"""The templates in `discover.lists` and `discover.search`: `{section}`, `{words}` and `{n}` in a list's address,
`{field}` in an article's."""

import re
from collections.abc import Mapping, Sequence
from urllib.parse import quote

from config.declarations import ScriptedList, Search

FIELD = re.compile(r"\{([^{}]*)\}")
_DOTTED = re.compile(r"\w[\w-]*(?:\.\w[\w-]*)*")
SECTION = re.compile(r"[\w~-][\w.~-]{0,199}")
"""What may stand for `{section}`: one part of a path, or one value of a query."""
TIME = ("%Y", "%y", "%m", "%d", "%H", "%M", "%S", "%Q")
"""What a time in an id is made of: as in `strptime`, but of fixed width; `%Q` are the milliseconds since 1970."""
_OF_ITEMS = ("article", "menu", "title", "section", "date")


def fields(template: str) -> list[str]:
    """The names in braces."""
    return FIELD.findall(template)


def filled(template: str, values: Mapping[str, str]) -> str | None:
    """`template` with each field quoted as one part of a path; a field alone is put in as it stands. None where one
    of them has no value."""
    if any(not values.get(name) for name in fields(template)):
        return None
    if alone := FIELD.fullmatch(template):
        return values[alone[1]]
    return FIELD.sub(lambda found: quote(values[found[1]], safe=""), template)


def untimely(template: str) -> str | None:
    """What is wrong with a template of `urls.id_time`, or None."""
    tokens = re.findall(r"%.?|.", template, re.S)
    if strange := [token for token in tokens if token not in (*TIME, "#", "*")]:
        return f"{strange[0]!r} is none of {', '.join(TIME)}, # (a digit) and * (up to three)"
    once = sorted(token for token in tokens if token in TIME)
    days = "%Q" in once or ({"%m", "%d"} <= set(once) and len({"%Y", "%y"} & set(once)) == 1)
    if len(set(once)) != len(once) or not days or ("%Q" in once and len(once) > 1):
        return "needs %Y or %y, %m and %d, each once, or %Q alone"
    return None


def unsearchable(one: Search) -> str | None:
    """What is wrong with the templates of a search, or None."""
    for template, names in ((one.url, ["words"]), (one.pager, ["n", "words"])):
        if template is None:
            continue
        left = FIELD.sub("", template)
        if sorted(fields(template)) != names or "{" in left or "}" in left:
            told = " and ".join(f"{{{name}}}" for name in reversed(names))
            return f"{template!r} needs {told}, once, and no others"
    return None


def miswritten(one: ScriptedList, together: Sequence[ScriptedList]) -> str | None:
    """What is wrong with a list among those that are declared `together`, or None."""
    return _wrong_address(one, together) or _wrong_items(one)


def _wrong_address(one: ScriptedList, together: Sequence[ScriptedList]) -> str | None:
    names = fields(one.url)
    if set(names) - {"section", "n"} or len(names) != len(set(names)):
        return "its address has {section} and {n} once each, where it has them, and no others"
    if "{" in FIELD.sub("", one.url) or "}" in FIELD.sub("", one.url):
        return "a brace in its address is not closed"
    named = bool(one.sections or one.section_at)
    if named and "section" not in names:
        return "`sections` and `section_at` say what {section} stands for, which its address lacks"
    if "section" in names and not named and not any(other.menu for other in together if other is not one):
        return "nothing says what {section} stands for: `sections`, `section_at` or a list with `menu`"
    if one.section_at and "n" not in names:
        return "a list with `section_at` goes on where the section page ends: its address needs {n}"
    if strange := [s for s in one.sections if not SECTION.fullmatch(s)]:
        return f"sections: {strange[0]!r} is not one part of a path"
    return None


def _wrong_items(one: ScriptedList) -> str | None:
    given = [name for name in _OF_ITEMS if getattr(one, name) is not None]
    if not one.items:
        extra = [*given, *(name for name in ("expect", "defaults") if getattr(one, name))]
        return f"`{extra[0]}` is for JSON, and that needs `items`" if extra else None
    if ("article" in given) == ("menu" in given):
        return "JSON needs either `article` or `menu`: what its items are"
    if one.menu and (one.sections or "{" in one.url):
        return "a menu tells of all sections: its address has no {section} and no {n}"
    named = [*(getattr(one, name) for name in given if name != "article"), *one.expect, *one.defaults]
    named += fields(one.article or "")
    if strange := [name for name in (*named, *filter(None, one.items)) if not _DOTTED.fullmatch(name)]:
        return f"{strange[0]!r} is no field: names joined by dots"
    template = one.article
    if template is not None and not (fields(template) and re.match(r"/|https?://|\{[^{}]*\}$", template)):
        return f"article: {template!r} is no address made of fields: /{{category}}/{{slug}}, or {{url}}"
    return None
