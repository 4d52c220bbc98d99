"""What crawler tests share: an archive by the machine's clock, and a crawl of one small site."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from archive.store import Archive
from crawler.run import Outcome, crawl
from tests.crawler.site import Site

Crawl = Callable[..., Outcome]


@pytest.fixture
def kept(tmp_path: Path) -> Iterator[Archive]:
    with Archive(tmp_path / "kept.db") as opened:
        yield opened


@pytest.fixture
def run(kept: Archive) -> Crawl:
    """Crawl a site into `kept`; keywords for the declaration's discovery go under `discover`."""

    def once(site: Site, discover: dict[str, object] | None = None, **more: object) -> Outcome:
        return crawl(kept, site.sources(**(discover or {})), **more)  # type: ignore[arg-type]

    return once


@pytest.fixture
def here(monkeypatch: pytest.MonkeyPatch) -> None:
    """Clean in this process: for tests of other things, which need not wait for children to start."""
    from tests.faults.orders import HereToo

    monkeypatch.setattr("crawler.cleaning.CleaningPool", HereToo)


def pages(archive: Archive, **where: object) -> list[dict[str, object]]:
    """The kept pages, oldest first, as rows; `where` are equal columns."""
    test = " AND ".join(f"{name} = :{name}" for name in where) or "1"
    return list(archive.rows(f"SELECT * FROM pages WHERE {test} ORDER BY id", where))
