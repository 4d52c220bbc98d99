"""What many papers and pages take, from made-up figures; and that its measuring works on a small frontier."""

import json
from pathlib import Path

import pytest

from archive.revisit import RARELY
from tests.bench import capacity, machines
from tests.bench.capacity import Asked, Measured, again, backfill, flow, frontier, measured, merging, paced, room
from tests.bench.capacity_page import page
from tests.postgres import need_postgres

ASKED = Asked(papers=10, pages=864_000, pace=2.0, daily=50, lists=4, crawls=24, largest=10, disk=100.0)
OF = Measured(
    cores=2, rate=100.0, keep_rate=200.0, crawl=15.0, clean=4.0, weight=100.0, captured=50.0, packed=30.0, row=10.0,
    searched=200_000, slower=1.5, server=2.0, client=10.0, fill=0.5, look=4.0, waiting=500.0, visited=1000.0, new=2.0,
    known=0.1, spread=0.8, writer=1.0,
)  # fmt: skip


def test_the_papers_pace_bounds_a_back_fill() -> None:
    assert paced(ASKED) == pytest.approx(2.0), "86,400 pages of each at 2 s"
    assert paced(ASKED._replace(papers=5)) == pytest.approx(4.0)


def test_machines_follow_from_what_one_does_with_a_shared_frontier() -> None:
    back = backfill(ASKED, OF, 2.0)
    assert back.rate == pytest.approx(5.0)
    assert back.machines == back.keeping == 1
    assert back.server == pytest.approx(5 * 2.5 / 1e3)
    assert (back.line, back.plain) == pytest.approx((5 * 50 * 8e-3, 5 * 100 * 8e-3))
    many = backfill(ASKED._replace(pages=86_400_000), OF, 2.0)
    assert many.rate == pytest.approx(500.0)
    assert many.machines == 10, "one does 50 a second: 10 ms for the page, 10 for the shared frontier"
    assert many.keeping == 8, "one keeps 66.7"


def test_the_daily_news_are_lists_articles_and_what_was_filled_back() -> None:
    day = flow(ASKED, OF)
    assert (day.articles, day.lists) == (500, 10 * 4 * 24)
    assert day.news == 500 * day.visits and 6 <= day.visits <= 12
    assert day.requests == day.lists + day.news + day.old
    assert day.share == pytest.approx(day.requests / (10 * 43_200))
    assert day.busy == pytest.approx(day.requests * 0.02 / 86_400)
    assert day.disk == pytest.approx(365 * 500 * 40e3)


def test_visits_are_those_of_the_crawl() -> None:
    young, old = capacity.visits_in_a_year(0.0), capacity.visits_in_a_year(RARELY)
    assert young > old > 1, "at once, and after 1 h, 6 h, 1 d and 7 d, an old article has not been asked for"
    assert young - old >= 4


def test_room_frontier_and_merging_grow_with_the_pages() -> None:
    kept = room(ASKED, OF)
    assert (kept.captured, kept.packed, kept.rows) == pytest.approx((43.2e9, 25.92e9, 8.64e9))
    assert kept.files == 5
    queue = frontier(ASKED, OF)
    assert queue.rows == 864_000 + 10 * 5 and queue.visited == 2 * queue.waiting == queue.rows * 1000
    assert queue.looks == pytest.approx(0.08), "4 ms, twenty times a second"
    merged = merging(ASKED, OF)
    assert (merged.small, merged.large, merged.known) == pytest.approx((0.02, 0.03, 0.001))
    assert merged.copying == pytest.approx(0.005)


def test_a_cluster_is_bound_by_its_writer() -> None:
    assert again(ASKED, OF, 1) == pytest.approx(864_000 / 500 / 86_400)
    assert again(ASKED, OF, 2) == pytest.approx(864_000 / 800 / 86_400)
    assert again(ASKED, OF, 4) == again(ASKED, OF, 16) == pytest.approx(864_000 / 1000 / 86_400)
    assert again(ASKED, OF._replace(writer=0.1), 4) < again(ASKED, OF, 4)


def test_the_page_says_what_cannot_be_and_what_bounds() -> None:
    text = page(ASKED._replace(pages=2_160_000), OF)
    assert "| 3 | more than the papers' pace allows |" in text and "| 7 | 4 | 1 | 1 |" in text
    bounds = text.partition("## What limits")[2]
    assert bounds.index("the largest paper's pace") < bounds.index("the papers' pace, all of one size")
    assert "| the largest paper's pace (10 times the mean) | 50.0 |" in bounds


def test_the_frontier_of_as_many_papers_is_taken_or_the_next_larger() -> None:
    assert measured(1_000).look != measured(200).look == measured(20).look
    assert measured(1_000) == measured(100_000)


def test_a_result_takes_the_place_of_what_it_was(tmp_path: Path) -> None:
    results = tmp_path / "machines.jsonl"
    machines.put("merge", [{"new_ms": 1}], results)
    machines.put("dask", [{"ratio": 1}], results)
    machines.put("merge", [{"new_ms": 2}], results)
    assert [json.loads(line) for line in results.read_text().splitlines()] == [
        {"what": "dask", "ratio": 1}, {"what": "merge", "new_ms": 2},
    ]  # fmt: skip


def test_a_shared_frontier_is_measured() -> None:
    need_postgres()
    from tests.bench.queued import measure

    found = measure(20, 400, 100)
    assert (found.papers, found.urls) == (20, 400) and 100 <= found.pages <= 140
    assert found.client_ms > 0 and found.wall_ms > found.client_ms
    assert found.bytes > found.waiting > 200
