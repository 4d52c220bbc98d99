"""The times that ids carry: the declared templates, and the papers that have them."""

from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.clock import VIETNAM
from config.declarations import UrlRules
from config.drafts import time_in_id
from config.sources import Source, load

PAPERS = load()
IDS = (r"-(?P<id>\d+)\.htm$",)


def paper(*templates: str) -> Source:
    return Source(id="a", title="A", hosts=("a.example.vn",), urls=UrlRules(article=IDS, id_time=templates))


def told(source: Source, number: str) -> str | None:
    found = time_in_id(source, f"https://{source.hosts[0]}/ten-bai-{number}.htm")
    return found.isoformat(" ") if found else None


@pytest.mark.parametrize(
    ("name", "path", "expected"),
    [
        ("tuoitre", "ten-bai-2025071318184971.htm", "2025-07-13 18:18:49"),
        ("tuoitre", "ten-bai-100260307075519174.htm", "2026-03-07 07:55:19"),
        ("thanhnien", "ten-bai-185250713181742206.htm", "2025-07-13 18:17:42"),
        ("thanhnien", "ten-bai-post1523962.html", None),
        ("cafef", "ten-bai-18826030622484142.chn", "2026-03-06 22:48:41"),
        ("baochinhphu", "ten-bai-102250712113541294.htm", "2025-07-12 11:35:41"),
        ("nguoiduatin", "ten-bai-204260515121550023.htm", "2026-05-15 12:15:50"),
        ("nguoiduatin", "ten-bai-2042605151215507.htm", "2026-05-15 12:15:50"),
        ("dantri", "xa-hoi/ten-bai-20210331090312345.htm", "2021-03-31 09:03:12"),
        ("baotintuc", "kinh-te/ten-bai-20251224183630500.htm", "2025-12-24 18:36:30"),
        ("vneconomy", "ten-bai-20190602151112345.htm", "2019-06-02 15:11:12"),
        ("vneconomy", "mot-ten-bai-dai-hon-nam-chu.htm", None),
        ("vietnambiz", "ten-bai-20200508120305304.htm", "2020-05-08 12:03:05"),
        ("vietnambiz", "ten-bai-202692992324955.htm", None),
        ("vietnambiz", "ten-bai-20261111112324.htm", None),
        ("baodantoc", "ten-bai-1740716792922.htm", "2025-02-28 11:26:32"),
        ("vnexpress", "ten-bai-5047363.html", None),
    ],
)
def test_the_papers_whose_ids_carry_a_time(name: str, path: str, expected: str | None) -> None:
    found = time_in_id(PAPERS[name], PAPERS[name].absolute(f"/{path}"))
    assert (found and found.isoformat(" ")) == (expected and f"{expected}+07:00")


def test_every_paper_of_the_vccorp_family_has_it() -> None:
    of_family = [p for p in PAPERS.values() if p.family == "vccorp"]
    assert len(of_family) > 10 and all(p.urls.id_time for p in of_family)


def test_what_is_no_time_is_passed_over() -> None:
    source = paper("%Y%m%d%H%M%S*", "###%y%m%d%H%M%S*")
    assert told(source, "20259909101530222") is None
    assert told(source, "20250309246060222") is None
    assert told(source, "19250309101530222") is None, "before there was a web"
    assert told(source, "202503091015302221") is None, "longer than a time and its milliseconds"
    assert told(source, "185250230101530222") is None, "there is no 30 February"
    assert told(paper(), "20250309101530222") is None, "undeclared"
    assert told(paper("%Y%m%d#"), "202503091") == "2025-03-09 00:00:00+07:00"


def test_a_reading_later_than_it_can_be_gives_way_to_the_next() -> None:
    """The id of a site whose own number is 204, from December 2030: as a bare time it lies in 2043."""
    source, url = paper("%Y%m%d%H%M%S*", "###%y%m%d%H%M%S*"), "https://a.example.vn/b-2043012110153022.htm"
    for before, expected in ((2050, "2043-01-21 10:15:30"), (2031, "2030-12-11 01:53:02"), (2029, "None")):
        assert str(time_in_id(source, url, datetime(before, 1, 1, tzinfo=VIETNAM))).removesuffix("+07:00") == expected


@given(st.integers(789_000_000, 3_092_000_000), st.integers(0, 999))
def test_every_time_is_read_back(seconds: int, ms: int) -> None:
    moment = datetime.fromtimestamp(seconds, VIETNAM)
    assert told(paper("%Y%m%d%H%M%S*"), f"{moment:%Y%m%d%H%M%S}{ms}") == moment.isoformat(" ")
    assert told(paper("%Q"), f"{seconds * 1000 + ms:013}") == moment.isoformat(" ")


@given(st.text(max_size=30), st.sampled_from(["%Y%m%d%H%M%S*", "###%y%m%d", "%Q"]))
def test_any_address_is_read(number: str, template: str) -> None:
    told(paper(template), number)
