"""WARC files are read record by record, in every shape, and what is damaged costs itself."""

import gzip
import io
import tracemalloc
from random import Random

import pytest

from archive.warc.frames import Mark
from archive.warc.reader import Lost, Record, records
from tests.archive.warc.made import (
    SHAPES,
    article,
    blocks,
    bomb,
    each_gzip,
    each_zstd,
    http,
    read,
    response,
    sha1,
    some,
    warc,
)

SHAPED = pytest.mark.parametrize("shape", SHAPES)
FRAMED = pytest.mark.parametrize("shape", ["gzip", "zstd", "zstd with a dictionary"])


@SHAPED
def test_every_shape_gives_every_record(shape: str) -> None:
    made = some(12)
    found, lost = read(SHAPES[shape](made))
    assert [one.block for one in found] == blocks(made) and not lost
    assert [one.url for one in found] == [f"https://song.example.vn/bai-{n}.html" for n in range(1, 13)]
    assert {one.kind for one in found} == {"response"} and {one.date for one in found} == {"2025-03-01T01:00:00Z"}
    assert not any(one.cut for one in found)


@SHAPED
def test_a_file_is_read_on_from_any_mark(shape: str) -> None:
    made = some(7)
    data = SHAPES[shape](made)
    whole, _ = read(data)
    for number, one in enumerate(whole):
        rest, lost = read(data, mark=one.after)
        assert rest == whole[number + 1 :] and not lost
        again, _ = read(data, mark=one.at)
        assert again == whole[number:]


@pytest.mark.parametrize("version", ["1.0", "1.1"])
@pytest.mark.parametrize("end", ["\r\n", "\n"])
def test_versions_and_line_ends(version: str, end: str) -> None:
    made = [
        warc("response", http(article(n)), version=version, end=end, WARC_Target_URI=f"https://a.vn/{n}")
        for n in (1, 2)
    ]
    for data in (b"".join(made), each_gzip(made)):
        found, lost = read(data)
        assert [one.block for one in found] == [http(article(n)) for n in (1, 2)] and not lost


def test_angle_brackets_case_and_repeated_fields() -> None:
    made = warc(
        "Response", b"x", WARC_Target_URI="<https://song.example.vn/a>", warc_target_uri="https://song.example.vn/b"
    )
    (one,), _ = read(made)
    assert one.url == "https://song.example.vn/a" and one.kind == "response" and one.get("WARC-Date") == ""


def whole(found: list[Record | Lost], made: list[bytes]) -> list[bytes]:
    """The blocks that were read, each of which must be one of the originals."""
    kept = [one.block for one in found if isinstance(one, Record)]
    assert set(kept) <= set(blocks(made)), "a record that never was"
    return kept


@SHAPED
def test_torn_at_every_byte(shape: str) -> None:
    """What stands before the tear is given, and no part of a record is taken for one."""
    made = [response(f"https://song.example.vn/bai-{n}.html", article(n, 2)) for n in range(1, 5)]
    data, originals = SHAPES[shape](made), blocks(made)
    ends = [*(one.at.offset for one in read(data)[0][1:]), len(data)]
    for tear in range(len(data)):
        kept = whole(list(records(io.BytesIO(data[:tear]))), made)
        assert kept == originals[: len(kept)]
        if shape in ("plain", "gzip", "zstd", "zstd with a dictionary"):
            assert len(kept) >= sum(end <= tear for end in ends)


@pytest.mark.parametrize("shape", ["gzip", "zstd"])
def test_a_flipped_byte_costs_its_own_record(shape: str) -> None:
    made = some(6)
    data = SHAPES[shape](made)
    starts = [one.at.offset for one in read(data)[0]] + [len(data)]
    for at in range(0, len(data), 3):
        flipped = bytearray(data)
        flipped[at] ^= Random(at).randrange(1, 256)
        kept = whole(list(records(io.BytesIO(bytes(flipped)))), made)
        hit = next(n for n in range(6) if starts[n] <= at < starts[n + 1])
        if hit == 0 and not kept:
            continue  # without its magic nothing tells what the file is
        assert set(blocks(made[:hit] + made[hit + 1 :])) <= set(kept)


@pytest.mark.parametrize("shape", ["plain", "one gzip member", "one zstd frame", "bgzip", "two records a member"])
def test_a_flipped_byte_raises_nothing(shape: str) -> None:
    made = some(4)
    data = SHAPES[shape](made)
    for at in range(0, len(data), 5):
        flipped = bytearray(data)
        flipped[at] ^= Random(at).randrange(1, 256)
        list(records(io.BytesIO(bytes(flipped))))


@FRAMED
def test_garbage_between_and_behind(shape: str) -> None:
    made, noise = some(6), Random(1).randbytes(5000)
    data = SHAPES[shape](made)
    cut = read(data)[0][3].at.offset
    found, lost = read(data[:cut] + noise + data[cut:] + noise)
    assert [one.block for one in found] == blocks(made)
    assert [(one.offset, one.until) for one in lost] == [(cut, cut + 5000), (len(data) + 5000, None)]
    assert "all that follows is lost" in str(lost[1]) and f"offset {cut:,} to {cut + 5000:,}" in str(lost[0])


def test_garbage_in_a_plain_file() -> None:
    made = some(4)
    found, lost = read(made[0] + b"\x00" * 3000 + made[1] + b"not a record\r\n" + made[2] + made[3] + b"rest")
    assert [one.block for one in found] == blocks(made)
    assert [one.offset for one in lost] == [len(made[0]), len(made[0] + made[1]) + 3000, len(b"".join(made)) + 3014]


@SHAPED
@pytest.mark.parametrize("told", ["9", "100", "-1", "a lot", "", None, "9" * 15, "9" * 40, "1.5", "٣"])
def test_a_length_that_lies_costs_its_own_record(shape: str, told: str | None) -> None:
    made, url = some(4), "https://song.example.vn/bai-77.html"
    lying = response(url, article(77), Content_Length=told)
    assert len(lying) > 600
    found, lost = read(SHAPES[shape]([*made[:2], lying, *made[2:]]))
    assert [one.block for one in found][:2] == blocks(made[:2])
    if told != "9" * 15 or shape in ("gzip", "zstd") or "dictionary" in shape:  # else it swallows what its frame holds
        assert [one.block for one in found][2:] == blocks(made[2:])
    assert lost and lost[0].url == url


def test_a_length_a_little_too_long_or_short() -> None:
    made, body = some(3), article(9)
    for wrong in (-40, -4, -1, 1, 3, 200):
        lying = response(
            "https://song.example.vn/x", body, Content_Length=str(len(http(body, kind="text/html")) + wrong)
        )
        for data in (each_gzip([made[0], lying, *made[1:]]), each_zstd([made[0], lying, *made[1:]])):
            found, lost = read(data)
            good = [one.block for one in found if one.url != "https://song.example.vn/x"]
            assert good == blocks(made)
            assert lost or wrong in (1, 3), wrong


def test_headers_without_an_end() -> None:
    made = some(2)
    endless = b"WARC/1.1\r\nWARC-Type: response\r\nX: " + b"y" * 200_000
    unended = b"WARC/1.1\r\nWARC-Type: response\r\nContent-Length: 0\r\n"
    found, lost = read(each_gzip([made[0], endless, unended, made[1]]))
    assert [one.block for one in found] == blocks(made) and len(lost) == 2
    assert "its headers do not end" in str(lost[0])


def test_a_bomb_takes_no_memory_and_the_next_record_comes() -> None:
    made = some(2)
    data = each_gzip(made[:1]) + bomb(300 << 20) + each_gzip(made[1:])
    assert len(data) < 400_000
    tracemalloc.start()
    try:
        kept = [
            (one.cut, len(one.block)) for one in records(io.BytesIO(data), largest=1 << 20) if isinstance(one, Record)
        ]
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert kept == [(False, len(blocks(made)[0])), (True, 1 << 20), (False, len(blocks(made)[1]))]
    assert peak < 20 << 20


def test_a_bomb_of_headers_and_one_of_nothing() -> None:
    made = some(2)
    lines = gzip.compress(b"WARC/1.1\r\n" + b"a: b\r\n" * 5_000_000)
    found, lost = read(each_gzip(made[:1]) + lines + gzip.compress(bytes(100 << 20)) + each_gzip(made[1:]))
    assert [one.block for one in found] == blocks(made) and lost


def test_damage_within_a_frame_of_many_records_has_a_mark_to_read_on_from() -> None:
    """Or else a stopped import would begin the whole frame again."""
    made = some(6)
    for shape in ("one gzip member", "one zstd frame", "bgzip", "plain"):
        data = SHAPES[shape]([*made[:2], b"noise " * 50 + b"\r\n", *made[3:]])
        found = list(records(io.BytesIO(data)))
        (lost,) = (one for one in found if isinstance(one, Lost))
        assert lost.after is not None
        rest, more = read(data, mark=lost.after)
        assert [one.block for one in rest] == blocks(made[3:]) and not more, shape


def test_a_stream_that_fails_loses_the_rest_and_says_so() -> None:
    class Failing(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            if self.tell() + (size or 0) > 300_000:
                raise OSError(5, "Input/output error")
            return super().read(size)

    noise = Random(2)
    made = [response(f"https://song.example.vn/{n}", noise.randbytes(50_000)) for n in range(20)]
    found = list(records(Failing(each_gzip(made))))
    assert sum(isinstance(one, Record) for one in found) >= 3
    assert isinstance(found[-1], Lost) and found[-1].until is None and "Input/output error" in str(found[-1])


def test_a_checksum_that_does_not_fit_is_named() -> None:
    data = bytearray(each_gzip(some(1)))
    data[-6] ^= 1
    _, (lost,) = read(bytes(data))
    assert "cannot be decompressed" in lost.why


def test_no_file_and_empty_files() -> None:
    assert read(b"") == ([], [])
    assert read(gzip.compress(b"")) == ([], [])
    for data in (
        b"x",
        b"\x1f\x8b",
        b"\x1f\x8b\x08",
        b"\x28\xb5\x2f\xfd",
        b"\x5d\x2a\x4d\x18",
        b"\x5d\x2a\x4d\x18\xff\xff\xff\xff",
    ):
        found, lost = read(data)
        assert not found and lost and lost[0].until is None


def test_marks_beyond_the_end_or_in_nowhere_raise_nothing() -> None:
    data = each_gzip(some(2))
    for mark in (Mark(10**9), Mark(0, 10**9), Mark(7), Mark(len(data))):
        list(records(io.BytesIO(data), mark))


def test_digests_as_writers_write_them() -> None:
    assert sha1(b"a").startswith("sha1:Q")
