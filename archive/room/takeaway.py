"""What readers take along: citations, the line of a report, and the pages that say what there is."""

import ipaddress
from urllib.parse import urlsplit

import msgspec

from archive.cite import Citation, bibtex, csl, ris, text
from archive.diff import FIELDS
from archive.mistake import mistake
from archive.permalink import article_path
from archive.room.ask import Ask, Missing
from archive.room.room import Room
from archive.room.story import Article, identity
from archive.room.view import Format, Made
from archive.store import Archive


class Report(msgspec.Struct, frozen=True):
    """The form in which a reader says what is wrong, and the line that it makes."""

    article: str
    title: str | None
    fields: list[str]
    field: str
    note: str
    wanted: str
    line: str | None


def report(archive: Archive, room: Room, ask: Ask) -> Report:
    """The form, and the line once something is noted in it."""
    name, field = identity(ask), ask.choice("field", ("blocks", *FIELDS))
    note, wanted = ask.text("note"), ask.text("wanted")
    row = archive.conn.execute("SELECT title FROM articles WHERE article = ?", (name,)).fetchone()
    if row is None:
        raise Missing("no_article", article=name)
    line = msgspec.json.encode(mistake(archive, name, field, note, wanted)).decode() if note else None
    return Report(name, row[0], list(FIELDS), field, note, wanted, line)


def about(archive: Archive, room: Room, ask: Ask) -> dict[str, str]:
    """Pages that only say how things are."""
    return {"archive": room.path.name}


def citation(a: Article, made: Made) -> Citation:
    """How to cite the article of a page; with the page's own address where others can reach that."""
    here = f"{made.root}{article_path(a.reading.article)}"
    return msgspec.structs.replace(a.citation, permalink=here if _is_public(made.root) else "")


def cited(a: Article, made: Made) -> str:
    """The citation in one line."""
    return text(citation(a, made), made.ask.lang)


def _is_public(root: str) -> bool:
    """Whether the room is served under a name, or an address that is not this machine's own."""
    host = urlsplit(root).hostname or ""
    try:
        return not ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host not in ("", "localhost")


def _line(told: Report, made: Made) -> bytes:
    if told.line is None:
        raise Missing("no_note")
    return f"{told.line}\n".encode()


CITATIONS = {
    "bib": Format(lambda a, made: bibtex(citation(a, made)).encode(), "application/x-bibtex", "cite.bib"),
    "ris": Format(lambda a, made: ris(citation(a, made)).encode(), "application/x-research-info-systems", "cite.ris"),
    "csl.json": Format(
        lambda a, made: msgspec.json.encode([csl(citation(a, made))]),
        "application/vnd.citationstyles.csl+json",
        "cite.csl.json",
    ),
}
MISTAKE = Format(_line, "application/jsonl; charset=utf-8", "mistake.jsonl")
