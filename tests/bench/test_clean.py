"""The table of `make bench-clean`: our scorer counts as the pages' own does, and an absent peer is told."""

import importlib.util
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.bench import clean, methods, pages
from tests.bench.methods import DESCRIBED, METHODS, OURS, STOCK, Method
from tests.bench.scoring import score, total
from tests.conftest import need_shared

HERS = {"paragraphs": "para", "leads": "lead", "clutter leaked": "clutter", "captions in the text": "caption",
        "F1": "F1", "titles": "title", "authors": "auth", "to the minute": "date", "sections": "sect",
        "tags": "tags"}  # fmt: skip
GOLD: dict[str, Any] = {
    "title": "Tít", "lead": "Đoạn dẫn kể chuyện con sông.", "paragraphs": ["Một đoạn văn.", "Đoạn nữa."],
    "captions": ["Bến đò. Ảnh: An"], "authors": ["Lê An"], "published": "2025-03-01T07:30:00+07:00",
    "section": ["Xã hội", "Đời sống"], "tags": ["sông", "đò"],
    "clutter": ["Đọc thêm", "Theo dõi báo trên các mạng xã hội"],
}  # fmt: skip
RIGHT: dict[str, Any] = GOLD | {"text": "(Báo Sông) - Đoạn dẫn kể chuyện con sông.\n\nMột đoạn văn.\n\nĐoạn nữa."}


def her_scorer(folder: Path) -> Any:
    spec = importlib.util.spec_from_file_location("score", folder / "score.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("known", [pages.newsroom, pages.real, pages.reconstructed, pages.dumps])
@pytest.mark.parametrize("method", [OURS, STOCK, DESCRIBED], ids=["ours", "stock", "described"])
def test_it_counts_as_the_scorer_of_the_pages(method: Method, known: Callable[[], list[pages.Known]]) -> None:
    scorer = her_scorer(need_shared("pages"))
    found = known()[:8]
    records = [(each.gold, method.extract(each.page, each.source)) for each in found]
    hers = scorer.total_row("x", [scorer.score_page(dict(g, captions=list(g["captions"])), r) for g, r in records])
    named = dict(zip(scorer.HEAD, hers, strict=True))
    assert total([score(*each) for each in records]) == {mine: named[theirs] for mine, theirs in HERS.items()}


@pytest.mark.parametrize(
    ("changed", "column", "value"),
    [
        ({}, "paragraphs", "3/3"),
        ({}, "F1", "0.917"),
        ({}, "sections", "1/1"),
        ({"text": "Một đoạn văn."}, "paragraphs", "2/3"),
        ({"text": "Một đoạn văn.", "lead": None}, "leads", "0/1"),
        ({"text": RIGHT["text"] + "\n- Đọc thêm"}, "clutter leaked", "1/2"),
        ({"text": RIGHT["text"] + " Đọc thêm"}, "clutter leaked", "0/2"),
        ({"text": RIGHT["text"] + "Theo dõi báo trên các mạng xã hội."}, "clutter leaked", "1/2"),
        ({"text": RIGHT["text"] + "\nBến đò. Ảnh: An\nBến đò. Ảnh: An"}, "captions in the text", "1/1 1d"),
        ({"title": "Tít - Báo Sông"}, "titles", "0/1"),
        ({"authors": "lê an; Báo Sông"}, "authors", "0/1"),
        ({"authors": "LÊ AN"}, "authors", "1/1"),
        ({"published": "2025-03-01T00:30:59Z"}, "to the minute", "1/1"),
        ({"published": "2025-03-01"}, "to the minute", "0/1 (day 1)"),
        ({"published": "2025-02-28T20:00:00Z"}, "to the minute", "0/1 (day 1)"),
        ({"published": None}, "to the minute", "0/1"),
        ({"section": ["Đời sống"]}, "sections", "0/1 (+1 part)"),
        ({"tags": "sông"}, "tags", "0.67"),
    ],
)
def test_each_column_counts_what_it_says(changed: dict[str, Any], column: str, value: str) -> None:
    assert total([score(GOLD, RIGHT | changed)])[column] == value


def test_an_invented_date_is_told() -> None:
    undated = [score(GOLD | {"published": None}, RIGHT), score(GOLD, RIGHT)]
    assert total(undated)["to the minute"] == "1/1 1 FALSE"


def test_the_newsrooms_pages_have_clutter_and_ours_leaks_none() -> None:
    known = pages.newsroom()[::9]
    assert all(len(each.gold["clutter"]) > 5 for each in known)
    told = total([score(each.gold, OURS.extract(each.page, each.source)) for each in known])
    assert told["clutter leaked"].startswith("0/") and told["F1"] == "1.000"


def test_the_table_tells_every_method_and_one_that_is_not_installed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    absent = Method("nowhere", STOCK.clean, STOCK.record, "no-such-package", fields=False)
    here = [m for m in METHODS if m.needs == "trafilatura"]
    monkeypatch.setattr(clean, "METHODS", (*here, absent))
    monkeypatch.setattr(clean, "SETS", {"papers": lambda: pages.newsroom()[:2], "absent": list})
    monkeypatch.setattr(clean, "keep_memory", lambda: None)
    monkeypatch.setattr(sys, "argv", ["clean", "--repeats", "1", "--each"])
    clean.main()
    told = capsys.readouterr().out
    assert "no-such-package is not installed" in told and "absent: not here" in told
    assert all(f"2 papers  {methods.label(m)}" in told for m in here)
    assert told.count("http://127.77.0.") == 2
