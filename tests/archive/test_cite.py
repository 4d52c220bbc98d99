"""Citations, read back by other people's parsers."""

import re
from typing import Any

import bibtexparser
import msgspec
import pytest
import rispy
from bibtexparser.middlewares import RemoveEnclosingMiddleware
from hypothesis import given
from hypothesis import strategies as st
from pylatexenc.latex2text import LatexNodes2Text

from archive.cite import Citation, bibtex, cite, csl, ris, text
from archive.derive import rebuild
from archive.store import Archive
from config.sources import Sources
from tests.conftest import Visit, record

SHA = "ab" * 32
PLAIN = Citation(
    article="song:12", title="Nước rút ở bản", authors=["Lò Văn Sông", "Hà"], credit=None, paper="Báo Sông",
    source="song", url="https://song.example.vn/bai_12.html?a=1&b=%20", published="2025-03-01T00:30:00+07:00",
    precision="minute", captured="2025-03-10T08:00:00+07:00", sha256=SHA, cleaner="1-c", revision=2,
)  # fmt: skip
HOSTILE = [
    "{", "}", "\\", "100% {a} \\b $ & # _ ~ ^", "a\r\nTY  - BOOK\r\nER  - ", "\nER  - \n", "\u202eabc\u200f", "\ud800x",
    '"quoted" @online{x,', "a\u2028b\x85c", "Sông and Suối, Jr.", "TY  - NEWS",
]  # fmt: skip
WORDS = st.one_of(st.sampled_from(HOSTILE), st.text(min_size=1))


def with_(**more: Any) -> Citation:
    return msgspec.structs.replace(PLAIN, **more)


def bib(c: Citation) -> tuple[str, dict[str, str]]:
    """The key and the fields of the only entry, which is read without trouble."""
    read = bibtexparser.parse_string(bibtex(c), parse_stack=[RemoveEnclosingMiddleware()])
    assert not read.failed_blocks and len(read.blocks) == 1
    return read.entries[0].key, {field.key: str(field.value) for field in read.entries[0].fields}


def ris_of(c: Citation) -> dict[str, Any]:
    written = ris(c)
    assert written.encode().count(b"\n") == written.count("\r\n") == len(written.splitlines())
    assert all(re.match("[A-Z][A-Z0-9]  - ", line) for line in written.splitlines())
    (only,) = rispy.loads(written)
    return dict(only)


def check_csl(item: dict[str, Any]) -> None:
    """What the CSL-data schema asks of the fields that we write."""
    strings = {"id", "type", "title", "container-title", "URL", "language", "note", "archive", "archive_location"}
    assert item.keys() <= strings | {"author", "issued", "accessed"} and {"id", "type"} <= item.keys()
    assert all(isinstance(item[name], str) for name in strings & item.keys())
    assert all(one.keys() == {"literal"} and isinstance(one["literal"], str) for one in item.get("author", []))
    for name in {"issued", "accessed"} & item.keys():
        (parts,) = item[name]["date-parts"]
        assert item[name].keys() == {"date-parts"} and 1 <= len(parts) <= 3 and all(type(one) is int for one in parts)


def balanced(value: str) -> bool:
    """As BibTeX counts: a backslash before a brace changes nothing."""
    depth = 0
    for sign in value:
        depth += (sign == "{") - (sign == "}")
        if depth < 0:
            return False
    return depth == 0


def test_bibtex_is_read_back() -> None:
    key, fields = bib(PLAIN)
    assert key == "song-12-2"
    assert fields["author"] == "{Lò Văn Sông} and {Hà}" and fields["title"] == "{Nước rút ở bản}"
    assert (fields["date"], fields["year"], fields["month"]) == ("2025-03-01", "2025", "mar")
    assert (fields["url"], fields["urldate"]) == (PLAIN.url, "2025-03-10") and SHA in fields["note"]


def test_tex_prints_what_was_printed() -> None:
    title = r"100% \b $ & # _ ~"
    assert LatexNodes2Text().latex_to_text(bib(with_(title=title))[1]["title"]) == title


def test_ris_is_read_back() -> None:
    read = ris_of(PLAIN)
    assert (read["type_of_reference"], read["title"], read["year"]) == ("NEWS", PLAIN.title, "2025")
    assert [name.rstrip(",") for name in read["authors"]] == PLAIN.authors
    assert (read["date"], read["access_date"], read["urls"]) == ("2025/03/01/", "2025/03/10/", [PLAIN.url])
    assert any(SHA in note for note in read["notes"])


def test_csl_keeps_names_whole() -> None:
    item = csl(PLAIN)
    check_csl(item)
    assert item["type"] == "article-newspaper" and item["author"] == [{"literal": "Lò Văn Sông"}, {"literal": "Hà"}]
    assert item["issued"] == {"date-parts": [[2025, 3, 1]]} and SHA in item["note"]


def test_a_line_for_people() -> None:
    vi, en = text(PLAIN), text(PLAIN, "en")
    assert "“Nước rút ở bản”, Báo Sông, 01/03/2025" in vi and "lưu ngày 10/03/2025" in vi and SHA in vi
    assert "captured 10/03/2025" in en and "lưu ngày" not in en


def test_no_day_is_made_of_a_month() -> None:
    c = with_(published="2025-03-01T00:00:00+07:00", precision="month")
    fields = bib(c)[1]
    assert (fields["date"], fields["month"]) == ("2025-03", "mar") and ris_of(c)["date"] == "2025/03//"
    assert csl(c)["issued"] == {"date-parts": [[2025, 3]]} and ", 03/2025," in text(c)


def test_no_year_is_made_up() -> None:
    c = with_(published=None, precision=None)
    assert not {"date", "year", "month"} & bib(c)[1].keys() and not {"date", "year"} & ris_of(c).keys()
    assert "issued" not in csl(c) and "không ngày" in text(c) and "n.d." in text(c, "en")


def test_a_credit_stands_where_no_person_does() -> None:
    c = with_(authors=[], credit="TTXVN and Sông")
    assert bib(c)[1]["author"] == "{TTXVN and Sông}" and csl(c)["author"] == [{"literal": "TTXVN and Sông"}]


def test_a_permalink_stands_in_every_form() -> None:
    c = with_(permalink="https://phong.example.vn/a/12")
    assert csl(c)["URL"] == bib(c)[1]["url"] == ris_of(c)["urls"][0] == c.permalink and c.permalink in text(c)


@pytest.mark.parametrize("identity", ["song:/tin/nước-rút", "báo sông:12", "song:{a}"])
def test_keys_are_ascii_and_stable(identity: str) -> None:
    key = bib(with_(article=identity))[0]
    assert re.fullmatch("[a-z0-9][A-Za-z0-9-]*", key) and key == bib(with_(article=identity, title="Khác"))[0]


@given(WORDS, WORDS, WORDS)
def test_hostile_words_break_no_form(title: str, name: str, paper: str) -> None:
    c = with_(title=title, authors=[name], paper=paper)
    fields = bib(c)[1]
    assert all(balanced(value) for value in fields.values()) and fields["urldate"] == "2025-03-10"
    assert ris_of(c)["access_date"] == "2025/03/10/"
    check_csl(csl(c))
    for written in (text(c), bibtex(c), ris(c), msgspec.json.encode(csl(c)).decode()):
        written.encode()
    assert "\n" not in text(c) and not re.search("[\u202a-\u202e\u2066-\u2069]", bibtex(c) + ris(c) + text(c))


@pytest.fixture
def two_states(archive: Archive, sources: Sources, visit: Visit) -> Archive:
    for hour, title in enumerate(("Một", "Hai"), 1):
        visit(record(1, title), f"2025-03-10T0{hour}:00:00+07:00")
    rebuild(archive, sources)
    return archive


def test_each_state_is_cited_by_its_own_page(two_states: Archive, sources: Sources) -> None:
    first, last = cite(two_states, sources, "songnews:1", 1), cite(two_states, sources, "songnews:1")
    assert first and last and (first.title, first.captured[11:13], first.revision) == ("Một", "01", 1)
    assert (last.title, last.captured[11:13], last.revision) == ("Hai", "02", 2) and first.sha256 != last.sha256
    assert last.paper == sources.named("songnews").title
    assert cite(two_states, sources, "songnews:1", 3) is None and cite(two_states, sources, "songnews:9") is None
