"""What makes a feed a feed: RFC 4287's schema, the rules that no schema says, and a reader that is happy with it."""

from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

import feedparser
from lxml import etree

ATOM = "{http://www.w3.org/2005/Atom}"
SCHEMA = etree.RelaxNG(etree.parse(Path(__file__).with_name("atom.rng")))


def check(written: bytes) -> feedparser.FeedParserDict:
    """The feed as feedparser reads it, when nothing is wrong with it."""
    root = etree.fromstring(written)
    SCHEMA.assertValid(root)
    check_rules(root)
    read = feedparser.parse(written)
    assert not read.bozo, read.get("bozo_exception")
    return read


def check_rules(root: etree._Element) -> None:
    """Sections 4.1 and 4.2 of the RFC."""
    entries = root.findall(f"{ATOM}entry")
    assert len(root.findall(f"{ATOM}link[@rel='self']")) <= 1
    for part in (root, *entries):
        for name in ("id", "title", "updated"):
            (only,) = part.findall(ATOM + name)
            assert name == "title" or only.text, f"{name} is empty"
        assert urlsplit(part.findtext(f"{ATOM}id")).scheme, "an id is an absolute IRI"
        for moment in (*part.findall(f"{ATOM}updated"), *part.findall(f"{ATOM}published")):
            assert "T" in moment.text and datetime.fromisoformat(moment.text).tzinfo, "RFC 3339 wants a zone"
        for link in part.findall(f"{ATOM}link"):
            assert urlsplit(link.get("href")).scheme, "nothing says what a relative address is relative to"
        assert len({link.get("rel") for link in part.findall(f"{ATOM}link")}) == len(part.findall(f"{ATOM}link"))
    for entry in entries:
        names = [author.findtext(f"{ATOM}name") for author in entry.findall(f"{ATOM}author")]
        assert names and all(names), "who has no author has none in the feed either"
        assert entry.find(f"{ATOM}link[@rel='alternate']") is not None, "there is no content: a link has to be"
    ids = [entry.findtext(f"{ATOM}id") for entry in entries]
    assert len(set(ids)) == len(ids)
