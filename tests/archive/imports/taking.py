"""Taking made WARC files into an archive, and its facts to compare."""

import io
import json
from typing import Any

from archive.disk import Wanted
from archive.imports.intake import Intake, Taken
from archive.imports.warcs import read
from archive.store import Archive
from config.sources import Sources
from tests.archive.warc.made import DATE, sha256, warc

HOST = "https://song.example.vn"
AT = "2025-03-01T08:00:00+07:00"
"""`DATE` as pages carry it."""


def intake(archive: Archive, sources: Sources, **options: Any) -> Intake:
    return Intake(archive, sources, archive.start_run("import"), wanted=Wanted(0, 0), **options)


def take(archive: Archive, sources: Sources, *files: bytes, **options: Any) -> Taken:
    """Import whole files, one after the other, then settle what waits."""
    work, taken = intake(archive, sources, **options), Taken()
    for data in files:
        work.take(read(io.BytesIO(data)), taken)
    work.settle_awaited()
    return taken


_FACTS = """
SELECT p.url, p.fetched_at, b.sha256, p.source, p.kind, p.status, p.headers, p.hints, p.truncated, p.tls
FROM pages p JOIN bodies b ON b.id = p.body ORDER BY 1, 2, 3
"""


def facts(archive: Archive) -> list[tuple[Any, ...]]:
    """What is kept, without numbers."""
    return archive.conn.execute(_FACTS).fetchall()


def shown(archive: Archive) -> list[tuple[str, str, int, str]]:
    """(URL, kind, status, bytes as text) of all pages in the order of fetching."""
    numbers = archive.conn.execute("SELECT id FROM pages ORDER BY fetched_at, url").fetchall()
    pages = [archive.page(number) for (number,) in numbers]
    return [(page.url, page.kind, page.status, page.body.decode(errors="replace")) for page in pages]


def revisit(
    url: str, at: str = "2025-03-02T01:00:00Z", block: bytes = b"HTTP/1.1 200 OK\r\n\r\n", **fields: str | None
) -> bytes:
    profile = "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest"
    told: dict[str, str | None] = {"WARC_Profile": profile, "WARC_Target_URI": url, "WARC_Date": at}
    return warc("revisit", block, **told | fields)


def told(record: bytes, body: bytes, **changes: Any) -> bytes:
    """The `metadata` record of ours that stands behind `record`."""
    fields = dict(line.split(": ", 1) for line in record.partition(b"\r\n\r\n")[0].decode().split("\r\n")[1:])
    facts = {
        "baoluu": 1,
        "source": "songnews",
        "kind": "article",
        "status": 200,
        "headers": {"content-type": "text/html"},
        "sha256": sha256(body).removeprefix("sha256:"),
    }
    return warc(
        "metadata",
        json.dumps(facts | changes).encode(),
        Content_Type="application/json",
        WARC_Date=DATE,
        WARC_Refers_To=fields["WARC-Record-ID"],
        WARC_Concurrent_To=fields["WARC-Record-ID"],
        WARC_Target_URI="urn:baoluu:page:" + fields["WARC-Target-URI"],
    )


def row(kind: str, name: str, **facts: Any) -> bytes:
    """A run or a withdrawal of an archive of ours."""
    return warc(
        "metadata",
        json.dumps(facts).encode(),
        Content_Type="application/json",
        WARC_Target_URI=f"urn:baoluu:{kind}:{name}",
    )
