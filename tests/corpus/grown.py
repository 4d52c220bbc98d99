"""Generator A: news in grammatical sentences, grown from the phrase stock under `stock/`."""

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial
from random import Random

from tests.corpus import grammar, names
from tests.corpus.names import Person
from tests.corpus.stories import Cast, Story, Wish

_COMMON = "common"
_PLAN = (
    ("open", 1.0), ("lead", 0.7), ("detail", 1.0), ("quote", 0.8), ("figures", 0.75), ("detail", 0.6),
    ("background", 0.7), ("witness", 0.5), ("reaction", 0.6), ("quote", 0.5), ("detail", 0.5), ("figures", 0.3),
    ("outlook", 0.85),
)  # fmt: skip
"""The order of a report's paragraphs, and how often each is there in one of middling length."""
LENGTHS = {"brief": 0.35, "news": 1.1, "feature": 1.9}
_LEAST = 165
"""Syllables that the shortest report has below its lead."""
_STEADY = 0.75
"""How often a name that belongs to the event, such as the other country, is taken where another would do."""


class Grown:
    """Writes from the phrase stock."""

    name = "A"

    def __init__(self, seed: int = 1) -> None:
        """The stock is the same for every seed."""

    def subjects(self, kind: str) -> list[str]:
        return grammar.names(kind)

    def section(self, subject: str) -> str:
        return grammar.read(subject).facts["section"]

    def keys(self, subject: str) -> tuple[str, ...]:
        return grammar.read(subject).listed("keys")

    def title(self, subject: str) -> str:
        return (*self.keys(subject), *self.tags(subject))[0]

    def tags(self, subject: str) -> tuple[str, ...]:
        return grammar.read(subject).listed("tags")

    def cast(self, subject: str, random: Random) -> Cast:
        """The persons and places of one event."""
        stock = grammar.read(subject)
        province = stock.facts.get("place") or random.choice(names.PROVINCES)
        villages = tuple(names.place(random) for _ in range(3))
        kind = random.choice(("xã", "xã", "phường", "thị trấn", "thôn", "ấp", "khu phố"))
        known = {
            "province": lambda: province,
            "district.": lambda: villages[2],
            "village.": lambda: villages[0],
            "village": lambda: f"{kind} {villages[0]}",
        }
        voice = grammar.Voice(random, (stock, grammar.read(_COMMON)), known)
        fixed = {name: voice.piece(name) for name in stock.facts.get("fixed", "").split()}
        offices = [voice.piece(name) for name in ("role", "aiderole", "expertrole", "folk", "folk")]
        people = tuple(names.person(random, office) for office in offices)
        return Cast(province, villages, kind, voice.piece("spot"), people, fixed)

    def near(self, subject: str) -> str:
        return grammar.read(subject).facts.get("near", "")

    def story(self, wish: Wish, random: Random) -> Story:
        """A story as it is wished; title and lead first, since they introduce the persons."""
        told = _Telling(wish, random)
        title, lead = told.text("title", point=False), told.text("open" if random.random() < 0.5 else "lead")
        length = LENGTHS[wish.length]
        passages = [told.passage(role) for role, often in _PLAN if random.random() < often * length]
        if length > 1.5:
            passages += [told.passage(role) for role, often in _PLAN[2:] if random.random() < often * (length - 1)]
        while sum(passage.count(" ") for passage in passages) < _LEAST:
            passages.append(told.passage(random.choice(("detail", "quote", "figures", "reaction"))))
        for other in wish.mentions:
            at = random.randrange(1, len(passages) + 1)
            passages.insert(at, _Telling(wish._replace(subject=other, mute=False), random).passage("lead"))
        return Story(title, lead, tuple(passages), told.tags())

    def speech(self, wish: Wish, random: Random, sentences: int) -> str:
        """What somebody said, in so many sentences."""
        told = _Telling(wish, random)
        return " ".join(told.text(random.choice(("view", "view", "fact"))) for _ in range(sentences))


class _Telling:
    """One article in the making: who was introduced already, what must not be said."""

    def __init__(self, wish: Wish, random: Random) -> None:
        stock = grammar.read(wish.subject)
        self._random, self._stock = random, stock
        self._silent = tuple(key.lower() for key in stock.listed("keys")) if wish.mute else ()
        self._introduced: set[str] = set()
        self._voice = grammar.Voice(random, (stock, grammar.read(_COMMON)), self._known(wish.cast, wish.at))

    def tags(self) -> tuple[str, ...]:
        """A few of the subject's tags, none of them a phrase that must not be said."""
        silent = self._silent
        tags = [tag for tag in self._stock.listed("tags") if not any(key in tag.lower() for key in silent)]
        return tuple(self._random.sample(tags, min(len(tags), self._random.choice((1, 2, 3, 3, 4)))))

    def passage(self, role: str) -> str:
        """One paragraph: one to three sentences of the role."""
        count = self._random.choices((1, 2, 3), (5, 4, 1))[0]
        return " ".join(self.text(role if k == 0 or role == "quote" else "detail") for k in range(count))

    def text(self, name: str, point: bool = True) -> str:
        """One text that says nothing it must not say; `point` ends it with a full stop."""
        for _ in range(12):
            made = self._voice.say(name)
            if not any(key in made.lower() for key in self._silent):
                break
        return made if not point or made.endswith((".", "”", "?", "!")) else f"{made}."

    def _known(self, cast: Cast, at: datetime) -> Mapping[str, Callable[[], str]]:
        random, kind = self._random, cast.kind
        people = dict(zip(("chief", "aide", "expert", "folk1", "folk2"), cast.people, strict=True))
        found: dict[str, Callable[[], str]] = {who: partial(self._called, who, one) for who, one in people.items()}
        for name, text in cast.fixed.items():
            found[name] = partial(self._steady, name, text)
        return found | {
            "province": lambda: cast.province,
            "district": lambda: f"huyện {cast.villages[2]}",
            "district.": lambda: cast.villages[2],
            "village": lambda: f"{kind} {random.choice(cast.villages[:2])}",
            "village.": lambda: cast.villages[0],
            "spot": lambda: cast.spot,
            "today": lambda: names.today(random, at),
            "day": lambda: f"{at.day}/{at.month}",
            "day+": lambda: names.later(random, at),
        }

    def _steady(self, name: str, text: str) -> str:
        """What belongs to the event, or now and then another of its list."""
        return text if self._random.random() < _STEADY else self._voice.anew(name)

    def _called(self, who: str, one: Person) -> str:
        """In full the first time, shortly afterwards."""
        title = "ông" if one.man else "bà"
        if who in self._introduced:
            return self._random.choice((f"{title} {one.given}", f"{title} {one.name}", f"{title} {one.given}"))
        self._introduced.add(who)
        if who in ("folk1", "folk2"):
            return self._random.choice((f"{title} {one.name}, {one.office}", f"{one.office} {one.name}"))
        if who == "chief":
            title = self._random.choice((title, "đồng chí"))
        forms = (f"{title} {one.name}, {one.office}", f"{one.office} {one.name}", f"{title} {one.name} – {one.office}")
        return self._random.choice(forms)
