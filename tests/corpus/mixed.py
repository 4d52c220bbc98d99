"""Generator B: no grammar and no sense, but the statistics of news: mixtures of vocabularies, each met by Zipf's law.

A text is a chain of word classes (`_NEXT`). What stands for a class comes from a vocabulary: closed words for all, a
general one, one for each section, one for each subject, one for each event. A topic's vocabulary has a few key phrases
of three and four syllables and some sixty compounds; a near-topic has a third of those compounds, none of the phrases.
The vocabularies are drawn anew from well-formed syllables for every seed. Columns and lists of who was there have the
wording of generator A: they are formulas by nature.
"""

from collections.abc import Sequence
from functools import cached_property
from itertools import accumulate
from random import Random
from typing import NamedTuple

from tests.bench.invented import syllables
from tests.corpus import names
from tests.corpus.stories import Cast, Story, Wish

_CLOSED = (
    "và của là có được trong cho các với không những đã đến một này ở từ ra khi để về tại theo cũng như trên sẽ nhiều"
    " làm thì phải bị đó đang sau lại nên việc hơn rất còn qua mới do thế trước cùng bởi nhưng song dù nếu vì mà rồi"
    " vẫn đều chỉ mọi từng bằng giữa ngoài dưới gần hay hoặc tuy thêm nữa luôn khá"
).split()
_SECTIONS = ("Chính trị", "Thời sự", "Kinh tế", "Thế giới", "Giáo dục", "Sức khỏe", "Văn hóa", "Thể thao", "Pháp luật")
_OFFICES = (
    "Chủ tịch hội đồng", "Giám đốc sở", "Trưởng ban", "Thứ trưởng", "Chánh văn phòng", "chuyên gia", "kỹ sư",
    "giảng viên", "chủ hộ", "công nhân", "sinh viên", "người bán hàng",
)  # fmt: skip
_NEXT = {
    "closed": {"closed": 14, "general": 46, "section": 14, "topic": 18, "event": 5, "number": 3},
    "general": {"closed": 44, "general": 26, "section": 10, "topic": 11, "event": 5, "number": 4},
    "section": {"closed": 48, "general": 26, "section": 6, "topic": 12, "event": 5, "number": 3},
    "topic": {"closed": 50, "general": 24, "section": 10, "topic": 6, "event": 6, "number": 4},
    "event": {"closed": 52, "general": 26, "section": 8, "topic": 11, "number": 3},
    "number": {"general": 60, "section": 18, "topic": 22},
}
"""Which class follows on which, in hundredths."""
_SAID = ("nói", "cho biết", "nhấn mạnh", "kể", "lưu ý", "cho hay", "đáp", "khẳng định", "thừa nhận", "phân tích")
GENERAL, SECTION, SUBJECT, KEYS = 5200, 130, 60, 4
PHRASES, OFTEN = 90, 0.55
"""Set phrases of a section and of a subject, five to nine words long, and how often a sentence has one."""
LENGTHS = {"brief": (6, 9), "news": (9, 16), "feature": (18, 30)}
"""Sentences below the lead."""


class Vocabulary(NamedTuple):
    """Words by rank, and the sums of their weights."""

    words: tuple[str, ...]
    weights: tuple[float, ...]


def _vocabulary(words: Sequence[str], flat: float = 8) -> Vocabulary:
    """Zipf-Mandelbrot: the weight of rank n is 1 / (n + flat)."""
    return Vocabulary(tuple(words), tuple(accumulate(1 / (rank + flat) for rank in range(1, len(words) + 1))))


class Mixed:
    """Writes by mixing vocabularies."""

    name = "B"

    def __init__(self, seed: int = 1) -> None:
        self._seed = seed
        self._classes = {kind: (tuple(n), tuple(accumulate(n.values()))) for kind, n in _NEXT.items()}
        self._own = {subject: self._terms(subject) for subject in self._topics}
        self._mixed: dict[str, Vocabulary] = {}

    @property
    def _topics(self) -> list[str]:
        return [f"mạch {k}" for k in range(1, 9)]

    def subjects(self, kind: str) -> list[str]:
        if kind == "topic":
            return self._topics
        if kind == "near":
            return [f"gần {topic}.{k}" for topic in self._topics for k in (1, 2)]
        return [f"thường {k}" for k in range(1, 13)]

    def near(self, subject: str) -> str:
        return subject[4:].rpartition(".")[0] if subject.startswith("gần ") else ""

    def section(self, subject: str) -> str:
        return Random(f"{self._seed}/section/{self.near(subject) or subject}").choice(_SECTIONS)

    def keys(self, subject: str) -> tuple[str, ...]:
        return self._own[subject][:KEYS] if subject in self._own else ()

    def title(self, subject: str) -> str:
        return (*self.keys(subject), *self._of(subject))[0]

    def cast(self, subject: str, random: Random) -> Cast:
        """Persons and places; what belongs to the event alone is a dozen compounds."""
        villages = tuple(names.place(random) for _ in range(3))
        people = tuple(names.person(random, random.choice(_OFFICES)) for _ in range(5))
        own = "|".join(self._compound(random) for _ in range(12))
        spot = f"hội trường {villages[0]}"
        return Cast(random.choice(names.PROVINCES), villages, "xã", spot, people, {"event": own})

    def story(self, wish: Wish, random: Random) -> Story:
        """A story as it is wished."""
        told = _Chain(self, wish, random)
        title, lead = told.words(random.randrange(8, 14)), f"{told.opening()} {told.words(random.randrange(10, 24))}."
        low, high = LENGTHS[wish.length]
        sentences = [told.sentence() for _ in range(random.randint(low, high))]
        passages = []
        while sentences:
            count = random.choice((1, 2, 2, 3))
            passages.append(" ".join(sentences[:count]))
            del sentences[:count]
        for other in wish.mentions:
            foreign = _Chain(self, wish._replace(subject=other, mute=False), random)
            passages.insert(random.randrange(1, len(passages) + 1), f"{foreign.sentence()} {foreign.sentence()}")
        tags = random.sample(told.topic.words[KEYS if wish.mute else 0 : 12], random.choice((1, 2, 3, 3)))
        return Story(title, lead, tuple(passages), tuple(tags))

    def speech(self, wish: Wish, random: Random, sentences: int) -> str:
        told = _Chain(self, wish, random)
        return " ".join(f"{told.words(random.randrange(12, 22))}." for _ in range(sentences))

    def vocabulary(self, kind: str, subject: str) -> Vocabulary:
        """That of a class for a subject: `general`, `section`, `topic`."""
        if kind == "general":
            return self._general
        if kind == "section":
            subject = self.section(subject)
        key = f"{kind}/{subject}"
        if key not in self._mixed:
            terms = self._terms(subject, SECTION) if kind == "section" else self._of(subject)
            self._mixed[key] = _vocabulary(terms, 3 if kind == "topic" else 8)
        return self._mixed[key]

    def phrases(self, subject: str) -> Vocabulary:
        """The set phrases that news of a subject share, as real ones share names of offices and of laws: half of them
        are the section's. They bring the likeness of unrelated articles up to what real papers have."""
        key = f"phrases/{subject}"
        if key not in self._mixed:
            own, section = self._phrases(subject), self._phrases(self.section(subject))
            self._mixed[key] = _vocabulary([phrase for pair in zip(own, section, strict=True) for phrase in pair], 10)
        return self._mixed[key]

    def _phrases(self, what: str) -> list[str]:
        random = Random(f"{self._seed}/phrases/{what}")
        words, closed = self._general.words[:900], _CLOSED_WORDS.words
        return [
            " ".join(random.choice(words if k % 2 else closed) for k in range(random.randrange(4, 7)))
            for _ in range(PHRASES)
        ]

    def _of(self, subject: str) -> tuple[str, ...]:
        """A subject's own words; a near-topic has every third compound of its topic among them."""
        if subject in self._own:
            return self._own[subject]
        found = self._terms(subject)
        if topic := self.near(subject):
            theirs = self._own[topic][KEYS::3]
            return tuple(word for pair in zip(found[: len(theirs)], theirs, strict=True) for word in pair)[:SUBJECT]
        return found[KEYS:]

    def _terms(self, what: str, count: int = SUBJECT) -> tuple[str, ...]:
        random = Random(f"{self._seed}/terms/{what}")
        keys = [" ".join(random.sample(self._syllables, random.choice((3, 3, 4)))) for _ in range(KEYS)]
        return (*keys, *(self._compound(random) for _ in range(count)))

    def _compound(self, random: Random) -> str:
        return " ".join(random.sample(self._syllables, random.choice((1, 2, 2, 2, 3))))

    @cached_property
    def _syllables(self) -> list[str]:
        found = syllables()
        return Random(f"{self._seed}/syllables").sample(found, 2600)

    @cached_property
    def _general(self) -> Vocabulary:
        random = Random(f"{self._seed}/general")
        return _vocabulary([self._compound(random) for _ in range(GENERAL)], 12)


class _Chain:
    """One article in the making."""

    def __init__(self, writer: Mixed, wish: Wish, random: Random) -> None:
        self._random, self._classes, self._cast, self._at = random, writer._classes, wish.cast, wish.at
        self._phrases = writer.phrases(wish.subject)
        self.topic = writer.vocabulary("topic", wish.subject)
        mute = _vocabulary([w for w in self.topic.words if w not in writer.keys(wish.subject)], 3)
        self._taken = {
            "closed": _CLOSED_WORDS,
            "general": writer.vocabulary("general", wish.subject),
            "section": writer.vocabulary("section", wish.subject),
            "topic": mute if wish.mute else self.topic,
            "event": _vocabulary(wish.cast.fixed["event"].split("|"), 4),
        }

    def words(self, count: int) -> str:
        """So many words of the chain, the first with a capital."""
        random, kind, made = self._random, "closed", list[str]()
        last = ""
        while len(made) < count:
            names_, sums = self._classes[kind]
            kind = random.choices(names_, cum_weights=sums)[0]
            if kind == "number":
                word = str(random.randrange(2, 990))
            else:
                found = self._taken[kind]
                word = random.choices(found.words, cum_weights=found.weights)[0]
            if word != last:
                made.append(word)
            last = word
        text = " ".join(made)
        return text[0].upper() + text[1:]

    def opening(self) -> str:
        """How reports begin: the day, the place, somebody with an office."""
        random, cast = self._random, self._cast
        one = random.choice(cast.people[:3])
        where = random.choice((f"tại {cast.province}", f"tại {cast.spot}", f"ở xã {random.choice(cast.villages)}"))
        day = names.today(random, self._at)
        text = f"{day}, {where}, {random.choice(('đồng chí ', 'ông ' if one.man else 'bà '))}{one.name}, {one.office},"
        return text[0].upper() + text[1:]

    def sentence(self) -> str:
        """Plain, or what somebody says."""
        random = self._random
        length = random.randrange(9, 20)
        draw = random.random()
        if draw < OFTEN:
            phrase = random.choices(self._phrases.words, cum_weights=self._phrases.weights)[0]
            tail = self.words(random.randrange(2, 9))
            return f"{self.words(length - 4)} {phrase} {tail[0].lower()}{tail[1:]}."
        if draw < 0.8:
            head = self.words(length)
            tail = self.words(random.randrange(3, 8)) if random.random() < 0.4 else ""
            return f"{head}, {tail[0].lower()}{tail[1:]}." if tail else f"{head}."
        one = random.choice(self._cast.people)
        who = random.choice((one.name, f"{'ông' if one.man else 'bà'} {one.given}", f"{one.office} {one.name}"))
        return f"“{self.words(length)}”, {who} {random.choice(_SAID)}."


_CLOSED_WORDS = _vocabulary(_CLOSED, 6)
