"""The bench beside others: its pages are read by us, and who gives nothing, fails or is not here gets no rate."""

import json
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from archive.facts import Page, Record
from pipelines.process import process
from tests.bench.corpus import Article, articles, declared
from tests.bench.rivals import came, whole
from tests.bench.rivals.came import Empty, Place, Shares, Text, found, told
from tests.bench.rivals.whole import Result, Way, in_turns, ratio
from tests.bench.timed import Failed, Took, timed
from tests.sets import FETCHED


def read_by_us(article: Article) -> Record:
    page = Page(url=f"http://{article.host}:80{article.path}", fetched_at=FETCHED, body=article.body)
    source = next(source for source in declared(80).values() if source.home == article.host)
    output = process(page, source).output
    assert isinstance(output, Record), (article.path, output)
    return output


def test_every_made_up_page_is_cleaned_to_what_it_was_made_of() -> None:
    for article in articles(26):
        record = read_by_us(article)
        assert found([record.text], [article]) >= 0.95, (article.path, record.text)
        assert record.title == article.title, article.path


def test_pages_are_not_copies_of_one_another() -> None:
    one, *others = (a for a in articles(53) if a.title)
    assert found([" ".join(a.paragraphs) for a in others], [one]) < 0.1


@pytest.fixture
def expected() -> list[Article]:
    return list(articles(6))


def place(folder: Path) -> Place:
    return Place(folder / "urls", folder / "sources", folder / "out")


def lines(expected: Sequence[Article], kept: Callable[[int], bool]) -> str:
    """What a script tells of every page, with the text of those that `kept` names."""
    made = [
        {"text": "\n\n".join(a.paragraphs) if kept(n) else "", "date": "2026" if n else None}
        for n, a in enumerate(expected)
    ]
    return "\n".join(map(json.dumps, made))


def test_what_came_out_is_counted(tmp_path: Path, expected: list[Article]) -> None:
    (tmp_path / "out").write_text(lines(expected, lambda n: True))
    assert came.by_lines(place(tmp_path), expected) == (1.0, 5 / 6)
    (tmp_path / "out").write_text(lines(expected, lambda n: n != 3))
    assert 0.5 < came.by_lines(place(tmp_path), expected).found < 1


@pytest.mark.parametrize("text", ["", "một hai ba bốn năm sáu bảy"])
def test_who_gives_nothing_gets_no_rate(tmp_path: Path, expected: list[Article], text: str) -> None:
    with pytest.raises(Empty, match="0% of the paragraphs"):
        told([Text(text)] * 6, expected)
    (tmp_path / "out").write_text(lines(expected, lambda n: False))
    with pytest.raises(Empty):
        came.by_lines(place(tmp_path), expected)
    (tmp_path / "out").write_text('{"bytes": 100}')
    with pytest.raises(Empty, match="of the pages"):
        came.by_count(place(tmp_path), expected)


def writes(text: str, code: int = 0) -> Callable[[Place], list[str]]:
    """A process that leaves `text`."""
    program = "import sys; open(sys.argv[1], 'w').write(sys.argv[2]); sys.exit(int(sys.argv[3]))"
    return lambda place: [sys.executable, "-c", program, str(place.out), text, str(code)]


def test_who_fails_is_told_and_left_out(expected: list[Article], tmp_path: Path) -> None:
    said: list[str] = []
    ways = [
        Way("well", writes(lines(expected, lambda n: True)), came.by_lines, lambda: True),
        Way("empty", writes(lines(expected, lambda n: n == 0)), came.by_lines, lambda: True),
        Way("broken", writes("", 3), came.by_lines, lambda: True),
        Way("silent", lambda place: [sys.executable, "-c", ""], came.by_lines, lambda: True),
        Way("absent", writes(""), came.by_lines, lambda: False),
        Way("half", writes(lines(expected[:3], lambda n: True)), came.by_lines, lambda: True, part=2),
    ]
    results = in_turns(ways, 6, 2, said.append, tmp_path)
    assert [*results] == ["well", "half"] and len(results["well"].took) == 2
    assert results["well"][1:] == ((1.0, 5 / 6), 6) and results["half"][1:] == ((1.0, 2 / 3), 3)
    told = ["absent", "well", "empty", "broken", "silent", "half", "well", "half"]
    assert [line.partition(":")[0] for line in said] == told
    assert not any(tmp_path.iterdir())


def test_our_runs_keep_and_read_every_page(tmp_path: Path) -> None:
    said: list[str] = []
    ours = [way for way in (*whole.FETCHING, *whole.WHOLE) if way.name in (whole.OURS, whole.KEPT)]
    results = in_turns(ours, 26, 1, said.append, tmp_path)
    assert [*results] == [whole.KEPT, whole.OURS], said
    assert results[whole.KEPT].shares == (1.0, None) and results[whole.OURS].shares.found >= 0.95


def test_a_ratio_is_the_median_of_those_of_the_turns() -> None:
    def of(*walls: float, pages: int = 100) -> Result:
        return Result([Took(wall, 2 * wall, 0) for wall in walls], Shares(1.0), pages)

    results = {"ours": of(1, 2, 4), "peer": of(3, 4, 40), "of fewer pages": of(3, 4, 40, pages=50)}
    assert ratio(results, "ours", "peer") == 3 and ratio(results, "ours", "of fewer pages") == 6
    assert results["peer"].pace == 25 and results["peer"].cpu == 80


def test_a_process_has_its_time(tmp_path: Path) -> None:
    with pytest.raises(Failed, match="-9"):
        timed([sys.executable, "-c", "import time; time.sleep(60)"], 0.2)
    with pytest.raises(Failed, match="with 5"):
        timed([sys.executable, "-c", "print('oh'); raise SystemExit(5)"], said=tmp_path / "said")
    assert (tmp_path / "said").read_text() == "oh\n"


def test_trafilatura_may_ask_loopback(tmp_path: Path) -> None:
    if not any(way.here() for way in whole.WHOLE if way.name == whole.TRAFILATURA):
        pytest.skip("make rivals")
    whole.trafilatura(place(tmp_path))
    settings = (tmp_path / "trafilatura.cfg").read_text()
    assert "SSRF_PROTECTION = off" in settings and "SLEEP_TIME = 0\n" in settings


def test_of_a_crawl_of_news_please_its_pages_are_counted_too(tmp_path: Path, expected: list[Article]) -> None:
    pages = tmp_path / "out" / "data"
    pages.mkdir(parents=True)
    for n, article in enumerate(expected):
        said = {"maintext": "\n\n".join(article.paragraphs), "date_publish": "2026" if n else None}
        (pages / f"{n}.html.json").write_text(json.dumps(said))
    with pytest.raises(Empty, match="0 pages"):
        came.by_news_please(place(tmp_path), expected)
    for n in range(len(expected)):
        (pages / f"{n}.html").write_bytes(b"<html>")
    assert came.by_news_please(place(tmp_path), expected) == (1.0, 5 / 6)
