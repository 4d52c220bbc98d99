"""Which body leans on which: on an earlier one of the same URL, or on a page of the same paper and layout.

A paper has a few bases at a time. A body of the batch becomes a new one where that pays: when its paper has none, when
the layout has changed, and when the boxes around the articles have moved on so far that a fresh base saves more than
it costs. So nothing here needs to know layouts: what is alike shows by compressing it.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from sqlite3 import Connection
from typing import NamedTuple, get_args

from archive import bodies
from archive.errors import DamagedBody
from archive.facts import PageKind
from archive.frames import LEANING_LEVEL, PLAIN_LEVEL, TRIAL_LEVEL, Base, frame

BASES = 4
"""Bases of one paper that are tried, at most."""
CROWD = 500
"""Bodies that lean on one base, at most, so that it can be withdrawn in a second or two."""
OUTLOOK = 16
"""Bodies beyond the batch for which a new base is expected to go on paying."""
RECENT_PAGES = 32
"""Newest pages of each kind among which a paper's bases are looked for."""
FORMER = 2
"""Newest earlier bodies of the same URL that are looked at, beside the first."""
STAY = {True: 1.0, False: 0.5}
"""Articles lean on an earlier body of their URL where that is best; lists, which move on at every visit, only while
that is twice as good as the paper's bases, so that a fresher body for the next visits comes in time."""
SAME = 0.1
"""Part of a frame of its own below which an earlier body of the URL is taken without looking further."""
SURE = 0.7
"""Part of a frame of its own, as at capture, that a better one is never smaller than."""


class Numbered(NamedTuple):
    """A base and the number of its body."""

    number: int
    base: Base


@dataclass
class Item:
    """A body to be packed: what is known of it, then what becomes of it."""

    number: int
    sha: str
    raw: bytes
    stored: int
    """Length of the frame from capture, which may lean on a ground."""
    alone: int
    """Length of a frame of its own, made as at capture."""
    page: int
    url: str
    kind: str
    height: int
    """How many times over bodies lean on it already."""
    trials: dict[int, int] = field(default_factory=dict)
    """Number of a base: length against it at the trial level."""
    opened: bool = False
    """It is a new base of its paper."""
    parent: Numbered | None = None
    """What it leans on from now on."""
    again: bool = False
    """That is an earlier body of its URL, or what such a one leans on."""
    data: bytes = b""
    """Its new frame."""
    written: bool = False
    """The frame has been put in the place of the old one."""

    @property
    def best(self) -> int:
        """Length against the best of the paper's bases, or on its own."""
        return min([self.alone, *self.trials.values()])

    @property
    def better(self) -> bool:
        """Whether the new frame is to be written: it is shorter, or others lean on a body that stands on its own."""
        return len(self.data) < self.stored or (self.opened and self.stored < self.alone)

    @property
    def may_carry(self) -> bool:
        """Whether it may lean on a base of its paper, or be one: it carries little and is not too large."""
        return self.height < bodies.DEPTH and len(self.raw) <= bodies.LARGEST_BASE


class Shelf:
    """The bases of one paper, the one used last at the end."""

    def __init__(self, crowds: dict[int, int]) -> None:
        self._crowds, self._ready = crowds, dict[int, Base]()

    def load(self, db: Connection) -> None:
        """Decode the bases for a batch; what is gone, damaged or leant on by enough is left out from now on."""
        for number, crowd in list(self._crowds.items()):
            base = sound_base(db, number) if crowd < CROWD else None
            if base is None or bodies.chain(db, number):
                del self._crowds[number]
            else:
                self._ready[number] = base

    def unload(self) -> None:
        """Forget the bytes between two batches: papers take turns."""
        self._ready.clear()

    def trials(self, item: Item) -> dict[int, int]:
        """The lengths of `item` against each base that it may lean on."""
        if not item.may_carry:
            return {}
        others = ((number, base) for number, base in self._ready.items() if number != item.number)
        return {number: len(base.compress(item.raw, TRIAL_LEVEL)) for number, base in others}

    def add(self, item: Item, base: Base) -> None:
        """A new base."""
        self._ready[item.number] = base
        self._crowds[item.number] = 0

    def use(self, number: int) -> Numbered:
        """The base called `number`, for one more body; beyond `BASES` what was not used for longest goes."""
        self._crowds[number] = self._crowds.pop(number, 0) + 1
        while len(self._crowds) > BASES:
            del self._crowds[next(iter(self._crowds))]
        return Numbered(number, self._ready[number])


class Planner:
    """Chooses bases and makes frames, batch by batch. Reads the archive, writes nothing."""

    def __init__(self, db: Connection) -> None:
        self._db, self._shelves = db, dict[str, Shelf]()

    def plan(self, source: str, items: list[Item]) -> None:
        """Set base and frame of each of `items`, bodies of one paper in the order of their numbers."""
        shelf = self._shelf(source)
        shelf.load(self._db)
        parents = self._parents(items, shelf)
        alone = [item for item in items if item.number not in parents]
        while _open_base(alone, shelf):
            pass
        for item in items:
            _pack(item, parents.get(item.number), shelf)
        shelf.unload()

    def _shelf(self, source: str) -> Shelf:
        """What is known of the paper since its last batch, else what its newest pages lean on."""
        if source not in self._shelves:
            self._shelves[source] = Shelf(_roots(self._db, source))
        return self._shelves[source]

    def _parents(self, items: list[Item], shelf: Shelf) -> dict[int, Numbered]:
        """For refetched pages the earlier body of their URL, where that is the best base there is."""
        found, batch = dict[int, Numbered](), {item.number: item for item in items}
        for item in items:
            tried = {len(p.base.compress(item.raw, TRIAL_LEVEL)): p for p in self._former(item, batch, found)}
            least = min(tried, default=item.alone)
            if least > item.alone * SAME:
                item.trials = shelf.trials(item)
            if tried and least <= item.best * STAY[item.kind == "article"]:
                found[item.number], item.again = tried[least], True
        return found

    def _former(self, item: Item, batch: dict[int, Item], found: dict[int, Numbered]) -> Iterator[Numbered]:
        """The earlier bodies of the item's URL, or what they lean on, as far as it may lean on them."""
        if item.height or not item.url:
            return
        earlier = "SELECT body FROM pages WHERE url = ? AND id < ? AND body <> ? ORDER BY id"
        key = (item.url, item.page, item.number)
        numbers = {row[0] for row in self._db.execute(f"{earlier} DESC LIMIT {FORMER}", key)}
        numbers |= {row[0] for row in self._db.execute(f"{earlier} LIMIT 1", key)}
        seen = set[int]()
        for number in sorted(numbers):
            if number in found:
                number = found[number].number
            elif number not in batch and len(below := bodies.chain(self._db, number)) >= bodies.DEPTH:
                number = below[0]
            if number != item.number and number not in seen:
                seen.add(number)
                if (base := self._sound(number, batch)) is not None:
                    yield Numbered(number, base)

    def _sound(self, number: int, batch: dict[int, Item]) -> Base | None:
        if number not in batch:
            return sound_base(self._db, number)
        return Base(batch[number].raw, batch[number].sha) if batch[number].may_carry else None


def sound_base(db: Connection, number: int) -> Base | None:
    """Body `number` as a base, its digest checked; None where it is gone, damaged or too large."""
    row = db.execute("SELECT sha256, size FROM bodies WHERE id = ?", (number,)).fetchone()
    if row is None or row[1] > bodies.LARGEST_BASE:
        return None
    try:
        raw = bodies.get(db, number)
    except DamagedBody:
        return None
    return Base(raw, row[0]) if bodies.digest(raw) == row[0] else None


def _roots(db: Connection, source: str) -> dict[int, int]:
    """What the newest packed pages of a paper lean on in the end, and how many bodies lean on each."""
    counted = Counter[int]()
    for kind in (kind for kind in get_args(PageKind) if kind != "asset"):  # those stand on their own
        for (body,) in db.execute(
            "SELECT body FROM pages p WHERE source = ? AND kind = ? AND status = 200"
            " AND NOT EXISTS (SELECT 1 FROM unpacked u WHERE u.body = p.body) ORDER BY fetched_at DESC LIMIT ?",
            (source, kind, RECENT_PAGES),
        ).fetchall():
            counted[[body, *bodies.chain(db, body)][-1]] += 1
    best = [number for number, _ in counted.most_common(BASES)]
    crowd = "SELECT count(*) FROM bodies WHERE base = ?"
    return {number: db.execute(crowd, (number,)).fetchone()[0] for number in reversed(best)}


def _open_base(items: list[Item], shelf: Shelf) -> bool:
    """Make one of `items` a new base of its paper if that saves more than it costs; answers whether it did."""
    free = [item for item in items if not item.opened]
    options = [item for item in free if item.may_carry]
    if len(free) < 2 or not options:
        return False
    middle, worst = options[len(options) // 2], max(options, key=lambda item: item.best)
    offers = [_offer(option, free) for option in ([middle] if worst is middle else [middle, worst])]
    gain, option, base, sizes = max(offers, key=lambda offer: offer.gain)
    if gain <= 0:
        return False
    option.opened = True
    shelf.add(option, base)
    for item in free:
        if item.number in sizes:
            item.trials[option.number] = sizes[item.number]
    return True


class _Offer(NamedTuple):
    gain: float
    option: Item
    base: Base
    sizes: dict[int, int]


def _offer(option: Item, items: list[Item]) -> _Offer:
    """What `option` as a base would save on `items` and those to come, less what it costs on its own."""
    base, others = Base(option.raw, option.sha), [i for i in items if i is not option and i.may_carry]
    sizes = {item.number: len(base.compress(item.raw, TRIAL_LEVEL)) for item in others}
    saved = sum(max(0, item.best - sizes[item.number]) for item in others)
    return _Offer(saved * (1 + OUTLOOK / len(items)) - (option.alone - option.best) - 1, option, base, sizes)


def _pack(item: Item, parent: Numbered | None, shelf: Shelf) -> None:
    """Make the frame of `item`: against its parent, against the best of the paper's bases, or on its own."""
    if parent is None and item.trials and not item.opened:
        parent = shelf.use(min(item.trials, key=lambda n: (item.trials[n], n)))
    if parent is not None:
        item.parent, item.data = parent, parent.base.compress(item.raw, LEANING_LEVEL)
    if parent is None or len(item.data) > SURE * item.alone:
        plain = frame(item.raw, PLAIN_LEVEL)
        if parent is None or len(plain) <= len(item.data):
            item.parent, item.data = None, plain
