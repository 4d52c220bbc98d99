"""WARC files as their writers write them: Common Crawl, Browsertrix, Heritrix, wget."""

import gzip
import json

import brotli
import pytest
from backports import zstd

from archive.store import Archive
from archive.warc.http import parted
from config.sources import Sources
from tests.archive.imports.taking import AT, HOST, facts, revisit, shown, take
from tests.archive.warc.made import article, each_gzip, http, response, sha1, sha256, warc

HTML = article(1).decode()
URL = f"{HOST}/bai-1.html"


def headers(archive: Archive, url: str) -> dict[str, str]:
    (told,) = archive.conn.execute("SELECT headers FROM pages WHERE url = ?", (url,)).fetchone()
    made: dict[str, str] = json.loads(told)
    return made


def test_common_crawl(archive: Archive, sources: Sources) -> None:
    """sha1 digests; warcinfo, request and metadata beside; encodings undone and told by another name; 1 MiB at most."""
    block = http(
        article(1),
        "X-Crawl-Content-Encoding: gzip",
        "X-Crawl-Transfer-Encoding: chunked",
        f"Content-Length: {len(article(1))}",
    )
    long = http(b"<!doctype html>" + b"x" * ((1 << 20) - 15))
    made = [
        warc("warcinfo", b"software: Apache Nutch\r\n", version="1.0", Content_Type="application/warc-fields"),
        warc(
            "request",
            b"GET /bai-1.html HTTP/1.1\r\n\r\n",
            WARC_Target_URI=URL,
            Content_Type="application/http; msgtype=request",
        ),
        warc(
            "response",
            block,
            version="1.0",
            WARC_Target_URI=URL,
            WARC_Identified_Payload_Type="text/html",
            WARC_Block_Digest=sha1(block),
            WARC_Payload_Digest=sha1(article(1)),
        ),
        warc("metadata", b"fetchTimeMs: 99\r\n", WARC_Target_URI=URL, Content_Type="application/warc-fields"),
        warc("conversion", b"text", WARC_Target_URI=URL, Content_Type="text/plain"),
        warc(
            "response",
            long,
            WARC_Target_URI=f"{HOST}/dai-2.html",
            WARC_Block_Digest=sha1(long),
            WARC_Truncated="length",
        ),
        response("https://example.com/a/b", article(3)),
        response("https://example.com/a.png", b"\x89PNG", kind="image/png"),
        response("https://example.com/app.js", b"x", kind="application/javascript"),
    ]
    taken = take(archive, sources, each_gzip(made))
    assert taken.pages == 3 and not taken.refused, taken
    assert taken.passed == {
        "warcinfo": 1,
        "request": 1,
        "metadata": 1,
        "conversion": 1,
        "image/png": 1,
        "application/javascript": 1,
    }
    assert shown(archive)[1] == (URL, "article", 200, HTML)
    rows = {row[0]: row for row in facts(archive)}
    assert rows[f"{HOST}/dai-2.html"][8] == "length"
    assert rows[URL][1] == AT and rows[URL][3] == "songnews" and rows["https://example.com/a/b"][3] == "example.com"
    assert headers(archive, URL)["x-crawl-content-encoding"] == "gzip"


def test_browsertrix(archive: Archive, sources: Sources) -> None:
    body = article(1)
    block = http(body, "x-orig-content-encoding: br", f"content-length: {len(body)}")
    made = [
        warc("warcinfo", b"software: Browsertrix-Crawler\r\n"),
        warc(
            "response",
            block,
            WARC_Target_URI=URL,
            WARC_Payload_Digest=sha256(body),
            WARC_Block_Digest=sha256(block),
            WARC_Resource_Type="document",
        ),
        warc("request", b"GET / HTTP/1.1\r\n\r\n", WARC_Target_URI=URL),
        revisit(
            URL,
            WARC_Payload_Digest=sha256(body),
            WARC_Refers_To_Target_URI=URL,
            WARC_Refers_To_Date="2025-03-01T01:00:00Z",
            block=http(b"", "etag: x"),
        ),
        warc("resource", b'{"urls": {}}', WARC_Target_URI=f"urn:pageinfo:{URL}", Content_Type="application/json"),
        warc("resource", b"text", WARC_Target_URI=f"urn:text:{URL}", Content_Type="text/plain"),
        warc("resource", b"jpg", WARC_Target_URI=f"urn:thumbnail:{URL}", Content_Type="image/jpeg"),
        warc("metadata", b"{}", WARC_Target_URI=URL, Content_Type="application/warc-fields"),
    ]
    taken = take(archive, sources, each_gzip(made))
    assert (taken.pages, taken.refused, taken.passed["urn"]) == (2, 0, 3)
    assert shown(archive) == [(URL, "article", 200, HTML)] * 2
    assert [row[1][:10] for row in facts(archive)] == ["2025-03-01", "2025-03-02"]
    assert '"etag":"x"' in facts(archive)[1][6], "the second visit's own headers"


def test_heritrix(archive: Archive, sources: Sources) -> None:
    """Revisits name nothing but the digest of the payload as it was sent; chunks and gzip stay in the record."""
    sent = gzip.compress(article(1), mtime=0)
    chunks = b"%x\r\n%b\r\n0\r\n\r\n" % (len(sent), sent)
    block = http(chunks, "Transfer-Encoding: chunked", "Content-Encoding: gzip")
    first = warc(
        "response",
        block,
        version="1.0",
        WARC_Target_URI=URL,
        WARC_Payload_Digest=sha1(chunks),
        WARC_IP_Address="1.2.3.4",
    )
    again = warc(
        "revisit",
        http(b"", "ETag: y"),
        version="1.0",
        WARC_Target_URI=URL,
        WARC_Date="2025-03-02T01:00:00Z",
        WARC_Profile="http://netpreserve.org/warc/1.0/revisit/identical-payload-digest",
        WARC_Truncated="length",
        WARC_Payload_Digest=sha1(chunks),
    )
    elsewhere = revisit(
        "https://www.song.example.vn/bai-1.html", "2025-03-03T01:00:00Z", WARC_Payload_Digest=sha1(chunks)
    )
    dns = warc("response", b"20250301010000\n", WARC_Target_URI="dns:song.example.vn", Content_Type="text/dns")
    taken = take(archive, sources, each_gzip([dns, first, again, elsewhere]))
    assert (taken.pages, taken.refused, taken.passed) == (3, 0, {"dns": 1})
    assert [body for *_, body in shown(archive)] == [HTML] * 3
    assert "content-encoding" not in headers(archive, URL), "it is undone, as of a page that was crawled"


def test_wget(archive: Archive, sources: Sources) -> None:
    """Angle brackets, WARC/1.0, block and payload digests over what was sent, its log as a resource."""
    block = http(article(1), f"Content-Length: {len(article(1))}")
    made = [
        warc("warcinfo", b"software: Wget/1.21\r\n", version="1.0", WARC_Filename="x.warc.gz"),
        warc(
            "response",
            block,
            version="1.0",
            WARC_Target_URI=f"<{URL}>",
            WARC_Block_Digest=sha1(block),
            WARC_Payload_Digest=sha1(parted(block)[1]),
            WARC_Concurrent_To="<urn:uuid:1>",
        ),
        warc(
            "resource",
            b"log",
            version="1.0",
            WARC_Target_URI="<metadata://gnu.org/software/wget/warc/wget.log>",
            Content_Type="text/plain",
        ),
    ]
    taken = take(archive, sources, each_gzip(made))
    assert (taken.pages, taken.refused, taken.passed) == (1, 0, {"warcinfo": 1, "metadata": 1})
    assert shown(archive) == [(URL, "article", 200, HTML)]


ENCODED = {
    "gzip": lambda body: gzip.compress(body, mtime=0),
    "br": brotli.compress,
    "zstd": zstd.compress,
    "identity": bytes,
    "GZIP, br": lambda body: brotli.compress(gzip.compress(body, mtime=0)),
}


@pytest.mark.parametrize("encoding", ENCODED)
def test_content_encodings_are_undone(archive: Archive, sources: Sources, encoding: str) -> None:
    record = response(URL, ENCODED[encoding](article(1)), f"Content-Encoding: {encoding}")
    assert take(archive, sources, record).pages == 1
    assert shown(archive) == [(URL, "article", 200, HTML)] and facts(archive)[0][8] is None


def test_a_page_that_was_cut_is_kept_as_such(archive: Archive, sources: Sources) -> None:
    packed = gzip.compress(article(1), mtime=0)
    made = [
        response(f"{HOST}/bai-1.html", packed[: len(packed) // 2], "Content-Encoding: gzip"),
        response(f"{HOST}/bai-2.html", b"ff\r\nnot so long", "Transfer-Encoding: chunked"),
        response(f"{HOST}/bai-3.html", article(3), WARC_Segment_Number="1"),
        response(f"{HOST}/bai-4.html", article(4)),
    ]
    take(archive, sources, each_gzip(made))
    why = [row[8] for row in facts(archive)]
    assert all(why[:3]) and len(set(why[:3])) == 3 and why[3] is None


def test_a_bomb_in_a_page_is_refused(archive: Archive, sources: Sources) -> None:
    bomb = gzip.compress(bytes(60 << 20))
    taken = take(
        archive, sources, response(URL, bomb, "Content-Encoding: gzip") + response(f"{HOST}/bai-2.html", article(2))
    )
    assert (taken.pages, taken.refused) == (1, 1) and "bytes when decoded" in taken.troubles[0]
