from archive.derive import rebuild
from archive.history import revisions_of
from archive.store import Archive
from config.sources import Sources
from tests.conftest import Visit, record


def test_revisions_come_oldest_first(archive: Archive, sources: Sources, visit: Visit) -> None:
    visit(record(1, "Hai"), "2025-03-10T02:00:00+07:00")
    visit(record(1, "Một"), "2025-03-10T01:00:00+07:00")
    rebuild(archive, sources)
    assert [(r.n, r.first_seen[11:13], r.record.title) for r in revisions_of(archive, "songnews:1")] == [
        (1, "01", "Một"),
        (2, "02", "Hai"),
    ]


def test_a_revision_tells_when_it_stood_and_what_changed(archive: Archive, sources: Sources, visit: Visit) -> None:
    for hour, title in enumerate(("Một", "Một", "Hai"), 1):
        visit(record(1, title), f"2025-03-10T0{hour}:00:00+07:00")
    rebuild(archive, sources)
    first, second = revisions_of(archive, "songnews:1")
    assert (first.first_seen[11:13], first.last_seen[11:13], second.first_seen[11:13]) == ("01", "02", "03")
    assert (first.changed_since(None), second.changed_since(first)) == ({}, {"title": 1})
