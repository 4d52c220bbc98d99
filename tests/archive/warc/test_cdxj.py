import hashlib
import json
import zlib
from random import Random

import pytest

from archive.warc import cdxj
from tests.archive.exports.reading import checker, ran

KEYS = {
    "http://www.Example.vn:80/A/b/?b=2&a=1#frag": "vn,example)/a/b?a=1&b=2",
    "https://example.vn": "vn,example)/",
    "https://example.vn:443/": "vn,example)/",
    "https://example.vn:8443/x/": "vn,example:8443)/x",
    "https://www2.m.example.vn/a//b/../c?": "vn,example,m)/a/c",
    "https://user:word@example.vn/%7Ea": "vn,example)/~a",
    "https://example.vn/t%C3%ACm?q=%C4%91%C3%B2%20x": "vn,example)/t%c3%acm?q=%c4%91%c3%b2%20x",
    "https://example.vn/?b=2&b=1&a": "vn,example)/?a&b=1&b=2",
    "http://127.0.0.1:8377/a": "1,0,0,127:8377)/a",
    "http://[::1]:80/a": "[::1])/a",
    "urn:sha256:AB": "urn:sha256:ab",
}


@pytest.mark.parametrize("url", KEYS)
def test_addresses_turn_around(url: str) -> None:
    assert cdxj.key(url) == KEYS[url]


def _address(random: Random) -> str:
    """An address with what makes addresses differ that are one: case, ports, escapes, order, slashes."""
    host = random.choice(("www.", "www3.", "m.", "")) + random.choice(("Song", "nui", "a-b")) + ".example.vn"
    port = random.choice(("", ":80", ":443", ":8080"))
    parts = ("tin", "Bai-1.html", "%C4%91%C3%B2", "%7Ex", "a b", "x/..", ".", "", "x;y", "a+b", "a%2Fb", "%25")
    path = "".join("/" + random.choice(parts) for _ in range(random.randrange(4)))
    asked = ("b=2", "a=1", "A=3", "q=%C4%91", "q=a+b", "x=", "x", "")
    query = "&".join(random.choice(asked) for _ in range(random.randrange(4)))
    return f"{random.choice(('http', 'https'))}://{host}{port}{path}{f'?{query}' if random.random() < 0.7 else ''}"


def test_the_keys_are_those_of_the_known_library() -> None:
    random = Random(9)
    urls = sorted({_address(random) for _ in range(2000)})
    asked = "import sys, json, surt; print(json.dumps([surt.surt(u) for u in json.loads(sys.argv[1])]))"
    theirs = json.loads(ran(checker("python"), "-W", "ignore", "-c", asked, json.dumps(urls)))
    differing = [(u, cdxj.key(u), t) for u, t in zip(urls, theirs, strict=True) if cdxj.key(u) != t]
    assert not differing, f"{len(differing)} of {len(urls)}, e.g. {differing[:5]}"


def test_the_index_is_in_blocks_that_can_be_read_one_by_one() -> None:
    count = 2 * cdxj.LINES + 5
    lines = sorted(
        cdxj.line(f"https://example.vn/{n}", "2025-03-01T00:00:00Z", {"offset": str(n)}) for n in range(count)
    )
    written = list[bytes]()
    meta, *blocks = cdxj.compressed(lines, written.append, "index.cdx.gz")
    assert meta == '!meta 0 {"format": "cdxj-gzip-1.0", "filename": "index.cdx.gz"}\n'
    data, found = b"".join(written), list[str]()
    for told in blocks:
        head, _, place = told.partition(" {")
        where = json.loads("{" + place)
        member = data[where["offset"] : where["offset"] + where["length"]]
        assert where["digest"] == f"sha256:{hashlib.sha256(member).hexdigest()}"
        part = zlib.decompress(member, 31).decode().splitlines(keepends=True)
        assert part[0].startswith(f"{head} {{")
        found += part
    assert found == lines and len(blocks) == 3


def test_an_empty_index_is_only_its_first_line() -> None:
    assert len(list(cdxj.compressed([], lambda _: None, "index.cdx.gz"))) == 1
