from archive.derive import rebuild
from archive.history import changes, revisions_of, word_diff
from archive.store import Archive
from config.sources import Sources
from tests.conftest import Visit, record


def test_the_changed_word_is_marked() -> None:
    one = record(1, "Tít", "Dẫn.", "Đoàn có 12 người tham gia.", "Đoạn cuối.")
    two = record(1, "Tít mới", "Dẫn.", "Đoàn có 15 người tham gia.", "Đoạn cuối.")
    assert [(c.field, c.plain()) for c in changes(one, two)] == [
        ("title", "Tít {+mới+}"),
        ("blocks", "Đoàn có [-12-] {+15+} người tham gia."),
    ]


def test_an_added_paragraph_is_all_new() -> None:
    one, two = record(1, "Tít", "Dẫn.", "Một."), record(1, "Tít", "Dẫn.", "Một.", "Hai ba.")
    assert [c.plain() for c in changes(one, two)] == ["{+Hai ba.+}"]


def test_both_sides_of_a_diff_can_be_read_back() -> None:
    before, after = "a b c d e", "a x c e f"
    runs = list(word_diff(before, after))
    assert " ".join(text for sign, text in runs if sign != "+") == before
    assert " ".join(text for sign, text in runs if sign != "-") == after


def test_revisions_come_oldest_first(archive: Archive, sources: Sources, visit: Visit) -> None:
    visit(record(1, "Hai"), "2025-03-10T02:00:00+07:00")
    visit(record(1, "Một"), "2025-03-10T01:00:00+07:00")
    rebuild(archive, sources)
    assert [(r.n, r.seen[11:13], r.record.title) for r in revisions_of(archive, "songnews:1")] == [
        (1, "01", "Một"),
        (2, "02", "Hai"),
    ]


def test_far_words_are_left_out() -> None:
    before = " ".join(f"a{n}" for n in range(30))
    change = next(changes(record(1, "T", before), record(1, "T", before.replace("a15", "b"))))
    assert change.plain(2) == "… a13 a14 [-a15-] {+b+} a16 a17 …"
