"""The texts of a topic's example files."""

import json
from pathlib import Path

import pytest

from archive.terms import Text
from config.checks import DeclarationError
from config.sources import load
from config.topics import Topic
from pipelines.examples import MAX_BYTES, text_of, texts_of
from tests.conftest import need_shared

LINE = "Bà con trong bản góp công sửa lại con đường bị sạt lở sau trận mưa lớn đêm qua"
PAPERS = load()


def put(folder: Path, name: str, said: str | bytes) -> Path:
    path = folder / name
    path.write_bytes(said.encode() if isinstance(said, str) else said)
    return path


def test_a_plain_text_is_read_as_it_stands(tmp_path: Path) -> None:
    path = put(tmp_path, "bai.txt", f"Kè đá vỡ\n\n{LINE}.\n\n{LINE}.\n{LINE}.\n")
    assert text_of(path, PAPERS) == Text("Kè đá vỡ", "", f"{LINE}.\n\n{LINE}.\n\n{LINE}.")


def test_a_record_is_what_clean_prints(tmp_path: Path) -> None:
    told = {"url": "https://x.vn/1", "title": "Kè", "lead": LINE, "paragraphs": [LINE, LINE], "tags": ["lũ"]}
    path = put(tmp_path, "bai.json", json.dumps(told | {"section": ["Thời sự"], "published": None}))
    assert text_of(path, PAPERS) == Text("Kè", LINE, f"{LINE}\n\n{LINE}", ("lũ",), ("Thời sự",))


def test_a_saved_page_is_cleaned_as_its_paper_declares(tmp_path: Path) -> None:
    folder = Path(__file__).parents[1] / "fixtures" / "pages"
    page = next(p for p in sorted(folder.glob("vnexpress/*/page.html")))
    record = json.loads((page.parent / "expected.json").read_text(encoding="utf-8"))
    link = f'<head><link rel="canonical" href="{record["url"]}">'
    found = text_of(put(tmp_path, "bai.html", page.read_text(encoding="utf-8").replace("<head>", link, 1)), PAPERS)
    assert (found.title, found.lead) == (record["title"], record["lead"]) and found.text
    assert found.text == "\n\n".join(record["paragraphs"])


WRONG = {
    "bai.txt": (b"\xff\xfe\xfa" * 90, "is no UTF-8 text"),
    "ngan.txt": ("Kè đá vỡ", "fewer than 40 syllables"),
    "trang.html": ("<html><h1>Kè</h1></html>", "names no address of its own"),
    "bai.json": ("{", "no record as `baoluu clean` prints it"),
    "list.json": ("[1]", "no record as `baoluu clean` prints it"),
    "deep.json": ("[" * 200_000, "no record as `baoluu clean` prints it"),
    "drop.json": ('{"url": "x", "drop": {"reason": "empty"}}', "no article"),
    "bai.pdf": ("%PDF", "an example's file ends in"),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_is_no_example_is_refused_by_name(tmp_path: Path, name: str) -> None:
    said, told = WRONG[name]
    with pytest.raises(DeclarationError) as error:
        text_of(put(tmp_path, name, said), PAPERS)
    assert str(error.value).startswith(str(tmp_path / name)) and told in str(error.value)


def test_a_file_that_is_not_there_or_too_large_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DeclarationError, match="cannot be read"):
        text_of(tmp_path / "bai.txt", PAPERS)
    with (tmp_path / "to.txt").open("wb") as file:
        file.truncate(MAX_BYTES + 1)
    with pytest.raises(DeclarationError, match="larger than"):
        text_of(tmp_path / "to.txt", PAPERS)


def test_the_seeds_read_alike_from_text_and_record() -> None:
    folder = need_shared("seeds")
    files = sorted(path.name for path in folder.glob("*.txt"))
    both = [
        texts_of(Topic(title="x", seeds=tuple(f.replace(".txt", end) for f in files), folder=str(folder)), PAPERS)
        for end in (".txt", ".json")
    ]
    assert len(files) == 5 and [t.text for t in both[0]] == [t.text for t in both[1]]
