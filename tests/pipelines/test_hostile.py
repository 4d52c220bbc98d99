"""Hostile pages cost a record or a drop with its reason, in bounded time and memory; their neighbours cost nothing."""

import json
import multiprocessing
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import msgspec
import pytest

from archive.facts import Drop, Page, Record
from config.fold import count_words
from config.sources import Source, generic, load
from pipelines.body import _ANNOUNCES
from pipelines.dates import read_date
from pipelines.normalise import clean, plain, unescaped
from pipelines.people import byline, is_position, persons
from pipelines.pictures import is_caption, names_photographer
from pipelines.pool import BYTES_PER_CHILD, SECONDS_PER_PAGE, CleaningPool
from pipelines.process import process
from tests.pipelines.hostile import HOSTILE, PARAGRAPH, page
from tests.pipelines.test_soak import MEGABYTE, peak

SOURCES = load()
AT, URL = "2025-11-01T08:00:00+07:00", "https://vnexpress.net/bai-viet-4800001.html"
GOOD = page(PARAGRAPH)
SMALL = {
    "nul": "not-html", "only-nul": "empty", "noise": "not-html", "broken-utf8": "charset",
    "many-styles": "empty",
}  # fmt: skip
"""What is dropped even where it is small; of all others there is a record."""
LARGE = {"hang", "memory", "truncated", "charset", "empty", "not-html", "not-article"}
"""Why a page may be dropped that is as large as it gets."""


def sources() -> Iterator[Source]:
    """A declared paper, and one of which not even the family is known."""
    yield SOURCES["vnexpress"]
    yield msgspec.structs.replace(generic("https://song.example.vn/"), kin=())


def served(body: bytes, source: Source) -> Page:
    return Page(url=f"https://{source.hosts[0]}/bai-viet-4800001.html", fetched_at=AT, body=body)


@pytest.fixture(scope="module")
def pool() -> Iterator[CleaningPool]:
    with CleaningPool(1) as opened:
        yield opened


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_page_costs_only_itself(pool: CleaningPool, name: str) -> None:
    source, unknown = sources()
    body = HOSTILE[name](0.01)
    start = time.monotonic()
    made = list(pool.map([(served(b, s), s) for b in (GOOD, body, GOOD) for s in (source, unknown)]))
    assert time.monotonic() - start < SECONDS_PER_PAGE
    before, odd, after = (made[n].output for n in (0, 2, 4))
    assert isinstance(before, Record) and before == after and made[1] == made[5]
    assert isinstance(odd, Drop if name in SMALL else Record), odd
    assert not isinstance(odd, Drop) or odd.drop.reason == SMALL[name], odd
    assert json.loads(msgspec.json.encode(made[3].output))


@pytest.mark.soak
@pytest.mark.parametrize("name", HOSTILE)
def test_the_largest_hostile_page_costs_only_itself(pool: CleaningPool, name: str) -> None:
    for source in sources():
        start = time.monotonic()
        odd, good = pool.map([(served(body, source), source) for body in (HOSTILE[name](1), GOOD)])
        assert time.monotonic() - start < 2 * SECONDS_PER_PAGE
        assert good == process(served(GOOD, source), source)
        assert not isinstance(odd.output, Drop) or odd.output.drop.reason in LARGE, odd.output
        for child in multiprocessing.active_children():
            assert peak(child.pid or "self") < BYTES_PER_CHILD / MEGABYTE


def cleaned(tmp_path: Path, body: bytes) -> tuple[int, dict[str, object]]:
    """Exit code and what `baoluu clean` prints."""
    (tmp_path / "page.html").write_bytes(body)
    command = [Path(sys.executable).with_name("baoluu"), "clean", "page.html", "--url", URL]
    done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, timeout=120)
    return done.returncode, json.loads(done.stdout)


def test_the_command_prints_a_record_or_the_drop(tmp_path: Path) -> None:
    code, told = cleaned(tmp_path, HOSTILE["colspan"](1))
    assert code == 0 and {"kind": "table", "text": "a\tb\n\tc\td"} in told["blocks"]  # type: ignore[operator]
    code, told = cleaned(tmp_path, HOSTILE["broken-utf8"](0.01))
    assert code == 1 and told["drop"] == {"reason": "charset", "detail": "the text lost letters in decoding"}


@pytest.mark.soak
@pytest.mark.parametrize("name", ["deep", "attributes"])
def test_the_command_ends_at_a_page_that_does_not(tmp_path: Path, name: str) -> None:
    code, told = cleaned(tmp_path, HOSTILE[name](1))
    assert code == 1 and told["drop"] == {"reason": "hang", "detail": "the page took longer than its time limit"}


LONG = 20_000
STRINGS = [
    (each * LONG)[:LONG]
    for each in (
        "a", " ", "\t\n ", "a ", ">", "> ", "-", "|", "1", "1/", "1:", "22/10/2025 ", "thứ ", "ngày ", "tháng 1 ",
        "giờ ", "năm 2025 ", "A.B.", "a@", "a.vn ", "https://", "/a", "a-", ", ", "([", "&amp;", "{keywords}",
        "Á", "a\u0301", "\u200b", "Theo ", "Nguồn: ", "Ảnh: ", "Nguyễn ", "Nguyễn Văn An - ", "và ", "xem thêm ",
        "tin liên quan ", "phó ",
    )
]  # fmt: skip


def declared() -> dict[str, re.Pattern[str]]:
    """Every pattern of a declaration that a whole line is held against."""
    every = [rules for s in SOURCES.values() for rules in (s.rules, *(g.rules for g in s.generations))]
    lines = {p for rules in every for p in (*rules.drop_lines, *rules.end_lines)}
    dumps = {
        p for s in SOURCES.values() for part in ("marks", "date", "drop", "end", "box") for p in getattr(s.dump, part)
    }
    return {p: re.compile(p, re.I) for p in sorted(lines | dumps)}


READERS: dict[str, Callable[[str], object]] = {
    "dates": lambda text: read_date(text, datetime.fromisoformat(AT)),
    "short dates": lambda text: read_date(text[:299], datetime.fromisoformat(AT)),
    "bylines": byline, "signatures": lambda text: byline(text[:199], placed=True), "persons": persons,
    "positions": is_position, "captions": lambda text: is_caption(text[:600], True),
    "photographers": names_photographer,
    "clean": clean, "plain": plain, "unescaped": unescaped, "words": count_words, "announcements": _ANNOUNCES.fullmatch,
}  # fmt: skip


def seconds(work: Callable[[str], object], text: str) -> float:
    start = time.process_time()
    work(text)
    return time.process_time() - start


@pytest.mark.parametrize("name", READERS)
def test_no_string_holds_a_reader_up(name: str) -> None:
    slow = {text[:20]: took for text in STRINGS if (took := seconds(READERS[name], text)) > 0.5}
    assert not slow


def test_no_line_holds_a_declared_pattern_up() -> None:
    slow = {(p, text[:20]) for p, one in declared().items() for text in STRINGS if seconds(one.fullmatch, text) > 0.2}
    assert not slow


def test_comments_before_a_page_do_not_hold_it_up() -> None:
    start = time.process_time()
    made = process(served(b"<!---->" * 250 + GOOD, SOURCES["vnexpress"]), SOURCES["vnexpress"])
    assert isinstance(made.output, Record) and time.process_time() - start < 5
