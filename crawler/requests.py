"""From a lease to Scrapy's request."""

from urllib.parse import urlsplit

from scrapy import Request, Spider

from archive.frontier import Lease
from crawler.assets import LARGEST
from crawler.middlewares import DECODED
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
    if lease.kind == "asset":
        request.meta[DECODED] = LARGEST
        request.headers["Accept"] = "*/*"
        if came := _origin(lease.hints.referrer, lease.url):
            request.headers["Referer"] = came
    return request


def _origin(page: str | None, url: str) -> str | None:
    """What a browser tells the host of `url` of the page that shows it (`strict-origin-when-cross-origin`, in short):
    the page's scheme and host, without which many image hosts answer 403. Not from a secure page to a plain host."""
    at = urlsplit(page or "")
    secret = at.scheme == "https" and not url.startswith("https:")
    return None if secret or not at.netloc else f"{at.scheme}://{at.netloc}/"
