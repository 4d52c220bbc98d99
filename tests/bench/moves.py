"""How well moved articles are told: made-up papers that move, re-publish and run daily columns.

`python -m tests.bench.moves [--articles 2000] [--seed 6]` writes one archive and prints false joins and splits, and
what deriving an article costs, alone and in an archive of so many.
"""

import argparse
import random
import tempfile
import time
from collections import defaultdict
from datetime import datetime, timedelta
from pathlib import Path

import msgspec

from archive.aliases import Said, groups, visits_of
from archive.derive import derive_article
from archive.facts import Block, Cleaned, Link, Page, Record
from archive.identities import resolved
from archive.store import Archive
from config.clock import VIETNAM, ShiftedClock
from config.urls import article_key
from tests.archive.moving import NEW, OLD, PAPER, SOURCES

SYLLABLES = (
    "nước rút bản ven sông đoàn khảo sát huyện mưa lớn trạm quan trắc hộ dân đường sạt chợ phiên trường xã thư viện học"
    " sinh sách giá vàng lúa gạo xuất khẩu tỉnh thành phố bệnh viện bác sĩ cầu thủ bàn thắng giải đấu nghệ sĩ sân khấu"
    " công trình khởi công hội nghị lãnh đạo đại biểu quốc hội luật sửa đổi doanh nghiệp thuế ngân hàng lãi suất biển"
    " đảo ngư dân tàu cá bão số rừng cháy kiểm lâm du lịch khách lễ hội đền chùa làng nghề gốm lụa chè cà phê điện"
).split()
KINDS = {"stays": 20, "text": 25, "day": 6, "redirect": 12, "canonical": 8, "numbered": 6, "twice": 8, "column": 20}
KINDS |= {"led": 5, "alike": 6}
LAST = 2000
"""Pages whose cost is measured, when the archive holds nearly all."""
START = datetime(2024, 1, 1, tzinfo=VIETNAM)


class Story(msgspec.Struct):
    """One article of the truth: what it says, and its addresses, in the order of time."""

    title: str
    lines: list[str]
    at: datetime
    urls: list[str]
    names: str = ""
    leads: bool = False
    precision: str = "minute"
    edited: bool = False


def words(rng: random.Random, count: int) -> str:
    return " ".join(rng.choices(SYLLABLES, k=count)).capitalize()


def stories(rng: random.Random, count: int) -> list[Story]:
    """Moved articles (by text, redirect, canonical link, edited on the way), others, and what only looks like one."""
    found: list[Story] = []
    for n in range(1, count + 1):
        at = START + timedelta(minutes=rng.randrange(60 * 24 * 200))
        lines = [words(rng, rng.randrange(20, 45)) + "." for _ in range(rng.randrange(3, 9))]
        old, new = f"{OLD}/bai-{n}.html", f"{NEW}/tin-bai/muc-{n % 7}/bai-so-{n}"
        story = Story(words(rng, rng.randrange(6, 12)), lines, at, [old])
        kind = rng.choices(list(KINDS), list(KINDS.values()))[0]
        if kind in ("text", "day", "redirect", "canonical"):
            story.urls.append(new)
            story.precision = "day" if kind == "day" else "minute"
            story.leads, story.names = kind == "redirect", new if kind == "canonical" else ""
            story.edited = kind in ("redirect", "canonical") and rng.random() < 0.5
        elif kind == "numbered":
            story.urls.append(f"{NEW}/bai-{2_000_000 + n}.html")
        elif kind == "twice":  # published again under another id, by the minute, and led from one to the other
            found.append(Story(story.title, lines, at, [f"{OLD}/bai-{200_000 + n}.html"], names=old))
        elif kind == "column":
            found += _column(rng, n, at)
            continue
        elif kind == "led":  # deleted, and led to another article
            story.names, story.leads = (found[-1].urls[-1], True) if found else ("", False)
        elif kind == "alike":  # the same headline on one day about something else, at an address without an id
            other = [words(rng, 30) + "." for _ in lines]
            found.append(Story(story.title, other, at + timedelta(minutes=7), [new]))
        found.append(story)
    return found


def _column(rng: random.Random, n: int, at: datetime) -> list[Story]:
    """Two days of a daily column, the second at the address without an id that both name as theirs, and a second
    issue on the first day."""
    lines = [words(rng, 30) + "." for _ in range(4)]
    title, fixed, made = f"Giá {words(rng, 2).lower()} hôm nay", f"{NEW}/tin-bai/gia/gia-{n}", []
    for k, days in enumerate((0, 0, 1)):
        price = rng.randrange(700, 900)
        text = [*lines, f"Mua vào {price / 10} triệu đồng, bán ra {price / 10 + 2} triệu đồng một lượng."]
        url = fixed if k == 2 else f"{OLD}/gia-{300_000 + 3 * n + k}.html"
        when = at + timedelta(days=days, hours=6 if k == 1 else 0)
        made.append(
            Story(title, text, when, [url], names=fixed if k < 2 else "", precision=rng.choice(["day", "minute"]))
        )
    return made


def pages(rng: random.Random, story: Story) -> list[tuple[str, Cleaned | str, datetime]]:
    """(URL, cleaning or where a redirect leads, when) of the visits to a story at its addresses."""
    made: list[tuple[str, Cleaned | str, datetime]] = []
    for k, url in enumerate(story.urls):
        lines, title = story.lines, story.title
        if k and story.edited:
            title, lines = f"{title} (cập nhật)", [*lines[: max(2, len(lines) * 4 // 5)], words(rng, 25) + "."]
        links = (Link(story.names, kind="canonical"),) if story.names and story.names != url and not story.leads else ()
        stamp = story.at.isoformat()
        day = (story.precision == "day" and k > 0) or (story.precision == "day" and len(story.urls) == 1)
        record = Record(
            url=url, source="dinews", title=title, lead=lines[0], text="\n\n".join(lines),
            blocks=[Block("p", line) for line in lines[1:]], paragraphs=lines[1:],
            published=stamp[:10] + "T00:00:00+07:00" if day else stamp, published_raw=stamp,
            published_precision="day" if day else "minute", published_from="json-ld", cleaner="c1",
        )  # fmt: skip
        made.append(
            (
                url,
                Cleaned(output=record, article=article_key(PAPER, url), links=links),
                story.at + timedelta(days=30 * k),
            )
        )
    if story.leads:
        to = story.urls[-1] if len(story.urls) > 1 else story.names
        made.append((story.urls[0], to, story.at + timedelta(days=60)))
    return made


def main() -> None:
    """Write, derive in a random order, and compare with the truth."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--articles", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=6)
    parser.add_argument("--only", choices=KINDS, help="No other kind of article.")
    given = parser.parse_args()
    if given.only:
        KINDS.update(dict.fromkeys(KINDS, 0) | {given.only: 1})
    rng = random.Random(given.seed)
    truth = stories(rng, given.articles)
    visits = [(n, *visit) for n, story in enumerate(truth) for visit in pages(rng, story)]
    rng.shuffle(visits)
    of: dict[str, set[int]] = defaultdict(set)
    with tempfile.TemporaryDirectory() as folder, Archive(Path(folder) / "a.db", clock=ShiftedClock(START)) as archive:
        archive.conn.execute("PRAGMA synchronous=OFF")
        archive.conn.execute("INSERT INTO cleaners (source, cleaner, newest) VALUES ('dinews', 'c1', 'c1')")
        spent, finding = _write(archive, visits, of)
        joins, splits = _compared(archive, of)
        kinds = archive.conn.execute("SELECT why, count(*) FROM aliases GROUP BY why").fetchall()
        shown = archive.conn.execute("SELECT count(*) FROM articles").fetchone()[0]
    print(
        f"seed {given.seed}: {len(truth)} articles at {len(of)} identities, {len(visits)} pages; {shown} shown; {kinds}"
    )
    print(f"false joins {joins}, false splits {splits}")
    for name, times in (("deriving one", spent), ("of that, finding out what it is one with", finding)):
        late = sorted(times[-LAST:])
        half, most = late[len(late) // 2] * 1000, late[len(late) * 95 // 100] * 1000
        print(f"{name}: median {half:.2f} ms, 95 % {most:.2f} ms (CPU)")


def _write(
    archive: Archive, visits: list[tuple[int, str, Cleaned | str, datetime]], of: dict[str, set[int]]
) -> tuple[list[float], list[float]]:
    spent, finding = [], []
    for n, url, made, when in visits:
        with archive.transaction():
            if isinstance(made, str):
                page = Page(url=url, fetched_at=when.isoformat(), body=b"", status=301, headers={"location": made})
                archive.keep_page(PAPER, page)
            else:
                body = f"{url} {when}".encode()
                number = archive.keep_page(PAPER, Page(url=url, fetched_at=when.isoformat(), body=body))
                archive.put_cleaning(number, "c1", made)
                of[made.article].add(n)
            began = time.process_time()
            derive_article(archive, article_key(PAPER, url), SOURCES)
            spent.append(time.process_time() - began)
            if len(spent) < len(visits) - LAST:
                continue
            began = time.process_time()
            groups(archive, PAPER, article_key(PAPER, url), Said(archive.conn))
            read = time.process_time()
            visits_of(archive, PAPER, article_key(PAPER, url))  # what derivation reads in any case
            finding.append(read - began - (time.process_time() - read))
    return spent, finding


def _compared(archive: Archive, of: dict[str, set[int]]) -> tuple[int, int]:
    """Articles shown that are several of the truth, and articles of the truth that are shown as several."""
    shown: dict[str, set[int]] = defaultdict(set)
    split: dict[int, set[str]] = defaultdict(set)
    clashes = {name for name, stories in of.items() if len(stories) > 1}
    for name, numbers in of.items():
        if name not in clashes:
            here = resolved(archive.conn, name)
            shown[here] |= numbers
            for number in numbers:
                split[number].add(here)
    return sum(len(numbers) > 1 for numbers in shown.values()), sum(len(names) > 1 for names in split.values())


if __name__ == "__main__":
    main()
