import gzip
import hashlib
from io import BytesIO

import pytest
from backports import zstd
from hypothesis import given
from hypothesis import strategies as st

from archive.warc.writer import NewRecord, ending, one_line, packer, parts
from tests.archive.exports.reading import seen

RECORD = NewRecord(
    "resource", "urn:uuid:00000000-0000-5000-8000-000000000001", "2025-03-01T00:00:00Z",
    (("WARC-Target-URI", "urn:x:1"),), "text/plain", payload="Đò ngang".encode(),
    payload_sha=hashlib.sha256("Đò ngang".encode()).hexdigest(),
)  # fmt: skip


def test_a_record_is_written_as_the_standard_has_it() -> None:
    digest = hashlib.sha256("Đò ngang".encode()).hexdigest()
    assert packer("a.warc")(RECORD).decode() == (
        "WARC/1.1\r\nWARC-Type: resource\r\nWARC-Record-ID: <urn:uuid:00000000-0000-5000-8000-000000000001>\r\n"
        "WARC-Date: 2025-03-01T00:00:00Z\r\nWARC-Target-URI: urn:x:1\r\n"
        f"WARC-Block-Digest: sha256:{digest}\r\nWARC-Payload-Digest: sha256:{digest}\r\n"
        "Content-Type: text/plain\r\nContent-Length: 10\r\n\r\nĐò ngang\r\n\r\n"
    )


def test_every_record_is_a_member_of_its_own_and_the_same_bytes_each_time() -> None:
    whole = b"".join(parts(RECORD))
    packed = packer("a.WARC.gz")(RECORD)
    assert gzip.decompress(packed) == whole
    assert packed[4:8] == bytes(4), "no time of writing"
    frame = packer("a.warc.zst")(RECORD)
    assert zstd.decompress(frame) == whole
    assert zstd.get_frame_info(frame).decompressed_size == len(whole)
    assert (packer("b.warc.gz")(RECORD), packer("b.warc.zst")(RECORD)) == (packed, frame)


def test_a_damaged_zstd_frame_is_noticed() -> None:
    frame = bytearray(packer("a.warc.zst")(RECORD))
    frame[-1] ^= 1
    with pytest.raises(zstd.ZstdError):
        zstd.decompress(bytes(frame))


@pytest.mark.parametrize("name", ["a.warc.bz2", "a.gz", "warc", "a.wacz"])
def test_a_name_that_is_no_warc_files_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match=r"ends with \.warc\.gz, \.warc\.zst, \.warc"):
        packer(name)


def test_the_ending_is_the_longest_that_fits() -> None:
    names = ("a.b.warc", "a.WARC.GZ", "a.warc.zst", "kho")
    assert [ending(name) for name in names] == [".warc", ".WARC.GZ", ".warc.zst", ""]


@pytest.mark.parametrize("end", ["\r\n", "\n", "\r", "\x0b", "\x0c", "\x1c", "\x85", "\u2028", "\u2029"])
def test_a_value_cannot_begin_another_line(end: str) -> None:
    assert len(one_line(f"a{end}WARC-Type: request").splitlines()) == 1
    record = RECORD._replace(fields=(("WARC-Target-URI", f"urn:x{end}WARC-Truncated: length"),))
    (found,) = seen(BytesIO(packer("a.warc")(record)))
    assert "warc-truncated" not in found.warc


@given(st.lists(st.binary(max_size=300), max_size=4), st.sampled_from(["a.warc", "a.warc.gz"]))
def test_any_payloads_come_back_through_warcio(payloads: list[bytes], name: str) -> None:
    pack = packer(name)
    records = [RECORD._replace(payload=p, payload_sha=hashlib.sha256(p).hexdigest()) for p in payloads]
    assert [found.payload for found in seen(BytesIO(b"".join(map(pack, records))))] == payloads
