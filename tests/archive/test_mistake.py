import msgspec
import pytest

from archive.derive import rebuild
from archive.mistake import SHOWN, NoSuchField, mistake
from archive.store import Archive
from config.sources import Sources
from tests.conftest import Visit, record


@pytest.fixture
def kept(archive: Archive, sources: Sources, visit: Visit) -> Archive:
    visit(
        record(1, "Nước rút", "Dẫn.", "Đoạn một.", "Dài. " * 200, authors=["Lò Văn Sông", "Hà"]),
        "2025-03-10T01:00:00+07:00",
    )
    rebuild(archive, sources)
    return archive


@pytest.mark.parametrize(
    ("field", "shown"), [("title", "Nước rút"), ("lead", "Dẫn."), ("authors", "Lò Văn Sông | Hà"), ("kicker", "")]
)
def test_the_line_tells_what_is_shown(kept: Archive, field: str, shown: str) -> None:
    found = mistake(kept, "songnews:1", field, "sai", "đúng")
    assert found and (found.field, found.shown, found.wanted, found.note) == (field, shown, "đúng", "sai")
    page = kept.conn.execute("SELECT b.sha256 FROM pages p JOIN bodies b ON b.id = p.body").fetchone()
    assert (found.sha256, found.cleaner, found.revision) == (page[0], "c1", 1)


def test_the_line_is_one_line_and_short(kept: Archive) -> None:
    found = mistake(kept, "songnews:1", "blocks", "hai\ndòng")
    assert found and len(found.shown) == SHOWN and found.shown.startswith("Đoạn một. | Dài.")
    assert b"\n" not in msgspec.json.encode(found)


def test_a_misspelt_field_gets_the_nearest_name(kept: Archive) -> None:
    with pytest.raises(NoSuchField, match="title"):
        mistake(kept, "songnews:1", "titel", "sai")


def test_no_article_no_line(kept: Archive) -> None:
    assert mistake(kept, "songnews:9", "title", "sai") is None
