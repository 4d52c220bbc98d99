"""Prospecting saved pages, where no paper is asked: written by us, and the real ones where they are at hand."""

import json
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec
import pytest

from archive.facts import Cleaned, Page, Record
from config.sources import Source, Sources, load
from crawler.cli.add_told import tell_found
from crawler.prospect import judge
from crawler.prospect.found import Entry, Feed, Refusal
from crawler.prospect.prospect import Draft, Prospect, draft_of, look
from pipelines.pool import CleaningPool
from tests.conftest import need_shared
from tests.crawler.prospect.unknown import STORIES, routes
from tests.crawler.site import Reply

HOST = "https://songtrong.example.vn"
FAMILIES = load().families


@pytest.fixture(scope="module")
def pool() -> Iterator[CleaningPool]:
    with CleaningPool(1) as opened:
        yield opened


class Prospector:
    def __init__(self, pool: CleaningPool) -> None:
        self._pool = pool

    def clean(self, pages: Sequence[Page], source: Source) -> list[Cleaned]:
        return list(self._pool.map((page, source) for page in pages))

    def look(self, url: str, *paths: Path, families: bool = True) -> tuple[Prospect, Draft]:
        found = look(url, Sources({}, FAMILIES if families else {}), self.clean, saved=paths)
        return found, draft_of(found, self.clean, "vi")[1]


@pytest.fixture
def prospector(pool: CleaningPool) -> Prospector:
    return Prospector(pool)


def saved(folder: Path, *, addressed: bool) -> None:
    """The unknown site as files; `addressed`: each page says its address, else `routes.json` does."""
    told = {}
    for number, (path, route) in enumerate(routes(base=HOST).items()):
        assert isinstance(route, Reply)
        name, body = f"trang-{number}.html", route.body
        if addressed and b"<head>" in body:
            body = body.replace(b"<head>", f'<head><link rel="canonical" href="{HOST}{path}">'.encode())
        (folder / name).write_bytes(body)
        told[HOST + path] = {"file": name, "fetched_at": "2026-04-01T08:00:00+07:00"}
    if not addressed:
        (folder / "routes.json").write_text(json.dumps(told), encoding="utf-8")


@pytest.mark.parametrize("addressed", [True, False])
def test_a_saved_site_gives_the_rules_that_the_site_gives(
    prospector: Prospector, tmp_path: Path, addressed: bool
) -> None:
    saved(tmp_path, addressed=addressed)
    found, draft = prospector.look(HOST + "/", tmp_path)
    assert (found.proposal.id, found.proposal.title) == ("example-songtrong", "Báo Sông Trong")
    assert len(found.pages) == len(STORIES) and found.survey.requests == 0
    assert set(found.proposal.rules) >= {
        "container",
        "title",
        "lead",
        "published",
        "authors",
        "section",
        "tags",
        "captions",
    }
    by_url = {record.url: record for record in draft.records}
    for story in STORIES:
        record = by_url[HOST + story.path]
        assert (record.title, record.lead, record.paragraphs) == (story.title, story.lead, list(story.paragraphs))
    assert draft.source.discover.feed_order == "MDY" and found.proposal.fitting == (len(STORIES), len(STORIES))
    assert (draft.source.discover.feeds == ("/tin-moi.rss",)) is not addressed  # a file's name is no address


def test_one_saved_article_is_enough_to_begin_with(prospector: Prospector, tmp_path: Path) -> None:
    story = STORIES[0]
    route = routes()[story.path]
    assert isinstance(route, Reply)
    (tmp_path / "bai.html").write_bytes(route.body)
    found, draft = prospector.look(HOST + story.path, tmp_path / "bai.html")
    assert [key for key, _ in found.proposal.doubts if key == "few"] and len(found.pages) == 1
    assert [record.title for record in draft.records] == [story.title]


@pytest.mark.parametrize("body", ["", "<html><body>Trang</body></html>", "không phải trang"])
def test_what_holds_no_article_is_refused(prospector: Prospector, tmp_path: Path, body: str) -> None:
    (tmp_path / "a.html").write_text(body, encoding="utf-8")
    (tmp_path / "b.html").write_text(body, encoding="utf-8")
    with pytest.raises(Refusal) as refused:
        prospector.look(HOST + "/", tmp_path)
    assert refused.value.why in ("no-pages", "no-articles")


def test_a_page_that_only_an_attacker_writes_costs_nothing(prospector: Prospector, tmp_path: Path) -> None:
    saved(tmp_path, addressed=True)
    deep = f'<html><head><link rel="canonical" href="{HOST}/thoi-su/sau-n41299.html"></head><body>{"<div>" * 100_000}'
    (tmp_path / "sau.html").write_text(deep, encoding="utf-8")
    story = STORIES[0].paragraphs
    text = "".join(f"<p>{text}</p>" for text in story)
    closed = deep.replace("sau-n41299", "kin-n41298").removesuffix("<div>" * 100_000)
    closed += f"<h1>Bài sâu</h1>{'<div>' * 8_000}{text}{'</div>' * 8_000}</body></html>"
    (tmp_path / "kin.html").write_text(closed, encoding="utf-8")
    start = time.monotonic()
    assert len(prospector.look(HOST + "/", tmp_path)[0].pages) == len(STORIES)
    assert time.monotonic() - start < 30


REAL = {
    "html/tuoitre.vn": ("https://tuoitre.vn/", "vccorp", 1),
    "html/cafef.vn": ("https://cafef.vn/", "vccorp", 2),
    "html/vnexpress.net": ("https://vnexpress.net/", "vnexpress", 2),
    "html/vietnamnet.vn": ("https://vietnamnet.vn/", "vietnamnet", 2),
    "html/baochinhphu.vn": ("https://baochinhphu.vn/", "vccorp", 1),
    "reconstructed": ("https://baoquocte.vn/", "mastercms", 1),
}


@pytest.mark.parametrize("part", REAL)
def test_real_pages_show_their_family_and_come_out_whole(prospector: Prospector, part: str) -> None:
    folder = need_shared("pages") / part
    url, family, articles = REAL[part]
    found, draft = prospector.look(url, folder)
    assert (found.proposal.family, len(found.pages)) == (family, articles)
    assert len(draft.records) == articles and found.proposal.sections
    declared = load()[draft.source.id]
    for page, record in zip(found.pages, draft.records, strict=True):
        true = prospector.clean([page], declared)[0].output
        assert isinstance(true, Record)
        assert (record.title, record.lead, record.paragraphs) == (true.title, true.lead, true.paragraphs)
        assert (record.published, record.captions) == (true.published, true.captions)


@pytest.mark.parametrize("part", [part for part in REAL if part != "html/vietnamnet.vn"])  # one of its two is a trap
def test_without_any_family_real_pages_lose_little(prospector: Prospector, part: str) -> None:
    """Rules learned from one or two pages alone: lead, minute and nearly all words, as the declaration has them."""
    folder = need_shared("pages") / part
    found, draft = prospector.look(REAL[part][0], folder, families=False)
    declared = load()[draft.source.id]
    for page, record in zip(found.pages, draft.records, strict=True):
        true = prospector.clean([page], declared)[0].output
        assert isinstance(true, Record)
        assert record.title and record.lead == true.lead
        assert (record.published or "")[:16] == (true.published or "")[:16]
        assert judge._share(true, record) >= 0.98


def test_the_pages_of_a_list_are_no_sections_and_a_feed_without_address_is_told_as_one(
    prospector: Prospector, tmp_path: Path
) -> None:
    saved(tmp_path, addressed=True)
    turned = b"".join(f'<a href="/xa-hoi/trang-{n}">{n}</a>'.encode() for n in range(2, 5))
    for file in tmp_path.glob("*.html"):
        file.write_bytes(file.read_bytes().replace(b"</body>", turned + b"</body>"))
    found, _ = prospector.look(HOST + "/", tmp_path)
    names = [section.name for section in found.proposal.sections]
    assert names and not {"2", "3", "4"} & set(names)
    feed = Feed("", (Entry(HOST + "/a-1.html", None, None),), 0, None, None, None)
    lines: list[str] = []
    survey = msgspec.structs.replace(found.survey, feeds=[feed])
    tell_found(lines.append, "vi", survey, found.proposal, None, 1)
    assert any("nguồn tin (tệp đã lưu, không ghi địa chỉ): 1 bài" in line for line in lines)
