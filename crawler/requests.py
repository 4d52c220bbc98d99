"""From a lease to Scrapy's request."""

from scrapy import Request, Spider

from archive.frontier import Lease
from crawler.session import Session


def request_for(lease: Lease, session: Session, spider: Spider) -> Request:
    """The request that fetches the URL of `lease`: every status comes back to the spider, redirects too.

    A URL that was fetched before is asked for on condition that it has changed, where its host proved honest.
    """
    request = Request(
        lease.url,
        callback=getattr(spider, "arrived", spider.parse),
        errback=getattr(spider, "failed", None),
        dont_filter=True,
        meta={
            "download_slot": lease.host,
            "handle_httpstatus_all": True,
            "dont_redirect": True,
            "dont_obey_robotstxt": True,  # the frontier has obeyed its own copy
        },
    )
    request.meta["lease"], conditions = session.asked_for(lease, request.url)
    request.headers.update(conditions)
    return request
