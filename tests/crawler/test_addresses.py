"""Which addresses may be connected to, and that no name gets around it."""

import socket
from pathlib import Path
from typing import Any

import pytest
from scrapy.exceptions import IgnoreRequest

from archive.store import Archive
from config.sources import Sources
from crawler.addresses import is_numeric, is_public, refuse_address
from crawler.prospect.fetch import refuse_private
from crawler.prospect.found import Refusal
from crawler.run import crawl
from tests.crawler.site import HTML, Site, declare, paper

PRIVATE = """127.0.0.1 127.77.0.9 10.0.0.1 172.16.3.4 192.168.1.1 169.254.169.254 100.64.0.1 0.0.0.0 255.255.255.255
224.0.0.1 192.0.2.1 198.18.0.1 ::1 :: ::ffff:127.0.0.1 ::ffff:10.0.0.1 2002:7f00:1:: 2002:a00:1:: 64:ff9b::7f00:1
64:ff9b:1::1 ::7f00:1 fd00::1 fe80::1%eth0 fec0::1 ff02::1 2001:db8::1 2001:0:7f00:1:: 100::1"""


@pytest.mark.parametrize("address", PRIVATE.split())
def test_private_addresses_in_every_dress(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "123.30.1.1", "2606:4700::1", "::ffff:8.8.8.8", "64:ff9b::808:808"])
def test_public_addresses(address: str) -> None:
    assert is_public(address)


NUMERIC = ["127.0.0.1", "127.1", "2130706433", "0x7f.1", "0x7f000001", "0177.0.0.1", "017700000001", "[::1]", "127.1."]


@pytest.mark.parametrize("host", NUMERIC)
def test_addresses_in_every_spelling_are_refused_before_anything_is_asked(host: str) -> None:
    assert is_numeric(host)
    with pytest.raises(IgnoreRequest):
        refuse_address(f"http://{host}/bai-1.html", Sources({}, {}))
    with pytest.raises(Refusal):
        refuse_private(f"http://{host}/", local=False)


@pytest.mark.parametrize("host", ["localhost", "localhost.", "LOCALHOST", "a.localhost", "tin.localhost."])
def test_this_machine_by_name_is_refused(host: str) -> None:
    with pytest.raises(Refusal):
        refuse_private(f"http://{host}/", local=False)


def test_only_what_is_declared_is_asked_by_its_address() -> None:
    sources = Sources({"room": declare("room", "127.77.0.9", 8377)}, {})
    refuse_address("http://127.77.0.9:8377/bai-1.html", sources)
    refuse_address("https://song.example.vn/bai-1.html", sources)
    assert not is_numeric("song.example.vn") and not is_numeric("24h.com.vn")
    for url in ("http://127.77.0.9/bai-1.html", "http://127.77.0.9:22/", "http://127.77.0.8:8377/"):
        with pytest.raises(IgnoreRequest):
            refuse_address(url, sources)


def test_what_was_resolved_is_what_is_connected_to(tmp_path: Path, here: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """A name that answers with a public address first and with a private one later (DNS rebinding) leads nowhere.

    `127.78.42.1` stands for the public address, `127.78.42.2` for a machine inside.
    """
    monkeypatch.setattr("crawler.session.PATIENCE", 0.5)
    monkeypatch.setattr("crawler.addresses.is_public", lambda address: address == "127.78.42.1")
    routes = paper(3)
    with Site(routes, "127.78.42.1") as outside, Site(routes, "127.78.42.2", outside.port) as inside:
        answers = iter([outside.host])

        async def answer(host: str, port: int) -> list[Any]:
            assert host == "doi-dia-chi.example.vn"
            resolved.append(next(answers, inside.host))
            return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (resolved[-1], port))]

        resolved: list[str] = []
        monkeypatch.setattr("crawler.addresses.resolved", answer)
        for route in tuple(routes):  # a connection each: none is kept open
            routes[route] = routes[route]._replace(headers=HTML | {"Connection": "close"})  # type: ignore[union-attr]
        paper_ = declare("doi", "doi-dia-chi.example.vn", outside.port)
        with Archive(tmp_path / "a.db") as archive:
            outcome = crawl(archive, Sources({"doi": paper_}, {}))
    assert [asked.path for asked in outside.asked] == ["/robots.txt", "/tin"], "over one connection"
    assert inside.asked == [] and resolved == [outside.host, *[inside.host] * 4], "resolved once a connection"
    assert outcome.sources["doi"].errors == {"CannotResolveHostError": 4}


def test_a_name_that_does_not_resolve_is_asked_again(
    kept: Archive, here: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def nothing(host: str, port: int) -> list[Any]:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr("crawler.session.PATIENCE", 0.5)
    monkeypatch.setattr("crawler.addresses.resolved", nothing)
    outcome = crawl(kept, Sources({"khong": declare("khong", "khong-co.example.vn", None)}, {}))
    assert outcome.sources["khong"].errors == {"CannotResolveHostError": 1}
    rows = list(kept.rows("SELECT kind, due, error FROM frontier"))
    assert all(row["due"] for row in rows) and "CannotResolve" in rows[0]["error"]
