"""Declared topics: what somebody collects. One TOML file each, in `config/topics`.

title = "Đối ngoại Đảng"
seeds = ["https://vietnamnet.vn/some-article-2495349.html", "texts/interview.txt"]
papers = ["vietnamnet"]              # none: all that are declared
since = 2021-01-01                   # the first and the last day; either may be left out
threshold = 1.0                      # more: stricter
learn = true                         # whether the archive's articles may teach it further phrases

[phrases]
must = ["Đại hội XIII | Đại hội lần thứ XIII"]     # one of each line has to stand in an article
not = ["bóng đá"]                                  # none of these may

[phrases.may]                        # each makes an article relevant, by so much at most; 1 is enough
"đối ngoại đảng" = 0.4
"""

import datetime
import difflib
import hashlib
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import msgspec

from config.checks import DeclarationError
from config.fold import fold

HERE = Path(__file__).parent / "topics"
SEED_FILES = (".txt", ".html", ".htm", ".json")
"""Files that may be seeds: flattened pages, saved pages, and records as `clean` prints them."""


class Phrases(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename={"without": "not"}):
    """Words and phrases of a topic. Case and the place of tone marks do not matter, marks do."""

    must: tuple[str, ...] = ()
    """Each line has alternatives, parted by `|`; one of them has to stand in the article."""
    may: Mapping[str, float] = {}
    """What each adds to an article's relevance where it is said often."""
    without: tuple[str, ...] = ()
    """None of these may stand in it."""


class Topic(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One topic. `name` is that of its file."""

    title: str
    name: str = ""
    seeds: tuple[str, ...] = ()
    """Articles that are of the topic: URLs, or files beside the topic's own."""
    papers: tuple[str, ...] = ()
    since: datetime.date | None = None
    until: datetime.date | None = None
    threshold: float = 1.0
    learn: bool = True
    phrases: Phrases = Phrases()
    folder: str = ""
    """Where its file lies."""

    @property
    def urls(self) -> tuple[str, ...]:
        """Those of the seeds that are addresses."""
        return tuple(seed for seed in self.seeds if is_address(seed))

    @property
    def files(self) -> tuple[Path, ...]:
        """Those of the seeds that are files."""
        return tuple(Path(self.folder) / seed for seed in self.seeds if not is_address(seed))

    def digest(self) -> str:
        """16 hex digits over what decides which articles belong to it; its files' texts among that."""
        told = msgspec.json.encode(msgspec.structs.replace(self, folder="", title=""))
        said = hashlib.sha256(told)
        for path in self.files:
            said.update(path.read_bytes() if path.is_file() else b"")
        return said.hexdigest()[:16]


def is_address(seed: str) -> bool:
    """Whether a seed is a URL, and no file."""
    return seed.startswith(("http://", "https://", "urn:"))


class Topics(Mapping[str, Topic]):
    """Topics by name."""

    def __init__(self, topics: Iterable[Topic] = ()) -> None:
        self._topics = {topic.name: topic for topic in topics}

    def __getitem__(self, name: str) -> Topic:
        return self._topics[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._topics)

    def __len__(self) -> int:
        return len(self._topics)

    def pick(self, name: str) -> Topic:
        """The topic `name`. Raises DeclarationError, with the nearest names."""
        if name in self._topics:
            return self._topics[name]
        near = difflib.get_close_matches(fold(name), self._topics, 3, 0.4)
        told = f"did you mean {' or '.join(near)}?" if near else f"there are: {', '.join(self) or 'none'}"
        raise DeclarationError(f"no topic is called {name!r}; {told}")


def load_topics(root: Path = HERE, papers: Iterable[str] = ()) -> Topics:
    """The topics of the folder `root`, sorted by name; none where there is no such folder.

    Raises DeclarationError for a file that cannot be read, an unknown key, or a paper that is none of `papers` (none:
    any).
    """
    return Topics(read_topic(path, papers) for path in sorted(root.glob("*.toml")))


def read_topic(path: Path, papers: Iterable[str] = ()) -> Topic:
    """The topic of one file; raises DeclarationError, which names file and key."""
    try:
        said = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise DeclarationError(f"{path}: {error}") from None
    for key in ("name", "folder"):
        if key in said:
            raise DeclarationError(f"{path}: unknown key {key!r}: a topic is called what its file is")
    try:
        topic = msgspec.convert(said | {"name": path.stem, "folder": str(path.parent)}, Topic)
    except msgspec.ValidationError as error:
        raise DeclarationError(f"{path}: {_told(str(error))}") from None
    for wrong in _wrong(topic, set(papers)):
        raise DeclarationError(f"{path}: {wrong}")
    return topic


def _told(message: str) -> str:
    """What is wrong, with the nearest key for one that is not known."""
    if "unknown field" not in message:
        return message
    key = message.split("`")[1]
    known = [*(f.encode_name for s in (Topic, Phrases) for f in msgspec.structs.fields(s))]
    near = difflib.get_close_matches(key, sorted(set(known) - {"name", "folder"}), 1, 0.4)
    return f"unknown key {key!r}" + (f"; did you mean {near[0]!r}?" if near else "")


def _wrong(topic: Topic, papers: set[str]) -> Iterator[str]:
    for name in topic.papers:
        if papers and name not in papers:
            near = difflib.get_close_matches(name, sorted(papers), 3, 0.4)
            yield f"papers: no paper is called {name!r}" + (f"; did you mean {' or '.join(near)}?" if near else "")
    if topic.since and topic.until and topic.until < topic.since:
        yield f"until: {topic.until} lies before since = {topic.since}"
    if not 0.1 <= topic.threshold <= 10:
        yield f"threshold: {topic.threshold} is not between 0.1 and 10"
    for phrase, weight in topic.phrases.may.items():
        if not -10 <= weight <= 10 or not weight:
            yield f"phrases.may: {phrase!r} = {weight}: must be a number between -10 and 10, and not 0"
    for key, lines in (("must", topic.phrases.must), ("not", topic.phrases.without), ("may", topic.phrases.may)):
        for line in lines:
            if not all(any(c.isalnum() for c in part) for part in line.split("|")):
                yield f"phrases.{key}: {line!r} holds no word"
    for path in topic.files:
        if path.suffix not in SEED_FILES:
            yield f"seeds: {path.name!r}: must be a URL, or a file that ends in {', '.join(SEED_FILES)}"
        elif not path.is_file():
            yield f"seeds: there is no file {path}"
    if not (topic.seeds or topic.phrases.must or topic.phrases.may):
        yield "it needs seeds, or phrases that must or may stand in its articles"
