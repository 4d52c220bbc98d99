"""HTTP responses as records hold them, and the digests of records."""

import base64
import hashlib

import pytest

from archive.warc.digests import Digest, digest_in
from archive.warc.http import NotHttp, fields, response, unchunked

HEAD = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"


def chunked(*parts: bytes) -> bytes:
    return b"".join(b"%x\r\n%b\r\n" % (len(part), part) for part in parts) + b"0\r\n\r\n"


def test_chunks_are_joined() -> None:
    found = response(HEAD + chunked(b"mot ", b"hai"))
    assert (found.status, found.body, found.whole) == (200, b"mot hai", True)
    odd = HEAD + b" 3 ; name=value\r\nmot\r\n0003\nhai\n0\r\nTrailer: x\r\n\r\n"
    assert response(odd).body == b"mothai" and response(odd).whole


def test_chunks_that_break_off_are_told() -> None:
    data = chunked(b"mot ", b"hai")
    for cut in range(1, len(data) - 5):
        body, whole = unchunked(data[:cut])
        assert not whole or body == data[:cut], cut  # before the first size line ends nothing tells that it is chunks
        assert b"mot hai".startswith(body) or body == data[:cut]
    assert unchunked(b"5\r\nmot") == (b"mot", False)
    assert unchunked(b"ffffffffffffffff\r\nmot") == (b"mot", False)


@pytest.mark.parametrize("body", [b"", b"<!doctype html><p>x", b"-1\r\nabc", b"g\r\nabc", b"\r\n\r\n"])
def test_chunks_that_somebody_undid_leave_the_body_as_it_is(body: bytes) -> None:
    assert response(HEAD + body).body == body and response(HEAD + body).whole


def test_headers_folded_repeated_and_odd() -> None:
    block = (
        b"HTTP/1.1 404\r\nSet-Cookie: a=1\r\nset-cookie: b=2\r\nX-Long: one\r\n\ttwo\r\n  three\r\nno colon\r\n"
        b"Empty:\r\nX-Bytes: caf\xe9 \xe1\xbb\x87\r\nA:B:C\r\n\r\nbody\r\n\r\nmore"
    )
    found = response(block)
    assert found.status == 404 and found.body == b"body\r\n\r\nmore"
    assert [v for n, v in found.fields if n.lower() == "set-cookie"] == ["a=1", "b=2"]
    told = dict(found.fields)
    assert told["X-Long"] == "one two three" and told["Empty"] == "" and told["A"] == "B:C" and "no colon" not in told
    assert told["X-Bytes"].encode("latin-1") == b"caf\xe9 \xe1\xbb\x87", "no byte is lost"


def test_record_headers_are_utf8() -> None:
    assert fields("WARC-Filename: tệp.warc\r\n".encode(), "utf-8") == (("WARC-Filename", "tệp.warc"),)
    assert fields(b"X: \xff\r\n", "utf-8") == (("X", "\ufffd"),)


@pytest.mark.parametrize(
    "line", [b"HTTP/1.1 200 OK", b"HTTP/1.0  301 Moved", b"HTTP/2 200", b"http/1.1 503 \xff\xfe", b"HTTP/1.1 200"]
)
def test_status_lines(line: bytes) -> None:
    assert response(line + b"\r\n\r\nx").status in (200, 301, 503)
    assert response(line + b"\n\nx").body == b"x", "bare line ends"
    assert response(line).body == b""


@pytest.mark.parametrize(
    "block",
    [
        b"",
        b"<html>",
        b"HTTP/1.1 20 OK\r\n\r\n",
        b"HTTP/1.1 2000 OK\r\n\r\n",
        b"HTTP/1.1\r\n\r\n",
        b"\r\nHTTP/1.1 200 OK",
    ],
)
def test_what_is_no_http(block: bytes) -> None:
    with pytest.raises(NotHttp):
        response(block)


@pytest.mark.parametrize("algorithm", ["md5", "sha1", "sha256", "sha384", "sha512"])
def test_digests_in_both_writings(algorithm: str) -> None:
    raw = hashlib.new(algorithm, b"bao").digest()
    for text in (
        raw.hex(),
        raw.hex().upper(),
        base64.b32encode(raw).decode(),
        base64.b32encode(raw).decode().rstrip("="),
    ):
        for label in (algorithm, algorithm.upper(), algorithm.replace("sha", "SHA-")):
            found = digest_in(f" {label}:{text} ")
            assert found == Digest(algorithm, raw) and found.fits(b"bao") and not found.fits(b"luu")
    assert str(found) == f"{algorithm}:{raw.hex()}"


@pytest.mark.parametrize(
    "told",
    [
        "",
        "sha1",
        "sha1:",
        "sha1:xyz",
        "sha1:" + "a" * 41,
        "crc32:00000000",
        ":abc",
        "sha1:" + "1" * 32,
        "sha256:" + "g" * 64,
        "sha1:" + "٣" * 40,
    ],
)
def test_digests_that_are_none(told: str) -> None:
    assert digest_in(told) is None
