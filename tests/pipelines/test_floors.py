"""No score falls below its floor; floors rise by themselves and fall only for a written reason."""

import importlib.util
from pathlib import Path
from typing import Any

import pytest

from tests import floors
from tests.conftest import need_shared
from tests.quality import HIDDEN, SETS, corpus, measured, ours, stock
from tests.scoring import Share, score, total


@pytest.mark.parametrize("name", SETS)
def test_no_score_is_below_its_floor(name: str) -> None:
    if not list(SETS[name]()):
        need_shared("pages")
    assert not floors.failures(name, measured(name), corpus(name), floors.read())


@pytest.mark.parametrize("name", HIDDEN)
def test_an_undeclared_page_is_nowhere_worse_than_stock_trafilatura(name: str) -> None:
    if not list(SETS[name]()):
        need_shared("pages")
    told, others = measured(name), measured(name, stock)
    worse = {c: (told[c], others[c]) for c in told if told[c] < others.get(c, 0.0)}
    assert told and not worse
    assert told["minute"] > others["minute"] + 0.5
    assert told["authors"] >= others["authors"] + (0.3 if name != "foreign" else 0)


@pytest.mark.parametrize(
    "name", ["foreign", "fixtures, unknown CMS", "reconstructed, unknown CMS", "real, unknown CMS"]
)
def test_no_single_undeclared_text_is_much_worse_than_stock_trafilatura(name: str) -> None:
    if not list(SETS[name]()):
        need_shared("pages")
    for case in SETS[name]():
        mine, theirs = (score(case.gold, extract(case.page, case.source)) for extract in (ours, stock))
        assert mine["F1"].got >= theirs["F1"].got - 0.01, case.name
        assert mine["paragraphs"].got >= theirs["paragraphs"].got - 1, case.name


def scorer(shared: Path) -> Any:
    spec = importlib.util.spec_from_file_location("score", shared / "score.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("name", ["real", "reconstructed", "reconstructed, unknown CMS"])
@pytest.mark.parametrize("extract", [ours, stock])
def test_our_scores_are_those_of_the_pages_own_scorer(name: str, extract: Any) -> None:
    theirs = scorer(need_shared("pages"))
    for case in SETS[name]():
        made = extract(case.page, case.source)
        told, mine = theirs.score_page(case.gold, made), score(case.gold, made)
        assert mine["paragraphs"] == (told["para"], told["n_para"]), case.name
        assert mine["leads"].value == (None if told["lead"] is None else told["lead"]), case.name
        assert mine["no clutter"] == (told["n_clutter"] - len(told["leaked"]), told["n_clutter"]), case.name
        assert mine["no captions"] == (told["n_cap"] - told["cap"], told["n_cap"]), case.name
        for column, key in (("precision", "prec"), ("recall", "rec"), ("F1", "f1")):
            assert mine[column].got == pytest.approx(told[key]), case.name
        for column, key in (("title", "title"), ("authors", "authors"), ("tags", "tags")):
            assert mine[column].value == (None if told[key] is None else pytest.approx(float(told[key]))), case.name
        assert mine["section"].value == (None if told["section"] is None else told["section"] == "ok"), case.name
        if told["date"] in ("none", "FALSE"):
            assert mine["no false date"].got == (told["date"] == "none"), case.name
        else:
            assert (mine["day"].got, mine["minute"].got) == (told["date"] in ("min", "day"), told["date"] == "min")


TOLD: floors.Floors = {"sets": {"a": {"corpus": "1", "floors": {"leads": 0.9, "title": 1.0}}}, "lowered": []}


def test_a_score_below_its_floor_and_other_pages_are_told() -> None:
    assert not floors.failures("a", {"leads": 0.95, "title": 1.0}, "1", TOLD)
    assert floors.failures("a", {"leads": 0.8, "title": 1.0}, "1", TOLD) == ["a: leads 0.8 is below its floor 0.9"]
    assert floors.failures("a", {"leads": 0.9}, "1", TOLD) == ["a: title 0.0 is below its floor 1.0"]
    (sentence,) = floors.failures("a", {"leads": 0.9, "title": 1.0}, "2", TOLD)
    assert "the pages changed (1 -> 2)" in sentence
    assert "no floors yet" in floors.failures("b", {"leads": 1.0}, "1", TOLD)[0]


def test_floors_rise_by_themselves() -> None:
    new = floors.renewed("a", {"leads": 0.95, "title": 1.0, "tags": 0.5}, "1", TOLD)
    assert new == {
        "sets": {"a": {"corpus": "1", "floors": {"leads": 0.95, "title": 1.0, "tags": 0.5}}},
        "lowered": [],
    }


def test_a_floor_is_lowered_only_for_a_reason_which_is_kept() -> None:
    with pytest.raises(ValueError, match=r"leads 0\.5 is below its floor 0\.9\. Lowering needs a reason"):
        floors.renewed("a", {"leads": 0.5, "title": 1.0}, "2", TOLD, "  ")
    new = floors.renewed("a", {"leads": 0.5, "title": 1.0}, "2", TOLD, "ten harder pages")
    assert new["sets"]["a"]["floors"]["leads"] == 0.5
    assert new["lowered"] == [
        {"set": "a", "column": "leads", "from": 0.9, "to": 0.5, "corpus": "2", "reason": "ten harder pages"}
    ]


def test_the_file_is_written_and_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(floors, "SETS", {"foreign": SETS["foreign"]})
    path = tmp_path / "floors.json"
    assert floors.write(path=path) and not floors.write(path=path)
    told = floors.read(path)
    assert told["sets"]["foreign"]["corpus"] == corpus("foreign")
    told["sets"]["foreign"]["floors"]["leads"] = 2.0
    path.write_text(str(told).replace("'", '"'), encoding="utf-8")
    with pytest.raises(ValueError, match="leads"):
        floors.write(path=path)


def test_shares_add_up_and_are_rounded_down() -> None:
    assert total([{"a": Share(2, 3), "b": Share(0, 0)}, {"a": Share(0, 0)}]) == {"a": 0.6666}
