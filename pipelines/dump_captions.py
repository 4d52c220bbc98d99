"""Telling captions and related cards from the text of a flattened page.

Markup is gone, so a caption is known by one of these, in order of certainty: it stands where a template printed its
placeholder; it names the photographer or source at its end; it is printed twice (alternative text and caption); it is
framed by the no-break spaces of a picture's table; or, for families that declare `plain` captions, by its wording.
"""

import re
from collections.abc import Collection

import msgspec

from config.declarations import Dump
from pipelines.dump_lines import Line, echoes, matches
from pipelines.dump_wording import reads_as_caption, shows_view
from pipelines.normalise import same
from pipelines.people import byline

_LONGEST = 70
"""Words of the longest caption."""

_PLACED = 60
"""Words of the longest caption that is known by its place alone."""

_TEASER = 170
"""Characters of the longest teaser that MasterCMS prints under a card's title."""

_KIND = r"(?:Ảnh|ẢNH|Nguồn ảnh|Đồ họa|Đồ hoạ|Nguồn|Hình)(?: (?:minh họa|minh hoạ|tư liệu|chụp màn hình|cắt từ \w+))?"
_ENDED = r"(?:[.!?…”\")\]]|\s[-–/|])\s*"
_BRACKETED = re.compile(r"[(\[](?:ảnh|hình ảnh|nguồn|đồ họa|photo|source)\b[^()\[\]]{0,80}[)\]]\s*\.?$", re.IGNORECASE)
_NAMED = re.compile(rf"{_ENDED}{_KIND}\s*:\s*\S[^:]{{0,60}}$")
_RUN_ON = re.compile(r"\S\s+(?:Ảnh|Nguồn ảnh)(?: (?:minh họa|minh hoạ|tư liệu))?\s*:\s*\S[^:]{0,60}$")
_PICTURED = re.compile(r"[(\[](?:hình )?ảnh\b[^()\[\]]{0,80}[)\]]\s*\.?$", re.IGNORECASE)
_BARE = re.compile(rf"{_ENDED}Ảnh\s+(?:[A-ZĐ]\S*(?:\s\S+){{0,4}}|minh h[ọo][aạ]|tư liệu|chụp\s.{{1,40}})$")
_ALONE = re.compile(r"[(\[]?(?:(?:Ảnh|Nguồn ảnh)\s*:\s*[^:.]{1,60}|Ảnh (?:minh h[ọo][aạ]|tư liệu))[)\]]?\.?")


class Sorted(msgspec.Struct):
    """The lines that are text, and what was taken out from among them."""

    text: list[Line] = []
    captions: list[str] = []
    related: list[str] = []
    """Titles."""


def sort_out(lines: list[Line], title: str | None, dump: Dump) -> Sorted:
    """Part text from captions and related titles. The title printed again is an alternative text, and goes.

    A text printed twice in a row that is no caption stands once.
    """
    found, n = Sorted(), 0
    printed = ("twice",) if dump.captions is None else dump.captions
    while n < len(lines):
        run = _run(lines, n)
        if title is not None and same(lines[n].text, title):
            n += 1
        elif related := _related(lines, n, run, dump):
            titles, n = related
            found.related += titles
        elif caption := _caption(lines, n, run, printed, after_lead=len(found.text) == 1):
            text, n = caption
            if not any(same(text, known) for known in found.captions):
                found.captions.append(text)
        else:
            found.text.append(lines[n])
            n += run
    return found


def is_marked(text: str) -> bool:
    """Whether a line names at its end whose picture it stands under: "… Ảnh: TTXVN", "(Nguồn: AFP)"."""
    if len(text.split()) > _LONGEST:
        return False
    if byline(text):
        return bool(_PICTURED.search(text))
    return any(pattern.search(text) for pattern in (_BRACKETED, _NAMED, _RUN_ON, _BARE))


def _run(lines: list[Line], n: int) -> int:
    """How often the text of line `n` is printed in a row. Items of a list may repeat themselves."""
    run = 1
    while not lines[n].is_item and n + run < len(lines) and run < 4 and _twice(lines[n], lines[n + run]):
        run += 1
    return run


def _twice(one: Line, other: Line) -> bool:
    return max(one.words, other.words) <= _LONGEST and echoes(_unmarked(one.text), _unmarked(other.text))


def _unmarked(text: str) -> str:
    for pattern in (_BRACKETED, _NAMED, _RUN_ON, _BARE):
        text = pattern.sub("", text)
    return text


def _related(lines: list[Line], n: int, run: int, dump: Dump) -> tuple[list[str], int] | None:
    """The titles of the box or card that begins at line `n`, and where the lines go on; None where there is none."""
    if matches(dump.box, lines[n].text):
        end = next((k for k in range(n + 1, len(lines)) if not lines[k].is_headline), len(lines))
        return list(dict.fromkeys(line.text for line in lines[n + 1 : end])), end
    length = _card(lines[n : n + run + 1], run) if "cards" in dump.related else 0
    return ([lines[n].text], n + length) if length else None


def _card(lines: list[Line], run: int) -> int:
    """Lines that a related card takes: a headline, mostly twice, and its teaser. 0 where there is none.

    A picture's alternative text and caption stand together, a card's picture and headline apart. A teaser that was
    cut short (" ...") shows a card by itself.
    """
    first, below = lines[0], lines[run : run + 1]
    if not first.is_titular or is_marked(first.text):
        return 0
    teaser = below[0].text if below and len(below[0].text) <= _TEASER and below[0].stops else ""
    twice = run == 2 and lines[1].gap and first.text == lines[1].text
    if teaser.endswith(" ..."):
        return run + 1
    return (run + 1 if teaser else run) if twice else 0


def _caption(
    lines: list[Line], n: int, run: int, printed: Collection[str], *, after_lead: bool
) -> tuple[str, int] | None:
    """The caption that begins at line `n`, and where the lines go on; None where there is none."""
    line, below = lines[n], lines[n + 1 : n + 2]
    if line.words > _LONGEST:
        return None
    if run > 1 and ("twice" in printed or any(is_marked(o.text) for o in lines[n : n + run])):
        return max((o.text for o in reversed(lines[n : n + run])), key=_completeness), n + run
    if below and not below[0].gap and _ALONE.fullmatch(below[0].text):
        return f"{line.text.rstrip('.')}. {below[0].text}", n + 2
    if _ALONE.fullmatch(line.text):
        return (line.text, n + 1) if len(lines) - n > 2 else None
    if _is_placed(line) or is_marked(line.text) or shows_view(line):
        return line.text, n + 1
    worded = "plain" in printed and reads_as_caption(line, sure_place=after_lead)
    return (line.text, n + run) if worded else None


def _is_placed(line: Line) -> bool:
    """Whether it stands where a picture was: right under its placeholder, or in its table."""
    if line.pictured:
        return line.words <= (_PLACED // 3 if line.gap else _PLACED)
    return line.framed and line.words <= _PLACED


def _completeness(text: str) -> tuple[bool, int]:
    return is_marked(text), len(text)
