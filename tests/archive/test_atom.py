import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from archive.atom import EPOCH, Entry, feed, tag_of
from tests.archive.feeds import SCHEMA, check

WHEN = "2025-03-01T00:30:00+07:00"
SITE = "https://phong.example.vn/"
HOSTILE = ["<script>alert(1)</script>", "]]> & &amp; <!--", "\x00\x08a\x0b\ufffe", "\u202eabc", "\ud800x", ""]


def entry(number: int = 1, **more: object) -> Entry:
    fields = {"id": tag_of(f"song:{number}"), "title": "Nước rút", "url": f"{SITE}a/{number}", "updated": WHEN}
    return Entry(**(fields | more))  # type: ignore[arg-type]


def made(*entries: Entry) -> bytes:
    return feed(
        id=tag_of("song"), title="Sông", updated=WHEN, self_url=f"{SITE}f?a=1&b=2", site_url=SITE, entries=entries
    )


def test_readers_find_what_was_put_in() -> None:
    full = entry(published=WHEN, summary="Dẫn.", source_title="Báo Sông", authors=("Lò Văn Sông", "Hà"))
    read = check(made(full, entry(2, updated=EPOCH, source_title="Báo Sông")))
    first, second = read.entries
    assert (read.feed.title, read.encoding, read.version) == ("Sông", "utf-8", "atom10")
    assert {link.rel: link.href for link in read.feed.links} == {"self": f"{SITE}f?a=1&b=2", "alternate": SITE}
    assert (first.title, first.link, first.summary, first.published) == ("Nước rút", f"{SITE}a/1", "Dẫn.", WHEN)
    assert [one.name for one in first.authors] == ["Lò Văn Sông", "Hà"]
    assert ([one.name for one in second.authors], "published" in second) == (["Báo Sông"], False)


def test_a_feed_of_nothing_is_a_feed() -> None:
    assert check(made()).entries == []


def test_what_proves_an_entry_stands_in_elements_of_our_own() -> None:
    (read,) = check(made(entry(via="https://song.example.vn/1", captured=WHEN, sha256="ab" * 32))).entries
    assert (read.baoluu_captured, read.baoluu_sha256) == (WHEN, "ab" * 32)
    assert {link.rel: link.href for link in read.links}["via"] == "https://song.example.vn/1"


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        (b"<updated>2025-03-01T00:30:00</updated>", b"<updated>2025-03-01T00:30:00+07:00</updated>"),
        (b"<id>bai-1</id>", b"<id>tag:baoluu.example,2025:song:1</id>"),
        (b'href="/a/1"', b'href="https://phong.example.vn/a/1"'),
        (b"<id>tag:baoluu.example,2025:song:2</id>", b"<id>tag:baoluu.example,2025:song:1</id>"),
    ],
)
def test_the_rules_refuse_what_the_rfc_does(wrong: bytes, right: bytes) -> None:
    good = made(entry(), entry(2))
    check(good)
    assert right in good
    with pytest.raises((AssertionError, etree.DocumentInvalid)):
        check(good.replace(right, wrong))


def test_the_schema_refuses_what_the_rfc_does() -> None:
    for bad in (
        made(entry(updated="hôm nay")),
        made(entry()).replace(b"<author>", b"<by>").replace(b"</author>", b"</by>"),
    ):
        assert not SCHEMA.validate(etree.fromstring(bad))


@pytest.mark.parametrize("words", HOSTILE)
def test_hostile_words_are_words(words: str) -> None:
    written = made(entry(title=words, summary=words, source_title=words, authors=(f"A{words}",)))
    check(written)
    title = etree.fromstring(written).findtext("{*}entry/{*}title")
    assert title == re.sub("[\x00\x08\x0b\ufffe\ud800]", "", words)


@given(st.text(), st.text())
def test_any_words_make_a_valid_feed(title: str, name: str) -> None:
    SCHEMA.assertValid(etree.fromstring(made(entry(title=title, summary=name, authors=(name,), source_title=name))))


def test_ids_are_made_of_the_identity_alone() -> None:
    assert tag_of("song:12") == "tag:baoluu.example,2025:song:12"
    assert tag_of("song:/tin/nước rút").isascii() and tag_of("song:a b") != tag_of("song:ab")
