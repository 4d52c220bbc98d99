import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from config import urls
from config.declarations import UrlRules
from config.sources import Sources, generic, load
from config.urls import article_key, canonical, classify
from tests.conftest import PAPER

URL = "https://song.example.vn/bai-mot-123.html"


@pytest.mark.parametrize(
    "url",
    [
        "http://song.example.vn/bai-mot-123.html",
        "https://www.song.example.vn/bai-mot-123.html?utm_source=x",
        "https://m.song.example.vn/bai-mot-123.html#inner-article",
        "HTTPS://SONG.EXAMPLE.VN/bai-mot-123.html?anything=1",
    ],
)
def test_one_page_has_one_canonical_url(url: str) -> None:
    assert canonical(PAPER, url) == URL


def test_the_id_is_the_identity_whatever_the_slug() -> None:
    assert article_key(PAPER, URL) == article_key(PAPER, "https://song.example.vn/ten-khac-123.html") == "songnews:123"
    assert article_key(PAPER, URL) != article_key(PAPER, "https://song.example.vn/bai-mot-124.html")


def test_without_an_id_the_path_is_the_identity() -> None:
    assert article_key(PAPER, "https://song.example.vn/dac-biet/so-tet?ref=1") == "songnews:/dac-biet/so-tet"


@pytest.mark.parametrize(
    ("path", "kind"),
    [("/bai-1.html", "article"), ("/thoi-su", "section"), ("/thoi-su/x/y.php", "other"), ("", "other")],
)
def test_classify(path: str, kind: str) -> None:
    assert classify(PAPER, "https://song.example.vn" + path) == kind


@pytest.mark.parametrize("tracking", ["utm_source=zalo", "fbclid=1", "gclid=2", "vn_source=rcm", "utm_medium=x&ref=y"])
def test_tracking_is_no_part_of_a_section(tracking: str) -> None:
    plain = canonical(PAPER, "https://song.example.vn/thoi-su?page=2")
    assert canonical(PAPER, f"https://song.example.vn/thoi-su?page=2&{tracking}") == plain


def test_a_section_keeps_its_pager() -> None:
    assert canonical(PAPER, "https://song.example.vn/thoi-su?page=2&fbclid=1").endswith("/thoi-su?page=2")


UNDECLARED = generic("https://bao.example.vn/")
UNNUMBERED = msgspec.structs.replace(PAPER, urls=UrlRules(article=("^/tin-bai/[^/]+/[^/]+/?$",)))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("/index.php?id=1", "/index.php?id=2"),
        ("/a?t=%EA", "/a?t=%EB"),
        ("/n.php?sid=12", "/n.php?sid=13"),
        ("/a", "/b"),
    ],
)
def test_two_articles_without_declared_ids_stay_two(one: str, other: str) -> None:
    for source in (UNDECLARED, PAPER):
        base = f"https://{source.hosts[0]}"
        assert article_key(source, base + one) != article_key(source, base + other)
        assert canonical(source, base + one) != canonical(source, base + other)


@pytest.mark.parametrize(
    "path",
    [
        "/tin-bai/chinh-tri/t%c3%aan",
        "/tin-bai/chinh-tri/tên",
        "/tin-bai/chinh-tri/t%C3%AAn/",
        "/tin%2Dbai//chinh-tri/t%C3%AAn?fbclid=x",
        "/tin-bai/chinh-tri/t%C3%AAn;jsessionid=0A1B?PHPSESSID=abc&sid=d41d8cd98f00b204#dau",
    ],
)
def test_one_article_without_an_id_stays_one(path: str) -> None:
    for source in (UNDECLARED, UNNUMBERED):
        url = f"https://{source.hosts[0]}{path}"
        assert article_key(source, url) == f"{source.id}:/tin-bai/chinh-tri/t%C3%AAn"
    assert canonical(UNNUMBERED, url) == "https://song.example.vn/tin-bai/chinh-tri/t%C3%AAn"


def test_a_section_is_one_with_and_without_its_last_slash() -> None:
    for path in ("/thoi-su", "/thoi-su/", "//thoi-su/"):
        assert canonical(PAPER, "https://song.example.vn" + path) == "https://song.example.vn/thoi-su"


def test_quoted_marks_stay_quoted() -> None:
    url = "https://bao.example.vn/a%2Fb%3Fc%25"
    assert canonical(UNDECLARED, "https://bao.example.vn/a%2fb%3fc%") == canonical(UNDECLARED, url) == url


def test_a_pager_in_the_path_stays() -> None:
    url = "https://baoquocte.vn/the-gioi/tieu-diem&s_cond=&BRSR=15"
    paper = load()["baoquocte"]
    assert (canonical(paper, url), classify(paper, url)) == (url, "section")


@pytest.mark.parametrize(
    "url",
    [
        "http://[bad/x-1.html",
        "http://[::1/x",
        "https://song.example.vn:99999/x-1.html",
        "http://x:y/",
        "",
        "//",
        "http:",
    ],
)
def test_what_is_no_address_is_no_article_and_raises_nothing(url: str, sources: Sources) -> None:
    assert classify(PAPER, url) == "other"
    assert canonical(PAPER, url) == url
    assert article_key(PAPER, url) == f"songnews:{url}"
    assert generic(url).id
    assert sources.of("http://[bad/") is None


def test_a_host_that_counts_apart_has_articles_apart() -> None:
    paper = load()["vietnamnet"]
    hosts = ("vietnamnet.vn", "infonet.vietnamnet.vn", "ictnews.vietnamnet.vn")
    keys = [article_key(paper, f"https://{host}/ten-bai-271234.html") for host in hosts]
    assert keys == ["vietnamnet:271234", *(f"vietnamnet:{host}:271234" for host in hosts[1:])]


def test_what_is_remembered_of_an_address_is_of_one_declaration(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(urls, "_KNOWN", 3)
    url = f"{URL}?q=1"
    others = [
        msgspec.structs.replace(PAPER, urls=msgspec.structs.replace(PAPER.urls, keep_params=("q",))),
        msgspec.structs.replace(PAPER, id="khac"),
        msgspec.structs.replace(PAPER, urls=UrlRules(article=(r"^/$",))),
    ]
    for _ in range(3):
        assert [canonical(paper, url) for paper in (PAPER, *others)] == [URL, url, URL, url]
        assert [article_key(paper, URL) for paper in (PAPER, *others)] == [
            "songnews:123", "songnews:123", "khac:123", "songnews:/bai-mot-123.html",
        ]  # fmt: skip
        assert [classify(paper, url) for paper in (PAPER, *others)] == ["article"] * 3 + ["other"]


WORDS = "http https :// song.example.vn www. m. [ ] : 80 // / ? & = # % c3 %C3%AA %2f ê bai-1.html thoi-su"
PIECES = st.sampled_from([*WORDS.split(), ";jsessionid=a", "sid=", "utm_source=x", "@", " ", "\ud83d"])


@given(st.lists(PIECES | st.text(max_size=3), max_size=12), st.sampled_from(["", "https://song.example.vn/"]))
def test_canonical_is_total_and_its_own_canonical(pieces: list[str], start: str) -> None:
    url = start + "".join(pieces)
    for source in (PAPER, UNDECLARED, UNNUMBERED):
        once = canonical(source, url)
        assert canonical(source, once) == once
        assert classify(source, url) in ("article", "section", "other")
        article_key(source, url).encode()


@given(st.text("abc=&%/?", max_size=20), st.text("abc", max_size=5))
def test_canonical_is_its_own_canonical(query: str, fragment: str) -> None:
    once = canonical(PAPER, f"http://www.song.example.vn/muc?{query}#{fragment}")
    assert canonical(PAPER, once) == once
