"""What is found to recur, what is taken for clutter, and what never is, on made-up articles."""

import re
from collections.abc import Sequence

import msgspec
import pytest

from archive.facts import Record
from archive.newest import Newest
from config.clock import stamp
from crawler.newsroom import VISITS, declared
from crawler.newsroom.papers import papers
from crawler.newsroom.truth import truths
from pipelines.fixtures import fixtures
from pipelines.process import process
from pipelines.recurring import Recurring, key_of, pattern_of, recurring
from tests.bench.invented import name
from tests.pipelines.pages import SOURCES
from tests.pipelines.rows import FOOTER, article, busy_day

OLD = [article(n) for n in range(12, 200)]


def one(found: Sequence[Recurring], text: str) -> Recurring:
    return next(r for r in found if text in r.text)


def clutter(rows: Sequence[Newest]) -> list[str]:
    return [r.text for r in recurring(rows) if r.clutter]


def test_a_footer_that_came_today_is_found_today() -> None:
    found = recurring([*(article(n, FOOTER) for n in range(12)), *OLD])
    told = one(found, FOOTER)
    assert told.clutter and (told.articles, told.of, told.newest) == (12, 12, 200)
    assert (told.where, told.stories, told.pattern) == ("last", 12, FOOTER)
    assert (told.url, told.since) == ("https://thu.vn/0.html", OLD[0].fetched_at.replace("12:00", "12:30"))


def test_a_line_on_the_newest_four_is_told_and_waits_for_more() -> None:
    told = one(recurring([*(article(n, FOOTER) for n in range(4)), *(article(n) for n in range(4, 200))]), FOOTER)
    assert not told.clutter and told.why == "stands in 4 different stories; it takes 8"
    assert not recurring([*(article(n, FOOTER) for n in range(3)), *(article(n) for n in range(3, 200))])


def test_a_line_that_once_stood_on_an_old_article_is_new_today_all_the_same() -> None:
    rows = [article(n, *([FOOTER] if n < 12 or n == 180 else [])) for n in range(200)]
    told = one(recurring(rows), FOOTER)
    assert told.clutter and (told.articles, told.of, told.ever, told.since) == (12, 12, 13, rows[11].fetched_at)


def test_since_when_is_the_first_page_that_shows_it() -> None:
    rows = [*(article(n, FOOTER) for n in range(12)), *OLD]
    assert one(recurring(rows), FOOTER).since == rows[11].fetched_at


def test_numbers_and_dates_of_a_line_count_as_equal() -> None:
    rows = [*(article(n, f"Lượt xem: {n * 397:,}".replace(",", ".")) for n in range(12)), *OLD]
    told = one(recurring(rows), "Lượt xem")
    assert told.clutter and told.pattern is not None
    assert all(re.fullmatch(told.pattern, f"Lượt xem: {n}", re.I) for n in ("0", "12.345", "7"))
    assert not re.fullmatch(told.pattern, "Lượt xem: nhiều")


def test_lines_that_stand_under_one_another_are_one_block() -> None:
    menu = ("Trang chủ", "Thời sự trong tỉnh", "Liên hệ tòa soạn")
    found = recurring([*(article(n, *menu, middle=["Đọc nhanh"]) for n in range(12)), *OLD])
    told = [r for r in found if r.text in menu]
    assert len({r.block for r in told}) == 1 and told[0].block is not None and all(r.clutter for r in told)
    bar = one(found, "Đọc nhanh")
    assert bar.block is None and bar.where == "middle" and bar.clutter


def test_a_sentence_at_the_end_of_paragraphs_is_told_and_has_no_pattern() -> None:
    rows = [*(article(n, f"{name(n)} kể thêm chuyện của {name(n * 7)}. {FOOTER}.") for n in range(12)), *OLD]
    told = one(recurring(rows), FOOTER)
    assert (told.part, told.pattern, told.clutter) == ("sentence", None, True)


def test_a_sentence_in_a_few_articles_is_no_clutter() -> None:
    rows = [*(article(n, "Cơn bão số 3 đang đi vào đất liền.") for n in range(7)), *(article(n) for n in range(7, 200))]
    assert clutter(rows) == []
    rows = [article(n, *(["Cơn bão số 3 đang đi vào đất liền."] if n % 9 == 0 else [])) for n in range(200)]
    told = one(recurring(rows), "Cơn bão")
    assert not told.clutter and "12% of the articles" in told.why and told.stories == 23


def test_copies_and_updates_of_one_story_count_once() -> None:
    story = msgspec.json.decode(article(7, "Tin đang được cập nhật.").output, type=Record)

    def update(n: int) -> Newest:
        blocks = [*story.blocks[:-1], msgspec.structs.replace(story.blocks[0], text=f"Thêm câu {n}."), story.blocks[-1]]
        made = msgspec.structs.replace(story, title=f"{story.title}, bản của {name(n)}", blocks=blocks)
        return article(n, output=msgspec.json.encode(made).decode())

    rows = [*map(update, range(20)), *(article(n) for n in range(20, 200))]
    assert clutter(rows) == []


def test_a_daily_column_counts_once_for_its_title_or_its_text() -> None:
    rows = [
        article(n, "Giá tham khảo, có thể đổi tùy cửa hàng.", title=f"Giá vàng ngày {n % 28 + 1}/9")
        if n % 2
        else article(n)
        for n in range(60)
    ]
    assert clutter(rows) == []
    assert clutter([article(n, "Giá tham khảo.", title=f"Giá vàng ngày {n}/9") for n in range(30)]) == []


@pytest.mark.parametrize("every", [2, 3, 5])
def test_the_heading_of_a_format_is_no_clutter(every: int) -> None:
    rows = [article(n, middle=["Đội hình ra sân"] if n % every == 0 else []) for n in range(300)]
    told = one(recurring(rows), "Đội hình ra sân")
    assert not told.clutter and told.where == "middle"


def test_a_heading_in_the_middle_of_three_quarters_is_no_clutter() -> None:
    rows = [article(n, middle=["Đội hình ra sân"] if n % 4 else []) for n in range(300)]
    told = one(recurring(rows), "Đội hình ra sân")
    assert not told.clutter and told.why.startswith("stands in the middle of texts")


def test_what_keeps_to_one_section_is_no_clutter() -> None:
    """Even where it ends two thirds of all articles."""
    rows = [
        article(
            n,
            *(["Mời bạn đọc gửi câu hỏi cho chuyên mục."] if n % 3 else []),
            section=["Tư vấn" if n % 3 else "Thời sự"],
        )
        for n in range(90)
    ]
    told = one(recurring(rows), "Mời bạn đọc")
    assert not told.clutter and told.why == "keeps to the section 'Tư vấn'"


def test_a_line_of_the_newest_few_of_one_section_waits_for_others() -> None:
    rows = [
        article(n, *(["Bão đang vào bờ, mời theo dõi tiếp."] if n < 9 else []), section=["Thời sự"]) for n in range(99)
    ]
    assert clutter(rows) == []


def test_nothing_of_the_sample_newsroom_is_taken_for_clutter() -> None:
    for paper_id, paper in papers().items():
        source = declared()[paper_id]
        rows = [_cleaned(t.url, paper, source, n) for n, t in enumerate(truths(paper, 2, source.base))]
        assert len(rows) > 8 and clutter(rows) == []


def _cleaned(url: str, paper, source, n: int) -> Newest:  # type: ignore[no-untyped-def]
    from archive.facts import Page
    from crawler.newsroom.site import Site

    body = Site(paper, 2, source.base).reply(url.removeprefix(source.base)).body
    kept = Page(url=url, fetched_at=stamp(VISITS[1]), body=body, headers={"content-type": "text/html"})
    return article(n, url=url, output=msgspec.json.encode(process(kept, source).output).decode())


def test_nothing_of_the_fixtures_is_taken_for_clutter_even_as_one_paper() -> None:
    made = [(f, process(f.page, SOURCES[f.source])) for f in fixtures()]
    rows = [article(n, output=msgspec.json.encode(c.output).decode()) for n, (_, c) in enumerate(made)]
    assert clutter(rows) == []


@pytest.mark.parametrize("seed", [*range(8), 224, *(pytest.param(n, marks=pytest.mark.soak) for n in range(8, 133))])
def test_a_busy_day_has_no_clutter_but_the_new_footer(seed: int) -> None:
    """224: a storm's closing line stands on most of the newest articles, all of two sections."""
    assert clutter(busy_day(seed)) == []
    assert clutter(busy_day(seed, footer=20)) == [FOOTER]


def test_nothing_of_300_made_up_articles_recurs() -> None:
    assert recurring([article(n) for n in range(300)]) == []


def test_a_pattern_matches_its_line_and_nothing_longer() -> None:
    line = "Theo dõi (Báo Thử) trên G+ | Zalo?"
    assert re.fullmatch(pattern_of({line}), line) and not re.fullmatch(pattern_of({line}), line + " và hơn nữa")
    assert pattern_of({"Bài 1/2", "Bài 2/2"}) == r"Bài \d[\d.,:/-]*"
    assert key_of("Lượt xem: 1.234") == key_of("LƯỢT XEM: 7")
