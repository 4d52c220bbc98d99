"""The texts of a topic's example files: flattened pages, saved pages, records as `clean` prints them.

Read on their own, apart from any archive. The clock is not asked: what a file says of its day is of no use here.
"""

from collections.abc import Sequence
from pathlib import Path

import msgspec

from archive.bodies import digest
from archive.facts import Drop, Hints, Page, Record
from archive.terms import Text
from config.checks import DeclarationError
from config.sources import Source, Sources, generic
from config.topics import SEED_FILES, Topic
from pipelines.dump import guess_source, sure_source
from pipelines.process import process
from pipelines.view import View

MAX_BYTES = 50_000_000
_AT = "2100-01-01T00:00:00+07:00"
"""When a file is said to have been fetched: after every date that may stand in it."""
_SHORTEST = 40
"""Syllables from which a text may be an example: a headline is none."""


class _Told(msgspec.Struct, frozen=True):
    """What of a record says what it is about."""

    title: str | None = None
    lead: str | None = None
    paragraphs: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    section: tuple[str, ...] = ()


def texts_of(topic: Topic, sources: Sources) -> list[Text]:
    """The texts of the topic's seeds that are files, in their order.

    Raises DeclarationError, which names the file, for one that cannot be read or holds no article.
    """
    return [text_of(path, sources) for path in topic.files]


def text_of(path: Path, sources: Sources) -> Text:
    """The text of one file; raises DeclarationError, which names it."""
    if path.suffix not in SEED_FILES:
        raise DeclarationError(f"{path}: an example's file ends in {', '.join(SEED_FILES)}")
    try:
        if path.stat().st_size > MAX_BYTES:
            raise DeclarationError(f"{path}: larger than {MAX_BYTES // 1_000_000} MB, which no article is")
        body = path.read_bytes()
    except OSError as error:
        raise DeclarationError(f"{path}: cannot be read: {error.strerror}") from None
    try:
        found = {".json": _record, ".txt": _dump}.get(path.suffix, _page)(body, sources)
    except ValueError as error:
        raise DeclarationError(f"{path}: {error}") from None
    if sum(len(said.split()) for said in found.fields().values()) < _SHORTEST:
        raise DeclarationError(f"{path}: fewer than {_SHORTEST} syllables of text; an example is a whole article")
    return found


def _record(body: bytes, _: Sources) -> Text:
    try:
        told = msgspec.json.decode(body)
        if isinstance(told, dict) and "drop" in told:
            raise ValueError("no article: a record that says why its page was dropped")
        made = msgspec.convert(told, _Told)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise ValueError(f"no record as `baoluu clean` prints it: {error}") from None
    return _text(made.title, made.lead, made.paragraphs, made.tags, made.section)


def _dump(body: bytes, sources: Sources) -> Text:
    """A flattened page of the paper whose marks it bears; without such marks, the text as it stands."""
    real = Sources({paper.id: paper for paper in sources.values() if paper.port is None}, sources.families)
    plain = body.decode("utf-8", errors="replace")
    if sure := sure_source(guess_source(plain, real)):
        made = _cleaned(f"urn:sha256:{digest(body)}", body, "plain", sources[sure])
        if isinstance(made, Record):
            return _of(made)
    if "\N{REPLACEMENT CHARACTER}" in plain:
        raise ValueError("is no UTF-8 text")
    lines = [line.strip() for line in plain.splitlines() if line.strip()]
    return _text(lines[0] if lines else "", "", lines[1:])


def _page(body: bytes, sources: Sources) -> Text:
    """A saved page, of the paper of its own address."""
    view = View(body, "")
    link = view.tree.css_first("link[rel=canonical][href]")
    named = [link.attributes.get("href") or "" if link is not None else "", *view.meta.get("og:url")]
    url = next((url for url in named if url.startswith(("http://", "https://"))), None)
    if url is None:
        raise ValueError("the page names no address of its own (canonical link, og:url); clean it, and give the record")
    made = _cleaned(url, body, "html", sources.of(url) or generic(url))
    if isinstance(made, Drop):
        raise ValueError(f"no article: {made.drop.reason} ({made.drop.detail})")
    return _of(made)


def _cleaned(url: str, body: bytes, kind: str, source: Source) -> Record | Drop:
    page = Page(
        url=url, fetched_at=_AT, body=body, headers={"content-type": f"text/{kind}"}, hints=Hints(via="import")
    )  # fmt: skip
    return process(page, source).output


def _of(made: Record) -> Text:
    return _text(made.title, made.lead, made.paragraphs, made.tags, made.section)


def _text(
    title: str | None,
    lead: str | None,
    paragraphs: Sequence[str],
    tags: Sequence[str] = (),
    section: Sequence[str] = (),
) -> Text:
    return Text(title or "", lead or "", "\n\n".join(paragraphs), tuple(tags), tuple(section))
