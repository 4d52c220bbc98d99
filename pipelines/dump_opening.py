"""What stands above the text of a flattened page: section, kicker, title, date and author, in the declared order.

The date line is the anchor: it alone cannot be mistaken. What a family prints before it is read upwards from it,
what it prints after it downwards; a dump without one is read downwards from its first line, strictly.
"""

import re

import msgspec

from config.declarations import Dump, Part
from pipelines.dump_lines import Line, first_text
from pipelines.normalise import same
from pipelines.people import byline, persons

_HEAD = 20
"""Lines above the running text within which the date line is looked for."""

_TITLE_WORDS = 25
"""Words of the longest line under a date line that is the title although it ends with a stop."""

_MENU = 8
"""Lines above the running text from which on some must be a menu's, and not the article's."""

_TODAY = re.compile(r"(?:Thứ \w+|Chủ [Nn]hật)\s*,?\s*(?:ngày\s*)?\d{1,2}[/.-]\d{1,2}[/.-]\d{4}")
_CRUMB = re.compile(r"\s*[>»›|]\s*")
_HOME = frozenset(("trang chủ", "home", "tin tức"))
_KICKER_WORDS = 15


class Opening(msgspec.Struct):
    """What was found above the text."""

    section: list[str] = []
    kicker: str | None = None
    title: str | None = None
    date: str | None = None
    """As printed."""
    authors: list[str] = []
    credit: str | None = None


def open_dump(lines: list[Line], dump: Dump) -> tuple[Opening, list[Line]]:
    """The opening of `lines`, and the lines that follow it."""
    order = dump.opening or ("kicker", "title", "author", "lead")
    found = Opening()
    text = first_text(lines)
    at = next((n for n in range(max(0, text - _HEAD), text) if _date(dump, lines[n].text)), None)
    if at is None or "date" not in order:
        return found, _downwards(found, lines[_menu(lines[:text]) :], order)
    found.date = _date(dump, lines[at].text)
    before, after = order[: order.index("date")], order[order.index("date") + 1 :]
    above, below = lines[:at], [line for line in lines[at + 1 :] if not _date(dump, line.text)]
    if "title" in after and not (below and below[0].is_titular) and above and above[-1].is_titular:
        before, after = (*before, "title"), tuple(p for p in after if p not in ("title", "kicker"))
    _upwards(found, above, before)
    return found, _downwards(found, below, after, sure=_TITLE_WORDS)


def split_kicker(title: str) -> tuple[str | None, str]:
    """(kicker, title) of a title to which a kicker in capitals is glued; (None, title) where there is none.

    Two or more words in capitals before a word that is not: abbreviations hardly follow one another.
    """
    words = title.split()
    run = next((n for n, word in enumerate(words) if word.upper() != word), len(words))
    rest = " ".join(words[run:])
    while run and not any(c.isalpha() for c in words[run - 1]):
        run, rest = run - 1, rest
    spelled = [word for word in words[:run] if len(word) > 1 and not word.isascii()]
    if run < 2 or not spelled or len(words) - run < 3 or not rest[:1].isupper():
        return None, title
    return " ".join(words[:run]).rstrip(" -–:"), rest


def split_crumbs(text: str) -> list[str]:
    """The sections of a breadcrumb, broad to narrow; flattening glues them: "Kinh tếNông nghiệp"."""
    glued = "".join(f"|{c}" if n and c.isupper() and _ends_word(text[n - 1]) else c for n, c in enumerate(text))
    return [crumb for crumb in _CRUMB.split(glued) if crumb and crumb.casefold() not in _HOME]


def _ends_word(letter: str) -> bool:
    return letter.islower() or letter == ")"


def _menu(head: list[Line]) -> int:
    """How many of the lines above the text are a menu: all above the last that is long enough for a headline."""
    if len(head) <= _MENU:
        return 0
    title = next((n for n in reversed(range(len(head))) if head[n].is_titular and head[n].words >= 6), 0)
    return title - 1 if title and _is_kicker(head[title - 1]) else title


def _date(dump: Dump, text: str) -> str | None:
    for pattern in dump.date:
        if found := re.fullmatch(pattern, text):
            return str(found.groupdict().get("date") or text)
    return None


def _upwards(found: Opening, lines: list[Line], order: tuple[Part, ...]) -> None:
    """Read the lines above the date: the nearest ones count, a menu further up does not.

    Under a menu the nearest line is the section only where the date follows it directly.
    """
    left = [line for line in lines if not _TODAY.fullmatch(line.text)]
    if "title" in order and left:
        _title(found, left.pop().text)
        if "kicker" in order and left and _is_kicker(left[-1]):
            found.kicker = left.pop().text
    if "section" in order and left:
        near = left if len(left) <= 3 else [] if "title" in order else left[-1:]
        short = [line.text for line in near if line.words <= 10]
        found.section = [crumb for text in short for crumb in split_crumbs(text)]


def _downwards(found: Opening, lines: list[Line], order: tuple[Part, ...], sure: int = 0) -> list[Line]:
    """Read the opening lines from the top; the lines that are left. A title of up to `sure` words may end in a stop."""
    left = [line for n, line in enumerate(lines) if n >= _HEAD or not _TODAY.fullmatch(line.text)]
    for part in order:
        if not left:
            break
        first = left[0]
        if part == "section" and _is_section(left):
            found.section = split_crumbs(left.pop(0).text)
        elif part == "kicker" and _is_kicker(first) and len(left) > 1 and left[1].is_titular:
            found.kicker = left.pop(0).text
        elif part == "title" and found.title is None and (first.is_titular or first.words <= sure):
            _title(found, left.pop(0).text)
        elif part == "author":
            left = _author(found, left)
    return [line for line in left if found.title is None or not same(line.text, found.title)]


def _title(found: Opening, text: str) -> None:
    kicker, found.title = split_kicker(text)
    found.kicker = kicker or found.kicker


def _is_kicker(line: Line) -> bool:
    capitals = line.text == line.text.upper() and line.words >= 2
    return line.words <= _KICKER_WORDS and (line.text.endswith(":") or capitals)


def _is_section(lines: list[Line]) -> bool:
    """Without a date below it only a glued breadcrumb is sure, or a very short line above a headline."""
    first = lines[0]
    if first.stops or first.words > 12 or len(lines) < 2 or not lines[1].is_titular:
        return False
    return len(split_crumbs(first.text)) > 1 or (first.words <= 4 and lines[1].words >= 6)


def _author(found: Opening, lines: list[Line]) -> list[Line]:
    """Who signs between title and lead; at this place any name will do, also a foreign one."""
    line = lines[0]
    signed = byline(line.text)
    if signed:
        found.authors, found.credit = signed
        return lines[1:]
    if line.words <= 6 and not line.stops and len(lines) > 1 and lines[1].words > line.words:
        found.authors = persons(line.text)
    return lines[1:] if found.authors else lines
