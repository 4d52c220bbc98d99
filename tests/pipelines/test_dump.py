"""Flattened pages of the declared papers: invented ones line by line, the real ones by the scorer's measure."""

import hashlib
import json
import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archive.facts import Drop, Page, Record
from config.declarations import Dump
from config.sources import Source, Sources, generic, load
from pipelines.dump import guess_source, process_dump, sure_source
from pipelines.normalise import clean

ROOT = Path(__file__).parents[2]
DUMPS = sorted((Path(__file__).parent / "dumps").glob("*.txt"))
SEEDS = Path(os.environ.get("BAOLUU_SHARED", ROOT.parent / "shared")) / "seeds"
LINES = [line[2:] for path in DUMPS for line in path.read_text(encoding="utf-8").splitlines()]
DECLARED = load(ROOT / "config")
FETCHED = "2025-11-22T10:00:00+07:00"


@pytest.fixture
def sources() -> Sources:
    return DECLARED


def clean_text(text: str, source: Source) -> Any:
    return process_dump(Page(url="urn:sha256:1", fetched_at=FETCHED, body=text.encode()), source).output


def parsed(path: Path) -> tuple[str, dict[str, list[str]]]:
    """The dump's text, and what its annotations say: texts by role, stated values by name."""
    lines, roles = [], {}
    for line in path.read_text(encoding="utf-8").splitlines():
        role, _, text = line.partition(" ")
        if role.startswith("@"):
            roles[role[1:]] = text.split(" / ")
            continue
        lines.append({"|": "", "~": "\xa0"}.get(role, text))
        roles.setdefault(role, []).append(clean(text))
    glued = [f"{roles['K'][0]} {roles['T'][0]}"] if "K" in roles and not roles["K"][0].endswith(":") else []
    text = "\n".join(lines)
    return (text.replace(f"{roles['K'][0]}\n", f"{roles['K'][0]} ", 1) if glued else text), roles


@pytest.mark.parametrize("path", DUMPS, ids=lambda p: p.stem)
def test_every_line_of_a_dump_goes_where_it_belongs(path: Path, sources: Sources) -> None:
    text, roles = parsed(path)
    found = clean_text(text, sources[roles["source"][0]])
    assert isinstance(found, Record)
    assert found.lead == roles["L"][0]
    told = [clean(line[2:]) for line in path.read_text("utf-8").splitlines() if line[:2] in ("P ", "H ", "I ")]
    assert found.paragraphs == told
    assert found.text == "\n\n".join([*roles["L"], *told])
    assert found.captions == roles.get("C", [])
    assert [entry.title for entry in found.related] == roles.get("R", [])
    assert (found.kicker, found.title) == (roles.get("K", [None])[0], roles.get("T", [None])[0])
    assert (found.authors, [found.credit]) == (roles.get("authors", []), roles.get("credit", [None]))
    assert (found.section, [found.published]) == (roles.get("section", []), roles.get("published", [None]))


@pytest.mark.parametrize("path", DUMPS, ids=lambda p: p.stem)
def test_a_dump_shows_whose_it_is(path: Path, sources: Sources) -> None:
    text, roles = parsed(path)
    guesses = guess_source(text, sources)
    assert all(0 < score < 1 for _, score in guesses)
    assert sure_source(guesses) in (roles["source"][0], None)


def test_a_text_without_marks_is_nobodys(sources: Sources) -> None:
    assert guess_source("Một dòng chữ.\n\nMột dòng khác.", sources) == []
    assert sure_source([]) is None
    assert sure_source([("a", 0.5), ("b", 0.5)]) is None


def test_kinds_of_blocks_are_told_by_their_print(sources: Sources) -> None:
    text, roles = parsed(next(p for p in DUMPS if p.stem == "dienbien-news"))
    found = clean_text(text, sources["baodienbienphu"])
    kinds = {block.text: block.kind for block in found.blocks}
    assert [t for t, kind in kinds.items() if kind == "h"] == roles["H"]
    assert [t for t, kind in kinds.items() if kind == "li"] == roles["I"]


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "empty"),
        (b" \n\xc2\xa0\n", "empty"),
        (b"\x89PNG\x00\x01\x02", "not-html"),
        ("Bình luận".encode(), "empty"),
    ],
)
def test_what_holds_no_text_is_dropped(body: bytes, reason: str, sources: Sources) -> None:
    done = process_dump(Page(url="urn:sha256:2", fetched_at=FETCHED, body=body), sources["baodienbienphu"])
    assert isinstance(done.output, Drop)
    assert done.output.drop.reason == reason
    assert done.article == "baodienbienphu:urn:sha256:2"


def test_a_name_in_a_list_of_names_signs_nothing_but_the_last(sources: Sources) -> None:
    names = ["Lò Văn Tâm", "Quàng Thị Thơm", "Vàng A Lử", "Nguyễn Thị Hoa", "Trần Văn Bảy"]
    lead = "Năm học sinh của trường nội trú được trao học bổng toàn phần trong buổi lễ sáng nay tại hội trường huyện."
    found = clean_text("\n\n".join([lead, "Danh sách gồm:", *names]), sources["tuyengiao"])
    assert found.authors == names[-1:]
    assert found.paragraphs[-4:] == names[:-1]


def test_an_undeclared_paper_gives_title_lead_and_text() -> None:
    source = generic("https://example.vn/")
    assert source.dump == Dump()
    text = "Cầu treo mới ở bản Hua Ná\n\nCây cầu dài 80m được khánh thành hôm qua.\n\nXe máy đã qua lại được."
    found = clean_text(text, source)
    assert (found.title, found.lead) == tuple(text.split("\n\n")[:2])
    assert found.paragraphs == ["Xe máy đã qua lại được."]
    assert (found.published, found.section, found.authors) == (None, [], [])


def test_the_same_dump_gives_the_same_bytes(sources: Sources) -> None:
    text, _ = parsed(DUMPS[0])
    records = {repr(clean_text(text, sources["baoquocte"])) for _ in range(3)}
    assert len({hashlib.sha256(r.encode()).hexdigest() for r in records}) == 1


@settings(derandomize=True, deadline=None)
@given(
    lines=st.lists(st.one_of(st.text(max_size=60), st.sampled_from(LINES)), max_size=30),
    raw=st.binary(max_size=200),
)
def test_whatever_comes_nothing_is_raised(lines: list[str], raw: bytes) -> None:
    for source in DECLARED.values():
        for body in ("\n".join(lines).encode("utf-8", "replace"), raw):
            done = process_dump(Page(url="urn:sha256:3", fetched_at=FETCHED, body=body), source)
            assert done.output.url == "urn:sha256:3"


@pytest.mark.skipif(not SEEDS.is_dir(), reason="the shared seed dumps are not here (BAOLUU_SHARED)")
@pytest.mark.parametrize("path", sorted(SEEDS.glob("*.txt")) or [SEEDS], ids=lambda p: p.stem)
def test_the_seed_dumps_are_cleaned_without_a_flaw(path: Path, sources: Sources) -> None:
    gold = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
    text = path.read_text(encoding="utf-8")
    source = sure_source(guess_source(text, sources))
    assert source is not None
    found = clean_text(text, sources[source])
    assert gold["site"] in sources[source].hosts
    assert [clean(p) for p in gold["paragraphs"]] == found.paragraphs
    assert (clean(gold["lead"]), gold["title"], gold["kicker"]) == (found.lead, found.title, found.kicker)
    assert [clean(c) for c in gold["captions"]] == found.captions
    assert (gold["authors"], gold["source_credit"]) == (found.authors, found.credit)
    assert gold["section"] == found.section
    assert (gold["published"] or "")[:16] == (found.published or "")[:16]
    assert [clean(r["title"]) for r in gold["related"]] == [r.title for r in found.related]
