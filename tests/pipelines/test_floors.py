"""No score falls below its floor; floors rise by themselves and fall only for a written reason."""

from pathlib import Path

import pytest

from tests import floors
from tests.conftest import need_shared
from tests.methods import DESCRIBED, OURS
from tests.quality import MEASURED, UNDECLARED, cases, judged, measured
from tests.sets import SETS, corpus


def needed(name: str) -> None:
    """Skips where the pages of what is measured are not here."""
    if not cases(name):
        need_shared("pages")


@pytest.mark.parametrize("name", MEASURED)
def test_no_score_is_below_its_floor(name: str) -> None:
    needed(name)
    assert not floors.failures(name, measured(name), corpus(MEASURED[name][0]), floors.read())


def test_whatever_has_floors_is_measured() -> None:
    assert set(floors.read()["sets"]) == set(MEASURED)


@pytest.mark.parametrize("name", ["real", "reconstructed"])
def test_what_no_column_asks_about_is_right_and_nothing_is_invented(name: str) -> None:
    """Columns ask only about what a page has: here a kicker, credit or link is also wrong where it has none."""
    need_shared("pages")
    for case in SETS[name]():
        made, gold = OURS.extract(case.page, case.source), case.gold
        told = (gold.get("kicker"), gold["source_credit"], gold["related"], gold["captions"])
        assert (made["kicker"], made["credit"], made["related"], made["captions"]) == told, case.name
        assert bool(made["modified"]) == bool(gold["modified"]), case.name
        assert not judged(case, OURS).twice, case.name


@pytest.mark.parametrize("name", UNDECLARED)
def test_an_undeclared_page_is_nowhere_worse_than_stock_trafilatura(name: str) -> None:
    needed(name)
    told, others = measured(name), measured(name, DESCRIBED)
    worse = {c: (told[c], others[c]) for c in told if told[c] < others.get(c, 0.0)}
    assert told and not worse
    assert told["minute"] > others["minute"] + 0.5
    assert told["authors"] >= others["authors"] + (0.3 if name != "foreign" else 0)


@pytest.mark.parametrize(
    "name", ["foreign", "fixtures, unknown CMS", "reconstructed, unknown CMS", "real, unknown CMS"]
)
def test_no_single_undeclared_text_is_much_worse_than_stock_trafilatura(name: str) -> None:
    needed(name)
    for case in cases(name):
        mine, theirs = (judged(case, method) for method in (MEASURED[name][1], DESCRIBED))
        assert mine.f1 >= theirs.f1 - 0.01, case.name
        assert mine.paragraphs.got >= theirs.paragraphs.got - 1, case.name


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
    monkeypatch.setattr(floors, "MEASURED", {"foreign": MEASURED["foreign"]})
    path = tmp_path / "floors.json"
    assert floors.write(path=path) and not floors.write(path=path)
    told = floors.read(path)
    assert told["sets"]["foreign"]["corpus"] == corpus("foreign")
    told["sets"]["foreign"]["floors"]["leads"] = 2.0
    path.write_text(str(told).replace("'", '"'), encoding="utf-8")
    with pytest.raises(ValueError, match="leads"):
        floors.write(path=path)
