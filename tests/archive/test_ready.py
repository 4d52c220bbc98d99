import pytest

from archive import ready
from archive.shingles import read
from tests.conftest import record

TEXT = " ".join(f"Nước sông số {n} dâng cao sau mưa, người dân dời nhà lên đồi." for n in range(20))


def test_it_is_what_deriving_finds_by_itself() -> None:
    told = ready.made(record(1, "Đồi và sông", TEXT))
    assert told.folded == ready.folded(told.title, told.text)
    assert told.folded.startswith("doi va song\nnuoc song so 0 dang cao")
    assert told.sample == ready.sample(told.folded) == read(told.folded.partition("\n")[2]).sample
    assert told.sample.runs and told.sample.of == len(TEXT.split()) - 4


def test_what_was_handed_over_is_not_made_again(monkeypatch: pytest.MonkeyPatch) -> None:
    told = [ready.made(record(n, f"Tít {n}", f"{TEXT} {n}")) for n in range(ready.KEPT + 1)]
    for each in told:
        ready.take(each)
    asked: list[str] = []
    monkeypatch.setattr(ready, "fold", lambda text: asked.append(text) or "")
    assert ready.folded(told[-1].title, told[-1].text) == told[-1].folded and not asked
    ready.folded(told[0].title, told[0].text)
    assert len(asked) == 1, "of the oldest nothing is remembered"
