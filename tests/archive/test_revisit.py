import os
import subprocess
import sys
from datetime import UTC, datetime

import pytest

from archive.holders import alive, holder
from archive.revisit import (
    DAY,
    HOUR,
    LONGEST_PAUSE,
    LONGEST_REST,
    host_pause,
    next_try,
    next_visit,
    rest,
    retry_after,
    smoothed,
)  # fmt: skip
from archive.robots import LONGEST_DELAY, Rules, may_lead_to, text_of

NOW = datetime(2025, 3, 10, 1, tzinfo=UTC).timestamp()


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("120", 120.0),
        (" 7 ", 7.0),
        ("Mon, 10 Mar 2025 01:02:00 GMT", 120.0),
        ("Mon, 10 Mar 2025 08:02:00 +0700", 120.0),
        ("Mon, 10 Mar 2025 00:00:00 GMT", 0.0),
        ("²", 0.0),
        ("soon", 0.0),
        ("-5", 0.0),
        ("9" * 400, 999_999_999_999.0),
        ("", 0.0),
        (None, 0.0),
    ],
)
def test_retry_after(value: str | None, seconds: float) -> None:
    assert retry_after(value, NOW) == seconds


def test_a_pause_doubles_up_to_its_limit_and_is_never_shorter_than_asked() -> None:
    assert [host_pause(2, n) for n in (1, 2, 3)] == [4, 8, 16]
    assert host_pause(2, 1, asked=100) == 100
    assert host_pause(2, 10_000) == HOUR, "whether a host is back is tried once an hour at least"
    assert host_pause(2, 10_000, longest=LONGEST_PAUSE) == host_pause(2, 1, asked=1e9) == LONGEST_PAUSE
    assert [host_pause(0.1, n) for n in (4, 5, 6)] == [1.6, 60, 120], "however short the pace, probes are seldom"


def test_a_slow_host_rests_as_long_as_its_answers_take() -> None:
    assert [rest(s) for s in (0.0, 0.4, 3.0, 500.0)] == [0, 0, 3, LONGEST_REST]
    assert smoothed(0.0, 4.0) == 4.0 and smoothed(4.0, 8.0) == 5.0


def test_lists_are_not_due_by_themselves_and_robots_txt_within_the_hour() -> None:
    assert next_visit("section", NOW, NOW) is next_visit("feed", NOW, NOW) is None
    assert next_visit("robots", NOW, NOW) == NOW + DAY / 2
    assert all(0 < (next_try("robots", n, NOW) or 0) - NOW <= HOUR for n in (1, 2, 5, 5000))


def test_an_article_found_long_ago_is_not_visited_for_ages_that_have_passed() -> None:
    assert next_visit("article", NOW - 2 * DAY, NOW) == NOW + 5 * DAY
    assert next_visit("article", NOW - 400 * DAY, NOW) == NOW + 365 * DAY
    assert next_visit("article", NOW + 60, NOW) == NOW + 60 + HOUR, "a clock that went back does no harm"


def test_robots_rules_are_those_for_our_name() -> None:
    rules = Rules("User-agent: *\nDisallow: /\n\nUser-agent: baoluu\nDisallow: /tim-kiem\nCrawl-delay: 999\n")
    assert rules.allows("https://x.vn/tin") and not rules.allows("https://x.vn/tim-kiem?q=1")
    assert rules.delay == LONGEST_DELAY
    assert Rules("").allows("https://x.vn/") and Rules("").delay == 0
    assert Rules("<html><body>Không tìm thấy</body></html>").allows("https://x.vn/tin")


def test_robots_text_is_read_as_utf_8_up_to_its_limit() -> None:
    assert text_of(b"\xef\xbb\xbfUser-agent: *") == "User-agent: *"
    assert len(text_of(b"x" * 600_000)) == 512_000
    assert text_of(b"Allow: /\n" * 56_888 + b"Disallow: /tin-cuoi-cung\n").endswith("Allow: /\n"), "a half line is none"
    assert text_of(b"\xff\xfe") == "\ufffd\ufffd"


@pytest.mark.parametrize(
    ("url", "may"),
    [
        ("https://rules.example.net/robots.txt", True),
        ("http://rules.example.net:80/robots.txt", True),
        ("http://rules.example.net:8080/robots.txt", False),
        ("ftp://rules.example.net/robots.txt", False),
        ("file:///etc/passwd", False),
        ("http://169.254.169.254/latest", False),
        ("http://[::1]/robots.txt", False),
        ("http://127.0.0.1/robots.txt", False),
        ("http://0x7f.1/robots.txt", False),
        ("http://0177.0.0.1/robots.txt", False),
        ("http://localhost./robots.txt", False),
        ("http://a.localhost/robots.txt", False),
        ("http://router/robots.txt", False),
        ("http://[bad/robots.txt", False),
        ("", False),
    ],
)
def test_a_robots_txt_may_stand_at_any_public_name(url: str, may: bool) -> None:
    assert may_lead_to(url) is may


def test_a_holder_lives_as_long_as_its_process() -> None:
    assert alive(holder(os.getpid()))
    code = "import os; from archive.holders import holder; print(holder(os.getpid()), flush=True); input()"
    child = subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=os.environ
    )
    assert child.stdout and child.stdin
    with child:
        other = child.stdout.readline().strip()
        assert other != holder(os.getpid()) and alive(other)
        child.stdin.write("\n")
        child.stdin.close()
        child.wait()
    assert not alive(other)
    boot, pid, began, counted = holder(os.getpid()).split(":")
    assert not alive(f"another-boot:{pid}:{began}:{counted}")
    assert alive(f"{boot}:{pid}:{began}"), "as earlier versions wrote it"
    if began:
        assert not alive(f"{boot}:{pid}:{int(began) - 1}:{counted}"), "the number of a process is used again"
    if counted:
        assert alive(f"{boot}:{pid}:{int(began) - 1}:{int(counted) + 1}"), "another container's: nobody here can tell"


def test_a_process_that_nobody_has_waited_for_is_dead() -> None:
    child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    with child:
        name = holder(child.pid)
        assert alive(name)
        child.kill()
        os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)
        os.kill(child.pid, 0)  # its number is still there
        assert not alive(name) or not name.split(":")[2]
