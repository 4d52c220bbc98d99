CREATE TABLE assets (
  page INTEGER NOT NULL REFERENCES pages(id),
  url TEXT NOT NULL,
  PRIMARY KEY (page, url)
) WITHOUT ROWID;
CREATE INDEX assets_url ON assets (url);
DROP VIEW waiting;
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
FROM frontier WHERE due IS NOT NULL
