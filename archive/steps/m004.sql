ALTER TABLE pages ADD COLUMN tls TEXT;
ALTER TABLE frontier ADD COLUMN article TEXT;
CREATE INDEX frontier_article ON frontier (article) WHERE article IS NOT NULL;
ALTER TABLE hosts ADD COLUMN failing REAL;
ALTER TABLE hosts ADD COLUMN latency REAL NOT NULL DEFAULT 0;
ALTER TABLE hosts ADD COLUMN proofs INTEGER NOT NULL DEFAULT 0;
ALTER TABLE hosts ADD COLUMN lies INTEGER NOT NULL DEFAULT 0;
ALTER TABLE hosts ADD COLUMN rules TEXT;
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
CREATE VIEW waiting AS SELECT
  source,
  host,
  CASE priority WHEN 0 THEN 'robots' WHEN 1 THEN 'feed' WHEN 2 THEN 'section' WHEN 3 THEN 'sitemap' WHEN 4 THEN 'news' WHEN 5 THEN 'revisit' ELSE 'back-fill' END AS turn,
  strftime('%Y-%m-%dT%H:%M:%S', due + 25200, 'unixepoch') || '+07:00' AS due,
  url,
  hints ->> '$.title' AS title,
  visits,
  tries,
  error,
  strftime('%Y-%m-%dT%H:%M:%S', added + 25200, 'unixepoch') || '+07:00' AS found,
  strftime('%Y-%m-%dT%H:%M:%S', asked + 25200, 'unixepoch') || '+07:00' AS asked
FROM frontier WHERE due IS NOT NULL;
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
