"""Records that another program made of articles, as Scrapy's `-O` writes them: JSON objects, to the same records as
pages. The object is the page that is kept, as it came; what it calls its fields is told by the names that are usual.
"""

import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any, cast, get_args

import msgspec
from selectolax.lexbor import LexborHTMLParser

from archive.facts import Block, BlockKind, Cleaned, Drop, DropNote, Origin, Page, Precision, Record, Related
from config.fold import count_words
from config.sources import Source
from config.urls import article_key, canonical
from pipelines.cleaner import cleaner_id
from pipelines.dates import DateReading, read_date
from pipelines.normalise import clean, each_once, same
from pipelines.people import byline

TITLE = ("title", "headline", "name")
LEAD = ("lead", "sapo", "description", "summary", "abstract", "excerpt")
TEXT = ("text", "content", "body", "article_body", "articlebody", "maintext", "full_text", "fulltext", "article")
AUTHORS = ("authors", "author", "byline", "writer")
PUBLISHED = (
    "published", "published_at", "published_time", "date_published", "datepublished", "date_publish", "publish_date",
    "published_date", "pub_date", "pubdate", "date", "datetime", "time", "posted_at", "created_at",
)  # fmt: skip
MODIFIED = ("modified", "modified_at", "date_modified", "datemodified", "updated", "updated_at")
SECTION, TAGS = ("section", "sections", "category", "categories", "topic"), ("tags", "tag", "keywords")
CREDIT, IMAGE = ("credit", "source_name", "agency"), ("image", "image_url", "top_image", "thumbnail")
KICKER, CAPTIONS = ("kicker", "subtitle"), ("captions", "caption")
"""Names of fields, the likeliest first, in small letters."""
_MARKUP = re.compile(r"</?(?:p|div|br|h[1-6]|li|ul|span|a|strong|em|article|section)\b", re.I)
_PIECES = "p, h1, h2, h3, h4, h5, h6, li, blockquote"


def is_exported(page: Page) -> bool:
    """Whether `page` is a record that somebody brought, not a response of a server."""
    return page.hints.via == "import" and page.headers.get("content-type", "").startswith("application/json")


def process_exported(page: Page, source: Source) -> Cleaned:
    """The article in a record that another program made: ours, or a drop where it holds no text. Pure."""
    key = article_key(source, page.url)
    try:
        told = msgspec.json.decode(page.body, type=dict[str, Any])
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        return _dropped(page, source, key, DropNote("not-html", f"not one JSON object: {error}"))
    fields = {name.lower(): value for name, value in told.items()}
    lead = _text(fields, LEAD)
    blocks = list(_blocks(fields, lead))
    if not blocks and not lead:
        return _dropped(page, source, key, DropNote("empty", "none of its fields holds the text"))
    return Cleaned(output=_record(page, source, fields, lead, blocks), article=key)


def _record(page: Page, source: Source, fields: dict[str, Any], lead: str | None, blocks: list[Block]) -> Record:
    text = "\n\n".join([*filter(None, [lead]), *(block.text for block in blocks)])
    dated, raw, origin = _published(fields, page, source)
    modified = read_date(_text(fields, MODIFIED) or "", datetime.fromisoformat(page.fetched_at), "DMY")
    return Record(
        url=canonical(source, page.url),
        source=source.id,
        kicker=_text(fields, KICKER),
        title=_text(fields, TITLE),
        lead=lead,
        blocks=blocks,
        paragraphs=[block.text for block in blocks],
        text=text,
        captions=_list(fields, CAPTIONS),
        image=_text(fields, IMAGE),
        authors=_authors(fields),
        credit=_text(fields, CREDIT),
        published=dated.value,
        published_raw=raw if dated.value else None,
        published_precision=cast(Precision | None, dated.precision),
        published_from=origin if dated.value else None,
        modified=modified.value,
        section=_list(fields, SECTION),
        tags=_list(fields, TAGS),
        related=_related(fields),
        language=_text(fields, ("language",)) or source.language,
        word_count=count_words(text),
        cleaner=cleaner_id(source),
    )


def _first(fields: dict[str, Any], names: Iterable[str]) -> Any:
    return next((fields[name] for name in names if fields.get(name)), None)


def _text(fields: dict[str, Any], names: Iterable[str]) -> str | None:
    value = _first(fields, names)
    value = value[0] if isinstance(value, list) and value else value
    return _plain(value) if isinstance(value, str) else None


def _plain(text: str) -> str | None:
    """One line without markup, or None for nothing."""
    if _MARKUP.search(text):
        text = LexborHTMLParser(text).text(separator=" ")
    return clean(text) or None


def _list(fields: dict[str, Any], names: Iterable[str]) -> list[str]:
    """A list of strings: as it is, or taken apart where it is one string."""
    value = _first(fields, names)
    values = re.split(r"\s*[;,|]\s*", value) if isinstance(value, str) else value
    return each_once(clean(v) for v in values if isinstance(v, str) and clean(v)) if isinstance(values, list) else []


def _authors(fields: dict[str, Any]) -> list[str]:
    value = _first(fields, AUTHORS)
    if isinstance(value, str) and (signed := byline(clean(value), placed=True)):
        return list(signed.authors)
    return _list(fields, AUTHORS)


def _published(fields: dict[str, Any], page: Page, source: Source) -> tuple[DateReading, str, Origin | None]:
    """The date of the first of its fields that holds one."""
    at, stated = datetime.fromisoformat(page.fetched_at), fields.get("published_from")
    raw = fields.get("published_raw")
    origin = cast(Origin, stated if stated in get_args(Origin) else "feed")
    dated, printed = DateReading(None, None, None), ""
    for name in PUBLISHED:
        if isinstance(value := fields.get(name), str) and value.strip():
            printed = printed or clean(value)
            if (read := read_date(value, at, "DMY")).value:
                precision = fields.get("published_precision")
                exact = read._replace(precision=precision) if precision in get_args(Precision) else read
                return exact, raw if isinstance(raw, str) and raw else clean(value), origin
    return dated, printed, None


def _related(fields: dict[str, Any]) -> list[Related]:
    value = fields.get("related")
    told = [v for v in value if isinstance(v, dict)] if isinstance(value, list) else []
    return [Related(clean(str(v.get("title") or "")), str(v["url"])) for v in told if v.get("url")]


def _blocks(fields: dict[str, Any], lead: str | None) -> Iterator[Block]:
    """The text after the lead, in its pieces; a lead that the text prints again stands once."""
    first = True
    for block in _pieces(fields):
        if not (first and lead and same(block.text, lead)):
            yield block
        first = False


def _pieces(fields: dict[str, Any]) -> Iterator[Block]:
    if isinstance(blocks := fields.get("blocks"), list) and all(isinstance(b, dict) for b in blocks):
        for block in blocks:
            kind, text = block.get("kind"), block.get("text")
            if isinstance(text, str) and text.strip():
                yield Block(cast(BlockKind, kind if kind in get_args(BlockKind) else "p"), text)
        return
    value = _first(fields, ("paragraphs", *TEXT))
    for text in value if isinstance(value, list) else _parted(value) if isinstance(value, str) else []:
        if isinstance(text, str) and (plain := _plain(text)):
            yield Block("p", plain)


def _parted(text: str) -> list[str]:
    """The paragraphs of a text: by its markup, by empty lines, or by lines."""
    if _MARKUP.search(text):
        nodes = LexborHTMLParser(text).css(_PIECES)
        return [node.text(separator=" ") for node in nodes] or [text]
    lines = re.sub("\r\n?", "\n", text)
    return re.split(r"\n\s*\n", lines) if re.search(r"\S\s*\n\s*\n\s*\S", lines) else lines.split("\n")


def _dropped(page: Page, source: Source, key: str, note: DropNote) -> Cleaned:
    return Cleaned(output=Drop(url=canonical(source, page.url), drop=note), article=key)
