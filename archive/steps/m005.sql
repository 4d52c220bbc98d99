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
ALTER TABLE links ADD COLUMN place TEXT;
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
DROP VIEW waiting;
CREATE VIEW waiting AS SELECT
  source,
  host,
  CASE priority WHEN 0 THEN 'robots' WHEN 1 THEN 'feed' WHEN 2 THEN 'section' WHEN 3 THEN 'sitemap' WHEN 4 THEN 'news' WHEN 5 THEN 'revisit' WHEN 8 THEN 'topic' ELSE 'back-fill' END AS turn,
  strftime('%Y-%m-%dT%H:%M:%S', due + 25200, 'unixepoch') || '+07:00' AS due,
  url,
  hints ->> '$.title' AS title,
  visits,
  tries,
  error,
  strftime('%Y-%m-%dT%H:%M:%S', added + 25200, 'unixepoch') || '+07:00' AS found,
  strftime('%Y-%m-%dT%H:%M:%S', asked + 25200, 'unixepoch') || '+07:00' AS asked
FROM frontier WHERE due IS NOT NULL;
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
