"""From a lease to Scrapy's request."""

import msgspec
from scrapy import Request, Spider

from archive.frontier import Lease
from archive.store import Archive
from crawler.session import Session

_NEWEST = (
    "SELECT headers FROM pages WHERE url = ? AND status = 200 AND truncated IS NULL ORDER BY fetched_at DESC LIMIT 1"
)


def request_for(lease: Lease, session: Session, spider: Spider) -> Request:
    """The request that fetches the URL of `lease`: every status comes back to the spider, redirects too.

    A URL that was fetched before is asked for on condition that it has changed.
    """
    request = Request(
        lease.url,
        callback=getattr(spider, "arrived", spider.parse),
        errback=getattr(spider, "failed", None),
        dont_filter=True,
        meta={
            "lease": lease,
            "download_slot": lease.host,
            "handle_httpstatus_all": True,
            "dont_redirect": True,
            "dont_obey_robotstxt": True,  # the frontier has obeyed its own copy
        },
    )
    if lease.visits and not session.replay:
        request.headers.update(validators(session.archive, request.url))
    return request


def validators(archive: Archive, url: str) -> dict[str, str]:
    """The headers that ask for `url` only if it changed since its newest whole page; empty without one."""
    row = archive.conn.execute(_NEWEST, (url,)).fetchone()
    kept: dict[str, str] = msgspec.json.decode(row[0]) if row else {}
    asked = {"If-None-Match": kept.get("etag"), "If-Modified-Since": kept.get("last-modified")}
    return {name: value for name, value in asked.items() if value}
