"""newspaper4k: download and parse in two processes, without images; its language is told, its robots.txt unasked."""

import json
import sys
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

from suffixes import as_bundled

PROCESSES = 2


def read(url: str) -> dict[str, Any]:
    """One page as newspaper4k reads it."""
    from newspaper import Article

    article = Article(url, language="vi", fetch_images=False)
    try:
        article.download()
        article.parse()
    except Exception as error:  # noqa: BLE001 -- a page that fails is a page without a text
        return {"url": url, "title": "", "text": "", "date": None, "error": repr(error)}
    date = article.publish_date
    return {"url": url, "title": article.title, "text": article.text, "date": str(date) if date else None}


if __name__ == "__main__":
    as_bundled()
    urls = Path(sys.argv[1]).read_text().split()
    with ProcessPoolExecutor(PROCESSES) as pool, Path(sys.argv[2]).open("w") as out:
        out.writelines(json.dumps(found) + "\n" for found in pool.map(read, urls, chunksize=4))
