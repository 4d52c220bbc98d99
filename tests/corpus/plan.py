"""What happens in the weeks of the corpus: events, who reports on them in own words, who runs whose text, and when."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from random import Random
from typing import NamedTuple

from config.clock import VIETNAM
from tests.corpus import columns, copies, names
from tests.corpus.paperlist import AGENCY
from tests.corpus.stories import Cast, Story, Wish, Writer
from tests.corpus.truth import Change, Kind, Paper

START = datetime(2025, 3, 3, tzinfo=VIETNAM)
DAYS = 56
SHARES = {"topic": 0.20, "near": 0.15, "column": 0.13, "headlines": 0.012, "roundup": 0.01}
"""Parts of the corpus; the plain news are the rest."""
_TOPIC_SIZES = (24, 18, 15, 12, 10, 9, 7.5, 6)
"""How the topics share their part: 250 to 60 articles in a corpus of 5,200."""
_OWN_REPORTS = ((1, 2, 3), (0.62, 0.25, 0.13))
_RUN_BY = ((1, 2, 3, 4, 5, 6), (0.3, 0.25, 0.18, 0.12, 0.09, 0.06))
_AGENCY = 0.24
"""Events of which one text goes round."""
_SPEECH = 0.4
"""Events with several own reports in which all quote the same words."""
_FORMULA = 0.25
"""Political reports that name, in the order of protocol, who was there."""


class Draft(NamedTuple):
    """An article before the corpus gives it a number."""

    paper: str
    at: datetime
    kind: Kind
    subject: str
    event: str
    story: Story
    section: str
    credit: str = ""
    mute: bool = False
    mentions: tuple[str, ...] = ()
    families: tuple[int, ...] = ()
    changes: tuple[Change, ...] = ()
    looks: tuple[str, ...] = ()
    """What it looks like others by: `speech:EVENT`, `formula:…`, `column:SERIES`, `headlines:DAY`."""


class Text(NamedTuple):
    """A text that goes round: whose it is, and of what subject."""

    subject: str
    owner: str
    story: Story
    at: datetime


class Plan:
    """All drafts of one corpus, and the texts that go round among them."""

    def __init__(self, seed: int, writer: Writer, size: int, papers: Mapping[str, Paper]) -> None:
        self._name = f"{seed}/{writer.name}"
        self._writer, self._size, self._papers = writer, size, papers
        self.texts: list[Text] = []
        self.drafts: list[Draft] = []
        self._officials = [names.person(self._random("officials", k), office) for k, office in enumerate(_OFFICES)]
        for kind, subjects in (("topic", self._sized()), ("near", self._even("near")), ("plain", self._even("plain"))):
            for subject, count in subjects.items():
                self.drafts += self._subject(kind, subject, count)
        titles = [draft.story.title for draft in self.drafts]
        self.drafts = [self._printed(draft, titles, k) for k, draft in enumerate(self.drafts)]
        self.drafts += self._roundups(round(SHARES["roundup"] * size))
        self.drafts += self._columns(round(SHARES["column"] * size))
        self.drafts += self._headlines(round(SHARES["headlines"] * size))

    def _random(self, *what: object) -> Random:
        return Random("/".join(map(str, (self._name, *what))))

    def _sized(self) -> dict[str, int]:
        """How many articles each topic has; which is the greatest, the seed decides."""
        found = self._writer.subjects("topic")
        self._random("sizes").shuffle(found)
        whole = sum(_TOPIC_SIZES[k % 8] for k in range(len(found)))
        share = SHARES["topic"] * self._size / whole
        return {subject: max(8, round(_TOPIC_SIZES[k % 8] * share)) for k, subject in enumerate(found)}

    def _even(self, kind: str) -> dict[str, int]:
        part = SHARES[kind] if kind in SHARES else 1 - sum(SHARES.values())
        found = self._writer.subjects(kind)
        return {subject: round(part * self._size / len(found)) for subject in found}

    def _subject(self, kind: str, subject: str, count: int) -> Iterator[Draft]:
        """The reports and copies of a subject: `count`, and the rest of the event that reaches it."""
        random = self._random(subject)
        weights = {paper: random.gammavariate(0.8, 1) + 0.02 for paper in self._papers}
        if kind == "topic":
            for paper in random.sample(sorted(weights), random.randrange(4, 11)):
                if paper != AGENCY:
                    del weights[paper]
        crowds = [random.uniform(2, DAYS - 2) for _ in range(random.randrange(3, 6))]
        usual = [self._writer.cast(subject, random) for _ in range(3)] if kind == "topic" else []
        n = made = 0
        while made < count:
            event = _Event(self, kind, subject, n, self._random(subject, n), weights, crowds, usual)
            for draft in event.drafts():
                made += 1
                yield draft
            n += 1

    def _printed(self, draft: Draft, titles: Sequence[str], k: int) -> Draft:
        """A copy as its paper prints it, now that there are headlines to clutter it with."""
        if draft.kind != "copy":
            return draft
        random, text = self._random("print", k), self.texts[draft.families[0]]
        owner, paper = self._papers[text.owner].title, self._papers[draft.paper]
        if text.owner == AGENCY and random.random() < 0.6:
            owner = "TTXHV"
        shown = [random.choice(titles) for _ in range(6)]
        made = copies.copied(text.story, draft.story, random, paper, owner, shown)
        return draft._replace(story=made.story, changes=made.changes, credit=made.credit)

    def _roundups(self, count: int) -> Iterator[Draft]:
        random = self._random("roundups")
        order = sorted(range(len(self.texts)), key=lambda k: self.texts[k].at)
        for n in range(count):
            at = random.randrange(max(1, len(order) - 8))
            near = order[at : at + 8]
            chosen = sorted(random.sample(near, min(len(near), random.choice((2, 3, 3, 4)))))
            texts = [self.texts[k] for k in chosen]
            paper = random.choice(sorted(set(self._papers) - {text.owner for text in texts}))
            when = max(text.at for text in texts) + timedelta(minutes=random.randrange(30, 900))
            subject = texts[0].subject
            intro = self._writer.story(Wish(subject, self._writer.cast(subject, random), when, "brief"), random)
            story = copies.roundup([text.story for text in texts], random, intro)
            yield Draft(
                paper, when, "roundup", subject, f"roundup {n}", story, "Thời sự", families=tuple(chosen),
                mentions=tuple(text.subject for text in texts), changes=("merged",),
            )  # fmt: skip

    def _columns(self, count: int) -> Iterator[Draft]:
        """Series of daily columns; every second paper has the wording that another paper has, too."""
        many = max(2 * len(columns.NAMES), -(-count * 10 // (9 * DAYS)))
        days = min(DAYS, -(-count // many))
        made = 0
        for series in range(many):
            random = self._random("series", series)
            name = columns.NAMES[series % len(columns.NAMES)]
            variant = f"{name}/{series // len(columns.NAMES) // 2}"
            paper = list(self._papers)[(series * 7 + 3) % len(self._papers)]
            lines = columns.template(name, self._random(variant))
            for day in range((DAYS - days) // 2, (DAYS + days) // 2):
                if made >= count or random.random() < 0.1:
                    continue
                at = START + timedelta(days=day, hours=5, minutes=random.randrange(180))
                story = columns.column(lines, f"{self._name}/{variant}", day, at)
                made += 1
                yield Draft(
                    paper, at, "column", name, f"{variant}/{day}", story, columns.SECTION[name],
                    looks=(f"column:{variant}",),
                )  # fmt: skip

    def _headlines(self, count: int) -> Iterator[Draft]:
        """Two to four papers a day list the same headlines."""
        random, made, day = self._random("headlines"), 0, 0
        days = sorted(random.sample(range(1, DAYS), min(DAYS - 1, max(1, count // 3))))
        for day in days:
            today = [d.story.title for d in self.drafts if d.kind == "report" and (d.at - START).days == day - 1]
            titles = list(dict.fromkeys(random.sample(today, min(len(today), 14))))
            for paper in random.sample(sorted(self._papers), 3):
                if made >= count or len(titles) < 6:
                    return
                made += 1
                at = START + timedelta(days=day, hours=6, minutes=random.randrange(120))
                story = columns.headlines(titles, self._papers[paper].title, random, at)
                look = (f"headlines:{day}",)
                yield Draft(paper, at, "headlines", "điểm báo", f"headlines {day}", story, "Thời sự", looks=look)

    def formula(self, random: Random, at: datetime) -> str:
        """Who was there, in the order of protocol, as every paper prints it."""
        there = sorted(random.sample(range(len(self._officials)), random.choice((3, 4, 4, 5))))
        people = "; ".join(f"{self._officials[k].name}, {self._officials[k].office}" for k in there)
        return f"Cùng dự có các đồng chí: {people}; lãnh đạo các ban, bộ, ngành Trung ương và địa phương."


_OFFICES = (
    "Ủy viên Bộ Chính trị, Thường trực Ban Bí thư", "Ủy viên Bộ Chính trị, Phó Thủ tướng Chính phủ",
    "Bí thư Trung ương Đảng, Chánh Văn phòng Trung ương Đảng", "Bí thư Trung ương Đảng, Phó Chủ tịch Quốc hội",
    "Ủy viên Trung ương Đảng, Bộ trưởng Bộ Ngoại giao", "Ủy viên Trung ương Đảng, Chủ nhiệm Văn phòng Chính phủ",
    "Ủy viên Trung ương Đảng, Phó Trưởng ban Tổ chức Trung ương", "Thứ trưởng Bộ Quốc phòng",
)  # fmt: skip


class _Event:
    """One event of a subject: its day, its persons, its reports."""

    def __init__(
        self, plan: Plan, kind: str, subject: str, n: int, random: Random, weights: Mapping[str, float],
        crowds: Sequence[float], usual: Sequence[Cast],
    ) -> None:  # fmt: skip
        self._plan, self._kind, self._subject, self._random = plan, kind, subject, random
        self._weights, self._id = dict(weights), f"{subject} {n}"
        day = random.gauss(random.choice(crowds), 3.5) if kind == "topic" and random.random() < 0.7 else None
        day = min(max(day, 0), DAYS - 1) if day is not None else random.uniform(0, DAYS - 1)
        self._at = START + timedelta(days=int(day), hours=6, minutes=int(random.random() * 12 * 60))
        self._cast = plan._writer.cast(subject, random)
        if usual and random.random() < 0.7:
            known = random.choice(usual)
            self._cast = self._cast._replace(people=(*known.people[:3], *self._cast.people[3:]))

    def drafts(self) -> list[Draft]:
        """The own reports, then the text that goes round and its copies."""
        random = self._random
        many = random.choices(*_OWN_REPORTS)[0]
        speech = ""
        if many > 1 and random.random() < _SPEECH:
            speech = self._plan._writer.speech(self._wish("news")._replace(mute=True), random, random.choice((3, 4)))
        found = [self._report(speech) for _ in range(many)]
        return found + (self._running() if random.random() < _AGENCY else [])

    def _wish(self, length: str = "") -> Wish:
        random = self._random
        length = length or random.choices(("brief", "news", "feature"), (0.2, 0.6, 0.2))[0]
        mute = self._kind == "topic" and random.random() < 0.2
        return Wish(self._subject, self._cast, self._at, length, mute, self._mentions())

    def _mentions(self) -> tuple[str, ...]:
        """Near-topics touch their topic in one of eight reports, other news any topic in one of thirty."""
        random, writer = self._random, self._plan._writer
        if self._kind == "near":
            return (writer.near(self._subject),) if random.random() < 0.12 else ()
        other = "plain" if self._kind == "topic" else "topic"
        often = 0.08 if self._kind == "topic" else 0.03
        return (random.choice(writer.subjects(other)),) if random.random() < often else ()

    def _paper(self) -> str:
        """A paper that has nothing on the event yet, the likelier the more it writes on the subject."""
        found = self._random.choices(list(self._weights), list(self._weights.values()))[0]
        if len(self._weights) > 1:
            del self._weights[found]
        return found

    def _draft(self, wish: Wish, paper: str, at: datetime, story: Story, **more: object) -> Draft:
        section = self._plan._writer.section(self._subject)
        fixed = Draft(paper, at, "report", self._subject, self._id, story, section, "", wish.mute, wish.mentions)
        return fixed._replace(**more)  # type: ignore[arg-type]

    def _report(self, speech: str) -> Draft:
        random, wish = self._random, self._wish()
        if speech and wish.length == "brief":
            wish = wish._replace(length="news")
        story, looks = self._plan._writer.story(wish, random), [f"event:{self._id}"]
        paragraphs = list(story.paragraphs)
        if speech:
            paragraphs.insert(random.randrange(len(paragraphs)), f"“{speech}”")
            looks.append(f"speech:{self._id}")
        if self._plan._writer.section(self._subject) == "Chính trị" and random.random() < _FORMULA:
            paragraphs.insert(0, self._plan.formula(random, self._at))
            looks.append("formula:")
        at = self._at + timedelta(minutes=int(random.expovariate(1 / 150)))
        story = story._replace(paragraphs=tuple(paragraphs))
        return self._draft(wish, self._paper(), at, story, looks=tuple(looks))

    def _running(self) -> list[Draft]:
        """The text that goes round, and the papers that run it. A copy's story is, until it is printed, the paper's
        own report of the event, from which titles and additions are taken."""
        random, plan = self._random, self._plan
        wish = self._wish(random.choice(("news", "news", "feature")))
        story = plan._writer.story(wish, random)
        owner = AGENCY if AGENCY in self._weights and random.random() < 0.6 else self._paper()
        self._weights.pop(owner, None)
        family = len(plan.texts)
        plan.texts.append(Text(self._subject, owner, story, self._at))
        look = (f"event:{self._id}",)
        found = [self._draft(wish, owner, self._at, story, families=(family,), looks=look)]
        for _ in range(min(len(self._weights), random.choices(*_RUN_BY)[0])):
            late = random.lognormvariate(0.7, 1.1) if random.random() < 0.85 else -random.uniform(0.05, 2.5)
            at = max(START, self._at + timedelta(minutes=int(60 * min(late, 90))))
            own = plan._writer.story(wish._replace(length="brief"), random)
            more = {"kind": "copy", "families": (family,), "looks": look}
            found.append(self._draft(wish, self._paper(), at, own, **more))
        return found
