"""Recurring columns and lists of headlines: texts that are nearly yesterday's, or nearly another paper's."""

import re
from collections.abc import Sequence
from datetime import datetime
from random import Random

from tests.corpus import grammar, names
from tests.corpus.stories import Story

NAMES = ("gia-vang", "gia-rau", "xo-so", "thoi-tiet", "cat-dien")
SECTION = dict.fromkeys(NAMES, "Thời sự") | {"gia-vang": "Kinh tế", "gia-rau": "Kinh tế"}
_NUMBER = re.compile(r"<(\d+)-(\d+)>")


def template(name: str, random: Random) -> tuple[str, ...]:
    """The wording of one column: title, lead, paragraphs, with `<low-high>` where a day's number goes and `{day}`."""
    stock = grammar.read("columns")
    places = {f"p{k}": names.place(random) for k in range(1, 7)}
    known = {key: (lambda value=value: value) for key, value in places.items()} | {
        "day": lambda: "{day}",
        "province": lambda: random.choice(names.PROVINCES),
    }
    voice = grammar.Voice(random, (stock,), known)
    return tuple(voice.line(name, at) for at in range(len(stock.lists[name])))


def column(lines: Sequence[str], seed: str, day: int, at: datetime) -> Story:
    """The column of one day. Each number keeps its value for some days, the numbers of a lottery for one."""
    count = 0

    def number(found: re.Match[str]) -> str:
        nonlocal count
        count += 1
        low, high = int(found[1]), int(found[2])
        steady = 1 if high > 9000 else 3 + count * 7 % 9
        return str(Random(f"{seed}/{count}/{(day + count * 5) // steady}").randint(low, high))

    title, lead, *rest = (_NUMBER.sub(number, line).replace("{day}", f"{at.day}/{at.month}") for line in lines)
    return Story(title, lead, tuple(rest), ("cập nhật hằng ngày",))


def headlines(titles: Sequence[str], paper: str, random: Random, at: datetime) -> Story:
    """The morning's list of headlines, in nearly the order in which all papers have it."""
    shown = [title for title in titles if random.random() < 0.88]
    if len(shown) > 2 and random.random() < 0.5:
        k = random.randrange(len(shown) - 1)
        shown[k], shown[k + 1] = shown[k + 1], shown[k]
    head = random.choice(("Điểm báo", "Tin nổi bật sáng", "Đọc nhanh", "Tin chính trên các báo"))
    lead = f"{head} ngày {at.day}/{at.month} trên {paper}:"
    return Story(f"{head} {at.day}/{at.month}", lead, tuple(shown), ("điểm báo",))
