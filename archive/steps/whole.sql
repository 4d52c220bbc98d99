CREATE TABLE "_sqlite_migrations" (
   "id" INTEGER PRIMARY KEY,
   "migration_set" TEXT,
   "name" TEXT,
   "applied_at" TEXT
);

CREATE UNIQUE INDEX "idx__sqlite_migrations_migration_set_name"
    ON "_sqlite_migrations" ("migration_set", "name");

CREATE TABLE bodies (
  id INTEGER PRIMARY KEY,
  sha256 TEXT NOT NULL UNIQUE,
  size INTEGER NOT NULL,
  base INTEGER REFERENCES bodies(id),
  data BLOB NOT NULL
);

CREATE TABLE runs (
  id INTEGER PRIMARY KEY,
  command TEXT NOT NULL,
  started TEXT NOT NULL,
  ended TEXT,
  outcome TEXT,
  stats TEXT
, uid TEXT);

CREATE TABLE pages (
  id INTEGER PRIMARY KEY,
  source TEXT NOT NULL,
  url TEXT NOT NULL,
  kind TEXT NOT NULL,
  fetched_at TEXT NOT NULL,
  status INTEGER NOT NULL,
  headers TEXT NOT NULL,
  hints TEXT NOT NULL,
  truncated TEXT,
  body INTEGER NOT NULL REFERENCES bodies(id),
  run INTEGER REFERENCES runs(id), tls TEXT,
  UNIQUE (url, fetched_at, body)
);

CREATE INDEX pages_source ON pages (source, kind, status, fetched_at);

CREATE TABLE withdrawals (
  url TEXT PRIMARY KEY,
  reason TEXT NOT NULL,
  withdrawn_at TEXT NOT NULL
, article TEXT, erased_at TEXT);

CREATE TABLE cleanings (
  id INTEGER PRIMARY KEY,
  page INTEGER NOT NULL REFERENCES pages(id),
  cleaner TEXT NOT NULL,
  article TEXT NOT NULL,
  reason TEXT,
  output TEXT NOT NULL,
  links TEXT NOT NULL,
  notes TEXT NOT NULL,
  UNIQUE (page, cleaner)
);

CREATE INDEX cleanings_article ON cleanings (article, cleaner);

CREATE TABLE cleaners (
  source TEXT PRIMARY KEY,
  cleaner TEXT NOT NULL
, newest TEXT, pinned INTEGER NOT NULL DEFAULT 0);

CREATE TABLE articles (
  id INTEGER PRIMARY KEY,
  article TEXT NOT NULL UNIQUE,
  source TEXT NOT NULL,
  url TEXT NOT NULL,
  generation TEXT,
  kicker TEXT,
  title TEXT,
  lead TEXT,
  text TEXT NOT NULL,
  blocks TEXT NOT NULL,
  paragraphs TEXT NOT NULL,
  captions TEXT NOT NULL,
  image TEXT,
  authors TEXT NOT NULL,
  credit TEXT,
  published TEXT,
  published_day TEXT,
  published_raw TEXT,
  published_precision TEXT,
  published_from TEXT,
  modified TEXT,
  section TEXT NOT NULL,
  tags TEXT NOT NULL,
  related TEXT NOT NULL,
  language TEXT,
  word_count INTEGER NOT NULL,
  cleaner TEXT NOT NULL,
  first_seen TEXT NOT NULL,
  last_seen TEXT NOT NULL,
  revisions INTEGER NOT NULL,
  page INTEGER NOT NULL REFERENCES pages(id),
  folded TEXT NOT NULL
);

CREATE INDEX articles_source ON articles (source, published_day);

CREATE INDEX articles_day ON articles (published_day);

CREATE INDEX articles_url ON articles (url);

CREATE TABLE revisions (
  article INTEGER NOT NULL REFERENCES articles(id),
  n INTEGER NOT NULL,
  first_page INTEGER NOT NULL REFERENCES pages(id),
  last_page INTEGER NOT NULL REFERENCES pages(id),
  sha TEXT NOT NULL, shows INTEGER REFERENCES pages(id), cleaner TEXT,
  PRIMARY KEY (article, n)
);

CREATE TABLE links (
  article INTEGER NOT NULL REFERENCES articles(id),
  n INTEGER NOT NULL,
  kind TEXT NOT NULL,
  url TEXT NOT NULL,
  title TEXT NOT NULL,
  target TEXT, place TEXT,
  PRIMARY KEY (article, n)
);

CREATE INDEX links_target ON links (target);

CREATE TABLE frontier (
  key TEXT PRIMARY KEY,
  url TEXT NOT NULL,
  source TEXT NOT NULL,
  host TEXT NOT NULL,
  kind TEXT NOT NULL,
  priority INTEGER NOT NULL,
  due REAL,
  leased REAL,
  holder TEXT,
  tries INTEGER NOT NULL DEFAULT 0,
  visits INTEGER NOT NULL DEFAULT 0,
  hops INTEGER NOT NULL DEFAULT 0,
  depth INTEGER NOT NULL DEFAULT 0,
  added REAL NOT NULL,
  asked REAL,
  hints TEXT NOT NULL,
  error TEXT
, article TEXT, whole TEXT, changes INTEGER NOT NULL DEFAULT 0, refused TEXT);

CREATE INDEX frontier_take ON frontier (host, priority, due) WHERE due IS NOT NULL;

CREATE INDEX frontier_queue ON frontier (source, due) WHERE due IS NOT NULL;

CREATE INDEX frontier_leased ON frontier (host, leased) WHERE leased IS NOT NULL;

CREATE INDEX frontier_retry ON frontier (host, due) WHERE tries > 0 AND due IS NOT NULL;

CREATE TABLE hosts (
  host TEXT PRIMARY KEY,
  source TEXT NOT NULL,
  pace REAL NOT NULL,
  crawl_delay REAL NOT NULL DEFAULT 0,
  next REAL NOT NULL DEFAULT 0,
  failures INTEGER NOT NULL DEFAULT 0,
  robots TEXT,
  robots_at REAL,
  robots_page INTEGER REFERENCES pages(id)
, failing REAL, latency REAL NOT NULL DEFAULT 0, proofs INTEGER NOT NULL DEFAULT 0, lies INTEGER NOT NULL DEFAULT 0, rules TEXT, robots_whole TEXT);

CREATE INDEX hosts_next ON hosts (next);

CREATE VIRTUAL TABLE "articles_fts" USING FTS5 (
    "title", "text", "folded",
    tokenize='unicode61 remove_diacritics 0',
    content="articles"
);

CREATE INDEX pages_body ON pages (body);

CREATE INDEX bodies_base ON bodies (base) WHERE base IS NOT NULL;

CREATE TABLE unpacked (
  body INTEGER PRIMARY KEY
);

CREATE UNIQUE INDEX runs_uid ON runs (uid);

CREATE INDEX withdrawals_article ON withdrawals (article);

CREATE TABLE held (
  article TEXT PRIMARY KEY,
  source TEXT NOT NULL,
  cleaner TEXT NOT NULL,
  losses TEXT NOT NULL
);

CREATE INDEX held_source ON held (source);

CREATE TABLE underived (
  article TEXT PRIMARY KEY,
  same INTEGER NOT NULL DEFAULT 0
);

CREATE TABLE verdicts (
  page INTEGER PRIMARY KEY REFERENCES pages(id),
  kept TEXT NOT NULL
);

CREATE TABLE checks (
  part TEXT PRIMARY KEY,
  upto INTEGER NOT NULL,
  begun TEXT NOT NULL,
  ended TEXT,
  found TEXT NOT NULL DEFAULT '[]'
);

CREATE INDEX revisions_shows ON revisions (shows);

CREATE INDEX articles_page ON articles (page);

CREATE TABLE parts (
  article INTEGER NOT NULL REFERENCES articles(id),
  n INTEGER NOT NULL,
  part INTEGER NOT NULL,
  page INTEGER NOT NULL REFERENCES pages(id),
  cleaner TEXT NOT NULL,
  PRIMARY KEY (article, n, part)
);

CREATE INDEX parts_page ON parts (page);

CREATE INDEX frontier_article ON frontier (article) WHERE article IS NOT NULL;

CREATE TABLE aliases (
  alias TEXT PRIMARY KEY,
  article TEXT NOT NULL,
  why TEXT NOT NULL
);

CREATE INDEX aliases_article ON aliases (article);

CREATE TABLE revisits (
  source TEXT NOT NULL,
  age INTEGER NOT NULL,
  visits REAL NOT NULL DEFAULT 0,
  changes REAL NOT NULL DEFAULT 0,
  PRIMARY KEY (source, age)
);

CREATE VIEW paces AS SELECT
  source,
  host,
  round(max(pace, crawl_delay, iif(latency < 0.5, 0, min(latency, 60))), 1) AS pause,
  strftime('%Y-%m-%dT%H:%M:%S', nullif(next, 0) + 25200, 'unixepoch') || '+07:00' AS free,
  failures,
  strftime('%Y-%m-%dT%H:%M:%S', failing + 25200, 'unixepoch') || '+07:00' AS failing,
  strftime('%Y-%m-%dT%H:%M:%S', robots_at + 25200, 'unixepoch') || '+07:00' AS robots,
  CASE WHEN lies THEN 'lied' WHEN proofs THEN 'honest' ELSE 'not known' END AS validators
FROM hosts;

CREATE TABLE copies (
  article INTEGER NOT NULL REFERENCES articles(id) DEFERRABLE INITIALLY DEFERRED,
  original INTEGER NOT NULL REFERENCES articles(id) DEFERRABLE INITIALLY DEFERRED,
  known TEXT,
  delay REAL,
  kind TEXT NOT NULL,
  taken REAL NOT NULL,
  left_in REAL NOT NULL,
  words INTEGER NOT NULL,
  credit TEXT,
  names TEXT,
  within INTEGER NOT NULL,
  PRIMARY KEY (article, original)
);

CREATE INDEX copies_original ON copies (original);

CREATE TABLE shingles (
  run INTEGER NOT NULL,
  rank INTEGER NOT NULL,
  article INTEGER NOT NULL,
  PRIMARY KEY (run, rank, article)
) WITHOUT ROWID;

CREATE TABLE compared (
  article INTEGER PRIMARY KEY REFERENCES articles(id) DEFERRABLE INITIALLY DEFERRED,
  rank INTEGER NOT NULL,
  runs INTEGER NOT NULL,
  placed INTEGER NOT NULL,
  sampled INTEGER NOT NULL,
  series INTEGER,
  again INTEGER NOT NULL DEFAULT 0
);

CREATE INDEX compared_series ON compared (series) WHERE series IS NOT NULL;

CREATE INDEX compared_again ON compared (article) WHERE again;

CREATE INDEX links_listed ON links (url) WHERE target IS NULL;

CREATE TABLE topics (
  topic TEXT PRIMARY KEY,
  title TEXT NOT NULL,
  declared TEXT NOT NULL,
  profile TEXT NOT NULL,
  made TEXT NOT NULL
);

CREATE TABLE topical (
  topic TEXT NOT NULL,
  article INTEGER NOT NULL REFERENCES articles(id) DEFERRABLE INITIALLY DEFERRED,
  relevance REAL NOT NULL,
  why TEXT NOT NULL,
  PRIMARY KEY (topic, article)
) WITHOUT ROWID;

CREATE INDEX topical_article ON topical (article);

CREATE TABLE leads (
  topic TEXT NOT NULL,
  key TEXT NOT NULL,
  host TEXT NOT NULL,
  expected REAL NOT NULL,
  place TEXT NOT NULL,
  said TEXT NOT NULL,
  PRIMARY KEY (topic, key)
) WITHOUT ROWID;

CREATE INDEX leads_take ON leads (topic, host, expected);

CREATE TABLE yields (
  topic TEXT NOT NULL,
  what TEXT NOT NULL,
  followed REAL NOT NULL,
  found REAL NOT NULL,
  PRIMARY KEY (topic, what)
) WITHOUT ROWID;

CREATE VIEW wishes AS SELECT
  substr(l.target, 1, instr(l.target, ':') - 1) AS source,
  min(l.url) AS url,
  max(l.title) AS title,
  count(*) AS links,
  group_concat(DISTINCT l.kind) AS kinds,
  min(l.article) AS first,
  max(f.due IS NOT NULL) AS waits,
  max(f.error) AS error,
  l.target AS target
FROM links l LEFT JOIN frontier f ON f.article = l.target WHERE l.target IS NOT NULL AND NOT EXISTS (SELECT 1 FROM articles a WHERE a.article = l.target) AND NOT EXISTS (SELECT 1 FROM aliases s JOIN articles a ON a.article = s.article WHERE s.alias = l.target) GROUP BY l.target ORDER BY links DESC, l.target;

CREATE INDEX articles_published ON articles (published);

CREATE INDEX articles_authors ON articles (authors);

CREATE INDEX articles_sections ON articles (section);

CREATE INDEX articles_edited ON articles (last_seen) WHERE revisions > 1;

CREATE TABLE assets (
  page INTEGER NOT NULL REFERENCES pages(id),
  url TEXT NOT NULL,
  PRIMARY KEY (page, url)
) WITHOUT ROWID;

CREATE INDEX assets_url ON assets (url);

CREATE VIEW waiting AS SELECT
  source,
  host,
  CASE priority WHEN 0 THEN 'robots' WHEN 1 THEN 'feed' WHEN 2 THEN 'section' WHEN 3 THEN 'sitemap' WHEN 4 THEN 'news' WHEN 5 THEN 'revisit' WHEN 8 THEN 'topic' WHEN 9 THEN 'asset' ELSE 'back-fill' END AS turn,
  strftime('%Y-%m-%dT%H:%M:%S', due + 25200, 'unixepoch') || '+07:00' AS due,
  url,
  hints ->> '$.title' AS title,
  visits,
  tries,
  error,
  strftime('%Y-%m-%dT%H:%M:%S', added + 25200, 'unixepoch') || '+07:00' AS found,
  strftime('%Y-%m-%dT%H:%M:%S', asked + 25200, 'unixepoch') || '+07:00' AS asked
FROM frontier WHERE due IS NOT NULL;

CREATE TABLE imports (
  file TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  at INTEGER NOT NULL DEFAULT 0,
  inside INTEGER NOT NULL DEFAULT 0,
  ended TEXT,
  told TEXT NOT NULL DEFAULT '{}'
);

CREATE TABLE awaited (
  url TEXT NOT NULL,
  fetched_at TEXT NOT NULL,
  revisit TEXT NOT NULL,
  PRIMARY KEY (url, fetched_at)
) WITHOUT ROWID;

CREATE TABLE payloads (
  digest TEXT PRIMARY KEY,
  body INTEGER NOT NULL REFERENCES bodies(id)
) WITHOUT ROWID;

CREATE INDEX payloads_body ON payloads (body);

CREATE TABLE outbox (
  id INTEGER PRIMARY KEY,
  page INTEGER,
  letter TEXT NOT NULL
);

CREATE TABLE unindexed (
  article INTEGER PRIMARY KEY
);

CREATE TRIGGER "articles_ai" AFTER INSERT ON "articles" BEGIN
  INSERT INTO unindexed (article) VALUES (new.id);
END;

CREATE TRIGGER "articles_ad" AFTER DELETE ON "articles" BEGIN
  INSERT INTO "articles_fts" (articles_fts, rowid, title, text, folded)
  SELECT 'delete', old.id, old.title, old.text, old.folded
  WHERE NOT EXISTS (SELECT 1 FROM unindexed WHERE article = old.id);
  DELETE FROM unindexed WHERE article = old.id;
END;

CREATE TRIGGER "articles_au" AFTER UPDATE OF title, text, folded ON "articles"
WHEN (old.title IS NOT new.title OR old.text IS NOT new.text OR old.folded IS NOT new.folded)
  AND NOT EXISTS (SELECT 1 FROM unindexed WHERE article = old.id) BEGIN
  INSERT INTO "articles_fts" (articles_fts, rowid, title, text, folded)
  VALUES ('delete', old.id, old.title, old.text, old.folded);
  INSERT INTO "articles_fts" (rowid, title, text, folded) VALUES (new.id, new.title, new.text, new.folded);
END;

CREATE TABLE fresh (
  article INTEGER PRIMARY KEY,
  rank INTEGER NOT NULL,
  runs BLOB NOT NULL
);

CREATE TABLE recent (
  run INTEGER NOT NULL,
  rank INTEGER NOT NULL,
  article INTEGER NOT NULL,
  PRIMARY KEY (run, rank, article)
) WITHOUT ROWID;

CREATE TABLE sieve (
  id INTEGER PRIMARY KEY,
  count INTEGER NOT NULL,
  bits BLOB NOT NULL
);

CREATE TABLE poured (
  id INTEGER PRIMARY KEY,
  stamp BLOB NOT NULL,
  sieve BLOB NOT NULL,
  recent INTEGER NOT NULL,
  upto INTEGER NOT NULL
)
