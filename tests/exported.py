"""An archive with one page of every sort that an export has to tell apart; the events are invented."""

from pathlib import Path

from archive.cleaners import differing, note_newest, put_in_force
from archive.derive import rebuild
from archive.facts import Cleaned, Hints, Page
from archive.store import Archive
from config.clock import Clock
from config.sources import Sources
from tests.conftest import PAPER, record

ROOT = "https://song.example.vn"
TITLE = "Đò ngang bến Nứa chạy thêm chuyến sớm"
EDITED = "Đò ngang bến Nứa chạy thêm hai chuyến sớm"
LEAD = "Từ thứ Hai, người ở hai bờ sông Ngàn Phố có thêm chuyến đò lúc năm giờ rưỡi sáng."
ELSEWHERE = "Lớp học bên kia sông đón trăm học trò"
CHARSET = "text/html; charset=utf-8"
PARAGRAPH = "Ông Lường Văn Phủ, người chèo đò ba mươi năm, nói rằng nước đã rút và bến đã được kè lại. "


def page_of(title: str, *, meta: bool = True) -> bytes:
    """A page of the made-up paper, in UTF-8; without `meta` only the header says so."""
    charset = '<meta charset="utf-8">' if meta else ""
    return (
        f"<!DOCTYPE html><html lang='vi'><head>{charset}<title>{title}</title></head><body><h1>{title}</h1>"
        f"<p class='lead'>{LEAD}</p>{''.join(f'<p>{n}. {PARAGRAPH}</p>' for n in range(1, 6))}</body></html>"
    ).encode()


FIRST = page_of(TITLE)
WIRE = {
    "content-type": CHARSET,
    "content-encoding": "gzip",
    "content-length": "321",
    "transfer-encoding": "chunked",
    "etag": '"b1"',
    "set-cookie": "a=1; path=/\nb=2; path=/",
    "x-who": "Bá»\x99 m\xe1y",
}
PAGES: dict[str, Page] = {
    "first": Page(url=f"{ROOT}/do-ngang-1.html", fetched_at="2025-03-01T00:30:00+07:00", body=FIRST, headers=WIRE,
                  hints=Hints(via="section", title=TITLE, referrer=f"{ROOT}/tin")),
    "same": Page(url=f"{ROOT}/do-ngang-1.html", fetched_at="2025-03-01T02:30:00+07:00", body=FIRST,
                 headers={"content-type": CHARSET, "age": "7"}),
    "unchanged": Page(url=f"{ROOT}/do-ngang-1.html", fetched_at="2025-03-01T08:30:00+07:00", body=b"", status=304,
                      headers={"etag": '"b1"'}),
    "edited": Page(url=f"{ROOT}/do-ngang-1.html", fetched_at="2025-03-02T08:30:00+07:00", body=page_of(EDITED),
                   headers={"content-type": CHARSET}),
    "mobile": Page(url="https://m.song.example.vn/do-ngang-1.html", fetched_at="2025-03-02T09:00:00+07:00", body=FIRST,
                   headers={"content-type": CHARSET}, tls="legacy"),
    "bare": Page(url=f"{ROOT}/lop-hoc-2.html", fetched_at="2025-03-02T09:30:00+07:00",
                 body=page_of(ELSEWHERE, meta=False), headers={"content-type": CHARSET}),
    "robots": Page(url=f"{ROOT}/robots.txt", fetched_at="2025-03-01T00:00:00+07:00", body=b"User-agent: *\n",
                   headers={"content-type": "text/plain"}, kind="robots"),
    "robots again": Page(url=f"{ROOT}/robots.txt", fetched_at="2025-03-02T00:00:00+07:00", body=b"User-agent: *\n",
                         headers={"content-type": "text/plain"}, kind="robots"),
    "dump": Page(url="urn:sha256:" + "ab" * 32, fetched_at="2025-03-03T00:00:00+07:00",
                 body=f"{TITLE}\n\n{LEAD}".encode(), hints=Hints(via="import")),
    "cut": Page(url=f"{ROOT}/dut-3.html", fetched_at="2025-03-03T01:00:00+07:00", body=FIRST[:700],
                headers={"content-type": CHARSET}, truncated="the body is shorter than announced"),
    "gone": Page(url=f"{ROOT}/mat-4.html", fetched_at="2025-03-03T02:00:00+07:00", body=b"<p>404</p>", status=404,
                 headers={"content-type": "text/html"}),
    "odd status": Page(url=f"{ROOT}/la-5.html", fetched_at="2025-03-03T02:10:00+07:00", body=b"?", status=0),
    "odd headers": Page(url=f"{ROOT}/la-6.html", fetched_at="2025-03-03T02:20:00+07:00", body=b"!",
                        headers={"": "nothing", "x y": "1", "x-vn": "Đò", "x-cr": "a\rb", "x-empty": "",
                                 "X-Orig-Content-Length": "5"}),
    "odd address": Page(url=f"{ROOT}/tìm kiếm?q=đò <ngang>", fetched_at="2025-03-03T02:30:00+07:00", body=b"."),
    "empty": Page(url=f"{ROOT}/rong-7.html", fetched_at="2025-03-03T02:40:00+07:00", body=b""),
}  # fmt: skip
"""By what is special about them, not in the order of fetching."""
SHOWN = {"edited": EDITED, "bare": ELSEWHERE}
"""Pages that articles show, with the articles' titles."""


def make(path: Path, clock: Clock | None = None) -> Path:
    """The archive, with a run, two articles, and a withdrawal."""
    with Archive(path, clock=clock) as archive:
        run = archive.start_run("crawl songnews")
        numbers = {name: archive.keep_page("songnews", page, run) for name, page in PAGES.items()}
        archive.end_run(run, "finished", {"pages": len(PAGES)})
        archive.start_run("reclean")
        for name, title in SHOWN.items():
            _clean(archive, numbers[name], PAGES[name].url, title)
        put_in_force(archive, "songnews", "c1", differing(archive, "songnews", "c1"))
        rebuild(archive, Sources({"songnews": PAPER}, {}))
        with archive.transaction() as db:
            db.execute("INSERT INTO withdrawals (url, reason, withdrawn_at, article) VALUES (?, ?, ?, ?)",
                       (f"{ROOT}/rieng-9.html", "người trong bài yêu cầu", "2025-03-04T00:00:00+07:00", "songnews:9"),
                       )  # fmt: skip
    return path


def _clean(archive: Archive, number: int, url: str, title: str) -> None:
    id_ = url.rsplit("-", 1)[1].removesuffix(".html")
    made = Cleaned(output=record(int(id_), title, LEAD, PARAGRAPH, url=url), article=f"songnews:{id_}")
    archive.put_cleaning(number, "c1", made)
    note_newest(archive, "songnews", "c1")
