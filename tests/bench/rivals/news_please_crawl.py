"""news-please's own crawl, as its command starts it: a crawler process a core, pages and what they say kept as files.

Its configuration is the one it brings, but for what stands in `_changed`: no robots.txt, no images, and its own
folders. Its launcher, which is left out, only starts these processes, and looks every ten seconds whether they ended.
"""

import json
import subprocess
import sys
from pathlib import Path

from suffixes import as_bundled

PROCESSES = 2


def _changed(stock: str, folder: Path) -> str:
    """The configuration that it brings, for here."""
    for old, new in (
        ("relative_to_start_processes_file = True", "relative_to_start_processes_file = False"),
        ("working_path = ~/news-please-repo/", f"working_path = {folder}/"),
        ("ROBOTSTXT_OBEY=True", "ROBOTSTXT_OBEY=False"),
        (
            "\nextractors = ['newspaper_extractor', 'readability_extractor',",
            "\nextractors = ['newspaper_extractor_no_images',",
        ),
        ("LOG_LEVEL = INFO", "LOG_LEVEL = ERROR"),
    ):
        if stock.count(old) != 1:
            raise SystemExit(f"news-please's configuration has no {old}, or more than one")
        stock = stock.replace(old, new)
    return stock


def main(urls: list[str], folder: Path) -> None:
    """Set up, start a crawler for each half of the addresses, and wait."""
    import newsplease

    folder.mkdir()
    stock = Path(newsplease.__file__).with_name("config") / "config.cfg"
    (folder / "config.cfg").write_text(_changed(stock.read_text(), folder))
    halves = [{"crawler": "Download", "url": urls[at::PROCESSES]} for at in range(PROCESSES)]
    (folder / "sitelist.hjson").write_text(json.dumps({"base_urls": halves}))
    crawlers = [subprocess.Popen([sys.executable, __file__, str(folder), str(at)]) for at in range(PROCESSES)]
    ends = [crawler.wait() for crawler in crawlers]
    if any(ends):
        raise SystemExit("a crawler failed")


def crawl(folder: Path, at: int) -> None:
    """One of its crawlers."""
    from newsplease.single_crawler import SingleCrawler

    as_bundled()
    SingleCrawler(str(folder / "config.cfg"), str(folder / "sitelist.hjson"), at, False, False)


if __name__ == "__main__":
    if sys.argv[2].isdigit():
        crawl(Path(sys.argv[1]), int(sys.argv[2]))
    else:
        main(Path(sys.argv[1]).read_text().split(), Path(sys.argv[2]))
