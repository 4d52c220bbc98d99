"""The background of common terms: what is counted as one, and that the file in `config` is what the bench writes."""

import unicodedata
from pathlib import Path

import pytest

from config.fold import spellings
from tests.bench import background
from tests.bench.background import FLOORS, PER, Article, distinct, frequent, texts
from tests.conftest import ROOT

FILLER = " ".join(f"âm{n}" for n in range(background.SHORT))


def of(*said: str) -> list[Article]:
    """Articles long enough to count, with these sentences, which begin apart."""
    return distinct(f"bài{n} {text}. {FILLER}" for n, text in enumerate(said))


def test_a_run_stays_within_its_clause_and_an_article_counts_it_once() -> None:
    found = frequent(of("Hội nghị, đối ngoại", "hội nghị. HỘI NGHỊ", "nghị đối"))
    assert found["hội nghị"] == pytest.approx(PER * 2 / 3)
    assert found["nghị đối"] == pytest.approx(PER / 3)
    assert "hội nghị đối" not in found


def test_spellings_segmenters_marks_and_normal_forms_make_no_other_term() -> None:
    found = frequent(of("hoà_bình", unicodedata.normalize("NFD", "Hòa bình"), "hòa bình", "hòa\n# bình\n."))
    assert found[f"{min(spellings('hòa'))} bình"] == pytest.approx(PER * 3 / 4)
    assert found["bình"] == pytest.approx(PER * 3 / 4), "a line of notes was counted"
    assert {term for term in found if term.startswith("h")} == {min(spellings("hòa")), f"{min(spellings('hòa'))} bình"}


def test_a_term_below_the_floor_of_its_length_is_left_out() -> None:
    rare, wanted = [], (("một", 12, 1), ("hai", 40, 2), ("ba", 70, 3), ("ít", 8, 1), ("nhì", 30, 2), ("tam", 50, 3))
    for word, times, length in wanted:
        rare += [" ".join([word, *("x" * k for k in range(1, length))])] * times
    articles = of(*rare, *[""] * (PER - len(rare)))
    found = frequent(articles)
    assert {"một", "hai x", "ba x xx"} <= found.keys()
    assert not {"ít", "nhì x", "tam x xx"} & found.keys()
    assert found["ba x xx"] == pytest.approx(70)


def test_stubs_and_second_printings_are_no_articles() -> None:
    long = f"Tin một. {FILLER}"
    assert len(distinct(["Tin ngắn", long, f"TIN  MỘT: {FILLER} thêm một câu", f"Tin hai. {FILLER}"])) == 2


def test_a_folder_gives_the_same_articles_each_time_and_names_what_is_no_text(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for n in range(6):
        (tmp_path / f"{n}.txt").write_text(f"bài {n}", encoding="utf-8")
    (tmp_path / "bad.txt").write_bytes(b"\xff\xfe\x00")
    few = list(texts(tmp_path, 3))
    assert list(texts(tmp_path, 7))[: len(few)] == few
    assert sorted(texts(tmp_path, 7)) == [f"bài {n}" for n in range(6)]
    assert "bad.txt" in capsys.readouterr().err


def test_too_few_articles_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.txt").write_text(FILLER, encoding="utf-8")
    monkeypatch.setattr("sys.argv", ["background", str(tmp_path), "--from", "đây", "--output", str(tmp_path / "out")])
    with pytest.raises(SystemExit):
        background.main()
    assert not (tmp_path / "out").exists()


def test_the_file_in_config_holds_terms_and_counts_alone() -> None:
    head, *lines = (ROOT / "config" / "background.tsv").read_text(encoding="utf-8").splitlines()
    assert head.startswith("# Articles in 10,000 that hold a term, of ")
    terms = [line.split("\t")[0] for line in lines]
    assert terms == sorted(set(terms))
    for line in lines:
        term, count = line.split("\t")
        syllables = term.split(" ")
        assert FLOORS[len(syllables) - 1] <= int(count) <= PER, line
        assert all(s == min(spellings(s)) == unicodedata.normalize("NFC", s).lower() for s in syllables), line
