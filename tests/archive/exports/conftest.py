"""An archive of a few articles with all that makes an export hard."""

from typing import Any

import msgspec
import pytest

from archive.derive import rebuild
from archive.facts import Block, Record, Related
from archive.store import Archive
from config.fold import count_words
from config.sources import Sources
from tests import conftest
from tests.conftest import Visit

FORMULA = '=HYPERLINK("http://song.example.vn","Bấm")'
QUOTED = 'Nói "không", rồi\nđi; ba điều'


def record(number: int, title: str, *paragraphs: str, **more: Any) -> Record:
    """A record whose words are counted, as a cleaner counts them."""
    made = conftest.record(number, title, *paragraphs, **more)
    return msgspec.structs.replace(made, word_count=count_words(made.text))


@pytest.fixture
def filled(archive: Archive, sources: Sources, visit: Visit) -> Archive:
    """Articles 1 to 4: the second in two states, the third undated, the fourth with signs that tables stumble over."""
    visit(record(1, "Đối ngoại ở làng", published="2025-02-01T00:30:00+07:00"), "2025-03-10T01:00:00+07:00")
    for hour, line in ((2, "Cầu chưa xong."), (6, "Cầu đã xong.")):
        made = record(
            2, "Cầu qua suối", "Dẫn.", line, published="2025-01-31T23:59:00+07:00", authors=["Lò Văn Sông", "Hà"]
        )
        visit(made, f"2025-03-10T0{hour}:00:00+07:00")
    undated = {"published": None, "published_raw": None, "published_from": None}
    visit(record(3, "Nước rút", **undated), "2025-03-10T03:00:00+07:00")
    visit(
        record(
            4, FORMULA, "+84 là mã vùng.", QUOTED, "Mục, hai", published="2025-02-01T00:30:00+07:00",
            authors=["@Hà", "Sông; Suối"], blocks=[Block("quote", QUOTED), Block("h", "Mục, hai")], tags=[],
            section=["Đời sống"], related=[Related(title="-1", url="https://song.example.vn/bai-1.html")], kicker="",
            published_precision="minute", captions=["Ảnh: “A\u0300”"],
        ),
        "2025-03-10T04:00:00+07:00",
    )  # fmt: skip
    rebuild(archive, sources)
    return archive
