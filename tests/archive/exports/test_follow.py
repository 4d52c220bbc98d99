"""Exported citations and feeds, read back by other people's parsers."""

import io
import json
from collections.abc import Callable
from typing import Any

import bibtexparser
import pytest
import rispy

from archive.choice import Choice
from archive.exports.export import Wanted, stream
from archive.exports.selection import Selection
from archive.store import Archive
from config.sources import Sources
from tests.archive.exports.conftest import FORMULA
from tests.archive.feeds import check

ROOM = "https://phong.example.vn/bao"
Made = Callable[..., bytes]


@pytest.fixture
def made(filled: Archive, sources: Sources) -> Made:
    def call(form: str, **asked: Any) -> bytes:
        out = io.BytesIO()
        stream(filled, sources, Wanted(format=form, **asked), out, lambda *_: None)
        return out.getvalue()

    return call


def page(archive: Archive, number: int) -> tuple[str, str]:
    """When the page that shows the article was fetched, and its digest."""
    (row,) = archive.rows(
        "SELECT p.fetched_at, b.sha256 FROM articles a JOIN pages p ON p.id = a.page JOIN bodies b ON b.id = p.body"
        " WHERE a.article = ?",
        (f"songnews:{number}",),
    )
    return row["fetched_at"], row["sha256"]


def test_bibtex(made: Made, filled: Archive) -> None:
    read = bibtexparser.parse_string(made("bibtex").decode())
    assert not read.failed_blocks and len({one.key for one in read.entries}) == len(read.entries) == 4
    (one,) = [one for one in read.entries if one.key.startswith("songnews-2-")]
    fields = {field.key: field.value for field in one.fields}
    assert all(said in fields["note"] for said in page(filled, 2)) and fields["urldate"] == "2025-03-10"


def test_ris(made: Made, filled: Archive) -> None:
    written = made("ris").decode()
    read = rispy.loads(written)
    assert len(read) == 4 and written.count("\n") == written.count("\r\n")
    assert all(said in read[0]["notes"][0] for said in page(filled, 2))
    assert read[2]["title"] == FORMULA


def test_csl(made: Made, filled: Archive) -> None:
    read = json.loads(made("csl"))
    assert len(read) == 4 and read[0]["archive_location"] == f"sha256:{page(filled, 2)[1]}"
    assert all(said in read[0]["note"] for said in page(filled, 2))
    assert read[0]["accessed"] == {"date-parts": [[2025, 3, 10]]}


def test_citations_link_to_the_room_that_is_named(made: Made) -> None:
    link = f"{ROOM}/article/songnews/2"
    assert json.loads(made("csl", room=f"{ROOM}/"))[0]["URL"] == link
    assert rispy.loads(made("ris", room=ROOM).decode())[0]["urls"][0] == link
    assert f"url = {{{link}}}" in made("bibtex", room=ROOM).decode()


def test_a_feed_tells_the_newest_first(made: Made, filled: Archive) -> None:
    read = check(made("atom"))
    assert [one.link[-6:-5] for one in read.entries] == ["1", "4", "2", "3"]
    assert [one.link for one in check(made("atom", limit=2)).entries] == [one.link for one in read.entries[:2]]
    edited, undated = read.entries[2:]
    assert (edited.updated, edited.published) == ("2025-03-10T06:00:00+07:00", "2025-01-31T23:59:00+07:00")
    assert (undated.updated, "published" in undated) == ("2025-03-10T03:00:00+07:00", False)
    assert (edited.baoluu_captured, edited.baoluu_sha256) == page(filled, 2)
    assert read.entries[1].title == FORMULA and "links" not in read.feed


def test_a_feed_is_the_same_feed_next_time(made: Made, filled: Archive) -> None:
    asked = {"selection": Selection(query="đối ngoại", choice=Choice(source="songnews")), "room": ROOM}
    first = check(made("atom", **asked))
    filled.conn.execute("UPDATE articles SET published = '2025-02-02T00:00:00+07:00'")
    second = check(made("atom", **asked))
    assert first.feed.id == second.feed.id != check(made("atom")).feed.id
    assert (
        [one.id for one in first.entries]
        == [one.id for one in second.entries]
        == ["tag:baoluu.example,2025:songnews:1"]
    )
    links = {link.rel: link.href for link in first.entries[0].links}
    assert links == {"alternate": f"{ROOM}/article/songnews/1", "via": "https://song.example.vn/bai-1.html"}
    assert first.feed.link.startswith(f"{ROOM}/search?q=") and first.feed.title == "baoluu · đối ngoại · songnews"
