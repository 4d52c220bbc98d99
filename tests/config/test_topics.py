"""Topics' files: what they say is read, and what is wrong in them is told with file and key."""

import datetime
from pathlib import Path

import pytest

from config.checks import DeclarationError
from config.topics import load_topics, read_topic

GOOD = """\
title = "Kè chắn lũ"
seeds = ["https://song.example.vn/bai-1.html", "bai.txt"]
papers = ["song"]
since = 2021-01-01
until = 2021-12-31
threshold = 1.2

[phrases]
must = ["kè | đê"]
not = ["bóng đá"]

[phrases.may]
"kè chắn lũ" = 0.4
"giá vàng" = -0.5
"""


def put(folder: Path, text: str, name: str = "ke.toml") -> Path:
    (folder / "bai.txt").write_text("Một bài.", encoding="utf-8")
    (folder / name).write_text(text, encoding="utf-8")
    return folder / name


def test_a_topic_is_read_whole(tmp_path: Path) -> None:
    topic = read_topic(put(tmp_path, GOOD), ["song"])
    assert (topic.name, topic.title, topic.threshold, topic.learn) == ("ke", "Kè chắn lũ", 1.2, True)
    assert topic.urls == ("https://song.example.vn/bai-1.html",) and topic.files == (tmp_path / "bai.txt",)
    assert (topic.since, topic.until) == (datetime.date(2021, 1, 1), datetime.date(2021, 12, 31))
    assert topic.phrases.must == ("kè | đê",) and topic.phrases.without == ("bóng đá",)
    assert topic.phrases.may == {"kè chắn lũ": 0.4, "giá vàng": -0.5}


WRONG = {
    "no TOML": ("title = ", "ke.toml"),
    "unknown key": (GOOD.replace("threshold", "treshold"), "unknown key 'treshold'; did you mean 'threshold'?"),
    "unknown key of phrases": (GOOD.replace("must =", "muss ="), "unknown key 'muss'; did you mean 'must'?"),
    "name": (f'name = "x"\n{GOOD}', "unknown key 'name'"),
    "no title": (GOOD.replace('title = "Kè chắn lũ"', ""), "missing required field `title`"),
    "wrong type": (GOOD.replace('["song"]', '"song"'), "$.papers"),
    "unknown paper": (GOOD.replace('"song"', '"sonq"'), "papers: no paper is called 'sonq'; did you mean song?"),
    "days": (GOOD.replace("2021-12-31", "2020-12-31"), "until: 2020-12-31 lies before since = 2021-01-01"),
    "threshold": (GOOD.replace("1.2", "0.0"), "threshold: 0.0 is not between 0.1 and 10"),
    "weight": (GOOD.replace("0.4", "40"), "phrases.may: 'kè chắn lũ' = 40.0"),
    "weight 0": (GOOD.replace("0.4", "0"), "phrases.may: 'kè chắn lũ' = 0.0"),
    "no word": (GOOD.replace("kè | đê", "kè | "), "phrases.must: 'kè | ' holds no word"),
    "no word in not": (GOOD.replace("bóng đá", "…"), "phrases.not: '…' holds no word"),
    "no file": (GOOD.replace("bai.txt", "bay.txt"), "seeds: there is no file"),
    "other file": (GOOD.replace("bai.txt", "bai.pdf"), "seeds: 'bai.pdf': must be a URL, or a file that ends in"),
    "nothing": ('title = "X"', "it needs seeds, or phrases"),
}


@pytest.mark.parametrize("kind", WRONG)
def test_what_is_wrong_is_told_with_file_and_key(tmp_path: Path, kind: str) -> None:
    text, told = WRONG[kind]
    file = put(tmp_path, text)
    with pytest.raises(DeclarationError) as error:
        read_topic(file, ["song", "nui"])
    assert str(error.value).startswith(f"{file}: ") and told in str(error.value)


def test_what_decides_the_articles_changes_the_digest(tmp_path: Path) -> None:
    first = read_topic(put(tmp_path, GOOD)).digest()
    assert read_topic(put(tmp_path, GOOD.replace("Kè chắn lũ", "Kè", 1))).digest() == first
    assert read_topic(put(tmp_path, GOOD.replace("1.2", "1.3"))).digest() != first
    file = put(tmp_path, GOOD)
    (tmp_path / "bai.txt").write_text("Bài khác.", encoding="utf-8")
    assert read_topic(file).digest() != first


def test_a_misspelt_topic_is_told_the_nearest(tmp_path: Path) -> None:
    put(tmp_path, GOOD, "ke-chan-lu.toml")
    topics = load_topics(tmp_path)
    assert list(topics) == ["ke-chan-lu"] and topics.pick("ke-chan-lu").title == "Kè chắn lũ"
    with pytest.raises(DeclarationError, match="did you mean ke-chan-lu"):
        topics.pick("kè chắn lũ")
    with pytest.raises(DeclarationError, match="there are: none"):
        load_topics(tmp_path / "nowhere").pick("ke")
