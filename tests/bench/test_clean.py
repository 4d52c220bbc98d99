"""The table of `make bench-clean`: the newsroom's pages are worth measuring, and an absent peer is told."""

import sys

import pytest

from tests.bench import clean
from tests.columns import figures
from tests.methods import METHODS, OURS, STOCK, Method, label
from tests.quality import scores
from tests.sets import newsroom


def test_the_newsrooms_pages_have_clutter_and_ours_leaks_none() -> None:
    known = newsroom()[::9]
    assert all(len(each.gold["clutter"]) > 5 for each in known)
    told = figures(scores(known, OURS))
    assert told["clutter leaked"].startswith("0/") and told["F1"] == "1.000"


def test_the_table_tells_every_method_and_one_that_is_not_installed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    absent = Method("nowhere", STOCK.clean, STOCK.record, "no-such-package", fields=False)
    here = [m for m in METHODS if m.needs == "trafilatura"]
    monkeypatch.setattr(clean, "METHODS", (*here, absent))
    monkeypatch.setattr(clean, "titled", lambda *names: {"papers": newsroom()[:2], "absent": ()})
    monkeypatch.setattr(clean, "keep_memory", lambda: None)
    monkeypatch.setattr(sys, "argv", ["clean", "--repeats", "1", "--each"])
    clean.main()
    told = capsys.readouterr().out
    assert "no-such-package is not installed" in told and "absent: not here" in told
    assert all(f"2 papers  {label(m)}" in told for m in here)
    assert told.count("http://127.77.0.") == 2
