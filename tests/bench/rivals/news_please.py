"""news-please as a library: its own fetcher in threads, `from_html` in one process, without images.

`NewsPlease.from_urls` does the same with a thread an address and a process a core; given hundreds of addresses it hung.
"""

import json
import logging
import sys
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

from suffixes import as_bundled

PROCESSES, THREADS = 1, 8


def read(url: str, page: str | None) -> dict[str, Any]:
    """One page as news-please reads it."""
    from newsplease import NewsPlease

    try:
        article = NewsPlease.from_html(page, url, fetch_images=False)
    except Exception as error:  # noqa: BLE001 -- a page that fails is a page without a text
        return {"url": url, "title": "", "text": "", "date": None, "error": repr(error)}
    if not article:
        return {"url": url, "title": "", "text": "", "date": None, "error": "nothing"}
    date = article.date_publish
    return {"url": url, "title": article.title, "text": article.maintext, "date": str(date) if date else None}


def main(urls: list[str], out: Path) -> None:
    """Fetch a few at a time, and read each as soon as it is there."""
    from newsplease.crawler.simple_crawler import SimpleCrawler

    with ProcessPoolExecutor(PROCESSES) as pool, out.open("w") as told:
        waiting = []
        for at in range(0, len(urls), THREADS):
            pages = SimpleCrawler.fetch_urls(urls[at : at + THREADS], {"timeout": 30})
            waiting += [pool.submit(read, url, page) for url, page in pages.items()]
        told.writelines(json.dumps(each.result()) + "\n" for each in waiting)


if __name__ == "__main__":
    as_bundled()
    logging.disable(logging.ERROR)
    main(Path(sys.argv[1]).read_text().split(), Path(sys.argv[2]))
