"""What the room answers: pages, the same as JSON, results to take away, and clear words where there is nothing."""

import csv
import io
import json

import httpx
import pytest

from archive.exports.tables import COLUMNS, SHEET
from archive.facts import Page
from archive.room.views import VIEWS
from archive.store import Archive
from tests.archive.feeds import check
from tests.archive.room.conftest import TITLES, Get

ALL = [view.route.replace("{source}/{id}", "songnews/1").replace("{source}", "songnews").replace("{topic}", "doi-ngoai")
       .replace("{id}", "1") for view in VIEWS]  # fmt: skip


def titles(answer: httpx.Response) -> list[str]:
    return [hit["title"] for hit in answer.json()["results"]["hits"]]


@pytest.mark.parametrize("path", [path for path in ALL if path not in ("run/1", "url")])
def test_every_page_is_there_and_as_json_too(get: Get, path: str) -> None:
    page = get(f"/{path}")
    assert page.status_code == 200, page.text[:2000]
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert "<h1" in page.text and 'lang="vi"' in page.text
    if path:
        answer = get(f"/{path}.json")
        assert answer.headers["content-type"].startswith("application/json")
        json.loads(answer.text)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("q=doi ngoai", [1]),
        ("q=đoi ngoai", [1]),
        ("q=hòa bình", [3]),
        ("q=ngoạ*", [1]),
        ("q=ngoa*", [1]),
        ('q="ba ngày"', [2]),
        ("q=doan -nấm", [1, 3, 4]),
        ("author=le ha vy", [3, 1]),
        ("author=le", []),
        ("section=chinh tri", [2, 1]),
        ("section=Đời sống&author=LÊ HÀ VY", [3]),
        ("since=01/02/2025&until=2025-03-01", [3, 2]),
        ("since=02/2025&until=02/2025", [2]),
        ("q=doan&order=oldest", [1, 2, 3, 4]),
        ("q=doan&order=newest", [4, 3, 2, 1]),
        ("source=songnews", [4, 3, 2, 1]),
        ("source=nobody", []),
        ("topic=doi-ngoai", []),
    ],
)
def test_a_search_finds_what_it_chooses(get: Get, query: str, found: list[int]) -> None:
    answer = get(f"/search.json?{query}")
    assert sorted(titles(answer)) == sorted(TITLES[n] for n in found)
    if "order" in query or "q=" not in query:
        assert titles(answer) == [TITLES[n] for n in found]
    results = answer.json()["results"]
    assert results["articles"] == len(found) == sum(one["articles"] for one in results["papers"])
    assert sum(one["articles"] for one in results["months"]) == len(found)


def test_an_article_of_half_past_midnight_stands_on_its_own_day(get: Get) -> None:
    assert get("/overview.json").json()["archive"]["days"][0] == {"name": "2025-01-01", "articles": 1}
    assert titles(get("/search.json?since=2025-01-01&until=2025-01-01")) == [TITLES[1]]
    assert get("/search.json?q=ngoai").json()["results"]["months"] == [{"name": "2025-01", "articles": 1}]
    assert "01/01/2025 00:30" in get("/article/songnews/1").text


def test_pages_of_results(get: Get) -> None:
    first, second, third = (get(f"/search.json?size=3&page={page}").json()["results"] for page in (1, 2, 3))
    assert [len(page["hits"]) for page in (first, second, third)] == [3, 1, 0]
    assert first["pages"] == 2 and not {h["url"] for h in first["hits"]} & {h["url"] for h in second["hits"]}


def test_marks_are_in_true_spelling(get: Get) -> None:
    text = get("/search?q=doi ngoai").text
    assert "<mark>đối</mark> <mark>ngoại</mark>" in text
    assert "<mark>đối</mark>" in get("/article/songnews/1?q=doi").text


@pytest.mark.parametrize("query", ["-a", '"', "*", "()"])
def test_a_search_for_nothing_says_so(get: Get, query: str) -> None:
    answer = get(f"/search?q={query}")
    assert answer.status_code == 200 and "ít nhất một từ" in answer.text


@pytest.mark.parametrize(
    ("path", "status", "word"),
    [
        ("/article/songnews/99", 404, "songnews:99"),
        ("/article/songnews/99/history", 404, "songnews:99"),
        ("/article/songnews/1/diff?to=7", 400, "2 bản"),
        ("/article/songnews/1/diff?with=x:y", 404, "x:y"),
        ("/search?page=0", 400, "page"),
        ("/search?page=1e9", 400, "page"),
        ("/search?order=up", 400, "newest"),
        ("/search?since=hôm qua", 400, "hôm qua"),
        ("/search?since=31/02/2025", 400, "31/02/2025"),
        ("/search?since=2026&until=2025", 400, "2026"),
        ("/source/nobody", 404, "nobody"),
        ("/topic/nothing", 404, "nothing"),
        ("/run/77", 404, "77"),
        ("/page/77", 404, "77"),
        ("/page/ba", 404, "ba"),
        ("/raw/77/view", 404, "77"),
        ("/url", 400, "địa chỉ"),
        ("/search.csv?q=-a", 400, "từ"),
        ("/article/songnews/1/report.jsonl", 404, "sai"),
    ],
)
def test_what_is_not_there_is_told_in_words(get: Get, path: str, status: int, word: str) -> None:
    answer = get(path)
    assert answer.status_code == status and word in answer.text
    assert "Traceback" not in answer.text


def test_errors_are_json_where_json_was_asked(get: Get) -> None:
    assert get("/article/songnews/99.json").json() == {
        "error": "Không có bài nào mang mã songnews:99 trong kho.",
        "status": 404,
    }
    assert "There is no article" in get("/article/songnews/99.json?lang=en").json()["error"]


def test_a_table_holds_no_formulas(get: Get) -> None:
    rows = list(csv.DictReader(io.StringIO(get("/search.csv?q=hyperlink").content.decode("utf-8-sig"))))
    assert [row["title"] for row in rows] == ["'" + TITLES[4]]
    stock = get("/archive/articles.csv?_search=hyperlink&_col=title&_size=max")
    assert [row["title"] for row in csv.DictReader(io.StringIO(stock.text))] == ["'" + TITLES[4]]
    whole = get("/archive/articles.csv?_stream=1&_col=title&_col=text")
    assert {row["title"] for row in csv.DictReader(io.StringIO(whole.text))} == {*TITLES.values()} - {TITLES[4]} | {
        "'" + TITLES[4]
    }


def test_the_whole_archive_can_be_taken(get: Get) -> None:
    records = [json.loads(line) for line in get("/take/articles.jsonl").text.splitlines()]
    assert {record["title"] for record in records} == {*TITLES.values()}
    rows = list(csv.DictReader(io.StringIO(get("/take/articles.csv").content.decode("utf-8-sig"))))
    assert [row["article"] for row in rows] == [f"songnews:{n}" for n in (1, 2, 3, 4)]
    assert rows[0]["authors"] == "Lê Hà Vy" and rows[0]["published"] == "2025-01-01T00:30:00+07:00"
    assert rows[3]["title"] == f"'{TITLES[4]}" and list(rows[0]) == [column.name for column in SHEET]
    assert list(records[0]) == [column.name for column in COLUMNS]


def test_a_feed_says_by_which_pages_it_can_be_proved(get: Get, filled: Archive) -> None:
    sql = (
        "SELECT p.fetched_at, b.sha256 FROM articles a JOIN pages p ON p.id = a.page JOIN bodies b ON b.id = p.body"
        " WHERE a.article = 'songnews:1'"
    )
    (page,) = filled.rows(sql)
    read = check(get("/search.atom?q=đối ngoại").content)
    (one,) = read.entries
    assert (one.baoluu_captured, one.baoluu_sha256) == (page["fetched_at"], page["sha256"])
    assert one.updated == "2025-03-10T06:00:00+07:00"  # when the edit was seen
    links = {link.rel: link.href for link in one.links}
    assert links["alternate"].endswith("/article/songnews/1") and links["via"] == "https://song.example.vn/bai-1.html"
    assert {link.rel for link in read.feed.links} == {"self", "alternate"}
    assert len(check(get("/search.atom").content).entries) == 4 and check(get("/search.atom?q=khongco").content)


def test_citations_say_when_and_by_which_bytes(get: Get) -> None:
    for form in ("bib", "ris", "csl.json"):
        assert "captured 2025-03-10T06:00:00+07:00, SHA-256 " in get(f"/article/songnews/1.{form}").text


def test_a_difference_is_told_side_by_side(get: Get) -> None:
    told = get("/article/songnews/1/diff.json").json()
    assert [told["before"]["n"], told["after"]["n"], told["same_rules"]] == [1, 2, True]
    assert {passage["field"] for passage in told["passages"]} == {"blocks"}
    text = get("/article/songnews/1/diff").text
    assert "<ins>đã khác.</ins>" in text and "<del>của bài.</del>" in text
    assert "<ul><li>Một</li><li>Hai</li></ul>" in get("/article/songnews/1").text


def test_the_language_is_chosen_and_kept(get: Get) -> None:
    english = get("/?lang=en")
    assert 'lang="en"' in english.text and "lang=en" in english.headers["set-cookie"]
    assert 'lang="en"' in get("/help", cookies={"lang": "en"}).text
    assert 'lang="vi"' in get("/?lang=xx", cookies={"lang": "<script>"}).text


def test_a_way_back_from_the_stock_pages(get: Get) -> None:
    for path in ("/archive", "/archive/articles"):
        assert '<a href="/">Về phòng đọc</a>' in get(path).text
        assert '<a href="/">Back to the reading room</a>' in get(path, cookies={"lang": "en"}).text


def test_only_links_over_http_lead_out(get: Get) -> None:
    from archive.room.look import outward

    assert outward("https://song.example.vn/a") == "https://song.example.vn/a"
    for url in ("javascript:alert(1)", "data:text/html,x", "vbscript:x", " javascript:x", "//[", "", None):
        assert outward(url) is None


def test_related_articles_are_one_step_away(get: Get, filled: Archive) -> None:
    filled.conn.execute("INSERT INTO copies VALUES (2, 1, 'published', 24.0, 'whole', 0.9, 0.8, 100, NULL, NULL, 0)")
    told = get("/article/songnews/1").text
    related = told[told.index('id="related"') :]
    assert '<a href="/article/songnews/2">' in related[: related.index("</section>")]


def test_an_asset_is_given_as_it_came_and_shown_as_nothing(get: Get, filled: Archive) -> None:
    image, sheet = b"\x89PNG\r\n\x1a\n" + bytes(range(256)), b"b{color:red} <script>x()</script>"
    numbers = []
    for name, kind, body in (("a.png", "image/png", image), ("b.css", "text/css", sheet)):
        page = Page(url=f"http://anh.example.net/{name}", fetched_at="2025-03-12T00:00:00+07:00", body=body,
                    headers={"content-type": kind}, kind="asset")  # fmt: skip
        numbers.append(filled.keep_page("songnews", page))
    assert get(f"/raw/{numbers[0]}/download").content == image
    assert 'filename="anh.example.net-a.png"' in get(f"/raw/{numbers[0]}/download").headers["content-disposition"]
    assert get(f"/raw/{numbers[0]}/source").content == b""
    assert b"script" not in get(f"/raw/{numbers[0]}/view").content
    assert get(f"/raw/{numbers[1]}/source").content == sheet
    assert "hình ảnh" in get(f"/page/{numbers[0]}").text
