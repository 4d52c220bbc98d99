"""What stands under the text of a flattened page: who signs it, where it was taken from, and what to read next."""

import re

import msgspec

from pipelines.dump_lines import Line
from pipelines.people import Byline, byline, is_position

_DEPTH = 12
"""Lines from the end within which a signature is looked for when something follows it."""

_SIGNERS = 3
"""Signing lines of one article; more names under one another are a list that belongs to the text."""

_NOTE = re.compile(
    r"(?:\(\d{1,3}\)|\[\d{1,3}\]|\d{1,2}[.)]|\*+)\s*\S.*|(?:tài liệu tham khảo|chú thích|ghi chú)\s*:?", re.IGNORECASE
)


class Closing(msgspec.Struct):
    """What was found under the text."""

    authors: list[str] = []
    credit: str | None = None
    related: list[str] = []
    """Titles."""


def close_dump(lines: list[Line], *, links: bool) -> tuple[Closing, list[Line]]:
    """The closing of `lines`, and the lines before it. `links`: bare headlines may follow text and signature.

    Footnotes stand under the signature in journals; they stay with the text.
    """
    found = Closing()
    notes = next((n for n, line in enumerate(reversed(lines)) if not _NOTE.fullmatch(line.text)), 0)
    left, footnotes = lines[: len(lines) - notes], lines[len(lines) - notes :]
    if not footnotes:
        left = _cut_links(found, left, unsigned=links)
    signed = _signatures(left)
    signed = signed if len(signed) <= _SIGNERS else signed[:1]
    for said, _ in reversed(signed):
        found.authors += [name for name in said.authors if name not in found.authors]
        found.credit = found.credit or said.credit
    taken = sum(length for _, length in signed)
    return found, left[: len(left) - taken] + footnotes


def links_under(lead: list[Line]) -> int:
    """How many of the lines after the lead are bare headlines: two or more in a row, else none."""
    run = next((n for n, line in enumerate(lead) if not _is_headline(line)), len(lead))
    return run if run > 1 else 0


def _signatures(lines: list[Line]) -> list[tuple[Byline, int]]:
    """The signatures that end `lines`, the last one first, each with the lines that it takes."""
    found: list[tuple[Byline, int]] = []
    left = len(lines)
    while left > 1 and len(found) <= _SIGNERS and (signed := _signature(lines[:left])):
        found.append(signed)
        left -= signed[1]
    return found


def _signature(lines: list[Line]) -> tuple[Byline, int] | None:
    """The signature that ends `lines` and how many lines it takes: a byline, up to two lines of office under it."""
    for offices in range(min(3, len(lines) - 1)):
        said = byline(lines[-1 - offices].text)
        if said and (not offices or said.authors):
            return said, offices + 1
        if not is_position(lines[-1 - offices].text):
            break
    return None


def _cut_links(found: Closing, lines: list[Line], *, unsigned: bool) -> list[Line]:
    """`lines` without the headlines at their end: whatever follows a signature, or (`unsigned`) two in a row."""
    for n in range(len(lines) - 2, max(0, len(lines) - _DEPTH), -1):
        if _is_headline(lines[n + 1]) and _signature(lines[: n + 1]):
            found.related = [line.text for line in lines[n + 1 :] if _is_headline(line)]
            return lines[: n + 1]
    run = next((n for n, line in enumerate(reversed(lines)) if not _is_headline(line)), 0)
    if run < 2 or not unsigned:
        return lines
    found.related = [line.text for line in lines[-run:]]
    return lines[:-run]


def _is_headline(line: Line) -> bool:
    """Whether it reads as a headline and neither as a name nor as an office."""
    return line.is_headline and byline(line.text) is None and not is_position(line.text)
