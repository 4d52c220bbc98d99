"""The scorer counts as the shared pages' own does, and each column says what it says."""

import importlib.util
from typing import Any

import pytest

from tests.columns import added, figures, shares
from tests.conftest import need_shared
from tests.methods import DESCRIBED, OURS, STOCK, UNKNOWN, Method
from tests.scoring import Score, Share, score
from tests.sets import SETS

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


@pytest.fixture
def scorer() -> Any:
    """The scorer that lies with the shared pages."""
    spec = importlib.util.spec_from_file_location("score", need_shared("pages") / "score.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def hers(told: dict[str, Any]) -> dict[str, Any]:
    """One page's result of the shared scorer, under the names of ours."""
    return {
        "paragraphs": (told["para"], told["n_para"]), "lead": told["lead"],
        "clutter": (len(told["leaked"]), told["n_clutter"]), "captions": (told["cap"], told["n_cap"]),
        "twice": told["cap_dup"], "title": told["title"], "authors": told["authors"], "date": told["date"],
        "section": told["section"], "tags": told["tags"] and pytest.approx(told["tags"]),
        "precision": pytest.approx(told["prec"]), "recall": pytest.approx(told["rec"]),
        "f1": pytest.approx(told["f1"]),
    }  # fmt: skip


def ours(told: Score) -> dict[str, Any]:
    return {name: getattr(told, name) for name in Score.__struct_fields__ if name != "more"}


@pytest.mark.parametrize("name", ["newsroom", "real", "reconstructed", "dumps"])
@pytest.mark.parametrize("method", [OURS, UNKNOWN, STOCK, DESCRIBED], ids=["ours", "unknown", "stock", "described"])
def test_it_counts_as_the_scorer_of_the_pages(scorer: Any, method: Method, name: str) -> None:
    mine, theirs = [], []
    for case in SETS[name]()[:8]:
        made = method.extract(case.page, case.source)
        theirs.append(scorer.score_page(case.gold | {"captions": list(case.gold["captions"])}, made))
        mine.append(score(case.gold, made))
        assert ours(mine[-1]) == hers(theirs[-1]), case.name
    row = dict(zip(scorer.HEAD, scorer.total_row("x", theirs), strict=True))
    assert figures(mine) == {column: row[called] for column, called in HERS.items()}


CHANGES = [
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
]


@pytest.mark.parametrize(("changed", "column", "value"), CHANGES)
def test_each_column_counts_what_it_says(changed: dict[str, Any], column: str, value: str) -> None:
    assert figures([score(GOLD, RIGHT | changed)])[column] == value


@pytest.mark.parametrize("changed", [changed for changed, _, _ in CHANGES])
def test_each_change_counts_as_the_scorer_of_the_pages_has_it(scorer: Any, changed: dict[str, Any]) -> None:
    assert ours(score(GOLD, RIGHT | changed)) == hers(scorer.score_page(GOLD, RIGHT | changed))


def test_only_what_a_paper_prints_before_its_lead_may_be_left_out() -> None:
    inside = GOLD | {"lead": "Người dân (xã Sông) - nơi có bến đò - kể chuyện."}
    assert score(inside, {"text": "Người dân nơi có bến đò - kể chuyện."}).lead is False
    before = GOLD | {"lead": "(Báo Sông) - Nơi có bến đò."}
    assert score(before, {"text": "Nơi có bến đò."}).lead is True


def test_an_invented_date_is_told() -> None:
    undated = [score(GOLD | {"published": None}, RIGHT), score(GOLD, RIGHT)]
    assert figures(undated)["to the minute"] == "1/1 1 FALSE"
    assert added(undated)["no false date"] == 0.0 and added(undated)["minute"] == 1.0


def test_shares_are_better_when_higher_and_what_is_not_asked_is_left_out() -> None:
    gold = GOLD | {"kicker": "Phóng sự", "source_credit": None, "related": [], "tags": []}
    told = added([score(gold, RIGHT | {"text": RIGHT["text"] + "\nĐọc thêm", "section": ["Xã hội"], "tags": []})])
    assert told["no clutter"] == 0.5 and told["no captions"] == 1.0 and told["section"] == 0.0
    assert told["kicker"] == 0.0 and not told.keys() & {"credit", "related", "tags", "no false date"}


def test_shares_add_up_and_are_rounded_down() -> None:
    two = score(GOLD, {"text": "Một đoạn văn. Đoạn nữa."})
    assert shares(two)["paragraphs"] == Share(2, 3) and added([two])["paragraphs"] == 0.6666
    none = score(GOLD | {"lead": None, "paragraphs": []}, {})
    assert shares(none)["leads"].value is None and added([two, none])["paragraphs"] == 0.6666
    assert added([two, score(GOLD, {"text": ""})])["paragraphs"] == 0.3333
