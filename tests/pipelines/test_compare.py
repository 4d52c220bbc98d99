import msgspec
import pytest

from archive.facts import Drop, DropNote, Related
from pipelines.compare import changed_fields, losses, sample
from tests.conftest import record

LONG = "Người lái đò nói ông đã quen với cảnh này từ hai mươi năm nay."
OTHER = "Chiều muộn, mười hai chiếc thuyền lần lượt cập bến trong tiếng gọi nhau."
BEFORE = record(1, "Tít", "Dẫn của bài báo.", LONG, OTHER, authors=["Lê An"])
DROP = Drop(url=BEFORE.url, drop=DropNote("gallery", "three pictures"))


def kinds(*paragraphs: str, **more: object) -> list[str]:
    after = record(1, "Tít", "Dẫn của bài báo.", *paragraphs, authors=["Lê An"])
    return [loss.kind for loss in losses(BEFORE, msgspec.structs.replace(after, **more))]


@pytest.mark.parametrize(
    ("paragraphs", "more"),
    [
        ((LONG, OTHER), {}),
        ((f"{LONG} {OTHER}",), {}),
        ((OTHER, f"(Báo Sông) - {LONG}"), {}),
        ((LONG.upper(), OTHER), {}),
        ((LONG,), {"captions": [f"{OTHER} Ảnh: A"]}),
        ((LONG,), {"related": [Related(OTHER, "https://song.example.vn/bai-2.html")]}),
        ((LONG, OTHER), {"authors": ["Lê An", "Vũ Bình"]}),
        ((LONG, OTHER), {"published": "2025-03-02T00:00:00+07:00"}),
    ],
)
def test_what_is_there_in_another_place_or_shape_is_not_lost(
    paragraphs: tuple[str, ...], more: dict[str, object]
) -> None:
    assert kinds(*paragraphs, **more) == []


@pytest.mark.parametrize(
    ("paragraphs", "more", "kind"),
    [
        ((LONG,), {}, "text"),
        ((LONG, OTHER[:30]), {}, "text"),
        ((LONG, OTHER), {"authors": []}, "authors"),
        ((LONG, OTHER), {"published": None}, "date"),
        ((LONG, OTHER), {"title": None}, "title"),
        ((LONG, OTHER), {"lead": None}, "lead"),
    ],
)
def test_what_a_reader_would_miss_is_lost(paragraphs: tuple[str, ...], more: dict[str, object], kind: str) -> None:
    assert kinds(*paragraphs, **more) == [kind]


def test_a_coarser_date_is_a_loss() -> None:
    fine, coarse = (record(1, "Tít", published_precision=p) for p in ("minute", "day"))
    assert [loss.kind for loss in losses(fine, coarse)] == ["date"] and losses(coarse, fine) == []


def test_a_drop_in_an_articles_place_is_the_greatest_loss() -> None:
    assert [(loss.kind, loss.what) for loss in losses(BEFORE, DROP)] == [("article", "gallery: three pictures")]
    assert losses(DROP, BEFORE) == [] and changed_fields(DROP, BEFORE) == ["drop"]
    assert sample(BEFORE, DROP, "drop") == "Tít -> dropped as gallery"


def test_the_cleaners_id_is_no_change() -> None:
    assert changed_fields(record(1, "Tít", cleaner="a"), record(1, "Tít", cleaner="b")) == []
    assert changed_fields(record(1, "Tít", tags=["a"]), record(1, "Khác")) == ["title", "tags"]


def test_a_sample_marks_the_words() -> None:
    after = record(1, "Tít", "Dẫn của bài báo.", LONG.replace("hai", "ba"), OTHER)
    assert "[-hai-] {+ba+} mươi năm nay." in sample(BEFORE, after, "blocks")
    assert sample(BEFORE, record(1, "Tít", tags=["sông"]), "tags") == '[] -> ["sông"]'
