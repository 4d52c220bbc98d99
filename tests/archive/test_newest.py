"""The newest pages of a paper, as `sources check` and `sources recurring` read them."""

import msgspec

from archive.cleaners import in_force
from archive.newest import _NEWEST, newest
from archive.store import Archive
from pipelines.cleaner import cleaner_id
from pipelines.process import process
from tests.stock import PAPER, ROOT, keep, page, section


def test_the_newest_page_of_each_article_comes_first(archive: Archive) -> None:
    keep(archive, section(1, 2, 3), page(1), page(2), page(3), page(1, 2))
    found = list(newest(archive, ["sample"]))
    assert [row.url for row in found] == [f"{ROOT}/bai-{n}.html" for n in (1, 3, 2)]
    assert found[0].fetched_at == page(1, 2).fetched_at
    assert {(row.via, row.reason, row.placed) for row in found} == {("section", None, True)}


def test_pages_of_other_kinds_and_of_errors_are_none(archive: Archive) -> None:
    keep(archive, section(1), page(1), page(2, status=404), page(3, body=b"<html><h1>404</h1></html>"))
    assert [(row.url, row.reason, row.placed) for row in newest(archive, ["sample"])] == [
        (f"{ROOT}/bai-3.html", "soft-404", True),
        (f"{ROOT}/bai-1.html", None, True),
    ]


def test_an_article_read_whole_since_its_container_is_gone_is_told(archive: Archive) -> None:
    named = b'<head><script type="application/ld+json">{"@type": "NewsArticle"}</script></head>'
    body = named + page(1).body.replace(b'class="body"', b'class="new"')
    keep(archive, page(1, body=body, url=f"{ROOT}/moi-1.html"), page(2))
    assert [(row.url[-10:], row.placed) for row in newest(archive, ["sample"])] == [
        ("bai-2.html", True),
        ("moi-1.html", False),
    ]
    assert process(page(2), PAPER).notes == ()


def test_pages_kept_under_several_names_are_one_paper(archive: Archive) -> None:
    keep(archive, page(1), page(3))
    with archive.transaction():
        number = archive.keep_page("song.example.vn", page(2))
        archive.put_cleaning(number, cleaner_id(PAPER), process(page(2), PAPER))
    assert [row.url[-6:] for row in newest(archive, ["sample", "song.example.vn"])] == ["3.html", "2.html", "1.html"]


def test_what_the_rules_in_force_made_counts(archive: Archive) -> None:
    keep(archive, page(1))
    assert in_force(archive, "sample") == cleaner_id(PAPER)
    later = msgspec.structs.replace(process(page(1), PAPER), article="sample:later")
    (number,) = (row.page for row in newest(archive, ["sample"]))
    archive.put_cleaning(number, "9-later", later)
    assert [row.article for row in newest(archive, ["sample"])] == [process(page(1), PAPER).article]


def test_they_are_found_along_an_index_and_in_its_order(archive: Archive) -> None:
    plan = [
        row["detail"]
        for row in archive.rows(f"EXPLAIN QUERY PLAN {_NEWEST}", {"name": "sample", "cleaner": "x", "unplaced": "y"})
    ]
    assert plan[0] == "SEARCH p USING INDEX pages_source (source=? AND kind=? AND status=?)"
    assert not any("SCAN" in step for step in plan)
    # The one sorting is of a page's few cleanings: it stands below the subquery that chooses among them.
    assert plan.index("USE TEMP B-TREE FOR ORDER BY") > next(n for n, step in enumerate(plan) if "SUBQUERY" in step)
