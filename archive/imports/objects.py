"""Files that Scrapy's `-O` writes: JSON lines, a JSON list, CSV or XML, one object an article.

An object that holds the page's HTML becomes that page; any other is kept itself, as JSON, and cleaned as such.
"""

import csv
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

import msgspec
from lxml import etree

from archive.facts import Hints, Page
from archive.imports.addresses import address, moment
from archive.imports.files import Unreadable
from archive.imports.folders import told_until_damage
from archive.imports.items import Arrival, Item, Read, Refused

URL = ("url", "link", "canonical_url", "page_url", "article_url", "original_url", "source_url", "uri", "address")
HTML = ("html", "raw_html", "page_source", "response", "body", "content")
AT = ("fetched_at", "scraped_at", "crawled_at", "date_crawled", "downloaded_at", "retrieved_at", "date_download")
"""Names of fields, the likeliest first, in small letters."""
LONGEST = 20 << 20
"""Bytes of the largest object."""
_WHOLE = (b"<!doctype html", b"<html")


def read(path: Path, at: str) -> Iterator[Read]:
    """The articles in the file; `at` is the time of those that do not say when they were fetched.

    Raises `Unreadable` where the file is none of these formats, OSError where it cannot be read.
    """
    for where, told in _objects(path):
        yield Read(told if isinstance(told, Refused) else _item(where, told, at))


def _objects(path: Path) -> Iterator[tuple[str, dict[str, Any] | Refused]]:
    suffix = path.suffix.lower()
    if suffix == ".csv":
        yield from _csv(path)
    elif suffix == ".xml":
        yield from _xml(path)
    else:
        with path.open("rb") as lines:
            yield from _json(path, lines)


def _json(path: Path, lines: BinaryIO) -> Iterator[tuple[str, dict[str, Any] | Refused]]:
    """JSON lines; or a list, as Scrapy writes one: an object a line, with the brackets and commas around them."""
    number = 0
    while line := lines.readline(LONGEST + 1):
        number += 1
        where = f"line {number:,}"
        if len(line) > LONGEST:
            if number == 1:
                raise Unreadable(f"{path}: its first line has more than {LONGEST >> 20} MB; write one object a line")
            yield where, Refused(where, f"longer than {LONGEST >> 20} MB")
            while line and not line.endswith(b"\n"):
                line = lines.readline(LONGEST)
            continue
        text = line.strip().removeprefix(b"\xef\xbb\xbf")
        if number == 1 and text.startswith(b"[") and text != b"[":
            yield from _list(path, text)
            continue
        text = text.removesuffix(b",").strip()
        if text == b"{":
            text, more = _indented(lines, line)
            number += more
        if text not in (b"", b"[", b"]"):
            yield where, _decoded(where, text)


def _indented(lines: BinaryIO, first: bytes) -> tuple[bytes, int]:
    """An object over several lines, as FEED_EXPORT_INDENT makes them: up to the brace that stands as far in as its
    first one; and how many lines that were after the first."""
    indent = first[: len(first) - len(first.lstrip(b" \t"))]
    parts, size = [first], len(first)
    while size <= LONGEST and (line := lines.readline(LONGEST + 1)):
        parts.append(line)
        size += len(line)
        if line.startswith(indent + b"}"):
            break
    return b"".join(parts).strip().removesuffix(b","), len(parts) - 1


def _list(path: Path, text: bytes) -> Iterator[tuple[str, dict[str, Any] | Refused]]:
    """A list on one line."""
    try:
        told = msgspec.json.decode(text, type=list[dict[str, Any]])
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Unreadable(f"{path}: no JSON list of objects: {error}") from None
    for number, each in enumerate(told, 1):
        yield f"object {number:,}", each


def _decoded(where: str, text: bytes) -> dict[str, Any] | Refused:
    try:
        return msgspec.json.decode(text, type=dict[str, Any])
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        return Refused(where, f"no JSON object: {error}")


def _csv(path: Path) -> Iterator[tuple[str, dict[str, Any] | Refused]]:
    csv.field_size_limit(min(LONGEST, sys.maxsize))
    try:
        with path.open(encoding="utf-8-sig", newline="") as lines:
            rows = csv.DictReader(lines)
            if not any(name.strip().lower() in URL for name in rows.fieldnames or []):
                raise Unreadable(f"{path}: its first line names no column {', '.join(URL[:3])}, or the like")
            for row in told_until_damage(rows):
                where = f"line {rows.line_num:,}"
                if isinstance(row, Exception):
                    yield where, Refused(where, f"the file cannot be read from here on: {row}")
                else:
                    yield where, {name: value for name, value in row.items() if name and value}
    except (UnicodeDecodeError, csv.Error) as error:
        raise Unreadable(f"{path}: cannot be read as CSV in UTF-8: {error}") from None


def _xml(path: Path) -> Iterator[tuple[str, dict[str, Any] | Refused]]:
    """Scrapy's `<items><item>…`; lists are `<value>`s. Nothing is resolved, fetched or unfolded."""
    number = 0
    try:
        with path.open("rb") as stream:
            for node in _nodes(stream):
                if not number and (root := node.getroottree().getroot().tag) != "items":
                    raise Unreadable(f"{path}: a feed or the like: its items stand in <{root}>, Scrapy's in <items>")
                number += 1
                yield f"item {number:,}", {str(field.tag): _value(field) for field in node}
        if not number:
            raise Unreadable(f"{path}: an XML file without an <item>, as Scrapy writes them")
    except etree.XMLSyntaxError as error:
        if not number:
            raise Unreadable(f"{path}: cannot be read as XML: {error}") from None
        yield f"item {number + 1:,}", Refused(f"item {number + 1:,}", f"the file breaks off or is damaged: {error}")


def _nodes(stream: BinaryIO) -> Iterator[Any]:
    for _, node in etree.iterparse(
        stream, events=("end",), tag="item", resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
    ):
        yield node
        node.clear()
        while node.getprevious() is not None:
            del node.getparent()[0]


def _value(field: Any) -> Any:
    values = field.findall("value")
    return [value.text or "" for value in values] if values else field.text or ""


def _item(where: str, told: dict[str, Any], at: str) -> Item:
    fields = {name.lower(): value for name, value in told.items()}
    named = next((fields[name] for name in URL if isinstance(fields.get(name), str) and fields[name].strip()), "")
    try:
        url = address(named.strip())
    except ValueError as error:
        return Refused(where, str(error), named[:200])
    if not url:
        return Refused(where, f"it names no address (fields: {', '.join(told)[:200]})", named[:200])
    fetched = next((fields[name] for name in AT if isinstance(fields.get(name), str) and fields[name]), at)
    try:
        fetched = moment(fetched)
    except ValueError:
        return Refused(where, f"its time of fetching is none: {fetched[:40]!r}", url)
    try:
        body, kind = _body(fields, told)
    except OverflowError as error:
        return Refused(where, f"it holds a number that JSON cannot: {error}", url)
    page = Page(url=url, fetched_at=fetched, body=body, headers={"content-type": kind}, hints=Hints(via="import"))
    return Arrival(page=page, where=where, sure=True)


def _body(fields: dict[str, Any], told: dict[str, Any]) -> tuple[bytes, str]:
    """A whole page that the object holds, or the object."""
    for name in HTML:
        value = fields.get(name)
        if isinstance(value, str) and value[:5000].lower().lstrip("\ufeff \r\n\t").encode().startswith(_WHOLE):
            return value.encode(errors="replace"), "text/html; charset=utf-8"
    return msgspec.json.encode(told), "application/json"
