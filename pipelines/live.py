"""Live blogs: an article whose entries are headed blocks, by their times and headings.

The entries stand in the markup, or, where a script fetches them, in JSON-LD (schema.org's LiveBlogPosting, whose
`liveBlogUpdate` are postings of their own).
"""

import re
from collections.abc import Iterator
from typing import Any

from pipelines.body import Body
from pipelines.dates import read_date
from pipelines.normalise import clean, plain, same, unescaped
from pipelines.view import View
from pipelines.walk import Line

_LIVE = b"LiveBlogPosting"
_MOMENT = re.compile(
    r"(?:lúc\s+)?\d{1,2}\s?(?::|h|g|giờ)\s?\d{0,2}\s?(?:'|p|phút)?"
    r"(?:\s*[,|–-]?\s*(?:ngày\s+)?\d{1,2}[/-]\d{1,2}(?:[/-]\d{4})?)?",
    re.I,
)
"""A line that only says when: "10:30", "9h05", "14:20 - 5/6"."""
_ENTRIES = 3
"""Times on lines of their own that make a live blog, whatever the page says of itself."""
_BREAK = re.compile(r"<br\s*/?>|</(?:p|div|li|h\d)>|\n+", re.I)
_TAG = re.compile(r"<[^<>]+>")
_OPENING = 40
"""Letters by which an entry is found again in the text."""


def completed(view: View, found: Body) -> Body:
    """`found` with the entries of a live blog headed, and with those that only JSON-LD tells."""
    moments = sum(_is_moment(line) for line in found.lines)
    live = view.ld.live if _LIVE in view.data else {}
    if not live and moments < _ENTRIES:
        return found
    if moments:
        found.lines = list(_headed(found.lines))
    said = " ".join(plain(line.text) for line in found.lines)
    entries = [entry for update in _updates(live) if (entry := list(_entry(update, live)))]
    missing = [entry for entry in entries if plain(entry[-1].text)[:_OPENING] not in said]
    if 2 * len(missing) > len(entries):
        found.lines += [line for entry in missing for line in entry]
    return found


def _is_moment(line: Line) -> bool:
    return len(line.text) <= 24 and line.kind != "table" and bool(_MOMENT.fullmatch(line.text))


def _headed(lines: list[Line]) -> Iterator[Line]:
    """Every time as a heading, together with the heading that follows it."""
    moment = ""
    for line in lines:
        if _is_moment(line):
            if moment:
                yield Line(text=moment, kind="h")
            moment = line.text
            continue
        if moment and (line.kind == "h" or line.bold > 0.95):
            line.text, line.kind = f"{moment} {line.text}", "h"
        elif moment:
            yield Line(text=moment, kind="h")
        moment = ""
        yield line


def _updates(live: dict[str, Any]) -> list[dict[str, Any]]:
    told = live.get("liveBlogUpdate")
    return [update for update in (told if isinstance(told, list) else [told]) if isinstance(update, dict)]


def _entry(update: dict[str, Any], live: dict[str, Any]) -> Iterator[Line]:
    """Heading and paragraphs of one update; nothing where it has no text."""
    texts = [t for part in _BREAK.split(_text(update, "articleBody")) if (t := clean(unescaped(_TAG.sub(" ", part))))]
    if not texts:
        return
    at = read_date(_text(update, "datePublished")).value or ""
    title = clean(unescaped(_TAG.sub(" ", _text(update, "headline"))))
    known = same(title, _text(live, "headline")) or same(title, texts[0])
    if heading := " ".join(filter(None, (at[11:16], "" if known else title))):
        yield Line(text=heading, kind="h")
    yield from (Line(text=text, kind="p") for text in texts)


def _text(node: dict[str, Any], key: str) -> str:
    value = node.get(key)
    return value if isinstance(value, str) else ""
