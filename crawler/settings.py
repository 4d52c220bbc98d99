"""Scrapy's settings for this project: polite, verified, bounded, and nothing listening.

What is ours begins with BAOLUU_ and may come from the environment.
"""

import os

BOT_NAME = "baoluu"
COMMANDS_MODULE = "crawler.commands"
SPIDER_LOADER_CLASS = "crawler.loader.SourceLoader"
TWISTED_REACTOR = "twisted.internet.asyncioreactor.AsyncioSelectorReactor"

BAOLUU_ARCHIVE = os.environ.get("BAOLUU_ARCHIVE", "data/archive.db")
BAOLUU_CONTACT = os.environ.get("BAOLUU_CONTACT", "https://example.org/baoluu")
"""Where a paper's webmaster can reach the keeper: a page or `mailto:`. Set it before crawling real papers."""
BAOLUU_MIN_FREE_MB = os.environ.get("BAOLUU_MIN_FREE_MB", "256")
BAOLUU_MIN_FREE_PERCENT = os.environ.get("BAOLUU_MIN_FREE_PERCENT", "1")
"""What a crawl wants free on the archive's disk, both at once; with less it does not begin, or stops."""
USER_AGENT = f"baoluu/0.1 (+{BAOLUU_CONTACT})"
FROM = BAOLUU_CONTACT.removeprefix("mailto:").partition("?")[0] if BAOLUU_CONTACT.startswith("mailto:") else ""
"""The header From (RFC 9110, section 10.1.2), for logs that drop the user agent."""
ROBOTSTXT_USER_AGENT = "baoluu"
ROBOTSTXT_OBEY = True
"""For `scrapy shell` and `fetch`; a crawl obeys the copies in its archive."""
DEFAULT_REQUEST_HEADERS = {
    "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
    "Accept-Language": "vi,en;q=0.5",
} | ({"From": FROM} if FROM else {})

SCHEDULER = "crawler.scheduler.FrontierScheduler"
CONCURRENT_REQUESTS = 64
CONCURRENT_REQUESTS_PER_DOMAIN = 1
CONCURRENT_ITEMS = 1
"""A response gives one item; Scrapy starts this many tasks for each."""
WARN_ON_GENERATOR_RETURN_VALUE = False
"""The check reads the spider's source file for every response."""
DOWNLOAD_DELAY = 0
"""The frontier paces each host."""
DOWNLOAD_TIMEOUT = 60
"""Seconds for a whole response."""
BAOLUU_SLOW_AFTER = 20
BAOLUU_LEAST_PACE = 200
"""A body that still comes after so many seconds with less than so many bytes a second is given up."""
DOWNLOAD_MAXSIZE = 10 * 1024 * 1024
DOWNLOAD_WARNSIZE = 0
DOWNLOAD_FAIL_ON_DATALOSS = False
"""A body that breaks off is kept and marked, never taken for whole."""
DOWNLOAD_VERIFY_CERTIFICATES = True
TWISTED_DNS_RESOLVER = "crawler.addresses.PublicResolver"
SCRAPER_SLOT_MAX_ACTIVE_SIZE = 40_000_000
"""Bytes of responses that wait to be kept or cleaned before fetching waits for them; with Scrapy's 5 MB, thirty pages,
the cleaning processes run dry."""
BAOLUU_DECODED_MAXSIZE = 20 * 1024 * 1024

DOWNLOAD_HANDLERS = {
    "http": "crawler.download.DownloadHandler",
    "https": "crawler.download.DownloadHandler",
    "ftp": None,
    "s3": None,
    "data": None,
}
DOWNLOADER_MIDDLEWARES = {
    "crawler.middlewares.DecodeMiddleware": 590,
}
ITEM_PIPELINES = {"pipelines.items.KeepPipeline": 100, "pipelines.items.CleanPipeline": 200}
SPIDER_CONTRACTS = {"crawler.contracts.FixtureContract": 10, "crawler.contracts.ArticleContract": 20}

COOKIES_ENABLED = False
RETRY_ENABLED = False
METAREFRESH_ENABLED = False
REDIRECT_MAX_TIMES = 10
HTTPCACHE_ENABLED = False
HTTPPROXY_ENABLED = False
DOWNLOADER_MIDDLEWARES_BASE = {
    "scrapy.downloadermiddlewares.robotstxt.RobotsTxtMiddleware": 100,
    "scrapy.downloadermiddlewares.downloadtimeout.DownloadTimeoutMiddleware": 350,
    "scrapy.downloadermiddlewares.defaultheaders.DefaultHeadersMiddleware": 400,
    "scrapy.downloadermiddlewares.useragent.UserAgentMiddleware": 500,
    "scrapy.downloadermiddlewares.redirect.RedirectMiddleware": 600,
}
SPIDER_MIDDLEWARES_BASE = {"scrapy.spidermiddlewares.referer.RefererMiddleware": 700}
EXTENSIONS_BASE = {
    "scrapy.extensions.corestats.CoreStats": 0,
    "scrapy.extensions.closespider.CloseSpider": 0,
    "scrapy.extensions.feedexport.FeedExporter": 0,
    "scrapy.extensions.logstats.LogStats": 0,
}
"""The three without those that are never wanted: Scrapy imports what is switched off, too, which takes 0.3 s, and each
that stands by for a page takes its time."""
TELNETCONSOLE_ENABLED = False
REMOTE_CONTROL_ENABLED = False
STATS_DUMP = False
LOG_LEVEL = "INFO"
LOG_FORMATTER = "crawler.log.ShortLogFormatter"
DEFAULT_DROPITEM_LOG_LEVEL = "DEBUG"
FEED_EXPORT_ENCODING = "utf-8"
