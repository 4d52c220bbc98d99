"""Every table and column of an archive, described once: the DDL, the docs and Datasette's metadata come from here."""

from dataclasses import dataclass
from typing import Literal

APPLICATION_ID = 0x62616F6C
"""`PRAGMA application_id` of our files: the letters "baol"."""


PUBLISHED_ID = 0x62616F70
"""The same of copies made by `publish`: the letters "baop"."""


@dataclass(frozen=True)
class Column:
    """One column: its SQL type and constraints, and what it holds."""

    name: str
    sql: str
    about: str


@dataclass(frozen=True)
class Table:
    """One table. A fact is never rewritten; derived tables are dropped and rebuilt at will."""

    name: str
    role: Literal["fact", "cleaning", "derived", "internal"]
    about: str
    columns: tuple[Column, ...]
    rules: tuple[str, ...] = ()
    indexes: tuple[str, ...] = ()
    options: str = ""
    """What stands after the closing bracket."""

    def ddl(self) -> list[str]:
        """The statements that would create the table and its indexes at once."""
        parts = [f"{c.name} {c.sql}" for c in self.columns] + list(self.rules)
        return [f"CREATE TABLE {self.name} (\n  " + ",\n  ".join(parts) + f"\n){self.options}", *self.indexes]


@dataclass(frozen=True)
class View:
    """A view for readers. `sql` of a column is the expression that gives it."""

    name: str
    about: str
    columns: tuple[Column, ...]
    source: str
    """What stands behind FROM."""

    def ddl(self) -> str:
        """The statement that creates it."""
        shown = ",\n  ".join(c.name if c.sql == c.name else f"{c.sql} AS {c.name}" for c in self.columns)
        return f"CREATE VIEW {self.name} AS SELECT\n  {shown}\nFROM {self.source}"


BODIES = Table(
    "bodies",
    "fact",
    "The bytes of pages, each once.",
    (
        Column("id", "INTEGER PRIMARY KEY", "Number of the body."),
        Column("sha256", "TEXT NOT NULL UNIQUE", "SHA-256 of the decoded bytes, hexadecimal."),
        Column("size", "INTEGER NOT NULL", "Length of the decoded bytes."),
        Column("base", "INTEGER REFERENCES bodies(id)", "Body that this one is compressed against, if any."),
        Column("data", "BLOB NOT NULL", "The bytes, as one zstd frame."),
    ),
    (),
    ("CREATE INDEX bodies_base ON bodies (base) WHERE base IS NOT NULL",),
)

UNINDEXED = Table(
    "unindexed",
    "internal",
    "Articles that are not in the full-text index yet: empty between two transactions.",
    (Column("article", "INTEGER PRIMARY KEY", "Number of the article."),),
)

UNPACKED = Table(
    "unpacked",
    "internal",
    "Bodies that `repack` has not seen yet.",
    (Column("body", "INTEGER PRIMARY KEY", "The body."),),
)

RUNS = Table(
    "runs",
    "fact",
    "One crawl, re-cleaning or import.",
    (
        Column("id", "INTEGER PRIMARY KEY", "Number of the run."),
        Column("command", "TEXT NOT NULL", "What was called, with its arguments."),
        Column("started", "TEXT NOT NULL", "When it began, +07:00."),
        Column(
            "ended",
            "TEXT",
            "When it ended; empty while it runs. Of a killed crawl: its last sign of life, once the next one found it.",
        ),
        Column("outcome", "TEXT", "finished, stopped, skipped, or failed; empty while it runs or when it was killed."),
        Column(
            "stats",
            "TEXT",
            "Counters of the run, JSON; of a crawl under way also its lock, of a skipped one who held that.",
        ),
        Column("uid", "TEXT", "Name of the run that no run of another archive has."),
    ),
    (),
    ("CREATE UNIQUE INDEX runs_uid ON runs (uid)",),
)

PAGES = Table(
    "pages",
    "fact",
    "One fetched response each; a 304 is a page too.",
    (
        Column("id", "INTEGER PRIMARY KEY", "Number of the page."),
        Column("source", "TEXT NOT NULL", "The paper: its declaration's name, or the bare host."),
        Column("url", "TEXT NOT NULL", "The URL as it was fetched."),
        Column("kind", "TEXT NOT NULL", "robots, feed, sitemap, section, article or asset."),
        Column("fetched_at", "TEXT NOT NULL", "When the response came, +07:00."),
        Column("status", "INTEGER NOT NULL", "HTTP status."),
        Column("headers", "TEXT NOT NULL", "Response headers, JSON, names in lower case."),
        Column("hints", "TEXT NOT NULL", "What the feed, sitemap or list that led here said, JSON."),
        Column("truncated", "TEXT", "Why the body is known to be incomplete."),
        Column("body", "INTEGER NOT NULL REFERENCES bodies(id)", "The bytes."),
        Column("run", "INTEGER REFERENCES runs(id)", "The run that fetched it."),
        Column(
            "tls",
            "TEXT",
            "Declared exception under which the connection was made: legacy; empty: verified as usual, or no TLS.",
        ),
    ),
    ("UNIQUE (url, fetched_at, body)",),
    (
        "CREATE INDEX pages_source ON pages (source, kind, status, fetched_at)",
        "CREATE INDEX pages_body ON pages (body)",
    ),
)

ASSETS = Table(
    "assets",
    "internal",
    "What kept pages show beside their text: images and style sheets of an article's page, images and fonts of a style"
    " sheet, where a redirect of one of these leads.",
    (
        Column("page", "INTEGER NOT NULL REFERENCES pages(id)", "The page that shows it."),
        Column(
            "url",
            "TEXT NOT NULL",
            "Its URL, as a browser asks for it; empty: the page was looked at, and shows none.",
        ),
    ),
    ("PRIMARY KEY (page, url)",),
    ("CREATE INDEX assets_url ON assets (url)",),
    " WITHOUT ROWID",
)

WITHDRAWALS = Table(
    "withdrawals",
    "fact",
    "URLs that must not be kept: their pages are gone and are never fetched again.",
    (
        Column("url", "TEXT PRIMARY KEY", "Canonical URL."),
        Column("reason", "TEXT NOT NULL", "Why, in the keeper's words."),
        Column("withdrawn_at", "TEXT NOT NULL", "When, +07:00."),
        Column("article", "TEXT", "Identity of the article that stood there, whatever its other URLs."),
        Column("erased_at", "TEXT", "When its last bytes had left the file; empty until then."),
    ),
    (),
    ("CREATE INDEX withdrawals_article ON withdrawals (article)",),
)

CLEANINGS = Table(
    "cleanings",
    "cleaning",
    "What one cleaner made of one page, exactly as it was returned.",
    (
        Column("id", "INTEGER PRIMARY KEY", "Number of the cleaning."),
        Column("page", "INTEGER NOT NULL REFERENCES pages(id)", "The page."),
        Column("cleaner", "TEXT NOT NULL", "Id of the rules."),
        Column("article", "TEXT NOT NULL", "Identity of the article: source:id or source:path."),
        Column("reason", "TEXT", "Why the page gave no article; empty for a record."),
        Column("output", "TEXT NOT NULL", "The record, or the drop, JSON."),
        Column("links", "TEXT NOT NULL", "Links of the article, JSON."),
        Column(
            "notes",
            "TEXT NOT NULL",
            "Doubts: places of the page that contradict each other on its date, a declared container it lacks, JSON.",
        ),
    ),
    ("UNIQUE (page, cleaner)",),
    ("CREATE INDEX cleanings_article ON cleanings (article, cleaner)",),
)

CLEANERS = Table(
    "cleaners",
    "internal",
    "The cleaner whose cleanings the derived tables show, per paper.",
    (
        Column("source", "TEXT PRIMARY KEY", "The paper."),
        Column("cleaner", "TEXT NOT NULL", "Id of the rules in force: what they made of a page is shown."),
        Column("newest", "TEXT", "Id of the rules that clean its new pages."),
        Column("pinned", "INTEGER NOT NULL DEFAULT 0", "1: the keeper went back to these rules; they stay in force."),
    ),
)

HELD = Table(
    "held",
    "internal",
    "Articles that newer rules would make poorer: shown as an earlier cleaner made them until that is accepted.",
    (
        Column("article", "TEXT PRIMARY KEY", "Identity of the article."),
        Column("source", "TEXT NOT NULL", "The paper."),
        Column("cleaner", "TEXT NOT NULL", "Id of the rules whose work is shown."),
        Column("losses", "TEXT NOT NULL", "What would be lost, JSON."),
    ),
    (),
    ("CREATE INDEX held_source ON held (source)",),
)

UNDERIVED = Table(
    "underived",
    "internal",
    "Articles whose derived rows are to be made anew.",
    (
        Column("article", "TEXT PRIMARY KEY", "Identity of the article."),
        Column("same", "INTEGER NOT NULL DEFAULT 0", "1: all that differs is the id of the cleaner."),
    ),
)

CHECKS = Table(
    "checks",
    "internal",
    "How far `verify` has come, so that it goes on where it was.",
    (
        Column("part", "TEXT PRIMARY KEY", "What is checked."),
        Column("upto", "INTEGER NOT NULL", "Number of the last row that was checked in this pass; 0 before the first."),
        Column("begun", "TEXT NOT NULL", "When this pass began, +07:00."),
        Column("ended", "TEXT", "When the last whole pass ended, +07:00."),
        Column("found", "TEXT NOT NULL DEFAULT '[]'", "What was found wrong in this pass, JSON."),
    ),
)

VERDICTS = Table(
    "verdicts",
    "internal",
    "Which lines of a page's containers are text, from its last cleaning: it need not be found out again.",
    (
        Column("page", "INTEGER PRIMARY KEY REFERENCES pages(id)", "The page."),
        Column("kept", "TEXT NOT NULL", "Digest of a container to the bits of its kept lines, JSON."),
    ),
)

ARTICLES = Table(
    "articles",
    "derived",
    "One story at one paper, as its newest good page gives it.",
    (
        Column("id", "INTEGER PRIMARY KEY", "Number of the article in this file; a rebuild may renumber."),
        Column("article", "TEXT NOT NULL UNIQUE", "Identity: source:id or source:path."),
        Column("source", "TEXT NOT NULL", "The paper."),
        Column("url", "TEXT NOT NULL", "Canonical URL."),
        Column("generation", "TEXT", "Layout by whose rules the page was read."),
        Column("kicker", "TEXT", "Line above the title."),
        Column("title", "TEXT", "Headline."),
        Column("lead", "TEXT", "Lead (sapo)."),
        Column("text", "TEXT NOT NULL", "Lead and paragraphs, joined by blank lines."),
        Column("blocks", "TEXT NOT NULL", "The text after the lead in its pieces: kind and text, JSON."),
        Column("paragraphs", "TEXT NOT NULL", "The texts of the blocks, JSON."),
        Column("captions", "TEXT NOT NULL", "Picture captions, JSON."),
        Column("image", "TEXT", "URL of the main picture."),
        Column("authors", "TEXT NOT NULL", "Persons, as printed, JSON."),
        Column("credit", "TEXT", "Agency or paper that the text is credited to."),
        Column("published", "TEXT", "Publication: YYYY-MM-DDTHH:MM:SS+07:00, the first instant of its precision."),
        Column("published_day", "TEXT", "Day of publication in Vietnam, YYYY-MM-DD, for facets and timelines."),
        Column("published_raw", "TEXT", "Publication as the paper printed it."),
        Column("published_precision", "TEXT", "minute, hour, day or month."),
        Column("published_from", "TEXT", "json-ld, meta, selector, url, feed or sitemap."),
        Column("modified", "TEXT", "Last change that the paper states."),
        Column("section", "TEXT NOT NULL", "Sections from broad to narrow, JSON."),
        Column("tags", "TEXT NOT NULL", "Tags, JSON."),
        Column("related", "TEXT NOT NULL", "Related articles that the page names, JSON."),
        Column("language", "TEXT", "Language of the text."),
        Column("word_count", "INTEGER NOT NULL", "Words (syllables) of the text."),
        Column("cleaner", "TEXT NOT NULL", "Id of the rules that made this."),
        Column("first_seen", "TEXT NOT NULL", "Fetch time of the first good page."),
        Column("last_seen", "TEXT NOT NULL", "Fetch time of the newest good page."),
        Column("revisions", "INTEGER NOT NULL", "How many states the paper gave it."),
        Column("page", "INTEGER NOT NULL REFERENCES pages(id)", "The page shown here."),
        Column("folded", "TEXT NOT NULL", "Title and text without marks, for search."),
    ),
    (),
    (
        "CREATE INDEX articles_source ON articles (source, published_day)",
        "CREATE INDEX articles_day ON articles (published_day)",
        "CREATE INDEX articles_url ON articles (url)",
        "CREATE INDEX articles_page ON articles (page)",
        "CREATE INDEX articles_published ON articles (published)",
        "CREATE INDEX articles_authors ON articles (authors)",
        "CREATE INDEX articles_sections ON articles (section)",
        "CREATE INDEX articles_edited ON articles (last_seen) WHERE revisions > 1",
    ),
)

REVISIONS = Table(
    "revisions",
    "derived",
    "The states that a paper gave an article; a better rule never makes one.",
    (
        Column("article", "INTEGER NOT NULL REFERENCES articles(id)", "The article."),
        Column("n", "INTEGER NOT NULL", "1 for the first."),
        Column("first_page", "INTEGER NOT NULL REFERENCES pages(id)", "First page that shows it."),
        Column("last_page", "INTEGER NOT NULL REFERENCES pages(id)", "Last page that shows it."),
        Column("sha", "TEXT NOT NULL", "SHA-256 of what counts as content."),
        Column("shows", "INTEGER REFERENCES pages(id)", "Page whose cleaning gives its text."),
        Column("cleaner", "TEXT", "Id of the rules that made that cleaning."),
    ),
    ("PRIMARY KEY (article, n)",),
    ("CREATE INDEX revisions_shows ON revisions (shows)",),
)

PARTS = Table(
    "parts",
    "derived",
    "The further pages of an article that stands on several: one row a revision and page, from the second page on.",
    (
        Column("article", "INTEGER NOT NULL REFERENCES articles(id)", "The article."),
        Column("n", "INTEGER NOT NULL", "The revision."),
        Column("part", "INTEGER NOT NULL", "Which of the article's pages, as its URL counts them."),
        Column("page", "INTEGER NOT NULL REFERENCES pages(id)", "Page whose cleaning gives its text."),
        Column("cleaner", "TEXT NOT NULL", "Id of the rules that made that cleaning."),
    ),
    ("PRIMARY KEY (article, n, part)",),
    ("CREATE INDEX parts_page ON parts (page)",),
)

ALIASES = Table(
    "aliases",
    "derived",
    "Identities of one article whose paper moved it and gave it another one; and claims that are not borne out.",
    (
        Column(
            "alias",
            "TEXT PRIMARY KEY",
            "Identity under which some of its pages were cleaned; of a claim, with an arrow and what it names.",
        ),
        Column("article", "TEXT NOT NULL", "Identity under which the article is shown; of a claim, what it names."),
        Column(
            "why",
            "TEXT NOT NULL",
            "What says that they are one: canonical, redirect, or text. `claimed` says it too, and unites nothing.",
        ),
    ),
    (),
    ("CREATE INDEX aliases_article ON aliases (article)",),
)

LINKS = Table(
    "links",
    "derived",
    "Links from articles to other pages.",
    (
        Column("article", "INTEGER NOT NULL REFERENCES articles(id)", "The article that links."),
        Column("n", "INTEGER NOT NULL", "Place among its links, from 1."),
        Column("kind", "TEXT NOT NULL", "related, inline, tag, or topic."),
        Column("url", "TEXT NOT NULL", "Where it leads."),
        Column("title", "TEXT NOT NULL", "The words of the link."),
        Column("target", "TEXT", "Identity of the linked article, where a declaration knows the URL."),
        Column("place", "TEXT", "Where on the page it stands: `paragraph 5`, or the declared place that shows it."),
    ),
    ("PRIMARY KEY (article, n)",),
    (
        "CREATE INDEX links_target ON links (target)",
        "CREATE INDEX links_listed ON links (url) WHERE target IS NULL",
    ),
)

_ARTICLE = "REFERENCES articles(id) DEFERRABLE INITIALLY DEFERRED"

COPIES = Table(
    "copies",
    "derived",
    "Pairs of articles that tell one story in the same words, in two papers or under two identities of one.",
    (
        Column(
            "article",
            f"INTEGER NOT NULL {_ARTICLE}",
            "The copy: of the two the later one; where that is not known the one that names the other's paper as its"
            " origin; where neither does, the one whose identity sorts last.",
        ),
        Column("original", f"INTEGER NOT NULL {_ARTICLE}", "The other one. It may be a copy itself, of a third."),
        Column("known", "TEXT", "What tells which is the copy: published, or credit; empty: nothing does."),
        Column(
            "delay",
            "REAL",
            "Hours from the original's publication to the copy's; empty where one is not stated to the hour.",
        ),
        Column("kind", "TEXT NOT NULL", "What the copy made of it: whole, trimmed, extended, roundup, or part."),
        Column("taken", "REAL NOT NULL", "Share of the copy's five-word runs that stand in the original."),
        Column("left_in", "REAL NOT NULL", "Share of the original's five-word runs that stand in the copy."),
        Column("words", "INTEGER NOT NULL", "Words of the shorter text that stand in such runs of the longer."),
        Column("credit", "TEXT", "The source that the copy names, as printed."),
        Column("names", "TEXT", "Whom that is: original (its paper), agency, or another paper; empty: nobody."),
        Column("within", "INTEGER NOT NULL", "1: both are of one paper, published under two identities."),
    ),
    ("PRIMARY KEY (article, original)",),
    ("CREATE INDEX copies_original ON copies (original)",),
)

SHINGLES = Table(
    "shingles",
    "internal",
    "A sample of the five-word runs of every text, by which copies are found.",
    (
        Column("run", "INTEGER NOT NULL", "Number of five folded words."),
        Column("rank", "INTEGER NOT NULL", "Place among all articles: the minute of publication, then by identity."),
        Column("article", "INTEGER NOT NULL", "The article that has it."),
    ),
    ("PRIMARY KEY (run, rank, article)",),
    (),
    " WITHOUT ROWID",
)

RECENT = Table(
    "recent",
    "internal",
    "Rows on their way from `fresh` to `shingles`: a small table, of which much is written at once.",
    (
        Column("run", "INTEGER NOT NULL", "Number of five folded words."),
        Column("rank", "INTEGER NOT NULL", "Place among all articles: the minute of publication, then by identity."),
        Column("article", "INTEGER NOT NULL", "The article that has it."),
    ),
    ("PRIMARY KEY (run, rank, article)",),
    (),
    " WITHOUT ROWID",
)

FRESH = Table(
    "fresh",
    "internal",
    "Runs that came last, on their way to `recent`: a row an article.",
    (
        Column("article", "INTEGER PRIMARY KEY", "The article."),
        Column("rank", "INTEGER NOT NULL", "Place among all articles."),
        Column("runs", "BLOB NOT NULL", "Its runs, without those that stand in another table: eight bytes each."),
    ),
    (),
    (),
)

SIEVE = Table(
    "sieve",
    "internal",
    "Which runs may stand in `recent` or `shingles`, so that hardly another is looked up.",
    (
        Column("id", "INTEGER PRIMARY KEY", "Numbered in order."),
        Column("count", "INTEGER NOT NULL", "Runs that were put in; -1 in a row of runs that came since."),
        Column(
            "bits",
            "BLOB NOT NULL",
            "A piece of the Bloom filter (archive/sieve.py), in order; or runs that came since, eight bytes each.",
        ),
    ),
    (),
    (),
)

POURED = Table(
    "poured",
    "internal",
    "How far the runs of articles have gone from `fresh` to `recent` and from there to `shingles`: one row.",
    (
        Column("id", "INTEGER PRIMARY KEY", "1."),
        Column("stamp", "BLOB NOT NULL", "Digest of all that was done to `fresh` since it was empty."),
        Column("sieve", "BLOB NOT NULL", "Digest of all that was put into `sieve`; empty: there is none."),
        Column("recent", "INTEGER NOT NULL", "Rows of `recent` after the last pouring, less those that went on."),
        Column("upto", "INTEGER NOT NULL", "The last run that went over to `shingles`."),
    ),
    (),
    (),
)

COMPARED = Table(
    "compared",
    "internal",
    "Articles that have been looked at for copies.",
    (
        Column("article", f"INTEGER PRIMARY KEY {_ARTICLE}", "The article."),
        Column("rank", "INTEGER NOT NULL", "Its rank in `shingles`."),
        Column("runs", "INTEGER NOT NULL", "Five-word runs of its prose; 0: nothing to compare."),
        Column("placed", "INTEGER NOT NULL", "Runs of its sample that were chosen by their place."),
        Column("sampled", "INTEGER NOT NULL", "Runs of its sample."),
        Column("series", "INTEGER", "Number of the column that its title names; several articles make it one."),
        Column(
            "again", "INTEGER NOT NULL DEFAULT 0", "1: it is to be looked at again, as a list of `shingles` got room."
        ),
    ),
    (),
    (
        "CREATE INDEX compared_series ON compared (series) WHERE series IS NOT NULL",
        "CREATE INDEX compared_again ON compared (article) WHERE again",
    ),
)

TOPICS = Table(
    "topics",
    "internal",
    "What the declared topics look for, as it was made of their files and this archive.",
    (
        Column("topic", "TEXT PRIMARY KEY", "Name of the topic's file."),
        Column("title", "TEXT NOT NULL", "What it is called."),
        Column("declared", "TEXT NOT NULL", "Digest of the file and of the texts that it names."),
        Column("profile", "TEXT NOT NULL", "Phrases with their weights, JSON."),
        Column("made", "TEXT NOT NULL", "When, +07:00."),
    ),
)

TOPICAL = Table(
    "topical",
    "derived",
    "Articles that belong to topics.",
    (
        Column("topic", "TEXT NOT NULL", "Name of the topic."),
        Column("article", f"INTEGER NOT NULL {_ARTICLE}", "The article."),
        Column("relevance", "REAL NOT NULL", "How much it is of the topic; 1 is just enough."),
        Column("why", "TEXT NOT NULL", "The phrases that say so, each with its share and where it stands, JSON."),
    ),
    ("PRIMARY KEY (topic, article)",),
    ("CREATE INDEX topical_article ON topical (article)",),
    " WITHOUT ROWID",
)

LEADS = Table(
    "leads",
    "internal",
    "URLs of the frontier that may lead a topic's crawl to articles of the topic.",
    (
        Column("topic", "TEXT NOT NULL", "Name of the topic."),
        Column("key", "TEXT NOT NULL", "Canonical URL."),
        Column("host", "TEXT NOT NULL", "Host whose pace counts."),
        Column("expected", "REAL NOT NULL", "Articles of the topic that its fetch is expected to bring."),
        Column("place", "TEXT NOT NULL", "What kind of link led there, and where that stood."),
        Column("said", "TEXT NOT NULL", "What was known of it then: its words, the page it stood on, JSON."),
    ),
    ("PRIMARY KEY (topic, key)",),
    ("CREATE INDEX leads_take ON leads (topic, host, expected)",),
    " WITHOUT ROWID",
)

YIELDS = Table(
    "yields",
    "internal",
    "What such leads have led to before, by topic: what a topic's crawl expects of the next ones.",
    (
        Column("topic", "TEXT NOT NULL", "Name of the topic."),
        Column("what", "TEXT NOT NULL", "Leads of which kind, or a tag, a list."),
        Column("followed", "REAL NOT NULL", "How many were followed."),
        Column("found", "REAL NOT NULL", "How many articles of the topic they led to."),
    ),
    ("PRIMARY KEY (topic, what)",),
    (),
    " WITHOUT ROWID",
)

IMPORTS = Table(
    "imports",
    "internal",
    "Files that were imported, and how far: an import that was stopped goes on there.",
    (
        Column("file", "TEXT PRIMARY KEY", "Digest of its size and ends, and of what was to be taken of it."),
        Column("name", "TEXT NOT NULL", "What it was called."),
        Column("at", "INTEGER NOT NULL DEFAULT 0", "Offset in it from which it is to be read on."),
        Column("inside", "INTEGER NOT NULL DEFAULT 0", "Bytes to pass over there, once decompressed."),
        Column("ended", "TEXT", "When all of it had been read, +07:00; empty until then."),
        Column("told", "TEXT NOT NULL DEFAULT '{}'", "What was taken of it so far, and what was lost, JSON."),
    ),
)

AWAITED = Table(
    "awaited",
    "internal",
    "Visits in imported files that repeat an earlier page which has not been imported yet.",
    (
        Column("url", "TEXT NOT NULL", "The URL."),
        Column("fetched_at", "TEXT NOT NULL", "When the response came, +07:00."),
        Column("revisit", "TEXT NOT NULL", "What is known of it, and of what it repeats, JSON."),
    ),
    ("PRIMARY KEY (url, fetched_at)",),
    (),
    " WITHOUT ROWID",
)

PAYLOADS = Table(
    "payloads",
    "internal",
    "Digests by which imported files name the bytes that they repeat, where that is not the body's own.",
    (
        Column("digest", "TEXT PRIMARY KEY", "Algorithm and hexadecimal digits."),
        Column("body", "INTEGER NOT NULL REFERENCES bodies(id)", "The body."),
    ),
    (),
    ("CREATE INDEX payloads_body ON payloads (body)",),
    " WITHOUT ROWID",
)

FRONTIER = Table(
    "frontier",
    "internal",
    "URLs to fetch, being fetched, and to visit again.",
    (
        Column("key", "TEXT PRIMARY KEY", "Canonical URL."),
        Column("url", "TEXT NOT NULL", "The URL to fetch."),
        Column("source", "TEXT NOT NULL", "The paper."),
        Column("host", "TEXT NOT NULL", "Host whose pace counts."),
        Column("kind", "TEXT NOT NULL", "robots, feed, sitemap, section, article or asset."),
        Column("priority", "INTEGER NOT NULL", "Smaller is sooner among what is due at one host."),
        Column("due", "REAL", "Seconds since the epoch from when it may be fetched; empty: not again."),
        Column("leased", "REAL", "Until when its fetch is under way; empty: it is not."),
        Column("holder", "TEXT", "The process that fetches it."),
        Column("tries", "INTEGER NOT NULL DEFAULT 0", "Failed tries since the last success."),
        Column("visits", "INTEGER NOT NULL DEFAULT 0", "Successful fetches."),
        Column("hops", "INTEGER NOT NULL DEFAULT 0", "Redirects followed on the way here."),
        Column("depth", "INTEGER NOT NULL DEFAULT 0", "Next pages and related articles since a declared place."),
        Column("added", "REAL NOT NULL", "When it was found, seconds since the epoch."),
        Column("asked", "REAL", "When it was last asked for, seconds since the epoch."),
        Column("hints", "TEXT NOT NULL", "What the place that led here said, JSON."),
        Column("error", "TEXT", "Last failure."),
        Column("article", "TEXT", "Identity of the article that the URL names; empty for lists."),
        Column(
            "whole",
            "TEXT",
            "Its last whole answer: validators, the beginning of the body's digest, visits since that said that it is"
            " the same, the address if that is not the key, JSON.",
        ),
        Column("changes", "INTEGER NOT NULL DEFAULT 0", "Visits that found a new revision."),
        Column("refused", "TEXT", "Addresses of the article that were last answered with an error, JSON."),
    ),
    (),
    (
        "CREATE INDEX frontier_take ON frontier (host, priority, due) WHERE due IS NOT NULL",
        "CREATE INDEX frontier_queue ON frontier (source, due) WHERE due IS NOT NULL",
        "CREATE INDEX frontier_leased ON frontier (host, leased) WHERE leased IS NOT NULL",
        "CREATE INDEX frontier_retry ON frontier (host, due) WHERE tries > 0 AND due IS NOT NULL",
        "CREATE INDEX frontier_article ON frontier (article) WHERE article IS NOT NULL",
    ),
)

HOSTS = Table(
    "hosts",
    "internal",
    "Pace, pauses and the robots.txt copy per host, so that they survive a restart.",
    (
        Column("host", "TEXT PRIMARY KEY", "The host without `www.`, with its port where it has one."),
        Column("source", "TEXT NOT NULL", "The paper; empty: no paper's own, it is asked for assets only."),
        Column("pace", "REAL NOT NULL", "Seconds between two requests, as declared."),
        Column("crawl_delay", "REAL NOT NULL DEFAULT 0", "Seconds between two requests that its robots.txt asks for."),
        Column("next", "REAL NOT NULL DEFAULT 0", "Seconds since the epoch from when it may be asked again."),
        Column("failures", "INTEGER NOT NULL DEFAULT 0", "Failures in a row."),
        Column("robots", "TEXT", "Text of the last good robots.txt; empty where the host has none."),
        Column("robots_at", "REAL", "When that copy was fetched; it holds for a day."),
        Column("robots_page", "INTEGER REFERENCES pages(id)", "The page that keeps it."),
        Column(
            "failing", "REAL", "Since when it has failed, seconds since the epoch; empty: its last answer was good."
        ),
        Column("latency", "REAL NOT NULL DEFAULT 0", "Seconds that its answers take, smoothed; 0: not measured."),
        Column("proofs", "INTEGER NOT NULL DEFAULT 0", "Bodies that changed together with their validators."),
        Column("lies", "INTEGER NOT NULL DEFAULT 0", "Bodies that changed under the same validators."),
        Column("rules", "TEXT", "Digest of the URL rules by which its articles in the frontier are told apart."),
        Column("robots_whole", "TEXT", "Text of the last robots.txt that came, where that is not the copy in force."),
    ),
    (),
    ("CREATE INDEX hosts_next ON hosts (next)",),
)

REVISITS = Table(
    "revisits",
    "internal",
    "How often visits found an article changed, by paper and age of the article: what decides when to come again.",
    (
        Column("source", "TEXT NOT NULL", "The paper."),
        Column("age", "INTEGER NOT NULL", "Class of age, 0 for the youngest."),
        Column("visits", "REAL NOT NULL DEFAULT 0", "Visits at that age; older ones count less."),
        Column("changes", "REAL NOT NULL DEFAULT 0", "Of those, visits that found a new revision."),
    ),
    ("PRIMARY KEY (source, age)",),
)

OUTBOX = Table(
    "outbox",
    "internal",
    "What a crawl on a frontier of several machines has still to tell it.",
    (
        Column("id", "INTEGER PRIMARY KEY", "Number of the letter; they are told in this order."),
        Column("page", "INTEGER", "The page that is to be cleaned before; empty: it can be told."),
        Column("letter", "TEXT NOT NULL", "What is to be told, JSON."),
    ),
)

_ISO = "strftime('%Y-%m-%dT%H:%M:%S', {} + 25200, 'unixepoch') || '+07:00'"

WAITING = View(
    "waiting",
    "The frontier for people: URLs that are still to be fetched or visited again, each with its turn.",
    (
        Column("source", "source", "The paper."),
        Column("host", "host", "Host whose pace counts."),
        Column(
            "turn",
            "CASE priority WHEN 0 THEN 'robots' WHEN 1 THEN 'feed' WHEN 2 THEN 'section' WHEN 3 THEN 'sitemap'"
            " WHEN 4 THEN 'news' WHEN 5 THEN 'revisit' WHEN 8 THEN 'topic' WHEN 9 THEN 'asset'"
            " ELSE 'back-fill' END",
            "robots, feed, section, sitemap, news, revisit, back-fill, topic, asset: in this order at a host.",
        ),
        Column("due", _ISO.format("due"), "From when it may be fetched, +07:00."),
        Column("url", "url", "The URL."),
        Column("title", "hints ->> '$.title'", "What the place that led here calls it."),
        Column("visits", "visits", "Successful fetches so far."),
        Column("tries", "tries", "Failed tries since the last success."),
        Column("error", "error", "Last failure."),
        Column("found", _ISO.format("added"), "When it was found, +07:00."),
        Column("asked", _ISO.format("asked"), "When it was last asked for, +07:00."),
    ),
    "frontier WHERE due IS NOT NULL",
)

PACES = View(
    "paces",
    "The hosts for people: how they are asked, and which are left alone for now.",
    (
        Column("source", "source", "The paper."),
        Column("host", "host", "The host."),
        Column(
            "pause",
            "round(max(pace, crawl_delay, iif(latency < 0.5, 0, min(latency, 60))), 1)",
            "Seconds between two requests.",
        ),
        Column("free", _ISO.format("nullif(next, 0)"), "From when it may be asked again, +07:00."),
        Column(
            "failures",
            "failures",
            "Failures in a row; from the fifth on one request at a time tries whether it is back.",
        ),
        Column("failing", _ISO.format("failing"), "Since when it has failed, +07:00."),
        Column("robots", _ISO.format("robots_at"), "When the copy of robots.txt that is obeyed was fetched, +07:00."),
        Column(
            "validators",
            "CASE WHEN lies THEN 'lied' WHEN proofs THEN 'honest' ELSE 'not known' END",
            "Whether its ETag and Last-Modified changed when its pages did.",
        ),
    ),
    "hosts",
)

WISHES = View(
    "wishes",
    "Articles that are linked to and not in the archive, those with most links first.",
    (
        Column("source", "substr(l.target, 1, instr(l.target, ':') - 1)", "The paper."),
        Column("url", "min(l.url)", "Where it stands."),
        Column("title", "max(l.title)", "The words of a link to it."),
        Column("links", "count(*)", "How many links lead there."),
        Column("kinds", "group_concat(DISTINCT l.kind)", "Their kinds."),
        Column("first", "min(l.article)", "The article with the first of them."),
        Column("waits", "max(f.due IS NOT NULL)", "1: it waits in the frontier, or was fetched and gave no article."),
        Column("error", "max(f.error)", "How its last fetch failed."),
        Column("target", "l.target", "Its identity."),
    ),
    "links l LEFT JOIN frontier f ON f.article = l.target WHERE l.target IS NOT NULL"
    " AND NOT EXISTS (SELECT 1 FROM articles a WHERE a.article = l.target)"
    " AND NOT EXISTS (SELECT 1 FROM aliases s JOIN articles a ON a.article = s.article WHERE s.alias = l.target)"
    " GROUP BY l.target ORDER BY links DESC, l.target",
)

VIEWS = (WAITING, PACES, WISHES)

TABLES = (
    BODIES, RUNS, PAGES, ASSETS, WITHDRAWALS, CLEANINGS, VERDICTS, CLEANERS, HELD, ARTICLES, REVISIONS, PARTS, ALIASES,
    LINKS, COPIES, SHINGLES, RECENT, FRESH, SIEVE, POURED, COMPARED, TOPICS, TOPICAL, UNDERIVED, FRONTIER, LEADS,
    YIELDS, HOSTS, REVISITS, IMPORTS, AWAITED, PAYLOADS, UNINDEXED, UNPACKED, CHECKS, OUTBOX,
)  # fmt: skip

SEARCHED = ("title", "text", "folded")
"""Columns of `articles` in the full-text index `articles_fts`."""
