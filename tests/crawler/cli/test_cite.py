import json
from pathlib import Path

import bibtexparser
import pytest
import rispy

from archive.store import Archive
from tests.crawler.cli.conftest import Call
from tests.stock import ROOT, keep, page

URL = f"{ROOT}/bai-1.html"


@pytest.fixture
def kept(archive: Archive) -> Path:
    """An article in two states."""
    keep(archive, page(1), page(1, 2))
    return archive.path


def test_a_line_in_either_language(baoluu: Call, kept: Path) -> None:
    vi, en = (baoluu("cite", URL, "--archive", kept, "--lang", lang) for lang in ("vi", "en"))
    assert (vi.code, vi.err, en.code) == (0, "", 0)
    assert "Nước rút ở bản số 1" in vi.out and "lưu ngày 12/03/2025" in vi.out and "captured 12/03/2025" in en.out
    assert vi.out.count("\n") == 1


def test_every_form_is_what_its_readers_take(baoluu: Call, kept: Path) -> None:
    bib, ris, csl = (baoluu("cite", URL, "--archive", kept, "--as", form).out for form in ("bibtex", "ris", "csl"))
    assert len(bibtexparser.parse_string(bib).entries) == len(rispy.loads(ris)) == len(json.loads(csl)) == 1
    assert ris.endswith("ER  - \r\n") and ris.count("\r\n") == ris.count("\n")


def test_a_revision_is_cited_by_its_own_page(baoluu: Call, kept: Path) -> None:
    first, last = (
        json.loads(baoluu("cite", URL, "--archive", kept, "--json", *more).out) for more in (("--revision", 1), ())
    )
    assert (first["revision"], first["captured"][:10]) == (1, "2025-03-11")
    assert (last["revision"], last["captured"][:10]) == (2, "2025-03-12") and first["sha256"] != last["sha256"]


def test_what_there_is_not_is_told(baoluu: Call, kept: Path) -> None:
    gone = baoluu("cite", URL, "--archive", kept, "--revision", 9)
    assert gone.code == 1 and "has no revision 9" in gone.err and "baoluu history" in gone.err
    for command in (("cite",), ("report", "--field", "title", "--note", "sai")):
        missing = baoluu(*command, f"{ROOT}/bai-9.html", "--archive", kept)
        assert missing.code == 1 and "no article at" in missing.err and missing.out == ""


def test_a_report_is_one_line(baoluu: Call, kept: Path) -> None:
    answer = baoluu("report", URL, "--archive", kept, "--field", "title", "--note", "hai\ndòng", "--wanted", "Khác")
    told = json.loads(answer.out)
    assert (answer.code, answer.out.count("\n")) == (0, 1)
    assert (told["shown"], told["wanted"], told["revision"]) == ("Nước rút ở bản số 1", "Khác", 2)


def test_a_misspelt_field_is_wrong_use(baoluu: Call, kept: Path) -> None:
    answer = baoluu("report", URL, "--archive", kept, "--field", "titel", "--note", "sai")
    assert answer.code == 2 and "did you mean title" in answer.err
