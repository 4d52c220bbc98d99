"""Made-up Vietnamese news in any amount: article `n` of a seed is always the same, whatever was made before it.

Words follow a Zipf-Mandelbrot curve, as in the papers: "và" and "của" stand in nearly every article, a few hundred
words in many, thousands of well-formed syllables in few, names in one or two.
"""

import unicodedata
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import accumulate, pairwise, product
from random import Random

from archive.facts import Block, Cleaned, Link, Page, Record
from config.clock import VIETNAM, stamp
from config.declarations import UrlRules
from config.sources import Source, Sources

CLEANER = "bench-1"
NAMES = 400_000
_FULL = 1_000_000
_FIRST = datetime(2005, 1, 1, 6, tzinfo=VIETNAM)
_MINUTES = 20 * 365 * 24 * 60
_HOSTS = "song nui bien dong ruong rung gio may".split()
PAPERS = Sources(
    {
        f"bao{host}": Source(
            id=f"bao{host}",
            title=f"Báo {host}",
            hosts=(f"{host}.example.vn",),
            urls=UrlRules(article=(r"-(?P<id>\d+)\.html$",)),
        )
        for host in _HOSTS
    },
    {},
)

COMMON = (
    "và của có là được trong cho các với không người những đã đến một này ở năm từ ra vào khi để về tại theo cũng như"
    " trên sẽ công nhiều làm ông thì nước phải nhà bị đó đang đi cả sau lại nên việc hơn rất còn qua bà số lên mới"
).split()
MIDDLING = (
    "thành do thế đầu hai chỉ trước cùng đồng gia nhân chính cao tỉnh lớn thời trường phố kinh hội đảng biết nói vì"
    " nếu mà ngày tháng giữa ba bốn đường xe tiền đất mưa gió chợ cá gạo thuốc chữa trẻ già bạn thầy lớp sách điểm thi"
    " trận đội bàn thắng thua chạy bơi rừng biển sông núi đảo cầu cảng tàu bay lúa ngô khoai sắn bò lợn gà vịt"
).split()
COMPOUNDS = (
    "Việt Nam|Hà Nội|thành phố|kinh tế|phát triển|doanh nghiệp|xã hội|chính phủ|nhân dân|thành phố Hồ Chí Minh|"
    "giáo dục|y tế|học sinh|giao thông|công an|điều tra|thủ tướng|quốc hội|nông thôn|du lịch|thị trường|ngân hàng|"
    "đối ngoại|thể thao|bóng đá|bất động sản|chứng khoán|xuất khẩu|môi trường|khí hậu|bão lũ|Đà Nẵng|Hải Phòng|Cần Thơ|"
    "hoà bình|hòa giải|vật lý|kỹ thuật|bác sĩ|uỷ ban nhân dân|thủy lợi|sông Hồng|Điện Biên|Tây Bắc|đồng bào|dân tộc|"
    "văn hoá|lễ hội|nghị quyết|đại hội|chuyển đổi số|công nghệ|điện thoại|mạng xã hội|an ninh|quốc phòng|biên giới"
).split("|")
_ONSETS = "b c ch d đ g h kh l m n ng nh ph r s t th tr v x".split()
_RIMES = (
    "a ac ai am an ang anh ao ap at au ay ăc ăm ăn ăng âm ân âng ât âu ây e em en eo ê êm ên êt êu i im in inh ich"
    " o oi om on ong ô ôi ôm ôn ông ơ ơi ơm ơn u ui un ung uôi uôn uôc ư ưng ươi ươn ương ươc ưu"
).split()
_TONES = ("", "\u0300", "\u0301", "\u0303", "\u0309", "\u0323")
_STOPS = ("\u0301", "\u0323")


def syllables() -> list[str]:
    """Every well-formed syllable of the onsets, rimes and tones above, in a fixed mixed order."""
    found = [
        onset + _toned(rime, tone)
        for onset, rime in product(_ONSETS, _RIMES)
        for tone in (_STOPS if rime[-1] in "cpt" or rime.endswith("ch") else _TONES)
    ]
    Random(1).shuffle(found)
    return found


def _toned(rime: str, tone: str) -> str:
    """`rime` with the tone over its main vowel: the last one that carries a mark, else the first."""
    marked = [at for at, c in enumerate(rime) if c in "ăâêôơư"]
    at = marked[-1] if marked else 0
    return unicodedata.normalize("NFC", rime[: at + 1] + tone + rime[at + 1 :])


def _by_rank() -> list[str]:
    """Words from common to rare; a compound stands after every other middling word."""
    mixed = [w for pair in zip(COMPOUNDS, MIDDLING, strict=False) for w in pair] + MIDDLING[len(COMPOUNDS) :]
    known = set(COMMON) | set(mixed)
    return COMMON + mixed + [s for s in syllables()[:4000] if s not in known]


_WORDS = _by_rank()
_WEIGHTS = list(accumulate(1 / (rank + 10) for rank in range(1, len(_WORDS) + 1)))
_PLAIN = sorted({onset + rime for onset, rime in product(_ONSETS, _RIMES) if rime.isascii()})


def name(number: int) -> str:
    """A made-up proper name for each number below `NAMES`; small ones are met more often."""
    first, second, third = number % len(_PLAIN), number // len(_PLAIN) % len(_PLAIN), number % 97
    return (_PLAIN[first] + _PLAIN[second] + _PLAIN[third]).capitalize()


def articles(seed: int, numbers: range) -> Iterator[list[tuple[str, Page, Cleaned]]]:
    """For each article the pages that show it, oldest first, each with its paper and what cleaning made of it."""
    for n in numbers:
        yield list(_article(seed, n))


def url_of(seed: int, n: int) -> str:
    """The address of article `n`."""
    paper = Random(seed * _FULL * 8 + n).choices(_HOSTS, (8, 7, 6, 5, 4, 3, 2, 1))[0]
    return f"https://{paper}.example.vn/tin-{n}.html"


def _article(seed: int, n: int) -> Iterator[tuple[str, Page, Cleaned]]:
    random, url = Random((seed * _FULL + n) * 2 + 1), url_of(seed, n)
    source, kept = f"bao{url[8 : url.index('.')]}", _FIRST + timedelta(minutes=n * _MINUTES // _FULL)
    published = kept if random.random() < 0.8 else kept - timedelta(minutes=random.randrange(_MINUTES // 4))
    title, lead, *rest = _texts(random)
    links = tuple(Link(url_of(seed, random.randrange(n)), "Xem thêm") for _ in range(random.choice((0, 1, 2))) if n)
    for visit in range(1 if random.random() > 0.04 else random.choice((2, 2, 3))):
        if visit:
            rest[random.randrange(len(rest))] += f" {name(random.randrange(NAMES))} cập nhật."
        record = _record(url, source, title, [lead, *rest], stamp(published))
        page = Page(url=url, fetched_at=stamp(kept + timedelta(hours=1 + 6 * visit)), body=_html(record))
        yield source, page, Cleaned(output=record, article=f"{source}:{n}", links=links)


def _texts(random: Random) -> list[str]:
    """A title, a lead and two to five paragraphs: 120 to 350 syllables together."""
    length = random.randrange(110, 305)
    words = random.choices(_WORDS, cum_weights=_WEIGHTS, k=length)
    for _ in range(random.randrange(1, 4)):
        words[random.randrange(length)] = name(int(NAMES * random.random() ** 3))
    cuts = [0, 9, 36, *sorted(random.sample(range(48, length - 8), random.choice((1, 2, 2, 3)))), length]
    title, *passages = (words[a:b] for a, b in pairwise(cuts))
    return [_sentence(title), *(" ".join(_sentences(passage)) for passage in passages)]


def _sentences(words: list[str]) -> Iterator[str]:
    for at in range(0, len(words), 16):
        yield _sentence(words[at : at + 16]) + "."


def _sentence(words: list[str]) -> str:
    text = " ".join(words)
    return text[0].upper() + text[1:]


def _record(url: str, source: str, title: str, passages: list[str], published: str) -> Record:
    lead, *rest = passages
    text = "\n\n".join(passages)
    return Record(
        url=url,
        source=source,
        title=title,
        lead=lead,
        blocks=[Block("p", passage) for passage in rest],
        paragraphs=rest,
        text=text,
        published=published,
        published_raw=published,
        published_precision="minute",
        published_from="meta",
        section=["Thời sự"],
        language="vi",
        word_count=text.count(" ") + len(passages),
        cleaner=CLEANER,
    )


def _html(record: Record) -> bytes:
    paragraphs = "".join(f"<p>{passage}</p>" for passage in record.text.split("\n\n"))
    return f"<html><title>{record.title}</title><body>{paragraphs}</body></html>".encode()
