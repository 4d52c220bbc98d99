"""A process that forks crawls of the sample newsroom and lets them be killed: `python -m tests.crawler.killed`.

One line in, `{"archive", "port", "statements", "seconds"}`: a crawl that SIGKILLs itself before its n-th SQL statement
or after so many seconds, whichever is set. One line out: `{"killed": bool, "statements": n}`. Forking from here saves
each of them the imports.
"""

import json
import os
import signal
import sys
import threading
from pathlib import Path
from typing import Any

import msgspec
from scrapy.settings import Settings
from scrapy.utils.misc import load_object
from scrapy.utils.reactor import is_reactor_installed

from archive.store import Archive
from config.sources import Sources
from crawler.newsroom import declared
from crawler.run import crawl


def hurried(port: int) -> Sources:
    """The newsroom's papers without the pauses between two requests."""
    papers = declared(port)
    return Sources({name: msgspec.structs.replace(s, pace=0.0) for name, s in papers.items()}, papers.families)


def crawl_until(order: dict[str, Any], told: int) -> None:
    """The crawl of one order, in a process of its own; writes how many statements it took if it gets so far."""
    done = 0

    def count(_: str) -> None:
        nonlocal done
        done += 1
        if done == order.get("statements"):
            os.kill(os.getpid(), signal.SIGKILL)

    if seconds := order.get("seconds"):
        timer = threading.Timer(seconds, os.kill, (os.getpid(), signal.SIGKILL))
        timer.daemon = True
        timer.start()
    with Archive(Path(order["archive"])) as archive:
        archive.conn.set_trace_callback(count)
        crawl(archive, hurried(order["port"]))
    os.write(told, json.dumps(done).encode())


def preload() -> None:
    """Import what a crawl imports by name."""
    settings = Settings()
    settings.setmodule("crawler.settings")
    for kind in ("DOWNLOADER_MIDDLEWARES", "SPIDER_MIDDLEWARES", "EXTENSIONS", "ITEM_PIPELINES", "DOWNLOAD_HANDLERS"):
        for name, value in settings.getwithbase(kind).items():
            if value is not None:
                load_object(value if kind == "DOWNLOAD_HANDLERS" else name)


def main() -> None:
    """Carry out orders until there are no more."""
    preload()
    assert not is_reactor_installed(), "each child needs its own"
    for line in sys.stdin:
        here, there = os.pipe()
        if (child := os.fork()) == 0:
            crawl_until(json.loads(line), there)
            os._exit(0)
        os.close(there)
        _, status = os.waitpid(child, 0)
        with os.fdopen(here) as answer:
            print(json.dumps({"killed": os.WIFSIGNALED(status), "statements": answer.read() or None}), flush=True)


if __name__ == "__main__":
    main()
