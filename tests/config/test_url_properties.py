"""Properties of URL identity, for the declared papers: one article at all its addresses, two where the ids differ."""

import re
from urllib.parse import quote, urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from config.sources import Source, load
from config.urls import article_key, canonical, classify, id_space, is_print, row_key

PAPERS = load()
NUMBERED = sorted(
    (paper.id, url)
    for paper in PAPERS.values()
    for url in paper.examples.article
    if re.search(r"\d{4,}", article_key(paper, url).rpartition(":")[2]) and "/" not in article_key(paper, url)
)
"""An address with an id of every declared paper that gives any."""
SLUGGED = [(paper, url) for paper, url in NUMBERED if re.search(r"/ten-bai-(?:post)?\d+[^/]*$", url)]
examples = st.sampled_from(NUMBERED)
slug = st.from_regex(r"[a-z][a-z0-9]{0,8}(?:-[a-z][a-z0-9]{0,6}){1,4}", fullmatch=True)
TRACKING = (
    "utm_source=zalo&utm_medium=x",
    "fbclid=IwAR0_abc",
    "gclid=1",
    "zarsrc=30",
    "vn_source=rcm",
    "ref=home",
    "spm=a.b",
)


def key(paper: str, url: str) -> str:
    return article_key(PAPERS[paper], url)


def test_most_papers_are_among_the_examples() -> None:
    assert len({paper for paper, _ in NUMBERED}) > 80 and len({paper for paper, _ in SLUGGED}) > 40


@given(
    example=examples,
    scheme=st.sampled_from(["http", "https", "HTTPS"]),
    host=st.sampled_from(["", "www.", "m.", "www.m.", "WWW."]),
    port=st.sampled_from(["", ":80", ":443"]),
    tracking=st.sampled_from(["", *TRACKING]),
    fragment=st.sampled_from(["", "#inner-article", "#a?b=c/d"]),
    slash=st.sampled_from(["", "/"]),
)
def test_an_article_is_one_at_all_spellings_of_its_address(
    example: tuple[str, str], scheme: str, host: str, port: str, tracking: str, fragment: str, slash: str
) -> None:
    paper, url = example
    parts = urlsplit(url)
    path = parts.path.rstrip("/") + (slash if parts.path.endswith("/") or "." not in parts.path[-6:] else "")
    query = "&".join(filter(None, (parts.query, tracking)))
    bare = parts.netloc.removeprefix("www.").removeprefix("m.")
    other = f"{scheme}://{host}{bare}{port}{path}{f'?{query}' if query else ''}{fragment}"
    assert key(paper, other) == key(paper, url), other
    assert canonical(PAPERS[paper], other) == canonical(PAPERS[paper], url)
    assert row_key(PAPERS[paper], other) == row_key(PAPERS[paper], url)


@given(example=st.sampled_from(SLUGGED), slug=slug)
def test_the_slug_says_nothing_of_identity(example: tuple[str, str], slug: str) -> None:
    paper, url = example
    assert key(paper, url.replace("/ten-bai-", f"/{slug}-")) == key(paper, url)


@given(example=examples, more=st.integers(1, 999), data=st.data())
def test_two_ids_are_two_articles(example: tuple[str, str], more: int, data: st.DataObject) -> None:
    paper, url = example
    number = re.findall(r"\d{4,}", url)[-1]
    other = f"{int(number) + more:0{len(number)}d}"[-len(number) :]
    there = url[: url.rindex(number)] + other + url[url.rindex(number) + len(number) :]
    if other != number:
        assert key(paper, there) != key(paper, url)
        assert canonical(PAPERS[paper], there) != canonical(PAPERS[paper], url)


@given(example=examples, seed=st.integers(0, 2**16))
def test_percent_encoding_says_nothing(example: tuple[str, str], seed: int) -> None:
    """Letters that need no quoting, quoted in either case; letters that need it, as they are typed or quoted."""
    paper, url = example
    parts = urlsplit(url)
    quoted = "".join(
        (f"%{ord(c):02x}" if seed >> n % 16 & 2 else f"%{ord(c):02X}") if seed >> n % 16 & 1 and c.isalnum() else c
        for n, c in enumerate(parts.path)
    )
    other = parts._replace(path=quoted).geturl()
    assert key(paper, other) == key(paper, url) and canonical(PAPERS[paper], other) == canonical(PAPERS[paper], url)


@given(example=st.sampled_from(SLUGGED), letters=st.text("đâêôơưáàảãạ", min_size=1, max_size=6))
def test_a_slug_with_marks_is_read_quoted_and_unquoted(example: tuple[str, str], letters: str) -> None:
    paper, url = example
    typed, sent = (url.replace("/ten-bai-", f"/ten-{said}-") for said in (letters, quote(letters)))
    assert canonical(PAPERS[paper], typed) == canonical(PAPERS[paper], sent)
    assert key(paper, typed) == key(paper, sent)


@pytest.mark.parametrize("form", ["/print{}", "/amp{}", "/in-bai{}", "{}/print", "{}/amp"])
@given(example=examples)
@settings(max_examples=60)
def test_the_page_for_printing_is_its_articles(form: str, example: tuple[str, str]) -> None:
    paper, url = example
    parts = urlsplit(url)
    if PAPERS[paper].below or classify(PAPERS[paper], url) != "article":
        return
    other = parts._replace(path=form.format(parts.path.rstrip("/"))).geturl()
    if is_print(PAPERS[paper], other):  # where the paper's `ignore` does not say that it is none
        assert key(paper, other) == key(paper, url) and canonical(PAPERS[paper], other) == canonical(PAPERS[paper], url)


@given(
    paper=st.sampled_from(sorted(PAPERS)),
    url=st.text(max_size=60) | st.from_regex(r"https?://[a-z.:\[\]%0-9]{0,20}[/?#;%a-z0-9=&]{0,30}"),
)
@settings(max_examples=300)
def test_junk_never_raises_and_canonical_is_its_own(paper: str, url: str) -> None:
    source: Source = PAPERS[paper]
    once = canonical(source, url)
    assert canonical(source, once) == once
    for ask in (article_key, row_key):
        ask(source, url).encode()
    id_space(source, article_key(source, url))
    source.owns(url)
    PAPERS.of(url)


def test_a_paper_below_anothers_host_has_what_lies_there() -> None:
    """nld.com.vn leads to tuoitre.vn/nld since 2026 (SITES.md 5, 7)."""
    here = "https://tuoitre.vn/nld/ten-bai-196260307075519174.htm"
    for url in (
        here,
        "http://www.tuoitre.vn/NLD/ten-khac-196260307075519174.htm?utm_source=x#a",
        "https://m.tuoitre.vn//nld/thoi-su/ten-bai-196260307075519174.htm",
        "https://nld.com.vn/ten-bai-196260307075519174.htm",
        "https://nld.tuoitre.vn/ten-bai-196260307075519174.htm",
    ):
        paper = PAPERS.of(url)
        assert paper and paper.id == "nld" and paper.owns(url) and not PAPERS["tuoitre"].owns(url)
        assert article_key(paper, url) == "nld:196260307075519174" and classify(paper, url) == "article"
    for url in (
        "https://tuoitre.vn/ten-bai-100260307075519174.htm",
        "https://tuoitre.vn/nldx/a.htm",
        "https://tuoitre.vn/",
    ):
        paper = PAPERS.of(url)
        assert paper and paper.id == "tuoitre" and paper.owns(url) and not PAPERS["nld"].owns(url)
    assert PAPERS["nld"].absolute("/home.rss") == "https://tuoitre.vn/nld/home.rss"
    assert classify(PAPERS["nld"], "https://tuoitre.vn/nld/video/ten-clip-196260307075519174.htm") == "other"
