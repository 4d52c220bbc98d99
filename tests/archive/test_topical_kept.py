"""Which articles are of which topic, through all that an archive goes through: in any order of arrival, in merge and
rebuild, in published copies; checked by `verify`, and gone with what is withdrawn."""

import datetime
import random
from pathlib import Path

import pytest

from archive.checks import first_parts, last_parts
from archive.derive import derive_article, rebuild, settle
from archive.erase import erase
from archive.facts import Found, Record
from archive.frontier import Frontier
from archive.leads import Lead, Leads, Said
from archive.learning import learn
from archive.merge import merge, opened
from archive.proof import Verification
from archive.publish import publish
from archive.relevance import Profile, profile_of
from archive.store import Archive
from archive.terms import Text, counted
from archive.topical import UNJUDGED, is_current, judge_all, put, reasons_of, remove
from archive.withdraw import find, withdraw
from config.topics import Phrases, Topic
from tests.archive import told
from tests.archive.told import PAPERS, story

FLOATING, DIKES = "chợ nổi", "đê biển"
TOPICS = (
    Topic(title="Chợ nổi", name="cho-noi", phrases=Phrases(may={FLOATING: 2.0}), learn=False),
    Topic(title="Đê biển", name="de-bien", phrases=Phrases(may={DIKES: 2.0}), since=datetime.date(2025, 1, 1),
          learn=False),
)  # fmt: skip
WORD = "Zwẫkquỳnh"
ROWS = "SELECT t.topic, a.article, t.relevance, t.why FROM topical t JOIN articles a ON a.id = t.article ORDER BY 1, 2"


def about(number: int, *phrases: str, paper: str = "song", **more: object) -> Record:
    """An article that says each of the phrases in its title and in its text."""
    said = " và ".join(phrases)
    paragraphs = [*story(number, 3), *(f"Ở đó {phrase} vẫn còn, {phrase} như xưa." for phrase in phrases)]
    return told.record(paper, number, paragraphs, **({"title": f"Chuyện {number}: {said}"} | more))


ARTICLES = [
    about(1, FLOATING),
    about(2),
    about(3, FLOATING, DIKES),
    about(4, DIKES, paper="nui"),
    about(5, DIKES, published="2019-03-01T08:00:00+07:00"),
    about(6, FLOATING, paper="bien"),
]
OF = [("cho-noi", "bien:6"), ("cho-noi", "song:1"), ("cho-noi", "song:3"), ("de-bien", "nui:4"), ("de-bien", "song:3")]


def collect(archive: Archive, *topics: Topic) -> None:
    for topic in topics:
        with archive.transaction():
            put(archive, topic, profile_of(topic))
        judge_all(archive, topic.name)


def of(archive: Archive) -> list[tuple[str, str]]:
    return [(topic, article) for topic, article, *_ in archive.conn.execute(ROWS)]


def wrong(archive: Archive) -> list[str]:
    """What `verify` finds."""
    with Archive(archive.path, write=False) as reader:
        parts = first_parts() + last_parts(PAPERS)
        return [finding.what for result in Verification(reader, None, None).run(parts) for finding in result.wrong]


@pytest.fixture
def stocked(archive: Archive) -> Archive:
    collect(archive, *TOPICS)
    told.keep(archive, *ARTICLES)
    return archive


def test_what_arrives_is_judged_by_all_profiles(stocked: Archive) -> None:
    assert of(stocked) == OF
    (why,) = stocked.conn.execute("SELECT why FROM topical t JOIN articles a ON a.id = t.article"
                                  " WHERE a.article = 'song:1'").fetchone()  # fmt: skip
    assert [(reason.phrase, reason.places) for reason in reasons_of(why)] == [(FLOATING, ("title", "text"))]


def test_the_order_of_arrival_makes_no_difference(stocked: Archive, tmp_path: Path) -> None:
    """Profiles first, articles first, articles in any order, derived at once or later; and rebuilt."""
    expected = stocked.conn.execute(ROWS).fetchall()
    for seed in range(4):
        shuffled = random.Random(seed).sample(ARTICLES, len(ARTICLES))
        with Archive(tmp_path / f"{seed}.db", clock=stocked.clock) as other:
            told.keep(other, *shuffled[:3])
            collect(other, *random.Random(seed).sample(TOPICS, 2))
            told.keep(other, *shuffled[3:], derive=False)
            for made in shuffled[3:]:
                derive_article(other, told.key(made), PAPERS)
            assert other.conn.execute(ROWS).fetchall() == expected
            rebuild(other, PAPERS)
            assert other.conn.execute(ROWS).fetchall() == expected


def test_an_article_that_changes_is_judged_anew(stocked: Archive) -> None:
    told.keep(stocked, about(1, DIKES), about(2, FLOATING), at="2025-03-11T08:00:00+07:00")
    moved = {("cho-noi", "song:1")}, {("de-bien", "song:1"), ("cho-noi", "song:2")}
    assert of(stocked) == sorted({*OF} - moved[0] | moved[1])


def test_a_forgotten_topic_leaves_nothing(stocked: Archive) -> None:
    with stocked.transaction():
        remove(stocked, "cho-noi")
    assert {topic for topic, _ in of(stocked)} == {"de-bien"} and wrong(stocked) == []


def test_a_merge_judges_by_the_profiles_of_this_archive(stocked: Archive, tmp_path: Path) -> None:
    """The other one collects another topic, and one of the same name by other words."""
    theirs = Topic(title="Khác", name="cho-noi", phrases=Phrases(may={DIKES: 2.0}), learn=False)
    with Archive(tmp_path / "other.db", clock=stocked.clock) as other:
        collect(other, theirs, Topic(title="Mới", name="moi", phrases=Phrases(may={FLOATING: 2.0}), learn=False))
        told.keep(other, about(7, FLOATING, paper="gio"), about(8, DIKES, paper="gio"), about(9, paper="gio"))
        before, profiles = of(other), stocked.conn.execute("SELECT * FROM topics").fetchall()
        with opened(other.path, stocked) as second:
            merge(stocked, second, PAPERS)
        settle(stocked, PAPERS)
        assert ("cho-noi", "gio:8") in before and of(other) == before
    assert of(stocked) == sorted([*OF, ("cho-noi", "gio:7"), ("de-bien", "gio:8")])
    assert stocked.conn.execute("SELECT * FROM topics").fetchall() == profiles
    assert wrong(stocked) == []


def test_a_published_copy_has_the_topics_and_their_articles(stocked: Archive, tmp_path: Path) -> None:
    stocked.conn.execute("UPDATE articles SET first_seen = '2024' WHERE article = 'nui:4'")  # numbered otherwise there
    with Archive(stocked.path, write=False) as reader:
        publish(reader, tmp_path / "public.db")
    with Archive(tmp_path / "public.db", write=False) as public:
        assert public.conn.execute(ROWS).fetchall() == stocked.conn.execute(ROWS).fetchall()
        asked = "SELECT * FROM topics ORDER BY topic"
        assert public.conn.execute(asked).fetchall() == stocked.conn.execute(asked).fetchall()
        assert public.conn.execute("SELECT id FROM articles WHERE article = 'nui:4'").fetchone() == (1,)


DAMAGE = {
    "another relevance": "UPDATE topical SET relevance = 9.5 WHERE article = 3 AND topic = 'de-bien'",
    "other reasons": "UPDATE topical SET why = '[]' WHERE article = 3 AND topic = 'de-bien'",
    "a lost row": "DELETE FROM topical WHERE article = 3 AND topic = 'cho-noi'",
    "another article": "INSERT INTO topical VALUES ('de-bien', 2, 1.5, '[]')",
    "no such topic": "INSERT INTO topical VALUES ('khong-co', 2, 1.5, '[]')",
}


@pytest.mark.parametrize("kind", DAMAGE)
def test_verify_tells_a_row_that_is_not_what_the_text_gives(stocked: Archive, kind: str) -> None:
    assert wrong(stocked) == []
    stocked.conn.execute(DAMAGE[kind])
    number = 3 if "article = 3" in DAMAGE[kind] else 2
    assert wrong(stocked) == [f"article song:{number}: not what its pages give: its topics"]
    rebuild(stocked, PAPERS)
    assert wrong(stocked) == [] and of(stocked) == OF


def test_a_row_of_nobody_is_mended_by_a_rebuild(stocked: Archive) -> None:
    stocked.conn.execute("PRAGMA foreign_keys=OFF")
    stocked.conn.execute("INSERT INTO topical VALUES ('de-bien', 77, 1.5, '[]')")
    stocked.conn.execute("PRAGMA foreign_keys=ON")
    with Archive(stocked.path, write=False) as reader:
        (found,) = [f for r in Verification(reader, None, None).run(first_parts()) for f in r.wrong]
    assert "names a row of articles" in found.what and "rebuild" in found.next
    rebuild(stocked, PAPERS)
    assert wrong(stocked) == [] and of(stocked) == OF


def test_a_judging_that_was_broken_off_is_no_damage_and_the_topic_is_not_current(stocked: Archive) -> None:
    """A new profile is there, and the articles have the rows that an earlier one gave them."""
    topic = TOPICS[0]
    assert is_current(stocked, topic)
    narrow = Topic(title="Chợ nổi", name="cho-noi", phrases=Phrases(may={"chợ nổi cái răng": 2.0}), learn=False)

    def killed(done: int, total: int) -> None:
        raise KeyboardInterrupt

    with stocked.transaction():
        put(stocked, narrow, profile_of(narrow))
    assert wrong(stocked) == [] and not is_current(stocked, narrow)
    with pytest.raises(KeyboardInterrupt):
        judge_all(stocked, "cho-noi", killed)
    assert wrong(stocked) == [] and not is_current(stocked, narrow)
    assert judge_all(stocked, "cho-noi") == 0
    assert is_current(stocked, narrow) and wrong(stocked) == []
    assert of(stocked) == [row for row in OF if row[0] == "de-bien"]


def test_a_rebuild_ends_a_judging_that_was_broken_off(stocked: Archive) -> None:
    wide = Topic(title="Chợ nổi", name="cho-noi", phrases=Phrases(may={FLOATING: 2.0, DIKES: 2.0}), learn=False)
    with stocked.transaction():
        put(stocked, wide, profile_of(wide))
    rebuild(stocked, PAPERS)
    assert is_current(stocked, wide) and ("cho-noi", "nui:4") in of(stocked) and wrong(stocked) == []


def test_a_profile_that_changed_meanwhile_is_not_taken_for_judged(stocked: Archive) -> None:
    def changed(done: int, total: int) -> None:
        with stocked.transaction():
            put(stocked, TOPICS[0], Profile(terms={"đê biển": 2.0}))

    judge_all(stocked, "cho-noi", changed)
    assert not is_current(stocked, TOPICS[0])


def holds(archive: Archive, *said: str) -> list[str]:
    """Which of these stand in the file's bytes, as they are or in lower case."""
    parts = [Path(f"{archive.path}{part}") for part in ("", "-wal")]
    data = b"".join(part.read_bytes() for part in parts if part.exists())
    return [text for text in said if text.encode() in data or text.lower().encode() in data]


def test_what_is_withdrawn_is_of_no_topic_and_no_lead_and_taught_no_profile_any_more(archive: Archive) -> None:
    """Its headline stood in a lead, its name was a term of the topic that it alone was an example of."""
    secret = about(2, FLOATING, title=f"Vụ {WORD} ở Lũng Nậm")
    example = learn([counted(Text(title=secret.title or ""))], [], lambda _: counted(Text()))
    assert example and {WORD.lower(), f"vụ {WORD.lower()} ở", "lũng nậm"} <= example.terms.keys()
    topic = Topic(title="Học", name="hoc", seeds=("https://song.example.vn/bai-2.html",))
    told.keep(archive, about(1, FLOATING), secret)
    with archive.transaction() as db:
        put(archive, topic, profile_of(topic, example.terms | {FLOATING: 2.0}))
        of_it = [(url, secret.title or "") for url in (secret.url, "https://song.example.vn/ten-khac-2.html")]
        said = [*of_it, ("https://song.example.vn/bai-3.html", "Bài ba")]
        Leads(db, "hoc").put(
            Lead(url, "song.example.vn", "song", "article", "related", Said(title=title)) for url, title in said
        )
    judge_all(archive, "hoc")
    Frontier(archive, PAPERS).add([Found(url=secret.url, kind="article")])
    assert [article for _, article in of(archive)] == ["song:1", "song:2"] and holds(archive, WORD) == [WORD]
    assert is_current(archive, topic)

    withdraw(archive, find(archive, PAPERS, secret.url), "luật")
    assert archive.conn.execute("SELECT count(*) FROM topical WHERE article = 2").fetchone() == (0,)
    assert archive.conn.execute("SELECT key FROM leads").fetchall() == [("https://song.example.vn/bai-3.html",)]
    erase(archive)
    assert holds(archive, WORD, WORD.lower(), "Lũng Nậm") == []
    ((told_, declared),) = archive.conn.execute("SELECT profile, declared FROM topics").fetchall()
    assert FLOATING in told_ and declared == UNJUDGED and not is_current(archive, topic)
    assert wrong(archive) == []


def test_a_withdrawal_leaves_a_profile_that_it_did_not_teach(stocked: Archive) -> None:
    before = stocked.conn.execute("SELECT * FROM topics").fetchall()
    withdraw(stocked, find(stocked, PAPERS, "https://song.example.vn/bai-1.html"), "luật")
    assert stocked.conn.execute("SELECT * FROM topics").fetchall() == before
    assert of(stocked) == [row for row in OF if row[1] != "song:1"]
