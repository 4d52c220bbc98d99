"""Folders of saved pages: lists of URLs, mirrors, and the tricks that paths can play."""

import json
import os
from pathlib import Path

import pytest

from archive.imports.files import Unreadable
from archive.imports.folders import Saved, listed, listed_in, mirrored
from archive.imports.items import Refused

URL = "https://song.example.vn/bai-1.html"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "saved"
    (made / "sub").mkdir(parents=True)
    for name in ("a.html", "sub/b.html", "c.bin"):
        (made / name).write_text("<p>x")
    (tmp_path / "secret.html").write_text("secret")
    return made


def rows(path: Path, folder: Path) -> tuple[list[Saved], list[Refused]]:
    found = list(listed(path, folder))
    return [f for f in found if isinstance(f, Saved)], [f for f in found if isinstance(f, Refused)]


def listing(folder: Path, text: str, encoding: str = "utf-8") -> tuple[list[Saved], list[Refused]]:
    (folder / "manifest.csv").write_bytes(text.encode(encoding))
    assert listed_in(folder) == folder / "manifest.csv"
    return rows(folder / "manifest.csv", folder)


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_list_in_any_writing(folder: Path, delimiter: str, encoding: str, end: str) -> None:
    lines = [
        ["File", " URL ", "fetched_at", "source", "status", "mime", "note"],
        ["a.html", URL, "2021-03-01 08:15", "", "", "", "x"],
        ["sub/b.html", f" {URL}?b ", "2021-03-01T01:15:00Z", "songnews", "404", "text/plain", ""],
    ]
    found, bad = listing(folder, end.join(delimiter.join(line) for line in lines) + end, encoding)
    assert not bad
    assert found == [
        Saved(URL, "2021-03-01T08:15:00+07:00", folder / "a.html"),
        Saved(f"{URL}?b", "2021-03-01T08:15:00+07:00", folder / "sub/b.html", "songnews", 404, "text/plain"),
    ]
    assert found[0].kind == "text/html" and found[1].kind == "text/plain"


def test_other_names_of_columns_and_the_files_own_time(folder: Path) -> None:
    os.utime(folder / "a.html", (1_600_000_000, 1_600_000_000))
    (one,), _ = listing(folder, f"path,link\na.html,{URL}\n")
    assert one.fetched_at == "2020-09-13T19:26:40+07:00"


BAD = {
    "a file above": "../secret.html",
    "an absolute file": "/etc/hostname",
    "no file": "none.html",
    "a folder": "sub",
    "nothing": "",
    "a NUL": "a\0.html",
    "a link that leads out": "out.html",
    "a link to nowhere": "nowhere.html",
    "a folder that leads out": "up/secret.html",
}


@pytest.mark.parametrize("which", BAD)
def test_files_outside_are_refused_and_the_rest_is_taken(folder: Path, which: str) -> None:
    (folder / "out.html").symlink_to("../secret.html")
    (folder / "nowhere.html").symlink_to("none")
    (folder / "up").symlink_to("..")
    found, bad = listing(folder, f"file,url\n{BAD[which]},{URL}\na.html,{URL}\n")
    assert [f.path.name for f in found] == ["a.html"] and len(bad) == 1
    assert bad[0].where == "manifest.csv, line 2" and bad[0].url == URL
    routes = folder / "routes.json"
    routes.write_text(json.dumps({URL: {"file": BAD[which]}, f"{URL}?2": {"file": "a.html"}}))
    found, bad = rows(routes, folder)
    assert [f.path.name for f in found] == ["a.html"] and len(bad) == 1


@pytest.mark.parametrize(
    "row",
    [
        "a.html,",
        "a.html,not a url",
        "a.html,ftp://a.vn/",
        "a.html,https://[x/",
        "a.html,https://a.vn:99999/",
        f"a.html,{URL},never",
        f"a.html,{URL},9999-12-31T23:59:59-12:00",
        f"a.html,{URL},,,5000",
        f"a.html,{URL},,,{10**30}",
        f"a.html,{URL},,,many",
        "a.html",
    ],
)
def test_bad_rows_are_told_and_the_rest_is_taken(folder: Path, row: str) -> None:
    found, bad = listing(folder, f"file,url,at,source,status\n{row}\nsub/b.html,{URL}\n")
    assert [f.path.name for f in found] == ["b.html"] and [b.where for b in bad] == ["manifest.csv, line 2"]


@pytest.mark.parametrize("text", ["", "\n", "a,b\n1,2\n", "file,link2\n", "<html>"])
def test_what_is_no_list_is_refused(folder: Path, text: str) -> None:
    with pytest.raises(Unreadable, match=r"names no column"):
        listing(folder, text)


def test_a_list_that_is_no_utf8_is_taken_as_far_as_it_is(folder: Path) -> None:
    with pytest.raises(Unreadable, match="UTF-8"):
        listing(folder, "file,url\nbÃ i.html,x\n".replace("Ã", "à"), "utf-16")
    good = f"file,url\na.html,{URL}\n" + f"sub/b.html,{URL}?{'x' * 100}\n" * 200
    (folder / "manifest.csv").write_bytes(good.encode() + b"c.bin,https://a.vn/\xff\n")
    found, bad = rows(folder / "manifest.csv", folder)
    assert len(found) >= 100 and len(bad) == 1 and "cannot be read from here on" in bad[0].why


ROUTES = ["[]", "no", "5", '{"a": ', "\xff", "[" * 100_000]


@pytest.mark.parametrize("text", ROUTES)
def test_routes_that_are_no_map(folder: Path, text: str) -> None:
    (folder / "routes.json").write_bytes(text.encode("latin-1"))
    with pytest.raises(Unreadable):
        rows(folder / "routes.json", folder)


@pytest.mark.parametrize(
    "route",
    [
        None,
        5,
        "a.html",
        [],
        {},
        {"file": 5},
        {"file": None},
        {"file": "a.html", "fetched_at": 5},
        {"file": "a.html", "status": "x"},
    ],
)
def test_odd_routes_are_told(folder: Path, route: object) -> None:
    (folder / "routes.json").write_text(json.dumps({URL: route, f"{URL}?2": {"file": "a.html"}}))
    found, bad = rows(folder / "routes.json", folder)
    assert len(found) == len(bad) == 1 and bad[0].url == URL


def test_an_address_that_no_utf8_can_hold(folder: Path) -> None:
    (folder / "routes.json").write_text(
        '{"https://a.vn/\\ud800": {"file": "a.html"}, "https://a.vn/": {"file": "a.html", "source": ["x"]}}'
    )
    found, bad = rows(folder / "routes.json", folder)
    assert len(bad) == 1 and [f.source for f in found] == ["['x']"]


def test_a_mirror(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("x")
    tmp_path /= "mirror"
    host = tmp_path / "song.example.vn"
    (host / "muc").mkdir(parents=True)
    for name in (
        "index.html",
        "bai-1.html",
        "muc/index.html",
        "muc/trang.html?p=2",
        "muc/a#b.html",
        "muc/bài viết.html",
    ):
        (host / name).write_text("x")
    (Path(os.fsdecode(os.fsencode(host) + b"/muc/c\xff.html"))).write_text("x")
    (tmp_path / "notes.txt").write_text("x")
    (host / "link.html").symlink_to("../../secret")
    (host / "inner.html").symlink_to("bai-1.html")

    def scheme(name: str) -> str | None:
        return "https" if name == "song.example.vn" else None

    base = "https://song.example.vn/"
    expected = {
        base,
        base + "bai-1.html",
        base + "inner.html",
        base + "muc/",
        base + "muc/trang.html?p=2",
        base + "muc/a%23b.html",
        base + "muc/bài%20viết.html",
        base + "muc/c%FF.html",
    }
    assert {saved.url for saved in mirrored(tmp_path, scheme)} == expected
    assert {saved.url for saved in mirrored(host, scheme)} == expected, "the folder itself may be the host"
