"""The board on terminals of every size, and the lines in a pipe."""

import os
import pty
import re
import subprocess
import sys
from collections import Counter
from io import StringIO

import pytest
from rich.console import Console

from crawler.cli.board import Board, Rate
from crawler.cli.watch import Lines, line
from crawler.counts import Counts, Paused, Standing, lasting
from tests.conftest import ROOT

NOW = 1_764_212_345.0
"""2025-11-27, 09:59:05 in Vietnam."""


def many(count: int) -> dict[str, Counts]:
    return {f"bao{n:03}": Counts(found=n, kept=3 * n, articles=2 * n, cleaned=2 * n) for n in range(1, count + 1)}


def printed(
    counts: dict[str, Counts], standing: Standing, width: int, height: int, rate: float | None = None
) -> list[str]:
    out = StringIO()
    Console(file=out, width=width, height=height, force_terminal=True, color_system=None).print(
        Board(counts, standing, rate)
    )
    return re.sub("\x1b\\[[0-9;]*m", "", out.getvalue()).splitlines()


@pytest.mark.parametrize(("width", "height"), [(80, 24), (120, 40), (44, 12), (30, 8), (20, 5), (250, 60)])
def test_the_board_fits_into_every_terminal(width: int, height: int) -> None:
    counts = many(121)
    counts["bao077"].errors["ConnectionRefusedError"] = 1234
    standing = Standing(NOW, NOW - 3721, dict.fromkeys(counts, 12_345), allowed=1500, least=6000)
    lines = printed(counts, standing, width, height, 900)
    assert len(lines) < height and max(map(len, lines)) <= width
    assert lines[0].startswith("crawl 1:02:01"[:width])


def test_papers_with_something_to_tell_stand_first_and_the_rest_is_added_up() -> None:
    counts = many(100)
    counts["bao090"].errors["TimeoutError"] = 2
    counts["bao005"].dropped["gallery"] = 1
    paused = (Paused("bao095.vn", "bao095", NOW + 60, "HTTP 429"),)
    standing = Standing(NOW, NOW - 60, {"bao050": 7, "bao099": 3}, paused)
    body = [text for text in printed(counts, standing, 120, 24) if text.startswith("bao")]
    assert [text.split()[0] for text in body[:5]] == ["bao095", "bao090", "bao050", "bao099", "bao001"]
    assert "until 10:00:05, HTTP 429 (bao095.vn)" in body[0] and "Timeout 2" in body[1]
    last = printed(counts, standing, 120, 24)[-1]
    rest = 100 - len(body)
    shown = sum(int(text.split()[2]) for text in body)
    assert last.split()[:5] == ["…", "and", str(rest), "more", "papers:"]
    assert f"{sum(of.kept for of in counts.values()) - shown:,} pages" in last


def test_the_end_is_told_only_where_it_can_be() -> None:
    counts = {"a": Counts(kept=600, articles=500, cleaned=500)}

    def first(rate: float | None, **more: object) -> str:
        standing = Standing(NOW, NOW - 600, {"a": 300}, **more)  # type: ignore[arg-type]
        return printed(counts, standing, 120, 24, rate)[0]

    assert first(None) == "crawl 10:00", "too early to tell"
    assert first(60.0) == "crawl 10:00 · about 5:00 left if nothing more is found"
    assert first(60.0, least=1200.0) == "crawl 10:00 · about 20:00 left if nothing more is found", "the pauses rule"
    assert first(60.0, limit=550) == "crawl 10:00 · about 1:00 left"


def test_what_the_pauses_allow_stands_beside_the_pace() -> None:
    assert "60 pages a minute; the pauses allow 90" in printed({}, Standing(NOW, NOW, {"a": 1}, allowed=90), 80, 24, 60)
    assert "60 pages a minute" in printed({}, Standing(NOW, NOW, {"a": 1}), 80, 24, 60)


def test_what_is_pending_at_the_start_is_told() -> None:
    lines = printed({}, Standing(NOW, NOW - 5, pending=(1200, 4000)), 80, 24)
    assert "cleaning 1,200 of 4,000 kept pages that newer rules have not seen" in lines


def test_the_pace_is_that_of_the_last_minute() -> None:
    rate = Rate()
    assert rate(0, 0) is None and rate(10, 10) is None
    assert rate(30, 30) == 60
    assert rate(100, 30) is None, "nothing is known of the minute before"
    assert rate(130, 90) == 120
    assert rate(5, 90) is None, "the clock was put back"


def test_lengths_of_time() -> None:
    assert [lasting(s) for s in (-1, 7, 751, 10931)] == ["0:00", "0:07", "12:31", "3:02:11"]


def test_a_log_gets_a_line_a_minute_in_a_form_that_stays(capsys: pytest.CaptureFixture[str]) -> None:
    a = Counts(2, 5, 3, 2, dropped=Counter(video=1), errors=Counter(TimeoutError=4))
    counts = {"a": a, "b": Counts(1, 1)}
    lines = Lines()
    for passed in range(0, 200):
        lines(counts, Standing(NOW + passed, NOW, {"a": 9}, (Paused("a.vn", "a", NOW + 999, "HTTP 503"),)))
    told = capsys.readouterr().err.splitlines()
    rest = "found 3  pages 6  articles 2  dropped 1  failed 4  queue 9  paused 1"
    assert told == [f"{at}  {rest}" for at in ("0:10", "1:10", "2:10", "3:10")]
    assert line({}, Standing(NOW, NOW, pending=(1, 2))).endswith("paused 0  cleaned 1 of 2 pending")


WATCHED = """
import logging, sys
from crawler.cli.told import warnings_told
from crawler.cli.watch import watched
from crawler.counts import Counts, Standing
counts = {f"bao{n}": Counts(found=n, kept=n) for n in range(90)}
with warnings_told(), watched(sys.argv[1:] == ["quiet"]) as told:
    for second in range(40):
        if told:
            told(counts, Standing(1e9 + second, 1e9, {"bao3": 50 - second}))
        if second == 20:
            logging.getLogger("crawler").warning("one word in between")
"""


def on_a_terminal(*arguments: str, term: str = "xterm-256color") -> str:
    here, there = pty.openpty()
    size = {"COLUMNS": "80", "LINES": "24", "TERM": term}
    line_ = [sys.executable, "-c", WATCHED, *arguments]
    child = subprocess.Popen(line_, cwd=ROOT, env=os.environ | size, stderr=there, stdout=there, stdin=there)
    os.close(there)
    said = b""
    while True:
        try:
            more = os.read(here, 65536)
        except OSError:  # the other side has closed
            break
        if not more:
            break
        said += more
    os.close(here)
    assert child.wait(30) == 0
    return said.decode()


def test_on_a_terminal_the_board_goes_and_its_head_stays() -> None:
    said = on_a_terminal()
    assert said.count("more papers") > 10 and "Warning: one word in between\r\n" in said
    plain = re.sub("\x1b\\[[0-9;?]*[A-Za-z]", "", said).splitlines()
    assert plain[-2:] == ["crawl 0:39", "found 4,005  pages 4,005  articles 0  queue 11"]
    assert said.count("\x1b[?25l") == said.count("\x1b[?25h") == 1, "the cursor is there again"


def test_a_terminal_that_cannot_move_its_cursor_gets_lines() -> None:
    said = on_a_terminal(term="dumb")
    assert "\x1b" not in said and said.splitlines()[0].startswith("0:10  found 4005  pages 4005")


def test_quiet_is_quiet_but_for_warnings() -> None:
    assert on_a_terminal("quiet").splitlines() == ["Warning: one word in between"]
