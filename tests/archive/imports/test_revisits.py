"""Visits that repeat an earlier page: found by digest or by URL and time, in any order of files; awaited until then."""

import pytest

from archive.store import Archive
from archive.withdraw import find, withdraw
from config.sources import Sources
from tests.archive.imports.taking import HOST, facts, intake, revisit, shown, take
from tests.archive.warc.made import DATE, article, each_gzip, http, response, sha1, sha256, warc

URL, BODY = f"{HOST}/bai-1.html", article(1)
FIRST = response(URL, BODY, WARC_Payload_Digest=sha1(BODY))
NAMED = {
    "sha256 of the body": {"WARC_Payload_Digest": sha256(BODY)},
    "sha1 of the payload": {"WARC_Payload_Digest": sha1(BODY)},
    "URL and time": {"WARC_Refers_To_Target_URI": URL, "WARC_Refers_To_Date": DATE},
    "an unknown digest, URL and time": {
        "WARC_Payload_Digest": "blake3:00",
        "WARC_Refers_To_Target_URI": f"<{URL}>",
        "WARC_Refers_To_Date": DATE,
    },
}


def waiting(archive: Archive) -> int:
    return int(archive.conn.execute("SELECT count(*) FROM awaited").fetchone()[0])


@pytest.mark.parametrize("named", NAMED)
@pytest.mark.parametrize("turned", [False, True])
def test_revisits_in_either_order(archive: Archive, sources: Sources, named: str, turned: bool) -> None:
    files = [each_gzip([FIRST]), each_gzip([revisit(URL, **NAMED[named])])]
    if turned:
        taken = take(archive, sources, files[1])
        assert (taken.pages, taken.awaited, waiting(archive)) == (0, 1, 1) and not facts(archive)
        assert take(archive, sources, files[1]).awaited == 0, "it waits once"
        taken = take(archive, sources, files[0])
        assert taken.pages == 1
    else:
        assert take(archive, sources, *files).pages == 2
    assert shown(archive) == [(URL, "article", 200, BODY.decode())] * 2 and not waiting(archive)
    assert take(archive, sources, *files).known == 2


def test_a_visit_that_saw_nothing_new_is_a_304(archive: Archive, sources: Sources) -> None:
    profile = "http://netpreserve.org/warc/1.1/revisit/server-not-modified"
    block = http(b"", "etag: a", status="304 Not Modified", kind=None)
    taken = take(archive, sources, FIRST, revisit(URL, WARC_Profile=profile, block=block))
    assert taken.pages == 2 and [(p[2], p[3]) for p in shown(archive)] == [(200, BODY.decode()), (304, "")]
    picture = revisit(f"{HOST}/a.jpg", WARC_Profile=profile, block=block)
    assert take(archive, sources, picture).passed == {"image/jpeg": 1} or not take(archive, sources, picture).pages


def test_one_that_names_nothing_is_refused(archive: Archive, sources: Sources) -> None:
    taken = take(archive, sources, revisit(URL))
    assert (taken.refused, taken.awaited) == (1, 0) and "names neither" in taken.troubles[0]


def test_a_digest_that_is_not_that_of_the_bytes_names_nothing(archive: Archive, sources: Sources) -> None:
    """Or whoever writes a WARC could put his bytes in the place of another's, for all later files."""
    other = article(9)
    block = http(article(1))
    lying = warc(
        "response", block, WARC_Target_URI=URL, WARC_Block_Digest=sha256(block), WARC_Payload_Digest=sha1(other)
    )
    take(archive, sources, lying)
    assert archive.conn.execute("SELECT count(*) FROM payloads").fetchone() == (0,)
    take(archive, sources, revisit(f"{HOST}/bai-9.html", WARC_Payload_Digest=sha1(other)))
    assert waiting(archive) == 1
    take(archive, sources, response(f"{HOST}/bai-9.html", other, WARC_Payload_Digest=sha1(other)))
    assert [p[3] for p in shown(archive)] == [article(1).decode(), other.decode(), other.decode()]


def test_what_waits_was_chosen_when_it_came(archive: Archive, sources: Sources) -> None:
    elsewhere = revisit("https://example.com/a", WARC_Payload_Digest=sha1(BODY))
    take(archive, sources, elsewhere)
    assert take(archive, sources, FIRST, only="songnews").pages == 1
    assert [p[0] for p in shown(archive)] == [URL, "https://example.com/a"]


def test_what_waits_of_a_withdrawn_article_goes_and_stays_away(archive: Archive, sources: Sources) -> None:
    word = "Trần Thị Mận"
    late = revisit(URL, WARC_Payload_Digest=sha1(BODY), block=http(b"", f"X-Author: {word}"))
    other = revisit(f"{HOST}/bai-2.html", WARC_Payload_Digest=sha1(article(2)))
    take(archive, sources, late, other)
    assert waiting(archive) == 2
    withdraw(archive, find(archive, sources, URL), "luật")
    assert [url for (url,) in archive.conn.execute("SELECT url FROM awaited")] == [f"{HOST}/bai-2.html"]
    assert archive.conn.execute("SELECT erased_at FROM withdrawals").fetchone() == (None,), "its bytes are to be erased"
    taken = take(archive, sources, late, FIRST)
    assert (taken.awaited, taken.withdrawn, waiting(archive)) == (0, 2, 1) and not facts(archive)


def test_withdrawing_takes_the_digests_of_a_body_with_it(archive: Archive, sources: Sources) -> None:
    take(archive, sources, FIRST)
    assert archive.conn.execute("SELECT count(*) FROM payloads").fetchone() == (1,)
    withdraw(archive, find(archive, sources, URL), "luật")
    assert archive.conn.execute("SELECT count(*) FROM payloads").fetchone() == (0,)


def test_headers_that_a_revisit_lacks_are_those_of_the_first_visit(archive: Archive, sources: Sources) -> None:
    take(archive, sources, FIRST, revisit(URL, block=b"", WARC_Payload_Digest=sha1(BODY)))
    assert len({row[6] for row in facts(archive)}) == 1 and "text/html" in facts(archive)[0][6]


def test_settling_twice_is_settling_once(archive: Archive, sources: Sources) -> None:
    take(archive, sources, revisit(URL, WARC_Payload_Digest=sha1(BODY)), FIRST)
    work = intake(archive, sources)
    assert work.settle_awaited() == (0, 0) and len(facts(archive)) == 2
