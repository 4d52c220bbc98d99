"""Plots write numbers as the reader's language does, and name few enough bars for a narrow screen."""

from functools import partial

import pytest

from archive.room.charts import Bar, bars, points
from archive.room.words import number


@pytest.mark.parametrize(("lang", "shown"), [("vi", "1.234.567"), ("en", "1,234,567")])
def test_numbers_of_bars_are_in_the_readers_language(lang: str, shown: str) -> None:
    drawn = bars([Bar("2025", 1234567, "/search"), Bar("2026", 3)], "bài", partial(number, lang))
    assert f">{shown}</text>" in drawn
    assert f'aria-label="2025: {shown}"' in drawn and f"<title>2025: {shown}</title>" in drawn


def test_only_the_ends_are_named_on_a_narrow_screen() -> None:
    drawn = bars([Bar(f"ngày {n}", n) for n in range(30)], "bài", str)
    assert drawn.count('class="name between"') == 4
    assert drawn.count('class="name"') == 2
    assert ">ngày 0</text>" in drawn and ">ngày 29</text>" in drawn


def test_points_tell_their_values_as_they_are_written() -> None:
    drawn = points([(0.0, "Báo A"), (10.43, "Báo B")], "lan", lambda hours: f"{number('vi', hours)} giờ")
    assert "10,4 giờ" in drawn and "10.43" not in drawn
