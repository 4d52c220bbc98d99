"""How papers run each other's texts: word for word, under another title, cut, cluttered, corrected, in roundups."""

import re
from collections.abc import Sequence
from random import Random
from typing import NamedTuple

from tests.corpus.stories import Story
from tests.corpus.truth import Change, Paper

_OFTEN: tuple[tuple[Change, float], ...] = (
    ("retitled", 0.65), ("trimmed", 0.45), ("cluttered", 0.3), ("corrected", 0.25), ("releaded", 0.2),
    ("extended", 0.15),
)  # fmt: skip
"""How often each is done to a copy; about one in ten is word for word."""
_DIGITS = re.compile(r"\d+")
_SENTENCE = re.compile(r"(?<=[.!?”])\s+(?=[A-ZĐÀ-Ỹ“])")
_SWAPS = (
    ("cho biết", "cho hay"), ("nhấn mạnh", "lưu ý"), ("đã ", "vừa "), ("người dân", "bà con"), ("hiện nay", "lúc này"),
    ("trong đó", "riêng"), ("đề nghị", "yêu cầu"), ("bắt đầu", "khởi sự"), ("khoảng", "chừng"), ("gần", "xấp xỉ"),
    ("ông ", "đồng chí "), ("sẽ ", "dự kiến "), ("nhiều", "không ít"), ("tại ", "ở "),
)  # fmt: skip
_CLUTTER = (
    "Theo dõi {paper} trên Zalo", "Mời quý vị đón đọc {paper} bản in số mới", "Xem thêm: {title}",
    "Tin liên quan: {title}", "{title}", "Đăng ký nhận tin của {paper} qua thư điện tử", "Quảng cáo",
    "Nghe đọc bài này trên ứng dụng {paper}", "Bạn đọc gửi phản hồi về tòa soạn {paper} qua đường dây nóng",
    "Đọc nhiều nhất tuần qua: {title}",
)  # fmt: skip
_CREDITS = ("Theo {owner}", "{owner}", "({owner})", "Nguồn: {owner}", "Theo {owner}/{paper}")


class Made(NamedTuple):
    """A copy as a paper prints it."""

    story: Story
    changes: tuple[Change, ...]
    credit: str


def copied(text: Story, retold: Story, random: Random, paper: Paper, owner: str, titles: Sequence[str]) -> Made:
    """`text` as `paper` runs it. `retold` is an own report of the event, whose title, lead and last paragraphs serve
    where the paper adds some; `titles` are headlines of the paper for the clutter. `owner` is credited or not."""
    changes = [change for change, often in _OFTEN if random.random() < often]
    title, lead, paragraphs = text.title, text.lead, list(text.paragraphs)
    if "trimmed" in changes:
        paragraphs = _trimmed(paragraphs, random)
    if "corrected" in changes:
        at = random.sample(range(len(paragraphs)), min(len(paragraphs), random.choice((1, 1, 2, 3))))
        before, paragraphs = paragraphs, [corrected(p, random) if k in at else p for k, p in enumerate(paragraphs)]
        if paragraphs == before:
            changes.remove("corrected")
    if "retitled" in changes:
        title = retold.title
    if "releaded" in changes:
        lead = retold.lead
    if "extended" in changes:
        paragraphs += retold.paragraphs[-random.choice((1, 1, 2)) :]
    if "cluttered" in changes:
        paragraphs = cluttered(paragraphs, random, paper, titles)
    tags = text.tags if random.random() < 0.3 else retold.tags
    credit = random.choice(_CREDITS).format(owner=owner, paper=paper.title) if random.random() < 0.7 else ""
    return Made(Story(title, lead, tuple(paragraphs), tags), tuple(changes), credit)


def roundup(parts: Sequence[Story], random: Random, intro: Story) -> Story:
    """Several texts in one article: of each its title as a heading, its lead and most of its paragraphs."""
    paragraphs: list[str] = []
    for part in parts:
        keep = max(1, round(len(part.paragraphs) * random.uniform(0.55, 0.9)))
        paragraphs += [part.title, part.lead, *part.paragraphs[:keep]]
    tags = tuple(dict.fromkeys(tag for part in parts for tag in part.tags[:1]))
    return Story(f"Tin vắn: {intro.title}", intro.lead, tuple(paragraphs), tags)


def _trimmed(paragraphs: list[str], random: Random) -> list[str]:
    """From the end, as editors cut; now and then a paragraph in the middle goes instead."""
    keep = max(1, round(len(paragraphs) * random.uniform(0.55, 0.85)))
    if random.random() < 0.75 or keep + 1 >= len(paragraphs):
        return paragraphs[:keep]
    gone = set(random.sample(range(1, len(paragraphs)), len(paragraphs) - keep))
    return [p for k, p in enumerate(paragraphs) if k not in gone]


def corrected(paragraph: str, random: Random) -> str:
    """`paragraph` with one number or one word changed; as it was, where nothing in it can be."""
    swaps = [pair for pair in _SWAPS if pair[0] in paragraph]
    numbers = list(_DIGITS.finditer(paragraph))
    if numbers and (not swaps or random.random() < 0.6):
        found = random.choice(numbers)
        other = str(max(1, int(found[0]) + random.choice((-3, -2, -1, 1, 2, 3, 10))))
        return paragraph[: found.start()] + other + paragraph[found.end() :]
    if swaps:
        was, now = random.choice(swaps)
        return paragraph.replace(was, now, 1)
    return paragraph


def cluttered(paragraphs: list[str], random: Random, paper: Paper, titles: Sequence[str]) -> list[str]:
    """With one to four lines that belong to the paper and not to the text."""
    made = list(paragraphs)
    for _ in range(random.choice((1, 2, 2, 3, 4))):
        line = random.choice(_CLUTTER).format(paper=paper.title, title=random.choice(titles))
        made.insert(random.randrange(1, len(made) + 1), line)
    return made


def sentences(text: str) -> list[str]:
    """The sentences of a text, paragraph by paragraph."""
    return [s for paragraph in text.split("\n\n") for s in _SENTENCE.split(paragraph) if s]


def shared(one: str, other: str) -> float:
    """Which part of the shorter text stands in the other one, by whole sentences, weighted with their syllables."""
    short, long = sorted((one, other), key=lambda text: text.count(" "))
    there = set(sentences(long))
    sizes = [(s, s.count(" ") + 1) for s in sentences(short)]
    total = sum(size for _, size in sizes)
    return sum(size for s, size in sizes if s in there) / total if total else 0.0


def kept(text: str, copy: str) -> float:
    """Which part of `text` stands in `copy`, by whole sentences, weighted with their syllables."""
    there = set(sentences(copy))
    sizes = [(s, s.count(" ") + 1) for s in sentences(text)]
    return sum(size for s, size in sizes if s in there) / sum(size for _, size in sizes)
