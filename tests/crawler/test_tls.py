"""Secure connections: verified, told apart when they fail, and the declared exception for one paper only."""

from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest
from OpenSSL import SSL

from archive.life import life_of
from archive.store import Archive
from config.sources import Sources, load
from crawler.run import crawl
from crawler.tls import LEGACY_SERVER_CONNECT, Verified
from tests.crawler.certificates import Authority
from tests.crawler.conftest import pages
from tests.crawler.site import Site, paper

HOST = "127.78.30.{}"


@pytest.fixture
def authority(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Authority:
    made = Authority(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(made.path))
    monkeypatch.setattr("crawler.session.PATIENCE", 0.5)
    return made


def test_a_certificate_is_verified_and_what_is_wrong_with_it_is_told(
    kept: Archive, here: None, authority: Authority
) -> None:
    shown = {
        "good": authority.server(HOST.format(1)),
        "expired": authority.server(HOST.format(2), timedelta(days=-1)),
        "foreign": authority.server(HOST.format(3), name="127.78.30.99"),
        "alone": authority.server(HOST.format(4), alone=True),
        "weak": authority.server(HOST.format(5), weak=True),
        "plain": None,
    }
    with ExitStack() as stack:
        sites = {
            name: stack.enter_context(Site(paper(1), HOST.format(n), tls=tls))
            for n, (name, tls) in enumerate(shown.items(), 1)
        }
        papers = {name: msgspec.structs.replace(site.source(name), scheme="https") for name, site in sites.items()}
        outcome = crawl(kept, Sources(papers, {}))
    counts = outcome.sources
    assert counts["good"].cleaned == 1 and not counts["good"].errors
    causes = {
        "expired": "certificate expired",
        "foreign": "wrong host",
        "alone": "self-signed certificate",
        "weak": "weak key",
        "plain": "handshake",
    }
    for name, cause in causes.items():
        assert counts[name].errors == {f"TLS: {cause}": 1} and not sites[name].asked, name
        (row,) = kept.rows("SELECT error, due FROM frontier WHERE source = ? AND kind = 'robots'", (name,))
        assert row["error"].startswith(f"TLS: {cause}: ") and row["due"]
        (host,) = kept.rows("SELECT failures, failing, next FROM hosts WHERE source = ?", (name,))
        assert host["failures"] == 1 and host["failing"], "the host is left alone for a while"


def test_the_declared_exception_holds_for_its_paper_only_and_is_recorded(
    kept: Archive, here: None, authority: Authority
) -> None:
    one, two, three = (HOST.format(n) for n in (11, 12, 13))
    with (
        Site(paper(1), one, tls=authority.server(one, weak=True)) as old,
        Site(paper(1), two, tls=authority.server(two, weak=True)) as other,
        Site(paper(1), three, tls=authority.server(three, timedelta(days=-1), weak=True)) as expired,
    ):
        papers = {
            "old": msgspec.structs.replace(old.source("old"), tls="legacy"),
            "other": other.source("other"),
            "expired": msgspec.structs.replace(expired.source("expired"), tls="legacy"),
        }
        sources = Sources(papers, {})
        outcome = crawl(kept, sources)
    assert outcome.sources["old"].cleaned == 1
    assert outcome.sources["other"].errors == {"TLS: weak key": 1}
    assert outcome.sources["expired"].errors == {"TLS: certificate expired": 1}, "verified all the same"
    assert {page["tls"] for page in pages(kept)} == {"legacy"}
    events = life_of(kept, sources, old.url("/bai-1.html"))["events"]
    assert any("TLS exception: legacy" in event["what"] for event in events if event["kind"] == "visit")


def test_the_exception_lets_old_renegotiation_in_and_nothing_else_does() -> None:
    policy = Verified()
    policy.legacy.add("bnews.example.vn")
    for host, old in (("bnews.example.vn", True), ("song.example.vn", False)):
        options = (policy._old if old else policy._usual).set_options(0)
        connection = policy.creatorForNetloc(host.encode(), 443).clientConnectionForTLS(None)
        assert connection.get_context() is (policy._old if old else policy._usual)
        assert bool(options & LEGACY_SERVER_CONNECT) is old
        assert options & SSL.OP_NO_SSLv3 and options & SSL.OP_NO_TLSv1
        assert connection.get_verify_mode() & SSL.VERIFY_PEER


def test_it_is_declared_for_bnews() -> None:
    assert [name for name, source in load().items() if source.tls] == ["bnews"]
