from functools import partial

import pytest

from archive import copies, ready
from archive.facts import Cleaned, Page, Record
from archive.shingles import Reading, read
from archive.store import Archive
from config.sources import Sources
from pipelines.reclean import take_in
from tests.conftest import record

TEXT = " ".join(f"Nước sông số {n} dâng cao sau mưa, người dân dời nhà lên đồi." for n in range(20))
ROWS = {name: f"SELECT * FROM {name} ORDER BY 1, 2" for name in ("articles", "revisions", "links", "compared")}


def test_it_is_what_deriving_finds_by_itself() -> None:
    one = record(1, "Đồi và sông", TEXT)
    told, own = ready.made(one), ready.Work(lambda: one)
    assert told.columns == own.columns | {name: own.columns[name].encode() for name in ready.LONG}
    assert told.sha == own.sha
    assert (own.title, own.published) == (one.title, one.published)
    folded = told.columns["folded"]
    assert folded.startswith("doi va song\nnuoc song so 0 dang cao")
    assert told.sample == ready.sample(folded) == read(folded.partition("\n")[2]).sample
    assert told.sample.runs and told.sample.of == len(TEXT.split()) - 4


def test_of_what_was_handed_over_the_record_is_not_read() -> None:
    def never() -> Record:
        raise AssertionError

    told = ready.made(record(1, "Tít", TEXT))
    work = ready.Work(never, told)
    assert (work.columns, work.sha) == (told.columns, told.sha)
    assert (work.title, work.published) == ("Tít", "2025-03-01T00:30:00+07:00")
    with pytest.raises(AssertionError):
        _ = work.record


def test_samples_are_remembered_the_last_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    told = [ready.made(record(n, f"Tít {n}", f"{TEXT} {n}")) for n in range(ready.KEPT + 1)]
    for each in told:
        ready.take(each)
    asked: list[str] = []

    def reading(text: str) -> Reading:
        asked.append(text)
        return Reading([], [])

    monkeypatch.setattr(ready, "read", reading)
    assert ready.sample(told[-1].columns["folded"]) == told[-1].sample and not asked
    ready.sample(told[0].columns["folded"])
    assert len(asked) == 1, "of the oldest nothing is remembered"


def test_an_article_is_the_same_whether_it_was_handed_over(archive: Archive, sources: Sources) -> None:
    """And what was handed over is good for its transaction only."""
    made: list[dict[str, list[dict[str, object]]]] = []
    for handed in (False, True):
        copies.clear(archive.conn)
        for name in ("cleanings", "links", "revisions", "articles", "pages"):
            archive.conn.execute(f"DELETE FROM {name}")
        for n in (1, 2):
            one = record(1, "Tít", TEXT if n == 1 else f"{TEXT} Thêm.")
            page = archive.keep_page(
                "songnews", Page(url=one.url, fetched_at=f"2025-03-10T0{n}:00:00+07:00", body=b"%d" % n)
            )
            write = partial(take_in, archive, sources, page, "c1", Cleaned(output=one, article="songnews:1"))
            with archive.transaction():
                write(ready.made(one) if handed else None)
                assert bool(archive.handed) == handed
            assert not archive.handed
        made.append({name: list(archive.rows(sql)) for name, sql in ROWS.items()})
    assert made[0] == made[1] and [row["revisions"] for row in made[0]["articles"]] == [2]
